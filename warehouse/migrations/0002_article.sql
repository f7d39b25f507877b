-- Articles, their versions and texts, and what duplicates are found by.

CREATE TABLE article (
    article_no BIGINT NOT NULL,
    url VARCHAR NOT NULL,
    source_id VARCHAR,
    title VARCHAR,
    language VARCHAR NOT NULL,
    language_confidence DOUBLE NOT NULL,
    published_at TIMESTAMPTZ,
    published_basis VARCHAR,
    is_published_day BOOLEAN NOT NULL,
    author VARCHAR,
    site_name VARCHAR,
    text_digest VARCHAR NOT NULL,
    text_length INTEGER NOT NULL,
    version INTEGER NOT NULL,
    is_relevant BOOLEAN NOT NULL,
    story_id VARCHAR NOT NULL,
    relation VARCHAR NOT NULL,
    duplicate_of_url VARCHAR,
    similarity DOUBLE,
    tracks VARCHAR[] NOT NULL,
    topics VARCHAR[] NOT NULL,
    warnings VARCHAR[] NOT NULL,
    first_seen_at TIMESTAMPTZ NOT NULL,
    changed_at TIMESTAMPTZ NOT NULL,
    first_run_id VARCHAR NOT NULL,
    run_id VARCHAR NOT NULL,
    capture_id VARCHAR NOT NULL,
    coder_version VARCHAR NOT NULL
);
COMMENT ON TABLE article IS
    'One row per canonical URL: the latest version of an article.';
COMMENT ON COLUMN article.article_no IS
    'Number of the article in this warehouse; joins the narrow tables.';
COMMENT ON COLUMN article.url IS
    'Canonical URL (file:NAME for folder documents without one); one row each.';
COMMENT ON COLUMN article.source_id IS 'Source it was found through.';
COMMENT ON COLUMN article.title IS 'Title as printed, or null: never invented.';
COMMENT ON COLUMN article.language IS 'Language of the text, ISO 639-1, or und.';
COMMENT ON COLUMN article.language_confidence IS 'How sure the identification is, 0 to 1.';
COMMENT ON COLUMN article.published_at IS 'When it was published, or null.';
COMMENT ON COLUMN article.published_basis IS
    'Where that was found: index, feed, metadata, url or text.';
COMMENT ON COLUMN article.is_published_day IS
    'True when only the day is known; the time is then midnight UTC.';
COMMENT ON COLUMN article.author IS 'Author as printed.';
COMMENT ON COLUMN article.site_name IS 'Name of the site as the page gives it.';
COMMENT ON COLUMN article.text_digest IS 'sha256 over the normalised text.';
COMMENT ON COLUMN article.text_length IS 'Length of the text in code points.';
COMMENT ON COLUMN article.version IS 'Number of the latest version, from 1.';
COMMENT ON COLUMN article.is_relevant IS 'Whether it concerns the process between the parties.';
COMMENT ON COLUMN article.story_id IS
    'Story it belongs to: the cluster of near-duplicates and retellings.';
COMMENT ON COLUMN article.relation IS
    'How it relates to an earlier article: original, same_text, near_duplicate, revision or same_story.';
COMMENT ON COLUMN article.duplicate_of_url IS 'The earlier article, or null for originals.';
COMMENT ON COLUMN article.similarity IS 'Similarity to it, 0 to 1, or null for originals.';
COMMENT ON COLUMN article.tracks IS 'Tracks of the process it is tagged with.';
COMMENT ON COLUMN article.topics IS 'Topics it is tagged with.';
COMMENT ON COLUMN article.warnings IS 'What extraction had to say about it.';
COMMENT ON COLUMN article.first_seen_at IS 'When it was first captured.';
COMMENT ON COLUMN article.changed_at IS 'When the latest version was captured.';
COMMENT ON COLUMN article.first_run_id IS 'Run that first took it in.';
COMMENT ON COLUMN article.run_id IS 'Run that took in the latest version.';
COMMENT ON COLUMN article.capture_id IS 'Capture of the latest version.';
COMMENT ON COLUMN article.coder_version IS 'Version of the coder that coded it.';

CREATE TABLE article_version (
    article_no BIGINT NOT NULL,
    url VARCHAR NOT NULL,
    version INTEGER NOT NULL,
    text_digest VARCHAR NOT NULL,
    previous_digest VARCHAR,
    title VARCHAR,
    text_length INTEGER NOT NULL,
    diff_size INTEGER NOT NULL,
    seen_at TIMESTAMPTZ NOT NULL,
    capture_id VARCHAR NOT NULL,
    run_id VARCHAR NOT NULL,
    coded_by VARCHAR NOT NULL
);
COMMENT ON TABLE article_version IS
    'Each change of an article''s text (or of the coder that read it).';
COMMENT ON COLUMN article_version.article_no IS 'Article.';
COMMENT ON COLUMN article_version.url IS 'Canonical URL.';
COMMENT ON COLUMN article_version.version IS 'Number, from 1.';
COMMENT ON COLUMN article_version.text_digest IS 'sha256 over the normalised text of this version.';
COMMENT ON COLUMN article_version.previous_digest IS
    'Digest of the version before, or null for the first.';
COMMENT ON COLUMN article_version.title IS 'Title of this version.';
COMMENT ON COLUMN article_version.text_length IS 'Length of the text in code points.';
COMMENT ON COLUMN article_version.diff_size IS
    'Characters inserted plus deleted since the version before; 0 for the first and for a re-coding.';
COMMENT ON COLUMN article_version.seen_at IS 'When this version was captured.';
COMMENT ON COLUMN article_version.capture_id IS 'Capture it came from.';
COMMENT ON COLUMN article_version.run_id IS 'Run that took it in.';
COMMENT ON COLUMN article_version.coded_by IS 'Version of the coder that coded it.';

CREATE TABLE article_text (
    article_no BIGINT NOT NULL,
    version INTEGER NOT NULL,
    text VARCHAR NOT NULL,
    removed JSON NOT NULL,
    segments JSON NOT NULL
);
COMMENT ON TABLE article_text IS
    'The texts themselves, one row a version; without indexes, since it is the bulk of the file.';
COMMENT ON COLUMN article_text.article_no IS 'Article.';
COMMENT ON COLUMN article_text.version IS 'Version of the article.';
COMMENT ON COLUMN article_text.text IS
    'Body, paragraphs parted by one newline, title excluded; offsets of mentions and evidence point into it.';
COMMENT ON COLUMN article_text.removed IS
    'What the boilerplate rules cut, with reasons: [{reason, text, source_start, source_end}].';
COMMENT ON COLUMN article_text.segments IS
    'Map back to a plain-text original: [[start, source_start, length]]; empty for HTML.';

CREATE TABLE article_search (
    article_no BIGINT NOT NULL,
    folded VARCHAR NOT NULL,
    folded_length INTEGER NOT NULL
);
COMMENT ON TABLE article_search IS
    'Title and text folded for search (case, accents, letter variants), latest version only.';
COMMENT ON COLUMN article_search.article_no IS 'Article.';
COMMENT ON COLUMN article_search.folded IS
    'Words parted by single spaces, a space at either end: see warehouse/fold.py.';
COMMENT ON COLUMN article_search.folded_length IS
    'Length of it in code points, kept so that ranking reads no text twice.';

CREATE TABLE article_check (
    article_no BIGINT PRIMARY KEY,
    checked_at TIMESTAMPTZ NOT NULL
);
COMMENT ON TABLE article_check IS
    'When an article was last looked at, kept apart so that looking changes no article.';
COMMENT ON COLUMN article_check.article_no IS 'Article.';
COMMENT ON COLUMN article_check.checked_at IS 'When its page was last fetched.';

CREATE TABLE article_feature (
    article_no BIGINT NOT NULL,
    url VARCHAR NOT NULL,
    published_at TIMESTAMPTZ,
    is_relevant BOOLEAN NOT NULL,
    signature UINTEGER[] NOT NULL,
    features JSON NOT NULL
);
COMMENT ON TABLE article_feature IS
    'What an article is compared by when duplicates are sought, latest version only.';
COMMENT ON COLUMN article_feature.article_no IS 'Article.';
COMMENT ON COLUMN article_feature.url IS 'Canonical URL.';
COMMENT ON COLUMN article_feature.published_at IS
    'When it was published, else first captured: the window stories are sought in.';
COMMENT ON COLUMN article_feature.is_relevant IS 'Whether it concerns the process.';
COMMENT ON COLUMN article_feature.signature IS 'MinHash over word 5-shingles.';
COMMENT ON COLUMN article_feature.features IS
    'Features of the story as the duplicate finder wrote them.';

CREATE TABLE signature_band (
    band UBIGINT NOT NULL,
    article_no BIGINT NOT NULL
);
COMMENT ON TABLE signature_band IS
    'Bands of the signatures: articles that share one are candidates for near-duplicates.';
COMMENT ON COLUMN signature_band.band IS
    'Hash of one band of a signature, the band''s number mixed in.';
COMMENT ON COLUMN signature_band.article_no IS 'Article.';

CREATE TABLE story (
    story_id VARCHAR PRIMARY KEY,
    first_url VARCHAR NOT NULL,
    first_source_id VARCHAR,
    first_published_at TIMESTAMPTZ,
    article_count INTEGER NOT NULL,
    origin_count INTEGER NOT NULL,
    languages VARCHAR[] NOT NULL
);
COMMENT ON TABLE story IS
    'A cluster of near-duplicates and retellings: who published first, how many tell it independently.';
COMMENT ON COLUMN story.story_id IS 'story_ and 16 hex digits over its first member''s URL.';
COMMENT ON COLUMN story.first_url IS 'Article published first.';
COMMENT ON COLUMN story.first_source_id IS 'Source of that article.';
COMMENT ON COLUMN story.first_published_at IS 'When it was published.';
COMMENT ON COLUMN story.article_count IS 'Articles in it.';
COMMENT ON COLUMN story.origin_count IS
    'Independent origins among them (outlets of one origin group count once; a copy counts for none).';
COMMENT ON COLUMN story.languages IS 'Languages it is told in.';

CREATE TABLE mention (
    article_no BIGINT NOT NULL,
    version INTEGER NOT NULL,
    entity_id VARCHAR NOT NULL,
    surface VARCHAR NOT NULL,
    start_char INTEGER NOT NULL,
    end_char INTEGER NOT NULL,
    form_kind VARCHAR NOT NULL,
    naming VARCHAR,
    is_in_title BOOLEAN NOT NULL,
    is_current BOOLEAN NOT NULL
);
COMMENT ON TABLE mention IS
    'A named entity in a text.';
COMMENT ON COLUMN mention.article_no IS 'Article.';
COMMENT ON COLUMN mention.version IS 'Version of the article.';
COMMENT ON COLUMN mention.entity_id IS 'Entity: actor:, person:, place:, concept: …';
COMMENT ON COLUMN mention.surface IS 'What is printed, suffix included.';
COMMENT ON COLUMN mention.start_char IS
    'First code point in the text (in the title for is_in_title).';
COMMENT ON COLUMN mention.end_char IS 'One past the last.';
COMMENT ON COLUMN mention.form_kind IS
    'Kind of surface form: name, surname, short, demonym, metonym or title.';
COMMENT ON COLUMN mention.naming IS
    'Whose usage the form is, where a thing has competing names: data, not judgement.';
COMMENT ON COLUMN mention.is_in_title IS 'True for mentions in the title.';
COMMENT ON COLUMN mention.is_current IS 'False once a newer version of the article was taken in.';

CREATE TABLE tag (
    article_no BIGINT NOT NULL,
    version INTEGER NOT NULL,
    kind VARCHAR NOT NULL,
    tag_id VARCHAR NOT NULL,
    is_current BOOLEAN NOT NULL
);
COMMENT ON TABLE tag IS
    'What an article is about.';
COMMENT ON COLUMN tag.article_no IS 'Article.';
COMMENT ON COLUMN tag.version IS 'Version of the article.';
COMMENT ON COLUMN tag.kind IS 'track or topic.';
COMMENT ON COLUMN tag.tag_id IS 'Id of the track or topic.';
COMMENT ON COLUMN tag.is_current IS 'False once a newer version of the article was taken in.';
