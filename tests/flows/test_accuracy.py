"""The published error rates are those of this code on this gold set."""

from flows.accuracy import PAGE, page


def test_the_accuracy_page_is_current() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run `make accuracy`"
