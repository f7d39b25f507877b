"""The figures as Markdown tables."""

from __future__ import annotations

import os
import platform
from dataclasses import dataclass
from datetime import date
from importlib.metadata import version
from statistics import median

import psutil

from benchmarks import backfill_report, latency, polling_report
from benchmarks.backfill import BackfillFigures
from benchmarks.growth import Growth
from benchmarks.steps import OFF_TOPIC, TAGGING
from benchmarks.tables import table
from benchmarks.throughput import Figures

GOAL_RATIO = 0.85
GOAL_GROWTH = 1.3
LIBRARIES = ("trafilatura", "lxml", "htmldate", "duckdb", "great-expectations", "pebble")
NAMES = {
    "pipeline": "whole pipeline: HTML to committed warehouse",
    "bare": "bare trafilatura, with metadata, same settings",
    "text": "bare trafilatura, text only, same settings",
}


@dataclass(frozen=True, slots=True)
class Results:
    """Everything a run measured."""

    throughput: Figures
    steps: dict[str, float]
    growth: Growth
    memory: dict[int, tuple[float, float]]
    start: dict[str, float]
    polling: polling_report.Results
    backfill: BackfillFigures
    latency: latency.Latency
    day: date


def render(results: Results) -> str:
    """The page `benchmarks/RESULTS.md`."""
    parts = [
        "# Benchmarks",
        "Written by `make bench` (`python -m benchmarks.run`). Ratios within one run are what "
        "counts; absolute figures are those of the machine.",
        machine(results.day),
        "## Throughput",
        *throughput(results.throughput),
        "## A page, step by step",
        *steps(results.steps),
        "## Growth",
        *growth(results.growth),
        "## Polling",
        *polling_report.render(results.polling),
        "## Backfill",
        *backfill_report.render(results.backfill),
        *latency.render(results.latency),
        "## Memory and start-up",
        *memory(results),
    ]
    return "\n\n".join(parts) + "\n"


def machine(day: date) -> str:
    """Cores, memory, date and versions."""
    gigabytes = psutil.virtual_memory().total / 2**30
    libraries = ", ".join(f"{name} {version(name)}" for name in LIBRARIES)
    return (
        f"{os.cpu_count()} cores, {gigabytes:.0f} GB of memory; {day.isoformat()}; "
        f"Python {platform.python_version()}, {libraries}."
    )


def throughput(figures: Figures) -> list[str]:
    """Pages a second, stages."""
    intro = (
        f"{figures.pages:,} generated pages, median {figures.median_kb:.0f} KB, "
        f"{figures.planted_relevant / figures.pages:.0%} about the process "
        f"({figures.found_relevant / figures.pages:.0%} found relevant), languages "
        f"{', '.join(sorted(figures.languages))}, charsets {', '.join(sorted(figures.charsets))}. "
        f"{figures.workers} processes each, taking turns over {figures.chunk} pages at a time "
        f"(the pipeline's batch). The warehouse then held {figures.articles:,} articles and "
        f"{figures.events:,} events in {figures.warehouse_mb:.0f} MB."
    )
    rates = table(
        ("", "pages/s", "CPU ms a page", "pipeline is"),
        (
            (
                NAMES[name],
                f"{figures.rate(name):.1f}",
                f"{1000 * figures.cpu[name] / figures.pages:.1f}",
                "" if name == "pipeline" else f"{figures.ratio(name):.2f} of it",
            )
            for name in NAMES
        ),
    )
    verdict = (
        f"**{figures.ratio('bare'):.2f} of bare trafilatura's pages/s** (goal {GOAL_RATIO} or "
        f"more; median over turns {median(figures.ratios['bare']):.2f}, lowest "
        f"{min(figures.ratios['bare']):.2f})."
    )
    spent = sum(figures.stages.values())
    stages = table(
        ("stage", "seconds", "share", "ms a page"),
        (
            (name, f"{took:.1f}", f"{took / spent:.0%}", f"{1000 * took / figures.pages:.2f}")
            for name, took in figures.stages.items()
        ),
    )
    return [intro, rates, verdict, stages]


def steps(figures: dict[str, float]) -> list[str]:
    """Milliseconds a page."""
    rows = ((name, f"{took:.2f}") for name, took in figures.items())
    tagging = sum(figures[name] for name in TAGGING)
    bare, text = figures["bare trafilatura"], figures["bare, text only"]
    said = (
        f"Tagging plus coding ({', '.join(TAGGING)}; language identification apart): "
        f"{tagging:.2f} ms a page, **{tagging / bare:.1%} of bare trafilatura's time** with "
        f"metadata on the same pages (goal 10% or less), {tagging / text:.1%} of its text-only "
        f"time. Off-topic texts: {1000 / figures[OFF_TOPIC]:,.0f} a second on one core (goal "
        "1,000 or more)."
    )
    return [
        "Means over generated pages, in one process.",
        table(("step", "ms a page"), rows),
        said,
    ]


def growth(figures: Growth) -> list[str]:
    """What a run costs with and without much stored."""
    parts = list(figures.seconds["none"])
    intro = (
        f"{figures.new} new articles into {figures.stored:,} stored ({figures.file_mb:,.0f} MB) "
        f"and into none; medians of {len(figures.seconds['none'][parts[0]])} runs each, in turns, "
        "in seconds. Publishing is apart: the copy alone took "
        + " and ".join(f"{s:.2f} s ({which})" for which, s in figures.publish_seconds.items())
        + "."
    )
    rows = (
        (
            part,
            f"{figures.median('none', part):.2f}",
            f"{figures.median('stored', part):.2f}",
            f"{figures.ratio(part):.2f}",
        )
        for part in parts
    )
    verdict = f"**{figures.ratio('whole run'):.2f} times** (goal {GOAL_GROWTH} or less)."
    return [intro, table(("part", "into none", f"into {figures.stored:,}", "ratio"), rows), verdict]


def memory(results: Results) -> list[str]:
    """Peak and flatness of memory; seconds of starting."""
    rows = [("peak of the pipeline and its processes", f"{results.throughput.peak_mb:.0f} MB")]
    rows += [
        (f"after {count} batches", f"{parent:.0f} MB parent, {workers:.0f} MB workers")
        for count, (parent, workers) in results.memory.items()
    ]
    rows += [(name, f"{took:.2f} s") for name, took in results.throughput.startup.items()]
    rows += [(name, f"{took:.2f} s") for name, took in results.start.items()]
    return [table(("what", ""), rows)]
