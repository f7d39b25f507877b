"""The optional ``index.jsonl`` of a folder: what its owner says of the documents in it."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from connectors.plain import storable

if TYPE_CHECKING:
    from pathlib import Path

INDEX_NAME = "index.jsonl"
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}$")
_KNOWN = ("published", "url", "source", "language", "title")


@dataclass(frozen=True, slots=True)
class Described:
    """What is said of one document. ``published`` is UTC; a day alone is its midnight."""

    published: datetime | None = None
    published_is_day: bool = False
    url: str | None = None
    source: str | None = None
    language: str | None = None
    title: str | None = None


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong in a file, with the line it is on (None for the whole file)."""

    file: str
    line: int | None
    reason: str
    detail: str


@dataclass(frozen=True, slots=True)
class FolderIndex:
    """Descriptions by file name (relative, ``/``), and what could not be understood."""

    described: dict[str, Described] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()


def describe(told: dict[str, Any]) -> tuple[Described, list[str]]:
    """Read the descriptive keys of a JSON object; sentences for those that cannot be used."""
    troubles = [
        f"{key} is {told[key]!r:.80}, not a text; it was left out"
        for key in _KNOWN
        if told.get(key) is not None and not isinstance(told[key], str)
    ]
    texts = {k: storable(told[k]).strip() for k in _KNOWN if isinstance(told.get(k), str)}
    published, is_day = None, False
    if texts.get("published"):
        try:
            published, is_day = read_published(texts["published"])
        except (ValueError, OverflowError):
            troubles.append(
                f"impossible date {texts['published'][:60]!r}; write it as 2024-08-20 or "
                "2024-08-20T14:00:00+04:00"
            )
    url = texts.get("url") or None
    if url is not None and not re.match(r"https?://[^\s/]", url):
        troubles.append(f"url {url[:80]!r} is no http(s) address; it was left out")
        url = None
    return Described(
        published=published,
        published_is_day=is_day,
        url=url,
        source=texts.get("source") or None,
        language=texts.get("language") or None,
        title=texts.get("title") or None,
    ), troubles


def read_published(text: str) -> tuple[datetime, bool]:
    """An ISO 8601 date or date and time as UTC, and whether it is a day only.

    Raises:
        ValueError, OverflowError: when it is neither, or impossible.
    """
    moment = datetime.fromisoformat(text)
    moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    return moment, bool(_DAY.match(text))


def read_index(directory: Path, names: frozenset[str]) -> FolderIndex:
    """Read ``directory/index.jsonl`` if there is one. Never raises for what is in it.

    Args:
        directory: the folder.
        names: the documents it holds, to tell when the index names another.
    """
    path = directory / INDEX_NAME
    described: dict[str, Described] = {}
    problems: list[Problem] = []

    def report(line: int | None, detail: str) -> None:
        where = INDEX_NAME if line is None else f"{INDEX_NAME} line {line}"
        problems.append(Problem(INDEX_NAME, line, "bad_index", f"{where}: {detail}"))

    if not path.is_file():
        return FolderIndex()
    try:
        lines = path.read_bytes().splitlines()
    except OSError as error:
        report(None, f"cannot be read ({error.strerror}); documents come without descriptions")
        return FolderIndex({}, tuple(problems))
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            told = json.loads(line.decode("utf-8-sig"))
            name = str(told["file"])
        except (ValueError, KeyError, TypeError, RecursionError):
            report(number, 'is no JSON object with a "file"; mend or drop the line')
            continue
        if name not in names:
            report(number, f"names {name!r:.120}, which is not among the documents")
        elif name in described:
            report(number, f"describes {name!r:.120} a second time; the first counts")
        else:
            described[name], troubles = describe(told)
            if troubles:
                report(number, f"{name}: {'; '.join(troubles)}")
    return FolderIndex(described, tuple(problems))
