"""The DuckDB warehouse: the only room that talks to DuckDB.

Writers start at `warehouse.store.open_writer`, readers at `warehouse.read.open_reader`; each
module is imported by name, so that a reader pays for DuckDB and nothing else.
"""
