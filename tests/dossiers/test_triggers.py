"""Trigger files: typed, and wrong ones are told where and how to mend them."""

from pathlib import Path

import pytest

from dossiers.errors import DossierError
from dossiers.triggers import load_triggers
from transforms.vocabulary import ALL_TYPES, allows


def test_every_frame_names_a_type_and_a_status_that_type_may_have() -> None:
    for frame in load_triggers().frames:
        assert frame.type in ALL_TYPES
        assert frame.status is None or allows(frame.type, frame.status)


def test_eight_languages_have_words_for_meetings_offers_and_signatures() -> None:
    words = load_triggers().words
    assert set(words) == {"en", "ru", "hy", "az", "tr", "ka", "fa", "fr"}
    for language, each in words.items():
        for name in ("happen", "meet", "host", "offer", "sign", "initial", "appeal", "reject"):
            assert each.verbs.get(name), f"{language}: no words for {name}"
        assert {"between", "mediated_by"} <= set(each.markers), language


def _write(folder: Path, frames: str, words: str) -> Path:
    folder.mkdir()
    (folder / "frames.toml").write_text(frames, "utf-8")
    (folder / "xx.toml").write_text(words, "utf-8")
    return folder


def test_all_problems_of_a_folder_are_reported_with_file_table_and_key(tmp_path: Path) -> None:
    folder = _write(
        tmp_path / "t",
        '[[frame]]\nid = "a"\ntype = "talks"\nverbs = ["hots"]\nneeds = "many"\n',
        'order = "osv"\n[verb.host]\npasst = ["x"]\n[noun]\ntalks = ["*"]\n'
        '[marker.near]\nbefore = ["by"]\n',
    )
    with pytest.raises(DossierError) as caught:
        load_triggers(folder)
    text = str(caught.value)
    assert 'unknown name "hots"; did you mean "host"?' in text
    assert "xx.toml [verb.host], passt: unknown key" in text
    assert 'xx.toml, order: must be "svo" or "sov"' in text
    assert "matches every word" in text
    assert "xx.toml [marker.near]: unknown marker" in text
    assert 'unknown value "many"' in text
