from __future__ import annotations

import re
from pathlib import Path

import pytest
from warehouse_making import NOW, article, batch

from warehouse.docs import render
from warehouse.publish import publish
from warehouse.read import query
from warehouse.store import open_writer

DOCS = Path(__file__).parents[2] / "docs"
QUERIES = re.findall(r"```sql\n(.*?)```", (DOCS / "sql.md").read_text(encoding="utf-8"), re.DOTALL)


def test_the_page_of_tables_and_columns_is_current():
    assert (DOCS / "warehouse.md").read_text(encoding="utf-8") == render(), "run `make docs`"


@pytest.fixture(scope="module")
def stocked(tmp_path_factory):
    directory = tmp_path_factory.mktemp("docs")
    with open_writer(directory, timeout_seconds=5, now=NOW) as writer:
        writer.begin_run("run_1", "ingest", NOW)
        writer.commit(batch(article("https://river.example/a")))
        publish(writer, "run_1", NOW)
    return directory


def test_there_are_ten_queries_to_begin_with():
    assert len(QUERIES) == 10


@pytest.mark.parametrize("sql", QUERIES)
def test_documented_queries_run(stocked, sql):
    columns, _ = query(stocked, sql)
    assert columns
