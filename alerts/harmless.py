"""What text from a web page may still do in a message: be read.

One line, no control or direction-overriding characters, nothing that a mail program or a chat
would turn into a link, a mention or markup. What is changed for that is invisible (a word joiner,
U+2060, after ``@`` and within ``http://``); the JSON channels and the warehouse keep the text as
it was. Right-to-left text is isolated, so that it cannot reorder what stands beside it: with the
characters of Unicode TR9 (FSI, PDI) in plain text and Markdown, with ``dir`` in HTML.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final
from urllib.parse import urlsplit

_JOINER: Final = "\u2060"
_ISOLATE, _POP = "\u2068", "\u2069"
_KEPT: Final = frozenset("\u200c\u200d")  # joiners that Persian and Indic spelling needs
_BLANKS: Final = frozenset("\t\n\r\x0b\x0c\x1c\x1d\x1e\x85")
_LINKED: Final = re.compile(r"(?i)\b([a-z][a-z0-9+.-]*:)(?=//)|\b(www)(?=\.)|\b(mailto:|tel:)|(@)")
_MARKDOWN: Final = re.compile(r"([\\`*_{}\[\]()#+\-.!|~])")
_ENTITY: Final = re.compile(r"&(?=#?\w+;)")
_URL: Final = re.compile(r"https?://[^\s<>\"'`()\[\]{}|\\^]+", re.I)
_LANGUAGE: Final = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")


def bare(value: object) -> str:
    """One line, without control and direction characters, without links or mentions."""
    kept = []
    for char in str(value):
        category = unicodedata.category(char)
        if char in _BLANKS or category in {"Zs", "Zl", "Zp"}:
            kept.append(" ")
        elif char in _KEPT or category not in {"Cc", "Cf", "Cs", "Co", "Cn"}:
            kept.append(char)
    line = " ".join("".join(kept).split(" ")).strip()
    line = re.sub(" {2,}", " ", line)
    return _LINKED.sub(lambda found: found.group(0) + _JOINER, line)


def plain(value: object) -> str:
    """`bare`, isolated where it holds right-to-left letters."""
    line = bare(value)
    return f"{_ISOLATE}{line}{_POP}" if is_right_to_left(line) else line


def markdown(value: object) -> str:
    """`plain` as Markdown text: signs escaped, angle brackets and entities as entities.

    A backslash before ``<`` stops not every renderer, an entity does.
    """
    line = _ENTITY.sub("&amp;", plain(value))
    line = _MARKDOWN.sub(r"\\\1", line)
    return line.replace("<", "&lt;").replace(">", "&gt;")


def is_right_to_left(text: str) -> bool:
    """Whether it holds a letter or digit of a right-to-left script."""
    return any(unicodedata.bidirectional(char) in {"R", "AL", "AN"} for char in text)


def direction(value: object) -> str:
    """``rtl`` or ``ltr`` by the first strong letter, for HTML's ``dir``."""
    for char in str(value):
        kind = unicodedata.bidirectional(char)
        if kind in {"R", "AL"}:
            return "rtl"
        if kind == "L":
            return "ltr"
    return "ltr"


def language_tag(value: object) -> str | None:
    """The language where it is shaped as a tag (RFC 5646), for HTML's ``lang``; else None."""
    text = str(value or "")
    return text if _LANGUAGE.fullmatch(text) else None


def safe_url(value: object) -> str | None:
    """The address where it is a plain http(s) one of visible characters; else None."""
    text = str(value or "")
    if not (_URL.fullmatch(text) and text.isprintable()):
        return None
    return text if host(text) else None


def host(url: str) -> str | None:
    """The host of an address; None where it has none."""
    try:
        return urlsplit(url).hostname
    except ValueError:
        return None
