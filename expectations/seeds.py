"""The seed corpus: five documents whose facts are committed and whose text never is.

`seed_corpus.json` holds digests, offsets, entities and events. `read_seeds` turns the folder
into raw documents; `seed_facts` compares what the pipeline makes of them with every fact.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from expectations.judge import Counted
from expectations.seed_rules import best_match, check_rule, overlapping, slots, wanted_slots
from expectations.suites import Check
from transforms.duplicates.link import dedupe
from transforms.records import CodedDocument, RawDocument
from transforms.vocabulary import ALERT_TYPES
from warehouse.judging import Tally

MANIFEST = Path(__file__).parent / "seed_corpus.json"


@cache
def load_manifest(path: Path = MANIFEST) -> dict[str, Any]:
    """The committed facts."""
    data: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return data


def read_seeds(directory: Path) -> tuple[list[RawDocument], list[str]]:
    """The seed documents as raw documents, and the names of those that are absent."""
    documents, absent = [], []
    for facts in load_manifest()["documents"]:
        path = directory / facts["file"]
        if not path.is_file():
            absent.append(facts["file"])
            continue
        published = datetime.fromisoformat(facts["published"]).replace(tzinfo=UTC)
        documents.append(
            RawDocument(
                doc_id=path.stem,
                url=f"file:{path.name}",
                body=path.read_bytes(),
                content_type="text/plain",
                source_id="files",
                published=published,
                is_hint_final=True,
            )
        )
    return documents, absent


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing known of the seed corpus, and whether the pipeline still finds it.

    Attributes:
        name: stable; names the document and what about it.
        kind: digest, language, title, relevance, strip, body, entity, track, event, slot,
            background, not_event, hazard or relation.
        expected, found: in words, without the documents' text.
        unreached: why it is known not to be reached today, else None.
    """

    name: str
    kind: str
    holds: bool
    expected: str
    found: str
    unreached: str | None = None


def seed_facts(raws: Sequence[RawDocument], coded: Sequence[CodedDocument]) -> tuple[Fact, ...]:
    """Every fact of the manifest, compared with what the transforms made of the documents.

    Args:
        raws: what `read_seeds` returned.
        coded: the same documents after the transforms, in the same order.
    """
    manifest = load_manifest()
    facts_of = {Path(facts["file"]).stem: facts for facts in manifest["documents"]}
    links = {facts_of[link["id"]]["doc"]: link for link in dedupe(coded)}
    found: list[Fact] = []
    for raw, document in zip(raws, coded, strict=True):
        facts = facts_of[raw.doc_id]
        body = raw.body if isinstance(raw.body, bytes) else raw.body.encode()
        found += _text_facts(facts, body, document)
        found += _entity_facts(facts, document)
        found += _event_facts(facts, document)
        found += _hazard_facts(facts, document, links[facts["doc"]])
    found += _relation_facts(manifest, links)
    reasons = manifest["unreached"]
    return tuple(replace(fact, unreached=reasons.get(fact.name)) for fact in found)


def _text_facts(facts: Mapping[str, Any], body: bytes, coded: CodedDocument) -> Iterator[Fact]:
    doc, document = facts["doc"], coded.document
    source = body.decode("utf-8")
    text = squeezed(document.text)
    title = source[slice(*facts["title"])] if facts["title"] else None
    same = hashlib.sha256(body).hexdigest() == facts["sha256"]
    yield Fact(f"{doc}_digest", "digest", same, "the document the facts are of", _differs(same))
    is_language = document.language == facts["language"]
    yield Fact(f"{doc}_language", "language", is_language, facts["language"], document.language)
    printed = document.title == title
    yield Fact(f"{doc}_title", "title", printed, "as printed, or none", _differs(printed))
    yield Fact(
        f"{doc}_relevant", "relevance", coded.relevant, "concerns the process", str(coded.relevant)
    )
    for start, end in facts["strip"]:
        line = squeezed(source[start:end])
        gone = line not in text or not line
        name = f"{doc}_strip_at_{start}"
        yield Fact(name, "strip", gone, "is removed", "is removed" if gone else "is still there")
    lines = source.split("\n")
    for number in (*facts["body_lines"], *facts["subheads"]):
        kept = squeezed(lines[number - 1]) in text
        yield Fact(f"{doc}_body_line_{number}", "body", kept, "is kept", _differs(kept))


def _differs(holds: bool) -> str:
    return "as expected" if holds else "differs"


def _entity_facts(facts: Mapping[str, Any], coded: CodedDocument) -> Iterator[Fact]:
    doc = facts["doc"]
    mentioned = {mention.entity_id for mention in coded.mentions}
    tracks = {tag.id for tag in coded.tags if tag.kind == "track"}
    kinds = {
        "person": facts["persons"],
        "country": facts["countries"],
        "organisation": facts["organisations"],
        "place": facts["places"],
    }
    for kind, ids in kinds.items():
        for name in ids:
            there = name in mentioned
            label = f"{doc}_{kind}_{name.partition(':')[2]}"
            said = "is mentioned" if there else "is not mentioned"
            yield Fact(label, "entity", there, f"{name} is mentioned", said)
    for track in facts["tracks"]:
        found = ", ".join(sorted(tracks)) or "no track"
        yield Fact(f"{doc}_track_{track}", "track", track in tracks, track, found)


def _event_facts(facts: Mapping[str, Any], coded: CodedDocument) -> Iterator[Fact]:
    for expected in facts["events"]:
        name = expected["id"].replace("-", "_")
        best = best_match(expected, coded.events)
        said = f"{expected['type']} {expected['status']}"
        found = f"{best.type} {best.status}" if best else "not coded"
        yield Fact(f"{name}_coded", "event", best is not None, said, found)
        told = slots(best) if best else {}
        for slot, wanted in wanted_slots(expected).items():
            is_same = best is not None and told[slot] == wanted
            yield Fact(f"{name}_{slot}", "slot", is_same, repr(wanted), repr(told.get(slot)))
        news = best is not None and best.novelty == "new"
        alertable = bool(news and best and best.type in ALERT_TYPES and best.track is not None)
        is_right = alertable if expected["is_alert"] else not alertable
        wish = "would alert" if expected["is_alert"] else "would not alert"
        yield Fact(f"{name}_novelty", "background", is_right, wish, str(best and best.novelty))
    for negative in facts["not_events"]:
        found_there = overlapping(negative["spans"], coded.events)
        covered = [span for event in facts["events"] for span in event["spans"]]
        strays = [event for event in found_there if not overlapping(covered, [event])]
        name = f"{negative['id'].replace('-', '_')}_not_coded"
        coded_as = ", ".join(f"{event.type} {event.status}" for event in strays)
        yield Fact(name, "not_event", not strays, "no event", coded_as or "no event")


def _hazard_facts(
    facts: Mapping[str, Any], coded: CodedDocument, link: Mapping[str, Any]
) -> Iterator[Fact]:
    for hazard in facts["hazards"]:
        holds, found = check_rule(hazard, facts, coded, link)
        yield Fact(f"{facts['doc']}_{hazard['id']}", "hazard", holds, hazard["why"], found)


def _relation_facts(
    manifest: Mapping[str, Any], links: Mapping[str, Mapping[str, Any]]
) -> Iterator[Fact]:
    for one, other in manifest["not_near_duplicates"]:
        apart = links[one]["story"] != links[other]["story"]
        name = f"{one}_{other}_are_two_stories"
        yield Fact(name, "relation", apart, "two stories", "two stories" if apart else "one story")


def squeezed(text: str) -> str:
    """Text with every run of white space (no-break spaces included) as one space."""
    return " ".join(text.split())


def seed_suite(facts: Sequence[Fact]) -> Counted:
    """The seed suite: an expectation for each fact, counted by `seed_facts`.

    A fact known not to be reached is a warning that says why; any other is critical.
    """
    checks = tuple(
        Check(
            name=f"seed_{fact.name}",
            expectation="expect_seed_fact_to_hold",
            severity="warning" if fact.unreached else "critical",
            why=f"lost: {fact.expected}" if not fact.unreached else fact.unreached,
            kwargs={"column": fact.kind},
        )
        for fact in facts
    )
    tallies = {
        f"seed_{fact.name}": Tally(
            1, int(not fact.holds), () if fact.holds else (fact.name,), (fact.found,)
        )
        for fact in facts
    }
    return Counted("seed", checks, tallies)
