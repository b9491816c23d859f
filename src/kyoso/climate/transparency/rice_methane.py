"""Methane from rice fields: area and days by a daily factor, scaled for water and organic matter.

Serves activities 1-1-2 and 1-1-3: in much of Southeast Asia the largest agricultural source.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import pyarrow as pa

from kyoso.climate.transparency.estimates import (
    GWP,
    Part,
    Row,
    disordered,
    estimates,
    known,
    rows_of,
    verified,
)
from kyoso.climate.transparency.factors import POTENTIALS, potentials
from kyoso.climate.transparency.tables.estimates import ESTIMATES
from kyoso.climate.transparency.tables.rice import (
    AMENDMENT,
    AMENDMENTS,
    BASELINES,
    EMISSIONS,
    FIELDS,
    PRESEASON,
    SCALING,
    WATER,
)
from kyoso.core.text import Text
from kyoso.methods.declaration import Figure, Kind, Method, Origin, Outcome, Source, Values
from kyoso.methods.result import Check
from kyoso.numerics.uncertain import Uncertain, total
from kyoso.tables.checking import Broken, Rule
from kyoso.tables.given import schema

CATEGORY = "3C7"
EXPONENT = 0.59
"""By which organic amendments work less than in proportion (Equation 5.3)."""

_STRATUM = ("country", "year", "stratum")
_KIND_OF = {"water_regime": WATER, "preseason": PRESEASON, "amendment": AMENDMENT}
_HOW = Text(
    "rice-methane, Tier {tier}, V4 Equations 5.1-5.3",
    "水田のメタン、Tier {tier}、第4巻 式5.1-5.3",
)
"""The kind of scaling factor that a column names."""


@dataclass(frozen=True, slots=True)
class _Factors:
    """Baselines by region, and scaling factors by kind and name; names in lower case."""

    baselines: Mapping[str, Row]
    scaling: Mapping[tuple[str, str], Row]

    def scale(self, kind: str, name: str) -> Uncertain:
        return _bounded(self.scaling[kind, name.lower()], kind, name.lower())


@dataclass(frozen=True, slots=True)
class _Stratum:
    """A row of the fields with what comes of it: SFo, the daily factor, and t of methane.

    ``names`` are its names as the tables of factors write them.
    """

    row: Row
    names: Mapping[str, str | None]
    organic: Uncertain
    factor: Uncertain
    mass: Uncertain
    tier: int


def rice_methane(tables: Mapping[str, pa.Table], values: Values) -> Outcome:
    """Methane [t] by stratum, and for the inventory by country and year.

    ``tables`` are ``fields``, ``baselines`` and ``scaling``, and ``amendments`` where there are
    some.
    """
    factors = _factors(tables["baselines"], tables["scaling"])
    amendments: dict[tuple[object, ...], list[Row]] = {}
    for row in rows_of(tables, "amendments"):
        amendments.setdefault(_place(row), []).append(row)
    fields = tables["fields"].to_pylist()
    strata = [_stratum(row, amendments.get(_place(row), []), factors) for row in fields]
    assessment = str(values["gwp"])
    parts = (
        Part(
            country=one.row["country"],
            year=one.row["year"],
            category=CATEGORY,
            gas="CH4",
            mass=one.mass,
            how=_HOW.format(tier=one.tier),
        )
        for one in strata
    )
    return Outcome(
        tables={
            "emissions": _emissions(strata, potentials(assessment)["CH4"]),
            "estimates": estimates(parts, assessment),
        },
        checks=tuple(
            _checks(strata, [row for rows in amendments.values() for row in rows], factors)
        ),
    )


def _factors(baselines: pa.Table, scaling: pa.Table) -> _Factors:
    return _Factors(
        {row["region"].lower(): row for row in baselines.to_pylist()},
        {(row["kind"], row["name"].lower()): row for row in scaling.to_pylist()},
    )


def _place(row: Row) -> tuple[object, ...]:
    return tuple(row[name] for name in _STRATUM)


def _bounded(row: Row, *cause: str) -> Uncertain:
    return Uncertain.between(row["value"], row["lower"], row["upper"], cause)


def _stratum(row: Row, amendments: Sequence[Row], factors: _Factors) -> _Stratum:
    place = _place(row)

    def own(name: str) -> Uncertain:
        return Uncertain.stated(row[name], row[f"{name}_uncertainty"], (*place, name))

    applied = total(
        Uncertain.stated(one["rate"], one["rate_uncertainty"], (*place, one["amendment"].lower()))
        * factors.scale(AMENDMENT, one["amendment"])
        for one in amendments
    )
    organic = (applied + 1) ** EXPONENT
    baseline = factors.baselines[row["region"].lower()]
    other = Uncertain(1.0) if row["other_scaling"] == 1 else own("other_scaling")
    factor = (
        _bounded(baseline, "baseline", row["region"].lower())
        * factors.scale(WATER, row["water_regime"])
        * factors.scale(PRESEASON, row["preseason"])
        * organic
        * other
    )
    written = sorted(
        factors.scaling[AMENDMENT, one["amendment"].lower()]["name"] for one in amendments
    )
    return _Stratum(
        row=row,
        names={
            "region": baseline["region"],
            **{
                name: factors.scaling[_KIND_OF[name], row[name].lower()]["name"]
                for name in ("water_regime", "preseason")
            },
            "amendments": "; ".join(written) or None,
        },
        organic=organic,
        factor=factor,
        mass=factor * own("period") * own("area") * 1e-3,
        tier=2 if baseline["country_specific"] else 1,
    )


def _emissions(strata: Sequence[_Stratum], potential: float) -> pa.Table:
    rows = [
        {
            **{name: one.row[name] for name in (*_STRATUM, "area", "period")},
            **one.names,
            "organic_scaling": one.organic.value,
            "factor": one.factor.value,
            "tier": one.tier,
            "mass": one.mass.value,
            "co2e": one.mass.value * potential,
            "uncertainty": one.mass.percent,
        }
        for one in strata
    ]
    return pa.Table.from_pylist(rows, schema=schema(EMISSIONS))


def _checks(
    strata: Sequence[_Stratum], amendments: Sequence[Row], factors: _Factors
) -> Iterator[Check]:
    """Lines without an interval, and what the factors used rest on."""
    yield known([(" ".join(map(str, _place(one.row))), one.mass) for one in strata], "emissions")
    yield from verified(
        {
            BASELINES.line(row): (row["verification"], row["bounds_verification"])
            for one in strata
            for row in (factors.baselines[one.row["region"].lower()],)
        },
        "baselines",
    )
    named = [
        (kind, rows[column].lower())
        for column, kind in _KIND_OF.items()
        for rows in (amendments if kind == AMENDMENT else [one.row for one in strata])
    ]
    yield from verified(
        {
            SCALING.line(row, ("kind", "name")): (row["verification"], row["bounds_verification"])
            for kind, name in named
            for row in (factors.scaling[kind, name],)
        },
        "scaling",
    )


# --- what is tested on the input ----------------------------------------------------------


def rules(tables: Mapping[str, pa.Table], _values: Values) -> Sequence[Rule]:
    """Names of the right kind, amendments of known fields, factors within their intervals."""
    fields, scaling = tables["fields"].to_pylist(), tables["scaling"].to_pylist()
    kinds: dict[str, set[str]] = {}
    for row in scaling:
        if None not in (row["kind"], row["name"]):
            kinds.setdefault(row["name"].lower(), set()).add(row["kind"])
    found = [
        Rule(
            id="kind-fits",
            title=Text("water regimes named as such", "水管理の列には水管理の名称を記入"),
            table="fields",
            broken=tuple(_of_other_kind(fields, ("water_regime", "preseason"), kinds)),
        ),
        *(
            Rule(
                id="interval-holds",
                title=Text("every factor within its interval", "係数は区間内"),
                table=name,
                broken=tuple(disordered(tables[name].to_pylist(), table.key)),
            )
            for name, table in (("baselines", BASELINES), ("scaling", SCALING))
        ),
    ]
    if "amendments" not in tables:
        return found
    amendments = tables["amendments"].to_pylist()
    places = {_place(row) for row in fields}
    return [
        *found,
        Rule(
            id="kind-fits",
            title=Text("amendments named as such", "有機物の列には有機物の名称を記入"),
            table="amendments",
            broken=tuple(_of_other_kind(amendments, ("amendment",), kinds)),
        ),
        Rule(
            id="fields-known",
            title=Text("amendments of known fields", "有機物を施用した水田の行あり"),
            table="amendments",
            broken=tuple(
                _stranger(row)
                for row in amendments
                if None not in _place(row) and _place(row) not in places
            ),
        ),
    ]


def _of_other_kind(
    rows: Sequence[Row], columns: Sequence[str], kinds: Mapping[str, set[str]]
) -> Iterator[Broken]:
    for column in columns:
        right = _KIND_OF[column]
        for value in sorted({row[column] for row in rows if row[column] is not None}):
            kind = kinds.get(value.lower())
            if kind is None or right in kind:
                continue
            yield Broken(
                where={column: value},
                column=column,
                value=value,
                message=Text(
                    "a factor of another kind: {kind}", "別の種類（{kind}）の係数です"
                ).format(kind=", ".join(sorted(kind))),
                hint=Text("one of: {names}", "次のいずれか：{names}").format(
                    names="; ".join(sorted(name for name, of in kinds.items() if right in of))
                ),
            )


def _stranger(row: Row) -> Broken:
    return Broken(
        where={name: row[name] for name in AMENDMENTS.key},
        column="stratum",
        value=row["stratum"],
        message=Text("no such fields in this country and year", "この国・年にない水田です"),
        hint=Text("name a stratum of the table fields", "fieldsの表にある名称を記入してください"),
    )


def _scaled_by(emission: Row, scaling: Sequence[Row]) -> Sequence[Row]:
    """The scaling factors that a row of the emissions rests on."""
    names = {(WATER, emission["water_regime"]), (PRESEASON, emission["preseason"])}
    names |= {(AMENDMENT, name) for name in (emission["amendments"] or "").split("; ")}
    return [row for row in scaling if (row["kind"], row["name"]) in names]


_EQUATIONS = Text(
    r"""For fields $s$ of one season under the same conditions, with the area $A$ harvested [ha] and the days $t$ of cultivation:

$$CH_{4,s}\,[\mathrm{t}] = EF_s \cdot t_s \cdot A_s \cdot 10^{-3} \qquad \text{(5.1)}$$

The daily factor [kg/ha/day] is that of fields flooded throughout, without organic amendments, scaled for the water regime
during ($w$) and before ($p$) cultivation, for organic amendments ($o$), and for soil and cultivar ($s,r$) where that is known:

$$EF_s = EF_c \cdot SF_w \cdot SF_p \cdot SF_o \cdot SF_{s,r} \qquad \text{(5.2)}$$

$$SF_o = \left( 1 + \sum_i ROA_i \cdot CFOA_i \right)^{0.59} \qquad \text{(5.3)}$$

with $ROA$ the amount of an amendment [t/ha] and $CFOA$ its conversion factor.

Half of the 95 % interval is carried to first order: with $u_x$ that of an input $x$,
$u^2 = \sum_x (u_x \cdot \partial CH_4 / \partial x)^2$. A factor that several fields share is one input; areas, days and
amounts are independent. Of an interval that is not symmetric, half of its width is taken.
""",
    r"""同じ作期・条件の水田群$s$について、収穫面積を$A$ [ha]、栽培日数を$t$とすると

$$CH_{4,s}\,[\mathrm{t}] = EF_s \cdot t_s \cdot A_s \cdot 10^{-3} \qquad \text{(5.1)}$$

日排出係数 [kg/ha/day] は、有機物を施用しない常時湛水田の係数$EF_c$を、栽培中（$w$）と栽培前（$p$）の水管理、
有機物（$o$）、分かる場合は土壌と品種（$s,r$）について補正したものである。

$$EF_s = EF_c \cdot SF_w \cdot SF_p \cdot SF_o \cdot SF_{s,r} \qquad \text{(5.2)}$$

$$SF_o = \left( 1 + \sum_i ROA_i \cdot CFOA_i \right)^{0.59} \qquad \text{(5.3)}$$

$ROA$は有機物の施用量 [t/ha]、$CFOA$はその換算係数である。

95％区間の半幅は一次近似で伝播する。入力$x$の半幅を$u_x$として$u^2 = \sum_x (u_x \cdot \partial CH_4 / \partial x)^2$。
複数の水田群に共通の係数は一つの入力とし、面積、日数、施用量は独立とする。非対称の区間は全幅の半分を用いる。
""",
)

METHOD = Method(
    id="climate.transparency.rice-methane",
    version="1.1.0",
    kind=Kind.ARRAY,
    title=Text("Methane from rice", "稲作のメタン"),
    summary=Text(
        "Flooded rice fields give off methane: more where they stay under water and where straw is "
        "worked in, less where they are drained. From areas, days and practices this method gives "
        "the methane of each group of fields and of the country, with its interval (IPCC, Tier 1–2).",
        "湛水した水田はメタンを出す。常に水を張る田やわらをすき込む田では多く、中干しをする田では少ない。面積、栽培日数、管理の方法から、"
        "水田群ごとと国全体のメタンを区間とともに算定する（IPCC、Tier 1～2）。",
    ),
    activities=("1-1-2", "1-1-3"),
    inputs=(FIELDS, AMENDMENTS, BASELINES, SCALING),
    outputs=(EMISSIONS, ESTIMATES),
    function=rice_methane,
    rules=rules,
    parameters=(GWP,),
    figures=(
        Figure(
            name="strata",
            title=Text("Methane by stratum", "水田群別のメタン"),
            kind="bars",
            table="emissions",
            value="mass",
            category="stratum",
            unit="kt",
            at="year",
            facet="country",
        ),
    ),
    origins=(
        Origin(table="estimates", source="emissions", on=("country", "year")),
        Origin(table="emissions", source="fields", on=_STRATUM),
        Origin(table="emissions", source="amendments", on=_STRATUM),
        Origin(table="emissions", source="baselines", on=("region",)),
        Origin(
            table="emissions",
            source="scaling",
            on=(),
            also=("water_regime", "preseason", "amendments"),
            choose=_scaled_by,
        ),
    ),
    sources=(
        Source(
            document="2006 IPCC Guidelines for National Greenhouse Gas Inventories, Volume 4",
            place="Chapter 5, Equations 5.1–5.3",
            year=2006,
        ),
        Source(
            document="2019 Refinement to the 2006 IPCC Guidelines for National Greenhouse Gas "
            "Inventories, Volume 4",
            place="Chapter 5, Tables 5.11–5.14",
            year=2019,
        ),
    ),
    limits=(
        Text(
            "The shipped factors are those of the 2019 Refinement, read from transcriptions of its "
            "tables; most of their intervals were seen in one place only and are marked "
            "unverified. The water regimes without an interval leave the result without one.",
            "同梱の係数は2019年改良版の表の転記による。区間の多くは一か所でしか確認できず、未検証としている。"
            "区間のない水管理を用いた推計値には区間がない。",
        ),
        Text(
            "The exponent 0.59 of the organic amendments is taken as exact.",
            "有機物の指数0.59は確定値として扱う。",
        ),
        Text(
            "Straw left on the surface or burnt is no amendment; the methane of burning belongs to "
            "category 3C1. Nitrous oxide of fertilised rice fields is that of managed soils.",
            "地表に残したわらや焼いたわらは施用に含めない（焼却によるメタンは区分3C1）。施肥した水田の一酸化二窒素は管理土壌で算定する。",
        ),
        Text(
            "The interval is symmetric (error propagation) and cut at zero; where it is wider than "
            "about 30 %, prefer Monte Carlo.",
            "区間は誤差伝播による対称区間で、ゼロを下限とする。約30％より広い場合はモンテカルロ法を推奨する。",
        ),
    ),
    equations=_EQUATIONS,
    reference=(POTENTIALS,),
    example={name: f"rice-methane/{name}.csv" for name in ("fields", "amendments")},
    package=__package__ or "",
)
