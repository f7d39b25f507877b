"""The heartbeat: a URL called after each good run, so that silence is noticed elsewhere.

A machine that is dead sends no alarm. A monitor outside (Healthchecks, Uptime Kuma, any
"dead man's switch") raises one when the call stays away.
"""

from __future__ import annotations

from typing import Final
from urllib.parse import urlsplit

SECONDS: Final = 10.0
"""How long the monitor may take to answer."""


def beat(url: str | None) -> str | None:
    """Call the heartbeat URL with GET.

    Returns:
        Why that failed, with the host only (a path may be a secret); None where it did not, or
        where none is set. Never raises: a run is no worse for its monitor's being away.
    """
    if not url:
        return None
    import httpx

    try:
        answer = httpx.get(url, timeout=SECONDS, follow_redirects=True)
        answer.raise_for_status()
    except httpx.HTTPStatusError as error:
        said = f"it answered {error.response.status_code}"
    except Exception as error:  # a wrong address too must not fail the run
        said = type(error).__name__
    else:
        return None
    host = urlsplit(url).hostname or "no host; see ARAXES_HEARTBEAT_URL"
    return f"the heartbeat could not be sent ({host}): {said}"
