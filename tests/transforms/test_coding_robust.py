"""Whatever comes in, the coder ends in bounded time, and every event it gives has its proof."""

from __future__ import annotations

import json
import time
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dossiers.languages import load_languages
from flows.stages.transform import Refusal, build_pipeline, process_raw
from transforms.coding.words import words_of
from transforms.records import CodedDocument, RawDocument

GOLD = Path(__file__).parent.parent / "gold" / "dev"
LANGUAGES = ("en", "ru", "hy", "az", "tr", "ka", "fa", "fr")
LANGUAGE = load_languages()
STRANGE = "\u0000\u0007\u200b\u200f\u2028\ufeff\ud800\udfff\U0001f1e6\u0301"


@cache
def sentences(language: str) -> tuple[str, ...]:
    """Passages of development texts: material for texts nobody wrote."""
    lines = (GOLD / f"{language}.jsonl").read_text(encoding="utf-8").splitlines()
    found = {
        piece["quote"]
        for line in lines
        for event in json.loads(line)["events"]
        for piece in event["evidence"]
    }
    return tuple(sorted(found))


def coded(text: str, published: Any = None) -> CodedDocument | Refusal:
    raw = RawDocument("x", None, text, content_type="text/plain", published=published)
    return process_raw(raw)


@st.composite
def mixtures(draw: st.DrawFn) -> str:
    """Real passages of any languages, cut anywhere, with strange characters between."""
    languages = draw(st.lists(st.sampled_from(LANGUAGES), min_size=1, max_size=4))
    parts = []
    for language in languages:
        text = draw(st.sampled_from(sentences(language)))
        start = draw(st.integers(0, max(0, len(text) - 1)))
        parts += [text[start:], draw(st.sampled_from(["\n", " ", "", *STRANGE]))]
        parts.append(draw(st.sampled_from(sentences(language))))
    return "".join(parts)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(mixtures())
def test_every_event_is_proved_by_a_span_of_the_text_that_holds_its_trigger(text: str) -> None:
    result = coded(text)
    if isinstance(result, Refusal):
        return
    for event in result.events:
        assert event.evidence
        for piece in event.evidence:
            assert result.document.text[piece.start : piece.end] == piece.quote
            assert piece.quote.strip()
        trigger = event.trigger.split("; ")[0].split(": ", 1)[1]
        proof = {
            word.folded
            for piece in event.evidence
            for word in words_of(piece.quote, 0, len(piece.quote), LANGUAGE[piece.language])
        }
        assert set(trigger.replace(" + ", " ").split()) <= proof, (trigger, proof)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.text(alphabet=st.characters(), max_size=400), st.sampled_from(LANGUAGES))
def test_no_text_makes_it_fail(noise: str, language: str) -> None:
    coded(noise)
    coded(sentences(language)[0] + noise + sentences(language)[-1])


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_million_characters_cost_in_proportion(language: str) -> None:
    """Linear: ten times the text costs at most twice ten times as much (one run, one ratio)."""
    pipeline = build_pipeline()
    whole = "\n".join(sentences(language))
    unit = whole * (50_000 // len(whole) + 1)

    def seconds(text: str) -> float:
        raw = RawDocument("x", None, text, content_type="text/plain")
        document = pipeline.process(raw).document
        began = time.process_time()
        pipeline.code(document)
        return time.process_time() - began

    assert coded(unit[:50_000]).events  # type: ignore[union-attr]
    seconds(unit[:5000])
    short = min(seconds(unit[:50_000]) for _ in range(2))
    assert seconds((unit * 10)[:500_000]) < 20 * short


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_page_without_sentence_ends_is_read_in_part_and_ends(language: str) -> None:
    words = " ".join(sentences(language)).replace(".", " ").replace("\n", " ")
    words = words.replace("։", " ").replace("؟", " ").replace("?", " ").replace("!", " ")
    result = coded((words + " ") * (200_000 // len(words) + 1))
    assert isinstance(result, CodedDocument)
    for event in result.events:
        for piece in event.evidence:
            assert result.document.text[piece.start : piece.end] == piece.quote


def test_an_undated_document_gives_undated_novelty_and_no_invented_day() -> None:
    text = (
        "The foreign ministers of Armenia and Azerbaijan met in Tbilisi for talks. "
        "Georgia hosted the meeting, the Georgian foreign ministry said in a statement."
    )
    result = coded(text)
    assert isinstance(result, CodedDocument)
    assert result.events
    for event in result.events:
        assert (event.date.precision, event.date.basis, event.date.start) == ("unknown", None, None)
        assert event.novelty == "undated"
