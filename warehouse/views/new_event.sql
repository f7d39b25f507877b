CREATE VIEW new_event AS
SELECT first_seen_at, event_id, type, status, track, headline, mediators, date_start, novelty,
    origin_count, event_id IN (SELECT event_id FROM alert) AS is_alerted
FROM event
WHERE verdict IS DISTINCT FROM 'rejected'
    AND first_seen_at > (SELECT max(started_at) FROM run) - INTERVAL 7 DAY
ORDER BY first_seen_at DESC, event_id;

COMMENT ON VIEW new_event IS
    'Events first known in the seven days up to the latest run, newest first.';
COMMENT ON COLUMN new_event.first_seen_at IS 'When we first knew of it.';
COMMENT ON COLUMN new_event.event_id IS 'Event.';
COMMENT ON COLUMN new_event.type IS 'Type.';
COMMENT ON COLUMN new_event.status IS 'Status.';
COMMENT ON COLUMN new_event.track IS 'Track.';
COMMENT ON COLUMN new_event.headline IS 'In English, built from the slots.';
COMMENT ON COLUMN new_event.mediators IS 'Who mediates.';
COMMENT ON COLUMN new_event.date_start IS 'First day it happened.';
COMMENT ON COLUMN new_event.novelty IS 'What its mentions were: new, retrospective, undated …';
COMMENT ON COLUMN new_event.origin_count IS 'Independent origins that tell it.';
COMMENT ON COLUMN new_event.is_alerted IS 'Whether an alert was caused (sent, pending or suppressed).';
