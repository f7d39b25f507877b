"""What a trigger file is read into, and the names it may use; the format is in `triggers`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

FORMS: Final[tuple[str, ...]] = (
    "past",
    "present",
    "base",
    "ing",
    "passive",
    "future",
    "negated",
    "noun",
    "perfect",
    "attributive",
    "ongoing",
)
"""Verb forms: finite past, finite present, infinitive or bare, present participle, passive
participle, synthetic future, synthetic negative, and the nominalised verb; the participle that
an auxiliary of its clause (``aux``, ``aux_past``, a negation) makes finite and that else is an
infinitive, and the one that stands before its noun and tells an event where it is dated; and
what says by itself that it is going on."""


CUES: Final[tuple[str, ...]] = (
    "negation",
    "aux",
    "aux_past",
    "be",
    "have",
    "had",
    "future",
    "future_past",
    "hypothetical",
    "obligation",
    "condition",
    "prospective",
    "simultaneous",
    "ability",
    "attempt",
    "to",
    "that",
    "relative",
    "relative_object",
    "adverbial",
    "adverbial_subject",
    "coordinator",
    "report",
    "deny",
    "hearsay",
    "determiner",
    "filler",
    "title",
    "he",
    "she",
    "it",
    "pair",
    "recap",
    "habit",
    "now",
    "trilateral",
    "separately",
    "jointly",
    "carry_on",
    "possessive",
    "peer",
    "witness",
    "there",
    "as_host",
    "they",
    "we",
    "office",
    "trio",
    "as_mediator",
    "indefinite",
    "opinion",
    "office_abroad",
    "adverb",
    "deny_back",
    "hail",
    "achieved",
    "impersonal",
    "aftermath",
    "object_pair",
    "nominative",
    "not_after",
    "until",
    "upcoming",
    "was_due",
    "it_was",
    "own_date",
    "infinitive_be",
    "first_time",
    "talk_of",
    "occasion",
    "basis",
    "this",
    "others",
    "while_head",
    "fresh",
)
"""Closed classes a language file may fill. ``they``: plural pronouns, of any case; ``we``: what a
speaker calls his own side; ``office``: an office holder or body without a name ("the emir", "the
spokesman", "the ministry"); ``trio``: "the three", both parties and a third; ``as_mediator``:
what makes the third party named nearest lead the talks ("in the chair"); ``office_abroad``: an
``office`` of a third party only ("the emir"); ``opinion``: what makes the clause it governs
somebody's expectation ("believes", "suppose"); ``adverb``: single words that may stand inside a
verb's idiom; ``relative_object``: a ``that`` which behind an event noun is a relative; ``she``:
those of ``he`` that mean no man; ``deny_back``: what denies the clause before it ("which X
denied"); ``hail``: verbs of hosting that also praise a thing ("welcomed");
``achieved``: what makes an infinitive a fact ("managed to", "has just"); ``closer``:
finite verbs of any meaning, in languages whose clauses end with the verb and need no comma;
``others``: genitives that make the "ministers" behind them those of others ("of member states");
``aftermath``: what makes a nominalised verb before it a fact ("after", "welcomed");
``impersonal``: finite verbs that leave unnamed whoever says it ("is expected");
``object_pair``: pair anaphors whose ending makes them an object; ``upcoming``: what beside a
meeting noun makes it a plan ("upcoming"); ``was_due``: what makes a plan one of the past ("was
to"), which a refusal beside it lets lapse; ``it_was``: what introduces a remark on which round
a meeting just told was ("it was the third"); ``own_date``: what a date
right behind it belongs to ("captured on"); ``infinitive_be``: the "be" that makes a participle an
infinitive; ``first_time``: what makes a
verb after it a first ("the first time that they met"), a plan where it is to come; ``talk_of``:
what one agrees to do about a paper without agreeing on it ("discuss", "work on", "continue");
``occasion``: adpositions that make a meeting the occasion of what is said ("after", "during");
``basis``: what makes an event noun behind it a subject or a ground, not an event ("under the …",
"the need for …"); ``this``: demonstratives, where a bare noun is not definite;
``while_head``: what
makes the clause that a later conjunction opens a circumstance ("in a state … that");
``fresh``: what says of an undated event, however low in the text, that it is of these days
("meanwhile", "has just")."""


MARKERS: Final[tuple[str, ...]] = (
    "between",
    "with",
    "by",
    "to",
    "in",
    "from",
    "of",
    "for",
    "about",
    "without",
    "mediated_by",
    "hosted_by",
    "presence_of",
    "escorted_by",
    "object",
    "doer",
    "participle",
    "attribute",
    "article",
    "other",
    "oblique",
)
"""What may mark a phrase; ``other`` is any further adposition that bars it from being a
subject or object. ``participle`` marks words, not phrases: those that own the auxiliary that
follows them; ``attribute`` is an ending of participles that only qualify the noun behind
them; ``article`` is an ending of names that marks no part in the clause; ``oblique`` one
that tells a name's case from the nominative, of names and of the titles in the cue
``nominative``: such a phrase is no subject, and a subject may then follow its verb.
``doer`` (endings only) marks the subject of a finished deed, wherever it stands
(`transforms.coding.doers`)."""


LEVELS: Final[tuple[str, ...]] = ("leaders", "ministers", "officials", "parliament", "civil")


DOCUMENTS: Final[tuple[str, ...]] = (
    "peace_treaty",
    "treaty",
    "joint_declaration",
    "joint_statement",
    "trilateral_statement",
    "protocol",
    "memorandum",
    "roadmap",
    "framework",
    "regulation",
)
"""Kinds of paper; the two parties' ``treaty`` is their peace treaty."""


TOPICS: Final[tuple[str, ...]] = (
    "peace",
    "territory",
    "settlement",
    "deescalation",
    "mediation",
    "other_conflict",
    "sport",
    "visit",
    "document",
    "fruitless",
)


SLOTS: Final[tuple[str, ...]] = (
    "party",
    "host",
    "mediator",
    "initiator",
    "peacekeeper",
    "actor",
    "addressee",
    "none",
)


NEEDS: Final[tuple[str, ...]] = ("both", "party", "tied", "disputed")


@dataclass(frozen=True, slots=True)
class Marker:
    """What marks a phrase: words before, words after, endings of its last word.

    ``title`` are its endings where that word is a title or an anaphor, in languages in which
    common nouns take others than names; without any, ``suffix`` serves for both.
    """

    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    suffix: tuple[str, ...] = ()
    title: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Words:
    """One language's file; see the module's docstring. Patterns are as written.

    Attributes:
        verbs: class -> form -> patterns. ``nouns``, ``cues``, ``levels``, ``topics``: class
            -> patterns. ``documents``: kind of paper -> patterns. ``spun``: weak synonyms, as
            (kind, class) -> patterns. ``pluperfect``: the ending of verbs that tell what was
            before the past, as a regular expression.
    """

    language: str
    order: Literal["svo", "sov"]
    verbs: Mapping[str, Mapping[str, tuple[str, ...]]]
    nouns: Mapping[str, tuple[str, ...]]
    cues: Mapping[str, tuple[str, ...]]
    levels: Mapping[str, tuple[str, ...]]
    topics: Mapping[str, tuple[str, ...]]
    markers: Mapping[str, Marker]
    documents: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    spun: Mapping[tuple[str, str], tuple[str, ...]] = field(default_factory=dict)
    head_first: bool = False
    is_strict: bool = False
    has_commas: bool = False
    pluperfect: str = ""

    def __hash__(self) -> int:
        """By identity: records are built once and cached."""
        return id(self)


@dataclass(frozen=True, slots=True)
class Frame:
    """A way of telling an event.

    Attributes:
        id: shown by ``--explain``.
        type: event type; ``talks`` is refined by who sits at the table.
        verbs: verb classes, one of which must stand in the clause; empty = none needed.
        nouns: noun classes, one of which the clause must hold; empty = none needed.
        status: what the plain past of the verb says; None = the type group's own.
        subject, object: the role of the doer and of what is acted on (`SLOTS`).
        needs: what must be known for the event to stand (`NEEDS`).
        about: what a speech act is about (``mediation``, ``talks``, ``settlement`` …).
        only: forms of the verb that count; empty = all.
        requires: topics of which one must occur in the clause; empty = none.
        fixed: True when the status holds whatever the tense (a scheduled meeting).
        forbids: noun classes whose presence in the clause bars the frame.
        adds: True when it only adds to a meeting told before (who lent the room).
        by: ``third`` or ``party`` where only such a speaker counts.
        answers: True when it counts only after an offer, a plan or an invitation was told.
        modality: ``asserted``, or ``ability`` for what somebody claims to be able to do.
    """

    id: str
    type: str
    verbs: tuple[str, ...] = ()
    nouns: tuple[str, ...] = ()
    status: str | None = None
    subject: str = "party"
    object: str = "party"
    needs: str = "both"
    about: str | None = None
    only: tuple[str, ...] = ()
    requires: tuple[str, ...] = ()
    forbids: tuple[str, ...] = ()
    fixed: bool = False
    adds: bool = False
    modality: str = "asserted"
    by: str | None = None
    answers: bool = False


@dataclass(frozen=True, slots=True)
class Triggers:
    """All of it: the frames, in order of precedence, and the words by language."""

    frames: tuple[Frame, ...]
    words: Mapping[str, Words]

    def __hash__(self) -> int:
        """By identity: records are built once and cached."""
        return id(self)
