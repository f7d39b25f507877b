CREATE VIEW naming_use AS
SELECT m.entity_id, m.naming, m.surface, a.language, s.country AS source_country,
    count(*)::INTEGER AS mention_count
FROM mention m
JOIN article a USING (article_no)
LEFT JOIN source s USING (source_id)
WHERE m.is_current AND m.naming IS NOT NULL
GROUP BY ALL
ORDER BY m.entity_id, mention_count DESC, m.surface;

COMMENT ON VIEW naming_use IS
    'Which of competing names are used for a thing, by where the source works: data, not judgement.';
COMMENT ON COLUMN naming_use.entity_id IS 'Thing with competing names.';
COMMENT ON COLUMN naming_use.naming IS 'Whose usage the form is.';
COMMENT ON COLUMN naming_use.surface IS 'Form as printed.';
COMMENT ON COLUMN naming_use.language IS 'Language of the article.';
COMMENT ON COLUMN naming_use.source_country IS 'State the source works from.';
COMMENT ON COLUMN naming_use.mention_count IS 'Times it is printed.';
