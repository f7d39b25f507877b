"""Folding text for search, the same for what is stored and for what is asked.

Unicode compatibility decomposition, case folded, combining marks dropped, and the letter
variants that keyboards and news sites mix up made one; everything that is neither letter
nor digit parts words, except joiners and marks inside a word, which vanish. Works for every
script because it knows none: the few single-character rules are data below.
"""

from __future__ import annotations

import unicodedata

VARIANTS = {
    # Letters typed for one another: Arabic yeh, alef maksura, kaf, teh marbuta; dotless i.
    "\u064a": "\u06cc",
    "\u0649": "\u06cc",
    "\u0643": "\u06a9",
    "\u0629": "\u0647",
    "\u0131": "i",
    # Apostrophes before a suffix.
    "'": "",
    "\u02bc": "",
    "\u2019": "",
    "\u055a": "",
    # Armenian marks written inside a word, soft hyphen, joiners, tatweel.
    "\u055b": "",
    "\u055c": "",
    "\u055e": "",
    "\u00ad": "",
    "\u200b": "",
    "\u200c": "",
    "\u200d": "",
    "\u0640": "",
}


class _Table(dict[int, str]):
    """What each code point becomes; filled as characters are met."""

    def __missing__(self, code: int) -> str:
        char = chr(code)
        if char in VARIANTS:
            kept = VARIANTS[char]
        elif unicodedata.combining(char):
            kept = ""
        else:
            kept = char if char.isalnum() else " "
        self[code] = kept
        return kept


_TABLE = _Table()


def fold(text: str) -> str:
    """``text`` as its folded words, each with one space before it; empty for no words."""
    plain = text if text.isascii() else unicodedata.normalize("NFKD", text)
    words = plain.casefold().translate(_TABLE).split()
    return " " + " ".join(words) if words else ""


def fold_with_offsets(text: str) -> tuple[str, list[int]]:
    """`fold` of ``text`` and, for each folded character, the index it came from.

    Folds character by character, so it is slower; used for snippets only.
    """
    folded: list[str] = []
    origin: list[int] = []
    is_open = False
    for index, char in enumerate(text):
        for part in unicodedata.normalize("NFKD", char).casefold().translate(_TABLE):
            if part == " ":
                is_open = False
                continue
            if not is_open:
                folded.append(" ")
                origin.append(index)
                is_open = True
            folded.append(part)
            origin.append(index)
    return "".join(folded), origin
