CREATE VIEW alert_log AS
SELECT a.created_at, a.alert_id, a.event_id, a.cause, a.state, a.payload ->> 'headline' AS headline,
    coalesce(list_sort(list(d.channel) FILTER (d.state = 'sent')), []) AS sent_to,
    coalesce(list_sort(list(d.channel) FILTER (d.state IN ('queued', 'sending', 'retry'))), [])
        AS open_channels,
    coalesce(list_sort(list(d.channel) FILTER (d.state = 'held')), []) AS held_channels,
    coalesce(list_sort(list(d.channel) FILTER (d.state = 'failed')), []) AS failed_channels,
    coalesce(sum(d.attempts), 0)::INTEGER AS attempts,
    max_by(d.detail, d.updated_at) FILTER (d.state <> 'skipped') AS last_detail,
    min(d.next_attempt_at) FILTER (d.state IN ('queued', 'retry')) AS next_attempt_at, a.closed_at
FROM alert a
LEFT JOIN alert_delivery d USING (alert_id)
GROUP BY ALL
ORDER BY a.created_at DESC, a.alert_id;

COMMENT ON VIEW alert_log IS
    'Alerts and how far each came, newest first.';
COMMENT ON COLUMN alert_log.created_at IS 'When it was caused.';
COMMENT ON COLUMN alert_log.alert_id IS 'Alert.';
COMMENT ON COLUMN alert_log.event_id IS 'Event it tells of.';
COMMENT ON COLUMN alert_log.cause IS 'Why: new, status, third_party, party, venue, date, contradiction, correction or retraction.';
COMMENT ON COLUMN alert_log.state IS 'pending, suppressed, sent, failed or unwanted.';
COMMENT ON COLUMN alert_log.headline IS 'Headline it carries.';
COMMENT ON COLUMN alert_log.sent_to IS 'Channels that have it.';
COMMENT ON COLUMN alert_log.open_channels IS 'Channels still to be told.';
COMMENT ON COLUMN alert_log.held_channels IS 'Channels that wait until it is confirmed.';
COMMENT ON COLUMN alert_log.failed_channels IS 'Channels given up on.';
COMMENT ON COLUMN alert_log.attempts IS 'Attempts begun on all channels.';
COMMENT ON COLUMN alert_log.last_detail IS 'What a channel said last, or why it waits.';
COMMENT ON COLUMN alert_log.next_attempt_at IS 'When a channel is due to be told next.';
COMMENT ON COLUMN alert_log.closed_at IS 'When nothing was left to send.';
