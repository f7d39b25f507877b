"""``araxes stream``: ingestion that goes on until it is stopped.

Sources are asked when they are due and pages fetched as they are found, each by itself, so
that a slow server holds up nobody else. What has arrived is taken in as a micro-batch, told,
and published at most once a minute. A source's validators are committed only when all that
its answer named is in, so a kill at any moment loses nothing: the source is asked again, and
what lies in the archive uncommitted is replayed.

A stream is a row of legs. Each is a run of its own in the books, with its own archive, and
between two the run lock is free for a moment, so that a daily run gets its turn. What is held
in memory is bounded: so many fetches under way, so many pages waiting.
"""

from __future__ import annotations

import queue
import threading
import time
from collections import deque
from collections.abc import Callable, Coroutine
from concurrent.futures import Future
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from connectors.polling import is_due, poll
from connectors.records import Candidate, Capture, FeedResult, FeedState
from dossiers.loader import load
from flows.ingest import chosen_sources
from flows.records import EXIT_COMPLETE, EXIT_FAILED, Clock, IngestRequest, RunReport, new_run_id
from flows.runs import Run
from flows.settings import Settings
from flows.stages.capture import fetch_one, keep
from flows.stages.discover import choose, pace, replays
from transforms.urls import canonicalise
from warehouse.locks import run_lock
from warehouse.store import open_writer

LEG_SECONDS: Final = 3600.0
"""How long a leg lasts: its archive is one file, its row in the books one line."""
GATHER_SECONDS: Final = 0.5
"""How long a page waits for company before it is taken in."""
PUBLISH_SECONDS: Final = 60.0
SWEEP_SECONDS: Final = 60.0
"""How often pages due for a retry or another look are sought."""
GRACE_SECONDS: Final = 20.0
"""How long what is under way may take to end when the stream is told to stop."""
GIVE_WAY_SECONDS: Final = 1.0
AT_ONCE: Final = 64
"""Fetches under way or waiting to be taken in; further candidates wait as addresses."""
KEPT_LINES: Final = 500
"""Failures and notes a leg's report keeps; the tables keep them all."""


Arrivals = queue.SimpleQueue[FeedResult | Capture | Exception]


@dataclass(slots=True)
class _Pending:
    """A source's answer whose items are not all in yet."""

    result: FeedResult
    waiting: set[str]


@dataclass
class _Leg(Run):
    """One leg of a stream."""

    stop: threading.Event = field(default_factory=threading.Event)
    states: dict[str, FeedState] = field(init=False)
    arrived: queue.SimpleQueue[FeedResult | Capture | Exception] = field(
        default_factory=queue.SimpleQueue
    )
    asking: set[str] = field(default_factory=set)
    fetching: dict[str, Future[None]] = field(default_factory=dict)
    todo: deque[Candidate] = field(default_factory=deque)
    named: set[str] = field(default_factory=set)
    pending: list[_Pending] = field(default_factory=list)
    ready: list[Capture] = field(default_factory=list)
    ready_since: float = 0.0
    published: float = 0.0
    is_unpublished: bool = False

    def carry_out(self, seconds: float) -> None:
        """Stream until told to stop, or until the leg is over."""
        self.states = self.begin("stream")
        left = replays(self.request.warehouse, clock=self.clock)
        self.report.replayed = len(left.captures)
        try:
            self.open_archive()
            self._take_in(list(left.captures.values()))
            self.close_books([], left.archives, self.judge_seeds())
            self.tell()  # what a killed leg committed and did not send
            self._go_on(time.monotonic() + seconds)
        except Exception as error:
            self.report.failures.append(("run", type(error).__name__, str(error)))
            self.finish("failed", EXIT_FAILED)
            raise
        finally:
            self.archive.close()
        code = self.exit_code()
        self.finish("complete" if code == EXIT_COMPLETE else "partial", code)
        self.publish()

    def _go_on(self, end: float) -> None:
        swept = 0.0
        while not self.stop.is_set() and time.monotonic() < end:
            self._ask_due()
            results = self._gather()
            is_sweep = time.monotonic() - swept >= SWEEP_SECONDS
            if results or is_sweep:
                swept = time.monotonic() if is_sweep else swept
                self._choose(results)
            self._fetch_more()
            self._settle()
        self._wind_up()
        own = [self.archive.path.name] if self.archive.path and not self.fetching else []
        self.close_books([], own)

    def _ask_due(self) -> None:
        """Ask every source whose time has come; answers arrive by themselves."""
        now = self.clock()
        for source in self.sources.values():
            state = self.states.get(source.id)
            if source.id in self.asking or not is_due(state, now):
                continue
            self.asking.add(source.id)
            self._start(poll(source, state, self.web.fetcher, now, self._keep))

    def _start(self, work: Coroutine[Any, Any, FeedResult | Capture]) -> Future[None]:
        async def deliver() -> None:
            try:
                self.arrived.put(await work)
            except Exception as error:  # an archive that is full must end the leg
                self.arrived.put(error)

        return self.web.start(deliver())

    def _keep(self, capture: Capture) -> Capture:
        return keep(capture, self.archive)

    def _gather(self) -> list[FeedResult]:
        """What has arrived; waits a moment where there is nothing."""
        results: list[FeedResult] = []
        wait = GATHER_SECONDS / 2 if self.ready else GATHER_SECONDS
        try:
            while True:
                item = self.arrived.get(timeout=wait)
                wait = 0.0
                if isinstance(item, Exception):
                    raise item
                if isinstance(item, FeedResult):
                    results.append(item)
                else:
                    self.ready_since = self.ready_since if self.ready else time.monotonic()
                    self.ready.append(item)
                    if len(self.ready) >= self.batch_size:
                        return results
        except queue.Empty:
            return results

    def _choose(self, results: list[FeedResult]) -> None:
        """Queue what the answers name that is not in yet, and what is due for another look."""
        self.count_polls(results)
        with open_writer(self.request.warehouse, timeout_seconds=None, now=self.clock()) as writer:
            choice = choose(results, self.sources, writer=writer, now=self.clock())
        before = {r.state.source_id: self.states.get(r.state.source_id) for r in results}
        known = {name: state for name, state in before.items() if state}
        wanted: dict[str, set[str]] = {}
        for candidate in choice.candidates:
            url = canonicalise(candidate.url)
            wanted.setdefault(candidate.source_id, set()).add(url)
            if url not in self.named:
                self.named.add(url)
                self.todo.append(candidate)
        for result in pace(results, known, choice.fresh):
            name = result.state.source_id
            self.states[name] = result.state
            self.pending.append(_Pending(result, wanted.get(name, set())))

    def _fetch_more(self) -> None:
        while self.todo and len(self.fetching) + len(self.ready) < AT_ONCE:
            candidate = self.todo.popleft()
            work = fetch_one(candidate, self.web.fetcher, self.clock, self.archive)
            self.fetching[canonicalise(candidate.url)] = self._start(work)

    def _settle(self) -> None:
        """Take in what waited long enough, then the sources whose items are all in."""
        is_full = len(self.ready) >= self.batch_size
        has_waited = self.ready and time.monotonic() - self.ready_since >= GATHER_SECONDS
        if is_full or has_waited or (self.ready and not self.fetching):
            batch, self.ready = self.ready, []
            self._take_in(batch)
            for capture in batch:
                self._done(canonicalise(capture.url))
        done = [pending.result for pending in self.pending if not pending.waiting]
        if done:
            self.pending = [pending for pending in self.pending if pending.waiting]
            self.close_books(done)
            self.asking -= {result.state.source_id for result in done}
        if self.is_unpublished and time.monotonic() - self.published >= PUBLISH_SECONDS:
            self.publish()
            self.published, self.is_unpublished = time.monotonic(), False

    def _done(self, url: str) -> None:
        self.fetching.pop(url, None)
        self.named.discard(url)
        for pending in self.pending:
            pending.waiting.discard(url)

    def _take_in(self, captures: list[Capture]) -> None:
        """Commit a micro-batch and tell what it raised."""
        for start in range(0, len(captures), self.batch_size):
            raised = self.report.alerts["raised"]
            self.batch(captures[start : start + self.batch_size])
            self.is_unpublished = True
            if self.report.alerts["raised"] > raised:
                self.tell()
        del self.report.failures[:-KEPT_LINES], self.report.notes[:-KEPT_LINES]

    def _wind_up(self) -> None:
        """Let what is under way end, within reason; what does not is found again next time."""
        self.todo.clear()
        until = time.monotonic() + GRACE_SECONDS
        while self.fetching and time.monotonic() < until:
            self._gather()
            self._settle()
        for future in self.fetching.values():
            future.cancel()


def run_stream(
    request: IngestRequest,
    *,
    stop: threading.Event,
    settings: Settings | None = None,
    leg_seconds: float = LEG_SECONDS,
    on_leg: Callable[[RunReport], None] = lambda _report: None,
) -> int:
    """Stream until ``stop`` is set.

    Args:
        request: which sources, and where to. ``now`` starts the clock, which then runs on.
        stop: set by whoever wants it to end; it then winds up cleanly.
        settings: the deployment's settings; read from the environment by default.
        leg_seconds: how long a leg lasts.
        on_leg: called with the report of each leg.

    Returns:
        The exit code of the last leg (design §6).
    """
    settings = settings or Settings()
    dossier = load()
    sources = chosen_sources(request, dossier)
    clock = Clock(request.now)
    code = EXIT_COMPLETE
    with ExitStack() as stack:
        first = _new_leg(request, settings, dossier, sources, clock, stop)
        first.equip(stack)
        leg = first
        while True:
            with run_lock(request.warehouse, wait=False, now=clock(), purpose="stream") as had:
                if had:
                    leg.carry_out(leg_seconds)
                    on_leg(leg.report)
                    code = leg.report.exit_code
            if stop.wait(GIVE_WAY_SECONDS):
                return code
            if had:
                leg = _new_leg(request, settings, dossier, sources, clock, stop)
                leg.web, leg.pool = first.web, first.pool


def _new_leg(
    request: IngestRequest,
    settings: Settings,
    dossier: Any,
    sources: dict[str, Any],
    clock: Callable[[], datetime],
    stop: threading.Event,
) -> _Leg:
    report = RunReport(new_run_id(clock()), clock())
    return _Leg(request, settings, dossier, sources, clock, report, stop=stop)  # type: ignore[arg-type]
