"""What a page costs inside `transform`, step by step, in one process.

Each step's function is timed where the pipeline calls it; what lies between the steps is
``the rest``. Timing costs under a microsecond a call.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from benchmarks.throughput import as_capture, bare, text_only
from demo.pages import generate_pages
from flows.stages.transform import build_pipeline, raw_document
from transforms import boilerplate, extract, metadata, pipeline, published
from transforms.coding.coder import EventCoder
from transforms.duplicates.minhash import bands
from transforms.duplicates.story import features
from transforms.mentions import MentionFinder
from transforms.records import CodedDocument, RawDocument

STEPS: tuple[tuple[str, Any, str], ...] = (
    ("decode", extract, "decode"),
    ("parse", extract, "load_html"),
    ("metadata", metadata, "read_page"),
    ("date of publication", published, "choose_published"),
    ("trafilatura (without furniture)", extract, "bare_extraction"),
    ("furniture removed before it", extract, "_without_furniture"),
    ("boilerplate lines", boilerplate, "judge"),
    ("language", extract, "identify"),
    ("digest", extract, "digest_of_folded"),
    ("MinHash", extract, "signature_of_words"),
    ("language by paragraph", pipeline, "language_runs"),
    ("mentions", MentionFinder, "find"),
    ("relevance", pipeline, "is_relevant"),
    ("topics", pipeline, "topics"),
    ("coding (relevant pages only)", EventCoder, "code"),
)
"""Name, where the pipeline looks the function up, and under which name."""

OFF_TOPIC = "tagging and coding an off-topic text"
TAGGING = ("mentions", "relevance", "topics", "coding (relevant pages only)")
"""The steps that tag and code; language identification is apart."""


def measure(pages: int, seed: int) -> dict[str, float]:
    """Milliseconds a page of every step, of the whole, and of bare trafilatura beside it."""
    made = list(generate_pages(pages + 4, seed))
    taken = [raw_document(as_capture(page, n)) for n, page in enumerate(made)]
    raws = [raw for raw in taken if isinstance(raw, RawDocument)]
    built = build_pipeline()
    for raw in raws:  # all languages' lexicons are built before the clock runs
        built.process(raw)
    for page in made[:4]:
        bare((page.html, page.url))
    spent: dict[str, float] = {name: 0.0 for name, _, _ in STEPS}
    with timed(spent):
        began = time.perf_counter()
        coded = [built.process(raw) for raw in raws[4:]]
        whole = time.perf_counter() - began
    spent["the rest"] = whole - sum(spent.values())
    spent["all of transform"] = whole
    began = time.perf_counter()
    for document in coded:
        bands(features(document).signature)
    spent["features and bands (in decide)"] = time.perf_counter() - began
    for name, function in (("bare trafilatura", bare), ("bare, text only", text_only)):
        began = time.perf_counter()
        for page in made[4:]:
            function((page.html, page.url))
        spent[name] = time.perf_counter() - began
    spent[OFF_TOPIC] = pages * _off_topic_seconds(built, coded)
    return {name: 1000 * seconds / pages for name, seconds in spent.items()}


def _off_topic_seconds(built: pipeline.Pipeline, coded: Sequence[CodedDocument]) -> float:
    """Processor seconds of tagging and coding one text that turns out to be off topic.

    The language by paragraph is in it.
    """
    texts = [item.document for item in coded if not item.relevant]
    began = time.process_time()
    for document in texts:
        built.code(document)
    return (time.process_time() - began) / max(1, len(texts))


@contextmanager
def timed(spent: dict[str, float]) -> Iterator[None]:
    """Time every step while entered."""
    originals = [(where, attribute, getattr(where, attribute)) for _, where, attribute in STEPS]
    try:
        for name, where, attribute in STEPS:
            setattr(where, attribute, _wrapped(name, getattr(where, attribute), spent))
        yield
    finally:
        for where, attribute, original in originals:
            setattr(where, attribute, original)


def _wrapped(
    name: str, function: Callable[..., Any], spent: dict[str, float]
) -> Callable[..., Any]:
    inner = [0.0]

    def measured(*arguments: Any, **keywords: Any) -> Any:
        before = sum(spent.values())
        began = time.perf_counter()
        try:
            return function(*arguments, **keywords)
        finally:
            took = time.perf_counter() - began
            inner[0] = sum(spent.values()) - before  # steps within this one are their own
            spent[name] += took - inner[0]

    return measured
