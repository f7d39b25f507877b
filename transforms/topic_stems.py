"""The shortest bytes by which a page can name a party, in every script, charset and spelling.

A name counts in a text where its stem is found and an ending of the language follows
(`transforms.inflection`), after spelling variants were folded into one (`transforms.folding`).
Here both are run backwards: the beginning that all stems of a name have in common, in every
spelling that folds into it, in every case and charset. A page that holds none of these names
nobody, whatever its layout.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from html.entities import codepoint2name
from itertools import takewhile
from typing import TYPE_CHECKING, Final

from transforms.folding import fold, fold_word
from transforms.inflection import stems

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from dossiers.languages import Language
    from dossiers.records import Dossier, Entity, Form

CHARSETS: Final = (
    *("utf-8", "cp1251", "koi8-r", "cp866", "iso8859-5", "cp1252", "cp1254", "cp1256"),
    "iso8859-6",
)
"""What pages of these scripts are served in; UTF-16 is decoded before."""
_GAPS: Final = (" ", "-", "\u00a0", "\u200c", "\n")
"""What may stand between the words of a name."""
BOTH: Final = 3
"""The side of what stands for both parties; theirs are 1 and 2."""


@dataclass(frozen=True, slots=True)
class Patterns:
    """What to look for in a page's bytes, with the sides it stands for (bits 1 and 2).

    Attributes:
        plain: names in the charsets of `CHARSETS`.
        spelt: the same where letters are written out, as character references or escapes.
    """

    plain: dict[bytes, int]
    spelt: dict[bytes, int]


def patterns(dossier: Dossier, languages: Mapping[str, Language]) -> Patterns:
    """What a dossier's parties are named by."""
    plain: dict[bytes, int] = defaultdict(int)
    spelt: dict[bytes, int] = defaultdict(int)
    for spelling, side in _least(_spellings(dossier, languages)).items():
        for pattern in _encoded(spelling):
            plain[pattern] |= side
        for pattern in _spelt(spelling):
            spelt[pattern] |= side
    return Patterns(dict(plain), dict(spelt))


def _spellings(dossier: Dossier, languages: Mapping[str, Language]) -> dict[str, int]:
    """Beginnings of names as they may be printed, case included, with their sides."""
    names: dict[tuple[str, tuple[str, ...], bool], int] = defaultdict(int)
    for entity, side in _sides(dossier):
        for form in entity.forms:
            words = _words(form, languages[form.language])
            if words:
                names[form.language, words, _is_upper(form, languages[form.language])] |= side
    alone = {(code, words[0]): side for (code, words, _), side in names.items() if len(words) == 1}
    found: dict[str, int] = defaultdict(int)
    for (code, words, is_upper), side in names.items():
        if len(words) > 1 and any(_says(alone, code, word, side) for word in words):
            continue
        for spelling in _printed(words, languages[code], only_upper=is_upper):
            found[spelling] |= side
    return found


def _says(alone: dict[tuple[str, str], int], code: str, word: str, side: int) -> bool:
    """Whether the word begins with a name of one word that says as much."""
    return any(alone.get((code, word[:end]), 0) & side == side for end in range(2, len(word) + 1))


def _sides(dossier: Dossier) -> Iterator[tuple[Entity, int]]:
    """The entities that stand for a party (see `transforms.relevance`, rule 1)."""
    process = dossier.process
    first, second = process.parties
    states = {dossier.actors[first].country: 1, dossier.actors[second].country: 2}
    actors = {first: 1, second: 2}
    disputed = {*process.disputed, *process.party_groups}
    for entity in dossier.entities.values():
        if entity.id in disputed or _lies_within(entity.id, disputed, dossier):
            side = BOTH
        elif person := dossier.persons.get(entity.id):
            side = 0
            for office in person.offices:
                side |= actors.get(office.actor, 0)
                side |= states.get(dossier.actors[office.actor].country, 0)
        elif place := dossier.places.get(entity.id):
            side = actors.get(place.names_actor or "", 0) | states.get(place.country, 0)
        else:
            actor = dossier.actors.get(entity.id)
            side = states.get(actor.country, 0) if actor and actor.country else 0
        if side:
            yield entity, side


def _lies_within(place: str, outer: set[str], dossier: Dossier) -> bool:
    seen: set[str] = set()
    current: str | None = place
    while current and current not in seen:
        if current in outer:
            return True
        seen.add(current)
        record = dossier.places.get(current)
        current = record.within if record else None
    return False


def _words(form: Form, language: Language) -> tuple[str, ...]:
    """A name's words in small letters, as printed, the last cut to its stem."""
    kept = set(language.fold.drop)
    words = "".join(c if c.isalnum() or c in kept else " " for c in form.text).split()
    if not words:
        return ()
    # The last two words of a longer name are enough to find it by.
    return (*(word.lower() for word in words[-2:-1]), _stem(words[-1], form, language))


def _is_upper(form: Form, language: Language) -> bool:
    """Whether it is an abbreviation, which counts in capitals only."""
    letters = [c for c in form.text if c.isalpha()]
    return language.is_cased and len(letters) > 1 and all(c.isupper() for c in letters)


def _printed(words: tuple[str, ...], language: Language, *, only_upper: bool) -> Iterator[str]:
    """All a name may look like in print."""
    for spelt in _variants(" ".join(words), language):
        for cased in _cased(spelt, language, only_upper=only_upper):
            yield from (cased.replace(" ", gap) for gap in (_GAPS if " " in cased else " "))


def _stem(word: str, form: Form, language: Language) -> str:
    """What all stems of a word begin with, as printed, in small letters."""
    found = [stem for stem, _ in stems(word, language, form.kind, inflects=form.inflects)]
    same = takewhile(lambda letters: len(set(letters)) == 1, zip(*found, strict=False))
    length = sum(1 for _ in same)
    lowered = word.lower()
    folded = fold(lowered, language)
    if not length or length > len(folded.ends):
        return lowered
    return lowered[: folded.ends[length - 1]]


def _variants(word: str, language: Language) -> list[str]:
    """Spellings that fold into the same; a text keeps to one, so letters change throughout."""
    rules = language.fold
    bare = "".join(c for c in word if c not in rules.drop)
    found = {word, bare}
    ways: dict[str, list[str]] = defaultdict(list)
    for pair, target in rules.pairs.items():
        ways[target].append(pair)
    for target, pairs in ways.items():
        for way in (target, *pairs):
            if way in bare:
                found |= {bare.replace(way, other) for other in (target, *pairs)}
    alike = {letter: _alike(letter, language) for letter in bare}
    for letter, others in alike.items():
        found |= {bare.replace(letter, other) for other in others}
    found.add("".join(others[0] if (others := alike[letter]) else letter for letter in bare))
    return sorted(found)


def _alike(letter: str, language: Language) -> list[str]:
    """Other small letters that fold into the same, the usual one first."""
    folded = fold_word(letter, language)
    others = (*language.fold.chars, *language.fold.chars.values(), folded)
    small = dict.fromkeys(o.lower() for o in others if fold_word(o, language) == folded)
    return [other for other in small if len(other) == 1 and other != letter]


def _cased(text: str, language: Language, *, only_upper: bool) -> Iterator[str]:
    """In small letters, with capitals in front, and in capitals."""
    spelt = {text.upper()} if only_upper else {text, _title(text), text.upper()}
    yield from spelt
    for dotted in (c for c in language.fold.chars if c.isupper() and len(c.lower()) > 1):
        plain = dotted.lower()[0].upper()
        yield from (s.replace(plain, dotted) for s in spelt if plain in s)


def _title(text: str) -> str:
    return " ".join(word[:1].upper() + word[1:] for word in text.split(" "))


def _least(spellings: dict[str, int]) -> dict[str, int]:
    """Without those that hold another which says as much."""
    kept: dict[str, int] = {}
    for spelling in sorted(spellings, key=len):
        side, size = spellings[spelling], len(spelling)
        parts = (spelling[i:j] for i in range(size) for j in range(i + 2, size + 1))
        if not any(kept.get(part, 0) & side == side for part in parts):
            kept[spelling] = side
    return kept


def _encoded(text: str) -> Iterator[bytes]:
    for charset in CHARSETS:
        try:
            yield text.encode(charset)
        except UnicodeEncodeError:
            continue


def _spelt(text: str) -> Iterator[bytes]:
    """With letters written out: all beyond ASCII, or those a page's charset lacks.

    To be sought whatever the case, so that hexadecimal digits may be of either.
    """
    if text.isascii():
        return
    for way in (_decimal, _hexadecimal, "\\u{:04x}".format, _named):
        yield "".join(way(ord(c)) if ord(c) > 127 else c for c in text).encode("utf-8")
    for charset in CHARSETS[1:]:
        known = text.encode(charset, "ignore").decode(charset)
        if known.isascii() or known == text:
            continue
        plain = [char.encode(charset, "ignore") for char in text]
        for way in (_decimal, _hexadecimal):
            yield b"".join(
                known or way(ord(char)).encode("ascii")
                for char, known in zip(text, plain, strict=True)
            )


def _decimal(code: int) -> str:
    return f"&#{code};"


def _hexadecimal(code: int) -> str:
    return f"&#x{code:x};"


def _named(code: int) -> str:
    return f"&{codepoint2name[code]};" if code in codepoint2name else chr(code)
