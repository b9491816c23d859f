"""The library of countries' own factors."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from django.test import Client, override_settings
from tests.hub.people import person
from tests.hub.sample_world import login

from kyoso.core.errors import InputRefusedError
from kyoso.hub.accounts import services as accounts
from kyoso.hub.accounts.enums import Role
from kyoso.hub.evidence import selectors as runs
from kyoso.hub.evidence.inventory import library, sample, selectors
from kyoso.hub.evidence.inventory.models import Factor
from kyoso.hub.record.errors import NotAllowedError, WrongStateError
from kyoso.methods import registry, running

pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("inventory")]
COAL = "Sub-Bituminous Coal"


@pytest.fixture(scope="module", autouse=True)
def region(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[None]:
    """The sample logins and the sample factor, made once."""
    settings = {
        "KYOSO_HOME": tmp_path_factory.mktemp("home"),
        "KYOSO_SECOND_FACTOR_FOR": (),
        "PASSWORD_HASHERS": ["django.contrib.auth.hashers.MD5PasswordHasher"],
    }
    with override_settings(**settings), django_db_blocker.unblock(), transaction.atomic():
        accounts.load_sample_users(password="sample-only-2025")
        assert sample.load_sample_factors() == 1
        yield
        transaction.set_rollback(True)


def proposed(fuel: str = COAL, **more: Any) -> Factor:
    author = login("focal-a")
    wanted = {"country": "XAA", "from_year": 2030} | more
    return library.propose(sample.sampled(author, fuel), actor=author, **wanted)


def signed(name: str | None) -> Client:
    client = Client()
    if name is not None:
        client.force_login(login(name))
    return client


def test_a_factor_is_what_its_run_found_and_public_once_another_person_approved_it() -> None:
    one = proposed()
    assert (one.source, one.gas, one.unit, one.basis) == (COAL, "CO2", "kg/TJ", "net")
    assert one.lower < one.value < one.upper
    assert one.within_default is True
    public = person()
    assert not selectors.factors_visible_to(public).filter(pk=one.pk).exists()
    assert not runs.visible_to(public).filter(pk=one.run_id).exists()
    for user in (login("focal-a"), person(Role.FOCAL_POINT, country="XAB")):
        with pytest.raises(NotAllowedError):
            library.approve(one, actor=user, expected=one.version)
    Factor.objects.filter(sample=True).update(until_year=2029)
    one = library.approve(one, actor=login("ministry-a"), expected=one.version)
    assert selectors.factors_visible_to(public).filter(pk=one.pk).exists()
    assert runs.visible_to(public).filter(pk=one.run_id).exists()


def test_two_of_the_same_never_hold_in_one_year() -> None:
    second = proposed()
    with pytest.raises(WrongStateError):
        library.approve(second, actor=login("ministry-a"), expected=second.version)
    first = Factor.objects.get(sample=True)
    with pytest.raises(ValidationError):
        library.end(first, actor=login("ministry-a"), expected=first.version, until_year=1999)
    library.end(first, actor=login("ministry-a"), expected=first.version, until_year=2029)
    library.approve(second, actor=login("ministry-a"), expected=second.version)
    assert [one.holds_in(2029) for one in (Factor.objects.get(sample=True), second)] == [
        True,
        False,
    ]


def test_one_outside_the_default_range_needs_a_written_reason() -> None:
    with pytest.raises(ValidationError) as told:
        proposed("Natural Gas")
    assert list(told.value.error_dict) == ["why_outside"]
    assert proposed("Natural Gas", why_outside="it is coal").why_outside == "it is coal"


def test_the_file_of_a_country_is_taken_by_facility_reports_and_refused_out_of_its_years(
    tmp_path: Path,
) -> None:
    one = Factor.objects.get(sample=True)
    library.end(one, actor=login("ministry-a"), expected=one.version, until_year=2023)
    answer = signed(None).get("/en/factors/XAA/factors.csv")
    rows = list(csv.DictReader(io.StringIO(answer.content.decode())))
    (own,) = [row for row in rows if row["country"] == "XAA"]
    assert (own["source"], own["gas"], own["valid_from"], own["valid_until"]) == (
        COAL, "CO2", "2022", "2023",
    )  # fmt: skip
    assert float(own["value"]) == pytest.approx(one.value)
    method = registry.get("climate.transparency.facility-report")
    inputs = {"factors": tmp_path / "factors.csv"}
    inputs["factors"].write_bytes(answer.content)
    for name, text in (
        (
            "plan",
            f"facility,country,stream,unit_name,category,source,approach,tier\nF,XAA,S,B,1A1a,{COAL},calculation,2\n",
        ),
        ("activity", "facility,year,stream,quantity,unit\nF,{year},S,10,TJ\n"),
    ):
        inputs[name] = tmp_path / f"{name}.csv"
        inputs[name].write_text(text.replace("{year}", "2023"))
    found = running.run(method, inputs, {"rule_set": "asean-pasti"})
    lines = found.tables["lines"].arrow().to_pylist()
    (line,) = [row for row in lines if row["gas"] == "CO2"]
    assert line["mass"] == pytest.approx(10 * one.value / 1000)
    only_own = [row for row in rows if row["source"] != COAL or row["country"] == "XAA"]
    with inputs["factors"].open("w", newline="") as stream:
        writer = csv.DictWriter(stream, list(rows[0]))
        writer.writeheader()
        writer.writerows(only_own)
    inputs["activity"].write_text("facility,year,stream,quantity,unit\nF,2024,S,10,TJ\n")
    with pytest.raises(InputRefusedError):
        running.run(method, inputs, {"rule_set": "asean-pasti"})


def test_a_calorific_value_stands_in_every_row_of_its_fuel_and_years_are_cut_where_it_begins() -> (
    None
):
    first = Factor.objects.get(sample=True)
    later = Factor(
        country="XAA", source=COAL, quantity="net_calorific_value", value=19.5, lower=19, upper=20,
        from_year=2025, unit="TJ/Gg", run=first.run,
    )  # fmt: skip
    rows = [row for row in library.rows("XAA", [first, later]) if row["country"] == "XAA"]
    co2 = [row for row in rows if row["gas"] == "CO2"]
    assert [(row["valid_from"], row["valid_until"]) for row in co2] == [
        ("2022", "2024"), ("2025", "2100"),
    ]  # fmt: skip
    assert co2[0]["net_calorific_value"] != "19.5"
    assert {row["net_calorific_value"] for row in rows if row["valid_from"] == "2025"} == {"19.5"}
    assert {row["gas"] for row in rows if row["valid_from"] == "2025"} == {"CO2", "CH4", "N2O"}


def test_a_factor_is_handed_in_approved_and_looked_up_on_its_pages() -> None:
    author, other = signed("focal-a"), signed("ministry-a")
    run = sample.sampled(login("focal-a"))
    sent = {"run": str(run.pk), "country": "XAA", "from_year": "2031", "once": "f"}
    assert author.post("/en/factors/propose/", sent | {"from_year": ""}).status_code == 422
    path = author.post("/en/factors/propose/", sent)["Location"]
    one = Factor.objects.get(run=run)
    Factor.objects.filter(sample=True).update(until_year=2030)
    assert signed("focal-b").get(path).status_code == 404
    assert author.post(path, {"act": "approve", "version": one.version}).status_code == 403
    assert other.post(path, {"act": "return", "reason": "", "version": 1}).status_code == 422
    assert other.post(path, {"act": "approve", "version": one.version}).status_code == 302
    page = signed("focal-b").get("/en/factors/?q=bituminous").content.decode()
    assert path in page
    assert path not in signed("focal-b").get("/en/factors/?q=wood").content.decode()
    assert signed(None).get(path).status_code == 200
