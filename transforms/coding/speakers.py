"""Whose words they are: the subject of a speech act, or who is quoted for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from transforms.coding.closing import closes_clauses
from transforms.coding.doers import has_doers

if TYPE_CHECKING:
    from transforms.coding.scene import Scene
    from transforms.coding.sentence import Atom, Phrase, Sentence

_SPEAKER_REACH: Final = 4  # sentences back in which "we" finds whose words they are


def speaker_of(scene: Scene) -> Phrase | Atom | None:
    """The subject of a speech act; where it is "we", whom the sentence quotes."""
    anchor = scene.match.anchor
    we = scene.sentence.cue("we", scene.clause.first, anchor.last)
    if we is None and not _is_said_without_subject(scene):
        found = scene.subject() or _house(scene)
        named = any(atom.actor for atom in scene.resolve(found))
        reported = scene.sentence.cue("report", 0, anchor.first) is not None
        if named or not reported or closes_clauses(scene.sentence):
            return found
        return _quoted(scene, anchor.last) or found  # "an official said the city would …"
    quoted = _reporter if closes_clauses(scene.sentence) else _quoted
    return quoted(scene, anchor.last) or scene.subject() or _house(scene) or _issuer(scene)


def who_insists(scene: Scene) -> Phrase | Atom | None:
    """Whose precondition is told by what the other must do: "X said that Y must first …"."""
    frame, anchor = scene.match.frame, scene.match.anchor
    if frame.type != "demand" or not frame.fixed or scene.clause.opener != "that":
        return None
    reports = [t for t in scene.sentence.of("cue", "report") if t.last <= scene.clause.first]
    return _reporter(scene, anchor.first) if reports else None


def owner_of_readiness(scene: Scene) -> Phrase | None:
    """Whose readiness is told of: "N spoke of the readiness of X", where nouns come first."""
    if not scene.sentence.lexicon.words.head_first:
        return None
    tags = [t for t in scene.sentence.of("noun", "readiness") if t.first >= scene.first]
    return next((p for t in tags for p in scene.phrases if p.first == t.last), None)


def _issuer(scene: Scene) -> Phrase | None:
    """Who "we" is in a statement that nobody is quoted for: whom its title names first."""
    openings = scene.context.before(scene.sentence)[:2] if has_doers(scene.sentence) else []
    for other in openings:
        for phrase in other.phrases:
            return phrase if not scene.context.has_both(phrase.actors) else None
    return None


def _house(scene: Scene) -> Phrase | None:
    """Who speaks where "in V they said": the capital or office beside a verb of saying."""
    sentence = scene.sentence
    if sentence.lexicon.oblique is None:
        return None
    for tag in sentence.of("cue", "report"):
        for phrase in sentence.phrases:
            beside = phrase.last == tag.first or 0 <= phrase.marker_first - tag.last <= 2
            if phrase.marker == "in" and beside and phrase.actors:
                return phrase
    return None


def _is_said_without_subject(scene: Scene) -> bool:
    """Whether a clause of reported speech leaves its subject to the verb's ending."""
    if not closes_clauses(scene.sentence) or scene.match.verb is None:
        return False
    first, last = scene.clause.first, scene.match.verb.first
    named = scene.bare(first, last, genitives=False) or scene.pronoun(first, last)
    return named is None and scene.sentence.cue("report", 0, first) is not None


def _reporter(scene: Scene, word: int) -> Phrase | Atom | None:
    """The subject of the clause of saying before a word, or of the sentence before."""
    sentence = scene.sentence
    for tag in sorted(sentence.of("cue", "report"), key=lambda t: -t.first):
        if tag.last <= word:
            first = sentence.clauses[sentence.clause_of(tag.first)].first
            if found := scene.bare(first, tag.first) or scene.pronoun(first, tag.first):
                return found
    for other in reversed(scene.context.before(sentence)[-_SPEAKER_REACH:]):
        if (found := _first_named(other)) is not None:
            return found
    return None


def quoted_before(scene: Scene) -> Phrase | Atom | None:
    """Whose words a sentence in the first person is: who is quoted in it or nearest before."""
    tags = scene.sentence.of("cue", "report")
    if closes_clauses(scene.sentence) or not any(t.first >= scene.match.anchor.last for t in tags):
        return _reporter(scene, scene.match.anchor.first)
    return _quoted(scene, scene.match.anchor.last)


def _first_named(sentence: Sentence) -> Phrase | None:
    """The first bare phrase of a sentence that names somebody."""
    bare = [p for p in sentence.phrases if p.marker is None and not p.is_possessive]
    return next((p for p in bare if p.actors), None)


def _quoted(scene: Scene, word: int) -> Phrase | Atom | None:
    """Who says it: the subject of the verb of saying, after the quotation or before it."""
    sentence = scene.sentence
    tags = sentence.of("cue", "report")
    for tag in sorted(tags, key=lambda t: (t.first < word, abs(t.first - word))):
        beside = [p for p in sentence.phrases if p.marker is None and not p.is_possessive]
        after = [p for p in beside if 0 <= p.first - tag.last <= 1]
        clause = sentence.clauses[sentence.clause_of(tag.first)].first
        before = [p for p in beside if p.last <= tag.first and p.first >= clause]
        before = [p for p in before if tag.first - p.last <= 2] or before[:1]
        if after or before:
            return (before or after)[-1 if before else 0]
        if pronoun := scene.pronoun(max(0, tag.first - 2), tag.first + 2):
            return pronoun
    for other in reversed(scene.context.before(sentence)[-1:]):
        return next((p for p in other.phrases if p.marker is None), None)
    return None
