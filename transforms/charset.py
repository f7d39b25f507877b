"""From bytes to text: which of the declared charsets is to be believed.

Declarations are often wrong, so they are tested, in this order:

1. a byte-order mark;
2. UTF-8, if the bytes are valid UTF-8 with at least one non-ASCII character: a text in
   another charset passes for UTF-8 by chance about never, so this beats any declaration;
3. the charset of the header, then of the page, if the bytes are valid in it;
4. `charset_normalizer` on a sample, as the last resort.

Single-byte charsets accept any bytes, so a declared one that yields letters of no use (the
wrong table turns words of one script into rows of accented capitals and signs) is checked by
how many letters of one script stand side by side, and rejected if another does better.
"""

from __future__ import annotations

import codecs
import re

from charset_normalizer import from_bytes

_META = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w:.-]{2,40})", re.I)
_XML = re.compile(rb"^\s*<\?xml[^>]{0,100}?encoding\s*=\s*[\"']([\w:.-]{2,40})", re.I)
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_HEAD_BYTES = 4096
_SAMPLE_BYTES = 16_000
_GUESS_BYTES = 4000
# What the web is written in (WHATWG Encoding); trying all of Python's takes ten times longer.
_WEB_CHARSETS = [
    *("cp1251", "cp1252", "cp1250", "cp1253", "cp1254", "cp1255", "cp1256", "cp1257"),
    *("koi8_r", "koi8_u", "cp866", "iso8859_2", "iso8859_5", "iso8859_6", "iso8859_7"),
    *("iso8859_9", "gb18030", "big5", "shift_jis", "euc_jp", "euc_kr"),
]
# WHATWG: what the web calls ISO 8859-1 is its Windows superset.
_SUPERSETS = {"iso8859-1": "cp1252", "ascii": "cp1252", "iso8859-9": "cp1254"}


def decode(body: bytes, declared: str | None) -> tuple[str, str, bool]:
    """Text, the charset it was read in, and whether a declaration was overruled.

    Never raises: what cannot be decoded becomes U+FFFD.
    """
    for mark, name in _BOMS:
        if body.startswith(mark):
            return (
                body[len(mark) :].decode("utf-8", "replace")
                if name == "utf-8"
                else (body.decode(name, "replace")),
                name,
                False,
            )
    candidates = _declared(body, declared)
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError as error:
        if _is_nearly_utf8(body, error):
            return body.decode("utf-8", "replace"), "utf-8", False
    else:
        # an all-ASCII body may still be in a shifting charset such as ISO-2022
        if not candidates or candidates[0] == "utf-8" or b"\x1b" not in body:
            overruled = bool(candidates) and candidates[0] != "utf-8" and not text.isascii()
            return text, "utf-8", overruled
    for name in candidates:
        if name != "utf-8" and (text_or_none := _decode(body, name)) is not None:
            if _is_sensible(text_or_none) or not (better := _guess(body)):
                return text_or_none, name, False
            return body.decode(better, "replace"), better, True
    guess = _guess(body) or "utf-8"
    return body.decode(guess, "replace"), guess, bool(candidates)


def _declared(body: bytes, header: str | None) -> list[str]:
    head = body[:_HEAD_BYTES]
    found = [header] if header else []
    matches = (pattern.search(head) for pattern in (_META, _XML))
    found.extend(match[1].decode("ascii", "replace") for match in matches if match)
    names: list[str] = []
    for raw in found:
        try:
            name = codecs.lookup(raw.strip("\"' ")).name
        except (LookupError, ValueError):
            continue
        name = _SUPERSETS.get(name, name)
        # UTF-16 without a mark in a page that could be read to find its <meta> is a lie
        if name not in names and not name.startswith(("utf-16", "utf-32")):
            names.append(name)
    return names


def _decode(body: bytes, name: str) -> str | None:
    try:
        return body.decode(name)
    except (UnicodeDecodeError, LookupError):
        pass
    try:
        text = body.decode(name, "replace")
    except (LookupError, TypeError, ValueError):
        return None
    # a few undefined bytes do not refute a charset
    return text if text.count("\ufffd") * 500 < len(text) else None


def _is_nearly_utf8(body: bytes, error: UnicodeDecodeError) -> bool:
    """Valid but for a few broken characters (cut in the middle, a stray byte)."""
    good = error.start
    if any(byte >= 0x80 for byte in body[max(0, good - 2000) : good]):
        text = body.decode("utf-8", "replace")
        non_ascii = sum(ord(c) > 127 and c != "\ufffd" for c in text)
        return text.count("\ufffd") * 20 < non_ascii
    return False


_TAGS = re.compile(r"<[^<>]*>")
_WORDS = re.compile(r"[^\W\d_]{3,}")


def _is_sensible(text: str) -> bool:
    """Whether words look like words: one script each, capitals only in front."""
    # The head of a page is mostly ASCII; judge a window that has other letters.
    first = re.search(r"[^\x00-\x7f]", text)
    if not first:
        return True
    window = _TAGS.sub(" ", text[first.start() : first.start() + _SAMPLE_BYTES])
    seen = [w for w in _WORDS.findall(window) if not w.isascii()]
    if not seen:
        # signs among ASCII words (quotes, dashes) fit any Western table
        return True
    odd = sum(1 for word in seen if _is_odd(word))
    return odd * 3 < len(seen)


def _is_odd(word: str) -> bool:
    tail = word[1:]
    if not word.isupper() and any(c.isupper() for c in tail):
        return True
    # words with hardly any plain letter come of another script's bytes
    accented = sum("\u0080" <= c < "\u0250" for c in word)
    return accented * 2 > len(word)


def _guess(body: bytes) -> str | None:
    first = next((i for i, byte in enumerate(body) if byte >= 0x80), 0)
    sample = _TAGS_BYTES.sub(b" ", body[first : first + 4 * _SAMPLE_BYTES])[:_GUESS_BYTES]
    best = from_bytes(sample, cp_isolation=_WEB_CHARSETS).best()
    return best.encoding if best else None


_TAGS_BYTES = re.compile(rb"<[^>]*>|<[^>]*$|^[^<]*>")
