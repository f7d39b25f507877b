"""A page that mixes languages is coded sentence by sentence, each in its own."""

import pytest

from flows.stages.transform import build_pipeline
from transforms.language import language_runs
from transforms.records import RawDocument

_ENGLISH = (
    "The foreign ministers of Armenia and Azerbaijan, Ararat Mirzoyan and Jeyhun Bayramov, "
    "met in Tbilisi on 26 January 2027, the Georgian foreign ministry said."
)
_RUSSIAN = (
    "Лидеры Армении и Азербайджана Никол Пашинян и Ильхам Алиев встретились в Дохе "
    "15 марта 2027 года при посредничестве Катара."
)


def test_each_paragraph_is_read_in_its_own_language() -> None:
    raw = RawDocument("mixed", None, f"{_ENGLISH}\n{_RUSSIAN}", content_type="text/plain")
    coded = build_pipeline().process(raw)
    told = {(e.type, e.evidence[0].language, e.venue and e.venue.id) for e in coded.events}
    assert told == {
        ("ministers_talks", "en", "place:tbilisi"),
        ("leaders_talks", "ru", "place:doha"),
    }
    surfaces = {coded.document.text[m.start : m.end] for m in coded.mentions if not m.in_title}
    assert {"Ararat Mirzoyan", "Алиев"} & surfaces


@pytest.mark.parametrize("text", [_ENGLISH, f"{_ENGLISH}\n{_ENGLISH}", f"{_ENGLISH}\nBaku."])
def test_a_text_in_one_language_has_no_runs(text: str) -> None:
    assert language_runs(text, "en", {"en", "ru"}) == ()


def test_runs_cover_the_text_in_order() -> None:
    text = f"{_RUSSIAN}\nКоротко.\n{_ENGLISH}"
    runs = language_runs(text, "en", {"en", "ru"})
    assert [run.language for run in runs] == ["ru", "en"]
    assert runs[0].start == 0
    assert runs[-1].end == len(text)
