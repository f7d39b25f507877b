from dataclasses import replace

import pytest
from demo_perfect import BASES, perfect_found

from demo.compare import compare_all
from demo.compare_sources import compare_requests

POLITE = [
    ("bogaz", "/rss.php", 304),
    ("mtkvari", "/ka/atom.xml", 304),
    ("ministry", "/ka/press", 304),
    ("fanal", "/abonnes/rss.xml", 304),
]


def differences(truth, found, stage):
    earlier = perfect_found(truth, 1) if stage == 2 else None
    return [str(d) for d in compare_all(truth, found, BASES, stage, earlier)]


def with_health(found, source, **slots):
    feeds = tuple({**r, **slots} if r["source_id"] == source else r for r in found.feeds)
    return replace(found, feeds=feeds)


def test_never_asking_conditionally_is_a_difference_for_each_source_that_stood_still(truth):
    assert compare_requests(truth, POLITE, 2) == []
    assert [d.found for d in compare_requests(truth, [], 2)] == ["none"] * len(POLITE)
    assert compare_requests(truth, [], 1) == []


@pytest.mark.parametrize(
    ("outlet", "path"),
    [
        ("fanal", "/prive/4499-carnet-de-la-redaction?x=1"),
        ("channels", "/arazpost/101"),
        ("halcyon", "/2022/10/31/sochi-three-way-talks"),
        ("halcyon", "/sitemaps/archive-2019.xml"),
        ("fanal", "/article/4471-foire-aux-livres"),
        ("ministry", "/subscribe"),
    ],
)
def test_asking_for_what_no_polite_reader_asks_for_is_a_difference(truth, outlet, path):
    said = compare_requests(truth, [*POLITE, (outlet, path, 200)], 2)
    assert {d.kind for d in said} == {"manners"}


def test_asking_at_the_old_address_of_a_feed_that_moved_is_a_difference_the_second_time(truth):
    old = ("lori", "/rss/atom.php", 301)
    assert compare_requests(truth, [old], 1) == []
    [said] = compare_requests(truth, [*POLITE, old], 2)
    assert said.subject == "lori-hy"


@pytest.mark.parametrize(
    ("source", "slots", "said"),
    [
        ("fanal-plus", {"state": "ok"}, "expected walled, found ok"),
        ("tg-quiet", {"state": "silent"}, "expected failing, found silent"),
        ("bogaz-spor", {"state": "failing"}, "expected retired"),
        ("fanal-plus", {"not_news": "block_page 1"}, "expected paywall_stub 1"),
        ("tg-araz", {"warning": None}, "expected 1 posts without a text"),
        ("lori-hy", {"url": BASES["lori"] + "/rss/atom.php"}, "/feed/atom, found"),
        ("zagros-fa", {"are_validators_false": None}, "expected false validators"),
    ],
)
def test_what_is_known_of_a_source_in_the_end_is_compared(truth, source, slots, said):
    wrong = with_health(perfect_found(truth, 2), source, **slots)
    assert any(said in d and source in d for d in differences(truth, wrong, 2))


def test_a_source_that_was_quiet_for_its_rate_is_still_well(truth):
    quiet = with_health(perfect_found(truth, 2), "bogaz-tr", state="quiet")
    assert differences(truth, quiet, 2) == []


def test_a_page_in_another_state_or_in_none_or_in_two_is_a_difference(truth):
    found = perfect_found(truth, 2)
    [first, *rest] = found.ledger
    lost = replace(found, ledger=tuple(rest))
    assert [d for d in differences(truth, lost, 2) if "found nothing" in d]
    waiting = replace(found, ledger=({**first, "state": "waiting"}, *rest))
    assert [d for d in differences(truth, waiting, 2) if "found waiting" in d]
    twice = replace(found, ledger=(first, {**first, "state": "refused"}, *rest))
    assert [d for d in differences(truth, twice, 2) if "refused, taken" in d]


def test_an_address_nobody_planted_is_a_difference(truth):
    found = perfect_found(truth, 1)
    stray = {"url": BASES["ministry"] + "/about", "source_id": "ministry-en", "state": "refused"}
    [said] = differences(truth, replace(found, ledger=(*found.ledger, stray)), 1)
    assert said.endswith("expected not discovered, found refused")


def test_a_state_the_ledger_does_not_know_breaks_its_sums(truth):
    found = perfect_found(truth, 1)
    [first, *rest] = found.ledger
    odd = replace(found, ledger=({**first, "state": "lost"}, *rest))
    assert any("sum of states" in d for d in differences(truth, odd, 1))


def test_a_removed_article_that_is_not_marked_is_a_difference(truth):
    found = perfect_found(truth, 2)
    kept = replace(found, articles=tuple({**a, "gone_at": None} for a in found.articles))
    [said] = differences(truth, kept, 2)
    assert said == "article: shirvan:/az/siyaset/51388 (marked as gone): expected True, found False"


def test_an_alert_that_the_archive_sends_and_one_it_never_raised_are_differences(truth):
    found = perfect_found(truth, 2)
    told = tuple(
        {**a, "state": "sent"} if a["event_id"] == "sochi-2022" else a for a in found.alerts
    )
    kinds = {d.split(":")[0] for d in differences(truth, replace(found, alerts=told), 2)}
    assert kinds == {"alert", "archive"}
    none = tuple(a for a in found.alerts if a["event_id"] != "sochi-2022")
    [said] = differences(truth, replace(found, alerts=none), 2)
    assert said.startswith("archive: halcyon:/2022/10/31/")
