"""What a page is when it is no article."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from dossiers.boilerplate import load_rules
from transforms import notnews
from transforms.extract import extract
from transforms.records import RawDocument

RULES = load_rules()
PAGES = tomllib.loads((Path(__file__).parent / "fictional_pages.toml").read_text(encoding="utf-8"))
MENU = "".join(f'<li><a href="/s/{i}">Section {i}</a></li>' for i in range(40))


def verdict(body: bytes | str, content_type: str = "text/html") -> str | None:
    raw = RawDocument("cap_1", "https://tarnpress.example/a/1", body, content_type)
    return extract(raw, RULES).not_news


def page(title: str, text: str, menu: str = "") -> str:
    return (
        f"<!doctype html><html><head><title>{title}</title></head><body><ul>{menu}</ul>"
        f"<div><h1>{title}</h1><p>{text}</p></div></body></html>"
    )


@pytest.mark.parametrize("language", PAGES)
@pytest.mark.parametrize("menu", ["", MENU])
def test_a_consent_wall_is_told_in_every_language(language, menu):
    assert verdict(page(*PAGES[language]["consent"], menu)) == "consent_wall"


@pytest.mark.parametrize("language", PAGES)
@pytest.mark.parametrize("menu", ["", MENU])
def test_a_missing_page_served_as_found_is_told_in_every_language(language, menu):
    assert verdict(page(*PAGES[language]["missing"], menu)) == "soft_404"


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("Just a moment...", "Checking your browser before accessing the site. Ray ID: 0000"),
        ("Access denied", "You have been blocked. Complete the captcha to go on."),
        ("Доступ ограничен", "Доступ к ресурсу ограничен на основании решения суда."),
        ("Erişim engellendi", "Bu siteye erişim engellendi."),
    ],
)
def test_a_block_page_is_told(title, text):
    assert verdict(page(title, text)) == "block_page"


def test_a_stub_before_a_paywall_is_told():
    text = (
        "The councils met on Monday. Subscribe to continue reading. Already a subscriber? Sign in."
    )
    assert verdict(page("Councils meet", text)) == "paywall_stub"


def test_a_front_page_is_a_list_not_an_article():
    assert verdict(page("Tarn Press", "", MENU)) == "landing_page"


@pytest.mark.parametrize(
    ("body", "kind", "reason"),
    [
        (b"", "text/html", "empty"),
        (b"  \n", "text/html", "empty"),
        (b"%PDF-1.7 \xe2\xe3", "text/html", "not_html"),
        (b"\x89PNG\r\n\x1a\n", "text/html", "not_html"),
        (b"PK\x03\x04abcd", "application/octet-stream", "not_html"),
        (b'{"a": 1}', "application/json", "not_html"),
        (b'{"a": "<b>x</b>"}', "application/json", "not_html"),
        (b'{"articles": ["a", "b"]}', "text/html", "not_html"),
        (b'<?xml version="1.0"?><rss version="2.0"></rss>', "text/html", "not_html"),
        (b"abc\x00\x01\x02def", "text/html", "not_html"),
        (b"just words", "text/html", None),
    ],
)
def test_what_is_no_page_is_told_from_bytes_and_type(body, kind, reason):
    found = verdict(body, kind)
    assert found == reason if reason else found != "too_large"


def test_a_page_of_two_hundred_megabytes_is_refused_unread():
    assert verdict(b"x" * (notnews.MAX_BYTES + 1)) == "too_large"


@pytest.mark.parametrize(
    "topic",
    [
        "The council's new site uses cookies, and the clerk was asked who may accept all of them. "
        "A privacy policy will be printed and hung beside the meter, with a list of partners.",
        "The page was not found in the register: entry 404 has been removed, and nobody knows by "
        "whom. The clerk said that it could not be found in the archive of the mill either.",
    ],
)
def test_an_article_about_such_things_is_an_article(topic):
    text = f"{topic} {PAGES['en']['body'][0]}</p><p>{PAGES['en']['body'][1]}"
    head = '<meta property="og:type" content="article">'
    article = page("Clerk explains the new register", text).replace("<head>", f"<head>{head}")
    assert verdict(article) is None
