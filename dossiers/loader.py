"""Reading a dossier folder into typed records.

A dossier is a folder with ``process.toml`` and any number of further ``*.toml`` files; every
file may hold any of the tables ``[[actor]]``, ``[[person]]``, ``[[place]]``,
``[[concept]]``, ``[[track]]``, ``[[source]]``, ``[[office]]``. How they are split into
files is for the reader's convenience only. All problems of a folder are reported together.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Final, TypeVar

from dossiers.catalogue import load_catalogue, read_source
from dossiers.checks import check_references
from dossiers.entities import (
    Reading,
    read_actor,
    read_concept,
    read_office_phrase,
    read_person,
    read_place,
)
from dossiers.errors import DossierError, Problems, suggest
from dossiers.forms import FormRules
from dossiers.parsed import parse_folder
from dossiers.records import Dossier, OfficePhrase, Process
from dossiers.tables import Table, read_toml, reject_leftovers, tables
from dossiers.tracks import read_track
from dossiers.vocabulary import ALIGNMENT, OWNERSHIP, known_codes

__all__ = ["ALIGNMENT", "OWNERSHIP", "DossierError", "load", "load_catalogue", "names"]

_PROCESS_FILE: Final = "process.toml"
_TABLES: Final[Mapping[str, Callable[[Table, Reading], Any]]] = {
    "actor": read_actor,
    "person": read_person,
    "place": read_place,
    "concept": read_concept,
    "track": read_track,
    "source": lambda table, _reading: read_source(table),
}
_Record = TypeVar("_Record")


def names(root: Path | None = None) -> tuple[str, ...]:
    """The dossiers there are: folders with a ``process.toml``, sorted."""
    folder = root or Path(__file__).parent
    return tuple(sorted(path.parent.name for path in folder.glob(f"*/{_PROCESS_FILE}")))


def load(name: str | None = None, root: Path | None = None) -> Dossier:
    """The dossier ``name``, or the default one. Cached for the life of the process.

    Args:
        name: a folder of ``root``; None = the only dossier, or the one whose process says
            ``default = true``.
        root: where dossiers are kept; None = those that come with the application.

    Raises:
        DossierError: with every problem found, each naming file, table, key and mend.
    """
    folder = (root or Path(__file__).parent).resolve()
    known = names(folder)
    if name is None:
        name = _default(folder, known)
    if name not in known:
        raise DossierError([f'{folder}: no dossier "{name}"{suggest(name, known)}'])
    return _load(folder / name)


def _default(folder: Path, known: Sequence[str]) -> str:
    """The only dossier, or the one that calls itself the default."""
    chosen = known if len(known) == 1 else [n for n in known if _says_default(folder / n)]
    if len(chosen) != 1:
        found = ", ".join(known) or "none"
        raise DossierError(
            [f"{folder}: name the dossier to use, or write default = true in one; found: {found}"]
        )
    return chosen[0]


def _says_default(folder: Path) -> bool:
    process = read_toml(folder / _PROCESS_FILE, Problems.none_yet()).get("process")
    return isinstance(process, dict) and process.get("default") is True


@dataclass(slots=True)
class _Collected:
    """Records by table and id, and where each id was first written."""

    records: dict[str, dict[str, Any]] = field(default_factory=lambda: {k: {} for k in _TABLES})
    offices: list[OfficePhrase] = field(default_factory=list)
    written: dict[str, str] = field(default_factory=dict)

    def keep(self, kind: str, table: Table, record: Any, file: str) -> None:
        """Keep a record under its id unless the id is missing or taken."""
        first = self.written.get(f"{kind} {record.id}")
        if first is not None:
            table.note("id", f'"{record.id}" is already taken in {first}; give it another')
        elif record.id:
            self.written[f"{kind} {record.id}"] = file
            self.records[kind][record.id] = record


@cache
def _load(folder: Path) -> Dossier:
    problems = Problems.none_yet()
    digest, files = parse_folder(folder, problems)
    process, rules = _read_process(files.get(_PROCESS_FILE, {}), folder.name, problems)
    reading = Reading(rules, known_codes()[1])
    collected = _Collected()
    for name, data in files.items():
        _read_file(data, f"{folder.name}/{name}", reading, collected, problems)
    records = collected.records
    dossier = Dossier(
        process=process,
        actors=records["actor"],
        persons=records["person"],
        places=records["place"],
        concepts=records["concept"],
        tracks=records["track"],
        sources=records["source"],
        digest=digest,
        offices=tuple(collected.offices),
    )
    if not problems.found:  # a broken file would only cause a flood of unknown references
        check_references(dossier, collected.written, problems)
    problems.raise_if_any()
    return dossier


def _read_file(
    data: dict[str, Any], file: str, reading: Reading, collected: _Collected, problems: Problems
) -> None:
    for kind, read in _TABLES.items():
        for table in tables(data, kind, file, problems):
            record = read(table, reading)
            table.done()
            collected.keep(kind, table, record, file)
    for table in tables(data, "office", file, problems, label="title"):
        phrase = read_office_phrase(table, reading)
        table.done()
        collected.offices.append(phrase)
    reject_leftovers(data, file, (*_TABLES, "office", "process"), problems)


def _read_process(
    data: dict[str, Any], folder: str, problems: Problems
) -> tuple[Process, FormRules]:
    file = f"{folder}/{_PROCESS_FILE}"
    row = data.pop("process", None)
    if not isinstance(row, dict):
        problems.add(f"{file} [process]", "is missing; write id, name, parties and languages")
        row = {"id": folder, "name": folder, "parties": ["", ""]}
    table = Table(row, f"{file} [process]", problems)
    parties = table.texts("parties")
    if len(parties) != 2:
        table.note("parties", "must list exactly two actor ids")
        parties = ("", "")
    languages = table.texts("languages")
    for code in languages:
        if code not in known_codes()[0]:
            table.note("languages", f'unknown language code "{code}"; use ISO 639-1')
    process = Process(
        id=table.required("id"),
        name=table.required("name"),
        parties=(parties[0], parties[1]),
        party_groups=table.texts("party_groups"),
        disputed=table.texts("disputed"),
        convenors=table.texts("convenors"),
        mediators=table.texts("mediators"),
        languages=languages,
        default=table.flag("default", False),
    )
    fixed = frozenset(table.texts("fixed_short"))
    table.done()
    return process, FormRules(frozenset(languages), fixed)
