"""What hinders the next run, and what can be done about it.

Each examination is a function that yields findings; ``examine`` runs them all. Mending never
loses data: it closes runs that a kill left open, sweeps files that publishing left over, and
frees slots of Prefect's concurrency limits whose holders are gone.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from flows.settings import Settings
from warehouse import snapshots
from warehouse.locks import RUN_LOCK, WRITE_LOCK, held, holder
from warehouse.store import open_writer

if TYPE_CHECKING:
    from warehouse.store import Writer

State = Literal["ok", "warning", "problem"]

LOW_DISK_BYTES = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at: its state and a sentence with the mend."""

    name: str
    state: State
    detail: str

    def as_dict(self) -> dict[str, Any]:
        """For JSON and tables."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Patient:
    """What is examined: the directory, the moment, and whether to mend."""

    directory: Path
    now: datetime
    fix: bool


def examine(directory: Path, *, now: datetime, fix: bool = False) -> list[Finding]:
    """All findings about a warehouse directory and what surrounds it."""
    patient = Patient(directory, now, fix)
    findings: list[Finding] = []
    for look in EXAMINATIONS:
        try:
            findings += look(patient)
        except Exception as error:
            name = look.__name__.removeprefix("_")
            findings.append(Finding(name, "problem", f"{type(error).__name__}: {error}"))
    return findings


def _disk(patient: Patient) -> Iterator[Finding]:
    directory = patient.directory
    if not directory.is_dir():
        yield Finding("directory", "warning", f"{directory} is not there yet; a run makes it")
        return
    if not os.access(directory, os.W_OK):
        yield Finding("directory", "problem", f"{directory} cannot be written; give it to the user")
        return
    free = shutil.disk_usage(directory).free
    state: State = "ok" if free > LOW_DISK_BYTES else "problem"
    yield Finding("disk", state, f"{free / 1e9:.1f} GB free at {directory}")


def _locks(patient: Patient) -> Iterator[Finding]:
    for name in (RUN_LOCK, WRITE_LOCK):
        if not patient.directory.is_dir() or not (patient.directory / name).exists():
            continue
        if _is_free(patient, name):
            yield Finding(name, "ok", "free")
        else:
            who = holder(patient.directory, name)
            yield Finding(name, "warning", f"held by {who}; wait for it, or stop that process")


def _is_free(patient: Patient, name: str) -> bool:
    from warehouse.errors import WarehouseLocked

    try:
        with held(patient.directory, name, timeout_seconds=0.2, purpose="doctor", now=patient.now):
            return True
    except WarehouseLocked:
        return False


def _runs(patient: Patient) -> Iterator[Finding]:
    if not _has_warehouse(patient) or not _is_free(patient, RUN_LOCK):
        return
    with open_writer(patient.directory, timeout_seconds=5, now=patient.now) as writer:
        _, rows = writer.frame("SELECT run_id FROM run WHERE status = 'running' ORDER BY run_id")
        for (run_id,) in rows:
            detail = f"{run_id} was killed: it says running and nobody holds the run lock"
            if patient.fix:
                writer.finish_run(run_id, "failed", patient.now, {}, 1)
                yield Finding("run", "ok", f"{detail}; now marked failed")
            else:
                yield Finding("run", "warning", f"{detail}; --fix marks it failed")
        for archive in writer.uncommitted_archives():
            text = (
                f"{archive.warc_file} holds captures no run committed; the next one takes them in"
            )
            yield Finding("archive", "warning", text)
        yield from _alerts(writer)


def _alerts(writer: Writer) -> Iterator[Finding]:
    _, waiting = writer.frame("SELECT count(*) FROM alert WHERE state = 'pending'")
    if waiting[0][0]:
        text = f"{waiting[0][0]} wait to be sent; the next run sends what is due"
        yield Finding("alerts", "warning", text)
    _, channels = writer.frame(
        "SELECT channel, count(*), max_by(detail, updated_at) FROM alert_delivery "
        "WHERE state IN ('retry', 'failed') GROUP BY channel ORDER BY channel"
    )
    for channel, count, why in channels:
        text = f"did not take {count} alerts, last because: {why}; see subscriptions.toml"
        yield Finding(f"channel {channel}", "warning", text)


def _has_warehouse(patient: Patient) -> bool:
    return (patient.directory / "warehouse.duckdb").exists()


def _snapshot(patient: Patient) -> Iterator[Finding]:
    if not _has_warehouse(patient):
        return
    snapshot = snapshots.current(patient.directory)
    if snapshot is None:
        yield Finding("snapshot", "warning", "nothing is published; `araxes ingest` publishes")
    elif not snapshots.is_intact(snapshot):
        text = f"somebody wrote into {snapshot.name}; `araxes maintain` publishes a fresh one"
        yield Finding("snapshot", "problem", text)
    elif snapshots.wal_file(snapshot).exists():
        text = f"a killed session left a log beside {snapshot.name}; the next run sweeps it"
        yield Finding("snapshot", "warning", text)
    else:
        yield Finding("snapshot", "ok", f"{snapshot.name} is intact")
    if patient.fix:
        swept = snapshots.sweep(patient.directory)
        if swept:
            yield Finding("snapshot", "ok", f"swept {len(swept)} left-over files")


def _data(patient: Patient) -> Iterator[Finding]:
    from alerts.subscriptions import load_subscriptions, open_channels
    from dossiers.languages import load_languages
    from dossiers.loader import load
    from dossiers.triggers import load_triggers

    dossier = load()
    languages = load_languages()
    load_triggers()
    text = f"{dossier.process.name}: {len(dossier.sources)} sources, {len(languages)} languages"
    yield Finding("dossier", "ok", text)
    found = load_subscriptions(patient.directory, alert_urls=Settings().alert_urls, dossier=dossier)
    open_channels(found)
    yield Finding("subscriptions", "ok", ", ".join(item.name for item in found))
    seeds = Settings().seed_directory()
    if seeds:
        yield Finding("seeds", "ok", "the seed documents' folder is present")
    else:
        yield Finding("seeds", "warning", "absent: seed checks do not run; set ARAXES_SEEDS")


def _prefect(patient: Patient) -> Iterator[Finding]:
    from flows.prefect_server import configured_api

    api = configured_api()
    if api is None:
        yield Finding("prefect", "ok", "no server configured; commands start one of their own")
        return
    from flows.prefect_doctor import examine_server

    for name, state, detail in examine_server(api, fix=patient.fix):
        yield Finding(name, state, detail)


EXAMINATIONS: tuple[Callable[[Patient], Iterator[Finding]], ...] = (
    _disk,
    _locks,
    _runs,
    _snapshot,
    _data,
    _prefect,
)
