CREATE VIEW quarantine_state AS
WITH decided AS (
    SELECT quarantine_id, arg_max(decision, decided_at) AS decision,
        arg_max(outcome, decided_at) AS outcome, arg_max(reason, decided_at) AS decision_reason,
        arg_max(decided_by, decided_at) AS decided_by, max(decided_at) AS decided_at,
        coalesce(bool_or(decision = 'release'
            AND outcome IN ('new', 'changed', 'unchanged', 'released')), false) AS is_released
    FROM quarantine_decision GROUP BY quarantine_id
), taken AS (
    SELECT url, max(fetched_at) AS at FROM capture
    WHERE article_url IS NOT NULL AND outcome <> 'quarantined' GROUP BY url
), held AS (
    SELECT held_by, count(*) AS n FROM alert WHERE state = 'held' GROUP BY held_by
)
SELECT q.quarantine_id,
    CASE WHEN coalesce(d.is_released, false) THEN 'released'
        WHEN t.at >= coalesce(c.fetched_at, q.quarantined_at) THEN 'mended'
        ELSE 'waiting' END AS state,
    q.stage, q.reason, q.source_id, q.url, q.detail,
    coalesce(h.n, 0)::INTEGER AS held_alert_count, d.decision, d.outcome, d.decision_reason,
    d.decided_by, d.decided_at, q.quarantined_at, q.run_id, q.capture_id, q.warc_file,
    q.warc_offset
FROM quarantine q
LEFT JOIN decided d USING (quarantine_id)
LEFT JOIN (SELECT DISTINCT capture_id, fetched_at FROM capture) c USING (capture_id)
LEFT JOIN taken t ON t.url = q.url
LEFT JOIN held h ON q.url = 'batch:' || h.held_by
ORDER BY q.quarantined_at DESC, q.quarantine_id;

COMMENT ON VIEW quarantine_state IS
    'What was refused, and what has become of it since, newest first.';
COMMENT ON COLUMN quarantine_state.quarantine_id IS 'Row of the quarantine.';
COMMENT ON COLUMN quarantine_state.state IS
    'waiting, released (by a decision) or mended (taken in since: by a retry, or when it was fetched again).';
COMMENT ON COLUMN quarantine_state.stage IS
    'Stage that refused it; judge is a critical check, and waits for a decision.';
COMMENT ON COLUMN quarantine_state.reason IS 'Short stable word for why.';
COMMENT ON COLUMN quarantine_state.source_id IS 'Source it came from.';
COMMENT ON COLUMN quarantine_state.url IS
    'Address of what was refused; batch: and a judgement where all alerts of a batch are held.';
COMMENT ON COLUMN quarantine_state.detail IS 'A sentence that names the input and the mend.';
COMMENT ON COLUMN quarantine_state.held_alert_count IS 'Alerts of that batch still held.';
COMMENT ON COLUMN quarantine_state.decision IS 'Latest decision: retry or release; null if none.';
COMMENT ON COLUMN quarantine_state.outcome IS 'What became of it by that decision.';
COMMENT ON COLUMN quarantine_state.decision_reason IS 'Why it was decided so.';
COMMENT ON COLUMN quarantine_state.decided_by IS 'Who decided.';
COMMENT ON COLUMN quarantine_state.decided_at IS 'When.';
COMMENT ON COLUMN quarantine_state.quarantined_at IS 'When it was first refused.';
COMMENT ON COLUMN quarantine_state.run_id IS 'Run that first refused it.';
COMMENT ON COLUMN quarantine_state.capture_id IS 'Capture it came from.';
COMMENT ON COLUMN quarantine_state.warc_file IS 'File inside captures/ that holds its bytes.';
COMMENT ON COLUMN quarantine_state.warc_offset IS 'Byte offset of the record in that file.';
