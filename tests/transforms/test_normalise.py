"""Text in one form, with its way back."""

from __future__ import annotations

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from transforms.normalise import clean, clean_mapped, fold, segments

MESSY = st.text(
    alphabet=st.one_of(
        st.sampled_from(" \u00a0\u200b\u200c\u00ad\ufeff\t\u2009\r\nе́éйёİğ"),
        st.characters(codec="utf-8"),
    ),
    max_size=60,
)


@given(MESSY)
def test_cleaning_twice_changes_nothing_more(text):
    assert clean(clean(text)) == clean(text)


@given(MESSY, st.integers(0, 1000))
def test_every_character_points_to_one_that_stands_for_it(text, offset):
    cleaned, positions = clean_mapped(text, offset)
    assert cleaned == clean(text)
    assert len(positions) == len(cleaned)
    assert positions == sorted(positions)
    for char, position in zip(cleaned, positions, strict=True):
        original = text[position - offset]
        base = unicodedata.normalize("NFD", char)[0]
        # A letter that NFC always takes apart (U+0A59) gives several characters, all its own.
        assert original == char or char == " " or base in unicodedata.normalize("NFD", original)


@given(MESSY)
def test_segments_cover_the_whole_of_a_line(text):
    cleaned, positions = clean_mapped(text, 7)
    runs = segments(positions)
    assert sum(run.length for run in runs) == len(cleaned)
    for run in runs:
        assert positions[run.start] == run.source_start


def test_odd_spaces_become_plain_and_invisibles_go():
    assert clean("a\u00a0\u2009b\u00adc\u200bd\ufeff ") == "a bcd"


def test_the_joiner_that_separates_morphemes_is_kept():
    word = "می\u200cشود"
    assert clean(f" {word}\u200c ") == word


def test_decomposed_letters_are_composed():
    assert clean("и\u0306") == "й"


def test_folding_ignores_case_punctuation_and_spelling_habits():
    assert fold("“İlk  Görüş”, dedi!") == fold("ilk görüş dedi")
    assert fold("Ի՞նչ") == fold("ինչ")
    assert fold("می\u200cشود") == fold("میشود")
    assert fold("") == ""
