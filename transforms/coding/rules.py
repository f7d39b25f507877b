"""Rules of role that every kind of event shares: what a marker, a noun, a place says."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from transforms.coding.attending import is_matter, is_occasion
from transforms.coding.belonging import is_far_off, is_nouns, set_off
from transforms.coding.doers import has_doers
from transforms.coding.event_nouns import is_setting, sentence_final
from transforms.coding.placing import country_atoms, holds_verb
from transforms.coding.prenominal import is_of_quarrel
from transforms.coding.sentence import Phrase, follows_as_genitive
from transforms.coding.topics import is_topics
from transforms.vocabulary import group_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from transforms.coding.lexicon import WordTag
    from transforms.coding.parts import Cast
    from transforms.coding.scene import Scene
    from transforms.coding.sentence import Atom

_SITES: Final[frozenset[str]] = frozenset({"city", "building", "border"})


def spread(
    scene: Scene, cast: Cast, atoms: Iterable[Atom], role: str | None, rule: str, level: str | None
) -> None:
    """Parties join the parties; others take ``role``, if any."""
    for atom in atoms:
        if scene.context.is_party(atom.actor):
            cast.add_party(atom, rule)
            if level:
                cast.levels.append(level)
        elif atom.actor and role:
            cast.add_third(atom, role, rule, level)


def level_of(phrase: Phrase | Atom | None) -> str | None:
    """The level a phrase's titles state."""
    return phrase.level if isinstance(phrase, Phrase) else None


def place_atoms(
    scene: Scene, phrases: Iterable[Phrase], markers: set[str] | set[None]
) -> list[Atom]:
    """The cities, buildings and borders of the first phrase so marked that names any."""
    places = scene.context.dossier.places
    speaks = {t.first for t in scene.sentence.of("cue", "report")}  # "in V, the Palace said"
    found = []
    for phrase in phrases:
        if phrase.marker not in markers:
            continue
        for atom in phrase.atoms:
            record = places.get(atom.place or "")
            if atom.last in speaks and len(phrase.atoms) > 1 and not sentence_final(scene.sentence):
                continue
            if atom.person is None and record is not None and record.place_kind in _SITES:
                found.append(atom)
        if found:
            break
    return found


def find_venues(scene: Scene, markers: set[str]) -> list[Atom]:
    """Where it is: sites marked as places in the clause, then elsewhere in the sentence."""
    here = scene.phrases
    if found := place_atoms(scene, here, markers):
        return found
    clauses, index = scene.sentence.clauses, scene.match.clause
    near = {i for i in (index - 1, index + 1) if 0 <= i < len(clauses)}
    beside = [
        p
        for p in scene.sentence.phrases
        if scene.sentence.clause_of(p.first) in near and not holds_verb(scene, p)
    ]
    found = place_atoms(scene, beside, {"in"}) or country_atoms(scene, here)
    return found or _there(scene)


def _there(scene: Scene) -> list[Atom]:
    """What "there" means: the last place named in the sentences just before."""
    sentence = scene.sentence
    if sentence.cue("there", scene.first, scene.last) is None:
        return []
    before = [s for s in scene.context.near(sentence) if 0 < sentence.number - s.number <= 2]
    for other in reversed(before):
        if found := place_atoms(scene, reversed(other.phrases), {"in", "to"}):
            return found[-1:]
    return []


def marked(scene: Scene, cast: Cast, skip: set[int], role: str | None) -> None:
    """Phrases of the clause by what marks them."""
    for phrase in [*scene.phrases, *set_off(scene)]:
        is_genitive = _is_bare_genitive(scene, phrase)
        if phrase.first not in skip and _is_gapped(scene, phrase):
            _beside(scene, cast, phrase, role)
            continue
        if phrase.first in skip or (phrase.marker is None and not is_genitive):
            continue
        if is_matter(scene, phrase):
            continue
        if phrase.is_anaphor and scene.resolve(phrase):
            cast.is_anaphoric = True
        if phrase.marker in {"between", "with"} or _is_company(scene, phrase):
            _beside(scene, cast, phrase, role)
        elif is_genitive or (phrase.marker == "of" and is_nouns(scene, phrase)):
            rule = "belongs to the event noun"
            near = is_genitive or not is_far_off(scene, phrase)
            spread(scene, cast, scene.resolve(phrase), role if near else None, rule, phrase.level)
        elif named := _named_part(scene, phrase):
            part, rule = named
            spread(scene, cast, scene.resolve(phrase), part, rule, phrase.level)
    _named_mediation(scene, cast)
    _named_agents(scene, cast)
    if scene.context.has_both(cast.parties) or not cast.parties:
        named_in_role(scene, cast, "as_mediator", "mediator")


def _is_company(scene: Scene, phrase: Phrase) -> bool:
    """Whether who is said to be "together with" them sits at a meeting's table."""
    if phrase.marker != "escorted_by" or group_of(scene.match.frame.type) != "meeting":
        return False
    return not any(scene.context.is_party(actor) for actor in phrase.actors)


def _is_gapped(scene: Scene, phrase: Phrase) -> bool:
    """As in "X first A, then B-with met": A leaves its "with" to B, where each was met apart."""
    strict = scene.sentence.lexicon.words.is_strict
    if not strict or phrase.marker is not None or not phrase.atoms or phrase.is_possessive:
        return False
    if scene.sentence.cue("separately", scene.first, scene.last) is None:
        return False
    later = [p for p in scene.phrases if p.first >= phrase.last]
    return bool(later) and later[0].marker == "with" and phrase is not scene.subject()


def _beside(scene: Scene, cast: Cast, phrase: Phrase, role: str | None) -> None:
    """Who is "between" or "with": at the table, unless a noun or a participle says otherwise."""
    if is_topics(scene, phrase) or is_of_quarrel(scene.sentence, phrase):
        return
    if _is_anothers(scene, phrase) or _is_nearby(scene, phrase):
        return
    atoms, level = scene.resolve(phrase), phrase.level
    if phrase.marker == "with" and (part := _absolute_role(scene, phrase)):
        spread(scene, cast, atoms, part, "as the participle after it says", level)
        return
    spread(scene, cast, atoms, role, f'"{phrase.marker}" phrase', level)
    cast.besides |= {a.actor for a in atoms if a.actor in cast.thirds and a.actor}


def _named_part(scene: Scene, phrase: Phrase) -> tuple[str, str] | None:
    """The part that a marker itself names, with the rule."""
    if phrase.marker == "escorted_by":
        is_release = scene.match.frame.type == "detainee_release"
        return ("intermediary", "helps them across") if is_release else None
    if phrase.marker == "mediated_by" and _mediates_release(scene, phrase):
        return None
    return {
        "mediated_by": (mediating(scene), "named as mediator"),
        "hosted_by": ("host", "named as host"),
        "presence_of": (_attending(scene), "present"),
    }.get(phrase.marker or "")


def _attending(scene: Scene) -> str:
    """Who is there as captives change hands helps; elsewhere, one only looks on."""
    return "intermediary" if scene.match.frame.type == "detainee_release" else "witness"


def _mediates_release(scene: Scene, phrase: Phrase) -> bool:
    """Whether it is the release of captives, named in between, that somebody mediates."""
    start = scene.match.anchor.last
    return scene.match.frame.type != "detainee_release" and any(
        start <= tag.first < phrase.marker_first
        for name in ("captives", "swap")
        for tag in scene.sentence.of("noun", name)
    )


_PART_OF_VERB: Final = {
    "mediate": "mediator",
    "chair": "mediator",
    "host": "host",
    "provide": "host",
    "be_host": "host",
}


def _absolute_role(scene: Scene, phrase: Phrase) -> str | None:
    """The part of X in "with X providing the room", "with X mediating"; a party has none."""
    if all(scene.context.is_party(actor) for actor in phrase.actors):
        return None
    for tag in scene.sentence.kind("verb"):
        if tag.form == "ing" and 0 <= tag.first - phrase.last <= 1 and tag.name in _PART_OF_VERB:
            return _PART_OF_VERB[tag.name]
    return None


def _named_agents(scene: Scene, cast: Cast) -> None:
    """As in "a truce brokered there by X fell apart": a second verb of the clause has its agent."""
    for tag in scene.sentence.kind("verb"):
        part = _PART_OF_VERB.get(tag.name)
        inside = scene.first <= tag.first < scene.last and tag.form in {"past", "passive"}
        if part is None or not inside or tag is scene.match.verb:
            continue
        for phrase in scene.phrases:
            if phrase.marker == "by" and 0 <= phrase.marker_first - tag.last <= _NEAR_AGENT:
                role = mediating(scene) if part == "mediator" else part
                spread(
                    scene, cast, scene.resolve(phrase), role, f"agent of {tag.name}", phrase.level
                )


_NEAR_AGENT: Final = 3  # words between a participle and its "by"


def _named_mediation(scene: Scene, cast: Cast) -> None:
    """As in "with X mediation", "following X's mediation": whoever owns the noun mediates."""
    index = scene.match.clause
    for tag in scene.sentence.of("noun", "mediation"):
        far = abs(scene.sentence.clause_of(tag.first) - index) > 1
        if far or scene.sentence.is_without(tag):
            continue
        for phrase in scene.sentence.phrases:
            owns = 0 <= tag.first - phrase.last <= 1 and phrase.marker not in {"without", "in"}
            if owns or _is_genitive_of(scene, tag, phrase):
                spread(scene, cast, phrase.atoms, mediating(scene), "owns the mediation", None)


def _is_genitive_of(scene: Scene, noun: WordTag, phrase: Phrase) -> bool:
    """Whether a bare phrase is a noun's genitive where nouns come first: "mediation of X"."""
    head_first = scene.sentence.lexicon.words.head_first
    return head_first and phrase.marker is None and phrase.first == noun.last


def named_in_role(scene: Scene, cast: Cast, cue: str, role: str) -> None:
    """As in "with X signing as a witness", "with X as host": the third party named nearest."""
    for tag in scene.sentence.of("cue", cue):
        near: list[tuple[int, Phrase]] = []
        for phrase in scene.sentence.phrases:
            others = [a for a in phrase.atoms if a.actor and not scene.context.is_party(a.actor)]
            if others and not any(a.place and not a.person for a in others):
                near.append((max(tag.first - phrase.last, phrase.first - tag.last), phrase))
        for atom in min(near, key=lambda pair: pair[0])[1].atoms if near else ():
            if atom.actor and not scene.context.is_party(atom.actor):
                cast.thirds.pop(atom.actor, None)
                cast.add_third(atom, role, f"named as {role}")


def _is_nearby(scene: Scene, phrase: Phrase) -> bool:
    """Whether the ending "with" of a place says only that something is near it."""
    if phrase.marker != "with" or not has_doers(scene.sentence):
        return False
    are_places = all(atom.place and not atom.person for atom in phrase.atoms)
    is_party = any(scene.context.is_party(actor) for actor in phrase.actors)
    return bool(phrase.atoms) and are_places and not is_party


def _is_bare_genitive(scene: Scene, phrase: Phrase) -> bool:
    """Whether a bare phrase follows the event noun at once: its genitive where one has cases."""
    noun = scene.match.noun
    bare = phrase.marker in {None, "oblique"}
    if not bare or noun is None:
        return False
    return phrase.first == noun.last or follows_as_genitive(scene.sentence, noun, phrase)


def _is_anothers(scene: Scene, phrase: Phrase) -> bool:
    """Whether "between X and Y", "with X" belongs to a noun that is not the event's."""
    nouns = scene.sentence.kind("noun")
    if phrase.marker == "with":
        own = [t for t in nouns if t is not scene.match.noun]
        if any(
            0 <= t.first - phrase.marker_first <= 1 and is_setting(scene.sentence, t) for t in own
        ):
            return True
        if any(t.last == phrase.marker_first for t in scene.sentence.of("topic", "territory")):
            return True  # "on the border with X"
        event = {"talks", "meeting", "summit", "call", "commission"}
        beside = [t for t in nouns if t.last == phrase.marker_first]
        return any(t.name not in event or is_occasion(scene, t) for t in beside)
    if _is_topic(scene, phrase) or _is_spoken_of(scene, phrase):
        return True
    if scene.match.verb is None:
        return _has_nearer_noun(scene, phrase)
    if scene.match.noun is not None:
        return False
    if scene.sentence.lexicon.words.is_strict:  # "discussed the talks between X and Y"
        stop = scene.match.verb.first if scene.match.verb.name == "meet" else phrase.last
        return any(phrase.last <= t.first < stop and t.last <= stop for t in nouns)
    start = scene.match.verb.last
    return any(start <= t.first < phrase.marker_first for t in nouns)


_SITTINGS: Final = frozenset({"talks", "meeting", "summit", "call", "commission", "agreement"})


def _is_topic(scene: Scene, phrase: Phrase) -> bool:
    """Whether "between X and Y" is part of what was spoken about: "on peace between X and Y",
    where adpositions come last and no event noun stands between the two.
    """
    if not sentence_final(scene.sentence) or phrase.marker_first < phrase.last:
        return False
    after = [t for t in scene.sentence.kind("after") if t.first > phrase.marker_first]
    about = next((t for t in after if t.name == "about"), None)
    if about is None or about.first >= scene.last:
        return False
    nouns = (t for name in _SITTINGS for t in scene.sentence.of("noun", name))
    return not any(phrase.last <= t.first < about.first for t in nouns)


def _is_spoken_of(scene: Scene, phrase: Phrase) -> bool:
    """As in "met X on the links between Y and Z": who is "between" is what was spoken of, where a
    party was named as met before the adposition of the subject.
    """
    verb = scene.match.verb
    if verb is None or sentence_final(scene.sentence):
        return False
    met = [
        p
        for p in scene.phrases
        if p.first >= verb.last and p.marker in {"with", None, "object"} and len(p.actors) == 1
    ]
    return any(
        met[0].last <= t.first < phrase.marker_first
        for t in scene.sentence.kind("before")
        if met and t.name == "about"
    )


def _has_nearer_noun(scene: Scene, phrase: Phrase) -> bool:
    """As in "the A meeting follows days of talks between X and Y": the talks are theirs."""
    noun = scene.match.noun
    if noun is None or sentence_final(scene.sentence):
        return False
    if phrase.last <= noun.first:
        return True  # "the treaty between X and Y is ready and talks turn to …"
    tags = [t for name in ("talks", "meeting", "summit") for t in scene.sentence.of("noun", name)]
    return any(noun.last < t.first and t.last <= phrase.marker_first for t in tags)


def mediating(scene: Scene) -> str:
    """Who brings captives home is an intermediary; who brings parties together mediates."""
    return "intermediary" if scene.match.frame.type == "detainee_release" else "mediator"


def compound(scene: Scene, cast: Cast, role: str | None) -> set[int]:
    """Cast the phrase that qualifies the event noun; the words to skip from then on."""
    phrase = scene.compound()
    if phrase is None or (scene.match.verb is None and _is_nominal_subject(scene, phrase)):
        return set()
    named = {"mediated_by": mediating(scene), "hosted_by": "host"}.get(phrase.marker or "")
    is_meeting = group_of(scene.match.frame.type) == "meeting"
    if len(phrase.actors) > 2 and (phrase.marker == "of" or (is_meeting and not phrase.marker)):
        named = "mediator"  # "the meeting of X, Y and Z", "the X-Y-Z meeting"
    rule = "qualifies the event noun"
    atoms = scene.resolve(phrase)
    if named is None and phrase.marker is None:
        atoms = tuple(a for a in atoms if not _is_site(scene, a))
    spread(scene, cast, atoms, named or role, rule, phrase.level)
    return {phrase.first}


def _is_site(scene: Scene, atom: Atom) -> bool:
    """Whether a third party is named by its capital: "the V talks" were held in V, not by it."""
    return bool(atom.place) and not atom.person and not scene.context.is_party(atom.actor)


def _is_nominal_subject(scene: Scene, phrase: Phrase) -> bool:
    return phrase.marker in {"about", "for", "other", "with"}
