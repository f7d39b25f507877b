"""Pure functions from raw documents to persistent events: no I/O, no clock, no settings.

The order is `pipeline`: extract, language, mentions, relevance, coding; then, over a batch,
`duplicates` and `identity`.
"""
