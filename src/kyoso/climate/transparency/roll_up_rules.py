"""What is tested on facility lines, national statistics and notation keys before a roll-up."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import pyarrow as pa

from kyoso.climate.transparency import categories
from kyoso.climate.transparency.category_trees import is_biogenic
from kyoso.climate.transparency.factors import (
    basis,
    by_source,
    coefficients,
    factors_have_units,
    lines_meet_factors,
    potentials,
)
from kyoso.climate.transparency.gaps import NOT_ESTIMATED
from kyoso.climate.transparency.reconciliation import amounts, nearest
from kyoso.climate.transparency.roll_up_lines import Row, Stream, stream_of
from kyoso.climate.transparency.tables.roll_up import (
    COUNTED,
    LINES,
    NATIONAL,
    OUTSIDE,
    STATED,
    TRANSFERRED,
)
from kyoso.core.errors import UnitError
from kyoso.core.text import SEMICOLON, Text, joined, same
from kyoso.methods.declaration import Values
from kyoso.tables.checking import Broken, Rule

_CELL = ("country", "year", "category", "gas")
_REPORTED_HERE = Text("facilities report an emission here", "施設がここで排出を報告しています")


def rules(tables: Mapping[str, pa.Table], values: Values) -> list[Rule]:
    """Every line can be placed, counted and compared; statistics and keys contradict nothing."""
    whole = tables.get("lines")
    lines = [row for row in whole.to_pylist() if row["current"]] if whole is not None else []
    assessment = str(values["gwp"])
    known = categories.codes()
    placed = [
        row
        for row in lines
        if row["boundary"] in COUNTED
        and row["category"] in known
        and None not in (row["country"], row["year"], row["source"], row["gas"])
    ]
    found = [
        _rule(
            "category-given",
            Text("a category for every emission", "すべての排出に区分あり"),
            _unplaced(lines, str(values["transferred"])),
        ),
        _rule(
            "value-given",
            Text("a mass or a CO2 equivalent", "質量またはCO2換算量あり"),
            _valueless(lines),
        ),
        _rule(
            "potentials",
            Text("potentials of the chosen report", "指定した評価報告書の地球温暖化係数"),
            _potentials_off(lines, assessment),
        ),
    ]
    factors = tables["factors"]
    national = tables.get("national")
    figures = {
        stream_of(row): row
        for row in (national.to_pylist() if national is not None else [])
        if None not in row.values() and row["category"] in known
    }
    found.append(
        _rule(
            "comparable",
            Text("quantities that compare with national statistics", "国の統計と比較できる量"),
            _incomparable(placed, figures, by_source(factors)),
        )
    )
    if whole is None:
        found = []
    if national is not None:
        broken = [
            one for one in coefficients(national, factors, assessment) if isinstance(one, Broken)
        ]
        found += lines_meet_factors(broken, "national")
        found.append(
            Rule(
                id="counted-once",
                title=Text("no category together with one above it", "上位の区分との重複なし"),
                table="national",
                broken=tuple(_nested(figures)),
            )
        )
    found.append(factors_have_units(factors))
    # Biogenic carbon is a memo item: neither an estimate nor a key is of it.
    counted = [row for row in placed if not is_biogenic(row)]
    estimated = [
        row
        for row in (tables["estimates"].to_pylist() if "estimates" in tables else [])
        if row["category"] in known
        and None not in (row["country"], row["year"], row["gas"], row["mass"])
    ]
    if "estimates" in tables:
        found.append(
            Rule(
                id="counted-once",
                title=Text(
                    "no estimate of what is counted otherwise", "他で数えた排出の推計値なし"
                ),
                table="estimates",
                broken=tuple(
                    _twice(estimated, counted, figures, _estimable(national, factors, assessment))
                ),
            )
        )
    if "notations" in tables:
        stated = tables["notations"].to_pylist()
        found += [
            Rule(
                id="nothing-contradicted",
                title=Text("no key that contradicts a value", "値と矛盾する注釈記号なし"),
                table="notations",
                broken=tuple(_contradicted(stated, counted, figures, estimated)),
            ),
            Rule(
                id="keys-explained",
                title=Text(
                    "a reason for NE, a category for IE", "NEには理由、IEには区分の記入あり"
                ),
                table="notations",
                broken=tuple(_unexplained(stated)),
                severity="look",
            ),
        ]
    return found


def _rule(name: str, title: Text, broken: Iterable[Broken]) -> Rule:
    return Rule(id=name, title=title, table="lines", broken=tuple(broken))


def _unplaced(lines: Sequence[Row], transferred: str) -> Iterator[Broken]:
    counted = (*COUNTED, TRANSFERRED) if transferred == "subtracted" else COUNTED
    concerned = {
        row["boundary"] for row in lines if row["category"] is None and row["boundary"] in counted
    }
    for boundary in sorted(concerned):
        yield Broken(
            where={"category": None, "boundary": boundary},
            column="category",
            message=Text("an emission without a category", "区分のない排出です"),
            hint=Text(
                "fill in the category, or the boundary if it is energy bought or sold",
                "区分を記入するか、購入・販売したエネルギーなら算定範囲を記入してください",
            ),
        )


def _valueless(lines: Sequence[Row]) -> Iterator[Broken]:
    concerned = {row["boundary"] for row in lines if row["empty"]} - {None, *OUTSIDE}
    for boundary in sorted(concerned):
        yield Broken(
            where={"mass": None, "co2e": None, "boundary": boundary},
            column="mass",
            message=Text("neither a mass nor a CO2 equivalent", "質量もCO2換算量もありません"),
            hint=Text(
                "fill in one of them; leave the line out where nothing is known",
                "どちらかを記入してください。不明なら行を除いてください",
            ),
        )


def _potentials_off(lines: Sequence[Row], assessment: str) -> Iterator[Broken]:
    """Gases without a potential, and CO2 equivalents made with other potentials than the run's."""
    warming = potentials(assessment)
    counted = [row for row in lines if row["boundary"] not in OUTSIDE and row["gas"] is not None]
    for gas in sorted({row["gas"] for row in counted} - set(warming)):
        yield Broken(
            where={"gas": gas},
            column="gas",
            value=gas,
            message=Text(
                "{assessment} gives no potential for {gas}",
                "{assessment}に{gas}の地球温暖化係数がありません",
            ).format(assessment=assessment, gas=gas),
            hint=Text(
                "choose another set with -p gwp=", "-p gwp= で別の評価報告書を選んでください"
            ),
        )
    stated = {
        (row["gas"], row["boundary"], row["gwp"])
        for row in counted
        if row["co2e"] is not None and row["gas"] != "CO2" and row["gwp"] != assessment
    }
    for gas, boundary, gwp in sorted(stated, key=str):
        yield Broken(
            where={"gas": gas, "boundary": boundary, "gwp": gwp, "mass": None},
            column="gwp",
            value=gwp,
            message=Text(
                "not the potentials of this inventory, which are {assessment}",
                "このインベントリの地球温暖化係数（{assessment}）ではありません",
            ).format(assessment=assessment)
            if gwp
            else Text(
                "a CO2 equivalent of unknown potentials", "CO2換算量の地球温暖化係数が不明です"
            ),
            hint=Text(
                "give the mass, or a CO2 equivalent with {assessment} potentials",
                "質量、または{assessment}によるCO2換算量を記入してください",
            ).format(assessment=assessment),
        )


def _incomparable(
    lines: Sequence[Row], national: Mapping[Stream, Row], factors: Mapping[str, Sequence[Row]]
) -> Iterator[Broken]:
    """Lines of a source with national statistics: each must state a quantity that converts."""
    units_of: dict[tuple[str, str], Broken | None] = {}
    for row in lines:
        above = nearest(stream_of(row), national)
        where = {name: row[name] for name in ("country", "year", "category", "source", "boundary")}
        if above is not None and row["stated"] < row["lines"]:
            yield Broken(
                where={**where, "gas": row["gas"], "quantity": None},
                column="quantity",
                message=Text(
                    "no quantity to compare with national statistics",
                    "国の統計と比較する量がありません",
                ),
                hint=Text(
                    "fill it in, or what the facility uses would be counted a second time",
                    "記入してください。ないと、この施設の分が二重に数えられます",
                ),
            )
        if row["quantity"] is None:
            continue
        if row["unit"] is None:
            yield Broken(
                where={**where, "gas": row["gas"], "unit": None},
                column="unit",
                message=Text("a quantity without a unit", "単位のない量です"),
                hint=Text("fill in the unit", "単位を記入してください"),
            )
            continue
        unit = national[above]["unit"] if above is not None else row["unit"]
        key = (row["source"], row["unit"])
        if key not in units_of:
            units_of[key] = _unit_fault(row, factors.get(row["source"].lower(), ()), unit)
            if fault := units_of[key]:
                yield fault


def _unit_fault(row: Row, factors: Sequence[Row], unit: str) -> Broken | None:
    try:
        basis(row["unit"])
    except UnitError as error:
        fault = error
    else:
        try:
            amounts([{**row, "quantity": 1.0}], factors, unit)
        except UnitError as error:
            if error.where not in (row["unit"], None) or row["unit"] == unit:
                return None  # the unit of the national figure is named in its own table
            fault = error
        else:
            return None
    return Broken(
        where={"source": row["source"], "unit": row["unit"]},
        column="unit",
        value=row["unit"],
        message=fault.message,
        hint=fault.hint or Text("check the unit", "単位を確かめてください"),
    )


def _nested(national: Mapping[Stream, Row]) -> Iterator[Broken]:
    for country, year, category, source in sorted(national):
        for above in categories.lineage(category)[1:]:
            if (country, year, above, source) in national:
                row = national[country, year, category, source]
                yield Broken(
                    where={n: row[n] for n in ("country", "year", "category", "source")},
                    column="category",
                    value=category,
                    message=Text(
                        "{above} above it is given as well, and would count twice",
                        "上位の{above}も記入されており、二重に数えられます",
                    ).format(above=above),
                    hint=Text("keep one of the levels", "どちらかの階層だけを残してください"),
                )
                break


def _estimable(
    national: pa.Table | None, factors: pa.Table, assessment: str
) -> Mapping[tuple[str, str, str], frozenset[str]]:
    """The gases that a national figure comes to by its factors: by source, unit and category."""
    found: dict[tuple[str, str, str], frozenset[str]] = {}
    for one in () if national is None else coefficients(national, factors, assessment):
        if isinstance(one, Broken) or one.biogenic:
            continue
        key = (one.source, one.unit, one.category)
        found[key] = found.get(key, frozenset()) | {one.gas}
    return found


def _twice(
    estimated: Sequence[Row],
    lines: Sequence[Row],
    national: Mapping[Stream, Row],
    gases: Mapping[tuple[str, str, str], frozenset[str]],
) -> Iterator[Broken]:
    """Estimates of what stands in a category above, or comes of a national figure, as well.

    Both are named. Lines of facilities at or below an estimate are its part, and no fault.
    """
    there = {(row["country"], row["year"], row["category"], row["gas"]) for row in estimated}
    for row in estimated:
        place, category, gas = (row["country"], row["year"]), row["category"], row["gas"]
        line = categories.lineage(category)
        others = [same(above) for above in line[1:] if (*place, above, gas) in there]
        others += [
            LINES.line(one, ("category", "source"))
            for one in lines
            if (one["country"], one["year"], one["gas"]) == (*place, gas)
            and one["category"] in line[1:]
        ]
        others += [
            NATIONAL.line(one, ("category", "source"))
            for one in national.values()
            if (one["country"], one["year"]) == place
            and (one["category"] in line or category in categories.lineage(one["category"]))
            and gas in gases.get((one["source"], one["unit"], one["category"]), ())
        ]
        if others:
            yield Broken(
                where={name: row[name] for name in ("country", "year", "category", "gas")},
                column="category",
                value=category,
                message=Text(
                    "{gas} of {category} is counted in {other} already",
                    "{category}の{gas}は{other}ですでに数えられています",
                ).format(
                    gas=gas, category=category, other=joined(dict.fromkeys(others), SEMICOLON)
                ),
                hint=Text(
                    "keep one of them: the estimate, or what it repeats",
                    "推計値か重複する方のどちらかだけを残してください",
                ),
            )


def _unexplained(stated: Sequence[Row]) -> Iterator[Broken]:
    """Keys that leave the reader asking: why not estimated, or included where."""
    for row in stated:
        lacking = {"NE": "explanation", "IE": "included_in"}.get(row["notation"] or "")
        if lacking and row[lacking] is None:
            yield Broken(
                where={name: row[name] for name in ("country", "year", "category", "gas")},
                column=lacking,
                message=Text("not explained", "説明がありません"),
                hint=Text(
                    "fill in explanation for NE and included_in for IE",
                    "NEにはexplanation、IEにはincluded_inを記入してください",
                ),
            )


def _contradicted(
    stated: Sequence[Row],
    lines: Sequence[Row],
    national: Mapping[Stream, Row],
    estimated: Sequence[Row],
) -> Iterator[Broken]:
    """Keys that say there is no value where lines, statistics or estimates give one.

    NE beside what facilities report is none where its explanation says what they leave out.
    """
    valued = _at_and_above(lines)
    known = _at_and_above(estimated)
    whole = {_cell(row) for row in estimated}
    used = {
        (country, year, above)
        for country, year, category, _ in national
        for above in categories.lineage(category)
    }
    for row in stated:
        cell, notation = _cell(row), row["notation"]
        if None in cell or notation not in ("NE", "NO", "NA", "IE"):
            continue
        above = {(*cell[:2], code, cell[3]) for code in categories.lineage(cell[2])}
        in_lines, is_estimated = cell in valued, cell in known
        if notation == NOT_ESTIMATED and (is_estimated or (in_lines and above & whole)):
            yield _against(
                row,
                Text("a national estimate is given here", "ここに国内推計値があります"),
                Text(
                    "take the key away; what the estimate leaves out is said in its not_estimated",
                    "注釈記号を除いてください。推計値に含まれない部分は推計値のnot_estimatedに記入してください",
                ),
            )
        elif notation == NOT_ESTIMATED:
            if in_lines and STATED.told(row, "explanation") is None:
                yield _against(
                    row,
                    _REPORTED_HERE,
                    Text(
                        "say in explanation what they leave out, such as facilities below the "
                        "threshold, or take the key away",
                        "閾値未満の施設など、含まれない部分をexplanationに記入するか、注釈記号を除いてください",
                    ),
                )
        elif in_lines or is_estimated or (notation in ("NO", "NA") and cell[:3] in used):
            yield _against(
                row,
                _REPORTED_HERE
                if in_lines
                else Text("a national estimate is given here", "ここに国内推計値があります")
                if is_estimated
                else Text(
                    "national statistics give an activity here", "国の統計に活動量があります"
                ),
                Text("take the key or the value away", "注釈記号か値のどちらかを除いてください"),
            )


def _cell(row: Row) -> tuple[Any, ...]:
    return tuple(row[name] for name in _CELL)


def _at_and_above(rows: Iterable[Row]) -> set[tuple[Any, ...]]:
    """The cells of rows, and all above them."""
    return {
        (row["country"], row["year"], above, row["gas"])
        for row in rows
        for above in categories.lineage(row["category"])
    }


def _against(row: Row, message: Text, hint: Text) -> Broken:
    return Broken(
        where=dict(zip(_CELL, _cell(row), strict=True)),
        column="notation",
        value=row["notation"],
        message=message,
        hint=hint,
    )
