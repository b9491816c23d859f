"""The shipped rule sets, and what a rule set makes of its rows."""

from __future__ import annotations

import pyarrow as pa
import pytest

from kyoso import reference
from kyoso.climate.transparency.rule_sets import (
    FAMILIES,
    SHIPPED,
    RuleSet,
    in_words,
    kind,
    known,
    well_formed,
)
from kyoso.climate.transparency.tables.rule_sets import EARLIEST, LATEST, PROVISIONS, RULE_SETS
from kyoso.tables.given import schema


def row(provision: str, value: str, **others: object) -> dict[str, object]:
    """A row of a rule set that holds everywhere and always, unless told otherwise."""
    return {
        "provision": provision,
        "value": value,
        "scope": "all",
        "unit": None,
        "valid_from": EARLIEST,
        "valid_until": LATEST,
        **others,
    }


def test_the_four_that_were_asked_for_ship_and_two_more() -> None:
    assert list(known()) == [
        "asean-pasti",
        "eu-ets",
        "jp-shk",
        "sg-cpa",
        "us-40cfr98",
        "vn-decree06",
    ]


def test_the_shipped_rows_keep_the_rules_of_the_table() -> None:
    rows = [{**one, "rule_set": key} for key, rules in known().items() for one in rules.rows]
    whole = [{**one, "year": int(one["year"]) if one["year"] else None} for one in rows]
    table = pa.Table.from_pylist(whole, schema=schema(RULE_SETS))
    assert [broken for rule in well_formed(table) for broken in rule.broken] == []
    assert {one["provision"] for one in rows} == set(PROVISIONS)


def test_the_proposal_is_no_law_and_nothing_in_it_is_verified() -> None:
    rows = reference.load(SHIPPED).where(rule_set="asean-pasti")
    assert {(one["verification"], one["licence"]) for one in rows} == {
        ("unverified", "own proposal")
    }
    status = {
        key: [one["value"] for one in rules.provisions("status")] for key, rules in known().items()
    }
    assert [key for key, value in status.items() if value != ["law"]] == ["asean-pasti"]


def test_families_share_no_gas_and_hold_what_the_names_say() -> None:
    gases = [one["gas"] for one in reference.load("ghg/gwp100").rows]
    members = {name: [gas for gas in gases if kind(gas) == name] for name in FAMILIES}
    assert members["PFCs"] == [
        "CF4", "C2F6", "C3F8", "cC4F8", "C4F10", "C5F12", "C6F14", "C7F16", "C8F18", "C10F18",
        "cC3F6",
    ]  # fmt: skip
    assert all(gas.startswith("HFC") for gas in members["HFCs"])
    assert {kind(gas) for gas in ("CO2", "CFC11", "HCFC22", "SF6", "NF3", "SF5CF3")} == {
        "CO2",
        "CFC11",
        "HCFC22",
        "SF6",
        "NF3",
        "SF5CF3",
    }
    assert (
        sum(sum(form.fullmatch(gas) is not None for form in FAMILIES.values()) > 1 for gas in gases)
        == 0
    )


@pytest.mark.parametrize(
    ("total", "values"),
    [(0.0, ["small"]), (100.0, ["small"]), (100.5, ["middle"]), (200.0, ["middle", "large"])],
)
def test_a_size_in_a_scope_bounds_the_total(total: float, values: list[str]) -> None:
    rules = RuleSet(
        "mine",
        (
            row("category", "small", scope="<= 100 t"),
            row("category", "middle", scope="> 100 t, < 300 t"),
            row("category", "large", scope=">= 200 t"),
        ),
    )
    assert [one["value"] for one in rules.applying("category", 2023, total)] == values


def test_a_gas_is_covered_by_name_or_family_in_the_categories_of_its_scope() -> None:
    rules = RuleSet(
        "mine",
        (row("gas", "CO2"), row("gas", "PFCs", scope="2C3"), row("gas", "NF3", valid_from=2024)),
    )
    asked = [
        ("CO2", None, 2000),
        ("CF4", "2C3", 2000),
        ("CF4", "2E1", 2000),
        ("CF4", None, 2000),
        ("NF3", "2E1", 2023),
        ("NF3", "2E1", 2024),
    ]
    assert [rules.covers(*one) for one in asked] == [True, True, False, False, False, True]


def test_values_in_words_say_unit_scope_and_years() -> None:
    rows = [
        row("gwp", "AR4", valid_until=2020),
        row("gwp", "AR5", valid_from=2021),
        row("deadline", "05-30", valid_from=2024, valid_until=2024),
        row("materiality", "5", unit="%", scope="<= 500000 t"),
    ]
    assert in_words(rows) == "AR4 (–2020); AR5 (2021–); 05-30 (2024); 5 % (<= 500000 t)"
    assert in_words([]) is None


@pytest.mark.parametrize(
    ("stated", "planned", "own_factor", "reached"),
    [
        ((), 2, False, 1),  # the guidelines count tier 2 as the country's own
        ((), 2, True, 2),
        ((), 2, None, 2),  # a mass balance looks no factor up
        ((), 3, False, 3),
        ((), 1, True, 1),
        ((), None, False, None),
        (("none",), 2, False, 2),
        (("2", "3"), 3, False, 1),
        (("3",), 2, False, 2),
    ],
)
def test_a_tier_for_a_countrys_own_factor_is_not_reached_with_another(
    stated: tuple[str, ...], planned: int | None, own_factor: bool | None, reached: int | None
) -> None:
    rules = RuleSet("mine", tuple(row("country-factor", value) for value in stated))
    assert rules.tier_reached(planned, 2023, own_factor=own_factor) == reached


def test_what_a_rule_set_states_of_a_countrys_factors_holds_in_its_years_and_allowed_tiers() -> (
    None
):
    rules = RuleSet(
        "mine",
        (
            row("country-factor", "3", valid_from=2024),
            row("tier", "1"),
            row("tier", "2", valid_until=2022),
            row("tier", "3"),
        ),
    )
    assert [rules.country_tiers(year) for year in (2022, 2023, 2024)] == [{2}, set(), {3}]
    assert known()["us-40cfr98"].country_tiers(2023) == set()
    assert known()["asean-pasti"].country_tiers(2023) == {2}
