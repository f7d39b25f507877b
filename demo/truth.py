"""The demo's truth: what a reader ought to find, built from the world's own annotations.

``world/truth.json`` is committed beside the world and is what ``make demo`` compares with;
``python -m demo.truth`` writes it anew after the world was edited, and a test holds that the
two agree. Keys of articles are ``outlet:/path``: ports are not part of the truth.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from demo.articles import PAGE_TROUBLES, WORLD, load_world

if TYPE_CHECKING:
    from demo.articles import Article, FeedSource, NewsWorld, Telling

TRUTH_FILE: Final = WORLD / "truth.json"
REASONS: Final = {
    "consent_wall": ["consent_wall", "cookie_wall"],
    "block_page": ["block_page", "blocked"],
    "captcha": ["block_page", "captcha"],
    "soft_404": ["soft_404"],
    "paywall_stub": ["paywall_stub"],
    "landing_page": ["landing_page"],
    "empty": ["empty", "empty_page"],
    "not_html": ["not_html", "not_a_page"],
    "http_404": ["http_404", "not_found"],
    "robots": ["robots"],
}
"""Words that name a refusal, by the kind of page that earns it."""
BOTH_PARTIES: Final = re.compile(
    r"(?=.*(Armenia|Yerevan|Армени|Ереван))(?=.*(Azerbaijan|Baku|Азербайджан|Баку))"
    r"|\bthe two\b|двух стран",
    re.DOTALL,
)
"""A recall that names both parties, or counts them, must be seen for what it is. Fainter ones
("they", "the commissions", "the next appointment") must only never alert or be called new."""


@cache
def load_truth() -> dict[str, Any]:
    """The committed truth."""
    found: dict[str, Any] = json.loads(TRUTH_FILE.read_text(encoding="utf-8"))
    return found


def build_truth(world: NewsWorld) -> dict[str, Any]:
    """The truth as the world's annotations give it."""
    articles = {a.key: _article(a, world) for a in world.articles.values()}
    events = {event_id: _event(row, world) for event_id, row in world.events.items()}
    feeds = {s.id: _feed(s.id, world) for s in world.sources.values()}
    return {
        "about": "Built by demo.truth from demo/world; the outlets and some events are invented.",
        "articles": articles,
        "events": events,
        "recalled": world.recalled,
        "feeds": feeds,
        "counts": _counts(world),
    }


def _article(article: Article, world: NewsWorld) -> dict[str, Any]:
    row: dict[str, Any] = {
        "outlet": article.outlet,
        "source": article.source,
        "path": article.path,
        "title": article.title,
        "language": article.language,
        "published": article.published.isoformat(),
        "stage": article.stage,
        "outcome": _outcome(article),
        "relevant": article.relevant,
        "relation": article.relation,
        "accept": _accepted(article),
        "tells": [_telling(t) for t in article.tellings if not t.is_recalled],
        "recalls": [
            _telling(t) | {"is_faint": BOTH_PARTIES.search(t.quote) is None}
            for t in article.tellings
            if t.is_recalled
        ],
    }
    if row["outcome"] != "new":
        row["reasons"] = REASONS[article.kind]
    optional = {
        "ledger": _ledger(article, world),
        "removed_at_stage": article.removed_at_stage,
        "archived": article.kind == "archived" or None,
        "of": article.of,
        "how": article.how,
        "topic": article.topic,
        "amp_path": article.amp_path,
        "changed_at_stage": 2 if article.revised else None,
    }
    return row | {k: v for k, v in optional.items() if v is not None}


def _outcome(article: Article) -> str:
    if article.kind in PAGE_TROUBLES:
        return "quarantined"
    return "robots" if article.kind == "robots" else "new"


def _ledger(article: Article, world: NewsWorld) -> dict[str, Any]:
    """In which state each of its addresses must stand, and whether it is ever asked for."""
    refused = article.kind in PAGE_TROUBLES
    unreachable = article.kind in ("http_404", "robots")
    state = "unreachable" if unreachable else "refused" if refused else "taken"
    never = article.kind == "robots" or world.sources[article.source].kind in ("telegram", "warc")
    return {"state": state, "is_asked_for": not never}


def _accepted(article: Article) -> list[str]:
    """Relations that count as right.

    A verbatim copy under another outlet's header may fairly be called a near-duplicate; an
    independent telling of an event may fairly be clustered with the others.
    """
    if article.relation == "same_text":
        return ["same_text", "near_duplicate"]
    if article.relation == "near_duplicate":
        return ["near_duplicate"]
    if article.relation == "same_story":
        return ["same_story", "near_duplicate"] if article.how == "spun" else ["same_story"]
    own = ["original", "revision"] if article.revised else ["original"]
    return [*own, "same_story"] if any(not t.is_recalled for t in article.tellings) else own


def _telling(telling: Telling) -> dict[str, Any]:
    row: dict[str, Any] = {"event": telling.event, "quote": telling.quote}
    return row | ({"status": telling.status} if telling.status else {})


def _event(row: dict[str, Any], world: NewsWorld) -> dict[str, Any]:
    told_by = [
        {"article": a.key, "language": a.language, "stage": a.stage} | _telling(t)
        for a in sorted(world.articles.values(), key=lambda a: a.published)
        for t in a.tellings
        if t.event == row["id"] and not t.is_recalled
    ]
    for place in told_by:
        del place["event"]
    return {**row, "alerts": row.get("alerts", []), "told_by": told_by}


def _feed(source_id: str, world: NewsWorld) -> dict[str, Any]:
    source = world.sources[source_id]
    listed = world.of_source(source_id, 2)
    pages = [a for a in world.articles.values() if a.source == source_id]
    moves = any(a.stage == 2 or a.revised for a in listed) or len(listed) < len(pages)
    is_still = not moves and not source.trouble and source.kind not in ("gdelt", "warc")
    not_news = Counter(
        REASONS[a.kind][0] for a in pages if a.kind in PAGE_TROUBLES and a.kind != "http_404"
    )
    optional = {
        "trouble": source.trouble,
        "unchanged_at_stage": 2 if is_still else None,
        "moved_from": source.moved_from,
        "is_stuck": source.is_stuck or None,
        "decoys": list(source.decoys) or None,
        "warning": source.warning,
        "not_news": dict(sorted(not_news.items())) or None,
        "state": source.state or _state(source),
    }
    row: dict[str, Any] = {"outlet": source.outlet, "path": source.path, "kind": source.kind}
    row["listed"] = len(listed)
    return row | {name: value for name, value in optional.items() if value is not None}


def _state(source: FeedSource) -> str | None:
    """What its health must be in the end; None for an archive, which is no source to ask."""
    if source.kind == "warc":
        return None
    if source.gone_at_stage:
        return "retired"
    is_failing = source.trouble and source.trouble["kind"] != "partly_malformed"
    return "failing" if is_failing else "ok"


def _counts(world: NewsWorld) -> dict[str, int]:
    pages = list(world.articles.values())
    return {
        "pages": len(pages),
        "articles": sum(_outcome(a) == "new" for a in pages),
        "articles_at_stage_1": sum(_outcome(a) == "new" and a.stage == 1 for a in pages),
        "quarantined": sum(_outcome(a) == "quarantined" for a in pages),
        "removed": sum(a.removed_at_stage is not None for a in pages),
        "duplicates": sum(a.relation != "original" for a in pages),
        "languages": len({a.language for a in pages}),
        "alerts": sum(len(e.get("alerts", [])) for e in world.events.values()),
    }


def write_truth() -> None:
    """Write ``world/truth.json`` anew."""
    text = json.dumps(build_truth(load_world()), ensure_ascii=False, indent=1)
    TRUTH_FILE.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    write_truth()
    print(f"written: {TRUTH_FILE.name}")
