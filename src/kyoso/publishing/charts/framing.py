"""The frame around a drawing: title, unit, notes, tag, and what is told instead of the picture."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from xml.etree import ElementTree as ET

from kyoso.core.text import Language
from kyoso.publishing import fonts, words
from kyoso.publishing.charts.drawing import Drawing
from kyoso.publishing.charts.lettering import width, wrapped
from kyoso.publishing.palette import INK, MARK, SOFT

_SVG = "http://www.w3.org/2000/svg"
_ID = "{http://www.w3.org/XML/1998/namespace}id"
_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_REFERENCE = re.compile(r"url\(#([^)]+)\)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """What stands around a drawing. ``name`` makes ids unique on a page with many charts."""

    name: str
    title: str
    titled: bool
    subtitle: str
    notes: Sequence[str]
    description: str
    sample: bool
    language: Language


def framed(drawing: Drawing, frame: Frame) -> str:
    """The finished SVG, one file that needs nothing else but the two Noto families."""
    ET.register_namespace("", _SVG)
    tag = words.SAMPLE[frame.language]
    room = drawing.width - (width(tag, 11) + 24 if frame.sample else 0)
    heading: list[ET.Element] = []
    y = 0.0
    if frame.titled:
        for line in wrapped(frame.title, room, 15):
            y += 20
            heading.append(_text(line, 0, y, 15, INK, weight=600))
    for line in wrapped(frame.subtitle, room if not frame.titled else drawing.width, 12):
        y += 18
        heading.append(_text(line, 0, y, 12, SOFT))
    top = y + 16 + drawing.above
    bottom = top + drawing.height
    notes: list[ET.Element] = []
    for note in frame.notes:
        for line in wrapped(note, drawing.width, 11):
            bottom += 17
            notes.append(_text(line, 0, bottom, 11, SOFT))
    height = bottom + 6
    root = ET.Element(
        f"{{{_SVG}}}svg",
        {
            "width": str(drawing.width),
            "height": f"{height:g}",
            "viewBox": f"0 0 {drawing.width} {height:g}",
            "role": "img",
            "aria-labelledby": f"{frame.name}-title {frame.name}-desc",
            _LANG: frame.language,
            "font-family": fonts.STACK,
        },
    )
    _child(root, "title", f"{frame.name}-title").text = frame.title
    _child(root, "desc", f"{frame.name}-desc").text = frame.description
    root.extend(heading)
    if frame.sample:
        root.extend(_tag(tag, drawing.width))
    root.append(_body(drawing, frame.name, top))
    root.extend(notes)
    for text in root.iter(f"{{{_SVG}}}text"):
        _in_runs(text)
    return ET.tostring(root, encoding="unicode") + "\n"


def _child(root: ET.Element, name: str, identifier: str) -> ET.Element:
    return ET.SubElement(root, f"{{{_SVG}}}{name}", {"id": identifier})


def _text(
    content: str, x: float, y: float, size: int, colour: str, *, weight: int | None = None
) -> ET.Element:
    place = {"x": f"{x:g}", "y": f"{y:g}", "font-size": f"{size}px", "fill": colour}
    if weight:
        place["font-weight"] = str(weight)
    element = ET.Element(f"{{{_SVG}}}text", place)
    element.text = content
    return element


def _tag(tag: str, right: int) -> list[ET.Element]:
    wide = width(tag, 11) + 14
    box = {"x": f"{right - wide - 0.5:g}", "y": "1.5", "width": f"{wide:g}", "height": "20"}
    rectangle = ET.Element(f"{{{_SVG}}}rect", {**box, "fill": "none", "stroke": MARK})
    text = _text(tag, right - wide / 2 - 0.5, 15.5, 11, MARK)
    text.set("text-anchor", "middle")
    return [rectangle, text]


def _body(drawing: Drawing, name: str, top: float) -> ET.Element:
    """The marks, moved to their place; their ids made unique by the name of the chart."""
    root = ET.fromstring(drawing.svg)  # noqa: S314 -- the drawing is our own
    body = next(child for child in root if child.tag == f"{{{_SVG}}}g")
    body.set("transform", f"translate({drawing.left:g},{top:g})")
    for element in body.iter():
        for key in [k for k in element.attrib if k in {"class", "role"} or "aria" in k]:
            del element.attrib[key]
        for key, value in element.attrib.items():
            if key in ("id", _ID):
                element.set(key, f"{name}-{value}")
            elif "url(#" in value:
                element.set(key, _REFERENCE.sub(rf"url(#{name}-\1)", value))
    return body


def _in_runs(text: ET.Element) -> None:
    """Name the face of every run that the Latin face cannot draw.

    A renderer that looks for a missing glyph by itself may find it in a Chinese face.
    """
    content = text.text or ""
    latin = fonts.coverage(fonts.FACES[fonts.LATIN, "regular"])
    runs: list[tuple[bool, str]] = []
    for character in content:
        known = ord(character) in latin
        if runs and runs[-1][0] == known:
            runs[-1] = (known, runs[-1][1] + character)
        else:
            runs.append((known, character))
    if all(known for known, _ in runs):
        return
    text.text = None
    for known, run in runs:
        face = {} if known else {"font-family": fonts.JAPANESE_STACK}
        ET.SubElement(text, f"{{{_SVG}}}tspan", face).text = run
