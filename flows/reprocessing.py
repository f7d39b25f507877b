"""``araxes reprocess``, and retries and releases from quarantine: stored captures once more.

Captures are read from the archive and go the way of any batch, through today's transforms and
checks. Of each article only the capture of its current version is run again, of each address
that never became one only the last: older ones would bring old texts back. What changed is
told by comparing the warehouse before with the one after; a dry run does the same to a copy.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from connectors.errors import ArchiveError
from connectors.records import Capture
from connectors.warc import read_capture
from dossiers.loader import load
from flows.records import (
    EXIT_COMPLETE,
    EXIT_FAILED,
    EXIT_PARTIAL,
    Clock,
    IngestRequest,
    RunReport,
    new_run_id,
)
from flows.runs import Run
from flows.settings import Settings
from warehouse.compare import Difference, compare
from warehouse.connection import WAREHOUSE_FILE
from warehouse.locks import run_lock
from warehouse.publish import copy_file, publish
from warehouse.store import open_writer

if TYPE_CHECKING:
    from flows.stages.decide import Setting
    from warehouse.records import Stored
    from warehouse.store import Writer

NAMED: Final = 20
"""Archives that are gone are named up to so many; the captures in them are counted."""

Choice = Callable[["Writer"], list["Stored"]]


@dataclass
class Reprocess(Run):
    """One pass over stored captures."""

    kind: str = "reprocess"
    chosen: Sequence[Stored] = ()
    folder: Path = field(default_factory=Path)
    is_silent: bool = True
    releases: frozenset[str] = frozenset()
    decide: Callable[[], list[Any]] = list
    """Called when all is committed and nothing told: keeps what was decided."""
    decided: list[Any] = field(default_factory=list)
    lost: set[str] = field(default_factory=set)
    """Captures whose bytes are kept no more, or are damaged."""

    def carry_out(self) -> None:
        """Run the chosen captures again; the report says how it went."""
        self.begin(self.kind)
        try:
            if self.chosen:
                with ExitStack() as stack:
                    self.equip(stack)
                    for start in range(0, len(self.chosen), self.batch_size):
                        self._again(self.chosen[start : start + self.batch_size])
            self.decided = self.decide()
            if not self.is_silent:
                self.tell()
        except Exception as error:
            self.report.failures.append(("run", type(error).__name__, str(error)))
            self.finish("failed", EXIT_FAILED)
            raise
        code = EXIT_PARTIAL if self.is_blocked else EXIT_COMPLETE
        self.finish("complete" if code == EXIT_COMPLETE else "partial", code)
        self.publish()

    def _again(self, stored: Sequence[Stored]) -> None:
        captures = list(self._read(stored))
        if captures:
            self.batch(captures)
        self.report.replayed += len(captures)

    def _read(self, stored: Sequence[Stored]) -> Iterator[Capture]:
        for one in stored:
            try:
                yield read_capture(self.folder / one.warc_file, one.warc_offset)
            except ArchiveError as error:
                self.lost.add(one.capture_id)
                if len(self.lost) <= NAMED:
                    self.report.notes.append(f"{one.url}: its bytes are kept no more ({error})")

    def _setting(self) -> Setting:
        return replace(
            super()._setting(),
            is_recoding=True,
            is_silent=self.is_silent,
            releases=self.releases,
        )

    def tell_operator(self, subject: str, body: str) -> None:
        """As any run; whoever runs captures again without alerts reads the report anyway."""
        if self.is_silent:
            self.report.notes.append(subject)
        else:
            super().tell_operator(subject, body)


@dataclass(frozen=True, slots=True)
class Reprocessed:
    """What a reprocessing did: its report, what changed, and what could not be run again."""

    report: RunReport
    difference: Difference
    captures: int
    lost: int


def reprocess(
    warehouse: Path,
    choose: Choice,
    *,
    is_dry: bool = False,
    is_silent: bool = True,
    request: IngestRequest | None = None,
    settings: Settings | None = None,
    now: datetime | None = None,
) -> Reprocessed:
    """Run stored captures again, and say what that changed.

    Args:
        warehouse: its directory.
        choose: names the captures, asked of the open warehouse.
        is_dry: do it to a copy, beside the warehouse, which is thrown away.
        is_silent: alerts are stored as ``suppressed``, and counted.
        request: for its alert horizon and batch size.
        settings: the deployment's settings; read from the environment by default.
        now: the moment it is; None for the real one.

    Raises:
        WarehouseError: the warehouse cannot be written, or there is no room for a copy.
    """
    settings, clock = settings or Settings(), Clock(now)
    with run_lock(warehouse, wait=True, now=clock(), purpose="reprocess"):
        with open_writer(warehouse, timeout_seconds=None, now=clock()) as writer:
            chosen = choose(writer)
        report = RunReport(new_run_id(clock()), clock())
        before = publish(warehouse, report.run_id + "_before", clock())
        with _place(warehouse, before, is_dry=is_dry) as place:
            request = replace(request or IngestRequest(place), warehouse=place)
            dossier = load()
            run = Reprocess(
                request, settings, dossier, dict(dossier.sources), clock, report,
                chosen=chosen, folder=warehouse / "captures", is_silent=is_silent or is_dry,
            )  # fmt: skip
            run.carry_out()
            after = (place / "araxes.duckdb").resolve()
            found = compare(before, after)
    return Reprocessed(report, found, len(chosen), len(run.lost))


@contextmanager
def _place(warehouse: Path, snapshot: Path, *, is_dry: bool) -> Iterator[Path]:
    """The warehouse itself, or for a dry run a copy of its snapshot on the same disk."""
    if not is_dry:
        yield warehouse
        return
    with tempfile.TemporaryDirectory(prefix="dry-run-", dir=warehouse) as name:
        copy = Path(name)
        copy_file(snapshot, copy / WAREHOUSE_FILE)
        (copy / WAREHOUSE_FILE).chmod(0o644)
        yield copy
