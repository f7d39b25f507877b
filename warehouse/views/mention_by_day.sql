CREATE VIEW mention_by_day AS
SELECT a.published_at::DATE AS day, m.entity_id, s.country AS source_country,
    count(*)::INTEGER AS mention_count, count(DISTINCT m.article_no)::INTEGER AS article_count
FROM mention m
JOIN article a USING (article_no)
LEFT JOIN source s USING (source_id)
WHERE m.is_current
GROUP BY ALL
ORDER BY day, m.entity_id, source_country;

COMMENT ON VIEW mention_by_day IS
    'Who and what is named, by day of publication and by where the source works.';
COMMENT ON COLUMN mention_by_day.day IS 'Day of publication, UTC.';
COMMENT ON COLUMN mention_by_day.entity_id IS 'Entity.';
COMMENT ON COLUMN mention_by_day.source_country IS 'State the source works from.';
COMMENT ON COLUMN mention_by_day.mention_count IS 'Times it is named.';
COMMENT ON COLUMN mention_by_day.article_count IS 'Articles that name it.';
