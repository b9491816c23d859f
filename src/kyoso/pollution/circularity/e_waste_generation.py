"""E-waste generated and stock held, from what was put on the market and how long it lives.

Serves activities 2-2-2 (rules, standards and monitoring) and 2-2-4 (circular economy in
e-waste): both need to know how much there is to collect.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from kyoso.core.text import Text
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
from kyoso.methods.result import Check, Verdict
from kyoso.numerics.cohorts import (
    Flows,
    InflowAt,
    Shares,
    inflow_driven,
    shares,
    year_end_ages,
)
from kyoso.numerics.lifetimes import DISTRIBUTIONS, Array, Lifetime
from kyoso.pollution.circularity.tables import GENERATED, LIFETIMES, MARKET, STOCK
from kyoso.tables.checking import Broken, Rule

Integers = npt.NDArray[np.intp]

_TOLERANCE = 1e-12
"""Of the mass that has entered: the digits that a result is written to."""


@dataclass(frozen=True, slots=True)
class _Layout:
    """Where each row of the market table stands in an array of (series, years).

    A series is one product in one country. ``begins`` is its first row, ``of`` the series of a
    row, ``at`` the years since the first of that series.
    """

    begins: Integers
    of: Integers
    at: Integers

    def spread(self, quantity: Array) -> Array:
        """Rows as (series, years), every series from its own first year.

        Shorter series end in zeros that no row is read from: what enters a year cannot change
        the years before it.
        """
        dense = np.zeros((len(self.begins), int(self.at.max()) + 1))
        dense[self.of, self.at] = quantity
        return dense


def e_waste_generation(tables: Mapping[str, pa.Table], values: Values) -> Outcome:
    """Stock [t] at the end of each year and e-waste generated [t] in it, by country and product.

    ``tables`` are ``market``, in key order and without gaps, and ``lifetimes``.
    """
    market, lifetimes = tables["market"], tables["lifetimes"]
    layout = _layout(market)
    inflow = layout.spread(market["quantity"].to_numpy())
    flows = inflow_driven(
        inflow,
        _shares(lifetimes, inflow.shape[1], InflowAt(str(values["inflow_at"]))),
        _lifetime_of(market["product"].take(pa.array(layout.begins)), lifetimes["product"]),
    )
    rows = layout.of, layout.at
    keys = market.select(list(STOCK.key))
    return Outcome(
        tables={
            "stock": keys.append_column("stock", pa.array(flows.stock[rows])),
            "generated": keys.append_column("generated", pa.array(flows.outflow[rows])),
        },
        checks=(_balance(inflow, flows, layout),),
    )


def _layout(market: pa.Table) -> _Layout:
    changes = np.ones(market.num_rows, np.bool_)
    changes[1:] = _changes(market["country"]) | _changes(market["product"])
    begins = np.flatnonzero(changes)
    of = np.cumsum(changes) - 1
    year = market["year"].to_numpy()
    return _Layout(begins, of, (year - year[begins][of]).astype(np.intp))


def _changes(column: pa.ChunkedArray) -> npt.NDArray[np.bool_]:
    """Whether a row differs from the row before it, from the second row on."""
    codes: Integers = column.combine_chunks().dictionary_encode().indices.to_numpy()
    changed: npt.NDArray[np.bool_] = codes[1:] != codes[:-1]
    return changed


def _lifetime_of(products: pa.ChunkedArray, known: pa.ChunkedArray) -> Integers:
    rows: Integers = pc.index_in(products, known.combine_chunks()).to_numpy().astype(np.intp)
    return rows


def _shares(lifetimes: pa.Table, years: int, inflow_at: InflowAt) -> Shares:
    """What becomes of a cohort of each product; (rows of ``lifetimes``, years)."""
    ages = year_end_ages(years, inflow_at)
    surviving = np.empty((lifetimes.num_rows, years))
    ended = np.empty_like(surviving)
    names = np.array([_name(name) for name in lifetimes["distribution"].to_pylist()])
    for name in sorted(set(names)):
        distribution, rows = DISTRIBUTIONS[name], names == name
        parameters = {n: lifetimes[n].to_numpy()[rows, np.newaxis] for n in distribution.needs}
        surviving[rows], ended[rows] = distribution.at(ages, **parameters)
    return shares(Lifetime(surviving, ended))


def _name(written: str) -> str:
    """The name of a distribution; the table takes it in any letter case."""
    return written.lower()


def _balance(inflow: Array, flows: Flows, layout: _Layout) -> Check:
    entered = np.cumsum(inflow, axis=1)
    accounted = np.cumsum(flows.outflow, axis=1) + flows.stock
    off = (np.abs(accounted - entered) > _TOLERANCE * entered)[layout.of, layout.at]
    return Check(
        id="generated.balance",
        title=Text(
            "all that was put on the market is in the stock or has become e-waste",
            "上市量の累計は保有量と発生量の累計の和に等しい",
        ),
        verdict=Verdict.FAILED if off.any() else Verdict.PASSED,
        table="generated",
        tested=len(off),
        concerned=int(off.sum()),
        rows=tuple((np.flatnonzero(off)[:20] + 2).tolist()),
    )


# --- what is tested on the input ----------------------------------------------------------


def rules(tables: Mapping[str, pa.Table], _values: Values) -> Sequence[Rule]:
    """Years without gaps, and for every lifetime the parameters of its distribution."""
    lifetimes = tables["lifetimes"].to_pylist()
    products = {row["product"] for row in lifetimes if row["product"] is not None}
    return (
        Rule(
            id="years-complete",
            title=Text("every series has all its years", "どの国・製品の系列にも年の抜けがない"),
            table="market",
            broken=tuple(_gaps(tables["market"], products)),
        ),
        Rule(
            id="parameters-given",
            title=Text(
                "every lifetime has the parameters of its distribution",
                "寿命分布に必要なパラメータがそろっている",
            ),
            table="lifetimes",
            broken=tuple(_parameters_missing(lifetimes)),
        ),
        Rule(
            id="parameters-used",
            title=Text(
                "every parameter given is one of its distribution",
                "記入されたパラメータはすべて計算に使われる",
            ),
            table="lifetimes",
            broken=tuple(_parameters_unused(lifetimes)),
            severity="look",
        ),
    )


def _gaps(market: pa.Table, products: set[str]) -> Iterator[Broken]:
    """The last row before each gap in the years of a country and product.

    A missing year that a row with a fault in its own key may have been meant for is passed
    over: that row is named for its fault, and is not to be written a second time.
    """
    sound, strays = _split(market.select(list(MARKET.key)), products)
    ordered = sound.sort_by([(name, "ascending") for name in MARKET.key])
    if ordered.num_rows == 0:
        return
    year = ordered["year"].to_numpy()
    same = ~(_changes(ordered["country"]) | _changes(ordered["product"]))
    for at in np.flatnonzero(same & (np.diff(year) > 1)).tolist():
        where = ordered.slice(at, 1).to_pylist()[0]
        before, after = int(year[at]), int(year[at + 1])
        missing = [
            y
            for y in range(before + 1, after)
            if not _may_stand(strays, where["country"], where["product"], y)
        ]
        if missing:
            yield Broken(
                where=where,
                column="year",
                value=before,
                message=Text(
                    "{missing} missing between this row and {after}",
                    "この行の後、{after}年までの間に{missing}年がありません",
                ).format(missing=_ranges(missing), after=after),
                hint=Text(
                    "add a row for each year; write 0 only where nothing was put on the market",
                    "各年の行を加えてください。0と書くのは上市がなかった年だけです",
                ),
            )


_Stray = tuple[str | None, str | None, int | None]


def _split(keys: pa.Table, products: set[str]) -> tuple[pa.Table, set[_Stray]]:
    """Rows with a sound key, and the keys of the others with what is not sound as ``None``."""
    sound = {
        "country": _true(pc.is_in(keys["country"], pa.array(MARKET["country"].allowed))),
        "product": _true(pc.is_in(keys["product"], pa.array(sorted(products), pa.string()))),
        "year": _true(
            pc.and_(
                pc.greater_equal(keys["year"], MARKET["year"].minimum),
                pc.less_equal(keys["year"], MARKET["year"].maximum),
            )
        ),
    }
    whole = pc.and_(pc.and_(sound["country"], sound["product"]), sound["year"])
    others = pa.table({n: pc.if_else(sound[n], keys[n], None) for n in sound}).filter(
        pc.invert(whole)
    )
    return keys.filter(whole), {
        (row["country"], row["product"], row["year"]) for row in others.to_pylist()
    }


def _true(answer: pa.ChunkedArray) -> pa.ChunkedArray:
    return pc.fill_null(answer, False)


def _may_stand(strays: set[_Stray], country: str, product: str, year: int) -> bool:
    """Whether a row with a faulty key may have been meant for this year."""
    readings = itertools.product((country, None), (product, None), (year, None))
    return bool(strays) and any(reading in strays for reading in readings)


def _ranges(years: Iterable[int]) -> str:
    """``2003, 2005–2007`` for 2003, 2005, 2006, 2007."""
    runs = itertools.groupby(enumerate(years), key=lambda item: item[1] - item[0])
    spans = [[year for _, year in run] for _, run in runs]
    return ", ".join(f"{s[0]}" if len(s) == 1 else f"{s[0]}–{s[-1]}" for s in spans)


def _distribution(row: Mapping[str, object]) -> str | None:
    name = _name(str(row["distribution"]))
    return name if name in DISTRIBUTIONS else None


def _parameters_missing(lifetimes: Iterable[Mapping[str, object]]) -> Iterator[Broken]:
    for row in lifetimes:
        if row["product"] is None or (name := _distribution(row)) is None:
            continue
        for need in DISTRIBUTIONS[name].needs:
            if row[need] is None:
                yield Broken(
                    where={"product": row["product"]},
                    column=need,
                    message=Text(
                        "a {name} lifetime needs this parameter",
                        "{name}分布にはこのパラメータが必要です",
                    ).format(name=name),
                    hint=Text("fill in {meaning}", "{meaning}を記入してください").format(
                        meaning=LIFETIMES[need].meaning
                    ),
                )


def _parameters_unused(lifetimes: Iterable[Mapping[str, object]]) -> Iterator[Broken]:
    parameters = dict.fromkeys(n for d in DISTRIBUTIONS.values() for n in d.needs)
    for row in lifetimes:
        if row["product"] is None or (name := _distribution(row)) is None:
            continue
        needs = DISTRIBUTIONS[name].needs
        for given in parameters:
            if given not in needs and row[given] is not None:
                yield Broken(
                    where={"product": row["product"]},
                    column=given,
                    value=row[given],
                    message=Text(
                        "not a parameter of a {name} lifetime",
                        "{name}分布のパラメータではありません",
                    ).format(name=name),
                    hint=Text(
                        "a {name} lifetime is calculated from {needs} alone",
                        "{name}分布の計算に使うのは{needs}だけです",
                    ).format(name=name, needs=", ".join(needs)),
                )


_EQUATIONS = Text(
    r"""For one product in one country, $I(c)$ is the mass put on the market in year $c$ [t], and
$F(a)$ the share of it whose life has ended at age $a$ [years].

An item of year $c$ is $a(n) = n + \delta$ years old at the end of year $c + n$, with
$\delta = 1, \tfrac12, 0$ where `inflow_at` is `start`, `middle`, `end`. Of that year's mass the
share $p(n)$ becomes e-waste in year $c + n$:

$$p(0) = F(\delta), \qquad p(n) = F(n + \delta) - F(n - 1 + \delta)$$

Generated and stock [t] in year $y$, counted from the first year $y_0$ of the series:

$$G(y) = \sum_{c = y_0}^{y} I(c)\,p(y - c) \qquad
S(y) = \sum_{c = y_0}^{y} I(c)\,\bigl(1 - F(y - c + \delta)\bigr)$$

so that $S(y) - S(y - 1) = I(y) - G(y)$ in every year.

| distribution | $F(a)$ | parameters |
|---|---|---|
| `weibull` | $1 - e^{-(a/\lambda)^k}$ | $k$ `shape`, $\lambda$ `scale` |
| `lognormal` | $\Phi\bigl((\ln a - \ln\mu + s^2/2)/s\bigr)$, $s^2 = \ln(1 + \sigma^2/\mu^2)$ | $\mu$ `mean`, $\sigma$ `standard_deviation` |
| `normal` | $\Phi\bigl((a - \mu)/\sigma\bigr)$ | $\mu$ `mean`, $\sigma$ `standard_deviation` |
| `fixed` | $0$ for $a < L$, else $1$ | $L$ `mean` |

Under `normal` the share with a negative lifetime becomes e-waste in the year of sale.
""",
    r"""ある国のある製品について、$I(c)$を$c$年の上市量 [t]、$F(a)$を経過年数$a$ [年] までに使用済みとなる割合とする。

$c$年に上市された製品の$c + n$年末の経過年数は$a(n) = n + \delta$であり、$\delta$は`inflow_at`が`start`、`middle`、`end`のとき
それぞれ$1, \tfrac12, 0$とする。$c$年の上市量のうち$c + n$年にe-wasteとなる割合$p(n)$は次のとおり。

$$p(0) = F(\delta), \qquad p(n) = F(n + \delta) - F(n - 1 + \delta)$$

系列の最初の年を$y_0$として、$y$年の発生量$G$と年末の保有量$S$ [t] は次のとおり。

$$G(y) = \sum_{c = y_0}^{y} I(c)\,p(y - c) \qquad
S(y) = \sum_{c = y_0}^{y} I(c)\,\bigl(1 - F(y - c + \delta)\bigr)$$

したがって、どの年にも$S(y) - S(y - 1) = I(y) - G(y)$が成り立つ。

| 分布 | $F(a)$ | パラメータ |
|---|---|---|
| `weibull` | $1 - e^{-(a/\lambda)^k}$ | $k$ `shape`、$\lambda$ `scale` |
| `lognormal` | $\Phi\bigl((\ln a - \ln\mu + s^2/2)/s\bigr)$、$s^2 = \ln(1 + \sigma^2/\mu^2)$ | $\mu$ `mean`、$\sigma$ `standard_deviation` |
| `normal` | $\Phi\bigl((a - \mu)/\sigma\bigr)$ | $\mu$ `mean`、$\sigma$ `standard_deviation` |
| `fixed` | $a < L$のとき$0$、それ以外は$1$ | $L$ `mean` |

`normal`では、寿命が負となる割合は上市の年にe-wasteとなるものとする。
""",
)

METHOD = Method(
    id="pollution.circularity.e-waste-generation",
    version="1.0.0",
    kind=Kind.ARRAY,
    title=Text(
        "E-waste generated from products put on the market", "上市量に基づくe-waste発生量の推計"
    ),
    summary=Text(
        "What is sold today is waste when its life ends. From the mass of each product put on "
        "the market year by year and the distribution of its lifetime, this method follows the "
        "stock that households and businesses hold and the e-waste generated each year.",
        "販売された製品は、寿命が尽きたときに廃棄物となる。この手法は、製品ごとの各年の上市量と寿命分布から、"
        "家庭や事業者の保有量と、各年に発生するe-wasteの量を推計する。",
    ),
    activities=("2-2-2", "2-2-4"),
    inputs=(MARKET, LIFETIMES),
    outputs=(STOCK, GENERATED),
    function=e_waste_generation,
    rules=rules,
    parameters=(
        Parameter(
            name="inflow_at",
            meaning=Text(
                "when in the year products come onto the market, for their age at its end",
                "年末の経過年数を決める、年内の上市時点（年初、年央、年末）",
            ),
            default=InflowAt.MIDDLE.value,
            choices=tuple(moment.value for moment in InflowAt),
        ),
    ),
    figures=(
        Figure(
            name="generated",
            title=Text("E-waste generated, by product", "製品別のe-waste発生量"),
            kind="lines",
            table="generated",
            value="generated",
            category="product",
            x="year",
            facet="country",
        ),
        Figure(
            name="stock",
            title=Text("Stock at the end of the year, by product", "製品別の年末保有量"),
            kind="lines",
            table="stock",
            value="stock",
            category="product",
            x="year",
            facet="country",
        ),
    ),
    origins=tuple(
        origin
        for output in ("generated", "stock")
        for origin in (
            Origin(table=output, source="market", on=("country", "product"), until="year"),
            Origin(table=output, source="lifetimes", on=("product",)),
        )
    ),
    sources=(
        Source(
            document=(
                "Forti, Baldé, Kuehr, E-waste Statistics: Guidelines on classifications, reporting "
                "and indicators, second edition, United Nations University"
            ),
            place="measurement framework: put on market, lifetimes, e-waste generated",
            year=2018,
        ),
        Source(
            document="Commission Implementing Regulation (EU) 2017/699, OJ L 103",
            place="Annex II, WEEE generated",
            year=2017,
            link="https://eur-lex.europa.eu/legal-content/EN/TXT/?uri=CELEX:32017R0699",
        ),
        Source(
            document=(
                "Pauliuk, Heeren, ODYM: An open software framework for studying dynamic material "
                "systems, Journal of Industrial Ecology"
            ),
            place="inflow-driven dynamic stock model",
            year=2020,
            link="https://doi.org/10.1111/jiec.12952",
        ),
        Source(
            document=(
                "Dürrwächter, Hosak, Weiss, Ueckerdt, flodym: A Python package for dynamic material "
                "flow analysis, Journal of Open Source Software 11 (119)"
            ),
            place="lifetime models, inflow_at",
            year=2026,
            link="https://doi.org/10.21105/joss.10105",
        ),
    ),
    limits=(
        Text(
            "The stock starts empty: nothing put on the market before the first year of a series "
            "is counted, so generated and stock are too low until the series is about as long as "
            "the lifetime. Begin a series with the year in which the product was introduced.",
            "保有量はゼロから始まる。系列の最初の年より前に上市された製品は数えないため、系列が寿命と同程度の長さに"
            "なるまで、発生量と保有量は過小となる。系列は製品が普及し始めた年から用意すること。",
        ),
        Text(
            "A product has one lifetime distribution for all countries and years. It covers use, "
            "storage and second-hand use inside the country. Used goods that are imported or "
            "exported are not followed.",
            "製品ごとの寿命分布は、国と年によらず一つである。使用、退蔵、国内での再使用の期間を含むが、"
            "中古品の輸出入は追跡しない。",
        ),
        Text(
            "The shipped lifetimes were profiled in Europe (edition 2015). They are not lifetimes "
            "of ASEAN members; replace the table where national surveys exist. The reference file "
            "flows/ewaste_lifetimes_2023 holds another edition, which is not verified.",
            "同梱の寿命分布は欧州の調査に基づく（2015年版）。ASEAN加盟国の値ではないため、国内調査があれば表を"
            "差し替えること。参照データflows/ewaste_lifetimes_2023に別の版があるが、未検証である。",
        ),
        Text(
            "UNU keys without a lifetime, such as 0001 and 0002 in the shipped table, are refused "
            "rather than counted as zero.",
            "寿命分布のないUNUキー（同梱の表では0001と0002）は、ゼロとせずエラーとする。",
        ),
        Text(
            "The Waste over Time scripts of Statistics Netherlands and the United Nations "
            "University take the density of the distribution at mid-year ages instead of "
            "differences of F, which does not keep mass; their figures differ by a few per cent.",
            "オランダ統計局と国連大学のWaste over Timeのスクリプトは、Fの差ではなく年央の経過年数における"
            "確率密度を用いるため質量が保存されず、その値は本手法と数％異なる。",
        ),
        Text(
            "Generated is what falls due, not what is collected.",
            "発生量は使用済みとなる量であり、回収される量ではない。",
        ),
    ),
    equations=_EQUATIONS,
    example={"market": "e-waste-generation/market.csv"},
    package=__package__ or "",
)
