"""``araxes sources``: the health of every source, one tried step by step, a site's feeds found."""

from __future__ import annotations

import sys
from dataclasses import asdict, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from flows.cli.options import export_options, json_option, warehouse_option

if TYPE_CHECKING:
    from connectors.policy import FetchPolicy

SPARKS = "▁▂▃▄▅▆▇█"
_STATE_STYLES = {
    **{"ok": "green", "failing": "red", "walled": "red"},
    **{"quiet": "yellow", "silent": "yellow"},
}
_MARKS = {"ok": "✓", "warn": "!", "fail": "✗", "info": "·"}

sources_option = click.option(
    "--sources",
    "catalogue",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A catalogue file (TOML, [[source]]) instead of the dossier's.",
)
private_option = click.option(
    "--allow-private",
    multiple=True,
    metavar="HOST",
    help="A host that may be on a private or loopback address; may be repeated.",
)


@click.group(invoke_without_command=True)
@warehouse_option
@json_option
@export_options
@click.pass_context
def sources(
    context: click.Context,
    warehouse: Path,
    as_json: bool,
    file_format: str | None,
    output: Path | None,
) -> int:
    """List sources with their health: state, rate, silence, share of relevant articles.

    A line drawn beside each shows its articles on the last fourteen days. ``check`` tries one
    source now, ``discover`` finds the feeds of a site.
    """
    if context.invoked_subcommand:
        return 0
    from flows.cli.output import emit
    from warehouse import listing

    columns, rows = listing.sources(warehouse)
    if sys.stdout.isatty() and not (as_json or file_format or output):
        _table([dict(zip(columns, row, strict=True)) for row in rows])
    else:
        emit(columns, rows, as_json=as_json, file_format=file_format, output=output)
    return 0


def sparkline(counts: list[int]) -> str:
    """Counts as a row of bars, the highest full; nothing is a low bar, not a gap."""
    most = max(counts, default=0)
    return "".join(SPARKS[round(n / most * 7) if most else 0] for n in counts)


def _table(records: list[dict[str, Any]]) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table(box=None, pad_edge=False)
    columns = ("source", "state", "14 days", "a day", "relevant", "asked every")
    for name in (*columns, "no news", "trouble"):
        table.add_column(name, no_wrap=name not in ("no news", "trouble"))
    for record in records:
        style = _STATE_STYLES.get(record["state"], "dim")
        total = record["article_count"]
        share = f"{record['relevant_count'] / total:.0%}" if total else ""
        rate = f"{record['articles_a_day']:.1f}" if record["articles_a_day"] else ""
        pause = record["interval_seconds"]
        table.add_row(
            record["source_id"],
            f"[{style}]{record['state']}[/]",
            sparkline(record["last_14_days"]),
            rate,
            share,
            f"{pause / 60:.0f} min" if pause else "",
            record["not_news"] or "",
            (record["error"] or record["warning"] or "")[:120],
        )
    Console().print(table)


@sources.command()
@click.argument("source_id", metavar="ID")
@sources_option
@private_option
@json_option
def check(
    source_id: str, catalogue: Path | None, allow_private: tuple[str, ...], as_json: bool
) -> int:
    """Try one source now and explain every step; nothing is written.

    Asks it, reads its answer, fetches its newest item and takes it through the transforms.
    Exit code 1 where a step failed.
    """
    from flows.checking import check_source
    from flows.cli.output import print_json
    from flows.ingest import chosen_sources
    from flows.records import IngestRequest

    request = IngestRequest(Path("data"), sources=catalogue, only=(source_id,))
    from dossiers.loader import load

    source = chosen_sources(request, load())[source_id]
    policy = _policy(allow_private)
    steps = []
    for step in check_source(source, policy, datetime.now(UTC)):
        steps.append(step)
        if not as_json:
            click.echo(f"{_MARKS[step.verdict]} {step.name:<10} {step.detail}")
    if as_json:
        print_json([asdict(step) for step in steps])
    return 1 if any(step.verdict == "fail" for step in steps) else 0


@sources.command()
@click.argument("url")
@private_option
@json_option
def discover(url: str, allow_private: tuple[str, ...], as_json: bool) -> int:
    """Find the feeds of a site, each fetched and read, ready to be put into a catalogue.

    Exit code 1 where none was found.
    """
    from connectors.discovery import discover as find
    from flows.cli.output import print_json
    from flows.web import Web

    policy = _policy(allow_private)
    address = url if "://" in url else f"https://{url}"
    with Web(policy) as web:
        found = web.run(find(address, web.fetcher, datetime.now(UTC)))
    if as_json:
        print_json([{**asdict(f), "newest": f.newest and f.newest.isoformat()} for f in found])
        return 0 if found else 1
    for feed in found:
        newest = f", newest {feed.newest:%Y-%m-%d %H:%M} UTC" if feed.newest else ""
        click.echo(f"# {feed.how}: {feed.items} items{newest}")
        click.echo(f'[[source]]\nid = "{_id_of(feed.url)}"\nname = "{_quoted(feed.title)}"')
        click.echo(f'kind = "{feed.kind}"\nurl = "{feed.url}"\n')
    if not found:
        click.echo(f"{url}: no feed, sitemap or listing that can be read was found", err=True)
    return 0 if found else 1


def _policy(allow_private: tuple[str, ...]) -> FetchPolicy:
    """The usual manners, without second attempts: whoever asks is waiting."""
    from connectors.policy import FetchPolicy
    from flows.settings import Settings

    settings = Settings()
    return replace(
        FetchPolicy(),
        allow_private=frozenset(allow_private),
        user_agent=settings.user_agent,
        per_host_delay_seconds=settings.host_delay_seconds,
        retries=0,
    )


def _id_of(url: str) -> str:
    from urllib.parse import urlsplit

    parts = urlsplit(url)
    if parts.hostname == "t.me":
        return "tg-" + parts.path.rstrip("/").rpartition("/")[2].lower()
    labels = (parts.hostname or "source").removeprefix("www.").split(".")
    return "-".join(labels[:-1] or labels)


def _quoted(title: str | None) -> str:
    return (title or "").replace("\\", "\\\\").replace('"', '\\"')
