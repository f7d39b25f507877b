from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from connectors.errors import FeedError
from connectors.items import ParsedFeed
from connectors.telegram import parse_preview
from dossiers.records import Source

URL = "https://t.me/s/somewire"


def post(number: int, text: str, extra: str = "") -> str:
    return f"""<div class="tgme_widget_message_wrap js-widget_message_wrap">
<div class="tgme_widget_message js-widget_message" data-post="somewire/{number}">
 <div class="tgme_widget_message_bubble">{extra}
  <div class="tgme_widget_message_text js-message_text" dir="auto">{text}</div>
  <div class="tgme_widget_message_footer"><span class="tgme_widget_message_views">1.2K</span>
   <a class="tgme_widget_message_date" href="https://t.me/somewire/{number}"><time
     datetime="2025-08-08T14:{number:02d}:00+04:00" class="time">14:{number:02d}</time></a></div>
 </div></div></div>"""


def preview(source: Source, now: datetime, *posts: str) -> ParsedFeed:
    page = (
        f"<!DOCTYPE html><html><body><main class='tgme_main'>{''.join(posts)}</main></body></html>"
    )
    return parse_preview(
        page.encode(),
        content_type="text/html",
        charset="utf-8",
        url=URL,
        source=replace(source, kind="telegram", url=URL, language="az"),
        now=now,
    )


def test_a_post_is_an_article_with_its_whole_text(source: Source, now: datetime) -> None:
    text = (
        "⚡️<b>Ministers to meet</b><br/><br/>They will speak on <a href='#'>Friday</a>."
        "<br/>Source: wire"
    )
    (found,) = preview(source, now, post(1, text)).candidates
    assert found.url == "https://t.me/somewire/1"
    assert found.published == datetime(2025, 8, 8, 10, 1, tzinfo=UTC)
    assert found.content == "⚡️Ministers to meet\n\nThey will speak on Friday.\nSource: wire"
    assert (found.title, found.language) == (None, "az")


def test_what_a_post_answers_to_is_not_its_own_text(source: Source, now: datetime) -> None:
    quoted = """<a class="tgme_widget_message_reply" href="https://t.me/somewire/1">
      <div class="tgme_widget_message_text js-message_reply_text">Somebody else's words</div></a>"""
    (found,) = preview(source, now, post(2, "Our own words", quoted)).candidates
    assert found.content == "Our own words"


def test_a_forwarded_post_names_where_it_comes_from(source: Source, now: datetime) -> None:
    origin = """<div class="tgme_widget_message_forwarded_from">Forwarded from
      <a class="tgme_widget_message_forwarded_from_name" href="https://t.me/ministry/77"><span>The
      Ministry</span></a></div>"""
    (found,) = preview(source, now, post(3, "A statement", origin)).candidates
    assert found.author == "The Ministry"
    assert found.alternates == ("https://t.me/ministry/77",)


def test_posts_without_words_are_counted_not_invented(source: Source, now: datetime) -> None:
    parsed = preview(source, now, post(4, ""), post(5, "Words"))
    assert [c.url for c in parsed.candidates] == ["https://t.me/somewire/5"]
    assert parsed.warnings == ("1 posts without a text were left out",)


def test_an_empty_preview_is_a_failure_not_silence(source: Source, now: datetime) -> None:
    with pytest.raises(FeedError, match="check its handle") as told:
        preview(source, now, "<div class='tgme_page'>You can view and join @somewire</div>")
    assert told.value.reason == "empty_preview"
