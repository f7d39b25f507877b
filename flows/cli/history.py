"""``araxes history``: how an article's text changed, readable."""

from __future__ import annotations

import difflib
import sys
from pathlib import Path

import click

from flows.cli.options import json_option, warehouse_option

_STYLES = {"+": "green", "-": "red", "@": "cyan"}


@click.command()
@click.argument("url")
@warehouse_option
@json_option
def history(url: str, warehouse: Path, as_json: bool) -> int:
    """Show the versions of an article and what changed from one to the next.

    Exit code 1 where no article has that address.
    """
    from flows.cli.output import print_json
    from transforms.urls import canonicalise
    from warehouse import listing

    found = listing.versions(warehouse, canonicalise(url))
    if not found:
        click.echo(f"{url}: no article has that address; `araxes search` finds articles", err=True)
        return 1
    shapes = []
    for before, now in zip([None, *found], found, strict=False):
        diff = changes(before.text, now.text) if before else []
        shapes.append(
            {
                "url": now.url,
                "version": now.version,
                "seen_at": now.seen_at.isoformat(),
                "title": now.title,
                "text_length": len(now.text),
                "diff_size": now.diff_size,
                "diff": diff,
            }
        )
    if as_json:
        print_json(shapes)
        return 0
    for shape in shapes:
        size = f", {shape['diff_size']} characters changed" if shape["diff_size"] else ""
        click.secho(f"version {shape['version']}, {shape['seen_at']}{size}", bold=True)
        click.echo(f"  {shape['title'] or '(no title)'}")
        for line in shape["diff"]:  # type: ignore[attr-defined]
            style = _STYLES.get(line[:1]) if sys.stdout.isatty() else None
            click.secho(f"  {line}", fg=style)
    return 0


def changes(before: str, now: str) -> list[str]:
    """A unified diff of two texts, paragraph by paragraph, without its header."""
    lines = difflib.unified_diff(before.split("\n"), now.split("\n"), lineterm="", n=1)
    return list(lines)[2:]
