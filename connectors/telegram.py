"""Public Telegram channels, through the preview that ``t.me/s/<channel>`` shows without login.

A post is an article of its own: the preview carries its whole text, so nothing more is
fetched. An empty preview is a failure, not silence: private, renamed and blocked channels
answer with a page that has no posts. Pure: bytes in, candidates out.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final
from urllib.parse import urljoin

from lxml import etree

from connectors.errors import FeedError
from connectors.items import Item, ParsedFeed, candidates_of
from connectors.listings import read_page

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from lxml.html import HtmlElement

    from dossiers.records import Source

_POST: Final = ".tgme_widget_message[data-post]"
_TEXT: Final = ".tgme_widget_message_text"
_FORWARDED: Final = "a.tgme_widget_message_forwarded_from_name"
_HANDLE: Final = re.compile(r"[A-Za-z]\w{2,63}/\d+$")
_BLOCK_TAGS: Final = frozenset({"p", "div", "blockquote", "pre", "li"})


def parse_preview(
    body: bytes, *, content_type: str, charset: str | None, url: str, source: Source, now: datetime
) -> ParsedFeed:
    """Read a channel's preview page.

    Args: see `connectors.feeds.parse_feed`.

    Returns:
        A candidate a post with a text, oldest first, its text in ``content``.

    Raises:
        FeedError: ``empty_preview`` when there is no post, ``not_a_page`` when no HTML.
    """
    root = read_page(body, charset, url)
    posts = root.cssselect(_POST)
    if not posts:
        raise FeedError(
            "empty_preview",
            url,
            "shows no posts: the channel is private, renamed, blocked or without a public "
            "preview; check its handle",
        )
    items = list(_items(posts, url))
    candidates, troubles = candidates_of(items, url, source, None, now)
    wordless = len(posts) - len(items)
    if wordless:
        troubles.append(f"{wordless} posts without a text were left out")
    return ParsedFeed(candidates, tuple(troubles), format="telegram")


def _items(posts: list[HtmlElement], url: str) -> Iterator[Item]:
    for post in posts:
        handle = (post.get("data-post") or "").strip()
        text = _text_of(post)
        if not text or not _HANDLE.match(handle):
            continue
        moment = post.cssselect(".tgme_widget_message_date time[datetime], time[datetime]")
        forwarded = post.cssselect(_FORWARDED)
        origin = forwarded[0].get("href") if forwarded else None
        yield Item(
            link=urljoin(url, f"/{handle}"),
            author=forwarded[0].text_content() if forwarded else None,
            date=moment[0].get("datetime") if moment else None,
            alternates=(origin,) if origin else (),
            content=text,
        )


def _text_of(post: HtmlElement) -> str:
    """The post's own words; a quoted message it replies to is somebody else's."""
    parts = []
    for element in post.cssselect(_TEXT):
        above = [up.get("class") or "" for up in element.iterancestors()]
        # a grouped message nests its text element in another of the same class
        if any("message_reply" in name or "message_text" in name for name in above):
            continue
        parts.append(_lines(element))
    return "\n\n".join(part for part in parts if part)


def _lines(element: HtmlElement) -> str:
    """Text with line breaks where the page shows them, blank lines folded to paragraphs."""
    pieces: list[str] = []
    # not recursive: a page may nest as deep as it likes
    for event, node in etree.iterwalk(element, events=("start", "end", "comment", "pi")):
        is_inner = node is not element
        is_block = is_inner and isinstance(node.tag, str) and node.tag in _BLOCK_TAGS
        if is_block or (event == "start" and node.tag == "br"):
            pieces.append("\n")
        if event == "start":
            pieces.append(node.text or "")
        if event != "start" and is_inner:
            pieces.append(node.tail or "")
    lines = [" ".join(line.split()) for line in "".join(pieces).split("\n")]
    return re.sub(r"\n{2,}", "\n\n", "\n".join(lines)).strip()
