CREATE VIEW mediator_activity AS
SELECT mediator, date_trunc('month', date_start)::DATE AS month, track, type, status,
    count(*)::INTEGER AS event_count, max(date_start) AS last_date,
    max_by(headline, (coalesce(date_start, DATE '0001-01-01'), event_id)) AS last_headline
FROM (SELECT unnest(mediators) AS mediator, * FROM event WHERE verdict IS DISTINCT FROM 'rejected')
GROUP BY ALL
ORDER BY mediator, month, track, type, status;

COMMENT ON VIEW mediator_activity IS
    'Who mediates what: events by mediator, month, type and status.';
COMMENT ON COLUMN mediator_activity.mediator IS 'Third party with a mediating role.';
COMMENT ON COLUMN mediator_activity.month IS 'First day of the month the event began in; null where undated.';
COMMENT ON COLUMN mediator_activity.track IS 'Track.';
COMMENT ON COLUMN mediator_activity.type IS 'Type.';
COMMENT ON COLUMN mediator_activity.status IS 'Status.';
COMMENT ON COLUMN mediator_activity.event_count IS 'Events.';
COMMENT ON COLUMN mediator_activity.last_date IS 'Latest day among them.';
COMMENT ON COLUMN mediator_activity.last_headline IS 'Headline of the latest.';
