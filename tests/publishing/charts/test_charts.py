"""Charts: what is drawn is read back from the SVG, and compared with the numbers put in."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from xml.etree import ElementTree as ET

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kyoso.core.text import LANGUAGES, Language, Text, same
from kyoso.methods.declaration import Figure, Kind, Method, Outcome
from kyoso.publishing import charts, fonts, palette
from kyoso.publishing.charts import drawing, lettering
from kyoso.publishing.charts.reading import MOST_BARS, MOST_LINES, MOST_PANELS, read
from kyoso.tables.declaration import Column, Table, Type

SVG = "{http://www.w3.org/2000/svg}"


def column(name: str, kind: Type = Type.TEXT, unit: str | None = None) -> Column:
    return Column(name=name, type=kind, meaning=Text(f"the {name}", f"{name}の値"), unit=unit)


TABLE = Table(
    name="totals",
    title=same("totals"),
    columns=(
        column("country"),
        column("category"),
        column("year", Type.INTEGER),
        column("value", Type.NUMBER, "t"),
        column("lower", Type.NUMBER, "t"),
        column("upper", Type.NUMBER, "t"),
    ),
)
BARS = Figure(
    name="bars",
    title=Text("By category", "区分別"),
    kind="bars",
    table="totals",
    value="value",
    category="category",
    lower="lower",
    upper="upper",
    unit="kt",
    at="year",
    facet="country",
)
LINES = Figure(
    name="lines",
    title=Text("Over time", "推移"),
    kind="lines",
    table="totals",
    value="value",
    category="category",
    x="year",
)
METHOD = Method(
    id="climate.transparency.trial",
    version="1.0.0",
    kind=Kind.ARRAY,
    title=same("trial"),
    summary=same("trial"),
    activities=(),
    inputs=(TABLE,),
    outputs=(TABLE,),
    function=lambda _tables, _values: Outcome({}),
    figures=(BARS, LINES),
)


def table(*rows: Sequence[Any]) -> pa.Table:
    """Rows of country, category, year, value and, where given, lower and upper."""
    full = [(*row, None, None)[:6] for row in rows]
    return pa.Table.from_pylist([dict(zip(TABLE.names, row, strict=True)) for row in full])


def svg(
    figure: Figure, rows: pa.Table, language: Language = "en", **options: Any
) -> tuple[ET.Element, list[str]]:
    """The parsed chart and all its texts in order."""
    root = ET.fromstring(charts.svg(figure, rows, METHOD, language, **options))
    return root, ["".join(text.itertext()) for text in root.iter(f"{SVG}text")]


def bars(root: ET.Element, colour: str) -> list[float]:
    """The lengths of the bars, from their outlines: to the right, down, back."""
    outlines = [path.get("d", "") for path in root.iter(f"{SVG}path") if path.get("fill") == colour]
    return [float(re.match(r"M[-\d.e]+,[-\d.e]+h([-\d.e]+)v14", d)[1]) for d in outlines]


EMISSIONS = table(
    ("THA", "1A1a", 2022, 999_000.0),
    ("THA", "1A1a", 2023, 150_000.0, 140_000.0, 165_000.0),
    ("THA", "2A1", 2023, 75_000.0),
    ("THA", "4A", 2023, None),
    ("THA", "5A", 2022, 3_000.0),
    ("VNM", "1A1a", 2023, 300_000.0, 290_000.0, 310_000.0),
)


def test_bars_are_as_long_as_their_values_in_the_unit_shown() -> None:
    root, texts = svg(BARS, EMISSIONS)
    lengths = bars(root, palette.PILLARS["climate"])
    assert [length / lengths[0] for length in lengths] == pytest.approx([1, 0.5, 2])
    assert [text for text in texts if text in ("150.0", "75.0", "300.0")] == [
        *("150.0", "75.0", "300.0")
    ]


def test_only_the_latest_year_is_drawn_and_named_and_what_it_lacks_is_not_reported() -> None:
    _, texts = svg(BARS, EMISSIONS)
    assert "THA Thailand, 2023" in texts
    assert "VNM Viet Nam, 2023" in texts
    assert texts.count("not reported") == 2
    assert "999.0" not in texts


def test_a_missing_value_has_no_bar_and_no_zero() -> None:
    root, texts = svg(BARS, table(("THA", "1A1a", 2023, 5.0), ("THA", "4A", 2023, None)))
    assert len(bars(root, palette.PILLARS["climate"])) == 1
    assert "0" not in {text.strip("0.,") or "0" for text in texts}
    words = [t for t in root.iter(f"{SVG}text") if t.text == "not reported"]
    assert [word.get("font-style") for word in words] == ["italic"]


def test_japanese_is_not_slanted_and_names_its_face() -> None:
    root, texts = svg(BARS, EMISSIONS, "ja")
    assert texts.count("未報告") == 2
    assert [t for t in root.iter(f"{SVG}text") if t.get("font-style") == "italic"] == []
    latin = fonts.coverage(fonts.FACES[fonts.LATIN, "regular"])
    for run in root.iter(f"{SVG}tspan"):
        wanted = fonts.JAPANESE_STACK if ord((run.text or " ")[0]) not in latin else None
        assert run.get("font-family") == wanted


def test_a_value_too_small_for_the_digits_is_not_written_as_zero() -> None:
    _, texts = svg(BARS, table(("THA", "1A1a", 2023, 5e6), ("THA", "2A1", 2023, 1.0)))
    assert "< 1" in texts


def test_unit_and_meaning_stand_under_the_title() -> None:
    _, texts = svg(BARS, EMISSIONS)
    assert texts[:2] == [
        "By category",
        "The value, kt, thin line: interval, lower to upper end",
    ]
    _, texts = svg(BARS, EMISSIONS, titled=False)
    assert texts[0] == "The value, kt, thin line: interval, lower to upper end"


def test_whiskers_run_from_lower_to_upper() -> None:
    root, _ = svg(BARS, EMISSIONS)
    scale = bars(root, palette.PILLARS["climate"])[0] / 150
    lines = [line for line in root.iter(f"{SVG}line") if line.get("stroke") == palette.INK]
    found = [
        (float(re.search(r"\(([-\d.]+)", line.get("transform", ""))[1]), float(line.get("x2", "0")))
        for line in lines
    ]
    assert [(start / scale, length / scale) for start, length in found] == [
        pytest.approx((140, 25)),
        pytest.approx((290, 20)),
    ]


def test_the_smallest_of_many_are_named_and_the_silent_are_called_so() -> None:
    rows = [("THA", f"c{n:02}", 2023, 1000.0 * (n + 1)) for n in range(MOST_BARS + 3)]
    rows.append(("THA", "quiet", 2023, None))
    root, texts = svg(BARS, table(*rows))
    assert len(bars(root, palette.PILLARS["climate"])) == MOST_BARS
    assert "THA Thailand, 2023: not drawn, smaller: c02, c01, c00" in texts
    assert "THA Thailand, 2023: not reported: quiet" in texts


def test_panels_beyond_the_page_are_named() -> None:
    codes = ["BRN", "KHM", "IDN", "LAO", "MYS", "MMR", "PHL", "SGP", "THA", "TLS", "VNM", "JPN"]
    rows = [(code, "1A1a", 2023, 1000.0 * (n + 2)) for n, code in enumerate([*codes, "CHN"])]
    assert len(codes) == MOST_PANELS
    _, texts = svg(BARS, table(*rows))
    assert "No panel, smaller: BRN Brunei Darussalam" in texts


def test_negative_values_go_to_the_left_and_are_labelled_there() -> None:
    root, texts = svg(BARS, table(("THA", "a", 2023, -2000.0), ("THA", "b", 2023, 1000.0)))
    assert "−2.000" in texts
    label = next(t for t in root.iter(f"{SVG}text") if t.text == "−2.000")
    assert label.get("text-anchor") == "end"


def test_a_second_value_for_a_mark_is_refused() -> None:
    twice = table(("THA", "a", 2023, 1.0), ("THA", "a", 2023, 2.0))
    with pytest.raises(ValueError, match="figure bars: several values for a"):
        charts.svg(BARS, twice, METHOD, "en")
    with pytest.raises(ValueError, match="figure lines: several values for a"):
        charts.svg(LINES, twice, METHOD, "en")


def test_parts_of_one_bar_are_added_where_that_is_declared_and_never_without_one_of_them() -> None:
    added = replace(BARS, lower=None, upper=None, added=True)
    rows = [("THA", "a", 2023, 1000.0), ("THA", "a", 2023, 2500.0), ("THA", "b", 2023, 4.0)]
    panel = read(added, table(*rows, ("THA", "b", 2023, None)), METHOD, "en").bars[0]
    assert [(bar.label, bar.value) for bar in panel.bars] == [("a", 3.5), ("b", None)]


def paths(root: ET.Element) -> list[str]:
    return [p.get("d", "") for p in root.iter(f"{SVG}path") if p.get("stroke-width") == "2"]


def test_a_year_left_out_is_a_gap_in_the_line_and_is_explained() -> None:
    rows = [("THA", "a", year, 1.0 * year) for year in (2000, 2001, 2003, 2004)]
    root, texts = svg(LINES, table(*rows))
    assert [path.count("M") for path in paths(root)] == [2]
    assert "A gap in a line: not reported." in texts
    whole, texts = svg(LINES, table(*rows, ("THA", "a", 2002, 2002.0)))
    assert [path.count("M") for path in paths(whole)] == [1]
    assert "A gap in a line: not reported." not in texts


def test_a_point_between_two_gaps_is_seen() -> None:
    rows = [("THA", "a", year, v) for year, v in ((2000, 1.0), (2001, None), (2002, 3.0))]
    picture = read(LINES, table(*rows), METHOD, "en")
    line = picture.lines[0].lines[0]
    assert [drawing._alone(line, at) for at in range(3)] == [True, False, True]


def test_lines_keep_the_largest_and_name_the_rest() -> None:
    rows = [
        ("THA", f"c{n}", year, 10.0 * (n + 1)) for n in range(MOST_LINES + 1) for year in (1, 2)
    ]
    rows += [("THA", "quiet", 1, None), ("THA", "quiet", 2, None)]
    root, texts = svg(LINES, table(*rows))
    assert len(paths(root)) == MOST_LINES
    assert {"Not drawn, smaller: c0", "Not reported: quiet"} <= set(texts)
    inks = {(p.get("stroke"), p.get("stroke-dasharray")) for p in root.iter(f"{SVG}path")
            if p.get("stroke-width") == "2"}  # fmt: skip
    assert len(inks) == MOST_LINES


def test_lines_need_a_number_to_run_along() -> None:
    rows = table(("THA", "a", 2023, 1.0))
    with pytest.raises(ValueError, match="lines need an x"):
        read(Figure(name="f", title=same("f"), kind="lines", table="totals", value="value",
                    category="category"), rows, METHOD, "en")  # fmt: skip
    with pytest.raises(ValueError, match="x is a text, lines need a number"):
        read(Figure(name="f", title=same("f"), kind="lines", table="totals", value="value",
                    category="category", x="country"), rows, METHOD, "en")  # fmt: skip


@pytest.mark.parametrize("figure", [BARS, LINES], ids=["bars", "lines"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_chart_says_what_it_shows_to_who_cannot_see_it(
    figure: Figure, language: Language
) -> None:
    rows = table(*[("THA", "a", year, 1000.0 * (year - 2000)) for year in (2001, 2002, 2003)])
    root, _ = svg(figure, rows, language)
    title, description = root[0], root[1]
    assert (root.get("role"), root.get("aria-labelledby")) == (
        "img",
        f"{title.get('id')} {description.get('id')}",
    )
    assert title.text == figure.title[language]
    last = "3.000" if figure is BARS else "3,000"
    assert last in (description.text or "")
    assert [e for e in root.iter() if e is not root and e.get("role")] == []


def test_sample_countries_are_marked_without_being_asked() -> None:
    assert "sample data" not in svg(BARS, EMISSIONS)[1]
    assert "sample data" in svg(BARS, EMISSIONS, sample=True)[1]
    assert "sample data" in svg(BARS, table(("XAA", "a", 2023, 1.0)))[1]
    assert "見本データ" in svg(BARS, table(("XAA", "a", 2023, 1.0)), "ja")[1]


@pytest.mark.parametrize("figure", [BARS, LINES], ids=["bars", "lines"])
def test_the_picture_for_a_phone_says_the_same_on_half_the_width(figure: Figure) -> None:
    rows = table(*[("XAA", "a", year, 1000.0 * (year - 2000)) for year in (2001, 2002, 2003)])
    (broad, _), (narrow, texts) = svg(figure, rows), svg(figure, rows, wide=charts.NARROW)
    assert narrow.get("viewBox", "").startswith(f"0 0 {charts.NARROW} ")
    assert narrow[1].text == broad[1].text
    assert {"a", "sample data"} <= set(texts)
    # Both stand on one page.
    ids = [{one.get("id") for one in root.iter()} - {None} for root in (broad, narrow)]
    assert ids[0] & ids[1] == set()


@pytest.mark.parametrize("figure", [BARS, LINES], ids=["bars", "lines"])
def test_same_input_gives_the_same_bytes(figure: Figure) -> None:
    rows = table(("THA", "1A1a", 2023, 1.0), ("THA", "2A1", 2023, 2.0))
    assert charts.svg(figure, rows, METHOD, "ja") == charts.svg(figure, rows, METHOD, "ja")


def test_an_empty_table_is_an_empty_chart() -> None:
    empty = table(("THA", "a", 2023, 1.0)).slice(0, 0)
    for figure in (BARS, LINES):
        _, texts = svg(figure, empty)
        assert texts[0] == figure.title["en"]
        assert "No data." in texts


@given(st.lists(st.floats(0, 180), max_size=14).map(sorted))
def test_labels_never_overlap_nor_leave_the_panel(wanted: list[float]) -> None:
    placed = drawing.apart(wanted, 14, 180)
    step = min(14, 180 / max(1, len(wanted) - 1))
    assert all(0 <= at <= 180 + 1e-9 for at in placed)
    assert all(b - a >= step - 1e-6 for a, b in itertools.pairwise(placed))


@given(st.floats(-1e12, 1e12), st.floats(-1e12, 1e12))
def test_ticks_are_few_and_hold_zero_and_both_ends(one: float, other: float) -> None:
    low, high = min(one, other, 0.0), max(one, other, 0.0)
    found = drawing.ticks(low, high)
    rounding = 1e-9 * (high - low)
    assert 0.0 in found
    assert found[0] <= low + rounding
    assert found[-1] >= high - rounding
    assert 2 <= len(found) <= 7


@given(st.lists(st.sampled_from(["ab ", "c", "排出", "量、", "す。", "b、"])), st.floats(40, 200))
def test_wrapping_loses_nothing_and_begins_no_line_with_a_closing_mark(
    pieces: list[str], most: float
) -> None:
    text = "".join(pieces)
    lines = lettering.wrapped(text, most, 12)
    assert "".join("".join(lines).split()) == "".join(text.split())
    assert [line for line in lines if line[:1] in ("、", "。")] == []


def test_shortening_says_that_it_cuts() -> None:
    assert lettering.shortened("0306", 40, 12) == "0306"
    short = lettering.shortened("Heating and ventilation, professional", 100, 12)
    assert short.endswith("…")
    assert lettering.width(short, 12) <= 100
