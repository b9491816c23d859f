"""What is tested on areas and carbon before they are estimated: above all, that areas balance."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

import pyarrow as pa

from kyoso.climate.transparency.estimates import Row, rows_of
from kyoso.climate.transparency.tables.land import CARBON, CONVERSIONS, LAND, STRATA
from kyoso.core.text import Text
from kyoso.methods.declaration import Values
from kyoso.tables.checking import Broken, Rule

Place = tuple[object, ...]
Areas = Mapping[Place, Sequence[float]]

_STRATUM = ("country", "year", "stratum")
_FORMS = (("gain", "loss"), ("stock_before", "stock_after", "interval"))
"""The columns of the two forms: gains and losses, and two stocks."""


def conversions_of(tables: Mapping[str, pa.Table]) -> tuple[Areas, Areas]:
    """Areas converted to, and from, each land of a country and year."""
    into: defaultdict[Place, list[float]] = defaultdict(list)
    out: defaultdict[Place, list[float]] = defaultdict(list)
    for row in rows_of(tables, "conversions"):
        if row["area"] is not None:
            into[row["country"], row["year"], row["to_land"]].append(row["area"])
            out[row["country"], row["year"], row["from_land"]].append(row["area"])
    return into, out


def rules(tables: Mapping[str, pa.Table], values: Values) -> Sequence[Rule]:
    """Areas balance within and between years; strata fit into their land; carbon has one form."""
    tolerance = float(values["tolerance"])
    land, strata = tables["land"].to_pylist(), tables["strata"].to_pylist()
    areas = {_place(row): row for row in land}
    found = [
        Rule(
            id="areas-balance",
            title=Text("areas that balance", "面積の収支が合う"),
            table="land",
            broken=tuple(_unbalanced(land, conversions_of(tables), tolerance)),
        ),
        Rule(
            id="years-follow",
            title=Text("each year begins with the areas of the last", "前年末と年初の面積が一致"),
            table="land",
            broken=tuple(_torn(areas, tolerance)),
        ),
        Rule(
            id="strata-fit",
            title=Text("strata no larger than their land", "層の面積は土地利用区分の面積以下"),
            table="strata",
            broken=tuple(_misplaced(strata, areas, tolerance)),
        ),
        Rule(
            id="one-form",
            title=Text("gains and losses, or two stocks", "増減または2時点の蓄積のどちらか"),
            table="carbon",
            broken=tuple(_formless(tables["carbon"].to_pylist(), strata)),
        ),
    ]
    if "conversions" in tables:
        conversions = tables["conversions"].to_pylist()
        found.append(
            Rule(
                id="conversions-placed",
                title=Text("conversions between lands of the table", "表にある区分間の転用"),
                table="conversions",
                broken=tuple(_unplaced(conversions, areas)),
            )
        )
    return found


def _place(row: Row) -> Place:
    return row["country"], row["year"], row["land"]


def _whole(row: Row, names: Sequence[str]) -> bool:
    return None not in (row[name] for name in names)


def _unbalanced(
    land: Sequence[Row], conversions: tuple[Areas, Areas], tolerance: float
) -> Iterator[Broken]:
    for row in land:
        if not _whole(row, LAND.names):
            continue
        into, out = (math.fsum(areas.get(_place(row), ())) for areas in conversions)
        expected = math.fsum((row["area_before"], into, -out))
        if abs(row["area_after"] - expected) > tolerance:
            yield Broken(
                where={name: row[name] for name in LAND.key},
                column="area_after",
                value=row["area_after"],
                message=Text(
                    "{before} ha and {into} ha in, {out} ha out come to {expected} ha",
                    "年初{before} ha＋転入{into} ha－転出{out} haは{expected} haです",
                ).format(
                    before=f"{row['area_before']:.10g}",
                    into=f"{into:.10g}",
                    out=f"{out:.10g}",
                    expected=f"{expected:.10g}",
                ),
                hint=Text(
                    "area in and area out must account for the difference: check both areas and "
                    "the conversions",
                    "面積の差は転入・転出と一致しなければなりません。面積と転用を確かめてください",
                ),
            )


def _torn(areas: Mapping[Place, Row], tolerance: float) -> Iterator[Broken]:
    for (country, year, land), row in areas.items():
        if not isinstance(year, int):
            continue
        last = areas.get((country, year - 1, land))
        if last is None or None in (last["area_after"], row["area_before"]):
            continue
        if abs(last["area_after"] - row["area_before"]) > tolerance:
            yield Broken(
                where={name: row[name] for name in LAND.key},
                column="area_before",
                value=row["area_before"],
                message=Text(
                    "the year before ends with {area} ha", "前年末の面積は{area} haです"
                ).format(area=f"{last['area_after']:.10g}"),
                hint=Text("write the same in both years", "両年で同じ値にしてください"),
            )


def _unplaced(conversions: Sequence[Row], areas: Mapping[Place, Row]) -> Iterator[Broken]:
    for row in conversions:
        if not _whole(row, CONVERSIONS.key):
            continue
        where = {name: row[name] for name in CONVERSIONS.key}
        if row["from_land"] == row["to_land"]:
            yield Broken(
                where=where,
                column="to_land",
                value=row["to_land"],
                message=Text("the same land before and after", "転用前後が同じ区分です"),
                hint=Text("delete the row", "行を削除してください"),
            )
            continue
        for column in ("from_land", "to_land"):
            if (row["country"], row["year"], row[column]) not in areas:
                yield Broken(
                    where=where,
                    column=column,
                    value=row[column],
                    message=Text(
                        "no area of this land in this country and year",
                        "この国・年のこの区分の面積がありません",
                    ),
                    hint=Text("add the row to the table land", "landの表に行を加えてください"),
                )


def _misplaced(
    strata: Sequence[Row], areas: Mapping[Place, Row], tolerance: float
) -> Iterator[Broken]:
    covered: defaultdict[Place, list[float]] = defaultdict(list)
    for row in strata:
        if not _whole(row, (*STRATA.key, "land", "area")):
            continue
        where = {name: row[name] for name in STRATA.key}
        covered[_place(row)].append(row["area"])
        if row["land"] == row["former"]:
            yield Broken(
                where=where,
                column="former",
                value=row["former"],
                message=Text("the same land before and after", "転用前後が同じ区分です"),
                hint=Text(
                    "leave it empty for land that was not converted",
                    "転用されていない土地では空欄にしてください",
                ),
            )
        elif _place(row) not in areas:
            yield Broken(
                where=where,
                column="land",
                value=row["land"],
                message=Text(
                    "no area of this land in this country and year",
                    "この国・年のこの区分の面積がありません",
                ),
                hint=Text("add the row to the table land", "landの表に行を加えてください"),
            )
    for (country, year, land), parts in covered.items():
        whole = areas.get((country, year, land))
        area = math.fsum(parts)
        if whole is None or whole["area_after"] is None or area - whole["area_after"] <= tolerance:
            continue
        yield Broken(
            where={"country": country, "year": year, "land": land},
            column="area",
            value=f"{area:.10g}",
            message=Text(
                "strata of this land come to {area} ha, of {whole} ha",
                "この区分の層の合計は{area} haで、区分の面積{whole} haを超えます",
            ).format(area=f"{area:.10g}", whole=f"{whole['area_after']:.10g}"),
            hint=Text(
                "count every hectare in one stratum", "同じ土地を二つの層に数えないでください"
            ),
        )


def _formless(carbon: Sequence[Row], strata: Sequence[Row]) -> Iterator[Broken]:
    """Carbon of unknown strata, and rows that have not just one form, and that whole."""
    places = {tuple(row[name] for name in _STRATUM) for row in strata}
    for row in carbon:
        place = tuple(row[name] for name in _STRATUM)
        if None in place or row["pool"] is None:
            continue
        where = {name: row[name] for name in CARBON.key}
        if place not in places:
            yield Broken(
                where=where,
                column="stratum",
                value=row["stratum"],
                message=Text("no such stratum in this country and year", "この国・年にない層です"),
                hint=Text(
                    "name a stratum of the table strata", "strataの表にある名称を記入してください"
                ),
            )
        begun = [form for form in _FORMS if any(row[name] is not None for name in form)]
        if len(begun) != 1:
            yield Broken(
                where=where,
                column="gain",
                value=row["gain"],
                message=Text("both forms at once", "二つの方法の値があります")
                if begun
                else Text("neither gains and losses nor stocks", "増減も蓄積もありません"),
                hint=Text(
                    "fill in gain and loss, or both stocks and the interval; leave the row out "
                    "where nothing is known",
                    "増減、または2時点の蓄積と間隔を記入してください。不明なら行を除いてください",
                ),
            )
            continue
        for name in begun[0]:
            if row[name] is None:
                yield Broken(
                    where=where,
                    column=name,
                    message=Text("the other half is given", "対になる値だけがあります"),
                    hint=Text(
                        "fill it in; write 0 only where it is nothing",
                        "記入してください。0と書くのは実際にゼロのときだけです",
                    ),
                )
