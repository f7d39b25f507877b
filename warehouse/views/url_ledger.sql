CREATE VIEW url_ledger AS
WITH tries AS (
    SELECT url, any_value(source_id) AS source_id, min(fetched_at) AS first_at,
        max(fetched_at) AS last_at, count(*) AS attempts,
        arg_max(outcome, fetched_at) AS outcome, arg_max_null(reason, fetched_at) AS reason,
        arg_max_null(error, fetched_at) AS error, arg_max(article_url, fetched_at) AS article_url,
        bool_or(outcome IN ('new', 'changed', 'unchanged')) AS was_taken
    FROM capture WHERE kind IN ('page', 'file') GROUP BY url
), looks AS (  -- the latest look that showed the article, or that it is gone, at any address
    SELECT article_url, arg_max_null(reason, fetched_at) AS gone_reason
    FROM capture WHERE article_url IS NOT NULL AND outcome <> 'quarantined' GROUP BY article_url
), judged AS (
    SELECT t.*, l.gone_reason,
        CASE
            WHEN t.was_taken AND l.gone_reason IN ('gone', 'http_404', 'soft_404') THEN 'removed'
            WHEN t.was_taken THEN 'taken'
            WHEN regexp_matches(coalesce(t.error, ''),
                '^(timeout|connect|connection_lost|protocol|truncated_body|dns|network|http_408|http_425|http_429|http_5\d\d)$')
                AND t.attempts < 5 THEN 'waiting'
            WHEN t.error IS NULL AND t.outcome = 'quarantined' AND t.attempts < 5
                AND t.reason IN ('timeout', 'worker_died') THEN 'waiting'
            WHEN t.error IS NOT NULL THEN 'unreachable'
            ELSE 'refused'
        END AS state
    FROM tries t
    LEFT JOIN looks l USING (article_url)
)
SELECT url, source_id, state,
    CASE state WHEN 'taken' THEN NULL WHEN 'removed' THEN gone_reason
        ELSE coalesce(error, reason) END AS reason,
    attempts::INTEGER AS attempts, first_at, last_at, article_url
FROM judged
ORDER BY last_at DESC, url;

COMMENT ON VIEW url_ledger IS
    'Every address ever discovered, in exactly one state.';
COMMENT ON COLUMN url_ledger.url IS 'Address as discovered.';
COMMENT ON COLUMN url_ledger.source_id IS 'Source that named it.';
COMMENT ON COLUMN url_ledger.state IS
    'taken (an article), waiting (failed for a passing reason, to be tried again), unreachable (failed for good), refused (fetched, and no article), or removed (an article once, gone since).';
COMMENT ON COLUMN url_ledger.reason IS 'Why, in a short stable word, where it is not taken.';
COMMENT ON COLUMN url_ledger.attempts IS 'How often it was fetched.';
COMMENT ON COLUMN url_ledger.first_at IS 'First fetch.';
COMMENT ON COLUMN url_ledger.last_at IS 'Latest fetch.';
COMMENT ON COLUMN url_ledger.article_url IS 'Canonical URL of the article it led to.';
