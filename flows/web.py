"""An event loop of its own for a run, so that stages share one client and its manners.

Stages are plain functions, and Prefect may call them from any thread; the HTTP client (with
its robots.txt cache and the pace it keeps with each host) must live in one loop throughout.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Coroutine
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, Final, TypeVar

from connectors.http import Fetcher
from connectors.policy import FetchPolicy

Result = TypeVar("Result")

THREADS: Final = 32


class Web:
    """A running loop with a `Fetcher` in it; ``run`` waits for a coroutine's result."""

    def __init__(self, policy: FetchPolicy) -> None:
        self._policy = policy
        self._loop = asyncio.new_event_loop()
        # Names are looked up and feeds read in threads: one that hangs must not hold the rest.
        self._loop.set_default_executor(ThreadPoolExecutor(THREADS, thread_name_prefix="web"))
        self._thread = threading.Thread(target=self._loop.run_forever, name="web", daemon=True)
        self.fetcher: Fetcher

    def __enter__(self) -> Web:
        self._thread.start()
        self.fetcher = self.run(self._open())
        return self

    def __exit__(self, *exception: object) -> None:
        self.end_all()
        self.run(self.fetcher.__aexit__(None, None, None))
        self.run(self._loop.shutdown_default_executor())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    async def _open(self) -> Fetcher:
        return await Fetcher(self._policy).__aenter__()

    def start(self, work: Coroutine[Any, Any, Result]) -> Future[Result]:
        """Let a coroutine run in the loop; its result is the future's."""
        return asyncio.run_coroutine_threadsafe(work, self._loop)

    def run(self, work: Coroutine[Any, Any, Result]) -> Result:
        """Run a coroutine in the loop and wait for it."""
        return self.start(work).result()

    def end_all(self) -> None:
        """Cancel whatever is still under way, and wait until it has ended."""
        self.run(_end_others())


async def _end_others() -> None:
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)
