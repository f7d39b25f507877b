CREATE VIEW article_current AS
SELECT a.article_no, a.url, a.title, a.language, a.published_at, a.first_seen_at, a.source_id,
    s.name AS source_name, s.country AS source_country, s.ownership, s.alignment,
    a.is_relevant, a.tracks, a.topics, a.version, a.story_id, a.relation, a.duplicate_of_url,
    st.article_count AS story_articles, st.origin_count AS story_origins,
    c.checked_at, c.gone_at, c.gone_reason, t.text
FROM article a
LEFT JOIN article_check c USING (article_no)
LEFT JOIN source s USING (source_id)
LEFT JOIN story st USING (story_id)
LEFT JOIN article_text t ON t.article_no = a.article_no AND t.version = a.version;

COMMENT ON VIEW article_current IS
    'Each article as it now stands, with its source, its story and its text.';
COMMENT ON COLUMN article_current.article_no IS 'Number of the article.';
COMMENT ON COLUMN article_current.url IS 'Canonical URL.';
COMMENT ON COLUMN article_current.title IS 'Title as printed.';
COMMENT ON COLUMN article_current.language IS 'Language of the text.';
COMMENT ON COLUMN article_current.published_at IS 'When it was published.';
COMMENT ON COLUMN article_current.first_seen_at IS 'When it was first captured.';
COMMENT ON COLUMN article_current.source_id IS 'Source.';
COMMENT ON COLUMN article_current.source_name IS 'Name of the source.';
COMMENT ON COLUMN article_current.source_country IS 'State the source works from.';
COMMENT ON COLUMN article_current.ownership IS 'Who owns the source.';
COMMENT ON COLUMN article_current.alignment IS 'Which side the source stands with.';
COMMENT ON COLUMN article_current.is_relevant IS 'Whether it concerns the process.';
COMMENT ON COLUMN article_current.tracks IS 'Tracks it is tagged with.';
COMMENT ON COLUMN article_current.topics IS 'Topics it is tagged with.';
COMMENT ON COLUMN article_current.version IS 'Number of its latest version.';
COMMENT ON COLUMN article_current.story_id IS 'Story it belongs to.';
COMMENT ON COLUMN article_current.relation IS 'How it relates to an earlier article.';
COMMENT ON COLUMN article_current.duplicate_of_url IS 'That article.';
COMMENT ON COLUMN article_current.story_articles IS 'Articles in the story.';
COMMENT ON COLUMN article_current.story_origins IS 'Independent origins that tell the story.';
COMMENT ON COLUMN article_current.text IS 'Body of the latest version.';
COMMENT ON COLUMN article_current.checked_at IS 'When it was last looked at.';
COMMENT ON COLUMN article_current.gone_at IS 'When it was found to be removed from its site, or null.';
COMMENT ON COLUMN article_current.gone_reason IS 'How it is gone: gone, http_404 or soft_404.';
