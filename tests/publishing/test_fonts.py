"""The shipped faces against fontTools, an independent reader, and against all shipped texts."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont

from kyoso.publishing import fonts
from kyoso.reference import catalogue, load


@pytest.mark.parametrize("face", fonts.FACES.values(), ids=lambda path: path.stem)
def test_coverage_is_what_fonttools_reads(face: Path) -> None:
    with TTFont(face) as font:
        assert fonts.coverage(face) == frozenset(font.getBestCmap())


@pytest.mark.parametrize(("family", "style"), fonts.FACES)
def test_faces_call_themselves_by_the_names_we_ask_for(family: str, style: str) -> None:
    weight = {"regular": 400, "italic": 400, "semibold": 600}[style]
    with TTFont(fonts.FACES[family, style]) as font:
        names = font["name"]
        typographic_family = names.getDebugName(16) or names.getDebugName(1)
        assert (typographic_family, font["OS/2"].usWeightClass) == (family, weight)
        assert font["OS/2"].fsType == 0  # installable: embedding is not restricted


def test_licence_names_the_owner_of_every_face() -> None:
    licence = (fonts.FOLDER / "OFL.txt").read_text(encoding="utf-8")
    assert "SIL OPEN FONT LICENSE Version 1.1" in licence
    for face in fonts.FACES.values():
        with TTFont(face) as font:
            owner = font["name"].getDebugName(0).removeprefix("(c) ").removesuffix(".")
        assert owner.removeprefix("Copyright ") in licence


def test_missing_names_each_character_once_and_in_order() -> None:
    assert fonts.missing("a\U0001f600b✕c✕\n") == "\U0001f600✕"


def test_require_names_what_cannot_be_drawn() -> None:
    with pytest.raises(fonts.MissingGlyphError) as caught:
        fonts.require("Phnom Penh ភ្នំពេញ"[:13], where="facility F-1")
    assert caught.value.line("en") == (
        "facility F-1: no shipped font has U+1797 KHMER LETTER PHO, U+17D2 KHMER SIGN COENG; "
        "write it in Latin letters or Japanese"
    )


def test_a_file_that_is_no_font_is_refused(tmp_path: Path) -> None:
    (tmp_path / "not.ttf").write_bytes(bytes(64))
    with pytest.raises(ValueError, match=r"not\.ttf: not a font with a character map"):
        fonts.coverage(tmp_path / "not.ttf")


@pytest.mark.parametrize("name", catalogue())
def test_every_character_of_the_catalogues_can_be_drawn(name: str) -> None:
    with load(name).path.open(encoding="utf-8", newline="") as stream:
        assert fonts.missing("".join("".join(row) for row in csv.reader(stream))) == ""


@pytest.mark.parametrize("path", sorted(fonts.WEB.iterdir()), ids=lambda path: path.name)
def test_web_faces_are_woff2_of_the_named_weight(path: Path) -> None:
    # The signature of WOFF2 (W3C Recommendation, 4.1), then the flavour: TrueType outlines.
    assert path.read_bytes()[:8] == b"wOF2\x00\x01\x00\x00"
