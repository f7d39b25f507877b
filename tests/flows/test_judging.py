"""A document a critical check blocks goes to quarantine and takes nobody with it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from connectors.captures import make_capture
from flows.stages.decide import sort_captures
from flows.stages.judge import judge_batch, judge_seeds
from flows.stages.transform import Processed, Refusal, process_raw, raw_document
from transforms.records import CodedDocument, EventDate

NOW = datetime(2024, 5, 9, tzinfo=UTC)
TEXT = (
    "Ministers to meet in Almaty\n\nThe foreign ministers of Armenia and Azerbaijan will meet in "
    "Almaty on 10 May 2024, Kazakhstan's foreign ministry said on Wednesday. Kazakhstan is to "
    "host the talks and does not mediate in them, the ministry added in its statement.\n"
)


def processed(name: str, text: str = TEXT) -> Processed:
    capture = make_capture(
        url=f"file:{name}.txt",
        kind="file",
        source_id="files",
        status=200,
        content_type="text/plain",
        charset="utf-8",
        body=text.encode(),
        fetched_at=NOW,
    )
    raw = raw_document(capture)
    assert not isinstance(raw, Refusal)
    result = process_raw(replace(raw, published=datetime(2024, 5, 8, tzinfo=UTC)))
    assert isinstance(result, CodedDocument)
    return Processed(capture, result)


def test_a_good_batch_passes_every_critical_check() -> None:
    judgement = judge_batch([processed("a")], run_id="run_t", now=NOW, directory=None)
    assert [r.expectation for r in judgement.run.results if not r.success] == []
    assert isinstance(judgement.processed[0].result, CodedDocument)


def test_a_garbled_text_is_blocked_and_named_and_the_rest_goes_in() -> None:
    good, bad = processed("good"), processed("bad", TEXT.replace("e", "\ufffd"))
    judgement = judge_batch([good, bad], run_id="run_t", now=NOW, directory=None)
    outcome = sort_captures(judgement.processed, {})
    assert {row.capture.url: row.outcome for row in outcome.rows} == {
        "file:good.txt": "new",
        "file:bad.txt": "quarantined",
    }
    assert "article_text_is_readable" in outcome.quarantined[0].detail


def test_an_event_whose_evidence_is_not_in_the_text_blocks_its_article() -> None:
    item = processed("a")
    assert isinstance(item.result, CodedDocument)
    assert item.result.events, "the trial text tells of an event"
    event = item.result.events[0]
    piece = replace(event.evidence[0], start=event.evidence[0].start + 3)
    broken = replace(item.result, events=(replace(event, evidence=(piece,)),))
    judgement = judge_batch([replace(item, result=broken)], run_id="run_t", now=NOW, directory=None)
    assert isinstance(judgement.processed[0].result, Refusal)
    assert "evidence_is_inside_its_text" in judgement.processed[0].result.detail


def test_an_event_that_ends_before_it_starts_blocks_its_article() -> None:
    item = processed("a")
    assert isinstance(item.result, CodedDocument)
    event = item.result.events[0]
    backwards = EventDate(NOW.date(), datetime(2024, 5, 1, tzinfo=UTC).date(), "day", "text")
    broken = replace(item.result, events=(replace(event, date=backwards),))
    judgement = judge_batch([replace(item, result=broken)], run_id="run_t", now=NOW, directory=None)
    assert isinstance(judgement.processed[0].result, Refusal)


def test_absent_seed_documents_are_said_not_passed(tmp_path: Path) -> None:
    run = judge_seeds(seeds=tmp_path, run_id="run_t", now=NOW)
    assert run.ran is False
    assert "did not run" in (run.note or "")
    assert run.results == ()


def test_present_seed_documents_satisfy_every_critical_check(seeds: Path) -> None:
    run = judge_seeds(seeds=seeds, run_id="run_t", now=NOW)
    failed = [(r.expectation, r.unexpected_ids) for r in run.results if not r.success]
    assert run.ran
    assert [name for name, _ in failed if name in critical(run.results)] == []


def critical(rows: object) -> set[str]:
    return {row.expectation for row in rows if row.severity == "critical"}  # type: ignore[attr-defined]
