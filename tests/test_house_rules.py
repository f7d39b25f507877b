"""The rules of the house that no linter knows: sizes, words that may not occur, layout."""

from __future__ import annotations

import ast
import re
import subprocess
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parent.parent
PACKAGES = (
    "dossiers", "connectors", "transforms", "warehouse", "expectations", "alerts",
    "flows", "demo", "benchmarks",
)  # fmt: skip
MAX_FILE_LINES = 400
MAX_FUNCTION_LINES = 40


def tracked(*suffixes: str) -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=REPOSITORY, capture_output=True, text=True, check=True
    ).stdout
    paths = [REPOSITORY / name for name in listed.split("\0") if name]
    return [p for p in paths if p.is_file() and (not suffixes or p.suffix in suffixes)]


def code_files() -> list[Path]:
    return [p for p in tracked(".py") if p.relative_to(REPOSITORY).parts[0] in PACKAGES]


def test_no_file_of_code_has_outgrown_what_one_can_hold_in_mind() -> None:
    large = {
        str(path.relative_to(REPOSITORY)): count
        for path in code_files()
        if (count := len(path.read_text(encoding="utf-8").splitlines())) > MAX_FILE_LINES
    }
    assert large == {}


def test_no_function_has_either() -> None:
    long = []
    for path in code_files():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                lines = body_lines(node)
                if lines > MAX_FUNCTION_LINES:
                    where = path.relative_to(REPOSITORY)
                    long.append(f"{where}:{node.lineno} {node.name} ({lines})")
    assert long == []


def body_lines(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines of a function's body without its docstring: options and docs are not complexity."""
    body = node.body[1:] if ast.get_docstring(node) else node.body
    return (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0


def test_no_state_or_party_is_named_in_code() -> None:
    """What the process is about is data: a second one must need no change of code."""
    named = re.compile(r"armenia|azerbaijan|karabakh|baku|yerevan|actor:(?:ARM|AZE)\b", re.I)
    allowed = {"demo", "benchmarks"}
    found = []
    for path in code_files():
        if path.relative_to(REPOSITORY).parts[0] in allowed:
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            is_text = isinstance(node, ast.Constant) and isinstance(node.value, str)
            if is_text and named.search(node.value) and not is_docstring(path, node):
                found.append(f"{path.relative_to(REPOSITORY)}:{node.lineno}")
    assert found == []


def is_docstring(path: Path, constant: ast.Constant) -> bool:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        body = getattr(node, "body", None)
        if not isinstance(body, list):
            continue
        for statement in body:
            is_text = isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
            if is_text and statement.lineno == constant.lineno:
                return True
    return False


def test_every_package_has_its_tests() -> None:
    for package in PACKAGES:
        assert list((REPOSITORY / "tests" / package).glob("test_*.py")), package


@pytest.mark.parametrize("page", ["README.md", "CONTRIBUTING.md", "DECISIONS.md"])
def test_links_in_the_pages_lead_somewhere(page: str) -> None:
    text = (REPOSITORY / page).read_text(encoding="utf-8")
    for target in re.findall(r"\]\(([^)#:]+)\)", text):
        assert (REPOSITORY / target).exists(), target


def test_texts_are_utf8_and_end_with_a_newline() -> None:
    for path in tracked(".py", ".toml", ".md", ".sql", ".json", ".yaml", ".html", ".j2"):
        text = path.read_text(encoding="utf-8")
        assert not text or text.endswith("\n"), path
