"""``araxes stream``: ingestion that goes on until it is stopped.

A stream is a row of legs (`flows.leg`). Each is a run of its own in the books, with its own
archive; between two the run lock is free for a moment. A leg lasts an hour, or until another
run waits for the lock: that one gets its turn, and the stream goes on after it.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import ExitStack
from datetime import datetime
from typing import Final

from dossiers.loader import load
from flows.ingest import chosen_sources
from flows.leg import Leg
from flows.records import EXIT_COMPLETE, Clock, IngestRequest, RunReport, new_run_id
from flows.settings import Settings
from warehouse.locks import RUN_LOCK, holder, run_lock

LEG_SECONDS: Final = 3600.0
"""How long a leg lasts: its archive is one file, its row in the books one line."""
GIVE_WAY_SECONDS: Final = 1.0
"""How long the run lock is left free between legs, and how often a stream asks for it."""


def run_stream(
    request: IngestRequest,
    *,
    stop: threading.Event,
    settings: Settings | None = None,
    clock: Callable[[], datetime] | None = None,
    leg_seconds: float = LEG_SECONDS,
    on_leg: Callable[[RunReport], None] = lambda _report: None,
    on_wait: Callable[[str], None] = lambda _who: None,
) -> int:
    """Stream until ``stop`` is set.

    Args:
        request: which sources, and where to.
        stop: set by whoever wants it to end; it then winds up cleanly.
        settings: the deployment's settings; read from the environment by default.
        clock: the time to go by; by default one that starts at ``request.now`` and runs on.
        leg_seconds: how long a leg lasts, in seconds of this machine.
        on_leg: called with the report of each leg.
        on_wait: called once with who has the run lock, whenever the stream must wait for it.

    Returns:
        The exit code of the last leg (design §6).

    Raises:
        DossierError, UnknownSources: the configuration is wrong.
        ArchiveError, WarehouseError: what was fetched cannot be kept; what is committed stays.
    """
    settings = settings or Settings()
    dossier = load()
    sources = chosen_sources(request, dossier)
    clock = clock or Clock(request.now)

    def new_leg() -> Leg:
        report = RunReport(new_run_id(clock()), clock())
        return Leg(request, settings, dossier, sources, clock, report, stop=stop)

    code, is_told = EXIT_COMPLETE, False
    with ExitStack() as stack:
        first = leg = new_leg()
        first.equip(stack)
        while True:
            with run_lock(request.warehouse, wait=False, now=clock(), purpose="stream") as had:
                if had:
                    leg.carry_out(leg_seconds)
                    on_leg(leg.report)
                    code = leg.report.exit_code
            if not had and not is_told:
                on_wait(holder(request.warehouse, RUN_LOCK))
            is_told = not had
            if stop.wait(GIVE_WAY_SECONDS):
                return code
            if had:
                leg = new_leg()
                leg.web, leg.pool = first.web, first.pool
