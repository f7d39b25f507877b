CREATE VIEW event_coverage AS
WITH told AS (
    SELECT b.event_id, m.country, min(m.published_at) AS first_reported_at,
        count(DISTINCT m.origin)::INTEGER AS origin_count, count(*)::INTEGER AS mention_count,
        list_sort(list(DISTINCT m.status)) AS statuses,
        list_sort(list(DISTINCT m.language)) AS languages,
        list_sort(list(DISTINCT s.ownership) FILTER (s.ownership IS NOT NULL)) AS ownerships,
        list_sort(list(DISTINCT s.alignment) FILTER (s.alignment IS NOT NULL)) AS alignments
    FROM event_member b
    JOIN event_mention m USING (mention_id)
    LEFT JOIN source s USING (source_id)
    WHERE b.novelty <> 'retrospective' AND m.is_current
    GROUP BY b.event_id, m.country
), concerned AS (
    SELECT event_id, substr(actor, 7) AS country, part
    FROM (
        SELECT event_id, unnest(parties) AS actor, 'party' AS part FROM event
        UNION ALL
        SELECT event_id, unnest(third_parties) AS actor, 'third party' AS part FROM event
    )
    WHERE actor SIMILAR TO 'actor:[A-Z]{3}'
        AND substr(actor, 7) IN (SELECT country FROM source WHERE is_enabled)
)
SELECT e.event_id, e.headline, coalesce(told.country, concerned.country) AS country,
    coalesce(concerned.part, 'other') AS part,
    told.event_id IS NULL AS is_silent,
    coalesce(told.first_reported_at = min(told.first_reported_at)
        OVER (PARTITION BY e.event_id), false) AS is_first,
    told.first_reported_at,
    coalesce(told.origin_count, 0) AS origin_count,
    coalesce(told.mention_count, 0) AS mention_count,
    coalesce(told.statuses, []) AS statuses, coalesce(told.languages, []) AS languages,
    coalesce(told.ownerships, []) AS ownerships, coalesce(told.alignments, []) AS alignments
FROM told FULL JOIN concerned
    ON told.event_id = concerned.event_id AND told.country = concerned.country
JOIN event e ON e.event_id = coalesce(told.event_id, concerned.event_id)
WHERE e.verdict IS DISTINCT FROM 'rejected'
ORDER BY e.event_id, is_silent, told.first_reported_at, country;

COMMENT ON VIEW event_coverage IS
    'Who reported an event first, who confirmed it, and which side concerned is silent: by the country the outlets work from. Recollections do not count.';
COMMENT ON COLUMN event_coverage.event_id IS 'Event.';
COMMENT ON COLUMN event_coverage.headline IS 'In English, built from the slots.';
COMMENT ON COLUMN event_coverage.country IS 'State the outlets work from, ISO 3166-1 alpha-3; null where unknown.';
COMMENT ON COLUMN event_coverage.part IS 'party or third party where that state takes part in the event, else other.';
COMMENT ON COLUMN event_coverage.is_silent IS 'True where it takes part, has outlets in the catalogue, and none of them told the event.';
COMMENT ON COLUMN event_coverage.is_first IS 'Whether its outlets told it first.';
COMMENT ON COLUMN event_coverage.first_reported_at IS 'Publication of their first report.';
COMMENT ON COLUMN event_coverage.origin_count IS 'Independent origins among them.';
COMMENT ON COLUMN event_coverage.mention_count IS 'Coded passages.';
COMMENT ON COLUMN event_coverage.statuses IS 'Statuses they told: a side that denies shows here.';
COMMENT ON COLUMN event_coverage.languages IS 'Languages they told it in.';
COMMENT ON COLUMN event_coverage.ownerships IS 'Who owns the outlets that told it.';
COMMENT ON COLUMN event_coverage.alignments IS 'Which side those outlets stand with.';
