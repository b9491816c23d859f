"""The monitoring plan of a facility: which entry holds in a year, and what contradicts it."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence

import pyarrow as pa

from kyoso.climate.transparency.factors import Row
from kyoso.climate.transparency.report_emissions import Line
from kyoso.climate.transparency.report_faults import Fault, at_plan
from kyoso.climate.transparency.tables.plans import CALCULATION, MEASUREMENT
from kyoso.core.text import Text
from kyoso.tables.checking import Broken, Rule

Entries = Mapping[tuple[str, str], list[Row]]


def entries_of(plan: pa.Table) -> Entries:
    """The entries of the plan by facility and stream, in the order of their dates."""
    needed = ("facility", "stream", "country", "approach", "source", "valid_from", "valid_until")
    found: dict[tuple[str, str], list[Row]] = {}
    for row in plan.to_pylist():
        if None not in [row[name] for name in needed]:
            found.setdefault((row["facility"], row["stream"]), []).append(row)
    for rows in found.values():
        rows.sort(key=lambda row: (row["valid_from"], row["valid_until"]))
    return dict(sorted(found.items()))


def inconsistent(plan: Entries) -> Iterator[Fault]:
    countries: dict[str, str] = {}
    for (facility, _), rows in plan.items():
        for row in rows:
            if (first := countries.setdefault(facility, row["country"])) != row["country"]:
                yield Fault(
                    "plan-consistent",
                    at_plan(
                        row,
                        "country",
                        Text(
                            "this facility is in {country} elsewhere in the plan",
                            "この施設は計画の別の行で{country}にあります",
                        ).format(country=first),
                        Text("give a facility one country", "施設の国を一つにしてください"),
                    ),
                )
            if row["valid_until"] < row["valid_from"]:
                yield Fault(
                    "plan-consistent",
                    at_plan(
                        row,
                        "valid_until",
                        Text("it ends before it begins", "終了年が開始年より前です"),
                        Text("put the later year here", "開始年以降の年を記入してください"),
                    ),
                )
        for before, row in itertools.pairwise(rows):
            if row["valid_from"] <= before["valid_until"]:
                yield Fault(
                    "plan-consistent",
                    at_plan(
                        row,
                        "valid_from",
                        Text(
                            "the entry from {year} still holds", "{year}年からの計画がまだ有効です"
                        ).format(year=before["valid_from"]),
                        Text(
                            "end one entry in the year before the next begins",
                            "前の計画は次の計画が始まる前年で終えてください",
                        ),
                    ),
                )


def unreported(plan: Entries, rows: Sequence[Row]) -> Iterator[Fault]:
    """Streams of the plan that the report of a facility's year leaves out."""
    reported = {(row["facility"], row["year"], row["stream"]) for row in rows}
    years: dict[str, list[int]] = {}
    for facility, year in sorted({(row["facility"], row["year"]) for row in rows}):
        years.setdefault(facility, []).append(year)
    for (facility, stream), entries in plan.items():
        for row in entries:
            missing = [
                year
                for year in years.get(facility, ())
                if row["valid_from"] <= year <= row["valid_until"]
                and (facility, year, stream) not in reported
            ]
            if missing:
                yield Fault(
                    "streams-reported",
                    at_plan(
                        row,
                        "stream",
                        Text("not reported for {years}", "{years}年の報告がありません").format(
                            years=", ".join(map(str, missing))
                        ),
                        Text(
                            "report every stream of the plan; write 0 where it was not operated",
                            "計画の全ストリームを報告し、稼働しなかったときは0と記入してください",
                        ),
                    ),
                )


def without_report(plan: pa.Table, activity: pa.Table) -> Rule:
    """A look at the facilities of the plan for which there is no report at all."""
    reporting = set(activity["facility"].to_pylist())
    silent = sorted({one for one in plan["facility"].to_pylist() if one} - reporting)
    return Rule(
        id="facilities-reported",
        title=Text("every facility of the plan reports", "計画の全施設の報告あり"),
        table="plan",
        severity="look",
        broken=tuple(
            Broken(
                where={"facility": one},
                column="facility",
                value=one,
                message=Text("no report", "報告がありません"),
                hint=Text("it is not in the result", "結果に含まれません"),
            )
            for one in silent
        ),
    )


def unplanned(row: Row, entries: Sequence[Row], *, known: bool) -> Fault:
    column = "year" if entries else "stream" if known else "facility"
    spans = ", ".join(f"{e['valid_from']}–{e['valid_until']}" for e in entries)
    messages = {
        "year": Text(
            "the plan has this stream in {spans}", "計画でのこのストリームの期間は{spans}年です"
        ),
        "stream": Text("not a stream of the facility's plan", "施設の計画にないストリームです"),
        "facility": Text("there is no plan of this facility", "この施設の計画がありません"),
    }
    return Fault(
        "stream-planned",
        Broken(
            where={name: row[name] for name in ("facility", "year", "stream")},
            column=column,
            value=row[column],
            message=messages[column].format(spans=spans),
            hint=Text(
                "add it to the plan, or mend the name or year",
                "計画に加えるか、名称または年を直してください",
            ),
        ),
    )


def incomplete(line: Line) -> Fault | None:
    if line.plan["approach"] not in (CALCULATION, MEASUREMENT):
        return None
    for column in ("category", "tier"):
        if line.plan[column] is None:
            return Fault(
                "plan-complete",
                at_plan(
                    line.plan,
                    column,
                    Text("no value", "値がありません"),
                    Text(
                        "what is calculated or measured has an IPCC category and a tier",
                        "算定または測定するストリームにはIPCC区分とTierを記入してください",
                    ),
                ),
            )
    return None
