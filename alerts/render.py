"""How an alert reads: subject and body, in plain text, Markdown and HTML, from templates.

Everything that came from a web page passes a filter of `alerts.harmless`; HTML is escaped
besides, as all templates of that kind are.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

import jinja2

from alerts.harmless import (
    bare,
    direction,
    host,
    language_tag,
    markdown,
    plain,
    safe_url,
)

LABELS: Final = {
    "new": "New",
    "status": "Status changed",
    "third_party": "Third party changed",
    "party": "Party changed",
    "venue": "Venue changed",
    "date": "Date changed",
    "contradiction": "Contradicted",
    "correction": "Corrected",
    "retraction": "Retracted",
    "test": "Test",
}
_TAKEN_BACK: Final = {
    "rejected": "taken back: an analyst rejected it",
    "withdrawn": "taken back: nobody tells it any longer",
}
EVIDENCE_SHOWN: Final = 3
QUOTE_LIMIT: Final = 500
_STATE: Final = re.compile(r"actor:([A-Z]{3})")
Name = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Message:
    """A rendered alert."""

    subject: str
    text: str
    markdown: str
    html: str
    """A fragment, for a page or a feed to hold."""


def plain_name(entity_id: str) -> str:
    """An id in words where no dossier is at hand: ``person:given_family`` → Given Family."""
    kind, _, name = entity_id.partition(":")
    if not name or kind == "actor":
        return name or kind
    return name.replace("_", " ").title()


def render(
    payload: Mapping[str, Any], *, name: Name = plain_name, may_repeat: bool = False
) -> Message:
    """Words an alert.

    Args:
        payload: an alert's payload (`warehouse.records.AlertRow`).
        name: entity id to the name it is shown by.
        may_repeat: True when an earlier attempt's outcome is unknown.
    """
    context = describe(payload, name) | {"may_repeat": may_repeat}
    return fill("subject.txt.j2", "body", context)


def fill(subject: str, body: str, context: Mapping[str, Any]) -> Message:
    """The message that a subject's and a body's templates make of a context."""
    room = templates()
    return Message(
        subject=room.get_template(subject).render(context).strip(),
        text=room.get_template(f"{body}.txt.j2").render(context).strip() + "\n",
        markdown=room.get_template(f"{body}.md.j2").render(context).strip() + "\n",
        html=room.get_template(f"{body}.html.j2").render(context).strip() + "\n",
    )


@cache
def templates() -> jinja2.Environment:
    """The templates, with the filters that make text from pages harmless."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).parent / "templates"),
        # In plain text and Markdown the filters below are what escapes.
        autoescape=lambda name: bool(name) and str(name).endswith(".html.j2"),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(
        bare=bare, plain=plain, md=markdown, words=_words, direction=direction
    )
    return environment


def _words(value: object) -> str:
    return str(value).replace("_", " ")


def describe(payload: Mapping[str, Any], name: Name) -> dict[str, Any]:
    """What the templates say of one alert or event, in words not yet escaped."""
    alert = {"headline": "", "status": "", "novelty": "new", "document": None} | dict(payload)
    for key in ("event_id", "alert_id"):
        alert.setdefault(key, "")  # an event that lies ahead has no alert
    return {
        "alert": alert,
        "label": LABELS.get(str(payload.get("cause")), "Event"),
        "changes": [c for c in (_change(c, name) for c in payload.get("changes") or ()) if c],
        "status_by": _named(payload.get("status_by"), name),
        "third_parties": _third_parties(payload.get("third_parties") or (), name),
        "parties": _parties(payload.get("parties") or (), name),
        "where": _where(payload, name),
        "when": _when(payload.get("date") or {}),
        "claim_source": _named(payload.get("claim_source"), name),
        "confidence": _confidence(payload),
        "first": _first(payload.get("first_report"), name),
        "sides": _sides(payload, name),
        "evidence": [_piece(e) for e in (payload.get("evidence") or ())[:EVIDENCE_SHOWN]],
        "conflicts": [_conflict(c, name) for c in payload.get("conflicts") or ()],
    }


def _named(entity_id: Any, name: Name) -> str | None:
    return name(str(entity_id)) if entity_id else None


def _third_parties(thirds: Sequence[Mapping[str, Any]], name: Name) -> str:
    if not thirds:
        return "no third party named"
    told = []
    for third in thirds:
        roles = ", ".join(_words(role) for role in third.get("roles") or ()) or "role unstated"
        person = f", {name(third['person'])}" if third.get("person") else ""
        told.append(f"{name(third['id'])}{person} ({roles})")
    return "; ".join(told)


def _parties(parties: Sequence[Mapping[str, Any]], name: Name) -> str:
    told = [
        f"{name(p['id'])} ({name(p['person'])})" if p.get("person") else name(p["id"])
        for p in parties
    ]
    return " and ".join(told) or "unknown"


def _where(payload: Mapping[str, Any], name: Name) -> str:
    venue = payload.get("venue") or {}
    parts = [name(venue["id"])] if venue.get("id") else []
    if venue.get("country"):
        parts.append(name(f"actor:{venue['country']}"))
    if parts:
        return ", ".join(parts)
    made_at = payload.get("made_at")
    return f"said in {name(made_at)}" if made_at else "unknown"


def _when(value: Mapping[str, Any]) -> str:
    start, end, precision = value.get("start"), value.get("end"), value.get("precision")
    if not start:
        return "unknown"
    span = str(start) if end in (None, start) else f"{start} to {end}"
    return span if precision in (None, "day") else f"{span} (known to the {precision})"


def _confidence(payload: Mapping[str, Any]) -> str:
    value = float(payload.get("confidence") or 0.0)
    origins = payload.get("origins")
    count = len(origins) if isinstance(origins, (list, tuple)) else origins
    told = f"{value:.2f}"
    if not count:
        return told
    return f"{told}, {count} independent origin{'' if count == 1 else 's'}"


def _piece(piece: Mapping[str, Any]) -> dict[str, Any]:
    url = str(piece.get("url") or "")
    quote = str(piece.get("quote") or "")
    if len(quote) > QUOTE_LIMIT:
        quote = quote[:QUOTE_LIMIT].rsplit(" ", 1)[0] + " …"
    return {
        "quote": quote,
        "url": safe_url(url),
        "outlet": piece.get("outlet") or host(url) or piece.get("doc") or "unknown outlet",
        "lang": piece.get("lang") or "language unknown",
        "tag": language_tag(piece.get("lang")),
    }


def _first(report: Mapping[str, Any] | None, name: Name) -> str | None:
    """Where the event was first seen: outlet, its country, language, and when."""
    if not report:
        return None
    outlet = host(str(report.get("url") or "")) or report.get("doc") or "unknown outlet"
    notes = [name(f"actor:{report['country']}")] if report.get("country") else []
    notes += [str(report["lang"])] if report.get("lang") else []
    told = f"{outlet} ({', '.join(notes)})" if notes else str(outlet)
    moment = report.get("published")
    return f"{told}, {_minute(str(moment))}" if moment else told


def _minute(moment: str) -> str:
    """An ISO moment in UTC to the minute."""
    return f"{moment[:16].replace('T', ' ')} UTC" if len(moment) >= 16 else moment


def _sides(payload: Mapping[str, Any], name: Name) -> list[str]:
    """Who tells it, by the country outlets work from; a party's country that is silent too."""
    told = []
    sides = payload.get("told_by") or ()
    for side in sides:
        where = name(f"actor:{side['country']}") if side.get("country") else "country unknown"
        origins = side.get("origins") or ()
        of_own = f"{len(origins)} ({', '.join(origins)})" if origins else "copies only"
        told.append(f"{where} {of_own}")
    heard = {side.get("country") for side in sides}
    states = (_STATE.fullmatch(str(party.get("id"))) for party in payload.get("parties") or ())
    silent = sorted({state[1] for state in states if state} - heard) if sides else []
    return told + [f"{name(f'actor:{country}')} none" for country in silent]


def _change(change: Mapping[str, Any], name: Name) -> str | None:
    kind, before, after = change.get("cause"), change.get("before"), change.get("after")
    if kind == "status":
        return f"status {_words(before)} → {_words(after)}"
    if kind == "venue":
        old, new = (_where({"venue": venue}, name) for venue in (before, after))
        return f"venue {old} → {new}"
    if kind == "date":
        return f"date {_when(before or {})} → {_when(after or {})}"
    if kind in ("third_party", "party"):
        old, new = (_cast(told or (), name) for told in (before, after))
        return f"{'third parties' if kind == 'third_party' else 'parties'} {old} → {new}"
    if kind == "correction":
        values = (told or {} for told in (before, after))
        old, new = (f"{_words(v.get('type'))}, {_words(v.get('status'))}" for v in values)
        return f"what was told as {old} is {new}"
    if kind == "retraction" and after:
        return taken_back(after["reason"], after.get("into"))
    return None


def taken_back(reason: str, into: str | None = None) -> str:
    """Why an event stands no longer: rejected, withdrawn, or merged into another."""
    return _TAKEN_BACK.get(reason) or f"the same event as {into}"


def _cast(told: Sequence[Any], name: Name) -> str:
    """Entity ids, or pairs of one and whether it mediates, in words."""
    pairs = [(entry, False) if isinstance(entry, str) else entry for entry in told]
    return ", ".join(f"{name(i)}{' (mediates)' if m else ''}" for i, m in pairs) or "none"


def _conflict(conflict: Mapping[str, Any], name: Name) -> dict[str, str]:
    """Each side's value, with how many mentions say so; neither is called wrong."""
    sides = []
    for value in conflict.get("values") or ():
        told, mentions = (
            (value.get("value"), value.get("mentions")) if isinstance(value, Mapping) else value
        )
        sides.append(f"{_value(told, name)} ({len(mentions or ())})")
    return {"slot": str(conflict.get("slot", "")), "sides": " / ".join(sides)}


def _value(value: Any, name: Name) -> str:
    try:
        told = json.loads(value) if isinstance(value, str) else value
    except ValueError:
        told = value
    if not isinstance(told, Mapping):
        return _words(told)
    parts = []
    for key, part in told.items():
        if part in (None, [], ""):
            continue
        if key in {"id", "person", "claim_source"}:
            part = name(str(part))
        parts.append(f"{_words(key)} {', '.join(part) if isinstance(part, list) else part}")
    return ", ".join(parts)
