"""From an event's slots to CAMEO and PLOVER codes.

Sources: CAMEO codebook 1.1b3 (Schrodt 2012); PLOVER manual and ``CAMEO2PLOVER-2021.txt`` of
openeventdata/PLOVER. PLOVER drops CAMEO's 01 and 02 families, so statements and appeals have
no PLOVER code. PLOVER writes future meetings and invitations as AGREE.

The PLOVER code is written ``EVENT/mode/contexts``, mode ``-`` where there is none, with
`` + historical`` (or ``future``, ``negation``) for its auxiliary flags.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from transforms.vocabulary import ALL_TYPES, MEDIATING_ROLES, STATUSES, group_of


@dataclass(frozen=True, slots=True)
class CodingFacts:
    """What the codes depend on besides type and status.

    Attributes:
        roles: all roles any third party has.
        away: the mediator travelled to the party it met (a visit), or None if unknown.
        about: what a speech act is about: ``mediation``, ``talks``, ``settlement``,
            ``deescalation`` or None.
        territory: the passage names territory, borders or sovereignty.
        historical: the event lies well before the article.
    """

    roles: frozenset[str] = frozenset()
    away: bool | None = None
    about: str | None = None
    territory: bool = False
    historical: bool = False


_APPEAL: Final[Mapping[str | None, str]] = {
    "deescalation": "0256",
    "talks": "026",
    "mediation": "028",
    "settlement": "027",
    None: "027",
}
_DEMAND: Final[Mapping[str | None, str]] = {"talks": "106", "mediation": "108"}
_REJECT: Final[Mapping[str | None, str]] = {"talks": "125", "mediation": "126"}
_ACCEPT: Final[Mapping[str | None, str]] = {"talks": "036", "mediation": "038"}
_SPEECH: Final[Mapping[str, str]] = {
    "offer": "039",
    "invitation": "036",
    "proposal": "037",
    "request": "028",
    "statement": "111",
}
_HALTED: Final[frozenset[str]] = frozenset({"cancelled", "suspended", "failed", "terminated"})
_INTENT: Final[frozenset[str]] = frozenset({"planned", "claimed"})

# type -> (done or agreed, planned, halted)
_DEEDS: Final[Mapping[str, tuple[str, str, str]]] = {
    "detainee_release": ("0841", "0353", "0841"),
    "implementation": ("085", "0354", "164"),
    "peacekeeping_deployment": ("0861", "0334", "1661"),
    "peacekeeping_withdrawal": ("1661", "1661", "1661"),
    "mission": ("0862", "0355", "1662"),
    "legal_step": ("115", "115", "115"),
    "violation": ("196", "196", "196"),
    "format_change": ("165", "165", "165"),
}


def cameo(event_type: str, status: str, facts: CodingFacts) -> str | None:
    """The CAMEO code, or None where the codebook has none (a denied event)."""
    if status == "denied":
        return None
    group = group_of(event_type)
    if group == "meeting":
        return _cameo_meeting(event_type, status, facts)
    if group == "instrument":
        return _cameo_instrument(event_type, status)
    if group == "deed":
        done, intent, halted = _DEEDS[event_type]
        return halted if status in _HALTED else intent if status in _INTENT else done
    return _cameo_speech(event_type, facts)


def _cameo_speech(event_type: str, facts: CodingFacts) -> str:
    if event_type == "appeal":
        return _APPEAL.get(facts.about, "027")
    if event_type == "demand":
        return _DEMAND.get(facts.about, "107")
    if event_type == "reject":
        return _REJECT.get(facts.about, "127")
    if event_type == "accept":
        return _ACCEPT.get(facts.about, "037")
    return _SPEECH[event_type]


def _cameo_meeting(event_type: str, status: str, facts: CodingFacts) -> str:
    if status in _HALTED:
        return "165" if facts.roles & MEDIATING_ROLES else "164"
    if status in {"planned", "postponed", "claimed"}:
        return "036"
    if event_type == "call":
        return "041"
    if event_type == "party_meeting":
        return "042" if facts.away else "043"
    if facts.roles & MEDIATING_ROLES:
        return "045"
    return "044" if "host" in facts.roles else "046"


def _cameo_instrument(event_type: str, status: str) -> str:
    if event_type == "ceasefire":
        return "164" if status in {"terminated", "suspended"} else "0871"
    if status in {"signed", "ratified", "in_force", "extended"}:
        return "057"
    return "164" if status in {"terminated", "suspended"} else "037"


def plover(event_type: str, status: str, facts: CodingFacts) -> str | None:
    """The PLOVER code ``EVENT/mode/contexts[ + flag]``, or None where PLOVER has none."""
    code = cameo(event_type, status, facts)
    if code is None or code.startswith(("01", "02", "11")):
        return None
    event, mode = _plover_event(event_type, code)
    contexts = [_context(event_type)]
    if facts.territory and event == "CONSULT":
        contexts.append("territory")
    text = f"{event}/{mode}/{','.join(contexts)}"
    return f"{text} + historical" if facts.historical else text


_EXACT: Final[Mapping[str, tuple[str, str]]] = {
    "041": ("CONSULT", "phone"),
    "042": ("CONSULT", "visit"),
    "043": ("CONSULT", "visit"),
    "044": ("CONSULT", "third-party"),
    "045": ("CONSULT", "-"),
    "046": ("CONSULT", "-"),
    "057": ("SUPPORT", "-"),
    "0841": ("RETREAT", "release"),
    "085": ("CONCEDE", "-"),
    "0861": ("RETREAT", "access"),
    "0862": ("RETREAT", "access"),
    "0871": ("RETREAT", "ceasefire"),
    "1661": ("SANCTION", "withdraw"),
    "1662": ("SANCTION", "withdraw"),
    "196": ("ASSAULT", "-"),
}


def _plover_event(event_type: str, code: str) -> tuple[str, str]:
    if code in _EXACT:
        return _EXACT[code]
    if code.startswith("03"):
        return "AGREE", "-"
    if code.startswith("10"):
        return "REQUEST", "meet" if code in {"106", "107", "108"} else "-"
    if code.startswith("12"):
        return "REJECT", "meet"
    return "SANCTION", "withdraw"


def _context(event_type: str) -> str:
    if event_type.startswith("peacekeeping"):
        return "peacekeeping"
    if event_type in {"ceasefire", "violation"}:
        return "military"
    if event_type == "legal_step":
        return "legal"
    return "human_rights" if event_type == "detainee_release" else "diplomatic"


# ---- for people --------------------------------------------------------------------------
_PAGE: Final = """\
# Crosswalk to CAMEO and PLOVER

Generated by `make docs` from `transforms/coding/crosswalk.py`. Sources: CAMEO codebook 1.1b3
(Schrodt 2012); the PLOVER manual and its `CAMEO2PLOVER-2021.txt` (openeventdata/PLOVER). One
published code table permutes the labels of 027-028 and 037-039; the codes here follow the PLOVER
repository. PLOVER drops CAMEO 01 and 02, so appeals, requests and statements have none; a denied
event has neither. The code of a speech act depends on what it is about (settlement where nothing
else is said), that of a meeting on who sits at the table. `,territory` is added to CONSULT where
the passage is about territory, ` + historical` where the event lies long before its report.
`araxes events --layout phoenix|polecat --format csv` exports rows in the columns of the data sets
that use these codes.

| type | status | case | CAMEO | PLOVER |
| --- | --- | --- | --- | --- |
"""
_CASES: Final[Mapping[str, tuple[tuple[str, CodingFacts], ...]]] = {
    "meeting": (
        ("mediated", CodingFacts(roles=frozenset({"mediator"}))),
        ("hosted only", CodingFacts(roles=frozenset({"host"}))),
        ("direct", CodingFacts()),
    ),
    "speech": (
        ("", CodingFacts()),
        ("about mediation", CodingFacts(about="mediation")),
        ("about talks", CodingFacts(about="talks")),
        ("about de-escalation", CodingFacts(about="deescalation")),
    ),
}


def table() -> str:
    """Every type and status with its codes, as a page; cases that share codes are one row."""
    lines = []
    for event_type in ALL_TYPES:
        for status in STATUSES[group_of(event_type)]:
            cases: dict[tuple[str | None, str | None], list[str]] = {}
            for words, facts in _CASES.get(group_of(event_type), (("", CodingFacts()),)):
                codes = (cameo(event_type, status, facts), plover(event_type, status, facts))
                cases.setdefault(codes, []).append(words)
            for (code, plover_code), named in cases.items():
                case = ", ".join(word or "else" for word in named) if len(cases) > 1 else ""
                cells = (event_type, status, case, code or "none", plover_code or "none")
                lines.append(f"| {' | '.join(cells)} |\n")
    return _PAGE + "".join(lines)
