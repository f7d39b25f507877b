CREATE VIEW event_evidence AS
SELECT b.event_id, e.headline, m.published_at, b.novelty, m.language, m.origin, m.source_id,
    m.quote, m.quote_start, m.quote_end, m.url, a.title, m.type, m.status, m.claim_source,
    m.is_current, m.mention_id
FROM event_member b
JOIN event e USING (event_id)
JOIN event_mention m USING (mention_id)
LEFT JOIN article a USING (url)
ORDER BY b.event_id, m.published_at, m.mention_id;

COMMENT ON VIEW event_evidence IS
    'Every passage that tells of an event, in its own language.';
COMMENT ON COLUMN event_evidence.event_id IS 'Event.';
COMMENT ON COLUMN event_evidence.headline IS 'Headline of the event.';
COMMENT ON COLUMN event_evidence.published_at IS 'When the article was published.';
COMMENT ON COLUMN event_evidence.novelty IS 'What the passage was to the event.';
COMMENT ON COLUMN event_evidence.language IS 'Language of the article.';
COMMENT ON COLUMN event_evidence.origin IS 'Independent origin it counts for.';
COMMENT ON COLUMN event_evidence.source_id IS 'Source of the article.';
COMMENT ON COLUMN event_evidence.quote IS 'The passage.';
COMMENT ON COLUMN event_evidence.quote_start IS 'First code point in the text.';
COMMENT ON COLUMN event_evidence.quote_end IS 'One past its last.';
COMMENT ON COLUMN event_evidence.url IS 'Article.';
COMMENT ON COLUMN event_evidence.title IS 'Title of the article.';
COMMENT ON COLUMN event_evidence.type IS 'Type as this passage has it.';
COMMENT ON COLUMN event_evidence.status IS 'Status as this passage has it.';
COMMENT ON COLUMN event_evidence.claim_source IS 'Who claims it.';
COMMENT ON COLUMN event_evidence.is_current IS 'False where a newer version of the article no longer says it.';
COMMENT ON COLUMN event_evidence.mention_id IS 'Coded passage.';
