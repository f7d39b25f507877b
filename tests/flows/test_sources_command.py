"""``araxes sources``: what it says of a site's feeds, of one source, and of all of them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from flows import checking, ingest  # noqa: F401  (what they import warns when it is imported)
from flows.cli import main
from flows.cli.sources import sparkline
from tests.connectors.loopback import Reply, World, serve

Run = Callable[..., tuple[int, str, str]]
TEXT = (
    "The foreign ministers of Armenia and Azerbaijan met in Almaty on Friday and spoke about "
    "the delimitation of the border, the ministries of both countries said in statements. "
)
RSS = (
    '<rss version="2.0"><channel><title>The Outlet</title><language>en</language>'
    "<item><title>Ministers meet</title><link>/one</link>"
    "<pubDate>Sat, 09 Aug 2025 05:00:00 GMT</pubDate></item></channel></rss>"
)
HEADLINES = "".join(
    f'<li><a href="/news/{n}">Ministers of both countries meet for talk number {n}</a></li>'
    for n in range(6)
)


@pytest.fixture
def world() -> Iterator[World]:
    with serve() as served:
        yield served


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    monkeypatch.setenv("ARAXES_HOST_DELAY_SECONDS", "0")

    def go(*arguments: str | Path) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as ended:
            main(["sources", *map(str, arguments)])
        told = capsys.readouterr()
        return int(ended.value.code or 0), told.out, told.err

    return go


def html(body: str, head: str = "") -> Reply:
    page = f"<html><head><title>Site</title>{head}</head><body>{body}</body></html>"
    return Reply(200, page.encode(), {"Content-Type": "text/html"})


def feed(body: str = RSS, kind: str = "application/rss+xml") -> Reply:
    return Reply(200, body.encode(), {"Content-Type": kind})


def sitemap(world: World) -> Reply:
    entry = (
        f"<url><loc>{world.url('/one')}</loc><news:news><news:publication_date>2025-08-09"
        "</news:publication_date><news:title>Ministers meet</news:title></news:news></url>"
    )
    return feed(
        '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" '
        f'xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">{entry}</urlset>',
        "application/xml",
    )


def found(run: Run, world: World, path: str = "/") -> list[dict[str, Any]]:
    code, out, _ = run("discover", world.url(path), "--allow-private", "127.0.0.1", "--json")
    rows: list[dict[str, Any]] = json.loads(out)
    assert code == (0 if rows else 1)
    return rows


def test_the_feed_a_page_declares_is_found(run: Run, world: World) -> None:
    link = '<link rel="alternate" type="application/rss+xml" href="/feeds/all">'
    world.routes |= {"/": html("<p>Welcome</p>", link), "/feeds/all": feed()}
    [row] = found(run, world)
    assert (row["url"], row["kind"], row["items"]) == (world.url("/feeds/all"), "rss", 1)
    assert (row["how"], row["title"], row["language"]) == (
        "declared by the page", "The Outlet", "en",
    )  # fmt: skip
    assert row["newest"] == "2025-08-09T05:00:00+00:00"


def test_the_news_sitemap_robots_txt_names_is_found(run: Run, world: World) -> None:
    world.routes |= {
        "/": html("<p>Welcome</p>"),
        "/robots.txt": Reply(200, f"Sitemap: {world.url('/maps/n.xml')}\n".encode()),
        "/maps/n.xml": sitemap(world),
    }
    [row] = found(run, world)
    assert (row["url"], row["kind"]) == (world.url("/maps/n.xml"), "sitemap")
    assert row["how"] == "named in robots.txt"


def test_a_feed_at_a_usual_place_is_found_once_under_all_its_addresses(
    run: Run, world: World
) -> None:
    world.routes |= {"/": html("<p>Welcome</p>"), "/feed/": feed(), "/rss.xml": feed()}
    [row] = found(run, world)
    assert (row["url"], row["how"]) == (world.url("/feed/"), "at a usual place")


def test_a_site_with_nothing_but_a_list_of_headlines_is_a_listing(run: Run, world: World) -> None:
    world.routes["/press"] = html(f"<ul>{HEADLINES}</ul>")
    [row] = found(run, world, "/press")
    assert (row["url"], row["kind"], row["items"]) == (world.url("/press"), "listing", 6)


def test_a_feed_given_itself_is_what_it_is_and_nothing_else_is_asked(
    run: Run, world: World
) -> None:
    world.routes["/feed.xml"] = feed()
    [row] = found(run, world, "/feed.xml")
    assert row["how"] == "the address itself"
    assert [p for p in world.paths() if p != "/robots.txt"] == ["/feed.xml"]


def test_what_was_found_can_be_put_into_a_catalogue(run: Run, world: World, tmp_path: Path) -> None:
    link = '<link rel="alternate" type="application/atom+xml" href="/feed.xml">'
    world.routes |= {"/": html("<p>Welcome</p>", link), "/feed.xml": feed()}
    _, out, _ = run("discover", world.url("/"), "--allow-private", "127.0.0.1")
    assert f'url = "{world.url("/feed.xml")}"' in out
    assert "[[source]]" in out and 'kind = "rss"' in out


def test_a_site_without_any_and_one_that_does_not_answer_are_told_apart(
    run: Run, world: World
) -> None:
    world.routes["/"] = html("<p>Welcome</p>")
    code, _, told = run("discover", world.url("/"), "--allow-private", "127.0.0.1")
    assert code == 1
    assert "no feed, sitemap or listing" in told
    code, _, told = run("discover", world.url("/nowhere"), "--allow-private", "127.0.0.1")
    assert code == 1
    assert "404" in told
    assert "Traceback" not in told


@pytest.fixture
def catalogue(world: World, tmp_path: Path) -> Path:
    path = tmp_path / "sources.toml"
    path.write_text(
        f'[[source]]\nid = "outlet"\nname = "The Outlet"\nkind = "rss"\nlanguage = "en"\n'
        f'url = "{world.url("/feed")}"\ncountry = "KAZ"\nownership = "private"\n'
        'alignment = "independent"\nverification = "M"\n'
    )
    return path


def check(run: Run, catalogue: Path) -> tuple[int, dict[str, tuple[str, str]]]:
    arguments = ("check", "outlet", "--sources", catalogue, "--allow-private", "127.0.0.1")
    code, out, told = run(*arguments, "--json")
    assert out, told
    return code, {row["name"]: (row["verdict"], row["detail"]) for row in json.loads(out)}


def test_a_check_explains_every_step_down_to_the_text(
    run: Run, world: World, catalogue: Path
) -> None:
    article = f"<article><h1>Ministers meet</h1><p>{TEXT}</p><p>{TEXT * 3}</p></article>"
    world.routes |= {"/feed": feed(), "/one": html(article)}
    code, steps = check(run, catalogue)
    assert code == 0
    assert list(steps) == [
        "catalogue", "fetch", "validators", "reading", "article", "text", "process",
    ]  # fmt: skip
    assert steps["validators"][0] == "warn"
    assert "1 items, newest of 2025-08-09 05:00" in steps["reading"][1]
    assert "language en" in steps["text"][1]
    assert steps["process"][1].startswith("concerns the process")


@pytest.mark.parametrize(
    ("reply", "step", "word"),
    [
        (Reply(503), "fetch", "http_503"),
        (html("<p>Just a moment</p>"), "reading", "not_a_feed"),
        (feed(), "article", "http_404"),
    ],
    ids=["server down", "no feed", "article gone"],
)
def test_a_check_names_the_step_that_failed(
    run: Run, world: World, catalogue: Path, reply: Reply, step: str, word: str
) -> None:
    world.routes["/feed"] = reply
    code, steps = check(run, catalogue)
    assert code == 1
    assert steps[step][0] == "fail"
    assert word in steps[step][1]


def test_a_check_of_a_source_nobody_knows_names_it(run: Run, catalogue: Path) -> None:
    code, _, told = run("check", "nobody", "--sources", catalogue)
    assert code == 2, told
    assert "nobody" in told


def test_a_sparkline_shows_silence_as_a_low_bar() -> None:
    assert sparkline([0, 0, 0]) == "▁▁▁"
    assert sparkline([0, 4, 8]) == "▁▅█"
    assert sparkline([]) == ""
