"""What kind of text a document's name speaks of, so that "treaty" and "peace treaty" meet.

The coder names documents in English whatever the language of the article; outlets differ in
how much of the name they give. A name is boiled down to its kind and what qualifies it.
"""

from __future__ import annotations

from typing import Final

_KINDS: Final = {
    "treaty": ("treaty", "treaties"),
    "declaration": ("declaration", "statement", "communique", "communiqué"),
    "ceasefire": ("ceasefire", "truce", "armistice"),
    "protocol": ("protocol",),
    "memorandum": ("memorandum", "mou"),
    "roadmap": ("roadmap",),
    "framework": ("framework",),
    "regulation": ("regulation",),
    "constitution": ("constitution",),
    "contract": ("contract",),
}
KIND_OF: Final[dict[str, str]] = {word: kind for kind, words in _KINDS.items() for word in words}
GENERIC_WORDS: Final = frozenset({"agreement", "accord", "deal", "document", "pact", "paper"})
"""Words that any text may be called by; with "peace" they mean the treaty."""
EMPTY_WORDS: Final = frozenset(
    {"a", "draft", "final", "for", "joint", "of", "on", "peace", "text", "the", "understanding"}
)
"""Words that one outlet adds and another leaves out."""


def document_key(name: str | None) -> tuple[str, ...]:
    """A document's kind followed by its qualifying words, sorted; empty where unknown.

    A name of no known kind has the kind ``""``; a bare "agreement" says nothing.
    """
    words = (name or "").casefold().replace("-", " ").replace("_", " ").split()
    kinds = [KIND_OF[word] for word in words if word in KIND_OF]
    generic = GENERIC_WORDS & set(words)
    kind = kinds[-1] if kinds else "treaty" if generic and "peace" in words else ""
    rest = {w for w in words if w not in KIND_OF} - GENERIC_WORDS - EMPTY_WORDS
    return (kind, *sorted(rest)) if kind or rest else ()


def documents_agree(one: tuple[str, ...], other: tuple[str, ...]) -> bool | None:
    """Whether two keys may name one text; None where either is unknown."""
    if not one or not other:
        return None
    mine, theirs = set(one[1:]), set(other[1:])
    return one[0] == other[0] and (mine <= theirs or theirs <= mine)
