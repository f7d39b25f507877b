"""``araxes backfill``: archives of the web through the very same transforms."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import click

from flows.cli.ingest import show
from flows.cli.options import Horizon, Moment, json_option, warehouse_option
from flows.records import IngestRequest, RunReport

if TYPE_CHECKING:
    from collections.abc import Callable

    from flows.backfill import Progress


@click.command()
@click.argument("archives", nargs=-1, required=True, metavar="PATH_OR_URL...")
@warehouse_option
@click.option("--now", type=Moment(), help="The moment the run is to believe in.")
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
@click.option("--keep", is_flag=True, help="Keep what was downloaded.")
@click.option(
    "--dask",
    metavar="N_OR_ADDRESS",
    help="Scan and transform on a Dask cluster: N local workers, or a scheduler's address.",
)
@json_option
def backfill(
    archives: tuple[str, ...],
    warehouse: Path,
    now: datetime | None,
    alert_horizon: timedelta | None,
    allow_private: tuple[str, ...],
    keep: bool,
    dask: str | None,
    as_json: bool,
) -> int:
    """Take in WARC archives: files, folders, addresses, or lists of paths.

    Pages that name both sides of the process are taken through the same transforms as live
    news, the rest is passed over at ten times the speed. Stopped, however, it goes on where it
    was; an archive taken in before is passed over. Addresses may be http(s) or s3
    (s3://commoncrawl/…, with s3fs installed); a list is a file of paths as Common Crawl
    publishes it (warc.paths.gz).
    """
    from connectors.archives import Downloads, expand

    request = IngestRequest(
        warehouse=warehouse,
        now=now,
        alert_horizon=alert_horizon,
        allow_private=frozenset(allow_private),
    )
    downloads = Downloads(warehouse / "backfill", request.allow_private, is_kept=keep)
    run = _scaled_out(dask) if dask else _here()
    with _bar() as report_progress:
        report = run(
            request,
            list(expand(archives, downloads)),
            downloads=downloads,
            on_progress=report_progress,
        )
    show(report, as_json=as_json)
    return report.exit_code


def _here() -> Callable[..., RunReport]:
    from flows.backfill import run_backfill

    return run_backfill


def _scaled_out(cluster: str) -> Callable[..., RunReport]:
    """The backfill on a cluster: on a scheduler's address, or with that many local workers."""
    os.environ.setdefault("PREFECT_SERVER_ANALYTICS_ENABLED", "false")
    os.environ.setdefault("PREFECT_LOGGING_LEVEL", "WARNING")
    if not cluster.isdecimal() and "://" not in cluster:
        raise click.BadParameter(
            f"{cluster!r} is neither a number of workers nor an address such as tcp://host:8786",
            param_hint="--dask",
        )
    if find_spec("prefect_dask") is None:
        raise click.UsageError("--dask needs prefect-dask: pip install '.[scale]'")
    from flows.prefect_server import ensure_server

    ensure_server()
    from flows.scale_out import run_scaled_out

    if cluster.isdecimal():
        return partial(run_scaled_out, workers=int(cluster))
    return partial(run_scaled_out, address=cluster)


@contextmanager
def _bar() -> Iterator[Callable[[Progress], None]]:
    """A bar with an estimate on a terminal, a line every file elsewhere."""
    if not sys.stderr.isatty():
        yield _line_a_file()
        return
    from rich import progress as rich
    from rich.console import Console

    columns = (
        rich.TextColumn("{task.description}"),
        rich.BarColumn(),
        rich.DownloadColumn(),
        rich.TimeRemainingColumn(),
    )
    with rich.Progress(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task("scanning", total=None)

        def draw(seen: Progress) -> None:
            bar.update(
                task,
                total=seen.bytes_total,
                completed=seen.bytes_done,
                description=f"{seen.responses:,} responses, {seen.wanted:,} wanted",
            )

        yield draw


def _line_a_file() -> Callable[[Progress], None]:
    said = -1

    def say(progress: Progress) -> None:
        nonlocal said
        if progress.files_done > said:
            said = progress.files_done
            click.echo(
                f"{progress.files_done} of {progress.files} files, "
                f"{progress.responses:,} responses, {progress.wanted:,} wanted",
                err=True,
            )

    return say
