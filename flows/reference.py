"""Measure the reference profile anew from the seed documents: ``python -m flows.reference``."""

from __future__ import annotations

import sys

from expectations.profile import build, save
from expectations.seeds import read_seeds
from flows.settings import Settings
from flows.stages.transform import Refusal, process_raw


def main() -> int:
    """Write `expectations/reference_profile.json`; 1 when the seed documents are absent."""
    seeds = Settings().seed_directory()
    raws, absent = read_seeds(seeds) if seeds else ([], ["all"])
    if absent:
        print("the seed documents are absent: set ARAXES_SEEDS to their folder", file=sys.stderr)
        return 1
    coded = [result for result in map(process_raw, raws) if not isinstance(result, Refusal)]
    save(build(coded))
    return 0


if __name__ == "__main__":
    sys.exit(main())
