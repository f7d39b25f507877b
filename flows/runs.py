"""What every kind of ingestion does alike: begin, batch by batch to commit, tell, finish.

`flows.ingest` runs it once over what is due, `flows.streaming` for as long as it is let.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any, ClassVar, TypeVar

from alerts.channels import Channel
from alerts.operator import notify
from connectors.policy import FetchPolicy
from connectors.records import Capture, FeedResult, FeedState
from connectors.warc import CaptureArchive
from dossiers.records import Dossier, Source
from expectations.judge import preload
from flows.crashpoints import reach
from flows.heartbeat import beat
from flows.pools import KillablePool
from flows.records import EXIT_COMPLETE, EXIT_PARTIAL, IngestRequest, RunReport
from flows.settings import Settings
from flows.stages.commit import FAILING_BATCH, commit_batch
from flows.stages.decide import Setting
from flows.stages.feeds import write_feeds
from flows.stages.judge import Judgement, critical_failures, judge_batch, judge_seeds
from flows.stages.tell import tell
from flows.stages.transform import Processed, open_pool, transform
from flows.web import Web
from warehouse.errors import WarehouseError
from warehouse.publish import publish
from warehouse.records import Batch, CaptureRow, Outcome, QualityRun
from warehouse.store import open_writer

Item = TypeVar("Item")
Step = Callable[..., Any]


def plain_step(name: str, function: Callable[..., Item], *arguments: Any, **keywords: Any) -> Item:
    """Run a stage as it is."""
    return function(*arguments, **keywords)


def books(results: Sequence[FeedResult], run_id: str, now: datetime, *quality: QualityRun) -> Batch:
    """What was learnt of the sources that were asked, as one transaction takes it in."""
    outcomes: dict[str, Outcome] = {"parsed": "changed", "unchanged": "unchanged"}
    captures = tuple(
        CaptureRow(
            result.capture, outcomes.get(result.outcome, "quarantined"), reason=result.reason
        )
        for result in results
        if result.capture
    )
    feeds = tuple(result.state for result in results if result.outcome != "skipped")
    return Batch(run_id=run_id, now=now, captures=captures, feeds=feeds, quality=quality)


@dataclass
class Run:
    """The state of one run, from its first lock to its last send."""

    request: IngestRequest
    settings: Settings
    dossier: Dossier
    sources: dict[str, Source]
    clock: Callable[[], datetime]
    report: RunReport
    step: Step = plain_step
    channels: Mapping[str, Channel] | None = None
    """Channels that get every alert besides the subscriptions', by name."""
    web: Web = field(init=False)
    archive: CaptureArchive = field(init=False)
    pool: KillablePool[Any, Any] = field(init=False)
    is_blocked: bool = False
    """Whether a critical check has blocked a document, or the seed corpus lost a fact."""
    told: set[str] = field(default_factory=set)
    """What the operator has been told in this run: the same trouble is said once."""
    has_heartbeat: ClassVar[bool] = False
    """Whether a monitor outside is told of each good run."""

    def begin(self, kind: str) -> dict[str, FeedState]:
        """Write the run's row and the catalogue; what is remembered of the sources."""
        directory = self.request.warehouse
        with open_writer(directory, timeout_seconds=None, now=self.clock()) as writer:
            writer.begin_run(self.report.run_id, kind, self.clock(), self._parameters())
            writer.sync_sources(self.sources.values(), self.clock())
            return writer.feed_states()

    def equip(self, stack: ExitStack, workers: int | None = None) -> None:
        """Open what a run works with: a client, extraction processes, an archive."""
        settings, request = self.settings, self.request
        self.web = stack.enter_context(Web(self._policy()))
        workers = workers or request.workers or settings.workers
        seconds = request.page_seconds or settings.page_seconds
        self.pool = stack.enter_context(open_pool(workers, seconds))
        self.open_archive()
        stack.callback(lambda: self.archive.close())
        self.pool.warm()
        preload()

    def open_archive(self) -> None:
        """A file of captures of this run's own: none is ever appended to again."""
        self.archive = CaptureArchive(
            self.request.warehouse / "captures", self.report.run_id, self.clock()
        )

    @property
    def batch_size(self) -> int:
        """Documents a commit."""
        return self.request.batch_size or self.settings.batch_size

    def count_polls(self, results: Sequence[FeedResult]) -> None:
        """Count sources asked and failed, with the reasons."""
        polled = [result for result in results if result.outcome != "skipped"]
        failed = [result for result in polled if result.outcome in ("failed", "retired")]
        self.report.sources_polled += len(polled)
        self.report.sources_failed += len(failed)
        self.report.failures += [
            (result.state.source_id, result.reason or result.outcome, result.state.error or "")
            for result in failed
        ]

    def batch(self, captures: Sequence[Capture]) -> None:
        """One batch from bytes to commit."""
        self.settle(self.timed("transform", self._transform, captures))

    def settle(self, processed: Sequence[Processed]) -> None:
        """One batch of transformed captures from judgement to commit."""
        judgement = self.timed(
            "judge",
            judge_batch,
            processed,
            run_id=self.report.run_id,
            now=self.clock(),
            directory=self._docs_directory(),
        )
        self._count_quality(judgement.run.results)
        batch = self.timed(
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
        reasons = {row.reason for row in batch.quarantined}
        self.is_blocked |= bool(reasons & {"quality", FAILING_BATCH})
        if judgement.failure:
            self._say_held(judgement, batch)

    def _say_held(self, judgement: Judgement, batch: Batch) -> None:
        """Tell the operator that a batch failed as a whole."""
        held = [row for row in batch.quarantined if row.reason == FAILING_BATCH]
        failed = sorted({row.expectation for row in critical_failures(judgement.run)})
        waits = held[0].detail if held else f"{judgement.failure}; it caused no alerts"
        self.tell_operator(
            f"A batch failed its checks: {', '.join(failed)}",
            f"Run {self.report.run_id}: {waits}.\n\n`araxes quarantine list --stage judge` shows "
            "what is blocked; after a fix, `araxes reprocess` runs stored captures again.",
        )

    def tell_operator(self, subject: str, body: str) -> None:
        """Say something on the operator's channel, once a run; a failure is a note."""
        if subject in self.told:
            return
        self.told.add(subject)
        why = notify(self.settings.operator_url, f"Araxes: {subject}", body)
        if why:
            self.report.notes.append(f"the operator could not be told ({subject}): {why}")

    def _docs_directory(self) -> Path | None:
        """Where the Data Docs of the next batch go; None leaves it out of them."""
        return self.request.warehouse / "quality"

    def _transform(self, captures: Sequence[Capture]) -> list[Any]:
        return list(transform(captures, self.pool))

    def close_books(
        self, results: Sequence[FeedResult], archives: Sequence[str] = (), *quality: QualityRun
    ) -> None:
        """Commit what was learnt of the sources, once their items are in; close archives."""
        rows = books(results, self.report.run_id, self.clock(), *quality)
        with open_writer(self.request.warehouse, timeout_seconds=None, now=self.clock()) as writer:
            writer.commit(rows, hook=reach)
            for name in archives:
                writer.close_archive(name, self.clock())

    def judge_seeds(self) -> QualityRun:
        """The seed corpus, through today's transforms; a fact that is lost turns the run red."""
        seeds: QualityRun = self.timed(
            "judge-seeds",
            judge_seeds,
            seeds=self.settings.seed_directory(),
            run_id=self.report.run_id,
            now=self.clock(),
            coder=self._seed_coder(),
        )
        self._count_quality(seeds.results)
        lost = critical_failures(seeds)
        self.is_blocked |= bool(lost)
        if lost:
            facts = "\n".join(f"- {row.expectation}: {row.observed}" for row in lost[:20])
            self.tell_operator(
                f"The seed corpus lost {len(lost)} facts",
                f"Run {self.report.run_id}: what is coded by this version is not to be trusted "
                f"before that is understood.\n\n{facts}",
            )
        if seeds.note:
            self.report.notes.append(f"seed corpus: {seeds.note}")
        return seeds

    def _seed_coder(self) -> Callable[[Sequence[Any]], list[Any]] | None:
        """The pool, whose processes are prepared; None where a run had no use for one."""
        pool = getattr(self, "pool", None)
        return None if pool is None else lambda raws: list(pool.map(raws))

    def tell(self) -> None:
        """Send what the outbox holds."""
        delivered = self.timed(
            "tell",
            tell,
            self.request.warehouse,
            clock=self.clock,
            dossier=self.dossier,
            alert_urls=tuple(self.settings.alert_urls),
            extra=self.channels,
        )
        self.report.alerts["delivered"] += delivered.total("sent") + delivered.total("already")
        self.report.failures += [
            (f"alert {alert} on {channel}", "not_delivered", why)
            for alert, channel, why in delivered.failures
        ]

    def publish(self) -> None:
        """Swap the published snapshot for what is committed, and write the feeds of it."""
        self.timed(
            "publish",
            publish,
            self.request.warehouse,
            self.report.run_id,
            self.clock(),
            hook=reach,
        )
        try:
            self.timed(
                "feeds",
                write_feeds,
                self.request.warehouse,
                dossier=self.dossier,
                now=self.clock(),
                base=self.settings.feeds_url,
            )
        except (OSError, WarehouseError) as error:
            # They are written again after the next publication; the run stands.
            self.report.failures.append(("feeds", type(error).__name__, str(error)))
        if self.has_heartbeat and self.report.status == "complete":
            why = beat(self.settings.heartbeat_url)
            if why:
                self.report.notes.append(why)

    def finish(self, status: str, exit_code: int) -> None:
        """Write how the run ended."""
        report = self.report
        report.status, report.exit_code = status, exit_code
        report.finished_at = self.clock()
        with open_writer(self.request.warehouse, timeout_seconds=None, now=self.clock()) as writer:
            writer.finish_run(report.run_id, status, self.clock(), report.as_dict(), exit_code)

    def exit_code(self) -> int:
        """Complete, or partial when a critical check blocked rows or no source was reached."""
        polled, failed = self.report.sources_polled, self.report.sources_failed
        unreachable = bool(polled) and polled == failed
        if unreachable:
            self.report.notes.append("no source could be reached at all")
        return EXIT_PARTIAL if self.is_blocked or unreachable else EXIT_COMPLETE

    def timed(self, name: str, function: Callable[..., Item], *args: Any, **keywords: Any) -> Item:
        """Run a stage as a step, adding up the seconds it took."""
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
                self.report.note_check(row)
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
