CREATE VIEW pointer_coverage AS
WITH page AS (
    SELECT c.url, regexp_extract(lower(c.url), '^https?://(?:www\.)?([^/:?#]+)', 1) AS host,
        arg_min(coalesce(s.kind, ''), c.fetched_at) = 'gdelt' AS is_pointed,
        arg_max(c.article_url, c.fetched_at) AS article_url, min(c.fetched_at) AS first_at
    FROM capture c
    LEFT JOIN source s USING (source_id)
    WHERE c.kind = 'page' AND c.url LIKE 'http%'
    GROUP BY c.url
), own AS (
    SELECT regexp_extract(lower(coalesce(f.url, s.url)), '^https?://(?:www\.)?([^/:?#]+)', 1) AS host,
        list(s.source_id ORDER BY s.source_id) AS own_sources
    FROM source s
    LEFT JOIN feed f USING (source_id)
    WHERE s.kind NOT IN ('gdelt', 'warc', 'files') AND s.is_enabled
    GROUP BY ALL
)
SELECT p.host, coalesce(o.own_sources, []) AS own_sources,
    (count(*) FILTER (p.is_pointed))::INTEGER AS pointed,
    (count(*) FILTER (NOT p.is_pointed))::INTEGER AS from_own,
    (count(*) FILTER (p.is_pointed AND a.is_relevant))::INTEGER AS pointed_relevant,
    (count(*) FILTER (NOT p.is_pointed AND a.is_relevant))::INTEGER AS own_relevant,
    count(*) FILTER (p.is_pointed) / count(*) AS share_pointed,
    max(p.first_at) FILTER (p.is_pointed) AS last_pointed_at
FROM page p
LEFT JOIN own o USING (host)
LEFT JOIN article a ON a.url = p.article_url
GROUP BY ALL
HAVING count(*) FILTER (p.is_pointed) > 0
ORDER BY pointed_relevant DESC, pointed DESC, p.host;

COMMENT ON VIEW pointer_coverage IS
    'A check of completeness: sites of which GDELT named pages that their own feeds had not given by then. An address that both name counts for whichever did first.';
COMMENT ON COLUMN pointer_coverage.host IS 'Site, without www.';
COMMENT ON COLUMN pointer_coverage.own_sources IS
    'Sources of the catalogue on that site; empty means one could be added.';
COMMENT ON COLUMN pointer_coverage.pointed IS 'Pages GDELT named first.';
COMMENT ON COLUMN pointer_coverage.from_own IS 'Pages its own feeds named first.';
COMMENT ON COLUMN pointer_coverage.pointed_relevant IS
    'Of the pages GDELT named first, those that concern the process: what the feeds missed or gave late.';
COMMENT ON COLUMN pointer_coverage.own_relevant IS
    'Of the pages its own feeds named first, those that concern the process.';
COMMENT ON COLUMN pointer_coverage.share_pointed IS 'Share of its pages that GDELT named first.';
COMMENT ON COLUMN pointer_coverage.last_pointed_at IS 'When that last happened.';
