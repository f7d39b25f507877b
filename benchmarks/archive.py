"""A large archive of the web, generated: what a regional crawl looks like, with its truth.

Pages of eight languages in five layouts, all of whose menus name every country of the region,
in the charsets such pages were served in, one in four as ASCII with character references. A
set share concerns the process: the texts of the development gold, written by people who had
no part in the topic pass. Of the others some are about one party alone. Deterministic by seed.
"""

from __future__ import annotations

import gzip
import html
import json
import random
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any, Final

from demo.articles import WORLD

ROOT: Final = Path(__file__).parent.parent
WORDS: Final = Path(__file__).with_name("archive_words.toml")
LAYOUTS: Final = ("menu", "mega", "table", "blog", "portal")
FIRST_DAY: Final = datetime(2020, 11, 10, tzinfo=UTC)
DAYS: Final = 5 * 365
_BYTES: Final = 64_000
"""Furniture of a page before its article, in characters of markup."""


@dataclass(frozen=True, slots=True)
class ArchivedPage:
    """One page; ``charset`` is what its header and its head declare."""

    url: str
    html: bytes
    charset: str
    language: str
    is_relevant: bool


def write_archive(path: Path, pages: int, share: float, seed: int) -> list[ArchivedPage]:
    """Write a gzipped WARC file of ``pages`` pages; returns those that concern the process."""
    relevant = []
    with path.open("wb") as out:
        for page in archived_pages(pages, share, seed):
            out.write(gzip.compress(_record(page), compresslevel=1, mtime=0))
            if page.is_relevant:
                relevant.append(page)
    return relevant


def archived_pages(pages: int, share: float, seed: int) -> Iterator[ArchivedPage]:
    """The pages; those that concern the process stand evenly among the others."""
    rng = random.Random(f"archive:{seed}")
    gold = gold_texts()
    rng.shuffle(gold)
    every = max(1, round(1 / share)) if share else pages + 1
    for number in range(pages):
        is_relevant = bool(share) and number % every == every // 2
        record = gold[number // every % len(gold)] if is_relevant else None
        yield _page(number, seed, record)


@cache
def _gold() -> tuple[dict[str, Any], ...]:
    files = sorted((ROOT / "tests" / "gold" / "dev").glob("*.jsonl"))
    lines = (line for file in files for line in file.read_text("utf-8").splitlines())
    return tuple(record for line in lines if (record := json.loads(line))["relevant"])


def gold_texts() -> list[dict[str, Any]]:
    """The texts of the development gold that concern the process."""
    return list(_gold())


def _page(number: int, seed: int, record: dict[str, Any] | None) -> ArchivedPage:
    rng = random.Random(f"{seed}:{number}")
    language = record["language"] if record else rng.choice(sorted(_words()))
    words = _words()[language]
    charset = rng.choice(words["charsets"])
    layout = rng.choice(LAYOUTS)
    day = FIRST_DAY + timedelta(days=rng.randrange(DAYS), minutes=rng.randrange(1440))
    if record:
        title = record["title"] or record["text"][:60]
        paragraphs = [html.escape(line, quote=False) for line in record["text"].splitlines()]
        day = datetime.fromisoformat(record["published"]) if record["published"] else day
    else:
        title = sentence(rng, words)
        paragraphs = _other_news(rng, words)
    url = f"https://{language}-{layout}.news.invalid/{day:%Y/%m/%d}/{seed}-{number}"
    text = render(title, paragraphs, day, language=language, layout=layout, url=url)
    return ArchivedPage(
        url, encode(text, charset, number), charset, language, is_relevant=record is not None
    )


def _other_news(rng: random.Random, words: dict[str, Any]) -> list[str]:
    """Paragraphs of other news; every fourth article names one of the parties, alone."""
    paragraphs = [
        " ".join(sentence(rng, words) for _ in range(rng.randint(2, 4)))
        for _ in range(rng.randint(5, 12))
    ]
    if rng.random() < 0.25:
        paragraphs.insert(1, rng.choice(words["one_sided"]))
    return paragraphs


def encode(text: str, charset: str, number: int) -> bytes:
    """A page's bytes; what the charset lacks becomes character references, decimal or hex."""
    declared = text.replace("{charset}", charset, 1)
    if number % 2 or charset.startswith("utf"):
        return declared.encode(charset, "xmlcharrefreplace")
    parts = []
    for char in declared:
        try:
            parts.append(char.encode(charset))
        except UnicodeEncodeError:
            parts.append(f"&#x{ord(char):x};".encode("ascii"))
    return b"".join(parts)


def render(
    title: str, paragraphs: list[str], day: datetime, *, language: str, layout: str, url: str
) -> str:
    """An article in a layout of an outlet; ``{charset}`` is left to be filled in."""
    head, before, after = _furniture(language, layout)
    title = html.escape(title)
    return (
        f'<!DOCTYPE html><html lang="{language}"><head><meta charset="{{charset}}">'
        f'<title>{title}</title><link rel="canonical" href="{url}">'
        f'<meta property="og:title" content="{title}">'
        f'<meta property="article:published_time" content="{day.isoformat()}">{head}</head>'
        f'{before}<h1>{title}</h1><time datetime="{day.isoformat()}">{day:%d.%m.%Y}</time>'
        + "".join(f"<p>{paragraph}</p>\n" for paragraph in paragraphs)
        + after
    )


def sentence(rng: random.Random, words: dict[str, Any]) -> str:
    """A neutral sentence."""
    text: str = words["order"].format(
        **{part: rng.choice(words[f"{part}s"]) for part in ("subject", "verb", "object")},
        adverbial=rng.choice(words["adverbials"]),
    )
    return text


@cache
def _words() -> dict[str, dict[str, Any]]:
    grammars = tomllib.loads((WORLD / "generator.toml").read_text("utf-8"))
    words = tomllib.loads(WORDS.read_text("utf-8"))
    return {code: {**grammars.get(code, {}), **own} for code, own in words.items()}


@cache
def _furniture(language: str, layout: str) -> tuple[str, str, str]:
    """Head, what stands before the article, and after it: made once for an outlet."""
    words = _words()[language]
    rng = random.Random(f"{language}:{layout}")
    menus = {"menu": _menu, "mega": _mega, "table": _table, "blog": _blog, "portal": _portal}
    before, after = menus[layout](rng, words)
    script = "".join(f'w.q.push(["slot",{i},{{"w":{300 + i}}}]);' for i in range(200))
    style = "".join(
        f".k{i}{{margin:{i % 9}px;color:#{rng.randrange(16**6):06x}}}" for i in range(300)
    )
    head = f"<style>{style}</style><script>(function(w){{w.q=[];{script}}})(window)</script>"
    links = []
    size = len(head) + len(before) + len(after)
    while size < _BYTES:
        text = sentence(rng, words)
        links.append(
            f'<li class="rank__item"><a class="rank__link" href="/{rng.randrange(10**6)}" '
            f'data-track="rank-{len(links)}"><img src="/i/{len(links)}.jpg" alt="" width="90">'
            f"{text}</a></li>"
        )
        size += len(links[-1])
    return head, before, f"{after}<aside><ul>{''.join(links)}</ul></aside></body></html>"


def _links(names: list[str], css: str) -> str:
    return "".join(
        f'<li class="{css}"><a class="{css}__link" href="/tag/{i}">{name}</a></li>'
        for i, name in enumerate(names)
    )


def _menu(rng: random.Random, words: dict[str, Any]) -> tuple[str, str]:
    menu = _links(words["sections"], "m") + _links(words["countries"], "m")
    return (
        f'<body><header><nav><ul>{menu}</ul></nav></header><main class="story">',
        f"</main><footer><ul>{menu}</ul></footer>",
    )


def _mega(rng: random.Random, words: dict[str, Any]) -> tuple[str, str]:
    """Countries under every section, and in a choice of editions."""
    countries = _links(words["countries"], "mm")
    menu = "".join(
        f'<div class="mega"><h3><a href="/s/{i}">{name}</a></h3><ul>{countries}</ul></div>'
        for i, name in enumerate(words["sections"])
    )
    options = "".join(f"<option value='{i}'>{c}</option>" for i, c in enumerate(words["countries"]))
    return (
        f"<body><div class='top'><select>{options}</select>{menu}</div><article class='post'>",
        f"</article><div class='bottom'>{menu}</div>",
    )


def _table(rng: random.Random, words: dict[str, Any]) -> tuple[str, str]:
    """An outlet of the old kind: a table, tags in capitals, links parted by bars."""
    bar = " | ".join(f'<A HREF="/c/{i}">{name}</A>' for i, name in enumerate(words["countries"]))
    return (
        f"<body><TABLE WIDTH=100%><TR><TD COLSPAN=2>{bar}</TD></TR><TR><TD><div class=text>",
        f"</div></TD></TR><TR><TD>{bar}</TD></TR></TABLE>",
    )


def _blog(rng: random.Random, words: dict[str, Any]) -> tuple[str, str]:
    """Tags and headlines of related news beside the text, as links."""
    related = "".join(
        f'<li><h4><a href="/r/{i}">{text}</a></h4></li>'
        for i, text in enumerate([*words["teaser"], *(sentence(rng, words) for _ in range(8))])
    )
    return (
        f'<body class="single"><nav><ul>{_links(words["sections"], "nav")}</ul></nav>'
        '<article><div class="entry-content">',
        f'</div><ul class="tags">{_links(words["countries"], "tag")}</ul></article>'
        f'<div class="related"><ul>{related}</ul></div>',
    )


def _portal(rng: random.Random, words: dict[str, Any]) -> tuple[str, str]:
    """Summaries of other news beside the text, not links only."""
    summaries = "".join(
        f'<div class="lead"><a href="/l/{i}">{sentence(rng, words)}</a><p>{text}</p></div>'
        for i, text in enumerate([*words["teaser"], *words["one_sided"]])
    )
    return (
        f'<body><nav><ul>{_links(words["countries"], "p")}</ul></nav><section class="text">',
        f'</section><div class="sidebar">{summaries}</div>',
    )


def _record(page: ArchivedPage) -> bytes:
    head = (
        "HTTP/1.1 200 OK\r\n"
        f"Content-Type: text/html; charset={page.charset}\r\n"
        f"Content-Length: {len(page.html)}\r\n\r\n"
    ).encode("ascii")
    day = FIRST_DAY + timedelta(days=DAYS)
    return b"".join(
        (
            b"WARC/1.1\r\nWARC-Type: response\r\n",
            f"WARC-Target-URI: {page.url}\r\nWARC-Date: {day:%Y-%m-%dT%H:%M:%SZ}\r\n".encode(),
            b"Content-Type: application/http; msgtype=response\r\n",
            f"Content-Length: {len(head) + len(page.html)}\r\n\r\n".encode("ascii"),
            head,
            page.html,
            b"\r\n\r\n",
        )
    )
