CREATE VIEW track_activity AS
SELECT track, count(*)::INTEGER AS event_count,
    (count(*) FILTER (status IN ('held', 'signed', 'initialled', 'ratified', 'in_force', 'done',
        'under_way')))::INTEGER AS held_count,
    (count(*) FILTER (status IN ('planned', 'agreed')))::INTEGER AS planned_count,
    min(date_start) AS first_date, max(date_start) AS last_date,
    max_by(headline, (coalesce(date_start, DATE '0001-01-01'), event_id)) AS last_headline,
    list_sort(list_distinct(flatten(list(mediators)))) AS mediators
FROM event
WHERE verdict IS DISTINCT FROM 'rejected'
GROUP BY track
ORDER BY last_date DESC NULLS LAST, track;

COMMENT ON VIEW track_activity IS
    'Each track of the process: how much happened, and what last.';
COMMENT ON COLUMN track_activity.track IS 'Track; null for events that belong to none.';
COMMENT ON COLUMN track_activity.event_count IS 'Events.';
COMMENT ON COLUMN track_activity.held_count IS 'Meetings held, instruments and deeds done.';
COMMENT ON COLUMN track_activity.planned_count IS 'Planned or agreed, not yet done.';
COMMENT ON COLUMN track_activity.first_date IS 'Earliest day.';
COMMENT ON COLUMN track_activity.last_date IS 'Latest day.';
COMMENT ON COLUMN track_activity.last_headline IS 'Headline of the latest.';
COMMENT ON COLUMN track_activity.mediators IS 'Everybody who mediated in it.';
