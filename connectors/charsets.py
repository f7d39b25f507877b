"""What charset bytes are really in, when what they declare may be wrong.

UTF-8 is hard to hit by chance, so bytes that decode as UTF-8 are UTF-8, whatever they say.
Next comes what is declared; next a guess from the letters themselves.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

from charset_normalizer import from_bytes

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16, whose mark is its beginning
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_UNMARKED = tuple(
    (start.encode(codec), codec) for codec in ("utf-16-le", "utf-16-be") for start in ("<", "{")
)
"""How markup begins in UTF-16 that neither says so nor bears a mark (XML 1.0, appendix F)."""
_GUESSED = ["cp1251", "koi8_r", "cp1256", "cp1254"]
"""Single-byte pages still met in old newsrooms. cp1254 stands for cp1252 too: the two differ
in six letters only, and guessing between them went wrong more often than right."""

_MOST_REPLACED = 0.05
_SAMPLE_BYTES = 200_000
_MARKUP = re.compile(rb"<[^>]{0,2000}>|&[#\w]{1,12};")


@dataclass(frozen=True, slots=True)
class Decoded:
    """Text, the codec that made it (Python's name), and whether that was a departure.

    ``warning`` says what was declared and what was done instead; None when all was well.
    """

    text: str
    charset: str
    warning: str | None = None


def decode(body: bytes, *declared: str | None) -> Decoded | None:
    """Decode ``body``; None when it is not text in any charset known here.

    Args:
        body: the bytes.
        declared: charsets named by the transport and by the document, most binding first.
    """
    if found := _marked(body):
        return found
    told = " and ".join(repr(name) for name in dict.fromkeys(declared) if name)
    codecs_told = [codec for name in declared if (codec := _codec(name))]
    for codec in codecs_told:
        if codec.startswith(("utf-16", "utf-32")) and (found := _strictly(body, codec)):
            return found
    for start, codec in _UNMARKED:
        if body.startswith(start) and (found := _strictly(body, codec)):
            return _noted(found, told) if told else found
    if b"\0" in body[:_SAMPLE_BYTES]:
        return None
    if found := _strictly(body, "utf-8"):
        is_as_told = body.isascii() or not told or "utf-8" in codecs_told[:1]
        return found if is_as_told else _noted(found, told)
    for codec in codecs_told:
        if codec not in ("utf-8", "ascii") and (found := _strictly(body, codec)):
            return found if codec == codecs_told[0] else _noted(found, told)
    return _mended(body) or _guessed(body, told)


def _marked(body: bytes) -> Decoded | None:
    for mark, named in _BOMS:
        if body.startswith(mark):
            return _strictly(body, named) or Decoded(
                body.decode(named, "replace"), named, f"broken {named} bytes were replaced"
            )
    return None


def _codec(name: str | None) -> str | None:
    try:
        return codecs.lookup(name.strip().strip("\"'")).name if name else None
    except (LookupError, ValueError):
        return None


def _strictly(body: bytes, codec: str) -> Decoded | None:
    try:
        text = body.decode(codec)
    except (UnicodeError, LookupError, ValueError):
        return None
    # Codecs such as base64 decode to bytes; they are not charsets.
    return Decoded(text, codec) if isinstance(text, str) else None


def _noted(found: Decoded, told: str) -> Decoded:
    note = f"declared as {told} but reads as {found.charset}"
    return Decoded(found.text, found.charset, note)


def _mended(body: bytes) -> Decoded | None:
    """UTF-8 with a few broken places, as where a summary was cut inside a letter."""
    text = body.decode("utf-8", "replace")
    foreign = sum(1 for c in text if c > "\x7f")
    broken = text.count("\ufffd")
    if broken > max(1, foreign * _MOST_REPLACED) or broken == foreign:
        return None
    return Decoded(text, "utf-8", f"{broken} broken UTF-8 sequences were replaced")


def _guessed(body: bytes, told: str) -> Decoded | None:
    sample = _MARKUP.sub(b" ", body[:_SAMPLE_BYTES])
    best = from_bytes(sample, cp_isolation=_GUESSED).best()
    if best is None or not (found := _strictly(body, best.encoding)):
        return None
    note = f"declared as {told}" if told else "no charset declared"
    return Decoded(found.text, found.charset, f"{note}; reads as {found.charset} (a guess)")
