"""A dossier or a catalogue that is written wrongly says where, what and how to mend it."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dossiers import DossierError, load, load_catalogue
from dossiers.forms import variants

PROCESS = """
[process]
id = "process:a-b"
name = "A and B"
parties = ["actor:AAA", "actor:BBB"]
languages = ["en", "fr"]
"""
PARTIES = """
[[actor]]
id = "actor:AAA"
name = "A"
kind = "state"
names = { en = "Aland | Republic of Aland", fr = "Alande" }

[[actor]]
id = "actor:BBB"
name = "B"
kind = "state"
names = { en = "Beland" }
"""


def write(root: Path, **files: str) -> Path:
    folder = root / "a_b"
    folder.mkdir(exist_ok=True)
    for name, text in {"process": PROCESS, "actors": PARTIES, **files}.items():
        (folder / f"{name}.toml").write_text(text, encoding="utf-8")
    return root


def problems(root: Path, **files: str) -> str:
    with pytest.raises(DossierError) as caught:
        load(root=write(root, **files))
    return str(caught.value)


def test_a_second_process_is_a_second_folder(tmp_path: Path) -> None:
    dossier = load(root=write(tmp_path))
    assert dossier.process.parties == ("actor:AAA", "actor:BBB")
    assert [f.text for f in dossier.actors["actor:AAA"].forms] == [
        "Aland",
        "Republic of Aland",
        "Alande",
    ]


def test_an_edit_is_seen_though_the_parsed_tables_were_kept(tmp_path: Path) -> None:
    first = load(root=write(tmp_path))
    assert (tmp_path / "a_b" / "__pycache__" / "parsed.bin").exists()
    again = tmp_path / "again"
    (tmp_path / "a_b").rename(tmp_path / "moved")
    again.mkdir()
    (tmp_path / "moved").rename(again / "a_b")
    second = load(root=write(again, actors=PARTIES.replace("Beland", "Boland")))
    assert first.digest != second.digest
    assert second.actors["actor:BBB"].forms[0].text == "Boland"


@pytest.mark.parametrize("damage", [b"", b"x" * 500, None])
def test_a_damaged_cache_costs_only_time(tmp_path: Path, damage: bytes | None) -> None:
    root = write(tmp_path)
    cache = root / "a_b" / "__pycache__" / "parsed.bin"
    whole = load(root=root)
    kept = cache.read_bytes()
    (root / "a_b").rename(root / "b_a")
    cache = root / "b_a" / "__pycache__" / "parsed.bin"
    cache.write_bytes(kept[:-1] if damage is None else damage)
    assert load(root=root).actors == whole.actors


def test_several_dossiers_without_a_name_ask_for_one(tmp_path: Path) -> None:
    write(tmp_path)
    (tmp_path / "c_d").mkdir()
    (tmp_path / "c_d" / "process.toml").write_text(PROCESS, encoding="utf-8")
    with pytest.raises(DossierError, match=r"name the dossier to use.*found: a_b, c_d"):
        load(root=tmp_path)
    with pytest.raises(DossierError, match=r'no dossier "a_c"; did you mean "a_b"\?'):
        load("a_c", root=tmp_path)


def test_all_problems_are_told_at_once_with_file_table_and_key(tmp_path: Path) -> None:
    text = problems(
        tmp_path,
        people="""
[[person]]
id = "person:x"
nmae = "X"
gender = "q"

[[person.offices]]
actor = "actor:AAA"
title = "president"
rank = "head"
start = 2020-05-01
end = 2019-05-01

[[person]]
id = "Person X"
name = 3
""",
        places="""
[[place]]
id = "place:x"
name = "X"
country = "fra"
names = { de = "X", en = "" }
""",
    )
    where = "a_b/people.toml [[person]] person:x"
    assert f'{where}, nmae: unknown key; did you mean "name"?' in text
    assert f"{where}, name: is missing and required" in text
    assert f'{where}, gender: unknown value "q"; known: f, m' in text
    assert "offices no. 1, end: 2019-05-01 is before the start 2020-05-01" in text
    assert '[[person]] Person X, id: "Person X" must look like' in text
    assert "[[person]] Person X, name: must be a string in quotes, not 3" in text
    assert 'a_b/places.toml [[place]] place:x, country: "fra" is not an ISO 3166-1' in text
    assert 'did you mean "FRA"?' in text
    assert "names.de: unknown language" in text
    assert "names.en: must not be empty" in text


def test_a_taken_id_names_the_file_that_has_it(tmp_path: Path) -> None:
    text = problems(tmp_path, more=PARTIES)
    assert '[[actor]] actor:AAA, id: "actor:AAA" is already taken in a_b/actors.toml' in text


@pytest.mark.parametrize(
    ("table", "message"),
    [
        (
            '[[place]]\nid = "place:x"\nname = "X"\nwithin = "place:y"',
            '[[place]] place:x, within: no such place "place:y"; did you mean "place:x"?',
        ),
        (
            '[[place]]\nid = "place:x"\nname = "X"\nnames_actor = "actor:AAB"',
            'names_actor: no such actor "actor:AAB"; did you mean "actor:AAA"?',
        ),
        (
            '[[person]]\nid = "person:x"\nname = "X"\n'
            'offices = [{ actor = "actor:CCC", title = "t", rank = "head", start = 2020-01-01 }]',
            '[[person]] person:x, offices (t): no such actor "actor:CCC"',
        ),
        (
            '[[track]]\nid = "T"\nname = "T"\nthird_parties = ["actor:AAB"]',
            '[[track]] T, third_parties: no such actor "actor:AAB"',
        ),
        (
            '[[track]]\nid = "T"\nname = "T"\ntypes = ["leader_talks"]',
            '[[track]] T, types: unknown event type "leader_talks"; did you mean "leaders_talks"?',
        ),
        (
            '[[concept]]\nid = "concept:x"\nname = "X"\nrelated = { part_of = "concept:y" }',
            "[[concept]] concept:x, related.part_of: no such concept",
        ),
        (
            '[[place]]\nid = "place:x"\nname = "X"\ncompeting = [{ naming = "actor:Z", en = "Y" }]',
            'naming of "Y": no such actor "actor:Z"',
        ),
        ('[[plaec]]\nid = "place:x"', '[plaec]: unknown table; did you mean "place"?'),
        ("[place]\nid = 3", "[place]: must be an array of tables: write [[place]]"),
        ('[[source]]\nid = "s"\nkind = "rss"\nurl = "https://s.example/"', "both language and"),
    ],
)
def test_references_and_tables_that_lead_nowhere(tmp_path: Path, table: str, message: str) -> None:
    assert message in problems(tmp_path, extra=table)


def test_a_file_that_is_not_toml_or_not_utf8_is_named(tmp_path: Path) -> None:
    text = problems(tmp_path, broken="[[actor]\n")
    assert "broken.toml: is not valid TOML" in text
    (tmp_path / "latin").mkdir()
    path = tmp_path / "latin" / "sources.toml"
    path.write_bytes(b'[[source]]\nid = "\xe9"\n')
    with pytest.raises(DossierError, match=r"is not UTF-8 \(byte 17\); save it as UTF-8"):
        load_catalogue(path)


def test_a_catalogue_needs_only_id_kind_and_url(tmp_path: Path) -> None:
    path = tmp_path / "sources.toml"
    path.write_text('[[source]]\nid = "s"\nkind = "rss"\nurl = "http://127.0.0.1:8000/feed"\n')
    (source,) = load_catalogue(path).values()
    assert (source.id, source.name, source.kind) == ("s", "s", "rss")
    assert (source.ownership, source.alignment, source.language) == ("unknown", "unknown", None)
    assert source.enabled
    assert source.full_text


def test_a_catalogue_tells_every_mistake(tmp_path: Path) -> None:
    path = tmp_path / "sources.toml"
    path.write_text(
        """
[[source]]
id = "s"
kind = "rrs"
url = "ftp://s.example/feed"
language = "EN"
country = "Armenia"
ownership = "goverment"
alignment = "neutral"
polite = true

[[source]]
id = "s"
url = "s.example"

[sorces]
""",
        encoding="utf-8",
    )
    with pytest.raises(DossierError) as caught:
        load_catalogue(path)
    text = str(caught.value)
    where = f"{path} [[source]] s"
    assert f'{where}, kind: unknown value "rrs"; did you mean "rss"?' in text
    assert f'{where}, url: "ftp://s.example/feed" is not an address' in text
    assert 'language: unknown code "EN"; write an ISO 639-1 code as en; did you mean "en"?' in text
    assert 'country: unknown code "Armenia"; write an ISO 3166-1 alpha-3 code' in text
    assert 'ownership: unknown value "goverment"' in text
    assert 'alignment: unknown value "neutral"' in text
    assert "polite: unknown key" in text
    assert f"{where}, kind: is missing and required" in text
    assert 'id: "s" is already taken in this file' in text
    assert '[sorces]: unknown table; did you mean "source"?' in text
    assert len(caught.value.problems) >= 10


@pytest.mark.parametrize(
    ("text", "message"), [("", "names no source"), ("source = []", "has an empty source list")]
)
def test_an_empty_catalogue_is_an_error(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "sources.toml"
    path.write_text(text)
    with pytest.raises(DossierError, match=message):
        load_catalogue(path)


def test_a_missing_catalogue_names_its_path(tmp_path: Path) -> None:
    with pytest.raises(DossierError, match=r"none\.toml: no such file"):
        load_catalogue(tmp_path / "none.toml")


@given(st.lists(st.text(alphabet=st.characters(exclude_characters="|"), max_size=12), max_size=6))
def test_variants_are_what_was_joined_less_the_empty_ones(words: list[str]) -> None:
    assert variants(" | ".join(words)) == [w.strip() for w in words if w.strip()]


def test_loading_is_quick_enough_for_every_command() -> None:
    from dossiers.loader import _load

    load()
    spent = []
    for _ in range(5):
        _load.cache_clear()
        start = time.process_time()
        load()
        spent.append(time.process_time() - start)
    # 0.045 s measured on two cores; the bar leaves room for a busy machine.
    assert min(spent) < 0.15
