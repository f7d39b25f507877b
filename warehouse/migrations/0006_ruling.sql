-- What analysts decided, mention by mention, so that it outlives reprocessing.

ALTER TABLE event ADD COLUMN verdict VARCHAR;
COMMENT ON COLUMN event.verdict IS
    'confirmed or rejected by an analyst; null where nobody judged.';
ALTER TABLE event_version ADD COLUMN verdict VARCHAR;
COMMENT ON COLUMN event_version.verdict IS
    'confirmed or rejected by an analyst; null where nobody judged.';

COMMENT ON COLUMN event_version.change IS
    'What changed: new, the slots that did (comma-separated), verdict, mentions, conflicts, merged or dissolved.';

CREATE TABLE ruling (
    review_id VARCHAR NOT NULL,
    kind VARCHAR NOT NULL,
    mention_id VARCHAR NOT NULL,
    other_id VARCHAR,
    ruled_at TIMESTAMPTZ NOT NULL
);
COMMENT ON TABLE ruling IS
    'A review as constraints on mentions: identity keeps them whatever is told later.';
COMMENT ON COLUMN ruling.review_id IS 'Review that decided it.';
COMMENT ON COLUMN ruling.kind IS
    'confirm or reject (of one mention), together or apart (of two); of two rulings that disagree the later holds.';
COMMENT ON COLUMN ruling.mention_id IS 'Coded passage.';
COMMENT ON COLUMN ruling.other_id IS 'The other passage of a pair, else null.';
COMMENT ON COLUMN ruling.ruled_at IS 'When.';
