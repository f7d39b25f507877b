"""The ``araxes`` command: a thin door to the rooms.

Importing this costs only click: each command's module is imported when the command runs, so
that ``araxes sql`` does not pay for Prefect or Great Expectations.
"""

from __future__ import annotations

import importlib
import sys
from typing import Any

import click

COMMANDS = {
    "ingest": ("flows.cli.ingest", "Run one ingestion: from the catalogue or a folder."),
    "stream": ("flows.cli.stream", "Keep ingesting until stopped, in micro-batches."),
    "backfill": ("flows.cli.backfill", "Take in archives of the web (WARC), fast and resumably."),
    "code": ("flows.cli.documents", "Code documents: JSONL in, JSONL out, no warehouse."),
    "dedupe": ("flows.cli.documents", "Find duplicates among documents: JSONL in, JSONL out."),
    "evaluate": ("flows.cli.evaluation", "Score the coder against a gold file."),
    "sql": ("flows.cli.sql", "Run read-only SQL over the published snapshot."),
    "search": ("flows.cli.listings", "Find articles by words, in any script."),
    "history": ("flows.cli.history", "Show how an article's text changed."),
    "events": ("flows.cli.listings", "List events with their evidence."),
    "review": (
        "flows.cli.review",
        "List what waits for a decision, and decide.",
    ),
    "quarantine": ("flows.cli.quarantine", "List what was refused; run it again, or release it."),
    "reprocess": ("flows.cli.reprocess", "Run stored captures again through today's transforms."),
    "alerts": ("flows.cli.alerts", "List alerts; preview, test and resend them."),
    "feeds": ("flows.cli.feeds", "Write events as Atom, JSON Feed and iCalendar."),
    "sources": ("flows.cli.sources", "List sources and their health; try one; find feeds."),
    "check": ("flows.cli.checking", "Judge the warehouse and the seed corpus now."),
    "status": ("flows.cli.upkeep", "Say in ten lines how things stand; for monitors too."),
    "doctor": ("flows.cli.upkeep", "Find what hinders the next run, and mend it with --fix."),
    "maintain": ("flows.cli.upkeep", "Checkpoint, judge, prune, build Data Docs."),
    "backup": ("flows.cli.upkeep", "Copy the warehouse to a folder, with digests."),
    "restore": ("flows.cli.upkeep", "Bring a backup back, verifying it."),
}


class LazyGroup(click.Group):
    """A group that imports a command's module only when that command is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """All command names, in the order of `COMMANDS`."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import and return one command."""
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(COMMANDS[cmd_name][0])
        command: click.Command = getattr(module, cmd_name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands without importing any."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, summary) for name, (_, summary) in COMMANDS.items()])


@click.command(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="araxes", prog_name="araxes")
def cli() -> None:
    """Araxes: who mediates between the two sides of one peace process, with proof."""


def main(arguments: list[str] | None = None) -> None:
    """Run the command line; errors of ours become one sentence and an exit code.

    Exit codes: 0 complete; 1 failed; 2 usage or configuration; 3 partial.
    """
    try:
        code: Any = cli.main(args=arguments, prog_name="araxes", standalone_mode=False)
    except click.exceptions.Exit as ended:
        code = ended.exit_code
    except click.ClickException as error:
        error.show()
        code = error.exit_code
    except click.Abort:
        click.echo("Stopped.", err=True)
        code = 1
    except BrokenPipeError:
        # The reader of our output went away (``| head``): not an error of ours.
        sys.stderr.close()
        code = 0
    except Exception as error:
        from flows.cli.errors import explain

        message, code = explain(error)
        click.echo(f"araxes: {message}", err=True)
    sys.exit(code if isinstance(code, int) else 0)
