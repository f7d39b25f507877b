"""The seed corpus comes out as annotated, where its documents are at hand.

Expected are positions only (code points into the file), never text.
"""

from __future__ import annotations

import hashlib
import os
import re
from pathlib import Path

import pytest

from dossiers.boilerplate import load_rules
from transforms.extract import extract
from transforms.records import RawDocument

RULES = load_rules()
BESIDE = Path(__file__).resolve().parents[2].parent / "shared" / "seeds"
SEEDS = Path(os.environ.get("ARAXES_SEEDS", BESIDE))

# document: title span, spans to be cut, 1-based lines to be kept
EXPECTED = {
    "000": (
        (12, 84),
        [(0, 10), (952, 960), (962, 1079), (1940, 2212), (3563, 3682), (4099, 4118)],
        [5, 7, 13, 15, 19, 21, 23, 27],
    ),
    "001": ((0, 50), [], list(range(3, 32, 2))),
    "002": ((0, 65), [(201, 353), (354, 482), (483, 506)], [3, *range(8, 21)]),
    "003": (None, [], list(range(1, 15))),
    "004": (None, [(7204, 7248)], list(range(1, 12))),
}


def seed(number: str) -> tuple[str, str]:
    """A document's name and text; skips the test where it is not at hand."""
    found = sorted(SEEDS.glob(f"{number}_*.txt"))
    if not found:
        pytest.skip(f"seed documents not found in {SEEDS}: set ARAXES_SEEDS to their folder")
    return found[0].stem, found[0].read_bytes().decode("utf-8")


@pytest.mark.parametrize("number", EXPECTED)
def test_a_seed_keeps_its_body_and_loses_what_is_not(number):
    name, source = seed(number)
    title, cut, kept = EXPECTED[number]
    document = extract(RawDocument(name, None, source.encode(), "text/plain"), RULES)
    assert document.title == (source[slice(*title)] if title else None)
    assert [(r.source_start, r.source_end) for r in document.removed] == cut
    assert document.not_news is None
    assert document.language == "en"
    starts = [0, *(m.end() for m in re.finditer("\n", source)), len(source) + 1]
    lines = [
        i + 1
        for i in range(len(starts) - 1)
        if any(starts[i] <= s.source_start < starts[i + 1] for s in document.segments)
    ]
    assert lines == kept
    assert document.text.count("\n") == len(kept) - 1


@pytest.mark.parametrize("number", EXPECTED)
def test_every_character_of_a_seed_leads_back_to_its_source(number):
    name, source = seed(number)
    document = extract(RawDocument(name, None, source, "text/plain"), RULES)
    mapped = 0
    for part in document.segments:
        text = document.text[part.start : part.start + part.length]
        original = source[part.source_start : part.source_start + part.length]
        assert text == re.sub(r"\s", " ", original)
        mapped += part.length
    assert mapped == len(document.text) - document.text.count("\n")


def test_evidence_of_a_seed_is_found_at_its_annotated_place():
    name, source = seed("001")
    document = extract(RawDocument(name, None, source, "text/plain"), RULES)
    quote = source[52:342]
    assert hashlib.sha1(quote.encode(), usedforsecurity=False).hexdigest()[:12] == "96802b3ff85f"
    at = document.text.index(quote)
    assert document.source_span(at, at + len(quote)) == (52, 342)
