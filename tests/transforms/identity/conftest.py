from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

# The tests run in importlib mode, which puts no folder on the path: load the helper by name.
_spec = importlib.util.spec_from_file_location(
    "identity_telling", Path(__file__).with_name("identity_telling.py")
)
assert _spec is not None
assert _spec.loader is not None
_module = importlib.util.module_from_spec(_spec)
sys.modules["identity_telling"] = _module
_spec.loader.exec_module(_module)
