from __future__ import annotations

import gzip
import json
import time
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.errors import FeedError
from connectors.feed_dates import read_date
from connectors.feeds import parse_feed
from connectors.items import ParsedFeed
from connectors.plain import plain_text
from connectors.sitemaps import children_of, parse_sitemap
from tests.connectors.conftest import NOW, make_source

URL = "https://example.org/news/feed"


def parse(
    body: bytes | str,
    content_type: str = "application/rss+xml",
    charset: str | None = None,
    language: str | None = None,
) -> ParsedFeed:
    return parse_feed(
        body.encode() if isinstance(body, str) else body,
        content_type=content_type,
        charset=charset,
        url=URL,
        source=make_source(URL, language=language),
        now=NOW,
    )


def rss(*items: str, channel: str = "", declaration: str = "") -> str:
    inner = "".join(f"<item>{i}</item>" for i in items)
    head = f'{declaration}<rss version="2.0"><channel><title>News</title>'
    return f"{head}{channel}{inner}</channel></rss>"


def failure(body: bytes | str, content_type: str = "application/xml") -> str:
    with pytest.raises(FeedError) as caught:
        parse(body, content_type)
    assert URL in str(caught.value)
    return caught.value.reason


ATOM = """<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="fr"><title>Nouvelles</title>
<entry><title type="html">Un &lt;b&gt;titre&lt;/b&gt;</title><id>tag:1</id>
<link rel="alternate" href="/a"/><link rel="amphtml" href="/amp/a"/>
<updated>2025-08-08T12:00:00+04:00</updated><author><name>Une plume</name></author>
<summary>Bref.</summary></entry></feed>"""
RDF = """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/">
<channel rdf:about="x"><title>News</title></channel>
<item rdf:about="y"><title>T</title><link>https://example.org/y</link>
<dc:date>2025-08-08T10:00:00Z</dc:date></item></rdf:RDF>"""
RSS091 = """<rss version="0.91"><channel><title>N</title><item><title>T</title>
<link>https://example.org/old</link></item></channel></rss>"""


def test_each_format_is_read() -> None:
    (entry,) = parse(ATOM).candidates
    assert (entry.url, entry.title) == ("https://example.org/a", "Un titre")
    assert entry.alternates == ("https://example.org/amp/a",)
    assert entry.published == datetime(2025, 8, 8, 8, tzinfo=UTC)
    assert (entry.author, entry.summary, entry.language) == ("Une plume", "Bref.", "fr")
    (entry,) = parse(RDF).candidates
    assert entry.published == datetime(2025, 8, 8, 10, tzinfo=UTC)
    assert [c.url for c in parse(RSS091).candidates] == ["https://example.org/old"]
    assert parse(RSS091).format.startswith("rss091")


def test_a_json_feed_is_read_whatever_the_catalogue_calls_it() -> None:
    told = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "News",
        "language": "en-GB",
        "items": [
            {
                "id": "1",
                "url": "/a",
                "title": "A &amp; B",
                "content_html": "<p>Some <i>text</i></p>",
                "date_published": "2025-08-08T10:00:00+02:00",
                "authors": [{"name": "Pen"}],
            },
            {"id": "https://example.org/only-an-id", "title": "No link"},
            "not an item",
        ],
    }
    feed = parse(json.dumps(told))
    (entry,) = feed.candidates
    assert (entry.url, entry.title, entry.author) == (
        "https://example.org/a",
        "A & B",
        "Pen",
    )
    assert (entry.summary, entry.language) == ("Some text", "en")
    assert entry.published == datetime(2025, 8, 8, 8, tzinfo=UTC)
    assert any("No link" in w for w in feed.warnings)
    assert feed.format == "json11"


def test_items_are_keyed_by_link_and_never_by_guid() -> None:
    guid = "<guid isPermaLink='false'>same</guid>"
    feed = parse(rss(f"{guid}<link>/a</link>", f"{guid}<link>/b</link>", "<link>/a</link>"))
    assert [c.url for c in feed.candidates] == ["https://example.org/a", "https://example.org/b"]
    assert any("repeating" in w for w in feed.warnings)


def test_items_without_a_usable_link_are_skipped_with_a_warning() -> None:
    feed = parse(rss("<title>First</title>", "<link>mailto:a@b.c</link>", "<link>  /ok \n </link>"))
    assert [c.url for c in feed.candidates] == ["https://example.org/ok"]
    assert any("First" in w for w in feed.warnings)


def test_the_catalogues_language_is_believed_over_the_feeds_default() -> None:
    body = rss("<link>/a</link>", channel="<language>en-us</language>")
    assert parse(body, language="ka").candidates[0].language == "ka"
    assert parse(body).candidates[0].language == "en"


def test_titles_and_summaries_carry_no_markup() -> None:
    feed = parse(
        rss(
            "<link>/a</link><title>&lt;b&gt;Bold&lt;/b&gt; &amp;amp; plain</title>"
            "<description>&lt;p&gt;One&lt;/p&gt;&lt;script&gt;evil()&lt;/script&gt;</description>"
        )
    )
    assert feed.candidates[0].title == "Bold & plain"
    assert feed.candidates[0].summary == "One"


@given(st.text(max_size=300))
def test_plain_text_takes_anything(text: str) -> None:
    plain = plain_text(text)
    assert plain is None or plain == " ".join(plain.split()) != ""


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("Fri, 08 Aug 2025 14:00:00 +0400", datetime(2025, 8, 8, 10, tzinfo=UTC)),
        ("Fri, 08 Aug 2025 10:00:00", datetime(2025, 8, 8, 10, tzinfo=UTC)),
        ("2025-08-08T14:00:00+04:00", datetime(2025, 8, 8, 10, tzinfo=UTC)),
        ("2025-08-08 14:00:00 +0400", datetime(2025, 8, 8, 10, tzinfo=UTC)),
        ("2025-08-08 10:00:00 UTC", datetime(2025, 8, 8, 10, tzinfo=UTC)),
        ("2025-08-08", datetime(2025, 8, 8, tzinfo=UTC)),
        ("Sat, 09 Aug 2025 20:00:00 GMT", datetime(2025, 8, 9, 20, tzinfo=UTC)),
        ("Mon, 11 Aug 2025 10:00:00 GMT", None),
        ("Fri, 32 Aug 2025 10:00:00 GMT", None),
        ("2025-02-30T10:00:00Z", None),
        ("2025-13-45", None),
        ("0000-00-00 00:00:00", None),
        ("0001-01-01T00:00:00+14:00", None),
        ("Thu, 01 Jan 1970 00:00:00 +0000", None),
        ("yesterday", None),
        ("1754647200", None),
    ],
)
def test_dates_are_utc_or_nothing(raw: str, expected: datetime | None) -> None:
    feed = parse(rss(f"<link>/a</link><pubDate>{raw}</pubDate>"))
    assert feed.candidates[0].published == expected
    assert any("date" in w for w in feed.warnings) is (
        expected is None or raw == "Fri, 08 Aug 2025 10:00:00"
    )
    assert feed.candidates[0].published_is_day is (raw == "2025-08-08")


@given(st.text(max_size=40) | st.datetimes().map(str))
def test_any_date_text_is_a_sane_date_or_none(raw: str) -> None:
    found = read_date(raw, NOW)
    assert found.at is None or datetime(1990, 1, 1, tzinfo=UTC) <= found.at <= NOW + timedelta(1)
    assert not (found.at and found.problem)


RU = "Переговоры министров прошли в столице, сообщили в ведомстве"
TR = "Görüşmede sınır konusu ele alındı, çalışmalar sürdürülecek"


@pytest.mark.parametrize(
    ("title", "real", "declared", "in_xml"),
    [
        (RU, "utf-8", None, None),
        (RU, "utf-8", "windows-1251", None),
        (RU, "utf-8", "ISO-8859-1", "windows-1251"),
        (RU, "cp1251", "windows-1251", None),
        (RU, "cp1251", None, "windows-1251"),
        (RU, "cp1251", "utf-8", "windows-1251"),
        (RU, "cp1251", "utf-8", "utf-8"),
        (RU, "cp1251", None, None),
        (RU, "koi8-r", "utf-8", None),
        (TR, "cp1254", "utf-8", None),
        (RU, "utf-16", "utf-8", None),
        (RU, "utf-8-sig", "us-ascii", None),
        (TR, "utf-8", "no-such-charset", None),
    ],
)
def test_a_wrong_charset_is_seen_through(
    title: str, real: str, declared: str | None, in_xml: str | None
) -> None:
    declaration = f'<?xml version="1.0" encoding="{in_xml}"?>' if in_xml else ""
    body = rss(f"<link>/a</link><title>{title}</title>" * 1, declaration=declaration)
    feed = parse(body.encode(real), charset=declared)
    assert feed.candidates[0].title == title
    says_so = any("reads as" in w for w in feed.warnings)
    is_honest = real in ("utf-16", "utf-8-sig") or (declared or in_xml) in (
        "windows-1251" if real == "cp1251" else real,
        None if real == "utf-8" else real,
    )
    assert says_so is not is_honest
    assert not any("malformed" in w for w in feed.warnings)


def test_a_summary_cut_inside_a_letter_does_not_lose_the_feed() -> None:
    body = rss(f"<link>/a</link><title>{RU}</title><description>CUT</description>").encode()
    feed = parse(body.replace(b"CUT", "конец".encode()[:-1]), charset="utf-8")
    assert feed.candidates[0].title == RU
    assert any("broken UTF-8" in w for w in feed.warnings)


def test_what_can_be_recovered_of_a_malformed_feed_is() -> None:
    feed = parse(rss("<link>/a</link><title>A & B <br> C</title>", "<link>/b</link>")[:-30])
    assert feed.candidates[0].url == "https://example.org/a"
    assert any("malformed" in w for w in feed.warnings)


def test_a_feed_beyond_recovery_is_named_with_the_parsers_words() -> None:
    with pytest.raises(FeedError, match=r"unclosed token|no element") as caught:
        parse('<?xml version="1.0"?><rss version="2.0"><channel><title>x</ti')
    assert caught.value.reason == "malformed_feed"
    assert failure('{"version": "https://jsonfeed.org/version/1", "items": [') == "malformed_feed"


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        ("<!DOCTYPE html><html><head><title>Just a moment</title></head></html>", "text/html"),
        ("  <!-- x --><html lang='en'><body>We value your privacy</body>", "application/xml"),
        ("<p>Access denied</p>", "text/html"),
        ("Service temporarily unavailable", "text/plain"),
        ("<svg xmlns='http://www.w3.org/2000/svg'/>", "application/xml"),
        ('{"error": "no"}', "application/json"),
        ("[1, 2]", "application/json"),
        (bytes(range(256)) * 3, "application/octet-stream"),
    ],
)
def test_what_is_no_feed_is_named(body: bytes | str, content_type: str) -> None:
    assert failure(body, content_type) == "not_a_feed"


def test_a_feed_served_as_html_is_still_a_feed() -> None:
    assert len(parse(rss("<link>/a</link>"), "text/html").candidates) == 1


def test_an_empty_body_and_an_empty_feed_differ() -> None:
    assert failure(b" \n") == "empty_body"
    feed = parse(rss())
    assert feed.candidates == () and any("no items" in w for w in feed.warnings)


def test_entity_bombs_and_external_entities_are_harmless() -> None:
    names = "abcdefghij"
    nested = "".join(f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in pairwise(names))
    laughs = f'<!DOCTYPE x [<!ENTITY a "lol">{nested}]>'
    large = f'<!DOCTYPE x [<!ENTITY a "{"a" * 50_000}">]>'
    secret = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
    for doctype, use in ((laughs, "&j;"), (large, "&a;" * 20_000), (secret, "&a;")):
        started = time.monotonic()
        feed = parse(rss(f"<link>/a</link><title>{use}</title>", declaration=doctype))
        assert time.monotonic() - started < 5
        title = feed.candidates[0].title or ""
        assert len(title) <= 20_000 and "root:" not in title


def test_nesting_and_garbage_do_not_hang_or_crash() -> None:
    started = time.monotonic()
    for body in ("<rss><channel>" + "<a>" * 20_000, "[" * 50_000, "<" * 50_000, "&" * 50_000):
        with pytest.raises(FeedError):
            parse(body)
    assert time.monotonic() - started < 10


def test_how_often_to_ask_is_read() -> None:
    assert parse(rss(channel="<ttl>60</ttl>")).ttl_seconds == 3600
    syndication = (
        '<rss version="2.0" xmlns:sy="http://purl.org/rss/1.0/modules/syndication/"><channel>'
        "<sy:updatePeriod>hourly</sy:updatePeriod><sy:updateFrequency>2</sy:updateFrequency>"
        "</channel></rss>"
    )
    assert parse(syndication).ttl_seconds == 1800
    assert parse(rss(channel="<ttl>often</ttl>")).ttl_seconds is None


SITEMAP = """<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"
 xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"
 xmlns:image="http://www.google.com/schemas/sitemap-image/1.1">
<url><loc>https://example.org/a</loc><lastmod>2025-08-09</lastmod>
<image:image><image:loc>https://example.org/a.jpg</image:loc><image:title>Picture</image:title></image:image>
<news:news><news:publication><news:name>N</news:name><news:language>hy</news:language></news:publication>
<news:publication_date>2025-08-08T10:00:00Z</news:publication_date><news:title>Title</news:title></news:news></url>
<url><loc>https://example.org/b</loc><lastmod>2025-08-09</lastmod></url></urlset>"""


def sitemap(body: bytes) -> ParsedFeed:
    return parse_sitemap(
        body,
        content_type="application/xml",
        charset=None,
        url=URL,
        source=make_source(URL, "sitemap"),
        now=NOW,
    )


def test_a_news_sitemap_gives_titles_and_dates_but_lastmod_is_no_date() -> None:
    for body in (SITEMAP.encode(), gzip.compress(SITEMAP.encode())):
        first, second = sitemap(body).candidates
        assert (first.title, first.language) == ("Title", "hy")
        assert first.published == datetime(2025, 8, 8, 10, tzinfo=UTC)
        assert (second.url, second.published) == ("https://example.org/b", None)


def test_of_a_sitemap_index_only_what_changed_lately_is_read() -> None:
    entries = {"new": "2025-08-09", "older": "2025-08-08", "ancient": "2019-01-01"}
    body = "".join(
        f"<sitemap><loc>https://example.org/{n}.xml</loc><lastmod>{d}</lastmod></sitemap>"
        for n, d in entries.items()
    )
    found = children_of(f"<sitemapindex>{body}</sitemapindex>".encode(), URL, NOW)
    assert found == ("https://example.org/new.xml", "https://example.org/older.xml")


def test_a_broken_sitemap_is_named() -> None:
    for body in (b"", b"\x1f\x8bxx", b"<html><body/></html>", b"no"):
        with pytest.raises(FeedError):
            sitemap(body)
