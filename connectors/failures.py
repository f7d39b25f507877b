"""Names for what goes wrong in transport: every failure becomes one `ConnectorError`."""

from __future__ import annotations

import ssl
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

import httpcore

from connectors.errors import ConnectorError, Permanent, Transient

if TYPE_CHECKING:
    from collections.abc import Mapping

_RETRY_STATUSES = frozenset({408, 425, 429})


def refusal_by_status(status: int, url: str, headers: Mapping[str, str]) -> ConnectorError:
    """The error for a status that brings no usable body."""
    error: Transient | Permanent
    if status == 410:
        error = Permanent("gone", url, "is gone for good (410); take it out of the catalogue")
    elif status >= 500 or status in _RETRY_STATUSES:
        error = Transient(f"http_{status}", url, f"answers {status}; try again later")
        error.retry_after_seconds = parse_retry_after(headers)
    else:
        error = Permanent(f"http_{status}", url, f"answers {status}; see whether it has moved")
    error.status = status
    return error


def parse_retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds a ``Retry-After`` asks for (RFC 9110 §10.2.3), None when absent or unreadable.

    A date is measured against the response's own ``Date``: their clock, not ours.
    """
    value = headers.get("retry-after", "").strip()
    if value.isdecimal() and value.isascii():
        return float(value[:9])
    try:
        then, sent = (parsedate_to_datetime(v) for v in (value, headers.get("date", "")))
        return max(0.0, (then - sent).total_seconds())
    except (ValueError, TypeError, OverflowError):
        return None


def named(error: Exception, url: str) -> ConnectorError:
    """The named error for what the transport raised."""
    if isinstance(error, httpcore.TimeoutException):
        phase = "no connection" if isinstance(error, httpcore.ConnectTimeout) else "no data"
        return Transient("timeout", url, f"{phase} in time; try again later")
    if isinstance(error, httpcore.LocalProtocolError):
        return Permanent("bad_url", url, f"cannot be put into a request ({error})")
    if isinstance(error, httpcore.RemoteProtocolError):
        return Transient("protocol", url, f"the server broke off or spoke no HTTP ({error})")
    if _is_tls(error):
        return Permanent("tls", url, f"no trusted TLS connection ({error}); check the certificate")
    if isinstance(error, httpcore.ConnectError):
        return Transient("connect", url, f"cannot be connected to ({error}); is the host up?")
    return Transient("connection_lost", url, f"the connection was lost ({error})")


def _is_tls(error: BaseException | None) -> bool:
    while error is not None:
        if isinstance(error, ssl.SSLError):
            return True
        error = error.__cause__ or error.__context__
    return False
