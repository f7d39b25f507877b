"""Judgement: DuckDB and pandas compute small frames, Great Expectations judges them.

The only room that imports Great Expectations, and only when something is judged: its import
costs seconds. Suites are data (`suites/*.toml`); `judge` runs one over frames;
`frames` builds the frames of a batch, `seeds` those of the seed corpus, and
`warehouse_checks` asks the warehouse for its own.
"""
