"""Markup out of a title or a summary: what a feed marks up, a candidate says plainly."""

from __future__ import annotations

import html
import re

import lxml.html
from lxml.etree import LxmlError

_MOST = 20_000  # characters looked at; a summary longer than that is an article
_INVISIBLE = re.compile(r"<(script|style)\b.*?(</\1\s*>|$)", re.IGNORECASE | re.DOTALL)
_UNSEEN = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\u202a-\u202e\u2066-\u2069\ufffe\uffff]"
)
"""Control characters, and those that turn the direction of what is printed after them."""
_TAG = re.compile(r"</?[A-Za-z][^<>]*>|<!--")


def plain_text(markup: str | None) -> str | None:
    """``markup`` without tags and entities, spaces folded; None when nothing is left."""
    if not markup:
        return None
    text = markup[:_MOST]
    if _TAG.search(text):
        try:
            text = lxml.html.fromstring(f"<div>{_INVISIBLE.sub(' ', text)}</div>").text_content()
        except (LxmlError, ValueError):
            text = _TAG.sub(" ", text)
    elif "&" in text:
        text = html.unescape(text)
    return " ".join(printable(text).split()) or None


def storable(text: str) -> str:
    """``text`` without lone surrogates, which JSON and file names can bring and no database
    takes; each becomes a question mark.
    """
    return text.encode("utf-8", "replace").decode("utf-8")


def printable(text: str) -> str:
    """`storable` text without control characters and those that turn the direction of print."""
    return _UNSEEN.sub("", storable(text))
