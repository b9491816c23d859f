"""Projects: drafted, changed, registered; each act by who may, once, and without loss."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st
from tests.hub.people import organisation, person

from kyoso.core.text import Text, same
from kyoso.hub.accounts.enums import Role
from kyoso.hub.accounts.models import Organisation, User
from kyoso.hub.programme.models import Activity, Framework, Initiative
from kyoso.hub.projects import initiatives, selectors, services
from kyoso.hub.projects.models import (
    Finance,
    Milestone,
    Partner,
    Project,
    Result,
    ResultIndicator,
    Site,
    Target,
)
from kyoso.hub.projects.money import MoneyField
from kyoso.hub.record.errors import ConflictError, NotAllowedError, WrongStateError
from kyoso.hub.record.models import Event

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("catalogue")]


def initiative(key: str = "space") -> Initiative:
    return Initiative.objects.get(key=key)


def activities(*keys: str) -> list[Activity]:
    return list(Activity.objects.filter(programme__key="space", key__in=keys or ("1-1-1",)))


def begin(actor: User | None = None, **given: Any) -> Project:
    """A draft of the sample country XAA unless said otherwise."""
    values: dict[str, Any] = {
        "title": same("Inventory training"),
        "summary": same("Courses for ministry staff"),
        "initiative": initiative(),
        "lead": given.get("lead") or organisation(),
        "activities": activities(),
        "countries": ["XAA"],
        "starts": date(2026, 4, 1),
        "ends": date(2028, 3, 31),
    }
    return services.begin(actor=actor, **(values | given))


def registered(**given: Any) -> Project:
    return services.register(begin(**given), actor=None, expected=1)


def amount(project: Project, number: str | int = 100, **given: Any) -> Finance:
    values: dict[str, Any] = {
        "kind": "commitment",
        "instrument": "grant",
        "sector": "public",
        "currency": "USD",
        "date": date(2026, 5, 1),
    }
    return services.add_part(
        Finance(project=project, amount=Decimal(number), **(values | given)), actor=None
    )


# --- the rule of the text -----------------------------------------------------------------


def test_work_that_began_before_the_programme_stays_under_its_old_initiative() -> None:
    with pytest.raises(ValidationError) as refused:
        begin(starts=date(2023, 8, 23))
    assert refused.value.message_dict["initiative"] == [
        "the project began on 23 August 2023, before Japan–ASEAN Climate Environment Strategic "
        "Programme (24 August 2023): by section 4 of its text, work under way stays under the "
        "initiative it began under; choose that initiative"
    ]
    assert begin(starts=date(2023, 8, 23), initiative=initiative("ccaa-2")).pk


def test_new_work_stands_under_the_programme() -> None:
    with pytest.raises(ValidationError, match="new projects stand under it"):
        begin(starts=date(2023, 8, 24), initiative=initiative("eci"))
    assert begin(starts=date(2023, 8, 24)).pk


def test_a_project_is_not_older_than_the_initiative_it_stands_under() -> None:
    with pytest.raises(ValidationError, match="before ASEAN–Japan Environmental Cooperation"):
        begin(starts=date(2016, 12, 31), initiative=initiative("eci"))
    assert begin(starts=date(2016, 12, 31), initiative=initiative("clean-asia")).pk


def test_a_declaration_or_a_parallel_community_is_no_home_of_projects() -> None:
    with pytest.raises(ValidationError, match="no project stands under"):
        begin(starts=date(2020, 1, 1), initiative=initiative("joint-vision"))


def test_a_refused_draft_leaves_nothing_behind() -> None:
    events = Event.objects.count()
    with pytest.raises(ValidationError):
        begin(starts=date(2020, 1, 1), lead=organisation("L"))
    assert Project.objects.count() == 0
    assert Event.objects.count() == events + 1  # the organisation


@pytest.mark.parametrize(
    ("written", "first"),
    [("2017", date(2017, 1, 1)), ("2021-10", date(2021, 10, 1)), ("2023-08-24", date(2023, 8, 24))],
)
def test_a_year_or_month_stands_for_its_first_day(written: str, first: date) -> None:
    assert initiatives.begun(Initiative(begun=written)) == first


def test_a_draft_without_a_start_can_wait_but_not_be_registered() -> None:
    draft = begin(starts=None, ends=None)
    with pytest.raises(WrongStateError, match="no start date"):
        services.register(draft, actor=None, expected=1)


# --- drafting -----------------------------------------------------------------------------


def test_a_repeated_form_makes_one_project() -> None:
    lead = organisation()
    assert begin(lead=lead, once="a").pk == begin(lead=lead, once="a").pk
    assert Project.objects.count() == 1


def test_countries_are_all_samples_or_none_is() -> None:
    with pytest.raises(ValidationError, match="sample countries"):
        begin(countries=["XAA", "THA"])
    assert begin(countries=["XAA", "XAB"]).sample
    assert not begin(countries=["THA"]).sample


def test_a_project_has_an_activity_and_a_country() -> None:
    with pytest.raises(ValidationError) as refused:
        begin(activities=[], countries=[])
    assert set(refused.value.message_dict) == {"activities", "countries"}


def test_links_are_changed_as_a_whole_and_the_log_says_how() -> None:
    draft = begin()
    services.revise(
        draft,
        actor=None,
        expected=1,
        activities=activities("1-1-1", "1-1-3"),
        tags=[Framework.objects.get(key="sdg-13")],
        themes=["gender"],
    )
    changes = Event.objects.get(act="projects.relinked").data["changes"]
    assert changes == {
        "activities": [["1-1-1"], ["1-1-1", "1-1-3"]],
        "tags": [[], ["sdg-13"]],
        "themes": [[], ["gender"]],
    }
    again = Event.objects.count()
    services.revise(draft, actor=None, expected=2, themes=["gender"])
    assert Event.objects.count() == again


@pytest.mark.parametrize("change", [{"title": same("New")}, {"countries": ["XAA", "XAB"]}])
def test_who_saw_an_older_version_is_refused(change: dict[str, Any]) -> None:
    draft = begin()
    services.revise(draft, actor=None, expected=1, ends=date(2029, 1, 1))
    with pytest.raises(ConflictError):
        services.revise(draft, actor=None, expected=1, **change)


def test_dates_are_checked_again_when_they_change() -> None:
    draft = begin()
    with pytest.raises(ValidationError, match="stays under the initiative"):
        services.revise(draft, actor=None, expected=1, starts=date(2020, 1, 1))
    with pytest.raises(ValidationError, match="ends before it starts"):
        services.revise(draft, actor=None, expected=1, ends=date(2025, 1, 1))


# --- parts --------------------------------------------------------------------------------


def test_a_part_is_added_once_changed_and_removed_and_the_log_keeps_it() -> None:
    draft = begin()
    site = Site(project=draft, name=same("Kota A"), country="XAA", latitude=1.5, longitude=103.5)
    added = services.add_part(site, actor=None, once="s")
    twin = Site(project=draft, name=same("Kota A"), country="XAA")
    assert services.add_part(twin, actor=None, once="s").pk == added.pk
    services.change_part(added, actor=None, expected=1, latitude=2.5)
    with pytest.raises(ConflictError):
        services.remove_part(added, actor=None, expected=1)
    services.remove_part(added, actor=None, expected=2)
    services.remove_part(added, actor=None, expected=2)
    assert Site.objects.count() == 0
    acts = [event.act for event in Event.objects.filter(act__startswith="projects.site")]
    assert acts == ["projects.site_added", "projects.site_changed", "projects.site_removed"]
    removed = Event.objects.get(act="projects.site_removed")
    assert removed.data["changes"]["latitude"] == ["2.5", None]
    assert services.add_part(twin, actor=None, once="s").pk is None


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"currency": "usd"}, "currency"),
        ({"currency": "DEM"}, "currency"),
        ({"number": "1.005"}, "amount"),
        ({"number": "1" + "0" * 15}, "amount"),
        ({"part": "mobilised", "mobilised_by": "guarantee"}, "sector"),
        ({"part": "mobilised", "sector": "private"}, "mobilised_by"),
        ({"mobilised_by": "guarantee"}, "mobilised_by"),
        ({"climate_share": 101}, "climate_share"),
    ],
)
def test_an_amount_that_is_not_sound_names_its_field(fields: dict[str, Any], field: str) -> None:
    with pytest.raises(ValidationError) as refused:
        amount(begin(), **fields)
    assert list(refused.value.message_dict) == [field]


def test_the_database_refuses_an_amount_of_nothing() -> None:
    row = amount(begin())
    with pytest.raises(IntegrityError), transaction.atomic():
        Finance.objects.filter(pk=row.pk).update(amount=Decimal(0))


@given(st.decimals("0.01", "999999999999999.99", places=2))
def test_money_goes_into_whole_hundredths_and_back_without_loss(value: Decimal) -> None:
    field = MoneyField()
    assert field.from_db_value(field.get_prep_value(value), None, None) == value


def test_money_is_summed_by_the_database_without_rounding() -> None:
    """0.1 + 0.2 and a number that fifteen binary digits cannot hold beside a hundredth."""
    draft = begin()
    for number in ("0.10", "0.20", "999999999999999.99"):
        amount(draft, number)
    line = selectors.totals(Project.objects.all())[True].lines[0]
    assert line.amounts == {"commitment": Decimal("1000000000000000.29")}


def results(project: Project) -> Result:
    outcome = services.add_part(
        Result(project=project, level="outcome", title=same("Better reports")), actor=None
    )
    return services.add_part(
        Result(project=project, level="output", parent=outcome, title=same("Staff")), actor=None
    )


def indicator(project: Project, **given: Any) -> ResultIndicator:
    values: dict[str, Any] = {"title": same("Trained"), "kind": "quantitative", "unit": "people"}
    return services.add_part(
        ResultIndicator(result=results(project), **(values | given)), actor=None
    )


def test_a_percentage_keeps_both_of_its_parts() -> None:
    share = indicator(
        begin(), kind="percentage", unit="", numerator=same("women"), denominator=same("all")
    )
    target = services.add_part(
        Target(indicator=share, period="2027", numerator=Decimal(3), denominator=Decimal(8)),
        actor=None,
    )
    target.refresh_from_db()
    assert (target.numerator, target.denominator, target.percentage) == (3, 8, 37.5)


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"value": None}, "value"),
        ({"numerator": Decimal(1)}, "numerator"),
        ({"statement": same("good")}, "statement"),
        ({"period": "soon"}, "period"),
        ({"category": "children"}, "category"),
    ],
)
def test_a_target_that_does_not_fit_its_indicator_names_its_field(
    fields: dict[str, Any], field: str
) -> None:
    people = indicator(begin(), categories=["women", "men"])
    values: dict[str, Any] = {"indicator": people, "period": "2027", "value": Decimal(5)}
    with pytest.raises(ValidationError) as refused:
        services.add_part(Target(**(values | fields)), actor=None)
    assert list(refused.value.message_dict) == [field]


def test_targets_are_split_by_the_categories_of_the_indicator() -> None:
    people = indicator(begin(), categories=["women", "men"])
    for category, value in (("", 10), ("women", 6), ("men", 4)):
        services.add_part(
            Target(indicator=people, period="2027", category=category, value=Decimal(value)),
            actor=None,
        )
    assert people.targets.count() == 3


def test_an_output_stands_under_an_outcome_of_its_own_project() -> None:
    foreign = results(begin())
    with pytest.raises(ValidationError, match="under an outcome"):
        services.add_part(
            Result(project=begin(), level="output", parent=foreign.parent, title=same("x")),
            actor=None,
        )


# --- states -------------------------------------------------------------------------------


def test_a_project_is_drafted_submitted_registered_and_completed_each_once() -> None:
    draft, secretary = begin(), person(Role.SECRETARIAT)
    with pytest.raises(WrongStateError):
        services.register(draft, actor=secretary, expected=1)
    sent = services.submit(draft, actor=None, expected=1)
    assert (sent.state, sent.is_public) == ("submitted", False)
    assert services.submit(draft, actor=None, expected=1).version == sent.version
    with pytest.raises(WrongStateError):
        services.revise(sent, actor=None, expected=2, title=same("x"))
    public = services.register(sent, actor=secretary, expected=2)
    assert (public.state, public.is_public) == ("registered", True)
    assert services.register(sent, actor=secretary, expected=2).version == public.version
    done = services.complete(public, actor=None, expected=3)
    assert services.complete(public, actor=None, expected=3).version == done.version
    with pytest.raises(WrongStateError):
        services.cancel(done, actor=None, expected=4, why="no money")
    with pytest.raises(WrongStateError):
        services.revise(done, actor=None, expected=4, title=same("x"))
    with pytest.raises(WrongStateError):
        amount(done)


def test_what_was_submitted_goes_back_with_a_reason_is_mended_and_submitted_again() -> None:
    lead, focal = organisation(), person(Role.FOCAL_POINT, country="XAA")
    author = agency(lead)
    sent = services.submit(begin(actor=author, lead=lead), actor=author, expected=1)
    with pytest.raises(ValidationError, match="say why"):
        services.send_back(sent, actor=focal, expected=2, why=" ")
    back = services.send_back(sent, actor=focal, expected=2, why="no city")
    assert services.send_back(sent, actor=focal, expected=2, why="no city").version == back.version
    told = selectors.latest_return(back)
    assert told is not None
    assert (told.actor, told.data["why"]) == (focal, "no city")
    mended = services.revise(back, actor=author, expected=3, title=same("In Kota"))
    again = services.submit(mended, actor=author, expected=4)
    assert selectors.latest_return(again) is None
    assert services.register(again, actor=focal, expected=5).is_public


def test_a_draft_that_is_cancelled_never_becomes_public() -> None:
    draft = begin()
    with pytest.raises(ValidationError, match="say why"):
        services.cancel(draft, actor=None, expected=1, why=" ")
    gone = services.cancel(draft, actor=None, expected=1, why="begun twice")
    assert not gone.is_public
    with pytest.raises(WrongStateError):
        services.register(gone, actor=None, expected=2)
    assert not selectors.visible_to(None).exists()


# --- who ----------------------------------------------------------------------------------


def agency(lead: Organisation) -> User:
    return person(Role.IMPLEMENTING_AGENCY, of=lead)


def test_who_wrote_a_draft_cannot_register_it_in_any_role() -> None:
    focal, other = (person(Role.FOCAL_POINT, country="XAA") for _ in range(2))
    draft = begin(actor=focal, lead=organisation())
    with pytest.raises(NotAllowedError):
        services.register(draft, actor=focal, expected=1)
    services.add_part(
        Milestone(project=draft, title=same("Start"), due=date(2026, 6, 1)), actor=other
    )
    with pytest.raises(NotAllowedError):
        services.register(draft, actor=other, expected=1)
    third = person(Role.FOCAL_POINT, country="XAA")
    sent = services.submit(draft, actor=third, expected=1)
    with pytest.raises(NotAllowedError):  # who submits says that it is good as it stands
        services.register(sent, actor=third, expected=2)
    assert services.register(sent, actor=person(Role.SECRETARIAT), expected=2).is_public


def test_an_agency_drafts_for_itself_and_its_focal_point_registers() -> None:
    lead, focal = organisation(), person(Role.FOCAL_POINT, country="XAA")
    with pytest.raises(NotAllowedError):
        begin(actor=agency(organisation()), lead=lead)
    draft = begin(actor=agency(lead), lead=lead)
    with pytest.raises(NotAllowedError):
        services.register(draft, actor=agency(lead), expected=1)
    with pytest.raises(NotAllowedError):
        services.register(draft, actor=person(Role.FOCAL_POINT, country="XAB"), expected=1)
    sent = services.submit(draft, actor=agency(lead), expected=1)
    public = services.register(sent, actor=focal, expected=2)
    with pytest.raises(WrongStateError, match="waits for another person"):
        services.revise(public, actor=agency(lead), expected=3, title=same("x"))


def viewers(draft: Project) -> dict[str, User | None]:
    implementing = organisation()
    services.add_part(
        Partner(project=draft, organisation=implementing, role="implementing"), actor=None
    )
    funder = organisation()
    services.add_part(Partner(project=draft, organisation=funder, role="funder"), actor=None)
    return {
        "public": None,
        "no role": person(),
        "lead": agency(draft.lead),
        "implementing": agency(implementing),
        "funder": agency(funder),
        "focal point": person(Role.FOCAL_POINT, country="XAA"),
        "ministry": person(Role.SECTOR_MINISTRY, country="XAA"),
        "other focal point": person(Role.FOCAL_POINT, country="XAB"),
        "other agency": agency(organisation(country="XAB")),
        "activity lead": person(Role.ACTIVITY_LEAD, scope="space/1-1-1"),
        "secretariat": person(Role.SECRETARIAT),
        "auditor": person(Role.AUDITOR),
    }


def test_a_draft_is_seen_by_its_own_people_and_those_who_oversee_only() -> None:
    draft = begin()
    seen = set()
    for name, viewer in viewers(draft).items():
        listed = selectors.visible_to(viewer).filter(pk=draft.pk).exists()
        if viewer is not None:
            assert listed == viewer.has_perm("projects.view_project", draft), name
        if listed:
            seen.add(name)
    own = {"lead", "implementing", "focal point", "ministry"}
    assert seen == own | {"secretariat", "auditor"}


def test_what_was_submitted_is_seen_by_who_leads_its_activity_as_well() -> None:
    sent = services.submit(begin(), actor=None, expected=1)
    lead = person(Role.ACTIVITY_LEAD, scope="space/1-1-1")
    for viewer, sees in ((lead, True), (person(Role.ACTIVITY_LEAD, scope="space/1-1-2"), False)):
        assert selectors.visible_to(viewer).filter(pk=sent.pk).exists() == sees
        assert viewer.has_perm("projects.view_project", sent) == sees


def test_a_registered_project_is_public() -> None:
    project = registered()
    assert selectors.visible_to(None).get() == project


# --- milestones ---------------------------------------------------------------------------


def test_an_agency_reports_a_milestone_and_another_person_confirms_it() -> None:
    lead, focal = organisation(), person(Role.FOCAL_POINT, country="XAA")
    project, author = registered(lead=lead), agency(lead)
    planned = services.add_part(
        Milestone(project=project, title=same("Start"), due=date(2026, 6, 1)), actor=None
    )
    done = date(2026, 5, 30)
    with pytest.raises(NotAllowedError):
        services.report_milestone(
            planned, actor=agency(organisation()), expected=planned.version, done=done
        )
    with pytest.raises(ValidationError, match="to come"):
        services.report_milestone(planned, actor=author, expected=1, done=date(2999, 1, 1))
    with pytest.raises(WrongStateError):
        services.confirm_milestone(planned, actor=focal, expected=1)
    told = services.report_milestone(planned, actor=author, expected=1, done=done)
    assert (told.done, told.confirmed, told.reported_by) == (done, False, author)
    with pytest.raises(NotAllowedError):
        services.confirm_milestone(told, actor=author, expected=2)
    sure = services.confirm_milestone(told, actor=focal, expected=2)
    assert sure.confirmed
    assert services.confirm_milestone(sure, actor=focal, expected=2).version == sure.version
    with pytest.raises(WrongStateError):
        services.report_milestone(sure, actor=author, expected=3, done=date(2026, 5, 1))


def test_who_reports_a_milestone_does_not_confirm_it() -> None:
    one, other = (person(Role.FOCAL_POINT, country="XAA") for _ in range(2))
    planned = services.add_part(
        Milestone(project=registered(), title=same("Start"), due=date(2026, 6, 1)), actor=None
    )
    told = services.report_milestone(planned, actor=one, expected=1, done=date(2026, 5, 30))
    again = services.report_milestone(told, actor=other, expected=2, done=date(2026, 5, 29))
    with pytest.raises(NotAllowedError):
        services.confirm_milestone(again, actor=other, expected=3)
    assert services.confirm_milestone(again, actor=one, expected=3).confirmed


# --- totals -------------------------------------------------------------------------------


def lines(found: selectors.Totals) -> dict[tuple[str, str], dict[str, Decimal]]:
    return {(line.part, line.currency): dict(line.amounts) for line in found.lines}


def test_totals_keep_currency_kind_and_part_apart() -> None:
    draft = begin()
    amount(draft, 10)
    amount(draft, 4, kind="disbursement")
    amount(draft, 500, currency="JPY")
    amount(draft, 7, part="mobilised", sector="private", mobilised_by="guarantee of a fund")
    assert lines(selectors.totals(Project.objects.all())[True]) == {
        ("own", "JPY"): {"commitment": 500},
        ("own", "USD"): {"commitment": 10, "disbursement": 4},
        ("mobilised", "USD"): {"commitment": 7},
    }


def test_one_transaction_under_two_projects_counts_once_and_is_named() -> None:
    one, other = begin(), begin()
    kept = amount(one, 10, reference="GCF-1")
    left = amount(other, 10, reference="GCF-1")
    amount(other, 5)
    found = selectors.totals(Project.objects.all())[True]
    assert lines(found) == {("own", "USD"): {"commitment": 15}}
    first, second = sorted((kept, left), key=lambda row: str(row.project_id))
    assert [(one.claim.key, one.instead) for one in found.left_out] == [
        (str(second.pk), str(first.project_id))
    ]


def test_samples_are_counted_by_themselves() -> None:
    for countries in (["XAA"], ["VNM"], ["XAB"]):
        amount(begin(countries=countries), 10, reference="GCF-1")
    found = selectors.totals(Project.objects.all())
    assert {sample: lines(one) for sample, one in found.items()} == {
        False: {("own", "USD"): {"commitment": 10}},
        True: {("own", "USD"): {"commitment": 10}},
    }
    assert [(one.projects, len(one.left_out)) for one in found.values()] == [(1, 0), (2, 1)]


def test_tonnes_with_one_reference_count_once_per_period() -> None:
    for _ in range(2):
        measure = indicator(begin(), unit="tCO2e", reference="F-7")
        for period in ("2026", "2027"):
            target = Target(indicator=measure, period=period, value=Decimal(100))
            services.add_part(target, actor=None)
    found = selectors.tonnes(Project.objects.all())
    assert found.totals == {("2026", "t CO2e"): 100, ("2027", "t CO2e"): 100}
    assert len(found.left_out) == 2


def test_what_stands_twice_is_flagged_without_naming_what_the_viewer_may_not_see() -> None:
    one, hidden = registered(), begin(countries=["XAB"])
    amount(one, 10, reference="T")
    amount(hidden, 90, reference="T")
    assert selectors.twice(None, one) == ([], [])
    money, _ = selectors.twice(person(Role.SECRETARIAT), one)
    assert [(row.other, row.counts_here, row.differs) for row in money] == [(hidden, False, True)]


def test_the_title_is_bilingual() -> None:
    assert begin(title=Text("A", "あ")).title["ja"] == "あ"
