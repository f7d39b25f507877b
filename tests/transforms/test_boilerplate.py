"""Which lines are not the article, and which only look so."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from dossiers.boilerplate import load_rules
from dossiers.errors import DossierError
from transforms.boilerplate import find_head, judge

RULES = load_rules()
PAGES = tomllib.loads((Path(__file__).parent / "fictional_pages.toml").read_text(encoding="utf-8"))
LONG = (
    "The councils met for the fourth time this summer and spent most of the day on the spring. "
    "Nobody from the mill was present. A vote is expected before the harvest, the clerk said."
)
OTHER = (
    "Engineers had warned that the old pipe would not last another winter. They were asked to "
    "come back with a drawing and a price. The councils will share the cost in equal parts."
)


def reasons(*lines: str, title: str | None = "Councils share a spring") -> list[str | None]:
    """Judge lines set between two paragraphs of prose; only their own reasons are returned."""
    return judge([LONG, *lines, OTHER], title, RULES)[1:-1]


def last(*lines: str) -> list[str | None]:
    return judge([LONG, OTHER, *lines], None, RULES)[2:]


@pytest.mark.parametrize("language", PAGES)
def test_furniture_of_every_language_is_cut_and_the_body_is_not(language):
    page = PAGES[language]
    found = judge([*page["body"], *page["furniture"]], page["title"], RULES)
    size = len(page["body"])
    assert found[:size] == [None] * size
    assert all(found[size:]), dict(zip(page["furniture"], found[size:], strict=True))


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("IMG 2204", "image_placeholder"),
        ("DSC_0042.JPG", "image_placeholder"),
        ("spring-at-the-mill-1024x683.webp", "image_placeholder"),
        ("The clerk opens the meter box. (Photo by Ann EXAMPLE / Tarn Press)", "photo_caption"),
        ("The clerk opens the meter box. (photo credit: TARN PRESS)", "photo_caption"),
        ("(photo credit: TARN PRESS)", "photo_credit"),
        ("Foto: A. Nümunə", "photo_credit"),
        ("© Фото: пресс-служба совета", "photo_credit"),
        ("In this pool photo, the two mayors stand beside the old mill.", "photo_caption"),
        ("Follow us on Telegram and never miss a story.", "share"),
        ("Further reading: Who owns a spring?", "related"),
        ("© 2025 Tarn Press. All rights reserved.", "rights"),
        ("Exit mobile version", "mobile_exit"),
    ],
)
def test_lines_that_are_no_text_are_named(line, reason):
    assert reasons(line) == [reason]


@pytest.mark.parametrize(
    "line",
    [
        "A photo of the spring, taken in 1911, hangs in the council house.",
        "Photo evidence was shown to both councils on Monday.",
        "Share prices of the water company fell by two per cent.",
        "Related quarrels over pasture were left for another day.",
        "Source of the trouble, both sides agree, was a broken sluice.",
        "By Monday evening the meter had been paid for.",
        "Further reading of the bill was put off until autumn.",
        "Follow-up talks will be held in the mill.",
        "Mayor of Upper Tarn: “We shall read the meter together.”",
        "Mayor of Upper Tarn: we shall read the meter together, and nobody else will.",
        "What happens next?",
        "A Quiet Year for the Mill",
        "Cookies were served after the vote.",
        "Copyright law does not apply to springs, the clerk explained to a puzzled audience, and "
        "added that the meter's maker had asked the same question a year ago without an answer.",
    ],
)
def test_lines_of_the_body_stay(line):
    assert reasons(line) == [None]


def test_a_doubled_caption_goes_with_its_credit():
    caption = "The MAYORS of both villages beside the spring above the old mill."
    assert reasons(
        f"{caption} (photo credit: TARN PRESS)", caption, "(photo credit: TARN PRESS)"
    ) == [
        "photo_caption",
        "photo_caption_repeat",
        "photo_credit",
    ]
    assert reasons(caption, f"{caption} (photo credit: TARN PRESS)") == [
        "photo_caption_repeat",
        "photo_caption",
    ]


def test_a_pull_line_goes_only_with_a_second_sign():
    line = "Shared Water: both villages will read one meter from September on."
    assert reasons(line) == [None]
    assert reasons("IMG 2204", line) == ["image_placeholder", "pull_line"]
    assert reasons(line, title="Villages share water and read one meter") == ["pull_line"]


def test_only_a_capitalised_last_line_is_a_footer():
    assert last("Further Study on Tarn-Valley Affairs") == ["related_footer"]
    assert last("Extra Learning on Tarn Worldwide", "Ann Example") == ["related_footer"] * 2
    assert last("The vote is on Monday.") == [None]
    assert last("no vote before the harvest") == [None]
    assert reasons("Further Study on Tarn-Valley Affairs") == [None]


def test_a_paragraph_printed_twice_is_kept_once():
    assert judge([LONG, OTHER, LONG], None, RULES) == [None, None, "repeated_line"]


def test_the_title_printed_again_is_cut():
    assert reasons("COUNCILS SHARE A SPRING") == ["title_repeat"]


@pytest.mark.parametrize(
    "header", ["The Tarn Herald", "tarnpress.example", "12 July 2025, 10:05", "Опыты"]
)
def test_a_name_above_the_title_is_no_title(header):
    head = find_head([header, "Councils agree on one meter for the spring", LONG, OTHER], RULES)
    assert head.title == 1
    assert head.reasons[0] is not None


def test_a_short_title_with_a_standfirst_is_still_the_title():
    lines = ["Spring shared", "Councils agree that the spring is to have one meter", LONG, OTHER]
    assert find_head(lines, RULES).title == 0


@pytest.mark.parametrize(
    "lines",
    [
        [LONG, "A Quiet Year for the Mill", OTHER],
        ["A sentence is not a title, however short it is.", LONG],
        ["A title without a text"],
        [],
    ],
)
def test_a_text_that_opens_with_a_paragraph_has_no_title(lines):
    assert find_head(lines, RULES).title is None


def test_an_unknown_key_in_the_phrase_file_is_named(tmp_path):
    path = tmp_path / "boilerplate.toml"
    path.write_text('[language.en]\nphoto_credits = ["x"]\n', encoding="utf-8")
    with pytest.raises(DossierError, match=r"boilerplate.toml \[language.en\].*photo_credits"):
        load_rules(path)
    path.write_text('[language.en]\nconsent = "x"\n', encoding="utf-8")
    with pytest.raises(DossierError, match="must be a list"):
        load_rules(path)
