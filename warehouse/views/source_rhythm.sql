CREATE VIEW source_rhythm AS
WITH present AS (
    SELECT coalesce(max(started_at), TIMESTAMPTZ '1970-01-01 00:00:00+00') AS at FROM run
), life AS (
    SELECT source_id, min(first_seen_at) AS since FROM article GROUP BY source_id
), counted AS (
    SELECT a.source_id, isodow(a.published_at AT TIME ZONE 'UTC') AS weekday,
        hour(a.published_at AT TIME ZONE 'UTC') AS hour, count(*) AS article_count
    FROM article a, present p
    WHERE a.published_at > p.at - INTERVAL 56 DAY AND a.published_at <= p.at
        AND NOT a.is_published_day
    GROUP BY ALL
)
SELECT c.source_id, c.weekday::INTEGER AS weekday, c.hour::INTEGER AS hour,
    c.article_count::INTEGER AS article_count,
    c.article_count / greatest(1.0, least(8.0,
        date_diff('day', l.since, p.at) / 7.0)) AS articles_a_week
FROM counted c
JOIN life l USING (source_id)
CROSS JOIN present p
ORDER BY ALL;

COMMENT ON VIEW source_rhythm IS
    'When a source usually publishes: its articles by weekday and hour (UTC) over eight weeks up to the latest run.';
COMMENT ON COLUMN source_rhythm.source_id IS 'Source.';
COMMENT ON COLUMN source_rhythm.weekday IS 'Day of the week, Monday 1 to Sunday 7.';
COMMENT ON COLUMN source_rhythm.hour IS 'Hour of the day, UTC.';
COMMENT ON COLUMN source_rhythm.article_count IS 'Articles published in that hour of the week.';
COMMENT ON COLUMN source_rhythm.articles_a_week IS
    'The same for one week: what to expect of that hour.';
