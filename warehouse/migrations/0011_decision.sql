-- What quality holds back: decisions on rows in quarantine, and alerts of batches that failed.

ALTER TABLE alert ADD COLUMN held_by VARCHAR;
COMMENT ON COLUMN alert.held_by IS
    'Judgement that held it back, because its batch failed as a whole; kept when it is released.';
COMMENT ON COLUMN alert.state IS
    'pending, held (by a failing batch; araxes quarantine releases it), suppressed (beyond the alert horizon, or of a reprocessing), sent, failed (given up on by a channel) or unwanted (no subscription took it, or it was taken back before its release).';

CREATE TABLE quarantine_decision (
    quarantine_id VARCHAR NOT NULL,
    decision VARCHAR NOT NULL,
    outcome VARCHAR NOT NULL,
    reason VARCHAR,
    decided_by VARCHAR,
    decided_at TIMESTAMPTZ NOT NULL,
    run_id VARCHAR NOT NULL
);
COMMENT ON TABLE quarantine_decision IS
    'What was decided about rows in quarantine; nothing is ever taken out of either table.';
COMMENT ON COLUMN quarantine_decision.quarantine_id IS 'Row it is about.';
COMMENT ON COLUMN quarantine_decision.decision IS
    'retry (run again through today''s transforms and checks) or release (let through as if it had passed).';
COMMENT ON COLUMN quarantine_decision.outcome IS
    'What became of it: new, changed, unchanged, quarantined (refused again), released (alerts of a batch) or lost (its bytes are kept no more).';
COMMENT ON COLUMN quarantine_decision.reason IS 'Why, as whoever decided put it.';
COMMENT ON COLUMN quarantine_decision.decided_by IS 'Who decided, as they named themselves.';
COMMENT ON COLUMN quarantine_decision.decided_at IS 'When.';
COMMENT ON COLUMN quarantine_decision.run_id IS 'Run that carried it out.';
