"""``araxes stream``: keep ingesting until stopped."""

from __future__ import annotations

import os
import signal
import threading
from datetime import datetime, timedelta
from pathlib import Path
from types import FrameType

import click

from flows.cli.ingest import show
from flows.cli.options import Horizon, Moment, json_option, warehouse_option
from flows.records import IngestRequest


@click.command()
@warehouse_option
@click.option(
    "--sources",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A catalogue file (TOML, [[source]]) instead of the dossier's.",
)
@click.option("--only", multiple=True, metavar="ID", help="Only this source; may be repeated.")
@click.option("--now", type=Moment(), help="The moment the stream is to believe it starts at.")
@click.option(
    "--alert-horizon",
    type=Horizon(),
    default="7d",
    show_default=True,
    help="Events first reported longer ago are stored but not sent; none sends all.",
)
@click.option(
    "--allow-private",
    multiple=True,
    metavar="HOST",
    help="A host that may be on a private or loopback address; may be repeated.",
)
@click.option(
    "--for",
    "duration",
    type=Horizon(),
    default="none",
    show_default=True,
    help="Stop by itself after so long (30m, 12h); none goes on until stopped.",
)
@json_option
def stream(
    warehouse: Path,
    sources: Path | None,
    only: tuple[str, ...],
    now: datetime | None,
    alert_horizon: timedelta | None,
    allow_private: tuple[str, ...],
    duration: timedelta | None,
    as_json: bool,
) -> int:
    """Keep ingesting, politely, in micro-batches, until SIGTERM or Ctrl-C.

    Every source is asked when it is due and no sooner than it allows; alerts go out within
    seconds of the item; the snapshot is published at most once a minute. Another ingestion
    that is started meanwhile gets its turn. Stopping is clean: what is under way is taken in,
    and a second signal, or a kill, loses nothing either.
    """
    from flows.streaming import run_stream

    request = IngestRequest(
        warehouse=warehouse,
        sources=sources,
        only=only,
        now=now,
        alert_horizon=alert_horizon,
        allow_private=frozenset(allow_private),
    )
    stop = stop_on_signals()
    if duration is not None:
        timer = threading.Timer(duration.total_seconds(), stop.set)
        timer.daemon = True
        timer.start()
    return run_stream(
        request,
        stop=stop,
        on_leg=lambda report: show(report, as_json=as_json),
        on_wait=lambda who: click.echo(f"waiting for its turn: {who} is ingesting", err=True),
    )


def stop_on_signals() -> threading.Event:
    """An event that SIGTERM or SIGINT sets; the second of them ends the process at once."""
    stop = threading.Event()

    def handle(number: int, _frame: FrameType | None) -> None:
        if stop.is_set():
            signal.signal(number, signal.SIG_DFL)
            os.kill(os.getpid(), number)
        stop.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, handle)
    return stop
