-- What goes out, how it was judged, and what analysts said of it.

CREATE TABLE alert (
    alert_id VARCHAR PRIMARY KEY,
    event_id VARCHAR NOT NULL,
    cause VARCHAR NOT NULL,
    state VARCHAR NOT NULL,
    payload JSON NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    closed_at TIMESTAMPTZ,
    run_id VARCHAR NOT NULL
);
COMMENT ON TABLE alert IS
    'The outbox: what is to be told, written in the commit that causes it.';
COMMENT ON COLUMN alert.alert_id IS
    'alr_ and 16 hex digits over event and cause: the same cause never alerts twice.';
COMMENT ON COLUMN alert.event_id IS 'Event it tells of.';
COMMENT ON COLUMN alert.cause IS 'new, status, third_party, venue, contradiction or retraction.';
COMMENT ON COLUMN alert.state IS
    'pending, suppressed (beyond the alert horizon), sent or failed (given up on).';
COMMENT ON COLUMN alert.payload IS 'The event in the contract''s JSON, with alert_id and cause.';
COMMENT ON COLUMN alert.created_at IS 'When it was caused.';
COMMENT ON COLUMN alert.closed_at IS 'When nothing was left to send.';
COMMENT ON COLUMN alert.run_id IS 'Run that caused it.';

CREATE TABLE alert_delivery (
    alert_id VARCHAR NOT NULL,
    channel VARCHAR NOT NULL,
    state VARCHAR NOT NULL,
    attempts INTEGER NOT NULL,
    detail VARCHAR,
    updated_at TIMESTAMPTZ NOT NULL,
    next_attempt_at TIMESTAMPTZ
);
COMMENT ON TABLE alert_delivery IS
    'State of one alert on one channel.';
COMMENT ON COLUMN alert_delivery.alert_id IS 'Alert.';
COMMENT ON COLUMN alert_delivery.channel IS
    'Channel, by the name its subscription gives it; never an address with a secret in it.';
COMMENT ON COLUMN alert_delivery.state IS
    'sending (begun, outcome unknown), sent, retry or failed (given up).';
COMMENT ON COLUMN alert_delivery.attempts IS 'Attempts begun.';
COMMENT ON COLUMN alert_delivery.detail IS 'What the channel said last.';
COMMENT ON COLUMN alert_delivery.updated_at IS 'When the state last changed.';
COMMENT ON COLUMN alert_delivery.next_attempt_at IS 'Not to be tried before this moment.';

CREATE TABLE quality_run (
    quality_run_id VARCHAR PRIMARY KEY,
    run_id VARCHAR NOT NULL,
    scope VARCHAR NOT NULL,
    judged_at TIMESTAMPTZ NOT NULL,
    has_run BOOLEAN NOT NULL,
    note VARCHAR,
    result_count INTEGER NOT NULL,
    critical_failures INTEGER NOT NULL,
    warnings INTEGER NOT NULL
);
COMMENT ON TABLE quality_run IS
    'One judgement of one thing.';
COMMENT ON COLUMN quality_run.quality_run_id IS 'Id.';
COMMENT ON COLUMN quality_run.run_id IS 'Run it belongs to.';
COMMENT ON COLUMN quality_run.scope IS 'batch, warehouse or seed.';
COMMENT ON COLUMN quality_run.judged_at IS 'When.';
COMMENT ON COLUMN quality_run.has_run IS
    'False when it could not run (for example, the seed documents are absent); note says why.';
COMMENT ON COLUMN quality_run.note IS 'Remark.';
COMMENT ON COLUMN quality_run.result_count IS 'Expectations judged.';
COMMENT ON COLUMN quality_run.critical_failures IS 'Critical expectations that failed.';
COMMENT ON COLUMN quality_run.warnings IS 'Warning expectations that failed.';

CREATE TABLE quality_result (
    quality_run_id VARCHAR NOT NULL,
    suite VARCHAR NOT NULL,
    expectation VARCHAR NOT NULL,
    subject VARCHAR NOT NULL,
    severity VARCHAR NOT NULL,
    is_success BOOLEAN NOT NULL,
    observed VARCHAR,
    unexpected_count BIGINT NOT NULL,
    unexpected_ids VARCHAR[] NOT NULL,
    detail VARCHAR
);
COMMENT ON TABLE quality_result IS
    'One expectation''s result.';
COMMENT ON COLUMN quality_result.quality_run_id IS 'Judgement it belongs to.';
COMMENT ON COLUMN quality_result.suite IS 'Suite of expectations.';
COMMENT ON COLUMN quality_result.expectation IS 'Expectation.';
COMMENT ON COLUMN quality_result.subject IS 'What it judged: a column, a table, a document.';
COMMENT ON COLUMN quality_result.severity IS 'critical blocks the row; warning is recorded.';
COMMENT ON COLUMN quality_result.is_success IS 'Whether it held.';
COMMENT ON COLUMN quality_result.observed IS 'What was observed.';
COMMENT ON COLUMN quality_result.unexpected_count IS 'Rows that failed.';
COMMENT ON COLUMN quality_result.unexpected_ids IS 'Ids of those rows (the first of them).';
COMMENT ON COLUMN quality_result.detail IS 'Remark.';

CREATE TABLE review (
    review_id VARCHAR PRIMARY KEY,
    subject_kind VARCHAR NOT NULL,
    subject_id VARCHAR NOT NULL,
    verdict VARCHAR NOT NULL,
    target_id VARCHAR,
    reviewer VARCHAR,
    note VARCHAR,
    reviewed_at TIMESTAMPTZ NOT NULL
);
COMMENT ON TABLE review IS
    'An analyst''s judgement, which feeds the gold set.';
COMMENT ON COLUMN review.review_id IS 'Id.';
COMMENT ON COLUMN review.subject_kind IS 'event, mention or alert.';
COMMENT ON COLUMN review.subject_id IS 'Id of what was judged.';
COMMENT ON COLUMN review.verdict IS 'confirm, reject, merge or split.';
COMMENT ON COLUMN review.target_id IS
    'The other event of a merge, or the mention a split takes out.';
COMMENT ON COLUMN review.reviewer IS 'Who judged, as they named themselves.';
COMMENT ON COLUMN review.note IS 'Remark.';
COMMENT ON COLUMN review.reviewed_at IS 'When.';
