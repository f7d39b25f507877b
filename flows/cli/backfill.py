"""``araxes backfill``: archives of the web through the very same transforms."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from flows.cli.ingest import show
from flows.cli.options import Horizon, Moment, json_option, warehouse_option
from flows.records import IngestRequest

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
@json_option
def backfill(
    archives: tuple[str, ...],
    warehouse: Path,
    now: datetime | None,
    alert_horizon: timedelta | None,
    allow_private: tuple[str, ...],
    keep: bool,
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
    from flows.backfill import run_backfill

    request = IngestRequest(
        warehouse=warehouse,
        now=now,
        alert_horizon=alert_horizon,
        allow_private=frozenset(allow_private),
    )
    downloads = Downloads(warehouse / "backfill", request.allow_private, is_kept=keep)
    with _bar() as report_progress:
        report = run_backfill(
            request,
            list(expand(archives, downloads)),
            downloads=downloads,
            on_progress=report_progress,
        )
    show(report, as_json=as_json)
    return report.exit_code


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
