"""CITATION.cff keeps the Citation File Format 1.2.0 and names the version that is built."""

from __future__ import annotations

import tomllib
from pathlib import Path

import yaml

ROOT = Path(__file__).parents[2]

# Of the format's schema guide, 1.2.0: what is required, and the keys used here with their types.
REQUIRED = {"authors", "cff-version", "message", "title"}
TYPES = {
    "abstract": str,
    "authors": list,
    "cff-version": str,
    "keywords": list,
    "license": str,
    "message": str,
    "title": str,
    "type": str,
    "version": str,
}


def test_the_citation_keeps_its_format() -> None:
    cited = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert cited.keys() >= REQUIRED
    assert {key: type(value) for key, value in cited.items()} == {key: TYPES[key] for key in cited}
    assert cited["cff-version"] == "1.2.0"
    assert cited["type"] == "software"
    assert cited["authors"] == [{"name": "Kyoso contributors"}]  # an entity has a name


def test_the_citation_names_the_version_and_licence_of_the_package() -> None:
    cited = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert cited["version"] == project["version"]
    assert cited["license"] == project["license"]
    assert cited["abstract"] == project["description"]
    assert cited["keywords"] == project["keywords"]
