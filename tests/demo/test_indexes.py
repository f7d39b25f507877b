"""The demo's sources that are no feed, over real HTTP."""

import csv
import gzip
import hashlib
import io
import zipfile

import httpx
import pytest
from fastwarc.warc import ArchiveIterator, WarcRecordType
from lxml import etree, html

from demo.archive import write_archive

NEWS = "{http://www.google.com/schemas/sitemap-news/0.9}"
SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


@pytest.fixture
def client():
    with httpx.Client(timeout=5, trust_env=False) as session:
        yield session


def test_the_sitemap_is_an_index_of_a_gzipped_news_part_and_an_old_one(world, client):
    index = etree.fromstring(client.get(world.base("halcyon") + "/sitemap.xml").content)
    parts = [element.text for element in index.iter(f"{SITEMAP}loc")]
    assert [part.rpartition("/")[2] for part in parts] == ["archive-2019.xml", "news.xml.gz"]
    news = etree.fromstring(gzip.decompress(client.get(parts[1]).content))
    links = [element.text for element in news.iter(f"{SITEMAP}loc")]
    assert all(link.startswith(world.base("halcyon")) for link in links)
    assert len(list(news.iter(f"{NEWS}publication_date"))) == len(links) == 2
    assert sum("utm_source=" in link for link in links) == 1


def test_the_ministry_lists_its_news_once_with_classes_and_once_without(world, client):
    rows = html.fromstring(client.get(world.base("ministry") + "/ka/press").content)
    [row] = rows.cssselect("div.press-row")
    assert row.cssselect("a.press-more")[0].get("href") == "/ka/press/118"
    assert "6 აგვისტო" in row.cssselect("div.press-day")[0].text
    loose = html.fromstring(client.get(world.base("ministry") + "/en/press").content)
    [link] = loose.cssselect("main a")
    assert not link.get("class")
    world.advance()
    loose = html.fromstring(client.get(world.base("ministry") + "/en/press").content)
    assert len(loose.cssselect("main a")) == 2


def test_the_channel_shows_texts_a_forwarded_post_and_a_picture_and_edits_one_later(world, client):
    def posts():
        page = html.fromstring(client.get(world.base("channels") + "/s/arazpost").content)
        return {p.get("data-post"): p for p in page.cssselect(".tgme_widget_message")}

    first = posts()
    assert list(first) == ["arazpost/101", "arazpost/102", "arazpost/100"]
    assert first["arazpost/102"].cssselect(".tgme_widget_message_forwarded_from_name")
    assert not first["arazpost/100"].cssselect(".tgme_widget_message_text")
    assert "iki otaq" in first["arazpost/101"].text_content()
    world.advance()
    assert "üç otaq" in posts()["arazpost/101"].text_content()


def test_the_other_channel_shows_not_one_post(world, client):
    page = html.fromstring(client.get(world.base("channels") + "/s/arazquiet").content)
    assert not page.cssselect(".tgme_widget_message")


def test_the_pointer_names_a_file_of_the_right_size_and_digest_in_each_stage(world, client):
    seen = []
    for _stage in (1, 2):
        index = client.get(world.base("pointer") + "/gdeltv2/lastupdate.txt").text
        size, digest, address = index.splitlines()[2].split()
        body = client.get(address).content
        assert len(body) == int(size)
        assert hashlib.md5(body, usedforsecurity=False).hexdigest() == digest
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            [name] = archive.namelist()
            text = archive.read(name).decode()
        rows = list(csv.reader(io.StringIO(text), delimiter="\t", quoting=csv.QUOTE_NONE))
        assert {len(row) for row in rows} == {27}
        assert sum("#AJ#" in row[9] for row in rows) == 2
        assert sum("#AJ#" not in row[9] for row in rows) == 1
        seen.append(name)
        world.advance()
    assert len(set(seen)) == 2


def test_a_feed_that_moved_sends_its_readers_on_for_good(world, client):
    answer = client.get(world.base("lori") + "/rss/atom.php")
    assert answer.status_code == 301
    assert answer.headers["Location"] == world.base("lori") + "/feed/atom"
    assert client.get(answer.headers["Location"]).status_code == 200


def test_a_stuck_server_says_304_though_its_feed_changed(world, client):
    url = world.base("zagros") + "/fa/atom"
    first = client.get(url)
    world.advance()
    held = {"If-None-Match": first.headers["ETag"]}
    assert client.get(url, headers=held).status_code == 304
    assert client.get(url).content != first.content


def test_a_removed_article_is_gone_in_the_second_stage_and_its_feed_forgets_it(world, client):
    base = world.base("shirvan")
    assert client.get(base + "/az/siyaset/51388").status_code == 200
    assert "/az/siyaset/51388" in client.get(base + "/rss").text
    world.advance()
    assert client.get(base + "/az/siyaset/51388").status_code == 410
    assert "/az/siyaset/51388" not in client.get(base + "/rss").text


def test_the_archive_holds_what_is_served_no_more_among_other_pages(world, client, tmp_path):
    path = write_archive(world.data, world.bases(), tmp_path / "a.warc.gz")
    with path.open("rb") as file:
        records = ArchiveIterator(file, record_types=WarcRecordType.response, verify_digests=True)
        urls = [record.headers["WARC-Target-URI"] for record in records]
    [archived] = [u for u in urls if u.endswith("/2022/10/31/sochi-three-way-talks")]
    assert len(urls) > 1
    assert client.get(archived).status_code == 404
