-- What was odd about a feed that could still be read.

ALTER TABLE feed ADD COLUMN warning VARCHAR;
COMMENT ON COLUMN feed.warning IS
    'What was odd about the last body that could be read (items recovered from malformed XML, unreadable dates), or null.';
