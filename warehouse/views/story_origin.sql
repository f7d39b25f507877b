CREATE VIEW story_origin AS
SELECT st.story_id, st.first_published_at, st.first_source_id, s.name AS first_source_name,
    st.first_url, any_value(a.title) FILTER (a.url = st.first_url) AS first_title,
    st.article_count, st.origin_count, count(DISTINCT a.source_id)::INTEGER AS source_count,
    st.languages,
    round(date_diff('minute', min(a.published_at), max(a.published_at)) / 60, 1) AS spread_hours,
    bool_or(a.is_relevant) AS is_relevant
FROM story st
JOIN article a USING (story_id)
LEFT JOIN source s ON s.source_id = st.first_source_id
GROUP BY ALL
ORDER BY st.first_published_at DESC;

COMMENT ON VIEW story_origin IS
    'Who published each story first, and how far it went.';
COMMENT ON COLUMN story_origin.story_id IS 'Story.';
COMMENT ON COLUMN story_origin.first_published_at IS 'When the first article was published.';
COMMENT ON COLUMN story_origin.first_source_id IS 'Source that published first.';
COMMENT ON COLUMN story_origin.first_source_name IS 'Its name.';
COMMENT ON COLUMN story_origin.first_url IS 'That article.';
COMMENT ON COLUMN story_origin.first_title IS 'Its title.';
COMMENT ON COLUMN story_origin.article_count IS 'Articles in the story.';
COMMENT ON COLUMN story_origin.origin_count IS 'Independent origins among them.';
COMMENT ON COLUMN story_origin.source_count IS 'Sources that carried it.';
COMMENT ON COLUMN story_origin.languages IS 'Languages it is told in.';
COMMENT ON COLUMN story_origin.spread_hours IS 'Hours from the first to the last publication.';
COMMENT ON COLUMN story_origin.is_relevant IS 'Whether any of its articles concerns the process.';
