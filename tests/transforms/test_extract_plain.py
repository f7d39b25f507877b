"""Plain texts: titles, ways back to the source, hard-wrapped copy."""

from __future__ import annotations

import re

from hypothesis import given, settings
from hypothesis import strategies as st

from dossiers.boilerplate import load_rules
from transforms.extract import extract
from transforms.records import RawDocument

RULES = load_rules()
PROSE = (
    "The councils met for the fourth time this summer and spent most of the day on the spring. "
    "A vote is expected before the harvest, the clerk said on Monday."
)


def plain(body: bytes | str, **more: object):
    return extract(RawDocument("note", None, body, "text/plain", **more), RULES)  # type: ignore[arg-type]


def leads_back(source: str, document) -> None:
    mapped = 0
    for part in document.segments:
        text = document.text[part.start : part.start + part.length]
        original = source[part.source_start : part.source_start + part.length]
        assert re.sub(r"\s", " ", original) == text
        mapped += part.length
    assert mapped == len(document.text) - document.text.count("\n")


@settings(max_examples=100, deadline=None)
@given(
    st.lists(
        st.one_of(
            st.text(alphabet="ab. \u00a0\u200b\u00adé\ufeff", max_size=50),
            st.sampled_from([PROSE, "IMG 7", "Share this article", "A Title Line", ""]),
        ),
        max_size=8,
    ),
    st.sampled_from(["\n", "\r\n", "\n\n"]),
)
def test_every_character_leads_back_to_its_source(lines, line_end):
    source = line_end.join(lines)
    document = plain(source)
    leads_back(source, document)
    for cut in document.removed:
        assert cut.source_start is not None
        assert source[cut.source_start] == cut.text[0]


def test_a_span_in_the_text_is_found_in_a_file_with_a_byte_order_mark():
    source = (
        "\ufeffCouncils share a spring\r\n\r\nThe\u00a0meter  was\u00adn't \u201cread\u201d. "
        + PROSE
    )
    document = plain(source.encode("utf-8"))
    assert document.title == "Councils share a spring"
    at = document.text.index("read")
    assert document.source_span(at, at + 4) == (source.index("read"), source.index("read") + 4)
    leads_back(source, document)


def test_a_title_given_beside_the_text_is_not_repeated_in_it():
    document = plain(f"Councils share a spring\n\n{PROSE}", title="Councils Share a Spring")
    assert document.title == "Councils Share a Spring"
    assert document.text == PROSE


def test_with_a_title_given_the_first_line_is_body():
    document = plain(f"A quiet summer\n\n{PROSE}", title="Councils share a spring")
    assert document.text == f"A quiet summer\n{PROSE}"


def test_hard_wrapped_copy_becomes_paragraphs():
    source = (
        "COUNCILS SHARE A SPRING\n\n"
        "The councils met for the fourth time this summer and spent most of\n"
        "the day on the spring. A vote is expected before the harvest, the\n"
        "clerk said on Monday, adding that nobody from the mill had come to\n"
        "the meeting.\n\n"
        "Engineers had warned that the old pipe would not last another hard\n"
        "winter. They were asked to come back with a drawing and with a price\n"
        "that both villages can bear.\n"
    )
    document = plain(source)
    assert document.title == "COUNCILS SHARE A SPRING"
    assert document.text.count("\n") == 1
    assert "most of the day" in document.text
    leads_back(source, document)


def test_one_sentence_alone_is_a_text_without_a_title():
    document = plain("The councils have agreed on one meter")
    assert (document.title, document.text) == (None, "The councils have agreed on one meter")
    assert document.url == "file:note"


def test_nothing_is_empty():
    for nothing in ("", " \n\n ", b"", b"\n"):
        assert plain(nothing).not_news == "empty"


def test_a_page_mislabelled_as_text_is_read_as_a_page():
    page = f"<!doctype html><html><head><title>t</title></head><body><p>{PROSE}</p></body></html>"
    assert plain(page).text == PROSE
