"""Small archives of invented outlets, written as crawlers write them."""

from __future__ import annotations

import io
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from html import escape
from pathlib import Path

from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter


@dataclass(frozen=True)
class Page:
    url: str
    title: str
    paragraphs: tuple[str, ...]
    published: datetime
    fetched: datetime
    charset: str = "utf-8"

    @property
    def html(self) -> bytes:
        text = "".join(
            f"<p>{escape(paragraph, quote=False)}</p>\n" for paragraph in self.paragraphs
        )
        head = (
            f'<meta charset="{self.charset}"><title>{escape(self.title)}</title>'
            f'<meta property="article:published_time" content="{self.published.isoformat()}">'
        )
        menu = '<nav><ul><li><a href="/1">Armenia</a></li><li><a href="/2">Azerbaijan</a></li></ul>'
        html = (
            f"<!DOCTYPE html><html><head>{head}</head><body>{menu}</nav><article>"
            f"<h1>{escape(self.title)}</h1>{text}</article></body></html>"
        )
        return html.encode(self.charset, "xmlcharrefreplace")


def write(path: Path, pages: Iterable[Page]) -> list[int]:
    """Write an archive; returns where each record begins."""
    starts = []
    with path.open("wb") as out:
        writer = WARCWriter(out, gzip=True)
        for page in pages:
            starts.append(out.tell())
            head = StatusAndHeaders(
                "200 OK",
                [("Content-Type", f"text/html; charset={page.charset}")],
                protocol="HTTP/1.1",
            )
            record = writer.create_warc_record(
                page.url,
                "response",
                payload=io.BytesIO(page.html),
                http_headers=head,
                warc_headers_dict={"WARC-Date": page.fetched.strftime("%Y-%m-%dT%H:%M:%SZ")},
            )
            writer.write_record(record)
            record.raw_stream.close()
    return starts


ROUNDS = (
    ("2021-02-11", "Sochi", "сочи", "Russian President Vladimir Putin", "leaders"),
    ("2022-04-06", "Brussels", "брюссель", "European Council President Charles Michel", "leaders"),
    ("2023-05-04", "Arlington", "арлингтон", "US Secretary of State Antony Blinken", "ministers"),
    ("2023-07-15", "Brussels", "брюссель", "European Council President Charles Michel", "leaders"),
    ("2025-08-08", "Washington", "вашингтон", "US President Donald Trump", "leaders"),
    (
        "2025-10-02",
        "Copenhagen",
        "копенгаген",
        "European Council President António Costa",
        "leaders",
    ),
)
"""Days and places of talks as the tests tell them; nothing is claimed of the real ones."""
LEADERS = "Prime Minister Nikol Pashinyan of Armenia and President Ilham Aliyev of Azerbaijan"
MINISTERS = "the foreign ministers of Armenia and Azerbaijan, Ararat Mirzoyan and Jeyhun Bayramov,"
CITIES = {
    "сочи": "Сочи", "брюссель": "Брюсселе", "арлингтон": "Арлингтоне",
    "вашингтон": "Вашингтоне", "копенгаген": "Копенгагене",
}  # fmt: skip


def five_years() -> list[Page]:
    """Three outlets over five years: each round of talks before, on and after its day."""
    pages = []
    for number, (day, city, russian, mediator, level) in enumerate(ROUNDS):
        when = datetime.fromisoformat(f"{day}T09:00:00+00:00")
        who = LEADERS if level == "leaders" else MINISTERS
        date = f"{when.day} {when:%B %Y}"
        before, after = when - timedelta(days=4), when + timedelta(days=1)
        pages += [
            _page(
                "harbour-post.invalid", number, "ahead", before,
                f"Talks planned in {city}",
                f"{who[0].upper()}{who[1:]} will meet in {city} on {date}, hosted by {mediator}.",
                f"The agenda of the meeting number {number} was not published in advance.",
            ),
            _page(
                "harbour-post.invalid", number, "held", when,
                f"Armenia and Azerbaijan hold talks in {city}",
                f"{who[0].upper()}{who[1:]} met in {city} on {date} with the mediation of "
                f"{mediator}.",
                f"They discussed the peace treaty and the border; round {number} took two hours.",
            ),
            _page(
                "valley-wire.invalid", number, "after", after,
                f"After the meeting in {city}",
                f"On {date} {who} held talks in {city}, mediated by {mediator}.",
                f"Both sides called round {number} useful and agreed to continue their dialogue.",
            ),
            _page(
                "gorod-novosti.invalid", number, "ru", after,
                f"Переговоры в {CITIES[russian]}",
                f"{when.day}.{when.month:02}.{when.year} в {CITIES[russian]} прошли переговоры "
                "Армении и Азербайджана о мирном договоре.",
                f"По итогам раунда номер {number} стороны договорились продолжить контакты.",
                charset="windows-1251",
            ),
        ]  # fmt: skip
    return sorted(pages, key=lambda page: page.fetched)


def _page(
    host: str,
    number: int,
    slug: str,
    when: datetime,
    title: str,
    *text: str,
    charset: str = "utf-8",
) -> Page:
    url = f"https://{host}/{when:%Y/%m/%d}/{slug}-{number}"
    filler = f"The newsroom of {host} keeps its notes of day {when:%j} of {when:%Y}."
    return Page(url, title, (*text, filler), when, when + timedelta(hours=2), charset)


def other_news(count: int) -> list[Page]:
    """Pages nobody wants: one party, or none."""
    when = datetime(2024, 3, 1, tzinfo=UTC)
    texts = (
        "Armenia's parliament adopted the budget for next year after a long debate.",
        "The harbour office published its yearly figures on ships and cargo.",
    )
    return [
        Page(
            f"https://harbour-post.invalid/other/{number}",
            f"Notes of the day, {number}",
            (texts[number % 2], "Nothing else of note was reported from the town. " * 8),
            when + timedelta(days=number),
            when + timedelta(days=number, hours=1),
        )
        for number in range(count)
    ]
