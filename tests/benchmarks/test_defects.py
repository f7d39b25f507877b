"""Planted defects are named by the expectation meant for them; clean batches block nothing."""

from __future__ import annotations

from benchmarks.defect_list import DEFECTS
from benchmarks.defects import measure
from expectations.suites import load_suites
from flows.docs import PAGES
from flows.settings import REPOSITORY


def test_nearly_all_defects_are_named_and_no_clean_batch_is_blocked() -> None:
    found, clean, blocked = measure()
    planted, caught = sum(f.planted for f in found), sum(f.caught for f in found)
    assert len(found) >= 40
    assert caught >= 0.95 * planted, [f.defect.what for f in found if f.caught < f.planted]
    assert (clean > 0, blocked) == (True, 0)


def test_the_page_that_lists_them_is_current() -> None:
    page = "docs/quality.md"
    assert (REPOSITORY / page).read_text(encoding="utf-8") == PAGES[page](), "run `make docs`"


def test_every_check_has_a_defect_that_it_must_catch() -> None:
    checks = {check.name for suite in load_suites() for check in suite.checks}
    assert checks - {defect.check for defect in DEFECTS} == set()
