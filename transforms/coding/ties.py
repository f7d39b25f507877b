"""Does a clause concern the process at all? The ties that hold an event to the parties."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from transforms.coding import setting

if TYPE_CHECKING:
    from transforms.coding.parts import Cast
    from transforms.coding.scene import Scene
    from transforms.coding.sentence import Atom, Sentence


def sentence_parties(scene: Scene) -> dict[str, Atom]:
    """Parties named anywhere in the sentence, with the atom that names them best."""
    return setting.named_parties(scene.context, scene.sentence)


def names_disputed(scene: Scene, sentence: Sentence | None = None) -> bool:
    """Whether a sentence names a place in dispute."""
    disputed = set(scene.context.dossier.process.disputed)
    places = scene.context.dossier.places
    for phrase in (sentence or scene.sentence).phrases:
        for atom in phrase.atoms:
            at = atom.place
            while at is not None:
                if at in disputed:
                    return True
                at = places[at].within if at in places else None
    return False


def elsewhere(scene: Scene) -> bool:
    """Whether the sentence speaks of another conflict and does not name both parties."""
    tags = [t for t in scene.sentence.kind("topic") if t.name in {"other_conflict", "sport"}]
    if not tags:
        return False
    if any(tag.name == "sport" for tag in tags):
        return True
    return not scene.context.has_both(sentence_parties(scene))


def both_parties(scene: Scene, *, reach: bool) -> dict[str, Atom] | None:
    """Both parties as the sentence names them, or by anaphor, or (``reach``) by its setting."""
    named = sentence_parties(scene)
    if scene.context.has_both(named):
        return named
    for phrase in scene.sentence.phrases:
        if phrase.is_anaphor:
            atoms = scene.resolve(phrase)
            if scene.context.has_both(atom.actor for atom in atoms):
                return {a.actor: a for a in atoms if scene.context.is_party(a.actor) and a.actor}
    if not reach or elsewhere(scene) or any(p.is_anaphor for p in scene.sentence.phrases):
        return None  # an anaphor that means others
    return setting.from_setting(scene.context, scene.sentence, named)


def is_tied(scene: Scene, cast: Cast) -> bool:
    """Whether an event with one party, or none named, belongs to the process.

    So it does in a document about both parties, unless its sentence is about others.
    """
    if setting.is_foreign(scene.context, scene.sentence):
        return False
    return scene.context.is_ours or is_near(scene, cast)


def is_anothers_summit(scene: Scene) -> bool:
    """Whether a summit is that of a body of others: "the summit of X is held in V"."""
    noun = scene.match.noun
    if (
        noun is None
        or noun.name != "summit"
        or scene.context.has_both(setting.named_parties(scene.context, scene.sentence))
    ):
        return False
    return any(
        phrase.first <= noun.first < phrase.last
        or (phrase.marker == "of" and 0 <= noun.first - phrase.last <= 2)
        or (phrase.marker == "of" and noun.last <= phrase.marker_first <= noun.last + 1)
        for phrase in scene.phrases
        if phrase.actors
    )


def is_told_near(scene: Scene, cast: Cast) -> bool:
    """Whether a meeting with one party belongs to the process: the passage itself says so, or
    the title is about both parties, or the sentence before or after speaks of their peace.
    """
    if is_near(scene, cast):
        return True
    context = scene.context
    if not cast.parties or setting.is_foreign(context, scene.sentence):
        return False
    if context.has_both(context.title_actors):
        return True
    number = scene.sentence.number
    return any(
        abs(other.number - number) == 1
        and other.paragraph == scene.sentence.paragraph
        and context.has_both(setting.named_parties(context, other))
        and other.topics(0, len(other.words)) & {"peace", "mediation"}
        for other in context.near(scene.sentence)
    )


def is_near(scene: Scene, cast: Cast) -> bool:
    """Whether the passage itself ties an event to the process, whatever the document.

    Either the sentence names both parties, or it names a party and the peace, or the thing
    in dispute; never where it speaks of another conflict.
    """
    if elsewhere(scene):
        return False
    if both_parties(scene, reach=False) is not None:
        return True
    topics = scene.sentence.topics(0, len(scene.sentence.words))
    topical = bool(topics & {"peace", "mediation"})
    if cast.parties and (topical or names_disputed(scene)):
        return True
    return topical and both_parties(scene, reach=True) is not None


_OF_PROCESS = frozenset({"peace", "mediation", "territory", "deescalation"})
_TAKEN_UP = 3  # sentences after a visit in which its subject may be told


def is_taken_up(scene: Scene) -> bool:
    """Whether a sentence right after says that the process was what a visit was about.

    It names both parties and the peace between them, or the thing in dispute.
    """
    number = scene.sentence.number
    for other in scene.context.sentences[number + 1 : number + 1 + _TAKEN_UP]:
        topics = other.topics(0, len(other.words))
        if "other_conflict" in topics or other.paragraph > scene.sentence.paragraph + 1:
            return False
        both = scene.context.has_both(setting.named_parties(scene.context, other))
        if topics & _OF_PROCESS and (both or names_disputed(scene, other)):
            return True
        if both and topics & {"settlement", "territory"}:
            return True
        if both and "territory" in topics:
            return True  # "they spoke of the border between X and Y"
    return False


_TOLD_AFTER: Final = 3  # sentences after a meeting in which its subject is told


def is_about_both(scene: Scene, cast: Cast) -> bool:
    """Whether what is told beside a meeting with one party, or the title, is the process:
    the other party is named beside the peace, or a place in dispute, and it is no recap.

    So it is of a body that exists for the process. Read where verbs strictly come last.
    """
    context, number = scene.context, scene.sentence.number
    if not scene.sentence.lexicon.words.is_strict:
        return False
    if meets_format(scene):
        return True
    if not context.is_ours or elsewhere(scene):
        return False
    around = range(number, number + _TOLD_AFTER + 1)
    beside = [s for s in context.near(scene.sentence) if s.number in around]
    beside = [*([context.title] if context.title else ()), *beside]
    return any(
        names_disputed(scene, other) or _names_other(scene, cast, other)
        for other in beside
        if not other.of("cue", "recap") and not setting.is_foreign(context, other)
    )


def _names_other(scene: Scene, cast: Cast, sentence: Sentence) -> bool:
    named = setting.named_parties(scene.context, sentence)
    topics = sentence.topics(0, len(sentence.words))
    return not named.keys() <= cast.parties.keys() and bool(topics & {"peace", "mediation"})


def meets_format(scene: Scene) -> bool:
    """Whether the third party is a body that exists for the process ("the co-chairs of the G")."""
    thirds = [p for p in scene.phrases if any(not scene.context.is_party(a) for a in p.actors)]
    tags = scene.sentence.of("noun", "format")
    return any(p.first <= tag.first < p.last for p in thirds for tag in tags)


def is_named_summit(scene: Scene) -> bool:
    """Whether a name that is no place's qualifies the summit: "the Eastern Partnership summit"."""
    noun, words = scene.match.noun, scene.sentence.words
    if noun is None or noun.name != "summit" or not noun.first:
        return False
    at = noun.first - 1
    held = [p for p in scene.sentence.phrases if p.first <= at < p.last]
    is_placed = any(a.place or scene.context.is_party(a.actor) for p in held for a in p.atoms)
    return words[at].is_capital and at > scene.clause.first and not is_placed


def is_bodys_sitting(scene: Scene) -> bool:
    """Whether an organisation owns the noun: "the session of X", where verbs come last."""
    noun, context = scene.match.noun, scene.context
    if noun is None or not scene.sentence.lexicon.words.is_strict:
        return False
    if context.has_both(sentence_parties(scene)):
        return False
    actors = context.dossier.actors
    return any(
        phrase.last <= noun.first and phrase.marker in {None, "of"}
        for phrase in scene.phrases
        for atom in phrase.atoms[-1:]
        if atom.actor
        and atom.actor in actors
        and not atom.person
        and actors[atom.actor].kind == "organisation"
    )
