"""A server of small feeds on every loopback address: ``python -m benchmarks.feed_server``.

One process, one socket on 0.0.0.0: any 127.x.y.z reaches it, so a thousand feeds are a
thousand hosts. Plain asyncio, so that it takes little of the machine from what is measured.
It prints its port, answers until its input ends, then prints what it counted as JSON.
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections import Counter

BODY = "".join(
    [
        '<?xml version="1.0"?><rss version="2.0"><channel><title>News</title>',
        *(
            f"<item><title>Item {n}</title><link>/{n}</link>"
            f"<pubDate>Fri, 08 Aug 2025 {n % 24:02}:00:00 GMT</pubDate>"
            f"<description>{'What happened, in a few words. ' * 5}</description></item>"
            for n in range(30)
        ),
        "</channel></rss>",
    ]
).encode()
ROBOTS = b"User-agent: *\nDisallow: /private/\nCrawl-delay: 1\n"
TAG = '"unchanged"'


def answer(path: str, headers: dict[str, str]) -> tuple[str, bytes]:
    """Status line and body for one request."""
    if path == "/robots.txt":
        return "200 OK", ROBOTS
    if headers.get("if-none-match") == TAG:
        return "304 Not Modified", b""
    return "200 OK", BODY


async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Answer the requests of one connection until it is closed."""
    try:
        while True:
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
            path = head[0].split(" ")[1]
            headers = {
                name.lower(): value.strip()
                for name, _, value in (line.partition(":") for line in head[1:] if line)
            }
            status, body = answer(path, headers)
            COUNTS[f"{path} {status[:3]}"] += 1
            COUNTS["bytes"] += len(body)
            HOSTS.add(headers.get("host", ""))
            length = "" if status.startswith("304") else f"Content-Length: {len(body)}\r\n"
            head_lines = f"ETag: {TAG}\r\nContent-Type: text/xml\r\n{length}"
            writer.write(f"HTTP/1.1 {status}\r\n{head_lines}\r\n".encode() + body)
            await writer.drain()
    except (asyncio.IncompleteReadError, ConnectionError):
        return
    finally:
        writer.close()


COUNTS: Counter[str] = Counter()
HOSTS: set[str] = set()


async def main() -> None:
    """Serve until the input ends."""
    server = await asyncio.start_server(serve, "0.0.0.0", 0, backlog=4096)
    print(server.sockets[0].getsockname()[1], flush=True)
    await asyncio.to_thread(sys.stdin.read)
    print(json.dumps({**COUNTS, "hosts": len(HOSTS)}), flush=True)


if __name__ == "__main__":
    asyncio.run(main())
