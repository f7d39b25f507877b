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
``pluperfect``
    a regular expression on the ending of finite verbs that tell what was before the past.
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
``[spelling]``
    other spellings of a word, which any pattern of the file may hold as well.
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
from functools import cache
from pathlib import Path
from typing import Any, Final

from dossiers.errors import Problems, suggest
from dossiers.paradigms import STEMS, conjugate, respelt
from dossiers.tables import Table, read_toml, reject_leftovers, tables
from dossiers.trigger_records import (
    CUES,
    DOCUMENTS,
    FORMS,
    LEVELS,
    MARKERS,
    NEEDS,
    SLOTS,
    TOPICS,
    Frame,
    Marker,
    Triggers,
    Words,
)

__all__ = ["LEVELS", "Frame", "Triggers", "Words", "load_triggers"]

TRIGGERS_DIR: Final = Path(__file__).with_suffix("")


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


_FLAGS: Final = ("head_first", "is_strict", "has_commas")


def _read_words(path: Path, problems: Problems) -> Words:
    data = read_toml(path, problems)
    file = path.name
    spellings = _lists(data.pop("spelling", {}), f"{file} [spelling]", None, problems)
    data = respelt(data, spellings)
    order = data.pop("order", "svo")
    if order not in ("svo", "sov"):
        problems.add(f"{file}, order", f'must be "svo" or "sov", not {order!r}')
    pluperfect = str(data.pop("pluperfect", ""))
    flags = {name: data.pop(name, False) is True for name in _FLAGS}
    documents = _lists(data.pop("document", {}), f"{file} [document]", DOCUMENTS, problems)
    words = Words(
        language=path.stem,
        order="sov" if order == "sov" else "svo",
        verbs=_read_verbs(data, file, problems),
        nouns=_with_documents(
            _lists(data.pop("noun", {}), f"{file} [noun]", None, problems), documents
        ),
        cues=_lists(data.pop("cue", {}), f"{file} [cue]", CUES, problems),
        levels=_lists(data.pop("level", {}), f"{file} [level]", LEVELS, problems),
        topics=_lists(data.pop("topic", {}), f"{file} [topic]", TOPICS, problems),
        markers=_markers(_subtables(data, "marker", file, problems), file, problems),
        documents=documents,
        spun=_read_spun(data, file, problems),
        pluperfect=pluperfect,
        **flags,
    )
    known = ("verb", "noun", "cue", "level", "topic", "marker", "document", "spun")
    reject_leftovers(data, file, known, problems)
    return words


def _read_verbs(
    data: dict[str, Any], file: str, problems: Problems
) -> dict[str, dict[str, tuple[str, ...]]]:
    """Verb classes with their forms, those that stems give included."""
    harmony = _lists(data.pop("harmony", {}), f"{file} [harmony]", None, problems)
    paradigms = {
        name: _lists(forms, f"{file} [paradigm.{name}]", FORMS, problems)
        for name, forms in _subtables(data, "paradigm", file, problems).items()
    }
    return {
        name: _conjugated(
            _lists(forms, f"{file} [verb.{name}]", (*FORMS, STEMS), problems),
            paradigms,
            harmony,
            f"{file} [verb.{name}]",
            problems,
        )
        for name, forms in _subtables(data, "verb", file, problems).items()
    }


def _read_spun(
    data: dict[str, Any], file: str, problems: Problems
) -> dict[tuple[str, str], tuple[str, ...]]:
    """Words of machine-rewritten texts, by kind and class."""
    return {
        (kind, name): patterns
        for kind, table in _subtables(data, "spun", file, problems).items()
        for name, patterns in _lists(table, f"{file} [spun.{kind}]", None, problems).items()
    }


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
