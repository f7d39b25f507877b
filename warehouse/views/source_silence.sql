CREATE VIEW source_silence AS
WITH present AS (
    SELECT coalesce(max(started_at), TIMESTAMPTZ '1970-01-01 00:00:00+00') AS at FROM run
), last AS (
    SELECT source_id, max(coalesce(published_at, first_seen_at)) AS last_at,
        count(*) AS article_count
    FROM article GROUP BY source_id
), daily AS (
    SELECT a.source_id, count(*) / greatest(1.0, least(56.0,
        date_diff('hour', min(a.first_seen_at), any_value(p.at)) / 24.0)) AS a_day
    FROM article a, present p
    WHERE coalesce(a.published_at, a.first_seen_at) > p.at - INTERVAL 56 DAY
    GROUP BY a.source_id
)
SELECT s.source_id, l.last_at, d.a_day AS articles_a_day,
    date_diff('minute', l.last_at, p.at) / 60.0 AS silent_hours,
    d.a_day * date_diff('minute', l.last_at, p.at) / 1440.0 AS expected_since,
    exp(-d.a_day * date_diff('minute', l.last_at, p.at) / 1440.0) AS chance,
    coalesce(l.article_count >= 10
        AND d.a_day * date_diff('minute', l.last_at, p.at) / 1440.0 >= 7, false) AS is_alarming
FROM source s
JOIN last l USING (source_id)
LEFT JOIN daily d USING (source_id)
CROSS JOIN present p
WHERE s.is_enabled
ORDER BY chance, s.source_id;

COMMENT ON VIEW source_silence IS
    'How long each source has been silent, and how likely that is at its usual rate: the silent-zero alarm.';
COMMENT ON COLUMN source_silence.source_id IS 'Source.';
COMMENT ON COLUMN source_silence.last_at IS 'Publication (else first capture) of its latest article.';
COMMENT ON COLUMN source_silence.articles_a_day IS
    'Its articles a day over eight weeks up to the latest run.';
COMMENT ON COLUMN source_silence.silent_hours IS 'Hours from its latest article to the latest run.';
COMMENT ON COLUMN source_silence.expected_since IS 'Articles to expect in that time.';
COMMENT ON COLUMN source_silence.chance IS
    'Chance of so long a silence at its usual rate (Poisson): small means something is wrong.';
COMMENT ON COLUMN source_silence.is_alarming IS
    'True where seven articles or more were to be expected and none came.';
