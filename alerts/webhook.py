"""A signed webhook, as Standard Webhooks 1.0 (standardwebhooks.com) has it.

Each message is a POST of JSON (`docs/webhook.schema.json`) with three headers: ``webhook-id``,
the alert's or digest's id, the same in every repetition; ``webhook-timestamp``, seconds since
1970 at the attempt; ``webhook-signature``, ``v1,`` and the Base64 of HMAC-SHA256 over
``id.timestamp.body`` under the secret. 2xx is taken as received. ``Retry-After`` is honoured
(RFC 9110, 10.2.3). Redirects are not followed: what is signed goes where it was addressed.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
import hashlib
import hmac
import json
import threading
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any, Final

from alerts.errors import PermanentChannelError, TransientChannelError
from alerts.letters import Letter

if TYPE_CHECKING:
    import httpx

PREFIX: Final = "whsec_"
IN_FLIGHT: Final = 10
TOTAL_SECONDS: Final = 15.0
"""Time for a whole exchange, however slowly a server answers."""
LONGEST_REST: Final = timedelta(hours=24)
"""The most that a ``Retry-After`` is taken for."""
REFUSALS: Final = frozenset({400, 410, 413, 415, 422})
"""Statuses that mean this message will never be taken; others may mend."""
ANSWER_BYTES: Final = 300
ANSWER_SECONDS: Final = 1.0
"""What is read of an answer, and for how long: enough for an error's words."""


def secret_bytes(secret: str) -> bytes:
    """The key a secret stands for.

    Raises:
        ValueError: it is not ``whsec_`` and the Base64 of 24 to 64 bytes.
    """
    try:
        key = base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except binascii.Error:
        key = b""
    if not secret.startswith(PREFIX) or not 24 <= len(key) <= 64:
        raise ValueError(
            f"must be {PREFIX} and the Base64 of 24 to 64 bytes; "
            "`openssl rand -base64 32` makes the latter"
        )
    return key


def sign(key: bytes, message_id: str, timestamp: int, body: bytes) -> str:
    """The value of ``webhook-signature``."""
    content = f"{message_id}.{timestamp}.".encode() + body
    return "v1," + base64.b64encode(hmac.new(key, content, hashlib.sha256).digest()).decode()


def body_of(letter: Letter) -> bytes:
    """A letter as the JSON that `docs/webhook.schema.json` describes, UTF-8."""
    cause = str(letter.payload.get("cause") or "new")
    data: dict[str, Any] = dict(letter.payload)
    if not letter.is_digest:
        data["alert_id"] = letter.key
        data["thread"] = letter.thread.key if letter.thread else letter.key
    kind = "digest" if letter.is_digest else "test" if cause == "test" else f"event.{cause}"
    shape = {
        "type": f"araxes.{kind}",
        "timestamp": letter.created_at.astimezone(UTC).isoformat(),
        "data": data,
    }
    text = json.dumps(shape, ensure_ascii=False, sort_keys=True, default=str)
    return text.encode("utf-8", "backslashreplace")


class WebhookChannel:
    """Posts signed JSON to one address, ten messages at a time.

    Requests run in an event loop of its own, so that one time limit holds for a whole exchange.
    """

    in_flight = IN_FLIGHT
    takes_digests = True

    def __init__(
        self, url: str, secret: str, *, owner: str = "webhook", seconds: float = TOTAL_SECONDS
    ) -> None:
        try:
            self._key = secret_bytes(secret)
        except ValueError as error:
            raise PermanentChannelError(f"{owner}: its secret {error}") from None
        self._url = url
        self._owner = owner
        self._seconds = seconds
        self._lock = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        self._client: httpx.AsyncClient | None = None

    def knows(self, key: str) -> bool | None:
        """Never known: the receiver drops what bears an id it has."""
        return None

    def send(self, letter: Letter) -> None:
        """Posts one message.

        Raises:
            TransientChannelError: no answer, or one that may change.
            PermanentChannelError: the receiver refuses this message.
        """
        import httpx

        try:
            work = self._post(letter.key, body_of(letter))
            status, after, said = asyncio.run_coroutine_threadsafe(work, self._running()).result()
        except TimeoutError:
            raise TransientChannelError(
                f"{self._owner}: no answer within {self._seconds:g} seconds"
            ) from None
        except httpx.HTTPError as error:
            # The error's own words may hold the address, which may hold a secret.
            raise TransientChannelError(f"{self._owner}: {type(error).__name__}") from None
        self._judge(status, after, said)

    def close(self) -> None:
        """Ends connections and the loop."""
        if self._loop is None or self._thread is None:
            return
        if self._client is not None:
            asyncio.run_coroutine_threadsafe(self._client.aclose(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()
        self._loop = self._thread = self._client = None

    def _running(self) -> asyncio.AbstractEventLoop:
        with self._lock:
            if self._loop is None:
                self._loop = asyncio.new_event_loop()
                self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
                self._thread.start()
            return self._loop

    async def _post(self, key: str, body: bytes) -> tuple[int, str | None, str]:
        import httpx

        if self._client is None:
            self._client = httpx.AsyncClient(timeout=self._seconds, trust_env=False)
        moment = int(datetime.now(UTC).timestamp())
        headers = {
            "content-type": "application/json",
            "user-agent": "araxes",
            "webhook-id": key,
            "webhook-timestamp": str(moment),
            "webhook-signature": sign(self._key, key, moment, body),
        }
        async with (
            asyncio.timeout(self._seconds),
            self._client.stream("POST", self._url, content=body, headers=headers) as answer,
        ):
            said = b""
            # The status decides: what comes after it, or does not, changes nothing.
            with suppress(httpx.HTTPError, TimeoutError):
                async with asyncio.timeout(ANSWER_SECONDS):
                    async for piece in answer.aiter_bytes():
                        said += piece
                        if len(said) >= ANSWER_BYTES:
                            break
            words = said[:ANSWER_BYTES].decode("utf-8", "replace")
            return answer.status_code, answer.headers.get("retry-after"), words

    def _judge(self, status: int, after: str | None, said: str) -> None:
        if 200 <= status < 300:
            return
        words = " ".join("".join(c if c.isprintable() else " " for c in said).split())
        what = f"{self._owner}: answered {status}" + (f": {words}" if words else "")
        if status in REFUSALS:
            raise PermanentChannelError(what)
        if 300 <= status < 400:
            what += "; redirects are not followed: write the address it moved to"
        raise TransientChannelError(what, retry_after(after, datetime.now(UTC)))


def retry_after(value: str | None, now: datetime) -> timedelta | None:
    """What a ``Retry-After`` asks for, at most a day; None where it says nothing usable.

    Args:
        value: seconds, or an HTTP date.
        now: UTC.
    """
    text = (value or "").strip()
    if text.isascii() and text.isdigit():
        wait = timedelta(seconds=min(int(text[:9]), 10**7))
    else:
        try:
            wait = parsedate_to_datetime(text) - now
        except (ValueError, TypeError):
            return None
    return min(max(wait, timedelta()), LONGEST_REST)
