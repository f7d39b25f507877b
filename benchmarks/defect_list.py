"""The kinds of defects that `benchmarks.defects` plants, suite by suite."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from benchmarks.clean_batches import NOW, Row
from benchmarks.defects import TOMORROW, ZERO, Change, Defect
from expectations.profile import load_profile

WALL = "\n".join(["We value your privacy", "Accept all", "Manage preferences", "Cookie policy"])


def _text(text: str, **more: Any) -> dict[str, Any]:
    return {"text": text, "text_length": len(text), "first_line": None, "last_line": None, **more}


def _wall(kind: str) -> Change:
    def change(row: Row) -> dict[str, Any]:
        from dossiers.boilerplate import load_rules

        return _text("\n".join(dict.fromkeys(getattr(load_rules(), kind)[:4])))

    return change


def _mojibake(row: Row) -> dict[str, Any]:
    text = "Переговоры в столице продолжаются. " + row["text"]
    return _text(text.encode().decode("latin-1"))


def _of_suite(suite: str, *defects: tuple[Any, ...]) -> list[Defect]:
    made = []
    for what, check, change, *more in defects:
        made.append(Defect(what, suite, check, change, **(more[0] if more else {})))
    return made


TWICE = {"twice": True}
CAPTURES = _of_suite(
    "captures",
    ("a capture told twice", "capture_told_once", None, TWICE),
    ("a capture without an address", "capture_has_address", {"url": ""}),
    ("a status no server gives", "capture_status_is_of_http", {"status": 999}),
    ("a clock two days ahead", "capture_not_from_the_future", {"fetched_at": TOMORROW}),
    ("a clock never set", "capture_of_the_age_of_the_web", {"fetched_at": ZERO}),
    ("a digest cut short", "capture_digest_is_sha256", {"digest": "sha256:0a1b"}),
    ("an empty answer", "capture_has_body", {"size_bytes": 0}),
    ("an answer of 3 GB", "capture_not_too_large", {"size_bytes": 3_000_000_000}),
    ("a film", "capture_is_text", {"content_type": "video/mp4"}),
    ("no answer and no reason", "capture_failure_is_explained", {"status": 0, "error": None}),
    ("a state that is none", "capture_outcome_known", {"outcome": "lost"}),
    ("refused for no reason", "capture_refusal_is_explained", {"outcome": "quarantined"}),
    ("taken in, and no article", "capture_led_to_its_article", {"is_article_there": False}),
    ("bytes that were not kept", "capture_is_kept_whole", {"warc_file": None}),
)
ARTICLES = _of_suite(
    "articles",
    ("an article told twice", "article_told_once", {"is_told_once": False}),
    ("an article without an address", "article_has_address", {"url": "  "}),
    ("a blank text", "article_has_text", _text("\n \u00a0\n")),
    ("replacement characters", "article_text_is_readable",
     lambda row: _text(row["text"].replace("a", "\ufffd").replace("е", "\ufffd"))),
    ("UTF-8 read as Latin-1", "article_text_is_readable", _mojibake),
    ("windows-1251 read as Latin-1", "article_text_is_readable",
     _text("Ïåðåãîâîðû â ñòîëèöå ïðîäîëæàþòñÿ âòîðîé äåíü. " * 20)),
    ("a consent page", "article_text_is_no_consent_page", _wall("consent")),
    ("a block page", "article_text_is_no_block_page", _wall("block")),
    ("an error page", "article_text_is_no_error_page", _wall("not_found")),
    ("a paywall", "article_text_is_no_paywall", _wall("paywall")),
    ("tags in the text", "article_text_is_free_of_markup",
     lambda row: _text('<div class="story"><p>' + row["text"] + "</p></div>")),
    ("a script in the text", "article_text_is_free_of_markup",
     lambda row: _text("function(w) { w.push(1) }\n" + row["text"])),
    ("metadata in the text", "article_text_is_free_of_markup",
     lambda row: _text('{ "@type": "NewsArticle" }\n' + row["text"])),
    ("mostly addresses", "article_text_is_more_than_links",
     _text("\n".join(f"See https://outlet.invalid/news/{n}/a-long-address" for n in range(30)))),
    ("a list of headings", "article_text_is_more_than_links",
     _text("\n".join(f"Valley council meets, item {n}" for n in range(30)))),
    ("a length that is not the text's", "article_text_length_is_true", {"is_length_true": False}),
    ("an article's digest cut short", "article_digest_is_sha256", {"text_digest": "sha256:0"}),
    ("a date in the future", "article_published_not_in_the_future", {"published_at": TOMORROW}),
    ("an epoch date", "article_published_in_the_age_of_the_web", {"published_at": ZERO}),
    ("older than its address", "article_published_not_before_its_address",
     {"url": "https://o.invalid/2026/05/04/talks", "published_at": NOW - timedelta(days=3000)}),
    ("a renewed date", "article_published_not_long_after_its_address",
     {"url": "https://o.invalid/2019/05/04/talks", "published_at": NOW - timedelta(days=1)}),
    ("no date", "article_has_date", {"published_at": None}),
    ("the site's name for a title", "article_title_is_not_the_site",
     {"title": "The Valley Post", "site_name": "The Valley Post"}),
    ("the outlet's name for a title", "article_title_is_not_the_site",
     {"title": "valley post ", "outlet": "Valley Post"}),
    ("a garbled title", "article_title_is_readable", {"title": "Talks in the cap\ufffdtal"}),
    ("markup in the title", "article_title_is_free_of_markup",
     {"title": 'Talks <a href="https://o.invalid">open</a>'}),
    ("a paragraph for a title", "article_title_is_short",
     {"title": "Talks " * 100, "title_chars": 600}),
    ("one title over many texts", "article_title_is_its_own",
     {"title": "Latest news of the valley", "source_id": "source-0"}, {"rows": 6}),
    ("one first line over many texts", "article_opening_is_its_own",
     {"first_line": "Subscribe to our channel for more", "source_id": "source-1"}, {"rows": 6}),
    ("one last line over many texts", "article_ending_is_its_own",
     {"last_line": "Reprinting only with a link to us", "source_id": "source-2"}, {"rows": 6}),
    ("a relevant text that names nobody", "relevant_text_has_mentions",
     {"is_relevant": True, "mention_count": 0, "mention_rate": None}),
    ("a copy of the seed corpus", "relevant_not_copy_of_reference",
     {"is_relevant": True, "reference_similarity": 0.97}),
    ("a copy without its original", "article_copy_names_its_original",
     {"relation": "near_duplicate", "duplicate_of_url": None}),
    ("titles gone", "article_has_title", {"title": None}, {"share": 0.7}),
    ("languages unknown", "article_language_known", {"language": "und"}, {"share": 0.2}),
    ("texts in another language", "article_language_as_declared",
     lambda row: {"declared_language": "ka" if row["language"] != "ka" else "fr",
                  "text_length": 900, "language_confidence": 0.99}, {"share": 0.3}),
    ("excerpts for texts", "article_length_like_reference", {"text_length": 40}, {"share": 0.3}),
    ("mentions no longer found", "relevant_mention_rate_like_reference",
     {"is_relevant": True, "mention_rate": 0.05}, {"share": 0.9}),
)  # fmt: skip
MENTIONS = _of_suite(
    "mentions",
    ("offsets one off", "mention_is_inside_its_text",
     lambda row: {"found": row["found"][1:] + "x"}),
    ("offsets outside the text", "mention_is_inside_its_text", {"found": None}),
    ("a mention of nothing", "mention_has_surface", {"surface": " ", "found": " "}),
    ("an entity nobody knows", "mention_of_known_entity", {"entity_id": "actor:NOBODY"}),
    ("an offset below zero", "mention_starts_in_its_text", {"start_char": -4}),
    ("an end before the start", "mention_ends_after_its_start", {"start_char": 90, "end_char": 80}),
    ("a sentence for a name", "mention_is_a_name", {"surface_chars": 300}),
    ("a mention told twice", "mention_told_once", None, TWICE),
)  # fmt: skip


def _slots(suite: str, name: str, told: str) -> list[Defect]:
    """What can be wrong with the slots of an event, or of a passage that tells one."""
    defects: tuple[tuple[Any, ...], ...] = (
        ("a type that is none", "type_known", {"type": "summit_of_sorts"}),
        ("a speech act that was held", "status_allowed", {"type": "appeal", "status": "held"}),
        ("nobody's event", "has_party", {"parties": []}),
        ("an unknown party", "parties_known", {"parties": ["actor:NOBODY"]}),
        ("an unknown third party", "third_parties_known", {"third_parties": ["actor:NOBODY"]}),
        ("an unknown person", "persons_known", {"persons": ["person:nobody"]}),
        ("a third party that is a party too", "third_party_is_no_party",
         lambda row: {"third_parties": [*row["third_parties"], *row["parties"][:1]]},
         {"where": lambda row: bool(row["parties"])}),
        ("a mediator who is no third party", "mediators_are_third_parties",
         {"mediators": ["actor:UNKNOWN"]}),
        ("a host who is no third party", "hosts_are_third_parties", {"hosts": ["actor:UNKNOWN"]}),
        ("a track that is none", "track_known", {"track": "NO-TRACK"}),
        ("a venue that is no place", "venue_is_a_place", {"venue": "person:somebody"}),
        ("a venue in another country", "venue_in_its_country",
         {"venue": "place:geneva", "venue_country": "NZL"}),
        ("spoken at no place", "made_at_a_place", {"made_at": "concept:peace"}),
        ("an end before the beginning", "dates_in_order",
         {"date_start": date(2024, 5, 4), "date_end": date(2024, 5, 1)}),
        ("a day that lasts a year", "date_fits_its_precision",
         {"date_precision": "day", "date_start": date(2023, 1, 1), "date_end": date(2023, 12, 31)}),
        ("an unknown date that is known", "date_fits_its_precision",
         {"date_precision": "unknown", "date_start": date(2023, 1, 1)}),
        ("a precision that is none", "precision_known", {"date_precision": "fortnight"}),
        ("a novelty that is none", "novelty_known", {"novelty": "sensational"}),
        ("a confidence of 1.7", "confidence_is_a_share", {"confidence": 1.7}),
        ("a CAMEO code of words", "cameo_is_a_code", {"cameo": "mediate"}),
        ("no headline", "has_headline", {"headline": ""}),
        ("a headline with markup", "headline_is_free_of_markup",
         {"headline": "Talks <script>alert(1)</script> held"}),
        ("held after its report", "done_before_its_report",
         {"status": "held", "type": "talks", "date_precision": "day",
          "date_start": date(2029, 12, 30), "date_end": date(2029, 12, 30),
          "published_at": NOW - timedelta(days=60), "first_published_at": NOW - timedelta(days=61),
          "last_published_at": NOW - timedelta(days=60)}),
    )  # fmt: skip
    return _of_suite(suite, *((f"{what} ({told})", f"{name}_{c}", *r) for what, c, *r in defects))


EVENT_MENTIONS = [
    *_of_suite(
        "event_mentions",
        ("a passage told twice", "event_mention_told_once", None, TWICE),
        ("no evidence", "evidence_is_there", {"quote": None, "found": None}),
        ("evidence outside the text", "evidence_is_inside_its_text", {"found": None}),
        ("evidence of another sentence", "evidence_is_inside_its_text", {"found": "Rain fell."}),
        ("a word for evidence", "evidence_is_a_passage", {"quote": "met", "found": "met"}),
        ("a role that is none", "event_mention_roles_known", {"roles": ["kingmaker"]}),
        ("planned for years ago, as news", "event_mention_planned_for_later",
         {"type": "talks", "status": "planned", "novelty": "new", "date_precision": "day",
          "date_start": date(2020, 1, 1), "date_end": date(2020, 1, 1),
          "published_at": NOW - timedelta(days=9)}),
        ("announced after its report", "event_mention_announced_before_its_report",
         {"announced_on": date(2029, 12, 30), "published_at": NOW - timedelta(days=90)}),
    ),
    *_slots("event_mentions", "event_mention", "passage"),
]  # fmt: skip
EVENTS = [
    *_of_suite(
        "events",
        ("an event told twice", "event_told_once", None, TWICE),
        ("an event nobody tells", "event_has_an_origin", {"origins": [], "origin_count": 0}),
        ("origins counted wrongly", "event_has_an_origin", {"origin_count": 9}),
        ("an event without passages", "event_has_members", {"member_count": 0}),
        ("a passage in two events", "event_shares_no_mention",
         {"is_alone_with_its_mentions": False}),
        ("signed, then merely planned", "event_does_not_climb_down",
         {"type": "agreement", "status": "planned", "earlier_status": "signed"}),
        ("last told before it was first told", "event_last_told_after_first",
         {"first_published_at": NOW - timedelta(days=3), "last_published_at": ZERO}),
        ("told in the future", "event_not_told_in_the_future",
         {"last_published_at": TOMORROW}),
    ),
    *_slots("events", "event", "event"),
]  # fmt: skip
SOURCES = _of_suite(
    "sources",
    ("a source without an address", "source_has_address", {"url": None}),
    ("a language that is no code", "source_language_is_a_code", {"language": "English"}),
    ("a country that is no code", "source_country_is_a_code", {"country": "Georgia"}),
    ("a source that fails on and on", "source_answers", {"error_count": 12}),
    ("a source that is gone", "source_not_retired", {"is_alive": False}),
    ("a source gone silent", "source_not_silent", {"is_silent": True}),
) + [
    Defect(what, "sources", check, change, share=0.2)
    for what, check, change in (
        ("a week of five times the articles", "source_volume_follows_its_history",
         {"volume_deviation": 9.0}),
        ("hardly anything relevant any more", "source_relevance_follows_its_history",
         {"relevance_deviation": -7.0}),
        ("another mix of languages", "source_language_mix_follows_its_history",
         {"language_deviation": 8.0}),
        ("texts half as long as ever", "source_length_follows_its_history",
         {"length_deviation": -6.0}),
        ("relevant texts of a line", "source_length_like_reference",
         {"recent_relevant_count": 20, "recent_median_chars": 90.0}),
        ("relevant texts full of names", "source_mention_rate_like_reference",
         {"recent_relevant_count": 20,
          "recent_mention_rate": 9 * load_profile().median_mention_rate}),
    )
]  # fmt: skip
RUNS = _of_suite(
    "runs",
    ("a run told twice", "run_told_once", None, TWICE),
    ("a state of a run that is none", "run_status_known", {"status": "sleeping"}),
    ("a run killed in its course", "run_finished", {"is_over": False}),
    ("a run that failed", "run_did_not_fail", {"status": "failed", "exit_code": 1}),
    ("a clock set back", "run_ends_after_its_start", {"finished_at": NOW - timedelta(days=9)}),
    ("a run of tomorrow", "run_not_from_the_future",
     {"started_at": TOMORROW, "finished_at": TOMORROW}),
    ("most pages refused", "run_quarantines_few", {"quarantined_share": 0.8}),
    ("no source reached", "run_reaches_sources", {"is_connected": False}),
) + [
    Defect(what, "runs", check, change, share=0.1)
    for what, check, change in (
        ("alerts that wait for days", "run_alerts_settled", {"late_count": 4}),
        ("complete, and exit code 3", "run_code_fits_its_status", {"exit_code": 3}),
        ("an alert of no event", "run_alerts_tell_of_events", {"lost_count": 1}),
    )
]  # fmt: skip
DEFECTS = (*CAPTURES, *ARTICLES, *MENTIONS, *EVENT_MENTIONS, *EVENTS, *SOURCES, *RUNS)
