-- Looking at articles again: with validators, and knowing when one is gone.

ALTER TABLE article_check ADD COLUMN fetch_url VARCHAR;
COMMENT ON COLUMN article_check.fetch_url IS
    'Address that last gave the page: what is asked again (the canonical URL is an identity).';
ALTER TABLE article_check ADD COLUMN etag VARCHAR;
COMMENT ON COLUMN article_check.etag IS 'ETag of the page, sent back as If-None-Match.';
ALTER TABLE article_check ADD COLUMN last_modified VARCHAR;
COMMENT ON COLUMN article_check.last_modified IS
    'Last-Modified of the page, sent back as If-Modified-Since.';
ALTER TABLE article_check ADD COLUMN gone_at TIMESTAMPTZ;
COMMENT ON COLUMN article_check.gone_at IS
    'When the page was first found to be gone, or null; the article is kept.';
ALTER TABLE article_check ADD COLUMN gone_reason VARCHAR;
COMMENT ON COLUMN article_check.gone_reason IS 'How it is gone: gone, http_404 or soft_404.';
