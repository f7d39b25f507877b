import json
import subprocess
import sys
import tomllib
from pathlib import Path
from statistics import median

import feedparser
import httpx
import pytest
import trafilatura

from demo.articles import WORLD
from demo.found import fold

REPOSITORY = WORLD.parent.parent


@pytest.fixture
def client():
    with httpx.Client(timeout=5, trust_env=False) as session:
        yield session


def test_every_article_can_be_read_and_holds_what_the_truth_quotes(world, client, truth):
    sizes = []
    for key, row in truth["articles"].items():
        if row["outcome"] != "new" or row["stage"] > 1 or row["source"] == "tg-araz":
            continue
        answer = client.get(world.base(row["outlet"]) + row["path"])
        assert answer.status_code == 200, key
        sizes.append(len(answer.content))
        text = fold(trafilatura.extract(answer.content, favor_precision=True))
        for telling in (*row["tells"], *row["recalls"]):
            assert fold(telling["quote"]) in text, key
        assert "©" not in text, key
    assert 40_000 <= median(sizes) <= 80_000


def test_what_did_not_change_answers_304_to_a_conditional_request(world, client):
    url = world.base("bogaz") + "/rss.php"
    first = client.get(url)
    world.advance()
    again = client.get(url, headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304
    assert not again.content
    since = client.get(url, headers={"If-Modified-Since": first.headers["Last-Modified"]})
    assert since.status_code == 304


def test_what_changed_answers_in_full(world, client):
    url = world.base("halcyon") + "/feeds/all.xml"
    first = client.get(url)
    world.advance()
    held = {
        "If-None-Match": first.headers["ETag"],
        "If-Modified-Since": first.headers["Last-Modified"],
    }
    again = client.get(url, headers=held)
    assert again.status_code == 200
    assert len(feedparser.parse(again.content).entries) > len(
        feedparser.parse(first.content).entries
    )


def test_an_entity_tag_goes_before_a_date(world, client):
    url = world.base("bogaz") + "/rss.php"
    later = "Fri, 01 Jan 2100 00:00:00 GMT"
    held = {"If-None-Match": '"another"', "If-Modified-Since": later}
    assert client.get(url, headers=held).status_code == 200


def test_a_feed_is_gone_in_the_second_stage(world, client):
    url = world.base("bogaz") + "/spor/rss.php"
    assert client.get(url).status_code == 200
    world.advance()
    assert client.get(url).status_code == 410


def test_later_articles_and_the_correction_appear_in_the_second_stage(world, client):
    base = world.base("halcyon")
    later = base + "/2025/08/11/kazakhstan-offers-to-host"
    corrected = base + "/2025/08/09/explainer-what-is-tripp"
    assert client.get(later).status_code == 404
    assert "Trump Road" in client.get(corrected).text
    world.advance()
    assert client.get(later).status_code == 200
    assert "Trump Road" not in client.get(corrected).text
    assert "Correction, 11 August" in client.get(corrected).text


def test_the_wrong_charset_is_declared_and_not_kept(world, client):
    answer = client.get(world.base("vestnik") + "/economy/20250809-marshrut.html")
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    with pytest.raises(UnicodeDecodeError):
        answer.content.decode("utf-8")
    assert "Зангезурским" in answer.content.decode("windows-1251")


def test_the_slow_host_outlasts_the_client(world):
    with httpx.Client(timeout=0.2, trust_env=False) as hasty, pytest.raises(httpx.ReadTimeout):
        hasty.get(world.base("slow") + "/feeds/all.xml")


def test_the_slow_host_hangs_up_in_the_end(world, client):
    with pytest.raises(httpx.RemoteProtocolError):
        client.get(world.base("slow") + "/feeds/all.xml")


def test_every_dialect_of_feed_lists_what_its_source_has(world, client):
    for source in world.data.sources.values():
        listed = world.data.of_source(source.id, 1)
        if source.kind not in {"rss", "atom"} or source.format in {"slow", "garbage"}:
            continue
        answer = client.get(world.base(source.outlet) + source.path)
        parsed = feedparser.parse(answer.content)
        titles = [fold(e.get("title")) for e in parsed.entries]
        assert all(fold(a.title) in titles for a in listed), source.id
        assert bool(parsed.bozo) == (source.format == "rss2-broken"), source.id


def test_the_json_feed_is_one(world, client):
    feed = client.get(world.base("fanal") + "/feed.json").json()
    assert feed["version"].endswith("/1.1")
    assert len(feed["items"]) == len(world.data.of_source("fanal-fr", 1))


def test_the_broken_feed_is_no_feed(world, client):
    answer = client.get(world.base("halcyon") + "/feeds/archive.xml")
    parsed = feedparser.parse(answer.content)
    assert parsed.bozo
    assert not parsed.entries


def test_identical_guids_and_tracking_parameters_are_served(world, client):
    answer = client.get(world.base("shirvan") + "/rss")
    entries = feedparser.parse(answer.content).entries
    assert len({e.id for e in entries}) == 1
    paths = [e.link.split("?")[0] for e in entries]
    assert len(paths) == len(set(paths)) + 1 == len({e.link for e in entries})
    assert all("utm_source=" in e.link and "fbclid=" in e.link for e in entries)


def test_a_mobile_alias_leads_to_the_article(world, client):
    answer = client.get(world.base("mtkvari") + "/m/en/story/2107-abu-dhabi-talks?utm_source=x")
    assert answer.status_code == 301
    assert answer.headers["Location"] == world.base("mtkvari") + "/en/story/2107-abu-dhabi-talks"


def test_an_address_without_its_last_slash_leads_to_the_article(world, client):
    answer = client.get(world.base("zagros") + "/fa/news/40217")
    assert answer.status_code == 301
    assert client.get(answer.headers["Location"]).status_code == 200


def test_the_amp_twin_names_its_original(world, client):
    twin = client.get(world.base("mtkvari") + "/amp/en/story/2160-washington-what-was-signed")
    assert f'rel="canonical" href="{world.base("mtkvari")}/en/story/2160' in twin.text


def test_robots_forbid_one_article(world, client):
    rules = client.get(world.base("fanal") + "/robots.txt").text
    assert "Disallow: /prive/" in rules
    assert "Disallow: /prive/" not in client.get(world.base("halcyon") + "/robots.txt").text


def test_pages_that_are_no_article_are_what_they_claim(world, client):
    def get(outlet, path):
        return client.get(world.base(outlet) + path)

    wall = get("halcyon", "/2025/08/04/privacy-choices-regional-railways")
    assert wall.status_code == 200
    assert "We value your privacy" in wall.text
    block = get("vestnik", "/politics/20250725-reestr.html")
    assert "на основании решения суда" in block.content.decode("windows-1251")
    assert get("shirvan", "/az/iqtisadiyyat/51361").status_code == 200
    assert get("mtkvari", "/en/story/2150-roads-and-valleys").content == b""
    assert get("fanal", "/documents/4502-carte-des-liaisons").content.startswith(b"%PDF")
    assert get("zagros", "/en/news/7765/").status_code == 404
    assert "humain" in get("fanal", "/abonnes/4523-le-courrier-des-lecteurs").text
    assert "abonnés" in get("fanal", "/abonnes/4519-les-tunnels-du-caucase").text
    assert get("fanal", "/abonnes/dossiers").text.count("<a ") > 100


def test_requests_are_counted_and_the_world_can_be_advanced_from_outside(world, client):
    client.get(world.base("lori") + "/feed/atom", headers={"User-Agent": "Polite/1"})
    seen = world.requests("lori")
    assert [(r.path, r.status, r.user_agent) for r in seen] == [("/feed/atom", 200, "Polite/1")]
    state = client.post(world.base("control") + "/advance").json()
    assert state["stage"] == 2
    assert state["requests"]["lori"] == 1
    assert world.stage == 2


def test_every_page_says_that_its_outlet_is_invented(world):
    for article in world.data.articles.values():
        if article.kind == "article" and article.outlet != "channels":
            page = world.page(article.outlet, article.path)
            if article.stage == 1:
                notice = world.data.interface[article.language]["fictional"]
                charset = world.data.outlets[article.outlet].charset
                assert notice.encode(charset, "xmlcharrefreplace") in page.body, article.key


def test_the_catalogue_names_every_source_with_its_port(world, tmp_path):
    rows = tomllib.loads(world.catalogue(tmp_path / "c.toml").read_text("utf-8"))["source"]
    assert [r["id"] for r in rows] == [
        s.id for s in world.data.sources.values() if s.kind != "warc"
    ]
    assert all(r["url"].startswith("http://127.0.0.1:") for r in rows)
    kinds = {"rss", "atom", "jsonfeed", "sitemap", "listing", "telegram", "gdelt"}
    assert {r["kind"] for r in rows} == kinds
    by_id = {r["id"]: r for r in rows}
    assert by_id["lori-hy"]["url"].endswith("/rss/atom.php")
    assert by_id["ministry-ka"]["listing"]["item"] == "div.press-row"
    assert by_id["pointer-gdelt"]["countries"] == ["AM", "AJ"]


def test_the_command_serves_until_stopped(tmp_path):
    catalogue = tmp_path / "catalogue.toml"
    command = [sys.executable, "-m", "demo.server", "--catalogue", str(catalogue)]
    with subprocess.Popen(command, cwd=REPOSITORY, stdout=subprocess.PIPE, text=True) as server:
        try:
            lines = [server.stdout.readline() for _ in range(14)]
            control = next(line.split()[1] for line in lines if line.startswith("control:"))
            state = json.loads(httpx.get(control + "state", trust_env=False).text)
        finally:
            server.terminate()
            server.wait(10)
    assert state["stage"] == 1
    assert Path(catalogue).exists()
