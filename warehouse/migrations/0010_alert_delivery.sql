-- Each alert's way to each channel: decided once, stored, threaded, and kept apart by channel.

ALTER TABLE alert ADD COLUMN decided_at TIMESTAMPTZ;
COMMENT ON COLUMN alert.decided_at IS
    'When it was decided which channels get it; a subscription made later gets later alerts.';
COMMENT ON COLUMN alert.alert_id IS
    'alr_ and 16 hex digits over event and causes: the same cause never alerts twice.';
COMMENT ON COLUMN alert.cause IS
    'new, status, third_party, party, venue, date, contradiction, correction or retraction.';
COMMENT ON COLUMN alert.state IS
    'pending, suppressed (beyond the alert horizon), sent, failed (given up on by a channel) or unwanted (no subscription took it).';

ALTER TABLE alert_delivery ADD COLUMN digest_id VARCHAR;
COMMENT ON COLUMN alert_delivery.digest_id IS
    'dig_ and 16 hex digits of the digest it is told in, once that is made up; null where told by itself.';
ALTER TABLE alert_delivery ADD COLUMN reference VARCHAR;
COMMENT ON COLUMN alert_delivery.reference IS
    'What the channel called the message, for updates to thread to; null where it told nothing.';
COMMENT ON COLUMN alert_delivery.state IS
    'held (not confirmed yet), queued, sending (begun, outcome unknown), sent, retry, failed (a dead letter) or skipped (not for this channel; detail says why).';
COMMENT ON COLUMN alert_delivery.attempts IS 'Attempts begun; 0 before the first.';
COMMENT ON COLUMN alert_delivery.detail IS
    'What the channel said last, or why it waits or was skipped.';
COMMENT ON COLUMN alert_delivery.next_attempt_at IS
    'Not to be sent before this moment; of what is held, when waiting ends (null: it does not).';

CREATE TABLE alert_channel (
    channel VARCHAR PRIMARY KEY,
    failures INTEGER NOT NULL,
    rests_until TIMESTAMPTZ,
    last_sent_at TIMESTAMPTZ,
    last_error VARCHAR,
    updated_at TIMESTAMPTZ NOT NULL
);
COMMENT ON TABLE alert_channel IS
    'How each channel fares: one that fails is left alone for a while.';
COMMENT ON COLUMN alert_channel.channel IS 'Channel, by the name its subscription gives it.';
COMMENT ON COLUMN alert_channel.failures IS 'Failures in a row.';
COMMENT ON COLUMN alert_channel.rests_until IS 'Not to be tried before this moment, or null.';
COMMENT ON COLUMN alert_channel.last_sent_at IS 'When it last took a message.';
COMMENT ON COLUMN alert_channel.last_error IS 'What it said when it last failed.';
COMMENT ON COLUMN alert_channel.updated_at IS 'When it was last tried.';
