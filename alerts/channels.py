"""Where alerts go: the console, a JSONL file, anything Apprise can reach; `alerts.webhook`.

Delivery is at least once, with the alert's id in every message as the key to drop repeats
by. A channel that can look up whether a key arrived (`knows`) makes that exactly once.
"""

from __future__ import annotations

import json
import os
import sys
import warnings
from importlib import import_module
from pathlib import Path
from typing import IO, Any, Final, Literal, Protocol

from alerts.errors import PermanentChannelError, TransientChannelError
from alerts.letters import Letter, word
from alerts.render import Name, plain_name

LOCK_SECONDS: Final = 10.0


class Channel(Protocol):
    """A place alerts are sent to.

    Attributes:
        in_flight: how many messages may be under way at a time, and so how many at most are
            repeated after a kill.
        takes_digests: False where alerts are wanted one by one whatever the subscription says.
    """

    in_flight: int
    takes_digests: bool

    def knows(self, key: str) -> bool | None:
        """Whether the message of this key has arrived; None where that cannot be told."""

    def send(self, letter: Letter) -> str | None:
        """Sends one message; returns once the channel has it.

        Called from several threads at a time where ``in_flight`` is more than one.

        Returns:
            What the channel calls the message, for later ones to hang on to; or None.

        Raises:
            TransientChannelError: it may work later.
            PermanentChannelError: it never will.
        """

    def close(self) -> None:
        """Lets go of connections; nothing is sent afterwards."""


class ConsoleChannel:
    """Prints alerts as plain text, to standard error unless told otherwise.

    Standard output belongs to the listings of the commands.
    """

    in_flight = 1
    takes_digests = True

    def __init__(self, stream: IO[str] | None = None, *, name: Name = plain_name) -> None:
        self._stream = stream
        self._name = name

    def knows(self, key: str) -> bool | None:
        """Never known: nobody can tell what was read on a screen."""
        return None

    def close(self) -> None:
        """Nothing to let go of."""

    def send(self, letter: Letter) -> None:
        """Prints the message."""
        stream: IO[str] = self._stream if self._stream is not None else sys.stderr
        message = word(letter, self._name)
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

    in_flight = 1
    takes_digests = False

    def __init__(self, path: Path) -> None:
        self.path = path
        self._seen: set[str] = set()
        self._read_to = 0

    def close(self) -> None:
        """Nothing to let go of: the file is opened for each line."""

    def knows(self, key: str) -> bool | None:
        """Whether the file holds the alert."""
        try:
            with self._locked():
                self._catch_up()
        except OSError as error:
            raise TransientChannelError(f"{self.path}: cannot read: {error}") from error
        return key in self._seen

    def send(self, letter: Letter) -> None:
        """Appends the alert and has it on disk, unless the file holds it already."""
        record = {**letter.payload, "alert_id": letter.key}
        line = json.dumps(record, ensure_ascii=False, sort_keys=True, default=str) + "\n"
        data = line.encode("utf-8", "backslashreplace")
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with self._locked():
                self._catch_up()
                if letter.key in self._seen:
                    return
                self._append(data)
                self._seen.add(letter.key)
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

    in_flight = 1  # its log, where a service's words are read from, is one for all
    takes_digests = True

    def __init__(self, url: str, *, name: Name = plain_name) -> None:
        self._url = url
        self._name = name
        self._target: Any = None

    def knows(self, key: str) -> bool | None:
        """Never known: the services cannot be asked."""
        return None

    def close(self) -> None:
        """Nothing to let go of."""

    def send(self, letter: Letter) -> None:
        """Sends the message; the service's own words are in the error, the URL is not."""
        message = word(letter, self._name)
        self.say(message.subject, message.markdown, "markdown")

    def say(self, subject: str, body: str, body_format: Literal["text", "markdown"]) -> None:
        """Sends any words; errors as `send`."""
        apprise = import_module("apprise")  # slow: only runs that send through it pay for it
        if self._target is None:
            self._target = self._open(apprise)
        with apprise.LogCapture(level=apprise.logging.WARNING) as log:
            has_arrived = self._target.notify(title=subject, body=body, body_format=body_format)
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
