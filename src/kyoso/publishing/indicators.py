"""The indicators of a programme, and their bars: bar for now, line for baseline, diamond for target.

What the programme's text states is kept apart by kind: a target is promised, an achievement is
reported, a context figure describes, a projection is forecast. A projection is never drawn as now.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from xml.sax.saxutils import escape

from kyoso import reference
from kyoso.core.text import Language, Text
from kyoso.publishing import palette, words
from kyoso.publishing.documents.model import Picture

_WIDTH, _HEIGHT = 140, 18
_MIDDLE = _HEIGHT / 2
_BAR = 7
_QUALIFIED = {
    "exact": Text("{value}", "{value}"),
    "about": Text("about {value}", "約{value}"),
    "at-least": Text("{value} or more", "{value}以上"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Amount:
    """A number as its source writes it, with the period it is of where the source says one."""

    written: str
    period: str

    @property
    def number(self) -> float:
        return float(self.written)


@dataclass(frozen=True, slots=True, kw_only=True)
class Indicator:
    """What is measured, and what the programme's text says of it.

    ``value`` is what was last reported; of a projection it is the amount forecast, and
    ``baseline`` the present one.
    """

    id: str
    code: str
    section: str
    title: Text
    scope: Text | None
    kind: str
    unit: Text
    qualifier: str
    baseline: Amount | None
    value: Amount | None
    target: Amount | None
    verification: str

    def is_comparable(self) -> bool:
        """Whether there is anything to set the value, reported or awaited, against."""
        return self.baseline is not None or self.target is not None


def indicators(programme: str) -> tuple[Indicator, ...]:
    """The indicators of a programme, in the order of the catalogue."""
    table = reference.load("programme/indicators")
    return tuple(
        Indicator(
            id=row["id"],
            code=row["code"],
            section=row["section"],
            title=table.text(row, "title"),
            scope=table.texts(row, "scope"),
            kind=row["kind"],
            unit=table.text(row, "unit"),
            qualifier=row["qualifier"],
            baseline=_amount(row, "baseline"),
            value=_amount(row, "value"),
            target=_amount(row, "target"),
            verification=row["verification"],
        )
        for row in table.where(programme=programme)
    )


def _amount(row: reference.Row, name: str) -> Amount | None:
    return Amount(written=row[name], period=row[f"{name}_date"]) if row[name] else None


def written(amount: Amount, language: Language, *, qualifier: str = "exact") -> str:
    """An amount in words: ``200 or more, September 2025``."""
    value = _QUALIFIED[qualifier].format(value=words.plain(amount.written))[language]
    if not amount.period:
        return value
    joint = Text("{value}, {period}", "{value}（{period}）")
    return joint.format(value=value, period=words.period(amount.period, language))[language]


def bar(indicator: Indicator, language: Language) -> Picture:
    """The bar of an indicator. Where nothing was reported its line is dashed and has no bar."""
    described = list(_described(indicator, language))
    largest = max(
        (a.number for a in (indicator.baseline, indicator.value, indicator.target) if a),
        default=1.0,
    )
    description = (", " if language == "en" else "、").join(described)
    colour = palette.of_pillar(indicator.section.partition(".")[0])
    return Picture(
        svg=_svg(description, "".join(_marks(indicator, (largest or 1.0) * 1.06, colour))),
        description=description,
        width=_WIDTH,
    )


def _described(indicator: Indicator, language: Language) -> Iterator[str]:
    forecast = indicator.kind == "projection"
    for name, amount in (
        (Text("baseline", "基準値"), indicator.baseline),
        (Text("forecast", "予測") if forecast else Text("now", "実績値"), indicator.value),
        (Text("target", "目標値"), indicator.target),
    ):
        if amount is not None:
            yield f"{name[language]} {words.plain(amount.written)}"
        elif name.en == "now":
            yield f"{name[language]} {words.NOT_REPORTED[language]}"


def _svg(description: str, marks: str) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{_WIDTH}" height="{_HEIGHT}" '
        f'viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img"><title>{escape(description)}</title>'
        f"{marks}</svg>"
    )


def _marks(indicator: Indicator, end: float, colour: str) -> Iterator[str]:
    def x(amount: Amount) -> float:
        return round(amount.number / end * _WIDTH, 2)

    forecast = indicator.kind == "projection"
    dashes = "" if indicator.value else ' stroke-dasharray="4 3"'
    yield (
        f'<path d="M0 {_MIDDLE:g}H{_WIDTH}" stroke="{palette.RULE if indicator.value else palette.SOFT}"'
        f' stroke-width="1"{dashes}/>'
    )
    if indicator.value:
        style = (
            f'fill="#ffffff" stroke="{colour}" stroke-dasharray="3 2"'
            if forecast
            else f'fill="{colour}"'
        )
        yield (
            f'<rect x="0.5" y="{_MIDDLE - _BAR / 2:g}" width="{x(indicator.value):g}" '
            f'height="{_BAR}" {style}/>'
        )
    if indicator.baseline:
        at = x(indicator.baseline)
        yield f'<path d="M{at:g} 2V{_HEIGHT - 2}" stroke="{palette.INK}" stroke-width="1.5"/>'
    if indicator.target:
        at = x(indicator.target)
        yield (
            f'<path d="M{at:g} 1.5l5 {_MIDDLE - 1.5:g}l-5 {_MIDDLE - 1.5:g}l-5 -{_MIDDLE - 1.5:g}z" '
            f'fill="#ffffff" stroke="{palette.MARK}" stroke-width="1.5"/>'
        )
