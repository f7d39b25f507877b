"""A generator of realistic large pages, for benchmarks: navigation-heavy, many languages.

Deterministic by seed; page ``i`` does not depend on how many are asked for. The texts are
put together from small grammars (``world/generator.toml``), so that near-duplicates are rare.
"""

from __future__ import annotations

import random
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any, Final

from demo.articles import WORLD

LANGUAGES: Final = ("en", "ru", "tr", "az", "en", "fr", "hy", "ru")
"""Languages in the proportion they are drawn in."""
LAYOUTS: Final = 4
FIRST_DAY: Final = datetime(2025, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class GeneratedPage:
    """One page: ``html`` is encoded in ``charset``; ``text`` is its body, as planted."""

    url: str
    html: bytes
    charset: str
    language: str
    is_relevant: bool
    published: datetime
    title: str
    text: str


def generate_pages(n: int, seed: int, relevant_share: float = 0.2) -> Iterator[GeneratedPage]:
    """``n`` pages; about ``relevant_share`` of them concern the process."""
    for number in range(n):
        yield generate_page(number, seed, relevant_share)


def generate_page(number: int, seed: int, relevant_share: float = 0.2) -> GeneratedPage:
    """Page ``number`` of the series that ``seed`` stands for."""
    rng = random.Random(f"{seed}:{number}")
    language = rng.choice(LANGUAGES)
    grammar = _grammars()[language]
    charset = rng.choice(grammar["charsets"])
    is_relevant = rng.random() < relevant_share
    layout = rng.randrange(LAYOUTS)
    published = FIRST_DAY + timedelta(minutes=rng.randrange(525_600))
    title = _sentence(rng, grammar, is_relevant).rstrip(".։")
    paragraphs = [_paragraph(rng, grammar, is_relevant) for _ in range(rng.randint(6, 14))]
    url = f"https://{language}{layout}.news.invalid/{published:%Y/%m/%d}/{seed}-{number}"
    parts = _before(language, layout)
    links = "".join(
        f'<li class="rank__item"><a href="/{published:%Y/%m}/{rng.randrange(10**6)}">'
        f"{_sentence(rng, grammar, False)}</a></li>"
        for _ in range(24)
    )
    html = "".join(
        (
            f'<!DOCTYPE html><html lang="{language}"><head><meta charset="{charset}">'
            f'<title>{title}</title><link rel="canonical" href="{url}">'
            f'<meta property="og:title" content="{title}">'
            f'<meta property="article:published_time" content="{published.isoformat()}">',
            parts[0],
            f"<h1>{title}</h1>",
            f'<time datetime="{published.isoformat()}">{published:%d.%m.%Y %H:%M}</time>',
            parts[1],
            "".join(f"<p>{paragraph}</p>\n" for paragraph in paragraphs),
            parts[2],
            links,
            parts[3],
        )
    )
    body = html.encode(charset, "xmlcharrefreplace")
    text = "\n".join(paragraphs)
    return GeneratedPage(url, body, charset, language, is_relevant, published, title, text)


def _paragraph(rng: random.Random, grammar: dict[str, Any], is_relevant: bool) -> str:
    count = rng.randint(2, 4)
    return " ".join(
        _sentence(rng, grammar, is_relevant and rng.random() < 0.35) for _ in range(count)
    )


def _sentence(rng: random.Random, grammar: dict[str, Any], is_relevant: bool) -> str:
    pattern: str = rng.choice(grammar["relevant"]) if is_relevant else grammar["order"]
    return pattern.format(
        subject=rng.choice(grammar["subjects"]),
        verb=rng.choice(grammar["verbs"]),
        object=rng.choice(grammar["objects"]),
        adverbial=rng.choice(grammar["adverbials"]),
        city=rng.choice(grammar["cities"]),
        month=rng.choice(grammar["months"]),
        day=rng.randint(1, 28),
    )


@cache
def _grammars() -> dict[str, dict[str, Any]]:
    return tomllib.loads((WORLD / "generator.toml").read_text(encoding="utf-8"))


@cache
def _before(language: str, layout: int) -> tuple[str, str, str, str]:
    """The furniture around title, text and side bar: made once for a language and layout."""
    grammar = _grammars()[language]
    sections: list[str] = grammar["sections"]
    rng = random.Random(f"furniture:{language}:{layout}")
    menu = "".join(
        f'<li class="menu__item menu__item--{i}"><a class="menu__link" href="/s/{i}">{name}</a>'
        '<ul class="menu__sub">'
        + "".join(
            f'<li><a class="menu__sublink" data-track="m{i}-{j}" href="/s/{i}/{j}">'
            f"{name} / {other}</a></li>"
            for j, other in enumerate(sections)
        )
        + "</ul></li>"
        for i, name in enumerate(sections)
    )
    archive = "".join(
        f'<li><a href="/archive/{year}/{i}">{month} {year}</a></li>'
        for year in range(2012, 2026)
        for i, month in enumerate(grammar["months"], 1)
    )
    teasers = "".join(
        f'<div class="teaser teaser--{i % 5}"><a href="/t/{i}"><img src="/i/{i}.jpg" alt="" '
        f'loading="lazy" width="320" height="180"></a><h3><a href="/t/{i}">'
        f"{_sentence(rng, grammar, False)}</a></h3></div>"
        for i in range(18)
    )
    style, script = _inline(layout, rng)
    tag, css = (("main", "story"), ("div", "post"), ("article", "entry"), ("section", "text"))[
        layout
    ]
    return (
        f"<style>{style}</style></head><body><header><nav><ul>{menu}</ul></nav></header>"
        f'<div class="cols"><{tag} class="{css}">',
        f'<div class="{css}__body">',
        f'</div></{tag}><aside class="side"><ul class="rank">',
        f'</ul><div class="teasers">{teasers}</div><ul class="archive">{archive}</ul></aside></div>'
        f"<footer><ul>{menu}</ul><p>© 2025</p></footer><script>(function(w){{w.q=[];{script}}}"
        ")(window);</script></body></html>",
    )


def _inline(layout: int, rng: random.Random) -> tuple[str, str]:
    """Inline rules and a queue of advertising slots, of a size found on real pages."""
    style = "".join(
        f".k{layout}{i}{{margin:{i % 9}px;padding:{i % 7}px;color:#{rng.randrange(16**6):06x}}}"
        for i in range(220)
    )
    script = "".join(f'w.q.push(["slot",{i},{{"w":{300 + i},"h":250}}]);' for i in range(160))
    return style, script
