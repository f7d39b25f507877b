CREATE VIEW quality_by_day AS
SELECT (q.judged_at AT TIME ZONE 'UTC')::DATE AS day, q.scope, r.suite,
    count(DISTINCT q.quality_run_id) AS judgement_count,
    count(*) AS result_count,
    count(*) FILTER (WHERE NOT r.is_success AND r.severity = 'critical') AS critical_failures,
    count(*) FILTER (WHERE NOT r.is_success AND r.severity = 'warning') AS warnings,
    coalesce(list_sort(list_distinct(list(r.expectation) FILTER (WHERE NOT r.is_success))), [])
        AS failed
FROM quality_run q JOIN quality_result r USING (quality_run_id)
GROUP BY ALL
ORDER BY day DESC, q.scope, r.suite;

COMMENT ON VIEW quality_by_day IS 'What quality runs found, day by day and suite by suite.';
COMMENT ON COLUMN quality_by_day.day IS 'Day, UTC.';
COMMENT ON COLUMN quality_by_day.scope IS 'batch, warehouse or seed.';
COMMENT ON COLUMN quality_by_day.suite IS 'Suite of expectations.';
COMMENT ON COLUMN quality_by_day.judgement_count IS 'Judgements.';
COMMENT ON COLUMN quality_by_day.result_count IS 'Results of expectations.';
COMMENT ON COLUMN quality_by_day.critical_failures IS 'Critical ones that failed.';
COMMENT ON COLUMN quality_by_day.warnings IS 'Warnings.';
COMMENT ON COLUMN quality_by_day.failed IS 'Expectations that failed that day.';
