CREATE VIEW quality_now AS
SELECT scope, suite, expectation, subject, severity,
    arg_max(is_success, (judged_at, quality_run_id)) AS is_success,
    arg_max(unexpected_count, (judged_at, quality_run_id)) AS unexpected_count,
    arg_max(observed, (judged_at, quality_run_id)) AS observed,
    max(judged_at) AS judged_at,
    count(*) AS judged_count,
    count(*) FILTER (WHERE NOT is_success) AS failed_count,
    max(judged_at) FILTER (WHERE is_success) AS last_success_at,
    max(judged_at) FILTER (WHERE NOT is_success) AS last_failure_at
FROM quality_result r JOIN quality_run q USING (quality_run_id)
GROUP BY ALL
ORDER BY is_success, severity, failed_count DESC, suite, expectation;

COMMENT ON VIEW quality_now IS
    'How each expectation stands after its latest judgement, failing ones first, with its record over all judgements kept.';
COMMENT ON COLUMN quality_now.scope IS 'batch, warehouse or seed.';
COMMENT ON COLUMN quality_now.suite IS 'Suite of expectations.';
COMMENT ON COLUMN quality_now.expectation IS 'Expectation.';
COMMENT ON COLUMN quality_now.subject IS 'Column it judges.';
COMMENT ON COLUMN quality_now.severity IS 'critical or warning.';
COMMENT ON COLUMN quality_now.is_success IS 'Whether it held the last time.';
COMMENT ON COLUMN quality_now.unexpected_count IS 'Rows that failed the last time.';
COMMENT ON COLUMN quality_now.observed IS 'What was observed then, with examples.';
COMMENT ON COLUMN quality_now.judged_at IS 'When that was.';
COMMENT ON COLUMN quality_now.judged_count IS 'How often it was judged.';
COMMENT ON COLUMN quality_now.failed_count IS 'How often it failed.';
COMMENT ON COLUMN quality_now.last_success_at IS 'When it last held; null if never.';
COMMENT ON COLUMN quality_now.last_failure_at IS 'When it last failed; null if never.';
