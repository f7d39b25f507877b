CREATE VIEW event_timeline AS
SELECT date_start, date_end, date_precision, track, type, status, headline, mediators, venue,
    origin_count, event_id
FROM event
WHERE verdict IS DISTINCT FROM 'rejected'
ORDER BY date_start NULLS LAST, type, event_id;

COMMENT ON VIEW event_timeline IS
    'Events by the day they happened: the chronicle.';
COMMENT ON COLUMN event_timeline.date_start IS 'First day; null where nothing dates the event.';
COMMENT ON COLUMN event_timeline.date_end IS 'Last day.';
COMMENT ON COLUMN event_timeline.date_precision IS 'day, week, month, year or unknown.';
COMMENT ON COLUMN event_timeline.track IS 'Track.';
COMMENT ON COLUMN event_timeline.type IS 'Type.';
COMMENT ON COLUMN event_timeline.status IS 'Status.';
COMMENT ON COLUMN event_timeline.headline IS 'In English, built from the slots.';
COMMENT ON COLUMN event_timeline.mediators IS 'Who mediates.';
COMMENT ON COLUMN event_timeline.venue IS 'Place.';
COMMENT ON COLUMN event_timeline.origin_count IS 'Independent origins that tell it.';
COMMENT ON COLUMN event_timeline.event_id IS 'Event.';
