"""Countries, memberships and the tile map."""

from __future__ import annotations

from datetime import date

from kyoso.core.places import Place, members_on
from kyoso.core.text import Text
from kyoso.reference import countries, country, load, memberships, sample_countries

TEN = ["BRN", "IDN", "KHM", "LAO", "MMR", "MYS", "PHL", "SGP", "THA", "VNM"]


def test_every_assigned_code_of_iso_3166_has_a_name_in_both_languages() -> None:
    # ISO 3166-1 has 249 officially assigned codes; five more stand for sample countries.
    assert len(countries()) == 249 + 5
    assert all(len(code) == 3 and code.isascii() and code.isupper() for code in countries())
    assert country("LAO") == Place("LAO", Text("Lao PDR", "ラオス"))
    assert country("JPN") == Place("JPN", Text("Japan", "日本"))
    assert country("XXX") is None


def test_sample_countries_are_user_assigned_codes() -> None:
    # ISO 3166-1 leaves XAA to XZZ to its users.
    assert sample_countries() == {"XAA", "XAB", "XAC", "XAD", "XAE"}
    assert country("XAA") == Place("XAA", Text("Sample country A", "見本国A"))


def test_asean_had_ten_members_at_adoption_and_eleven_from_26_october_2025() -> None:
    # DESIGN law 12.
    assert members_on(memberships(), "ASEAN", date(2025, 9, 4)) == TEN
    assert members_on(memberships(), "ASEAN", date(2025, 10, 25)) == TEN
    assert members_on(memberships(), "ASEAN", date(2025, 10, 26)) == sorted([*TEN, "TLS"])


def test_asean_grew_as_its_own_account_says() -> None:
    # ASEAN Insurance Council, About ASEAN: five founders, then 1984, 1995, 1997, 1999.
    sizes = {
        year: len(members_on(memberships(), "ASEAN", date(year, 12, 31)))
        for year in (1966, 1967, 1983, 1984, 1995, 1997, 1999, 2024)
    }
    assert sizes == {
        1966: 0,
        1967: 5,
        1983: 5,
        1984: 6,
        1995: 7,
        1997: 9,
        1999: 10,
        2024: 10,
    }


def test_japan_is_the_partner_of_space() -> None:
    assert members_on(memberships(), "SPACE", date(2025, 9, 4), role="partner") == ["JPN"]


def test_memberships_and_tiles_name_known_places() -> None:
    assert {m.place for m in memberships()} <= set(countries())
    tiles = {
        row["code"]: (int(row["column"]), int(row["row"])) for row in load("places/tiles").rows
    }
    assert sorted(tiles) == members_on(memberships(), "ASEAN", date(2025, 10, 26))
    assert len(set(tiles.values())) == 11
    assert {c for c, _ in tiles.values()} | {r for _, r in tiles.values()} <= {0, 1, 2, 3}
