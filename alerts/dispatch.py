"""Sending what the outbox holds: at least once, each channel by itself, nothing lost to a kill.

In rounds: of every channel as many messages as it takes at a time are marked ``sending`` in one
transaction, sent side by side, and marked by their outcome in another. One found in ``sending``
later was cut off in between: a channel that knows its keys is asked and sent to only if it lacks
this one; to any other it is sent again, marked as a possible repeat. So a kill repeats at most
what was under way.

A channel that fails three rounds running is left alone, longer each time, and then tried with
one message first; what waits for it meanwhile loses nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Final, Literal

from alerts.channels import Channel
from alerts.digest import build_digest, digest_id
from alerts.errors import PermanentChannelError, TransientChannelError
from alerts.letters import Letter, Thread
from alerts.plan import kin
from alerts.subscriptions import Subscription
from warehouse.outbox import Outbox
from warehouse.records import ChannelState, Due, Marked

MAX_ATTEMPTS: Final = 8
GIVE_UP_AGE: Final = timedelta(days=3)
"""A message becomes a dead letter when it is this old and was tried `MAX_ATTEMPTS` times."""
FIRST_WAIT: Final = timedelta(minutes=1)
LONGEST_WAIT: Final = timedelta(hours=6)
GIVE_UP_AFTER: Final = 3
"""Rounds in which nothing was taken after which a channel is left alone."""
LONGEST_REST: Final = timedelta(minutes=30)
AT_A_TIME: Final = 200
"""Due alerts read at a time."""
DIGEST_LIMIT: Final = 500
"""Alerts a digest holds at most; more make another."""

Outcome = Literal["sent", "already", "retry", "failed", "waiting"]
Coming = Callable[[Subscription], Sequence[Mapping[str, Any]]]


@dataclass(frozen=True, slots=True)
class DispatchReport:
    """What a run of the outbox did.

    Attributes:
        counts: (channel, outcome) to how many alerts. ``already``: found delivered after a
            kill; ``waiting``: held, not due yet, or left for a channel that is resting.
        failures: (alert or digest id, channel, what went wrong).
        closed: alerts with no channel left to tell.
    """

    counts: Mapping[tuple[str, str], int]
    failures: tuple[tuple[str, str, str], ...] = ()
    closed: tuple[str, ...] = ()

    @property
    def sent(self) -> int:
        """Deliveries that arrived in this run."""
        return self.total("sent") + self.total("already")

    @property
    def failed(self) -> int:
        """Deliveries that did not: to be retried, or given up."""
        return self.total("retry") + self.total("failed")

    def total(self, outcome: Outcome) -> int:
        """How many deliveries ended so, over all channels."""
        return sum(n for (_, told), n in self.counts.items() if told == outcome)


@dataclass(frozen=True, slots=True)
class _Job:
    """A message and the alerts it tells: one, or those of a digest."""

    letter: Letter
    members: tuple[Due, ...]

    @property
    def was_cut_off(self) -> bool:
        return any(due.delivery.state == "sending" for due in self.members)

    @property
    def attempts(self) -> int:
        return max(due.delivery.attempts for due in self.members)

    def marks(self, channel: str, state: Any, **more: Any) -> list[Marked]:
        made_up = self.letter.key if self.letter.is_digest else None
        return [
            Marked(due.alert_id, channel, state, digest_id=made_up, **more) for due in self.members
        ]


@dataclass(frozen=True, slots=True)
class _Result:
    outcome: Outcome
    detail: str | None = None
    reference: str | None = None
    retry_after: timedelta | None = None


@dataclass(slots=True)
class _Line:
    """One channel in this run."""

    subscription: Subscription
    channel: Channel
    state: ChannelState
    jobs: list[_Job] = field(default_factory=list)
    is_over: bool = False

    @property
    def name(self) -> str:
        return self.subscription.name

    @property
    def is_gathering(self) -> bool:
        return self.subscription.schedule.is_digest and self.channel.takes_digests


@dataclass(slots=True)
class _Run:
    store: Outbox
    clock: Callable[[], datetime]
    hook: Callable[[str], None]
    coming: Coming
    counts: dict[tuple[str, str], int] = field(default_factory=dict)
    failures: list[tuple[str, str, str]] = field(default_factory=list)

    def count(self, channel: str, outcome: Outcome, n: int) -> None:
        self.counts[channel, outcome] = self.counts.get((channel, outcome), 0) + n


def dispatch(
    store: Outbox,
    subscriptions: Sequence[Subscription],
    channels: Mapping[str, Channel],
    *,
    clock: Callable[[], datetime],
    hook: Callable[[str], None] = lambda _point: None,
    coming: Coming = lambda _subscription: (),
) -> DispatchReport:
    """Send what is due, channel by channel; never raises for a channel's failure.

    Args:
        store: the outbox; its own errors are raised.
        subscriptions: those in force; `alerts.plan.plan` has decided by them.
        channels: by the subscription's name.
        clock: the moment it is, UTC.
        hook: called with ``before_send`` and ``after_send`` around each attempt, in the
            thread that makes it; a crash-safety test stops there.
        coming: events that lie ahead and pass a subscription's filters, for its digests.
    """
    run = _Run(store, clock, hook, coming)
    known, now = store.channel_states(), clock()
    lines = [
        _Line(s, channels[s.name], known.get(s.name, ChannelState(s.name))) for s in subscriptions
    ]
    for line in lines:
        rests = line.state.rests_until
        is_resting = rests is not None and now < rests
        line.is_over = is_resting or line.subscription.schedule.is_quiet(now)
    with ThreadPoolExecutor(max(1, sum(line.channel.in_flight for line in lines))) as pool:
        while windows := [w for line in lines if (w := _window(run, line))[1]]:
            _round(run, pool, windows)
    closed = store.close([line.name for line in lines], clock())
    for name, count in store.waiting().items():
        run.count(name, "waiting", count)
    return DispatchReport(run.counts, tuple(run.failures), tuple(name for name, _ in closed))


def _window(run: _Run, line: _Line) -> tuple[_Line, list[_Job]]:
    """The next messages of a channel: as many as may be under way; one where it failed last."""
    if line.is_over:
        return line, []
    if not line.jobs:
        line.jobs = _digests(run, line) if line.is_gathering else _letters(run, line)
    size = 1 if line.state.failures else line.channel.in_flight
    taken, line.jobs = line.jobs[:size], line.jobs[size:]
    line.is_over = not taken
    return line, taken


def _letters(run: _Run, line: _Line) -> list[_Job]:
    found = run.store.due(line.name, run.clock(), AT_A_TIME)
    followers = [due for due in found if due.payload.get("cause") != "new"]
    threads = _threads(run, line.name, followers)
    return [
        _Job(
            Letter(due.alert_id, due.payload, due.created_at, thread=threads.get(due.alert_id)),
            (due,),
        )
        for due in found
    ]


def _threads(run: _Run, channel: str, followers: Sequence[Due]) -> dict[str, Thread]:
    """Alert id → the first message this channel had about its event."""
    if not followers:
        return {}
    names = {due.alert_id: kin({"event_id": due.event_id, **due.payload}) for due in followers}
    rows = run.store.told({name for ids in names.values() for name in ids})
    sent = [row for row in rows if row.channel == channel and row.state == "sent"]
    threads = {}
    for alert_id, ids in names.items():
        first = next((row for row in sent if row.event_id in ids), None)
        if first is not None and first.alert_id != alert_id:
            threads[alert_id] = Thread(first.digest_id or first.alert_id, first.reference)
    return threads


def _digests(run: _Run, line: _Line) -> list[_Job]:
    """Digests begun before, with the members they had; then one of all that is due."""
    now = run.clock()
    found = run.store.due(line.name, now, 4 * DIGEST_LIMIT, in_turn=False)
    groups: dict[str, list[Due]] = {}
    for due in found:
        if due.delivery.digest_id:
            groups.setdefault(due.delivery.digest_id, []).append(due)
    fresh = [due for due in found if not due.delivery.digest_id]
    for start in range(0, len(fresh), DIGEST_LIMIT):
        members = fresh[start : start + DIGEST_LIMIT]
        groups[digest_id(line.name, [due.alert_id for due in members])] = members
    jobs = []
    for key, members in groups.items():
        payload = build_digest(
            key, [m.payload for m in members], coming=run.coming(line.subscription), at=now
        )
        jobs.append(_Job(Letter(key, payload, now), tuple(members)))
    return jobs


def _round(run: _Run, pool: ThreadPoolExecutor, windows: list[tuple[_Line, list[_Job]]]) -> None:
    begun = run.clock()
    marks = [m for line, jobs in windows for job in jobs for m in job.marks(line.name, "sending")]
    run.store.mark(marks, begun)
    under_way = [
        (line, [(job, pool.submit(_attempt, run, line.channel, job)) for job in jobs])
        for line, jobs in windows
    ]
    ended: list[Marked] = []
    for line, sendings in under_way:
        results = [(job, sending.result()) for job, sending in sendings]
        now = run.clock()
        for job, result in results:
            ended += _outcome(run, line, job, result, now)
        _fare(line, [result for _, result in results], now)
    run.store.mark(ended, run.clock(), [line.state for line, _ in windows])


def _attempt(run: _Run, channel: Channel, job: _Job) -> _Result:
    """One attempt, in a thread of its own. Any failure, a channel's own bug too, is a result."""
    try:
        letter = job.letter
        if job.was_cut_off:
            known = channel.knows(letter.key)
            if known:
                return _Result("already", "found delivered")
            letter = replace(letter, may_repeat=known is None)
        run.hook("before_send")
        reference = channel.send(letter)
        run.hook("after_send")
    except PermanentChannelError as error:
        return _Result("failed", str(error))
    except TransientChannelError as error:
        return _Result("retry", str(error), retry_after=error.retry_after)
    except Exception as error:
        return _Result("retry", f"{type(error).__name__}: {error}"[:500])
    return _Result("sent", reference=reference)


def _outcome(run: _Run, line: _Line, job: _Job, result: _Result, now: datetime) -> list[Marked]:
    """An attempt's outcome as it is stored and counted."""
    outcome, detail, after = result.outcome, result.detail, None
    attempts = job.attempts + 1
    if outcome == "retry":
        age = now - min(due.created_at for due in job.members)
        if attempts >= MAX_ATTEMPTS and age >= GIVE_UP_AGE:
            outcome, detail = "failed", f"given up after {attempts} attempts: {detail}"
        else:
            wait = min(FIRST_WAIT * 2.0 ** min(attempts - 1, 20), LONGEST_WAIT)
            after = now + max(wait, result.retry_after or timedelta())
    if outcome in ("retry", "failed"):
        run.failures.append((job.letter.key, line.name, detail or outcome))
    run.count(line.name, outcome, len(job.members))
    state = "sent" if outcome == "already" else outcome
    return job.marks(
        line.name, state, detail=detail, next_attempt_at=after, reference=result.reference
    )


def _fare(line: _Line, results: Sequence[_Result], now: datetime) -> None:
    """How a channel stands after a round; a refusal of one message is no failure of it."""
    failed = [result for result in results if result.outcome == "retry"]
    has_taken = len(failed) < len(results)
    state = line.state
    if has_taken:
        state = replace(state, failures=0, rests_until=None, last_sent_at=now)
    else:
        state = replace(state, failures=state.failures + 1)
    if failed:
        state = replace(state, last_error=failed[-1].detail)
    rest = max((r.retry_after for r in failed if r.retry_after), default=timedelta())
    if state.failures >= GIVE_UP_AFTER:
        longer = FIRST_WAIT * 2.0 ** min(state.failures - GIVE_UP_AFTER, 20)
        rest = max(rest, min(longer, LONGEST_REST))
    if rest:
        state = replace(state, rests_until=now + rest)
        line.is_over, line.jobs = True, []
    line.state = state
