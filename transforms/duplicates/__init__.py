"""Four levels of sameness: one address, one text, nearly one text, one story.

`digest` and `minhash` sketch a text; `story` compares two tellings; `link` puts a batch in
its place among what is known. A duplicate is linked, never dropped.
"""
