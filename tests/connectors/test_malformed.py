"""Every malformed feed ends in parsed items or in a named health entry; none stops a run."""

from __future__ import annotations

import json
from collections import Counter
from functools import lru_cache

from connectors.captures import make_capture
from connectors.feeds import parse_feed
from connectors.listings import parse_listing
from connectors.polling import read_feed
from connectors.records import FeedResult
from connectors.sitemaps import parse_sitemap
from connectors.telegram import parse_preview
from tests.connectors.conftest import NOW, make_source
from tests.connectors.malformed import CHARSETS, TITLES, Odd, corpus

URL = "https://outlet.example/feed"
READERS = {"listing": parse_listing, "telegram": parse_preview, "sitemap": parse_sitemap}
REASONS = {
    *("empty_body", "not_a_feed", "malformed_feed", "not_a_page", "empty_listing"),
    *("empty_preview", "too_large"),
}


def read(odd: Odd) -> FeedResult:
    capture = make_capture(
        url=URL,
        kind="feed",
        source_id="src",
        fetched_at=NOW,
        body=odd.body,
        content_type=odd.content_type,
        charset=odd.charset,
    )
    source = make_source(URL, odd.kind, language="en")
    return read_feed(source, None, capture, NOW, READERS.get(odd.kind, parse_feed))


@lru_cache(maxsize=1)
def results() -> tuple[tuple[Odd, FeedResult], ...]:
    return tuple((odd, read(odd)) for odd in corpus())


def test_the_corpus_is_large_and_each_of_it_has_a_name_of_its_own() -> None:
    names = [odd.name for odd, _ in results()]
    assert len(names) == len(set(names)) >= 200


def test_each_ends_in_items_or_in_a_named_health_entry() -> None:
    outcomes: Counter[str] = Counter()
    for odd, result in results():
        state = result.state
        if result.outcome == "failed":
            assert result.reason in REASONS, odd.name
            assert state.error is not None and state.error.startswith(f"{result.reason}: "), (
                odd.name
            )
            assert URL in state.error and state.error_count == 1, odd.name
            assert state.next_check is not None and state.next_check > NOW, odd.name
        else:
            assert result.outcome == "parsed" and state.error is None, odd.name
            # nothing is silent: what holds no item says so
            assert result.candidates or result.warnings, odd.name
        outcomes[result.reason or ("parsed" if result.candidates else "parsed, no items")] += 1
    print(dict(outcomes))
    assert outcomes.keys() - {"parsed", "parsed, no items"} <= REASONS
    assert outcomes["parsed"] > 200
    assert min(outcomes[r] for r in REASONS - {"too_large", "not_a_page"}) > 0


def test_what_is_taken_in_can_be_stored_and_printed() -> None:
    for odd, result in results():
        for found in result.candidates:
            assert found.url.startswith(("http://", "https://")), odd.name
            told = json.dumps([found.url, found.title, found.summary, found.author, found.content])
            told.encode("utf-8")  # no lone surrogates
            shown = f"{found.url}{found.title}{found.summary}{found.author}"
            assert not any(c in shown for c in "\x00\x0b\u202e\u2066\ufffe"), odd.name
            assert found.published is None or 1990 <= found.published.year <= 2025, odd.name


def test_good_items_beside_bad_ones_are_kept() -> None:
    beside = [(o, r) for o, r in results() if o.name.startswith("link ")]
    assert len(beside) > 15
    for odd, result in beside:
        assert "https://outlet.example/good" in [c.url for c in result.candidates], odd.name


def test_titles_survive_every_charset_that_can_hold_them() -> None:
    """Declared rightly or in UTF-8 the words are exact; a guess may miss, and then says so."""
    wrong = []
    for odd, result in results():
        language, _, rest = odd.name.partition(" in ")
        real, _, told = rest.partition(" declared ")
        if language not in TITLES or real not in CHARSETS:
            continue
        titles = [c.title for c in result.candidates]
        if titles != [TITLES[language]]:
            assert real not in ("utf-8", "utf-8-sig", "utf-16", "utf-32") and told != real, odd.name
            assert result.outcome == "failed" or result.warnings, odd.name
            wrong.append(odd.name)
    print(f"{len(wrong)} misread, each with a warning or a failure: {wrong}")
    assert len(wrong) < 20
