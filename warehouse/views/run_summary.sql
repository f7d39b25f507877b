CREATE VIEW run_summary AS
SELECT r.run_id, r.kind, r.status, r.started_at,
    date_diff('millisecond', r.started_at, r.finished_at) / 1000 AS seconds, r.exit_code,
    coalesce(c.n, 0)::INTEGER AS captures, coalesce(a.n, 0)::INTEGER AS articles_new,
    coalesce(v.n, 0)::INTEGER AS versions, coalesce(q.n, 0)::INTEGER AS quarantined,
    coalesce(e.fresh, 0)::INTEGER AS events_new, coalesce(e.later, 0)::INTEGER AS beliefs_changed,
    coalesce(al.n, 0)::INTEGER AS alerts, coalesce(qr.n, 0)::INTEGER AS critical_failures
FROM run r
LEFT JOIN (SELECT run_id, count(*) AS n FROM capture GROUP BY run_id) c USING (run_id)
LEFT JOIN (SELECT first_run_id AS run_id, count(*) AS n FROM article GROUP BY 1) a USING (run_id)
LEFT JOIN (SELECT run_id, count(*) AS n FROM article_version GROUP BY run_id) v USING (run_id)
LEFT JOIN (SELECT run_id, count(*) AS n FROM quarantine GROUP BY run_id) q USING (run_id)
LEFT JOIN (
    SELECT run_id, count(*) FILTER (version = 1) AS fresh, count(*) FILTER (version > 1) AS later
    FROM event_version GROUP BY run_id
) e USING (run_id)
LEFT JOIN (SELECT run_id, count(*) AS n FROM alert GROUP BY run_id) al USING (run_id)
LEFT JOIN (
    SELECT run_id, sum(critical_failures) AS n FROM quality_run GROUP BY run_id
) qr USING (run_id)
ORDER BY r.started_at DESC, r.run_id;

COMMENT ON VIEW run_summary IS
    'Each run: how it ended and what it counted, newest first.';
COMMENT ON COLUMN run_summary.run_id IS 'Run.';
COMMENT ON COLUMN run_summary.kind IS 'What ran.';
COMMENT ON COLUMN run_summary.status IS 'How it ended; running long after its start means it was killed.';
COMMENT ON COLUMN run_summary.started_at IS 'When it began.';
COMMENT ON COLUMN run_summary.seconds IS 'How long it took.';
COMMENT ON COLUMN run_summary.exit_code IS 'Exit code.';
COMMENT ON COLUMN run_summary.captures IS 'Fetches.';
COMMENT ON COLUMN run_summary.articles_new IS 'Articles first taken in.';
COMMENT ON COLUMN run_summary.versions IS 'Versions of articles taken in.';
COMMENT ON COLUMN run_summary.quarantined IS 'Things refused for the first time.';
COMMENT ON COLUMN run_summary.events_new IS 'Events first known.';
COMMENT ON COLUMN run_summary.beliefs_changed IS 'Changes of belief about known events.';
COMMENT ON COLUMN run_summary.alerts IS 'Alerts caused.';
COMMENT ON COLUMN run_summary.critical_failures IS 'Critical expectations that failed.';
