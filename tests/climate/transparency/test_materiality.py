"""Misstatements against exact fractions worked out by hand, and what follows from them."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kyoso.climate.transparency import rule_sets
from kyoso.climate.transparency.materiality import (
    ADVERSE,
    MATERIAL,
    MISSTATEMENT,
    NON_CONFORMITY,
    OFFSETTING,
    QUALIFIED,
    RECOMMENDATION,
    UNQUALIFIED,
    UNQUANTIFIED,
    UNRESOLVED,
    Finding,
    admissible,
    level_of,
    misstatement,
    verifies,
)

FIVE = Fraction(5)


def wrong(reported: str | None, found: str | None) -> Finding:
    return Finding(
        kind=MISSTATEMENT,
        reported=None if reported is None else Decimal(reported),
        found=None if found is None else Decimal(found),
    )


def test_errors_of_both_signs_cancel_in_the_net_misstatement_and_not_in_the_gross_one() -> None:
    found = misstatement([wrong("100", "130"), wrong("50", "30")], total=Decimal(700), level=FIVE)
    assert (found.net, found.gross) == (10, 50)
    assert (found.share, found.gross_share) == (Fraction(10, 7), Fraction(50, 7))
    assert found.grounds == (OFFSETTING,)


def test_a_misstatement_of_exactly_the_level_is_not_above_it() -> None:
    # 5 % of 1/3 cannot be written in decimals or binary digits: 33.3333 of 666.666.
    at = misstatement([wrong("0", "33.3333")], total=Decimal("666.666"), level=FIVE)
    above = misstatement([wrong("0", "33.3334")], total=Decimal("666.666"), level=FIVE)
    assert (at.share, at.is_material, above.is_material) == (5, False, True)


def test_a_misstatement_without_a_quantity_is_named_and_never_zero() -> None:
    found = misstatement(
        [wrong("100", None), wrong(None, "3"), wrong("10", "11")], total=Decimal(100), level=FIVE
    )
    assert (found.net, found.unquantified, found.grounds) == (1, 2, (UNQUANTIFIED,))
    assert UNQUALIFIED not in admissible(found)


@pytest.mark.parametrize("total", [None, Decimal(0)])
def test_without_a_total_or_a_level_any_misstatement_is_material(total: Decimal | None) -> None:
    assert misstatement([wrong("0", "1")], total=total, level=FIVE).grounds == (MATERIAL,)
    assert misstatement([wrong("0", "1")], total=Decimal(9), level=None).grounds == (MATERIAL,)
    assert misstatement([], total=total, level=None).grounds == ()


def test_opinions_follow_from_what_stands_against_them() -> None:
    clean = misstatement([Finding(kind=RECOMMENDATION)], total=Decimal(100), level=FIVE)
    form = misstatement([Finding(kind=NON_CONFORMITY)], total=Decimal(100), level=FIVE)
    grave = misstatement([wrong("80", "90")], total=Decimal(100), level=FIVE)
    assert admissible(clean) == (UNQUALIFIED, QUALIFIED)
    assert (form.grounds, admissible(form)) == ((UNRESOLVED,), (QUALIFIED, ADVERSE))
    assert admissible(grave) == (QUALIFIED, ADVERSE)
    assert [verifies(QUALIFIED, one) for one in (clean, form, grave)] == [True, True, False]
    assert not verifies(ADVERSE, form)


def test_the_level_is_that_of_the_rule_set_for_the_size_of_the_facility() -> None:
    # Commission Implementing Regulation (EU) 2018/2067, Article 23: 5 % to 500,000 t, 2 % above.
    known = rule_sets.known()
    sizes = ("499999.9", "500000", "500000.1")
    levels = [level_of(known["eu-ets"], 2024, Decimal(size)) for size in sizes]
    assert levels == [5, 5, 2]
    assert level_of(known["jp-shk"], 2024, Decimal(1)) is None
    assert level_of(known["eu-ets"], 2024, None) is None


amounts = st.decimals(-1_000_000, 1_000_000, places=3)


@given(st.lists(st.tuples(amounts, amounts), max_size=8), st.decimals(1, 1_000_000, places=3))
def test_net_is_never_more_than_gross_and_no_order_changes_either(
    pairs: list[tuple[Decimal, Decimal]], total: Decimal
) -> None:
    findings = [Finding(kind=MISSTATEMENT, reported=a, found=b) for a, b in pairs]
    one = misstatement(findings, total=total, level=FIVE)
    assert one == misstatement(findings[::-1], total=total, level=FIVE)
    assert 0 <= one.net <= one.gross
    assert (one.share or 0) * Fraction(total) == one.net * 100
    mirrored = [Finding(kind=MISSTATEMENT, reported=b, found=a) for a, b in pairs]
    assert misstatement(mirrored, total=total, level=FIVE).net == one.net
