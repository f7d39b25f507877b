"""``araxes evaluate``: the coder, and the alerts, against gold."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from flows.cli.documents import read_lines, write
from flows.cli.options import json_option


@click.command()
@click.argument(
    "gold", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
@click.option(
    "--predicted",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Score this output of `araxes code` instead of coding the gold's texts now.",
)
@click.option("--split", help='Only gold documents with this "split" (dev, test).')
@click.option("--language", help="Only gold documents of this language (ISO 639-1).")
@click.option("--faults", "wants_faults", is_flag=True, help="List every difference instead.")
@click.option(
    "--alerts",
    "wants_alerts",
    is_flag=True,
    help="Also take the documents in as one stream, by date, and score the alerts by event.",
)
@json_option
def evaluate(
    gold: tuple[Path, ...],
    predicted: Path | None,
    split: str | None,
    language: str | None,
    wants_faults: bool,
    wants_alerts: bool,
    as_json: bool,
) -> int:
    """Score the coder against gold files (docs/gold_format.md).

    Precision, recall and F1 with bootstrap intervals, by language, type and slot; with
    --alerts also of the alerts, by event.
    """
    from flows.evaluating import alerts_over, predict
    from transforms.evaluation import evaluate as score
    from transforms.evaluation import evaluate_alerts, faults
    from transforms.evaluation.show import format_alerts, format_faults, format_report

    records = _chosen(gold, split, language)
    answers = (
        [line.record for line in read_lines((predicted,), strict=True) if line.record]
        if predicted
        else predict(records, ", ".join(str(path) for path in gold))
    )
    if wants_faults:
        found = list(faults(records, answers))
        if as_json:
            write([fault.to_json() for fault in found])
        else:
            click.echo(format_faults(found))
        return 0
    report = score(records, answers)
    alerts = evaluate_alerts(records, alerts_over(records)) if wants_alerts else None
    if as_json:
        write([report.to_json() | ({"alerts": alerts.to_json()} if alerts else {})])
        return 0
    click.echo(format_report(report))
    if alerts:
        click.echo(format_alerts(alerts))
    return 0


def _chosen(
    gold: tuple[Path, ...], split: str | None, language: str | None
) -> list[dict[str, Any]]:
    """The gold documents asked for.

    Raises:
        click.UsageError: a line is no JSON object, or nothing is left.
    """
    records = [line.record for line in read_lines(gold, strict=True) if line.record]
    kept = [
        record
        for record in records
        if (split is None or record.get("split") == split)
        and (language is None or record.get("language") == language)
    ]
    if not kept:
        asked = " and ".join(
            f"{name} {value}"
            for name, value in (("split", split), ("language", language))
            if value is not None
        )
        names = ", ".join(str(path) for path in gold)
        raise click.UsageError(f"{names}: no gold document{f' of {asked}' if asked else ''}")
    return kept
