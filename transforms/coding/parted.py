"""Verbs of two parts with other words between: an idiom's head, and the verb that closes it.

In languages of compound verbs the object may stand inside the verb ("calling for … became").
Such a pattern is written with ``…``; its tag covers the closing part alone, so that what
stands between is before the verb, as everything else in its clause is.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from transforms.coding.lexicon import WordTag, _Entry
    from transforms.coding.words import Word

Pattern = tuple[tuple[str, bool], ...]
"""Folded words, each with whether it is only how a word begins."""
GAP: Final = "…"
_REACH: Final = 30  # words from the closing part back to the head
_STOPS: Final = re.compile(r"[.;:!?«»“”]")
_OPEN_FORMS: Final = frozenset({"noun", "ing", "base"})


def parted_before(
    entries: Mapping[str, list[_Entry]], words: Sequence[Word], close: int
) -> Iterator[_Entry]:
    """The entries whose head may have begun before the closing part at ``close``."""
    if entries:
        yield from entries.get("", ())
        for folded in dict.fromkeys(w.folded for w in words[max(0, close - _REACH) : close]):
            yield from entries.get(folded, ())


def end_of_heads(heads: Sequence[Pattern], words: Sequence[Word], close: int) -> int | None:
    """Where the first of some heads ends that stand in order before the closing part at
    ``close``, each the nearest; None without them.
    """
    end, floor = close, max(-1, close - _REACH)
    for head in reversed(heads):
        found = _start_of(head, words, end, floor)
        if found is None:
            return None
        end, last = found, found + len(head)
    return last


def _start_of(head: Pattern, words: Sequence[Word], before: int, floor: int) -> int | None:
    for at in range(before - len(head), floor, -1):
        if all(_is(words[at + i].folded, *wanted) for i, wanted in enumerate(head)):
            return at
        if _STOPS.search(words[at + 1].gap):
            return None
    return None


def unbroken(parted: Sequence[tuple[WordTag, int]], others: Sequence[WordTag]) -> list[WordTag]:
    """Those whose two parts no other finite verb stands between."""
    finite = sorted(
        tag.first for tag in others if tag.kind == "verb" and tag.form not in _OPEN_FORMS
    )
    return [tag for tag, head in parted if not any(head <= at < tag.first for at in finite)]


def _is(folded: str, wanted: str, is_prefix: bool) -> bool:
    return folded.startswith(wanted) if is_prefix else folded == wanted
