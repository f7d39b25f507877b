"""Reading a response body under a limit that holds after decompression.

httpx decompresses each chunk whole, and a chunk of 64 KB can hold a thousand times as much;
so the raw bytes are taken and inflated here with a bounded output. Only what zlib reads is
offered to servers (``Accept-Encoding``): brotli and zstd reach far higher ratios.
"""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

from connectors.errors import Permanent, Transient

if TYPE_CHECKING:
    from collections.abc import Iterator

    import httpx

ACCEPT_ENCODING = "gzip, deflate"
_STEP = 1 << 18


class _Inflater:
    """Bounded decompression of one gzip or deflate stream, chunk by chunk."""

    def __init__(self, encoding: str) -> None:
        self._is_gzip = encoding in ("gzip", "x-gzip")
        self._wbits = 31 if self._is_gzip else zlib.MAX_WBITS
        self._engine = zlib.decompressobj(self._wbits)
        self._has_begun = False

    def feed(self, data: bytes) -> Iterator[bytes]:
        """Inflate ``data``, yielding at most `_STEP` bytes at a time.

        Raises:
            zlib.error: when it is not what its header says.
        """
        if not self._has_begun and data:
            self._has_begun = True
            # "deflate" means zlib (RFC 9110 §8.4.1.2), but some servers send it bare.
            if not self._is_gzip and data[0] & 0x0F != 8:
                self._engine = zlib.decompressobj(-zlib.MAX_WBITS)
        while data:
            if self._engine.eof:
                if not (self._is_gzip and data.startswith(b"\x1f\x8b")):
                    return  # padding after the end, which browsers ignore as well
                self._engine = zlib.decompressobj(self._wbits)
            yield self._engine.decompress(data, _STEP)
            data = self._engine.unconsumed_tail or self._engine.unused_data

    def drain(self) -> Iterator[bytes]:
        """What is still buffered after the last input byte, in bounded pieces."""
        while not self._engine.eof and (part := self._engine.decompress(b"", _STEP)):
            yield part

    @property
    def is_complete(self) -> bool:
        """True when the stream ended properly, or never began."""
        return self._engine.eof or not self._has_begun


def _too_large(url: str, limit: int) -> Permanent:
    return Permanent(
        "too_large",
        url,
        f"is larger than {limit:,} bytes; nothing of it is kept. Raise max_bytes if it is wanted",
    )


def _inflater(response: httpx.Response, url: str) -> _Inflater | None:
    encoding = response.headers.get("content-encoding", "").strip().lower()
    if encoding in ("", "identity", "none", "utf-8"):
        return None
    if encoding in ("gzip", "x-gzip", "deflate"):
        return _Inflater(encoding)
    raise Permanent(
        "bad_encoding",
        url,
        f"answers with Content-Encoding {encoding!r}, which was not asked for and is not read",
    )


async def read_body(response: httpx.Response, url: str, limit: int, *, cut: bool = False) -> bytes:
    """The body of ``response``, decoded, of at most ``limit`` bytes.

    Args:
        response: opened with ``stream=True``, not yet read.
        url: for messages.
        limit: bytes, counted both as sent and as decoded.
        cut: keep the first ``limit`` bytes of a larger body instead of refusing it.

    Raises:
        Permanent: ``too_large`` or ``bad_encoding``.
        Transient: ``truncated_body``, when a compressed body ends early.
    """
    inflater = _inflater(response, url)
    declared = response.headers.get("content-length", "")
    if not cut and declared.isdecimal() and int(declared) > limit:
        raise _too_large(url, limit)
    body, sent = bytearray(), 0
    try:
        async for chunk in response.aiter_raw():
            sent += len(chunk)
            for part in inflater.feed(chunk) if inflater else (chunk,):
                body += part
                if max(len(body), sent) > limit:
                    if cut:
                        return bytes(body[:limit])
                    raise _too_large(url, limit)
        for part in inflater.drain() if inflater else ():
            body += part
            if len(body) > limit:
                raise _too_large(url, limit)
    except zlib.error as error:
        raise Permanent(
            "bad_encoding", url, f"is not the compressed data its headers announce ({error})"
        ) from error
    if inflater and not inflater.is_complete:
        raise Transient("truncated_body", url, "the compressed body ends before its end")
    return bytes(body)
