"""What an inventory comes to: the runs it rests on, its totals, what a recalculation changed."""

from __future__ import annotations

import csv
import math
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.core.files import File

from kyoso.climate.transparency import categories, gaps
from kyoso.climate.transparency.tables.roll_up import TOTAL
from kyoso.climate.transparency.uncertainty_approach_2 import WIDEST_STATED
from kyoso.hub.accounts.models import User
from kyoso.hub.evidence import services as evidence
from kyoso.hub.evidence import store
from kyoso.hub.evidence.enums import Origin
from kyoso.hub.evidence.enums import State as RunState
from kyoso.hub.evidence.facilities.models import Submission
from kyoso.hub.evidence.inventory import sheets
from kyoso.hub.evidence.inventory.errors import wrong
from kyoso.hub.evidence.inventory.models import Inventory
from kyoso.hub.evidence.inventory.results import rows_of
from kyoso.hub.evidence.inventory.sheets import Stated
from kyoso.hub.evidence.models import Run
from kyoso.methods import registry
from kyoso.methods.declaration import Value

LULUCF = ("3B", "3D")
"""Land and harvested wood: what a total without land use leaves out (IPCC 2006 categories)."""
KEYS = "climate.transparency.key-categories"
UNCERTAINTY = "climate.transparency.uncertainty-approach-1"
DRAWN = "climate.transparency.uncertainty-approach-2"
RECALCULATION = "climate.transparency.recalculation"

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Own:
    """What stands at a category itself, of one gas: mass and CO2 equivalent [t]."""

    category: str
    gas: str
    mass: float
    co2e: float


# --- running ------------------------------------------------------------------------------


def _run(
    name: str,
    parameters: Mapping[str, Value],
    inputs: Mapping[str, evidence.Sent],
    actor: User | None,
) -> Run:
    """Run a method to its end, at once. Raises :class:`WrongStateError` where it does not end."""
    method = registry.get(name)
    run = evidence.start_now(actor, method, method.parse(dict(parameters)), inputs)
    evidence.execute(run.pk)
    run.refresh_from_db()
    if run.state != RunState.DONE:
        raise wrong("not_calculated")
    return run


def _kept(path: Path) -> evidence.Sent:
    with path.open("rb") as stream:
        return evidence.Sent(path.name, store.keep(File(stream)), Origin.UPLOAD)


def roll_up(
    one: Inventory, submissions: Sequence[Submission], tables: Iterable[str], *, actor: User | None
) -> Run:
    """The roll-up of an inventory on the lines of submissions and on the tables of its file."""
    inputs: dict[str, evidence.Sent] = {}
    with sheets.laid_out(one, submissions) as given:
        if given.lines is not None:
            inputs["lines"] = _kept(given.lines)
        if given.factors is not None:
            inputs[sheets.FACTORS] = _kept(given.factors)
    if one.sheet_sha256:
        stored = store.Stored(one.sheet_sha256, one.sheet_size or 0)
        inputs |= dict.fromkeys(tables, evidence.Sent(one.sheet_name, stored, Origin.UPLOAD))
    return _run(sheets.METHOD, {"gwp": one.gwp}, inputs, actor)


def _on_rows(
    name: str,
    tables: Mapping[str, Sequence[Row]],
    parameters: Mapping[str, Value],
    actor: User | None,
) -> Run:
    with tempfile.TemporaryDirectory() as folder:
        inputs = {}
        for table, rows in tables.items():
            path = Path(folder) / f"{table}.csv"
            with path.open("w", encoding="utf-8", newline="") as stream:
                writer = csv.DictWriter(stream, list(rows[0]), lineterminator="\n")
                writer.writeheader()
                writer.writerows(rows)
            inputs[table] = _kept(path)
        return _run(name, parameters, inputs, actor)


# --- what an inventory comes to ------------------------------------------------------------


def totals_of(run: Run) -> dict[str, Any]:
    """National total with and without land use, and every category, in t CO2-equivalent."""
    sums: defaultdict[str, list[float]] = defaultdict(list)
    hidden: set[str] = set()
    for row in rows_of(run, "inventory"):
        if row["item"] != TOTAL:
            continue
        if row["co2e"] is not None:
            sums[row["category"]].append(row["co2e"])
        elif row["notation"] == "C":
            hidden.add(row["category"])
    shown = {code: math.fsum(parts) for code, parts in sums.items() if code not in hidden}
    total = shown.get(categories.NATIONAL_TOTAL)
    land = [shown[code] for code in LULUCF if code in shown]
    without = (
        None
        if total is None or hidden & set(LULUCF)
        else math.fsum((total, *(-one for one in land)))
    )
    order = {code: at for at, code in enumerate(categories.codes())}
    return {
        "total": _written(total),
        "without_lulucf": _written(without),
        "categories": {
            code: _written(shown[code]) for code in sorted(shown, key=order.__getitem__)
        },
    }


def _written(value: float | None) -> str | None:
    return None if value is None else f"{value:.12g}"


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Any]:
    """Old and new in total and per category that differs."""
    old, new = before.get("categories", {}), after["categories"]
    return {
        "total": [before.get("total"), after["total"]],
        "without_lulucf": [before.get("without_lulucf"), after["without_lulucf"]],
        "categories": {
            key: [old.get(key), new.get(key)]
            for key in categories.codes()
            if old.get(key) != new.get(key)
        },
    }


def own_values(run: Run | None) -> list[Own]:
    """What stands at each category itself, so that nothing is there twice.

    Where something below a category is withheld, its own sum stands for all of it.
    """
    by_gas: defaultdict[str, dict[str, Row]] = defaultdict(dict)
    for row in rows_of(run, "inventory"):
        if row["item"] == TOTAL and gaps.has_value(row):
            by_gas[row["gas"]][row["category"]] = row
    found: list[Own] = []
    for gas, nodes in by_gas.items():
        found += _own(gas, nodes, categories.NATIONAL_TOTAL)
    return sorted(found, key=lambda one: (categories.codes().index(one.category), one.gas))


def _own(gas: str, nodes: Mapping[str, Row], code: str) -> Iterator[Own]:
    node = nodes.get(code)
    if node is None or node["total"] is None:
        return
    under = [nodes[below] for below in categories.children(code) if below in nodes]
    if any(row["total"] is None for row in under):
        yield Own(code, gas, node["total"], node["co2e"])
        return
    rest = math.fsum((node["total"], *(-row["total"] for row in under)))
    largest = max([abs(node["total"]), *(abs(row["total"]) for row in under)])
    if not under or abs(rest) > 1e-9 * largest:
        share = math.fsum((node["co2e"], *(-row["co2e"] for row in under)))
        yield Own(code, gas, rest, share)
    for row in under:
        yield from _own(gas, nodes, row["category"])


# --- further runs on the same values --------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Compared:
    """A category and gas with its value in two years, in t CO2-equivalent."""

    category: str
    gas: str
    base: float
    current: float


def in_both(one: Run, base: Run | None) -> list[Compared]:
    """What has a value in both years, each amount once.

    Where a category holds a value of its own in one year, it is compared there, with all below it.
    """
    levels = _levels(one, base)
    then, now = (
        {(row["category"], row["gas"]): row["co2e"] for row in _valued(run, levels)}
        for run in (base, one)
    )
    return [Compared(*key, then[key], now[key]) for key in now if key in then]


def _levels(*versions: Run | None) -> AbstractSet[tuple[str, str]]:
    """Gas and category at which versions are compared, so that nothing stands there twice."""
    own = {(each.gas, each.category) for run in versions for each in own_values(run)}
    return {
        (gas, code)
        for gas, code in own
        if not any((gas, above) in own for above in categories.lineage(code)[1:])
    }


def _valued(run: Run | None, levels: AbstractSet[tuple[str, str]]) -> Iterator[Row]:
    for row in rows_of(run, "inventory"):
        is_value = row["item"] == TOTAL and row["total"] is not None
        if is_value and (row["gas"], row["category"]) in levels:
            yield row


def key_categories(
    both: Sequence[Compared], stated: Mapping[tuple[str, str], Stated], *, actor: User | None
) -> Run | None:
    """Key categories against an earlier year; ``None`` where no value stands in both years.

    Approach 2 is taken as well where every row states its uncertainty.
    """
    if not both:
        return None
    whole = all((each.category, each.gas) in stated for each in both)
    rows = [_compared(each, stated if whole else {}) for each in both]
    return _on_rows(KEYS, {"inventory": rows}, {}, actor)


def uncertain(
    both: Sequence[Compared], stated: Mapping[tuple[str, str], Stated]
) -> list[dict[str, Any]]:
    """What has a value in both years and a stated uncertainty, as both approaches read it."""
    return [_compared(each, stated) for each in both if (each.category, each.gas) in stated]


def uncertainty(rows: Sequence[Row], *, actor: User | None) -> Run | None:
    """Approach 1 on the rows; ``None`` without any."""
    return _on_rows(UNCERTAINTY, {"inventory": rows}, {}, actor) if rows else None


def drawn(rows: Sequence[Row], *, actor: User | None) -> Run | None:
    """Approach 2 on the rows; ``None`` where one is wider than a distribution can be."""
    if not rows or not can_be_drawn(rows):
        return None
    return _on_rows(DRAWN, {"inventory": rows}, {}, actor)


def can_be_drawn(rows: Iterable[Row]) -> bool:
    """Whether every uncertainty is one that a distribution can have."""
    names = ("activity_uncertainty", "factor_uncertainty")
    return all(float(row[name]) <= WIDEST_STATED for row in rows for name in names)


def _compared(each: Compared, stated: Mapping[tuple[str, str], Stated]) -> dict[str, Any]:
    row: dict[str, Any] = {
        "category": each.category,
        "gas": each.gas,
        "base": repr(each.base),
        "current": repr(each.current),
    }
    of = stated.get((each.category, each.gas))
    if of is None:
        return row
    return row | {
        "activity_uncertainty": repr(of.activity),
        "factor_uncertainty": repr(of.factor),
        "shared_factor": of.shared or "",
    }


def recalculation(one: Inventory, run: Run, before: Inventory, *, actor: User | None) -> Run | None:
    """The log of a recalculation.

    ``None`` where neither version has a value, or a cell of one is withheld: the log would tell it.
    """
    versions = (before.run, run)
    levels = _levels(*versions)
    old, new = (list(_series(one, each, levels)) for each in versions)
    if not old or not new or any(map(_is_withheld, versions)):
        return None
    reason = {
        "country": one.country,
        "category": categories.NATIONAL_TOTAL,
        "reason": one.cause,
        "explanation": one.why,
    }
    return _on_rows(
        RECALCULATION,
        {"old": old, "new": new, "reasons": [reason]},
        {"gwp_old": before.gwp, "gwp_new": one.gwp},
        actor,
    )


def _is_withheld(run: Run | None) -> bool:
    return any(row["notation"] == "C" for row in rows_of(run, "inventory"))


def _series(one: Inventory, run: Run | None, levels: AbstractSet[tuple[str, str]]) -> Iterator[Row]:
    for row in _valued(run, levels):
        yield {
            "country": one.country,
            "category": row["category"],
            "gas": row["gas"],
            "year": one.year,
            "mass": repr(row["total"]),
        }
