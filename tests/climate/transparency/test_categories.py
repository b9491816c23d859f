"""The category tree against facts of the guidelines that are known without it."""

from __future__ import annotations

import itertools
import re

from kyoso import reference
from kyoso.climate.transparency import categories
from kyoso.climate.transparency.tables.columns import CATEGORY


def test_every_code_but_those_of_sectors_has_the_form_that_tables_ask_for() -> None:
    formless = [
        code for code in categories.codes() if not re.fullmatch(CATEGORY.pattern or "", code)
    ]
    assert formless == ["0", "1", "2", "3", "4", "5"]


def test_every_branch_ends_in_the_national_total_and_begins_with_the_code_above() -> None:
    for code in categories.codes():
        line = categories.lineage(code)
        assert line[-1] == categories.NATIONAL_TOTAL
        assert all(lower.startswith(upper) for lower, upper in itertools.pairwise(line[:-1]))


def test_what_is_below_is_what_has_it_above() -> None:
    assert set(categories.below("0")) == set(categories.codes()) - {"0"}
    for code in categories.codes():
        assert set(categories.below(code)) == {
            other
            for child in categories.children(code)
            for other in (child, *categories.below(child))
        }


def test_the_roots_are_the_four_sectors_of_the_guidelines_and_other() -> None:
    """2006 IPCC Guidelines: Volumes 2 to 5 are energy, industry, land and waste."""
    titles = reference.load("ghg/categories").by("category")
    assert [titles[code]["title_en"] for code in categories.children("0")] == [
        "Energy",
        "Industrial processes and product use",
        "Agriculture, forestry and other land use",
        "Waste",
        "Other",
    ]


def test_international_transport_and_multilateral_operations_are_memo_items() -> None:
    memos = {code: kind for code in categories.codes() if (kind := categories.memo(code))}
    assert memos == {"1A3ai": "bunkers", "1A3di": "bunkers", "1A5c": "multilateral"}


def test_sectors_of_factors_are_categories_of_the_tree() -> None:
    known = {row["category"] for row in reference.load("ghg/category_sectors").rows}
    assert known <= set(categories.codes())


def test_no_two_categories_share_a_title() -> None:
    rows = reference.load("ghg/categories").rows
    for language in ("title_en", "title_ja"):
        titles = [row[language] for row in rows]
        assert [title for title in titles if titles.count(title) > 1] == []
