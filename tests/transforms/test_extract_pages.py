"""Pages of eight languages, whole, broken and hostile, through extraction."""

from __future__ import annotations

import json
import pickle
import tomllib
from datetime import UTC, datetime
from html import escape
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dossiers.boilerplate import load_rules
from transforms.errors import ExtractionError, TransformError
from transforms.extract import TRAFILATURA_SETTINGS, extract
from transforms.records import RawDocument

RULES = load_rules()
PAGES = tomllib.loads((Path(__file__).parent / "fictional_pages.toml").read_text(encoding="utf-8"))
URL = "http://www.tarnpress.example/news/2025/07/14/meter"


def html(
    language: str,
    *,
    head: str = "",
    title: str | None = None,
    body: list[str] | None = None,
    furniture: bool = True,
    site: str = "Tarn Press",
) -> str:
    page = PAGES[language]
    title = page["title"] if title is None else title
    body = page["body"] if body is None else body
    menu = "".join(f'<li><a href="/s/{i}">{escape(title[:12])} {i}</a></li>' for i in range(60))
    extra = page["furniture"] if furniture else []
    paragraphs = "".join(f"<p>{escape(p)}</p>\n" for p in [*body, *extra])
    return (
        f'<!DOCTYPE html><html lang="{language}"><head><title>{escape(title)} | {site}</title>'
        f"{head}</head><body><nav><ul>{menu}</ul></nav><main><article><h1>{escape(title)}</h1>"
        f"{paragraphs}</article></main><footer><ul>{menu}</ul></footer></body></html>"
    )


def raw(body: bytes | str, **more: object) -> RawDocument:
    return RawDocument("cap_1", URL, body, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize("language", PAGES)
def test_a_page_of_every_language_gives_title_text_and_language(language):
    document = extract(raw(html(language).encode()), RULES)
    page = PAGES[language]
    assert document.title == page["title"]
    assert document.text == "\n".join(page["body"])
    assert document.language == language
    assert document.not_news is None
    assert document.segments == ()
    assert document.url == "https://tarnpress.example/news/2025/07/14/meter"
    assert document.text_digest.startswith("sha256:")
    assert len(document.signature) == 128


@pytest.mark.parametrize(
    ("language", "encoding", "declared", "meta"),
    [
        ("ru", "cp1251", None, "windows-1251"),
        ("ru", "cp1251", "windows-1251", None),
        ("ru", "cp1251", "utf-8", "utf-8"),
        ("ru", "koi8-r", None, "koi8-r"),
        ("ru", "utf-8", "iso-8859-1", None),
        ("ru", "cp1251", "iso-8859-1", None),
        ("az", "utf-8", "windows-1252", "windows-1252"),
        ("tr", "cp1254", "iso-8859-9", None),
        ("fr", "cp1252", "iso-8859-1", None),
        ("fr", "cp1252", "utf-8", "utf-8"),
        ("hy", "utf-8", None, None),
        ("ka", "utf-16", None, None),
        ("fa", "utf-8-sig", "windows-1256", None),
    ],
)
def test_a_wrong_charset_declaration_does_no_harm(language, encoding, declared, meta):
    head = f'<meta charset="{meta}">' if meta else ""
    body = [p.replace("’", "'") for p in PAGES[language]["body"]]
    page = html(language, head=head, body=body, furniture=False).encode(encoding)
    document = extract(raw(page, charset=declared), RULES)
    assert document.text == "\n".join(body)


def test_an_overruled_declaration_is_told():
    page = html("ru", head='<meta charset="utf-8">').encode("cp1251")
    assert any("charset_overruled" in w for w in extract(raw(page), RULES).warnings)


def test_structured_data_give_date_author_and_outlet():
    data = {
        "@context": "https://schema.org",
        "@graph": [
            {"@type": "WebSite", "name": "Tarn Press"},
            {
                "@type": ["NewsArticle", "Article"],
                "headline": "Meter &amp; spring: councils agree",
                "datePublished": "2025-07-14T01:30:00+04:00",
                "author": [{"@type": "Person", "name": "Ann Example"}, {"name": "Bo Sample"}],
                "publisher": {"@type": "Organization", "name": "Tarn Press"},
            },
        ],
    }
    head = (
        f'<script type="application/ld+json">{json.dumps(data)}</script>'
        '<meta property="article:published_time" content="2024-01-01T00:00:00Z">'
        '<link rel="canonical" href="/news/meter?utm_source=x">'
    )
    document = extract(raw(html("en", head=head).encode()), RULES)
    assert document.title == "Meter & spring: councils agree"
    assert document.published == datetime(2025, 7, 13, 21, 30, tzinfo=UTC)
    assert document.published_day is not None
    assert document.published_day.isoformat() == "2025-07-14"
    assert not document.published_is_day
    assert document.published_basis == "metadata"
    assert document.author == "Ann Example; Bo Sample"
    assert document.site_name == "Tarn Press"
    assert document.url == "https://tarnpress.example/news/meter"


def test_an_authoritative_hint_wins_and_a_feed_hint_fills_gaps():
    page = html("en", head='<meta name="date" content="2025-07-01">').encode()
    told = datetime(2025, 7, 14, 9, 0, tzinfo=UTC)
    final = extract(raw(page, title="As catalogued", published=told, is_hint_final=True), RULES)
    assert (final.title, final.published, final.published_basis) == ("As catalogued", told, "index")
    hinted = extract(raw(page, published=told), RULES)
    assert hinted.published == datetime(2025, 7, 1, tzinfo=UTC)
    assert hinted.published_is_day
    bare = extract(raw(html("en").encode(), published=told), RULES)
    assert (bare.published, bare.published_basis) == (told, "feed")


def test_a_feeds_title_counts_where_the_page_confirms_it_or_has_none():
    page = html("en", site="A Site of Many Words in a Row").replace("<h1>", "<h2>")
    page = page.replace("</h1>", "</h2>")
    title = PAGES["en"]["title"]
    assert extract(raw(page, title=title), RULES).title == title
    assert extract(raw(html("en"), title="item 7"), RULES).title == title
    bare = f"<html><body><p>{PAGES['en']['body'][0]}</p></body></html>"
    assert extract(raw(bare, title="item 7"), RULES).title == "item 7"


@pytest.mark.parametrize("stated", ["2031-01-01T10:00:00Z", "1970-01-01T00:00:01Z"])
def test_an_impossible_date_is_passed_over_with_a_warning(stated):
    head = f'<meta property="article:published_time" content="{stated}">'
    fetched = datetime(2025, 7, 15, tzinfo=UTC)
    document = extract(raw(html("en", head=head).encode(), fetched_at=fetched), RULES)
    assert document.published == datetime(2025, 7, 14, tzinfo=UTC)
    assert document.published_basis == "url"
    assert any("_date" in warning for warning in document.warnings)


def test_a_day_that_does_not_exist_is_no_date():
    head = '<meta property="article:published_time" content="2024-02-31T99:00:00Z">'
    document = extract(
        RawDocument("x", "https://tarnpress.example/a", html("en", head=head)), RULES
    )
    assert document.published is None
    assert any("impossible_date" in warning for warning in document.warnings)


def test_a_date_in_figures_under_the_heading_is_read():
    page = html("tr").replace("</h1>", "</h1><div class='tarih'>14.07.2025 18:00</div>")
    document = extract(RawDocument("x", "https://tarnpress.example/a", page), RULES)
    assert document.published == datetime(2025, 7, 14, tzinfo=UTC)
    assert document.published_is_day


@pytest.mark.parametrize(
    ("canonical", "expected"),
    [
        ("https://tarnpress.example/", "https://tarnpress.example/news/2025/07/14/meter"),
        ("https://elsewhere.example/a", "https://tarnpress.example/news/2025/07/14/meter"),
        ("https://m.tarnpress.example/meter/", "https://tarnpress.example/meter"),
    ],
)
def test_only_a_credible_canonical_link_is_followed(canonical, expected):
    page = html("en", head=f'<link rel="canonical" href="{canonical}">').encode()
    assert extract(raw(page), RULES).url == expected


@pytest.mark.parametrize(
    ("printed", "title"),
    [
        ("Councils agree - Tarn Press", "Councils agree"),
        ("Councils agree | News | Tarn Press", "Councils agree"),
        ("Tarn Press: Councils agree", "Tarn Press: Councils agree"),
        ("Water – a shared good", "Water – a shared good"),
        (
            "Who pays? | Councils agree on meter | tarnpress.example",
            "Who pays? | Councils agree on meter",
        ),
    ],
)
def test_the_outlet_is_cut_from_the_title_and_nothing_else(printed, title):
    head = (
        f'<meta property="og:title" content="{printed}">'
        '<meta property="og:site_name" content="Tarn Press">'
    )
    assert extract(raw(html("en", head=head).encode()), RULES).title == title


def test_the_joiner_inside_words_survives_extraction():
    document = extract(raw(html("fa").encode()), RULES)
    assert "می\u200cکنند" in document.text


def test_a_page_laid_out_with_tables_is_read():
    paragraphs = "".join(f"<p>{p}</p>" for p in PAGES["tr"]["body"])
    menu = "".join(f"<a href='/s/{i}'>Bölüm {i}</a><br>" for i in range(40))
    page = (
        f"<html><head><title>x</title></head><body><table><tr><td>{menu}</td><td>"
        f"<h1>{PAGES['tr']['title']}</h1>{paragraphs}</td></tr></table></body></html>"
    )
    document = extract(raw(page), RULES)
    assert document.text == "\n".join(PAGES["tr"]["body"])


def test_a_wire_flash_of_one_sentence_is_kept():
    flash = "The councils of Upper and Lower Tarn have agreed on one meter, the clerk says."
    head = '<meta property="og:type" content="article">'
    document = extract(raw(html("en", head=head, body=[flash], furniture=False)), RULES)
    assert flash in document.text
    assert document.not_news is None


def test_what_was_cut_is_kept_with_its_reason():
    removed = {r.reason: r.text for r in extract(raw(html("en")), RULES).removed}
    assert removed["mobile_exit"] == "Exit mobile version"
    assert "Anna Example" in removed["photo_credit"]


def test_a_document_crosses_process_borders():
    document = extract(raw(html("en")), RULES)
    assert pickle.loads(pickle.dumps(document)) == document
    error = ExtractionError("too_deep", "x: nested")
    assert pickle.loads(pickle.dumps(error)).reason == "too_deep"
    assert isinstance(error, TransformError)


def test_a_hundred_thousand_nested_elements_break_nothing():
    page = "<html><body>" + "<div>" * 100_000 + "<p>deep</p>" + "</div>" * 100_000
    assert extract(raw(page.encode()), RULES).not_news is not None


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=300), st.sampled_from(["text/html", "text/plain", "application/pdf"]))
def test_no_bytes_crash_it(body, kind):
    document = extract(raw(body, content_type=kind), RULES)
    assert document.doc_id == "cap_1"


@settings(max_examples=40, deadline=None)
@given(st.text(alphabet='<>/="ab p div script{}[]&;!-\n', max_size=200))
def test_no_markup_crashes_it(markup):
    extract(raw(f"<html><body>{markup}"), RULES)


def test_the_settings_are_those_the_benchmark_uses():
    assert TRAFILATURA_SETTINGS["with_metadata"] is True
    assert TRAFILATURA_SETTINGS["favor_precision"] is True
