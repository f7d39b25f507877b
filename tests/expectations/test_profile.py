"""The committed reference profile is what the seed documents give today."""

from __future__ import annotations

from pathlib import Path

from expectations.profile import build, load_profile
from expectations.seeds import read_seeds
from flows.stages.transform import process_raw
from transforms.records import CodedDocument


def test_the_profile_is_current_where_the_seed_documents_are_present(seeds: Path) -> None:
    raws, absent = read_seeds(seeds)
    assert absent == []
    coded = [result for raw in raws if isinstance(result := process_raw(raw), CodedDocument)]
    measured, committed = build(coded), load_profile()
    assert measured.signatures == committed.signatures, "run `python -m flows.reference`"
    assert measured.chars == committed.chars
    assert measured.mention_rates == committed.mention_rates


def test_a_near_copy_of_a_reference_document_is_recognised() -> None:
    profile = load_profile()
    assert profile.nearest(profile.signatures[0]) == 1.0
    assert profile.documents == 5
