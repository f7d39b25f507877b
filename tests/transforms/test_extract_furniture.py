"""Menus and footers are taken out before extraction; prose never is."""

from __future__ import annotations

from trafilatura import load_html

from transforms.extract import _without_furniture

PROSE = "<p>" + "The harbour master counted the crates twice and wrote the number down. " * 10
PAGE = (
    "<html><body><nav><ul><li><a href='/a'>Section</a></li></ul></nav>"
    "<script>var x = 1;</script><main>" + PROSE + "</p></main>{extra}<footer>Imprint</footer>"
    "</body></html>"
)


def text_of(html: str) -> str:
    tree = load_html(html)
    bared = _without_furniture(tree)
    assert "Section" in tree.text_content()  # the page itself is left as it was
    return str(bared.text_content())


def test_menus_scripts_and_footers_are_gone_and_the_text_is_not() -> None:
    text = text_of(PAGE.format(extra="<aside><p>Read also: apples</p></aside>"))
    assert "harbour master" in text
    assert not any(word in text for word in ("Section", "var x", "Imprint", "Read also"))


def test_an_article_inside_an_aside_is_left_for_the_extractor_to_judge() -> None:
    text = text_of(PAGE.format(extra="<aside>" + PROSE.replace("harbour", "pier") + "</p></aside>"))
    assert "pier master" in text
