from __future__ import annotations

import pickle
from pathlib import Path

import pytest

from dossiers.errors import DossierError
from dossiers.languages import LANGUAGES_DIR, Language, load_languages

CODES = ("az", "en", "fa", "fr", "hy", "ka", "ru", "tr")
MINIMAL = """
code = "xx"
name = "Test"
script = "latin"
is_cased = true
[sentences]
hard_stops = "!?"
soft_stops = "."
[paradigms]
plural = [["s"]]
[[declension]]
paradigm = "plural"
"""


def written(folder: Path, text: str, name: str = "xx.toml") -> Path:
    (folder / name).write_text(text, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def languages() -> dict[str, Language]:
    return load_languages()


def test_all_eight_languages_are_there(languages: dict[str, Language]) -> None:
    assert tuple(sorted(languages)) == CODES


@pytest.mark.parametrize("code", CODES)
def test_each_language_has_what_the_readers_need(code: str, languages: dict[str, Language]) -> None:
    language = languages[code]
    assert language.sentences.hard_stops
    assert language.declensions
    assert len(language.calendar.months) == 12
    assert len(language.calendar.weekdays) == 7
    assert language.calendar.absolute and language.calendar.relative
    assert language.recap_cues and language.negations and language.quote_verbs
    assert language.process_words and language.leisure_words


@pytest.mark.parametrize("script", ["latin", "cyrillic", "armenian", "georgian", "arabic"])
def test_one_language_is_the_default_of_each_script(
    script: str, languages: dict[str, Language]
) -> None:
    defaults = [x.code for x in languages.values() if x.script == script and x.is_script_default]
    assert len(defaults) == 1


def test_languages_are_read_once(languages: dict[str, Language]) -> None:
    assert load_languages()["en"] is languages["en"]
    assert LANGUAGES_DIR.is_dir()


def test_a_language_sent_to_another_process_is_the_same(languages: dict[str, Language]) -> None:
    copy = pickle.loads(pickle.dumps(languages["hy"]))
    assert copy == languages["hy"] and hash(copy) == hash(languages["hy"])
    assert copy != languages["ka"] and copy != "hy"


def test_a_new_language_is_a_new_file(tmp_path: Path) -> None:
    assert load_languages(written(tmp_path, MINIMAL))["xx"].name == "Test"


@pytest.mark.parametrize(
    ("change", "with_", "message"),
    [
        ('name = "Test"', "", r"xx\.toml: name: is missing"),
        ("is_cased = true", 'is_cased = "yes"', r"xx\.toml: is_cased: must be bool, not str"),
        ('name = "Test"', 'name = "Test"\nnmae = "T"', r"xx\.toml: nmae: is not a known key"),
        ('code = "xx"', 'code = "yy"', r"xx\.toml: code: is 'yy' in a file named"),
        ('paradigm = "plural"', 'paradigm = "dual"', r"declension\[0\]\.paradigm: 'dual' is not"),
        ('[["s"]]', '["s"]', r"paradigms\.plural: must be a list of slots"),
        ('hard_stops = "!?"', "hard_stops = 1", r"sentences\.hard_stops: must be str, not int"),
        (
            "[paradigms]",
            '[calendar]\nmonths = ["a"]\n[paradigms]',
            r"calendar\.months: must have 12",
        ),
        ("[paradigms]", '[calendar]\nabsolute = ["("]\n[paradigms]', r"no regular expression"),
        ("[paradigms]", '[calendar]\nmonth_capital = "x"\n[paradigms]', r"must be one of always"),
        ("[paradigms]", '[fold.chars]\nab = "c"\n[paradigms]', r"fold\.chars\.ab: must map"),
        ('name = "Test"', "name = ", r"xx\.toml: is not TOML"),
    ],
)
def test_an_error_names_file_and_key_and_the_mend(
    tmp_path: Path, change: str, with_: str, message: str
) -> None:
    folder = written(tmp_path, MINIMAL.replace(change, with_, 1))
    with pytest.raises(DossierError, match=message):
        load_languages(folder)
