from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from warehouse_making import (
    NOW,
    article,
    batch,
    capture,
    event,
    passage,
    short,
    situated,
)

from connectors.records import Candidate, FeedState
from dossiers.records import Source
from transforms.records import Conflict, DuplicateLink, Ruling
from warehouse.records import Batch, CaptureRow, Decided, Marked, Review
from warehouse.store import open_writer

URL = "https://river.example/talks"
IDENTICAL = (
    "article", "article_version", "article_text", "article_search", "article_feature",
    "signature_band", "mention", "tag", "story", "event_mention", "event_block", "event_member",
    "event", "event_version", "alias", "identity_step", "alert", "quarantine",
)  # fmt: skip


def write(directory, **more):
    return open_writer(directory, timeout_seconds=5, now=NOW, **more)


def content(writer):
    return {t: writer.frame(f"SELECT * FROM {t} ORDER BY ALL")[1] for t in IDENTICAL}


def test_committing_a_batch_again_changes_nothing(tmp_path):
    once = batch(article(URL), article(URL + "/2", "Another text by the river altogether."))
    with write(tmp_path) as writer:
        first = writer.commit(once)
        before = content(writer)
        second = writer.commit(once)
        later = replace(once, run_id="run_2", now=NOW + timedelta(days=1))
        writer.commit(later)
        after = content(writer)
    assert (first.articles_new, first.events_new, first.alerts_new) == (2, 2, 2)
    assert (second.articles_new, second.articles_same, second.captures) == (0, 2, 0)
    assert (second.events_new, second.events_changed, second.alerts_new) == (0, 0, 0)
    assert after == before


def test_a_stop_inside_the_transaction_leaves_nothing_behind(tmp_path):
    def stop(name):
        if name == "in_transaction":
            raise KeyboardInterrupt

    with write(tmp_path) as writer, pytest.raises(KeyboardInterrupt):
        writer.commit(batch(article(URL)), hook=stop)
    with write(tmp_path) as writer:
        assert not any(content(writer).values())
        assert writer.commit(batch(article(URL))).articles_new == 1


def test_what_is_read_back_is_what_was_given(tmp_path):
    given = batch(article(URL))
    with write(tmp_path) as writer:
        writer.commit(given)
        known = writer.known_articles([URL, "https://river.example/unknown"])
        mentions = writer.situated_in_blocks(["meeting|AAA+BBB"])
        events = writer.events([given.events[0].event_id])
        ids = writer.known_event_ids([given.situated[0].mention.mention_id, "evm_unknown"])
        features = writer.features_of([URL])[URL]
        feeds = writer.feed_states()
    assert set(known) == {URL}
    assert known[URL].text_digest == given.articles[0].coded.document.text_digest
    assert known[URL].last_seen == NOW
    assert mentions == list(given.situated)
    assert list(events.values()) == list(given.events)
    assert ids == {given.situated[0].mention.mention_id: given.events[0].event_id}
    assert features.features == {"entities": ["actor:AAA"], "numbers": [3, 7]}
    assert features.signature == given.articles[0].coded.document.signature
    assert feeds["river_post"] == given.feeds[0]


def test_every_field_of_a_feeds_state_survives(tmp_path):
    state = FeedState(
        "s", "https://f.example", "e", "m", "d", NOW, NOW - timedelta(hours=1), 503, 4, "busy",
        600, NOW + timedelta(hours=2), 17, True, "https://old.example",
    )  # fmt: skip
    with write(tmp_path) as writer:
        writer.write_feeds([state])
        writer.write_feeds([state])
        assert writer.feed_states() == {"s": state}


def test_a_changed_text_becomes_a_version_and_the_older_mentions_are_no_longer_current(tmp_path):
    old = batch(article(URL, "Two delegations met by the river."))
    at = NOW + timedelta(hours=3)
    row = article(URL, "Two delegations met by the lake.", at, changed=True)
    other = situated(passage(URL, "met by the lake"), row)
    joined = event(*old.situated, other, event_id=old.events[0].event_id)
    new = replace(
        batch(row, run_id="run_2", now=at),
        situated=(other,), events=(joined,), alerts=(), identity_log=(),
    )  # fmt: skip
    with write(tmp_path) as writer:
        writer.commit(old)
        report = writer.commit(new)
        versions = writer.frame(
            "SELECT version, diff_size, previous_digest IS NULL FROM article_version ORDER BY 1"
        )[1]
        current = writer.frame(
            "SELECT version, is_current, count(*) FROM mention GROUP BY ALL ORDER BY 1"
        )[1]
        passages = writer.frame("SELECT quote, is_current FROM event_mention ORDER BY 1")[1]
        texts = writer.frame("SELECT version, text FROM article_text ORDER BY 1")[1]
        latest = writer.frame("SELECT version, first_run_id, run_id FROM article")[1]
        history = writer.frame(
            "SELECT version, change, cause_mention_id FROM event_version ORDER BY 1"
        )[1]
        outdated = writer.mentions_of_articles([URL])
    assert (report.articles_changed, report.events_changed) == (1, 1)
    assert versions == [(1, 0, True), (2, 7, False)]
    assert current == [(1, False, 3), (2, True, 3)]
    assert passages == [("delegations met", False), ("met by the lake", True)]
    assert [text for _, text in texts] == [
        "Two delegations met by the river.",
        "Two delegations met by the lake.",
    ]
    assert latest == [(2, "run_1", "run_2")]
    assert history == [
        (1, "new", old.situated[0].mention.mention_id),
        (2, "mentions", other.mention.mention_id),
    ]
    assert outdated == [other]


def test_a_material_change_makes_a_version_and_a_better_headline_does_not(tmp_path):
    first = batch(article(URL))
    [before] = first.events
    reworded = replace(
        before, slots=replace(before.slots, headline="Another wording", confidence=0.5)
    )
    failed = replace(reworded, slots=replace(reworded.slots, status="failed"),
                     conflicts=(Conflict("status", (('"failed"', ("evm_a",)),)),))  # fmt: skip
    with write(tmp_path) as writer:
        writer.commit(first)
        for number, changed in enumerate((reworded, failed), start=2):
            writer.commit(Batch(f"run_{number}", NOW + timedelta(hours=number), events=(changed,)))
        history = writer.frame("SELECT version, change, status FROM event_version ORDER BY 1")[1]
        stored = writer.events([before.event_id])
        conflicts = writer.frame(
            "SELECT slot, value, mention_count, mention_ids FROM event_conflict"
        )[1]
    assert history == [(1, "new", "held"), (2, "status,conflicts", "failed")]
    assert stored[before.event_id] == failed
    assert conflicts == [("status", '"failed"', 1, ["evm_a"])]


def test_merged_events_leave_an_alias_even_twice_over(tmp_path):
    three = batch(article(URL + "/a", "a"), article(URL + "/b", "b"), article(URL + "/c", "c"))
    one, two, third = three.events
    a, b, c = three.situated
    ab = replace(event(a, b, event_id=two.event_id), aliases=(one.event_id,))
    abc = replace(event(a, b, c, event_id=third.event_id), aliases=(one.event_id, two.event_id))
    with write(tmp_path) as writer:
        writer.commit(three)
        assert writer.commit(Batch("run_2", NOW, events=(ab,))).events_gone == 1
        assert writer.commit(Batch("run_3", NOW, events=(abc,))).events_gone == 1
        found = writer.events([one.event_id, two.event_id, third.event_id])
        rows = writer.frame("SELECT event_id FROM event")[1]
        ends = writer.frame("SELECT event_id, change FROM event_version WHERE is_gone")[1]
    assert set(found) == {one.event_id, two.event_id, third.event_id}
    assert set(found.values()) == {abc}
    assert rows == [(third.event_id,)]
    assert sorted(ends) == sorted([(one.event_id, "merged"), (two.event_id, "merged")])


def test_an_event_without_mentions_dissolves(tmp_path):
    first = batch(article(URL))
    with write(tmp_path) as writer:
        writer.commit(first)
        report = writer.commit(Batch("run_2", NOW, dissolved=(first.events[0].event_id,)))
        assert report.events_gone == 1
        assert writer.events([first.events[0].event_id]) == {}
        assert writer.known_event_ids([first.situated[0].mention.mention_id]) == {}


def test_near_duplicates_are_found_by_their_bands_and_not_themselves(tmp_path):
    first, second = article(URL), article(URL + "/copy")
    with write(tmp_path) as writer:
        writer.commit(batch(first))
        found = writer.band_matches({URL + "/copy": second.bands, URL: first.bands, "none": (5,)})
    assert {doc: [match.url for match in matches] for doc, matches in found.items()} == {
        URL + "/copy": [URL]
    }


def test_a_story_knows_who_was_first_and_counts_copies_for_nobody(tmp_path):
    story = short("story_", "s", 16)
    first = article(URL, "one", published=NOW - timedelta(hours=5), source_id="a")
    copy = article(URL + "/copy", "one.", published=NOW - timedelta(hours=4), source_id="b")
    told = article(
        URL + "/told", "uno", published=NOW - timedelta(hours=1), source_id="c", language="fr"
    )
    rows = (
        replace(first, duplicate=DuplicateLink(URL, story, "original")),
        replace(
            copy,
            duplicate=DuplicateLink(copy.coded.document.url, story, "near_duplicate", URL, 0.9),
        ),
        replace(
            told, duplicate=DuplicateLink(told.coded.document.url, story, "same_story", URL, 0.5)
        ),
    )
    with write(tmp_path) as writer:
        writer.commit(Batch("run_1", NOW, articles=rows[1:]))
        writer.commit(Batch("run_2", NOW, articles=rows[:1]))
        [row] = writer.frame("SELECT first_url, article_count, origin_count, languages FROM story")[
            1
        ]
        assert writer.story_sources([story]) == {story: "a"}
        window = writer.story_candidates(NOW - timedelta(hours=4, minutes=1), NOW)
    assert row == (URL, 3, 2, ["en", "fr"])
    assert [c.url for c in window] == [URL + "/copy", URL + "/told"]


def test_characters_no_database_can_hold_do_not_shift_offsets(tmp_path):
    row = article(URL, "a\0b\ud800c \\u0000 literally")
    with write(tmp_path) as writer:
        writer.commit(batch(row))
        [(text,)] = writer.frame("SELECT text FROM article_text")[1]
    assert text == "a\ufffdb\ufffdc \\u0000 literally"


def test_the_catalogue_is_brought_up_to_date_only_where_it_differs(tmp_path):
    source = Source("s", "Post", "rss", "https://f.example", "en", "AAA", "state", "government")
    with write(tmp_path) as writer:
        assert writer.sync_sources([source], NOW) == 1
        assert writer.sync_sources([source], NOW + timedelta(days=1)) == 0
        assert writer.sync_sources([replace(source, name="The Post")], NOW + timedelta(days=2)) == 1
        [row] = writer.frame("SELECT name, first_seen_at, updated_at FROM source")[1]
    assert row == ("The Post", NOW, NOW + timedelta(days=2))


def test_failed_pages_are_due_again_later_and_not_for_ever(tmp_path):
    candidate = Candidate("https://river.example/slow", "river_post", published=NOW)
    gone = Candidate("https://river.example/gone", "river_post")

    def failing(at, error, wanted):
        fetched = capture(wanted.url, at, "", status=0, error=error, candidate=wanted)
        return CaptureRow(fetched, "quarantined", reason=error)

    with write(tmp_path) as writer:
        rows = (failing(NOW, "timeout", candidate), failing(NOW, "gone", gone))
        writer.commit(Batch("run_1", NOW, captures=rows))
        assert writer.due_retries(NOW + timedelta(minutes=9), max_attempts=3) == []
        assert writer.due_retries(NOW + timedelta(minutes=11), max_attempts=3) == [candidate]
        at = NOW + timedelta(minutes=11)
        writer.commit(Batch("run_2", at, captures=(failing(at, "http_503", candidate),)))
        assert writer.due_retries(at + timedelta(minutes=11), max_attempts=3) == []
        assert writer.due_retries(at + timedelta(minutes=41), max_attempts=3) == [candidate]
        assert writer.due_retries(at + timedelta(minutes=41), max_attempts=2) == []


def test_relevant_articles_are_looked_at_again_at_set_ages(tmp_path):
    ages = (timedelta(hours=1), timedelta(hours=6))
    with write(tmp_path) as writer:
        writer.commit(batch(article(URL)))
        assert writer.due_revisits(NOW + timedelta(minutes=59), ages) == []
        at = NOW + timedelta(minutes=61)
        [(url, found)] = writer.due_revisits(at, ages)
        assert (url, found.source_id) == (URL, "river_post")
        looked = CaptureRow(capture(URL, at, "", status=0, error="timeout"), "quarantined")
        writer.commit(Batch("run_2", at, captures=(looked,)))
        assert writer.due_revisits(at, ages) == []
        assert [u for u, _ in writer.due_revisits(NOW + timedelta(hours=7), ages)] == [URL]


def test_archives_are_replayed_until_closed_also_those_no_run_registered(tmp_path):
    (tmp_path / "captures").mkdir()
    (tmp_path / "captures" / "stray.warc.gz").write_bytes(b"")
    with write(tmp_path) as writer:
        writer.open_archive("run.warc.gz", "run_1", NOW)
        given = batch(article(URL))
        writer.commit(given)
        assert [a.warc_file for a in writer.uncommitted_archives()] == [
            "run.warc.gz",
            "stray.warc.gz",
        ]
        assert writer.committed_captures("run.warc.gz") == {given.captures[0].capture.warc_offset}
        writer.close_archive("run.warc.gz", NOW)
        writer.close_archive("stray.warc.gz", NOW)
        assert writer.uncommitted_archives() == []


def test_an_alert_stays_in_the_outbox_until_every_channel_has_it(tmp_path):
    later = NOW + timedelta(minutes=5)
    with write(tmp_path) as writer:
        writer.commit(batch(article(URL)))
        box = writer.outbox
        [item] = box.undecided(10)
        key = item.alert_id
        queued = Decided(key, "console", "queued"), Decided(key, "desk", "skipped", "types: call")
        box.decide([key], queued, NOW)
        assert box.undecided(10) == [] and box.close(["console", "desk"], NOW) == []
        [due] = box.due("console", NOW, 10)
        assert (due.alert_id, due.delivery.attempts) == (key, 0)
        box.mark([Marked(key, "console", "sending")], NOW)
        box.mark([Marked(key, "console", "retry", "no route", later)], NOW)
        assert box.due("console", NOW, 10) == []
        [again] = box.due("console", later, 10)
        assert (again.delivery.state, again.delivery.attempts) == ("retry", 1)
        box.mark([Marked(key, "console", "sending")], later)
        box.mark([Marked(key, "console", "sent", reference="m1")], later)
        assert box.close(["console", "desk"], later) == [(key, "sent")]
        assert [row.reference for row in box.told([item.event_id])] == ["m1"]
        [row] = writer.frame("SELECT state, sent_to, attempts FROM alert_log")[1]
    assert row == ("sent", ["console"], 2)


def test_runs_and_reviews_are_recorded_once(tmp_path):
    review = Review("rev_1", "event", "evt_1", "confirm", NOW)
    ruling = Ruling("rev_1", "confirm", "evm_1", None, NOW)
    batch = replace(Batch("run_1", NOW), reviews=((review, (ruling,)),))
    with write(tmp_path) as writer:
        writer.begin_run("run_1", "ingest", NOW, {"only": ["a"]})
        writer.finish_run("run_1", "complete", NOW + timedelta(seconds=90), {"new": 3}, 0)
        writer.commit(batch)
        writer.commit(batch)
        assert writer.rulings_on(["evm_1"]) == [ruling]
        assert writer.frame("SELECT count(*) FROM review")[1] == [(1,)]
        [row] = writer.frame("SELECT status, seconds, exit_code FROM run_summary")[1]
    assert row == ("complete", 90.0, 0)


def test_every_fetch_of_a_run_is_in_exactly_one_state(tmp_path):
    with write(tmp_path) as writer:
        writer.begin_run("run_1", "ingest", NOW)
        writer.commit(batch(article(URL), article(URL + "/2", "two")))
        [row] = writer.frame("SELECT captured, taken_new, is_balanced FROM capture_ledger")[1]
    assert row == (2, 2, True)
