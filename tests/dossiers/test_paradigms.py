"""Verbs given by their stems are found in every form their paradigm names."""

from pathlib import Path

import pytest

from dossiers.errors import DossierError
from dossiers.paradigms import conjugate
from dossiers.triggers import load_triggers

_PARADIGMS = {
    "plain": {"past": ("d{I}*",), "future": ("{A}c{A}k*",)},
    "prefixed": {"present": ("en ~ing",)},
}
_HARMONY = {"I": ("i", "ı"), "A": ("a", "e")}


def test_endings_follow_the_stem_in_every_harmony() -> None:
    assert conjugate(["gel/plain"], _PARADIGMS, _HARMONY) == {
        "past": ("geldi*", "geldı*"),
        "future": ("gelacak*", "gelacek*", "gelecak*", "gelecek*"),
    }


def test_a_template_with_a_tilde_takes_the_stem_in_its_place() -> None:
    assert conjugate(["sign/prefixed"], _PARADIGMS, _HARMONY) == {"present": ("en signing",)}


@pytest.mark.parametrize(("stem", "named"), [("gel", "no paradigm"), ("gel/other", "other")])
def test_a_stem_without_a_known_paradigm_is_named(stem: str, named: str) -> None:
    with pytest.raises(ValueError, match=named):
        conjugate([stem], _PARADIGMS, _HARMONY)


def test_a_wrong_stem_in_a_trigger_file_names_file_and_table(tmp_path: Path) -> None:
    (tmp_path / "frames.toml").write_text("", encoding="utf-8")
    (tmp_path / "xx.toml").write_text('[verb.meet]\nstems = ["gel/none"]\n', encoding="utf-8")
    with pytest.raises(DossierError, match=r"xx\.toml \[verb\.meet\], stems"):
        load_triggers(tmp_path)
