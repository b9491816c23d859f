"""Rule sets as data: what a country or scheme provides for the report of a facility.

A rule set is a number of rows, one for each provision (its gases, its boundary, its threshold).
Those that ship are in the reference file; a file of the same form adds another, or takes the
place of one that it names.
"""

from __future__ import annotations

import itertools
import operator
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pyarrow as pa

from kyoso import reference
from kyoso.climate.transparency.tables.rule_sets import EARLIEST, LATEST, RULE_SETS
from kyoso.core.errors import UsageError
from kyoso.core.text import Text, same
from kyoso.tables.checking import Broken, Rule

SHIPPED = "ghg/rule_sets"

SETS = ("SAR", "AR4", "AR5", "AR6")
"""Assessment reports of which the potentials ship."""

DIRECT, LOCATION, MARKET, TRANSFERRED = (
    "direct",
    "purchased-location",
    "purchased-market",
    "transferred",
)
BIOGENIC = "biogenic"
BOUNDARIES = (DIRECT, LOCATION, MARKET, TRANSFERRED)
"""What a rule set can count; biogenic CO2 is a memo item in all of them."""

REACHED, NOT_REACHED, OPEN = "reached", "not-reached", "open"

ON_TOTAL, ON_GAS = "t CO2e", "t CO2e of a gas"
"""Thresholds that emissions decide; one in any other unit (energy, capacity, a list) they do not."""

COUNTRY_FACTOR, NO_TIER = "country-factor", "none"
"""The provision that says at which tiers a country's own factors are taken; its value for none."""

IPCC_COUNTRY_TIER = 2
"""So the guidelines count where a rule set says nothing (IPCC 2006, Volume 2, section 2.3.2.2)."""

DEFAULT_TIER = 1
"""The tier of what stands in for a country's own factor (IPCC 2006, Volume 2, section 2.3.2.1)."""

FAMILIES: Mapping[str, re.Pattern[str]] = {
    "HFCs": re.compile(r"HFC\d.*"),
    "PFCs": re.compile(r"c?C\d*F\d+"),
    "HFEs": re.compile(r"HFE\d.*"),
}
"""Groups of gases that rule sets name, by the form of the names in the table of potentials."""

_TEXTS = ("text_en", "text_ja")
_NUMERIC = ("materiality", "tier-uncertainty", "period", "tier")
_SIZE = re.compile(r"(>=|<=|>|<) (\d+(?:\.\d+)?) t")
_COMPARE = {">=": operator.ge, "<=": operator.le, ">": operator.gt, "<": operator.lt}
_CATEGORY = re.compile(r"[1-5][A-Z]\w*")
_TIER = re.compile(r"tier \d")

Row = Mapping[str, Any]


def kind(gas: str) -> str:
    """The family of a gas, or the gas itself where it belongs to none."""
    return next((name for name, form in FAMILIES.items() if form.fullmatch(gas)), gas)


@dataclass(frozen=True, slots=True, eq=False)
class RuleSet:
    """One rule set: its key and the rows of its provisions."""

    key: str
    rows: tuple[Row, ...]
    _in_year: dict[tuple[str, int], list[Row]] = field(default_factory=dict, repr=False)
    _covered: dict[tuple[str, str | None, int], bool] = field(default_factory=dict, repr=False)

    def provisions(self, provision: str, year: int | None = None) -> Sequence[Row]:
        """The rows of a provision, in file order; those that hold in ``year`` if one is given."""
        if year is None:
            return [row for row in self.rows if row["provision"] == provision]
        if (provision, year) not in self._in_year:
            self._in_year[provision, year] = [
                row
                for row in self.provisions(provision)
                if row["valid_from"] <= year <= row["valid_until"]
            ]
        return self._in_year[provision, year]

    def applying(self, provision: str, year: int, total: float) -> list[Row]:
        """The rows of a provision for a facility with that total (t CO2-equivalent)."""
        return [row for row in self.provisions(provision, year) if _fits(row["scope"], total)]

    @property
    def title(self) -> Text:
        """What the rule set is called; its key where it states no title."""
        rows = self.provisions("title")
        return Text(rows[0]["text_en"], rows[0]["text_ja"]) if rows else same(self.key)

    def potentials(self, year: int) -> str | None:
        """The set of potentials for the emissions of a year, if the rule set states one."""
        rows = self.provisions("gwp", year)
        return str(rows[0]["value"]) if rows else None

    def covers(self, gas: str, category: str | None, year: int) -> bool:
        """Whether the gas belongs to the rule set in an IPCC category."""
        asked = (gas, category, year)
        if asked not in self._covered:
            self._covered[asked] = any(
                row["value"] in (gas, kind(gas))
                and (row["scope"] == "all" or (category or "").startswith(row["scope"]))
                for row in self.provisions("gas", year)
            )
        return self._covered[asked]

    def boundaries(self, year: int) -> frozenset[str]:
        """What counts in the total."""
        return frozenset(row["value"] for row in self.provisions("boundary", year))

    def tiers(self, year: int) -> frozenset[int]:
        """The tiers that are allowed; empty where the rule set has none, and all are."""
        return frozenset(int(row["value"]) for row in self.provisions("tier", year))

    def country_tiers(self, year: int) -> frozenset[int]:
        """The tiers at which a country's own factors are taken, of those that are allowed."""
        stated = self.provisions(COUNTRY_FACTOR, year)
        tiers = frozenset(int(row["value"]) for row in stated if row["value"] != NO_TIER)
        meant = tiers if stated else frozenset({IPCC_COUNTRY_TIER})
        allowed = self.tiers(year)
        return meant & allowed if allowed else meant

    def tier_reached(
        self, planned: int | None, year: int, *, own_factor: bool | None
    ) -> int | None:
        """The tier that a line comes to with its factor; never above that of the plan.

        One that asks for a country's own factor is not reached with another. ``own_factor`` is
        ``None`` where no factor is looked up, and the tier is that of the plan.
        """
        if own_factor is False and planned in self.country_tiers(year):
            return DEFAULT_TIER
        return planned

    def tier_uncertainty(self, tier: int, year: int) -> float | None:
        """How uncertain (%) the activity data of a tier may be, if the rule set says so."""
        for row in self.provisions("tier-uncertainty", year):
            if row["scope"] == f"tier {tier}":
                return float(row["value"])
        return None

    def verdict(self, year: int, total: float, by_kind: Mapping[str, float]) -> str:
        """Whether emissions reach a threshold: ``reached``, ``not-reached`` or ``open``.

        One threshold that is reached suffices. ``open``: none of them is, and there is one
        that emissions do not decide, or none at all. ``by_kind`` has the CO2-equivalent (t) of
        each gas or family without the CO2 of energy.
        """
        undecided = False
        for row in self.provisions("threshold", year):
            if row["unit"] == ON_TOTAL:
                amount = total
            elif row["unit"] == ON_GAS:
                amount = max(by_kind.values(), default=0.0)
            else:
                undecided = True
                continue
            if amount >= float(row["value"]):
                return REACHED
        decided = any(
            row["unit"] in (ON_TOTAL, ON_GAS) for row in self.provisions("threshold", year)
        )
        return NOT_REACHED if decided and not undecided else OPEN


def _fits(scope: str, total: float) -> bool:
    """Whether a total meets every size in a scope; a scope without one always fits."""
    return all(_COMPARE[sign](total, float(size)) for sign, size in _SIZE.findall(scope))


def known(given: pa.Table | None = None) -> dict[str, RuleSet]:
    """All rule sets by key: those of the table, and the shipped ones that it does not name.

    Rows of the table that cannot be read are left out; :func:`well_formed` names them.
    """
    found: dict[str, list[Row]] = {}
    for row in given.to_pylist() if given is not None else ():
        if row["rule_set"] is None:
            continue
        rows = found.setdefault(row["rule_set"], [])
        if _readable(row):
            rows.append(row)
    own = set(found)
    for shipped in reference.load(SHIPPED).rows:
        if shipped["rule_set"] not in own:
            found.setdefault(shipped["rule_set"], []).append(_typed(shipped))
    return {key: RuleSet(key, tuple(rows)) for key, rows in sorted(found.items())}


def _readable(row: Row) -> bool:
    needed = ("provision", "value", "scope", "valid_from", "valid_until", *_TEXTS)
    return (
        all(row[name] is not None for name in needed)
        and _right_value(row) is None
        and _readable_scope(row["scope"])
    )


def _typed(row: Mapping[str, str]) -> Row:
    """A row of the reference file as the declared table has it: empty cells are absent."""
    typed: dict[str, Any] = {name: row[name] or None for name in RULE_SETS.names}
    typed["valid_from"] = int(row["valid_from"] or EARLIEST)
    typed["valid_until"] = int(row["valid_until"] or LATEST)
    return typed


def chosen(sets: Mapping[str, RuleSet], key: str, *, parameter: str) -> RuleSet:
    """The rule set of that key. Raises :class:`UsageError` naming the ones there are."""
    if key in sets:
        return sets[key]
    raise UsageError(
        Text("there is no such rule set", "その制度はありません"),
        where=f"-p {parameter}={key}",
        hint=Text(
            "one of {keys}, or one of a table given with -i rule_sets=",
            "{keys}のいずれか、または -i rule_sets= で与えた表の制度を指定してください",
        ).format(keys=", ".join(sets)),
    )


def in_words(rows: Iterable[Row]) -> str | None:
    """The values of a provision in one cell: ``5 % (<= 500000 t); 2 % (> 500000 t)``."""
    return "; ".join(_in_words(row) for row in rows) or None


def _in_words(row: Row) -> str:
    conditions = [] if row["scope"] == "all" else [row["scope"]]
    first, last = row["valid_from"], row["valid_until"]
    if (first, last) != (EARLIEST, LATEST):
        begins, ends = ("" if year in (EARLIEST, LATEST) else year for year in (first, last))
        conditions.append(f"{begins}" if first == last else f"{begins}–{ends}")
    head = f"{row['value']} {row['unit'] or ''}".strip()
    return f"{head} ({', '.join(conditions)})" if conditions else head


# --- what is tested on a table of rule sets ------------------------------------------------


def well_formed(table: pa.Table) -> list[Rule]:
    """The rules that every value and scope can be read, and one set of potentials holds a year."""
    rows = [row for row in table.to_pylist() if None not in (row["rule_set"], row["provision"])]
    return [
        Rule(
            id="provisions-readable",
            title=Text("values and scopes of provisions can be read", "規定の値と適用範囲"),
            table="rule_sets",
            broken=tuple(_unreadable(rows)),
        ),
        Rule(
            id="potentials-one",
            title=Text("one set of potentials a year", "各年の地球温暖化係数は一組"),
            table="rule_sets",
            broken=tuple(_two_sets(rows)),
        ),
    ]


def _unreadable(rows: Sequence[Row]) -> Iterator[Broken]:
    for row in rows:
        if row["value"] is not None and (right := _right_value(row)) is not None:
            yield _broken(
                row,
                "value",
                Text("not a value of this provision", "この規定の値ではありません"),
                right,
            )
        if row["scope"] is not None and not _readable_scope(row["scope"]):
            yield _broken(
                row,
                "scope",
                Text("not a scope", "適用範囲として読めません"),
                Text(
                    "all, an IPCC category, tier 2, or a size such as >= 25000 t",
                    "all、IPCC区分、tier 2、または>= 25000 tのような大きさを記入してください",
                ),
            )


def _broken(row: Row, column: str, message: Text, hint: Text) -> Broken:
    place = ("rule_set", "provision", "scope", "value", "valid_from")
    return Broken(
        where={name: row[name] for name in place},
        column=column,
        value=row[column],
        message=message,
        hint=hint,
    )


def _right_value(row: Row) -> Text | None:
    """What would be right, where the value of a row is not."""
    provision, value = row["provision"], str(row["value"])
    closed = {
        "gwp": SETS,
        "boundary": BOUNDARIES,
        "gas": (*(one["gas"] for one in reference.load("ghg/gwp100").rows), *FAMILIES),
    }
    if provision in closed:
        names = closed[provision]
        shown = names if len(names) <= len(SETS) else ("CO2", "CH4", "N2O", "SF6", *FAMILIES)
        return (
            None
            if value in names
            else Text("such as {names}", "{names}など").format(names=", ".join(shown))
        )
    if provision == "deadline":
        return (
            None
            if _is_day(value)
            else Text("month and day, such as 03-31", "03-31のような月日を記入してください")
        )
    numeric = provision in _NUMERIC or (
        provision == "threshold" and row["unit"] in (ON_TOTAL, ON_GAS)
    )
    if provision == COUNTRY_FACTOR and not re.fullmatch(rf"\d|{NO_TIER}", value):
        return Text("a tier, or none", "Tier、またはnone")
    form = r"\d" if provision == "tier" else r"\d+(\.\d+)?"
    if numeric and not re.fullmatch(form, value):
        return Text(
            "a number without sign or separators", "符号や区切りのない数値を記入してください"
        )
    return None


def _is_day(value: str) -> bool:
    """Whether there is such a month and day in every year."""
    try:
        date.fromisoformat(f"2001-{value}")
    except ValueError:
        return False
    return True


def _readable_scope(scope: str) -> bool:
    parts = scope.split(", ")
    return (
        scope == "all"
        or _CATEGORY.fullmatch(scope) is not None
        or _TIER.fullmatch(scope) is not None
        or all(_SIZE.fullmatch(part) for part in parts)
    )


def _two_sets(rows: Sequence[Row]) -> Iterator[Broken]:
    spans: dict[str, list[Row]] = {}
    for row in rows:
        if row["provision"] == "gwp" and None not in (row["valid_from"], row["valid_until"]):
            spans.setdefault(row["rule_set"], []).append(row)
    for of_one in spans.values():
        ordered = sorted(of_one, key=lambda row: (row["valid_from"], row["valid_until"]))
        for before, row in itertools.pairwise(ordered):
            if row["valid_from"] <= before["valid_until"]:
                yield _broken(
                    row,
                    "valid_from",
                    Text(
                        "{value} holds in this year already", "この年には{value}が適用されています"
                    ).format(value=before["value"]),
                    Text(
                        "end one set in the year before the next begins",
                        "前の組は次の組が始まる前年で終えてください",
                    ),
                )
