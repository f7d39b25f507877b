from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from warehouse_making import NOW, article, batch

from warehouse.errors import QueryError
from warehouse.fold import fold, fold_with_offsets
from warehouse.publish import publish
from warehouse.search import search
from warehouse.store import open_writer

# Made-up sentences: "the mediator spoke at the river bridge", in several scripts.
TEXTS = {
    "en": "The mediator spoke at the bridge. A café stood near the bridge.",
    "ru": "Посредник выступил у моста. Ещё один мост строят.",
    "hy": "Միջնորդը խոսեց կամրջի մոտ։ Ի՞նչ եւ ինչու․ Երևան։",
    "ka": "შუამავალი ხიდთან ალაპარაკდა.",
    "fa": "میانجی کنار پل سخن گفت. علی‌اکبر کتاب می‌خواند.",
    "az": "Vasitəçi körpünün yanında danışdı. İrəvan küçəsi.",
    "tr": "Arabulucu köprüde konuştu. Ilık bir gündü, Türkiye'de.",
    "fr": "Le médiateur a parlé près du pont. L’été fut long.",
}


@pytest.fixture(scope="module")
def stocked(tmp_path_factory):
    directory = tmp_path_factory.mktemp("stocked")
    rows = [
        article(f"https://river.example/{language}", text, language=language, title=None,
                published=NOW - timedelta(days=number))
        for number, (language, text) in enumerate(TEXTS.items())
    ]  # fmt: skip
    with open_writer(directory, timeout_seconds=5, now=NOW) as writer:
        writer.commit(batch(*rows))
        publish(writer, "run_1", NOW)
    return directory


@pytest.mark.parametrize(
    ("asked", "language"),
    [
        ("MEDIATOR spoke", "en"), ("cafe", "en"), ("café", "en"),
        ("посредник", "ru"), ("еще", "ru"), ("мост -bridge", "ru"),
        ("միջնորդ", "hy"), ("ինչ", "hy"), ("երեւան", "hy"), ("Երևան", "hy"),
        ("შუამავ", "ka"), ("ხიდ", "ka"),
        ("میانجی", "fa"), ("علیاکبر", "fa"), ("كتاب", "fa"), ("علي‌اكبر", "fa"),
        ("vasitəçi", "az"), ("irəvan", "az"), ("İRƏVAN", "az"), ("körpü", "az"),
        ("ılık", "tr"), ("türkiyede", "tr"), ("turkiye", "tr"),
        ("médiateur", "fr"), ("mediateur pont", "fr"), ('"pres du pont"', "fr"),
    ],
)  # fmt: skip
def test_words_are_found_in_every_script_with_or_without_accents(stocked, asked, language):
    found = search(stocked, asked)
    assert [item.language for item in found] == [language]
    assert found[0].snippet


def test_words_are_joined_phrases_are_kept_together_and_minus_excludes(stocked):
    assert search(stocked, "bridge nowhere") == []
    assert search(stocked, '"bridge spoke"') == []
    assert search(stocked, "bridge -café") == []
    assert [f.language for f in search(stocked, '"near the bridge"')] == ["en"]


def test_results_are_bounded_by_language_time_and_number(stocked):
    assert search(stocked, "bridge", language="fr") == []
    assert search(stocked, "bridge", since=NOW + timedelta(days=1)) == []
    assert search(stocked, "bridge", until=NOW - timedelta(days=9)) == []
    assert search(stocked, "bridge", limit=0) == []


def test_a_query_without_words_says_so(stocked):
    with pytest.raises(QueryError, match="at least one word"):
        search(stocked, ' - "" …')


def test_articles_that_say_it_more_come_first_and_old_versions_are_forgotten(tmp_path):
    often = article("https://river.example/often", "river " * 5 + "and some more words here")
    once = article("https://river.example/once", "a river and quite some other words beside it")
    gone = article("https://river.example/gone", "river once")
    changed = article(
        "https://river.example/gone", "lake now", NOW + timedelta(hours=1), changed=True
    )
    titled = [replace(r, coded=replace(r.coded, document=replace(r.coded.document, title=None)))
              for r in (often, once, gone, changed)]  # fmt: skip
    with open_writer(tmp_path, timeout_seconds=5, now=NOW) as writer:
        writer.commit(batch(*titled[:3]))
        writer.commit(batch(titled[3], run_id="run_2"))
        publish(writer, "run_2", NOW)
    assert [f.url.rsplit("/", 1)[-1] for f in search(tmp_path, "river")] == ["often", "once"]


@given(st.text())
def test_folding_is_stable_and_its_slow_twin_agrees_on_characters(text):
    folded = fold(text)
    assert folded == "" or folded.startswith(" ")
    assert "  " not in folded
    _, origin = fold_with_offsets(text)
    assert origin == sorted(origin)
    assert all(0 <= index < len(text) for index in origin)
