"""What the supply of fuels comes to against what the sectors burn, by group of fuels."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from kyoso.climate.transparency.factors import Row
from kyoso.climate.transparency.tables.energy_balance import (
    ALL,
    EXPLAINED,
    FOSSIL,
    ONE_SIDED,
    UNEXPLAINED,
    WITHIN,
)

SEPARATOR = ", "
"""Between the groups of fuels that a row compares."""
_PLACES = 10
"""So many places of a difference [%] are compared with the level: 5 % is not above 5 %."""


def compared(
    apparent: Sequence[Row], sectoral: Sequence[Row], threshold: float
) -> Iterator[dict[str, Any]]:
    """Each group of fuels by both approaches, and all groups of which both sides are known.

    The difference is (reference − sectoral) / sectoral in %; ``threshold`` in % is the largest
    that needs no explanation, in energy and in carbon dioxide.
    """
    given = {(row["country"], row["year"], row["group"]): row for row in sectoral}
    counted = sorted(
        (row for row in apparent if row["counted"]),
        key=lambda row: (row["country"], row["year"], row["group"], row["source"]),
    )
    supplied = {
        key: list(rows)
        for key, rows in itertools.groupby(
            counted, key=lambda row: (row["country"], row["year"], row["group"])
        )
    }
    places = sorted({key[:2] for key in (*given, *supplied)})
    for place in places:
        whole = []
        for group in FOSSIL:
            key = (*place, group)
            if key not in given and key not in supplied:
                continue
            sides = _sides(supplied.get(key), given.get(key))
            if None not in sides.values():
                whole.append((group, sides))
            told = given[key]["explanation"] if key in given else None
            yield _compared(place, (group,), sides, threshold, told)
        if len(whole) > 1:
            total = {
                name: math.fsum(sides[name] or 0.0 for _, sides in whole) for name in whole[0][1]
            }
            groups = tuple(group for group, _ in whole)
            said = (given[(*place, group)]["explanation"] for group in groups)
            explanation = " / ".join(dict.fromkeys(filter(None, said))) or None
            yield _compared(place, groups, total, threshold, explanation)


_Sides = Mapping[str, float | None]


def _sides(supplied: Sequence[Row] | None, given: Row | None) -> _Sides:
    known = supplied is not None
    rows = supplied or ()
    return {
        "reference_energy": math.fsum(row["consumption"] - row["excluded"] for row in rows)
        if known
        else None,
        "reference_co2": math.fsum(row["co2"] for row in rows) if known else None,
        "sectoral_energy": given["energy"] if given else None,
        "sectoral_co2": given["co2"] if given else None,
    }


def _compared(
    place: tuple[str, int],
    groups: tuple[str, ...],
    sides: _Sides,
    threshold: float,
    explanation: str | None,
) -> dict[str, Any]:
    differences = {
        name: _difference(sides[f"reference_{name}"], sides[f"sectoral_{name}"])
        for name in ("energy", "co2")
    }
    above = [
        name
        for name, one in differences.items()
        if (one is None and _apart(sides, name))
        or (one is not None and round(abs(one), _PLACES) > threshold)
    ]
    if None in sides.values():
        verdict = ONE_SIDED
    elif not above:
        verdict = WITHIN
    else:
        verdict = EXPLAINED if explanation else UNEXPLAINED
    return {
        "country": place[0],
        "year": place[1],
        "group": groups[0] if len(groups) == 1 else ALL,
        "groups": SEPARATOR.join(groups),
        **sides,
        **{f"{name}_difference": one for name, one in differences.items()},
        "verdict": verdict,
        "explanation": explanation,
    }


def _difference(reference: float | None, sectoral: float | None) -> float | None:
    if reference is None or not sectoral:
        return None
    return 100.0 * (reference - sectoral) / sectoral


def _apart(sides: _Sides, name: str) -> bool:
    """Whether the sectors report nothing of what was supplied: no share of nothing says it."""
    return sides[f"sectoral_{name}"] == 0 and bool(sides[f"reference_{name}"])
