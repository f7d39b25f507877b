import io
from dataclasses import replace

import pytest
from demo_perfect import BASES, perfect_found
from rich.console import Console

from demo.compare import compare_all
from demo.harvest import Cli, CommandError
from demo.report import Result, print_report
from demo.run import MARKER, prepare


def report(truth, found):
    result = Result(
        truth=truth,
        found=found,
        bases=BASES,
        differences=tuple(compare_all(truth, found, BASES, 2, perfect_found(truth, 1))),
        quality=({"suite": "batch", "severity": "critical", "judged": 3, "failed": 0},),
        balance={"discovered": 85, "taken": 74, "is_balanced": True},
        seconds={1: 20.0, 2: 10.0, 3: 5.0},
        total_seconds=31.0,
        requests=100,
        warehouse=BASES["lori"],
    )
    out = io.StringIO()
    print_report(Console(file=out, width=160), result)
    return out.getvalue()


def test_the_report_shows_truth_beside_findings(truth):
    shown = report(truth, perfect_found(truth, 2))
    assert "Everything planted was found, and nothing else." in shown
    headings = ("Articles", "Copies", "no article", "Events", "Alerts", "health", "Quality")
    for heading in (*headings, "Every address in one state"):
        assert heading in shown
    assert "none sent, 1 suppressed" in shown
    assert "85, balanced" in shown
    assert "0 of 1" not in shown


def test_the_report_lists_every_difference(truth):
    found = replace(perfect_found(truth, 2), alerts=())
    shown = report(truth, found)
    assert "0 of 1" in shown
    assert "alert: commission (status) in stage 2: expected 1, found 0" in shown


def test_the_demo_empties_only_a_directory_of_its_own(tmp_path):
    (tmp_path / "thesis.txt").write_text("years of work")
    with pytest.raises(FileExistsError, match="name another"):
        prepare(tmp_path)
    own = tmp_path / "own"
    prepare(own)
    (own / "warehouse").mkdir()
    prepare(own)
    assert (own / MARKER).exists()
    assert not (own / "warehouse").exists()
    assert (tmp_path / "thesis.txt").exists()


def test_a_failing_command_is_named_with_what_it_said(tmp_path):
    cli = Cli(("sh", "-c", "echo no such thing >&2; exit 2"), tmp_path, tmp_path)
    with pytest.raises(CommandError, match=r"araxes events --json ended with 2:\nno such thing"):
        cli.rows("events")


def test_output_that_is_not_one_json_array_is_named(tmp_path):
    cli = Cli(("echo", "hello"), tmp_path, tmp_path)
    with pytest.raises(CommandError, match="did not print one JSON array"):
        cli.rows("events")
