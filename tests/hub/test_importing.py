"""A published text imported: attached to its edition, or a new edition whose activities are known.

The texts are invented (``tests.programme.published``); their numbers are among those of SPACE.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.test import Client
from pytest_django import DjangoAssertNumQueries
from tests.programme.published import ENGLISH, JAPANESE, Programme, Section, printed
from tests.programme.test_outline import JAPANESE as OUTLINE

from kyoso.hub.programme import selectors, services
from kyoso.hub.programme.models import Activity, Edition
from kyoso.reference.loading import load

Import = Callable[..., str]

FIRST, SECOND, THIRD = JAPANESE.pillars[0].sections[0].items
REWORDED = str(FIRST).replace("測り手の育成", "案内人の育成")
NEW = "浜の貝の暦をつくり、子どもたちと毎月の集まりで読み合わせる。"


def with_items(*items: str) -> Programme:
    """The Japanese programme with other activities in its first section."""
    pillar = JAPANESE.pillars[0]
    section = Section(pillar.sections[0].title, items)
    changed = replace(pillar, sections=(section, *pillar.sections[1:]))
    return replace(JAPANESE, pillars=(changed, *JAPANESE.pillars[1:]))


@pytest.fixture
def imported(catalogue: None, tmp_path: Path) -> Import:
    """Imports a programme as the command does; answers what it says."""

    def run(text: Programme | str, label: str, *, key: str = "space", language: str = "en") -> str:
        file = tmp_path / "text.txt"
        file.write_text(text if isinstance(text, str) else printed(text), encoding="utf-8")
        said = StringIO()
        call_command(
            "import_edition",
            str(file),
            programme=key,
            edition=label,
            language=language,
            stdout=said,
        )
        return said.getvalue()

    return run


def identities(label: str) -> dict[str, int]:
    edition = Edition.objects.get(programme__key="space", label=label)
    return dict(edition.activities.values_list("code", "activity_id"))


def test_a_known_label_gets_the_official_words(imported: Import, client: Client) -> None:
    imported(JAPANESE, "2025")
    page = client.get("/en/programmes/space/2025/1-1-2/").content.decode()
    assert f'<p lang="ja">{SECOND}</p>' in page
    assert Edition.objects.count() == 2


def test_numbers_on_one_side_only_are_named(imported: Import) -> None:
    read = [code for code, *_ in JAPANESE.activities()]
    known = [row["code"] for row in load("programme/activities").where(programme="space")]
    beyond = "、".join(code for code in read if code not in known)
    without = "、".join(code for code in known if code not in read)
    said = imported(JAPANESE, "2025", language="ja")
    assert f"\n文書にあって版にない番号：{beyond}\n版にあって文書にない番号：{without}\n" in said


def test_a_measure_finds_its_activity(imported: Import, client: Client) -> None:
    assert "3 activities have their official text" in imported(OUTLINE, "2008", key="clean-asia")
    edition = selectors.edition("clean-asia", "2008")
    found = [text.code for text in edition.activities.all() if text.official]
    assert found == ["(1)", "(2)", "(3)"]
    asked = "a=clean-asia/2008&b=clean-asia/2008/ja"
    page = client.get(f"/en/compare/?{asked}").content.decode()
    assert "<h2>Reworded (3)</h2>" in page
    assert "<h2>Removed (3)</h2>" in page
    assert "paired by their numbers" in page


def test_a_new_label_makes_an_edition_whose_activities_are_recognised(imported: Import) -> None:
    imported(JAPANESE, "2025")
    said = imported(with_items(REWORDED, str(THIRD), NEW), "2027")
    assert "1 activities added, 1 removed, 0 moved, 1 renumbered, 1 reworded" in said
    old, new = identities("2025"), identities("2027")
    assert new["1-1-1"] == old["1-1-1"]
    assert new["1-1-2"] == old["1-1-3"]
    assert new["1-1-3"] not in old.values()
    unchanged = set(new) - {"1-1-1", "1-1-2", "1-1-3"}
    assert {code: new[code] for code in unchanged & set(old)} == {
        code: old[code] for code in unchanged & set(old)
    }


def test_a_number_given_away_before_does_not_give_its_identity(imported: Import) -> None:
    imported(JAPANESE, "2025")
    imported(with_items(REWORDED, str(THIRD), NEW), "2027")
    new = Activity.objects.get(pk=identities("2027")["1-1-3"])
    assert new.key == "1-1-3~2"


def test_what_is_known_of_an_activity_passes_on_with_it(imported: Import, client: Client) -> None:
    imported(JAPANESE, "2025")
    third = Activity.objects.get(programme__key="space", key="1-1-3")
    services.record_stance(activity=third, member="LAO", level="lead")
    imported(with_items(REWORDED, str(THIRD), NEW), "2027")
    text = selectors.edition("space", "2027").activities.get(code="1-1-2")
    before = selectors.edition("space", "2025").activities.get(code="1-1-3")
    assert (text.title, text.aim, text.verification) == (
        before.title,
        before.aim,
        before.verification,
    )
    page = client.get("/en/members/LAO/").content.decode()
    assert page.count('class="mark lead"') == 3


def test_after_a_new_wording_our_summary_is_unverified(imported: Import) -> None:
    imported(JAPANESE, "2025")
    imported(with_items(REWORDED, str(THIRD), NEW), "2027")
    text = selectors.edition("space", "2027").activities.get(code="1-1-1")
    assert text.verification == "unverified"
    assert text.note == "title and aim as in SPACE 2025; the text was reworded since"


def test_the_new_edition_has_its_pages_in_both_languages(imported: Import, client: Client) -> None:
    imported(JAPANESE, "2025")
    imported(with_items(REWORDED, str(THIRD), NEW), "2027")
    for language, words in {"en": "Activity 1-1-3", "ja": "協力活動1-1-3"}.items():
        for address in ("", "programmes/space/2027/", "programmes/space/2027/1-1-3/"):
            answer = client.get(f"/{language}/{address}")
            assert answer.status_code == 200
            assert words in answer.content.decode()
            assert "None" not in answer.content.decode()


def test_two_texts_are_compared_with_their_redline(
    imported: Import, client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    imported(JAPANESE, "2025")
    imported(with_items(REWORDED, str(THIRD), NEW), "2027")
    with django_assert_max_num_queries(4):
        page = client.get("/en/compare/?a=space/2025/ja&b=space/2027/ja").content.decode()
    assert "<del>" in page
    assert "測り手" in page.split("<del>")[2]
    for heading in ("Added (1)", "Removed (1)", "Renumbered (1)", "Reworded (1)"):
        assert f"<h2>{heading}</h2>" in page
    assert 'value="space/2027"' not in page


def test_importing_twice_changes_nothing(imported: Import) -> None:
    imported(JAPANESE, "2025")
    imported(with_items(REWORDED, str(THIRD), NEW), "2027")
    before = identities("2027")
    imported(with_items(REWORDED, str(THIRD), NEW), "2027")
    assert identities("2027") == before
    assert selectors.edition("space", "2027").imports.count() == 1


@pytest.mark.parametrize(
    ("text", "aim", "language", "words"),
    [
        (JAPANESE, ("space", "2027"), "en", "import that text first: kyoso manage import_edition"),
        (JAPANESE, ("space", "2027"), "ja", "公式の文言（日本語）がない"),
        (JAPANESE, ("none", "2025"), "en", "one of: space, clean-asia"),
        (JAPANESE, ("none", "2025"), "ja", "そのプログラムはここにありません"),
        (OUTLINE, ("space", "2025"), "en", "no activity of this text has a code of the edition"),
        (JAPANESE, ("space", "a/b"), "ja", "この名称はアドレスに使えません"),
        ("words\n", ("space", "2025"), "en", "no activities were found"),
    ],
)
def test_what_cannot_be_imported_is_refused_in_words(
    imported: Import, text: Programme | str, aim: tuple[str, str], language: str, words: str
) -> None:
    key, label = aim
    with pytest.raises(CommandError, match=words):
        imported(text, label, key=key, language=language)
    assert Edition.objects.count() == 2


def test_a_text_in_another_language_has_nothing_to_be_compared_with(imported: Import) -> None:
    imported(JAPANESE, "2025")
    with pytest.raises(CommandError, match="no official text in English"):
        imported(ENGLISH, "2027")


def test_a_number_that_stands_twice_is_named_with_its_lines(imported: Import) -> None:
    imported(JAPANESE, "2025")
    twice = printed(JAPANESE).replace("1-1-2. ", "1-1-1. ")
    with pytest.raises(
        CommandError, match=r"row \d+: 1-1-1: this number stands on line \d+ already"
    ):
        imported(twice, "2027")
    assert not Edition.objects.filter(label="2027").exists()


@pytest.mark.django_db
def test_the_catalogue_is_loaded_by_its_command() -> None:
    said = StringIO()
    call_command("load_catalogue", language="ja", stdout=said)
    assert said.getvalue() == (
        "SPACE 2025：協力活動43\nクリーンアジア・イニシアティブ：協力活動6\n"
    )
