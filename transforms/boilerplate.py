"""Which lines of a text are not the article: judged line by line, each with its reason.

The rules know shapes (a file name, a doubled caption, a capitalised last line) and phrases
(`dossiers/boilerplate.toml`), never a site. Precision comes first: a line that reads like a
sentence of the body stays unless two independent cues speak against it, and what is cut is
kept by the caller with its reason.

Reasons: ``site_header``, ``image_placeholder``, ``photo_caption``, ``photo_caption_repeat``,
``photo_credit``, ``pull_line``, ``mobile_exit``, ``related``, ``related_footer``, ``share``,
``rights``, ``byline``, ``dateline``, ``agency_slug``, ``repeated_line``, ``title_repeat``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING

from transforms.normalise import fold, words

if TYPE_CHECKING:
    from dossiers.boilerplate import BoilerplateRules

SENTENCE_END = re.compile(r"(?<![.!?։؟…。])[.!?։؟…。]++[\"”’»)\]]*+(?=\s|$)")
FULL_STOP = re.compile(r"[.։…。:;,][\"”’»)\]]*$")
TERMINAL = re.compile(r"[.!?։؟…。:][\"”’»)\]]*$")
_ABBREVIATION = re.compile(r"(?:^|[\s(])(?:\w\.){2,}$")
_IMAGE_FILE = re.compile(r"^\S[^/\\]{0,80}\.(?:jpe?g|png|gif|webp|avif|heic|bmp|svg)$", re.I)
_DOMAIN = re.compile(r"^(?:https?://)?(?:[\w-]+\.)+[a-z]{2,6}/?$", re.I)
_DATE_LINE = re.compile(r"\b(?:19|20|13|14)\d\d\b|\b\d{1,2}:\d{2}\b")
_LABEL = re.compile(r"^(?P<label>[^:?!]{4,60})[:?]\s+(?P<rest>\S.{20,})$")
_AGENCY = re.compile(r"^[^.!?]{3,60}?\d{1,2}(?:\s*\W\s*|\s+)[^.!?]{0,30}[.։]?$|^/\w[\w .-]+/$")

PHRASE_MAX = 140
"""Longest line, in characters, that a phrase of the data can cut."""
CAPTION_MAX = 450
"""Longest caption seen on news pages; longer lines are body whatever they end with."""


@dataclass(frozen=True, slots=True)
class PhraseBook:
    """The phrases, folded and compiled for matching; ``starts`` by first word."""

    exact: dict[str, str]
    starts: dict[str, tuple[tuple[str, str], ...]]
    rights: re.Pattern[str]
    credit_bracket: re.Pattern[str]
    credit_line: re.Pattern[str]
    caption: re.Pattern[str]
    image_name: re.Pattern[str]
    site_words: frozenset[str]
    joiners: frozenset[str]


@lru_cache(maxsize=8)
def phrase_book(rules: BoilerplateRules) -> PhraseBook:
    """Compile the phrases once per process."""
    credits = "|".join(sorted(map(re.escape, rules.photo_credit), key=len, reverse=True))
    captions = "|".join(sorted(map(re.escape, rules.photo_caption), key=len, reverse=True))
    images = "|".join(sorted(map(re.escape, rules.image_name), key=len, reverse=True))
    # Three words are plain enough to count anywhere in a short line.
    rights = [fold(phrase) for phrase, reason in rules.starts if reason == "rights"]
    long_rights = [phrase for phrase in rights if len(phrase.split()) >= 3]
    starts: dict[str, list[tuple[str, str]]] = {}
    for phrase, reason in rules.starts:
        starts.setdefault(fold(phrase).split()[0], []).append((fold(phrase), reason))
    return PhraseBook(
        exact={fold(phrase): reason for phrase, reason in rules.exact},
        starts={word: tuple(entries) for word, entries in starts.items()},
        rights=re.compile("|".join(map(re.escape, long_rights)) or r"(?!)"),
        credit_bracket=re.compile(
            rf"[(\[]\s*(?:{credits})(?:\s*[:/©]|\s+\S)[^()\[\]]{{0,100}}[)\]]\W*$", re.I
        ),
        credit_line=re.compile(rf"^\W*(?:{credits})\s*[:/©]\s*\S", re.I),
        caption=re.compile(rf"^\W*(?:{captions})\b", re.I),
        image_name=re.compile(rf"^(?:{images})[\s_-]*\(?[\d_-]{{1,16}}\)?(?:\.\w{{3,4}})?$", re.I),
        site_words=frozenset(word for phrase in rules.site_word for word in words(phrase)),
        joiners=frozenset(map(str.casefold, rules.footer_joiners)),
    )


@dataclass(slots=True)
class Lines:
    """The lines under judgement. ``reasons[i]`` is None while line ``i`` is kept."""

    texts: Sequence[str]
    title: str | None
    book: PhraseBook
    reasons: list[str | None] = field(default_factory=list)
    folded: list[str | None] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Start with everything kept."""
        self.reasons = self.reasons or [None] * len(self.texts)
        self.folded = [None] * len(self.texts)

    def fold(self, index: int) -> str:
        """The folded line, folded at most once."""
        known = self.folded[index]
        if known is None:
            known = self.folded[index] = fold(self.texts[index])
        return known

    def neighbour(self, index: int, step: int) -> int | None:
        """The nearest kept line before (-1) or after (+1)."""
        index += step
        while 0 <= index < len(self.texts):
            if self.reasons[index] is None:
                return index
            index += step
        return None


def judge(
    texts: Sequence[str],
    title: str | None,
    rules: BoilerplateRules,
    reasons: Sequence[str | None] = (),
) -> list[str | None]:
    """For each line None (kept) or the reason it is cut; ``reasons`` given are respected."""
    lines = Lines(texts, title, phrase_book(rules), list(reasons))
    for rule in _RULES:
        for index in range(len(texts)):
            if lines.reasons[index] is None:
                lines.reasons[index] = rule(lines, index)
    _doubled_captions(lines)
    _footers(lines)
    return lines.reasons


def is_phrase(text: str, rules: BoilerplateRules) -> bool:
    """Whether a line is cut by its wording alone, wherever it stands."""
    lines = Lines([text], None, phrase_book(rules))
    return any(rule(lines, 0) for rule in (_image, _phrase, _photo))


# --- rules on one line -------------------------------------------------------------------


def _image(lines: Lines, index: int) -> str | None:
    text = lines.texts[index]
    if len(text) > 90:
        return None
    if lines.book.image_name.match(text) or _IMAGE_FILE.match(text):
        return "image_placeholder"
    return None


def _phrase(lines: Lines, index: int) -> str | None:
    text = lines.texts[index]
    if len(text) > CAPTION_MAX:
        return None
    if len(text) <= 60 and (reason := lines.book.exact.get(lines.fold(index))):
        return reason
    if len(text) <= PHRASE_MAX and lines.book.rights.search(lines.fold(index)):
        return "rights"
    start = fold(text[:60])
    for phrase, reason in lines.book.starts.get(start.partition(" ")[0], ()):
        if start.startswith(phrase) and _phrase_holds(lines, index, phrase, reason):
            return reason
    return None


def _phrase_holds(lines: Lines, index: int, phrase: str, reason: str) -> bool:
    """Whether the rest of a line that starts with a phrase fits what the phrase announces."""
    text = lines.texts[index]
    following = lines.fold(index)[len(phrase) :]
    if following and not following.startswith(" "):
        return False  # only the beginning of a longer word
    has_colon = bool(re.match(rf"\W*(?:\w+\W+){{{len(phrase.split()) - 1}}}\w+\s*[:—–|]", text))
    if reason == "rights":
        return " " in phrase or len(text) <= 100
    if len(text) > PHRASE_MAX:
        return reason == "share" and " " in phrase and len(text) <= 2 * PHRASE_MAX
    if reason == "byline":
        at_edge = index < 4 or index >= len(lines.texts) - 3
        names = text.split(maxsplit=len(phrase.split()))[-1]
        return at_edge and len(text) <= 80 and not TERMINAL.search(text) and _is_titled(names)
    if reason == "share":
        return " " in phrase or has_colon
    return has_colon or (" " in phrase and not TERMINAL.search(text))


def _photo(lines: Lines, index: int) -> str | None:
    text = lines.texts[index]
    if len(text) > CAPTION_MAX or len(SENTENCE_END.findall(text)) > 3:
        return None
    bracket = lines.book.credit_bracket.search(text)
    if bracket:
        return "photo_credit" if bracket.start() <= 2 else "photo_caption"
    if lines.book.credit_line.match(text):
        return "photo_credit" if len(text) <= 100 else "photo_caption"
    if lines.book.caption.match(text) and len(SENTENCE_END.findall(text)) <= 2:
        return "photo_caption"
    return None


def _title_repeat(lines: Lines, index: int) -> str | None:
    if lines.title and len(lines.texts[index]) <= len(lines.title) + 20:
        return "title_repeat" if lines.fold(index) == fold(lines.title) else None
    return None


def _dateline(lines: Lines, index: int) -> str | None:
    """A line of date and time only, near an end."""
    text = lines.texts[index]
    if not 8 <= len(text) <= 45 or 4 < index < len(lines.texts) - 2:
        return None
    if not _DATE_LINE.search(text) or len(text.split()) > 7 or TERMINAL.search(text[:-1]):
        return None
    dateish = sum(c.isdigit() or not c.isalnum() for c in text)
    return "dateline" if dateish / len(text) >= 0.4 else None


def _agency(lines: Lines, index: int) -> str | None:
    """An agency's slug set alone above the text: capitals, a day, the agency's name."""
    text = lines.texts[index]
    if index > 3 or len(text) > 70:
        return None
    if index < 2 and _is_trail(text):
        return "agency_slug"
    if not _AGENCY.match(text):
        return None
    letters = [c for c in text if c.isalpha()]
    capitals = sum(c.isupper() for c in letters)
    is_capital = bool(letters) and capitals / len(letters) > 0.6
    return "agency_slug" if is_capital or text.startswith("/") else None


def _is_trail(text: str) -> bool:
    """Outlet, section and agency in a row: capitalised parts between bars or slashes."""
    parts = re.split(r"\s+[|/›»]\s+", text)
    return len(parts) > 1 and not TERMINAL.search(text) and all(p[:1].isupper() for p in parts)


def _pull_line(lines: Lines, index: int) -> str | None:
    """A caption or pull quote: ``Label: one sentence`` alone between much longer paragraphs.

    The label alone proves nothing (speakers are introduced alike), so it must also follow an
    image or retell the title.
    """
    text = lines.texts[index]
    found = _LABEL.match(text) if 40 <= len(text) <= 180 else None
    if not found or not _stands_alone(lines, index) or re.search(r"[\"“«„]", found["rest"]):
        return None
    if len(SENTENCE_END.findall(found["rest"])) > 1:
        return None
    after_image = index > 0 and lines.reasons[index - 1] == "image_placeholder"
    is_label = _is_titled(found["label"]) and len(found["label"].split()) >= 2
    if is_label and (after_image or _retells(lines, index, 3)):
        return "pull_line"
    return None


def _stands_alone(lines: Lines, index: int) -> bool:
    near = (lines.neighbour(index, -1), lines.neighbour(index, 1))
    size = 1.5 * len(lines.texts[index])
    return all(n is not None and len(lines.texts[n]) > size for n in near)


def _retells(lines: Lines, index: int, at_least: int) -> bool:
    """Whether a line shares ``at_least`` words of four letters or more with the title."""
    if not lines.title:
        return False
    shared = set(lines.fold(index).split()) & set(words(lines.title))
    return sum(len(word) >= 4 for word in shared) >= at_least


def _is_titled(phrase: str) -> bool:
    """Whether every word of four letters or more begins with a capital."""
    long = [word for word in re.findall(r"[^\W\d_]+", phrase) if len(word) >= 4]
    return bool(long) and all(word[0].isupper() for word in long)


_RULES: tuple[Callable[[Lines, int], str | None], ...] = (
    _image,
    _phrase,
    _photo,
    _title_repeat,
    _dateline,
    _agency,
    _pull_line,
)


# --- rules on several lines --------------------------------------------------------------


def _doubled_captions(lines: Lines) -> None:
    """A line beside a cut caption that says the same, and paragraphs printed twice."""
    for index, reason in enumerate(list(lines.reasons)):
        if reason != "photo_caption":
            continue
        for step in (-1, 1):
            near = lines.neighbour(index, step)
            if near is None or abs(near - index) > 2 or len(lines.texts[near]) > CAPTION_MAX:
                continue
            inner, outer = lines.fold(near), lines.fold(index)
            if len(inner) >= 15 and inner in outer:
                lines.reasons[near] = "photo_caption_repeat"
    seen: set[str] = set()
    for index, text in enumerate(lines.texts):
        if lines.reasons[index] is None and len(text) >= 40:
            if text in seen:
                lines.reasons[index] = "repeated_line"
            seen.add(text)


def _footers(lines: Lines) -> None:
    """Capitalised last lines without an end mark, after prose: related reading, signatures.

    A subheading is never last, so nothing of the body has this place and shape.
    """
    kept = [i for i, reason in enumerate(lines.reasons) if reason is None]
    prose = [i for i in kept if TERMINAL.search(lines.texts[i]) and len(lines.texts[i]) > 80]
    if not prose:
        return
    for index in reversed(kept):
        if index <= prose[-1] or not _is_footer(lines, index):
            return
        lines.reasons[index] = "related_footer"


def _is_footer(lines: Lines, index: int) -> bool:
    text = lines.texts[index]
    parts = text.split()
    if len(text) > 80 or not 2 <= len(parts) <= 9 or TERMINAL.search(text):
        return False
    significant = [w for w in parts if w.casefold() not in lines.book.joiners]
    return len(significant) >= 2 and all(w.lstrip('«“"(—–-')[:1].isupper() for w in significant)


# --- the head of a plain text ------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Head:
    """What was found above the body: the title's line, and lines cut above it."""

    title: int | None
    reasons: tuple[str | None, ...]


def find_head(texts: Sequence[str], rules: BoilerplateRules) -> Head:
    """The title of a plain text and the header lines above it.

    A title is an early line that is short, does not end like a sentence and has prose below
    it. Names of outlets, dates and section labels above it are cut. A text that opens with
    a paragraph has no title.
    """
    book = phrase_book(rules)
    reasons: list[str | None] = []
    for index, text in enumerate(texts[:5]):
        if is_phrase(text, rules):
            reasons.append(_phrase_reason(text, rules))
        elif not _is_headline(text) or not _has_prose_below(texts, index):
            break
        elif reason := _header_reason(texts, index, book):
            reasons.append(reason)
        else:
            return Head(index, tuple(reasons))
    return Head(None, ())


def _phrase_reason(text: str, rules: BoilerplateRules) -> str | None:
    return judge([text], None, rules)[0]


def _is_headline(text: str) -> bool:
    if not 4 <= len(text) <= 220:
        return False
    return not FULL_STOP.search(text) or bool(_ABBREVIATION.search(text))


def _has_prose_below(texts: Sequence[str], index: int) -> bool:
    wanted = max(60, len(texts[index]))
    return any(len(t) > wanted and TERMINAL.search(t) for t in texts[index + 1 : index + 7])


def _header_reason(texts: Sequence[str], index: int, book: PhraseBook) -> str | None:
    """Why a headline-like line is not the title but stands above it, or None."""
    text, below = texts[index], texts[index + 1]
    if not _is_headline(below) or not _has_prose_below(texts, index + 1) or len(text) > 40:
        return None
    lines = Lines(texts, None, book)
    if _dateline(lines, index):
        return "dateline"
    own = words(text)
    if _DOMAIN.match(text) or (len(own) <= 5 and book.site_words & set(own)):
        return "site_header"
    rest = set(words(" ".join(texts[index + 1 :])))
    is_foreign = any(len(word) >= 3 and word not in rest for word in own)
    shares_with_next = any(len(word) >= 4 for word in set(own) & set(words(below)))
    if len(own) <= 3 and len(text) <= 30 and is_foreign and not shares_with_next:
        return "site_header"
    return None
