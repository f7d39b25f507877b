"""Prints the demo's truth beside what was found, and how to go on."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from rich.markup import escape
from rich.table import Table

from demo.compare import reasons_by_key, rows_by_key
from demo.compare_events import event_id_of, is_suppressed, match_events, seen_recalls
from demo.compare_sources import LEDGER_STATES, expected_ledger, health_by_source, ledger_by_key
from demo.found import Addresses, Difference, Found, Row

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from rich.console import Console


@dataclass(frozen=True, slots=True)
class Result:
    """A finished demo. ``seconds`` is the time of each run, by stage; 3 is the backfill."""

    truth: Row
    found: Found
    bases: Mapping[str, str]
    differences: tuple[Difference, ...]
    quality: tuple[Row, ...]
    balance: Row
    seconds: Mapping[int, float]
    total_seconds: float
    requests: int
    warehouse: Path

    @property
    def addresses(self) -> Addresses:
        """Of this run's servers."""
        return Addresses.of(self.truth, self.bases)


def print_report(console: Console, result: Result) -> None:
    """All tables, then the verdict."""
    for table in (
        _articles(result),
        _duplicates(result),
        _refusals(result),
        _events(result),
        _alerts(result),
        _recalls(result),
        _sources(result),
        _ledger(result),
        _quality(result),
    ):
        console.print(table)
        console.print()
    _verdict(console, result)


def _table(title: str, *columns: str) -> Table:
    table = Table(title=title, title_justify="left", title_style="bold", show_edge=False)
    for column in columns:
        table.add_column(column, overflow="fold")
    return table


def _articles(result: Result) -> Table:
    table = _table("Articles", "outlet", "planted", "found", "languages")
    planted = [r for r in result.truth["articles"].values() if r["outcome"] == "new"]
    expected = Counter(r["outlet"] for r in planted)
    rows = rows_by_key(result.found, result.addresses)
    found = Counter(key.split(":")[0] for key, there in rows.items() if there)
    for outlet, count in expected.items():
        languages = sorted({r["language"] for r in planted if r["outlet"] == outlet})
        table.add_row(outlet, str(count), str(found[outlet]), ", ".join(languages))
    table.add_row("all", str(expected.total()), str(found.total()), "")
    return table


def _duplicates(result: Result) -> Table:
    table = _table("Copies, translations, changes", "article", "planted as", "of", "found as")
    rows = rows_by_key(result.found, result.addresses)
    for key, planted in result.truth["articles"].items():
        there = rows.get(key) or [{}]
        if planted["relation"] != "original":
            what = planted.get("how") or planted["relation"]
            similarity = there[0].get("similarity")
            figure = f" ({similarity:.2f})" if isinstance(similarity, float) else ""
            got = f"{there[0].get('relation', 'nothing')}{figure}"
            table.add_row(escape(key), what, escape(planted["of"]), got)
        if planted.get("removed_at_stage"):
            gone = "marked as gone, kept" if there[0].get("gone_at") else "not marked"
            table.add_row(escape(key), "removed before the second run", "", gone)
        if planted.get("changed_at_stage"):
            version = f"version {there[0].get('version', '?')}"
            table.add_row(escape(key), "corrected in the second run", "itself", version)
    return table


def _refusals(result: Result) -> Table:
    table = _table("Pages that are no article", "page", "planted as", "found as")
    reasons = reasons_by_key(result.found, result.addresses)
    for key, planted in result.truth["articles"].items():
        if planted["outcome"] != "new":
            got = ", ".join(sorted(reasons.get(key, ()))) or "nothing"
            table.add_row(escape(key), planted["reasons"][0], got)
    return table


def _events(result: Result) -> Table:
    table = _table("Events", "planted", "found", "evidence")
    by_name: dict[str, list[Row]] = {}
    matched = match_events(result.truth, result.found, result.addresses)
    for event in result.found.events:
        name = matched.get(event["event_id"])
        if name:
            by_name.setdefault(name, []).append(event)
    for name, planted in result.truth["events"].items():
        status = planted.get("status_at_stage_2", planted["status"])
        wanted = f"{name}\n{planted['type']}, {status}, {planted['date']['start']}"
        for event in by_name.get(name) or [{}]:
            table.add_row(wanted, _told(event), _quote(event))
    return table


def _told(event: Mapping[str, Any]) -> str:
    if not event:
        return "[red]nothing[/red]"
    thirds = ", ".join(
        f"{t['id'].removeprefix('actor:')} {'+'.join(t.get('roles', ()))}"
        for t in event.get("third_parties", ())
    )
    date = (event.get("date") or {}).get("start")
    return escape(
        f"{event['type']}, {event['status']}, {date}\n{thirds or 'direct'}\n"
        f"origins: {_count(event.get('origins'))}"
    )


def _count(origins: object) -> object:
    return len(origins) if isinstance(origins, (list, tuple)) else origins


def _quote(event: Mapping[str, Any]) -> str:
    evidence = event.get("evidence") or []
    return escape(evidence[0].get("quote", "")) if evidence else ""


def _alerts(result: Result) -> Table:
    table = _table("Alerts", "planted", "cause", "found")
    matched = match_events(result.truth, result.found, result.addresses)
    got = Counter(
        (matched.get(event_id_of(a) or "", "nothing planted"), str(a.get("cause")))
        for a in result.found.alerts
        if not is_suppressed(a)
    )
    wanted = Counter(
        (name, alert["cause"])
        for name, planted in result.truth["events"].items()
        for alert in planted["alerts"]
    )
    for name, cause in sorted(wanted.keys() | got.keys()):
        right = wanted[name, cause] == got[name, cause]
        colour = "green" if right else "red"
        table.add_row(name, cause, f"[{colour}]{got[name, cause]} of {wanted[name, cause]}[/]")
    kept = sum(map(is_suppressed, result.found.alerts))
    table.add_row("from the archive", "", f"none sent, {kept} suppressed")
    return table


def _recalls(result: Result) -> Table:
    table = _table("Older events that are only recalled", "recalled", "told", "seen", "as")
    rows: dict[tuple[str, str], list[set[str]]] = {}
    for _, recalled, novelties in seen_recalls(
        result.truth, result.found, result.addresses, stage=2
    ):
        how = "faintly" if recalled["is_faint"] else "plainly"
        rows.setdefault((recalled["event"], how), []).append(novelties)
    for (event, how), seen in sorted(rows.items()):
        names = ", ".join(sorted(set().union(*seen))) or "nothing"
        table.add_row(event, how, f"{sum(map(bool, seen))} of {len(seen)}", names)
    return table


def _sources(result: Result) -> Table:
    table = _table("Sources' health", "source", "planted", "found", "taken", "no news", "said")
    health = health_by_source(result.found)
    for source, planted in result.truth["feeds"].items():
        row = health.get(source, {})
        if planted["kind"] == "warc":
            continue
        trouble = planted.get("trouble", {}).get("kind")
        wanted = ", ".join(dict.fromkeys(filter(None, (planted.get("state"), trouble))))
        said = str(row.get("error") or row.get("warning") or "").split(":")[0][:44]
        table.add_row(
            f"{source} ({planted['kind']})",
            wanted,
            str(row.get("state")),
            str(row.get("article_count", "")),
            str(row.get("not_news") or ""),
            escape(said),
        )
    return table


def _ledger(result: Result) -> Table:
    """Pages by the state they must stand in, beside addresses as the ledger has them.

    A page may have two addresses (its AMP twin, the alias it was first found under).
    """
    table = _table("Every address in one state", "state", "pages planted", "pages", "addresses")
    planted = Counter(expected_ledger(result.truth, stage=2).values())
    states = ledger_by_key(result.found, result.addresses)
    pages = Counter(state for key, seen in states.items() if key for state in seen)
    for state in LEDGER_STATES:
        addresses = result.balance.get(state)
        table.add_row(state, str(planted[state]), str(pages[state]), str(addresses))
    sums = "balanced" if result.balance.get("is_balanced") else "NOT balanced"
    discovered = f"{result.balance.get('discovered')}, {sums}"
    table.add_row("discovered", str(planted.total()), str(pages.total()), discovered)
    return table


def _quality(result: Result) -> Table:
    table = _table("Quality", "suite", "severity", "judged", "failed")
    for row in result.quality:
        table.add_row(*(str(row[name]) for name in ("suite", "severity", "judged", "failed")))
    return table


def _verdict(console: Console, result: Result) -> None:
    runs = ", ".join(f"{seconds:.0f} s" for seconds in result.seconds.values())
    console.print(
        f"{result.requests} requests served; runs and backfill took {runs}; "
        f"{result.total_seconds:.0f} s with the comparison."
    )
    if result.differences:
        console.print(f"[red]{len(result.differences)} differences from the truth:[/red]")
        for difference in result.differences:
            console.print(f"  {escape(str(difference))}", highlight=False, soft_wrap=True)
    else:
        console.print("[green]Everything planted was found, and nothing else.[/green]")
    shown = result.warehouse
    console.print("\nGo on with:", highlight=False)
    for command in (
        f'araxes sql "SELECT * FROM event_timeline" --warehouse {shown}',
        f"araxes events --track US-TRUMP --warehouse {shown}",
        f"araxes search Washington --warehouse {shown}",
        f"araxes status --warehouse {shown}",
        "python -m demo.server --catalogue catalogue.toml    (the world alone, to browse)",
    ):
        console.print(f"  {escape(command)}", highlight=False, soft_wrap=True)
