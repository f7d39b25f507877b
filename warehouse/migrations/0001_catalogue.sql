-- Sources, their feeds, runs, captures and what could not be processed.

CREATE TABLE source (
    source_id VARCHAR PRIMARY KEY,
    name VARCHAR NOT NULL,
    outlet VARCHAR,
    kind VARCHAR NOT NULL,
    url VARCHAR NOT NULL,
    language VARCHAR,
    country VARCHAR,
    ownership VARCHAR NOT NULL,
    alignment VARCHAR NOT NULL,
    origin_group VARCHAR,
    verification VARCHAR NOT NULL,
    user_agent VARCHAR NOT NULL,
    is_full_text BOOLEAN NOT NULL,
    is_enabled BOOLEAN NOT NULL,
    note VARCHAR,
    first_seen_at TIMESTAMPTZ NOT NULL,
    updated_at TIMESTAMPTZ NOT NULL
);
COMMENT ON TABLE source IS
    'One outlet''s feed as the catalogue describes it; kept in step with the dossier at every run.';
COMMENT ON COLUMN source.source_id IS 'Catalogue id; readable and stable.';
COMMENT ON COLUMN source.name IS 'Name of the outlet''s feed as printed.';
COMMENT ON COLUMN source.outlet IS 'Outlet the feed belongs to, where it has several feeds.';
COMMENT ON COLUMN source.kind IS
    'How it is read: rss, atom, jsonfeed, sitemap, listing, telegram, warc or files.';
COMMENT ON COLUMN source.url IS 'Address of the feed, or a folder''s name for files.';
COMMENT ON COLUMN source.language IS 'Language it mostly writes in, ISO 639-1.';
COMMENT ON COLUMN source.country IS 'State it works from, ISO 3166-1 alpha-3.';
COMMENT ON COLUMN source.ownership IS
    'Who owns it, on the scale used for every outlet of every country.';
COMMENT ON COLUMN source.alignment IS
    'Which side it stands with, on the scale used for every outlet of every country.';
COMMENT ON COLUMN source.origin_group IS
    'Outlets that count as one independent origin share this word.';
COMMENT ON COLUMN source.verification IS
    'How far the entry can be trusted: V published reference, T fetched by a third party, S public code, M memory.';
COMMENT ON COLUMN source.user_agent IS
    'default, or browser for servers known to refuse honest agents (a note; never a disguise).';
COMMENT ON COLUMN source.is_full_text IS
    'False where only link, title and excerpt may be kept (rights reserved).';
COMMENT ON COLUMN source.is_enabled IS 'False for sources known to fail; kept for the record.';
COMMENT ON COLUMN source.note IS 'Remark from the catalogue.';
COMMENT ON COLUMN source.first_seen_at IS 'When this warehouse first saw the entry.';
COMMENT ON COLUMN source.updated_at IS 'When the entry last changed.';

CREATE TABLE feed (
    source_id VARCHAR PRIMARY KEY,
    url VARCHAR NOT NULL,
    etag VARCHAR,
    last_modified VARCHAR,
    body_digest VARCHAR,
    last_checked_at TIMESTAMPTZ,
    last_changed_at TIMESTAMPTZ,
    last_status INTEGER,
    error_count INTEGER NOT NULL,
    error VARCHAR,
    interval_seconds INTEGER,
    next_check_at TIMESTAMPTZ,
    item_count INTEGER,
    is_retired BOOLEAN NOT NULL,
    catalogue_url VARCHAR
);
COMMENT ON TABLE feed IS
    'What is remembered of a source between runs: its health and its validators.';
COMMENT ON COLUMN feed.source_id IS 'Source the feed belongs to.';
COMMENT ON COLUMN feed.url IS 'Address to ask next (a permanent redirect changes it).';
COMMENT ON COLUMN feed.etag IS 'ETag the server gave last; sent back as If-None-Match.';
COMMENT ON COLUMN feed.last_modified IS
    'Last-Modified the server gave last; sent back as If-Modified-Since.';
COMMENT ON COLUMN feed.body_digest IS 'sha256 of the last body.';
COMMENT ON COLUMN feed.last_checked_at IS 'When it was last asked.';
COMMENT ON COLUMN feed.last_changed_at IS 'When its body last differed.';
COMMENT ON COLUMN feed.last_status IS 'HTTP status of the last answer; 0 when none was had.';
COMMENT ON COLUMN feed.error_count IS 'Failures in a row; 0 after a success.';
COMMENT ON COLUMN feed.error IS 'What went wrong last, or null.';
COMMENT ON COLUMN feed.interval_seconds IS
    'How long to wait between polls, as learnt from the feed.';
COMMENT ON COLUMN feed.next_check_at IS 'Not to be asked before this moment (Retry-After, ttl).';
COMMENT ON COLUMN feed.item_count IS 'Items in the last body.';
COMMENT ON COLUMN feed.is_retired IS 'True after a 410: never asked again.';
COMMENT ON COLUMN feed.catalogue_url IS
    'Address the catalogue gave when the state was made: when that is mended, the state starts afresh.';

CREATE TABLE run (
    run_id VARCHAR PRIMARY KEY,
    kind VARCHAR NOT NULL,
    status VARCHAR NOT NULL,
    started_at TIMESTAMPTZ NOT NULL,
    finished_at TIMESTAMPTZ,
    exit_code INTEGER,
    params JSON,
    counts JSON
);
COMMENT ON TABLE run IS
    'One execution of the pipeline or of maintenance.';
COMMENT ON COLUMN run.run_id IS 'Id of the run; names its snapshot and its archives.';
COMMENT ON COLUMN run.kind IS 'What ran: ingest, files, stream, backfill, maintain, review …';
COMMENT ON COLUMN run.status IS
    'running, complete, partial or failed; running long after its start means it was killed.';
COMMENT ON COLUMN run.started_at IS 'When it began.';
COMMENT ON COLUMN run.finished_at IS 'When it ended, or null.';
COMMENT ON COLUMN run.exit_code IS
    'Exit code of the command: 0 complete, 1 failed, 2 usage, 3 partial.';
COMMENT ON COLUMN run.params IS 'What it was asked to do.';
COMMENT ON COLUMN run.counts IS
    'What it counted: discovered, captured, new, changed, unchanged, quarantined, events, alerts …';

CREATE TABLE archive (
    warc_file VARCHAR PRIMARY KEY,
    run_id VARCHAR NOT NULL,
    state VARCHAR NOT NULL,
    opened_at TIMESTAMPTZ NOT NULL,
    committed_at TIMESTAMPTZ
);
COMMENT ON TABLE archive IS
    'One WARC file of captures and whether all of it has been committed.';
COMMENT ON COLUMN archive.warc_file IS 'File name inside captures/.';
COMMENT ON COLUMN archive.run_id IS 'Run that wrote it.';
COMMENT ON COLUMN archive.state IS
    'open: may hold captures not committed yet, replayed at the next start; committed: all taken in.';
COMMENT ON COLUMN archive.opened_at IS 'When writing began.';
COMMENT ON COLUMN archive.committed_at IS 'When the last of its captures was committed.';

CREATE TABLE capture (
    capture_id VARCHAR NOT NULL,
    run_id VARCHAR NOT NULL,
    kind VARCHAR NOT NULL,
    url VARCHAR NOT NULL,
    final_url VARCHAR NOT NULL,
    source_id VARCHAR NOT NULL,
    status INTEGER NOT NULL,
    content_type VARCHAR NOT NULL,
    charset VARCHAR,
    digest VARCHAR NOT NULL,
    size_bytes BIGINT NOT NULL,
    fetched_at TIMESTAMPTZ NOT NULL,
    warc_file VARCHAR,
    warc_offset BIGINT,
    outcome VARCHAR NOT NULL,
    article_url VARCHAR,
    reason VARCHAR,
    error VARCHAR,
    error_detail VARCHAR,
    is_replayed BOOLEAN NOT NULL,
    candidate JSON
);
COMMENT ON TABLE capture IS
    'One fetch and the one state it ended in.';
COMMENT ON COLUMN capture.capture_id IS 'cap_ and 24 hex digits over address, time and digest.';
COMMENT ON COLUMN capture.run_id IS 'Run that committed it.';
COMMENT ON COLUMN capture.kind IS 'page, feed or file.';
COMMENT ON COLUMN capture.url IS 'Address asked for.';
COMMENT ON COLUMN capture.final_url IS 'Address that answered, after redirects.';
COMMENT ON COLUMN capture.source_id IS 'Source that named the address.';
COMMENT ON COLUMN capture.status IS 'HTTP status; 200 for files, 0 when no answer was had.';
COMMENT ON COLUMN capture.content_type IS 'Media type without parameters.';
COMMENT ON COLUMN capture.charset IS 'Character set as declared.';
COMMENT ON COLUMN capture.digest IS 'sha256 over the body.';
COMMENT ON COLUMN capture.size_bytes IS 'Length of the body.';
COMMENT ON COLUMN capture.fetched_at IS 'When it was fetched.';
COMMENT ON COLUMN capture.warc_file IS 'File inside captures/ that holds it, or null.';
COMMENT ON COLUMN capture.warc_offset IS 'Byte offset of the record in that file.';
COMMENT ON COLUMN capture.outcome IS 'new, changed, unchanged or quarantined: exactly one.';
COMMENT ON COLUMN capture.article_url IS 'Canonical URL of the article it led to.';
COMMENT ON COLUMN capture.reason IS 'Why, in a short stable word, where the outcome needs one.';
COMMENT ON COLUMN capture.error IS 'Named reason when there was no usable body.';
COMMENT ON COLUMN capture.error_detail IS 'The sentence for it.';
COMMENT ON COLUMN capture.is_replayed IS
    'True when read back from an archive an earlier run left uncommitted.';
COMMENT ON COLUMN capture.candidate IS
    'What the source said of the address, kept for fetches that failed so that they can be tried again.';

CREATE TABLE quarantine (
    quarantine_id VARCHAR NOT NULL,
    url VARCHAR NOT NULL,
    source_id VARCHAR,
    stage VARCHAR NOT NULL,
    reason VARCHAR NOT NULL,
    detail VARCHAR NOT NULL,
    capture_id VARCHAR,
    warc_file VARCHAR,
    warc_offset BIGINT,
    run_id VARCHAR NOT NULL,
    quarantined_at TIMESTAMPTZ NOT NULL
);
COMMENT ON TABLE quarantine IS
    'What could not be processed, why, and where its bytes are.';
COMMENT ON COLUMN quarantine.quarantine_id IS
    'qua_ and 24 hex digits over address, stage, reason and the content''s digest: the same trouble is one row.';
COMMENT ON COLUMN quarantine.url IS 'Address of what was refused.';
COMMENT ON COLUMN quarantine.source_id IS 'Source it came from.';
COMMENT ON COLUMN quarantine.stage IS 'Stage that refused it: capture, extract, judge …';
COMMENT ON COLUMN quarantine.reason IS 'Short stable word for why.';
COMMENT ON COLUMN quarantine.detail IS 'A sentence that names the input and the mend.';
COMMENT ON COLUMN quarantine.capture_id IS 'Capture it came from.';
COMMENT ON COLUMN quarantine.warc_file IS 'File inside captures/ that holds its bytes.';
COMMENT ON COLUMN quarantine.warc_offset IS 'Byte offset of the record in that file.';
COMMENT ON COLUMN quarantine.run_id IS 'Run that first refused it.';
COMMENT ON COLUMN quarantine.quarantined_at IS 'When it was first refused.';
