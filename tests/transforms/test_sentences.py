from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dossiers.languages import load_languages
from transforms.sentences import Span, paragraphs, split

LANGUAGES = load_languages()


def sentences(text: str, code: str) -> list[str]:
    return [text[s.start : s.end] for s in split(text, LANGUAGES[code])]


CASES = [
    ("en", ["The U.S. envoy met Dr. Lane at St. Mark's.", "She left at 5 p.m. on Oct. 3."]),
    ("en", ["He asked: “Is it over?”", "Nobody knew."]),
    ("en", ['"It is over," said J. F. Lane.', '"We go home."', "They did."]),
    ("en", ["Prices rose 3.5 percent.", "No. 7 stayed shut.", "Why?"]),
    ("en", ["“Will you come?” she asked the envoy.", "He nodded…", "Then he left!"]),
    ("en", ["The answer was “no.”", "Nothing followed."]),
    ("en", ["Inc. magazine wrote it.", "Shops, cafes, etc. were shut.", "All of them."]),
    ("ru", ["В 2025 г. на ул. Мира им. А. С. Попова было тихо.", "Потом всё изменилось."]),
    ("ru", ["«Мы готовы!» — сказал посол.", "И т. д. и т. п. не последовало."]),
    ("ru", ["Он спросил: «Когда?»", "Ответа не было."]),
    ("hy", ["Նա եկավ։", "Ի՞նչ ասաց նա:", "Ոչինչ չասաց։"]),
    ("az", ["Dr. Kərimli gəldi.", "Alma, armud və s. gətirdi.", "Sonra getdi."]),
    ("az", ["S.K. imzaladı.", "Görüş bitdi."]),
    ("tr", ["Prof. Dr. Kaya 8. turda konuştu.", "Elma, armut vb. geldi.", "Sonra gitti."]),
    ("ka", ["ე.წ. ხაზი დაიხურა.", "ქ. თელავში წვიმდა.", "რა მოხდა?"]),
    ("fa", ["او آمد.", "چه گفت؟", "هیچ نگفت!"]),
    ("fr", ["M. Dupont a vu le Dr Martin.", "« Est-ce fini ? »", "Oui, etc.", "Fin."]),
]


@pytest.mark.parametrize(("code", "expected"), CASES)
def test_sentences_end_where_a_reader_would_say(code: str, expected: list[str]) -> None:
    assert sentences(" ".join(expected), code) == expected


@pytest.mark.parametrize("code", sorted(LANGUAGES))
def test_a_line_feed_always_ends_a_sentence(code: str) -> None:
    assert sentences("Alfa beta\n\n  Gamma\n", code) == ["Alfa beta", "Gamma"]


def test_a_missing_space_after_the_stop_does_not_join_sentences() -> None:
    assert sentences("They left.Then it rained.", "en") == ["They left.", "Then it rained."]
    assert sentences("See news.example.org now.", "en") == ["See news.example.org now."]


def test_paragraphs_are_trimmed_lines() -> None:
    assert paragraphs(" a \n\n\tb") == (Span(1, 2), Span(6, 7))
    assert paragraphs(" \n ") == ()


@given(
    text=st.text(alphabet='ab Cd.!?։:؟…"”»)\n 1’Ա', max_size=80),
    code=st.sampled_from(sorted(LANGUAGES)),
)
def test_sentences_hold_everything_but_white_space_in_order(text: str, code: str) -> None:
    spans = split(text, LANGUAGES[code])
    assert list(spans) == sorted(spans)
    assert all(a.end <= b.start for a, b in pairwise(spans))
    kept = "".join(text[s.start : s.end] for s in spans)
    assert "".join(kept.split()) == "".join(text.split())
    assert all(text[s.start : s.end].strip() == text[s.start : s.end] for s in spans)
    assert not any("\n" in text[s.start : s.end] for s in spans)


@given(text=st.text(max_size=80), code=st.sampled_from(sorted(LANGUAGES)))
def test_any_text_can_be_split(text: str, code: str) -> None:
    for span in split(text, LANGUAGES[code]):
        assert text[span.start : span.end].strip()
