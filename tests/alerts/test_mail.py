"""E-mail as a real SMTP server on loopback receives it."""

from __future__ import annotations

import email
import email.policy
import re
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from email.message import EmailMessage
from typing import Any

import lxml.html
import pytest
from alerts_making import NOW, PAYLOAD, House, alert, key_of
from hypothesis import given
from hypothesis import strategies as st

from alerts.errors import PermanentChannelError, TransientChannelError
from alerts.letters import Letter, word
from alerts.mail import MailChannel, compose, mail_target
from alerts.render import plain_name
from alerts.subscriptions import Subscription, open_channels
from flows.prefect_server import free_port

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # aiosmtpd names what newer versions of it drop
    from aiosmtpd.controller import Controller


@dataclass
class Post:
    """A handler that keeps what it is given, and refuses what it is told to."""

    messages: list[EmailMessage] = field(default_factory=list)
    receivers: list[list[str]] = field(default_factory=list)
    answers: list[str] = field(default_factory=list)
    refused: set[str] = field(default_factory=set)
    port: int = 0

    async def handle_RCPT(
        self, server: Any, session: Any, envelope: Any, address: str, options: Any
    ) -> str:
        if address in self.refused:
            return "550 nobody of that name"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        if self.answers:
            return self.answers.pop(0)
        found = email.message_from_bytes(envelope.content, policy=email.policy.default)
        assert isinstance(found, EmailMessage)
        self.messages.append(found)
        self.receivers.append(envelope.rcpt_tos)
        return "250 OK"

    def url(self, more: str = "") -> str:
        who = "from=wire@araxes.example&to=desk@news.example"
        return f"mailto://127.0.0.1:{self.port}?{who}{more}"


@pytest.fixture
def post() -> Iterator[Post]:
    handler = Post(port=free_port())
    controller = Controller(handler, hostname="127.0.0.1", port=handler.port)
    controller.start()
    yield handler
    controller.stop()


def channel(post: Post, more: str = "") -> MailChannel:
    found = open_channels([Subscription("desk", post.url(more))])["desk"]
    assert isinstance(found, MailChannel)
    return found


def parts(message: EmailMessage) -> tuple[str, str]:
    text, page = message.get_body(("plain",)), message.get_body(("html",))
    assert text is not None and page is not None
    return text.get_content(), page.get_content()


def test_an_alert_arrives_as_html_and_plain_text_with_quote_and_link(
    house: House, post: Post
) -> None:
    house.serve({"desk": channel(post)})
    house.put(alert(1))
    assert house.tell().total("sent") == 1
    (message,) = post.messages
    assert message["Subject"] == "[New] A headline built from slots"
    assert message["To"] == "desk@news.example"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message.get_content_type() == "multipart/alternative"
    text, page = parts(message)
    assert "https://outlet.example/a" in text and key_of(1) in text
    tree = lxml.html.fromstring(page)
    assert tree.xpath("//a/@href") == ["https://outlet.example/a"]
    assert tree.xpath("string(//blockquote)") == "The sentence that says so."


def test_an_update_hangs_on_to_the_first_message_about_its_event(house: House, post: Post) -> None:
    house.serve({"desk": channel(post)})
    house.put(alert(1, event="evt"))
    house.tell()
    house.put(alert(2, event="evt", at=NOW + timedelta(hours=1), cause="status"))
    house.tell(NOW + timedelta(hours=1))
    first, update = post.messages
    assert first["In-Reply-To"] is None
    assert update["In-Reply-To"] == update["References"] == first["Message-ID"]
    assert first["Message-ID"] == f"<{key_of(1)}@araxes.example>"


def test_a_repeat_bears_the_same_message_id(post: Post) -> None:
    desk = channel(post)
    references = {desk.send(Letter("alr_1", PAYLOAD, NOW)) for _ in range(2)}
    assert references == {m["Message-ID"] for m in post.messages} and len(post.messages) == 2


def test_copies_go_to_all_receivers_and_hidden_ones_stay_hidden(post: Post) -> None:
    channel(post, "&cc=b@news.example&bcc=c@news.example").send(Letter("alr_1", PAYLOAD, NOW))
    (message,), (receivers,) = post.messages, post.receivers
    assert receivers == ["desk@news.example", "b@news.example", "c@news.example"]
    assert message["Cc"] == "b@news.example" and "c@news" not in message.as_string()


def test_what_may_pass_is_retried_and_a_refusal_is_final(post: Post) -> None:
    desk, letter = channel(post), Letter("alr_1", PAYLOAD, NOW)
    post.answers = ["451 try later", "554 not this one"]
    with pytest.raises(TransientChannelError, match="451"):
        desk.send(letter)
    with pytest.raises(PermanentChannelError, match="554"):
        desk.send(letter)
    post.refused = {"desk@news.example"}
    with pytest.raises(PermanentChannelError, match="550 refuses 1 of 1 addresses"):
        desk.send(letter)


def test_a_server_that_is_not_there_is_a_passing_failure_without_the_address() -> None:
    target = mail_target("mailto://someone:hidden-word@127.0.0.1:9?from=a@b.example&to=c@d.example")
    with pytest.raises(TransientChannelError, match=r"^desk: ConnectionRefused") as told:
        MailChannel(target, owner="desk").send(Letter("alr_1", PAYLOAD, NOW))
    assert "hidden-word" not in str(told.value)


TARGET = mail_target("mailto://127.0.0.1:25?from=wire@araxes.example&to=desk@news.example")
HOSTILE = st.text(max_size=120) | st.sampled_from([
    "x\r\nBcc: all@news.example\r\n\r\n<script>alert(1)</script>",
    "</blockquote><img src=x onerror=alert(1)>", "\u202e\u2066<b>", "=?utf-8?q?a=0Ab?=",
    '" onmouseover="x', "{{ 7 * 7 }}{% raw %}", "https://bad.example/ @everyone",
    "=??Q?=0ABcc:a@b?=", "\x1b[2J\x00",
])  # fmt: skip


@given(HOSTILE, HOSTILE, HOSTILE)
def test_no_text_of_a_page_adds_a_header_an_element_or_a_line(
    quote: str, headline: str, outlet: str
) -> None:
    piece = {"quote": quote, "lang": outlet, "url": headline, "outlet": outlet}
    payload = {**PAYLOAD, "headline": headline, "evidence": [piece]}
    letter = Letter("alr_1", payload, NOW)
    sent = compose(letter, word(letter, plain_name), TARGET).as_bytes()
    message = email.message_from_bytes(sent, policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    assert sorted(message.keys()) == [
        "Auto-Submitted", "Content-Type", "Date", "From", "MIME-Version", "Message-ID", "Subject",
        "To", "X-Araxes-Key",
    ]  # fmt: skip
    _, page = parts(message)
    tree = lxml.html.fromstring(page)
    kinds = {str(element.tag) for element in tree.iter()}
    assert kinds <= {
        "html", "head", "meta", "title", "body", "p", "strong", "bdi", "table", "tr", "th", "td",
        "blockquote", "small", "a", "tbody",
    }  # fmt: skip
    names = {name for element in tree.iter() for name in element.attrib}
    assert names <= {"lang", "charset", "align", "valign", "dir", "href", "rel"}
    for link in tree.xpath("//a/@href"):
        assert re.fullmatch(r"(?i)https?://\S+", link)
