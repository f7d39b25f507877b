CREATE VIEW quarantine_summary AS
SELECT stage, reason, source_id, count(*)::INTEGER AS refused_count,
    min(quarantined_at) AS first_at, max(quarantined_at) AS last_at,
    max_by(url, (quarantined_at, quarantine_id)) AS example_url,
    max_by(detail, (quarantined_at, quarantine_id)) AS example_detail
FROM quarantine
GROUP BY ALL
ORDER BY refused_count DESC, stage, reason, source_id;

COMMENT ON VIEW quarantine_summary IS
    'What could not be processed, by stage, reason and source.';
COMMENT ON COLUMN quarantine_summary.stage IS 'Stage that refused it.';
COMMENT ON COLUMN quarantine_summary.reason IS 'Why.';
COMMENT ON COLUMN quarantine_summary.source_id IS 'Source.';
COMMENT ON COLUMN quarantine_summary.refused_count IS 'How many.';
COMMENT ON COLUMN quarantine_summary.first_at IS 'First time.';
COMMENT ON COLUMN quarantine_summary.last_at IS 'Last time.';
COMMENT ON COLUMN quarantine_summary.example_url IS 'The latest of them.';
COMMENT ON COLUMN quarantine_summary.example_detail IS 'What was said of it.';
