"""Typed reading of one TOML table, which notes what is wrong instead of stopping at it.

A `Table` wraps one parsed table with the words that tell a person where it stands. Each
getter returns a value of the right type, a harmless default when there is none, and notes
the problem; `done` notes the keys nobody asked for.
"""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

from dossiers.errors import Problems, suggest


def read_toml(path: Path, problems: Problems) -> dict[str, Any]:
    """The file's tables; an unreadable or malformed file is a problem and reads as empty."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        problems.add(str(path), "no such file; check the path")
    except OSError as error:
        problems.add(str(path), f"cannot be read ({error.strerror}); check the path and its rights")
    except UnicodeDecodeError as error:
        problems.add(str(path), f"is not UTF-8 (byte {error.start}); save it as UTF-8")
    except tomllib.TOMLDecodeError as error:
        problems.add(str(path), f"is not valid TOML: {error}")
    return {}


def tables(
    data: dict[str, Any], key: str, file: str, problems: Problems, label: str = "id"
) -> Iterator[Table]:
    """Every ``[[key]]`` of a file, labelled by its ``label`` value where it has one."""
    rows = data.pop(key, [])
    if not isinstance(rows, list):
        problems.add(f"{file} [{key}]", f"must be an array of tables: write [[{key}]]")
        return
    for number, row in enumerate(rows, 1):
        if not isinstance(row, dict):
            problems.add(f"{file} [[{key}]] no. {number}", "must be a table of keys and values")
            continue
        yield Table(row, f"{file} [[{key}]] {row.get(label) or f'no. {number}'}", problems)


def reject_leftovers(data: dict[str, Any], file: str, known: Collection[str], p: Problems) -> None:
    """Note the top-level tables of a file that nothing has read."""
    for key in data:
        p.add(f"{file} [{key}]", f"unknown table{suggest(key, known)}")


class Table:
    """One TOML table and where it stands. Getters note problems and return a default."""

    __slots__ = ("asked", "problems", "row", "where")

    def __init__(self, row: dict[str, Any], where: str, problems: Problems) -> None:
        self.row = row
        self.where = where
        self.problems = problems
        self.asked: set[str] = set()

    def note(self, key: str, what: str) -> None:
        """Note a problem with one key."""
        self.problems.add(f"{self.where}, {key}", what)

    def _get(self, key: str, kind: type | tuple[type, ...], expected: str) -> Any:
        self.asked.add(key)
        value = self.row.get(key)
        if value is None:
            return None
        if not isinstance(value, kind) or (isinstance(value, bool) and kind is int):
            self.note(key, f"must be {expected}, not {value!r}")
            return None
        return value

    def text(self, key: str, default: str | None = None) -> str | None:
        """A non-empty string or ``default``."""
        value = self._get(key, str, "a string in quotes")
        if value is None:
            return default
        if not value.strip():
            self.note(key, "must not be empty; leave the key out instead")
            return default
        return str(value)

    def required(self, key: str) -> str:
        """A string that must be there; an empty one stands for the missing."""
        value = self.text(key)
        if value is None:
            if key not in self.row:
                self.note(key, "is missing and required")
            return ""
        return value

    def choice(self, key: str, allowed: Collection[str], default: str) -> str:
        """One of a controlled vocabulary."""
        value = self.text(key, default) or default
        if value not in allowed:
            self.note(key, f'unknown value "{value}"{suggest(value, allowed)}')
            return default
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of strings, empty where absent."""
        value = self._get(key, list, "a list of strings")
        if value is None:
            return ()
        if not all(isinstance(item, str) for item in value):
            self.note(key, f"must be a list of strings, not {value!r}")
            return ()
        return tuple(value)

    def day(self, key: str) -> date | None:
        """A TOML date (unquoted ``2025-08-08``) or None."""
        self.asked.add(key)
        value = self.row.get(key)
        if value is None or (isinstance(value, date) and not isinstance(value, datetime)):
            return value
        self.note(key, f"must be a date without quotes, as 2025-08-08, not {value!r}")
        return None

    def flag(self, key: str, default: bool) -> bool:
        """A boolean or ``default``."""
        value = self._get(key, bool, "true or false")
        return default if value is None else bool(value)

    def number(self, key: str, default: int) -> int:
        """An integer or ``default``."""
        value = self._get(key, int, "a whole number")
        return default if value is None else int(value)

    def rows(self, key: str) -> Iterator[Table]:
        """A list of tables (``key = [{…}, {…}]`` or ``[[parent.key]]``)."""
        value = self._get(key, list, "a list of tables")
        for number, row in enumerate(value or (), 1):
            if isinstance(row, dict):
                yield Table(row, f"{self.where}, {key} no. {number}", self.problems)
            else:
                self.note(key, f"item {number} must be a table, not {row!r}")

    def table(self, key: str) -> dict[str, Any]:
        """A sub-table, empty where absent."""
        value = self._get(key, dict, "a table")
        return value or {}

    def period(self) -> tuple[date | None, date | None]:
        """``start`` and ``end``; an end before its start is a problem."""
        start, end = self.day("start"), self.day("end")
        if start is not None and end is not None and end < start:
            self.note("end", f"{end} is before the start {start}")
        return start, end

    def done(self) -> None:
        """Note keys that no getter asked for."""
        for key in self.row:
            if key not in self.asked:
                self.note(key, f"unknown key{suggest(key, self.asked)}")
