"""One ingestion run, without Prefect: discover, then batch by batch to the last alert.

`run_ingest` is the whole main job as a plain function. Its ``step`` argument runs each stage;
`flows.prefect_flows` passes one that makes a Prefect task of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from itertools import islice
from typing import TypeVar

from alerts.channels import Channel
from connectors.records import Candidate, Capture, FeedResult, FeedState
from dossiers.catalogue import load_catalogue
from dossiers.loader import load
from dossiers.records import Dossier, Source
from flows.records import (
    EXIT_COMPLETE,
    EXIT_FAILED,
    Clock,
    IngestRequest,
    RunReport,
    new_run_id,
)
from flows.runs import Run, Step, plain_step
from flows.settings import Settings
from flows.stages.capture import capture, keep
from flows.stages.discover import (
    Choice,
    choose,
    discover_feeds,
    discover_files,
    pace,
    replays,
    with_leftovers,
)
from warehouse.locks import run_lock
from warehouse.store import open_writer

Item = TypeVar("Item")


class IngestFailed(Exception):
    """A run that could not be finished; carries its report."""

    def __init__(self, report: RunReport) -> None:
        last = report.failures[-1] if report.failures else ("run", "failed", "no reason recorded")
        super().__init__(f"run {report.run_id} failed: {last[0]}: {last[1]}: {last[2]}")
        self.report = report


class UnknownSources(Exception):
    """``only`` names sources that are not in the catalogue."""


def run_ingest(
    request: IngestRequest,
    *,
    step: Step = plain_step,
    settings: Settings | None = None,
    channels: Mapping[str, Channel] | None = None,
) -> RunReport:
    """Run one ingestion.

    Args:
        request: what to take in, and when it is.
        step: called as ``step(name, function, *arguments)`` for every stage of every batch.
        settings: the deployment's settings; read from the environment by default.
        channels: by name, what gets every alert besides the subscriptions' channels.

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
        _Ingest(request, settings, dossier, sources, clock, report, step, channels).carry_out()
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


class _Ingest(Run):
    """One pass over what is due, or over a folder."""

    has_heartbeat = True

    def carry_out(self) -> None:
        """Run every stage; the report says how it went."""
        states = self.begin("files" if self.request.files else "ingest")
        try:
            with ExitStack() as stack:
                self.equip(stack)
                self._take_in(states)
            self.tell()
        except Exception as error:
            self.report.failures.append(("run", type(error).__name__, str(error)))
            self.finish("failed", EXIT_FAILED)
            raise
        code = self.exit_code()
        self.finish("complete" if code == EXIT_COMPLETE else "partial", code)
        self.publish()

    def _take_in(self, states: dict[str, FeedState]) -> None:
        request, size = self.request, self.batch_size
        left = replays(request.warehouse, clock=self.clock)
        self.report.replayed = len(left.captures)
        results: tuple[FeedResult, ...] = ()
        if request.files:
            found = self.timed("discover", discover_files, request.files, clock=self.clock)
            for files in batches(self._archived(found, left.captures), size):
                self.batch(files)
        else:
            results = self._discover(states)
            choice = self._choose(results)
            results = pace(results, states, choice.fresh)
            work = with_leftovers(choice.candidates, left.captures)
            for part in batches(work, size):
                self.batch(self.timed("capture", self._capture, part))
        own = [self.archive.path.name] if self.archive.path else []
        self.close_books(results, [*left.archives, *own], self.judge_seeds())

    def _discover(self, states: dict[str, FeedState]) -> tuple[FeedResult, ...]:
        results: tuple[FeedResult, ...] = self.timed(
            "discover",
            discover_feeds,
            list(self.sources.values()),
            states,
            web=self.web,
            clock=self.clock,
            archive=self.archive,
        )
        self.count_polls(results)
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
