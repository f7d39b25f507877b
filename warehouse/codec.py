"""Lossless JSON for the frozen records the warehouse keeps whole.

Built from the records' own type hints, so a field added to a record is stored without a
change here, and a field missing in old JSON takes its default. Supported: dataclasses,
``tuple[X, ...]``, ``tuple[A, B]``, optional values, literals, ``date``, aware ``datetime``,
and JSON's own scalars.
"""

from __future__ import annotations

import json
import sys
import types
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from functools import cache
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

T = TypeVar("T")


def encode(record: object) -> str:
    """The canonical JSON of a record: keys sorted, no spaces, so equal records are equal text."""
    return json.dumps(to_plain(record), ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def decode(kind: type[T], text: str) -> T:
    """The record that `encode` wrote.

    Raises:
        ValueError: the text is not JSON of that kind of record.
    """
    result = _from_plain(kind, json.loads(text))
    if not isinstance(result, kind):
        raise ValueError(f"not a stored {kind.__name__}: {text[:80]}")
    return result


def to_plain(value: Any) -> Any:
    """A record as plain JSON values."""
    kind: Any = type(value)
    if kind is str or kind is int or kind is float or kind is bool or value is None:
        return value
    if kind is tuple or kind is list:
        return [to_plain(item) for item in value]
    if isinstance(value, date):  # datetime is a date
        return value.isoformat()
    names = _names(kind)
    return {name: to_plain(getattr(value, name)) for name in names} if names else value


@cache
def _names(kind: Any) -> tuple[str, ...]:
    return tuple(f.name for f in fields(kind)) if is_dataclass(kind) else ()


def _from_plain(kind: Any, value: Any) -> Any:
    if value is None or kind is Any:
        return value
    origin = get_origin(kind)
    if origin in (Union, types.UnionType):
        return _from_plain(next(k for k in get_args(kind) if k is not type(None)), value)
    if origin is Literal:
        return value
    if origin is tuple:
        return _tuple_from_plain(get_args(kind), value)
    if kind is datetime:
        return datetime.fromisoformat(value)
    if kind is date:
        return date.fromisoformat(value)
    if isinstance(kind, type) and is_dataclass(kind):
        hints = _hints(kind)
        return kind(**{k: _from_plain(hints[k], v) for k, v in value.items() if k in hints})
    return float(value) if kind is float else value


def _tuple_from_plain(parts: tuple[Any, ...], value: list[Any]) -> tuple[Any, ...]:
    if len(parts) == 2 and parts[1] is Ellipsis:
        return tuple(_from_plain(parts[0], item) for item in value)
    return tuple(_from_plain(part, item) for part, item in zip(parts, value, strict=True))


@cache
def _hints(kind: type) -> dict[str, Any]:
    # Names are looked up in the module alone: a field called `date` would hide the type.
    names = {"date": date, "datetime": datetime, **vars(sys.modules[kind.__module__])}
    return get_type_hints(kind, globalns=names, localns=names)
