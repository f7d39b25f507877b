"""The parts of an event while they are gathered: parties, third parties, initiators, venues.

Each assignment leaves a note that `--explain` shows: the actor, the role, the rule.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from transforms.coding.sentence import Atom


@dataclass(slots=True)
class Third:
    """A third party while its roles are gathered."""

    actor: str
    person: str | None = None
    rank: str | None = None
    roles: set[str] = field(default_factory=set)


@dataclass(slots=True)
class Cast:
    """The parts found. ``parties`` keep the order of the text; ids are unique in each.

    ``besides`` are third parties named as participants, not as host, mediator or witness.
    """

    parties: dict[str, Atom] = field(default_factory=dict)
    thirds: dict[str, Third] = field(default_factory=dict)
    initiators: list[str] = field(default_factory=list)
    venues: list[Atom] = field(default_factory=list)
    made_at: str | None = None
    status_by: str | None = None
    levels: list[str] = field(default_factory=list)
    is_anaphoric: bool = False
    subject_only: bool = False
    besides: set[str] = field(default_factory=set)
    notes: list[str] = field(default_factory=list)

    def add_party(self, atom: Atom, rule: str) -> None:
        """Add a party; a person beats a bare name."""
        assert atom.actor is not None
        held = self.parties.get(atom.actor)
        if held is None or (held.person is None and atom.person is not None):
            self.parties[atom.actor] = atom
        self.notes.append(f"{atom.actor} party: {rule}")

    def add_third(self, atom: Atom, role: str, rule: str, level: str | None = None) -> None:
        """Give a third party a role."""
        assert atom.actor is not None
        third = self.thirds.setdefault(atom.actor, Third(atom.actor))
        third.person = third.person or atom.person
        third.rank = third.rank or atom.rank or _LEVEL_RANK.get(level or "")
        third.roles.add(role)
        self.notes.append(f"{atom.actor} {role}: {rule}")

    def add_initiator(self, actor: str, rule: str) -> None:
        """Add whose move it was."""
        if actor not in self.initiators:
            self.initiators.append(actor)
            self.notes.append(f"{actor} initiator: {rule}")


_LEVEL_RANK = {"leaders": "head", "ministers": "minister", "officials": "envoy"}
