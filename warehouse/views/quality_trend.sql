CREATE VIEW quality_trend AS
WITH told AS (
    SELECT q.judged_at, q.quality_run_id, q.run_id, q.scope, r.suite, r.expectation, r.subject,
        r.severity, r.is_success, r.unexpected_count, r.observed
    FROM quality_result r JOIN quality_run q USING (quality_run_id)
)
SELECT *,
    lag(unexpected_count) OVER earlier AS previous_count,
    unexpected_count - lag(unexpected_count) OVER earlier AS change,
    avg((NOT is_success)::INTEGER) OVER ten AS failed_share,
    avg(unexpected_count) OVER ten AS usual_count,
    max(judged_at) FILTER (WHERE is_success) OVER earlier AS last_success_at,
    coalesce(is_success <> lag(is_success) OVER earlier, NOT is_success) AS is_turn
FROM told
WINDOW earlier AS (PARTITION BY scope, suite, expectation ORDER BY judged_at, quality_run_id),
    ten AS (PARTITION BY scope, suite, expectation ORDER BY judged_at, quality_run_id
        ROWS BETWEEN 9 PRECEDING AND CURRENT ROW)
ORDER BY suite, expectation, judged_at, quality_run_id;

COMMENT ON VIEW quality_trend IS
    'Every expectation over the runs: what it found, what it found before, and since when it holds or fails.';
COMMENT ON COLUMN quality_trend.judged_at IS 'When it was judged.';
COMMENT ON COLUMN quality_trend.quality_run_id IS 'Judgement.';
COMMENT ON COLUMN quality_trend.run_id IS 'Run it belongs to.';
COMMENT ON COLUMN quality_trend.scope IS 'batch, warehouse or seed.';
COMMENT ON COLUMN quality_trend.suite IS 'Suite of expectations.';
COMMENT ON COLUMN quality_trend.expectation IS 'Expectation.';
COMMENT ON COLUMN quality_trend.subject IS 'Column it judged.';
COMMENT ON COLUMN quality_trend.severity IS 'critical or warning.';
COMMENT ON COLUMN quality_trend.is_success IS 'Whether it held.';
COMMENT ON COLUMN quality_trend.unexpected_count IS 'Rows that failed.';
COMMENT ON COLUMN quality_trend.observed IS 'What was observed, with examples.';
COMMENT ON COLUMN quality_trend.previous_count IS 'Rows that failed the time before.';
COMMENT ON COLUMN quality_trend.change IS 'How many more that is.';
COMMENT ON COLUMN quality_trend.failed_share IS
    'Share of the last ten judgements, this one included, in which it failed.';
COMMENT ON COLUMN quality_trend.usual_count IS 'Mean of the rows that failed in these.';
COMMENT ON COLUMN quality_trend.last_success_at IS
    'When it last held, this time included; null if never.';
COMMENT ON COLUMN quality_trend.is_turn IS
    'True where it began to fail, or to hold again.';
