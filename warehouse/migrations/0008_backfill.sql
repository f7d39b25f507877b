-- How far each archive of a backfill has been taken in, so that it can be gone on with.

CREATE TABLE backfill_file (
    path VARCHAR PRIMARY KEY,
    size_bytes BIGINT NOT NULL,
    state VARCHAR NOT NULL,
    response_count BIGINT NOT NULL,
    page_count BIGINT NOT NULL,
    wanted_count BIGINT NOT NULL,
    damaged_count BIGINT NOT NULL,
    run_id VARCHAR NOT NULL,
    updated_at TIMESTAMPTZ NOT NULL
);
COMMENT ON TABLE backfill_file IS
    'Archives that were scanned for pages on the process, and how far.';
COMMENT ON COLUMN backfill_file.path IS 'Path or address as given.';
COMMENT ON COLUMN backfill_file.size_bytes IS 'Size of the file: another size is another file.';
COMMENT ON COLUMN backfill_file.state IS 'under_way, complete or failed.';
COMMENT ON COLUMN backfill_file.response_count IS
    'Responses looked at and committed; a later run goes on behind them.';
COMMENT ON COLUMN backfill_file.page_count IS 'Those that were HTML pages.';
COMMENT ON COLUMN backfill_file.wanted_count IS
    'Pages that named both sides and were taken through the transforms.';
COMMENT ON COLUMN backfill_file.damaged_count IS 'Records that could not be read; see quarantine.';
COMMENT ON COLUMN backfill_file.run_id IS 'Run that last worked on it.';
COMMENT ON COLUMN backfill_file.updated_at IS 'When.';
