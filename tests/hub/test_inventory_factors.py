"""The library of countries' own factors."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from tests.hub import sample_world as world
from tests.hub.people import person
from tests.hub.sample_world import login
from tests.hub.worlds import signed_up

from kyoso.core.errors import InputRefusedError
from kyoso.hub.accounts.enums import Role
from kyoso.hub.evidence import selectors as runs
from kyoso.hub.evidence.facilities import computing, reporting
from kyoso.hub.evidence.facilities import sample as facility_sample
from kyoso.hub.evidence.facilities import services as facilities
from kyoso.hub.evidence.facilities.models import Facility, Submission
from kyoso.hub.evidence.inventory import library, sample, selectors
from kyoso.hub.evidence.inventory.models import Factor
from kyoso.hub.record.errors import NotAllowedError, WrongStateError
from kyoso.hub.texts import say
from kyoso.methods import registry, running

pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("inventory")]
COAL = "Sub-Bituminous Coal"


@pytest.fixture(scope="module", autouse=True)
def region(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[None]:
    """The sample logins and the sample factor, made once."""
    with signed_up(django_db_blocker, tmp_path_factory.mktemp("home")):
        assert sample.load_sample_factors() == 1
        yield


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


# --- reports of facilities take them ------------------------------------------------------

COAL_ROW = replace(facility_sample.ROWS[0], category="1A1a", source=COAL, tier=2)


def planned(code: str) -> Facility:
    """A facility of XAA whose one stream burns coal at the tier of the country's own factors."""
    facility, operator = world.facility_of_a(code), login("operator-a")
    plan = facilities.begin_plan(facility, actor=operator, rule_set="asean-pasti", from_year=2020)
    plan = facilities.write_plan(
        plan, actor=operator, expected=plan.version, rule_set="asean-pasti", from_year=2020,
        rows=(COAL_ROW,),
    )  # fmt: skip
    plan = facilities.submit_plan(plan, actor=operator, expected=plan.version)
    facilities.approve_plan(plan, actor=login("ministry-a"), expected=plan.version)
    return facility


def handed_in(facility: Facility, year: int, cells: str = "10,TJ,NCV") -> Submission:
    one = reporting.begin(facility, actor=login("operator-a"), year=year)
    return world.handed_in(one, (cells,))


def lines(one: Submission) -> dict[str, Any]:
    assert one.run is not None
    return {line["gas"]: line for line in computing.lines_of(one.run)}


def test_a_stream_at_the_tier_of_the_country_takes_what_it_approved_for_the_year() -> None:
    own = Factor.objects.get(sample=True)
    one = handed_in(planned("F-20"), 2024)
    co2, methane = lines(one)["CO2"], lines(one)["CH4"]
    assert (co2["factor"], co2["factor_unit"], co2["factor_basis"]) == (
        pytest.approx(own.value), "kg/TJ", "NCV",
    )  # fmt: skip
    assert (co2["factor_lower"], co2["factor_upper"]) == (
        pytest.approx(own.lower), pytest.approx(own.upper),
    )  # fmt: skip
    assert co2["mass"] == pytest.approx(10 * own.value / 1000)
    office = world.organisation_of("ministry-a").name.en
    assert (
        f"approved factor of XAA, {COAL} CO2, in force from 2022, approved by {office} on "
        in (co2["factor_source"])
    )
    assert "2006 IPCC" in methane["factor_source"]
    assert (co2["tier"], methane["tier"]) == (2, 1)
    assert list(one.factors) == [str(own.pk)]
    page = signed("operator-a").get(f"/en/facilities/yearly/{one.report_id}/").content.decode()
    assert f"/en/factors/{own.pk}/" in page


def test_a_later_change_of_the_library_changes_nothing_handed_in_and_tells_who_took_the_old() -> (
    None
):
    own, ministry = Factor.objects.get(sample=True), login("ministry-a")
    one = handed_in(planned("F-21"), 2024)
    before = one.totals["total"]
    path, said = f"/en/factors/{own.pk}/", say("inventory.factor.outdated")["en"]
    assert said not in signed("ministry-a").get(path).content.decode()
    library.end(own, actor=ministry, expected=own.version, until_year=2023)
    following = proposed(from_year=2024)
    library.approve(following, actor=ministry, expected=following.version)
    one = reporting.publish(one, actor=ministry, expected=one.version)
    assert one.run is not None
    assert computing.digest_of(one, one.run) == one.digest
    assert one.totals["total"] == before
    page = signed("ministry-a").get(path).content.decode()
    assert said in page
    assert str(one.report_id) in page
    page = signed(None).get(f"/en/facilities/yearly/{one.report_id}/").content.decode()
    assert f"/en/factors/{following.pk}/" in page
    second = reporting.correct(one, actor=login("operator-a"), why="the factor of 2024")
    second = world.handed_in(second, ("10,TJ,NCV",))
    assert list(second.factors) == [str(following.pk)]
    assert second.digest != one.digest


def test_without_a_factor_of_the_year_the_tier_is_refused_with_the_remedy() -> None:
    own, ministry = Factor.objects.get(sample=True), login("ministry-a")
    facility = planned("F-22")
    library.end(own, actor=ministry, expected=own.version, until_year=2023)
    with pytest.raises(InputRefusedError) as refused:
        handed_in(facility, 2024)
    assert [(one.table, one.column, one.code) for one in refused.value.problems] == [
        ("activity", "year", "factor-dates")
    ]
    assert "2022–2023" in refused.value.problems[0].message.en
    Factor.objects.filter(pk=own.pk).update(source="Lignite")
    with pytest.raises(InputRefusedError) as refused:
        handed_in(facility, 2023)
    assert [(one.table, one.column, one.code) for one in refused.value.problems] == [
        ("plan", "tier", "country-factor")
    ]


def test_two_in_force_at_once_and_a_unit_or_basis_that_does_not_fit_are_named() -> None:
    own, facility = Factor.objects.get(sample=True), planned("F-23")
    Factor.objects.create(
        **{field: getattr(own, field) for field in ("country", "source", "quantity", "gas",
           "sector", "value", "lower", "upper", "unit", "basis", "samples", "run", "state",
           "approved_at")},
        from_year=2023,
    )  # fmt: skip
    with pytest.raises(InputRefusedError) as refused:
        handed_in(facility, 2024)
    assert ("plan", "tier", "country-factor") in [
        (one.table, one.column, one.code) for one in refused.value.problems
    ]
    Factor.objects.exclude(pk=own.pk).delete()
    with pytest.raises(InputRefusedError) as refused:
        handed_in(facility, 2024, "10,m3,")
    assert [one.code for one in refused.value.problems] == ["unit-fits"]
    Factor.objects.filter(pk=own.pk).update(quantity="as_sampled", basis="")
    with pytest.raises(InputRefusedError) as refused:
        handed_in(facility, 2024)
    assert [one.code for one in refused.value.problems] == ["heat-basis"]


def test_what_a_draft_foresaw_is_computed_again_where_the_library_changed_since() -> None:
    own, operator = Factor.objects.get(sample=True), login("operator-a")
    draft = reporting.begin(planned("F-24"), actor=operator, year=2024)
    draft = reporting.foresee(world.sent(draft, ("10,TJ,NCV",)), actor=operator)
    library.end(own, actor=login("ministry-a"), expected=own.version, until_year=2023)
    with pytest.raises(ValidationError) as told:
        reporting.submit(draft, actor=operator, expected=draft.version)
    assert "2022–2023" in told.value.messages[0]
