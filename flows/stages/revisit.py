"""Another look at an article: what the page that came back is to it.

A site that renames its pages, or sends its readers from one that is gone to its front page,
must make neither a second article nor a false version of the first.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from flows.stages.transform import Processed, Refusal
from transforms.duplicates.minhash import estimated_jaccard
from transforms.records import CodedDocument
from transforms.urls import canonicalise

if TYPE_CHECKING:
    from warehouse.store import Writer

ALIKE = 0.3
"""Estimated Jaccard index from which a page that moved is the same article; a first version
and its expansion can share as little."""


def at_their_address(processed: Sequence[Processed], writer: Writer) -> list[Processed]:
    """The processed captures, those of known articles under the address they are known by.

    A page reached from an article's address is that article where their texts are alike; one
    that led to its site's front page instead is a refusal, ``soft_404``. A page discovered
    where an article has moved to before is that article too.
    """
    asked = {url for item in processed if (url := asked_for(item))}
    stored = writer.features_of(sorted(asked))
    moved: dict[str, str] = {}
    settled: list[Processed] = []
    for item in processed:
        article, coded = asked_for(item), item.result
        if article and isinstance(coded, CodedDocument) and coded.document.url != article:
            known = stored.get(article)
            if known and estimated_jaccard(known.signature, coded.document.signature) >= ALIKE:
                moved[coded.document.url] = article
            elif is_front(item.capture.final_url) and not is_front(item.capture.url):
                detail = f"{item.capture.url}: leads to the front page now"
                item = replace(item, result=Refusal("soft_404", detail))
        settled.append(item)
    names = {item.result.document.url for item in settled if isinstance(item.result, CodedDocument)}
    moved = writer.moved_articles(sorted(names)) | moved
    return [_renamed(item, moved) for item in settled]


def asked_for(item: Processed) -> str | None:
    """The article a capture is another look at, by its canonical URL."""
    return item.capture.candidate.article_url if item.capture.candidate else None


def is_front(url: str) -> bool:
    """Whether an address is a site's front page."""
    return urlsplit(canonicalise(url)).path in ("", "/")


def _renamed(item: Processed, moved: dict[str, str]) -> Processed:
    coded = item.result
    if not isinstance(coded, CodedDocument) or coded.document.url not in moved:
        return item
    document = replace(coded.document, url=moved[coded.document.url])
    return replace(item, result=replace(coded, document=document))
