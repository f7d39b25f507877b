"""Words to whoever keeps the pipeline going: what it will not do without them.

They go past the outbox, at once: a held batch must not wait in a line of alerts. They say
nothing that commands do not show, so losing one to a kill loses no more than time.
"""

from __future__ import annotations

import sys
from typing import Final

from alerts.channels import AppriseChannel
from alerts.errors import ChannelError

CONSOLE: Final = "console"


def notify(address: str, subject: str, body: str) -> str | None:
    """Tell the operator; never raises for the channel's sake.

    Args:
        address: ``console`` (standard error) or an Apprise URL.
        subject: one line.
        body: plain text.

    Returns:
        Why it did not arrive, without the address's secrets; None where it did.
    """
    if address == CONSOLE:
        print(f"{subject}\n{body}", file=sys.stderr, flush=True)
        return None
    try:
        AppriseChannel(address).say(subject, body, "text")
    except ChannelError as error:
        return str(error)
    except Exception as error:  # a plugin's own bug must not stop the run it speaks for
        return f"{type(error).__name__}: {error}"[:300]
    return None
