"""The bar of an indicator, read back from its drawing."""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

import pytest

from kyoso.core.text import Text, same
from kyoso.publishing import palette
from kyoso.publishing.indicators import Amount, Indicator, bar, indicators, written

SVG = "{http://www.w3.org/2000/svg}"


def indicator(
    baseline: str = "", value: str = "", target: str = "", kind: str = "target"
) -> Indicator:
    amounts = {
        name: Amount(written=text, period="") if text else None
        for name, text in (("baseline", baseline), ("value", value), ("target", target))
    }
    return Indicator(
        id="i", code="", section="2.1", title=same("t"), scope=None, kind=kind, unit=same("Mt"),
        qualifier="exact", verification="one-source", **amounts,
    )  # fmt: skip


def drawn(one: Indicator) -> tuple[ET.Element, dict[str, float]]:
    """The drawing, and the place of baseline, end of bar and target in it."""
    root = ET.fromstring(bar(one, "en").svg)
    places = {}
    for path in root.iter(f"{SVG}path"):
        start = float(re.match(r"M([\d.]+)", path.get("d", ""))[1])
        if path.get("stroke") == palette.INK:
            places["baseline"] = start
        elif path.get("stroke") == palette.MARK:
            places["target"] = start
    for rectangle in root.iter(f"{SVG}rect"):
        places["value"] = float(rectangle.get("width", "0"))
    return root, places


def test_lengths_stand_to_each_other_as_the_numbers_do() -> None:
    _, places = drawn(indicator(baseline="20", value="30", target="40"))
    assert places["value"] / places["target"] == pytest.approx(0.75, abs=1e-3)
    assert places["baseline"] / places["target"] == pytest.approx(0.5, abs=1e-3)


def test_what_was_not_reported_has_no_bar_but_a_dashed_line() -> None:
    root, places = drawn(indicator(target="6"))
    assert set(places) == {"target"}
    assert root.find(f"{SVG}path").get("stroke-dasharray") == "4 3"
    assert bar(indicator(target="6"), "en").description == "now not reported, target 6"
    assert bar(indicator(target="6"), "ja").description == "実績値 未報告、目標値 6"


def test_zero_is_reported_and_is_not_dashed() -> None:
    root, places = drawn(indicator(value="0", target="6"))
    assert places["value"] == 0
    assert root.find(f"{SVG}path").get("stroke-dasharray") is None


def test_a_forecast_is_hollow_and_never_called_now() -> None:
    one = indicator(baseline="19.4", value="38.4", kind="projection")
    root, _ = drawn(one)
    rectangle = root.find(f"{SVG}rect")
    assert (rectangle.get("fill"), rectangle.get("stroke-dasharray")) == ("#ffffff", "3 2")
    assert bar(one, "en").description == "baseline 19.4, forecast 38.4"


@pytest.mark.parametrize(
    ("qualifier", "period", "english", "japanese"),
    [
        ("exact", "", "2,400,000", "2,400,000"),
        ("about", "2020", "about 2,400,000, 2020", "約2,400,000（2020年）"),
        ("at-least", "2025-09", "2,400,000 or more, September 2025",
         "2,400,000以上（2025年9月）"),
    ],
)  # fmt: skip
def test_amounts_keep_the_words_of_the_text(
    qualifier: str, period: str, english: str, japanese: str
) -> None:
    amount = Amount(written="2400000", period=period)
    assert written(amount, "en", qualifier=qualifier) == english
    assert written(amount, "ja", qualifier=qualifier) == japanese


def test_the_catalogue_is_read_with_what_it_leaves_open() -> None:
    found = {one.id: one for one in indicators("space")}
    assert len(found) == 13
    members = found["cover-members"]
    assert (members.baseline, members.value) == (None, None)
    assert members.target == Amount(written="6", period="2025")
    assert members.title == Text("Members with warning or insurance", "早期警戒か保険のある国")
    assert members.is_comparable()
    assert not found["jcm-projects"].is_comparable()
    assert indicators("clean-asia") == ()
