"""The demo world's data, typed: outlets, sources, articles and planted events.

Reads ``demo/world/*.toml``. In an article's body ``<<event: sentence>>`` marks a sentence
that tells a planted event, ``<<event@status: sentence>>`` one that tells an earlier or later
status of it, and ``<<~event: sentence>>`` one that only recalls it. The marks are stripped
before anything is served; the sentences become the truth's quotes.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

WORLD: Final = Path(__file__).parent / "world"
_MARK = re.compile(r"<<(~?)([a-z0-9-]+)(?:@([a-z_]+))?: (.+?)>>", re.DOTALL)
PAGE_TROUBLES: Final = frozenset(
    {
        *("consent_wall", "captcha", "block_page", "soft_404", "paywall_stub", "landing_page"),
        *("empty", "not_html", "http_404"),
    }
)
"""Kinds of page that are no article and must end in quarantine, by the reason expected."""


class WorldError(ValueError):
    """The demo's data contradict themselves; names the file, the article and the mend."""


@dataclass(frozen=True, slots=True)
class Telling:
    """A sentence that tells (or, ``is_recalled``, only recalls) an event."""

    event: str
    quote: str
    status: str | None = None
    is_recalled: bool = False


@dataclass(frozen=True, slots=True)
class Article:
    """One page of an outlet.

    Attributes:
        key: ``outlet:/path``, its name in the truth.
        source: id of the feed that lists it.
        body: paragraphs parted by one newline; marks stripped; empty for page troubles.
        stage: the first stage in which it is listed and served.
        kind: ``article``, ``robots`` (a page the robots.txt forbids), ``archived`` (served no
            more, but kept in the demo's archive) or a page trouble.
        relation: how it was made from ``of``: ``original``, ``same_text``,
            ``near_duplicate`` or ``same_story``.
        revised_body: the text served from stage 2 on, where the outlet corrects itself.
        removed_at_stage: the stage from which on its address answers 410.
        also: other sources that name it.
        forwarded_from: of a post, the post it was forwarded from.
        feed_link: ``plain``, ``mobile``, ``twice`` (again with other tracking parameters) or
            (for a second listing) ``amp``.
        charset_trouble: ``declared-utf8`` when the page declares UTF-8 but is not.
    """

    key: str
    outlet: str
    source: str
    path: str
    language: str
    title: str
    published: datetime
    summary: str = ""
    section: str = ""
    body: str = ""
    tellings: tuple[Telling, ...] = ()
    stage: int = 1
    kind: str = "article"
    relevant: bool = True
    topic: str | None = None
    relation: str = "original"
    of: str | None = None
    how: str | None = None
    revised: datetime | None = None
    revised_body: str | None = None
    amp_path: str | None = None
    feed_link: str = "plain"
    charset_trouble: str | None = None
    removed_at_stage: int | None = None
    forwarded_from: str | None = None
    also: tuple[str, ...] = ()

    def body_at(self, stage: int) -> str:
        """The text as served in ``stage``."""
        return self.revised_body if stage >= 2 and self.revised_body else self.body


@dataclass(frozen=True, slots=True)
class Outlet:
    """An invented outlet: one server, one page template."""

    id: str
    name: str
    language: str
    country: str
    template: str
    sections: tuple[str, ...]
    charset: str = "utf-8"
    gzip: bool = False


@dataclass(frozen=True, slots=True)
class FeedSource:
    """One entry of the demo's source catalogue and the feed behind it.

    Attributes:
        moved_from: the path the catalogue still names; it answers 301.
        is_stuck: its server answers 304 to every conditional request, whatever changed.
        decoys: ``outlet:/path`` it shows in passing; nobody may ask for them.
        state: what `araxes sources` must call it in the end, where not simply well.
        warning: words its warning must hold.
        listing, countries: as the catalogue's.
    """

    id: str
    outlet: str
    name: str
    kind: str
    format: str
    path: str
    language: str | None
    country: str
    ownership: str
    alignment: str
    gone_at_stage: int | None = None
    trouble: dict[str, Any] | None = None
    moved_from: str | None = None
    is_stuck: bool = False
    decoys: tuple[str, ...] = ()
    state: str | None = None
    warning: str | None = None
    listing: dict[str, str] | None = None
    countries: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NewsWorld:
    """All of it. ``events`` and ``recalled`` are by id, in the shape of ``events.toml``."""

    outlets: dict[str, Outlet]
    sources: dict[str, FeedSource]
    articles: dict[str, Article]
    events: dict[str, dict[str, Any]]
    recalled: dict[str, dict[str, Any]]
    interface: dict[str, dict[str, Any]] = field(default_factory=dict)

    def of_outlet(self, outlet: str, stage: int) -> list[Article]:
        """The outlet's pages in ``stage``, latest first; archived and removed ones left out."""
        return self._served(stage, lambda article: article.outlet == outlet)

    def of_source(self, source: str, stage: int) -> list[Article]:
        """What the source names in ``stage``, latest first."""
        if self.sources[source].outlet == "slow":
            return []
        return self._served(stage, lambda article: source in (article.source, *article.also))

    def archived(self) -> list[Article]:
        """What only the archive holds."""
        return [a for a in self.articles.values() if a.kind == "archived"]

    def _served(self, stage: int, wanted: Callable[[Article], bool]) -> list[Article]:
        pages = [
            article
            for article in self.articles.values()
            if article.stage <= stage
            and article.kind != "archived"
            and not (article.removed_at_stage and article.removed_at_stage <= stage)
            and wanted(article)
        ]
        return sorted(pages, key=lambda a: (a.published, a.path), reverse=True)


@cache
def load_world(folder: Path = WORLD) -> NewsWorld:
    """Read the world.

    Raises:
        WorldError: when the data contradict themselves.
    """
    plan = _read(folder / "outlets.toml")
    outlets = {row["id"]: _outlet(row) for row in plan["outlet"]}
    sources = {row["id"]: _source(row, outlets) for row in plan["source"]}
    events = _read(folder / "events.toml")
    rows = [
        (outlet, row)
        for outlet in outlets
        for row in _read(folder / "articles" / f"{outlet}.toml")["article"]
    ]
    articles: dict[str, Article] = {}
    for outlet, row in rows:
        article = _article(outlets[outlet], row, sources)
        if article.key in articles:
            raise WorldError(f"{article.key} is written twice; give one another path")
        articles[article.key] = article
    for outlet, row in rows:
        if "copy_of" in row:
            key = f"{outlet}:{row['path']}"
            articles[key] = _copied(articles[key], row, articles)
    world = NewsWorld(
        outlets=outlets,
        sources=sources,
        articles=articles,
        events={row["id"]: row for row in events["event"]},
        recalled={row["id"]: row for row in events["recalled"]},
        interface=_read(folder / "interface.toml"),
    )
    _check(world)
    return world


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise WorldError(f"{path.name}: {error}; mend the file") from error


def _outlet(row: dict[str, Any]) -> Outlet:
    return Outlet(**{**row, "sections": tuple(row["sections"])})


def _source(row: dict[str, Any], outlets: dict[str, Outlet]) -> FeedSource:
    outlet = outlets.get(row["outlet"])
    defaults: dict[str, Any] = {"language": None}
    if outlet:
        defaults = {"language": outlet.language, "country": outlet.country}
    lists: dict[str, Any] = {key: tuple(row[key]) for key in ("decoys", "countries") if key in row}
    return FeedSource(**{**defaults, **row, **lists})


def _article(outlet: Outlet, row: dict[str, Any], sources: dict[str, FeedSource]) -> Article:
    """An article as written; a copy's text is filled in later, from its original."""
    first = next(s.id for s in sources.values() if s.outlet == outlet.id)
    marked = "\n".join(p.strip() for p in row.get("body", "").split("\n\n") if p.strip())
    body, tellings = strip_marks(marked)
    revised = body
    for old, new in row.get("revisions", ()):
        if old not in revised:
            raise WorldError(f"{outlet.id}:{row['path']} has no {old!r} to revise")
        revised = revised.replace(old, new.replace("\n\n", "\n"))
    return Article(
        key=f"{outlet.id}:{row['path']}",
        outlet=outlet.id,
        source=row.get("feed", first),
        language=row.get("language", outlet.language),
        body=body,
        tellings=tellings,
        revised_body=revised if row.get("revisions") else None,
        relation="same_story" if "translation_of" in row else row.get("relation", "original"),
        of=row.get("translation_of") or row.get("copy_of"),
        how="translation" if "translation_of" in row else ("spun" if row.get("spun") else None),
        also=tuple(row.get("also", ())),
        **{k: row[k] for k in _PLAIN if k in row},
    )


_PLAIN = (
    "path",
    "title",
    "published",
    "summary",
    "section",
    "stage",
    "kind",
    "relevant",
    "topic",
    "revised",
    "amp_path",
    "feed_link",
    "charset_trouble",
    "removed_at_stage",
    "forwarded_from",
)


def strip_marks(marked: str) -> tuple[str, tuple[Telling, ...]]:
    """The text without its marks, and what they said."""
    tellings = tuple(
        Telling(event, quote, status or None, bool(recalled))
        for recalled, event, status, quote in _MARK.findall(marked)
    )
    return _MARK.sub(lambda m: m.group(4), marked), tellings


def _copied(copy: Article, row: dict[str, Any], articles: dict[str, Article]) -> Article:
    """The copy with its original's text, its own edits and its header and credit lines."""
    original = articles[row["copy_of"]]
    edits: list[list[str]] = row.get("edits", [])
    body = original.body.replace("\n", "\n\n")
    for old, new in edits:
        if old not in body:
            raise WorldError(f"{copy.key}: the original has no {old!r} to edit")
        body = body.replace(old, new)
    parts = [row.get("before"), body.replace("\n\n", "\n"), row.get("after")]
    text = "\n".join(part for part in parts if part)
    tellings = (replace(t, quote=_edited(t.quote, edits)) for t in original.tellings)
    kept = tuple(t for t in tellings if t.quote in text)
    return replace(copy, body=text, tellings=kept, summary=original.summary)


def _edited(quote: str, edits: list[list[str]]) -> str:
    for old, new in edits:
        quote = quote.replace(old, new)
    return quote


def _check(world: NewsWorld) -> None:
    known = world.events.keys() | world.recalled.keys()
    for article in world.articles.values():
        for telling in article.tellings:
            if telling.event not in known:
                raise WorldError(f"{article.key} tells {telling.event!r}; add it to events.toml")
        if article.of and article.of not in world.articles:
            raise WorldError(f"{article.key} is made from {article.of!r}, which is not there")
        for source in (article.source, *article.also):
            if source not in world.sources:
                raise WorldError(f"{article.key} is listed by {source!r}; add that source")
