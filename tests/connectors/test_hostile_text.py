"""What hostile text tries: depth, entities, patterns that backtrack, characters that deceive.

No time is measured. Each input is so large that work growing with its square would take
minutes, and has seconds (`benchmarks.fuzz` rings the bell).
"""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import connectors
import expectations
import transforms
from benchmarks.fuzz import ringing
from connectors.charsets import decode
from connectors.errors import FeedError
from connectors.feed_dates import read_date
from connectors.feeds import parse_feed
from connectors.items import absolute
from connectors.listings import parse_listing
from connectors.plain import plain_text
from connectors.robots import read_rules
from connectors.sitemaps import parse_sitemap
from connectors.telegram import parse_preview
from tests.connectors.conftest import NOW, make_source
from transforms import charset

URL = "https://outlet.example/feed"
MANY = 60_000
SECONDS = 8
RUNS = (
    *(" ", "\n", " \n", "\t", "a", "1", ".", "!", "-", "_", "/", "'", '"', "»", "«", "[", "(", "{"),
    *("<", ">", "<>", "&", "&#", "&a", "<!--", "<!---->", "<?", "<?xml ", "<![CDATA[", "<!D"),
    *("<a", "<a ", "<a b='", "<title", "<title>", "<script", "</a>", "<rss>", "<item>","1 "),
    *("a.", "a@", "@a.", "a,", "12:", "1/", "http://", "\\", '\\"', "%", "\u200c", "Ж"),
    *("\u0301", "\u202e", "\u2028", ".»", "»»", " »", " | ", "A.", "a-", "a'", "no. ", "x=1;"),
)  # fmt: skip
TELLING = (" ", "a", ".", "<", "<!---->", "<a ", '"', "»", "1 ", "a@")
"""Runs that found something once: tried always, the others by `make soak`."""
READERS: dict[str, Callable[..., Any]] = {
    "feed": parse_feed,
    "sitemap": parse_sitemap,
    "listing": parse_listing,
    "preview": parse_preview,
}
WINDOWED = {
    # seen by a slice of the text only, whose length the code states
    *("transforms.charset._META", "transforms.charset._XML", "transforms.holders._LAST_WORD"),
    *("connectors.feed_dates._SPACED_ZONE", "connectors.feed_dates._NAMED_UTC"),
    *("transforms.bearers._CLAUSE_END", "transforms.sentences._WORD_BEFORE"),
    *("transforms.metadata._SEPARATOR", "transforms.topic_pass._BEFORE"),
    *("connectors.feeds._PREAMBLE",),
}
ANCHORED = {
    # tried at one place only
    *("connectors.bounded_feedparser._XML_DECLARATION", "transforms.bearers._WORD_AFTER"),
    *("transforms.extract._HTML_START", "transforms.holders._FIRST_WORD"),
    *("transforms.notnews._FEED", "transforms.published._LIKE_ISO"),
}


def read(parse: Callable[..., Any], text: str | bytes, language: str = "en") -> Any:
    body = text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text
    told: dict[str, Any] = {"content_type": "text/xml", "charset": None, "url": URL, "now": NOW}
    try:
        return parse(body, source=make_source(URL, language=language), **told)
    except FeedError as error:
        return error.reason


def patterns() -> Iterator[tuple[str, re.Pattern[Any]]]:
    for package in (connectors, transforms, expectations):
        for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            module = importlib.import_module(found.name)
            for name, value in vars(module).items():
                if isinstance(value, re.Pattern) and f"{found.name}.{name}" not in WINDOWED:
                    yield f"{found.name}.{name}", value


ALL_OR_TELLING = pytest.mark.parametrize(
    "runs", [pytest.param(RUNS, marks=pytest.mark.soak, id="all"), pytest.param(TELLING, id="few")]
)


@ALL_OR_TELLING
def test_none_of_our_patterns_backtracks_over_long_runs(runs: tuple[str, ...]) -> None:
    """Hostile regular expressions are rare; hostile text for innocent ones is not."""
    slow = []
    known = dict(patterns())
    assert len(known) > 60
    for name, pattern in known.items():
        for run in runs:
            text = (run * MANY)[:MANY] + "\x01"
            try:
                with ringing(SECONDS):
                    look = pattern.match if name in ANCHORED else pattern.search
                    look(text.encode() if isinstance(pattern.pattern, bytes) else text)
            except TimeoutError:
                slow.append((name, run))
                break
    assert slow == []


FUNCTIONS: dict[str, Callable[[str], Any]] = {
    "charset": lambda text: decode(text.encode()),
    "charset of letters": lambda text: decode((text + "Слова").encode("cp1251", "replace")),
    "charset of a page": lambda text: charset.decode(text.encode(), None),
    "plain text": plain_text,
    "date": lambda text: read_date(text, NOW),
    "link": lambda text: absolute(text, URL),
    "robots": lambda text: read_rules(text.encode()).allows(URL + "/a" * 500),
}


@ALL_OR_TELLING
@pytest.mark.parametrize("name", [*READERS, *FUNCTIONS])
def test_no_reader_takes_quadratic_time_over_long_runs(name: str, runs: tuple[str, ...]) -> None:
    work = FUNCTIONS.get(name) or (lambda text: read(READERS[name], text))
    for run in runs:
        with ringing(SECONDS):
            work((run * MANY)[:MANY])


FIELDS = ("author", "title", "link", "pubDate", "description", "guid", "category", "enclosure")


@pytest.mark.parametrize("field", FIELDS)
def test_no_field_of_a_feed_takes_quadratic_time(field: str) -> None:
    for value in ("a" * MANY, " " * MANY, "a@" * (MANY // 2), "&amp;" * (MANY // 5)):
        for end in ("", "<br>&none;"):  # well-formed, and for the loose parser
            item = f"<item><link>/a</link><{field}>{value}</{field}></item>{end}"
            with ringing(SECONDS):
                read(parse_feed, f"<rss version='2.0'><channel>{item}</channel></rss>")
    many = f"<{field}>x</{field}>" * 5_000
    with ringing(SECONDS):
        read(parse_feed, f"<rss version='2.0'><channel><item>{many}</item></channel></rss>")


def test_many_links_in_one_block_are_read_in_linear_time() -> None:
    links = "".join(
        f'<a href="/n/{n}">A headline that is as long as a sentence is, number {n}</a>'
        for n in range(8_000)
    )
    with ringing(SECONDS):
        feed = read(parse_listing, f"<html><body><div><time>x</time>{links}</div></body></html>")
    assert len(feed.candidates) == 5_000


def test_a_date_on_a_listing_that_is_no_date_costs_nothing() -> None:
    items = "".join(
        f'<li><a href="/n/{n}">A headline that is as long as a sentence is</a>'
        f"<time>{'1 ' * 20_000}</time></li>"
        for n in range(30)
    )
    with ringing(SECONDS):
        assert len(read(parse_listing, f"<ul>{items}</ul>").candidates) == 30


@pytest.mark.parametrize("name", READERS)
@pytest.mark.parametrize("tag", ["a", "item", "url", "table"])
def test_a_hundred_thousand_levels_are_no_depth(name: str, tag: str) -> None:
    heads = {
        "feed": "<rss version='2.0'><channel><item><link>/a</link>",
        "sitemap": "<urlset><url><loc>https://o.example/a</loc>",
        "listing": "<html><body>",
        "preview": '<div class="tgme_widget_message" data-post="chan/1">'
        '<div class="tgme_widget_message_text">',
    }
    for deep in (f"<{tag}>" * 100_000, f"<{tag}>" * 100_000 + f"</{tag}>" * 100_000):
        with ringing(SECONDS):
            read(READERS[name], heads[name] + deep)


def test_depth_does_not_lose_what_came_before_it() -> None:
    body = "<rss version='2.0'><channel><item><link>/a</link></item><item>" + "<a>" * 100_000
    feed = read(parse_feed, body)
    assert [c.url for c in feed.candidates] == ["https://outlet.example/a"]
    assert any("deep" in warning for warning in feed.warnings)


def test_a_feed_without_end_is_read_to_the_limit() -> None:
    body = "<rss version='2.0'><channel>" + "".join(
        f"<item><link>/{n}</link></item>" for n in range(30_000)
    )
    feed = read(parse_feed, body)
    assert len(feed.candidates) == 5_000
    assert any("5,000" in warning for warning in feed.warnings)
    elements = "<urlset>" + "<url><loc>https://o.example/a</loc></url>" + "<a/>" * 1_100_000
    told = read(parse_sitemap, elements)
    assert len(told.candidates) == 1 and any("more than" in w for w in told.warnings)


def test_entity_bombs_stay_small_in_every_place() -> None:
    names = "abcdefghij"
    nested = "".join(f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in pairwise(names))
    laughs = f'<!DOCTYPE x [<!ENTITY a "lol">{nested}]>'
    large = f'<!DOCTYPE x [<!ENTITY j "{"a" * 50_000}">]>'
    params = '<!DOCTYPE x [<!ENTITY % a "x"><!ENTITY % b "%a;%a;"><!ENTITY j "%b;">]>'
    for doctype in (laughs, large, params):
        for before in ("", "<!-- -->"):
            use = "&j;" * 20_000
            feed = f"<rss version='2.0'><channel><item><link>/a</link><title>{use}</title></item>"
            with ringing(SECONDS):
                told = read(parse_feed, f"{before}{doctype}{feed}</channel></rss>")
                assert len(str(getattr(told, "candidates", ""))) < 50_000
                sitemap = f"<urlset><url><loc>https://o.example/{use}</loc></url></urlset>"
                told = read(parse_sitemap, f"{before}{doctype}{sitemap}")
                assert len(str(getattr(told, "candidates", ""))) < 50_000


DECEIVING = "\x00\x1b\u202a\u202b\u202d\u202e\u2066\u2067\u2068\u2069\x7f\ufffe\ud800"


@given(st.text(st.sampled_from("ab </>&;\"'" + DECEIVING), max_size=60))
@settings(max_examples=150, deadline=None)
def test_titles_cannot_deceive_who_reads_them(text: str) -> None:
    """No control character, no turned direction, no half character reaches a title."""
    shown = plain_text(text) or ""
    assert not set(shown) & set(DECEIVING)
    link = absolute("https://o.example/" + text, URL)
    assert link is None or not set(link) & set(DECEIVING)


@given(st.text(st.sampled_from("<>/!-[]?&;='\" \nabrsitem\u202e\x00"), max_size=300))
@settings(max_examples=150, deadline=None)
def test_any_soup_of_markup_is_items_or_a_named_failure(soup: str) -> None:
    for parse in READERS.values():
        told = read(parse, f"<rss version='2.0'><channel>{soup}")
        assert isinstance(told, str) or told.candidates is not None
