CREATE VIEW source_ledger AS
SELECT source_id, count(*)::INTEGER AS discovered,
    (count(*) FILTER (state = 'taken'))::INTEGER AS taken,
    (count(*) FILTER (state = 'waiting'))::INTEGER AS waiting,
    (count(*) FILTER (state = 'unreachable'))::INTEGER AS unreachable,
    (count(*) FILTER (state = 'refused'))::INTEGER AS refused,
    (count(*) FILTER (state = 'removed'))::INTEGER AS removed,
    count(*) = count(*) FILTER (state IN ('taken', 'waiting', 'unreachable', 'refused', 'removed'))
        AS is_balanced
FROM url_ledger
GROUP BY source_id
ORDER BY source_id;

COMMENT ON VIEW source_ledger IS
    'The sums of url_ledger by source: what was discovered is what was taken, waits, or was refused.';
COMMENT ON COLUMN source_ledger.source_id IS 'Source.';
COMMENT ON COLUMN source_ledger.discovered IS 'Addresses it named.';
COMMENT ON COLUMN source_ledger.taken IS 'Articles.';
COMMENT ON COLUMN source_ledger.waiting IS 'To be tried again.';
COMMENT ON COLUMN source_ledger.unreachable IS 'Could not be fetched.';
COMMENT ON COLUMN source_ledger.refused IS 'Fetched, and no article.';
COMMENT ON COLUMN source_ledger.removed IS 'Articles that are gone since.';
COMMENT ON COLUMN source_ledger.is_balanced IS 'Whether the states sum up to what was discovered.';
