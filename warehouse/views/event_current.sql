CREATE VIEW event_current AS
SELECT e.event_id, e.date_start, e.date_end, e.date_precision, e.type, e.status, e.track,
    e.headline, e.mediators, e.hosts, e.third_parties, e.parties, e.venue, e.venue_country,
    e.mention_count, e.origin_count, e.languages, e.conflict_count, e.first_published_at,
    e.first_seen_at, e.version, e.confidence, e.verdict,
    best.quote, best.url AS quote_url, best.language AS quote_language
FROM event e
LEFT JOIN (
    SELECT event_id, unnest(max_by(
        {'quote': quote, 'url': url, 'language': language},
        (novelty <> 'retrospective', confidence, mention_id)))
    FROM (
        SELECT event_member.event_id, event_member.novelty, event_mention.confidence,
            event_mention.mention_id, quote, url, language
        FROM event_member JOIN event_mention USING (mention_id)
    )
    GROUP BY event_id
) best USING (event_id)
WHERE e.verdict IS DISTINCT FROM 'rejected';

COMMENT ON VIEW event_current IS
    'Each event as it now stands, with the passage that proves it best.';
COMMENT ON COLUMN event_current.event_id IS 'Event.';
COMMENT ON COLUMN event_current.date_start IS 'First day, as far as known.';
COMMENT ON COLUMN event_current.date_end IS 'Last day.';
COMMENT ON COLUMN event_current.date_precision IS 'day, week, month, year or unknown.';
COMMENT ON COLUMN event_current.type IS 'Type.';
COMMENT ON COLUMN event_current.status IS 'Status.';
COMMENT ON COLUMN event_current.track IS 'Track.';
COMMENT ON COLUMN event_current.headline IS 'In English, built from the slots.';
COMMENT ON COLUMN event_current.mediators IS 'Who mediates; empty means direct.';
COMMENT ON COLUMN event_current.hosts IS 'Who hosts.';
COMMENT ON COLUMN event_current.third_parties IS 'All third parties.';
COMMENT ON COLUMN event_current.parties IS 'Parties.';
COMMENT ON COLUMN event_current.venue IS 'Place.';
COMMENT ON COLUMN event_current.venue_country IS 'State the place lies in.';
COMMENT ON COLUMN event_current.mention_count IS 'Coded passages that tell it.';
COMMENT ON COLUMN event_current.origin_count IS 'Independent origins that tell it.';
COMMENT ON COLUMN event_current.languages IS 'Languages it is told in.';
COMMENT ON COLUMN event_current.conflict_count IS 'Slots its mentions disagree on.';
COMMENT ON COLUMN event_current.first_published_at IS 'Publication of its earliest dated mention.';
COMMENT ON COLUMN event_current.first_seen_at IS 'When we first knew of it.';
COMMENT ON COLUMN event_current.version IS 'Number of its latest version.';
COMMENT ON COLUMN event_current.confidence IS 'Confidence of the coding.';
COMMENT ON COLUMN event_current.verdict IS 'confirmed by an analyst, or null; rejected ones are left out.';
COMMENT ON COLUMN event_current.quote IS 'Passage that proves it best.';
COMMENT ON COLUMN event_current.quote_url IS 'Article the passage is in.';
COMMENT ON COLUMN event_current.quote_language IS 'Language of the passage.';
