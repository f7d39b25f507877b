"""Sketches of texts: stable, permutation-proof, and as good as theory says."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.duplicates.digest import text_digest
from transforms.duplicates.minhash import (
    BANDS,
    SHINGLE_WORDS,
    SIZE,
    bands,
    bands_of_many,
    estimated_jaccard,
    signature,
)

WORDS = [f"word{i}" for i in range(400)]
TEXT = " ".join(WORDS)


def shingles(text: str) -> set[tuple[str, ...]]:
    words = text.split()
    return set(zip(*(words[i:] for i in range(SHINGLE_WORDS)), strict=False))


@given(st.text(max_size=200))
def test_digest_and_signature_ignore_case_spacing_and_punctuation(text):
    changed = f"  {text.replace(' ', '  ')} …"
    assert text_digest(text) == text_digest(changed)
    assert signature(text) == signature(changed)


def test_digests_differ_where_words_differ():
    assert text_digest("signed") != text_digest("initialled")
    assert text_digest("12 August") != text_digest("13 August")


@given(st.text(max_size=120))
def test_a_signature_is_128_unsigned_32_bit_values(text):
    values = signature(text)
    assert len(values) == SIZE
    assert all(0 <= value < 2**32 for value in values)
    assert all(0 <= key < 2**64 for key in bands(values))


def test_the_order_of_distinct_paragraphs_hardly_matters():
    turned = " ".join(WORDS[200:] + WORDS[:200])
    assert estimated_jaccard(signature(TEXT), signature(turned)) > 0.9


@pytest.mark.parametrize("kept", [40, 100, 200, 300, 360])
def test_the_estimate_is_close_to_the_truth(kept):
    other = " ".join(WORDS[:kept] + [f"new{i}" for i in range(400 - kept)])
    truth = len(shingles(TEXT) & shingles(other)) / len(shingles(TEXT) | shingles(other))
    assert estimated_jaccard(signature(TEXT), signature(other)) == pytest.approx(truth, abs=0.12)


def test_bands_catch_what_the_curve_promises():
    def met(kept: int) -> float:
        hits = 0
        for trial in range(60):
            one = [f"t{trial}w{i}" for i in range(200)]
            two = one[:kept] + [f"t{trial}n{i}" for i in range(200 - kept)]
            pair = bands_of_many([signature(" ".join(one)), signature(" ".join(two))])
            hits += bool(set(pair[0]) & set(pair[1]))
        return hits / 60

    assert met(160) > 0.9  # Jaccard 0.66
    assert met(30) < 0.1  # Jaccard 0.07


def test_texts_without_words_are_like_nothing():
    assert bands(signature("")) == ()
    assert estimated_jaccard(signature(""), signature("")) == 0.0
    assert len(bands(signature("one"))) == BANDS


def test_bands_in_one_pass_are_the_same():
    many = [signature(t) for t in ("", TEXT, "a b c")]
    assert bands_of_many(many) == [bands(s) for s in many]
    assert bands_of_many([]) == []


def test_signatures_are_the_same_in_another_process():
    code = (
        "from transforms.duplicates.minhash import signature, bands\n"
        "print(signature('one two three four five six')[:3], bands(signature('a b'))[0])"
    )
    root = Path(__file__).resolve().parents[2]
    runs = {
        subprocess.run(
            [sys.executable, "-c", code],
            cwd=root,
            env={"PYTHONHASHSEED": seed, "PATH": ""},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert runs == {
        f"{signature('one two three four five six')[:3]} {bands(signature('a b'))[0]}\n"
    }


def test_four_kilobytes_are_sketched_in_a_millisecond():
    text = " ".join(f"word{i * 7 % 501}" for i in range(600))
    signature(text)
    started = time.perf_counter()
    for _ in range(40):
        signature(text)
    assert (time.perf_counter() - started) / 40 < 0.005  # 0.4 ms on an idle core
