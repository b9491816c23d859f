"""``kyoso programme``: what it prints, writes, and how it ends."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from tests.programme.published import JAPANESE, printed
from typer.testing import CliRunner

from kyoso.cli.programme import app

RUN = CliRunner(env={"KYOSO_LANGUAGE": "en"})


@pytest.fixture
def text(tmp_path: Path) -> Path:
    file = tmp_path / "plan.txt"
    file.write_text(printed(JAPANESE), encoding="utf-8")
    return file


def test_read_prints_one_object(text: Path) -> None:
    result = RUN.invoke(app, ["read", str(text), "--json"])
    assert result.exit_code == 0
    data = json.loads(result.stdout)
    assert [one["code"] for one in data["activities"]] == [c for c, *_ in JAPANESE.activities()]
    assert data["edition"]["date"] == "2031-03-14"
    assert result.stderr == ""


def test_read_writes_the_edition_and_its_table(text: Path, tmp_path: Path) -> None:
    folder = tmp_path / "new" / "folder"
    result = RUN.invoke(app, ["read", str(text), "-o", str(folder)])
    assert result.exit_code == 0
    assert sorted(path.name for path in folder.iterdir()) == ["activities.csv", "edition.json"]
    data = json.loads((folder / "edition.json").read_text(encoding="utf-8"))
    with (folder / "activities.csv").open(encoding="utf-8", newline="") as stream:
        codes = [row["code"] for row in csv.DictReader(stream)]
    assert codes == [one["code"] for one in data["activities"]]
    assert result.stdout.splitlines()[0] == JAPANESE.title
    assert result.stdout.splitlines()[-1] == str(folder / "activities.csv")


def test_warnings_speak_the_language_asked_for(text: Path) -> None:
    text.write_text(printed(JAPANESE).replace("\n1-1-2. ", "\n1-1-4. "), encoding="utf-8")
    messages = {
        language: json.loads(
            RUN.invoke(app, ["read", str(text), "--json", "--language", language]).stdout
        )["warnings"][0]["message"]
        for language in ("en", "ja")
    }
    assert messages == {
        "en": "1-1-2 is missing: 1-1-1 is followed by 1-1-3",
        "ja": "1-1-2が欠けています（1-1-1の次が1-1-3です）",
    }


@pytest.mark.parametrize("content", [b"", b"a letter\n", b"\x00\x01\x02\xff"])
def test_what_is_no_programme_ends_with_one(text: Path, tmp_path: Path, content: bytes) -> None:
    text.write_bytes(content)
    folder = tmp_path / "out"
    result = RUN.invoke(app, ["read", str(text), "-o", str(folder), "--json"])
    assert result.exit_code == 1
    assert result.stderr.startswith("plan.txt: ")
    assert json.loads(result.stdout)["passed"] is False
    assert not folder.exists()


@pytest.mark.parametrize(
    "arguments",
    [
        ["read", "no/such/file.txt"],
        ["read", "PLAN", "--language", "xx"],
        ["read"],
        ["read", "PLAN", "--unknown"],
        ["compare", "PLAN"],
        ["read", "PLAN", "-o", "PLAN"],
    ],
)
def test_a_wrong_call_ends_with_two(text: Path, arguments: list[str]) -> None:
    call = [str(text) if one == "PLAN" else one for one in arguments]
    assert RUN.invoke(app, call).exit_code == 2


def test_compare_takes_texts_and_editions(text: Path, tmp_path: Path) -> None:
    assert RUN.invoke(app, ["read", str(text), "-o", str(tmp_path / "old")]).exit_code == 0
    text.write_text(printed(JAPANESE).replace("濁りの推定", "濁りの予測"), encoding="utf-8")
    page = tmp_path / "page.html"
    arguments = ["compare", str(tmp_path / "old" / "edition.json"), str(text)]
    result = RUN.invoke(app, [*arguments, "--json", "--html", str(page)])
    assert result.exit_code == 0
    data = json.loads(result.stdout)
    assert [(one["code"], one["kinds"]) for one in data["reworded"]] == [("1-1-2", ["reworded"])]
    assert data["reworded"][0]["redline"][1:] == [["delete", "推定"], ["insert", "予測"]]
    assert page.read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
    spoken = RUN.invoke(app, [*arguments, "--language", "ja"])
    assert "文言の変更 (1)" in spoken.stdout


def test_compare_refuses_what_is_no_edition(text: Path, tmp_path: Path) -> None:
    record = tmp_path / "edition.json"
    record.write_text('{"edition": {}}', encoding="utf-8")
    result = RUN.invoke(app, ["compare", str(record), str(text)])
    assert result.exit_code == 1
    assert result.stderr.startswith("edition.json: ")
