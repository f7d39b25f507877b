"""How a sample is spoilt: seeded mutations of bytes that know what hostile documents look like."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from typing import Final

TOKENS: Final = (
    *(b'<', b'>', b'&', b'&#0;', b'&#xD800;', b'&#99999999999;', b'&foo;', b'<!--', b'-->'),
    *(b'<![CDATA[', b']]>', b'<?xml ', b'?>', b"<!DOCTYPE x [<!ENTITY a 'b'>]>", b'&a;'),
    *(b'<![', b'<?', b'\x00', b'\xff\xfe', b'\xef\xbb\xbf', b'\xed\xa0\x80', b'\xe2\x80\xae'),
    *(b'\xc3', b'\x1f\x8b\x08', b'{', b'}', b'[', b']', b'"', b"'", b'\\u0000', b'\\ud800'),
    *(b'null', b'1e999', b'-1', b'NaN', b'</item>', b'<item>', b'<entry>', b'</channel>'),
    *(b'<link>', b'<title>', b"xmlns=''", b" xml:base='http://['", b'<table>', b'<p>'),
    *(b'<div>', b'<svg>', b'<script>', b'<select>', b'<textarea>', b"<base href='//['>"),
    *(b'http://[', b'http://a:99999/', b'//', b'data:,x', b'\xc4\xb0'),
    *(b'Content-Length: -1\r\n', b'0001-01-01T00:00:00+14:00', b'9999-12-31T23:59:59-12:00'),
    *(b'2025-02-30', b'31 Feb 0', b'\r\n\r\n', b'WARC/1.0\r\n'),
    *(b'Content-Length: 99999999999999\r\n', b'Content-Encoding: br\r\n', b'windows-1251'),
    *(b'utf-16', b'base64', b"encoding='rot13'", b'\t\t\t', b'....', b'!?!?'),
    *(b'\xc2\xbb\xc2\xbb', b'\xe2\x80\xa8', b'&#x202e;'),
)  # fmt: skip

Mutation = Callable[[random.Random, bytes, bytes], bytes]


def spoilt(chance: random.Random, samples: Sequence[bytes]) -> bytes:
    """A sample after one to eight mutations."""
    body = chance.choice(samples)
    for _ in range(chance.choice((1, 1, 2, 3, 5, 8))):
        body = chance.choice(MUTATIONS)(chance, body, chance.choice(samples))
    return body


def _place(chance: random.Random, body: bytes) -> tuple[int, int]:
    start = chance.randint(0, len(body))
    return start, min(len(body), start + chance.choice((1, 2, 8, 40, 200)))


def _cut(chance: random.Random, body: bytes, _: bytes) -> bytes:
    return body[: chance.randint(0, len(body))]


def _drop(chance: random.Random, body: bytes, _: bytes) -> bytes:
    start, end = _place(chance, body)
    return body[:start] + body[end:]


def _repeat(chance: random.Random, body: bytes, _: bytes) -> bytes:
    start, end = _place(chance, body)
    return body[:end] + body[start:end] * chance.choice((1, 2, 30, 300)) + body[end:]


def _insert(chance: random.Random, body: bytes, _: bytes) -> bytes:
    start, _end = _place(chance, body)
    return body[:start] + chance.choice(TOKENS) * chance.choice((1, 1, 1, 2, 500)) + body[start:]


def _replace(chance: random.Random, body: bytes, _: bytes) -> bytes:
    start, end = _place(chance, body)
    return body[:start] + chance.choice(TOKENS) + body[end:]


def _flip(chance: random.Random, body: bytes, _: bytes) -> bytes:
    spoiled = bytearray(body)
    for _number in range(min(len(body), chance.choice((1, 3, 20)))):
        spoiled[chance.randrange(len(body))] = chance.randrange(256)
    return bytes(spoiled)


def _splice(chance: random.Random, body: bytes, other: bytes) -> bytes:
    start, end = _place(chance, other)
    at = chance.randint(0, len(body))
    return body[:at] + other[start : end + chance.choice((0, 500))] + body[at:]


def _move(chance: random.Random, body: bytes, _: bytes) -> bytes:
    start, end = _place(chance, body)
    rest = body[:start] + body[end:]
    at = chance.randint(0, len(rest))
    return rest[:at] + body[start:end] + rest[at:]


def _recode(chance: random.Random, body: bytes, _: bytes) -> bytes:
    codec = chance.choice(("utf-16", "utf-32", "cp1251", "latin-1", "utf-8-sig", "utf-16-be"))
    return body.decode("utf-8", "replace").encode(codec, "replace")


MUTATIONS: Final[tuple[Mutation, ...]] = (
    *(_cut, _drop, _repeat, _insert, _insert, _replace, _replace, _flip, _splice, _move, _recode),
)
