"""Our expectations: what only news gets wrong, as Great Expectations' custom expectations.

Importing this package imports Great Expectations (seconds) and registers them all: each
class is found under its snake-case name, `ExpectColumnValuesToBeInsideTheirText` as
``expect_column_values_to_be_inside_their_text``.
"""

from __future__ import annotations

import os
import warnings

os.environ.setdefault("GX_ANALYTICS_ENABLED", "false")
with warnings.catch_warnings():
    # The import itself warns of a module deprecated in Python 3.11; not ours to mend.
    warnings.simplefilter("ignore")
    import great_expectations as gx

from expectations.news import dates, events, sources, texts, values
from expectations.news.base import NewsExpectation

__all__ = ["NewsExpectation", "expectation", "gx"]

MODULES = (values, texts, dates, events, sources)


def expectation(name: str) -> type[NewsExpectation]:
    """The class of an expectation by its type.

    Raises:
        KeyError: there is none of that name; lists those there are.
    """
    known = {one.expectation_type: one for one in NewsExpectation.__subclasses__()}
    if name not in known:
        raise KeyError(f"no expectation {name!r}; there are: {', '.join(sorted(known))}")
    return known[name]
