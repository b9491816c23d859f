"""Activity data typed into the page of a draft: the door is that of the workbook."""

from __future__ import annotations

import io
from dataclasses import replace
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

from kyoso import reference
from kyoso.climate.transparency.factors import per_unit
from kyoso.hub.accounts import services as accounts
from kyoso.hub.accounts.enums import Role
from kyoso.hub.accounts.models import User
from kyoso.hub.evidence.facilities import reporting, sample, services, sheets
from kyoso.hub.evidence.facilities.computing import lines_of
from kyoso.hub.evidence.facilities.enums import Approach, State
from kyoso.hub.evidence.facilities.models import Facility, Submission
from kyoso.hub.texts import say

pytestmark = pytest.mark.django_db
RIGHT = {"quantity": ("96000", "1.4", "42"), "unit": ("GJ", "kt", "kg")}


@pytest.fixture(autouse=True)
def people(settings: Settings, tmp_path: Path) -> None:
    """The sample logins, and a place for files."""
    settings.KYOSO_HOME = tmp_path
    accounts.load_sample_users(password="sample-only-2025")


@pytest.fixture
def facility() -> Facility:
    return facility_of_a("F-1")


@pytest.fixture
def draft(facility: Facility) -> Submission:
    world.approved_plan(facility)
    return reporting.begin(facility, actor=login("operator-a"), year=2024)


def of(user: User | str) -> Client:
    client = Client()
    client.force_login(login(user) if isinstance(user, str) else User.objects.get(pk=user.pk))
    return client


def page(one: Submission) -> str:
    return f"/en/facilities/submissions/{one.pk}/entries/"


def report(one: Submission) -> str:
    return f"/en/facilities/yearly/{one.report_id}/"


def typed(html: str, **columns: tuple[str, ...]) -> dict[str, str]:
    """The form of a page with some columns filled in, stream by stream."""
    cells = {
        f"activity-{at}-{name}": value
        for name, values in columns.items()
        for at, value in enumerate(values)
    }
    sent = fields(html)
    assert cells.keys() <= sent.keys()
    return {**sent, **cells, "act": "save"}


def written(one: Submission) -> list[tuple[str, str]]:
    return list(one.entries.values_list("quantity", "unit"))


# --- the whole way ------------------------------------------------------------------------


def test_what_is_typed_wrong_is_named_at_its_field_kept_and_then_put_right(
    draft: Submission,
) -> None:
    operator = of("operator-a")
    shown = get(operator, report(draft))
    assert f'href="{page(draft)}"' in shown
    shown = get(operator, page(draft))
    assert "Meter GM-1 ±2 % · Tier 1" in shown
    sent = typed(
        shown, quantity=("-96", "much", ""), unit=("TJ", "kt", "kg"), note=("invoice 7", "", "")
    )
    answer = operator.post(page(draft), sent)
    refused = answer.content.decode()
    assert answer.status_code == 422
    for at, stream in enumerate(("S1", "S2", "S3")):
        field = f"id_activity-{at}-quantity"
        assert f'<a href="#{field}">{stream}, Quantity</a>' in refused
        assert f'id="{field}_error"' in refused
    assert fields(refused) == {name: value for name, value in sent.items() if name != "act"}
    assert not draft.entries.exists()

    sent |= typed(refused, **RIGHT, heat_basis=("NCV", "", ""), uncertainty=("1.5", "", ""))
    answer = operator.post(page(draft), sent, follow=True)
    assert answer.redirect_chain == [(report(draft), 302)]
    assert "the report will come to" in answer.content.decode()
    assert written(draft) == list(zip(*RIGHT.values(), strict=True))
    first = draft.entries.get(stream__code="S1")
    assert (f"{first.uncertainty:f}", first.note) == ("1.500", "invoice 7")
    again = fields(get(operator, page(draft)))
    assert {name: value for name, value in again.items() if name != "version"} == {
        name: value for name, value in sent.items() if name not in ("act", "version")
    }
    version = again["version"]
    operator.post(page(draft), {**again, "act": "save"})
    assert fields(get(operator, page(draft)))["version"] == version, "nothing was changed"


def test_page_and_workbook_take_turns_and_come_to_the_same(
    draft: Submission, facility: Facility
) -> None:
    operator = of("operator-a")
    sent = typed(get(operator, page(draft)), **RIGHT, heat_basis=("NCV", "", ""))
    operator.post(page(draft), sent)
    answer = operator.get(f"/en/facilities/submissions/{draft.pk}/workbook.xlsx")
    book = openpyxl.load_workbook(io.BytesIO(b"".join(answer.streaming_content)))
    sheet = book["activity"]
    at = {str(cell.value).partition(" ")[0]: cell.column_letter for cell in sheet[1]}
    assert [sheet[f"{at[name]}2"].value for name in ("quantity", "unit", "heat_basis")] == [
        96000, "GJ", "NCV",
    ]  # fmt: skip
    sheet[f"{at['quantity']}3"], sheet[f"{at['note']}3"] = 1.5, "weighed again"
    stream = io.BytesIO()
    book.save(stream)
    file = SimpleUploadedFile("again.xlsx", stream.getvalue())
    version = hidden(get(operator, report(draft)), "version")
    operator.post(report(draft), {"act": "upload", "version": version, "file": file})
    shown = fields(get(operator, page(draft)))
    assert [shown[f"activity-1-{name}"] for name in ("quantity", "note")] == [
        "1.5",
        "weighed again",
    ]
    operator.post(page(draft), {**shown, "activity-1-quantity": "1.4", "act": "save"})
    draft.refresh_from_db()
    other = world.handed_in(
        reporting.begin(facility, actor=login("operator-a"), year=2023),
        ("96000,GJ,NCV", "1.4,kt,", "42,kg,"),
    )
    assert draft.totals == other.totals


def test_who_saw_an_older_version_is_shown_both_cell_by_cell_and_may_save_theirs(
    draft: Submission,
) -> None:
    operator = of("operator-a")
    old = typed(get(operator, page(draft)), **RIGHT, heat_basis=("NCV", "", ""))
    world.sent(draft, ("95,TJ,NCV", "1.4,kt,", "42,kg,"))
    answer = operator.post(page(draft), old)
    shown = answer.content.decode()
    assert answer.status_code == 409
    assert "S1, Quantity" in shown
    assert ("96000" in shown, ">95<" in shown) == (True, True)
    assert written(draft)[0] == ("95", "TJ")
    operator.post(page(draft), fields(shown))
    assert written(draft)[0] == ("96000", "GJ")


def test_factors_of_suppliers_stand_in_lines_of_which_there_is_always_one_more(
    facility: Facility,
) -> None:
    user, plan = login("operator-a"), world.written_plan(facility)
    row = services.Row(code="S4", unit="B1", source="Sample grid", approach=Approach.PURCHASED)
    plan = services.write_plan(
        plan, actor=user, expected=plan.version, rule_set=plan.rule_set, from_year=2022, rows=[row]
    )
    plan = services.submit_plan(plan, actor=user, expected=plan.version)
    services.approve_plan(plan, actor=login("ministry-a"), expected=plan.version)
    one, operator = reporting.begin(facility, actor=user, year=2024), of("operator-a")
    sent = typed(get(operator, page(one)), quantity=("5200",), unit=("MWh",))
    answer = operator.post(page(one), sent)
    assert answer.status_code == 422, "there is no factor yet"
    assert "Line 1, Grid, supplier or contract</a>" in answer.content.decode()
    more = operator.post(page(one), {**sent, "electricity-0-source": "x", "act": "more"})
    sent = {**fields(more.content.decode()), "act": "save"}
    assert (sent["activity-0-quantity"], sent["electricity-1-year"]) == ("5200", "2024")
    factor = {
        "source": "Sample grid", "method": "location", "gas": "CO2", "value": "0.6",
        "unit": "t/MWh",
    }  # fmt: skip
    sent |= {f"electricity-1-{name}": value for name, value in factor.items()}
    wrong = operator.post(page(one), sent).content.decode()
    assert "#id_electricity-0-value" in wrong, "a line that was begun is not passed over"
    sent["electricity-0-source"] = ""
    operator.post(page(one), sent)
    one.refresh_from_db()
    assert one.run is not None
    assert [line["co2e"] for line in lines_of(one.run)] == [pytest.approx(5200 * 0.6)]
    shown = fields(get(operator, page(one)))
    assert {name: shown[f"electricity-0-{name}"] for name in factor} == factor


# --- who, when, how often -----------------------------------------------------------------


def test_only_the_operator_types_and_only_into_a_draft(draft: Submission) -> None:
    get(of(person(Role.OPERATOR, country="XAA")), page(draft), 404)
    get(of("ministry-a"), page(draft), 404)
    get(of(person(Role.AUDITOR)), page(draft), 403)
    one = world.handed_in(draft)
    assert one.state == State.SUBMITTED
    get(of("operator-a"), page(one), 409)
    get(of("ministry-a"), page(one), 403)


def test_the_page_asks_as_often_for_fifty_streams_as_for_three(draft: Submission) -> None:
    operator = of("operator-a")

    def asked() -> int:
        get(operator, page(draft))
        with CaptureQueriesContext(connection) as found:
            get(operator, page(draft))
        return len(found)

    three = asked()
    stream = draft.plan.streams.get(code="S1")
    for number in range(4, 51):
        stream.pk, stream.code = None, f"S{number}"
        stream.save(force_insert=True)
    assert asked() == three


# --- the declaration ----------------------------------------------------------------------


def test_every_unit_that_is_offered_can_be_computed(draft: Submission) -> None:
    factors = {row["source"]: row for row in reference.load("ghg/factors_ipcc2006").rows}
    for stream in draft.plan.streams.select_related("unit")[:2]:
        offered = sheets.units_of(stream)
        row = factors[stream.source]
        numbers = {
            name: float(row[name]) if row[name] else None
            for name in row
            if name == "value" or name.startswith("net_calorific_value")
        }
        assert {"t", "kt", "TJ", "MWh"} <= set(offered)
        for unit in offered:
            assert per_unit({**row, **numbers}, unit)[0] > 0
    gas = sheets.units_of(draft.plan.streams.get(code="S3"))
    assert (gas[0], "t" in gas, "TJ" in gas) == ("kg", True, False)


def test_every_column_of_the_workbook_has_words_and_a_field(facility: Facility) -> None:
    plan = world.written_plan(facility)
    row = replace(sample.ROWS[0], code="S4", approach=Approach.PURCHASED)
    plan = services.write_plan(
        plan, actor=login("operator-a"), expected=plan.version, rule_set=plan.rule_set,
        from_year=2022, rows=[*sample.ROWS, row],
    )  # fmt: skip
    streams = list(plan.streams.select_related("unit"))
    tables = sheets.tables_of(plan, 2024, streams)
    assert [table.name for table in tables] == ["activity", "electricity"]
    known = sheets.planned(plan, 2024, streams[0])
    for table in tables:
        for name in set(table.names) - (known.keys() if table.name == "activity" else set()):
            assert say(f"facilities.column.{name}").ja
