"""Every command, option, setting, table and column is documented, and the pages are current."""

from __future__ import annotations

import importlib

import click
import pytest

from flows.cli import COMMANDS
from flows.docs import PAGES
from flows.settings import REPOSITORY, Settings

MEASURED = "docs/quality.md"
"""Holds what is measured in minutes; checked where that is measured (tests/benchmarks)."""


@pytest.mark.parametrize("page", sorted(set(PAGES) - {MEASURED}))
def test_a_generated_page_is_current(page: str) -> None:
    assert (REPOSITORY / page).read_text(encoding="utf-8") == PAGES[page](), "run `make docs`"


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_command_and_option_is_documented(name: str) -> None:
    command: click.Command = getattr(importlib.import_module(COMMANDS[name][0]), name)
    text = (REPOSITORY / "docs" / "commands.md").read_text(encoding="utf-8")
    section = text.split(f"\n## araxes {name}\n")[1].split("\n## ")[0]
    assert command.help
    for parameter in command.params:
        if isinstance(parameter, click.Option):
            assert parameter.help or parameter.name in ("limit",), parameter.name
            assert parameter.opts[-1] in section, parameter.opts


def test_every_setting_is_documented() -> None:
    text = (REPOSITORY / "docs" / "settings.md").read_text(encoding="utf-8")
    for name, field in Settings.model_fields.items():
        assert field.description
        assert f"ARAXES_{name.upper()}" in text


def test_the_readme_names_every_command_a_user_starts_with() -> None:
    readme = (REPOSITORY / "README.md").read_text(encoding="utf-8")
    for name in COMMANDS:
        if name not in ("maintain",):
            assert f"araxes {name}" in readme, name
