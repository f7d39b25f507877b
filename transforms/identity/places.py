"""Places within places: a palace in a city, a city in a country."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

_MOST_STEPS: Final = 8


def is_within(inner: str, outer: str, within: Mapping[str, str]) -> bool:
    """True where ``inner`` is ``outer`` or lies in it, at most eight steps up."""
    for _ in range(_MOST_STEPS):
        if inner == outer:
            return True
        if inner not in within:
            return False
        inner = within[inner]
    return False


def is_nested(one: str, other: str, within: Mapping[str, str]) -> bool:
    """True where two places are one, or either lies in the other."""
    return is_within(one, other, within) or is_within(other, one, within)
