"""Malformed and odd feeds, made from a few whole ones: the same ones every time.

Each has a name that says what was done to it. Whatever a reader makes of one, it ends in items
or in a named failure (`tests.connectors.test_malformed`).
"""

from __future__ import annotations

import gzip
import json
import random
from collections.abc import Iterator
from dataclasses import dataclass

XML_TYPE = "application/xml"


@dataclass(frozen=True)
class Odd:
    """One feed: what it is called, its kind in the catalogue, its bytes, how it is served."""

    name: str
    kind: str
    body: bytes
    content_type: str = XML_TYPE
    charset: str | None = None


def item(link: str = "/a", title: str = "A title", date: str = "", more: str = "") -> str:
    when = f"<pubDate>{date}</pubDate>" if date else ""
    return f"<item><title>{title}</title><link>{link}</link>{when}{more}</item>"


def rss(*items: str, head: str = '<?xml version="1.0" encoding="UTF-8"?>', root: str = "") -> str:
    return (
        f'{head}<rss version="2.0"{root}><channel><title>News</title>'
        f"<link>https://outlet.example/</link>{''.join(items or (item(),))}</channel></rss>"
    )


ATOM = (
    '<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"><title>News</title><entry>'
    '<title>A title</title><id>tag:1</id><link href="/a"/><updated>2025-08-08T10:00:00Z</updated>'
    "<summary>Words.</summary></entry></feed>"
)
RDF = (
    '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" '
    'xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/">'
    '<channel rdf:about="x"><title>News</title></channel><item rdf:about="y"><title>T</title>'
    "<link>https://outlet.example/y</link><dc:date>2025-08-08T10:00:00Z</dc:date></item></rdf:RDF>"
)
JSON = json.dumps(
    {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "News",
        "items": [{"id": "1", "url": "/a", "title": "T", "date_published": "2025-08-08T10:00:00Z"}],
    }
)
SITEMAP = (
    '<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" '
    'xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"><url><loc>https://outlet.example/a'
    "</loc><news:news><news:publication_date>2025-08-08T10:00:00Z</news:publication_date>"
    "<news:title>T</news:title></news:news></url></urlset>"
)
LISTING = (
    '<!DOCTYPE html><html lang="en"><head><title>News</title></head><body><ul>'
    '<li><a href="/n/1">The ministers met and spoke about the border for a long time</a>'
    "<time>8 August 2025</time></li></ul></body></html>"
)
PREVIEW = (
    '<html><body><div class="tgme_widget_message" data-post="channel/12">'
    '<div class="tgme_widget_message_text">Some words<br>and more</div>'
    '<a class="tgme_widget_message_date"><time datetime="2025-08-08T10:00:00+00:00">1</time></a>'
    "</div></body></html>"
)
WHOLE = {
    "rss": (rss(item(date="Fri, 08 Aug 2025 14:00:00 +0400"), item("/b")), "rss"),
    "atom": (ATOM, "atom"),
    "rdf": (RDF, "rss"),
    "json": (JSON, "jsonfeed"),
    "sitemap": (SITEMAP, "sitemap"),
    "listing": (LISTING, "listing"),
    "preview": (PREVIEW, "telegram"),
}
TITLES = {
    "hy": "Նախարարները հանդիպեցին մայրաքաղաքում",
    "az": "Nazirlər paytaxtda görüşüblər",
    "ru": "Министры встретились в столице",
    "tr": "Bakanlar başkentte görüştü",
    "fa": "وزیران در پایتخت دیدار کردند",
    "ka": "მინისტრები დედაქალაქში შეხვდნენ",
    "fr": "Les ministres réunis à la capitale",
    "en": "Ministers – met in the capital",
}
CHARSETS = (
    *("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1251", "koi8-r"),
    *("cp1254", "cp1256", "iso8859-5", "cp1252", "gb18030"),
)
DATES = (
    *("8 օգոստոսի, 2025", "08 Օգս 2025 14:00", "8 avqust 2025", "8 августа 2025 г.", "Пт, 08 авг"),
    *("8 Ağustos 2025 Cuma", "۱۷ مرداد ۱۴۰۴", "8 აგვისტო, 2025", "vendredi 8 août 2025"),
    *("Friday 8 August 2025", "8/8/2025", "08.08.2025 14:00", "2025.08.08", "١٧ أغسطس"),
    *("Fri, 31 Feb 2025 10:00:00 GMT", "Fri, 08 Aug 2025 25:61:61 GMT", "2025-13-45T99:99:99Z"),
    *("0000-00-00", "9999-12-31T23:59:59-12:00", "0001-01-01T00:00:00+14:00", "1754647200"),
    *("-1", "99999999999999999999", "now", "", " ", "T", "2025-W32-5", "20250808T100000Z"),
    *("Fri, 08 Aug 2025 10:00:00 XYZT", "Fri, 08 Aug 2025 10:00:00 +9999", "2025-08-08T24:00:00Z"),
    *(
        "Thu, 01 Jan 1970 00:00:00 GMT",
        "Mon, 08 Aug 2050 10:00:00 GMT",
        "2025-08-08T10:00:00+25:00",
    ),
)
LINKS = (
    *("", " ", "#top", "mailto:a@b.example", "javascript:alert(1)", "data:text/html,x", "/a b"),
    *(
        "http://",
        "http://[",
        "http://a:99999/",
        "//host.example/a",
        "ftp://outlet.example/a",
        "?q=1",
    ),
    *(
        "http://user:pw@outlet.example/",
        "https://outlet.example/\u202egpj.exe",
        "http:///a",
        "file:///a",
    ),
    *(
        "https://пример.example/а",
        "https://outlet.example/%zz%",
        "\\\\host\\a",
        "../../../a",
        "/" + "x" * 9000,
    ),
)
ENTITIES = (
    *(
        "&nbsp;",
        "&foo;",
        "&",
        "&&",
        "&#0;",
        "&#xD800;",
        "&#x1F600;",
        "&#99999999999;",
        "&#x;",
        "&amp;amp;",
    ),
    *("&lt;script&gt;", "&mdash;&laquo;", "&#8232;", "&#x202e;", "&copy", "& amp;", "&#-1;"),
)
MARKUP = (
    *(
        "<b>bold</b>",
        "<br>",
        "<p>one<p>two",
        "<img src=x onerror=y>",
        "<![CDATA[x]]>",
        "<![CDATA[x",
    ),
    *("<!-- c -->", "<!-- c", "<script>if (a < b) c()</script>", "]]>", "<a href='", "< b", "<3"),
    *(
        "<title>again</title>",
        "<svg><title>t</title></svg>",
        "<?php echo 1 ?>",
        "</item>",
        "</channel>",
    ),
    *("<item><title>inner</title></item>", "\x00", "\x0b", "\ufffe", "\u202e\u2066x"),
)
JSON_FAULTS = (
    *(
        "{}",
        "[]",
        "null",
        "[1, 2]",
        '"text"',
        "{",
        '{"version": 1, "items": []}',
        JSON[:-5],
        JSON + "}",
    ),
    JSON.replace('"items": [', '"items": [null, 1, "x", [], {}, '),
    JSON.replace('"/a"', "null"),
    JSON.replace('"/a"', '{"url": "/a"}'),
    JSON.replace('"T"', '"\\ud800\\u0000T\\u202e"'),
    JSON.replace('"1"', "1e999"),
    JSON.replace('"1"', "9" * 5000),
    JSON.replace('"2025-08-08T10:00:00Z"', "1754647200"),
    JSON.replace('"items"', '"Items"'),
    JSON.replace("version/1.1", "version/9"),
    JSON.replace("https://jsonfeed.org/version/1.1", "2"),
    JSON.replace('"T"', '"T", "authors": "P"'),
    JSON.replace('"T"', '"T", "authors": [null], "author": []'),
    "// comment\n" + JSON,
    "callback(" + JSON + ")",
    "\ufeff" + JSON,
    "[" * 100_000,
    '{"a":' * 100_000,
)


def corpus(seed: int = 1) -> Iterator[Odd]:
    """All of them; ``seed`` places the cuts."""
    yield from _cut(random.Random(seed))
    yield from _encoded()
    for number, text in enumerate(ENTITIES):
        yield Odd(
            f"entity {number} in rss", "rss", rss(item(title=text)).encode("utf-8", "replace")
        )
        yield Odd(f"entity {number} in atom", "atom", ATOM.replace("Words.", text).encode())
    for number, text in enumerate(MARKUP):
        yield Odd(f"markup {number} in a title", "rss", rss(item(title=text)).encode())
        yield Odd(f"markup {number} in a channel", "rss", rss(text, item()).encode())
    for number, link in enumerate(LINKS):
        yield Odd(f"link {number}", "rss", rss(item(link), item("/good")).encode())
    for number, date in enumerate(DATES):
        yield Odd(f"date {number} in rss", "rss", rss(item(date=date)).encode())
        yield Odd(
            f"date {number} in a listing",
            "listing",
            LISTING.replace("8 August 2025", date).encode(),
        )
    for number, text in enumerate(JSON_FAULTS):
        yield Odd(f"json {number}", "jsonfeed", text.encode(), "application/json")
    yield from _shapes()
    yield from _served()
    yield from _not_feeds()


def _cut(chance: random.Random) -> Iterator[Odd]:
    for name, (text, kind) in WHOLE.items():
        body = text.encode()
        for at in sorted(chance.sample(range(1, len(body)), 8)):
            yield Odd(f"{name} cut at {at}", kind, body[:at])
        yield Odd(f"{name} twice", kind, body * 2)
        yield Odd(f"{name} backwards", kind, body[::-1])
        yield Odd(f"{name} gzipped", kind, gzip.compress(body))
        yield Odd(f"{name} half gzipped", kind, gzip.compress(body)[:-9])


def _encoded() -> Iterator[Odd]:
    """Every title in every charset, declared rightly, wrongly, and not at all."""
    for language, title in TITLES.items():
        for real in CHARSETS:
            try:
                title.encode(real)
            except UnicodeEncodeError:
                continue
            for told in dict.fromkeys((real, "utf-8", "x-unknown")):
                head = f'<?xml version="1.0" encoding="{told}"?>'
                body = rss(item(title=title), head=head).encode(real)
                yield Odd(f"{language} in {real} declared {told}", "rss", body, charset=told)


def _shapes() -> Iterator[Odd]:
    """Guids that trap, namespaces that lie, formats that are mixed, limits that are passed."""
    guid = "<guid isPermaLink='{}'>{}</guid>"
    same = [item(f"/{n}", more=guid.format("false", "same")) for n in range(3)]
    shapes = {
        "one guid for all": rss(*same),
        "a guid and no link": rss(f"<item>{guid.format('true', 'https://o.example/g')}</item>"),
        "a guid that is no link": rss(f"<item>{guid.format('true', 'not a link')}</item>"),
        "a guid and an empty link": rss(item("", more=guid.format("true", "/g"))),
        "no links at all": rss("<item><title>T</title></item>"),
        "one link for all": rss(item(), item(), item()),
        "no items": rss(" "),
        "no channel": '<rss version="2.0"><item><link>/a</link></item></rss>',
        "items outside the channel": rss("x") + item(),
        "an unknown version": rss().replace('"2.0"', '"9.9"'),
        "no version": rss().replace(' version="2.0"', ""),
        "upper case": rss().upper(),
        "an undeclared prefix": rss(item(more="<dc:date>2025-08-08</dc:date>")),
        "a wrong namespace": ATOM.replace("http://www.w3.org/2005/Atom", "urn:wrong"),
        "no namespace": ATOM.replace(' xmlns="http://www.w3.org/2005/Atom"', ""),
        "an old namespace": ATOM.replace("2005/Atom", "1999/xhtml"),
        "rss in the namespace of atom": rss(root=' xmlns="http://www.w3.org/2005/Atom"'),
        "atom entries in rss": rss('<entry><link href="/e"/><title>E</title></entry>', item()),
        "rss items in atom": ATOM.replace("<entry>", item() + "<entry>"),
        "rdf in rss": rss(RDF),
        "a sitemap called a feed": SITEMAP,
        "nested items": rss("<item>" * 300 + "<link>/a</link>" + "</item>" * 300),
        "a hundred thousand levels": rss("<a>" * 100_000),
        "six thousand items": rss(*(item(f"/{n}") for n in range(6_000))),
        "an attribute without end": rss(item()) + "<a b='" + "x" * 100_000,
        "a long title": rss(item(title="word " * 100_000)),
        "many categories": rss(item(more="<category>c</category>" * 5_000)),
        "a doctype": rss(head="<!DOCTYPE rss PUBLIC '-//N//DTD RSS 0.91//EN' 'http://o.example/'>"),
        "an entity of its own": rss(
            item(title="&own;"), head='<!DOCTYPE rss [<!ENTITY own "value">]>\n'
        ),
        "blank lines before it": "\n" * 50_000 + rss(),
        "a warning before it": "<br /><b>Warning</b>: mysql_connect()<br />" + rss(),
        "text after it": rss() + "<!-- served in 0.1 s --> done",
        "two roots": rss() + ATOM,
    }
    for name, text in shapes.items():
        yield Odd(name, "rss", text.encode())
    entry = SITEMAP[SITEMAP.index("<url>") : SITEMAP.index("</urlset>")]
    maps = {
        "no loc": SITEMAP.replace("loc>", "lok>"),
        "an empty urlset": SITEMAP.replace(entry, ""),
        "no namespaces": SITEMAP.replace("xmlns", "data-x"),
        "relative": SITEMAP.replace("https://outlet.example/a", "/a"),
        "impossible date": SITEMAP.replace("2025-08-08T10:00:00Z", "2025-02-31"),
        "an index without parts": "<sitemapindex></sitemapindex>",
        "a feed": rss(),
        "a page": LISTING,
        "text": "https://outlet.example/a\nhttps://outlet.example/b\n",
        "deep": SITEMAP.replace("<url>", "<url>" + "<a>" * 100_000),
        "bad entity": SITEMAP.replace(">T<", ">&nope; &#0;<"),
    }
    for name, text in maps.items():
        yield Odd(f"sitemap: {name}", "sitemap", text.encode())


def _served() -> Iterator[Odd]:
    types = (
        "text/html",
        "text/plain",
        "application/octet-stream",
        "image/png",
        "",
        "application/json",
    )
    for name, (text, kind) in WHOLE.items():
        for content_type in types:
            yield Odd(f"{name} as {content_type or 'nothing'}", kind, text.encode(), content_type)


def _not_feeds() -> Iterator[Odd]:
    pages = {
        "a consent wall": "<html><body>We value your privacy. Accept all</body></html>",
        "a login": "<form action=/login><input name=user></form>",
        "an empty page": "<html></html>",
        "a redirect by script": "<script>location='/x'</script>",
        "an error in words": "Error establishing a database connection",
        "a private channel": '<html><body><div class="tgme_page">Join</div></body></html>',
        "nothing": "",
        "blanks": " \n\t ",
        "a byte": "\x00",
        "brackets": "<" * 50_000,
        "comments": "<!---->" * 10_000,
    }
    for kind in ("rss", "sitemap", "listing", "telegram"):
        for name, text in pages.items():
            yield Odd(f"{kind}: {name}", kind, text.encode(), "text/html")
        yield Odd(f"{kind}: a picture", kind, b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 9)
