CREATE VIEW quality_summary AS
SELECT q.judged_at, q.quality_run_id, q.run_id, q.scope, q.has_run, q.note, q.result_count,
    q.critical_failures, q.warnings,
    coalesce(list_sort(list(r.suite || ': ' || r.expectation || ' (' || r.subject || ')')
        FILTER (NOT r.is_success)), []) AS failed
FROM quality_run q
LEFT JOIN quality_result r USING (quality_run_id)
GROUP BY ALL
ORDER BY q.judged_at DESC, q.quality_run_id;

COMMENT ON VIEW quality_summary IS
    'Each judgement with what failed in it, newest first.';
COMMENT ON COLUMN quality_summary.judged_at IS 'When.';
COMMENT ON COLUMN quality_summary.quality_run_id IS 'Judgement.';
COMMENT ON COLUMN quality_summary.run_id IS 'Run.';
COMMENT ON COLUMN quality_summary.scope IS 'batch, warehouse or seed.';
COMMENT ON COLUMN quality_summary.has_run IS 'False when it could not run; note says why.';
COMMENT ON COLUMN quality_summary.note IS 'Remark.';
COMMENT ON COLUMN quality_summary.result_count IS 'Expectations judged.';
COMMENT ON COLUMN quality_summary.critical_failures IS 'Critical ones that failed.';
COMMENT ON COLUMN quality_summary.warnings IS 'Warnings.';
COMMENT ON COLUMN quality_summary.failed IS 'What failed: suite, expectation and subject.';
