"""The codes of currencies."""

from __future__ import annotations

from babel import Locale
from babel.core import get_global

from kyoso.core.text import Text
from kyoso.reference.currencies import currencies
from kyoso.reference.loading import load

UNNAMED = {"XCG", "ZWG"}
"""CLDR 47 has the codes and no names for them."""
RIGHTS = "XDR"
"""Special drawing rights are no country's tender."""


def test_the_codes_are_those_that_are_tender_somewhere_by_the_unicode_cldr() -> None:
    tender = {
        code
        for of_a_place in get_global("territory_currencies").values()
        for code, _, until, is_tender in of_a_place
        if until is None and is_tender
    }
    assert set(currencies()) == tender | {RIGHTS}


def test_every_name_is_that_of_the_unicode_cldr() -> None:
    english, japanese = Locale("en").currencies, Locale("ja").currencies
    for code, name in currencies().items():
        if code not in UNNAMED:
            assert (code, name) == (code, Text(english[code], japanese[code]))
    rows = load("money/currencies").rows
    assert {one["code"] for one in rows if "our words" in one["note"]} == UNNAMED


def test_the_currencies_of_the_members_and_of_japan_are_among_them() -> None:
    # The central banks of the members of ASEAN (Timor-Leste uses the dollar) and of Japan.
    wanted = {"BND", "KHR", "IDR", "LAK", "MYR", "MMK", "PHP", "SGD", "THB", "VND", "USD", "JPY"}
    assert wanted <= set(currencies())


def test_what_was_given_up_or_never_was_is_none() -> None:
    # Withdrawn by ISO 4217: the mark (2002), the kuna (2023); for tests and for none: XTS, XXX.
    assert not {"DEM", "HRK", "XTS", "XXX", "AAA"} & set(currencies())
