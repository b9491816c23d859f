"""The generated pages are current and say what their sources say."""

from __future__ import annotations

import csv
import re
import shutil
import subprocess
import sys
import tomllib
from collections import Counter
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from kyoso.core.text import LANGUAGES, Language
from kyoso.methods.declaration import Method
from kyoso.methods.registry import methods

ROOT = Path(__file__).parents[2]
GENERATED = ROOT / "docs" / "generated"
REFERENCE = ROOT / "src" / "kyoso" / "reference"
SVG = "{http://www.w3.org/2000/svg}"


def generate(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(ROOT / "docs" / "generate.py"), *arguments],
        capture_output=True,
        text=True,
        check=False,
    )


def text(name: str) -> str:
    return (GENERATED / name).read_text(encoding="utf-8")


def rows(name: str) -> list[dict[str, str]]:
    with (REFERENCE / f"{name}.csv").open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def test_the_generated_pages_are_current() -> None:
    done = generate("--check")
    assert (done.returncode, done.stderr) == (0, "")


def test_what_is_not_current_is_named_and_made_again(tmp_path: Path) -> None:
    folder = tmp_path / "generated"
    shutil.copytree(GENERATED, folder)
    (folder / "methods" / "index.md").write_text("old", encoding="utf-8")
    (folder / "floors.svg").unlink()
    (folder / "methods" / "climate.nothing.gone.md").write_text("gone", encoding="utf-8")
    stale = ["floors.svg", "methods/climate.nothing.gone.md", "methods/index.md"]

    refused = generate("--check", "--folder", str(folder))
    assert refused.returncode == 1
    assert [line.split(":")[0] for line in refused.stderr.splitlines()] == [
        f"docs/generated/{name}" for name in stale
    ]
    assert generate("--folder", str(folder)).stdout.splitlines() == stale
    again = generate("--check", "--folder", str(folder))
    assert (again.returncode, again.stderr) == (0, "")


@pytest.mark.parametrize("name", ["activities.md", "ja/activities.md"])
def test_the_map_lists_every_activity_of_both_programmes(name: str) -> None:
    activities = rows("programme/activities")
    assert Counter(row["programme"] for row in activities) == {"space": 43, "clean-asia": 6}
    listed = re.findall(
        r'^\| <a id="[^"]+"></a><span class="code">([^<]+)</span>', text(name), re.MULTILINE
    )
    assert listed == [row["code"] for row in activities]
    for row in activities:
        assert row["title_en"] in text(name)
        assert row["title_ja"] in text(name)


def test_the_map_counts_what_is_served_and_what_is_not_yet() -> None:
    space = {row["code"] for row in rows("programme/activities") if row["programme"] == "space"}
    served = {code for method in methods().values() for code in method.activities} & space
    counted = f"| Japan–ASEAN Climate Environment Strategic Programme | 43 | {len(served)} | {43 - len(served)} |"
    assert counted in text("activities.md")
    unserved = [line for line in text("activities.md").splitlines() if ">not yet</span>" in line]
    assert len(unserved) == 49 - len(served)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("method", methods().values(), ids=lambda method: method.id)
def test_a_method_has_a_page_with_all_that_it_declares(method: Method, language: Language) -> None:
    declared = method.as_dict(language)
    folder = "methods" if language == "en" else "ja/methods"
    page = text(f"{folder}/{declared['id']}.md")
    assert page.splitlines()[4] == f"# {declared['title']}"
    assert declared["summary"] in page
    assert "".join(declared["equations"].split()) in "".join(page.split())
    for table in (*declared["inputs"], *declared["outputs"]):
        _, _, part = page.partition(f"### `{table['name']}` {table['title']}")
        for column in table["columns"]:
            assert f"| `{column['name']}`<br>" in part
            assert column["meaning"].replace("\n", " ") in part
    for parameter in declared["parameters"]:
        heads = [one for one in page.splitlines() if one.startswith(f"| `{parameter['name']}`")]
        said = [one for one in heads if parameter["meaning"] in one]  # a column may share the name
        assert any(f"`{parameter['default']}`" in one for one in said)
    for source in declared["sources"]:
        assert source["document"] in page
        assert source["place"] in page
    for limit in declared["limits"]:
        assert f"- {limit}" in page


def test_reference_data_are_counted_by_verification() -> None:
    page = text("reference.md")
    files = [path for path in REFERENCE.glob("*/*.csv") if path.name != "keys.csv"]
    for path in files:
        name = f"{path.parent.name}/{path.stem}"
        found = Counter(row["verification"] for row in rows(name))
        counts = [found[status] for status in ("two-sources", "one-source", "unverified")]
        line = next(line for line in page.splitlines() if f"(#{name.replace('/', '-')})" in line)
        assert [int(cell) for cell in line.strip("|").split("|")[1:]] == [sum(counts), *counts]
    assert page.count("\n### `") == len(files)


def test_the_drawing_shows_the_layers_of_the_contract() -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    (layers,) = (
        one["layers"]
        for one in contracts["tool"]["importlinter"]["contracts"]
        if one["type"] == "layers"
    )
    names = [name for layer in layers for name in re.findall(r"\w+", layer)]
    drawing = ET.fromstring(text("floors.svg"))
    shown = [one.text for one in drawing.iter(f"{SVG}text") if one.get("font-weight") == "600"]
    assert shown == names
    dashed = sum(one.get("stroke-dasharray") is not None for one in drawing.iter(f"{SVG}rect"))
    absent = [name for name in names if not (ROOT / "src" / "kyoso" / name).is_dir()]
    assert dashed == len(absent)
    title, description = drawing.find(f"{SVG}title"), drawing.find(f"{SVG}desc")
    assert title is not None
    assert description is not None
    assert drawing.get("aria-labelledby") == f"{title.get('id')} {description.get('id')}"
    assert all(name in (description.text or "") for name in names)


def test_every_command_of_the_help_has_its_place() -> None:
    told = subprocess.run(
        [sys.executable, "-m", "kyoso", "--help"], capture_output=True, text=True, check=True
    ).stdout
    commands = re.findall(r"^  ([a-z]+)  ", told.partition("Commands:")[2], re.MULTILINE)
    headed = re.findall(r"^## `kyoso ([a-z]+)`", text("commands.md"), re.MULTILINE)
    assert headed == sorted(commands)
    assert "| `-i`, `--input` `TABLE=PATH` |" in text("commands.md")


def test_every_decision_is_listed() -> None:
    files = sorted(path.name for path in (ROOT / "docs" / "decisions").glob("*.md"))
    assert re.findall(r"\(\.\./decisions/([^)]+)\)", text("decisions.md")) == files
