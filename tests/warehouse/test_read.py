from __future__ import annotations

import io
import json
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import duckdb
import pytest
from warehouse_making import NOW, article, batch, event, passage, situated

from warehouse import listing
from warehouse.errors import QueryError
from warehouse.export import export
from warehouse.listing import EventFilter
from warehouse.publish import publish
from warehouse.read import open_reader, parse_moment, query, scalar
from warehouse.records import Batch
from warehouse.store import open_writer

URL = "https://river.example/talks"
LATER = NOW + timedelta(days=2)


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    """An event that is told, then told to have failed by a changed article, and one more event."""
    directory = tmp_path_factory.mktemp("told")
    first = batch(article(URL))
    row = article(URL, "The delegations parted without result.", LATER, changed=True)
    other = situated(passage(URL, "parted without", status="failed"), row)
    failed = event(*first.situated, other, event_id=first.events[0].event_id, status="failed")
    second = article(URL + "/call", "They spoke by telephone.", LATER)
    call = situated(
        passage(URL + "/call", "spoke", type="call", third_parties=(), track=None), second
    )
    with open_writer(directory, timeout_seconds=5, now=NOW) as writer:
        writer.begin_run("run_1", "ingest", NOW)
        writer.commit(first)
        writer.begin_run("run_2", "ingest", LATER)
        writer.commit(
            Batch(
                "run_2", LATER, articles=(row, second), situated=(other, call),
                events=(failed, event(call)),
            )
        )  # fmt: skip
        publish(writer, "run_2", LATER)
    return directory, failed, event(call)


def test_events_are_listed_with_their_passages(told):
    directory, failed, call = told
    listed = listing.events(directory)
    assert {item.event for item in listed} == {failed, call}
    [item] = [item for item in listed if item.event == failed]
    assert item.versions == 2
    assert [(p.quote, p.novelty, p.is_current) for p in item.passages] == [
        ("delegations met", "new", False),
        ("parted without", "confirmation", True),
    ] or {p.quote for p in item.passages} == {"delegations met", "parted without"}


@pytest.mark.parametrize(
    ("wanted", "count"),
    [
        (EventFilter(type="call"), 1),
        (EventFilter(mediator="actor:CCC"), 1),
        (EventFilter(track="RIVER-1", status="failed"), 1),
        (EventFilter(status="held"), 1),
        (EventFilter(since=datetime(2025, 8, 7, tzinfo=UTC)), 2),
        (EventFilter(since=datetime(2025, 8, 8, tzinfo=UTC)), 0),
        (EventFilter(until=datetime(2025, 8, 6, tzinfo=UTC)), 0),
        (EventFilter(event_id="evt_unknown"), 0),
    ],
)
def test_listings_filter(told, wanted, count):
    assert len(listing.events(told[0], wanted)) == count


def test_belief_of_a_past_date_is_shown_in_tables_and_views(told):
    directory, failed, _ = told
    [item] = listing.events(directory, as_of=NOW + timedelta(days=1))
    assert (item.event.event_id, item.event.slots.status, item.versions) == (
        failed.event_id,
        "held",
        1,
    )
    assert [p.quote for p in item.passages] == ["delegations met"]
    with open_reader(directory, as_of=NOW + timedelta(days=1)) as reader:
        assert reader.query("SELECT status FROM event_timeline").rows == (("held",),)
        assert reader.query(
            "SELECT version, count(*) FROM mention WHERE is_current GROUP BY 1"
        ).rows == ((1, 3),)
        assert reader.query("SELECT version FROM article").rows == ((1,),)
        names = [row[0] for row in reader.query(
            "SELECT DISTINCT view_name FROM duckdb_views() WHERE NOT internal AND NOT temporary"
        ).rows]  # fmt: skip
        for name in names:
            reader.query(f"FROM {name}")
    assert listing.events(directory, as_of=NOW - timedelta(days=1)) == []


def test_other_listings_give_rows(told):
    directory = told[0]
    assert len(listing.articles(directory).rows) == 2
    assert len(listing.articles(directory, since=LATER, relevant_only=True).rows) == 0
    assert len(listing.alerts(directory, state="pending").rows) == 1
    assert len(listing.runs(directory, limit=1).rows) == 1
    assert len(listing.quarantine(directory).rows) == 1
    assert listing.sources(directory).rows == ()


def test_moments_come_back_in_utc_and_as_json(told):
    columns, rows = result = query(
        told[0], "SELECT max(first_seen_at) AS at, [1, 2] AS l FROM event"
    )
    assert columns == ("at", "l")
    assert rows[0][0] == LATER
    assert result.records() == [{"at": "2025-08-10T12:00:00Z", "l": [1, 2]}]


def test_a_wrong_query_says_what_is_wrong_and_nothing_can_be_written(told):
    with pytest.raises(QueryError, match="nonsense"):
        query(told[0], "SELECT nonsense FROM article")
    for sql in ("DELETE FROM article", "CREATE TABLE t (a INTEGER)", "DROP VIEW new_event"):
        with pytest.raises(QueryError, match="read-only"):
            query(told[0], sql)


def test_sql_of_strangers_reaches_no_file(told, tmp_path):
    with open_reader(told[0], is_sandboxed=True) as reader:
        for sql in (f"COPY article TO '{tmp_path}/x.csv'", "FROM read_text('/etc/hostname')",
                    "SET enable_external_access = true"):  # fmt: skip
            with pytest.raises(QueryError):
                reader.query(sql)
        assert reader.query("SELECT count(*) FROM article").rows == ((2,),)


def test_a_date_means_its_end_in_utc():
    assert parse_moment("2025-08-08") > datetime(2025, 8, 8, 23, 59, tzinfo=UTC)
    assert parse_moment("2025-08-08T10:00").tzinfo is UTC
    with pytest.raises(ValueError, match="soon"):
        parse_moment("soon")


def test_one_number_can_be_asked_for(told):
    assert scalar(told[0], "SELECT count(*) FROM event") == 2.0
    assert scalar(told[0], "SELECT NULL") == 0.0


def test_values_with_quotes_stay_values(told):
    for value in ("'; DROP TABLE article; --", "\\' OR 1=1", "a''b", 'x"y', "%_"):
        assert query(told[0], "SELECT ? AS v", [value]).rows == ((value,),)
        assert query(told[0], "SELECT $v AS v", {"v": value}).rows == ((value,),)
    assert query(told[0], "SELECT ?, ?, len(?)", [1.5, date(2025, 8, 8), ["'", None]]).rows == (
        (1.5, date(2025, 8, 8), 2),
    )


def test_reading_imports_neither_pandas_nor_the_pipeline(told):
    script = (
        "import sys, warehouse.read, warehouse.listing, warehouse.search\n"
        "from datetime import UTC, datetime; from pathlib import Path\n"
        f"directory = Path({str(told[0])!r}); since = datetime(2020, 1, 1, tzinfo=UTC)\n"
        "assert warehouse.search.search(directory, 'delegations', language='en', since=since)\n"
        "assert warehouse.listing.events(directory, as_of=datetime.now(UTC))\n"
        "assert warehouse.listing.articles(directory, since=since).rows\n"
        "heavy = {'pandas', 'numpy', 'pydantic', 'prefect', 'great_expectations', 'rapidfuzz',"
        " 'filelock'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


def test_rows_are_exported_as_csv_json_and_parquet(tmp_path):
    columns = ("id", "parties", "day", "at", "n", "is_new")
    rows = [("a", ["x", "y"], date(2025, 8, 8), NOW, 1, True), ("é", [], None, None, None, False)]
    export(columns, rows, "csv", tmp_path / "e.csv")
    assert (tmp_path / "e.csv").read_text(encoding="utf-8").splitlines() == [
        "id,parties,day,at,n,is_new",
        "a,x|y,2025-08-08,2025-08-08T12:00:00Z,1,True",
        "é,,,,,False",
    ]
    stream = io.StringIO()
    export(columns, rows, "json", stream)
    assert json.loads(stream.getvalue())[0]["parties"] == ["x", "y"]
    export(columns, rows, "parquet", tmp_path / "e.parquet")
    with duckdb.connect() as con:
        back = con.execute(
            f"SELECT id, parties, day, n, is_new FROM '{tmp_path / 'e.parquet'}'"
        ).fetchall()
    assert back == [("a", ["x", "y"], "2025-08-08", 1, True), ("é", [], None, None, False)]
    with pytest.raises(QueryError, match="--output"):
        export(columns, rows, "parquet")
    with pytest.raises(QueryError, match="another path"):
        export(columns, rows, "csv", tmp_path / "none" / "e.csv")


def test_events_that_were_merged_are_found_under_their_old_id(tmp_path):
    two = batch(article(URL + "/a", "a"), article(URL + "/b", "b"))
    kept = replace(
        event(*two.situated, event_id=two.events[0].event_id), aliases=(two.events[1].event_id,)
    )
    with open_writer(tmp_path, timeout_seconds=5, now=NOW) as writer:
        writer.commit(two)
        writer.commit(Batch("run_2", NOW, events=(kept,)))
        publish(writer, "run_2", NOW)
    [found] = listing.events(tmp_path, EventFilter(event_id=two.events[1].event_id))
    assert found.event == kept
