"""Names of terms: every term of the lists that ship has one, and pages say it in place of the term."""

from __future__ import annotations

import pytest

from kyoso import reference
from kyoso.climate.transparency.names import NAMES, called, names
from kyoso.climate.transparency.tables import facilities, nitrogen, rice, roll_up, waste
from kyoso.core.text import Text, same

LISTS = {
    "ghg/factors_ipcc2006": facilities.FACTORS,
    "ghg/nitrogen_factors_ipcc2019": nitrogen.FACTORS,
    "ghg/rice_baselines_ipcc2019": rice.BASELINES,
    "ghg/rice_scaling_ipcc2019": rice.SCALING,
    "ghg/landfill_streams_ipcc2006": waste.PARAMETERS,
    "ghg/landfill_streams_ipcc2019": waste.PARAMETERS,
}
SYMBOLS = {"EF4", "EF5", "FracGASF", "FracGASM", "FracLEACH"}
"""They read the same in both languages."""


@pytest.mark.parametrize("file", LISTS)
def test_every_term_that_ships_has_a_name_in_japanese(file: str) -> None:
    table = LISTS[file]
    worded = [name for name in table.key if table[name].words]
    assert worded
    silent = {
        row[name]
        for row in reference.load(file).rows
        for name in worded
        if row[name] not in table[name].words
    }
    assert silent <= SYMBOLS


def test_no_two_terms_of_a_list_have_one_name() -> None:
    named = [(row["list"], row["title_ja"]) for row in reference.load(NAMES).rows]
    twice = {one for one in named if named.count(one) > 1}
    # Kinds of waste that are burnt and those that are deposited, under the name of the other.
    assert twice == {("waste", "食物くず")}


def test_a_term_is_said_by_its_name_alone_and_among_others() -> None:
    assert names("water")["multiple drainage"].ja == "間断灌漑（落水複数回）"
    assert called("source", "NATURAL GAS") == Text("Natural Gas", "天然ガス")
    assert called("source", "Gas of the bay") == same("Gas of the bay")
    source = roll_up.RECONCILIATION["source"]
    assert source.said("natural gas").ja == "天然ガス"
    assert source.said("CH4 (estimate)").ja == "CH4 (推計値)"
    assert source.said("Natural Gas of the bay") == same("Natural Gas of the bay")
    made = {"country": "XAA", "year": 2023, "category": "1A1a", "source": "Crude Oil", "unit": "t"}
    assert roll_up.RECONCILIATION.line(made, ("category", "source")).ja == "1A1a 原油"
