"""A generated wire: many feeds, each on a loopback address of its own, that go on and on.

One thread answers for the whole of 127.0.0.0/8. Texts are made of invented words, so that no
two are alike; the few that concern the process are told plainly, each of another event.
"""

from __future__ import annotations

import asyncio
import json
import random
import threading
import time
from collections import Counter
from datetime import datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Final

CITIES: Final = ("Almaty", "Tbilisi", "Vienna", "Geneva", "Prague", "Sochi", "Brussels", "Rome")
SYLLABLES: Final = ("ba", "lor", "mi", "ten", "ka", "ru", "sel", "do", "vin", "pa", "gor", "ne")
ORIGINS_PER_BLOCK: Final = 250


class Wire:
    """A context manager; `catalogue` says where its feeds are.

    Args:
        feeds: how many.
        batch: how many new items every answer of a feed names; 0 leaves it to `publish`.
        relevant_every: every so many items one concerns the process; 0 for none.
        limit: after so many items in all nothing new appears.
        hanging: addresses of the first so many feeds accept connections and never answer.
    """

    def __init__(
        self,
        feeds: int,
        *,
        batch: int = 0,
        relevant_every: int = 0,
        limit: int = 10**9,
        hanging: int = 0,
    ) -> None:
        self.feeds, self.batch, self.limit = feeds, batch, limit
        self.relevant_every, self.hanging = relevant_every, hanging
        self.now = datetime.fromisoformat("2025-08-09T12:00:00+00:00")
        self.named = 0
        self.served: Counter[str] = Counter()
        self.items: dict[int, list[int]] = {}
        self.told: dict[int, datetime] = {}
        self.kept = 30
        self.port = 0
        self.asked_at = 0.0
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)

    def __enter__(self) -> Wire:
        self._thread.start()
        starting = asyncio.start_server(self._serve, "0.0.0.0", 0, backlog=1024)
        self._server = asyncio.run_coroutine_threadsafe(starting, self._loop).result()
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    def __exit__(self, *exception: object) -> None:
        asyncio.run_coroutine_threadsafe(self._close(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    async def _close(self) -> None:
        self._server.close()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    def base(self, feed: int) -> str:
        """The feed's origin, without a slash at its end."""
        block, place = divmod(feed, ORIGINS_PER_BLOCK)
        return f"http://127.0.{block + 1}.{place + 1}:{self.port}"

    def hosts(self) -> list[str]:
        """The hosts that must be allowed though they are loopback."""
        return [self.base(n).removeprefix("http://") for n in range(self.feeds)]

    def catalogue(self, path: Path) -> Path:
        """Write the source catalogue (TOML)."""
        blocks = (
            f'[[source]]\nid = "wire-{n}"\nname = "Wire {n}"\nkind = "rss"\nlanguage = "en"\n'
            f"url = {json.dumps(self.base(n) + f'/feed/{n}.xml')}\n"
            for n in range(self.feeds)
        )
        path.write_text("\n".join(blocks), encoding="utf-8")
        return path

    def publish(self, feed: int, *, is_relevant: bool = False) -> str:
        """Put a new item at the head of a feed; its address."""
        number = self.named
        self.named += 1
        kept = self.items.setdefault(feed, [])
        kept.insert(0, -number - 1 if is_relevant else number)
        if is_relevant:
            self.told[number] = self.now
        del kept[self.kept :]
        return self.address(feed, kept[0])

    def address(self, feed: int, number: int) -> str:
        """Where an item lies; those that concern the process have negative numbers."""
        kind, plain = ("r", -number - 1) if number < 0 else ("n", number)
        return f"{self.base(feed)}/{feed}/{kind}/{plain}"

    def is_quiet(self, seconds: float) -> bool:
        """Whether nothing has been asked for so long."""
        return time.monotonic() - self.asked_at >= seconds

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while line := await reader.readline():
                while await reader.readline() not in (b"\r\n", b""):
                    pass
                path = line.split(b" ")[1].decode()
                self.asked_at = time.monotonic()
                status, kind, body = await self._answer(path)
                head = f"HTTP/1.1 {status} -\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}"
                writer.write(f"{head}\r\n\r\n".encode() + body)
                await writer.drain()
        except (ConnectionError, asyncio.CancelledError):
            pass
        finally:
            writer.close()

    async def _answer(self, path: str) -> tuple[int, str, bytes]:
        parts = path.strip("/").split("/")
        if parts[0] == "feed":
            number = int(parts[1].removesuffix(".xml"))
            if number < self.hanging:
                await asyncio.sleep(3600)
            return 200, "application/rss+xml", self._feed(number).encode()
        if len(parts) == 3:
            self.served[parts[1]] += 1
            return 200, "text/html; charset=utf-8", self._page(parts[1], int(parts[2])).encode()
        return 404, "text/plain", b""

    def _feed(self, feed: int) -> str:
        for _ in range(min(self.batch, self.limit - self.named)):
            every = self.relevant_every
            self.publish(feed, is_relevant=bool(every) and self.named % every == every - 1)
        date = format_datetime(self.now)
        items = "".join(
            f"<item><title>Item {abs(n)}</title><link>{self.address(feed, n)}</link>"
            f"<pubDate>{date}</pubDate></item>"
            for n in self.items.get(feed, [])
        )
        return f"<rss version='2.0'><channel><title>{feed}</title>{items}</channel></rss>"

    def _page(self, kind: str, number: int) -> str:
        rng = random.Random(number)
        title, lead = f"Notes from the {word(rng)} district", ""
        if kind == "r":
            city = CITIES[number % len(CITIES)]
            met = self.told[number] - timedelta(days=1 + number // len(CITIES) % 5)
            day = f"{met.day} {met:%B %Y}"
            title = f"Ministers meet in {city}"
            lead = (
                "<p>The foreign ministers of Armenia and Azerbaijan, Ararat Mirzoyan and Jeyhun "
                f"Bayramov, held talks in {city} on {day}, both ministries said.</p>"
            )
        text = "".join(
            f"<p>{' '.join(word(rng) for _ in range(60)).capitalize()}.</p>" for _ in range(4)
        )
        return (
            f"<html lang='en'><head><title>{title}</title></head><body><nav><a href='/'>Home</a>"
            f"</nav><article><h1>{title}</h1>{lead}{text}</article></body></html>"
        )


def word(rng: random.Random) -> str:
    """An invented word, or a common one."""
    if rng.random() < 0.3:
        return rng.choice(("the", "and", "of", "in", "with", "a", "for", "on", "by", "that"))
    return "".join(rng.choice(SYLLABLES) for _ in range(rng.randint(2, 4)))


def wait_until(condition: object, seconds: float, pause: float = 0.02) -> bool:
    """Whether ``condition()`` came true in time."""
    until = time.monotonic() + seconds
    while not condition():  # type: ignore[operator]
        if time.monotonic() > until:
            return False
        time.sleep(pause)
    return True
