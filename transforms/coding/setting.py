"""Who a document is about, sentence by sentence: the two parties, unless it says otherwise.

A text that names both parties is about them. A clause of it that tells a meeting, a paper, a
truce or a release without saying whose it is ("They met", "the ministers held talks", "four
detainees were handed over") therefore concerns both, unless its sentence speaks of another
conflict or names another pair. This is the one place that decides it; casting asks here.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from transforms.coding.sentence import Atom, Phrase

if TYPE_CHECKING:
    from transforms.coding.context import Context
    from transforms.coding.lexicon import WordTag
    from transforms.coding.sentence import Sentence

_RANKS: Final = {"leaders": "head", "ministers": "minister", "officials": "envoy"}
_PLACES: Final = frozenset({"in", "from", "to"})
_PAIR_REACH: Final = 2  # sentences back that another pair, once named, owns "the two"
_TRIO: Final = 3
"""So many third parties in a row do their own business."""
_SAME_TITLE: Final = 6  # letters that two forms of one title share
_HOLDER_REACH: Final = 8  # sentences back in which an unnamed office holder is looked for


def named_parties(context: Context, sentence: Sentence) -> dict[str, Atom]:
    """Parties named anywhere in a sentence, with the atom that names them best."""
    found: dict[str, Atom] = {}
    for phrase in sentence.phrases:
        if phrase.marker == "without":
            continue  # "in the absence of X"
        for atom in context.party_atoms(phrase):
            assert atom.actor is not None
            held = found.get(atom.actor)
            if held is None or (held.person is None and atom.person):
                found[atom.actor] = atom
    return found


def is_foreign(context: Context, sentence: Sentence) -> bool:
    """Whether a sentence speaks of sport, another conflict, or another pair."""
    topics = {tag.name for tag in sentence.kind("topic")}
    if "sport" in topics:
        return True
    if context.has_both(named_parties(context, sentence)):
        return False
    return "other_conflict" in topics or names_other_pair(context, sentence)


def names_other_pair(context: Context, sentence: Sentence) -> bool:
    """Whether a coordinated pair that is not the two parties stands in a sentence."""
    urges = sentence.lexicon.words.order == "svo" and bool(sentence.of("verb", "appeal"))
    return any(_is_other_pair(context, phrase, urges=urges) for phrase in sentence.phrases)


def _is_other_pair(context: Context, phrase: Phrase, *, urges: bool) -> bool:
    """Whether a phrase is a pair with business of its own; several that urge have none."""
    actors = phrase.actors
    if len(actors) < 2 or phrase.marker in _PLACES or context.has_both(actors):
        return False
    parties = sum(context.is_party(actor) for actor in actors)
    return parties == 1 or phrase.marker == "between" or (len(actors) >= _TRIO and not urges)


def from_setting(
    context: Context, sentence: Sentence, named: dict[str, Atom]
) -> dict[str, Atom] | None:
    """Both parties of a document that is about them; ``named`` are those already known."""
    if not context.is_ours or is_foreign(context, sentence):
        return None
    if not named and _follows_other_trio(context, sentence):
        return None
    found = dict(named)
    for atom in last_pair(context, sentence):
        if atom.actor is not None and context.is_party(atom.actor):
            found.setdefault(atom.actor, atom)
    if not context.has_both(found):
        for actor in context.dossier.process.parties:
            found.setdefault(actor, Atom(actor, None, None, 0, 0))
    return found


def _follows_other_trio(context: Context, sentence: Sentence) -> bool:
    """Whether the sentence before is about three who are not the two with a third."""
    for other in reversed(context.before(sentence)[-1:]):
        if context.has_both(named_parties(context, other)):
            return False
        return any(
            len(p.actors) >= _TRIO and p.marker not in _PLACES and not context.has_both(p.actors)
            for p in other.phrases
        )
    return False


def last_pair(context: Context, sentence: Sentence) -> tuple[Atom, ...]:
    """The two states as they were last named together before a sentence, or bare."""
    states = set(context.dossier.process.parties)
    for other in reversed(context.before(sentence)):
        for phrase in reversed(other.phrases):
            if states.issubset(phrase.actors):
                return tuple(replace(a, first=0, last=0) for a in context.party_atoms(phrase))
    return context.bare_parties()


def pair_of(context: Context, sentence: Sentence, phrase: Phrase) -> tuple[Atom, ...]:
    """The atoms that a pair anaphor stands for; empty where it means others.

    What the grammar of `Context.pair_before` cannot tell, the setting decides: the two are
    the parties, unless another pair was named at most `_PAIR_REACH` sentences before.
    """
    if context.is_ours and _is_of_peace(sentence, phrase):
        return last_pair(context, sentence)
    pair = context.pair_before(sentence, phrase.first)
    if pair is not None:
        group = any(a.actor in context.dossier.process.party_groups for a in pair)
        here = any(a in p.atoms for p in sentence.phrases for a in pair)
        if group and not here:
            return last_pair(context, sentence)
        return pair or context.bare_parties()
    if not context.is_ours or is_foreign(context, sentence) or _met_alone(context, sentence):
        return ()
    if context.other_pair_before(sentence, phrase.first):
        return ()
    near = [s for s in context.before(sentence) if sentence.number - s.number <= _PAIR_REACH]
    for other in reversed(near):
        if names_other_pair(context, other):
            return ()
        if context.has_both(named_parties(context, other)):
            break
    return last_pair(context, sentence)


_PEACE: Final = frozenset({"peace", "settlement"})
_NEAR_PEACE: Final = 4  # words from "peace" to "between the two countries"


def _is_of_peace(sentence: Sentence, phrase: Phrase) -> bool:
    """Whether it is the peace "between the two" that a text about the process speaks of."""
    if phrase.marker != "between" or sentence.lexicon.words.order == "sov":
        return False
    return any(
        tag.name in _PEACE and 0 <= phrase.marker_first - tag.last <= _NEAR_PEACE
        for tag in sentence.kind("topic")
    ) and not sentence.of("topic", "other_conflict")


def are_others(context: Context, sentence: Sentence, tag: WordTag) -> bool:
    """Whether a plural pronoun stands for a pair of others, one of them perhaps a party."""
    if those_meant(context, sentence, tag) is not None:
        return False
    for other in reversed(context.before(sentence)[-_PAIR_REACH:]):
        for phrase in reversed(other.phrases):
            if len(phrase.actors) > 1 and phrase.marker not in _PLACES:
                return not context.has_both(phrase.actors)
            if phrase.is_anaphor:
                return False
    return False


def _met_alone(context: Context, sentence: Sentence) -> bool:
    """Whether the meeting told last, just before, was one party's: "the two" are not both."""
    last = context.told[-1] if context.told else None
    if last is None or last.type != "party_meeting":
        return False
    near = sentence.number - last.sentence.number
    between = [s for s in context.before(sentence) if s.number > last.sentence.number]
    named = any(context.has_both(named_parties(context, s)) for s in between)
    return 0 < near <= _PAIR_REACH and not named


def those_meant(context: Context, sentence: Sentence, tag: WordTag) -> Phrase | None:
    """The phrase a plural pronoun stands for: the last plural one, else the two parties."""
    for phrase in reversed(sentence.phrases):
        if phrase.last <= tag.first and phrase.marker is None:
            if phrase.is_anaphor or len(phrase.atoms) > 1:
                return phrase
            break
    for other in reversed(context.before(sentence)[-_PAIR_REACH:]):
        for phrase in reversed(other.phrases):
            if len(phrase.actors) > 1 and phrase.marker not in _PLACES:
                if not context.has_both(phrase.actors):
                    return None
                return replace(phrase, first=tag.first, last=tag.last, marker=None)
            if phrase.is_anaphor:
                break
    if not context.is_ours or is_foreign(context, sentence):
        return None
    return Phrase(last_pair(context, sentence), tag.first, tag.last)


def holder_of(context: Context, sentence: Sentence, office: Phrase) -> Atom | None:
    """Who "the emir", "the minister", "the spokesman" is: the last one who could be."""
    rank = _RANKS.get(office.level or "")
    abroad = bool(sentence.of("cue", "office_abroad")) and _is_abroad(sentence, office)
    fallback: Atom | None = None
    namesake: Atom | None = None
    near = [p for p in sentence.phrases if p.last <= office.first]
    window = context.before(sentence)[-_HOLDER_REACH:]
    title = sentence.words[office.last - 1].folded[:_SAME_TITLE]
    for told, phrases in ((sentence, near), *((s, s.phrases) for s in reversed(window))):
        for phrase in reversed(phrases):
            for atom in reversed(phrase.atoms):
                if abroad and context.is_party(atom.actor):
                    continue
                if rank and atom.person and atom.rank == rank:
                    if not _has_other_title(told, phrase, title):
                        return atom
                    namesake = namesake or atom
                if fallback is None and _may_hold(context, atom, rank is not None):
                    fallback = replace(atom, person=None, place=None)
    return namesake or fallback


def _has_other_title(sentence: Sentence, phrase: Phrase, title: str) -> bool:
    """Whether a person is named with another title of the same rank: no "premier" is meant
    by "the president".
    """
    if phrase.level is None:
        return False
    words = sentence.words[phrase.first : phrase.last]
    return not any(word.folded.startswith(title) for word in words)


def _is_abroad(sentence: Sentence, office: Phrase) -> bool:
    """Whether an office is one that neither party has."""
    tags = sentence.of("cue", "office_abroad")
    return any(office.first <= tag.first and tag.last <= office.last for tag in tags)


def _may_hold(context: Context, atom: Atom, has_rank: bool) -> bool:
    """Whether an unnamed holder may belong to an actor; one with a rank is a third party's."""
    return atom.actor is not None and not (has_rank and context.is_party(atom.actor))
