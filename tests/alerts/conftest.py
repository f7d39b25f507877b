from __future__ import annotations

import importlib.util
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

# The tests run in importlib mode, which puts no folder on the path: load the helper by name.
_spec = importlib.util.spec_from_file_location(
    "alerts_making", Path(__file__).with_name("alerts_making.py")
)
assert _spec is not None
assert _spec.loader is not None
making = importlib.util.module_from_spec(_spec)
sys.modules["alerts_making"] = making
_spec.loader.exec_module(making)


@pytest.fixture
def house(tmp_path: Path) -> making.House:  # type: ignore[name-defined]
    return making.House(tmp_path / "house")


@pytest.fixture
def receiver() -> Iterator[making.Receiver]:  # type: ignore[name-defined]
    with making.receiving() as found:
        yield found
