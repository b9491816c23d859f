"""The checks of a facility's report against itself, its history, its peers and physics.

Every check is a function of one report and what is known beside it. It says what it tested, what
it could not test and why, and what it found: a report with little history is not alarmed about.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping

from kyoso.climate.transparency.examined_reports import Beside, Examined, Report
from kyoso.climate.transparency.examining_factors import category_fits, implied_factor
from kyoso.climate.transparency.examining_history import streams_complete, year_on_year
from kyoso.climate.transparency.examining_peers import intensity, peers
from kyoso.climate.transparency.examining_physics import (
    capacity_limit,
    carbon_limit,
    transfer_balance,
)
from kyoso.climate.transparency.examining_repeats import duplicates
from kyoso.climate.transparency.factors import Row

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
