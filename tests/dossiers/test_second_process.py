"""A second peace process is a second folder: no line of code knows which one it reads.

The five texts are fiction, written for this test.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from dossiers.boilerplate import load_rules
from dossiers.languages import load_languages
from dossiers.loader import load
from transforms.pipeline import Pipeline
from transforms.records import CodedDocument, RawDocument

PUBLISHED = datetime(2024, 6, 26, 18, tzinfo=UTC)


@pytest.fixture(scope="module")
def pipeline() -> Pipeline:
    return Pipeline.build(load("serbia_kosovo"), load_languages(), load_rules())


def coded(pipeline: Pipeline, text: str) -> CodedDocument:
    raw = RawDocument(
        "a", None, text, content_type="text/plain", published=PUBLISHED, is_hint_final=True
    )
    return pipeline.process(raw)


ARTICLES = {
    "mediated leaders' talks": (
        "Serbian President Aleksandar Vučić and Kosovo Prime Minister Albin Kurti held talks in "
        "Brussels on Wednesday, mediated by the European Union. The EU said the two sides would "
        "continue to work on the normalisation of relations.",
        {("leaders_talks", "held", "actor:EU", "place:brussels", "EU-DIALOGUE")},
    ),
    "an offer to host": (
        "Switzerland has offered to host a round of talks between Serbia and Kosovo in Geneva, "
        "the Swiss foreign ministry said on Tuesday.",
        {("offer", "made", None, None, "DIRECT")},
    ),
    "a meeting called off": (
        "A meeting between the leaders of Serbia and Kosovo that was planned for Thursday in "
        "Berlin has been called off, the German government said.",
        {("leaders_talks", "cancelled", None, "place:berlin", "DIRECT")},
    ),
    "a recalled agreement": (
        "Belgrade and Pristina traded accusations again this week over the north. On 19 April "
        "2013 Serbia and Kosovo signed an agreement in Brussels.",
        {("agreement", "signed", None, "place:brussels", "EU-DIALOGUE")},
    ),
    "somebody else's mediation": (
        "The foreign ministers of Armenia and Azerbaijan met in Geneva on Wednesday through the "
        "mediation of the United States.",
        set(),
    ),
}


@pytest.mark.parametrize("name", sorted(ARTICLES))
def test_the_articles_of_a_second_process_are_coded(pipeline: Pipeline, name: str) -> None:
    text, wanted = ARTICLES[name]
    found = coded(pipeline, text)
    told = {
        (
            event.type,
            event.status,
            next(iter(event.mediators), None),
            event.venue.id if event.venue else None,
            event.track,
        )
        for event in found.events
    }
    assert told == wanted, json.dumps([event.headline for event in found.events])
    assert found.relevant is bool(wanted)
    for event in found.events:
        assert {party.id for party in event.parties} <= {"actor:SRB", "actor:XKX"}


def test_the_default_process_takes_those_texts_for_none_of_its_own() -> None:
    first = Pipeline.build(load(), load_languages(), load_rules())
    for name in ("mediated leaders' talks", "an offer to host", "a meeting called off"):
        assert not coded(first, ARTICLES[name][0]).relevant
