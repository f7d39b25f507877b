"""One leg of a stream: sources asked as they fall due, pages fetched as they are named.

Three kinds of work go on side by side. In the event loop, sources are asked and pages fetched,
each by itself, so that a slow server holds up nobody else. What arrives comes through one
queue to the leg's own thread, which takes it in as micro-batches and tells. A source's
validators are committed only when all that its answer named is in, so a kill at any moment
loses nothing: the source is asked again, and what lies in the archive uncommitted is replayed.

What is held in memory is bounded: so many sources asked at once, so many pages under way or
waiting; further addresses wait in a line in which hosts take turns.
"""

from __future__ import annotations

import math
import queue
import threading
import time
from collections.abc import Callable, Coroutine
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from connectors.policy import FetchPolicy
from connectors.polling import is_due, state_for
from connectors.records import Capture, FeedResult, FeedState
from dossiers.records import Source
from flows.records import EXIT_COMPLETE, EXIT_FAILED
from flows.runs import Run
from flows.stages.capture import fetch_one, keep
from flows.stages.discover import Choice, ask, choose, pace, replays
from flows.stages.line import Line
from transforms.urls import canonicalise
from warehouse.errors import WarehouseError
from warehouse.locks import is_wanted
from warehouse.store import open_writer

GATHER_SECONDS: Final = 0.5
"""How long a page waits for company before it is taken in."""
HOLD_SECONDS: Final = 3.0
"""How long the write lock is held while there is work; others then have `REST_SECONDS`."""
REST_SECONDS: Final = 0.15
PUBLISH_SECONDS: Final = 60.0
DOCS_SECONDS: Final = 600.0
"""How often a micro-batch goes into the Data Docs; the table keeps the results of all."""
SWEEP_EVERY: Final = timedelta(minutes=1)
"""How often pages due for a retry or another look are sought."""
GRACE_SECONDS: Final = 10.0
"""How long fetches under way may take to end when the leg does."""
AT_ONCE: Final = 128
"""Pages under way or waiting to be taken in; further candidates wait as addresses."""
ASKED_AT_ONCE: Final = 128
"""Sources being asked."""
KEPT_LINES: Final = 500
"""Failures and notes a leg's report keeps; the tables keep them all."""

_NEVER: Final = datetime.min.replace(tzinfo=UTC)


@dataclass(slots=True, eq=False)
class _Answer:
    """A source's answer, and how many of the addresses it named are not in yet."""

    result: FeedResult
    missing: int = 0


@dataclass
class Leg(Run):
    """A run that goes on for a while; `carry_out` is all of it."""

    has_heartbeat = True

    stop: threading.Event = field(default_factory=threading.Event)
    states: dict[str, FeedState] = field(init=False)
    arrived: queue.SimpleQueue[FeedResult | Capture | Exception] = field(
        default_factory=queue.SimpleQueue
    )
    asking: set[str] = field(default_factory=set)
    """Sources asked whose answer is not settled."""
    unanswered: int = 0
    fetching: int = 0
    line: Line = field(default_factory=Line)
    named: dict[str, list[_Answer]] = field(default_factory=dict)
    """Canonical address, in line or under way or not committed, and the answers that wait."""
    settled: list[_Answer] = field(default_factory=list)
    ready: list[Capture] = field(default_factory=list)
    ready_since: float = 0.0
    swept: datetime = _NEVER
    published: float = -math.inf
    documented: float = -math.inf
    is_unpublished: bool = False

    def carry_out(self, seconds: float) -> None:
        """Stream until told to stop, the leg is over, or another run wants its turn."""
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
            self.web.end_all()
            self.report.failures.append(("run", type(error).__name__, str(error)))
            with suppress(WarehouseError):  # on a full disk not even that can be written
                self.finish("failed", EXIT_FAILED)
            raise
        finally:
            self.archive.close()
        code = self.exit_code()
        self.finish("complete" if code == EXIT_COMPLETE else "partial", code)
        self.publish()

    def _policy(self) -> FetchPolicy:
        """As any run's, with room for many servers that take their time."""
        return replace(super()._policy(), concurrency=AT_ONCE + ASKED_AT_ONCE)

    def _docs_directory(self) -> Path | None:
        """Only now and then: a Data Docs entry costs more than judging a micro-batch does."""
        if time.monotonic() - self.documented < DOCS_SECONDS:
            return None
        self.documented = time.monotonic()
        return super()._docs_directory()

    def _go_on(self, end: float) -> None:
        while not self._is_over(end):
            self._ask_due()
            results = self._gather()
            if self._has_work(results):
                self._work(results)
                time.sleep(REST_SECONDS)
        self._wind_up()
        self.close_books([], [self.archive.path.name] if self.archive.path else [])

    def _has_work(self, results: list[FeedResult]) -> bool:
        return bool(results or self.ready or self._is_sweep_due())

    def _work(self, results: list[FeedResult]) -> None:
        """Work until nothing is left to do, or until others have waited long enough.

        The warehouse stays open meanwhile: each opening replays what was committed since the
        last checkpoint, which costs more than a micro-batch.
        """
        until = time.monotonic() + HOLD_SECONDS
        with open_writer(self.request.warehouse, timeout_seconds=None, now=self.clock()):
            while self._has_work(results):
                self._choose(results)
                self._fetch_more()
                self._settle()
                if self.stop.is_set() or time.monotonic() >= until:
                    return
                self._ask_due()
                results = self._gather()

    def _is_over(self, end: float) -> bool:
        return self.stop.is_set() or time.monotonic() >= end or is_wanted(self.request.warehouse)

    # -- in the event loop ---------------------------------------------------------------

    def _ask_due(self) -> None:
        """Ask the sources whose time has come, longest due first; answers arrive by themselves."""
        room = ASKED_AT_ONCE - self.unanswered
        if room <= 0:
            return
        now = self.clock()
        due = [source for source in self.sources.values() if self._is_due(source, now)]
        due.sort(key=lambda source: self._due_since(source))
        for source in due[:room]:
            self.asking.add(source.id)
            self.unanswered += 1
            self._start(lambda source=source: self._ask(source, now))  # type: ignore[misc]

    def _is_due(self, source: Source, now: datetime) -> bool:
        if source.id in self.asking:
            return False
        return is_due(state_for(source, self.states.get(source.id)), now)

    def _due_since(self, source: Source) -> datetime:
        state = self.states.get(source.id)
        return (state.next_check if state else None) or _NEVER

    async def _ask(self, source: Source, now: datetime) -> FeedResult:
        state = self.states.get(source.id)
        result = await ask(
            source, state, self.web.fetcher, now, lambda got: keep(got, self.archive)
        )
        # Its bytes lie in the archive; many answers wait here for their pages.
        bare = result.capture and replace(result.capture, body=b"")
        return replace(result, capture=bare)

    def _start(self, work: Callable[[], Coroutine[Any, Any, FeedResult | Capture]]) -> None:
        async def deliver() -> None:
            try:
                self.arrived.put(await work())
            except Exception as error:  # an archive that is full must end the leg
                self.arrived.put(error)

        self.web.start(deliver())

    # -- in the leg's thread -------------------------------------------------------------

    def _gather(self) -> list[FeedResult]:
        """What has arrived; waits a moment where there is nothing."""
        results: list[FeedResult] = []
        wait = GATHER_SECONDS / 2
        with suppress(queue.Empty):
            while len(self.ready) < self.batch_size:
                item = self.arrived.get(timeout=wait) if wait else self.arrived.get_nowait()
                wait = 0.0
                if isinstance(item, Exception):
                    raise item
                if isinstance(item, FeedResult):
                    self.unanswered -= 1
                    results.append(item)
                    continue
                self.fetching -= 1
                self.line.end(item.url)
                self.ready_since = self.ready_since if self.ready else time.monotonic()
                self.ready.append(item)
        return results

    def _choose(self, results: list[FeedResult]) -> None:
        """Line up what the answers name that is not in yet, and what is due for another look."""
        now, is_sweep = self.clock(), self._is_sweep_due()
        if not (results or is_sweep):
            return
        self.swept = now if is_sweep else self.swept
        if is_sweep:
            self.tell()  # what was held, put off to a digest, or is to be tried again
        self.count_polls(results)
        # A post that failed is tried again in its channel's answer, whenever that comes.
        has_posts = any(item.content for result in results for item in result.candidates)
        with open_writer(self.request.warehouse, timeout_seconds=None, now=now) as writer:
            choice = choose(
                results, self.sources, writer=writer, now=now, look_again=is_sweep or has_posts
            )
        chosen = self._line_up(choice)
        before = {name: state for name, state in self.states.items() if name in self.asking}
        for result in pace(results, before, choice.fresh):
            answer = _Answer(replace(result, candidates=()))
            self.states[result.state.source_id] = result.state
            for url in {canonicalise(candidate.url) for candidate in result.candidates} & chosen:
                answer.missing += 1
                self.named[url].append(answer)
            if not answer.missing:
                self.settled.append(answer)

    def _is_sweep_due(self) -> bool:
        return self.clock() - self.swept >= SWEEP_EVERY

    def _line_up(self, choice: Choice) -> set[str]:
        chosen = set()
        for candidate in choice.candidates:
            url = canonicalise(candidate.url)
            chosen.add(url)
            if url not in self.named:
                self.named[url] = []
                self.line.add(candidate)
        return chosen

    def _fetch_more(self) -> None:
        while self.fetching + len(self.ready) < AT_ONCE:
            candidate = self.line.take()
            if candidate is None:
                return
            self.fetching += 1
            self._start(
                lambda candidate=candidate: fetch_one(  # type: ignore[misc]
                    candidate, self.web.fetcher, self.clock, self.archive
                )
            )

    def _settle(self) -> None:
        """Take in what waited long enough, then the sources whose items are all in."""
        is_full = len(self.ready) >= min(self.batch_size, AT_ONCE)
        has_waited = self.ready and time.monotonic() - self.ready_since >= GATHER_SECONDS
        if is_full or has_waited or (self.ready and not self.fetching):
            batch, self.ready = self.ready, []
            self._take_in(batch)
        if self.settled:
            self.close_books([answer.result for answer in self.settled])
            self.asking -= {answer.result.state.source_id for answer in self.settled}
            self.settled = []
        if self.is_unpublished and time.monotonic() - self.published >= PUBLISH_SECONDS:
            self.publish()
            self.published, self.is_unpublished = time.monotonic(), False
        del self.report.failures[:-KEPT_LINES], self.report.notes[:-KEPT_LINES]

    def _take_in(self, captures: list[Capture]) -> None:
        """Commit micro-batches and tell what they raised."""
        for start in range(0, len(captures), self.batch_size):
            raised = self.report.alerts["raised"]
            batch = captures[start : start + self.batch_size]
            self.batch(batch)
            self.is_unpublished = True
            for capture in batch:
                self._is_in(canonicalise(capture.url))
            if self.report.alerts["raised"] > raised:
                self.tell()

    def _is_in(self, url: str) -> None:
        for answer in self.named.pop(url, ()):
            answer.missing -= 1
            if not answer.missing:
                self.settled.append(answer)

    def _wind_up(self) -> None:
        """Let fetches under way end, within reason; what does not is found again next time."""
        self.line.clear()
        until = time.monotonic() + GRACE_SECONDS
        while self.fetching and time.monotonic() < until:
            self._gather()
            self._settle()
        self.web.end_all()
        while not self.arrived.empty():
            self._gather()
            self._settle()
        self._take_in(self.ready)
        self._settle()
