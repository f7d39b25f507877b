"""One ingestion run, without Prefect: discover, then batch by batch to the last alert.

`run_ingest` is the whole main job as a plain function. Its ``step`` argument runs each stage;
`flows.prefect_flows` passes one that makes a Prefect task of it.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any, TypeVar

from connectors.policy import FetchPolicy
from connectors.records import Candidate, Capture, FeedResult, FeedState
from connectors.warc import CaptureArchive
from dossiers.catalogue import load_catalogue
from dossiers.loader import load
from dossiers.records import Dossier, Source
from expectations.judge import preload
from flows.crashpoints import reach
from flows.records import (
    EXIT_COMPLETE,
    EXIT_FAILED,
    EXIT_PARTIAL,
    Clock,
    IngestRequest,
    RunReport,
    new_run_id,
)
from flows.settings import Settings
from flows.stages.capture import capture, keep
from flows.stages.commit import commit_batch
from flows.stages.decide import Setting
from flows.stages.discover import (
    Choice,
    choose,
    discover_feeds,
    discover_files,
    pace,
    replays,
    with_leftovers,
)
from flows.stages.judge import judge_batch, judge_seeds
from flows.stages.tell import tell
from flows.stages.transform import open_pool, transform
from flows.web import Web
from warehouse.locks import run_lock
from warehouse.publish import publish
from warehouse.records import CaptureRow
from warehouse.store import open_writer

Item = TypeVar("Item")
Step = Callable[..., Any]


class IngestFailed(Exception):
    """A run that could not be finished; carries its report."""

    def __init__(self, report: RunReport) -> None:
        last = report.failures[-1] if report.failures else ("run", "failed", "no reason recorded")
        super().__init__(f"run {report.run_id} failed: {last[0]}: {last[1]}: {last[2]}")
        self.report = report


class UnknownSources(Exception):
    """``only`` names sources that are not in the catalogue."""


def plain_step(name: str, function: Callable[..., Item], *arguments: Any, **keywords: Any) -> Item:
    """Run a stage as it is."""
    return function(*arguments, **keywords)


def run_ingest(
    request: IngestRequest, *, step: Step = plain_step, settings: Settings | None = None
) -> RunReport:
    """Run one ingestion.

    Args:
        request: what to take in, and when it is.
        step: called as ``step(name, function, *arguments)`` for every stage of every batch.
        settings: the deployment's settings; read from the environment by default.

    Returns:
        The report; its ``exit_code`` is that of design §6.

    Raises:
        DossierError, UnknownSources: the configuration is wrong.
        WarehouseError: the warehouse cannot be written.
    """
    settings = settings or Settings()
    dossier = load()
    sources = chosen_sources(request, dossier)
    clock = Clock(request.now)
    report = RunReport(new_run_id(clock()), clock())
    with run_lock(request.warehouse, wait=request.wait, now=clock()) as had:
        if not had:
            report.status = "yielded"
            report.finished_at = clock()
            report.notes.append("another ingestion is under way; this one yielded to it")
            return report
        _Run(request, settings, dossier, sources, clock, report, step).carry_out()
    return report


def chosen_sources(request: IngestRequest, dossier: Dossier) -> dict[str, Source]:
    """The sources of a run, by id; empty for a folder of files.

    Raises:
        UnknownSources: ``only`` names an id the catalogue lacks.
        DossierError: the catalogue file is wrong.
    """
    if request.files:
        return {}
    catalogue = load_catalogue(request.sources) if request.sources else dict(dossier.sources)
    unknown = sorted(set(request.only) - set(catalogue))
    if unknown:
        raise UnknownSources(
            f"no source {', '.join(unknown)} in the catalogue; `araxes sources` lists them"
        )
    wanted = set(request.only) or set(catalogue)
    return {
        name: source
        for name, source in catalogue.items()
        if name in wanted and (source.enabled or name in request.only)
    }


def batches(items: Iterable[Item], size: int) -> Iterator[list[Item]]:
    """Items in lists of at most ``size``."""
    iterator = iter(items)
    while chunk := list(islice(iterator, size)):
        yield chunk


@dataclass
class _Run:
    """The state of one run, from its first lock to its last send."""

    request: IngestRequest
    settings: Settings
    dossier: Dossier
    sources: dict[str, Source]
    clock: Clock
    report: RunReport
    step: Step

    def carry_out(self) -> None:
        """Run every stage; the report says how it went."""
        directory = self.request.warehouse
        kind = "files" if self.request.files else "ingest"
        with open_writer(directory, timeout_seconds=None, now=self.clock()) as writer:
            writer.begin_run(self.report.run_id, kind, self.clock(), self._parameters())
            writer.sync_sources(self.sources.values(), self.clock())
            states = writer.feed_states()
        try:
            with ExitStack() as stack:
                self._take_in(stack, states)
            self._after_commit()
        except Exception as error:
            self.report.failures.append(("run", type(error).__name__, str(error)))
            self._finish("failed", EXIT_FAILED)
            raise
        code = self._exit_code()
        self._finish("complete" if code == EXIT_COMPLETE else "partial", code)
        self._timed("publish", publish, directory, self.report.run_id, self.clock(), hook=reach)

    def _take_in(self, stack: ExitStack, states: dict[str, FeedState]) -> None:
        settings, request = self.settings, self.request
        self.web = stack.enter_context(Web(self._policy()))
        self.archive = CaptureArchive(
            request.warehouse / "captures", self.report.run_id, self.clock()
        )
        stack.callback(self.archive.close)
        self.pool = stack.enter_context(
            open_pool(
                request.workers or settings.workers, request.page_seconds or settings.page_seconds
            )
        )
        self.pool.warm()
        preload()
        size = request.batch_size or settings.batch_size
        left = replays(request.warehouse, clock=self.clock)
        self.report.replayed = len(left.captures)
        results: tuple[FeedResult, ...] = ()
        if request.files:
            found = self._timed("discover", discover_files, request.files, clock=self.clock)
            for files in batches(self._archived(found, left.captures), size):
                self._batch(files)
        else:
            results = self._discover(states)
            choice = self._choose(results)
            results = pace(results, states, choice.fresh)
            work = with_leftovers(choice.candidates, left.captures)
            for part in batches(work, size):
                self._batch(self._timed("capture", self._capture, part))
        self._close_books(results, left.archives)

    def _discover(self, states: dict[str, FeedState]) -> tuple[FeedResult, ...]:
        results: tuple[FeedResult, ...] = self._timed(
            "discover",
            discover_feeds,
            list(self.sources.values()),
            states,
            web=self.web,
            clock=self.clock,
            archive=self.archive,
        )
        polled = [result for result in results if result.outcome != "skipped"]
        failed = [result for result in polled if result.outcome in ("failed", "retired")]
        self.report.sources_polled = len(polled)
        self.report.sources_failed = len(failed)
        self.report.failures += [
            (result.state.source_id, result.reason or result.outcome, result.state.error or "")
            for result in failed
        ]
        return results

    def _choose(self, results: Sequence[FeedResult]) -> Choice:
        directory = self.request.warehouse
        with open_writer(directory, timeout_seconds=None, now=self.clock()) as writer:
            return choose(results, self.sources, writer=writer, now=self.clock())

    def _capture(self, work: Sequence[Candidate | Capture]) -> list[Capture]:
        """Fetch what was not captured yet; the captures come in the order of the work."""
        wanted = [item for item in work if isinstance(item, Candidate)]
        fetched = iter(capture(wanted, web=self.web, clock=self.clock, archive=self.archive))
        return [item if isinstance(item, Capture) else next(fetched) for item in work]

    def _archived(self, files: Iterable[Capture], left: dict[str, Capture]) -> Iterator[Capture]:
        """A folder's documents, archived unless they lie in an archive already.

        What a killed run captured and the folder no longer holds comes last.
        """
        waiting = dict(left)
        for file in files:
            replayed = waiting.pop(file.url, None)
            same = replayed is not None and replayed.digest == file.digest
            yield replayed if same and replayed else keep(file, self.archive)
        yield from waiting.values()

    def _batch(self, captures: Sequence[Capture]) -> None:
        """One batch from bytes to commit."""
        processed = self._timed("transform", self._transform, captures)
        judgement = self._timed(
            "judge",
            judge_batch,
            processed,
            run_id=self.report.run_id,
            now=self.clock(),
            directory=self.request.warehouse / "quality",
        )
        self._count_quality(judgement.run.results)
        batch = self._timed(
            "commit",
            commit_batch,
            judgement,
            directory=self.request.warehouse,
            setting=self._setting(),
        )
        self.report.outcomes.update(row.outcome for row in batch.captures)
        self.report.articles.update(row.duplicate.relation for row in batch.articles)
        self.report.alerts.update(
            "raised" if row.state == "pending" else row.state for row in batch.alerts
        )
        self.report.events["touched"] += len(batch.events)
        self.report.failures += [(row.url, row.reason, row.detail) for row in batch.quarantined]

    def _transform(self, captures: Sequence[Capture]) -> list[Any]:
        return list(transform(captures, self.pool))

    def _close_books(self, results: Sequence[FeedResult], archives: Sequence[str]) -> None:
        """Commit the feeds' new validators, and the seed corpus' judgement, last of all."""
        from warehouse.records import Batch

        seeds = self._timed(
            "judge-seeds",
            judge_seeds,
            seeds=self.settings.seed_directory(),
            run_id=self.report.run_id,
            now=self.clock(),
        )
        self._count_quality(seeds.results)
        if seeds.note:
            self.report.notes.append(f"seed corpus: {seeds.note}")
        rows = [
            CaptureRow(
                result.capture,
                {"parsed": "changed", "unchanged": "unchanged"}.get(result.outcome, "quarantined"),  # type: ignore[arg-type]
                reason=result.reason,
            )
            for result in results
            if result.capture
        ]
        with open_writer(self.request.warehouse, timeout_seconds=None, now=self.clock()) as writer:
            writer.commit(
                Batch(
                    run_id=self.report.run_id,
                    now=self.clock(),
                    captures=tuple(rows),
                    feeds=tuple(result.state for result in results if result.outcome != "skipped"),
                    quality=(seeds,),
                ),
                hook=reach,
            )
            for name in archives:
                writer.close_archive(name, self.clock())
            if self.archive.path:
                writer.close_archive(self.archive.path.name, self.clock())

    def _after_commit(self) -> None:
        delivered = self._timed(
            "tell",
            tell,
            self.request.warehouse,
            clock=self.clock,
            dossier=self.dossier,
            alert_urls=tuple(self.settings.alert_urls),
        )
        self.report.alerts["delivered"] += delivered.total("sent") + delivered.total("already")
        self.report.failures += [
            (f"alert {alert} on {channel}", "not_delivered", why)
            for alert, channel, why in delivered.failures
        ]

    def _finish(self, status: str, exit_code: int) -> None:
        report = self.report
        report.status, report.exit_code = status, exit_code
        report.finished_at = self.clock()
        with open_writer(self.request.warehouse, timeout_seconds=None, now=self.clock()) as writer:
            writer.finish_run(report.run_id, status, self.clock(), report.as_dict(), exit_code)

    def _exit_code(self) -> int:
        """Complete, or partial when a critical check blocked rows or no source was reached."""
        blocked = any(reason == "quality" for _, reason, _ in self.report.failures)
        polled, failed = self.report.sources_polled, self.report.sources_failed
        unreachable = bool(polled) and polled == failed
        if unreachable:
            self.report.notes.append("no source could be reached at all")
        return EXIT_PARTIAL if blocked or unreachable else EXIT_COMPLETE

    def _timed(self, name: str, function: Callable[..., Item], *args: Any, **keywords: Any) -> Item:
        began = time.perf_counter()
        result: Item = self.step(name, function, *args, **keywords)
        spent = time.perf_counter() - began
        self.report.seconds[name] = self.report.seconds.get(name, 0.0) + spent
        return result

    def _count_quality(self, rows: Sequence[Any]) -> None:
        for row in rows:
            state = "passed" if row.success else f"{row.severity} failed"
            self.report.quality[state] += 1
            if not row.success:
                self.report.notes.append(
                    f"{row.suite}.{row.expectation} ({row.severity}): {row.unexpected_count} "
                    f"unexpected; {row.detail}"
                )

    def _setting(self) -> Setting:
        return Setting(
            run_id=self.report.run_id,
            now=self.clock(),
            horizon=self.request.alert_horizon,
            dossier=self.dossier,
            sources=self.sources or self.dossier.sources,
        )

    def _policy(self) -> FetchPolicy:
        settings = self.settings
        return replace(
            FetchPolicy(),
            connect_timeout_seconds=settings.connect_seconds,
            first_byte_timeout_seconds=settings.first_byte_seconds,
            total_timeout_seconds=settings.total_seconds,
            max_bytes=settings.max_bytes,
            per_host_delay_seconds=settings.host_delay_seconds,
            user_agent=settings.user_agent,
            retries=settings.retries,
            allow_private=self.request.allow_private,
        )

    def _parameters(self) -> dict[str, Any]:
        request = self.request
        return {
            "sources": request.sources.name if request.sources else None,
            "files": request.files.name if request.files else None,
            "only": list(request.only),
            "alert_horizon_seconds": (
                request.alert_horizon.total_seconds() if request.alert_horizon else None
            ),
        }
