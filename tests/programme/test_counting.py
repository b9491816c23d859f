"""Counting once: cases worked out by hand, and what holds of any claims and verdicts."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from kyoso.programme.counting import Bond, Claim, count_once


def claim(key: str, project: str, amount: int, **more: str) -> Claim:
    given = {"kind": "commitment", "unit": "USD"} | more
    return Claim(key=key, project=project, amount=Decimal(amount), **given)  # type: ignore[arg-type]


def test_without_a_reference_or_a_verdict_everything_counts() -> None:
    found = count_once([claim("1", "a", 10), claim("2", "b", 10), claim("3", "a", 5, unit="JPY")])
    assert found.totals == {("commitment", "USD"): 20, ("commitment", "JPY"): 5}
    assert found.left_out == ()


def test_one_transaction_under_two_projects_counts_once() -> None:
    found = count_once([claim("1", "a", 10, reference="T-1"), claim("2", "b", 10, reference="T-1")])
    assert found.totals == {("commitment", "USD"): 10}
    assert [(x.claim.key, x.because, x.instead, x.differs) for x in found.left_out] == [
        ("2", "reference", "a", False)
    ]


def test_with_differing_amounts_the_project_that_reports_most_counts_and_it_is_said() -> None:
    claims = [
        claim("1", "a", 10, reference="T-1"),
        claim("2", "b", 7, reference="T-1"),
        claim("3", "b", 7, reference="T-1"),
    ]
    found = count_once(claims)
    assert found.totals == {("commitment", "USD"): 14}
    assert [(x.claim.key, x.differs) for x in found.left_out] == [("1", True)]


def test_a_promise_and_its_payment_are_two_things() -> None:
    claims = [
        claim("1", "a", 10, reference="T-1"),
        claim("2", "b", 10, reference="T-1", kind="disbursement"),
    ]
    assert count_once(claims).left_out == ()


def test_tonnes_of_two_years_are_two_things() -> None:
    tonnes = {"kind": "target", "unit": "t CO2e", "reference": "F-1"}
    claims = [
        claim("1", "a", 100, period="2026", **tonnes),
        claim("2", "b", 100, period="2026", **tonnes),
        claim("3", "b", 100, period="2027", **tonnes),
    ]
    assert count_once(claims).totals == {("target", "t CO2e"): 200}


def test_a_part_counts_only_what_the_whole_does_not_report() -> None:
    claims = [claim("1", "whole", 10), claim("2", "part", 4), claim("3", "part", 3, unit="JPY")]
    found = count_once(claims, [Bond("whole", "part")])
    assert found.totals == {("commitment", "USD"): 10, ("commitment", "JPY"): 3}
    assert [(x.claim.key, x.because, x.instead) for x in found.left_out] == [
        ("2", "verdict", "whole")
    ]


def test_a_part_of_a_part_is_part_of_the_whole() -> None:
    claims = [claim("1", "whole", 10), claim("3", "smallest", 2)]
    found = count_once(claims, [Bond("whole", "middle"), Bond("middle", "smallest")])
    assert found.totals == {("commitment", "USD"): 10}


def test_projects_that_are_part_of_each_other_still_count_once() -> None:
    claims = [claim("1", "a", 10), claim("2", "b", 10), claim("3", "c", 10)]
    found = count_once(claims, [Bond("a", "b"), Bond("b", "c"), Bond("c", "a")])
    assert found.totals == {("commitment", "USD"): 10}


projects = st.sampled_from("abcd")
claims = st.lists(
    st.tuples(
        projects, st.integers(1, 99), st.sampled_from(["", "", "T-1", "T-2"]),
        st.sampled_from(["USD", "JPY"]),
    ),
    max_size=8,
).map(lambda rows: [
    claim(str(at), project, amount, reference=reference, unit=unit)
    for at, (project, amount, reference, unit) in enumerate(rows)
])  # fmt: skip
bonds = st.lists(st.builds(Bond, projects, projects), max_size=5)


@given(claims, bonds)
def test_every_claim_counts_or_is_left_out_and_no_sort_vanishes(
    given_claims: list[Claim], given_bonds: list[Bond]
) -> None:
    found = count_once(given_claims, given_bonds)
    left = {one.claim.key for one in found.left_out}
    assert len(left) == len(found.left_out)
    for (kind, unit), total in found.totals.items():
        counted = [
            c.amount for c in given_claims if (c.kind, c.unit) == (kind, unit) and c.key not in left
        ]
        assert total == sum(counted)
    assert set(found.totals) == {(c.kind, c.unit) for c in given_claims}


@given(claims, bonds, st.randoms())
def test_the_order_does_not_matter(
    given_claims: list[Claim], given_bonds: list[Bond], chance: object
) -> None:
    mixed_claims, mixed_bonds = list(given_claims), list(given_bonds)
    chance.shuffle(mixed_claims)  # type: ignore[attr-defined]
    chance.shuffle(mixed_bonds)  # type: ignore[attr-defined]
    assert count_once(mixed_claims, mixed_bonds) == count_once(given_claims, given_bonds)
