"""Child processes that end when their parent does, however it ends."""

from __future__ import annotations

import os
import threading
import time

POLL_SECONDS = 0.5


def die_with_parent() -> None:
    """Watch the parent from a daemon thread and leave when it is gone.

    A killed parent runs no clean-up, so its children must notice by themselves. Linux's
    parent-death signal would fire when the *thread* that started us ends; a look at the
    parent's id is portable and means what it says.
    """
    parent = os.getppid()

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(POLL_SECONDS)
        os._exit(1)

    threading.Thread(target=watch, name="parent-watch", daemon=True).start()
