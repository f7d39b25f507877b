"""A match in its sentence: the grammar questions that casting asks (who does it, to whom)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from transforms.coding import setting
from transforms.coding.atoms import RANK_LEVEL
from transforms.coding.closing import closes_clauses
from transforms.coding.doers import doer_near, experiencer, wants_doer
from transforms.coding.event_nouns import names_round, sentence_final
from transforms.coding.prenominal import owns_noun, qualified, relative_span
from transforms.coding.sentence import Atom, follows_as_genitive, relative_is_aside
from transforms.vocabulary import group_of

if TYPE_CHECKING:
    from transforms.coding.context import Context
    from transforms.coding.frames import Match
    from transforms.coding.lexicon import WordTag
    from transforms.coding.sentence import Clause, Phrase, Sentence

_NEAR_NOUN = 3
_LEAD = 2  # words of a clause before a pronoun that is its subject


class Scene:
    """A match inside its sentence and document, with the grammar questions it can answer."""

    def __init__(self, sentence: Sentence, match: Match, context: Context) -> None:
        self.sentence, self.match, self.context = sentence, match, context
        self.clause: Clause = sentence.clauses[match.clause]
        self.first, self.last = self._extent()

    def _extent(self) -> tuple[int, int]:
        """The clause's words, with the antecedent's clause where the noun stands there."""
        first = self.clause.first
        noun = self.match.noun
        if noun is not None and noun.first < first:
            first = self.sentence.clauses[self.sentence.clause_of(noun.first)].first
        verb, strict = self.match.verb, self.sentence.lexicon.words.is_strict
        if strict and verb is not None and verb.form == "attributive":
            return relative_span(self.sentence, verb, noun, first)
        return first, self._end_of_plan()

    def _end_of_plan(self) -> int:
        """The clause's end; of an invitation, that of what it invites to, told in a clause."""
        after = self.match.clause + 1
        clauses = self.sentence.clauses
        invites = self.match.frame.type == "invitation" and closes_clauses(self.sentence)
        if invites and after < len(clauses) and clauses[after].opener == "that":
            return clauses[after].last
        return self.clause.last

    @property
    def phrases(self) -> list[Phrase]:
        """The phrases of the clause."""
        return [p for p in self.sentence.phrases if self.first <= p.first and p.last <= self.last]

    def after(self, word: int) -> list[Phrase]:
        """Phrases of the clause after a word."""
        return [p for p in self.phrases if p.first >= word]

    def compound(self) -> Phrase | None:
        """A phrase that qualifies the event noun directly: "X–Y talks", "X-brokered talks"."""
        noun = self.match.noun
        if noun is None or self.match.frame.adds or self._is_head_first:
            return None
        phrases = [p for p in self.sentence.phrases if not p.is_doer]
        if self.sentence.lexicon.words.is_strict:  # nothing else stands between
            phrases = [p for p in phrases if p.last <= noun.first][-1:]
        elif self.sentence.lexicon.oblique is not None:  # "X welcomes the talks": a subject
            phrases = [p for p in phrases if p.marker or p.is_adjective or p.last == noun.first]
        for phrase in phrases:
            if 0 <= noun.first - phrase.last <= _NEAR_NOUN and phrase.marker in {
                None,
                "mediated_by",
                "hosted_by",
                "with",
                "of",
                "other",
                "about",
                "for",
            }:
                between = self.sentence.words[phrase.last : noun.first + 1]
                clear = not any(mark in w.gap for w in between for mark in ",;:()")
                clear = clear and not self._has_article(phrase)
                if clear and not self._verb_between(phrase.last, noun.first):
                    return None if self._hosts(phrase) else phrase
        return None

    def _has_article(self, phrase: Phrase) -> bool:
        """Whether a bare phrase closes with an article, so that it qualifies no noun."""
        lexicon, word = self.sentence.lexicon, self.sentence.words[phrase.last - 1].folded
        if lexicon.article is None or phrase.marker is not None or word in lexicon.names:
            return False
        return lexicon.article.search(word) is not None

    @property
    def _is_head_first(self) -> bool:
        """Whether a noun stands before its genitive: what is before it is the subject."""
        return self.sentence.lexicon.words.head_first

    def _hosts(self, phrase: Phrase) -> bool:
        """Whether a bare third party before the noun is the verb's subject: "X talks hosted",
        as languages that close with the verb say it.
        """
        verb = self.match.verb
        if verb is None or verb.name != "host" or not sentence_final(self.sentence):
            return False
        is_third = len(phrase.actors) == 1 and not self.context.is_party(phrase.actors[0])
        return is_third and phrase.marker is None

    def _verb_between(self, first: int, last: int) -> bool:
        verbs = self.sentence.kind("verb")
        if any(first <= t.first < last and t.form != "noun" for t in verbs):
            return True
        return any(first <= t.first and t.last <= last for t in self.sentence.kind("before"))

    def agent(self) -> Phrase | Atom | None:
        """Who does it: the ``by`` phrase of a passive, else the subject."""
        verb = self.match.verb
        if verb is None:
            return None
        is_fronted = self.match.is_noun_first and not sentence_final(self.sentence)
        if self.match.aspect.is_passive or is_fronted:
            within = self.phrases if sentence_final(self.sentence) else self.after(verb.last)
            by = next((p for p in within if p.marker == "by"), None)
            if is_fronted and by is None and self.sentence.lexicon.oblique is not None:
                return self.bare(self.clause.first, verb.first) or self._inverted(verb)
            return by or (self._subject_after(verb.last) if verb.name == "provide" else None)
        return self.subject()

    def _subject_after(self, word: int) -> Phrase | None:
        """As in "the room provided X", where endings and not places tell the subject."""
        return next((p for p in self.after(word) if p.marker is None and p.first == word), None)

    def subject(self) -> Phrase | Atom | None:
        """The subject of the verb, looked for leftwards, then in the clauses around."""
        verb = self.match.anchor
        if verb.form == "noun":
            return self._possessor(verb.first)
        sentence = self.sentence
        if verb.form == "ing":
            absolute = next((p for p in self.phrases if p.last == verb.first), None)
            strict = sentence.lexicon.words.is_strict  # "X-with meeting": X is met
            if absolute is not None and absolute.marker in ({None} if strict else {None, "with"}):
                return absolute
        if (owner := self._owner_of(verb) or qualified(self.sentence, verb)) is not None:
            return owner
        found = doer_near(sentence, self.clause, verb) or experiencer(sentence, self.clause, verb)
        if found is None and not wants_doer(sentence, verb):
            found = self._shared_subject(verb) or self.bare(self.clause.first, verb.first)
        if found is not None:
            return found
        if (inverted := self._inverted(verb)) is not None:
            return inverted
        if pronoun := self.pronoun(self.clause.first, verb.first):
            return pronoun
        if self._has_bare_noun_subject():
            return None
        return self._inherited(sentence.clauses.index(self.clause))

    def _shared_subject(self, verb: WordTag) -> Phrase | None:
        """As in "X accused Y and refused": the subject of a verb right behind "and" is that of
        the verb before it, not its object, where the verb comes second.
        """
        sentence = self.sentence
        if sentence_final(sentence) or sentence.lexicon.words.head_first:
            return None
        joined = any(t.last == verb.first for t in sentence.of("cue", "coordinator"))
        found = self._first_bare(self.clause) if joined else None
        return found if found is not None and found.last < verb.first - 1 else None

    def _owner_of(self, verb: WordTag) -> Phrase | None:
        """The genitive subject of a verb that something follows: "X's hosting (is) said"."""
        if not self.sentence.lexicon.words.is_strict or verb.last >= self.clause.last:
            return None
        if verb.kind != "verb" or self._ends_clause(verb.last):
            return None
        owners = [p for p in self.phrases if p.marker == "of" and p.last <= verb.first]
        if any(t.form == "base" and t.last == verb.first for t in self.sentence.kind("verb")):
            return owners[-1] if owners else None  # "X's readiness to lend rooms for talks"
        is_speech = group_of(self.match.frame.type) == "speech"
        order = owners if is_speech else [*reversed(owners)]  # who says it comes first
        return next((p for p in order if not owns_noun(self.sentence, p, verb.first)), None)

    def _ends_clause(self, word: int) -> bool:
        return any(mark in self.sentence.words[word].gap for mark in ",;:.")

    def _has_bare_noun_subject(self) -> bool:
        return self.clause.opener == "main" and self.match.clause > 0

    def bare(self, first: int, last: int, *, genitives: bool = True) -> Phrase | None:
        """The nearest bare phrase before the verb; the first where verbs come last."""
        compound, final = self.compound(), sentence_final(self.sentence)
        found: Phrase | None = None
        genitive: Phrase | None = None
        for phrase in self.sentence.phrases:
            inside = first <= phrase.first and phrase.last <= last
            if inside and phrase.marker is None and not phrase.is_possessive:
                if (phrase.is_adjective and found is not None) or names_round(
                    self.sentence, phrase
                ):
                    continue
                if phrase is compound and (final or self.match.verb is None):
                    genitive = genitive or (phrase if self._speaks(phrase) else None)
                    continue
                if self._is_head_first and (self._is_genitive(phrase) or self._is_source(phrase)):
                    genitive = genitive or (None if phrase.is_adjective else phrase)
                    continue
                if found is None or not final:
                    found = phrase
        return found or (genitive if genitives else None)

    def _speaks(self, phrase: Phrase) -> bool:
        """Whether a bare phrase right before the noun of a speech act may be its subject: "X the
        offer refused", where verbs strictly come last; a place or a pair rather qualifies it.
        """
        if not self.sentence.lexicon.words.is_strict or len(phrase.atoms) != 1:
            return False
        is_speech = group_of(self.match.frame.type) == "speech"
        return is_speech and (phrase.level is not None or phrase.atoms[0].actor is not None)

    def _is_source(self, phrase: Phrase) -> bool:
        """Whether a phrase only says who "According to N, spokesman of X, …" is."""
        sentence = self.sentence
        if not any(t.first == 0 for t in sentence.of("cue", "report")):
            return False
        commas = ["," in word.gap for word in sentence.words]
        follows = phrase.last < len(commas) and commas[phrase.last]
        return follows and commas[phrase.first] and not any(commas[: phrase.first])

    def _is_genitive(self, phrase: Phrase) -> bool:
        """Whether a bare phrase stands right behind a noun: "the talks of X"."""
        return any(
            tag.last == phrase.first or follows_as_genitive(self.sentence, tag, phrase)
            for tag in self.sentence.kind("noun")
            if tag.first < phrase.first
        )

    def _inverted(self, verb: WordTag) -> Phrase | None:
        """A subject behind its verb, where endings and not places tell the object."""
        lexicon = self.sentence.lexicon
        tells_case = lexicon.marks_objects and sentence_final(self.sentence)
        if not tells_case and (lexicon.oblique is None or self.match.aspect.is_passive):
            return None
        for phrase in self.after(verb.last):
            bare = phrase.marker is None and not phrase.is_possessive
            if bare and not phrase.is_adjective and phrase is not self.compound():
                return phrase
        return None

    def _possessor(self, word: int) -> Phrase | None:
        if self.sentence.lexicon.words.is_strict:
            owners = [p for p in self.phrases if p.marker == "of" and p.last <= word]
            if owners and not owns_noun(self.sentence, owners[-1], word):
                return owners[-1]
        for phrase in self.phrases:
            near = 0 <= word - phrase.last <= 3
            if near and (phrase.is_possessive or phrase.marker in {None, "of"}):
                return phrase
        after = (p for p in self.after(word) if p.marker in {"by", "from"} or self._owns(p))
        return next(after, None)

    def _owns(self, phrase: Phrase) -> bool:
        """Whether a genitive stands right behind a verbal noun: "the refusal of X"."""
        is_next = phrase.marker == "of" and phrase.marker_first == self.match.anchor.last
        return is_next and not sentence_final(self.sentence) and self.match.frame.type == "reject"

    def pronoun(self, first: int, last: int) -> Atom | Phrase | None:
        """Whom a pronoun between two words means, None where there is none."""
        sentence, context = self.sentence, self.context
        they = sentence.cue("they", first, last)
        if they is not None and self._may_lead(they, first):
            return setting.those_meant(context, sentence, they)
        if (he := sentence.cue("he", first, last)) is not None and not self._is_marked(he):
            is_she = sentence.cue("she", he.first, he.last) is not None
            person = context.last_person(sentence, he.first, is_she=is_she)
            return person or self._nearest_before(he.first)
        if (it := sentence.cue("it", first, last)) is not None:
            return self._nearest_before(it.first)
        return None

    def _may_lead(self, pronoun: WordTag, first: int) -> bool:
        """Whether a plural pronoun may be the subject: where nouns come first, a later one is a
        genitive or an object.
        """
        return not self.sentence.lexicon.words.head_first or pronoun.first - first <= _LEAD

    def _is_marked(self, pronoun: WordTag) -> bool:
        """Whether an adposition governs a pronoun: then it is no subject."""
        return any(tag.last == pronoun.first for tag in self.sentence.kind("before"))

    def _nearest_before(self, word: int) -> Phrase | None:
        """What "it" stands for: the subject before it, in the sentence or the one before."""
        for other in (self.sentence, *reversed(self.context.before(self.sentence)[-1:])):
            bare = [p for p in other.phrases if p.marker is None and not p.is_possessive]
            if other is self.sentence:
                bare = [p for p in bare if p.last <= word][-1:]
            if bare:
                return bare[0]
        return None

    def inherited(self) -> Phrase | Atom | None:
        """The subject of the clauses before this one."""
        clauses = self.sentence.clauses
        for at in range(clauses.index(self.clause) - 1, -1, -1):
            if (found := self._subject_of(clauses[at])) is not None:
                return found
        return None

    def _inherited(self, index: int) -> Phrase | Atom | None:
        clauses, opener = self.sentence.clauses, self.clause.opener
        if opener == "relative" and not relative_is_aside(self.sentence, self.clause):
            return self._antecedent(self.clause.first)
        for at in range(index - 1, -1, -1):
            clause = clauses[at]
            if clause.opener in {"relative", "adverbial", "condition", "simultaneous"} and at > 0:
                continue
            found = self._own_subject(clause)
            if found is not None:
                return found
        is_first = index == 0 and self._first_bare(self.clause) is None
        if opener in {"adverbial", "participle"} or is_first:
            for clause in clauses[index + 1 :]:
                found = self._first_bare(clause) or self.pronoun(clause.first, clause.last)
                if found is not None:
                    return found
        return None

    def _own_subject(self, clause: Clause) -> Phrase | Atom | None:
        """What a clause says its subject is: a pronoun before its verb, or a bare phrase."""
        inside = [t.first for t in self.sentence.kind("verb") if clause.first <= t.first]
        first, bare = min(inside, default=clause.last), self._first_bare(clause)
        is_behind = bare is None or bare.first >= first
        pronoun = self.pronoun(clause.first, first) if is_behind else None
        return pronoun or self._subject_of(clause) or self.pronoun(clause.first, clause.last)

    def _antecedent(self, word: int) -> Phrase | None:
        """The phrase a relative stands for; "X, together with Y, that" means both."""
        before = [p for p in self.sentence.phrases if p.last <= word]
        if not before or word - before[-1].last > _NEAR_NOUN:
            return None
        last = before[-1]
        if last.marker == "with" and len(before) > 1 and last.marker_first - before[-2].last <= 1:
            return replace(before[-2], atoms=(*before[-2].atoms, *last.atoms))
        return last

    def _subject_of(self, clause: Clause) -> Phrase | None:
        """A clause's subject: the last bare phrase right before a verb, else the first."""
        if closes_clauses(self.sentence):
            return self.bare(clause.first, clause.last) or self._first_bare(clause)
        inside = range(clause.first, clause.last)
        verbs = [t.first for t in self.sentence.kind("verb") if t.first in inside]
        verbs += [
            t.first for name in ("report", "be", "have") for t in self.sentence.of("cue", name)
        ]
        chosen = None
        for phrase in self.sentence.phrases:
            held = clause.first <= phrase.first and phrase.last <= clause.last
            bare = phrase.marker is None and not phrase.is_possessive and not phrase.is_adjective
            if held and bare and any(0 <= verb - phrase.last <= 2 for verb in verbs):
                chosen = phrase
        return chosen or self._first_bare(clause)

    def _first_bare(self, clause: Clause) -> Phrase | None:
        for phrase in self.sentence.phrases:
            inside = clause.first <= phrase.first and phrase.last <= clause.last
            if inside and phrase.marker is None and not phrase.is_possessive:
                return phrase
        return None

    def resolve(self, phrase: Phrase | Atom | None) -> tuple[Atom, ...]:
        """The atoms of a phrase; an anaphor's are those of the pair it stands for."""
        if phrase is None:
            return ()
        if isinstance(phrase, Atom):
            return (phrase,)
        if phrase.is_office:
            holder = setting.holder_of(self.context, self.sentence, phrase)
            return () if holder is None else (holder,)
        if not phrase.is_anaphor:
            return phrase.atoms
        found = setting.pair_of(self.context, self.sentence, phrase)
        return tuple(_of_level(atom, phrase.level) for atom in found)


def _of_level(atom: Atom, level: str | None) -> Atom:
    """The atom without the person last named where "the ministers" cannot mean him."""
    rank = RANK_LEVEL.get(atom.rank or "")
    if rank is None or rank == level or level not in {"leaders", "ministers"}:
        return atom
    return replace(atom, person=None, rank=None)
