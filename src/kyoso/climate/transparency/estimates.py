"""From single results to the estimates of categories and gases that an inventory takes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from kyoso.climate.transparency.factors import potentials
from kyoso.climate.transparency.tables.estimates import ESTIMATES
from kyoso.climate.transparency.tables.roll_up import SETS
from kyoso.core.text import COMMA, SEMICOLON, Text, joined, same
from kyoso.methods.declaration import Parameter
from kyoso.methods.result import Check, Verdict
from kyoso.numerics.uncertain import Uncertain, total
from kyoso.tables.checking import Broken
from kyoso.tables.given import schema

Row = Mapping[str, Any]

GWP = Parameter(
    name="gwp",
    meaning=Text(
        "set of global warming potentials over 100 years", "地球温暖化係数（100年値）の評価報告書"
    ),
    default="AR5",
    choices=SETS,
)

_NAMED = 8
"""So many names are given in a hint."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """What one source emits of a gas in a year [t], and how that was estimated."""

    country: str
    year: int
    category: str
    gas: str
    mass: Uncertain
    how: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """What is not estimated of a category and gas in a year, and why."""

    country: str
    year: int
    category: str
    gas: str
    what: Text


def estimates(
    parts: Iterable[Part], assessment: str, *, gaps: Iterable[Gap] = (), removals: bool = False
) -> pa.Table:
    """The parts added up by country, year, category and gas; removals are negative.

    What has ``gaps`` is partial and says so; of what has nothing else there is no row. The
    interval of what only emits does not go below zero, unless there may be ``removals``.
    """
    lacking: dict[tuple[str, int, str, str], set[Text]] = {}
    for gap in gaps:
        lacking.setdefault((gap.country, gap.year, gap.category, gap.gas), set()).add(gap.what)
    groups: dict[tuple[str, int, str, str], list[Part]] = {}
    for part in parts:
        groups.setdefault((part.country, part.year, part.category, part.gas), []).append(part)
    rows = []
    for key, group in groups.items():
        mass = total(part.mass for part in group)
        half = mass.half_width
        lower = None if half is None else mass.value - half
        rows.append(
            {
                **dict(zip(("country", "year", "category", "gas"), key, strict=True)),
                "mass": mass.value,
                "co2e": mass.value * potentials(assessment)[key[3]],
                "lower": lower if lower is None or removals else max(0.0, lower),
                "upper": None if half is None else mass.value + half,
                "uncertainty": mass.percent,
                **sentences("how", _ordered({part.how for part in group})),
                **sentences("not_estimated", _ordered(lacking.get(key, ()))),
            }
        )
    return pa.Table.from_pylist(rows, schema=schema(ESTIMATES))


def sentences(name: str, texts: Iterable[Text]) -> dict[str, str | None]:
    """What stands in a column of sentences, and in the one beside it in Japanese."""
    said = tuple(texts)
    text = joined(said, SEMICOLON) if said else None
    return {name: text.en if text else None, f"{name}_ja": text.ja if text else None}


def _ordered(texts: Iterable[Text]) -> list[Text]:
    return sorted(texts, key=lambda text: text.en)


def rows_of(tables: Mapping[str, pa.Table], name: str) -> list[Row]:
    """The rows of a table, none where it was not given."""
    return tables[name].to_pylist() if name in tables else []


def disordered(rows: Iterable[Row], key: Sequence[str]) -> Iterator[Broken]:
    """Factors that lie outside their own interval, or have one end of it alone."""
    for row in rows:
        value, lower, upper = row["value"], row["lower"], row["upper"]
        where = {name: row[name] for name in key}
        if (lower is None) is not (upper is None):
            column = "lower" if lower is None else "upper"
            yield Broken(
                where=where,
                column=column,
                message=Text("one end of the interval alone", "区間の一端だけがあります"),
                hint=Text(
                    "fill in both ends, or neither", "両端を記入するか、両方を空欄にしてください"
                ),
            )
        elif None not in (value, lower, upper) and not lower <= value <= upper:
            yield Broken(
                where=where,
                column="value",
                value=value,
                message=Text(
                    "outside its own interval, {lower} to {upper}",
                    "区間（{lower}～{upper}）の外にあります",
                ).format(lower=f"{lower:.6g}", upper=f"{upper:.6g}"),
                hint=Text(
                    "check the three values and their unit", "三つの値と単位を確かめてください"
                ),
            )


def unverified(used: Mapping[Text, str]) -> list[Text]:
    """The names of what was not verified, by its status."""
    return _ordered(name for name, status in used.items() if status == "unverified")


def verified(used: Mapping[Text, tuple[str, str | None]], table: str) -> Iterator[Check]:
    """Whether factors, and their intervals, were verified; ``used`` has both by name."""
    for at, (name, title) in enumerate(
        (
            ("factors-verified", Text("factors verified against a source", "係数の出典確認")),
            (
                "intervals-verified",
                Text("intervals of factors verified against a source", "係数の区間の出典確認"),
            ),
        )
    ):
        open_ = _ordered(one for one, status in used.items() if status[at] == "unverified")
        yield named(f"{table}.{name}", title, table=table, tested=len(used), open_=open_)


def known(parts: Sequence[tuple[str | Text, Uncertain]], table: str) -> Check:
    """Whether every part has an interval, so that the estimates have one."""
    open_ = [name for name, mass in parts if mass.value and mass.half_width is None]
    return named(
        "uncertainty-known",
        Text("an interval for every line", "すべての明細に区間あり"),
        table=table,
        tested=len(parts),
        open_=open_,
        hint=Text(
            "estimates that rest on them have none: {names}",
            "これらに基づく推計値には区間がありません：{names}",
        ),
    )


def named(
    id_: str,
    title: Text,
    *,
    table: str,
    tested: int,
    open_: Sequence[str | Text],
    hint: Text | None = None,
) -> Check:
    """A check that is worth a look where ``open_`` has names, of which the first are shown."""
    shown = [same(one) if isinstance(one, str) else one for one in open_[:_NAMED]]
    if len(open_) > _NAMED:
        shown[-1] = Text("{last} …", "{last} …").format(last=shown[-1])
    hint = hint or Text("not verified: {names}", "未検証：{names}")
    return Check(
        id=id_,
        title=title,
        verdict=Verdict.LOOK if open_ else Verdict.PASSED,
        table=table,
        tested=tested,
        concerned=len(open_),
        hint=hint.format(names=joined(shown, COMMA)) if open_ else None,
    )
