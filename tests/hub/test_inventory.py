"""National inventories: built, accepted, published, recalculated, through services and pages."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import translation
from tests.hub import sample_world as world
from tests.hub.people import person
from tests.hub.sample_world import GAS, counted, login
from tests.hub.worlds import signed_up

from kyoso.core.errors import InputRefusedError
from kyoso.hub.accounts.enums import Role
from kyoso.hub.evidence import selectors as runs
from kyoso.hub.evidence import services as evidence
from kyoso.hub.evidence import store
from kyoso.hub.evidence.enums import Origin
from kyoso.hub.evidence.facilities import reporting
from kyoso.hub.evidence.facilities import sample as facilities
from kyoso.hub.evidence.facilities import services as facility_services
from kyoso.hub.evidence.facilities.models import Facility, Submission
from kyoso.hub.evidence.inventory import (
    computing,
    desk,
    library,
    sample,
    selectors,
    services,
    sheets,
    showing,
)
from kyoso.hub.evidence.inventory.enums import State
from kyoso.hub.evidence.inventory.models import Inventory
from kyoso.hub.evidence.inventory.results import rows_of
from kyoso.hub.record.errors import ConflictError, NotAllowedError, WrongStateError
from kyoso.hub.record.models import Event
from kyoso.methods import registry
from kyoso.publishing import workbooks
from kyoso.tables.given import schema

pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("inventory")]


@pytest.fixture(scope="module", autouse=True)
def region(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[None]:
    """The sample facility and the sample inventories, made once."""
    with signed_up(django_db_blocker, tmp_path_factory.mktemp("home")):
        facilities.load_sample_facilities()
        assert sample.load_sample_inventories() == 2
        yield


def published(year: int = sample.YEARS[1]) -> Inventory:
    return Inventory.objects.get(country="XAA", year=year, state=State.PUBLISHED)


def begun(year: int = 2019) -> Inventory:
    return services.begin(actor=login("focal-a"), country="XAA", year=year)


def handed_in(one: Inventory) -> Inventory:
    return services.submit(one, actor=login("focal-a"), expected=one.version)


def accepted(one: Inventory) -> Inventory:
    return services.accept(one, actor=login("ministry-a"), expected=one.version)


def brought_out(one: Inventory) -> Inventory:
    one = accepted(handed_in(one))
    return services.publish(one, actor=login("ministry-a"), expected=one.version)


def corrected(quantity: str) -> Submission:
    """The sample facility publishes a new version with another quantity of natural gas."""
    report = Facility.objects.get(code=facilities.CODE).reports.get(year=facilities.PUBLISHED)
    first = report.submissions.get(state="published")
    second = reporting.correct(first, actor=login("operator-a"), why="a bill came late")
    second = world.handed_in(second, (f"{quantity},TJ,NCV", "1.4,kt,", "42,kg,"))
    return reporting.publish(second, actor=login("ministry-a"), expected=second.version)


def signed(name: str | None) -> Client:
    client = Client()
    if name is not None:
        client.force_login(login(name))
    return client


# --- what an inventory comes to -----------------------------------------------------------


def test_totals_are_those_of_statistics_estimates_and_facilities_together() -> None:
    """Clinker 0.52 t CO2/t (2006 IPCC Guidelines, Volume 3, Equation 2.4); AR5: CH4 28, HFC-134a 1,300."""
    totals = published().totals
    categories = {code: Fraction(value) for code, value in totals["categories"].items()}
    assert categories["2A1"] == Fraction(525_000) * Fraction("0.52")
    assert categories["3C7"] == 60_700 * 28
    assert categories["2F1"] == Fraction("0.042") * 1300
    assert categories["3B"] == -1_180_000
    assert sum(categories[code] for code in "1234") == pytest.approx(Fraction(totals["total"]))
    assert Fraction(totals["without_lulucf"]) - Fraction(totals["total"]) == 1_180_000


def test_facilities_are_part_of_what_statistics_tell_and_the_rest_is_added() -> None:
    """96 of 425 TJ of natural gas; 56,100 kg CO2/TJ (2006 IPCC Guidelines, Volume 2, Table 2.3)."""
    row = next(
        one for one in showing.reconciled(published()) if (one.category, one.unit) == ("1A2", "TJ")
    )
    assert (row.national, row.facilities, row.residual) == ("425", "96", "329")
    found = next(
        one
        for one in rows_of(published().run, "inventory")
        if (one["category"], one["gas"], one["item"]) == ("1A2", "CO2", "total")
    )
    assert found["total"] == pytest.approx(425 * 56.1)
    assert found["from_facilities"] == pytest.approx(96 * 56.1)


def test_what_stands_at_categories_themselves_adds_up_to_the_total() -> None:
    one = published()
    own = computing.own_values(one.run)
    assert sum(each.co2e for each in own) == pytest.approx(float(one.totals["total"]))
    assert {each.category for each in own} >= {"1A2", "1A2d", "2F1"}


def test_key_categories_are_found_against_the_earliest_published_year() -> None:
    one = published()
    assert one.base_year == sample.YEARS[0]
    assert published(sample.YEARS[0]).key_run is None
    keys = {branch.code for branch in showing.tree(one) if branch.key}
    assert {"1A1a", "3A1", "3C7"} <= keys
    assert "2F1" not in keys


def test_the_uncertainty_of_the_total_is_told_with_the_share_that_it_was_stated_for() -> None:
    """Approach 1, level: the root of the sum of squares (2006 IPCC Guidelines, V1, Equation 3.2)."""
    one = published()
    found = showing.uncertainty(one)
    assert found is not None
    assert published(sample.YEARS[0]).uncertainty_run is None
    given = rows_of(one.uncertainty_run, "inventory")
    squares = sum(
        (row["current"] ** 2) * (row["activity_uncertainty"] ** 2 + row["factor_uncertainty"] ** 2)
        for row in given
    )
    assert len(given) == 8
    first, second = found.approaches
    assert first.level == f"{squares**0.5 / sum(row['current'] for row in given):.1f}"
    assert (second.number, second.run) == (2, one.drawn_run_id)
    assert float(second.level) == pytest.approx(float(first.level), rel=0.1)
    assert {row["shared_factor"] for row in given} == {None, sample.SHARED}
    assert 99.0 < float(found.covered) < 100.0


# --- from draft to public -----------------------------------------------------------------


def test_a_country_has_one_inventory_of_a_year_and_only_its_people_begin_it() -> None:
    one = begun()
    assert begun() == one
    for role, country in (
        (Role.FOCAL_POINT, "XAB"),
        (Role.OPERATOR, "XAA"),
        (Role.SECRETARIAT, ""),
    ):
        with pytest.raises(NotAllowedError):
            services.begin(actor=person(role, country=country), country="XAA", year=2016)


def test_all_faults_of_a_workbook_come_at_once_and_nothing_is_taken_over() -> None:
    one = begun()
    with pytest.raises(InputRefusedError) as told:
        counted(one, "1A1a,Unobtainium,1,TJ", "1A1a,Natural Gas,-5,TJ", "1A1,Natural Gas,9,TJ")
    assert {(each.row, each.column) for each in told.value.problems} >= {
        (2, "source"),
        (3, "quantity"),
    }
    one.refresh_from_db()
    assert (one.sheet_name, one.run) == ("", None)


def test_an_estimate_from_a_partial_run_says_what_it_leaves_out(tmp_path: Path) -> None:
    """A livestock run with a herd that nothing is given for."""
    author = login("focal-a")
    herds = "country,year,herd,species,head,enteric_factor\nXAA,2018,cows,dairy cows,9,68\n"
    herds += "XAA,2018,heifers,dairy cows,5,\n"
    method = registry.get("climate.transparency.livestock")
    stored = store.keep(SimpleUploadedFile("herds.csv", herds.encode()))
    sent = {"herds": evidence.Sent("herds.csv", stored, Origin.UPLOAD)}
    run = evidence.start_now(author, method, method.parse({}), sent)
    evidence.execute(run.pk)
    one = begun(2018)
    estimate = {"country": "XAA", "year": 2018, "category": "3A1ai", "gas": "CH4", "mass": 0.612}
    key = {"country": "XAA", "year": 2018, "category": "1B1", "gas": "CH4", "notation": "NO"}

    def calculated(**more: str) -> Inventory:
        rows = {"estimates": estimate | {"run": str(run.pk)} | more, "notations": key}
        declared = {name: sheets.method().input(name) for name in rows}
        tables = {
            name: pa.Table.from_pylist(
                [dict.fromkeys(declared[name].names) | row], schema=schema(declared[name])
            )
            for name, row in rows.items()
        }
        path = tmp_path / "sheet.xlsx"
        workbooks.write_tables(tables, path, declared=declared)
        kept = store.keep(SimpleUploadedFile(path.name, path.read_bytes()))
        one.refresh_from_db()
        return services.calculate(
            one, actor=author, expected=one.version, name=path.name, stored=kept
        )

    left = "heifers: methane from the gut (no enteric_factor or feeding)"
    with pytest.raises(InputRefusedError) as told:
        calculated()
    (problem,) = told.value.problems
    assert (problem.column, problem.hint.en) == (
        "not_estimated",
        f"write, as the run has it: {left}",
    )
    said = "heifers：消化管メタン（enteric_factorまたはfeedingなし）"
    assert problem.hint.ja == f"計算の記載を写す：{said}"
    made = calculated(not_estimated=left)
    assert showing.completeness(made).partial == [("3A1ai", "CH4", left)]
    with translation.override("ja"):
        assert showing.completeness(made).partial == [("3A1ai", "CH4", left)]
        both = calculated(not_estimated=left, not_estimated_ja=said)
        assert showing.completeness(both).partial == [("3A1ai", "CH4", said)]


def test_another_year_or_country_in_the_workbook_is_named() -> None:
    one = begun()
    one.year = 2020  # the file is written for another year than the inventory has
    with pytest.raises(InputRefusedError) as told:
        counted(one)
    assert [each.column for each in told.value.problems] == ["year"]


def test_nobody_accepts_or_publishes_what_they_wrote_and_a_return_makes_it_a_draft() -> None:
    one = counted(begun())
    with pytest.raises(WrongStateError):
        services.accept(one, actor=login("ministry-a"), expected=one.version)
    one = handed_in(one)
    assert handed_in(one) == one
    for act in (services.accept, services.publish):
        with pytest.raises(NotAllowedError):
            act(one, actor=login("focal-a"), expected=one.version)
    with pytest.raises(ValidationError):
        services.send_back(one, actor=login("ministry-a"), expected=one.version, reason=" ")
    assert [each.key.split("/")[2] for each in desk.items(login("ministry-a"))] == ["submitted"]
    one = services.send_back(
        one, actor=login("ministry-a"), expected=one.version, reason="no clinker"
    )
    assert (one.state, one.reason) == (State.DRAFT, "no clinker")
    assert [each.key.split("/")[2] for each in desk.items(login("focal-a"))] == ["draft"]
    one = brought_out(counted(one, GAS, "2A1,Clinker,5,kt"))
    assert (one.state, one.reason) == (State.PUBLISHED, "")
    assert one.totals["categories"]["2A1"] == "2600"


def test_who_saw_an_older_version_is_refused() -> None:
    one = counted(begun())
    with pytest.raises(ConflictError):
        services.submit(one, actor=login("focal-a"), expected=one.version - 1)


def test_an_inventory_without_any_data_is_not_calculated() -> None:
    one = begun()
    with pytest.raises(WrongStateError):
        services.calculate(one, actor=login("focal-a"), expected=one.version)
    with pytest.raises(WrongStateError):
        handed_in(one)


# --- recalculation ------------------------------------------------------------------------


def test_a_new_version_of_a_facility_puts_the_inventory_out_of_date_until_it_is_recalculated() -> (
    None
):
    first = published()
    assert not selectors.is_outdated(first)
    second = corrected("106")
    assert selectors.is_outdated(first)
    (later,) = showing.since(selectors.taken(first), selectors.to_take(first))
    assert float(second.totals["total"]) > 0
    assert later.difference.startswith("+")
    with pytest.raises(ValidationError):
        services.recalculate(first, actor=login("focal-a"), cause="activity-data", why="")
    again = services.recalculate(
        first, actor=login("focal-a"), cause="activity-data", why="the facility corrected"
    )
    again = services.calculate(again, actor=login("focal-a"), expected=again.version)
    assert list(again.changes["categories"]) == ["1A2d"], "what facilities report more is left less"
    assert [each.pk for each in selectors.taken(again)] == [second.pk]
    again = brought_out(again)
    first.refresh_from_db()
    assert (again.number, again.state, first.state) == (2, State.PUBLISHED, State.REPLACED)
    assert list(selectors.published("XAA").filter(year=first.year)) == [again]
    assert selectors.visible_to(person()).filter(pk=first.pk).exists()


def test_a_recalculation_says_what_changed_by_category_and_its_log_adds_up() -> None:
    first = published()
    again = services.recalculate(
        first, actor=login("focal-a"), cause="error", why="clinker was counted wrongly"
    )
    again = counted(again, "2A1,Clinker,600,kt")
    before, after = again.changes["categories"]["2A1"]
    assert (before, after) == ("273000", "312000")
    assert again.changes["categories"]["4A"] == ["1122800", None]
    (totals,) = rows_of(again.change_run, "totals")
    assert totals["difference"] == pytest.approx(
        float(again.totals["total"]) - float(first.totals["total"])
    )
    assert {row["reason"] for row in rows_of(again.change_run, "log")} == {"error"}


def test_one_facility_in_two_reports_is_refused_with_both_names_until_one_is_left_out() -> None:
    facility = Facility.objects.get(code=facilities.CODE)
    operator, ministry = login("operator-a"), login("ministry-a")
    facility.plans.filter(state="draft").delete()
    plan = facility_services.begin_plan(
        facility, actor=operator, rule_set="us-40cfr98", from_year=2022
    )
    plan = facility_services.submit_plan(plan, actor=operator, expected=plan.version)
    facility_services.approve_plan(plan, actor=ministry, expected=plan.version)
    other = world.submitted(facility, facilities.PUBLISHED)
    Submission.objects.filter(pk=other.pk).update(
        state="published", published_at=other.submitted_at
    )
    one = services.recalculate(
        published(), actor=login("focal-a"), cause="other", why="a second report"
    )
    with pytest.raises(InputRefusedError) as told:
        services.calculate(one, actor=login("focal-a"), expected=one.version)
    assert "SAMPLE-1 asean-pasti, SAMPLE-1 us-40cfr98" in told.value.lines()[0]
    one = services.calculate(
        one, actor=login("focal-a"), expected=one.version, left_out=[str(other.pk)]
    )
    assert [each.report.rule_set for each in selectors.taken(one)] == ["asean-pasti"]


def test_a_factor_that_is_approved_puts_an_inventory_out_of_date_and_is_taken_in_its_years() -> (
    None
):
    author, other = login("focal-a"), login("ministry-a")
    coal = "1A1a,Sub-Bituminous Coal,100,TJ"
    one, later = (brought_out(counted(begun(year), coal)) for year in (2012, 2013))
    assert one.totals["categories"]["1A1a"] == later.totals["categories"]["1A1a"]
    factor = library.propose(
        sample.sampled(author), actor=author, country="XAA", from_year=2013, until_year=2013
    )
    assert not selectors.is_outdated(later)
    factor = library.approve(factor, actor=other, expected=factor.version)
    assert [selectors.is_outdated(each) for each in (one, later)] == [False, True]
    page = signed(None).get(f"/en/inventories/{later.pk}/").content.decode()
    assert "own factors for this year have changed" in page
    again = services.recalculate(later, actor=author, cause="factor", why="the country's own")
    again = services.calculate(again, actor=author, expected=again.version)
    assert [each.pk for each in selectors.factors_of(again)] == [factor.pk]
    assert not selectors.is_outdated(again)
    (mass,) = [
        row["total"]
        for row in rows_of(again.run, "inventory")
        if (row["category"], row["gas"]) == ("1A1a", "CO2")
    ]
    assert mass == pytest.approx(100 * factor.value / 1000)


# --- who sees what ------------------------------------------------------------------------


def test_a_confidential_stream_goes_in_withheld_and_its_run_is_the_countrys() -> None:
    report = Facility.objects.get(code=facilities.CODE).reports.get(year=facilities.PUBLISHED)
    report.submissions.get(state="published").plan.streams.filter(code="S3").update(
        confidential=True
    )
    report.submissions.filter(state="published").update(withheld=True)
    one = services.recalculate(
        published(), actor=login("focal-a"), cause="other", why="a stream is confidential"
    )
    one = brought_out(services.calculate(one, actor=login("focal-a"), expected=one.version))
    assert one.withheld
    assert "2F1" not in one.totals["categories"]
    assert one.totals["total"] is None, "it would tell the only reporter of the gas"
    branches = {branch.code: branch.total for branch in showing.tree(one)}
    assert branches["2F1"] == "C"
    for name, seen in (("focal-a", True), ("focal-b", False)):
        assert runs.visible_to(login(name)).filter(pk=one.run_id).exists() is seen
        page = signed(name).get(f"/en/inventories/{one.pk}/categories/2/").content.decode()
        assert ("HFC134a" in page.partition('id="sources"')[2]) is seen
        assert "Clinker" in page


def test_the_public_sees_published_inventories_and_another_member_no_draft() -> None:
    draft = counted(begun())
    for name, status in ((None, 404), ("focal-b", 404), ("secretariat", 404), ("auditor", 200)):
        assert signed(name).get(f"/en/inventories/{draft.pk}/").status_code == status
        assert signed(name).get(f"/en/inventories/{published().pk}/").status_code == 200
    assert set(selectors.published("XAA").values_list("year", flat=True)) == set(sample.YEARS)


# --- pages --------------------------------------------------------------------------------


def test_a_reader_walks_from_the_list_to_the_meter() -> None:
    client, one = signed(None), published()
    assert f"/en/inventories/{one.pk}/" in client.get("/en/inventories/").content.decode()
    page = client.get(f"/en/inventories/{one.pk}/").content.decode()
    assert f"/en/inventories/{one.pk}/categories/1A2d/" in page
    assert "<svg" in page
    chain = client.get(f"/en/inventories/{one.pk}/categories/1A2d/").content.decode()
    submission = selectors.taken(one)[0]
    assert f"/en/facilities/yearly/{submission.report_id}/?version=1" in chain
    assert "GM-1" in chain
    row = chain.partition("?of=inventory&amp;row=")[2].partition('"')[0]
    walked = client.get(f"/en/runs/{one.run_id}/?of=inventory&row={row}").content.decode()
    assert "Lines of facility reports, row" in walked
    assert "facilities.csv" in walked


def test_what_is_estimated_in_part_only_is_shown_with_its_reason_and_never_as_complete() -> None:
    one, why = published(), "Goats and buffalo (the sample census counts cattle alone)"
    page = signed(None).get(f"/en/inventories/{one.pk}/").content.decode()
    assert "partial values in it: 2" in page
    assert why in page
    for code in ("3A1", "3A", "3"):
        found = signed(None).get(f"/en/inventories/{one.pk}/categories/{code}/").content.decode()
        assert f"<li>CH4: 3A1: {why}</li>" in found
    branches = {each.code: each for each in showing.tree(one)}
    assert (branches["3A1"].partial, branches["3C7"].partial) == (True, False)
    assert branches["3A1"].cells[1].value.endswith(" NE")
    assert dict(showing.completeness(one).counts)["partial"] > 0


def test_where_facilities_alone_report_the_key_stands_beside_the_value_or_a_check_names_it() -> (
    None
):
    """The sample says of coolants what is left out, and nothing of wood in paper making."""
    one = published()
    assert ("2F1", "HFC134a", "Coolants of those who do not report") in showing.completeness(
        one
    ).partial
    (coolants,) = (each for each in showing.tree(one) if each.code == "2F1")
    assert coolants.partial
    assert coolants.cells[3].value.endswith(" NE")
    page = signed("focal-a").get(f"/en/inventories/{one.pk}/").content.decode()
    assert "facilities only; coverage not stated: XAA 2024 1A2d CH4 N2O. In the" in page


def test_an_inventory_is_built_accepted_and_published_on_its_pages() -> None:
    author, other = signed("focal-a"), signed("ministry-a")
    made = author.post(
        "/en/inventories/begin/", {"country": "XAA", "year": "2015", "gwp": "AR5", "once": "b"}
    )
    path = made["Location"]
    one = Inventory.objects.get(year=2015)
    blank = author.get(f"/en/inventories/{one.pk}/workbook.xlsx")
    assert b"".join(blank.streaming_content)[:2] == b"PK"

    def post(client: Client, act: str, **more: Any) -> int:
        one.refresh_from_db()
        return client.post(path, {"act": act, "version": one.version} | more).status_code

    assert post(author, "submit") == 409
    for content, status in (("XAA,2015,1A1a,Gas,x,TJ", 422), (f"XAA,2015,{GAS}", 302)):
        head = "country,year,category,source,quantity,unit"
        file = SimpleUploadedFile("national.csv", f"{head}\n{content}\n".encode())
        assert post(author, "upload", file=file) == status
    assert post(author, "submit") == 302
    assert post(author, "accept") == 403
    assert post(other, "return", reason="") == 422
    assert post(other, "accept") == 302
    assert post(other, "publish") == 302
    assert post(author, "recalculate", cause="error", why="", gwp="AR5") == 422
    acts = set(Event.objects.filter(key=str(one.pk)).values_list("act", flat=True))
    assert acts == {
        f"inventory.{act}" for act in ("begun", "calculated", "submitted", "accepted", "published")
    }


@pytest.mark.parametrize("table", ["inventory", "totals", "reconciliation", "completeness"])
def test_tables_are_taken_as_files(table: str) -> None:
    answer = signed(None).get(f"/en/inventories/{published().pk}/tables/{table}.csv")
    assert b"".join(answer.streaming_content).startswith(b"country,year,category")


def test_lists_ask_the_same_number_of_queries_however_long_they_are(
    django_assert_max_num_queries: Any,
) -> None:
    for year in range(1990, 2010):
        Inventory.objects.create(country="XAA", year=year)
    client = signed("focal-a")
    client.get("/en/inventories/")
    with django_assert_max_num_queries(12):
        client.get("/en/inventories/")
