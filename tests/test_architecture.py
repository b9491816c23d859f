"""The floors hold, and the linter would notice if they did not."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
LINTER = Path(sys.executable).with_name("lint-imports")


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(LINTER), "--no-cache"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": str(folder / "src")},
    )


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """A copy of the source that may be spoilt."""
    ignored = shutil.ignore_patterns("*.ttf", "*.csv", "*.woff*", "__pycache__")
    shutil.copytree(ROOT / "src", tmp_path / "src", ignore=ignored)
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def test_the_floors_hold() -> None:
    answer = lint(ROOT)
    assert answer.returncode == 0, answer.stdout


@pytest.mark.parametrize(
    ("file", "line", "named"),
    [
        ("core/text.py", "import kyoso.tables.declaration", "kyoso.core.text -> kyoso.tables"),
        ("climate/__init__.py", "import kyoso.pollution", "kyoso.climate -> kyoso.pollution"),
        ("programme/__init__.py", "import kyoso.methods", "kyoso.programme -> kyoso.methods"),
        ("methods/registry.py", "import django", "kyoso.methods.registry -> django"),
        ("numerics/cohorts.py", "import pyarrow", "kyoso.numerics.cohorts -> pyarrow"),
    ],
)
def test_a_planted_import_is_found(house: Path, file: str, line: str, named: str) -> None:
    path = house / "src" / "kyoso" / file
    with path.open("a", encoding="utf-8") as stream:
        stream.write(f"\n{line}\n")
    answer = lint(house)
    assert answer.returncode == 1
    assert named in answer.stdout


def test_a_room_on_no_floor_is_found(house: Path) -> None:
    (house / "src" / "kyoso" / "annexe.py").write_text('"""Nowhere."""\n', encoding="utf-8")
    answer = lint(house)
    assert answer.returncode == 1
    assert "kyoso.annexe" in answer.stdout
