"""A post is looked at again when its channel shows it in other words, and only then."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from connectors.records import Candidate, FeedResult, FeedState
from flows.stages.capture import carried
from flows.stages.discover import choose
from warehouse.records import Batch, CaptureRow
from warehouse.store import open_writer

NOW = datetime(2025, 8, 8, 12, tzinfo=UTC)
POST = Candidate("https://t.me/channel/7", "channel", content="Two rooms are made ready.")


@pytest.mark.parametrize("look_again", [True, False])
@pytest.mark.parametrize(
    ("text", "is_chosen"),
    [("Two rooms are made ready.", False), ("Three rooms are made ready.", True)],
)
def test_an_edited_post_is_taken_again_in_any_turn_and_an_old_one_never(
    look_again: bool, text: str, is_chosen: bool, tmp_path: Path
) -> None:
    later = NOW + timedelta(minutes=20)
    shown = replace(POST, content=text)
    result = FeedResult(FeedState("channel", "https://t.me/s/channel"), "parsed", (shown,))
    with open_writer(tmp_path, timeout_seconds=5, now=NOW) as writer:
        writer.begin_run("run_1", "ingest", NOW)
        row = CaptureRow(carried(POST, NOW), "new", POST.url)
        writer.commit(Batch("run_1", NOW, captures=(row,)))
        choice = choose([result], {}, writer=writer, now=later, look_again=look_again)
    assert [candidate.content for candidate in choice.candidates] == [text] * is_chosen
    assert choice.fresh == {}
