"""The recipes for adding a source work as they are printed, one for every kind."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from dossiers import load_catalogue
from dossiers.vocabulary import KINDS

PAGE = Path(__file__).parents[2] / "docs" / "sources_howto.md"
RECIPES = re.findall(r"```toml\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)


@pytest.mark.parametrize("recipe", RECIPES, ids=lambda r: r.split('"')[1])
def test_a_recipe_is_a_catalogue(recipe: str, tmp_path: Path) -> None:
    path = tmp_path / "my.toml"
    path.write_text(recipe, encoding="utf-8")
    [source] = load_catalogue(path).values()
    assert source.country
    assert source.language or source.kind == "gdelt"
    assert bool(source.countries) == (source.kind == "gdelt")


def test_all_recipes_make_one_catalogue_with_every_kind_that_is_polled(tmp_path: Path) -> None:
    path = tmp_path / "my.toml"
    path.write_text("\n".join(RECIPES), encoding="utf-8")
    sources = load_catalogue(path)
    assert len(sources) == len(RECIPES)
    # Atom is told with RSS; archives and folders are given on the command line
    polled = set(KINDS) - {"atom", "warc", "files"}
    assert {source.kind for source in sources.values()} == polled
    listings = [source for source in sources.values() if source.kind == "listing"]
    assert {source.listing is None for source in listings} == {True, False}
