"""A batch finds its place: copies, revisions, retellings, and what only looks alike."""

from __future__ import annotations

import random
import time
import tomllib
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from transforms.duplicates.digest import text_digest
from transforms.duplicates.link import dedupe, link, story_id
from transforms.duplicates.minhash import signature
from transforms.duplicates.story import StoryFeatures, features
from transforms.records import CodedDocument, Document, EventDate, EventMention, Mention

NOON = datetime(2025, 7, 14, 12, 0, tzinfo=UTC)
NAMES = {
    "upper tarn": "place:upper_tarn",
    "lower tarn": "place:lower_tarn",
    "mill": "place:mill",
    "ann example": "person:ann_example",
    "верхний тарн": "place:upper_tarn",
    "нижний тарн": "place:lower_tarn",
    "мельниц": "place:mill",
    "анна пример": "person:ann_example",
    "water board": "actor:WB",
    "водное управление": "actor:WB",
    "river": "place:river",
    "рек": "place:river",
}


def document(
    url: str,
    text: str,
    *,
    title: str = "Councils agree on one meter",
    language: str = "en",
    published: datetime | None = NOON,
    events: tuple[EventMention, ...] = (),
) -> CodedDocument:
    lowered = text.lower()
    mentions = []
    for form, entity in NAMES.items():
        at = lowered.find(form)
        while at >= 0:
            mentions.append(Mention(entity, text[at : at + len(form)], at, at + len(form)))
            at = lowered.find(form, at + 1)
    return CodedDocument(
        Document(
            doc_id=url.rsplit("/", 1)[-1],
            url=url,
            source_id=None,
            title=title,
            text=text,
            language=language,
            language_confidence=1.0,
            published=published,
            published_basis=None,
            published_is_day=False,
            author=None,
            site_name=None,
            segments=(),
            removed=(),
            text_digest=text_digest(text),
            signature=signature(text),
        ),
        relevant=True,
        mentions=tuple(mentions),
        events=events,
    )


def taken(*arguments: str, **more: object) -> StoryFeatures:
    return features(document(*arguments, **more))  # type: ignore[arg-type]


TEXTS = {
    name: text.strip()
    for name, text in tomllib.loads(
        (Path(__file__).parent / "fictional_stories.toml").read_text(encoding="utf-8")
    ).items()
}
STORY, SPUN, TRANSLATED = TEXTS["story"], TEXTS["spun"], TEXTS["translated"]
OTHER_REPORT, REPORT = TEXTS["other_report"], TEXTS["report"]
EXPANDED = f"{STORY}\n{TEXTS['expansion']}"


def relation_of(first: StoryFeatures, second: StoryFeatures, *others: StoryFeatures) -> str:
    found = link([second], [first, *others])
    return found[0].relation


def test_a_copy_under_another_address_is_the_same_text():
    first = taken("https://a.example/1", STORY)
    copy = taken("https://b.example/1", STORY.upper(), published=NOON + timedelta(hours=1))
    (found,) = link([copy], [first])
    assert (found.relation, found.of, found.similarity) == ("same_text", first.url, 1.0)
    assert found.story == story_id(first.url)


def test_an_edited_copy_is_a_near_duplicate():
    edited = STORY.replace("declined to name a price", "did not say what it costs")
    assert relation_of(
        taken("https://a.example/1", STORY), taken("https://b.example/1", edited)
    ) == ("near_duplicate")


def test_an_expansion_is_a_near_duplicate_of_its_first_version():
    flash = "\n".join(STORY.split("\n")[:3])
    first = taken("https://a.example/1", flash)
    longer = taken("https://b.example/1", EXPANDED, published=NOON + timedelta(hours=3))
    assert relation_of(first, longer) == "near_duplicate"


def test_daily_reports_from_one_template_are_different_news():
    monday = taken("https://a.example/1", REPORT.format(day=14, count=7), title="Night watch")
    tuesday = taken(
        "https://a.example/2",
        REPORT.format(day=15, count=11),
        title="Night watch",
        published=NOON + timedelta(days=1),
    )
    assert relation_of(monday, tuesday) == "original"


def test_other_news_over_the_same_background_is_other_news():
    background = "\n".join(EXPANDED.split("\n")[1:])
    one = taken(
        "https://a.example/1",
        "The sluice was opened by a storm.\n" + background,
        title="Storm opens sluice",
    )
    two = taken(
        "https://a.example/2",
        "A bill for the repair has arrived, and nobody in the valley wishes to pay any part of it. "
        "Lawyers were called, then sent home again, then called once more on Friday.\n"
        "The firm asks for its money within a month and says that it will otherwise take back "
        "every bolt and washer it has brought.\n" + background,
        title="Repair bill divides the valley's lawyers",
        published=NOON + timedelta(days=2),
    )
    assert relation_of(one, two) != "same_text"
    assert relation_of(one, two) != "near_duplicate"


def test_a_spun_copy_is_the_same_story():
    first = taken("https://a.example/1", STORY)
    spun = taken("https://b.example/1", SPUN, title="Hamlets concur on a single gauge")
    assert relation_of(first, spun) == "same_story"


def test_a_translation_is_the_same_story():
    first = taken("https://a.example/1", STORY)
    translated = taken(
        "https://b.example/1", TRANSLATED, language="ru", title="Советы договорились"
    )
    assert relation_of(first, translated) == "same_story"


def test_an_independent_report_of_the_same_event_is_an_original():
    first = taken("https://a.example/1", STORY)
    for language in ("en", "fr"):
        other = taken("https://b.example/1", OTHER_REPORT, language=language, title="A meter")
        assert relation_of(first, other) == "original"


def test_a_translation_a_week_later_is_not_linked():
    first = taken("https://a.example/1", STORY)
    late = taken(
        "https://b.example/1", TRANSLATED, language="ru", published=NOON + timedelta(days=7)
    )
    assert relation_of(first, late) == "original"


def test_events_of_different_days_keep_two_tellings_apart():
    def meeting(day: int) -> tuple[EventMention, ...]:
        when = EventDate(date(2025, 7, day), date(2025, 7, day), "day")
        return (EventMention("evm_1", "talks", "held", date=when),)

    first = taken("https://a.example/1", STORY, events=meeting(13))
    second = taken("https://b.example/1", TRANSLATED, language="ru", events=meeting(14))
    assert relation_of(first, second) == "original"
    same = taken("https://b.example/1", TRANSLATED, language="ru", events=meeting(13))
    assert relation_of(first, same) == "same_story"


def test_a_changed_text_at_a_known_address_is_a_revision():
    stored = replace(taken("https://a.example/1", STORY), story="story_0123456789abcdef")
    changed = taken("https://a.example/1", STORY + "\nThe clerk has since corrected a figure.")
    (found,) = link([changed], [stored], {stored.url: stored})
    assert (found.relation, found.of, found.story) == ("revision", stored.url, stored.story)
    assert found.similarity is not None
    assert 0.5 < found.similarity < 1


def test_a_story_grows_through_its_members():
    stored = replace(taken("https://a.example/1", STORY), story="story_0123456789abcdef")
    spun = taken("https://b.example/1", SPUN, title="Gauge", published=NOON + timedelta(hours=2))
    copy_of_spun = taken(
        "https://c.example/1", SPUN, title="Gauge", published=NOON + timedelta(hours=4)
    )
    found = link([copy_of_spun, spun], [stored])
    assert {f.story for f in found} == {"story_0123456789abcdef"}
    assert [f.relation for f in found] == ["same_text", "same_story"]
    assert found[0].of == spun.url


def test_short_texts_are_not_alike():
    one = taken("https://a.example/1", "Photo of the day")
    assert relation_of(one, taken("https://b.example/1", "Photo of the day")) == "original"


BATCH = [
    taken("https://a.example/1", STORY),
    taken("https://b.example/1", STORY, published=NOON + timedelta(hours=1)),
    taken("https://c.example/1", SPUN, published=NOON + timedelta(hours=2)),
    taken("https://d.example/1", TRANSLATED, language="ru", published=NOON + timedelta(hours=3)),
    taken("https://e.example/1", OTHER_REPORT, title="A meter", published=NOON),
    taken("https://f.example/1", REPORT.format(day=14, count=7), published=None),
    taken("https://g.example/1", EXPANDED, published=NOON + timedelta(hours=5)),
]


@settings(max_examples=30, deadline=None)
@given(st.permutations(range(len(BATCH))))
def test_the_order_inside_a_batch_changes_nothing(order):
    expected = {found.doc: found for found in link(BATCH, [])}
    found = link([BATCH[i] for i in order], [])
    assert [f.doc for f in found] == [BATCH[i].url for i in order]
    assert {f.doc: f for f in found} == expected


@pytest.mark.parametrize("item", BATCH)
def test_features_are_stored_and_read_back_unchanged(item):
    assert StoryFeatures.from_json(item.to_json()) == item
    assert StoryFeatures.from_plain(item.to_plain()) == item


def test_documents_without_a_warehouse_get_the_contracts_objects():
    documents = [
        document("file:two", STORY, published=NOON + timedelta(hours=1)),
        document("file:one", STORY),
        document("https://a.example/3", OTHER_REPORT, title="A meter"),
        document(
            "https://a.example/3",
            OTHER_REPORT + " A last word.",
            title="A meter",
            published=NOON + timedelta(hours=1),
        ),
    ]
    found = dedupe(documents)
    assert [f["id"] for f in found] == ["file:two", "file:one", "3", "3"]
    assert [f["relation"] for f in found] == ["same_text", "original", "original", "revision"]
    assert found[0]["of"] == "file:one"
    assert found[0]["story"] == found[1]["story"]
    assert found[1]["of"] is None
    assert set(found[0]) == {"id", "story", "relation", "of", "similarity"}


def test_a_batch_against_many_known_texts_costs_milliseconds_each():
    dice = random.Random(7)
    vocabulary = [f"w{i}" for i in range(3000)]
    known = [
        replace(
            taken(
                f"https://k.example/{i}",
                " ".join(dice.choices(vocabulary, k=200)) + ". " + STORY.split("\n")[i % 5],
                title=" ".join(dice.choices(vocabulary, k=6)),
            ),
            story=f"story_{i:016x}",
        )
        for i in range(600)
    ]
    started = time.perf_counter()
    link(BATCH, known)
    assert time.perf_counter() - started < 3
