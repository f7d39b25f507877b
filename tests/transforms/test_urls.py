"""One address, one spelling."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.urls import canonicalise, same_site

CANON = "https://outlet.example/news/story-7"


@pytest.mark.parametrize(
    "variant",
    [
        "http://outlet.example/news/story-7",
        "HTTPS://Outlet.Example:443/news/story-7/",
        "http://outlet.example:80/news/story-7",
        "https://www.outlet.example/news/story-7?utm_source=feed&utm_medium=rss",
        "https://m.outlet.example/news/story-7?fbclid=abc#comments",
        "https://mobile.outlet.example/news/story-7",
        "https://www.m.outlet.example/news/story-7",
        "https://amp.outlet.example/news/story-7",
        "https://outlet.example/amp/news/story-7",
        "https://outlet.example/news/story-7/amp/",
        "https://outlet.example/news/story-7?amp=1",
        "https://outlet.example/news/story-7?outputType=amp&yclid=1",
        "https://outlet.example/news//story-7/index.html",
        "https://outlet.example/news/./x/../story%2D7",
        "  https://outlet.example./news/story-7  ",
    ],
)
def test_variants_of_one_address_are_one_address(variant):
    assert canonicalise(variant) == CANON


def test_what_selects_the_article_is_kept():
    url = "http://outlet.example/read.php?lang=en&id=7&utm_campaign=x"
    assert canonicalise(url) == "https://outlet.example/read.php?id=7&lang=en"


def test_an_explicit_port_keeps_its_scheme_and_its_number():
    assert canonicalise("http://127.0.0.1:8000/a/") == "http://127.0.0.1:8000/a"
    assert canonicalise("https://outlet.example:8443/a") == "https://outlet.example:8443/a"


def test_international_addresses_have_one_form():
    spelled = canonicalise("https://новости.example/статья")
    assert spelled == canonicalise(
        "https://xn--b1amnebsh.example/%D1%81%D1%82%D0%B0%D1%82%D1%8C%D1%8f"
    )
    assert spelled.isascii()


def test_a_short_host_is_not_mistaken_for_a_prefix():
    assert canonicalise("https://m.example/a") == "https://m.example/a"
    assert canonicalise("https://www.example/a") == "https://www.example/a"


@pytest.mark.parametrize("other", ["file:000.txt", "mailto:a@b.example", "", "not an address"])
def test_what_is_no_web_address_is_left_alone(other):
    assert canonicalise(other) == other


@pytest.mark.parametrize("broken", ["http://[::1", "https://", "http://a.example:port/x"])
def test_a_broken_address_is_returned_not_raised(broken):
    assert canonicalise(broken) == broken


HOSTS = st.from_regex(
    r"(www\.|m\.|amp\.){0,2}[a-z]{1,8}\.(example|test)(:\d{2,4})?", fullmatch=True
)


@given(
    host=HOSTS,
    path=st.text(alphabet="aZ0/.%-_~ ампé&=;@", max_size=30),
    query=st.text(alphabet="ab=&%amp utm_1+é", max_size=20),
)
def test_canonical_addresses_stay_as_they_are(host, path, query):
    once = canonicalise(f"http://{host}/{path}?{query}")
    assert canonicalise(once) == once


@given(st.text(max_size=60))
def test_no_text_breaks_it(text):
    once = canonicalise("https://outlet.example/" + text)
    assert canonicalise(once) == once
    canonicalise(text)


def test_sites_are_told_by_registrable_domain():
    assert same_site("https://www.outlet.co.uk/a", "http://amp.outlet.co.uk/b")
    assert not same_site("https://one.co.uk/a", "https://two.co.uk/a")
    assert same_site("http://127.0.0.1:1/a", "http://127.0.0.1:2/b")
    assert not same_site("file:a.txt", "file:a.txt")
