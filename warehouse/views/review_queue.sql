CREATE VIEW review_queue AS
SELECT event_id, priority, reasons, headline, type, status, track, date_start, confidence,
    origin_count, near_event_id, first_seen_at
FROM (
    SELECT e.event_id, e.headline, e.type, e.status, e.track, e.date_start, e.confidence,
        e.origin_count, e.first_seen_at, near.near_event_id,
        list_filter([
            CASE WHEN e.conflict_count > 0 THEN 'contradicted' END,
            CASE WHEN a.event_id IS NOT NULL THEN 'alerted' END,
            CASE WHEN e.confidence < 0.75 THEN 'low confidence' END,
            CASE WHEN near.near_event_id IS NOT NULL THEN 'close to another event' END,
            CASE WHEN e.track IS NULL THEN 'no track' END
        ], lambda reason: reason IS NOT NULL) AS reasons,
        (2 * (e.conflict_count > 0)::INTEGER + 2 * (a.event_id IS NOT NULL)::INTEGER
            + (e.confidence < 0.75)::INTEGER + (near.near_event_id IS NOT NULL)::INTEGER
            + (e.origin_count = 1)::INTEGER) AS priority
    FROM event e
    LEFT JOIN (SELECT DISTINCT event_id FROM alert) a USING (event_id)
    LEFT JOIN (
        SELECT event_id, max_by(other_event_id, taken_at) AS near_event_id
        FROM identity_step
        WHERE action = 'keep_apart' AND other_event_id IN (SELECT event_id FROM event)
        GROUP BY event_id
    ) near USING (event_id)
    WHERE e.verdict IS NULL
)
WHERE len(reasons) > 0
ORDER BY priority DESC, first_seen_at DESC, event_id;

COMMENT ON VIEW review_queue IS
    'Events that wait for an analyst''s decision, weightiest first, with why.';
COMMENT ON COLUMN review_queue.event_id IS 'Event.';
COMMENT ON COLUMN review_queue.priority IS 'Two for each of contradicted and alerted, one for each of the other reasons and for a single origin.';
COMMENT ON COLUMN review_queue.reasons IS 'Why: contradicted, alerted, low confidence (below 0.75), close to another event, no track.';
COMMENT ON COLUMN review_queue.headline IS 'In English, built from the slots.';
COMMENT ON COLUMN review_queue.type IS 'Type.';
COMMENT ON COLUMN review_queue.status IS 'Status.';
COMMENT ON COLUMN review_queue.track IS 'Track.';
COMMENT ON COLUMN review_queue.date_start IS 'First day, as far as known.';
COMMENT ON COLUMN review_queue.confidence IS 'Confidence of the coding.';
COMMENT ON COLUMN review_queue.origin_count IS 'Independent origins that tell it.';
COMMENT ON COLUMN review_queue.near_event_id IS 'The event it was last kept apart from, by identity''s log.';
COMMENT ON COLUMN review_queue.first_seen_at IS 'When we first knew of it.';
