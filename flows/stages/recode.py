"""Recode: which known texts today's transforms make something else of.

Ordinary runs leave a text alone that they know. A reprocessing asks of each whether what is
stored of it is what would be stored now: its title, dates and language, its mentions, its tags,
its events.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from flows.stages.transform import Processed
from transforms.records import CodedDocument
from warehouse.recoding import stored_coding

if TYPE_CHECKING:
    from warehouse.store import Writer


def marked(
    processed: Sequence[Processed], writer: Writer
) -> tuple[list[Processed], frozenset[str]]:
    """The captures, and the URLs of those whose known text is coded otherwise now.

    What these say of their coder gets a digest of what it made of the text, so that they are
    told from what is stored of the same text.
    """
    coded = {
        item.result.document.url: item.result
        for item in processed
        if isinstance(item.result, CodedDocument) and not item.result.document.not_news
    }
    stored = stored_coding(writer.con, sorted(coded))
    recoded = frozenset(url for url in stored if stored[url] != coding(coded[url]))

    def mark(item: Processed) -> Processed:
        result = item.result
        if not isinstance(result, CodedDocument) or result.document.url not in recoded:
            return item
        name = f"{result.coder_version}-{digest(result)}"
        return replace(item, result=replace(result, coder_version=name))

    return [mark(item) for item in processed], recoded


def coding(coded: CodedDocument) -> dict[str, Any]:
    """What is stored of a text, in the shape of `warehouse.recoding.stored_coding`."""
    document = coded.document
    return {
        "article": (
            document.title,
            document.language,
            document.published,
            document.published_basis,
            document.author,
            document.site_name,
            coded.relevant,
            tuple(document.warnings),
        ),
        "mentions": sorted(
            (m.start, m.end, m.entity_id, m.form_kind or "", m.naming or "", m.in_title)
            for m in coded.mentions
        ),
        "tags": sorted((tag.kind, tag.id) for tag in coded.tags),
        "events": sorted(coded.events, key=lambda event: event.mention_id),
    }


def digest(coded: CodedDocument) -> str:
    """Twelve hex digits over what was made of a text."""
    return hashlib.sha256(repr(coding(coded)).encode("utf-8", "replace")).hexdigest()[:12]
