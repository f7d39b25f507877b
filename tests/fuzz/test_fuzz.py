"""A short run of the fuzzer; the long one is ``python -m benchmarks.fuzz --minutes 10``."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from benchmarks.fuzz import SECONDS, Report, fuzz, main, once
from benchmarks.fuzz_mutations import spoilt
from benchmarks.fuzz_targets import Target, targets

ROUNDS = {"listing": 10, "page": 12, "plain text": 12}
USUAL_ROUNDS = 60


@pytest.fixture(scope="module")
def doors() -> tuple[Target, ...]:
    return targets()


def test_no_door_crashes_or_hangs_on_spoilt_samples(doors: tuple[Target, ...]) -> None:
    for door in doors:
        report = fuzz([door], seed=2025, rounds=ROUNDS.get(door.name, USUAL_ROUNDS))
        assert [(f.seed, f.error) for f in report.findings] == []


def test_whole_samples_are_taken(doors: tuple[Target, ...]) -> None:
    """A fuzzer whose samples are refused at the door would find nothing."""
    for door in doors:
        if door.name in ("feed", "sitemap", "listing", "channel preview", "table"):
            assert getattr(door.run(door.samples[0]), "candidates", None), door.name


def test_a_crash_and_a_hang_are_reported_with_what_makes_them_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fragile(body: bytes) -> None:
        if b"<" in body:
            raise KeyError("fragile")
        while b"hang" in body:
            pass

    monkeypatch.setattr("benchmarks.fuzz.SECONDS", 1)
    report = Report()
    once(Target("crash", (b"<" * 5000,), fragile), "1/crash/0", report)
    hangs = Target("hang", (b"hang" * 5000,), lambda body: fragile(b"hang"))
    once(hangs, "1/hang/0", report)
    assert [f.error for f in report.findings] == ["KeyError: 'fragile'", "Hang: longer than 1 s"]
    again = spoilt(random.Random("1/crash/0"), (b"<" * 5000,))
    assert report.findings[0].body == again
    assert SECONDS > 1


def test_the_command_says_how_much_was_tried(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert main(["--minutes", "0.01", "--only", "robots.txt", "--keep", str(tmp_path)]) == 0
    said = capsys.readouterr().out
    assert "robots.txt" in said and "0 crashes" in said
