"""Where alerts go: the console, a JSONL file, anything Apprise can reach.

Delivery is at least once, with the alert's id in every message as the key to drop repeats
by. A channel that can look up whether a key arrived (`knows`) makes that exactly once.
"""

from __future__ import annotations

import json
import os
import sys
import warnings
from collections.abc import Callable, Mapping
from importlib import import_module
from pathlib import Path
from typing import IO, Any, Final, Protocol

from alerts.errors import PermanentChannelError, TransientChannelError
from alerts.render import Name, plain_name, render

LOCK_SECONDS: Final = 10.0


Wants = Callable[[Mapping[str, Any]], bool]


def everything(_payload: Mapping[str, Any]) -> bool:
    """A channel's filter that lets every alert through."""
    return True


class Channel(Protocol):
    """A place alerts are sent to. ``wants`` says which payloads it takes."""

    wants: Wants

    def knows(self, alert_id: str) -> bool | None:
        """Whether the alert has arrived; None where that cannot be told."""

    def send(self, alert_id: str, payload: Mapping[str, Any], *, may_repeat: bool) -> None:
        """Sends one alert; returns once the channel has it.

        Raises:
            TransientChannelError: it may work later.
            PermanentChannelError: it never will.
        """


class ConsoleChannel:
    """Prints alerts as plain text, to standard error unless told otherwise.

    Standard output belongs to the listings of the commands.
    """

    def __init__(
        self,
        stream: IO[str] | None = None,
        *,
        name: Name = plain_name,
        wants: Wants = everything,
    ) -> None:
        self.wants = wants
        self._stream = stream
        self._name = name

    def knows(self, alert_id: str) -> bool | None:
        """Never known: nobody can tell what was read on a screen."""
        return None

    def send(self, alert_id: str, payload: Mapping[str, Any], *, may_repeat: bool) -> None:
        """Prints the alert."""
        stream: IO[str] = self._stream if self._stream is not None else sys.stderr
        message = render(payload, name=self._name, may_repeat=may_repeat)
        try:
            stream.write(message.text + "\n")
            stream.flush()
        except UnicodeEncodeError:
            encoding = getattr(stream, "encoding", None) or "ascii"
            stream.write(message.text.encode(encoding, "replace").decode(encoding) + "\n")
        except OSError as error:
            raise TransientChannelError(f"console: cannot write: {error}") from error


class JsonlChannel:
    """Appends payloads to a file, one JSON object a line; each alert is in it once.

    A line counts once it ends in a newline. What a kill left half written is cut off before
    the next line is appended, so that the file holds whole lines only, each key once.
    """

    def __init__(self, path: Path, *, wants: Wants = everything) -> None:
        self.path = path
        self.wants = wants
        self._seen: set[str] = set()
        self._read_to = 0

    def knows(self, alert_id: str) -> bool | None:
        """Whether the file holds the alert."""
        try:
            with self._locked():
                self._catch_up()
        except OSError as error:
            raise TransientChannelError(f"{self.path}: cannot read: {error}") from error
        return alert_id in self._seen

    def send(self, alert_id: str, payload: Mapping[str, Any], *, may_repeat: bool) -> None:
        """Appends the alert and has it on disk, unless the file holds it already."""
        record = {**payload, "alert_id": alert_id}
        line = json.dumps(record, ensure_ascii=False, sort_keys=True, default=str) + "\n"
        data = line.encode("utf-8", "backslashreplace")
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with self._locked():
                self._catch_up()
                if alert_id in self._seen:
                    return
                self._append(data)
                self._seen.add(alert_id)
        except OSError as error:
            raise TransientChannelError(f"{self.path}: cannot append: {error}") from error

    def _locked(self) -> Any:
        # Imported late, and a lock file of its own: two processes may share one file.
        from filelock import FileLock

        self.path.parent.mkdir(parents=True, exist_ok=True)
        return FileLock(f"{self.path}.lock", timeout=LOCK_SECONDS)

    def _append(self, data: bytes) -> None:
        is_new = not self.path.exists()
        with self.path.open("ab") as file:
            file.truncate(self._read_to)
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        if is_new:
            self._sync_directory()
        self._read_to += len(data)

    def _sync_directory(self) -> None:
        handle = os.open(self.path.parent, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)

    def _catch_up(self) -> None:
        """Reads the whole lines added since the last look; from the start if it shrank."""
        if not self.path.exists():
            self._seen, self._read_to = set(), 0
            return
        if self.path.stat().st_size < self._read_to:
            self._seen, self._read_to = set(), 0
        with self.path.open("rb") as file:
            file.seek(self._read_to)
            for line in file:
                if not line.endswith(b"\n"):
                    break
                self._read_to += len(line)
                self._note(line)

    def _note(self, line: bytes) -> None:
        try:
            record = json.loads(line)
        except ValueError:
            return  # somebody else's line; kept, and no alert of ours
        if isinstance(record, dict) and isinstance(record.get("alert_id"), str):
            self._seen.add(record["alert_id"])


class AppriseChannel:
    """Sends through the Apprise library: e-mail, chat, webhook, by the URL's scheme.

    The alert's id stands in every body, as the key to recognise a repeat by.
    """

    def __init__(self, url: str, *, name: Name = plain_name, wants: Wants = everything) -> None:
        self.wants = wants
        self._url = url
        self._name = name
        self._target: Any = None

    def knows(self, alert_id: str) -> bool | None:
        """Never known: the services cannot be asked."""
        return None

    def send(self, alert_id: str, payload: Mapping[str, Any], *, may_repeat: bool) -> None:
        """Sends the alert; the service's own words are in the error, the URL is not."""
        apprise = import_module("apprise")  # slow: only runs that send through it pay for it
        if self._target is None:
            self._target = self._open(apprise)
        message = render({**payload, "alert_id": alert_id}, name=self._name, may_repeat=may_repeat)
        with apprise.LogCapture(level=apprise.logging.WARNING) as log:
            has_arrived = self._target.notify(
                title=message.subject, body=message.markdown, body_format="markdown"
            )
            said = log.getvalue().strip()
        if not has_arrived:
            raise TransientChannelError(f"apprise: {_safe(said, self._url) or 'not delivered'}")

    def _open(self, apprise: Any) -> Any:
        target = apprise.Apprise()
        with warnings.catch_warnings():
            # Adding the first address loads all plugins, one of which imports the standard
            # library's deprecated `imghdr`; a host that makes warnings errors would fail.
            warnings.simplefilter("ignore", DeprecationWarning)
            if target.add(self._url):
                return target
        scheme = self._url.partition("://")[0]
        raise PermanentChannelError(
            f"apprise: the {scheme}:// address of this channel is not one it can use"
        )


def _safe(said: str, url: str) -> str:
    """What a service said, in one line, without the address and its secrets."""
    rest = url.partition("://")[2]
    for secret in (url, rest, *rest.replace("@", "/").replace("?", "/").split("/")):
        if len(secret) > 7:
            said = said.replace(secret, "…")
    return " ".join(said.split())[:300]
