"""Trigger words as data: what the event coder knows of a language, and of events.

Two kinds of file live in ``dossiers/triggers/``:

``frames.toml`` is shared by all languages. A ``[[frame]]`` says that a verb of one class
with, or without, a noun of another is an event of some type, and what part of the sentence
plays what role. It holds class names, never words.

``<code>.toml`` holds one language's words:

``order``
    ``svo`` where a verb's complement and negation follow the subject and the complement
    follows the verb, ``sov`` where the verb closes its clause.
``head_first``
    true where a noun stands before its genitive and its adjectives though verbs come last.
``is_strict``
    true where all that is said of a verb (plan, doubt, denial) follows it, so that a verb
    before a comma ends its clause. Only with ``sov``.
``has_commas``
    true where a comma sets every subordinate clause off, so that a conjunction without one
    before it is no conjunction.
``[verb.CLASS]``
    words of a verb class by form (`FORMS`). ``past`` doubles as a passive participle where
    a language does not tell them apart; tense carried by an auxiliary is in ``[cue]``.
    The class ``closer`` holds finite verbs of any meaning, in languages whose clauses end with
    the verb and need no comma.
    Regular verbs may be given as ``stems`` of a ``[paradigm.NAME]`` (`dossiers.paradigms`).
``[noun]``
    words of a noun class: ``talks = ["talks", "negotiations"]``.
``[document]``
    words for a kind of paper, by its name in English with underscores (`DOCUMENTS`); all of
    them are nouns of the class ``agreement`` as well, beside the words that name no kind.
``[cue]``
    closed classes: negation, auxiliaries, clause openers, pronouns … (`CUES`).
``[level]``
    who sits at the table: offices and bodies by level (`LEVELS`).
``[marker.NAME]``
    what marks a phrase's part in the clause (`MARKERS`): adpositions ``before`` or
    ``after`` it, or regular expressions on its last word's ``suffix`` (``title``: on that of
    a title or anaphor).
``[topic]``
    words that say what a passage is about.
``[spun.verb]``, ``[spun.noun]``
    words of machine-rewritten texts, by class, as weak synonyms.

A pattern that begins with ``=`` counts only when its first word has no capital (``=may``).
``…`` parts an idiom's head from the verb that closes it, with any words between.
A word may be several words; ``*`` at the end of a word matches any ending. Words are folded
and cut as texts are, so case and accents do not matter, save between words that differ in
nothing else. Adding a language is one such file
and a table of test sentences.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Final, Literal

from dossiers.errors import Problems, suggest
from dossiers.paradigms import STEMS, conjugate
from dossiers.tables import Table, read_toml, reject_leftovers, tables

TRIGGERS_DIR: Final = Path(__file__).with_suffix("")
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
    "achieved",
    "aftermath",
    "object_pair",
    "nominative",
    "not_after",
    "until",
)
"""Closed classes a language file may fill. ``they``: plural pronouns, of any case; ``we``: what a
speaker calls his own side; ``office``: an office holder or body without a name ("the emir", "the
spokesman", "the ministry"); ``trio``: "the three", both parties and a third; ``as_mediator``:
what makes the third party named nearest lead the talks ("in the chair"); ``office_abroad``: an
``office`` of a third party only ("the emir"); ``opinion``: what makes the clause it governs
somebody's expectation ("believes", "suppose"); ``adverb``: single words that may stand inside a
verb's idiom; ``relative_object``: a ``that`` which behind an event noun is a relative; ``she``:
those of ``he`` that mean no man; ``deny_back``: what denies the clause before it ("which X
denied"); ``achieved``: what makes an infinitive a fact ("managed to", "has just"); ``closer``:
finite verbs of any meaning, in languages whose clauses end with the verb and need no comma;
``aftermath``: what makes a nominalised verb before it a fact ("after", "welcomed");
``object_pair``: pair anaphors whose ending makes them an object."""

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
    "article",
    "other",
    "oblique",
)
"""What may mark a phrase; ``other`` is any further adposition that bars it from being a
subject or object. ``participle`` marks words, not phrases: those that own the auxiliary that
follows them; ``article`` is an ending of names that marks no part in the clause; ``oblique`` one
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
            (kind, class) -> patterns.
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


def load_triggers(root: Path | None = None) -> Triggers:
    """Read ``frames.toml`` and every ``<code>.toml`` of a folder, cached.

    Raises:
        DossierError: with every problem found, each naming file, table, key and mend.
    """
    return _load(root or TRIGGERS_DIR)


@cache
def _load(root: Path) -> Triggers:
    problems = Problems.none_yet()
    words = {
        path.stem: _read_words(path, problems)
        for path in sorted(root.glob("*.toml"))
        if path.stem != "frames"
    }
    verbs = {name for each in words.values() for name in each.verbs}
    nouns = {name for each in words.values() for name in each.nouns}
    data = read_toml(root / "frames.toml", problems)
    frames = tuple(
        _read_frame(table, verbs, nouns) for table in tables(data, "frame", "frames", problems)
    )
    reject_leftovers(data, "frames.toml", ("frame",), problems)
    problems.raise_if_any()
    return Triggers(frames, words)


def _read_frame(table: Table, verbs: set[str], nouns: set[str]) -> Frame:
    frame = Frame(
        id=table.required("id"),
        type=table.required("type"),
        verbs=_known(table, "verbs", verbs),
        nouns=_known(table, "nouns", nouns),
        status=table.text("status"),
        subject=table.choice("subject", SLOTS, "party"),
        object=table.choice("object", SLOTS, "party"),
        needs=table.choice("needs", NEEDS, "both"),
        about=table.text("about"),
        only=_known(table, "only", FORMS),
        requires=_known(table, "requires", TOPICS),
        forbids=_known(table, "forbids", nouns),
        fixed=table.flag("fixed", False),
        adds=table.flag("adds", False),
        by=table.text("by"),
        answers=table.flag("answers", False),
        modality=table.choice("modality", ("asserted", "ability"), "asserted"),
    )
    table.done()
    return frame


def _known(table: Table, key: str, known: Any) -> tuple[str, ...]:
    names = table.texts(key)
    for name in names:
        if name not in known:
            table.note(key, f'unknown name "{name}"{suggest(name, known)}')
    return names


def _read_words(path: Path, problems: Problems) -> Words:
    data = read_toml(path, problems)
    file = path.name
    order = data.pop("order", "svo")
    if order not in ("svo", "sov"):
        problems.add(f"{file}, order", f'must be "svo" or "sov", not {order!r}')
    head_first = data.pop("head_first", False) is True
    is_strict = data.pop("is_strict", False) is True
    has_commas = data.pop("has_commas", False) is True
    harmony = _lists(data.pop("harmony", {}), f"{file} [harmony]", None, problems)
    paradigms = {
        name: _lists(forms, f"{file} [paradigm.{name}]", FORMS, problems)
        for name, forms in _subtables(data, "paradigm", file, problems).items()
    }
    verbs = {
        name: _conjugated(
            _lists(forms, f"{file} [verb.{name}]", (*FORMS, STEMS), problems),
            paradigms,
            harmony,
            f"{file} [verb.{name}]",
            problems,
        )
        for name, forms in _subtables(data, "verb", file, problems).items()
    }
    spun_tables = _subtables(data, "spun", file, problems)
    spun = {
        (kind, name): patterns
        for kind in spun_tables
        for name, patterns in _lists(
            spun_tables[kind], f"{file} [spun.{kind}]", None, problems
        ).items()
    }
    documents = _lists(data.pop("document", {}), f"{file} [document]", DOCUMENTS, problems)
    words = Words(
        language=path.stem,
        order="sov" if order == "sov" else "svo",
        verbs=verbs,
        nouns=_with_documents(
            _lists(data.pop("noun", {}), f"{file} [noun]", None, problems), documents
        ),
        cues=_lists(data.pop("cue", {}), f"{file} [cue]", CUES, problems),
        levels=_lists(data.pop("level", {}), f"{file} [level]", LEVELS, problems),
        topics=_lists(data.pop("topic", {}), f"{file} [topic]", TOPICS, problems),
        markers=_markers(_subtables(data, "marker", file, problems), file, problems),
        documents=documents,
        spun=spun,
        head_first=head_first,
        is_strict=is_strict,
        has_commas=has_commas,
    )
    known = ("verb", "noun", "cue", "level", "topic", "marker", "document", "spun")
    reject_leftovers(data, file, known, problems)
    return words


def _conjugated(
    forms: dict[str, tuple[str, ...]],
    paradigms: Mapping[str, Mapping[str, tuple[str, ...]]],
    harmony: Mapping[str, tuple[str, ...]],
    where: str,
    problems: Problems,
) -> dict[str, tuple[str, ...]]:
    """The forms of a verb class, with those its stems give."""
    stems = forms.pop(STEMS, ())
    try:
        regular = conjugate(stems, paradigms, harmony)
    except ValueError as error:
        problems.add(f"{where}, stems", str(error))
        return forms
    names = (*forms, *(name for name in regular if name not in forms))
    return {
        name: tuple(dict.fromkeys((*forms.get(name, ()), *regular.get(name, ())))) for name in names
    }


def _with_documents(
    nouns: dict[str, tuple[str, ...]], documents: dict[str, tuple[str, ...]]
) -> dict[str, tuple[str, ...]]:
    """The nouns, with every paper's words among the agreements."""
    named = [pattern for patterns in documents.values() for pattern in patterns]
    return {**nouns, "agreement": (*nouns.get("agreement", ()), *named)}


def _subtables(data: dict[str, Any], key: str, file: str, problems: Problems) -> dict[str, Any]:
    value = data.pop(key, {})
    if not isinstance(value, dict):
        problems.add(f"{file} [{key}]", "must be a table of tables")
        return {}
    return value


def _lists(
    row: Any, where: str, known: tuple[str, ...] | None, problems: Problems
) -> dict[str, tuple[str, ...]]:
    if not isinstance(row, dict):
        problems.add(where, "must be a table of lists of strings")
        return {}
    table = Table(row, where, problems)
    for key in row:
        if known is not None and key not in known:
            table.note(key, f"unknown key{suggest(key, known)}")
    found = {key: table.texts(key) for key in row}
    for key, patterns in found.items():
        for pattern in patterns:
            if not pattern.replace("*", "").strip():
                table.note(key, f"{pattern!r} matches every word; write at least one letter")
    return found


def _markers(row: dict[str, Any], file: str, problems: Problems) -> dict[str, Marker]:
    found = {}
    for name, value in row.items():
        table = Table(value, f"{file} [marker.{name}]", problems)
        if name not in MARKERS:
            problems.add(f"{file} [marker.{name}]", f"unknown marker{suggest(name, MARKERS)}")
        found[name] = Marker(*(table.texts(key) for key in ("before", "after", "suffix", "title")))
        table.done()
    return found
