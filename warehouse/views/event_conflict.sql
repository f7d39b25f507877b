CREATE VIEW event_conflict AS
SELECT event_id, headline, slot, value_pair ->> 0 AS value,
    json_array_length(value_pair, '$[1]')::INTEGER AS mention_count,
    from_json(value_pair -> 1, '["VARCHAR"]') AS mention_ids
FROM (
    SELECT event_id, headline, conflict ->> 'slot' AS slot,
        unnest(from_json(conflict -> 'values', '["JSON"]')) AS value_pair
    FROM (
        SELECT event_id, headline, unnest(from_json(conflicts, '["JSON"]')) AS conflict
        FROM event WHERE conflict_count > 0
    )
);

COMMENT ON VIEW event_conflict IS
    'What the mentions of an event disagree on: one row a value.';
COMMENT ON COLUMN event_conflict.event_id IS 'Event.';
COMMENT ON COLUMN event_conflict.headline IS 'Headline of the event.';
COMMENT ON COLUMN event_conflict.slot IS 'Slot they disagree on.';
COMMENT ON COLUMN event_conflict.value IS 'A value, as JSON.';
COMMENT ON COLUMN event_conflict.mention_count IS 'Mentions that say so.';
COMMENT ON COLUMN event_conflict.mention_ids IS 'Those mentions.';
