from __future__ import annotations

from dataclasses import replace

import duckdb
import pytest
from warehouse_making import NOW

from warehouse import migrate as migrating
from warehouse.connection import connect_writer
from warehouse.errors import MigrationError, WarehouseCorrupt, WarehouseTooNew
from warehouse.migrate import Migration, migrate, migrations
from warehouse.store import open_writer


def write(directory):
    return open_writer(directory, timeout_seconds=5, now=NOW)


def test_a_new_directory_becomes_a_warehouse_and_opening_it_again_changes_nothing(tmp_path):
    with write(tmp_path / "deep" / "data") as writer:
        first = writer.frame("SELECT * FROM schema_migration ORDER BY number")
    with write(tmp_path / "deep" / "data") as writer:
        assert writer.frame("SELECT * FROM schema_migration ORDER BY number") == first
    assert len(first[1]) == len(migrations())


def test_every_table_view_and_column_carries_a_comment(tmp_path):
    with write(tmp_path) as writer:
        _, tables = writer.frame("SELECT table_name FROM duckdb_tables() WHERE comment IS NULL")
        _, views = writer.frame(
            "SELECT view_name FROM duckdb_views() WHERE NOT internal AND comment IS NULL"
        )
        _, columns = writer.frame(
            "SELECT table_name, column_name FROM duckdb_columns() "
            "WHERE NOT internal AND (comment IS NULL OR trim(comment) = '')"
        )
    assert (tables, views, columns) == ([], [], [])


def test_no_table_has_a_foreign_key_or_more_than_one_narrow_unique_key(tmp_path):
    with write(tmp_path) as writer:
        _, rows = writer.frame(
            "SELECT table_name, list(constraint_type), max(len(constraint_column_names)) "
            "FROM duckdb_constraints() WHERE constraint_type <> 'NOT NULL' GROUP BY ALL"
        )
    assert all(kinds == ["PRIMARY KEY"] and width == 1 for _, kinds, width in rows)
    assert "article_text" not in {name for name, *_ in rows}


def test_moments_are_stored_with_their_zone(tmp_path):
    with write(tmp_path) as writer:
        _, rows = writer.frame(
            "SELECT table_name, column_name, data_type FROM duckdb_columns() "
            "WHERE NOT internal AND (ends_with(column_name, '_at') OR data_type = 'TIMESTAMP')"
        )
    zoned = {kind for _, name, kind in rows if name != "made_at"}
    assert zoned == {"TIMESTAMP WITH TIME ZONE"}


def test_an_edited_migration_is_refused_by_name(tmp_path):
    with write(tmp_path):
        pass
    con = connect_writer(tmp_path / "warehouse.duckdb")
    edited = (replace(migrations()[0], sql=migrations()[0].sql + "-- more"), *migrations()[1:])
    with pytest.raises(MigrationError, match="0001_catalogue was edited"):
        migrate(con, tmp_path / "warehouse.duckdb", NOW, edited)
    con.close()


def test_a_failing_migration_leaves_the_file_as_it_was(tmp_path):
    with write(tmp_path):
        pass
    con = connect_writer(tmp_path / "warehouse.duckdb")
    number = len(migrations()) + 1
    broken = Migration(number, "broken", "CREATE TABLE half (a INTEGER); SELECT nonsense;")
    with pytest.raises(MigrationError, match="broken failed"):
        migrate(con, tmp_path / "warehouse.duckdb", NOW, (*migrations(), broken))
    tables = con.execute("SELECT 1 FROM duckdb_tables() WHERE table_name = 'half'").fetchall()
    assert tables == []
    mended = Migration(number, "mended", "CREATE TABLE whole (a INTEGER);")
    assert migrate(con, tmp_path / "warehouse.duckdb", NOW, (*migrations(), mended)) == 1
    con.close()


def test_views_are_made_anew_when_their_text_changes(tmp_path, monkeypatch):
    with write(tmp_path):
        pass
    monkeypatch.setattr(
        migrating, "views", lambda: (("answer", "CREATE VIEW answer AS SELECT 42 AS n"),)
    )
    with write(tmp_path) as writer:
        assert writer.frame("FROM answer")[1] == [(42,)]
        names = writer.frame("SELECT view_name FROM duckdb_views() WHERE NOT internal")[1]
    assert names == [("answer",)]


def test_a_warehouse_from_a_newer_version_is_named_with_both_versions_and_the_mend(tmp_path):
    with write(tmp_path) as writer:
        writer.con.execute("INSERT INTO schema_migration VALUES (99, 'future', 'x', now())")
    with pytest.raises(WarehouseTooNew) as caught, write(tmp_path):
        pass
    text = str(caught.value)
    assert "warehouse.duckdb" in text
    assert "version 99" in text
    assert f"up to {len(migrations())}" in text
    assert "Update" in text


def test_a_file_written_by_a_newer_duckdb_is_said_to_be_so(tmp_path):
    with write(tmp_path) as writer:
        writer.checkpoint()
    file = tmp_path / "warehouse.duckdb"
    # Bytes 12 to 19 of the main header hold the storage version.
    body = bytearray(file.read_bytes())
    body[12:20] = (200).to_bytes(8, "little")
    file.write_bytes(bytes(body))
    with (
        pytest.raises((WarehouseTooNew, WarehouseCorrupt), match=r"warehouse\.duckdb"),
        write(tmp_path),
    ):
        pass


def test_a_file_that_is_no_database_is_named_and_kept(tmp_path):
    file = tmp_path / "warehouse.duckdb"
    file.write_bytes(b"these are not the bytes of a database " * 1000)
    before = file.read_bytes()
    with pytest.raises(WarehouseCorrupt, match="restore"), write(tmp_path):
        pass
    assert file.read_bytes() == before


def test_somebody_elses_database_is_not_written_to(tmp_path):
    con = duckdb.connect(str(tmp_path / "warehouse.duckdb"))
    con.execute("CREATE TABLE mine (a INTEGER)")
    con.close()
    with pytest.raises(WarehouseCorrupt, match="not a warehouse"), write(tmp_path):
        pass
