"""The table of attacks names tests that exist."""

from __future__ import annotations

import ast
import re
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent
NAMED = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")


def test_every_attack_names_a_test_that_tries_it() -> None:
    page = (REPOSITORY / "docs" / "safety.md").read_text(encoding="utf-8")
    rows = [
        line
        for line in page.splitlines()
        if line.startswith("|") and not line.startswith(("|---", "| attack"))
    ]
    assert len(rows) > 40
    assert [row for row in rows if not NAMED.search(row)] == []
    named = set(NAMED.findall(page))
    known = {
        (path, node.name)
        for path in {path for path, _ in named}
        for node in ast.parse((REPOSITORY / path).read_text(encoding="utf-8")).body
        if isinstance(node, ast.FunctionDef)
    }
    assert named - known == set()
