import copy
import importlib.util
import sys
from pathlib import Path

import pytest

from demo.server import serve
from demo.truth import load_truth

if "demo_perfect" not in sys.modules:
    spec = importlib.util.spec_from_file_location(
        "demo_perfect", Path(__file__).with_name("perfect.py")
    )
    module = importlib.util.module_from_spec(spec)
    sys.modules["demo_perfect"] = module
    spec.loader.exec_module(module)


@pytest.fixture
def world():
    with serve(slow_seconds=0.5) as running:
        yield running


@pytest.fixture
def truth():
    return copy.deepcopy(load_truth())
