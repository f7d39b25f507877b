"""Laying a document open: its sentences with phrases, clauses, dates, and its title."""

from __future__ import annotations

import re
from datetime import UTC, datetime, time
from typing import TYPE_CHECKING, Final

from transforms.coding.atoms import atoms_of
from transforms.coding.clauses import cut_clauses
from transforms.coding.context import Context, day_of
from transforms.coding.phrases import build_phrases
from transforms.coding.prenominal import settle_forms
from transforms.coding.sentence import Sentence
from transforms.coding.words import unquoted, words_of
from transforms.dates import find_dates, is_recap
from transforms.records import LanguageRun
from transforms.sentences import Span, split

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import date

    from dossiers.records import Dossier
    from transforms.coding.lexicon import Lexicon
    from transforms.coding.sentence import Atom
    from transforms.records import Document, EventDate, Mention

_DATELINE = re.compile(
    r"[^\W\d_][^.!?;:–—]{1,60}?(?:\([^()]{1,40}\)\s*[-–—]{1,2}\s|\s[–—]{1,2}\s|\s-{1,2}\s)"
)
_DATELINE_CHARS = 90
_DATED_CHARS = 20_000
_TOLD_REACH = 4  # sentences that a date without a year may lean back
_RECAP_REACH = 4  # sentences of a paragraph that a recap cue holds for
MAX_SENTENCE_CHARS = 1500
"""Longer "sentences" are lists or broken pages; only their head is read."""


def read_document(
    document: Document,
    mentions: Sequence[Mention],
    lexicons: Callable[[str], Lexicon | None],
    dossier: Dossier,
) -> Context:
    """All sentences of a document, and the actors its title names.

    A text that mixes languages is read in each of them (``lexicons`` by language); a part in
    a language without triggers is passed over.
    """
    day = day_of(document)
    inside = sorted((m for m in mentions if not m.in_title), key=lambda m: (m.start, -m.end))
    titled = sorted((m for m in mentions if m.in_title), key=lambda m: (m.start, -m.end))
    context = Context(dossier, _actors_named(titled, dossier, day))
    at, paragraph, last_end = 0, 0, 0
    for number, (span, lexicon) in enumerate(_spans(document, lexicons)):
        if "\n" in document.text[last_end : span.start]:
            paragraph += 1
        last_end = span.end
        while at < len(inside) and inside[at].end <= span.start:
            at += 1
        stop = at
        while stop < len(inside) and inside[stop].start < span.end:
            stop += 1
        sentence = _read(document.text, span, inside[at:stop], lexicon, dossier, day)
        sentence.number, sentence.paragraph = number, paragraph
        context.sentences.append(sentence)
    named = _actors_named(mentions, dossier, day)
    context.is_ours = context.has_both(named) or _names_their_issue(context, named, mentions)
    context.visit = next((atom for s in context.sentences if (atom := _visited(s))), None)
    return context


def _spans(
    document: Document, lexicons: Callable[[str], Lexicon | None]
) -> Iterator[tuple[Span, Lexicon]]:
    """The sentences of a document, each with the lexicon of its language."""
    whole = LanguageRun(0, len(document.text), document.language)
    for run in document.runs or (whole,):
        lexicon = lexicons(run.language)
        if lexicon is None:
            continue
        for span in split(document.text[run.start : run.end], lexicon.language):
            yield Span(span.start + run.start, span.end + run.start), lexicon


_ISSUE_NAMED: Final = 2
"""Mentions of what is in dispute that stand for both parties; beside a party, one does."""


def _names_their_issue(
    context: Context, named: frozenset[str], mentions: Sequence[Mention]
) -> bool:
    """Whether what is in dispute stands for both parties, as it does for a text's relevance."""
    disputed = context.dossier.process.disputed
    times = sum(mention.entity_id in disputed for mention in mentions)
    return times >= _ISSUE_NAMED or (times > 0 and any(map(context.is_party, named)))


def _visited(sentence: Sentence) -> Atom | None:
    """The place of "a visit to V"."""
    for tag in sentence.of("topic", "visit"):
        for phrase in sentence.phrases:
            if tag.first <= phrase.first <= tag.last + 1:
                return next((atom for atom in phrase.atoms if atom.place), None)
    return None


def read_title(
    document: Document, mentions: Sequence[Mention], lexicon: Lexicon, dossier: Dossier
) -> Sentence | None:
    """The title as a sentence, or None."""
    if not document.title:
        return None
    day = day_of(document)
    titled = sorted((m for m in mentions if m.in_title), key=lambda m: (m.start, -m.end))
    span = Span(0, len(document.title))
    sentence = _read(document.title, span, titled, lexicon, dossier, day)
    sentence.number = sentence.paragraph = -1
    return sentence


def _read(
    text: str,
    span: Span,
    mentions: Sequence[Mention],
    lexicon: Lexicon,
    dossier: Dossier,
    day: date | None,
) -> Sentence:
    end = min(span.end, span.start + MAX_SENTENCE_CHARS)
    begin = _after_dateline(text, span.start, end, mentions)
    inside = [m for m in mentions if begin <= m.start and m.end <= end]
    words = words_of(text, begin, end, lexicon.language)
    words = unquoted(words, ((m.start, m.end) for m in inside))
    tags = lexicon.tag(words)
    if lexicon.words.is_strict:
        tags = settle_forms(words, tags)
    sentence = Sentence(span.start, span.end, 0, 0, lexicon, words, tags)
    sentence.told_from = begin
    sentence.find_phrases = lambda it: build_phrases(it, atoms_of(it, inside, dossier, day))
    sentence.find_clauses = cut_clauses
    sentence.concepts = tuple(
        dict.fromkeys(m.entity_id for m in mentions if m.entity_id in dossier.concepts)
    )
    return sentence


def _after_dateline(text: str, start: int, end: int, mentions: Sequence[Mention]) -> int:
    """Where a sentence begins past its dateline, which names no participant."""
    head = text[start : min(end, start + _DATELINE_CHARS)]
    match = _DATELINE.match(head)
    if match is None or not mentions or mentions[0].start - start > 2:
        return start
    after = start + match.end()
    return start if text[after : after + 1].islower() else after  # "the X - Y border"


def date_and_mark(sentence: Sentence, document: Document, context: Context) -> None:
    """Find a sentence's dates and whether a recap cue makes it background.

    Asked for only where an event may be told. A cue holds to the end of its paragraph.
    """
    language = sentence.lexicon.language
    _find_dates(sentence, document, context)
    for other in context.sentences[max(0, sentence.number - _RECAP_REACH) : sentence.number + 1]:
        if other.paragraph == sentence.paragraph and not sentence.is_recap:
            sentence.is_recap = is_recap(document.text, other.start, other.end, language)


def _find_dates(sentence: Sentence, document: Document, context: Context) -> None:
    """The dates of a sentence, after those of the sentences it may lean on."""
    day = day_of(document)
    published = datetime.combine(day, time(), UTC) if day else None
    for other in _leading_up_to(sentence, context, is_dated=day is not None):
        if not other.is_dated:
            end = min(other.end, other.start + MAX_SENTENCE_CHARS)
            told = _told_before(other, context, is_dated=day is not None)
            language = other.lexicon.language
            found = find_dates(document.text, other.told_from, end, language, published, told=told)
            other.dates, other.told, other.is_dated = found, told, True


def _leading_up_to(sentence: Sentence, context: Context, *, is_dated: bool) -> list[Sentence]:
    """A sentence with those before it that may date it: of its paragraph; of an undated
    document any.
    """
    first = max(0, sentence.number - _TOLD_REACH)
    near = context.sentences[first : sentence.number] if sentence.number >= 0 else []
    return [s for s in near if not is_dated or s.paragraph == sentence.paragraph] + [sentence]


def _told_before(sentence: Sentence, context: Context, *, is_dated: bool) -> EventDate | None:
    for other in reversed(_leading_up_to(sentence, context, is_dated=is_dated)[:-1]):
        for mention in reversed(other.dates):
            if mention.date.start is not None:
                return mention.past or mention.date
    return None


def latest_day(document: Document, context: Context) -> date | None:
    """The latest day that the text of an undated document names in full."""
    if not context.sentences:
        return None
    language = context.sentences[0].lexicon.language
    found = find_dates(document.text, 0, min(len(document.text), _DATED_CHARS), language, None)
    days = [m.date.start for m in found if m.date.precision == "day" and m.date.start]
    return max(days, default=None)


def _actors_named(
    mentions: Sequence[Mention], dossier: Dossier, day: date | None
) -> frozenset[str]:
    found = set()
    for mention in mentions:
        entity = mention.entity_id
        if person := dossier.persons.get(entity):
            office = person.office_on(day) if day else None
            found.add(office.actor if office else "")
        elif place := dossier.places.get(entity):
            found.add(place.names_actor or "")
        else:
            found.add(entity)
    return frozenset(found - {""})
