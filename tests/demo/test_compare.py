from dataclasses import replace

import pytest
from demo_perfect import BASES, perfect_found

from demo.compare import compare_all
from demo.found import Difference, fold, overlaps


def differences(truth, found, stage, earlier=None):
    return [str(d) for d in compare_all(truth, found, BASES, stage, earlier)]


def without(rows, **wanted):
    return tuple(r for r in rows if any(r.get(k) != v for k, v in wanted.items()))


def changed(rows, key, value, **slots):
    return tuple({**r, **slots} if r[key] == value else r for r in rows)


@pytest.mark.parametrize("stage", [1, 2])
def test_a_reader_that_found_everything_has_no_differences(truth, stage):
    earlier = perfect_found(truth, 1) if stage == 2 else None
    assert differences(truth, perfect_found(truth, stage), stage, earlier) == []


def test_a_reader_that_found_nothing_misses_everything(truth):
    found = replace(perfect_found(truth, 1), articles=(), events=(), alerts=(), mentions=())
    kinds = {d.split(":")[0] for d in differences(truth, found, 1)}
    assert kinds == {"article", "event", "alert", "retrospective"}


def test_a_second_alert_of_one_event_is_a_difference(truth):
    found = perfect_found(truth, 1)
    twice = (*found.alerts, {"alert_id": "x", "event_id": "abu-dhabi", "cause": "new"})
    [said] = differences(truth, replace(found, alerts=twice), 1)
    assert said == "alert: abu-dhabi (new) in stage 1: expected 1, found 2"


def test_an_alert_of_nothing_planted_is_a_difference(truth):
    found = perfect_found(truth, 1)
    stray = {"alert_id": "x", "event_id": "evt_1", "cause": "new", "headline": "Football"}
    [said] = differences(truth, replace(found, alerts=(*found.alerts, stray)), 1)
    assert "Football" in said


def test_an_alert_about_an_appeal_is_a_difference(truth):
    found = perfect_found(truth, 1)
    stray = {"alert_id": "x", "event_id": "washington-appeal", "cause": "new"}
    [said] = differences(truth, replace(found, alerts=(*found.alerts, stray)), 1)
    assert "washington-appeal" in said


def test_a_correction_that_alerts_again_is_a_difference(truth):
    found, earlier = perfect_found(truth, 2), perfect_found(truth, 1)
    again = {"alert_id": "x", "event_id": "washington-declaration", "cause": "status"}
    [said] = differences(truth, replace(found, alerts=(*found.alerts, again)), 2, earlier)
    assert "washington-declaration (status) in stage 2: expected 0, found 1" in said


def test_an_alert_that_came_a_stage_late_is_two_differences(truth):
    first, second = perfect_found(truth, 1), perfect_found(truth, 2)
    late = replace(first, alerts=without(first.alerts, event_id="iran-offer"))
    assert "expected 1, found 0" in differences(truth, late, 1)[0]
    assert "expected 0, found 1" in differences(truth, second, 2, late)[0]


@pytest.mark.parametrize(
    ("slots", "said"),
    [
        ({"status": "signed"}, "(status): expected held, found signed"),
        ({"venue": {"id": "place:moscow"}}, "(venue)"),
        ({"date": {"start": "2025-07-01", "end": "2025-07-31", "precision": "month"}}, "(date)"),
        ({"date": {"start": None, "end": None, "precision": "unknown"}}, "(date)"),
        ({"third_parties": []}, "(third party): expected actor:ARE"),
        (
            {"third_parties": [{"id": "actor:ARE", "roles": ["host", "mediator"]}]},
            "(roles of actor:ARE)",
        ),
        (
            {
                "third_parties": [
                    {"id": "actor:ARE", "roles": ["host"]},
                    {"id": "actor:RUS", "roles": ["mediator"]},
                ]
            },
            "(third party): expected none such",
        ),
        ({"parties": [{"id": "actor:ARM", "person": "person:nikol_pashinyan"}]}, "(parties)"),
        ({"track": "track:BILAT"}, "(track)"),
    ],
)
def test_each_slot_of_an_event_is_compared(truth, slots, said):
    found = perfect_found(truth, 1)
    wrong = replace(found, events=changed(found.events, "event_id", "abu-dhabi", **slots))
    assert any(said in d for d in differences(truth, wrong, 1))


def test_an_event_split_in_two_is_a_difference(truth):
    found = perfect_found(truth, 1)
    one = next(e for e in found.events if e["event_id"] == "abu-dhabi")
    first = next(m for m in found.mentions if m["event_id"] == "abu-dhabi")
    split = replace(
        found,
        events=(*found.events, {**one, "event_id": "evt_2"}),
        mentions=(*found.mentions, {**first, "event_id": "evt_2"}),
    )
    said = differences(truth, split, 1)
    assert said == ["event: abu-dhabi: expected one event, found 2 events"]


def test_a_copy_called_original_and_an_original_called_copy_are_differences(truth):
    found = perfect_found(truth, 1)
    copy = BASES["mtkvari"] + "/en/story/2107-abu-dhabi-talks"
    football = BASES["fanal"] + "/article/4488-qarabag-ligue-des-champions"
    articles = changed(found.articles, "url", copy, relation="original")
    articles = changed(articles, "url", football, relation="near_duplicate")
    said = differences(truth, replace(found, articles=articles), 1)
    assert [d.split(":")[0] for d in said] == ["duplicate", "duplicate"]


def test_a_copy_in_another_story_is_a_difference(truth):
    found = perfect_found(truth, 1)
    copy = BASES["mtkvari"] + "/en/story/2107-abu-dhabi-talks"
    articles = changed(found.articles, "url", copy, story_id="story_other")
    assert "another story" in differences(truth, replace(found, articles=articles), 1)[0]


def test_tellings_of_different_events_must_not_be_one_story(truth):
    found = perfect_found(truth, 1)
    iran = BASES["lori"] + "/hy/lur/3342"
    for of, expected in ((BASES["lori"] + "/hy/lur/3301", 1), (BASES["bogaz"] + BOGAZ_IRAN, 0)):
        articles = changed(found.articles, "url", iran, relation="same_story", duplicate_of_url=of)
        said = differences(truth, replace(found, articles=articles), 1)
        assert len(said) == expected


BOGAZ_IRAN = "/haber/iran-arabuluculuk-onerisi-18960.php"


def test_an_amp_twin_linked_to_its_article_is_no_second_article(truth):
    found = perfect_found(truth, 1)
    path = "/en/story/2160-washington-what-was-signed"
    main = next(a for a in found.articles if a["url"].endswith(path))
    twin = {
        **main,
        "url": f"{BASES['mtkvari']}/amp{path}",
        "relation": "same_text",
        "duplicate_of_url": main["url"],
    }
    assert differences(truth, replace(found, articles=(*found.articles, twin)), 1) == []
    loose = {**twin, "relation": "original", "duplicate_of_url": None}
    said = differences(truth, replace(found, articles=(*found.articles, loose)), 1)
    assert any("expected one article, found 2" in d for d in said)


def test_a_last_slash_makes_no_other_article(truth):
    found = perfect_found(truth, 1)
    url = BASES["zagros"] + "/fa/news/40217/"
    bare = changed(found.articles, "url", url, url=url.rstrip("/"))
    assert differences(truth, replace(found, articles=bare), 1) == []


def test_an_address_with_tracking_left_in_it_is_no_planted_article(truth):
    found = perfect_found(truth, 1)
    url = BASES["lori"] + "/hy/lur/3301"
    tracked = changed(found.articles, "url", url, url=url + "?utm_source=rss")
    assert any("no article" in d for d in differences(truth, replace(found, articles=tracked), 1))


@pytest.mark.parametrize(
    ("slot", "value"),
    [("title", "Wrong"), ("language", "ru"), ("published_at", "2025-01-01"), ("version", 1)],
)
def test_each_slot_of_an_article_is_compared(truth, slot, value):
    found, earlier = perfect_found(truth, 2), perfect_found(truth, 1)
    url = BASES["halcyon"] + "/2025/08/09/explainer-what-is-tripp"
    wrong = replace(found, articles=changed(found.articles, "url", url, **{slot: value}))
    assert len(differences(truth, wrong, 2, earlier)) == 1


def test_a_moment_printed_in_another_zone_is_the_same_day(truth):
    found = perfect_found(truth, 1)
    url = BASES["halcyon"] + "/2025/08/08/washington-declaration-treaty-initialled"
    local = changed(found.articles, "url", url, published_at="2025-08-09 01:50:00+04:00")
    assert differences(truth, replace(found, articles=local), 1) == []


def test_a_block_page_kept_as_an_article_is_a_difference(truth):
    found = perfect_found(truth, 1)
    url = BASES["vestnik"] + "/politics/20250725-reestr.html"
    kept = replace(
        found,
        quarantine=without(found.quarantine, url=url),
        articles=(*found.articles, {"url": url, "relation": "original"}),
    )
    kinds = [d.split(":")[0] for d in differences(truth, kept, 1)]
    assert sorted(kinds) == ["article", "refusal"]


def test_a_refusal_may_keep_the_address_as_it_was_asked_for(truth):
    found = perfect_found(truth, 1)
    url = BASES["shirvan"] + "/az/iqtisadiyyat/51361"
    asked = changed(found.quarantine, "url", url, url=url + "?utm_source=rss")
    assert differences(truth, replace(found, quarantine=asked), 1) == []


def test_an_article_in_quarantine_is_a_difference(truth):
    found = perfect_found(truth, 1)
    refused = {"url": BASES["lori"] + "/hy/lur/3301", "reason": "too_short"}
    said = differences(truth, replace(found, quarantine=(*found.quarantine, refused)), 1)
    assert said == ["refusal: lori:/hy/lur/3301: expected an article, found too_short"]


def test_a_recall_called_new_and_a_recall_not_seen_are_differences(truth):
    found = perfect_found(truth, 1)
    as_new = tuple({**m, "novelty": "new"} for m in found.mentions)
    kinds = {d.split(":")[0] for d in differences(truth, replace(found, mentions=as_new), 1)}
    assert kinds == {"retrospective"}


def test_a_plain_recall_must_be_seen_and_a_faint_one_may_be_passed_over(truth):
    found = perfect_found(truth, 1)
    quotes = {
        (r["is_faint"], r["quote"])
        for row in truth["articles"].values()
        if row["language"] in {"en", "ru"} and row["stage"] == 1
        for r in row["recalls"]
    }
    for is_faint in (True, False):
        passed = {q for faint, q in quotes if faint == is_faint}
        assert passed
        kept = tuple(m for m in found.mentions if m["quote"] not in passed)
        said = differences(truth, replace(found, mentions=kept), 1)
        assert bool(said) is not is_faint


def test_trouble_unseen_and_trouble_imagined_are_differences(truth):
    found = perfect_found(truth, 1)
    silent = changed(found.feeds, "source_id", "halcyon-slow", error=None)
    [said] = differences(truth, replace(found, feeds=silent), 1)
    assert said == "feed: halcyon-slow: expected timeout, found no trouble"
    imagined = changed(found.feeds, "source_id", "lori-hy", error="dns")
    assert differences(truth, replace(found, feeds=imagined), 1) == [
        "feed: lori-hy: expected no trouble, found dns"
    ]


def test_passages_overlap_by_shared_phrases_not_by_shared_words():
    sentence = "The leaders of Armenia and Azerbaijan held direct talks in Abu Dhabi on Thursday."
    assert overlaps(sentence, "“held direct talks in Abu Dhabi”")
    assert overlaps(sentence, f"ABU DHABI - {sentence} No document was signed.")
    assert not overlaps(sentence, "Armenia and Azerbaijan were hot on Thursday.")
    assert not overlaps(sentence, None)
    assert fold("«علی‌اف»") == fold("علیاف")


def test_a_difference_reads_as_a_sentence():
    assert str(Difference("event", "x", "held", "nothing")) == (
        "event: x: expected held, found nothing"
    )
