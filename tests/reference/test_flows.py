"""The shipped keys and lifetimes of electrical products."""

from __future__ import annotations

import math

from kyoso.reference import load

LIFETIMES = ("flows/ewaste_lifetimes", "flows/ewaste_lifetimes_2023")


def test_all_54_unu_keys_are_there_under_six_categories_and_panels() -> None:
    keys = load("flows/unu_keys")
    assert len(keys.rows) == 54
    assert {row["category"] for row in keys.rows} == {"1", "2", "3", "4a", "4b", "5", "6"}
    assert [len(row["product"]) for row in keys.rows] == [4] * 54


def test_keys_without_a_lifetime_are_absent_not_zero() -> None:
    keys = set(load("flows/unu_keys").by("product"))
    known = {name: set(load(name).by("product")) for name in LIFETIMES}
    assert keys - known["flows/ewaste_lifetimes"] == {"0001", "0002"}
    assert known["flows/ewaste_lifetimes_2023"] - keys == set()
    assert "0002" not in known["flows/ewaste_lifetimes_2023"]
    for name in LIFETIMES:
        for row in load(name).rows:
            assert float(row["shape"]) > 0, (name, row["product"])
            assert float(row["scale"]) > 0, (name, row["product"])


def test_an_edition_is_one_file_and_says_how_well_it_is_known() -> None:
    default, other = (load(name) for name in LIFETIMES)
    assert {(r["edition"], r["verification"]) for r in default.rows} == {("2015", "one-source")}
    assert {(r["edition"], r["verification"]) for r in other.rows} == {("2023", "unverified")}


def test_the_edition_moves_mean_lives_from_0_58_to_1_79_fold() -> None:
    """Mean λ·Γ(1 + 1/k); the factors were worked out apart, from the two sets of parameters."""

    def mean(name: str, product: str) -> float:
        row = load(name).by("product")[product]
        return float(row["scale"]) * math.gamma(1 + 1 / float(row["shape"]))

    both = sorted(set.intersection(*(set(load(name).by("product")) for name in LIFETIMES)))
    factors = {p: mean(LIFETIMES[1], p) / mean(LIFETIMES[0], p) for p in both}
    assert len(factors) == 29
    assert min(factors, key=lambda p: factors[p]) == "0306"
    assert max(factors, key=lambda p: factors[p]) == "0802"
    assert (round(factors["0306"], 2), round(factors["0802"], 2)) == (0.58, 1.79)
    assert sum(abs(factor - 1) > 0.1 for factor in factors.values()) == 14
