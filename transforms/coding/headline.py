"""A headline in English, built from an event's slots so that anyone can read any evidence."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from transforms.vocabulary import MEDIATING_ROLES, group_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from dossiers.records import Dossier
    from transforms.records import EventDate, EventMention

_MEETINGS: Final[dict[str, str]] = {
    "leaders_talks": "leaders' talks",
    "ministers_talks": "ministers' talks",
    "officials_talks": "officials' talks",
    "parliament_talks": "talks of parliament heads",
    "dialogue": "an unofficial dialogue",
    "talks": "talks",
    "commission": "a commission meeting",
    "call": "a call",
    "party_meeting": "a meeting",
}
_MEETING_STATUS: Final[dict[str, str]] = {
    "claimed": "said to have been held",
    "planned": "planned",
    "postponed": "postponed",
    "cancelled": "cancelled",
    "under_way": "under way",
    "held": "held",
    "failed": "failed",
    "suspended": "suspended",
    "denied": "denied",
}
_SPEECH: Final[dict[str, str]] = {
    "offer": "{who} offers {what} {between}",
    "request": "{who} asks for mediation {between}",
    "accept": "{who} accepts a proposal on the process {between}",
    "reject": "{who} rejects a proposal on the process {between}",
    "invitation": "{who} invites {parties} to talks",
    "proposal": "{who} makes a proposal on the process {between}",
    "appeal": "{who} appeals to {parties}",
    "demand": "{who} makes a demand in the process {between}",
    "statement": "{who} makes a statement on the process {between}",
}
_DEEDS: Final[dict[str, str]] = {
    "detainee_release": "release of captives or remains",
    "implementation": "implementation step",
    "peacekeeping_deployment": "peacekeeping deployment",
    "peacekeeping_withdrawal": "peacekeeping withdrawal",
    "mission": "monitoring mission",
    "legal_step": "legal step",
    "violation": "violation of the ceasefire",
    "format_change": "change of a format",
    "ceasefire": "ceasefire",
    "agreement": "agreement",
}


def build_headline(event: EventMention, dossier: Dossier) -> str:
    """One line: who, what, between whom, where, when. Unknown slots are left out."""
    group = group_of(event.type)
    if group == "meeting":
        line = _meeting(event, dossier)
    elif group == "speech":
        line = _speech(event, dossier)
    else:
        line = _deed(event, dossier)
    line += _where(event, dossier)
    when = when_text(event.date)
    return f"{line}, {when}" if when else line


def _names(ids: Sequence[str], dossier: Dossier) -> str:
    names = [dossier.entities[i].name if i in dossier.entities else i for i in ids]
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])} and {names[-1]}"


def _parties(event: EventMention, dossier: Dossier) -> str:
    return _names(sorted(party.id for party in event.parties), dossier)


def _between(event: EventMention, dossier: Dossier) -> str:
    word = "between" if len(event.parties) > 1 else "with"
    return f"{word} {_parties(event, dossier)}"


def _meeting(event: EventMention, dossier: Dossier) -> str:
    what = f"{_MEETINGS[event.type]} {_between(event, dossier)}"
    actives = [(t, set(t.roles)) for t in event.third_parties if set(t.roles) - {"witness"}]
    if event.status != "held" or not actives:
        return f"{what[0].upper()}{what[1:]} {_MEETING_STATUS[event.status]}{_by(event, dossier)}"
    who = _names([t.id for t, _ in actives], dossier)
    roles = set().union(*(roles for _, roles in actives))
    if event.type == "party_meeting":
        return f"{who} in {what}"
    verbs = [
        verb
        for verb, wanted in (("hosts", {"host"}), ("mediates", set(MEDIATING_ROLES)))
        if roles & wanted
    ]
    plural = [verb.removesuffix("s") for verb in verbs] if len(actives) > 1 else verbs
    return f"{who} {' and '.join(plural) or 'attends'} {what}"


def _by(event: EventMention, dossier: Dossier) -> str:
    hosts = [t.id for t in event.third_parties if set(t.roles) - {"witness", "addressee"}]
    if not hosts:
        return ""
    mediating = any(set(t.roles) & MEDIATING_ROLES for t in event.third_parties)
    return f", {'mediated' if mediating else 'hosted'} by {_names(hosts, dossier)}"


def _speech(event: EventMention, dossier: Dossier) -> str:
    hosts_only = all("host" in t.roles and len(t.roles) == 1 for t in event.third_parties)
    line = _SPEECH[event.type].format(
        who=_names(event.initiators, dossier),
        what="to host talks" if event.third_parties and hosts_only else "to mediate",
        between=_between(event, dossier),
        parties=_parties(event, dossier),
    )
    return line if event.status == "made" else f"{line} ({event.status})"


def _deed(event: EventMention, dossier: Dossier) -> str:
    what = event.document if event.type == "agreement" and event.document else _DEEDS[event.type]
    line = f"{what[0].upper()}{what[1:]} {_between(event, dossier)} {event.status}"
    thirds = [t.id for t in event.third_parties]
    if not thirds:
        return line
    roles = sorted({role for t in event.third_parties for role in t.roles})
    return (
        f"{line}, {_names(thirds, dossier)} as {' and '.join(r.replace('_', ' ') for r in roles)}"
    )


def _where(event: EventMention, dossier: Dossier) -> str:
    place = event.venue.id if event.venue else event.made_at
    return f" in {_names([place], dossier)}" if place else ""


def when_text(when: EventDate) -> str:
    """A date as words: ``31 October 2022``, ``July 2025``, ``2020``; empty when unknown."""
    if when.start is None:
        return ""
    if when.precision == "year":
        return f"{when.start:%Y}"
    if when.precision == "month":
        return f"{when.start:%B %Y}"
    if when.precision == "week":
        return f"week of {_day(when.start)}"
    if when.end is None or when.end == when.start:
        return _day(when.start)
    return f"between {_day(when.start)} and {_day(when.end)}"


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"
