"""``kyoso report status``: its files, its words, its exit status (DESIGN §4)."""

from __future__ import annotations

from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from kyoso.cli import report

APP = typer.Typer()
APP.add_typer(report.app, name="report")


def call(*arguments: str) -> Result:
    return CliRunner().invoke(APP, ["report", "status", *arguments])


@pytest.mark.parametrize(
    ("options", "title"),
    [
        ((), "Japan–ASEAN Climate Environment Strategic Programme: status report"),
        pytest.param(
            ("--language", "ja"),
            "日ASEAN気候環境戦略プログラム　状況報告",
            marks=pytest.mark.long,
        ),
        pytest.param(
            ("--programme", "clean-asia"),
            "Clean Asia Initiative: status report",
            marks=pytest.mark.long,
        ),
    ],
)
def test_status_writes_one_report_three_times(
    options: tuple[str, ...], title: str, tmp_path: Path
) -> None:
    found = call("-o", str(tmp_path / "out"), "--as-of", "2026-11-24", *options)
    paths = [tmp_path / "out" / f"status.{form}" for form in ("html", "pdf", "docx")]
    assert (found.exit_code, found.stdout.splitlines()) == (0, [str(path) for path in paths])
    assert sorted((tmp_path / "out").iterdir()) == sorted(paths)
    assert f"<title>{title}</title>" in paths[0].read_text(encoding="utf-8")
    assert paths[1].read_bytes()[:5] == b"%PDF-"


@pytest.mark.parametrize(
    ("options", "line"),
    [
        (("--language", "fr"), "--language fr: no such language; en or ja"),
        (("--as-of", "4 Sept"), "--as-of 4 Sept: not a day; write it as 2025-09-04"),
        (("--programme", "cai"), "cai: no such programme; one of: space, clean-asia"),
    ],
)
def test_wrong_usage_is_named_and_writes_nothing(
    options: tuple[str, ...], line: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KYOSO_LANGUAGE", "en")
    found = call("-o", str(tmp_path / "out"), *options)
    assert (found.exit_code, found.stderr.splitlines(), found.stdout) == (2, [line], "")
    assert not (tmp_path / "out").exists()


def test_a_place_that_cannot_be_written_to_is_named_before_the_work(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KYOSO_LANGUAGE", "en")
    taken = tmp_path / "taken"
    taken.write_bytes(b"mine")
    found = call("-o", str(taken / "out"))
    assert (found.exit_code, found.stderr.splitlines(), found.stdout) == (
        2,
        [f"{taken}: nothing can be written here; name another place"],
        "",
    )
    assert taken.read_bytes() == b"mine"


def test_a_report_needs_a_folder() -> None:
    assert call().exit_code == 2
