"""Carbon dioxide of land from the change of carbon in its pools, on areas that balance.

Serves activities 1-1-2 and 1-1-3: forests, fields and what becomes of them. Carbon that a pool
gains was taken from the air, so removals are negative.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import pyarrow as pa

from kyoso.climate.transparency.estimates import GWP, Gap, Part, Row, estimates, known, named
from kyoso.climate.transparency.factors import POTENTIALS
from kyoso.climate.transparency.land_rules import conversions_of, rules
from kyoso.climate.transparency.tables.estimates import ESTIMATES
from kyoso.climate.transparency.tables.land import (
    BALANCE,
    CARBON,
    CHANGES,
    CONVERSIONS,
    GAIN_LOSS,
    LAND,
    LAND_WORDS,
    LANDS,
    NOT_ESTIMATED,
    POOL_WORDS,
    POOLS,
    STOCK_DIFFERENCE,
    STRATA,
)
from kyoso.core.text import Text, joined, same
from kyoso.methods.declaration import (
    Figure,
    Kind,
    Method,
    Origin,
    Outcome,
    Parameter,
    Source,
    Values,
)
from kyoso.methods.result import Check
from kyoso.numerics.uncertain import Uncertain
from kyoso.tables.given import schema

CARBON_TO_DIOXIDE = 44 / 12
"""Mass of carbon dioxide per mass of the carbon in it."""

_STRATUM = ("country", "year", "stratum")
_EQUATION = {GAIN_LOSS: "2.4", STOCK_DIFFERENCE: "2.5"}
_HOW = Text(
    "land-stock-change, Tier {tier}, V4 Equation {equation}",
    "土地の炭素蓄積変化、Tier {tier}、第4巻 式{equation}",
)

Place = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class _Change:
    """A pool of a stratum; ``carbon`` is what it gains [t a year], ``None`` if not estimated."""

    stratum: Row
    pool: str
    form: str
    tier: int | None
    carbon: Uncertain | None

    @property
    def category(self) -> str:
        return category(self.stratum["land"], self.stratum["former"])

    @property
    def dioxide(self) -> Uncertain | None:
        """Carbon dioxide [t]: what the pool gains is taken from the air."""
        return None if self.carbon is None else self.carbon * -CARBON_TO_DIOXIDE


def category(land: str, former: str | None) -> str:
    """The category of land, by what it was before where it was converted.

    >>> category("forest land", None), category("cropland", "forest land")
    ('3B1a', '3B2bi')
    """
    own = LANDS[land]
    if former is None:
        return f"{own}a"
    if land == "wetlands":
        return f"{own}b"
    others = [name for name in LANDS if name != land]
    return f"{own}b{('i', 'ii', 'iii', 'iv', 'v')[others.index(former)]}"


def land_stock_change(tables: Mapping[str, pa.Table], values: Values) -> Outcome:
    """Change of carbon [t] by stratum and pool, and carbon dioxide for the inventory.

    ``tables`` are ``land``, ``strata`` and ``carbon``, and ``conversions`` where land was
    converted.
    """
    carbon = {
        (*(row[name] for name in _STRATUM), row["pool"]): row
        for row in tables["carbon"].to_pylist()
    }
    strata = tables["strata"].to_pylist()
    changes = [_change(row, pool, carbon) for row in strata for pool in POOLS]
    assessment = str(values["gwp"])
    parts = (
        Part(
            country=one.stratum["country"],
            year=one.stratum["year"],
            category=one.category,
            gas="CO2",
            mass=one.dioxide,
            how=_HOW.format(tier=one.tier, equation=_EQUATION[one.form]),
        )
        for one in changes
        if one.dioxide is not None
    )
    balance = _balance(tables, strata)
    tolerance = float(values["tolerance"])
    gaps = [*_pools_lacking(changes), *_land_lacking(balance, tolerance, changes)]
    return Outcome(
        tables={
            "changes": _changes(changes),
            "balance": balance,
            "estimates": estimates(parts, assessment, gaps=gaps, removals=True),
        },
        checks=tuple(_checks(changes, carbon.values(), balance, tolerance)),
    )


def _change(stratum: Row, pool: str, carbon: Mapping[Place, Row]) -> _Change:
    place = tuple(stratum[name] for name in _STRATUM)
    row = carbon.get((*place, pool))
    if row is None:
        return _Change(stratum, pool, NOT_ESTIMATED, None, None)

    def own(name: str) -> Uncertain:
        return Uncertain.stated(row[name], row[f"{name}_uncertainty"], (*place, pool, name))

    if row["gain"] is not None:
        return _Change(stratum, pool, GAIN_LOSS, row["tier"], own("gain") - own("loss"))
    change = (own("stock_after") - own("stock_before")) / row["interval"]
    return _Change(stratum, pool, STOCK_DIFFERENCE, row["tier"], change)


def _pools_lacking(changes: Sequence[_Change]) -> Iterator[Gap]:
    for one in changes:
        if one.carbon is None:
            what = Text("{pool} of {stratum} (no data)", "{stratum}の{pool}（データなし）")
            yield _gap(one, what.format(pool=POOL_WORDS[one.pool], stratum=one.stratum["stratum"]))


def _land_lacking(balance: pa.Table, tolerance: float, changes: Sequence[_Change]) -> Iterator[Gap]:
    """Land in no stratum: any category of such land may be without it."""
    for row in balance.to_pylist():
        area = row["area_after"] - row["area_in_strata"]
        place = (row["country"], row["year"], row["land"])
        for one in changes if area > tolerance else ():
            if tuple(one.stratum[name] for name in ("country", "year", "land")) == place:
                what = Text(
                    "{area} ha of {land} in no stratum", "どの層にも入らない{land}{area} ha"
                )
                yield _gap(one, what.format(area=f"{area:.6g}", land=LAND_WORDS[row["land"]]))


def _gap(change: _Change, what: Text) -> Gap:
    place = change.stratum
    return Gap(
        country=place["country"],
        year=place["year"],
        category=change.category,
        gas="CO2",
        what=what,
    )


def _changes(changes: Sequence[_Change]) -> pa.Table:
    rows = []
    for one in changes:
        dioxide = one.dioxide
        rows.append(
            {
                **{name: one.stratum[name] for name in (*_STRATUM, "land", "former")},
                "pool": one.pool,
                "category": one.category,
                "form": one.form,
                "tier": one.tier,
                "change": None if one.carbon is None else one.carbon.value,
                "mass": None if dioxide is None else dioxide.value,
                "co2e": None if dioxide is None else dioxide.value,
                "uncertainty": None if dioxide is None else dioxide.percent,
            }
        )
    return pa.Table.from_pylist(rows, schema=schema(CHANGES))


def _balance(tables: Mapping[str, pa.Table], strata: Sequence[Row]) -> pa.Table:
    into, out = conversions_of(tables)
    covered: dict[Place, list[float]] = {}
    for row in strata:
        covered.setdefault((row["country"], row["year"], row["land"]), []).append(row["area"])
    rows = []
    for row in tables["land"].to_pylist():
        place = (row["country"], row["year"], row["land"])
        rows.append(
            {
                **row,
                "area_in": math.fsum(into.get(place, ())),
                "area_out": math.fsum(out.get(place, ())),
                "area_in_strata": math.fsum(covered.get(place, ())),
            }
        )
    return pa.Table.from_pylist(rows, schema=schema(BALANCE))


def _checks(
    changes: Sequence[_Change], carbon: Iterable[Row], balance: pa.Table, tolerance: float
) -> Iterator[Check]:
    """Pools and land without an estimate, changes without an interval, data without a source."""

    def name(row: Row, pool: str) -> Text:
        return CHANGES.line({**row, "pool": pool}, (*_STRATUM, "pool"))

    yield named(
        "all-pools-estimated",
        Text("every pool of every stratum estimated", "すべての層・プールを推計"),
        table="changes",
        tested=len(changes),
        open_=[name(one.stratum, one.pool) for one in changes if one.carbon is None],
        hint=Text("not estimated, and not zero: {names}", "未推計（ゼロではない）：{names}"),
    )
    areas = balance.to_pylist()
    yield named(
        "all-land-in-strata",
        Text("all land in strata", "すべての土地に層あり"),
        table="balance",
        tested=len(areas),
        open_=[
            joined(
                (BALANCE.line(row), same(f"{row['area_after'] - row['area_in_strata']:.6g} ha")),
                " ",
            )
            for row in areas
            if row["area_after"] - row["area_in_strata"] > tolerance
        ],
        hint=Text("not estimated, and not zero: {names}", "未推計（ゼロではない）：{names}"),
    )
    yield known(
        [(name(one.stratum, one.pool), one.dioxide) for one in changes if one.dioxide is not None],
        "changes",
    )
    rows = list(carbon)
    yield named(
        "carbon.verified",
        Text("data verified against a source", "データの出典確認"),
        table="carbon",
        tested=len(rows),
        open_=[name(row, row["pool"]) for row in rows if row["verification"] == "unverified"],
    )


_EQUATIONS = Text(
    r"""For each pool of a stratum of land, the carbon gained a year [t C], from gains and losses or from two stocks:

$$\Delta C = \Delta C_G - \Delta C_L \qquad \text{(2.4)} \qquad\qquad
\Delta C = \frac{C_{t_2} - C_{t_1}}{t_2 - t_1} \qquad \text{(2.5)}$$

A stratum is the sum of its pools: above-ground and below-ground biomass, dead wood, litter and soils,

$$\Delta C_{LU} = \Delta C_{AB} + \Delta C_{BB} + \Delta C_{DW} + \Delta C_{LI} + \Delta C_{SO} \qquad \text{(2.3)}$$

of those that are estimated: a pool without data is not estimated, and is not taken for zero. In carbon dioxide, with removals
negative:

$$CO_2 = -\tfrac{44}{12}\,\Delta C$$

Of each land-use category the areas balance, within the tolerance:

$$A_{before} + \sum A_{in} - \sum A_{out} = A_{after}$$

Half of the 95 % interval is carried to first order; gains, losses and stocks are independent of each other.
""",
    r"""土地の層の各プールについて、年間に増える炭素 [t C] は、増減または2時点の蓄積から

$$\Delta C = \Delta C_G - \Delta C_L \qquad \text{(2.4)} \qquad\qquad
\Delta C = \frac{C_{t_2} - C_{t_1}}{t_2 - t_1} \qquad \text{(2.5)}$$

層の変化は、地上部・地下部バイオマス、枯死木、リター、土壌の和である。

$$\Delta C_{LU} = \Delta C_{AB} + \Delta C_{BB} + \Delta C_{DW} + \Delta C_{LI} + \Delta C_{SO} \qquad \text{(2.3)}$$

和は推計したプールについてとり、データのないプールは未推計とし、ゼロとはしない。二酸化炭素では、吸収を負として

$$CO_2 = -\tfrac{44}{12}\,\Delta C$$

土地利用区分ごとの面積は、許容誤差の範囲で次を満たす。

$$A_{before} + \sum A_{in} - \sum A_{out} = A_{after}$$

95％区間の半幅は一次近似で伝播し、増加、減少、蓄積は互いに独立とする。
""",
)

METHOD = Method(
    id="climate.transparency.land-stock-change",
    version="1.2.0",
    kind=Kind.ARRAY,
    title=Text("Carbon dioxide from land", "土地からの二酸化炭素"),
    summary=Text(
        "Land takes up carbon dioxide or gives it off as carbon is gained or lost by plants, dead "
        "wood, litter and soil. From gains and losses, or from stocks at two points in time, this "
        "method gives it by land-use category and conversion, on areas that must balance.",
        "植生、枯死木、リター、土壌の炭素の増減により、土地は二酸化炭素を吸収または排出する。炭素の増減、または2時点の蓄積から、"
        "収支の合う面積に基づいて土地利用区分・転用別に算定する。",
    ),
    activities=("1-1-2", "1-1-3"),
    inputs=(LAND, CONVERSIONS, STRATA, CARBON),
    outputs=(CHANGES, BALANCE, ESTIMATES),
    function=land_stock_change,
    rules=rules,
    parameters=(
        GWP,
        Parameter(
            name="tolerance",
            meaning=Text("by how much areas may miss their balance", "面積の収支の許容誤差"),
            default=1.0,
            minimum=0,
            unit="ha",
        ),
    ),
    figures=(
        Figure(
            name="categories",
            title=Text("Emissions and removals by category", "区分別の排出・吸収"),
            kind="bars",
            table="estimates",
            value="co2e",
            category="category",
            unit="kt CO2e",
            at="year",
            facet="country",
        ),
    ),
    origins=(
        Origin(
            table="estimates",
            source="changes",
            on=("country", "year", "category"),
        ),
        Origin(table="changes", source="strata", on=_STRATUM),
        Origin(table="changes", source="carbon", on=(*_STRATUM, "pool")),
        Origin(table="balance", source="land", on=LAND.key),
        Origin(
            table="balance",
            source="conversions",
            on=("country", "year"),
            also=("land",),
            choose=lambda row, found: [
                one for one in found if row["land"] in {one["from_land"], one["to_land"]}
            ],
        ),
        Origin(table="balance", source="strata", on=LAND.key),
    ),
    sources=(
        Source(
            document="2006 IPCC Guidelines for National Greenhouse Gas Inventories, Volume 4",
            place="Chapter 2, Equations 2.3, 2.4, 2.5",
            year=2006,
        ),
    ),
    limits=(
        Text(
            "Carbon is given by pool, as t of carbon: what biomass, expansion factors or soils come "
            "to is not worked out here. Stocks at both points in time are of the same area.",
            "炭素量（t C）はプール別に記入する。バイオマスや土壌からの換算は行わない。2時点の蓄積は同じ面積についての値であること。",
        ),
        Text(
            "Harvested wood products and gases other than carbon dioxide (fires, drained soils) are "
            "not part of it.",
            "伐採木材製品と、二酸化炭素以外のガス（火災、排水された土壌）は含まない。",
        ),
        Text(
            "Land without a stratum and pools without data are not estimated; both are named.",
            "層のない土地とデータのないプールは未推計とし、その旨を示す。",
        ),
        Text(
            "Conversions are those of the year. A stratum stays converted land for as long as the "
            "country says.",
            "転用面積はその年の分である。層を転用地とする期間は国の定めによる。",
        ),
    ),
    equations=_EQUATIONS,
    reference=(POTENTIALS,),
    example={
        name: f"land-stock-change/{name}.csv"
        for name in ("land", "conversions", "strata", "carbon")
    },
    package=__package__ or "",
)
