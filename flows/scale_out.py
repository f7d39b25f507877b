"""Backfill over several machines: Prefect's Dask task runner, a task for each archive.

A task scans an archive and transforms what is wanted, on whichever worker takes it; this
process is the one writer, which archives, judges and commits what comes back. A task returns
at most `PORTION` pages and is then asked for the rest, so that memory stays bounded and a
backfill that was stopped goes on where it was, as in one process.

Needs the extra ``scale`` (prefect-dask). Workers run the same version of this software and
reach the archives under the same paths or addresses.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, Final

import dask
from prefect import flow, task
from prefect.cache_policies import NO_CACHE
from prefect.futures import as_completed
from prefect_dask.task_runners import DaskTaskRunner

from connectors.archives import Archive, Downloads
from connectors.records import Capture
from dossiers.loader import load
from flows.backfill import Backfill, as_ours, run_backfill, sources_by_host
from flows.records import IngestRequest, RunReport
from flows.scanning import Task, Word, build_topic_pass, look_through
from flows.settings import Settings
from flows.stages.capture import keep
from flows.stages.transform import Processed, open_pool, transform
from transforms.topic_pass import TopicPass

PORTION: Final = 500
"""Pages a task brings back at most."""


@dataclass(frozen=True, slots=True)
class Portion:
    """What a task brings back: pages transformed, damages, and how far it came."""

    processed: tuple[Processed, ...]
    damages: tuple[Word, ...]
    last: Word


@dataclass(frozen=True, slots=True)
class Sealed:
    """A task's result as Prefect sees it: one thing, not to be looked into."""

    portion: Portion


@cache
def _topic_pass() -> TopicPass:
    return build_topic_pass()


def scan_and_transform(job: Task, downloads: Downloads, page_seconds: float) -> Portion:
    """Scan an archive from where it was left, and transform what is wanted of it."""
    hosts = sources_by_host(load())
    captures: list[Capture] = []
    damages: list[Word] = []
    last = Word(job.file, 0, job.skip)
    for word in look_through(job, _topic_pass().wants, downloads):
        last = replace(word, capture=None)
        if word.capture is not None:
            captures.append(as_ours(word.capture, hosts))
        if word.damage is not None:
            damages.append(last)
        if len(captures) + len(damages) >= PORTION:
            break
    if not captures:
        return Portion((), tuple(damages), last)
    with open_pool(1, page_seconds) as pool:
        return Portion(tuple(transform(captures, pool)), tuple(damages), last)


@task(name="scan and transform", retries=2, cache_policy=NO_CACHE, persist_result=False)
def scan_task(job: Task, downloads: Downloads, page_seconds: float) -> Sealed:
    """`scan_and_transform` as Prefect runs it."""
    return Sealed(scan_and_transform(job, downloads, page_seconds))


@dataclass
class ScaledOut(Backfill):
    """A backfill whose scanning and transforming is done by a cluster."""

    def start(self, stack: ExitStack, tasks: Sequence[Task]) -> None:
        """Nothing: the cluster's workers scan."""

    def scan_all(self, tasks: Sequence[Task]) -> None:
        """Let the cluster work through the archives, and commit what comes back."""
        waiting = [self._submit(job) for job in tasks]
        done: dict[int, tuple[int, int, int]] = {}
        while waiting:
            future = next(as_completed(waiting))
            waiting.remove(future)
            portion: Portion = future.result().portion
            last = self._added(portion.last, done)
            self._settle(portion)
            self.hear(last, deque())
            self.note()
            self.on_progress(self.progress())
            if not last.is_end:
                waiting.append(self._submit(Task(last.file, self.archives[last.file], last.seen)))

    def _submit(self, job: Task) -> Any:
        return scan_task.submit(job, self.downloads, self.settings.page_seconds)

    @staticmethod
    def _added(last: Word, done: dict[int, tuple[int, int, int]]) -> Word:
        """The last word of a portion, with what earlier portions of its file counted."""
        before = done.get(last.file, (0, 0, 0))
        now = (before[0] + last.pages, before[1] + last.wanted, before[2] + last.damaged)
        done[last.file] = now
        return replace(last, pages=now[0], wanted=now[1], damaged=now[2], damage=None)

    def _settle(self, portion: Portion) -> None:
        kept = [
            Processed(keep(item.capture, self.archive), item.result) for item in portion.processed
        ]
        damaged = [
            self.damaged(self.files[word.file].path, word.seen, word.damage or "")
            for word in portion.damages
        ]
        kept += transform(damaged, self.pool)
        for start in range(0, len(kept), self.batch_size):
            self.settle(kept[start : start + self.batch_size])


def cluster(workers: int | None, address: str | None) -> Any:
    """A task runner on a running cluster, or on a local one of ``workers`` processes."""
    # Workers extract in processes of their own, which a daemon may not have.
    dask.config.set({"distributed.worker.daemon": False})
    if address:
        return DaskTaskRunner(address=address)
    return DaskTaskRunner(
        cluster_kwargs={
            "n_workers": workers or 2,
            "threads_per_worker": 1,
            "dashboard_address": None,
        }
    )


def run_scaled_out(
    request: IngestRequest,
    archives: Sequence[Archive],
    *,
    downloads: Downloads | None = None,
    settings: Settings | None = None,
    workers: int | None = None,
    address: str | None = None,
    on_progress: Any = None,
) -> RunReport:
    """`run_backfill` with a cluster that scans and transforms.

    Args:
        request: where to, and the moment it is.
        archives: WARC files that every worker can reach.
        downloads: how those elsewhere come to a worker.
        settings: the deployment's settings.
        workers: of a local cluster.
        address: of a running Dask scheduler (``tcp://host:8786``) instead.
        on_progress: told how far it is.
    """

    def backfill() -> RunReport:
        return run_backfill(
            request,
            archives,
            downloads=downloads,
            settings=settings,
            kind=ScaledOut,
            **({"on_progress": on_progress} if on_progress else {}),
        )

    as_flow = flow(name="backfill", task_runner=cluster(workers, address), log_prints=False)
    report: RunReport = as_flow(backfill)()
    return report
