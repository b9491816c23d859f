"""The shipped programme catalogues: whole, linked, bilingual, in our own words."""

from __future__ import annotations

import unicodedata
from collections import Counter
from pathlib import Path

import pytest

from kyoso.core.periods import Period
from kyoso.reference import ReferenceTable, catalogue, load

DOCUMENTS = Path(__file__).parents[3] / "shared" / "documents"
TITLED = ("pillars", "sections", "groups", "activities", "goal_items", "indicators")
LONGEST_EN, LONGEST_JA = 34, 18
VERBATIM = 12
"""So many characters in a row that also stand in a founding text are a copied phrase."""


def programme(name: str) -> ReferenceTable:
    return load(f"programme/{name}")


def codes(name: str, of: str = "space") -> list[str]:
    return [row["code"] for row in programme(name).where(programme=of)]


def test_space_2025_has_its_43_activities_in_7_groups_9_sections_and_3_pillars() -> None:
    # Counted by hand in the annexes of the published text, section by section.
    per_section = Counter(
        row["section"] for row in programme("activities").where(programme="space")
    )
    assert per_section == {
        "1.1": 5, "1.2": 10, "1.3": 5, "1.4": 1,
        "2.1": 4, "2.2": 5, "2.3": 9,
        "3.1": 2, "3.2": 2,
    }  # fmt: skip
    assert per_section.total() == 43
    assert codes("groups") == ["1-2-1", "1-2-2", "1-2-3", "1-2-4", "2-3-1", "2-3-2", "2-3-3"]
    assert codes("sections") == ["1.1", "1.2", "1.3", "1.4", "2.1", "2.2", "2.3", "3.1", "3.2"]
    assert codes("pillars") == ["1", "2", "3"]


def test_the_clean_asia_initiative_has_six_measures_and_four_goals() -> None:
    assert codes("activities", "clean-asia") == ["(1)", "(2)", "(3)", "(4)", "(5)", "(6)"]
    kinds = Counter(row["kind"] for row in programme("pillars").where(programme="clean-asia"))
    assert kinds == {"policy-goal": 4, "foundation": 1}
    items = Counter(row["goal"] for row in programme("goal_items").rows)
    assert items == {"1": 2, "2": 3, "3": 3, "4": 2, "base": 4}


def test_an_activity_stands_where_its_code_says() -> None:
    groups = {row["code"]: row["section"] for row in programme("groups").rows}
    sections = {row["code"]: row for row in programme("sections").rows}
    for row in programme("activities").where(programme="space"):
        pillar, section, *rest = row["code"].split("-")
        assert (row["pillar"], row["section"]) == (pillar, f"{pillar}.{section}")
        assert row["group"] == ("-".join((pillar, section, rest[0])) if len(rest) > 1 else "")
        assert groups.get(row["group"], row["section"]) == row["section"]
        assert row["annex"] == sections[row["section"]]["annex"]
        assert row["table"] == f"Annex {row['annex']}, {row['code']}"


@pytest.mark.parametrize(
    ("name", "column", "target"),
    [
        ("activity_instruments", "instrument", "instruments"),
        ("activity_frameworks", "framework", "frameworks"),
        ("activity_bodies", "body", "bodies"),
        ("initiative_activities", "initiative", "initiatives"),
    ],
)
def test_links_lead_from_a_known_activity_to_a_known_thing(
    name: str, column: str, target: str
) -> None:
    known = {(row["programme"], row["code"]) for row in programme("activities").rows}
    links = programme(name)
    assert {(row["programme"], row["code"]) for row in links.rows} <= known
    assert {row[column] for row in links.rows} <= set(programme(target).by("id"))


def test_every_instrument_named_by_an_activity_is_linked_and_the_rest_are_the_preambles() -> None:
    linked = {row["instrument"] for row in programme("activity_instruments").rows}
    assert set(programme("instruments").by("id")) - linked == {"azec", "unea-6-4"}


def test_programmes_own_everything_that_names_one() -> None:
    known = set(programme("programmes").by("id"))
    assert known == {"space", "clean-asia"}
    for name in (*TITLED, "editions", "activity_bodies", "activity_frameworks"):
        assert {row["programme"] for row in programme(name).rows} <= known
    groups = {row["group"] for row in load("places/memberships").rows}
    assert {row["members"] for row in programme("programmes").rows} <= groups


def test_space_2025_was_adopted_in_langkawi() -> None:
    # Date line of the joint statement.
    (edition,) = programme("editions").where(programme="space", edition="2025")
    assert (edition["adopted"], edition["place_ja"]) == ("2025-09-04", "マレーシア・ランカウイ")


def test_every_activity_has_an_aim_a_framework_and_a_body() -> None:
    space = set(codes("activities"))
    for name in ("activity_frameworks", "activity_bodies"):
        assert {row["code"] for row in programme(name).where(programme="space")} == space
    for row in programme("activities").rows:
        assert programme("activities").text(row, "aim")
        assert row["aim_en"].endswith(".")
        assert row["aim_ja"].endswith("。")
        assert row["aim_en"].count(". ") + row["aim_ja"].count("。") == 1


def test_our_own_reading_is_never_passed_off_as_verified() -> None:
    for name in ("activity_frameworks", "activity_bodies", "initiative_activities"):
        for row in programme(name).rows:
            assert row["basis"] in {"named-in-text", "our-reading"}
            assert (row["verification"] == "unverified") == (row["basis"] == "our-reading")


@pytest.mark.parametrize("name", TITLED)
def test_titles_fit_a_table_row(name: str) -> None:
    rows = programme(name).rows
    assert [row["title_en"] for row in rows if not 0 < len(row["title_en"]) <= LONGEST_EN] == []
    assert [row["title_ja"] for row in rows if not 0 < len(row["title_ja"]) <= LONGEST_JA] == []


@pytest.mark.parametrize(
    "name", [n for n in catalogue() if n.split("/")[0] in {"programme", "places"}]
)
def test_both_languages_are_there_and_japanese_is_set_as_japanese(name: str) -> None:
    shipped = load(name)
    stems = {column[:-3] for column in shipped.columns if column.endswith(("_en", "_ja"))}
    for row in shipped.rows:
        for stem in stems:
            assert bool(row[f"{stem}_en"]) == bool(row[f"{stem}_ja"])
            assert not set(row[f"{stem}_ja"]) & set("(),;?!｡､")


def test_two_sources_means_two_documents() -> None:
    for name in (n for n in catalogue() if n.split("/")[0] in {"programme", "places"}):
        for row in load(name).where(verification="two-sources"):
            assert len(set(row["document"].split("; "))) > 1


def test_indicators_say_what_kind_of_number_they_hold() -> None:
    known = {(row["programme"], row["code"]) for row in programme("activities").rows}
    sections = set(codes("sections"))
    for row in programme("indicators").rows:
        assert row["section"] in sections
        assert not row["code"] or (row["programme"], row["code"]) in known
        assert row["direction"] in {"up", "down", ""}
        assert row["qualifier"] in {"exact", "about", "at-least"}
        assert bool(row["target"]) == (row["kind"] == "target")
        assert bool(row["value"]) == (row["kind"] in {"achieved", "context", "projection"})
        for number in ("baseline", "target", "value"):
            assert not row[number] or float(row[number]) > 0
            assert not row[f"{number}_date"] or Period.parse(row[f"{number}_date"])


@pytest.mark.parametrize(
    ("key", "column", "number", "unit", "when"),
    [
        ("cover-members", "target", "6", "members", "2025"),
        ("jcm-projects", "value", "200", "projects", "2025-09"),
        ("city-partnerships", "value", "40", "partnerships", "2025-09"),
        ("macroplastic-leakage", "value", "19.4", "Mt", ""),
        ("macroplastic-share", "value", "88", "%", ""),
        ("macroplastic-leakage-2060", "value", "38.4", "Mt", "2060"),
        ("e-waste-generated", "value", "3.5", "Mt", "2019"),
        ("end-of-life-vehicles", "value", "2400000", "vehicles", "2020"),
        ("kmgbf-targets", "target", "23", "targets", "2030"),
    ],
)
def test_the_quantified_statements_of_the_text(
    key: str, column: str, number: str, unit: str, when: str
) -> None:
    row = programme("indicators").by("id")[key]
    assert (row[column], row["unit_en"], row[f"{column}_date"]) == (number, unit, when)


def test_no_phrase_of_the_founding_texts_is_copied() -> None:
    texts = sorted(DOCUMENTS.glob("*.txt"))
    if not texts:
        pytest.skip("the founding texts do not lie beside this checkout")
    published = "".join(_plain(path.read_text(encoding="utf-8")) for path in texts)
    names = _proper_names()
    copied = {}
    for name in (*TITLED, "initiative_activities"):
        for row in programme(name).rows:
            for column in [c for c in row if c.endswith("_ja")]:
                text = _plain(row[column])
                for proper in names:
                    text = text.replace(proper, "\n")
                for at in range(len(text) - VERBATIM + 1):
                    if (phrase := text[at : at + VERBATIM]) in published:
                        copied[name, row["id"] if "id" in row else row["code"], column] = phrase
    assert copied == {}


def _plain(text: str) -> str:
    """Without white space and with one width for every character."""
    return "".join(unicodedata.normalize("NFKC", text).split())


def _proper_names() -> list[str]:
    named = ("programmes", "instruments", "frameworks", "bodies", "initiatives")
    found = {
        _plain(row[column])
        for name in named
        for row in programme(name).rows
        for column in ("name_ja", "expansion_ja")
        if row.get(column)
    }
    return sorted(found, key=len, reverse=True)
