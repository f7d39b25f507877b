-- Coded passages, the persistent events they join, and the log that explains it.

CREATE TABLE event_mention (
    mention_id VARCHAR NOT NULL,
    url VARCHAR NOT NULL,
    text_digest VARCHAR NOT NULL,
    is_current BOOLEAN NOT NULL,
    source_id VARCHAR,
    origin VARCHAR NOT NULL,
    country VARCHAR,
    story_id VARCHAR NOT NULL,
    language VARCHAR NOT NULL,
    published_at TIMESTAMPTZ,
    seen_at TIMESTAMPTZ NOT NULL,
    run_id VARCHAR NOT NULL,
    type VARCHAR NOT NULL,
    status VARCHAR NOT NULL,
    track VARCHAR,
    third_parties VARCHAR[] NOT NULL,
    mediators VARCHAR[] NOT NULL,
    hosts VARCHAR[] NOT NULL,
    parties VARCHAR[] NOT NULL,
    initiators VARCHAR[] NOT NULL,
    persons VARCHAR[] NOT NULL,
    venue VARCHAR,
    venue_country VARCHAR,
    made_at VARCHAR,
    status_by VARCHAR,
    date_start DATE,
    date_end DATE,
    date_precision VARCHAR NOT NULL,
    date_basis VARCHAR,
    announced_on DATE,
    document VARCHAR,
    outcome VARCHAR,
    novelty VARCHAR NOT NULL,
    cameo VARCHAR,
    plover VARCHAR,
    claim_source VARCHAR,
    headline VARCHAR NOT NULL,
    confidence DOUBLE NOT NULL,
    quote VARCHAR,
    quote_start INTEGER,
    quote_end INTEGER,
    quote_source_start INTEGER,
    quote_source_end INTEGER,
    trigger_rule VARCHAR NOT NULL,
    payload JSON NOT NULL
);
COMMENT ON TABLE event_mention IS
    'A coded passage of one article.';
COMMENT ON COLUMN event_mention.mention_id IS
    'evm_ and 24 hex digits over URL, type and quote: stable across runs.';
COMMENT ON COLUMN event_mention.url IS 'Article the passage is in.';
COMMENT ON COLUMN event_mention.text_digest IS 'Digest of the version of the text it was found in.';
COMMENT ON COLUMN event_mention.is_current IS
    'False once a newer version of the article no longer says it.';
COMMENT ON COLUMN event_mention.source_id IS 'Source of the article.';
COMMENT ON COLUMN event_mention.origin IS 'Independent origin it counts for.';
COMMENT ON COLUMN event_mention.country IS 'State the source works from, ISO 3166-1 alpha-3.';
COMMENT ON COLUMN event_mention.story_id IS 'Story of the article.';
COMMENT ON COLUMN event_mention.language IS 'Language of the article.';
COMMENT ON COLUMN event_mention.published_at IS 'When the article was published.';
COMMENT ON COLUMN event_mention.seen_at IS 'When it was first captured (belief time).';
COMMENT ON COLUMN event_mention.run_id IS 'Run that took it in.';
COMMENT ON COLUMN event_mention.type IS 'Type of the event.';
COMMENT ON COLUMN event_mention.status IS 'Status, as the type allows.';
COMMENT ON COLUMN event_mention.track IS 'Track of the process, or null.';
COMMENT ON COLUMN event_mention.third_parties IS 'Ids of all third parties, whatever their role.';
COMMENT ON COLUMN event_mention.mediators IS
    'Third parties that mediate: roles mediator, good_offices or intermediary; empty means direct.';
COMMENT ON COLUMN event_mention.hosts IS
    'Third parties with the role host: who hosts is not who mediates.';
COMMENT ON COLUMN event_mention.parties IS 'Ids of the parties.';
COMMENT ON COLUMN event_mention.initiators IS 'Whose move it was.';
COMMENT ON COLUMN event_mention.persons IS 'Persons named for parties and third parties.';
COMMENT ON COLUMN event_mention.venue IS 'Place of the talks, or null.';
COMMENT ON COLUMN event_mention.venue_country IS 'State the place lies in, ISO 3166-1 alpha-3.';
COMMENT ON COLUMN event_mention.made_at IS 'Place a speech act was made at.';
COMMENT ON COLUMN event_mention.status_by IS 'Who cancelled, postponed or denied.';
COMMENT ON COLUMN event_mention.date_start IS 'First day, as far as known.';
COMMENT ON COLUMN event_mention.date_end IS 'Last day, inclusive.';
COMMENT ON COLUMN event_mention.date_precision IS 'day, week, month, year or unknown.';
COMMENT ON COLUMN event_mention.date_basis IS 'text, relative, inferred, external or null.';
COMMENT ON COLUMN event_mention.announced_on IS 'Day it was announced.';
COMMENT ON COLUMN event_mention.document IS 'Document agreed, initialled or signed.';
COMMENT ON COLUMN event_mention.outcome IS 'Outcome, where told.';
COMMENT ON COLUMN event_mention.novelty IS
    'new, update, confirmation, contradiction, correction, retrospective or undated.';
COMMENT ON COLUMN event_mention.cameo IS 'CAMEO code by crosswalk.';
COMMENT ON COLUMN event_mention.plover IS 'PLOVER event, mode and context by crosswalk.';
COMMENT ON COLUMN event_mention.claim_source IS 'Who claims it, where it is a claim.';
COMMENT ON COLUMN event_mention.headline IS 'In English, built from the slots.';
COMMENT ON COLUMN event_mention.confidence IS 'Confidence of the coding, 0 to 1.';
COMMENT ON COLUMN event_mention.quote IS 'The passage that proves it, first piece.';
COMMENT ON COLUMN event_mention.quote_start IS 'First code point of the quote in the text.';
COMMENT ON COLUMN event_mention.quote_end IS 'One past its last.';
COMMENT ON COLUMN event_mention.quote_source_start IS
    'First code point in the plain-text original, null for HTML.';
COMMENT ON COLUMN event_mention.quote_source_end IS 'One past its last.';
COMMENT ON COLUMN event_mention.trigger_rule IS 'The rule that fired and what gave each slot.';
COMMENT ON COLUMN event_mention.payload IS 'The whole mention, lossless (warehouse/codec.py).';

CREATE TABLE event_block (
    block_key VARCHAR NOT NULL,
    mention_id VARCHAR NOT NULL
);
COMMENT ON TABLE event_block IS
    'Keys under which a mention is looked up when identity seeks what it may join.';
COMMENT ON COLUMN event_block.block_key IS
    'Key: type group, party and mediator sets, date window …, as identity wrote it.';
COMMENT ON COLUMN event_block.mention_id IS 'Coded passage.';

CREATE TABLE event_member (
    mention_id VARCHAR NOT NULL,
    event_id VARCHAR NOT NULL,
    novelty VARCHAR NOT NULL
);
COMMENT ON TABLE event_member IS
    'Which event a coded passage belongs to.';
COMMENT ON COLUMN event_member.mention_id IS 'Coded passage; belongs to one event.';
COMMENT ON COLUMN event_member.event_id IS 'Event.';
COMMENT ON COLUMN event_member.novelty IS
    'What the passage was to the event: new, update, confirmation, contradiction, correction, retrospective or undated.';

CREATE TABLE event (
    event_id VARCHAR PRIMARY KEY,
    type VARCHAR NOT NULL,
    status VARCHAR NOT NULL,
    track VARCHAR,
    third_parties VARCHAR[] NOT NULL,
    mediators VARCHAR[] NOT NULL,
    hosts VARCHAR[] NOT NULL,
    parties VARCHAR[] NOT NULL,
    initiators VARCHAR[] NOT NULL,
    persons VARCHAR[] NOT NULL,
    venue VARCHAR,
    venue_country VARCHAR,
    made_at VARCHAR,
    status_by VARCHAR,
    date_start DATE,
    date_end DATE,
    date_precision VARCHAR NOT NULL,
    date_basis VARCHAR,
    announced_on DATE,
    document VARCHAR,
    outcome VARCHAR,
    novelty VARCHAR NOT NULL,
    cameo VARCHAR,
    plover VARCHAR,
    claim_source VARCHAR,
    headline VARCHAR NOT NULL,
    confidence DOUBLE NOT NULL,
    origins VARCHAR[] NOT NULL,
    origin_count INTEGER NOT NULL,
    mention_count INTEGER NOT NULL,
    languages VARCHAR[] NOT NULL,
    conflicts JSON NOT NULL,
    conflict_count INTEGER NOT NULL,
    aliases VARCHAR[] NOT NULL,
    first_published_at TIMESTAMPTZ,
    last_published_at TIMESTAMPTZ,
    first_seen_at TIMESTAMPTZ,
    version INTEGER NOT NULL,
    payload JSON NOT NULL
);
COMMENT ON TABLE event IS
    'One deed in the world, however often it is told.';
COMMENT ON COLUMN event.event_id IS
    'evt_ and 16 hex digits, minted from the first mention and kept.';
COMMENT ON COLUMN event.type IS 'Type of the event.';
COMMENT ON COLUMN event.status IS 'Status, as the type allows.';
COMMENT ON COLUMN event.track IS 'Track of the process, or null.';
COMMENT ON COLUMN event.third_parties IS 'Ids of all third parties, whatever their role.';
COMMENT ON COLUMN event.mediators IS
    'Third parties that mediate: roles mediator, good_offices or intermediary; empty means direct.';
COMMENT ON COLUMN event.hosts IS 'Third parties with the role host: who hosts is not who mediates.';
COMMENT ON COLUMN event.parties IS 'Ids of the parties.';
COMMENT ON COLUMN event.initiators IS 'Whose move it was.';
COMMENT ON COLUMN event.persons IS 'Persons named for parties and third parties.';
COMMENT ON COLUMN event.venue IS 'Place of the talks, or null.';
COMMENT ON COLUMN event.venue_country IS 'State the place lies in, ISO 3166-1 alpha-3.';
COMMENT ON COLUMN event.made_at IS 'Place a speech act was made at.';
COMMENT ON COLUMN event.status_by IS 'Who cancelled, postponed or denied.';
COMMENT ON COLUMN event.date_start IS 'First day, as far as known.';
COMMENT ON COLUMN event.date_end IS 'Last day, inclusive.';
COMMENT ON COLUMN event.date_precision IS 'day, week, month, year or unknown.';
COMMENT ON COLUMN event.date_basis IS 'text, relative, inferred, external or null.';
COMMENT ON COLUMN event.announced_on IS 'Day it was announced.';
COMMENT ON COLUMN event.document IS 'Document agreed, initialled or signed.';
COMMENT ON COLUMN event.outcome IS 'Outcome, where told.';
COMMENT ON COLUMN event.novelty IS
    'new, update, confirmation, contradiction, correction, retrospective or undated.';
COMMENT ON COLUMN event.cameo IS 'CAMEO code by crosswalk.';
COMMENT ON COLUMN event.plover IS 'PLOVER event, mode and context by crosswalk.';
COMMENT ON COLUMN event.claim_source IS 'Who claims it, where it is a claim.';
COMMENT ON COLUMN event.headline IS 'In English, built from the slots.';
COMMENT ON COLUMN event.confidence IS 'Confidence of the coding, 0 to 1.';
COMMENT ON COLUMN event.origins IS 'Independent origins that tell it.';
COMMENT ON COLUMN event.origin_count IS 'How many they are.';
COMMENT ON COLUMN event.mention_count IS 'Coded passages that tell it.';
COMMENT ON COLUMN event.languages IS 'Languages it is told in.';
COMMENT ON COLUMN event.conflicts IS
    'Slots its mentions disagree on: [{slot, values: [[value, [mention ids]]]}].';
COMMENT ON COLUMN event.conflict_count IS 'How many slots that are.';
COMMENT ON COLUMN event.aliases IS 'Ids merged into it.';
COMMENT ON COLUMN event.first_published_at IS 'Publication of its earliest dated mention.';
COMMENT ON COLUMN event.last_published_at IS 'Publication of its latest dated mention.';
COMMENT ON COLUMN event.first_seen_at IS 'When we first knew of it (belief time).';
COMMENT ON COLUMN event.version IS 'Number of its latest version in event_version.';
COMMENT ON COLUMN event.payload IS 'The whole event, lossless (warehouse/codec.py).';

CREATE TABLE event_version (
    event_id VARCHAR NOT NULL,
    version INTEGER NOT NULL,
    believed_from TIMESTAMPTZ NOT NULL,
    run_id VARCHAR NOT NULL,
    change VARCHAR NOT NULL,
    cause_mention_id VARCHAR,
    type VARCHAR NOT NULL,
    status VARCHAR NOT NULL,
    track VARCHAR,
    third_parties VARCHAR[] NOT NULL,
    mediators VARCHAR[] NOT NULL,
    hosts VARCHAR[] NOT NULL,
    parties VARCHAR[] NOT NULL,
    initiators VARCHAR[] NOT NULL,
    persons VARCHAR[] NOT NULL,
    venue VARCHAR,
    venue_country VARCHAR,
    made_at VARCHAR,
    status_by VARCHAR,
    date_start DATE,
    date_end DATE,
    date_precision VARCHAR NOT NULL,
    date_basis VARCHAR,
    announced_on DATE,
    document VARCHAR,
    outcome VARCHAR,
    novelty VARCHAR NOT NULL,
    cameo VARCHAR,
    plover VARCHAR,
    claim_source VARCHAR,
    headline VARCHAR NOT NULL,
    confidence DOUBLE NOT NULL,
    origins VARCHAR[] NOT NULL,
    origin_count INTEGER NOT NULL,
    mention_count INTEGER NOT NULL,
    languages VARCHAR[] NOT NULL,
    conflicts JSON NOT NULL,
    conflict_count INTEGER NOT NULL,
    aliases VARCHAR[] NOT NULL,
    first_published_at TIMESTAMPTZ,
    last_published_at TIMESTAMPTZ,
    first_seen_at TIMESTAMPTZ,
    is_gone BOOLEAN NOT NULL,
    payload JSON NOT NULL
);
COMMENT ON TABLE event_version IS
    'What we believed of an event, from when, because of what: the row with the highest version believed by a date is the belief of that date.';
COMMENT ON COLUMN event_version.event_id IS 'Event.';
COMMENT ON COLUMN event_version.version IS 'Number, from 1.';
COMMENT ON COLUMN event_version.believed_from IS
    'From when this was believed: the time of the run.';
COMMENT ON COLUMN event_version.run_id IS 'Run that changed the belief.';
COMMENT ON COLUMN event_version.change IS
    'What changed: new, the slots that did (comma-separated), mentions, conflicts, merged or dissolved.';
COMMENT ON COLUMN event_version.cause_mention_id IS 'A mention that was new with this version.';
COMMENT ON COLUMN event_version.type IS 'Type of the event.';
COMMENT ON COLUMN event_version.status IS 'Status, as the type allows.';
COMMENT ON COLUMN event_version.track IS 'Track of the process, or null.';
COMMENT ON COLUMN event_version.third_parties IS 'Ids of all third parties, whatever their role.';
COMMENT ON COLUMN event_version.mediators IS
    'Third parties that mediate: roles mediator, good_offices or intermediary; empty means direct.';
COMMENT ON COLUMN event_version.hosts IS
    'Third parties with the role host: who hosts is not who mediates.';
COMMENT ON COLUMN event_version.parties IS 'Ids of the parties.';
COMMENT ON COLUMN event_version.initiators IS 'Whose move it was.';
COMMENT ON COLUMN event_version.persons IS 'Persons named for parties and third parties.';
COMMENT ON COLUMN event_version.venue IS 'Place of the talks, or null.';
COMMENT ON COLUMN event_version.venue_country IS 'State the place lies in, ISO 3166-1 alpha-3.';
COMMENT ON COLUMN event_version.made_at IS 'Place a speech act was made at.';
COMMENT ON COLUMN event_version.status_by IS 'Who cancelled, postponed or denied.';
COMMENT ON COLUMN event_version.date_start IS 'First day, as far as known.';
COMMENT ON COLUMN event_version.date_end IS 'Last day, inclusive.';
COMMENT ON COLUMN event_version.date_precision IS 'day, week, month, year or unknown.';
COMMENT ON COLUMN event_version.date_basis IS 'text, relative, inferred, external or null.';
COMMENT ON COLUMN event_version.announced_on IS 'Day it was announced.';
COMMENT ON COLUMN event_version.document IS 'Document agreed, initialled or signed.';
COMMENT ON COLUMN event_version.outcome IS 'Outcome, where told.';
COMMENT ON COLUMN event_version.novelty IS
    'new, update, confirmation, contradiction, correction, retrospective or undated.';
COMMENT ON COLUMN event_version.cameo IS 'CAMEO code by crosswalk.';
COMMENT ON COLUMN event_version.plover IS 'PLOVER event, mode and context by crosswalk.';
COMMENT ON COLUMN event_version.claim_source IS 'Who claims it, where it is a claim.';
COMMENT ON COLUMN event_version.headline IS 'In English, built from the slots.';
COMMENT ON COLUMN event_version.confidence IS 'Confidence of the coding, 0 to 1.';
COMMENT ON COLUMN event_version.origins IS 'Independent origins that tell it.';
COMMENT ON COLUMN event_version.origin_count IS 'How many they are.';
COMMENT ON COLUMN event_version.mention_count IS 'Coded passages that tell it.';
COMMENT ON COLUMN event_version.languages IS 'Languages it is told in.';
COMMENT ON COLUMN event_version.conflicts IS
    'Slots its mentions disagree on: [{slot, values: [[value, [mention ids]]]}].';
COMMENT ON COLUMN event_version.conflict_count IS 'How many slots that are.';
COMMENT ON COLUMN event_version.aliases IS 'Ids merged into it.';
COMMENT ON COLUMN event_version.first_published_at IS 'Publication of its earliest dated mention.';
COMMENT ON COLUMN event_version.last_published_at IS 'Publication of its latest dated mention.';
COMMENT ON COLUMN event_version.first_seen_at IS 'When we first knew of it (belief time).';
COMMENT ON COLUMN event_version.is_gone IS
    'True when from here on the id stands for no event (merged into another, or dissolved).';
COMMENT ON COLUMN event_version.payload IS
    'The whole event as then believed, lossless (warehouse/codec.py).';

CREATE TABLE alias (
    alias_id VARCHAR PRIMARY KEY,
    event_id VARCHAR NOT NULL,
    merged_at TIMESTAMPTZ NOT NULL,
    run_id VARCHAR NOT NULL
);
COMMENT ON TABLE alias IS
    'An id that was merged into another event.';
COMMENT ON COLUMN alias.alias_id IS 'The id that was given up.';
COMMENT ON COLUMN alias.event_id IS 'The event it now stands for.';
COMMENT ON COLUMN alias.merged_at IS 'When.';
COMMENT ON COLUMN alias.run_id IS 'Run that merged them.';

CREATE TABLE identity_step (
    run_id VARCHAR NOT NULL,
    taken_at TIMESTAMPTZ NOT NULL,
    action VARCHAR NOT NULL,
    event_id VARCHAR NOT NULL,
    mention_id VARCHAR,
    other_event_id VARCHAR,
    reason VARCHAR NOT NULL
);
COMMENT ON TABLE identity_step IS
    'One line of the log that explains an identity.';
COMMENT ON COLUMN identity_step.run_id IS 'Run that took the step.';
COMMENT ON COLUMN identity_step.taken_at IS 'When.';
COMMENT ON COLUMN identity_step.action IS 'mint, join, merge, split or keep_apart.';
COMMENT ON COLUMN identity_step.event_id IS 'Event.';
COMMENT ON COLUMN identity_step.mention_id IS 'Coded passage concerned, or null.';
COMMENT ON COLUMN identity_step.other_event_id IS
    'The other event of a merge, split or keep_apart.';
COMMENT ON COLUMN identity_step.reason IS 'Why, in words.';
