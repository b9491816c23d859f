"""What the reader of an inventory must know: excesses, lines that do not count, what is missing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from kyoso.climate.transparency import gaps
from kyoso.climate.transparency.category_trees import Tree, item_of
from kyoso.climate.transparency.estimates import named
from kyoso.climate.transparency.factors import Coefficient
from kyoso.climate.transparency.reconciliation import NOISE
from kyoso.climate.transparency.roll_up_lines import Row, Stream
from kyoso.climate.transparency.tables.roll_up import (
    ALONE,
    ESTIMATES,
    EXCEEDS,
    MISSING,
    OUTSIDE,
    RECEIVED,
    RECONCILIATION,
    TRANSFERRED,
)
from kyoso.core.text import COLON, SEMICOLON, Text, joined, same
from kyoso.methods.result import Check, Verdict


def _excess(row: Row) -> Text:
    """A row of the reconciliation where facilities report more than there is."""
    amounts = (
        f"{row['facilities']:.6g} > {row['national']:.6g} {row['unit']} ({row['residual']:.6g})"
    )
    where = RECONCILIATION.line(row, ("country", "year", "category", "source"))
    return joined((where, same(amounts)), COLON)


def checks(
    rows: Sequence[Row],
    reconciled: Sequence[Row],
    completeness: Sequence[Row],
    hidden: Mapping[Tree, frozenset[str]],
    estimates: Mapping[tuple[str, str, str], Sequence[Coefficient]],
) -> Iterator[Check]:
    """What a reader must know: excesses with amounts, lines that do not count, what is missing."""
    every = sum(row["lines"] for row in rows)
    over = [row for row in reconciled if row["verdict"] == EXCEEDS]
    yield _look(
        "reconciliation.no-excess",
        Text("facilities report no more than national statistics", "施設報告が国の統計を超えない"),
        (len(reconciled), len(over)),
        Text("{amounts}", "{amounts}").format(
            amounts=joined(map(_excess, over[:8]), SEMICOLON) if over else "–"
        ),
    )
    yield _look(
        "reconciliation.national-known",
        Text("a national figure for every source", "すべての燃料・工程に国の統計あり"),
        (len(reconciled), sum(row["verdict"] == ALONE for row in reconciled)),
        Text(
            "without one, what facilities leave out is not known and not in the total",
            "国の統計がなければ未報告分は不明で、合計に含まれません",
        ),
    )
    for name, title, hint, concerned in (
        (
            "lines.last-version",
            Text("lines of the last version of each report", "各報告の最新版の明細"),
            Text("earlier versions are not counted", "以前の版は数えません"),
            [row["lines"] for row in rows if not row["current"]],
        ),
        (
            "lines.inside-boundary",
            Text("lines that are emissions of the facility itself", "施設自身の排出の明細"),
            Text(
                "energy bought or sold is counted where its fuel is burnt",
                "購入・販売したエネルギーは燃料を燃やした施設で数えます",
            ),
            [row["lines"] for row in rows if row["current"] and row["boundary"] in OUTSIDE],
        ),
    ):
        yield _look(name, title, (every, sum(concerned)), hint)
    yield from _transfers(rows)
    yield _look(
        "completeness.nothing-missing",
        Text("a value or a notation key for every cell", "すべてのセルに値または注釈記号あり"),
        (len(completeness), sum(row["status"] == MISSING for row in completeness)),
        Text(
            "missing is not zero: give a key",
            "空欄はゼロではありません。注釈記号を記入してください",
        ),
    )
    yield _look(
        "inventory.nothing-withheld",
        Text("no cell withheld as confidential", "秘匿したセルなし"),
        (len(hidden), sum(map(len, hidden.values()))),
        Text("their amounts are in the totals above", "値は上位区分の合計に含まれます"),
    )
    used = {(one.name, one.gas, one.verification) for many in estimates.values() for one in many}
    open_ = sorted(f"{name} {gas}" for name, gas, status in used if status == "unverified")
    yield _look(
        "factors.verified",
        Text("factors verified against a source", "係数の出典確認"),
        (len(used), len(open_)),
        Text("not verified: {names}", "未検証：{names}").format(names=", ".join(open_[:8]) or "–"),
    )


def _look(name: str, title: Text, counts: tuple[int, int], hint: Text) -> Check:
    """A check to look at where anything is concerned; ``counts`` are how many of how many."""
    tested, concerned = counts
    return Check(
        id=name,
        title=title,
        verdict=Verdict.LOOK if concerned else Verdict.PASSED,
        table=name.partition(".")[0],
        tested=tested,
        concerned=concerned,
        hint=hint if concerned else None,
    )


def _transfers(rows: Sequence[Row]) -> Iterator[Check]:
    """What is handed over must arrive: by country, year and gas, to the last digits."""
    moved: defaultdict[tuple[str, int, str], dict[str, float]] = defaultdict(dict)
    for row in rows:
        if row["current"] and row["boundary"] in (TRANSFERRED, RECEIVED):
            sums = moved[row["country"], row["year"], row["gas"]]
            sums[row["boundary"]] = sums.get(row["boundary"], 0.0) + (row["mass"] or 0.0)
    off = [
        (key, sent, got)
        for key, sums in sorted(moved.items())
        for sent, got in [(sums.get(TRANSFERRED, 0.0), sums.get(RECEIVED, 0.0))]
        if abs(sent - got) > NOISE * max(sent, got) * 10
    ]
    yield _look(
        "lines.transfers-arrive",
        Text("what is transferred is received", "移送量と受入量の一致"),
        (len(moved), len(off)),
        Text("{amounts}", "{amounts}").format(
            amounts="; ".join(
                f"{key[0]} {key[1]} {key[2]}: {sent:.6g} t → {got:.6g} t"
                for key, sent, got in off[:8]
            )
            or "–"
        ),
    )


def estimates_whole(rows: Sequence[Row]) -> Check:
    """Whether national estimates hold all of their category; what they leave out is named."""
    return named(
        "estimates.whole",
        Text("national estimates that hold all of their category", "区分全体を含む国内推計値"),
        table="estimates",
        tested=len(rows),
        open_=[
            joined(
                (same(f"{row['country']} {row['year']} {row['category']} {row['gas']}"), left),
                COLON,
            )
            for row in rows
            if (left := ESTIMATES.told(row, "not_estimated")) is not None
        ],
        hint=Text("not estimated, and not zero: {names}", "未推計（ゼロではない）：{names}"),
    )


def coverage_stated(
    reported: Sequence[tuple[Stream, str, float]],
    alone: Sequence[tuple[Stream, str]],
    partial: Mapping[Tree, gaps.Reasons],
) -> Check:
    """Whether it is said what facilities leave out, where nothing national stands against them.

    ``reported`` has stream, gas and mass of what facilities report; ``alone`` is the part of it
    that has neither statistics nor an estimate.
    """
    silent: defaultdict[tuple[str, int, str], set[str]] = defaultdict(set)
    for (country, year, category, _), gas in alone:
        tree = (country, year, gas, item_of(category, biogenic=False))
        if not gaps.stands(partial.get(tree, {}), category):
            silent[country, year, category].add(gas)
    return named(
        "inventory.coverage-stated",
        Text("coverage stated where facilities alone report", "施設報告だけの区分に網羅性の記入"),
        table="inventory",
        tested=len({stream[:3] for stream, _, _ in reported}),
        open_=[
            " ".join((country, str(year), category, *sorted(gases)))
            for (country, year, category), gases in sorted(silent.items())
        ],
        hint=Text(
            "facilities only; coverage not stated: {names}. In the notation keys, write NE with what "
            "is left out, such as facilities below the threshold; where all report, give national "
            "statistics or an estimate",
            "施設報告のみで網羅性の記入なし：{names}。閾値未満の施設など含まれない部分があれば注釈記号NEと説明を、"
            "すべて報告済みなら国の統計または推計値を記入してください",
        ),
    )
