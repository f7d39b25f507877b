"""What can be wrong with a dossier: one exception, which lists every problem at once.

A dossier is read at the start of every command, from files a person edits by hand; so the
reader collects all problems of a file, each with its place and its mend, before it raises.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches


class DossierError(Exception):
    """A dossier or a source catalogue cannot be used as it is written.

    It is permanent: reading again without an edit gives the same. ``problems`` holds one
    sentence each, naming file, table and key, and what to write instead.
    """

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems: tuple[str, ...] = tuple(problems)
        super().__init__("\n".join(self.problems))


@dataclass(slots=True)
class Problems:
    """The problems found so far in one set of files."""

    found: list[str]

    @classmethod
    def none_yet(cls) -> Problems:
        """An empty list."""
        return cls([])

    def add(self, where: str, what: str) -> None:
        """Note a problem; ``where`` names file, table and key."""
        self.found.append(f"{where}: {what}")

    def raise_if_any(self) -> None:
        """Raise `DossierError` with all that was found, or return."""
        if self.found:
            raise DossierError(self.found)


def suggest(word: str, known: Iterable[str]) -> str:
    """A ready "; did you mean ...?" for a misspelt word, or the choices if few, or nothing."""
    choices = sorted(known)
    near = get_close_matches(word, choices, n=1, cutoff=0.6)
    if near:
        return f'; did you mean "{near[0]}"?'
    if 0 < len(choices) <= 16:
        return f"; known: {', '.join(choices)}"
    return ""
