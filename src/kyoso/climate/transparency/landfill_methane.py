"""Methane of landfills by first-order decay, from what was deposited and how it decays.

Serves activities 1-1-2 and 1-1-3: the largest source of the waste sector in most inventories,
and the one in which a year's emission rests on decades of deposits.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from kyoso.climate.transparency.estimates import named
from kyoso.climate.transparency.series import (
    Booleans,
    Integers,
    Known,
    encoded,
    gaps,
    numbered,
    spans,
    whole,
)
from kyoso.climate.transparency.tables.waste import METHANE, PARAMETERS, RECOVERY, STOCK, WASTE
from kyoso.core.text import Text
from kyoso.methods.declaration import Figure, Kind, Method, Origin, Outcome, Source, Values
from kyoso.methods.result import Check, Verdict
from kyoso.numerics.decay import Array, first_order
from kyoso.tables.checking import Broken, Rule

CARBON_TO_METHANE = 16 / 12
"""Mass of methane per mass of the carbon in it."""

_STREAM = ("country", "site", "stream")
_SITE = ("country", "site")
_TOLERANCE = 1e-12
"""Of the carbon deposited: the digits that a result is written to."""
_WRITTEN = 5e-12
"""Of a value: half a unit of the twelfth digit, to which a result is written."""
_HALF_LIVES = 3
"""Fewer years of deposits do not carry an inventory (2006 IPCC Guidelines, V5, 3.2.1)."""


@dataclass(frozen=True, slots=True)
class _Landfills:
    """Deposits and what comes of them, as arrays of (years, series) and (years, sites).

    A series is one stream at one site, and year 0 the first of its site. ``site`` is the site
    of a series, ``stream`` its row in the parameters, ``begins`` its own first year; ``first``
    is the calendar year 0 of a site and ``years`` how many it has. Masses are in Gg.
    """

    keys: pa.Table
    site: Integers
    stream: Integers
    begins: Integers
    first: Integers
    years: Integers
    deposited: Array
    decomposed: Array
    stock: Array
    by_stream: Array

    @property
    def generated(self) -> Array:
        """Methane by (years, sites), streams added up in the order of the parameters."""
        starts = np.flatnonzero(np.diff(self.site, prepend=-1))
        answer: Array = np.add.reduceat(self.by_stream, starts, axis=1)
        return answer


def landfill_methane(tables: Mapping[str, pa.Table], _values: Values) -> Outcome:
    """Methane [Gg] generated, recovered and emitted by site and year, and the carbon behind it.

    ``tables`` are ``waste`` and ``parameters``, and ``recovery`` where there is one; no series
    of years has gaps.
    """
    parameters, recovery = tables["parameters"], tables.get("recovery")
    landfills = _decay(tables["waste"], parameters, recovery)
    return Outcome(
        tables={
            "methane": _methane(landfills, recovery),
            "stock": _stock(landfills, parameters),
        },
        checks=(
            _balance(landfills),
            _verified(landfills, parameters),
            _history(landfills, parameters),
        ),
    )


def _decay(waste: pa.Table, parameters: pa.Table, recovery: pa.Table | None) -> _Landfills:
    """Let all that was deposited decay, to the last year that a site is given for."""
    lookup = {name.lower(): at for at, name in enumerate(parameters["stream"].to_pylist())}
    codes, names = encoded(waste["stream"])
    stream_of_row = np.array([lookup[name.lower()] for name in names], np.int64)[codes]

    sites = spans(waste, _SITE)
    first, last, year = sites.first, sites.last.copy(), waste["year"].to_numpy()
    example = np.empty(len(first), np.int64)
    example[sites.of] = np.arange(waste.num_rows)
    keys = waste.select(list(_SITE)).take(pa.array(example))
    if recovery is not None:
        np.maximum.at(last, _site_of(recovery, keys), recovery["year"].to_numpy())

    streams = len(lookup)
    pair = sites.of * streams + stream_of_row
    there = np.zeros(len(first) * streams, np.bool_)
    there[pair] = True
    series_of_row = (np.cumsum(there) - 1)[pair]
    site, stream = np.divmod(np.flatnonzero(there), streams)
    at = year - first[sites.of]
    begins = np.full(len(site), at.max())
    np.minimum.at(begins, series_of_row, at)

    value = {
        name: parameters[name].to_numpy()
        for name in (
            "degradable_carbon",
            "decomposable_fraction",
            "decay_rate",
            "methane_fraction",
            "delay",
        )
    }
    carbon = value["degradable_carbon"] * value["decomposable_fraction"]
    years = last - first + 1
    deposited = np.zeros((int(years.max()), len(site)))
    deposited[at, series_of_row] = (
        waste["mass"].to_numpy()
        * waste["methane_correction_factor"].to_numpy()
        * carbon[stream_of_row]
    )
    # What comes evenly over a year is half a year old at its end, less what it waits.
    part_of_first_year = (6 - value["delay"]) / 12
    decay = first_order(deposited, value["decay_rate"][stream], part_of_first_year[stream])
    return _Landfills(
        keys=keys,
        site=site,
        stream=stream,
        begins=begins,
        first=first,
        years=years,
        deposited=deposited,
        decomposed=decay.decayed,
        stock=decay.stock,
        by_stream=decay.decayed * value["methane_fraction"][stream] * CARBON_TO_METHANE,
    )


def _site_of(table: pa.Table, keys: pa.Table) -> Integers:
    """The row in ``keys`` of the site of each row; every site is there."""
    both = pa.concat_tables([keys, table.select(list(_SITE))])
    number = numbered(both, _SITE)
    row = np.empty(keys.num_rows, np.int64)
    row[number[: keys.num_rows]] = np.arange(keys.num_rows)
    return row[number[keys.num_rows :]]


def _methane(landfills: _Landfills, recovery: pa.Table | None) -> pa.Table:
    generated = landfills.generated
    recovered = np.full_like(generated, np.nan)
    oxidation = np.zeros_like(generated)
    if recovery is not None:
        site = _site_of(recovery, landfills.keys)
        at = recovery["year"].to_numpy() - landfills.first[site]
        recovered[at, site] = recovery["recovered"].to_numpy()
        oxidation[at, site] = recovery["oxidation"].to_numpy()
    left = np.maximum(generated - np.nan_to_num(recovered), 0.0)
    site, at = np.nonzero(_within(landfills.years, len(generated)).T)
    known = recovered[at, site]
    return (
        landfills.keys.take(pa.array(site))
        .append_column("year", pa.array(landfills.first[site] + at))
        .append_column("generated", pa.array(generated[at, site]))
        .append_column("recovered", pa.array(known, mask=np.isnan(known)))
        .append_column("emitted", pa.array((left * (1.0 - oxidation))[at, site]))
    )


def _stock(landfills: _Landfills, parameters: pa.Table) -> pa.Table:
    years = len(landfills.deposited)
    series, at = np.nonzero(_shown(landfills, years).T)
    site = landfills.site[series]
    answer = landfills.keys.take(pa.array(site)).append_column(
        "stream", parameters["stream"].take(pa.array(landfills.stream[series]))
    )
    answer = answer.append_column("year", pa.array(landfills.first[site] + at))
    for name, array in (
        ("deposited", landfills.deposited),
        ("decomposed", landfills.decomposed),
        ("stock", landfills.stock),
        ("generated", landfills.by_stream),
    ):
        answer = answer.append_column(name, pa.array(array[at, series]))
    return answer


def _within(years: Integers, most: int) -> Booleans:
    answer: Booleans = np.arange(most)[:, np.newaxis] < years
    return answer


def _shown(landfills: _Landfills, years: int) -> Booleans:
    """The years of each series from its first deposit to the last year of its site."""
    since_first = np.arange(years)[:, np.newaxis] >= landfills.begins
    answer: Booleans = since_first & _within(landfills.years[landfills.site], years)
    return answer


# --- what the reader of the result must know ----------------------------------------------


def _balance(landfills: _Landfills) -> Check:
    entered = np.cumsum(landfills.deposited, axis=0)
    accounted = np.cumsum(landfills.decomposed, axis=0) + landfills.stock
    off: Booleans = np.any(np.abs(accounted - entered) > _TOLERANCE * entered, axis=0)
    return Check(
        id="stock.balance",
        title=Text(
            "all decomposable carbon deposited has decomposed or is in the stock",
            "埋め立てた分解可能炭素の累計は分解量の累計と残存量の和に等しい",
        ),
        verdict=Verdict.FAILED if off.any() else Verdict.PASSED,
        table="stock",
        tested=len(off),
        concerned=int(off.sum()),
    )


def _verified(landfills: _Landfills, parameters: pa.Table) -> Check:
    used = parameters.take(pa.array(np.unique(landfills.stream))).to_pylist()
    return named(
        "parameters-verified",
        Text("parameters verified against a source", "分解の係数の出典確認"),
        table="parameters",
        tested=len(used),
        open_=[PARAMETERS.line(row) for row in used if row["verification"] == "unverified"],
    )


def _history(landfills: _Landfills, parameters: pa.Table) -> Check:
    """Whether deposits are known for long enough that what came before hardly matters."""
    rate = parameters["decay_rate"].to_numpy()[landfills.stream]
    decays = (rate > 0) & (landfills.deposited > 0).any(axis=0)
    known = landfills.years[landfills.site] - landfills.begins
    short = decays & (known * rate < _HALF_LIVES * math.log(2))
    return Check(
        id="stock.history",
        title=Text(
            "deposits known for at least three half-lives", "半減期の3倍以上の期間の埋立量が既知"
        ),
        verdict=Verdict.LOOK if short.any() else Verdict.PASSED,
        table="stock",
        tested=int(decays.sum()),
        concerned=int(short.sum()),
        hint=Text(
            "unless the site opened then, earlier deposits still emit and are not counted",
            "開設直後の処分場でなければ、それ以前の埋立分からの排出が含まれていません",
        ),
    )


# --- what is tested on the input ----------------------------------------------------------


def rules(tables: Mapping[str, pa.Table], _values: Values) -> Sequence[Rule]:
    """Years without gaps, carbon that can decay, and no more recovered than generated."""
    waste, parameters, recovery = tables["waste"], tables["parameters"], tables.get("recovery")
    known = {"stream": {n.lower() for n in parameters["stream"].to_pylist() if n is not None}}
    found = [
        Rule(
            id="years-complete",
            title=Text(
                "every series has all its years", "どの処分場・種類の系列にも年の抜けがない"
            ),
            table="waste",
            broken=tuple(gaps(waste, WASTE, _STREAM, _ADD_DEPOSITS, known=known)),
        ),
        Rule(
            id="streams-alike",
            title=Text(
                "the streams of a site have the same years",
                "処分場のすべての種類の期間がそろっている",
            ),
            table="waste",
            broken=tuple(_uneven(waste, known)),
            severity="look",
        ),
        Rule(
            id="carbon-decays",
            title=Text("all degradable carbon decays", "分解性炭素の分解速度がゼロでない"),
            table="parameters",
            broken=tuple(_never_decaying(parameters)),
        ),
    ]
    if recovery is None:
        return found
    return [
        *found,
        Rule(
            id="years-complete",
            title=Text("every site has all its years", "どの処分場の系列にも年の抜けがない"),
            table="recovery",
            broken=tuple(gaps(recovery, RECOVERY, _SITE, _ADD_RECOVERY, known={})),
        ),
        Rule(
            id="recovered-generated",
            title=Text(
                "no more methane recovered than generated", "回収したメタンは発生量を超えない"
            ),
            table="recovery",
            broken=tuple(_over_recovered(waste, parameters, recovery)),
        ),
    ]


_ADD_DEPOSITS = Text(
    "add a row for each year; write 0 only where nothing was deposited",
    "各年の行を加えてください。0と書くのは埋立がなかった年だけです",
)
_ADD_RECOVERY = Text(
    "add a row for each year; write 0 only where nothing was recovered",
    "各年の行を加えてください。0と書くのは回収がなかった年だけです",
)


def _uneven(waste: pa.Table, known: Known) -> Iterator[Broken]:
    """Streams that begin after, or end before, the others of their site."""
    fine = whole(waste, WASTE, (*_STREAM, "year"), known)
    rows = waste.select([*_STREAM, "year"]).filter(pa.array(fine))
    year, series, sites = (
        rows["year"].to_numpy(),
        spans(rows, _STREAM, fold=known),
        spans(rows, _SITE),
    )
    edges = (
        (
            series.first,
            sites.first,
            Text("the site begins in {year}", "処分場の系列は{year}年に始まります"),
        ),
        (
            series.last,
            sites.last,
            Text("the site goes on to {year}", "処分場の系列は{year}年まで続きます"),
        ),
    )
    for own, bound, message in edges:
        at_edge = year == own[series.of]
        for at in np.flatnonzero(at_edge & (year != bound[sites.of])).tolist():
            yield Broken(
                where=rows.slice(at, 1).to_pylist()[0],
                column="year",
                value=int(year[at]),
                message=message.format(year=int(bound[sites.of[at]])),
                hint=Text(
                    "years outside a stream's rows count as without deposits; add them if there were",
                    "行のない前後の年は埋立なしとして計算します。埋立があれば加えてください",
                ),
            )


def _never_decaying(parameters: pa.Table) -> Iterator[Broken]:
    for row in parameters.to_pylist():
        carbon = (row["degradable_carbon"] or 0) * (row["decomposable_fraction"] or 0)
        if row["decay_rate"] == 0 and carbon > 0:
            yield Broken(
                where={"stream": row["stream"]},
                column="decay_rate",
                value=0,
                message=Text("carbon that never decays", "分解しない分解性炭素です"),
                hint=Text(
                    "write a rate above 0, or 0 for the degradable carbon of an inert stream",
                    "0より大きい値を書くか、分解しない種類なら分解性有機炭素率を0としてください",
                ),
            )


def _over_recovered(waste: pa.Table, parameters: pa.Table, recovery: pa.Table) -> Iterator[Broken]:
    """Rows of recovery that no deposit explains, at sites whose other rows are sound.

    What is generated at a site with a fault is not known, so nothing is compared with it.
    """
    if any(waste[name].null_count for name in _SITE):
        return
    rows = recovery.filter(pa.array(whole(recovery, RECOVERY, RECOVERY.names, {})))
    both = numbered(pa.concat_tables([t.select(list(_SITE)) for t in (waste, rows)]), _SITE)
    site_of_waste, site_of_row = both[: waste.num_rows], both[waste.num_rows :]
    known, sound = (np.zeros(both.max(initial=-1) + 1, np.bool_) for _ in range(2))
    known[site_of_waste] = True
    for row in rows.filter(pa.array(~known[site_of_row])).to_pylist():
        yield _stranger(row)
    usable = parameters.filter(pa.array(whole(parameters, PARAMETERS, _NEEDED, {})))
    sound[site_of_waste] = True
    sound[site_of_waste[_unsound(waste, usable)]] = False
    rows = rows.filter(pa.array(sound[site_of_row]))
    if not rows.num_rows:
        return
    landfills = _decay(waste.filter(pa.array(sound[site_of_waste])), usable, rows)
    generated, site = landfills.generated, _site_of(rows, landfills.keys)
    at = rows["year"].to_numpy() - landfills.first[site]
    possible = np.where(at >= 0, generated[np.maximum(at, 0), site], 0.0)
    over = rows["recovered"].to_numpy() > possible * (1 + _WRITTEN)
    for number in np.flatnonzero(over | (at < 0)).tolist():
        row = rows.slice(number, 1).to_pylist()[0]
        if at[number] < 0:
            yield _too_early(row, int(landfills.first[site[number]]))
        else:
            yield _too_much(row, float(possible[number]))


def _unsound(waste: pa.Table, usable: pa.Table) -> Integers:
    """Rows with a fault, and those of a series that misses a year or has one twice."""
    known = {"stream": {name.lower() for name in usable["stream"].to_pylist()}}
    fine = whole(waste, WASTE, WASTE.names, known)
    rows = np.flatnonzero(fine)
    series = spans(waste.filter(pa.array(fine)), _STREAM, fold=known)
    return np.concatenate([np.flatnonzero(~fine), rows[series.broken[series.of]]])


_NEEDED = (
    *("stream", "degradable_carbon", "decomposable_fraction"),
    *("decay_rate", "methane_fraction", "delay"),
)


def _at(row: Mapping[str, object]) -> dict[str, object]:
    return {name: row[name] for name in RECOVERY.key}


def _stranger(row: Mapping[str, object]) -> Broken:
    return Broken(
        where=_at(row),
        column="site",
        value=row["site"],
        message=Text("no waste was deposited at this site", "この処分場の埋立量がありません"),
        hint=Text(
            "name a site of the table waste, in its country",
            "wasteの表にある処分場を、同じ国で記入してください",
        ),
    )


def _too_early(row: Mapping[str, object], first: int) -> Broken:
    return Broken(
        where=_at(row),
        column="year",
        value=row["year"],
        message=Text(
            "before the first deposit at this site, {first}", "最初の埋立（{first}年）より前です"
        ).format(first=first),
        hint=Text("delete the row, or add the deposits", "行を削除するか、埋立量を加えてください"),
    )


def _too_much(row: Mapping[str, object], generated: float) -> Broken:
    return Broken(
        where=_at(row),
        column="recovered",
        value=row["recovered"],
        message=Text(
            "more than the {generated} Gg generated in the year",
            "その年の発生量{generated} Ggを超えています",
        ).format(generated=f"{generated:.6g}"),
        hint=Text(
            "check the unit of the recovery, the deposits and their parameters",
            "回収量の単位、埋立量、係数を確かめてください",
        ),
    )


_EQUATIONS = Text(
    r"""For one stream at one site, $W$ is the mass deposited in a year [Gg], $k$ the rate of decay
[1/year] and $d$ the delay [months]. The carbon that can decompose is

$$D = W \cdot DOC \cdot DOC_f \cdot MCF$$

What comes evenly over a year comes at its middle on average and begins to decay $d$ months
later, in month $M = 7 + d$ counted from January of the year of deposit; $M = 13$, with the usual
six months, is the first day of the next year. In the year of deposit it decays for
$(13 - M)/12 = (6 - d)/12$ of a year. Of the deposit of year $t$ the part $B$ is left at the end of
that year and the part $C$ has decomposed:

$$B_t = D_t\,e^{-k (6 - d)/12} \qquad C_t = D_t\,\bigl(1 - e^{-k (6 - d)/12}\bigr)$$

Stock at the end of the year and carbon decomposed in it [Gg], from a stock of nothing before the
first year:

$$H_t = B_t + H_{t-1}\,e^{-k} \qquad Z_t = C_t + H_{t-1}\,(1 - e^{-k})$$

so that $\sum Z + H_t = \sum D$ in every year. With $F$ the fraction of methane in landfill gas, the
site generates over its streams $s$, and emits after recovery $R_t$ and oxidation $OX_t$:

$$Q_t = \tfrac{16}{12} \sum_s F_s\,Z_{s,t} \qquad E_t = (Q_t - R_t)\,(1 - OX_t)$$

The half-life is $\ln 2 / k$. A delay of more than six months would need a second year of waiting
($M > 13$), which these equations do not have; it is refused.
""",
    r"""ある処分場のある種類について、$W$を年間埋立量 [Gg]、$k$を分解速度定数 [1/年]、$d$を分解開始までの月数とする。分解しうる炭素量は

$$D = W \cdot DOC \cdot DOC_f \cdot MCF$$

年間を通じて均等に埋め立てられた廃棄物は、平均して年央に埋め立てられ、その$d$か月後に分解を始める。埋立年の1月から数えて
$M = 7 + d$か月目であり、通常の6か月では$M = 13$、すなわち翌年の初日となる。埋立年のうち分解が進む期間は
$(13 - M)/12 = (6 - d)/12$年である。$t$年の埋立分のうち、年末に残る量$B$と分解した量$C$は

$$B_t = D_t\,e^{-k (6 - d)/12} \qquad C_t = D_t\,\bigl(1 - e^{-k (6 - d)/12}\bigr)$$

最初の年より前の残存量をゼロとして、年末の残存量とその年の分解量 [Gg] は

$$H_t = B_t + H_{t-1}\,e^{-k} \qquad Z_t = C_t + H_{t-1}\,(1 - e^{-k})$$

したがって、どの年にも$\sum Z + H_t = \sum D$が成り立つ。$F$を埋立ガス中のメタンの割合、$R_t$を回収量、$OX_t$を酸化率とすると、
処分場全体（種類$s$の合計）の発生量と排出量は

$$Q_t = \tfrac{16}{12} \sum_s F_s\,Z_{s,t} \qquad E_t = (Q_t - R_t)\,(1 - OX_t)$$

半減期は$\ln 2 / k$である。6か月を超える遅れ（$M > 13$）は翌年も分解しない期間を要し、この式では表せないためエラーとする。
""",
)

METHOD = Method(
    id="climate.transparency.landfill-methane",
    version="1.0.0",
    kind=Kind.ARRAY,
    title=Text("Methane from landfills", "埋立処分場のメタン"),
    summary=Text(
        "Waste in a landfill gives off methane for decades. From what was deposited year by year, "
        "stream by stream, and how fast it decays, this method follows the carbon left in each "
        "site and the methane generated, recovered and emitted each year (IPCC first-order decay).",
        "埋め立てられた廃棄物は何十年もメタンを出し続ける。この手法は、種類ごとの各年の埋立量と分解の速さから、各処分場に残る炭素と、"
        "各年のメタンの発生量・回収量・排出量を算定する（IPCC一次分解法）。",
    ),
    activities=("1-1-2", "1-1-3"),
    inputs=(WASTE, PARAMETERS, RECOVERY),
    outputs=(METHANE, STOCK),
    function=landfill_methane,
    rules=rules,
    figures=(
        Figure(
            name="emitted",
            title=Text("Methane emitted, by site", "処分場別のメタン排出量"),
            kind="lines",
            table="methane",
            value="emitted",
            category="site",
            x="year",
            facet="country",
        ),
        Figure(
            name="generated",
            title=Text("Methane generated, by site", "処分場別のメタン発生量"),
            kind="lines",
            table="methane",
            value="generated",
            category="site",
            x="year",
            facet="country",
        ),
    ),
    origins=(
        Origin(table="methane", source="stock", on=("country", "site", "year")),
        Origin(table="methane", source="recovery", on=("country", "site", "year")),
        Origin(table="stock", source="waste", on=("country", "site", "stream"), until="year"),
        Origin(table="stock", source="parameters", on=("stream",)),
    ),
    sources=(
        Source(
            document="2006 IPCC Guidelines for National Greenhouse Gas Inventories, Volume 5",
            place="Chapter 3: first-order decay; Section 3.2.1: length of the series; Tables 3.1–3.3",
            year=2006,
        ),
        Source(
            document="2006 IPCC Guidelines for National Greenhouse Gas Inventories, Volume 5",
            place="Chapter 2: Tables 2.4–2.6, Section 2.3.2, degradable organic carbon",
            year=2006,
        ),
    ),
    limits=(
        Text(
            "The stock starts empty: nothing deposited before the first year of a series is "
            "counted. Begin a series when the site opened, or three to five half-lives before the "
            "first year that is reported (about fifty years).",
            "残存量はゼロから始まり、系列の最初の年より前の埋立は数えない。系列は処分場の開設時から、または報告する最初の年の半減期3～5倍前"
            "（約50年前）から用意すること。",
        ),
        Text(
            "Years after a stream's last row, up to the last year of its site, count as without "
            "deposits; gaps between rows are refused.",
            "各種類の最後の行より後、処分場の最後の年までは埋立がないものとする。途中の年の抜けはエラーとする。",
        ),
        Text(
            "Only recovery that is reported is deducted; where the table recovery has no row, "
            "recovered is absent and all that is generated counts as emitted, without oxidation.",
            "差し引くのは報告された回収量だけである。recoveryの表に行がない年の回収量は空欄とし、酸化も見込まず、発生量の全量を排出量とする。",
        ),
        Text(
            "The shipped streams are of the 2006 guidelines: degradable carbon by wet weight, decay "
            "by climate and moisture, one decomposable fraction of 0.5 for all. The reference file "
            "ghg/landfill_streams_ipcc2019 has the fractions by stream of the 2019 Refinement with "
            "the other values of 2006; give it as the table parameters to use it. Never mix the two "
            "in one series.",
            "同梱の値は2006年ガイドラインによる（DOCは湿重量基準、分解速度は気候帯と湿潤・乾燥別、DOCfは一律0.5）。参照データ"
            "ghg/landfill_streams_ipcc2019は2019年改良版の種類別DOCfを収め、他の値は2006年のものである。使う場合は"
            "parametersの表として指定し、一つの系列に両者を混ぜないこと。",
        ),
        Text(
            "Rubber and leather are not shipped, because sources disagree on their degradable "
            "carbon; bulk waste is not shipped either. Give them in a table of your own.",
            "ゴム・皮革は分解性有機炭素率が出典により異なるため、また混合廃棄物は値を確認できないため、同梱していない。必要なら表に加えること。",
        ),
        Text(
            "The reference file ghg/landfill_sites lists methane correction factors and oxidation "
            "by type of site; the method takes those given with the deposits and the recovery.",
            "参照データghg/landfill_sitesに処分場の種類別のメタン補正係数と酸化率がある。計算には埋立量と回収量の表に記入された値を用いる。",
        ),
    ),
    equations=_EQUATIONS,
    example={
        "waste": "landfill-methane/waste.csv",
        "recovery": "landfill-methane/recovery.csv",
    },
    package=__package__ or "",
)
