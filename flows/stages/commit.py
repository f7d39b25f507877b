"""Commit: decide and write a judged batch inside one lock and one transaction."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from flows.crashpoints import reach
from flows.stages.decide import Setting, decide
from flows.stages.judge import Judgement
from warehouse.records import Batch
from warehouse.store import open_writer


def commit_batch(judgement: Judgement, *, directory: Path, setting: Setting) -> Batch:
    """Decide what a batch means, commit it whole, and return what was committed."""
    with open_writer(directory, timeout_seconds=None, now=setting.now) as writer:
        batch = decide(judgement.processed, writer=writer, setting=setting)
        batch = replace(batch, quality=(judgement.run,))
        writer.commit(batch, hook=reach)
    return batch
