from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dossiers.languages import load_languages
from transforms.tokens import tokenise

LANGUAGES = load_languages()


@pytest.mark.parametrize(
    ("code", "text", "words"),
    [
        ("en", "The envoy’s well-known U.S. ally left.", "The envoy’s well-known U.S ally left"),
        ("ru", "Премьер-министр, ещё раз!", "Премьер-министр ещё раз"),
        ("hy", "Ի՞նչ ասաց նա։", "Ի՞նչ ասաց նա"),
        ("az", "2025-ci ilin sonunda", "2025-ci ilin sonunda"),
        ("tr", "Ankara'da görüştü.", "Ankara'da görüştü"),
        ("ka", "ის მოვიდა, წავიდა.", "ის მოვიდა წავიდა"),
        ("fa", "می‌گوید: نه", "می‌گوید نه"),
        ("fr", "L’homme d'État, aujourd'hui", "L’homme d'État aujourd'hui"),
    ],
)
def test_words_keep_their_inner_apostrophes_hyphens_and_marks(
    code: str, text: str, words: str
) -> None:
    assert [t.text for t in tokenise(text, 0, len(text), LANGUAGES[code])] == words.split()


def test_folded_words_can_be_compared_with_word_lists() -> None:
    text = "ԵՐԵՎԱՆ Ի՞նչ"
    assert [t.folded for t in tokenise(text, language=LANGUAGES["hy"])] == ["երևան", "ինչ"]


@given(text=st.text(max_size=80), code=st.sampled_from(sorted(LANGUAGES)), cut=st.integers(0, 80))
def test_offsets_are_into_the_whole_text(text: str, code: str, cut: int) -> None:
    start = min(cut, len(text))
    tokens = tokenise(text, start, len(text), LANGUAGES[code])
    assert all(t.start >= start and text[t.start : t.end] == t.text for t in tokens)
    assert all(a.end <= b.start for a, b in pairwise(tokens))
    if start == 0:
        covered = {i for t in tokens for i in range(t.start, t.end)}
        assert all(i in covered for i, char in enumerate(text) if char.isalnum())
