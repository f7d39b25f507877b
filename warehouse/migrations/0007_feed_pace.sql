-- How a source is paced, and whether its validators can be believed.

ALTER TABLE feed ADD COLUMN asked_seconds INTEGER;
COMMENT ON COLUMN feed.asked_seconds IS
    'Pause the feed or its server asks for (ttl, Cache-Control), in seconds, or null.';
ALTER TABLE feed ADD COLUMN skip_hours INTEGER[];
COMMENT ON COLUMN feed.skip_hours IS 'Hours of GMT in which the feed asks to be spared.';
ALTER TABLE feed ADD COLUMN skip_days INTEGER[];
COMMENT ON COLUMN feed.skip_days IS 'Days on which the feed asks to be spared, Monday being 0.';
ALTER TABLE feed ADD COLUMN duplicate_ratio DOUBLE;
COMMENT ON COLUMN feed.duplicate_ratio IS
    'Share of the last answer''s items that were known before: what the pause follows.';
ALTER TABLE feed ADD COLUMN last_full_at TIMESTAMPTZ;
COMMENT ON COLUMN feed.last_full_at IS
    'When a whole body was last had: after a day of 304 one is asked for without validators.';
ALTER TABLE feed ADD COLUMN are_validators_false BOOLEAN;
COMMENT ON COLUMN feed.are_validators_false IS
    'True for a server caught answering 304 though its body had changed: its validators are not used.';
