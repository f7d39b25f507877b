CREATE VIEW source_drift AS
WITH present AS (
    SELECT coalesce(max(started_at), TIMESTAMPTZ '1970-01-01 00:00:00+00') AS at FROM run
), placed AS (
    SELECT a.source_id, a.language, a.is_relevant, a.text_length, a.article_no, p.at,
        coalesce(a.published_at, a.first_seen_at) AS told_at,
        floor(date_diff('minute', coalesce(a.published_at, a.first_seen_at), p.at) / 10080.0)
            ::INTEGER AS weeks_ago
    FROM article a, present p
    WHERE a.source_id IS NOT NULL AND coalesce(a.published_at, a.first_seen_at) <= p.at
        AND coalesce(a.published_at, a.first_seen_at) > p.at - INTERVAL 63 DAY
), life AS (
    SELECT source_id, least(8, max(weeks_ago)) AS weeks FROM placed GROUP BY source_id
), weekly AS (
    SELECT source_id, weeks_ago, count(*) AS n FROM placed GROUP BY ALL
), volume AS (
    SELECT source_id, coalesce(sum(n) FILTER (WHERE weeks_ago = 0), 0) AS recent,
        coalesce(sum(n) FILTER (WHERE weeks_ago > 0), 0) AS history,
        coalesce(sum(n * n) FILTER (WHERE weeks_ago > 0), 0) AS squares
    FROM weekly GROUP BY source_id
), kind AS (
    SELECT source_id, avg(is_relevant::INTEGER) FILTER (WHERE weeks_ago = 0) AS recent_relevant,
        avg(is_relevant::INTEGER) AS relevant,
        avg(ln(text_length + 1)) FILTER (WHERE weeks_ago = 0) AS recent_log,
        avg(ln(text_length + 1)) FILTER (WHERE weeks_ago > 0) AS history_log,
        coalesce(stddev_samp(ln(text_length + 1)) FILTER (WHERE weeks_ago > 0), 0) AS history_spread
    FROM placed GROUP BY source_id
), spoken AS (
    SELECT source_id, language, count(*) FILTER (WHERE weeks_ago = 0) AS recent,
        count(*) FILTER (WHERE weeks_ago > 0) AS history
    FROM placed GROUP BY ALL
), mix AS (
    SELECT s.source_id,
        max(abs(s.recent / v.recent - s.history / v.history) / sqrt(
            greatest((s.recent + s.history) / (v.recent + v.history)
                * (1 - (s.recent + s.history) / (v.recent + v.history)), 0.0001)
            * (1 / v.recent + 1 / v.history))) AS deviation
    FROM spoken s JOIN volume v USING (source_id)
    WHERE v.recent > 0 AND v.history > 0 GROUP BY s.source_id
), told AS (
    SELECT p.source_id, count(DISTINCT p.article_no) AS relevant_count, count(m.article_no) AS mention_count
    FROM placed p LEFT JOIN mention m ON m.article_no = p.article_no AND m.is_current AND NOT m.is_in_title
    WHERE p.weeks_ago = 0 AND p.is_relevant GROUP BY p.source_id
), long AS (
    SELECT source_id, median(text_length)::DOUBLE AS median_chars, sum(text_length) AS chars
    FROM placed WHERE weeks_ago = 0 AND is_relevant GROUP BY source_id
)
SELECT v.source_id, v.recent::BIGINT AS recent_count, v.history::BIGINT AS history_count,
    v.history / greatest(l.weeks, 1) AS usual_count,
    CASE WHEN l.weeks >= 3 THEN (v.recent - v.history / l.weeks) / greatest(
        sqrt(greatest(v.squares / l.weeks - pow(v.history / l.weeks, 2), 0)),
        sqrt(v.history / l.weeks), 0.15 * v.history / l.weeks, 1) END AS volume_deviation,
    k.recent_relevant AS recent_relevance, k.relevant AS usual_relevance,
    CASE WHEN v.recent > 0 AND v.history > 0 THEN (k.recent_relevant
        - (k.relevant * (v.recent + v.history) - k.recent_relevant * v.recent) / v.history)
        / sqrt(greatest(k.relevant * (1 - k.relevant), 0.01) * (1 / v.recent + 1 / v.history))
        END AS relevance_deviation,
    x.deviation AS language_deviation,
    CASE WHEN v.recent > 0 AND v.history > 0 THEN (k.recent_log - k.history_log)
        / greatest(k.history_spread, 0.3) * sqrt(1 / (1 / v.recent + 1 / v.history))
        END AS length_deviation,
    coalesce(t.relevant_count, 0) AS recent_relevant_count,
    g.median_chars AS recent_median_chars,
    1000.0 * t.mention_count / g.chars AS recent_mention_rate
FROM volume v
JOIN life l USING (source_id)
JOIN kind k USING (source_id)
LEFT JOIN mix x USING (source_id)
LEFT JOIN told t USING (source_id)
LEFT JOIN long g USING (source_id)
ORDER BY v.source_id;

COMMENT ON VIEW source_drift IS
    'Each source''s last week (up to the latest run) against its eight weeks before: volume, relevance, languages and length, in standard deviations.';
COMMENT ON COLUMN source_drift.source_id IS 'Source.';
COMMENT ON COLUMN source_drift.recent_count IS 'Articles of the last seven days.';
COMMENT ON COLUMN source_drift.history_count IS 'Articles of the eight weeks before.';
COMMENT ON COLUMN source_drift.usual_count IS 'Articles of a usual week.';
COMMENT ON COLUMN source_drift.volume_deviation IS
    'How far the week''s volume is from the usual one, in standard deviations of a week; null before three weeks of history.';
COMMENT ON COLUMN source_drift.recent_relevance IS
    'Share of the week''s articles that concern the process.';
COMMENT ON COLUMN source_drift.usual_relevance IS 'The same share over all nine weeks.';
COMMENT ON COLUMN source_drift.relevance_deviation IS
    'Their difference in standard errors of two proportions.';
COMMENT ON COLUMN source_drift.language_deviation IS
    'The largest change of any language''s share, in standard errors of two proportions.';
COMMENT ON COLUMN source_drift.length_deviation IS
    'How far the logarithm of the texts'' length moved, in standard errors.';
COMMENT ON COLUMN source_drift.recent_relevant_count IS 'The week''s articles on the process.';
COMMENT ON COLUMN source_drift.recent_median_chars IS 'Their median length in characters.';
COMMENT ON COLUMN source_drift.recent_mention_rate IS 'Mentions per 1,000 characters of them.';
