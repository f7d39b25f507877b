from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dossiers.languages import load_languages
from transforms.folding import fold, fold_word

LANGUAGES = load_languages()
CODES = st.sampled_from(sorted(LANGUAGES))
LETTERS = st.text(alphabet="aIİıiŞёЁևեւվԵՒՎ՞՛\u200cيىكکـةآأ’‘“«–\u00a0 .ßﬁ۱۲\u0307ა", max_size=40)


@pytest.mark.parametrize(
    ("code", "one", "other"),
    [
        ("tr", "İSTANBUL", "istanbul"),
        ("az", "BAKI", "bakı"),
        ("az", "Әliyev", "əliyev"),
        ("ru", "Артём", "артем"),
        ("hy", "Երեւան", "Երևան"),
        ("hy", "ԵՐԵՎԱՆ", "երևան"),
        ("hy", "Ի՞նչ", "ինչ"),
        ("fa", "علی‌اف", "علیاف"),
        ("fa", "علي", "علی"),
        ("fa", "كوه", "کوه"),
        ("fa", "۱۴۰۴", "1404"),
        ("fr", "États", "etats"),
        ("en", "Erdoğan’s", "erdogan's"),
        ("en", "i\u0307", "i"),
    ],
)
def test_spelling_variants_fold_to_one(code: str, one: str, other: str) -> None:
    assert fold_word(one, LANGUAGES[code]) == fold_word(other, LANGUAGES[code])


def test_letters_that_tell_words_apart_stay_apart() -> None:
    assert fold_word("görüşmədə", LANGUAGES["az"]) != fold_word("görüşmədi", LANGUAGES["az"])
    assert fold_word("آذر", LANGUAGES["fa"]) != fold_word("آزار", LANGUAGES["fa"])


@given(text=st.one_of(LETTERS, st.text(max_size=60)), code=CODES)
def test_each_folded_character_knows_where_it_came_from(text: str, code: str) -> None:
    folded = fold(text, LANGUAGES[code])
    starts = list(folded.map)
    assert len(starts) == len(folded.text) + 1
    assert len(folded.ends) == len(folded.text)
    assert starts == sorted(starts)
    assert starts[-1] == len(text)
    for index in range(len(folded.text)):
        start, end = folded.span(index, index + 1)
        assert 0 <= start < end <= len(text)


@given(text=LETTERS, code=CODES)
def test_folding_the_original_of_a_folded_span_gives_it_again(text: str, code: str) -> None:
    folded = fold(text, LANGUAGES[code])
    for index in range(len(folded.text)):
        start, end = folded.span(index, index + 1)
        assert fold(text[start:end], LANGUAGES[code]).text == folded.text[index]


@given(text=LETTERS, code=CODES)
def test_folding_twice_changes_nothing(text: str, code: str) -> None:
    once = fold(text, LANGUAGES[code]).text
    assert fold(once, LANGUAGES[code]).text == once


def test_an_empty_span_is_empty_in_the_original() -> None:
    folded = fold("Ի՞նչ", LANGUAGES["hy"])
    assert folded.text == "ինչ"
    assert folded.span(0, 3) == (0, 4)
    assert folded.span(1, 1) == (2, 2)
