"""Extraction of other projects over a folder of pages: seconds each took, as JSON.

Runs in an environment that holds them and nothing of ours: ``python peers.py FOLDER WORKERS``.
"""

from __future__ import annotations

import json
import logging
import sys
import time
from multiprocessing import Pool
from pathlib import Path

logging.disable(logging.CRITICAL)


def news_please(path: Path) -> int:
    """news-please, as its documentation takes a page that was fetched already."""
    from newsplease import NewsPlease  # type: ignore[import-not-found]

    found = NewsPlease.from_html(path.read_bytes(), url=path.with_suffix(".url").read_text())
    return len(found.maintext or "")


def newspaper4k(path: Path) -> int:
    """newspaper4k, the same."""
    from newspaper import article  # type: ignore[import-not-found]

    html = path.read_bytes().decode("utf-8", "replace")
    found = article(path.with_suffix(".url").read_text(), input_html=html)
    return len(found.text or "")


def safely(job: tuple[str, Path]) -> int:
    """One page by one extractor; a page that breaks it counts as done."""
    name, path = job
    try:
        return {"news-please": news_please, "newspaper4k": newspaper4k}[name](path)
    except Exception:  # whatever it raises
        return -1


def main() -> None:
    """Let each take the pages, warmed up first."""
    pages = sorted(Path(sys.argv[1]).glob("*.html"))
    took: dict[str, float] = {}
    with Pool(int(sys.argv[2])) as pool:
        for name in ("news-please", "newspaper4k"):
            pool.map(safely, [(name, page) for page in pages[:8]], chunksize=1)
            began = time.perf_counter()
            lengths = pool.map(safely, [(name, page) for page in pages], chunksize=4)
            if sum(length > 0 for length in lengths) * 2 > len(pages):
                took[name] = time.perf_counter() - began
    json.dump(took, sys.stdout)


if __name__ == "__main__":
    main()
