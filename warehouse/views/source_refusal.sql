CREATE VIEW source_refusal AS
SELECT source_id, reason,
    reason IN ('consent_wall', 'block_page', 'soft_404', 'paywall_stub', 'landing_page', 'empty',
        'not_html', 'too_large') AS is_not_news,
    count(DISTINCT url)::INTEGER AS pages, max(quarantined_at) AS last_at,
    arg_max(url, quarantined_at) AS last_url
FROM quarantine
WHERE stage <> 'feed'
GROUP BY source_id, reason
ORDER BY source_id, pages DESC, reason;

COMMENT ON VIEW source_refusal IS
    'Why pages of each source were not taken, with their numbers.';
COMMENT ON COLUMN source_refusal.source_id IS 'Source.';
COMMENT ON COLUMN source_refusal.reason IS 'Why, in a short stable word.';
COMMENT ON COLUMN source_refusal.is_not_news IS
    'True for pages that came and were no article; false for those that did not come or were damaged.';
COMMENT ON COLUMN source_refusal.pages IS 'Addresses refused for it.';
COMMENT ON COLUMN source_refusal.last_at IS 'When that last happened.';
COMMENT ON COLUMN source_refusal.last_url IS 'To which address.';
