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


def test_every_web_face_is_declared_once() -> None:
    assert sorted(face.path for face in fonts.WEB_FACES) == sorted(fonts.WEB.iterdir())


@pytest.mark.parametrize("face", fonts.WEB_FACES, ids=lambda face: face.path.name)
def test_web_faces_have_the_signature_of_their_format(face: fonts.WebFace) -> None:
    # W3C: WOFF 2.0, section 4.1, and WOFF 1.0, section 3; then the flavour, TrueType outlines.
    signature = {".woff2": b"wOF2", ".woff": b"wOFF"}[face.path.suffix]
    assert face.path.read_bytes()[:8] == signature + b"\x00\x01\x00\x00"


@pytest.mark.parametrize(("name", "characters"), [
    ("scripts", fonts.SCRIPTS), ("jp-marks", fonts.MARKS),
])  # fmt: skip
@pytest.mark.parametrize("weight", [400, 600])
def test_our_subsets_hold_the_characters_for_which_they_are_fetched(
    name: str, characters: str, weight: int
) -> None:
    with TTFont(fonts.WEB / f"noto-sans-{name}-{weight}.woff") as font:
        assert set(font.getBestCmap()) == {ord(character) for character in characters}
        assert font["OS/2"].usWeightClass == weight


def test_a_web_face_names_weight_style_place_and_characters() -> None:
    face = next(face for face in fonts.WEB_FACES if face.subset == "jp-marks")
    assert fonts.web_face(face, "/fonts/marks.woff") == (
        '@font-face{font-family:"Noto Sans";font-style:normal;font-weight:400;font-display:swap;'
        'src:url("/fonts/marks.woff") format("woff");unicode-range:U+2190,U+2191,U+2192,U+2193,'
        "U+2260,U+2264,U+2265,U+25A0,U+25A1,U+25B2,U+25B3,U+25C6,U+25C7,U+25CB,U+25CF,"
        "U+2713}\n"
    )
