from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from connectors.errors import FeedError
from connectors.items import ParsedFeed
from connectors.listings import parse_listing
from dossiers.records import Listing, Source

URL = "https://ministry.example/hy/news"
PAGE = """<!doctype html><html lang="hy"><head><title>Լուրեր</title></head><body>
<nav><a href="/hy/about-the-ministry">About the ministry and its history</a></nav>
<main>
 <div class="row"><a href="/hy/news/1"><img src="a.jpg"></a>
  <h3><a href="/hy/news/1">The minister received the envoy of a neighbouring state</a></h3>
  <span class="date">{one}</span></div>
 <div class="row">
  <h3><a href="/hy/news/2">A statement on the visit of the delegation to the border</a></h3>
  <span class="date">{two}</span></div>
 <div class="row"><h3><a href="/hy/news/3">More</a></h3></div>
 <p><a href="https://elsewhere.example/x">Another house tells at length of something else</a></p>
</main>
<footer><a href="/hy/contacts">Contacts and addresses of our offices abroad</a></footer>
</body></html>"""


def listing(
    source: Source,
    now: datetime,
    page: str = PAGE,
    rule: Listing | None = None,
    language: str = "hy",
) -> ParsedFeed:
    page = page.replace("{one}", "7 օգոստոսի, 2025 18:45").replace("{two}", "06.08.2025")
    return parse_listing(
        page.encode(),
        content_type="text/html",
        charset=None,
        url=URL,
        source=replace(source, kind="listing", url=URL, language=language, listing=rule),
        now=now,
    )


def test_headlines_are_found_without_any_selector(source: Source, now: datetime) -> None:
    found = listing(source, now).candidates
    assert [c.url for c in found] == [
        "https://ministry.example/hy/news/1",
        "https://ministry.example/hy/news/2",
    ]
    assert found[0].title == "The minister received the envoy of a neighbouring state"
    assert found[0].published == datetime(2025, 8, 7, 18, 45, tzinfo=UTC)
    assert (found[1].published, found[1].published_is_day) == (
        datetime(2025, 8, 6, tzinfo=UTC),
        True,
    )


def test_selectors_of_the_catalogue_decide(source: Source, now: datetime) -> None:
    rule = Listing(item="div.row", link="h3 a", date=".date")
    found = listing(source, now, rule=rule).candidates
    assert [c.url.rpartition("/")[2] for c in found] == ["1", "2", "3"]
    assert found[2].published is None


@pytest.mark.parametrize(
    ("language", "text", "day"),
    [
        ("hy", "22 մայիսի, 2025", 22),
        ("ka", "22 მაისი, 2025", 22),
        ("az", "22 may 2025, 18:45", 22),
        ("tr", "22 Mayıs 2025", 22),
        ("fa", "22 مه 2025", 22),
        ("ru", "22 мая 2025", 22),
        ("fr", "22 mai 2025", 22),
        ("en", "May 22, 2025", 22),
    ],
)
def test_dates_are_read_as_people_write_them(
    source: Source, now: datetime, language: str, text: str, day: int
) -> None:
    page = PAGE.replace("{one}", text)
    found = listing(source, now, page, language=language).candidates
    assert found[0].published is not None
    assert (found[0].published.month, found[0].published.day) == (5, day)


def test_a_silent_listing_is_a_failure_that_names_its_mend(source: Source, now: datetime) -> None:
    with pytest.raises(FeedError, match="selectors") as told:
        listing(source, now, rule=Listing(item="div.gone"))
    assert told.value.reason == "empty_listing"
    with pytest.raises(FeedError) as told:
        listing(source, now, "<html><body><p>Please wait</p></body></html>")
    assert told.value.reason == "empty_listing"


@pytest.mark.parametrize("page", ["", "   ", "\x00\x01"])
def test_what_is_no_page_is_said_to_be_none(source: Source, now: datetime, page: str) -> None:
    with pytest.raises(FeedError):
        listing(source, now, page)
