"""The log in words: what an official reads of what was done."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
from django.apps import apps
from django.conf import settings
from django.db import models
from django.test import Client
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries
from tests.hub.people import organisation, person

from kyoso.core.text import Text, same
from kyoso.hub.accounts.enums import Role
from kyoso.hub.record import telling
from kyoso.hub.record.models import Event, Versioned
from kyoso.hub.record.redlines import LONG, set_against
from kyoso.hub.record.selectors import history
from kyoso.hub.record.services import change
from kyoso.hub.record.visibility import our_models
from kyoso.hub.texts import entries


def versioned() -> Iterator[tuple[str, models.Field]]:  # type: ignore[type-arg]
    for model in our_models():
        if issubclass(model, Versioned):
            for field in model._meta.concrete_fields:
                yield model._meta.label_lower, field


def test_every_field_that_may_be_told_has_a_word_in_both_languages() -> None:
    told = [
        (kind, field.name)
        for kind, field in versioned()
        if telling.field_of(kind, field.name).shape != "hidden"
    ]
    assert len(told) > 100
    assert [one for one in told if telling.label_of(*one) == same(one[1])] == []


def test_every_value_of_a_closed_list_has_a_word_in_both_languages() -> None:
    for kind, field in versioned():
        one = telling.field_of(kind, field.name)
        if field.choices and one.shape != "number":
            assert one.shape == "coded", f"{kind}.{field.name}"
            values = [str(value) for value, _ in field.flatchoices if value != ""]
            assert all(telling._entry(one.words, value) in entries() for value in values)


def test_what_an_app_declares_are_fields_of_its_models_or_links_of_them() -> None:
    for key in telling._declared():
        app, model, name = key.split(".")
        kind = telling._model(f"{app}.{model}")
        assert kind is not None
        assert hasattr(kind, name) or hasattr(kind, f"{name}_id"), key


CODED = {"programme.activity", "facilities.stream"}
"""They are called by the code that people know them by."""


def test_a_record_that_another_names_has_a_name_in_words() -> None:
    named = {
        one.model
        for kind, field in versioned()
        if (one := telling.field_of(kind, field.name)).shape == "named"
    }
    own = {
        kind
        for kind in named
        if any(
            hasattr(apps.get_model(kind), name)
            for name in ("name", "title", "display_name", "label")
        )
    }
    assert named - own - CODED == set(telling._titles()) & named


@pytest.mark.django_db
def test_an_act_is_told_with_names_words_and_days_in_the_language_of_the_page() -> None:
    ministry = organisation("Ministry of Rivers")
    made = person(Role.FOCAL_POINT, country="XAA", of=ministry, name="Mara", since=date(2026, 3, 1))
    [membership] = made.memberships.all()
    change(membership, actor=None, act="accounts.membership_ended", expected=None,
           why="moved on", until=date(2026, 9, 4))  # fmt: skip

    def lines(at: int) -> dict[str, tuple[str, str]]:
        one = telling.told(history(membership))[at]
        return {line.label: (line.wording.before, line.wording.after) for line in one.lines}

    with translation.override("en"):
        ended, appointed = telling.told(history(membership))
        assert (ended.act, ended.why, ended.by) == ("role ended", "moved on", "")
        assert lines(0) == {"Last day": ("", "4 September 2026")}
        assert lines(1)["Person"] == ("", "Mara")
        assert lines(1)["Organisation"] == ("", "Ministry of Rivers")
        assert lines(1)["Role"] == ("", "focal point")
        assert lines(1)["From"] == ("", "1 March 2026")
        assert "id" not in {line.label.lower() for line in appointed.lines}
    with translation.override("ja"):
        assert lines(0) == {"最終日": ("", "2026年9月4日")}


@pytest.mark.django_db
def test_of_a_text_in_two_languages_the_one_of_the_page_is_told_or_the_one_that_changed() -> None:
    one = organisation("Ministry of Rivers")
    one = change(one, actor=None, act="accounts.organisation_changed", expected=None,
                 name=Text("Ministry of Water", "水省"))  # fmt: skip
    change(one, actor=None, act="accounts.organisation_changed", expected=None,
           name=Text("Ministry of Water", "水資源省"))  # fmt: skip
    with translation.override("en"):
        last, first = (act.lines[0].wording for act in telling.told(history(one)[:2]))
    assert (first.before, first.after, first.language) == (
        "Ministry of Rivers", "Ministry of Water", None,
    )  # fmt: skip
    assert (last.before, last.after, last.language) == ("水省", "水資源省", "ja")


@pytest.mark.django_db
def test_the_number_of_queries_does_not_grow_with_the_acts(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    for number in range(50):
        person(Role.FOCAL_POINT, country="XAA", name=f"person{number}")
    events = Event.objects.filter(kind="accounts.membership")
    for shown in (events[:1], events[:50]):
        with django_assert_num_queries(3):  # the acts, the people, the organisations
            assert len(telling.told(shown)) in (1, 50)


@pytest.mark.django_db
def test_what_is_named_and_no_longer_there_is_called_so() -> None:
    [line] = telling.compared("accounts.membership", {"organisation": 999999}, {"organisation": ""})
    assert (line.yours, line.theirs) == ("no longer on record", "")


@pytest.mark.django_db
def test_a_conflict_shows_both_versions_in_words() -> None:
    secretary = person(Role.SECRETARIAT)
    one = organisation("Ministry of Rivers")
    client = Client()
    client.force_login(secretary)
    address = f"/en/organisations/{one.pk}/change/"
    form = {"name_en": "Mine", "name_ja": "私の", "abbreviation": "", "kind": "agency",
            "country": "XAA", "version": one.version}  # fmt: skip
    change(one, actor=None, act="accounts.organisation_changed", expected=None, kind="city")
    page = client.post(address, form).content.decode()
    assert "Mine" in page
    assert "{" not in page.partition("<tbody>")[2].partition("</tbody>")[0]


@given(st.text(max_size=200), st.text(max_size=200))
def test_what_is_kept_and_deleted_is_the_text_before_and_kept_and_inserted_that_after(
    before: str, after: str
) -> None:
    steps = set_against(before, after).steps
    if steps:
        assert "".join(text for operation, text in steps if operation != "insert") == before
        assert "".join(text for operation, text in steps if operation != "delete") == after


def test_a_changed_word_of_a_long_text_is_marked_and_the_rest_left_out_until_asked_for() -> None:
    text = "The city sorts its waste at the source and counts every load. " * 6
    changed = text[:186] + "The town" + text[194:]
    wording = set_against(text, changed)
    assert [step for step in wording.steps if step[0] != "equal"] == [
        ("delete", "ci"), ("insert", "tow"), ("delete", "ty"), ("insert", "n"),
    ] or [text for operation, text in wording.steps if operation != "equal"] == ["city", "town"]  # fmt: skip
    assert wording.is_long
    assert sum(len(text) for _, text in wording.short_steps) < LONG


def test_two_texts_that_take_long_to_compare_stand_one_after_the_other() -> None:
    assert set_against("ab" * 1000, "cd" * 1000).steps == ()


def test_languages_of_the_site_have_names() -> None:
    assert all(f"record.language.{code}" in entries() for code, _ in settings.LANGUAGES)
