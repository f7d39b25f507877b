import re
from collections import Counter
from datetime import UTC, datetime

import pytest

from demo.articles import PAGE_TROUBLES, WorldError, load_world, strip_marks
from demo.found import CODED_LANGUAGES
from demo.truth import build_truth, load_truth

WORLD = load_world()
TRUTH = load_truth()
NOW = {1: datetime(2025, 8, 9, 12, tzinfo=UTC), 2: datetime(2025, 8, 12, 18, tzinfo=UTC)}


def test_the_committed_truth_is_what_the_world_says():
    assert build_truth(WORLD) == TRUTH, "run `python -m demo.truth`"


def test_about_seventy_articles_of_ten_houses_in_all_eight_languages():
    counts = TRUTH["counts"]
    assert 55 <= counts["articles"] <= 80
    assert len(WORLD.outlets) == 10
    spoken = {a.language for a in WORLD.articles.values()}
    assert spoken == {"en", "ru", "hy", "az", "tr", "fr", "ka", "fa"}
    assert len({o.template for o in WORLD.outlets.values()}) == 10


def test_a_source_of_each_kind_is_planted():
    kinds = {source.kind for source in WORLD.sources.values()}
    assert kinds == {"rss", "atom", "jsonfeed", "sitemap", "listing", "telegram", "gdelt", "warc"}
    formats = {source.format for source in WORLD.sources.values()}
    assert {"rdf", "rss2-same-guid", "listing_rows", "listing_loose"} <= formats
    assert sum(source.is_stuck for source in WORLD.sources.values()) == 1
    assert sum(source.moved_from is not None for source in WORLD.sources.values()) == 1
    with_selectors = [s for s in WORLD.sources.values() if s.kind == "listing" and s.listing]
    without = [s for s in WORLD.sources.values() if s.kind == "listing" and not s.listing]
    assert with_selectors
    assert without


def test_what_gdelt_points_at_is_named_by_no_feed():
    pointed = [a for a in WORLD.articles.values() if a.source == "pointer-gdelt"]
    assert pointed
    assert not any(a.also for a in pointed)


def test_every_quote_is_in_the_text_that_is_served():
    for key, row in TRUTH["articles"].items():
        article = WORLD.articles[key]
        for telling in (*row["tells"], *row["recalls"]):
            assert telling["quote"] in article.body_at(1), key
            assert telling["quote"] in article.body_at(2), key


def test_no_mark_is_left_in_any_text():
    for article in WORLD.articles.values():
        assert not re.search(r"<<|>>", article.body + article.title), article.key


def test_every_event_that_must_alert_is_told_in_english_or_russian_in_that_stage():
    for name, event in TRUTH["events"].items():
        for alert in event["alerts"]:
            told = [
                t
                for t in event["told_by"]
                if t["language"] in CODED_LANGUAGES and t["stage"] <= alert["stage"]
            ]
            assert told, f"{name} alerts in stage {alert['stage']} but is not told by then"


def test_a_status_that_alerts_later_is_told_only_later():
    commission = TRUTH["events"]["commission"]
    stages = {t.get("status"): t["stage"] for t in commission["told_by"]}
    assert stages == {"planned": 1, "postponed": 2}


def test_nothing_is_published_after_the_moment_its_run_is_told():
    for article in WORLD.articles.values():
        assert article.published <= NOW[article.stage], article.key
        assert article.kind == "archived" or article.stage == 1 or article.published > NOW[1], (
            article.key
        )


def test_an_event_is_told_after_it_was_due_unless_it_was_planned():
    for name, event in TRUTH["events"].items():
        for told in event["told_by"]:
            published = TRUTH["articles"][told["article"]]["published"][:10]
            if told.get("status", event["status"]) != "planned" and name != "commission":
                assert published >= event["date"]["start"], (name, told["article"])


def test_hard_negatives_tell_and_recall_nothing():
    negatives = [r for r in TRUTH["articles"].values() if not r["relevant"]]
    assert all(not r["tells"] and not r["recalls"] for r in negatives)
    topics = Counter(r["topic"] for r in negatives if "topic" in r)
    assert {
        "football",
        "other mediation",
        "Georgia, the US state",
        "carpets and horses",
        "Armenia-Turkey border trade",
        "Minsk agreements (Ukraine)",
        "weather",
        "sports list",
        "roads",
    } <= topics.keys()


def test_each_kind_of_copy_and_each_trouble_is_planted():
    rows = TRUTH["articles"].values()
    assert {r["relation"] for r in rows} == {
        "original",
        "same_text",
        "near_duplicate",
        "same_story",
    }
    assert {"translation", "spun"} <= {r.get("how") for r in rows}
    assert any(r.get("changed_at_stage") == 2 for r in rows)
    kinds = {a.kind for a in WORLD.articles.values()}
    assert kinds - {"article", "robots", "archived"} == PAGE_TROUBLES
    assert any(a.removed_at_stage for a in WORLD.articles.values())
    assert {"twice", "mobile"} <= {a.feed_link for a in WORLD.articles.values()}
    assert any(a.forwarded_from for a in WORLD.articles.values())
    troubles = {f["trouble"]["kind"] for f in TRUTH["feeds"].values() if "trouble" in f}
    assert troubles == {"malformed", "partly_malformed", "gone", "timeout", "empty_preview"}


def test_a_copy_is_later_than_its_original():
    for row in TRUTH["articles"].values():
        if "of" in row:
            assert row["published"] > TRUTH["articles"][row["of"]]["published"]


def test_a_spun_copy_shares_few_phrases_with_its_original():
    spun = WORLD.articles["zagros:/en/news/7711/"]
    original = WORLD.articles[spun.of]

    def shingles(text):
        words = re.findall(r"\w+", text.lower())
        return {tuple(words[i : i + 5]) for i in range(len(words) - 4)}

    ours, theirs = shingles(spun.body), shingles(original.body)
    assert len(ours & theirs) / len(ours | theirs) < 0.3


def test_nobody_is_quoted():
    for article in WORLD.articles.values():
        spoken = re.findall(r"[“”\"]", article.body)
        assert not spoken or article.topic == "football", article.key


def test_marks_say_event_status_and_recall():
    text, tellings = strip_marks("A. <<one@planned: Will meet.>> <<~two: Met once.>>")
    assert text == "A. Will meet. Met once."
    assert [(t.event, t.status, t.is_recalled) for t in tellings] == [
        ("one", "planned", False),
        ("two", None, True),
    ]


def test_a_broken_world_names_the_file(tmp_path):
    (tmp_path / "outlets.toml").write_text("[[outlet]\n")
    with pytest.raises(WorldError, match=r"outlets\.toml.*mend"):
        load_world(tmp_path)
