"""Options that several commands share."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

import click

Command = TypeVar("Command", bound=Callable[..., Any])


class Moment(click.ParamType[datetime]):
    """An ISO 8601 date or moment; without a zone it is UTC."""

    name = "ISO"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> datetime:
        """Parse, or fail naming the value and the form wanted."""
        if isinstance(value, datetime):
            return value
        try:
            moment = datetime.fromisoformat(value)
        except ValueError:
            self.fail(
                f"{value!r} is not a date: write 2025-08-08 or 2025-08-08T14:30:00+04:00",
                param,
                ctx,
            )
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


class Horizon(click.ParamType["timedelta | None"]):
    """A number of days (``7d``), hours (``36h``), minutes (``30m``), or ``none``."""

    name = "7d|none"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> timedelta | None:
        """Parse, or fail naming the value and the forms wanted."""
        if value is None or isinstance(value, timedelta):
            return value
        if value == "none":
            return None
        units = {"d": "days", "h": "hours", "m": "minutes"}
        if value[-1:] not in units or not value[:-1].isdigit():
            self.fail(f"{value!r} is not a length of time: write 7d, 36h, 30m or none", param, ctx)
        return timedelta(**{units[value[-1]]: int(value[:-1])})


def warehouse_option(command: Command) -> Command:
    """``--warehouse DIR``, from the settings by default."""
    return click.option(
        "--warehouse",
        type=click.Path(file_okay=False, path_type=Path),
        default=Path("data"),
        envvar="ARAXES_WAREHOUSE",
        show_default=True,
        show_envvar=True,
        help="The warehouse directory.",
    )(command)


def json_option(command: Command) -> Command:
    """``--json``: one JSON array of objects and nothing else on standard output."""
    return click.option(
        "--json", "as_json", is_flag=True, help="Print one JSON array of objects, nothing else."
    )(command)


def export_options(command: Command) -> Command:
    """``--format`` and ``--output``: write the rows to a file instead of a table."""
    command = click.option(
        "--output",
        type=click.Path(dir_okay=False, path_type=Path),
        help="Write there instead of standard output (needed for parquet).",
    )(command)
    return click.option(
        "--format",
        "file_format",
        type=click.Choice(["csv", "parquet", "json"]),
        help="Export the rows in this format.",
    )(command)


def filter_options(command: Command) -> Command:
    """The filters of every listing of events."""
    for option in reversed(
        [
            click.option("--since", type=Moment(), help="From this date on."),
            click.option("--until", type=Moment(), help="Up to and with this date."),
            click.option("--track", help="Only this track, by id."),
            click.option("--mediator", help="Only this mediator, by id (actor:…)."),
            click.option("--type", "event_type", help="Only this type of event."),
            click.option("--status", help="Only this status."),
        ]
    ):
        command = option(command)
    return command
