"""Nitrous oxide from managed soils: what enters them, what escapes, what comes down elsewhere.

Serves activities 1-1-2 and 1-1-3. Fertiliser, manure, residues and grazing animals bring nitrogen
into soils; part of it leaves as nitrous oxide at once, part by way of the air or of water.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import pyarrow as pa

from kyoso.climate.transparency.estimates import (
    GWP,
    Gap,
    Part,
    Row,
    disordered,
    estimates,
    known,
    named,
    rows_of,
    verified,
)
from kyoso.climate.transparency.factors import POTENTIALS, potentials
from kyoso.climate.transparency.soil_nitrogen import KEY as _KEY
from kyoso.climate.transparency.soil_nitrogen import SOURCE, Place, by_input, worked_out
from kyoso.climate.transparency.tables.estimates import ESTIMATES
from kyoso.climate.transparency.tables.nitrogen import FACTORS
from kyoso.climate.transparency.tables.soils import (
    CROP_RESIDUES,
    DEPOSITION,
    DIRECT,
    DRAINED,
    DRAINED_SOIL,
    EMISSIONS,
    INPUT_WORDS,
    INPUTS,
    INPUTS_OF,
    LEACHING,
    MINERALISED,
    ORGANIC,
    PASTURE,
    RESIDUES,
    SOIL_CARBON,
    SYNTHETIC,
    WORKED_OUT,
)
from kyoso.core.text import Text, joined, same
from kyoso.methods.declaration import Figure, Kind, Method, Origin, Outcome, Source, Values
from kyoso.methods.result import Check
from kyoso.numerics.uncertain import Uncertain
from kyoso.tables.checking import Broken, Rule
from kyoso.tables.declaration import Table
from kyoso.tables.given import schema

NITROUS_OXIDE = 44 / 28
"""Mass of nitrous oxide per mass of the nitrogen in it."""
CATEGORY = {DIRECT: "3C4", DEPOSITION: "3C5", LEACHING: "3C5"}
_EQUATION = {DIRECT: "11.1", DEPOSITION: "11.9", LEACHING: "11.10"}
_HOW = Text(
    "managed-soils, Tier {tier}, V4 Equation {equation}",
    "管理土壌、Tier {tier}、第4巻 式{equation}",
)
_VOLATILE = {SYNTHETIC: "FracGASF", ORGANIC: "FracGASM", PASTURE: "FracGASM"}
"""The fraction that volatilises where none is named; nothing does of the other inputs."""
_KINDS = {
    "direct_factor": ("ef1", "ef3"),
    "deposition_factor": ("ef4",),
    "leaching_factor": ("ef5",),
    "volatilised_fraction": ("fracgas",),
    "leached_fraction": ("fracleach",),
}
"""How the names of factors begin by the guidelines, by the column that they belong in."""


@dataclass(frozen=True, slots=True)
class _Line:
    """What an input emits by one pathway [t], with the factors it rests on."""

    row: Row
    input: str
    pathway: str
    factors: tuple[str, ...]
    tier: int
    mass: Uncertain


def managed_soils(tables: Mapping[str, pa.Table], values: Values) -> Outcome:
    """Nitrous oxide [t] by input and pathway, and for the inventory by country and year.

    ``tables`` are ``inputs`` and ``factors``, ``residues`` and ``soil_carbon`` where nitrogen is
    worked out, and ``drained`` where there are such soils.
    """
    factors = {row["name"].lower(): row for row in tables["factors"].to_pylist()}
    drained = rows_of(tables, "drained")
    found = list(worked_out(tables))
    made = by_input(found)
    given = [
        row if row["nitrogen"] is not None else {**row, "nitrogen": made[_place(row)]}
        for row in tables["inputs"].to_pylist()
    ]
    lines = [line for row in given for line in _lines(row, factors)]
    lines += [_of_drained(row) for row in drained]
    lacking = list(_lacking(given, drained))
    assessment = str(values["gwp"])
    parts = (
        Part(
            country=one.row["country"],
            year=one.row["year"],
            category=CATEGORY[one.pathway],
            gas="N2O",
            mass=one.mass,
            how=_HOW.format(tier=one.tier, equation=_EQUATION[one.pathway]),
        )
        for one in lines
    )
    return Outcome(
        tables={
            "emissions": _emissions(lines, potentials(assessment)["N2O"]),
            "nitrogen": pa.Table.from_pylist(found, schema=schema(WORKED_OUT)),
            "estimates": estimates(
                parts, assessment, gaps=[gap for one in lacking for gap in _gaps(one)]
            ),
        },
        checks=(
            _all_given(given, drained, lacking),
            *_checks(lines, drained, factors),
            *_sourced(tables),
        ),
    )


def _place(row: Row) -> Place:
    return tuple(row[name] for name in _KEY)


_Lacking = tuple[str, int, str]
"""A country and year, and an input of nitrogen that nothing is said of there."""


def _lacking(inputs: Sequence[Row], drained: Sequence[Row]) -> Iterator[_Lacking]:
    """What the guidelines count and no row tells; where there is none of it, a row says 0."""
    told: dict[tuple[str, int], set[str]] = {}
    for row in inputs:
        told.setdefault((row["country"], row["year"]), set()).add(row["input"])
    for row in drained:
        told.setdefault((row["country"], row["year"]), set()).add(DRAINED_SOIL)
    for (country, year), there in told.items():
        for one in (*INPUTS_OF, DRAINED_SOIL):
            if one not in there:
                yield country, year, one


def _gaps(lacking: _Lacking) -> Iterator[Gap]:
    country, year, one = lacking
    what = Text(
        "{input} (no row; 0 says that there is none)", "{input}（行なし。該当がなければ0と記入）"
    ).format(input=INPUT_WORDS[one])
    for category in dict.fromkeys(CATEGORY.values()):
        if one != DRAINED_SOIL or category == CATEGORY[DIRECT]:
            yield Gap(country=country, year=year, category=category, gas="N2O", what=what)


def _all_given(inputs: Sequence[Row], drained: Sequence[Row], lacking: Sequence[_Lacking]) -> Check:
    places = {(row["country"], row["year"]) for row in (*inputs, *drained)}
    return named(
        "all-inputs-given",
        Text("every input of nitrogen, or 0", "すべての窒素の投入源に値または0"),
        table="inputs",
        tested=len(places) * (len(INPUTS_OF) + 1),
        open_=[
            joined((same(f"{country} {year}"), INPUT_WORDS[one]), " ")
            for country, year, one in lacking
        ],
        hint=Text("not estimated, and not zero: {names}", "未推計（ゼロではない）：{names}"),
    )


def _sourced(tables: Mapping[str, pa.Table]) -> Iterator[Check]:
    for declared in (CROP_RESIDUES, SOIL_CARBON):
        rows = rows_of(tables, declared.name)
        if rows:
            yield named(
                f"{declared.name}.factors-verified",
                Text("factors verified against a source", "係数の出典確認"),
                table=declared.name,
                tested=len(rows),
                open_=[declared.line(row) for row in rows if row["verification"] == "unverified"],
            )


def _pathways(row: Row) -> Iterator[tuple[str, Mapping[str, str]]]:
    """How an input becomes nitrous oxide, with the factors on the way by the column of each."""
    yield DIRECT, {"direct_factor": row["direct_factor"]}
    wanted = []
    if row["input"] in _VOLATILE:
        usual = {"volatilised_fraction": _VOLATILE[row["input"]], "deposition_factor": "EF4"}
        wanted.append((DEPOSITION, usual))
    if row["leaches"]:
        wanted.append((LEACHING, {"leached_fraction": "FracLEACH", "leaching_factor": "EF5"}))
    for pathway, usual in wanted:
        yield pathway, {column: row[column] or name for column, name in usual.items()}


def _lines(row: Row, factors: Mapping[str, Row]) -> Iterator[_Line]:
    place = _place(row)
    nitrogen = Uncertain.stated(row["nitrogen"], row["nitrogen_uncertainty"], place)
    for pathway, names in _pathways(row):
        used = [factors[name.lower()] for name in names.values()]
        mass = nitrogen * NITROUS_OXIDE
        for one in used:
            cause = one["name"].lower()
            mass *= Uncertain.between(one["value"], one["lower"], one["upper"], cause)
        yield _Line(
            row=row,
            input=row["input"],
            pathway=pathway,
            factors=tuple(one["name"] for one in used),
            tier=2 if any(one["country_specific"] for one in used) else 1,
            mass=mass,
        )


def _of_drained(row: Row) -> _Line:
    place = tuple(row[name] for name in DRAINED.key)
    area = Uncertain.stated(row["area"], row["area_uncertainty"], (*place, "area"))
    factor = Uncertain.stated(
        row["factor"], row["factor_uncertainty"], (row["country"], "drained", row["factor"])
    )
    return _Line(row, DRAINED_SOIL, DIRECT, (), 1, area * factor * (NITROUS_OXIDE * 1e-3))


def _emissions(lines: Sequence[_Line], potential: float) -> pa.Table:
    rows = [
        {
            **{name: one.row[name] for name in DRAINED.key},
            "input": one.input,
            "pathway": one.pathway,
            "category": CATEGORY[one.pathway],
            "nitrogen": one.row.get("nitrogen"),
            "factors": "; ".join(one.factors) or None,
            "tier": one.tier,
            "mass": one.mass.value,
            "co2e": one.mass.value * potential,
            "uncertainty": one.mass.percent,
        }
        for one in lines
    ]
    return pa.Table.from_pylist(rows, schema=schema(EMISSIONS))


def _checks(
    lines: Sequence[_Line], drained: Sequence[Row], factors: Mapping[str, Row]
) -> Iterator[Check]:
    yield known(
        [
            (
                EMISSIONS.line(
                    {**one.row, "input": one.input, "pathway": one.pathway},
                    (*DRAINED.key, "input", "pathway"),
                ),
                one.mass,
            )
            for one in lines
        ],
        "emissions",
    )
    used = [factors[name.lower()] for name in sorted({n for one in lines for n in one.factors})]
    yield from verified(
        {FACTORS.line(row): (row["verification"], row["bounds_verification"]) for row in used},
        "factors",
    )
    if drained:
        yield named(
            "drained.factors-verified",
            Text("factors verified against a source", "係数の出典確認"),
            table="drained",
            tested=len(drained),
            open_=[DRAINED.line(row) for row in drained if row["verification"] == "unverified"],
        )


# --- what is tested on the input ----------------------------------------------------------


def rules(tables: Mapping[str, pa.Table], _values: Values) -> Sequence[Rule]:
    """Factors that are there, of the right kind, and within their intervals."""
    inputs, factors = tables["inputs"].to_pylist(), tables["factors"].to_pylist()
    return [
        Rule(
            id="nitrogen-known",
            title=Text("nitrogen given or worked out", "窒素量の記入または計算可能"),
            table="inputs",
            broken=tuple(_unknown(inputs, tables)),
        ),
        *(
            Rule(
                id="input-known",
                title=Text("an input for what is worked out", "計算する窒素に対応する投入源あり"),
                table=declared.name,
                broken=tuple(_without_input(one, declared, inputs, tables)),
            )
            for one, declared in ((RESIDUES, CROP_RESIDUES), (MINERALISED, SOIL_CARBON))
            if declared.name in tables
        ),
        *(
            [
                Rule(
                    id="no-more-than-grew",
                    title=Text("no more taken than grew", "持ち出しと焼却は残さの範囲内"),
                    table=CROP_RESIDUES.name,
                    broken=tuple(_overdrawn(rows_of(tables, CROP_RESIDUES.name))),
                )
            ]
            if CROP_RESIDUES.name in tables
            else []
        ),
        Rule(
            id="factor-fits",
            title=Text("factors of the right kind", "列に合う種類の係数"),
            table="inputs",
            broken=tuple(_of_other_kind(inputs)),
        ),
        Rule(
            id="factor-known",
            title=Text("every factor that is needed", "必要な係数あり"),
            table="inputs",
            broken=tuple(_missing(inputs, factors)),
        ),
        Rule(
            id="interval-holds",
            title=Text("every factor within its interval", "係数は区間内"),
            table="factors",
            broken=tuple(disordered(factors, FACTORS.key)),
        ),
    ]


def _unknown(inputs: Sequence[Row], tables: Mapping[str, pa.Table]) -> Iterator[Broken]:
    """Inputs without nitrogen that nothing is worked out for, and those with it twice."""
    for row in inputs:
        table = SOURCE.get(row["input"] or "")
        there = _places(table, tables)
        is_made = tuple(row[name] for name in SOIL_CARBON.key) in there
        if is_made is (row["nitrogen"] is None):
            continue
        yield Broken(
            where={part: row[part] for part in _KEY},
            column="nitrogen",
            value=row["nitrogen"],
            message=Text(
                "given, and worked out from {table} as well",
                "記入があり、{table}からも計算されます",
            ).format(table=table or "")
            if is_made
            else Text("no nitrogen given", "窒素量の記入がありません"),
            hint=Text("keep one of them", "どちらかだけを残してください")
            if is_made
            else Text(
                "fill it in; residues and mineralised may come from the tables residues and "
                "soil_carbon",
                "記入してください。residuesとmineralisedはresidues・soil_carbonの表からも計算できます",
            ),
        )


def _places(table: str | None, tables: Mapping[str, pa.Table]) -> set[Place]:
    rows = [] if table is None else rows_of(tables, table)
    return {tuple(row[name] for name in SOIL_CARBON.key) for row in rows}


def _without_input(
    one: str, declared: Table, inputs: Sequence[Row], tables: Mapping[str, pa.Table]
) -> Iterator[Broken]:
    known_ = {tuple(row[name] for name in SOIL_CARBON.key) for row in inputs if row["input"] == one}
    for row in rows_of(tables, declared.name):
        place = tuple(row[name] for name in SOIL_CARBON.key)
        if None not in place and place not in known_:
            yield Broken(
                where={name: row[name] for name in declared.key},
                column="stratum",
                value=row["stratum"],
                message=Text(
                    "no input {one} of this stratum", "この層に投入源{one}の行がありません"
                ).format(one=one),
                hint=Text(
                    "add a row to inputs with its factors, and leave its nitrogen empty",
                    "inputsに係数を記入した行を加え、窒素量は空欄にしてください",
                ),
            )


def _overdrawn(rows: Sequence[Row]) -> Iterator[Broken]:
    for row in rows:
        parts = [row[name] for name in ("removed", "burnt", "combustion_factor")]
        if None in parts or parts[0] + parts[1] * parts[2] <= 1:
            continue
        yield Broken(
            where={name: row[name] for name in CROP_RESIDUES.key},
            column="removed",
            value=row["removed"],
            message=Text(
                "more is removed and burnt than grows", "残さより多くを持ち出し・焼却しています"
            ),
            hint=Text(
                "removed + burnt · combustion_factor is at most 1",
                "removed＋burnt×combustion_factorを1以下にしてください",
            ),
        )


def _of_other_kind(inputs: Sequence[Row]) -> Iterator[Broken]:
    """Names that begin as those of another column, and EF1 and EF3 of each other's inputs."""
    known_ = tuple(prefix for prefixes in _KINDS.values() for prefix in prefixes)
    for row in inputs:
        if row["volatilised_fraction"] and row["input"] not in {None, *_VOLATILE}:
            yield Broken(
                where={part: row[part] for part in _KEY},
                column="volatilised_fraction",
                value=row["volatilised_fraction"],
                message=Text(
                    "nothing volatilises of this input (Equation 11.9)",
                    "この投入源は揮発しません（式11.9）",
                ),
                hint=Text("leave it empty", "空欄にしてください"),
            )
        for column, prefixes in _KINDS.items():
            right = prefixes
            if column == "direct_factor" and row["input"] is not None:
                right = ("ef3",) if row["input"] == PASTURE else ("ef1",)
            name = (row[column] or "").lower()
            if not name.startswith(known_) or name.startswith(right):
                continue
            yield Broken(
                where={part: row[part] for part in _KEY},
                column=column,
                value=row[column],
                message=Text("a factor for something else", "別の用途の係数です"),
                hint=Text("one of those that begin with {names}", "{names}で始まる係数").format(
                    names=", ".join(
                        one.replace("ef", "EF").replace("frac", "Frac") for one in right
                    )
                ),
            )


def _missing(inputs: Sequence[Row], factors: Sequence[Row]) -> Iterator[Broken]:
    """Factors that are named by default, and are not in the table that was given."""
    there = {row["name"].lower() for row in factors if row["name"] is not None}
    for row in inputs:
        for column, name in (
            item for pathway, names in _pathways(row) if pathway != DIRECT for item in names.items()
        ):
            if row[column] is None and name.lower() not in there:
                yield Broken(
                    where={part: row[part] for part in _KEY},
                    column=column,
                    value=name,
                    message=Text("not in the table of factors", "factorsの表にありません"),
                    hint=Text(
                        "add it, or name another factor here",
                        "表に加えるか、ここに別の係数を記入してください",
                    ),
                )


_EQUATIONS = Text(
    r"""For an input of nitrogen $F$ [t] to a soil: direct emission, by what volatilises and comes down elsewhere, and by what
leaches or runs off, in t of nitrous oxide:

$$N_2O_{direct} = \tfrac{44}{28}\, F \cdot EF_1 \qquad \text{(11.1; of dung and urine on pasture } EF_3 \text{)}$$

$$N_2O_{deposition} = \tfrac{44}{28}\, F \cdot Frac_{GAS} \cdot EF_4 \qquad \text{(11.9)}$$

$$N_2O_{leaching} = \tfrac{44}{28}\, F \cdot Frac_{LEACH} \cdot EF_5 \qquad \text{(11.10)}$$

$Frac_{GAS}$ is $Frac_{GASF}$ of synthetic fertiliser and $Frac_{GASM}$ of organic inputs and pasture; nothing volatilises of
residues and of what is mineralised. Leaching is counted where nitrogen leaches. Drained organic soils of area $A$ [ha] emit

$$N_2O_{direct} = \tfrac{44}{28}\, A \cdot EF_2 \cdot 10^{-3} \qquad \text{(11.1)}$$

Where it is not given, nitrogen of residues is worked out crop by crop, from the dry matter $Crop$ harvested per area [kg/ha]:

$$F_{CR} = 10^{-3} \sum A \cdot Crop \cdot \left( R_{AG} N_{AG} (1 - removed - burnt \cdot C_f)
+ (1 + R_{AG}) RS \cdot N_{BG} \cdot renewed \right) \qquad \text{(11.6)}$$

and nitrogen that is mineralised from the carbon $\Delta C$ [t] that a mineral soil loses, with its ratio $R$ of carbon to nitrogen:

$$F_{SOM} = \frac{\Delta C}{R} \qquad \text{(11.8)}$$

Half of the 95 % interval is carried to first order; a factor that several inputs share is one factor.
""",
    r"""土壌に入る窒素$F$ [t] について、直接排出、揮発して沈着した分、溶脱・流出した分の一酸化二窒素 [t] は

$$N_2O_{direct} = \tfrac{44}{28}\, F \cdot EF_1 \qquad \text{(11.1)}$$

$$N_2O_{deposition} = \tfrac{44}{28}\, F \cdot Frac_{GAS} \cdot EF_4 \qquad \text{(11.9)}$$

$$N_2O_{leaching} = \tfrac{44}{28}\, F \cdot Frac_{LEACH} \cdot EF_5 \qquad \text{(11.10)}$$

放牧地のふん尿の直接排出は$EF_3$による。$Frac_{GAS}$は、化学肥料では$Frac_{GASF}$、有機物と放牧では$Frac_{GASM}$である。
作物残さと無機化した窒素は揮発しない。溶脱は溶脱のある土地だけで数える。面積$A$ [ha] の排水された有機質土壌では

$$N_2O_{direct} = \tfrac{44}{28}\, A \cdot EF_2 \cdot 10^{-3} \qquad \text{(11.1)}$$

窒素量が空欄なら、作物残さの窒素は面積当たり収穫物の乾物重$Crop$ [kg/ha] から作物ごとに計算する。

$$F_{CR} = 10^{-3} \sum A \cdot Crop \cdot \left( R_{AG} N_{AG} (1 - removed - burnt \cdot C_f)
+ (1 + R_{AG}) RS \cdot N_{BG} \cdot renewed \right) \qquad \text{(11.6)}$$

鉱質土壌が失う炭素$\Delta C$ [t] に伴い無機化する窒素は、炭素・窒素比$R$により

$$F_{SOM} = \frac{\Delta C}{R} \qquad \text{(11.8)}$$

95％区間の半幅は一次近似で伝播し、複数の投入源に共通の係数は一つの係数とする。
""",
)


def _named_in(emission: Row, factors: Sequence[Row]) -> Sequence[Row]:
    names = set((emission["factors"] or "").split("; "))
    return [row for row in factors if row["name"] in names]


METHOD = Method(
    id="climate.transparency.managed-soils",
    version="1.2.0",
    kind=Kind.ARRAY,
    title=Text("Nitrous oxide from managed soils", "管理土壌からの一酸化二窒素"),
    summary=Text(
        "Fertiliser, manure, crop residues and grazing animals bring nitrogen into soils, and part "
        "of it leaves as nitrous oxide: at once, by what escapes into the air, by what is washed "
        "out. From amounts of nitrogen this method gives each, with its interval (IPCC, Tier 1–2).",
        "肥料、ふん尿、作物残さ、放牧家畜から土壌に入る窒素の一部は一酸化二窒素となる。直接の排出、揮発した分、溶脱した分のそれぞれを、窒素量から"
        "区間とともに算定する（IPCC、Tier 1～2）。",
    ),
    activities=("1-1-2", "1-1-3"),
    inputs=(INPUTS, CROP_RESIDUES, SOIL_CARBON, DRAINED, FACTORS),
    outputs=(EMISSIONS, WORKED_OUT, ESTIMATES),
    function=managed_soils,
    rules=rules,
    parameters=(GWP,),
    figures=(
        Figure(
            name="categories",
            title=Text("Nitrous oxide, direct and indirect", "直接・間接の一酸化二窒素"),
            kind="bars",
            table="estimates",
            value="mass",
            category="category",
            lower="lower",
            upper="upper",
            at="year",
            facet="country",
        ),
    ),
    origins=(
        Origin(table="estimates", source="emissions", on=("country", "year", "category")),
        Origin(table="emissions", source="inputs", on=_KEY),
        Origin(
            table="emissions",
            source="drained",
            on=DRAINED.key,
            also=("input",),
            choose=lambda row, found: found if row["input"] == DRAINED_SOIL else [],
        ),
        Origin(table="emissions", source="factors", on=(), also=("factors",), choose=_named_in),
        Origin(table="emissions", source="nitrogen", on=_KEY),
        Origin(table="nitrogen", source="residues", on=CROP_RESIDUES.key),
        Origin(
            table="nitrogen",
            source="soil_carbon",
            on=SOIL_CARBON.key,
            also=("input",),
            choose=lambda row, found: found if row["input"] == MINERALISED else [],
        ),
    ),
    sources=(
        Source(
            document="2006 IPCC Guidelines for National Greenhouse Gas Inventories, Volume 4",
            place="Chapter 11, Equations 11.1, 11.8, 11.9, 11.10",
            year=2006,
        ),
        Source(
            document="2019 Refinement to the 2006 IPCC Guidelines for National Greenhouse Gas "
            "Inventories, Volume 4",
            place="Chapter 11, Equations 11.6, 11.7, Tables 11.1, 11.3",
            year=2019,
        ),
    ),
    limits=(
        Text(
            "The shipped factors are those of the 2019 Refinement, read from transcriptions of its "
            "tables. Several have no interval that was seen, and leave the result without one; "
            "those seen in one place only are marked unverified.",
            "同梱の係数は2019年改良版の表の転記による。区間を確認できなかった係数を用いると推計値に区間がつかない。一か所でしか確認できない値は"
            "未検証としている。",
        ),
        Text(
            "Nitrogen of fertiliser, manure and pasture is given; that of residues and of "
            "mineralisation may be worked out. Nitrogen of manure kept is what is left after its "
            "losses.",
            "肥料、ふん尿、放牧の窒素量は記入値による。作物残さと無機化の窒素量は計算することもできる。貯留したふん尿は損失を除いた窒素量を記入すること。",
        ),
        Text(
            "Ratios and contents of crops and the carbon-to-nitrogen ratio of soils are not shipped: "
            "give them with their source. Forage that is renewed every X years has renewed = 1/X.",
            "作物の比率・窒素含有率、土壌の炭素・窒素比は同梱していない。出典とともに記入すること。X年ごとに更新する牧草の更新割合は1/Xとする。",
        ),
        Text(
            "An input that no row tells of makes the estimate partial; where there is none of it, say 0.",
            "行のない投入源がある推計は一部推計とする。その投入源がない場合は0を記入すること。",
        ),
        Text(
            "No factor of drained organic soils (EF2) is shipped; give it with its source.",
            "排水された有機質土壌の係数（EF2）は同梱していない。出典とともに記入すること。",
        ),
        Text(
            "The interval is symmetric (error propagation) and cut at zero; where it is wider than "
            "about 30 %, prefer Monte Carlo.",
            "区間は誤差伝播による対称区間で、ゼロを下限とする。約30％より広い場合はモンテカルロ法を推奨する。",
        ),
    ),
    equations=_EQUATIONS,
    reference=(POTENTIALS,),
    example={name: f"managed-soils/{name}.csv" for name in ("inputs", "residues", "drained")},
    package=__package__ or "",
)
