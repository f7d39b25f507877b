"""Which script a text is written in."""

from __future__ import annotations

import unicodedata
from collections import Counter
from functools import lru_cache


@lru_cache(maxsize=4096)
def script_of(char: str) -> str:
    """The first word of the character's Unicode name, lower case; empty for unnamed ones."""
    return unicodedata.name(char, "").partition(" ")[0].lower()


def dominant_script(text: str, sample: int = 400) -> str:
    """The commonest script among the first ``sample`` letters; empty if there are none."""
    letters = [c for c in text[: sample * 3] if c.isalpha()][:sample]
    counts = Counter(map(script_of, letters))
    return min(counts, key=lambda s: (-counts[s], s)) if counts else ""
