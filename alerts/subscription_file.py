"""`subscriptions.toml`: read, checked key by key; every error names the key and the mend.

A whole file with every key explained is in `docs/subscriptions.toml`.
"""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Callable, Collection, Mapping
from datetime import UTC, time, timedelta, tzinfo
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, get_args
from zoneinfo import ZoneInfo

from alerts.errors import SubscriptionError
from alerts.rules import CauseKind
from alerts.schedule import PACES, Pace, Schedule
from alerts.subscriptions import Subscription
from alerts.trust import DEFAULT_WAIT, Trust
from alerts.webhook import secret_bytes
from transforms.vocabulary import ALL_TYPES, STATUSES

if TYPE_CHECKING:
    from dossiers.records import Dossier

_LISTS: Final = (
    "tracks", "mediators", "types", "statuses", "countries", "languages", "causes",
)  # fmt: skip
_KEYS: Final = (
    "name", "channel", "secret", *_LISTS, "min_confidence", "min_origins", "trust",
    "deliver", "daily_at", "quiet_hours", "time_zone",
)  # fmt: skip
_TRUST_KEYS: Final = ("origins", "both_sides", "after")
_VARIABLE: Final = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")
_CLOCK: Final = re.compile(r"([01]?[0-9]|2[0-3]):([0-5][0-9])")
_LENGTH: Final = re.compile(r"([1-9][0-9]*)\s*(m|h|d)")
_UNITS: Final = {"m": "minutes", "h": "hours", "d": "days"}


def read(path: Path, dossier: Dossier | None = None) -> tuple[Subscription, ...]:
    """The subscriptions of a file, in its order.

    Raises:
        SubscriptionError: it cannot be read, or an entry is wrong.
    """
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise SubscriptionError(f"{path}: cannot be read as TOML: {error}") from error
    entries = data.get("subscription", [])
    if not isinstance(entries, list) or not entries or set(data) != {"subscription"}:
        raise SubscriptionError(f"{path}: expected [[subscription]] entries and nothing else")
    known = _known(dossier)
    found = tuple(_Entry(path, n, entry, known).read() for n, entry in enumerate(entries, 1))
    names = [s.name for s in found]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise SubscriptionError(f"{path}: names used twice: {', '.join(twice)}; rename one")
    return found


def _known(dossier: Dossier | None) -> dict[str, Collection[str]]:
    """What the words of each list must be among; lists that are not here take anything."""
    known: dict[str, Collection[str]] = {
        "types": ALL_TYPES,
        "statuses": sorted({status for values in STATUSES.values() for status in values}),
        "causes": get_args(CauseKind),
    }
    if dossier is not None:
        known["tracks"] = sorted(dossier.tracks)
        known["mediators"] = sorted(dossier.actors)
        known["languages"] = sorted(dossier.process.languages)
    return known


class _Entry:
    """One ``[[subscription]]``, and how to complain about it."""

    def __init__(
        self, path: Path, number: int, entry: Any, known: Mapping[str, Collection[str]]
    ) -> None:
        name = entry.get("name") if isinstance(entry, Mapping) else None
        self.where = f"{path}: subscription {number}" + (f" ({name})" if name else "")
        self.entry: Mapping[str, Any] = entry if isinstance(entry, Mapping) else {}
        self.known = known

    def read(self) -> Subscription:
        self._check_keys(self.entry, _KEYS, "")
        lists = {key: self._words(key) for key in _LISTS}
        channel = self._filled("channel")
        return Subscription(
            self._text("name"),
            channel,
            secret=self._secret(channel),
            **lists,
            least=Trust(
                origins=self._number(self.entry, "min_origins", 1, whole=True),
                confidence=self._number(self.entry, "min_confidence", 0.0, most=1.0),
            ),
            trust=self._trust(),
            schedule=self._schedule(),
        )

    def wrong(self, key: str, mend: str) -> SubscriptionError:
        return SubscriptionError(f"{self.where}: '{key}' {mend}")

    def _check_keys(self, table: Mapping[str, Any], known: Collection[str], prefix: str) -> None:
        for key in sorted(set(table) - set(known)):
            raise SubscriptionError(
                f"{self.where}: unknown key {prefix}{key}{_meant(key, known)}; "
                f"known are {', '.join(known)}"
            )

    def _text(self, key: str) -> str:
        value = self.entry.get(key)
        if not isinstance(value, str) or not value.strip():
            raise self.wrong(key, "must be a text that is not empty")
        return value

    def _filled(self, key: str) -> str:
        """A text with ``${NAME}`` replaced from the environment: secrets need not lie in files."""

        def value_of(match: re.Match[str]) -> str:
            value = os.environ.get(match[1])
            if not value:
                raise self.wrong(key, f"needs the environment variable {match[1]}; set it")
            return value

        return _VARIABLE.sub(value_of, self._text(key))

    def _secret(self, channel: str) -> str | None:
        if not channel.startswith("webhook:"):
            if "secret" in self.entry:
                raise self.wrong("secret", "goes with a channel webhook:URL only; take it out")
            return None
        if not re.match(r"webhook:https?://[^/\s]", channel):
            raise self.wrong("channel", "must be webhook: and an http(s) address")
        if "secret" not in self.entry:
            raise self.wrong(
                "secret",
                "is missing: messages of a webhook are signed; make one with "
                "`openssl rand -base64 32` and write whsec_ before it",
            )
        secret = self._filled("secret")
        try:
            secret_bytes(secret)
        except ValueError as error:
            raise self.wrong("secret", str(error)) from None
        return secret

    def _words(self, key: str) -> tuple[str, ...]:
        value = self.entry.get(key, [])
        if not isinstance(value, list) or not all(isinstance(v, str) for v in value):
            raise self.wrong(key, f'must be a list of texts: {key} = ["…"]')
        known = self.known.get(key)
        for word in value if known is not None else ():
            if word not in (known or ()):
                raise self.wrong(key, f"has {word!r}, which is unknown{_meant(word, known or ())}")
        for word in value if key == "countries" else ():
            if not re.fullmatch(r"[A-Z]{3}", word):
                raise self.wrong(key, f"has {word!r}; write ISO 3166-1 alpha-3: three capitals")
        return tuple(value)

    def _number(
        self,
        table: Mapping[str, Any],
        key: str,
        default: Any,
        *,
        whole: bool = False,
        most: float = 1000,
    ) -> Any:
        value = table.get(key, default)
        is_number = isinstance(value, int if whole else (int, float)) and value is not True
        if not is_number or isinstance(value, bool) or not default <= value <= most:
            kind = "a whole number" if whole else "a number"
            raise self.wrong(key, f"must be {kind} from {default} to {most:g}, not {value!r}")
        return value

    def _trust(self) -> Trust:
        value = self.entry.get("trust", "at once")
        if value == "at once":
            return Trust()
        if not isinstance(value, Mapping):
            example = 'trust = { origins = 2, both_sides = true, after = "12h" }'
            raise self.wrong("trust", f'must be "at once" or say what to wait for: {example}')
        self._check_keys(value, _TRUST_KEYS, "trust.")
        both = value.get("both_sides", False)
        if not isinstance(both, bool):
            raise self.wrong("trust.both_sides", "must be true or false")
        return Trust(
            origins=self._number(value, "origins", 1, whole=True),
            both_sides=both,
            after=self._wait(value.get("after")),
        )

    def _wait(self, value: Any) -> timedelta | None:
        if value is None:
            return DEFAULT_WAIT
        if value == "never":
            return None
        match = _LENGTH.fullmatch(value) if isinstance(value, str) else None
        if match is None:
            raise self.wrong(
                "trust.after",
                f'is {value!r}; write "30m", "12h", "2d", or "never"',
            )
        return timedelta(**{_UNITS[match[2]]: int(match[1])})

    def _schedule(self) -> Schedule:
        pace: Pace = self.entry.get("deliver", "at once")
        if pace not in PACES:
            raise self.wrong("deliver", f"is {pace!r}; write {', '.join(map(repr, PACES))}")
        if pace != "daily" and "daily_at" in self.entry:
            raise self.wrong("daily_at", 'goes with deliver = "daily"; add that or take it out')
        daily_at = self._clock("daily_at", self.entry.get("daily_at", "08:00"))
        schedule = Schedule(pace, daily_at, self._quiet(), self._zone())
        if pace == "daily" and schedule.quiet and _lies_in(daily_at, schedule.quiet):
            raise self.wrong("daily_at", "lies in quiet_hours; choose an hour outside them")
        return schedule

    def _clock(self, key: str, value: Any) -> time:
        match = _CLOCK.fullmatch(value.strip()) if isinstance(value, str) else None
        if match is None:
            raise self.wrong(key, f'has {value!r}; write a time of day: "08:00"')
        return time(int(match[1]), int(match[2]))

    def _quiet(self) -> tuple[time, time] | None:
        value = self.entry.get("quiet_hours")
        if value is None:
            return None
        start, dash, end = value.partition("-") if isinstance(value, str) else ("", "", "")
        if not dash:
            raise self.wrong("quiet_hours", f'is {value!r}; write from-to: "22:00-07:00"')
        hours = self._clock("quiet_hours", start), self._clock("quiet_hours", end)
        if hours[0] == hours[1]:
            raise self.wrong("quiet_hours", "begins when it ends; choose two different times")
        return hours

    def _zone(self) -> tzinfo:
        value = self.entry.get("time_zone")
        if value is None:
            return UTC
        try:
            return ZoneInfo(value)
        except (KeyError, ValueError, TypeError, OSError):
            raise self.wrong(
                "time_zone", f'is {value!r}; write an IANA name such as "UTC" or "Etc/GMT-4"'
            ) from None


def _lies_in(wall: time, span: tuple[time, time]) -> bool:
    start, end = span
    return start <= wall < end if start <= end else wall >= start or wall < end


def _meant(word: str, known: Collection[str]) -> str:
    """A guess at what a misspelt word should be, for the end of a message."""
    close: Callable[..., list[str]] = get_close_matches
    found = close(word, list(known), n=1, cutoff=0.6)
    return f" (did you mean {found[0]}?)" if found else ""
