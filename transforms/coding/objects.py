"""Whom a verb of meeting, hosting, phoning takes for its object: who is met, received, called."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from transforms.coding.doers import wants_doer
from transforms.coding.event_nouns import sentence_final
from transforms.coding.rules import spread
from transforms.coding.sentence import Phrase

if TYPE_CHECKING:
    from transforms.coding.lexicon import WordTag
    from transforms.coding.parts import Cast
    from transforms.coding.scene import Scene
    from transforms.coding.sentence import Atom

OBJECT_VERBS: Final = frozenset({"host", "chair", "gather", "meet", "phone", "connect", "invite"})


def objects(scene: Scene, cast: Cast, skip: set[int]) -> None:
    """Bare phrases after a verb that takes people for its object."""
    verb = scene.match.verb
    if verb is None or verb.name not in OBJECT_VERBS or scene.match.aspect.is_passive:
        return
    marks = {"object"} if verb.name == "meet" else {"object", "oblique"}
    if verb.name == "phone" and scene.sentence.lexicon.words.is_strict:
        marks.add("to")  # who is rung up stands in the dative
    subject = scene.subject()
    fronted = isinstance(subject, Phrase) and subject.is_doer
    fronted = fronted or wants_doer(scene.sentence, verb)
    hosts = scene.resolve(subject) if verb.name == "host" else ()
    by_party = len(hosts) == 1 and scene.context.is_party(hosts[0].actor)  # "X received Z"
    for phrase in scene.phrases:
        if _is_format(scene, phrase):
            continue
        unmarked = phrase.marker is None and (fronted or not scene.sentence.lexicon.marks_objects)
        is_object = phrase.marker in marks or (
            unmarked and (phrase.first >= verb.last or fronted) and not phrase.is_doer
        )
        is_object = is_object or _is_held_by(scene, verb, phrase, subject)
        is_object = is_object or _is_rung_up(scene, verb, phrase)
        is_object = is_object and not _qualifies_noun(scene, phrase)
        if phrase.first not in skip and is_object and not phrase.is_possessive:
            atoms = scene.resolve(phrase)
            cast.is_anaphoric = cast.is_anaphoric or (phrase.is_anaphor and bool(atoms))
            role = "mediator" if verb.name in {"meet", "phone"} or by_party else None
            spread(scene, cast, atoms, role, f"object of {verb.name}", phrase.level)
            skip.add(phrase.first)


def _is_format(scene: Scene, phrase: Phrase) -> bool:
    """Whether a phrase is the event noun itself: a forum that bears a name meets nobody."""
    noun = scene.match.noun
    return noun is not None and noun.first <= phrase.first and phrase.last <= noun.last


def guests(scene: Scene, cast: Cast, skip: set[int]) -> None:
    """As in "X was received by Y": the subject came; where verbs come earlier, to a party."""
    verb = scene.match.verb
    if verb is None or verb.name != "host" or not scene.match.aspect.is_passive:
        return
    if scene.agent() is None:
        return
    guest = scene.bare(scene.clause.first, verb.first)
    if sentence_final(scene.sentence) and not scene.sentence.lexicon.words.is_strict:
        return
    if not sentence_final(scene.sentence):
        by_party = any(map(scene.context.is_party, (a.actor for a in scene.resolve(scene.agent()))))
        heir = scene.inherited() if guest is None and by_party else None
        guest = heir if isinstance(heir, Phrase) else guest if by_party else None
    if guest and guest.first not in skip:
        spread(scene, cast, scene.resolve(guest), "mediator", "is received", guest.level)
        skip.add(guest.first)


def _is_held_by(scene: Scene, verb: WordTag, phrase: Phrase, subject: Phrase | Atom | None) -> bool:
    """Whether a bare phrase stands inside a compound verb of hosting: "host of X and Y was"."""
    if not scene.sentence.lexicon.words.head_first or verb.name not in {"host", "gather"}:
        return False
    inside = scene.clause.first <= phrase.first and phrase.last <= verb.first
    return inside and phrase.marker is None and phrase != subject and len(phrase.actors) > 1


def _is_rung_up(scene: Scene, verb: WordTag, phrase: Phrase) -> bool:
    """Whether a person behind an adposition of place is who is telephoned: "téléphoner à N"."""
    to_person = phrase.marker in {"in", "to"} and any(a.person for a in phrase.atoms)
    return verb.name == "phone" and to_person and not sentence_final(scene.sentence)


def _qualifies_noun(scene: Scene, phrase: Phrase) -> bool:
    """Whether a people's name only qualifies some noun before it: "the newspaper of X"."""
    sentence, first = scene.sentence, phrase.first
    if sentence_final(sentence) or not phrase.is_adjective or first != phrase.atoms[0].first:
        return False
    if first == 0 or sentence.words[first].gap != " ":
        return False
    return not any(t.first <= first - 1 < t.last for t in sentence.tags)
