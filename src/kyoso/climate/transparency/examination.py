"""The checks of a facility's report against itself, its history, its peers and physics.

Every check is a function of one report and what is known beside it. It says what it tested, what
it could not test and why, and what it found: a report with little history is not alarmed about.
"""

from __future__ import annotations

import calendar
import itertools
import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from kyoso.climate.transparency import categories
from kyoso.climate.transparency.factors import (
    BASES,
    Row,
    basis,
    factor_basis,
    for_category,
    per_unit,
)
from kyoso.climate.transparency.tables.plausibility import ERROR, INFORMATION, WARNING
from kyoso.climate.transparency.tables.roll_up import COUNTED, DIRECT, TRANSFERRED
from kyoso.core import units
from kyoso.core.errors import UnitError
from kyoso.core.text import Text
from kyoso.numerics.robust import Usual, usual

CARBON_IN_CO2 = 12 / 44
"""Mass of carbon per mass of carbon dioxide."""

_NOISE = 1e-9
"""So much, relatively, a value may lie over a physical limit: results are written rounded."""
_TELLING_DIGITS = 3
"""Two quantities with so many digits are hardly the same by chance; our choice."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What is out of the ordinary.

    ``reach`` is in robust standard deviations, ``least`` the half-width in % of the median that
    is always usual, ``history`` and ``peers`` the fewest earlier years and other facilities that
    judge, ``slip`` the ratio from which a wrong unit is likely, ``margin`` in % the width added
    to the cited range of a factor.
    """

    reach: float = 5.0
    least: float = 25.0
    history: int = 4
    peers: int = 5
    slip: float = 100.0
    margin: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing to look at; ``lower`` and ``upper`` are what was expected, in ``unit``."""

    check: str
    severity: str
    column: str
    reason: Text
    stream: str | None = None
    gas: str | None = None
    value: float | None = None
    lower: float | None = None
    upper: float | None = None
    unit: str | None = None


@dataclass(slots=True)
class Examined:
    """What came of one check: how many were tested, how many could not be and why."""

    tested: int = 0
    not_tested: int = 0
    note: Text | None = None
    findings: list[Finding] = field(default_factory=list)

    def pass_over(self, note: Text) -> None:
        self.not_tested += 1
        self.note = self.note or note


Alike = tuple[str, str, str, str]
"""What emissions per unit are compared in: category, source, gas, unit of the quantity."""


@dataclass(frozen=True, kw_only=True)
class Beside:
    """What is known beside the reports, the same for all of them.

    ``factors`` are by source in lower case; ``peers`` are lines of other facilities and
    ``production`` what they and the facilities examined made.
    """

    factors: Mapping[str, Sequence[Row]]
    peers: Sequence[Row] = ()
    production: Sequence[Row] = ()
    capacities: Sequence[Row] = ()
    limits: Limits = field(default_factory=Limits)

    @cached_property
    def peer_reports(self) -> Mapping[int, Mapping[str, Sequence[Row]]]:
        """Lines of peers by year and facility."""
        found: defaultdict[int, defaultdict[str, list[Row]]] = defaultdict(
            lambda: defaultdict(list)
        )
        for row in self.peers:
            found[row["year"]][row["facility"]].append(row)
        return found

    @cached_property
    def peer_factors(self) -> Mapping[tuple[int, Alike], Mapping[str, float]]:
        """Emission in t per unit by year and what is alike, of each facility as a whole."""
        sums: defaultdict[tuple[int, Alike], defaultdict[str, list[tuple[float, float]]]]
        sums = defaultdict(lambda: defaultdict(list))
        for row in self.peers:
            if (found := _per_basis(row)) is not None:
                alike, quantity = found
                sums[row["year"], alike][row["facility"]].append((row["mass"], quantity))
        return {
            key: {
                facility: math.fsum(mass for mass, _ in parts)
                / math.fsum(quantity for _, quantity in parts)
                for facility, parts in by_facility.items()
            }
            for key, by_facility in sums.items()
        }

    @cached_property
    def _ranges(self) -> dict[tuple[int, Alike, str], tuple[int, Usual | None]]:
        return {}

    def peer_range(self, year: int, alike: Alike, facility: str) -> tuple[int, Usual | None]:
        """How many other facilities are known, and what is usual among them if they judge."""
        others = self.peer_factors.get((year, alike), {})
        # A facility that is none of its peers has the same range as all others that are none.
        key = year, alike, facility if facility in others else ""
        if key not in self._ranges:
            known = [value for name, value in others.items() if name != facility]
            judge = len(known) >= self.limits.peers
            found = (
                usual(known, reach=self.limits.reach, least=self.limits.least) if judge else None
            )
            self._ranges[key] = len(known), found
        return self._ranges[key]

    @cached_property
    def made(self) -> Mapping[tuple[str, int], Sequence[Row]]:
        """What was made, by facility and year."""
        found: defaultdict[tuple[str, int], list[Row]] = defaultdict(list)
        for row in self.production:
            found[row["facility"], row["year"]].append(row)
        return found

    @cached_property
    def rated(self) -> Mapping[tuple[str, str], float]:
        """Fuel input at full load [MW] by facility and unit."""
        return {(row["facility"], row["unit_name"]): row["capacity"] for row in self.capacities}


@dataclass(frozen=True, kw_only=True)
class Report:
    """The lines of one report and of the facility's earlier years, and what is known beside."""

    facility: str
    year: int
    lines: Sequence[Row]
    earlier: Mapping[int, Sequence[Row]]
    beside: Beside

    @property
    def limits(self) -> Limits:
        return self.beside.limits

    @cached_property
    def streams(self) -> Mapping[str, Row]:
        """The first line of each stream, which has its quantity."""
        return _streams(self.lines)

    @cached_property
    def past(self) -> Mapping[int, Mapping[str, Row]]:
        """The same of each earlier year."""
        return {year: _streams(rows) for year, rows in sorted(self.earlier.items())}

    @cached_property
    def last(self) -> int | None:
        """The latest year before this one that there is a report of."""
        return max(self.earlier, default=None)

    @cached_property
    def emitted(self) -> Sequence[Row]:
        return [row for row in self.lines if row["boundary"] in COUNTED]

    def history(self, stream: str, unit: str) -> list[float]:
        """The quantities of a stream in earlier years, of those that ``unit`` can state."""
        rows = (streams[stream] for streams in self.past.values() if stream in streams)
        stated = (in_unit(row["quantity"], row["unit"], unit) for row in rows)
        return [quantity for quantity in stated if quantity is not None]


def _streams(lines: Sequence[Row]) -> dict[str, Row]:
    found: dict[str, Row] = {}
    for row in sorted(lines, key=lambda one: (one["stream"], one["boundary"], one["gas"])):
        found.setdefault(row["stream"], row)
    return found


def in_unit(value: float, unit: str, wanted: str) -> float | None:
    """The value in another unit, ``None`` where it cannot be stated so."""
    try:
        return value * units.conversion(unit, wanted)
    except UnitError:
        return None


# --- factors ------------------------------------------------------------------------------


def implied_factor(report: Report) -> Examined:
    """Mass by quantity of each line, against the cited range of the factor of its source."""
    done = Examined()
    for row in report.emitted:
        factor = _factor(report, row)
        if factor is None or not row["quantity"]:
            continue
        if factor["value"] == 0 or factor["lower"] is None or factor["upper"] is None:
            done.pass_over(Text("no cited range of the factor", "係数の範囲の出典なし"))
            continue
        try:
            standard, _ = per_unit(factor, row["unit"])
        except UnitError:
            done.pass_over(
                Text("quantity in another unit than the factor", "係数と量の単位が異なる")
            )
            continue
        done.tested += 1
        done.findings.extend(_out_of_range(row, factor, standard, report.limits))
    return done


def _factor(report: Report, row: Row) -> Row | None:
    known = report.beside.factors.get(row["source"].lower())
    if known is None or row["category"] is None:
        return None
    chosen, _ = for_category(known, row["category"])
    return next((one for one in chosen if one["gas"] == row["gas"]), None)


def _out_of_range(row: Row, factor: Row, standard: float, limits: Limits) -> Iterator[Finding]:
    """Compared in the unit of the factor; a calorific value on the way widens the range."""
    ratio = row["mass"] / row["quantity"] / standard
    value = factor["value"] * ratio
    low, high = 1.0, 1.0
    if basis(row["unit"]) != factor_basis(factor["unit"]):
        heat = factor["net_calorific_value"]
        low = (factor["net_calorific_value_lower"] or heat) / heat
        high = (factor["net_calorific_value_upper"] or heat) / heat
        if basis(row["unit"]) == "energy":
            low, high = 1 / high, 1 / low
    lower = factor["lower"] * low * (1 - limits.margin / 100)
    upper = factor["upper"] * high * (1 + limits.margin / 100)
    if lower * (1 - _NOISE) <= value <= upper * (1 + _NOISE):
        return
    slipped = ratio >= limits.slip or ratio <= 1 / limits.slip
    open_ = factor["bounds_verification"] == "unverified"
    if slipped:
        reason = Text(
            "the emission per unit is {ratio:.3g} times the cited factor: a unit is likely wrong",
            "単位当たりの排出量が出典の係数の{ratio:.3g}倍です。単位の誤りが疑われます",
        )
    elif open_:
        reason = Text(
            "the emission per unit lies outside the range of the cited factor ({document}, {table}), "
            "which is not verified itself",
            "単位当たりの排出量が出典の係数の範囲外です（{document}、{table}。範囲自体は未検証）",
        )
    else:
        reason = Text(
            "the emission per unit lies outside the range of the cited factor ({document}, {table}); "
            "give the reason if the facility's own factor is right",
            "単位当たりの排出量が出典の係数の範囲外です（{document}、{table}）。施設固有の係数が正しければ理由を示してください",
        )
    yield Finding(
        check="implied-factor",
        severity=ERROR if slipped else INFORMATION if open_ else WARNING,
        column="mass",
        stream=row["stream"],
        gas=row["gas"],
        value=value,
        lower=lower,
        upper=upper,
        unit=factor["unit"],
        reason=reason.format(ratio=ratio, document=factor["document"], table=factor["table"]),
    )


# --- physics ------------------------------------------------------------------------------


def carbon_limit(report: Report) -> Examined:
    """No more carbon leaves a fuel than the fuel weighs."""
    done = Examined()
    carbon: defaultdict[str, list[float]] = defaultdict(list)
    for row in report.emitted:
        if row["gas"] == "CO2" and (row["category"] or "").startswith("1A"):
            carbon[row["stream"]].append(row["mass"] * CARBON_IN_CO2)
    for stream, parts in carbon.items():
        row = report.streams[stream]
        weight = in_unit(row["quantity"], row["unit"], "t")
        if weight is None:
            done.pass_over(Text("quantity not in mass", "量が質量でない"))
            continue
        done.tested += 1
        if math.fsum(parts) > weight * (1 + _NOISE):
            done.findings.append(
                Finding(
                    check="carbon-limit",
                    severity=ERROR,
                    column="mass",
                    stream=stream,
                    gas="CO2",
                    value=math.fsum(parts),
                    lower=0.0,
                    upper=weight,
                    unit="t",
                    reason=Text(
                        "the CO2 holds more carbon than the fuel weighs",
                        "CO2に含まれる炭素が燃料の質量を超えています",
                    ),
                )
            )
    return done


def capacity_limit(report: Report) -> Examined:
    """No unit takes more fuel in a year than at full load in all of its hours."""
    done = Examined()
    energy: defaultdict[str, list[float | None]] = defaultdict(list)
    for row in report.streams.values():
        if row["unit_name"] is not None and (row["category"] or "").startswith("1A"):
            energy[row["unit_name"]].append(_energy(report, row))
    hours = (366 if calendar.isleap(report.year) else 365) * 24
    for name, parts in energy.items():
        if (report.facility, name) not in report.beside.rated:
            done.pass_over(Text("no capacity given", "定格の記入なし"))
            continue
        known = [part for part in parts if part is not None]
        if len(known) < len(parts):
            done.pass_over(Text("energy of a stream not known", "熱量の不明なストリームあり"))
            continue
        done.tested += 1
        limit = (
            report.beside.rated[report.facility, name] * hours * units.conversion("MW * hour", "TJ")
        )
        if math.fsum(known) > limit * (1 + _NOISE):
            done.findings.append(
                Finding(
                    check="capacity-limit",
                    severity=ERROR,
                    column="quantity",
                    value=math.fsum(known),
                    lower=0.0,
                    upper=limit,
                    unit="TJ",
                    reason=Text(
                        "{name} took more fuel than at full load in all hours of the year",
                        "{name}の燃料投入量が、年間全時間を全負荷とした量を超えています",
                    ).format(name=name),
                )
            )
    return done


def _energy(report: Report, row: Row) -> float | None:
    """The energy of a stream's quantity in TJ, by the calorific value of its fuel."""
    direct = in_unit(row["quantity"], row["unit"], "TJ")
    if direct is not None:
        return direct
    known = report.beside.factors.get(row["source"].lower(), ())
    heat = next((one["net_calorific_value"] for one in known if one["net_calorific_value"]), None)
    weight = in_unit(row["quantity"], row["unit"], "Gg")
    return None if heat is None or weight is None else float(weight * heat)


def transfer_balance(report: Report) -> Examined:
    """No more CO2 is handed on than arises."""
    done = Examined()
    moved = math.fsum(row["mass"] for row in report.lines if row["boundary"] == TRANSFERRED)
    if not moved:
        return done
    done.tested = 1
    arose = math.fsum(row["mass"] for row in report.emitted if row["gas"] == "CO2")
    if moved > arose * (1 + _NOISE):
        done.findings.append(
            Finding(
                check="transfer-balance",
                severity=ERROR,
                column="mass",
                gas="CO2",
                value=moved,
                lower=0.0,
                upper=arose,
                unit="t",
                reason=Text(
                    "more CO2 is transferred than the facility's streams give",
                    "移送したCO2が施設のストリームから生じるCO2を超えています",
                ),
            )
        )
    return done


# --- history ------------------------------------------------------------------------------


def year_on_year(report: Report) -> Examined:
    """The quantity of each stream against what was usual in earlier years."""
    done = Examined()
    limits = report.limits
    for stream, row in report.streams.items():
        past = report.history(stream, row["unit"])
        if slipped := _slip(row, past, limits):
            done.tested += 1
            done.findings.append(slipped)
            continue
        if len(past) < limits.history:
            done.pass_over(_few_years(len(past), limits))
            continue
        done.tested += 1
        expected = usual(past, reach=limits.reach, least=limits.least)
        if not expected.lower <= row["quantity"] <= expected.upper:
            done.findings.append(
                Finding(
                    check="year-on-year",
                    severity=WARNING,
                    column="quantity",
                    stream=stream,
                    value=row["quantity"],
                    lower=max(0.0, expected.lower),
                    upper=expected.upper,
                    unit=row["unit"],
                    reason=Text(
                        "far from the {n} earlier years, whose median is {median:.6g} {unit}",
                        "過去{n}年の中央値{median:.6g} {unit}から大きく離れています",
                    ).format(n=len(past), median=expected.median, unit=row["unit"]),
                )
            )
    return done


def _slip(row: Row, past: Sequence[float], limits: Limits) -> Finding | None:
    """A quantity that looks as if it were written in another unit than before."""
    filled = sorted(quantity for quantity in past if quantity > 0)
    if not filled or not row["quantity"]:
        return None
    low, high = filled[0] / limits.slip, filled[-1] * limits.slip
    if low < row["quantity"] < high:
        return None
    return Finding(
        check="year-on-year",
        severity=ERROR,
        column="unit",
        stream=row["stream"],
        value=row["quantity"],
        lower=filled[0],
        upper=filled[-1],
        unit=row["unit"],
        reason=Text(
            "more than {slip:g} times off all earlier years: a unit is likely wrong",
            "過去のどの年とも{slip:g}倍以上異なります。単位の誤りが疑われます",
        ).format(slip=limits.slip),
    )


def streams_complete(report: Report) -> Examined:
    """Every stream and gas of the last report stands in this one."""
    done = Examined()
    if report.last is None:
        done.pass_over(Text("not enough history: no earlier report", "履歴不足（過去の報告なし）"))
        return done
    before = {(row["stream"], row["gas"]): row for row in report.earlier[report.last]}
    now = {(row["stream"], row["gas"]) for row in report.lines}
    told: set[str] = set()
    done.tested = len({stream for stream, _ in before} | set(report.streams))
    for (stream, gas), row in sorted(before.items()):
        if (stream, gas) in now or stream in told:
            continue
        whole = stream not in report.streams
        told.add(stream)
        done.findings.append(
            Finding(
                check="streams-complete",
                severity=WARNING,
                column="stream" if whole else "gas",
                stream=stream,
                gas=None if whole else gas,
                value=row["quantity"] if whole else row["mass"],
                unit=row["unit"] if whole else "t",
                reason=Text(
                    "reported for {year} and not now; write 0 if it did not run, or end it in the "
                    "plan",
                    "{year}年には報告があります。稼働がなければ0とし、廃止なら計画で終了してください",
                ).format(year=report.last)
                if whole
                else Text(
                    "{gas} of this stream was reported for {year} and is not now",
                    "{year}年に報告された{gas}がありません",
                ).format(gas=gas, year=report.last),
            )
        )
    old = {stream for stream, _ in before}
    done.findings.extend(
        Finding(
            check="streams-complete",
            severity=INFORMATION,
            column="stream",
            stream=stream,
            value=row["quantity"],
            unit=row["unit"],
            reason=Text("new since {year}", "{year}年の報告にないストリームです").format(
                year=report.last
            ),
        )
        for stream, row in report.streams.items()
        if stream not in old
    )
    if report.last < report.year - 1:
        done.findings.append(
            Finding(
                check="streams-complete",
                severity=INFORMATION,
                column="year",
                value=float(report.last),
                reason=Text(
                    "the last report before this one is of {year}", "この前の報告は{year}年です"
                ).format(year=report.last),
            )
        )
    return done


# --- what stands twice --------------------------------------------------------------------


def duplicates(report: Report) -> Examined:
    """One meter for two streams, one quantity written twice, last year's quantity again."""
    done = Examined(tested=len(report.streams))
    rows = list(report.streams.values())
    told: set[frozenset[str]] = set()
    by_meter: defaultdict[str, list[Row]] = defaultdict(list)
    for row in rows:
        if row["meter"] and row["meter"].strip():
            by_meter[row["meter"].strip().lower()].append(row)
    for shared in by_meter.values():
        for one, two in itertools.combinations(shared, 2):
            told.add(frozenset((one["stream"], two["stream"])))
            same = _equal(one, two)
            done.findings.append(
                _twice(
                    two,
                    WARNING if same and two["quantity"] else INFORMATION,
                    "meter",
                    Text(
                        "meter {meter} stands at stream {stream} as well, with the same quantity: "
                        "counted twice?",
                        "計測器{meter}はストリーム{stream}にも同じ量であります。二重計上ではありませんか",
                    )
                    if same
                    else Text(
                        "meter {meter} serves stream {stream} as well",
                        "計測器{meter}はストリーム{stream}にも使われています",
                    ),
                    meter=two["meter"],
                    stream=one["stream"],
                )
            )
    by_source: defaultdict[str, list[Row]] = defaultdict(list)
    for row in rows:
        if _telling(row):
            by_source[row["source"].lower()].append(row)
    for one, two in itertools.chain.from_iterable(
        itertools.combinations(alike, 2) for alike in by_source.values()
    ):
        if _equal(one, two) and frozenset((one["stream"], two["stream"])) not in told:
            done.findings.append(
                _twice(
                    two,
                    WARNING,
                    "quantity",
                    Text(
                        "the same quantity of the same source as stream {stream}: copied?",
                        "ストリーム{stream}と排出源も量も同じです。写し間違いではありませんか",
                    ),
                    stream=one["stream"],
                )
            )
    done.findings.extend(_again(report))
    return done


def _equal(one: Row, two: Row) -> bool:
    other = in_unit(one["quantity"], one["unit"], two["unit"])
    return other is not None and math.isclose(other, two["quantity"], rel_tol=_NOISE)


def _telling(row: Row) -> bool:
    """Whether a quantity has so many digits that it is hardly the same by chance."""
    digits = f"{row['quantity']:.11e}".partition("e")[0].replace(".", "").rstrip("0")
    return len(digits) >= _TELLING_DIGITS


def _twice(row: Row, severity: str, column: str, reason: Text, **said: object) -> Finding:
    return Finding(
        check="duplicates",
        severity=severity,
        column=column,
        stream=row["stream"],
        value=row["quantity"],
        unit=row["unit"],
        reason=reason.format(**said),
    )


def _again(report: Report) -> Iterator[Finding]:
    if report.last is None:
        return
    before = report.past[report.last]
    for stream, row in report.streams.items():
        if stream in before and _equal(before[stream], row) and _telling(row):
            yield _twice(
                row,
                INFORMATION,
                "quantity",
                Text("exactly the quantity of {year}", "{year}年とまったく同じ量です"),
                year=report.last,
            )


# --- category and source ------------------------------------------------------------------


def category_fits(report: Report) -> Examined:
    """Fuels are burnt, processes are not, and a category gives off the gases foreseen for it."""
    done = Examined()
    for stream, row in report.streams.items():
        known = report.beside.factors.get(row["source"].lower())
        if row["boundary"] not in COUNTED or not row["category"] or not known:
            continue
        done.tested += 1
        fuel = any(
            one["net_calorific_value"] is not None or _per_energy(one["unit"]) for one in known
        )
        burnt = row["category"].startswith("1A")
        if fuel is burnt:
            continue
        done.findings.append(
            Finding(
                check="category-fits",
                severity=INFORMATION if fuel else WARNING,
                column="category",
                stream=stream,
                reason=Text(
                    "the fuel {source} in the category {category}: as feedstock or reductant it must "
                    "not stand under 1A as well",
                    "燃料{source}が区分{category}にあります。原料・還元剤なら1Aと重複させないでください",
                ).format(source=row["source"], category=row["category"])
                if fuel
                else Text(
                    "{source} is no fuel, and {category} is fuel combustion",
                    "{source}は燃料ではなく、{category}は燃料の燃焼です",
                ).format(source=row["source"], category=row["category"]),
            )
        )
    for row in report.emitted:
        if row["category"] not in categories.codes():
            continue
        foreseen = categories.gases(row["category"])
        if foreseen and categories.group(row["gas"]) not in foreseen:
            done.findings.append(
                Finding(
                    check="category-fits",
                    severity=WARNING,
                    column="gas",
                    stream=row["stream"],
                    gas=row["gas"],
                    value=row["mass"],
                    unit="t",
                    reason=Text(
                        "the guidelines foresee {gases} in {category}, not {gas}",
                        "ガイドラインが{category}に想定するのは{gases}で、{gas}ではありません",
                    ).format(gases=", ".join(foreseen), category=row["category"], gas=row["gas"]),
                )
            )
    return done


def _per_energy(unit: str) -> bool:
    try:
        return factor_basis(unit) == "energy"
    except UnitError:
        return False


# --- peers and intensity ------------------------------------------------------------------


def peers(report: Report) -> Examined:
    """Emission per unit of a source against that of other facilities in the same year."""
    done = Examined()
    limits = report.limits
    for row in report.emitted:
        if (found := _per_basis(row)) is None:
            continue
        alike, quantity = found
        known, expected = report.beside.peer_range(report.year, alike, report.facility)
        if expected is None:
            done.pass_over(_few_peers(known, limits))
            continue
        done.tested += 1
        value = row["mass"] / quantity
        if not expected.lower <= value <= expected.upper:
            done.findings.append(
                Finding(
                    check="peers",
                    severity=WARNING,
                    column="mass",
                    stream=row["stream"],
                    gas=row["gas"],
                    value=value,
                    lower=max(0.0, expected.lower),
                    upper=expected.upper,
                    unit=f"t/{alike[3]}",
                    reason=Text(
                        "the emission per unit is far from that of {n} other facilities",
                        "単位当たりの排出量が他の{n}施設から大きく離れています",
                    ).format(n=known),
                )
            )
    return done


def _few_years(years: int, limits: Limits) -> Text:
    return Text(
        "not enough history: {years} earlier years, {needed} needed",
        "履歴不足（過去{years}年、必要は{needed}年）",
    ).format(years=years, needed=limits.history)


def _few_peers(known: int, limits: Limits) -> Text:
    return Text(
        "not enough peers: {n} in the year, {needed} needed",
        "同業施設の不足（その年{n}施設、必要は{needed}施設）",
    ).format(n=known, needed=limits.peers)


def _per_basis(row: Row) -> tuple[Alike, float] | None:
    """What a line is compared in, and its quantity in that unit; nothing of nothing."""
    if row["boundary"] not in COUNTED or not row["quantity"] or not row["category"]:
        return None
    unit = BASES.get(basis(row["unit"]) or "")
    if unit is None:
        return None
    quantity = row["quantity"] * units.conversion(row["unit"], unit)
    return (row["category"], row["source"].lower(), row["gas"], unit), quantity


def intensity(report: Report) -> Examined:
    """Direct emission per product against earlier years and against other facilities."""
    done = Examined()
    beside, limits = report.beside, report.limits
    now = beside.made.get((report.facility, report.year), ())
    if len(now) != 1:
        done.pass_over(Text("no production of one product given", "一製品の生産量の記入なし"))
        return done
    (own,) = now
    value = _intensity(report.lines, own, own)
    if value is None:
        done.pass_over(Text("no emission per product known", "製品当たりの排出量が不明"))
        return done
    past = [
        _intensity(rows, made, own)
        for year, rows in sorted(report.earlier.items())
        for made in beside.made.get((report.facility, year), ())
    ]
    others = [
        _intensity(rows, made, own)
        for facility, rows in sorted(beside.peer_reports.get(report.year, {}).items())
        if facility != report.facility
        for made in beside.made.get((facility, report.year), ())
    ]
    for found, needed, said, few in (
        (
            past,
            limits.history,
            Text(
                "the emission per product is far from the {n} earlier years",
                "製品当たりの排出量が過去{n}年から大きく離れています",
            ),
            _few_years,
        ),
        (
            others,
            limits.peers,
            Text(
                "the emission per product is far from that of {n} other facilities",
                "製品当たりの排出量が他の{n}施設から大きく離れています",
            ),
            _few_peers,
        ),
    ):
        known = [one for one in found if one is not None]
        if len(known) < needed:
            done.pass_over(few(len(known), limits))
            continue
        done.tested += 1
        expected = usual(known, reach=limits.reach, least=limits.least)
        if not expected.lower <= value <= expected.upper:
            done.findings.append(
                Finding(
                    check="intensity",
                    severity=WARNING,
                    column="co2e",
                    value=value,
                    lower=max(0.0, expected.lower),
                    upper=expected.upper,
                    unit=f"t CO2e/{own['unit']}",
                    reason=said.format(n=len(known)),
                )
            )
    return done


def _intensity(lines: Sequence[Row], made: Row, like: Row) -> float | None:
    """Direct emission [t CO2e] per unit of a product, ``None`` where it is not known.

    ``like`` has the product and the unit.
    """
    if made["product"].lower() != like["product"].lower():
        return None
    quantity = in_unit(made["quantity"], made["unit"], like["unit"])
    parts = [row["co2e"] for row in lines if row["boundary"] == DIRECT]
    if not quantity or not parts or None in parts:
        return None
    return math.fsum(parts) / quantity


Test = Callable[[Report], Examined]

TESTS: Mapping[str, Test] = {
    "streams-complete": streams_complete,
    "duplicates": duplicates,
    "year-on-year": year_on_year,
    "implied-factor": implied_factor,
    "category-fits": category_fits,
    "carbon-limit": carbon_limit,
    "capacity-limit": capacity_limit,
    "transfer-balance": transfer_balance,
    "peers": peers,
    "intensity": intensity,
}
"""The checks by name, in the order in which they are shown."""


def examine(
    lines: Iterable[Row], beside: Beside, *, year: int | None = None
) -> Iterator[tuple[Report, str, Examined]]:
    """Each report of ``year`` (or each facility's latest) with each check and what came of it.

    ``lines`` have the columns of the table of that name, whatever their order.
    """
    by_facility: defaultdict[str, defaultdict[int, list[Row]]] = defaultdict(
        lambda: defaultdict(list)
    )
    for row in lines:
        by_facility[row["facility"]][row["year"]].append(row)
    for facility, reports in sorted(by_facility.items()):
        examined = max(reports) if year is None else year
        if examined not in reports:
            continue
        report = Report(
            facility=facility,
            year=examined,
            lines=sorted(
                reports[examined], key=lambda one: (one["stream"], one["boundary"], one["gas"])
            ),
            earlier={one: rows for one, rows in reports.items() if one < examined},
            beside=beside,
        )
        for name, test in TESTS.items():
            yield report, name, test(report)
