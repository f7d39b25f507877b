CREATE VIEW evidence_by_language AS
SELECT l.language, l.article_count, l.relevant_count,
    coalesce(p.passage_count, 0)::INTEGER AS passage_count,
    coalesce(p.event_count, 0)::INTEGER AS event_count,
    coalesce(p.only_here_count, 0)::INTEGER AS only_here_count,
    coalesce(p.first_count, 0)::INTEGER AS first_count
FROM (
    SELECT language, count(*)::INTEGER AS article_count,
        (count(*) FILTER (is_relevant))::INTEGER AS relevant_count
    FROM article GROUP BY language
) l
LEFT JOIN (
    SELECT language, sum(passages) AS passage_count, count(*) AS event_count,
        count(*) FILTER (language_count = 1) AS only_here_count,
        count(*) FILTER (rank = 1) AS first_count
    FROM (
        SELECT event_id, language, count(*) AS passages,
            count(*) OVER (PARTITION BY event_id) AS language_count,
            row_number() OVER (
                PARTITION BY event_id ORDER BY min(published_at) NULLS LAST, language) AS rank
        FROM event_member JOIN event_mention USING (mention_id)
        GROUP BY event_id, language
    )
    GROUP BY language
) p USING (language)
ORDER BY l.language;

COMMENT ON VIEW evidence_by_language IS
    'How much each language tells, and what only it tells.';
COMMENT ON COLUMN evidence_by_language.language IS 'Language.';
COMMENT ON COLUMN evidence_by_language.article_count IS 'Articles in it.';
COMMENT ON COLUMN evidence_by_language.relevant_count IS 'Those that concern the process.';
COMMENT ON COLUMN evidence_by_language.passage_count IS 'Coded passages in it.';
COMMENT ON COLUMN evidence_by_language.event_count IS 'Events told in it.';
COMMENT ON COLUMN evidence_by_language.only_here_count IS 'Events told in no other language.';
COMMENT ON COLUMN evidence_by_language.first_count IS 'Events it told first.';
