"""Methods are found where they stand: no list names them."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from importlib.metadata import entry_points
from pathlib import Path

import pytest

from kyoso.core.errors import NotFoundError
from kyoso.methods import registry

FACILITY = "climate.transparency.facility-emissions"
E_WASTE = "pollution.circularity.e-waste-generation"

METHOD = """
from kyoso.core.text import same
from kyoso.methods.declaration import Kind, Method, Outcome
from kyoso.tables.declaration import Column, Table, Type

NAME = Column(name="name", type=Type.TEXT, meaning=same("name"))
GIVEN = Table(name="given", title=same("given"), key=("name",), columns=(NAME,))
MADE = Table(name="made", title=same("made"), key=("name",), columns=(NAME,))
METHOD = Method(
    id="{id}", version="0.1.0", kind=Kind.ARRAY, title=same("planted"), summary=same("planted"),
    activities=("3-1-1",), inputs=(GIVEN,), outputs=(MADE,),
    function=lambda tables, values: Outcome({{"made": tables["given"]}}),
)
"""


def plant(folder: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(textwrap.dedent(text), encoding="utf-8")


@pytest.fixture
def planted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder of modules; what is imported from it is forgotten afterwards."""
    monkeypatch.syspath_prepend(tmp_path)
    before = set(sys.modules)
    yield tmp_path
    for name in set(sys.modules) - before:
        if name.partition(".")[0].startswith("planted"):
            del sys.modules[name]


def test_the_pillars_that_announce_themselves_are_walked() -> None:
    announced = {entry.name: entry.value for entry in entry_points(group=registry.GROUP)}
    assert announced == {"climate": "kyoso.climate", "pollution": "kyoso.pollution"}
    found = list(registry.methods())
    assert found == sorted(found)
    assert {name.split(".")[0] for name in found} == set(announced)
    assert {FACILITY, E_WASTE} <= set(found)


def test_a_method_stands_in_the_pillar_and_room_of_its_id() -> None:
    places = {
        name: method.package.removeprefix("kyoso.") for name, method in registry.methods().items()
    }
    assert places == {name: ".".join(name.split(".")[:2]) for name in registry.methods()}


def test_an_outside_package_adds_a_pillar_to_the_command_line(tmp_path: Path) -> None:
    """A distribution as an installer leaves it: a package, and metadata with an entry point."""
    plant(
        tmp_path,
        {
            "planted/__init__.py": "",
            "planted/footprint/__init__.py": "",
            "planted/footprint/land.py": METHOD.format(id="biodiversity.footprint.land"),
            "planted-0.1.dist-info/METADATA": "Metadata-Version: 2.1\nName: planted\nVersion: 0.1\n",
            "planted-0.1.dist-info/entry_points.txt": "[kyoso.pillars]\nbiodiversity = planted\n",
            "given.csv": "name\nb\na\n",
        },
    )  # fmt: skip

    def kyoso(*arguments: str) -> subprocess.CompletedProcess[str]:
        environment = {**os.environ, "PYTHONPATH": str(tmp_path), "KYOSO_LANGUAGE": "en"}
        command = [sys.executable, "-m", "kyoso", *arguments]
        return subprocess.run(command, capture_output=True, text=True, check=True, env=environment)

    listed = json.loads(kyoso("methods", "--json").stdout)
    assert [one["id"] for one in listed] == ["biodiversity.footprint.land", *registry.methods()]
    kyoso("run", "biodiversity.footprint.land", "-i", f"given={tmp_path / 'given.csv'}",
          "-o", str(tmp_path / "out"))  # fmt: skip
    made = (tmp_path / "out" / "made.csv").read_text(encoding="utf-8")
    assert list(csv.reader(made.splitlines())) == [["name"], ["a"], ["b"]]


def test_a_pillar_may_be_one_module(planted: Path) -> None:
    plant(planted, {"planted_alone.py": METHOD.format(id="a.b.alone")})
    assert list(registry.found_in(["planted_alone"])) == ["a.b.alone"]


def test_methods_are_found_at_every_depth_in_the_order_of_their_ids(planted: Path) -> None:
    plant(
        planted,
        {
            "planted_deep/__init__.py": METHOD.format(id="a.b.z"),
            "planted_deep/room/__init__.py": "",
            "planted_deep/room/shelf/__init__.py": "",
            "planted_deep/room/shelf/method.py": METHOD.format(id="a.b.c"),
        },
    )
    assert list(registry.found_in(["planted_deep"])) == ["a.b.c", "a.b.z"]


def test_a_method_that_another_module_imports_is_one_method(planted: Path) -> None:
    plant(
        planted,
        {
            "planted_twice/__init__.py": "",
            "planted_twice/one.py": METHOD.format(id="a.b.c"),
            "planted_twice/two.py": "from planted_twice.one import METHOD",
        },
    )
    assert list(registry.found_in(["planted_twice", "planted_twice"])) == ["a.b.c"]


def test_two_methods_of_one_id_are_refused(planted: Path) -> None:
    plant(
        planted,
        {
            "planted_rivals/__init__.py": "",
            "planted_rivals/one.py": METHOD.format(id="a.b.c"),
            "planted_rivals/two.py": METHOD.format(id="a.b.c"),
        },
    )
    with pytest.raises(ValueError, match=r"^two methods are called a\.b\.c$"):
        registry.found_in(["planted_rivals"])


def test_a_pillar_that_cannot_be_imported_is_not_passed_over(planted: Path) -> None:
    plant(
        planted,
        {
            "planted_broken/__init__.py": "",
            "planted_broken/room/__init__.py": "import planted_nothing",
        },
    )
    with pytest.raises(ModuleNotFoundError, match="planted_nothing"):
        registry.found_in(["planted_broken"])


def test_an_unknown_method_is_answered_with_the_nearest() -> None:
    with pytest.raises(NotFoundError) as caught:
        registry.get("pollution.circularity.ewaste-generated")
    assert caught.value.line("en") == (
        f"pollution.circularity.ewaste-generated: there is no such method; did you mean {E_WASTE}?"
    )
    with pytest.raises(NotFoundError) as caught:
        registry.get("%")
    assert caught.value.line("en").startswith("%: there is no such method; did you mean ")


def test_methods_are_found_by_the_activity_they_serve() -> None:
    served = {code: [m.id for m in registry.serving(code)] for code in ("1-1-2", "2-2-4", "1-1")}
    assert served == {
        "1-1-2": [name for name, one in registry.methods().items() if "1-1-2" in one.activities],
        "2-2-4": [E_WASTE],
        "1-1": [],
    }
    assert FACILITY in served["1-1-2"]
