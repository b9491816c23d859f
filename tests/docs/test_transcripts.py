"""Every marked command of the pages is run, in a folder of its own, and prints what they show."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import typer
from tests.docs.transcripts import blocks, fill, matches

from kyoso.cli import application

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PAGES = sorted(page for folder in ("start", "ja") for page in (DOCS / folder).glob("*.md"))
WITH_COMMANDS = [page for page in PAGES if any(block.kind == "tested" for block in blocks(page))]


@pytest.mark.long
@pytest.mark.parametrize("page", WITH_COMMANDS, ids=lambda page: page.stem)
def test_the_commands_of_a_page_print_what_it_shows(page: Path, tmp_path: Path) -> None:
    language = "ja" if page.parent.name == "ja" else "en"
    environment = {
        **os.environ,
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "KYOSO_LANGUAGE": language,
        "PYTHONIOENCODING": "utf-8",
    }
    for block in blocks(page):
        if block.kind == "file":
            (tmp_path / block.title).write_text(block.body, encoding="utf-8")
        elif block.kind == "sheet":
            fill(block, tmp_path)
        else:
            for command, shown in block.commands():
                done = subprocess.run(
                    ["bash", "-c", command],
                    cwd=tmp_path,
                    env=environment,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.STDOUT,
                    text=True,
                    check=False,
                )
                assert done.returncode == int(block.fails), f"{command}\n{done.stdout}"
                assert matches(shown, done.stdout), f"{command} prints\n{done.stdout}"


def test_the_ways_into_kyoso_are_tested() -> None:
    names = [page.relative_to(DOCS).as_posix() for page in WITH_COMMANDS]
    assert names == [
        "ja/index.md",
        "start/analyst.md",
        "start/developer.md",
        "start/official.md",
        "start/operator.md",
        "start/ten-minutes.md",
    ]


@pytest.mark.parametrize(
    ("shown", "printed", "same"),
    [
        ("a\nb\n", "a\nb\n", True),
        ("a\n…\nc\n", "a\nb\nb\nc\n", True),
        ("a\n…\n", "a\nb\n", True),
        ("a\n", "a\nb\n", False),
        ("a.c\n", "abc\n", False),
    ],
)
def test_output_matches_only_what_is_shown(shown: str, printed: str, *, same: bool) -> None:
    assert matches(shown, printed) is same


def everything_written() -> str:
    pages = [*DOCS.glob("*.md"), *PAGES, ROOT / "CONTRIBUTING.md"]
    return "\n".join(page.read_text(encoding="utf-8") for page in pages)


def test_every_make_target_named_exists() -> None:
    named = set(re.findall(r"(?:^|`)make ([a-z][a-z -]*)", everything_written(), re.MULTILINE))
    targets = re.findall(
        r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE
    )
    assert {word for names in named for word in names.split()} <= set(targets)
    assert {"run", "test", "docs"} <= {word for names in named for word in names.split()}


def test_every_command_named_exists() -> None:
    commands = typer.main.get_command(application()).commands
    named = set(re.findall(r"(?:^|[`$] ?)kyoso ([a-z]+)", everything_written(), re.MULTILINE))
    assert named - set(commands) == set()
    assert {"run", "check", "template", "serve"} <= named
