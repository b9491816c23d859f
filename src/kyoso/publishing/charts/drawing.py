"""Panels to vector graphics, through Vega-Lite.

The specifications are written as the plain data that they are: a library of classes for them takes
ten times longer to build one than Vega-Lite to draw it.

Every place is worked out here, in pixels, and none is left to the measuring of text: the same
figure is the same file on a machine with other fonts.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any, Literal

from kyoso.core.text import Language
from kyoso.publishing import fonts, words
from kyoso.publishing.charts.lettering import shortened, width
from kyoso.publishing.charts.reading import Bar, BarPanel, Line, LinePanel, Picture
from kyoso.publishing.palette import INK, RULE, SOFT

WIDTH, NARROW = 720, 358
"""Of a picture on a page, and on a phone."""
TITLE = 24
"""Height of a panel's title; over an axis, whose uppermost number rises above the panel, more."""
SPACE = 18
"""Between panels."""

_DOTS = 2.5
"""Dots of a picture per px: 240 to the inch, sharp in print."""
_FONT = fonts.STACK
_SIZE = 12
_ROW = 24
_BAR = 14
_LEAST_LABELS, _MOST_LABELS = 48.0, 250.0
_LINE_HEIGHT = 180
_AXIS_ABOVE = 8
_AXIS_LEFT, _AXIS_BELOW = 58, 26
_DASHES = ([1, 0], [7, 3], [2, 2], [9, 3, 2, 3])
_LABEL_STEP = 14
_TICKS = (1, 2, 5)
_VEGA_LITE = "6.4"

Part = dict[str, Any]
"""A part of a Vega-Lite specification."""


@dataclass(frozen=True, slots=True)
class Drawing:
    """SVG of the panels and the box that they fill, from the place of their origin."""

    svg: str
    width: int
    left: float
    above: float
    height: float


@lru_cache(maxsize=64)
def draw(picture: Picture, colour: str, language: Language, wide: int = WIDTH) -> Drawing:
    """Draw all panels one below the other; line panels in two columns where there are many.

    What was drawn lately is remembered: a picture stands in two frames, with its title and without.
    """
    if picture.bars:
        return _draw_bars(picture, colour, language, wide)
    return _draw_lines(picture, colour, wide)


# --- bars ---------------------------------------------------------------------------------


def _draw_bars(picture: Picture, colour: str, language: Language, wide: int) -> Drawing:
    labels = [bar.label for panel in picture.bars for bar in panel.bars]
    left = (
        min(
            max([_LEAST_LABELS, *(width(one, _SIZE) for one in labels)]),
            _MOST_LABELS * wide / WIDTH,
        )
        + 10
    )
    values = [_written(bar, picture.places, language) for p in picture.bars for bar in p.bars]
    ends = [bar.ends() for panel in picture.bars for bar in panel.bars]
    beside = max((width(one, _SIZE) for one in values), default=0.0) + 16
    domain = _domain(ends, wide - left, beside)
    panels = [
        _bar_chart(
            panel,
            places=picture.places,
            left=left,
            pixels=wide - left,
            domain=domain,
            colour=colour,
            language=language,
        )
        for panel in picture.bars
    ]
    titled = any(panel.title for panel in picture.bars)
    return Drawing(
        svg=_svg({"vconcat": panels, "spacing": SPACE + TITLE * titled, "bounds": "flush"}),
        width=wide,
        left=left,
        above=TITLE * titled,
        height=sum(len(p.bars) * _ROW for p in picture.bars)
        + (len(panels) - 1) * (SPACE + TITLE * titled),
    )


def _domain(
    ends: Sequence[tuple[float, float]], pixels: float, beside: float
) -> tuple[float, float]:
    """From the least to the greatest end, with room for the values beside the bars."""
    low = min((end[0] for end in ends), default=0.0)
    high = max((end[1] for end in ends), default=0.0)
    span = (high - low) or 1.0
    rooms = (low < 0) + 1
    unit = span / (pixels - rooms * beside)
    return (low - beside * unit if low < 0 else low), high + beside * unit


def _written(bar: Bar, places: int, language: Language) -> str:
    return words.NOT_REPORTED[language] if bar.value is None else words.number(bar.value, places)


def _bar_chart(
    panel: BarPanel,
    *,
    places: int,
    left: float,
    pixels: float,
    domain: tuple[float, float],
    colour: str,
    language: Language,
) -> Part:
    rows = [
        {
            "row": at,
            "label": shortened(bar.label, left - 10, _SIZE),
            "value": bar.value,
            "lower": bar.lower,
            "upper": bar.upper,
            "written": _written(bar, places, language),
            "end": bar.ends()[0 if (bar.value or 0) < 0 else 1],
            "side": "none" if bar.value is None else "left" if bar.value < 0 else "right",
        }
        for at, bar in enumerate(panel.bars)
    ]
    scale = {"domain": list(domain), "nice": False, "zero": False}
    row = {"field": "row", "type": "ordinal", "axis": None, "scale": {"padding": 0}}

    def layer(mark: Part, where: str = "", *, written: str = "", x: Part, **more: Part) -> Part:
        encoding = {"x": {**x, "axis": None, "scale": scale}, "y": row, **more}
        if written:
            encoding["text"] = _name(written)
        return {**_where(where), "mark": mark, "encoding": encoding}

    def beside(side: str, align: Literal["left", "right"], dx: int, style: str, ink: str) -> Part:
        mark = _text(align=align, dx=dx, fontStyle=style, color=ink)
        return layer(mark, f"datum.side == '{side}'", x=_measure("end"), written="written")

    layers = [
        layer(
            {"type": "bar", "height": _BAR, "color": colour},
            "isValid(datum.value)",
            x=_measure("value"),
            x2={"datum": 0},
        ),
        layer(
            {"type": "rule", "color": INK, "strokeWidth": 1},
            "isValid(datum.lower) && isValid(datum.upper)",
            x=_measure("lower"),
            x2={"field": "upper"},
        ),
        layer(
            _text(align="right", dx=-10, color=INK),
            x={"datum": min(0.0, domain[0])},
            written="label",
        ),
        beside("right", "left", 8, "normal", INK),
        beside("left", "right", -8, "normal", INK),
        beside("none", "left", 8, "normal" if language == "ja" else "italic", SOFT),
        *_panel_title(panel.title, -left, -8),
    ]
    return {
        "data": {"values": rows},
        "layer": layers,
        "width": pixels,
        "height": len(rows) * _ROW,
    }


def _panel_title(title: str, dx: float, dy: float) -> list[Part]:
    if not title:
        return []
    mark = _text(
        align="left", baseline="alphabetic", fontSize=13, fontWeight=600, color=INK, dx=dx, dy=dy
    )
    place = {"x": {"value": 0}, "y": {"value": 0}, "text": _name("title")}
    return [{"data": {"values": [{"title": title}]}, "mark": mark, "encoding": place}]


def _text(**more: Any) -> Part:
    return {"type": "text", "fontSize": _SIZE, **more}


def _name(field: str) -> Part:
    return {"field": field, "type": "nominal"}


def _measure(field: str) -> Part:
    return {"field": field, "type": "quantitative"}


def _where(test: str) -> Part:
    return {"transform": [{"filter": test}]} if test else {}


# --- lines --------------------------------------------------------------------------------


def _draw_lines(picture: Picture, colour: str, wide: int) -> Drawing:
    columns = 2 if len(picture.lines) > 2 and wide == WIDTH else 1
    gap = 28 if columns > 1 else 0
    space = (wide - gap) / columns
    labels = [line.label for panel in picture.lines for line in panel.lines]
    most = space * (0.4 if wide < WIDTH else 0.3 if columns == 1 else 0.34)
    beside = min(max((width(one, _SIZE) for one in labels), default=0.0), most) + 12
    pixels = space - _AXIS_LEFT - beside
    panels = [
        _line_chart(panel, picture.styles, pixels, beside - 12, colour) for panel in picture.lines
    ]
    titled = (TITLE + _AXIS_ABOVE) * any(panel.title for panel in picture.lines)
    rows = -(-len(panels) // columns)
    between = SPACE + titled + _AXIS_BELOW
    spacing = {"row": between, "column": space + gap - pixels}
    return Drawing(
        svg=_svg({"concat": panels, "columns": columns, "spacing": spacing, "bounds": "flush"}),
        width=wide,
        left=_AXIS_LEFT,
        above=titled + 6,
        height=rows * _LINE_HEIGHT + (rows - 1) * between + _AXIS_BELOW,
    )


def _line_chart(
    panel: LinePanel, styles: Sequence[str], pixels: float, beside: float, colour: str
) -> Part:
    known = [point for line in panel.lines for point in line.known()]
    steps = ticks(min((y for _, y in known), default=0.0), max((y for _, y in known), default=0.0))
    xs = [x for line in panel.lines for x, _ in line.points]
    first, last = min(xs, default=0.0), max(xs, default=0.0)
    across = whole_ticks(first, last, 4 if pixels < 300 else 8)
    x = _measure("x") | {
        "scale": {
            "domain": [first, last if last > first else first + 1],
            "nice": False,
            "zero": False,
        }
    }
    y = {"scale": {"domain": [steps[0], steps[-1]], "nice": False}}
    rows = [
        {"label": line.label, "x": at, "y": value, "single": _alone(line, position)}
        for line in panel.lines
        for position, (at, value) in enumerate(line.points)
    ]
    places = max(0, -math.floor(math.log10(steps[1] - steps[0]) + 1e-9))
    axes = {
        "x": x | {"axis": _axis(across, "d", domain=True)},
        "y": _measure("y") | y | {"axis": _axis(steps, f",.{places}f", domain=False)},
    }
    key = _key(styles, colour)
    ends = {"values": _end_labels(panel.lines, steps, beside)}
    layers = [
        {
            "mark": {
                "type": "line",
                "strokeWidth": 2,
                "invalid": "break-paths-show-path-domains",
            },
            "encoding": {**axes, **key, "detail": _name("label")},
        },
        {
            **_where("datum.single"),
            "mark": {"type": "point", "filled": True, "size": 26, "opacity": 1},
            "encoding": {**axes, "color": key["color"]},
        },
        {
            "data": ends,
            **_where("datum.apart"),
            "mark": {"type": "rule", "color": SOFT, "strokeWidth": 0.75},
            "encoding": {
                "x": x,
                "y": _measure("y") | y,
                "x2": {"value": pixels + 5},
                "y2": {"field": "place"},
            },
        },
        {
            "data": ends,
            "mark": _text(align="left", dx=8, color=INK),
            "encoding": {
                "x": {"value": pixels},
                "y": _measure("place") | y,
                "text": _name("label"),
            },
        },
        *_panel_title(panel.title, -_AXIS_LEFT, -8 - _AXIS_ABOVE),
    ]
    return {
        "data": {"values": rows},
        "layer": layers,
        "width": pixels,
        "height": _LINE_HEIGHT,
    }


def _key(styles: Sequence[str], colour: str) -> dict[str, Part]:
    """A dash for each line, and a second ink where there are more lines than dashes.

    It names the lines of all panels: Vega-Lite shares it among them.
    """
    inks = [colour if at < len(_DASHES) else SOFT for at in range(len(styles))]
    dashes = [_DASHES[at % len(_DASHES)] for at in range(len(styles))]

    def scaled(marks: Sequence[Any]) -> Part:
        scale = {"domain": list(styles), "range": list(marks)}
        return _name("label") | {"legend": None, "scale": scale}

    return {"color": scaled(inks), "strokeDash": scaled(dashes)}


def _alone(line: Line, position: int) -> bool:
    """Whether a point has no neighbour to be joined to; it would not be seen as a line."""
    around = line.points[max(0, position - 1) : position] + line.points[position + 1 : position + 2]
    return line.points[position][1] is not None and all(y is None for _, y in around)


def _end_labels(
    lines: Sequence[Line], steps: Sequence[float], beside: float
) -> list[dict[str, object]]:
    """Names at the right, each at its line's end, moved apart where they would overlap."""
    low, high = steps[0], steps[-1]
    last = max((x for line in lines for x, _ in line.points), default=0.0)
    ends = [(line, *line.known()[-1]) for line in lines if line.known()]
    ends.sort(key=lambda end: (-end[2], end[0].label))
    wanted = [(high - y) / (high - low) * _LINE_HEIGHT for _, _, y in ends]
    placed = apart(wanted, _LABEL_STEP, _LINE_HEIGHT)
    return [
        {
            "label": shortened(line.label, beside, _SIZE),
            "x": x,
            "y": y,
            "place": high - at / _LINE_HEIGHT * (high - low),
            "apart": x < last or abs(at - wish) > 3,
        }
        for (line, x, y), wish, at in zip(ends, wanted, placed, strict=True)
    ]


def apart(wanted: Sequence[float], step: float, limit: float) -> list[float]:
    """Rising places at least ``step`` apart, from 0 to ``limit``, close to those wanted.

    Where there is no room for all, they overlap evenly.

    >>> apart([10, 12, 100], 14, 180)
    [4.0, 18.0, 100.0]
    """
    if len(wanted) > 1:
        step = min(step, limit / (len(wanted) - 1))
    # Blocks of touching labels are centred on the mean of what their members want.
    blocks: list[list[float]] = []
    for wish in wanted:
        blocks.append([float(wish)])
        while len(blocks) > 1 and _top(blocks[-1], step, limit) < (
            _top(blocks[-2], step, limit) + len(blocks[-2]) * step
        ):
            blocks[-2:] = [blocks[-2] + blocks[-1]]
    return [_top(block, step, limit) + at * step for block in blocks for at in range(len(block))]


def _top(block: Sequence[float], step: float, limit: float) -> float:
    centre = sum(block) / len(block)
    half = (len(block) - 1) * step / 2
    return min(max(centre - half, 0.0), limit - 2 * half)


def ticks(low: float, high: float) -> list[float]:
    """About four even steps that hold zero, ``low`` and ``high``.

    >>> ticks(0, 930)
    [0.0, 500.0, 1000.0]
    """
    low, high = min(low, 0.0), max(high, 0.0)
    if low == high:
        return [0.0, 1.0]
    size = _nice((high - low) / 4)
    first, last = math.floor(low / size), math.ceil(high / size)
    return [float(f"{at * size:.12g}") for at in range(first, last + 1)]


def whole_ticks(low: float, high: float, most: int) -> list[float]:
    """At most about ``most`` round years, or other whole numbers, between two of them."""
    size = max(1.0, _nice((high - low) / most))
    first, last = math.ceil(low / size), math.floor(high / size)
    return [at * size for at in range(first, last + 1)]


def _nice(rough: float) -> float:
    """The next step of the kind 1, 2, 5 × 10ⁿ that is not below ``rough``."""
    if rough <= 0:
        return 1.0
    power = 10.0 ** math.floor(math.log10(rough))
    return next((t * power for t in _TICKS if t * power >= rough), 10 * power)


def _axis(values: Sequence[float], form: str, *, domain: bool) -> Part:
    return {
        "values": list(values),
        "format": form,
        "title": None,
        "grid": not domain,
        "gridColor": RULE,
        "domain": domain,
        "domainColor": INK,
        "ticks": domain,
        "tickColor": INK,
        "tickSize": 4,
        "labelColor": SOFT,
        "labelFontSize": _SIZE,
        "labelOverlap": False,
        "labelLimit": 0,
        "labelFlush": False,
        "labelPadding": 6,
    }


# --- SVG ----------------------------------------------------------------------------------


def _svg(panels: Part) -> str:
    import vl_convert

    _register_fonts()
    house = {"font": _FONT, "background": "transparent", "view": {"stroke": None}}
    return str(vl_convert.vegalite_to_svg({**panels, "config": house}, vl_version=_VEGA_LITE))


@cache
def _register_fonts() -> None:
    import vl_convert

    vl_convert.register_font_directory(str(fonts.FOLDER))


@lru_cache(maxsize=64)
def png(svg: str) -> bytes:
    """A finished chart, or any other SVG of the house, as a picture of dots for Word.

    What was made lately is remembered: several reports show the same results.
    """
    import vl_convert

    _register_fonts()
    return bytes(vl_convert.svg_to_png(svg, scale=_DOTS))
