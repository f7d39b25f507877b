"""Events as rows in the column layouts of two event-data standards.

``phoenix``: the CAMEO-coded Phoenix daily files of the Open Event Data Alliance (one row for
each ordered pair of actors, as CAMEO codes who did what to whom; symmetric events, meetings of
two parties, twice). ``polecat``: the PLOVER-coded POLECAT files (Halterman et al. 2023), one
row for each actor and recipient. Neither has a slot for the mediator: it is the source actor,
and the two parties are its targets; so the layouts lose what `docs/events.md` keeps.

Columns the standards fill from gazetteers and we do not know (coordinates, sectors beyond
government) are empty.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from transforms.vocabulary import MEDIATING_ROLES, group_of

Record = Mapping[str, Any]
Row = dict[str, Any]

PHOENIX: Final = (
    "EventID Date Year Month Day SourceActorFull SourceActorEntity SourceActorRole "
    "SourceActorAttribute TargetActorFull TargetActorEntity TargetActorRole TargetActorAttribute "
    "EventCode EventRootCode QuadClass GoldsteinScore Issues ActionLat ActionLong LocationName "
    "GeoCountryName GeoStateName SentenceID URLs NewsSources"
)
"""Column names of a Phoenix daily file, in their order, parted by spaces."""
POLECAT: Final = (
    "Event ID;Event Date;Event Type;Event Mode;Intensity;Quad Code;Contexts;Actor Name;"
    "Actor Country;Actor Title;Primary Actor Sector;Recipient Name;Recipient Country;"
    "Recipient Title;Primary Recipient Sector;Placename;Country;Source;Publication Date;"
    "Language;Headline"
)
"""Column names of a POLECAT file that apply, in their order, parted by semicolons."""
LAYOUTS: Final[Mapping[str, tuple[str, ...]]] = {
    "phoenix": tuple(PHOENIX.split()),
    "polecat": tuple(POLECAT.split(";")),
}
_QUAD: Final[Mapping[str, str]] = {
    "AGREE": "1", "CONSULT": "1", "SUPPORT": "1", "CONCEDE": "1",
    "COOPERATE": "2", "AID": "2", "RETREAT": "2",
    "REQUEST": "3", "ACCUSE": "3", "REJECT": "3", "THREATEN": "3",
    "PROTEST": "4", "SANCTION": "4", "MOBILIZE": "4", "COERCE": "4", "ASSAULT": "4",
}  # fmt: skip


def rows(event: Record, layout: str, names: Mapping[str, str]) -> Iterator[Row]:
    """The rows of one event (in the contract's JSON) in a layout.

    Args:
        event: with ``event_id``, as ``araxes events --json`` prints it.
        layout: ``phoenix`` or ``polecat``.
        names: entity id to name.

    Yields:
        No row where the standard has no code for the event (denied events; for PLOVER also
        appeals, requests and statements).
    """
    make = _phoenix if layout == "phoenix" else _polecat
    code = event["cameo"] if layout == "phoenix" else event["plover"]
    if not code:
        return
    for number, (source, target) in enumerate(_dyads(event), start=1):
        found = make(event, source, target, number, names)
        yield {column: found.get(column, "") for column in LAYOUTS[layout]}


def _dyads(event: Record) -> list[tuple[Record, Record]]:
    """Who did it to whom: the mover to each party; the parties to each other."""
    parties: Sequence[Record] = event["parties"]
    thirds: Sequence[Record] = event["third_parties"]
    movers = [p for p in (*thirds, *parties) if p["id"] in set(event["initiators"])]
    movers += [
        {"id": name, "person": None}
        for name in event["initiators"]
        if all(name != each["id"] for each in movers)
    ]
    if not movers:
        movers = [t for t in thirds if MEDIATING_ROLES & set(t["roles"])] or list(thirds)
    pairs = [(m, p) for m in movers for p in parties if m["id"] != p["id"]]
    if not pairs:
        addressees = [t for t in thirds if t not in movers]
        pairs = [(m, t) for m in movers for t in addressees if m["id"] != t["id"]]
    if len(parties) > 1 and (not pairs or group_of(event["type"]) != "speech"):
        pairs += [(a, b) for a in parties for b in parties if a["id"] != b["id"]]
    return list({(_key(a), _key(b)): (a, b) for a, b in pairs}.values())


def _key(actor: Record) -> str:
    return str(actor["id"])


def _phoenix(
    event: Record, source: Record, target: Record, number: int, names: Mapping[str, str]
) -> Row:
    code = str(event["cameo"])
    day = str(event["date"]["start"] or "")
    evidence = event["evidence"]
    root = code[:2]
    return {
        "EventID": f"{event['event_id']}-{number}",
        "Date": day.replace("-", ""),
        "Year": day[:4],
        "Month": day[5:7],
        "Day": day[8:10],
        **_cameo_actor("Source", source),
        **_cameo_actor("Target", target),
        "EventCode": code,
        "EventRootCode": root,
        "QuadClass": _quad_of_root(int(root)),
        "LocationName": _place(event, names),
        "GeoCountryName": (event["venue"] or {}).get("country") or "",
        "SentenceID": f"{evidence[0]['doc']}_{evidence[0]['start']}" if evidence else "",
        "URLs": ";".join(piece["url"] for piece in evidence if piece["url"]),
        "NewsSources": ";".join(event.get("origins") or ()),
    }


def _cameo_actor(side: str, actor: Record) -> Row:
    """CAMEO actor codes: a state's three letters, ``IGO`` before a body's, role ``GOV``."""
    name = _key(actor).removeprefix("actor:")
    is_state = len(name) == 3 and name.isupper()
    entity = name if is_state else f"IGO{name}"
    role = "GOV" if is_state else ""
    return {
        f"{side}ActorFull": entity + role,
        f"{side}ActorEntity": entity,
        f"{side}ActorRole": role,
    }


def _quad_of_root(root: int) -> int:
    """Verbal and material cooperation, verbal and material conflict (GDELT codebook 2.0)."""
    return 1 if root <= 5 else 2 if root <= 8 else 3 if root <= 14 else 4


def _polecat(
    event: Record, source: Record, target: Record, number: int, names: Mapping[str, str]
) -> Row:
    kind, mode, contexts = str(event["plover"]).split(" + ")[0].split("/")
    first = event["evidence"][0] if event["evidence"] else {}
    return {
        "Event ID": f"{event['event_id']}-{number}",
        "Event Date": event["date"]["start"] or "",
        "Event Type": kind,
        "Event Mode": "" if mode == "-" else mode,
        "Quad Code": _QUAD[kind],
        "Contexts": contexts.replace(",", ";"),
        **_plover_actor("Actor", source, names),
        **_plover_actor("Recipient", target, names),
        "Placename": _place(event, names),
        "Country": (event["venue"] or {}).get("country") or "",
        "Source": ";".join(event.get("origins") or ()),
        "Publication Date": str(event.get("first_published") or event.get("first_seen") or ""),
        "Language": first.get("lang") or "",
        "Headline": event["headline"],
    }


def _plover_actor(side: str, actor: Record, names: Mapping[str, str]) -> Row:
    name = _key(actor)
    code = name.removeprefix("actor:")
    is_state = len(code) == 3 and code.isupper()
    person = actor.get("person")
    return {
        f"{side} Name": names.get(person or name, person or name),
        f"{side} Country": code if is_state else "",
        f"{side} Title": actor.get("rank") or "",
        f"Primary {side} Sector": "GOV" if is_state else "IGO",
    }


def _place(event: Record, names: Mapping[str, str]) -> str:
    place = (event["venue"] or {}).get("id")
    return names.get(place, place) if place else ""
