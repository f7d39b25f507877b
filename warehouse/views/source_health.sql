CREATE VIEW source_health AS
SELECT s.source_id, s.name, s.country, s.language, s.kind,
    CASE
        WHEN f.is_retired THEN 'retired'
        WHEN NOT s.is_enabled THEN 'disabled'
        WHEN f.last_checked_at IS NULL AND coalesce(a.article_count, 0) = 0 THEN 'never_checked'
        WHEN f.error_count > 0 THEN 'failing'
        WHEN w.walls >= 3 AND 2 * w.walls >= w.pages THEN 'walled'
        WHEN coalesce(a.article_count, 0) = 0 THEN 'silent'
        WHEN z.is_alarming THEN 'quiet'
        ELSE 'ok'
    END AS state,
    coalesce(f.error_count, 0) AS error_count, f.error,
    nullif(concat_ws('; ', CASE WHEN f.url <> f.catalogue_url THEN 'moved for good to ' || f.url || ', mend the catalogue' END,
        f.warning), '') AS warning, f.last_status, f.last_checked_at,
    f.last_changed_at, f.next_check_at,
    coalesce(a.article_count, 0)::INTEGER AS article_count,
    coalesce(a.relevant_count, 0)::INTEGER AS relevant_count,
    a.last_published_at, coalesce(q.refused, 0)::INTEGER AS quarantine_count,
    coalesce(n.pages, 0)::INTEGER AS not_news_count, n.reasons AS not_news,
    z.articles_a_day, z.silent_hours, f.interval_seconds, f.duplicate_ratio,
    coalesce(d.counts, []) AS last_14_days,
    coalesce(f.url, s.url) AS url
FROM source s
LEFT JOIN feed f USING (source_id)
LEFT JOIN (
    SELECT source_id, count(*) AS article_count, count(*) FILTER (is_relevant) AS relevant_count,
        max(published_at) AS last_published_at
    FROM article GROUP BY source_id
) a USING (source_id)
LEFT JOIN (
    SELECT source_id, count(*) AS refused FROM quarantine GROUP BY source_id
) q USING (source_id)
LEFT JOIN (
    SELECT source_id, sum(pages) AS pages,
        string_agg(reason || ' ' || pages, ', ' ORDER BY pages DESC, reason) AS reasons
    FROM source_refusal WHERE is_not_news GROUP BY source_id
) n USING (source_id)
LEFT JOIN (
    SELECT source_id, count(DISTINCT url) AS pages, count(DISTINCT url) FILTER (reason IN
        ('consent_wall', 'block_page', 'soft_404', 'paywall_stub', 'landing_page', 'empty'))
        AS walls
    FROM capture
    WHERE kind = 'page' AND error IS NULL
        AND fetched_at > (SELECT max(started_at) FROM run) - INTERVAL 7 DAY
    GROUP BY source_id
) w USING (source_id)
LEFT JOIN source_silence z USING (source_id)
LEFT JOIN (
    SELECT source_id, list(n ORDER BY day) AS counts
    FROM (
        SELECT s.source_id, g.day, count(a.url)::INTEGER AS n
        FROM source s
        CROSS JOIN (
            SELECT unnest(range(0, 14)) AS day,
                (SELECT coalesce(max(started_at), now()) FROM run) AS at
        ) g
        LEFT JOIN article a ON a.source_id = s.source_id
            AND coalesce(a.published_at, a.first_seen_at) > g.at - to_days((14 - g.day)::INTEGER)
            AND coalesce(a.published_at, a.first_seen_at) <= g.at - to_days((13 - g.day)::INTEGER)
        GROUP BY ALL
    )
    GROUP BY source_id
) d USING (source_id)
ORDER BY s.source_id;

COMMENT ON VIEW source_health IS
    'Each source: whether it answers, and what it gives.';
COMMENT ON COLUMN source_health.source_id IS 'Source.';
COMMENT ON COLUMN source_health.name IS 'Name.';
COMMENT ON COLUMN source_health.country IS 'State it works from.';
COMMENT ON COLUMN source_health.language IS 'Language it mostly writes in.';
COMMENT ON COLUMN source_health.kind IS 'How it is read.';
COMMENT ON COLUMN source_health.state IS 'ok, failing, walled (at least three pages of the last seven days, and half of them, were walls, stubs or lists instead of articles), quiet (silent for longer than its rate explains), retired, disabled, silent (no article yet) or never_checked.';
COMMENT ON COLUMN source_health.error_count IS 'Failures in a row.';
COMMENT ON COLUMN source_health.error IS 'What went wrong last.';
COMMENT ON COLUMN source_health.warning IS 'What was odd about the last readable body, and whether it has moved for good; or null.';
COMMENT ON COLUMN source_health.last_status IS 'HTTP status of the last answer.';
COMMENT ON COLUMN source_health.last_checked_at IS 'When it was last asked.';
COMMENT ON COLUMN source_health.last_changed_at IS 'When its feed last differed.';
COMMENT ON COLUMN source_health.next_check_at IS 'Not to be asked before.';
COMMENT ON COLUMN source_health.article_count IS 'Articles it gave.';
COMMENT ON COLUMN source_health.relevant_count IS 'Those that concern the process.';
COMMENT ON COLUMN source_health.last_published_at IS 'Publication of its latest article.';
COMMENT ON COLUMN source_health.quarantine_count IS 'Pages of it that were refused.';
COMMENT ON COLUMN source_health.not_news_count IS 'Those that were answered and were no article.';
COMMENT ON COLUMN source_health.not_news IS 'What they were instead, with their numbers, or null; source_refusal has them as rows.';
COMMENT ON COLUMN source_health.url IS 'Address asked.';
COMMENT ON COLUMN source_health.articles_a_day IS 'Articles a day over eight weeks.';
COMMENT ON COLUMN source_health.silent_hours IS 'Hours from its latest article to the latest run.';
COMMENT ON COLUMN source_health.interval_seconds IS 'How often it is asked now, in seconds.';
COMMENT ON COLUMN source_health.duplicate_ratio IS 'Share of its last answer that was known.';
COMMENT ON COLUMN source_health.last_14_days IS 'Articles on each of the last fourteen days, oldest first.';
