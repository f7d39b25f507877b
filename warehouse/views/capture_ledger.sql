CREATE VIEW capture_ledger AS
SELECT c.run_id, r.started_at, c.kind, count(*)::INTEGER AS captured,
    (count(*) FILTER (outcome = 'new'))::INTEGER AS taken_new,
    (count(*) FILTER (outcome = 'changed'))::INTEGER AS taken_changed,
    (count(*) FILTER (outcome = 'unchanged'))::INTEGER AS unchanged,
    (count(*) FILTER (outcome = 'quarantined'))::INTEGER AS quarantined,
    (count(*) FILTER (error IS NOT NULL))::INTEGER AS failed,
    count(*) = count(*) FILTER (outcome IN ('new', 'changed', 'unchanged', 'quarantined'))
        AS is_balanced,
    sum(size_bytes)::BIGINT AS size_bytes
FROM capture c
LEFT JOIN run r USING (run_id)
GROUP BY ALL
ORDER BY r.started_at DESC, c.run_id, c.kind;

COMMENT ON VIEW capture_ledger IS
    'Every fetch of every run in exactly one state: the sums that must add up.';
COMMENT ON COLUMN capture_ledger.run_id IS 'Run.';
COMMENT ON COLUMN capture_ledger.started_at IS 'When the run began.';
COMMENT ON COLUMN capture_ledger.kind IS 'page, feed or file.';
COMMENT ON COLUMN capture_ledger.captured IS 'Fetches.';
COMMENT ON COLUMN capture_ledger.taken_new IS 'Led to a new article (or a changed feed).';
COMMENT ON COLUMN capture_ledger.taken_changed IS 'Led to a new version.';
COMMENT ON COLUMN capture_ledger.unchanged IS 'Nothing new.';
COMMENT ON COLUMN capture_ledger.quarantined IS 'Refused.';
COMMENT ON COLUMN capture_ledger.failed IS 'Of all fetches, those without a usable body.';
COMMENT ON COLUMN capture_ledger.is_balanced IS 'Whether the four states sum up to the fetches.';
COMMENT ON COLUMN capture_ledger.size_bytes IS 'Bytes fetched.';
