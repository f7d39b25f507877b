"""A run's report as people read it: a table, a markdown page, plain lines."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from flows.records import FailedCheck, RunReport

DATA_DOCS: Final = "gx/uncommitted/data_docs/local_site/index.html"
"""Index page of the Data Docs, below ``quality/``."""

MAX_FAILURES = 50
"""Most failures listed in a summary; the rest are counted."""


def table_rows(report: RunReport) -> list[dict[str, str | int]]:
    """The counts as rows of (group, what, count)."""
    groups = {
        "captures": report.outcomes,
        "articles": report.articles,
        "events": report.events,
        "alerts": report.alerts,
        "quality": report.quality,
    }
    rows: list[dict[str, str | int]] = [
        {"group": "sources", "what": "polled", "count": report.sources_polled},
        {"group": "sources", "what": "failed", "count": report.sources_failed},
    ]
    rows += [
        {"group": group, "what": what, "count": count}
        for group, counts in groups.items()
        for what, count in sorted(counts.items())
    ]
    return rows


def markdown_summary(report: RunReport) -> str:
    """The report as markdown."""
    return "\n".join(_markdown(report)) + "\n"


def _markdown(report: RunReport) -> Iterator[str]:
    yield f"# Ingestion {report.run_id}: {report.status}"
    yield ""
    yield "| group | what | count |"
    yield "|---|---|---:|"
    for row in table_rows(report):
        yield f"| {row['group']} | {row['what']} | {row['count']} |"
    if report.notes:
        yield ""
        yield from (f"- {note}" for note in report.notes)
    if report.failures:
        yield ""
        yield "## What could not be taken in"
        yield ""
        for subject, reason, detail in report.failures[:MAX_FAILURES]:
            yield f"- `{subject}`: {reason}. {detail}"
        if len(report.failures) > MAX_FAILURES:
            yield f"- and {len(report.failures) - MAX_FAILURES} more; see the quarantine table"


def checks_page(checks: Sequence[FailedCheck], *, directory: Path, title: str) -> str:
    """The checks that failed as a markdown table with links, critical ones first.

    Links lead to the Data Docs and to the pages of examples; what stands in a cell cannot break
    out of it.
    """
    docs = directory / "quality" / DATA_DOCS
    lines = [f"# {title}", ""]
    if not checks:
        lines += ["Every check holds.", ""]
    else:
        lines += ["| check | severity | offend | examples | why |", "|---|---|---:|---|---|"]
    for check in sorted(checks, key=lambda c: (c.severity, c.suite, c.check)):
        examples = ", ".join(_link(name) for name in check.examples) or "–"
        lines.append(
            f"| `{check.suite}.{check.check}` | {check.severity} | {check.unexpected} | {examples} "
            f"| {_cell(check.why)} |"
        )
    if docs.exists():
        lines += ["", f"[Data Docs]({docs.resolve().as_uri()})"]
    lines += [
        "",
        "What is blocked: `araxes quarantine list --stage judge`; all results: `araxes check`.",
    ]
    return "\n".join(lines) + "\n"


def _link(name: str) -> str:
    """An example: an address as a link, an id as it is."""
    if re.fullmatch(r"https?://[^\s<>|()\[\]`\\]+", name):
        return f"[{urlsplit(name).hostname}{_cell(urlsplit(name).path)[:40]}]({name})"
    return f"`{_cell(name)[:60]}`"


def _cell(text: str) -> str:
    """Text that stays within a cell of a table."""
    return re.sub(r"[|`\[\]<>\n\r]", " ", text)


def plain_lines(report: RunReport) -> Iterator[str]:
    """The report as lines for a terminal or a log."""
    yield f"run {report.run_id}: {report.status}"
    counts: dict[str, list[str]] = {}
    for row in table_rows(report):
        counts.setdefault(str(row["group"]), []).append(f"{row['count']} {row['what']}")
    for group, parts in counts.items():
        yield f"  {group}: {', '.join(parts)}"
    if report.replayed:
        yield f"  replayed {report.replayed} captures an earlier run left uncommitted"
    for note in report.notes:
        yield f"  note: {note}"
    for subject, reason, detail in report.failures[:MAX_FAILURES]:
        yield f"  could not take in {subject}: {reason}. {detail}"
    if len(report.failures) > MAX_FAILURES:
        yield f"  and {len(report.failures) - MAX_FAILURES} more; see the quarantine table"
