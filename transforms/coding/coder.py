"""The event coder: deterministic, clause by clause, and able to say why.

A document's sentences are cut into clauses; frames (`dossiers/triggers/frames.toml`) find
what happened; roles are read off the grammar (`scene`, `roles`); modality, negation and
denial decide the status or veto it; dates and recap cues decide novelty; mentions of one
event are merged. After Schrodt's TABARI and PETRARCH in its aims, not in its dictionaries.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from dossiers.triggers import Triggers, load_triggers
from transforms.coding.answers import settle_fate, without_own_answers
from transforms.coding.context import day_of
from transforms.coding.convening import lend_mediator
from transforms.coding.dating import is_outdone
from transforms.coding.drafting import drafts_of
from transforms.coding.finishing import finish
from transforms.coding.frames import FrameMatcher, Match, NearMiss
from transforms.coding.inheriting import inherit_settings, take_third_of_trio, take_title_venue
from transforms.coding.lapsing import lapse_plans
from transforms.coding.levels import infer_levels
from transforms.coding.lexicon import Lexicon
from transforms.coding.merging import merge_drafts
from transforms.coding.offers import disclaims_mediation, settle_visits
from transforms.coding.reading import (
    date_and_mark,
    latest_day,
    read_document,
    read_title,
)
from transforms.coding.scene import Scene
from transforms.coding.ties import both_parties
from transforms.folding import fold_word

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from dossiers.languages import Language
    from dossiers.records import Dossier
    from dossiers.triggers import Frame
    from transforms.coding.context import Context
    from transforms.coding.draft import Draft
    from transforms.coding.sentence import Phrase, Sentence
    from transforms.records import Document, EventMention, Mention

_CLOSERS: Final = " \n*_»”\"')"
_NEAR_MEDIATION: Final = 3  # words from "for" to the mediation
_ASKS: Final = ("?", "؟", "՞")
_INNER_ASK: Final = "՞"  # stands on the vowel of the word that asks
CODER_VERSION: Final = "2"


@dataclass(frozen=True, slots=True)
class Vetoed:
    """A near miss: ``quote`` is the sentence, ``trigger`` the words, ``why`` the veto."""

    frame: str
    trigger: str
    why: str
    quote: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Explanation:
    """What was coded, each with its trail in ``trigger``, and what was not and why."""

    events: tuple[EventMention, ...]
    near_misses: tuple[Vetoed, ...]

    def lines(self) -> list[str]:
        """The explanation for a terminal, a line at a time."""
        found = []
        for event in self.events:
            found.append(f"+ {event.headline}  [{event.type} {event.status}, {event.novelty}]")
            found += [f"    {step}" for step in event.trigger.split("; ")]
            found += [f"    “{piece.quote}”" for piece in event.evidence]
        for miss in self.near_misses:
            found.append(f"- {miss.frame} “{miss.trigger}”: {miss.why}")
            found.append(f"    “{miss.quote}”")
        return found


class EventCoder:
    """Codes cleaned documents in every language that has a trigger file.

    Args:
        dossier: whose process it is.
        languages: as `dossiers.languages.load_languages` gives them.
        triggers: None = those that come with the application.
    """

    def __init__(
        self,
        dossier: Dossier,
        languages: Mapping[str, Language],
        triggers: Triggers | None = None,
    ) -> None:
        self._dossier = dossier
        self._languages = dict(languages)
        self._triggers = triggers or load_triggers()
        self._lexicons: dict[str, Lexicon | None] = {}

    def __getstate__(self) -> dict[str, object]:
        """Pickled without lexicons, which a worker builds faster than it reads them."""
        return {**self.__dict__, "_lexicons": {}}

    def code(self, document: Document, mentions: tuple[Mention, ...]) -> tuple[EventMention, ...]:
        """The events of a document, in the order of the text."""
        return self._run(document, mentions, None)

    def explain(self, document: Document, mentions: tuple[Mention, ...]) -> Explanation:
        """The events of a document, and what looked like one and was vetoed."""
        misses: list[Vetoed] = []
        events = self._run(document, mentions, misses)
        return Explanation(events, tuple(misses))

    def _lexicon(self, code: str) -> Lexicon | None:
        if code not in self._lexicons:
            words, language = self._triggers.words.get(code), self._languages.get(code)
            self._lexicons[code] = None
            if words is not None and language is not None:
                self._lexicons[code] = Lexicon(
                    words,
                    language,
                    self._peoples(language),
                    self._names(language),
                    self._own(language),
                )
        return self._lexicons[code]

    def _names(self, language: Language) -> set[str]:
        return {
            form.text
            for entity in self._dossier.entities.values()
            for form in entity.forms
            if form.language == language.code
        }

    def _own(self, language: Language) -> set[str]:
        """Names of the parties, of their peoples, and of what is in dispute."""
        process, entities = self._dossier.process, self._dossier.entities
        return {
            form.text
            for name in (*process.parties, *process.party_groups, *process.disputed)
            for form in entities[name].forms
            if form.language == language.code
        }

    def _peoples(self, language: Language) -> dict[str, str]:
        return {
            fold_word(form.text, language): actor.id
            for actor in self._dossier.actors.values()
            for form in actor.forms
            if form.kind == "demonym" and form.language == language.code
        }

    def _run(
        self, document: Document, mentions: tuple[Mention, ...], misses: list[Vetoed] | None
    ) -> tuple[EventMention, ...]:
        if document.not_news or not mentions:
            return ()
        lexicon = self._lexicon(document.language)
        context = read_document(document, mentions, self._lexicon, self._dossier)
        title = read_title(document, mentions, lexicon, self._dossier) if lexicon else None
        context.title = title
        self._find_mediators(context, title)
        published = context.published = day_of(document)
        if published is None:
            context.text_day = latest_day(document, context)
        drafts: list[Draft] = []
        for sentence in context.sentences:
            drafts += self._code_sentence(sentence, context, published, document, misses)
        infer_levels(drafts, title)
        take_title_venue(drafts, context)
        inherit_settings(drafts)
        take_third_of_trio(drafts, context)
        settle_visits(drafts, context.mediators)
        _mark_outdone(drafts, published)
        lapse_plans(drafts)
        merged = merge_drafts(without_own_answers(drafts, context))
        lend_mediator(merged, context)
        return finish(merged, document, context, self._dossier)

    def _code_sentence(
        self,
        sentence: Sentence,
        context: Context,
        published: date | None,
        document: Document,
        misses: list[Vetoed] | None,
    ) -> list[Draft]:
        if not _may_tell(sentence) or _is_question(document.text, sentence):
            return []
        matcher = FrameMatcher(sentence)
        drafts: list[Draft] = []
        is_dated = False

        def tell(match: Match) -> NearMiss | None:
            nonlocal is_dated
            if not is_dated:
                date_and_mark(sentence, document, context)
                is_dated = True
            result = drafts_of(Scene(sentence, match, context), published)
            if isinstance(result, NearMiss):
                settle_fate(context, sentence, match)
                return result
            drafts.extend(result)
            context.told.extend(result)
            return None

        matcher.run(self._triggers.frames, tell)
        if misses is not None:
            misses += [_vetoed(miss, sentence, document) for miss in matcher.misses]
        return drafts

    def _find_mediators(self, context: Context, title: Sentence | None) -> None:
        """Actors the document shows mediating, or trying to, between the parties."""
        frames = [frame for frame in self._triggers.frames if frame.id == "mediate_talks"]
        if not frames:
            return
        for sentence in context.sentences:
            if disclaims_mediation(sentence):
                _note_disclaimer(sentence, context, frames[0])
        for sentence in ([title] if title else []) + context.sentences:
            _note_named_mediators(sentence, context)
            tags = sentence.of("verb", "mediate")
            for tag in tags:
                matcher = FrameMatcher(sentence)
                match = matcher.match(frames[0], tag)
                scene = Scene(sentence, match, context)
                if match.aspect.is_negated or both_parties(scene, reach=False) is None:
                    continue
                for atom in scene.resolve(scene.agent()):
                    if atom.actor and not context.is_party(atom.actor):
                        context.mediators.add(atom.actor)


def _note_named_mediators(sentence: Sentence, context: Context) -> None:
    """Remember who is named as mediator: "through the mediation of X"."""
    tags = sentence.of("noun", "mediation")
    if not tags or not context.is_ours or any(map(sentence.is_without, tags)):
        return
    if any(sentence.of("noun", name) for name in ("captives", "ceasefire")):
        return  # who helps to free captives does not thereby mediate talks
    for phrase in sentence.phrases:
        if phrase.marker == "mediated_by" or _is_thanked(sentence, phrase):
            context.mediators.update(a for a in phrase.actors if not context.is_party(a))


def _is_thanked(sentence: Sentence, phrase: Phrase) -> bool:
    """Whether somebody is spoken of "for" a mediation: "thanked X for mediating"."""
    for tag in sentence.of("before", "for"):
        if tag.first == phrase.last:
            near = range(tag.last, tag.last + _NEAR_MEDIATION)
            return any(t.first in near for t in sentence.of("noun", "mediation"))
    return False


def _note_disclaimer(sentence: Sentence, context: Context, frame: Frame) -> None:
    """Remember who "is not a mediator": the subject of the clause that says so."""
    matcher = FrameMatcher(sentence)
    for tag in sentence.of("noun", "mediation"):
        if not sentence.is_without(tag) or sentence.cue("ability", 0, len(sentence.words)):
            continue  # that somebody cannot mediate is an opinion
        scene = Scene(sentence, matcher.match(frame, tag), context)
        for atom in scene.resolve(scene.subject()):
            if atom.actor and not context.is_party(atom.actor):
                context.disclaimed.add(atom.actor)


def _may_tell(sentence: Sentence) -> bool:
    """Whether a sentence has anything to code: event words, or one with a name."""
    if not (sentence.kind("verb") or sentence.kind("noun")):
        return False
    if sentence.kind("noun") and sentence.kind("verb"):
        return True
    return bool(sentence.of("cue", "they") or sentence.of("noun", "ceasefire") or sentence.phrases)


def _is_question(text: str, sentence: Sentence) -> bool:
    """Whether a sentence asks: what it asks about is not told."""
    asked = text[sentence.start : sentence.end].rstrip(_CLOSERS)
    return asked.endswith(_ASKS) or _INNER_ASK in asked


def _mark_outdone(drafts: list[Draft], published: date | None) -> None:
    """Beside fresher news, what is some days old is background."""
    ends = [d.date.end for d in drafts if d.novelty == "new" and d.date.precision == "day"]
    past = [end for end in ends if end is not None and (published is None or end <= published)]
    freshest = max(past, default=None)
    for draft in drafts:
        if draft.novelty == "new" and is_outdone(draft.date, published, freshest):
            draft.novelty = "retrospective"
            draft.notes.append("novelty retrospective: the document has fresher news")


def _vetoed(miss: NearMiss, sentence: Sentence, document: Document) -> Vetoed:
    words = sentence.words[miss.first : miss.last]
    trigger = document.text[words[0].start : words[-1].end] if words else ""
    quote = document.text[sentence.start : sentence.end]
    return Vetoed(miss.frame, trigger, miss.why, quote, sentence.start, sentence.end)
