"""What many tests share: the command line as a user runs it, the seeds, a small news server."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

REPOSITORY = Path(__file__).resolve().parent.parent


def seeds_directory() -> Path | None:
    """The seed documents' folder, where it is present."""
    named = os.environ.get("ARAXES_SEEDS")
    folder = Path(named) if named else REPOSITORY.parent / "shared" / "seeds"
    return folder if folder.is_dir() else None


@pytest.fixture(scope="session")
def seeds() -> Path:
    folder = seeds_directory()
    if folder is None:
        pytest.skip("the seed documents are absent: set ARAXES_SEEDS to their folder")
    return folder


class Araxes:
    """Runs the real command in a process of its own."""

    def __init__(self, environment: dict[str, str]) -> None:
        self.environment = environment

    def start(self, *arguments: str | Path, **extra: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-m", "flows.cli", *map(str, arguments)],
            cwd=REPOSITORY,
            env=self.environment | extra,
            text=True,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )

    def __call__(
        self, *arguments: str | Path, stdin: str | None = None, **extra: str
    ) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "flows.cli", *map(str, arguments)],
            cwd=REPOSITORY,
            env=self.environment | extra,
            text=True,
            input=stdin,
            capture_output=True,
            timeout=240,
            check=False,
        )

    def json(self, *arguments: str | Path) -> list[dict[str, Any]]:
        done = self(*arguments, "--json")
        assert done.returncode == 0, done.stderr
        rows: list[dict[str, Any]] = json.loads(done.stdout)
        return rows


@pytest.fixture(scope="session")
def araxes(tmp_path_factory: pytest.TempPathFactory) -> Araxes:
    """The command line, with Prefect kept in a folder of its own."""
    home = tmp_path_factory.mktemp("prefect")
    return Araxes(
        os.environ
        | {
            "PREFECT_HOME": str(home),
            "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
            "GX_ANALYTICS_ENABLED": "false",
            "ARAXES_HOST_DELAY_SECONDS": "0",
            "ARAXES_WORKERS": "2",
            "PYTHONWARNINGS": "ignore",
        }
    )
