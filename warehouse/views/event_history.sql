CREATE VIEW event_history AS
SELECT v.event_id, v.version, v.believed_from, v.change, v.type, v.status, v.headline,
    v.origin_count, v.is_gone, m.url AS cause_url, m.quote AS cause_quote, v.run_id
FROM event_version v
LEFT JOIN event_mention m ON m.mention_id = v.cause_mention_id
ORDER BY v.event_id, v.version;

COMMENT ON VIEW event_history IS
    'How the belief about each event changed, and because of what.';
COMMENT ON COLUMN event_history.event_id IS 'Event.';
COMMENT ON COLUMN event_history.version IS 'Number of the version.';
COMMENT ON COLUMN event_history.believed_from IS 'From when it was believed.';
COMMENT ON COLUMN event_history.change IS 'What changed.';
COMMENT ON COLUMN event_history.type IS 'Type as then believed.';
COMMENT ON COLUMN event_history.status IS 'Status as then believed.';
COMMENT ON COLUMN event_history.headline IS 'Headline as then believed.';
COMMENT ON COLUMN event_history.origin_count IS 'Independent origins known then.';
COMMENT ON COLUMN event_history.is_gone IS 'True when from here on the id stands for no event.';
COMMENT ON COLUMN event_history.cause_url IS 'Article that changed the belief.';
COMMENT ON COLUMN event_history.cause_quote IS 'Passage that did.';
COMMENT ON COLUMN event_history.run_id IS 'Run.';
