"""A pool of extraction processes that can be killed, page by page.

One hostile page must not cost the others: each page has a time limit after which its worker
is killed and replaced, and a worker that dies takes only its page with it.
"""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import TimeoutError as PageTimeout
from dataclasses import dataclass
from typing import Generic, TypeVar

from pebble import CONSTS, ProcessExpired, ProcessPool

Item = TypeVar("Item")
Result = TypeVar("Result")

CONSTS.term_timeout = 0.2
"""Seconds a worker may take to leave when told to; one that hangs in a page will not anyhow."""


@dataclass(frozen=True, slots=True)
class PoolFailure:
    """Why an item has no result: ``timeout``, ``worker_died`` or ``error``."""

    reason: str
    detail: str


def _ready() -> None:
    """Nothing: what a process does to show that it is prepared."""


class KillablePool(Generic[Item, Result]):
    """Maps a function over items in processes, in order, each item under a time limit.

    Processes are spawned, not forked: flows run in threads, and a fork under threads can
    inherit a held lock. ``initialise`` builds what the function needs once per process.
    """

    def __init__(
        self,
        function: Callable[[Item], Result],
        *,
        workers: int,
        seconds: float,
        initialise: Callable[[], None],
    ) -> None:
        self._function = function
        self._seconds = seconds
        self._workers = workers
        self._pool = ProcessPool(
            max_workers=workers,
            initializer=initialise,
            context=multiprocessing.get_context("spawn"),
        )

    def __enter__(self) -> KillablePool[Item, Result]:
        return self

    def __exit__(self, *exception: object) -> None:
        if exception[0] is None:
            self._pool.close()  # type: ignore[no-untyped-call]
        else:
            self._pool.stop()  # type: ignore[no-untyped-call]
        self._pool.join()

    def warm(self) -> None:
        """Start the processes now, so that they are prepared when the first page comes."""
        for _ in range(self._workers):
            self._pool.schedule(_ready)

    def map(self, items: Sequence[Item]) -> Iterator[Result | PoolFailure]:
        """Results in the order of ``items``; a `PoolFailure` where one has none."""
        futures = []
        ahead = 4 * self._workers
        for position, item in enumerate(items):
            futures.append(self.submit(item))
            if position >= ahead:
                yield self.collect(futures[position - ahead])
        for future in futures[max(0, len(items) - ahead) :]:
            yield self.collect(future)

    def submit(self, item: Item) -> object:
        """Begin with an item now; `collect` has its result."""
        return self._pool.schedule(self._function, (item,), timeout=self._seconds)

    def collect(self, future: object) -> Result | PoolFailure:
        """Wait for what `submit` began."""
        try:
            return future.result()  # type: ignore[attr-defined, no-any-return]
        except PageTimeout:
            return PoolFailure("timeout", f"extraction took longer than {self._seconds:g} s")
        except ProcessExpired as died:
            return PoolFailure("worker_died", f"the extraction process died ({died.exitcode})")
        except Exception as error:  # whatever a page provokes is that page's failure
            return PoolFailure("error", f"{type(error).__name__}: {error}")
