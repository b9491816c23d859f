"""What reports add up to. Expected numbers are worked out by hand beside each test."""

from __future__ import annotations

import itertools
import random
from collections import defaultdict
from decimal import Decimal
from fractions import Fraction
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from kyoso.core.periods import Period
from kyoso.core.text import same
from kyoso.programme.aggregation import (
    Absent,
    Definition,
    Quantity,
    Reported,
    Share,
    Span,
    Statement,
    Total,
    by_place,
    totals,
)

YEAR = Period.parse("2025")
NEXT = Period.parse("2026")
WASTE = Definition("e-waste", same("E-waste"), "t")


def said(subject: str, answer: Any, author: str = "focal", **rest: Any) -> Reported:
    fields = {"period": YEAR, "revision": 1, "source": f"{subject}/{author}"} | rest
    return Reported(subject=subject, author=author, answer=answer, **fields)


def tonnes(number: str, unit: str = "t") -> Quantity:
    return Quantity(Decimal(number), unit)


def one(
    answers: list[Reported], *expected: str, definition: Definition = WASTE, group: str = ""
) -> Total:
    found = totals(definition, answers, expected={YEAR: expected})
    [total] = [t for t in found if (t.period, t.group) == (YEAR, group)]
    return total


def exactly(number: str) -> Span:
    return Span(Fraction(number), Fraction(number))


def test_numbers_are_added_in_the_unit_of_the_total() -> None:
    # 1.2 kt = 1,200 t; 1,200 + 0.3 = 1,200.3
    total = one([said("A", tonnes("1.2", "kt")), said("B", tonnes("0.3"))], "A", "B", "C")
    assert total.value == exactly("1200.3")
    assert (total.reported, total.missing) == ({"A", "B"}, {"C"})


def test_where_nobody_reported_there_is_no_number() -> None:
    total = one([], "A", "B")
    assert (total.value, len(total.reported), len(total.expected)) == (None, 0, 2)


def test_a_reported_zero_is_a_number() -> None:
    assert one([said("A", tonnes("0"))], "A", "B").value == exactly("0")


def test_a_unit_that_cannot_be_converted_stands_apart_and_counts_as_reported() -> None:
    total = one([said("A", tonnes("5", "TJ")), said("B", tonnes("3"))], "A", "B")
    assert total.value == exactly("3")
    assert [voice.reported.subject for voice in total.apart] == ["A"]
    assert total.reported == {"A", "B"}
    assert total.added == {"B"}


def test_a_rate_has_values_and_no_total() -> None:
    rate = Definition("rate", same("Collection rate"), "kg/TJ", additive=False)
    total = one([said("A", tonnes("5", "kg/TJ"))], "A", definition=rate)
    assert (total.value, len(total.voices)) == (None, 1)


def test_a_percentage_is_summed_parts_not_a_mean() -> None:
    # 1 of 2 (50 %) and 90 of 98 (91.8 %): 91 of 100 is 91 %, while the mean would be 70.9 %.
    answers = [
        said("A", Share(Decimal(1), Decimal(2), "t")),
        said("B", Share(Decimal("0.09"), Decimal("0.098"), "kt")),
    ]
    total = one(answers, "A", "B")
    assert total.value == exactly("0.91")


def test_parts_of_percentages_are_kept_in_one_unit() -> None:
    # The unit first in the alphabet is taken: 1 t = 0.001 kt, so 1 + 90 t of 2 + 98 t.
    answers = [
        said("A", Share(Decimal(1), Decimal(2), "t")),
        said("B", Share(Decimal("0.09"), Decimal("0.098"), "kt")),
    ]
    total = one(answers, "A", "B")
    assert (total.numerators, total.denominators) == (exactly("0.091"), exactly("0.1"))


def test_the_latest_revision_of_an_author_counts() -> None:
    answers = [
        said("A", tonnes("5"), revision=2, source="second"),
        said("A", tonnes("1"), revision=1, source="first"),
    ]
    total = one(answers, "A")
    assert total.value == exactly("5")
    assert total.disagreements == {}


def test_two_who_disagree_are_both_kept_and_the_total_is_a_span() -> None:
    # 3 or 5 from A, 10 from B: between 13 and 15.
    answers = [
        said("A", tonnes("3"), "focal"),
        said("A", tonnes("5"), "agency"),
        said("B", tonnes("10")),
    ]
    total = one(answers, "A", "B")
    assert total.value == Span(Fraction(13), Fraction(15))
    assert [v.reported.author for v in total.disagreements["A"]] == ["agency", "focal"]
    assert len(total.reported) == 2


def test_two_who_agree_in_other_units_do_not_disagree() -> None:
    total = one([said("A", tonnes("1", "kt")), said("A", tonnes("1000"), "agency")], "A")
    assert (total.value, total.disagreements) == (exactly("1000"), {})


def test_disagreeing_percentages_span_from_the_lower_to_the_higher() -> None:
    # A: 1/4 or 2/4; B: 2/4. Lower 3/8, higher 4/8.
    answers = [
        said("A", Share(Decimal(1), Decimal(4)), "focal"),
        said("A", Share(Decimal(2), Decimal(4)), "agency"),
        said("B", Share(Decimal(2), Decimal(4))),
    ]
    assert one(answers, "A", "B").value == Span(Fraction(3, 8), Fraction(1, 2))


def test_periods_are_never_added() -> None:
    answers = [said("A", tonnes("1")), said("A", tonnes("2"), period=NEXT)]
    found = totals(WASTE, answers, expected={YEAR: ["A"], NEXT: ["A"]})
    assert [(t.period, t.value) for t in found] == [(NEXT, exactly("2")), (YEAR, exactly("1"))]


def test_groups_have_totals_of_their_own() -> None:
    answers = [said("A", tonnes("10")), said("A", tonnes("4"), group="women")]
    assert one(answers, "A").value == exactly("10")
    assert one(answers, "A", group="women").value == exactly("4")


def test_the_bounds_of_a_percentage_weigh_each_choice() -> None:
    # A: 1/100 or 50/1000; B: 100/100. 101/200 = 50.5 %, 150/1100 = 13.6 %: the lower ratio of A
    # makes the higher total.
    answers = [
        said("A", Share(Decimal(1), Decimal(100)), "focal"),
        said("A", Share(Decimal(50), Decimal(1000)), "agency"),
        said("B", Share(Decimal(100), Decimal(100))),
    ]
    total = one(answers, "A", "B")
    assert total.value == Span(Fraction(150, 1100), Fraction(101, 200))
    assert (total.numerators, total.denominators) == (
        Span(Fraction(150), Fraction(101)),
        Span(Fraction(1100), Fraction(200)),
    )


def test_words_are_kept_and_not_counted_as_numbers() -> None:
    total = one([said("A", Statement("a plan was drawn up")), said("B", tonnes("2"))], "A", "B")
    assert (total.value, len(total.reported), total.apart) == (exactly("2"), 2, ())


def test_why_there_is_no_value_is_kept_and_nothing_is_reported_by_it() -> None:
    total = one([said("A", Absent("no survey")), said("B", tonnes("2"))], "A", "B")
    assert (total.value, total.reported, total.missing) == (exactly("2"), {"B"}, {"A"})
    assert total.explained == {"A"}
    assert "1 say why there is no value" in total.statement(same("2025")).en


def test_a_percentage_among_numbers_stands_apart() -> None:
    total = one([said("A", Share(Decimal(1), Decimal(2))), said("B", tonnes("2"))], "A", "B")
    assert total.value == exactly("2")
    assert len(total.apart) == 1


def test_a_subject_under_two_activities_counts_once_in_their_section() -> None:
    answers = [said("P", tonnes("7")), said("Q", tonnes("1"))]
    found = by_place(
        WASTE,
        answers,
        expected={YEAR: ["P", "Q"]},
        places={"P": ["1-1-1", "1-1-2", "1.1"], "Q": ["1-1-2", "1.1"]},
    )
    assert {place: t.value for place, [t] in found.items()} == {
        "1-1-1": exactly("7"),
        "1-1-2": exactly("8"),
        "1.1": exactly("8"),
    }


def test_a_total_says_what_it_contains() -> None:
    answers = [
        said("A", tonnes("3"), "focal"),
        said("A", tonnes("5"), "agency"),
        said("B", tonnes("1", "TJ")),
    ]
    statement = one(answers, "A", "B", "C").statement(same("2025"))
    assert statement.en == (
        "E-waste; [t]; 2025; 2 of 3 reported; missing is not zero; each subject counted once; "
        "1 with differing answers, shown from the lower to the higher; 1 not added"
    )
    assert statement.ja.startswith("E-waste、[t]、2025、3件中2件が報告、未報告はゼロとして数えない")


# --- what holds for any reports -------------------------------------------------------------

amounts = st.decimals(min_value=0, max_value=10**9, places=3, allow_nan=False)
quantities = st.builds(Quantity, amounts, st.sampled_from(["t", "kt", "kg", "TJ"]))
shares = st.builds(
    Share, amounts, amounts.filter(lambda n: n > 0), st.sampled_from(["t", "kt", "TJ"])
)
reports = st.lists(
    st.builds(
        said,
        st.sampled_from("ABCDEFGH"),
        st.one_of(
            quantities,
            shares,
            st.builds(Statement, st.text(min_size=1, max_size=5)),
            st.builds(Absent, st.just("x")),
        ),
        st.sampled_from(["focal", "agency"]),
        revision=st.integers(1, 3),
        source=st.uuids().map(str),
        period=st.sampled_from([YEAR, NEXT]),
        group=st.sampled_from(["", "women"]),
    ),
    max_size=20,
)
numbers_only = st.lists(
    st.builds(said, st.sampled_from("ABCDEFGH"), quantities, st.sampled_from(["focal", "agency"])),
    max_size=20,
    unique_by=lambda r: (r.subject, r.author),
)
EVERYBODY = {YEAR: "ABCDEFGH", NEXT: "ABCDEFGH"}


@given(reports, st.integers())
def test_the_order_of_reports_does_not_matter(answers: list[Reported], seed: int) -> None:
    mixed = random.Random(seed).sample(answers, len(answers))
    assert totals(WASTE, mixed, expected=EVERYBODY) == totals(WASTE, answers, expected=EVERYBODY)


@given(reports)
def test_a_missing_report_changes_no_total(answers: list[Reported]) -> None:
    more = {period: f"{subjects}Z" for period, subjects in EVERYBODY.items()}
    before = totals(WASTE, answers, expected=EVERYBODY)
    after = totals(WASTE, answers, expected=more)
    assert [t.value for t in after] == [t.value for t in before]
    assert all("Z" in t.missing for t in after)


@given(numbers_only)
def test_the_sum_of_the_parts_is_the_whole(answers: list[Reported]) -> None:
    places = {subject: ["left" if subject < "E" else "right", "whole"] for subject in "ABCDEFGH"}
    found = by_place(WASTE, answers, expected={YEAR: "ABCDEFGH"}, places=places)
    parts = [t.value for side in ("left", "right") for t in found[side] if t.value is not None]
    [whole] = [t.value for t in found["whole"]]
    assert whole == (sum(parts, Span(Fraction(0), Fraction(0))) if parts else None)


@given(reports)
def test_a_percentage_spans_all_that_the_answers_allow(answers: list[Reported]) -> None:
    """Against every choice of one answer a subject, tried out one by one."""
    kept = [one for one in answers if isinstance(one.answer, Share) and one.answer.unit == "t"]
    for total in totals(WASTE, kept, expected={}):
        choices: dict[str, list[tuple[Fraction, Fraction]]] = defaultdict(list)
        for voice in total.voices:
            answer = voice.reported.answer
            assert isinstance(answer, Share)
            parts = Fraction(answer.numerator), Fraction(answer.denominator)
            choices[voice.reported.subject].append(parts)
        tried = [
            sum(n for n, _ in choice) / sum(d for _, d in choice)
            for choice in itertools.product(*choices.values())
        ]
        assert total.value == Span(min(tried), max(tried))
