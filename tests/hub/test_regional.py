"""The uncertainty of the region: made of published inventories, published, through services and pages."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from tests.hub.people import person
from tests.hub.sample_world import login
from tests.hub.worlds import signed_up

from kyoso.core.errors import InputRefusedError
from kyoso.hub.accounts.enums import Role
from kyoso.hub.accounts.models import User
from kyoso.hub.evidence import selectors as runs
from kyoso.hub.evidence.facilities import sample as facilities
from kyoso.hub.evidence.inventory import (
    computing,
    desk,
    gathering,
    regional,
    regional_showing,
    sample,
    selectors,
    services,
)
from kyoso.hub.evidence.inventory.enums import RegionalState
from kyoso.hub.evidence.inventory.models import Inventory, Regional
from kyoso.hub.evidence.inventory.results import rows_of
from kyoso.hub.record.errors import NotAllowedError, WrongStateError

pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("regional")]

BASE, YEAR = sample.YEARS
HALF = 0.5


@pytest.fixture(scope="module", autouse=True)
def region(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[None]:
    """The sample inventories of XAA, those of XAB at half their size; XAC has the later year alone."""
    with signed_up(django_db_blocker, tmp_path_factory.mktemp("home")):
        facilities.load_sample_facilities()
        sample.load_sample_inventories()
        for country, years in (("XAB", (BASE, YEAR)), ("XAC", (YEAR,))):
            for year in years:
                brought_out(begun(country, year), int(year == YEAR))
        yield


def begun(country: str, year: int) -> Inventory:
    return services.begin(actor=None, country=country, year=year)


def brought_out(one: Inventory, at: int, **asked: Any) -> Inventory:
    one = sample.calculated(one, None, at, scale=HALF, **asked)
    one = services.submit(one, actor=None, expected=one.version)
    one = services.accept(one, actor=None, expected=one.version)
    return services.publish(one, actor=None, expected=one.version)


def again(country: str, **asked: Any) -> Inventory:
    """The next number of a country's later year."""
    now = Inventory.objects.get(country=country, year=YEAR, state="published")
    return brought_out(
        services.recalculate(now, actor=None, cause="error", why="a slip"), 1, **asked
    )


def made(actor: User | None = None) -> Regional:
    return regional.make(actor=actor, year=YEAR, base_year=BASE, gwp="AR5", sample=True)


def signed(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_both_approaches_take_the_rows_of_all_countries_and_the_factor_that_they_share() -> None:
    """Level of Approach 1 in exact terms: Σ(U_A·D)² + Σ(U_F·ΣD)², the sum over who shares inside."""
    one = made(login("secretariat"))
    rows = rows_of(one.run, "inventory")
    assert {row["country"] for row in rows} == {"XAA", "XAB"}
    square, shared = 0.0, 0.0
    for row in rows:
        square += (row["activity_uncertainty"] * row["current"]) ** 2
        if row["shared_factor"] == sample.SHARED:
            shared += row["factor_uncertainty"] * row["current"]
        else:
            square += (row["factor_uncertainty"] * row["current"]) ** 2
    level = math.sqrt(square + shared**2) / sum(row["current"] for row in rows)
    (total,) = rows_of(one.run, "total")
    assert total["level_uncertainty"] == pytest.approx(level, rel=1e-9)
    assert total["level_uncertainty_independent"] < total["level_uncertainty"]
    (drawn,) = rows_of(one.drawn_run, "total")
    assert drawn["level_uncertainty"] == pytest.approx(level, rel=0.1)
    ((name, _, places),) = regional_showing.shared(one)
    assert (name, len(places)) == (sample.SHARED, 2)
    assert math.fsum(float(each.share) for each in regional_showing.countries(one)) == (
        pytest.approx(100, abs=0.11)
    )


def test_what_is_not_in_it_is_told_with_its_reason() -> None:
    one = made()
    assert one.made["left_out"] == [{"country": "XAC", "why": "no_base"}]
    (of_a,) = (each for each in one.made["countries"] if each["country"] == "XAA")
    assert ["2F1", "HFC134a"] in [each[:2] for each in of_a["missing"]]
    assert 99.0 < float(of_a["covered"]) < 100.0


def test_a_country_on_other_potentials_or_without_uncertainties_is_named() -> None:
    other = services.begin(actor=None, country="XAC", year=BASE, gwp="AR6")
    brought_out(other, 0)
    again("XAB", uncertainty=())
    left = {each["country"]: each["why"] for each in made().made["left_out"]}
    assert left == {"XAC": "base_other_gwp", "XAB": "not_stated"}


def test_who_made_it_does_not_publish_it_and_a_colleague_does() -> None:
    maker, other = login("secretariat"), login("secretariat2")
    one = made(maker)
    with pytest.raises(NotAllowedError):
        regional.publish(one, actor=maker, expected=one.version)
    for name in ("auditor", "focal-a", "ministry-a"):
        with pytest.raises(NotAllowedError):
            regional.publish(one, actor=login(name), expected=one.version)
        with pytest.raises(NotAllowedError):
            made(login(name))
    done = regional.publish(one, actor=other, expected=one.version)
    assert done.state == RegionalState.PUBLISHED
    assert regional.publish(one, actor=other, expected=one.version).version == done.version


def test_a_draft_waits_on_the_desks_of_the_secretariat_but_for_who_made_it() -> None:
    maker, colleague = login("secretariat"), login("secretariat2")
    one = made(maker)
    key = f"inventory/region/{one.pk}/{one.version}"
    assert [item.key for item in desk.items(colleague)] == [key]
    assert not list(desk.items(maker))
    regional.publish(one, actor=colleague, expected=one.version)
    assert not list(desk.items(colleague))


def test_newly_published_inventories_make_it_the_next_number() -> None:
    first = made(login("secretariat"))
    first = regional.publish(first, actor=login("secretariat2"), expected=first.version)
    assert made(login("secretariat")) == first
    again("XAB")
    assert regional.is_outdated(first)
    second = made(login("secretariat2"))
    assert (second.number, second.state) == (2, RegionalState.DRAFT)
    again("XAB")
    with pytest.raises(WrongStateError, match="other inventories"):
        regional.publish(second, actor=login("secretariat"), expected=second.version)
    third = made(login("secretariat"))
    assert (third.pk, sorted(third.authors)) == (
        second.pk,
        sorted(login(name).pk for name in ("secretariat", "secretariat2")),
    )
    with pytest.raises(NotAllowedError):
        regional.publish(third, actor=login("secretariat2"), expected=third.version)
    regional.publish(third, actor=person(Role.SECRETARIAT), expected=third.version)
    first.refresh_from_db()
    assert first.state == RegionalState.REPLACED


def test_countries_that_contradict_each_other_on_a_factor_are_refused_by_name() -> None:
    other = tuple(
        (*row[:3], 45.0, row[4]) if row[4] == sample.SHARED else row for row in sample.UNCERTAINTY
    )
    again("XAB", uncertainty=other)
    with pytest.raises(ValidationError) as refused:
        made()
    (said,) = refused.value.messages
    assert sample.SHARED in said
    assert "XAA 3C7 CH4: 60 %; XAB 3C7 CH4: 45 %" in said
    choice = {"of": f"{YEAR}-{BASE}-AR5-sample"}
    answer = signed(login("secretariat")).post("/en/inventories/region/", choice)
    assert answer.status_code == 422
    assert "XAB 3C7 CH4: 45 %" in answer.content.decode()
    assert not Regional.objects.exists()


def test_a_workbook_that_contradicts_itself_on_a_factor_is_refused_at_its_cell() -> None:
    both = (("3C7", "CH4", 10.0, 60.0, "rice"), ("4A", "CH4", 10.0, 45.0, "rice"))
    one = begun("XAC", 2019)
    with pytest.raises(InputRefusedError) as refused:
        sample.calculated(one, None, uncertainty=both)
    assert [line.partition("; ")[0] for line in refused.value.lines("en")] == [
        "uncertainty: row 3, column factor_uncertainty, sheet uncertainty, cell D3: 45: "
        "3C7 CH4 has 60.0 for the same factor"
    ]


def test_the_list_asks_the_database_as_often_for_one_as_for_several(
    django_assert_num_queries: Any,
) -> None:
    one = made()
    regional.publish(one, actor=None, expected=one.version)
    path = "/en/inventories/region/"
    Client().get(path)
    with CaptureQueriesContext(connection) as asked:
        Client().get(path)
    for at in range(5):
        Regional.objects.create(
            year=1990 + at, base_year=1989 + at, gwp="AR5", run=one.run, state="published",
            published_at=timezone.now(),
        )  # fmt: skip
    with django_assert_num_queries(len(asked)):
        assert Client().get(path).status_code == 200


def test_what_is_too_wide_to_be_drawn_has_approach_1_alone_and_says_so() -> None:
    wide = tuple((*row[:3], 400.0, None) for row in sample.UNCERTAINTY)
    again("XAB", uncertainty=wide)
    one = made()
    assert (one.drawn_run, computing.can_be_drawn([])) == (None, True)
    page = signed(login("secretariat")).get(f"/en/inventories/region/{one.pk}/").content.decode()
    assert "Approach 2 (Monte Carlo) was not run" in page


def test_without_a_country_of_both_years_nothing_is_made() -> None:
    with pytest.raises(WrongStateError, match="no country has both years"):
        regional.make(actor=None, year=YEAR, base_year=1999, gwp="AR5", sample=True)


def test_it_is_made_published_and_read_on_the_pages() -> None:
    public, maker, other = Client(), signed(login("secretariat")), signed(login("secretariat2"))
    path = "/en/inventories/region/"
    assert "has not been published yet" in public.get(path).content.decode()
    assert gathering.choices()[0] == (YEAR, BASE, "AR5", True, 2)
    answer = maker.post(path, {"of": f"{YEAR}-{BASE}-AR5-sample", "once": "a" * 32})
    assert answer.status_code == 302
    page = answer["Location"]
    one = Regional.objects.get()
    assert public.get(page).status_code == 404
    assert signed(login("focal-a")).get(page).status_code == 404
    assert not runs.visible_to(login("focal-a")).filter(pk=one.run_id).exists()
    published = {"act": "publish", "version": one.version}
    assert maker.post(page, published).status_code == 403
    assert other.post(page, published).status_code == 302
    for language in ("en", "ja"):
        read = public.get(f"/{language}/inventories/region/{one.pk}/")
        assert read.status_code == 200
        for inventory in one.parts.values_list("inventory", flat=True):
            assert f"/{language}/inventories/{inventory}/" in read.content.decode()
    assert public.get(f"/en/runs/{one.drawn_run_id}/").status_code == 200
    assert f"/inventories/region/{one.pk}/" in public.get(path).content.decode()
    assert list(selectors.regionals_visible_to(login("focal-a"))) == [one]
