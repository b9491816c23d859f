"""Pages of facilities: what is shown to whom, the workbook out and back, the forms."""

from __future__ import annotations

import io
import json
import re
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings
from tests.hub import sample_world as world
from tests.hub.browsing import fields, get, hidden
from tests.hub.people import person
from tests.hub.sample_world import facility_of_a, login

from kyoso.core.text import same
from kyoso.hub.accounts import services as accounts
from kyoso.hub.accounts.enums import Role
from kyoso.hub.accounts.models import User
from kyoso.hub.evidence import store
from kyoso.hub.evidence.facilities import plausible, reporting, services
from kyoso.hub.evidence.facilities.computing import lines_of
from kyoso.hub.evidence.facilities.desk import items
from kyoso.hub.evidence.facilities.enums import Approach
from kyoso.hub.evidence.facilities.models import Facility, Plan, Submission

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def people(settings: Settings, tmp_path: Path) -> None:
    """The sample logins, and a place for files."""
    settings.KYOSO_HOME = tmp_path
    accounts.load_sample_users(password="sample-only-2025")


@pytest.fixture
def facility() -> Facility:
    return facility_of_a("F-1")


def of(user: User | str) -> Client:
    client = Client()
    client.force_login(login(user) if isinstance(user, str) else User.objects.get(pk=user.pk))
    return client


def page(one: Submission) -> str:
    return f"/en/facilities/yearly/{one.report_id}/"


def draft(facility: Facility) -> Submission:
    world.approved_plan(facility)
    return reporting.begin(facility, actor=login("operator-a"), year=2024)


# --- who sees what ------------------------------------------------------------------------


def test_the_public_reads_that_there_is_nothing_until_something_is_published(
    facility: Facility,
) -> None:
    assert "No facility has published a report yet." in get(Client(), "/en/facilities/")
    one = world.handed_in(draft(facility))
    get(Client(), f"/en/facilities/{facility.pk}/", 404)
    get(Client(), page(one), 404)
    get(of(person(Role.OPERATOR, country="XAA")), page(one), 404)
    reporting.publish(one, actor=login("ministry-a"), expected=one.version)
    for address in ("/en/facilities/", f"/ja/facilities/{facility.pk}/"):
        assert "Plant F-1" in get(Client(), address)
    shown = get(Client(), page(one))
    assert "56,100 (54,300–58,300) kg/TJ" in shown
    assert f"/en/runs/{one.run_id}/?of=lines&amp;row=2" in shown
    assert get(Client(), f"/en/runs/{one.run_id}/")
    assert "Activity data" not in shown
    get(Client(), f"/en/facilities/plans/{one.plan_id}/", 404)
    get(Client(), f"/en/facilities/submissions/{one.pk}/file", 404)


def test_the_regulator_is_not_shown_a_draft_and_is_shown_what_is_handed_in(
    facility: Facility,
) -> None:
    one = draft(facility)
    ministry = of("ministry-a")
    assert "No version that you may see." in get(ministry, page(one))
    world.handed_in(one)
    assert 'value="publish"' in get(ministry, page(one))
    assert [str(item.act) for item in items(login("ministry-a"))] != []


def test_without_a_verifier_a_large_report_says_what_it_waits_for(facility: Facility) -> None:
    one = world.handed_in(draft(facility), ("500,TJ,NCV", "1.4,kt,", "42,kg,"))
    shown = get(of("ministry-a"), page(one))
    assert "needs the statement of a verifier" in shown
    assert 'value="publish"' not in shown


# --- the workbook -------------------------------------------------------------------------


def test_a_workbook_goes_out_filled_comes_back_wrong_is_told_so_and_then_right(
    facility: Facility,
) -> None:
    one, operator = draft(facility), of("operator-a")
    answer = operator.get(f"/en/facilities/submissions/{one.pk}/workbook.xlsx")
    book = openpyxl.load_workbook(io.BytesIO(b"".join(answer.streaming_content)))
    sheet = book["activity"]
    at = {str(cell.value): cell.column_letter for cell in sheet[1]}
    streams = [sheet[f"{at['stream']}{row}"].value for row in (2, 3, 4)]
    units = [sheet[f"{at['expected_unit']}{row}"].value for row in (2, 3, 4)]
    assert (streams, units) == (["S1", "S2", "S3"], ["TJ", "TJ", "kg"])
    assert sheet[f"{at['quantity']}2"].value is None

    def send(*rows: tuple[object, str, str | None]) -> str:
        for number, (quantity, unit, basis) in enumerate(rows, start=2):
            sheet[f"{at['quantity']}{number}"] = quantity
            sheet[f"{at['unit']}{number}"] = unit
            sheet[f"{at['heat_basis']}{number}"] = basis
        stream = io.BytesIO()
        book.save(stream)
        sent = SimpleUploadedFile("filled.xlsx", stream.getvalue())
        version = hidden(get(operator, page(one)), "version")
        answer = operator.post(
            page(one), {"act": "upload", "version": version, "file": sent}, follow=True
        )
        return answer.content.decode()

    wrong = send((-96, "TJ", "NCV"), ("much", "kt", None), (42, "kg", None))
    assert "2 faults in the file" in wrong
    for place in (f"cell {at['quantity']}2", f"cell {at['quantity']}3"):
        assert place in wrong
    assert not one.entries.exists()
    right = send((96000, "GJ", "NCV"), (1.4, "kt", None), (42, "kg", None))
    assert "faults in the file" not in right
    assert list(one.entries.values_list("quantity", "unit")) == [
        ("96000", "GJ"), ("1.4", "kt"), ("42", "kg"),
    ]  # fmt: skip
    version = hidden(right, "version")
    done = operator.post(page(one), {"act": "submit", "version": version}, follow=True)
    assert "Line by line" in done.content.decode()


def test_bought_electricity_is_computed_with_the_factors_of_its_own_sheet(
    facility: Facility,
) -> None:
    plan, user = world.written_plan(facility), login("operator-a")
    row = services.Row(
        code="S4", unit="B1", source="Sample grid", approach=Approach.PURCHASED, meter="EM-1"
    )
    plan = services.write_plan(
        plan, actor=user, expected=plan.version, rule_set=plan.rule_set, from_year=2022, rows=[row]
    )
    plan = services.submit_plan(plan, actor=user, expected=plan.version)
    services.approve_plan(plan, actor=login("ministry-a"), expected=plan.version)
    one, operator = reporting.begin(facility, actor=user, year=2024), of("operator-a")
    answer = operator.get(f"/en/facilities/submissions/{one.pk}/workbook.xlsx")
    book = openpyxl.load_workbook(io.BytesIO(b"".join(answer.streaming_content)))

    def put(sheet: str, values: dict[str, object]) -> None:
        for cell in book[sheet][1]:
            if (name := str(cell.value).partition(" ")[0]) in values:
                book[sheet][f"{cell.column_letter}2"] = values[name]

    put("activity", {"quantity": 5200, "unit": "MWh"})
    put(
        "electricity",
        {"source": "Sample grid", "country": "XAA", "year": 2024, "method": "location",
         "gas": "CO2", "value": 0.6, "unit": "t/MWh"},
    )  # fmt: skip
    stream = io.BytesIO()
    book.save(stream)
    sent = SimpleUploadedFile("filled.xlsx", stream.getvalue())
    operator.post(page(one), {"act": "upload", "version": str(one.version), "file": sent})
    one.refresh_from_db()
    assert one.entries.get().quantity == "5200"
    one = reporting.submit(one, actor=user, expected=one.version)
    assert one.run is not None
    assert [line["co2e"] for line in lines_of(one.run)] == [pytest.approx(5200 * 0.6)]


def test_a_form_sent_without_a_file_or_with_another_kind_says_so(facility: Facility) -> None:
    one, operator = draft(facility), of("operator-a")
    given = {"act": "upload", "version": str(one.version)}
    answer = operator.post(page(one), given)
    assert (answer.status_code, "choose a file" in answer.content.decode()) == (422, True)
    sent = {**given, "file": SimpleUploadedFile("a.pdf", b"x")}
    assert "send .xlsx or .csv" in operator.post(page(one), sent).content.decode()


# --- forms --------------------------------------------------------------------------------


def test_a_facility_comes_to_an_approved_plan_by_the_forms_alone() -> None:
    ministry, operator = of("ministry-a"), of("operator-a")
    given = {"country": "XAA", "code": "N-1", "name_en": "New", "name_ja": "新", "once": "a"}
    for _ in range(2):
        answer = ministry.post("/en/facilities/register/", given)
    facility = Facility.objects.get(code="N-1")
    assert answer.headers["Location"] == f"/en/facilities/{facility.pk}/"
    own = world.organisation_of("operator-a").pk
    add = f"/en/facilities/{facility.pk}/add"
    ministry.post(f"{add}/operator/", {"organisation": own, "since": "2024-01-01"})
    ministry.post(
        f"{add}/permit/", {"number": "1", "issuer": "M", "since": "2024-01-01", "until": ""}
    )
    operator.post(f"{add}/unit/", {"code": "B1", "name": "Boiler"})
    answer = operator.post(f"{add}/plan/", {"rule_set": "jp-shk", "from_year": "2024"})
    plan = Plan.objects.get(facility=facility)
    write = f"/en/facilities/plans/{plan.pk}/write/"
    assert answer.headers["Location"] == write
    sent = fields(get(operator, write)) | {"row-0-code": "S1", "row-0-category": "1A2d"}
    refused = operator.post(write, sent)
    assert (refused.status_code, plan.streams.count()) == (422, 0)
    operator.post(write, sent | {"row-0-source": "Natural Gas"})
    assert plan.streams.get().source == "Natural Gas"
    to = f"/en/facilities/plans/{plan.pk}/"
    operator.post(to, {"act": "submit", "version": hidden(get(operator, to), "version")})
    shown = get(ministry, to)
    answer = ministry.post(to, {"act": "return", "reason": "", "version": hidden(shown, "version")})
    assert "say why" in answer.content.decode()
    ministry.post(to, {"act": "approve", "version": hidden(shown, "version")})
    plan.refresh_from_db()
    assert plan.state == "approved"


def test_who_saw_an_older_version_is_shown_both(facility: Facility) -> None:
    plan, operator = world.written_plan(facility), of("operator-a")
    write = f"/en/facilities/plans/{plan.pk}/write/"
    old = fields(get(operator, write))
    operator.post(write, old | {"row-0-meter": "GM-7"})
    assert operator.post(write, old | {"row-0-meter": "GM-8"}).status_code == 409
    assert plan.streams.get(code="S1").meter == "GM-7"


# --- lists --------------------------------------------------------------------------------


def queries(client: Client, address: str) -> int:
    client.get(address)
    with CaptureQueriesContext(connection) as asked:
        get(client, address)
    return len(asked)


def test_the_list_asks_as_often_for_fifty_facilities_as_for_one(facility: Facility) -> None:
    ministry = of("ministry-a")
    one = queries(ministry, "/en/facilities/")
    for number in range(49):
        other = services.register(
            actor=None, code=f"G-{number}", name=same(f"Plant {number}"), country="XAA"
        )
        services.set_operator(
            other, actor=None, organisation=world.organisation_of("operator-a"),
            since=date(2024, 1, 1),
        )  # fmt: skip
    assert queries(ministry, "/en/facilities/") == one


def test_a_facility_asks_as_often_with_fifty_units_and_permits_as_with_one(
    facility: Facility,
) -> None:
    operator, address = of("operator-a"), f"/en/facilities/{facility.pk}/"
    one = queries(operator, address)
    for number in range(49):
        services.add_unit(facility, actor=None, code=f"U{number}", name="Unit")
        services.add_permit(
            facility, actor=None, number=str(number), issuer="M", since=date(2024, 1, 1)
        )
    assert queries(operator, address) == one


def test_the_desk_asks_as_often_for_five_plans_as_for_one() -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as found:
            list(items(login("ministry-a")))
        return len(found)

    def submitted(code: str) -> None:
        plan = world.written_plan(facility_of_a(code))
        services.submit_plan(plan, actor=login("operator-a"), expected=plan.version)

    submitted("H-1")
    one = asked()
    for number in range(2, 6):
        submitted(f"H-{number}")
    assert (asked(), len(list(items(login("ministry-a"))))) == (one, 5)


# --- what to look at ----------------------------------------------------------------------


def published(facility: Facility, year: int, given: tuple[str, ...]) -> Submission:
    begun = reporting.begin(facility, actor=login("operator-a"), year=year)
    one = world.handed_in(begun, given)
    return reporting.publish(one, actor=login("ministry-a"), expected=one.version)


def test_ten_times_the_gas_of_earlier_years_is_told_before_it_is_handed_in(
    facility: Facility,
) -> None:
    plan = world.approved_plan(facility)
    Plan.objects.filter(pk=plan.pk).update(from_year=2020)
    operator = of("operator-a")

    def send(one: Submission, gas: str) -> str:
        sent = SimpleUploadedFile(
            "d.csv", world.sheet("F-1", 2025, (f"{gas},TJ,NCV", "1.4,kt,", "42,kg,"))
        )
        version = hidden(get(operator, page(one)), "version")
        answer = operator.post(
            page(one), {"act": "upload", "version": version, "file": sent}, follow=True
        )
        shown = answer.content.decode()
        assert answer.redirect_chain == [(page(one), 302)], shown
        return shown

    for year, gas in ((2021, 39), (2022, 41), (2023, 40.5), (2024, 39.5)):
        published(facility, year, (f"{gas},TJ,NCV", f"1.{gas * 10:g},kt,", f"{gas + 2},kg,"))
    one = reporting.begin(facility, actor=login("operator-a"), year=2025)
    shown = send(one, "400")
    # The median of 39, 39.5, 40.5 and 41 is 40; their median distance from it 0.75: 5 · 1.4826 ·
    # 0.75 = 5.56 is less than 25 % of 40, which is always usual: 30 to 50.
    assert "400 TJ" in shown
    assert "30 … 50 TJ" in shown
    assert "the report will come to" in shown
    spoken = get(operator, page(one).replace("/en/", "/ja/"))
    assert "30 … 50 TJ" in spoken
    assert "天然ガス" in spoken
    assert re.search(r'<span class="soft">\s*量</span>', spoken)
    _, _, acts = spoken.partition('<h2 id="history">')
    assert f"{facility.name.ja}：2025年の報告" in acts
    assert f"{facility.name.ja}、計画1" in acts
    assert str(facility.pk) not in acts
    assert "asean-pasti" not in acts
    one.refresh_from_db()
    run = one.run_id
    # A hundred times off the largest is a wrong unit: it is named, and not handed in.
    shown = send(one, "40000")
    one.refresh_from_db()
    assert one.run_id not in (None, run)
    version = hidden(shown, "version")
    refused = operator.post(page(one), {"act": "submit", "version": version})
    assert "a unit is likely wrong" in refused.content.decode()
    assert refused.status_code == 422
    shown = send(one, "400")
    one.refresh_from_db()
    run = one.run_id
    operator.post(page(one), {"act": "submit", "version": hidden(shown, "version")})
    one.refresh_from_db()
    assert (one.state, one.run_id) == ("submitted", run), "it is not calculated twice"
    assert "30 … 50 TJ" in get(of("ministry-a"), page(one))


def test_without_history_one_line_says_so_and_peers_count_once_they_are_published(
    facility: Facility,
) -> None:
    one = world.handed_in(draft(facility))
    looked = plausible.looked_at(one)
    assert looked is not None
    assert (looked.errors, looked.few_years) == ([], True)
    assert get(of("operator-a"), page(one)).count("Not enough history") == 1
    other = facility_of_a("F-2")
    theirs = world.handed_in(draft(other))
    assert list(plausible.others(one)) == []
    reporting.publish(theirs, actor=login("ministry-a"), expected=theirs.version)
    assert [peer.pk for peer in plausible.others(one)] == [theirs.pk]
    Submission.objects.filter(pk=theirs.pk).update(withheld=True)
    assert list(plausible.others(one)) == []


def test_what_was_found_is_kept_until_what_it_rests_on_is_another(facility: Facility) -> None:
    one = world.handed_in(draft(facility))
    assert one.run is not None
    first = plausible.looked_at(one)
    kept = json.loads(store.remembered(one.run.pk, plausible.KEPT) or b"")
    store.remember(
        one.run.pk, plausible.KEPT, json.dumps({**kept, "few_years": "as kept"}).encode()
    )
    again = plausible.looked_at(one)
    assert again is not None
    assert again.few_years == "as kept"
    theirs = world.handed_in(draft(facility_of_a("F-2")))
    reporting.publish(theirs, actor=login("ministry-a"), expected=theirs.version)
    assert plausible.looked_at(one) == first
    kept = json.loads(store.remembered(one.run.pk, plausible.KEPT) or b"")
    assert kept["rests"]["peers"] == [[str(theirs.run_id), str(theirs.report.facility_id)]]
