"""``make demo``: serve the demo world, ingest it twice, backfill its archive, compare.

    python -m demo.run [--directory .demo] [--json FILE]

Exits 0 when everything planted was found and nothing else was, 1 otherwise. The directory's
``warehouse`` is made anew by every run.
"""

from __future__ import annotations

import argparse
import json
import shutil
import time
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Final

from rich.console import Console

from demo.archive import write_archive
from demo.compare import compare_all
from demo.compare_sources import compare_requests
from demo.harvest import BALANCE, QUALITY, Cli, CommandError, gather
from demo.report import Result, print_report
from demo.server import World, serve
from demo.truth import load_truth

if TYPE_CHECKING:
    from collections.abc import Sequence

    from demo.found import Difference

NOW: Final = {1: "2025-08-09T12:00:00+00:00", 2: "2025-08-12T18:00:00+00:00"}
"""The moments the two runs are told it is."""
MARKER: Final = "made-by-the-demo"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the demo and print the truth beside what was found."""
    parser = argparse.ArgumentParser(prog="python -m demo.run", description=__doc__)
    parser.add_argument("--directory", type=Path, default=Path(".demo"), help="default: .demo")
    parser.add_argument("--json", type=Path, help="also write the differences to this file")
    options = parser.parse_args(arguments)
    console = Console()
    try:
        cli = prepare(options.directory.resolve())
        result = run(cli, console)
    except (CommandError, FileExistsError) as error:
        console.print(f"[red]The demo stopped.[/red] {error}", markup=True, highlight=False)
        return 1
    print_report(console, result)
    if options.json:
        rows = [asdict(d) for d in result.differences]
        options.json.write_text(json.dumps(rows, ensure_ascii=False, indent=1), encoding="utf-8")
    return 1 if result.differences else 0


def prepare(directory: Path) -> Cli:
    """An empty warehouse in a directory of the demo's own.

    Raises:
        FileExistsError: when the directory is somebody else's.
    """
    marker = directory / MARKER
    if directory.exists() and any(directory.iterdir()) and not marker.exists():
        raise FileExistsError(f"{directory} holds files that are not the demo's; name another")
    directory.mkdir(parents=True, exist_ok=True)
    marker.touch()
    shutil.rmtree(directory / "warehouse", ignore_errors=True)
    return Cli.find(directory / "warehouse", directory / "prefect")


def run(cli: Cli, console: Console) -> Result:
    """Two runs over the world and one over its archive, compared with the truth."""
    truth = load_truth()
    began = time.monotonic()
    seconds: dict[int, float] = {}
    differences: list[Difference] = []
    found = None
    with serve(slow_seconds=15.0) as world:
        catalogue = world.catalogue(cli.warehouse.parent / "catalogue.toml")
        for stage in (1, 2):
            if stage == 2:
                world.advance()
            mark = len(world.requests())
            console.print(f"Run {stage} of 2, told it is {NOW[stage]} …")
            seconds[stage] = cli.ingest(catalogue, NOW[stage])
            if stage == 2:
                seconds[3] = _backfill(cli, world, console)
            earlier, found = found, gather(cli)
            differences += compare_all(truth, found, world.bases(), stage, earlier)
            differences += compare_requests(truth, _seen(world, mark), stage)
        requests = len(world.requests())
        bases = world.bases()
    if found is None:
        raise CommandError("nothing was run")
    return Result(
        truth=truth,
        found=found,
        bases=bases,
        differences=tuple(dict.fromkeys(differences)),
        quality=tuple(cli.sql(QUALITY)),
        balance=cli.sql(BALANCE)[0],
        seconds=seconds,
        total_seconds=time.monotonic() - began,
        requests=requests,
        warehouse=cli.warehouse,
    )


def _backfill(cli: Cli, world: World, console: Console) -> float:
    console.print("Backfilling the world's archive …")
    archive = cli.warehouse.parent / "archive.warc.gz"
    return cli.backfill(write_archive(world.data, world.bases(), archive), NOW[2])


def _seen(world: World, mark: int) -> list[tuple[str, str, int]]:
    return [(r.outlet, r.path, r.status) for r in world.requests()[mark:]]


if __name__ == "__main__":
    raise SystemExit(main())
