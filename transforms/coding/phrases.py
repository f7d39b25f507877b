"""From mentions to phrases: what stands together, and what marks its part in the clause."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from dossiers.triggers import LEVELS
from transforms.coding.cases import is_oblique, is_oblique_word
from transforms.coding.doers import (
    DOER,
    case_of,
    case_of_word,
    ends_phrase,
    has_doers,
)
from transforms.coding.endings import (
    NOT_OF_TITLES,
    ending,
    is_located,
    named_behind,
    parted,
    past_suffix,
    title_ending,
)
from transforms.coding.joining import Builder
from transforms.coding.naming import without_abbreviations, without_countries
from transforms.coding.sentence import Atom, Phrase, Sentence

if TYPE_CHECKING:
    from collections.abc import Sequence

    from transforms.coding.lexicon import WordTag


_HYPHENS = "-‐‑–"


def build_phrases(sentence: Sentence, atoms: Sequence[Atom]) -> list[Phrase]:
    """The phrases of a sentence in order, anaphors for both parties included."""
    builder = Builder.of(sentence)
    atoms = _without_glosses(sentence, without_abbreviations(sentence, atoms))
    phrases: list[Phrase] = []
    floor = 0
    for group in parted(sentence, _groups(builder, atoms)):
        behind = [atom.first for atom in atoms if atom.first >= group[-1].last]
        phrase = _finish(builder, group, floor, min(behind, default=len(sentence.words)))
        floor = phrase.last
        phrases += _without_topic(sentence, phrase)
    phrases = without_countries(sentence, phrases)
    covered = {word for p in phrases for word in range(p.first, p.last)}
    head_first = sentence.lexicon.words.head_first
    for name in ("pair", "office_abroad", "office"):
        for tag in sorted(sentence.of("cue", name), key=lambda t: t.first - t.last):
            free = covered.isdisjoint(range(tag.first, tag.last))
            others = sentence.of("cue", "others")
            is_theirs = any(t.last == tag.first or t.first == tag.last for t in others)
            if free and not is_theirs and not _is_headed(builder, tag.last, phrases):
                phrases.append(_unnamed(builder, tag))
                edge = phrases[-1].first if head_first else tag.first
                covered.update(range(edge, tag.last))
    for tag in sentence.of("cue", "he"):
        marker, at = builder.marker_at(tag.first)
        if marker in {"mediated_by", "hosted_by"} and tag.first not in covered:
            phrases.append(Phrase((), tag.first, tag.last, marker, is_office=True, marker_first=at))
    return _share_markers(sentence, sorted(phrases, key=lambda phrase: phrase.first))


def _share_markers(sentence: Sentence, phrases: list[Phrase]) -> list[Phrase]:
    """As in "with the participation of X and of Y": a genitive joined to a marked phrase has
    its part.
    """
    if sentence.lexicon.words.order == "sov":
        return phrases
    joints = {tag.first: tag.last for tag in sentence.of("cue", "coordinator")}
    for at in range(1, len(phrases)):
        left, right = phrases[at - 1], phrases[at]
        joined = joints.get(left.last) in {right.marker_first, right.first}
        joined = joined or (right.marker_first == left.last and left.last in joints)
        if joined and right.marker == "of" and left.marker in _SHARED:
            phrases[at] = replace(right, marker=left.marker)
    return phrases


_SHARED = frozenset({"presence_of", "mediated_by", "hosted_by"})


def _without_glosses(sentence: Sentence, atoms: Sequence[Atom]) -> list[Atom]:
    """The atoms but for those in brackets right behind a name: "co-chairs A (X) and B (Y)"."""
    kept: list[Atom] = []
    barred = 0
    for atom in atoms:
        if atom.first < barred:
            continue
        if kept and kept[-1].last < len(sentence.words):
            at = kept[-1].last
            if "(" in sentence.words[at].gap and ")" not in sentence.words[at].gap:
                barred = next(
                    (w for w in range(at + 1, len(sentence.words)) if ")" in sentence.words[w].gap),
                    at,
                )
                if atom.first < barred:
                    continue
        kept.append(atom)
    return kept


def _unnamed(builder: Builder, tag: WordTag) -> Phrase:
    """The phrase of "the two leaders" or "the emir": whom it means is found out later."""
    sentence = builder.sentence
    edge = builder.left_edge(tag.first, 0)
    marker, at = _marker_of_pair(builder, edge, tag)
    owns = any(name == "possessive" for name, _ in builder.starts.get(tag.last, ()))
    is_pair = tag.name == "pair"
    level = _level(sentence, edge, tag.last)
    is_doer, marker = marker == DOER, None if marker == DOER else marker
    return Phrase((), edge, tag.last, marker, level, is_pair, owns, at, not is_pair, is_doer)


def _opens(marker: WordTag, tag: WordTag) -> bool:
    return marker.first == tag.first and marker.last == tag.first + 1 < tag.last


def _marker_of_pair(builder: Builder, edge: int, tag: WordTag) -> tuple[str | None, int]:
    """What marks an anaphor: the adposition before or after it, else its ending."""
    marker, at = builder.marker_at(edge)
    sentence = builder.sentence
    if any(t.last == tag.last for t in sentence.of("cue", "object_pair")):
        return "object", -1
    after = next((t for t in sentence.kind("after") if _follows(sentence, t, tag.last)), None)
    if after is not None and marker is None:
        return after.name, after.first
    if marker is not None:
        return marker, at
    if has_doers(sentence):
        return case_of_word(sentence, tag.last - 1), at
    held = next((t for t in sentence.kind("before") if _opens(t, tag)), None)
    if held is not None:
        return held.name, held.first  # an article that holds its adposition: "aux deux …"
    surface = sentence.words[tag.last - 1].folded
    if sentence.lexicon.title_suffixes:
        return title_ending(sentence.lexicon, surface), -1
    for name, pattern in sentence.lexicon.suffixes.items():
        if name not in NOT_OF_TITLES | {"object"} and pattern.search(surface):
            return name, -1
    return ("oblique" if is_oblique_word(sentence, tag) else None), at


def _without_topic(sentence: Sentence, phrase: Phrase) -> list[Phrase]:
    """As in "X, between Y and Z" where the adposition comes last: X is no part of the pair; nor
    is it in "X, Y and Z [object] invited", where verbs come last.
    """
    atoms = phrase.atoms
    follows = phrase.marker_first >= phrase.last
    if not (phrase.marker in {"between", "object"} and follows and len(atoms) == 3):
        return [phrase]
    second = atoms[1]
    if not sentence.gap_has(atoms[0].last, second.first + 1, ","):
        return [phrase]
    topic = Phrase(atoms[:1], phrase.first, atoms[0].last)
    return [topic, replace(phrase, atoms=atoms[1:], first=second.first)]


def _is_headed(builder: Builder, last: int, phrases: Sequence[Phrase]) -> bool:
    """Whether "the leaders" is followed by "of X": then it is no anaphor."""
    return any(p.marker == "of" and p.marker_first == last for p in phrases)


def _groups(builder: Builder, atoms: Sequence[Atom]) -> list[list[Atom]]:
    groups: list[list[Atom]] = []
    how = ""
    for atom in atoms:
        previous = groups[-1] if groups else None
        link = builder.join(previous[-1], atom) if previous else None
        if previous is None or link is None or not _may_join(builder, previous, atom, link, how):
            groups.append([atom])
            how = ""
            continue
        if link == "nested":
            previous[-1] = replace(atom, first=previous[-1].first)
        elif link == "same":
            if builder.sentence.gap_has(previous[-1].last, atom.first + 1, ","):
                how = "comma"  # "A, prime minister of X, and B"
            previous[-1] = _merge(previous[-1], atom)
        else:
            previous.append(atom)
            how = link
    return groups


def _may_join(builder: Builder, group: list[Atom], atom: Atom, link: str, how: str) -> bool:
    if link in {"same", "nested"}:
        return True
    if link == "comma and" and how != "comma":
        return False
    if link == "comma" and how == "and":
        return False  # "A and B, C": a list has its conjunction last
    if "comma" in link and bool(group[-1].place and not group[-1].person) != bool(atom.place):
        return False
    sentence = builder.sentence
    if len(group) == 1 and sentence.lexicon.words.order == "svo":
        marker, _ = builder.marker_at(builder.left_edge(group[0].first, 0))
        if marker == "between":
            return True  # "a meeting between X, Y and Z"
    return link != "comma" or not (
        (
            _closes_opening(sentence, group[-1].last)
            and (not sentence.lexicon.words.head_first or _opens_with(builder, group, atom))
        )
        or _closes_source(sentence, group, atom.first)
    )


def _closes_opening(sentence: Sentence, word: int) -> bool:
    """Whether the comma behind a name, which ends at a word, closes an opening like "After
    talks with X, …".
    """
    opens = any(
        tag.first == 0 and (tag.kind == "before" or tag.name in {"adverbial", "condition"})
        for tag in sentence.tags
        if tag.kind in {"before", "cue"}
    )
    return opens and not sentence.gap_has(1, word, ",") and not _told_before(sentence, word)


def _told_before(sentence: Sentence, word: int) -> bool:
    """Whether a finite verb stands behind an opening adposition: "In V met X, Y and Z"."""
    if any(t.first == 0 for n in ("adverbial", "condition") for t in sentence.of("cue", n)):
        return False
    finite = {"past", "present", "future", "passive"}
    return any(t.last <= word and t.form in finite for t in sentence.kind("verb"))


def _opens_with(builder: Builder, group: Sequence[Atom], atom: Atom) -> bool:
    """Whether what a sentence opens with ends in a group: "In May X, Y and Z signed" has none."""
    if bool(group[0].person) != bool(atom.person):
        return True
    return builder.marker_at(builder.left_edge(group[0].first, 0))[0] is not None


def _closes_source(sentence: Sentence, group: list[Atom], word: int) -> bool:
    """Whether a comma closes "According to N, spokesman of X, Y and Z met": X is not with them."""
    if len(group) > 1 or not any(t.first == 0 for t in sentence.kind("before")):
        return False
    if sentence.lexicon.words.order == "svo" and not any(
        t.first == 0 for t in sentence.of("cue", "report")
    ):
        return False  # "At the invitation of N, the presidents of X, Y and Z met": a list
    return _commas(sentence, group[0].first) == 1 and _commas(sentence, word) == 2


def _commas(sentence: Sentence, word: int) -> int:
    return sum("," in each.gap for each in sentence.words[1 : word + 1])


def _merge(left: Atom, right: Atom) -> Atom:
    """One atom of a title or body and the person it introduces, who acts for his own body."""
    titled = right.person and not left.person and right.actor and left.rank == "igo"
    return replace(
        left,
        actor=right.actor if titled else left.actor,
        person=left.person or right.person,
        place=None if (left.person or right.person) else left.place or right.place,
        rank=left.rank or right.rank,
        level=left.level or right.level,
        last=max(left.last, right.last),
        is_possessive=right.is_possessive,
        surface=right.surface,
        kind=left.kind if left.kind != "demonym" else right.kind,
    )


def _title_across(sentence: Sentence, name: Atom, floor: int) -> int:
    """Where a name begins, or a title that ends inside it: "presidents [of the] Republic (of) X",
    where the republic is both the end of the title and the beginning of the name.
    """
    titles = [*sentence.kind("level"), *sentence.of("cue", "title")]
    across = [t.first for t in titles if floor <= t.first < name.first < t.last <= name.last]
    return min(across, default=name.first)


def _finish(builder: Builder, group: list[Atom], floor: int, limit: int) -> Phrase:
    """The phrase of a group of atoms; ``limit`` is where the next name begins."""
    sentence = builder.sentence
    first, last = group[0].first, group[-1].last
    if group[0].person or not has_doers(sentence):
        first = builder.left_edge(_title_across(sentence, group[0], floor), floor)
    if not ends_phrase(sentence, group[-1]):
        last = _right_edge(builder, group[-1])
    name = named_behind(sentence, group[-1], last, limit)
    last = max(last, name.last)
    edge = past_suffix(sentence, last)
    marker, at = builder.marker_at(first)
    after = next((t for t in sentence.kind("after") if _follows(sentence, t, edge)), None)
    if after is not None and (marker in {None, "of", "other", "object"} or at < 0):
        marker, at = after.name, after.first
    if at < 0:
        cased = has_doers(sentence)
        found = case_of(sentence, group, last) if cased else ending(sentence, name, last)
        marker = found or marker
        if marker is None and is_oblique(sentence, group, first):
            marker = "oblique"
    possessive = group[-1].is_possessive or any(
        name == "possessive" for name, _ in builder.starts.get(group[-1].last, ())
    )
    if sentence.lexicon.words.is_strict:  # any ending may follow an apostrophe
        possessive = marker == "of"
    if possessive and marker is None and (office := _office_after(builder, group[-1].last)):
        edge, possessive = office, False
    if marker == "with" and _is_bordered(sentence, group, at if at >= 0 else edge):
        marker = "other"
    level = _level(sentence, first, last)
    is_doer, marker = marker == DOER, None if marker == DOER else marker
    return Phrase(tuple(group), first, edge, marker, level, False, possessive, at, is_doer=is_doer)


def _is_bordered(sentence: Sentence, group: Sequence[Atom], last: int) -> bool:
    """Whether states are only what a border is shared with: "the line with X", where
    complements stand before their noun.
    """
    if not sentence.lexicon.words.is_strict or any(atom.person for atom in group):
        return False
    return any(t.first in (last, last + 1) for t in sentence.of("topic", "territory"))


def _office_after(builder: Builder, last: int) -> int | None:
    """Where an office or body owned by a name ends: "X's spokesman" speaks for X."""
    marks = [stop for name, stop in builder.starts.get(last, ()) if name == "possessive"]
    for at in (*marks, last):
        titles = [stop for name, stop in builder.starts.get(at, ()) if name == "title"]
        if titles and at > last:
            return max(titles)
    return None


def _follows(sentence: Sentence, tag: WordTag, last: int) -> bool:
    """Whether a marker belongs to the phrase before it: always where adpositions come last,
    else only when a hyphen joins them ("X-brokered").
    """
    if tag.first != last:
        return False
    gap = sentence.words[last].gap
    return sentence.lexicon.words.order == "sov" or (bool(gap) and not gap.strip(_HYPHENS))


def _right_edge(builder: Builder, name: Atom) -> int:
    """Titles directly after names belong to them ("the A and B foreign ministers").

    Where names have cases, only after an adjective: what follows a name is another phrase.
    """
    words, lexicon = builder.sentence.words, builder.sentence.lexicon
    follows_adjective = lexicon.oblique is None or name.kind == "demonym"
    last = name.last
    is_placed = lexicon.words.is_strict and is_located(builder.sentence, name)
    if lexicon.words.head_first or is_placed:
        return last  # "in V the ministers": the title is the next phrase's
    while last < len(words) and not any(mark in words[last].gap for mark in ",;:.()—"):
        step = next((stop for name, stop in builder.starts.get(last, ()) if name == "title"), None)
        if step is None or not follows_adjective:
            break
        last = step
    return last


def _level(sentence: Sentence, first: int, last: int) -> str | None:
    found = [t for t in sentence.kind("level") if first <= t.first and t.last <= last]
    if not found:
        return None
    return widest_level(found)


def widest_level(tags: Sequence[WordTag]) -> str:
    """The level of the longest of some titles; of equals the more particular, as
    "parliament" beside "delegations".
    """
    return max(tags, key=lambda tag: (tag.last - tag.first, LEVELS.index(tag.name))).name
