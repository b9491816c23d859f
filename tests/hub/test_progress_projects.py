"""Reports on projects: who owes them, who sees them, where they are counted."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError
from tests.hub.people import person
from tests.hub.progress_sample import a_round

from kyoso.hub.accounts import services as accounts
from kyoso.hub.accounts.enums import Role
from kyoso.hub.programme.models import ActivityBody, Indicator
from kyoso.hub.progress import rounds, selectors, services, summing, writing
from kyoso.hub.progress.enums import State, ValueKind
from kyoso.hub.progress.models import Delivery, Report, Requirement
from kyoso.hub.projects.enums import MeasureKind
from kyoso.hub.projects.enums import State as ProjectState
from kyoso.hub.projects.models import Project, ProjectActivity, ResultIndicator
from kyoso.hub.projects.sample import load_sample_projects
from kyoso.hub.record.errors import NotAllowedError, WrongStateError

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("catalogue")]


@pytest.fixture
def project() -> Project:
    """A registered sample project with a number among its indicators."""
    load_sample_projects()
    measured = ResultIndicator.objects.filter(
        kind=MeasureKind.QUANTITATIVE, result__project__state=ProjectState.REGISTERED
    )
    found = measured.select_related("result__project__lead").order_by("pk").first()
    assert found is not None
    return found.result.project


def reported(project: Project, actor: Any = None, value: str = "40") -> Report:
    owed = rounds.require_of_project(actor=None, round=a_round(sample=True), project=project)
    report = services.begin(owed, actor=actor)
    [asked, *_] = [a for a in selectors.asked_of(owed) if a.unit]
    answer = writing.Answer(
        **asked.named, kind=ValueKind.NUMBER, number=Decimal(value), unit=asked.unit
    )
    return writing.write_values(report, actor=actor, expected=report.version, answers=[answer])


def approved(report: Report) -> Report:
    report = services.submit(report, actor=None, expected=report.version)
    report = services.accept(report, actor=None, expected=report.version)
    return services.publish(report, actor=None, expected=report.version)


def test_the_organisation_that_leads_a_project_reports_on_it(project: Project) -> None:
    worker = person(Role.IMPLEMENTING_AGENCY, of=project.lead)
    assert reported(project, worker).authors == [worker.pk]
    [country, *_] = [one.country for one in project.countries.all()]
    with pytest.raises(NotAllowedError):
        services.begin(Requirement.objects.get(), actor=person(Role.FOCAL_POINT, country=country))


def test_a_report_answers_no_indicator_of_another_project(project: Project) -> None:
    report = reported(project)
    other = ResultIndicator.objects.exclude(result__project=project)[0]
    answer = writing.Answer(
        result_indicator=other, kind=ValueKind.STATEMENT, statement="by another project"
    )
    with pytest.raises(ValidationError, match="not an indicator of what this report is about"):
        writing.write_values(report, actor=None, expected=report.version, answers=[answer])
    of_programme = Indicator.objects.all()[0]
    answer = writing.Answer(indicator=of_programme, kind=ValueKind.STATEMENT, statement="of all")
    with pytest.raises(ValidationError, match="not an indicator of what this report is about"):
        writing.write_values(report, actor=None, expected=report.version, answers=[answer])


def test_a_draft_of_a_project_is_seen_by_its_people_and_countries_only(project: Project) -> None:
    report = reported(project)
    [country, *_] = [one.country for one in project.countries.all()]
    link = project.activities.select_related("activity__programme")[0].activity
    scope = f"{link.programme.key}/{link.key}"
    seen: dict[str, Any] = {
        "worker": person(Role.IMPLEMENTING_AGENCY, of=project.lead),
        "focal": person(Role.FOCAL_POINT, country=country),
        "secretariat": person(Role.SECRETARIAT),
    }
    lead = person(Role.ACTIVITY_LEAD, scope=scope)
    unseen: dict[str, Any] = {
        "lead": lead,
        "other": person(Role.FOCAL_POINT, country="JPN"),
        "public": AnonymousUser(),
    }
    for name, viewer in (seen | unseen).items():
        found = selectors.visible_to(viewer).filter(pk=report.pk).exists()
        assert found is (name in seen), name
        assert viewer.has_perm("progress.view_report", report) is found, name
    services.submit(report, actor=None, expected=report.version)
    assert selectors.visible_to(lead).filter(pk=report.pk).exists()
    assert lead.has_perm("progress.review_report", Report.objects.get())


def test_a_project_goes_to_the_bodies_of_all_its_activities_once(project: Project) -> None:
    activities = project.activities.values("activity")
    bodies = ActivityBody.objects.filter(activity__in=activities).values_list("body", flat=True)
    approved(reported(project))
    assert sorted(Delivery.objects.values_list("body", flat=True)) == sorted(set(bodies))


def test_a_project_under_two_activities_counts_once_in_their_section(project: Project) -> None:
    report = approved(reported(project, value="40"))
    one = report.requirement.round
    texts = selectors.activity_texts(one)
    first = texts[project.activities.all()[0].activity_id]
    beside = next(
        text
        for text in texts.values()
        if text.section == first.section
        and text.activity_id not in set(project.activities.values_list("activity", flat=True))
    )
    ProjectActivity.objects.create(project=project, activity_id=beside.activity_id)
    picture = summing.picture(one, AnonymousUser())
    assert first.section is not None
    for kind, code in (
        ("activity", first.code),
        ("activity", beside.code),
        ("section", first.section.code),
        ("pillar", first.pillar.code if first.pillar else ""),
    ):
        place = picture.place(kind, code)
        assert place is not None
        assert (place.reported, place.owed) == (1, 1)
        [amount] = [total.value for total in place.totals if total.value is not None]
        assert amount.low == amount.high == 40


def test_a_draft_of_a_project_cannot_be_asked_about(project: Project) -> None:
    Project.objects.filter(pk=project.pk).update(state=ProjectState.DRAFT, registered_at=None)
    project.refresh_from_db()
    with pytest.raises(WrongStateError):
        rounds.require_of_project(actor=None, round=a_round(sample=True), project=project)


def test_a_milestone_of_the_plan_is_reported_under_its_name(project: Project) -> None:
    planned = project.milestones.all()[0]
    report = reported(project)
    writing.write_milestones(
        report,
        actor=None,
        expected=report.version,
        reached=[(planned.title.en, planned.due, planned)],
    )
    [milestone] = Report.objects.get().milestones.all()
    assert (milestone.planned, milestone.name) == (planned, planned.title.en)


def test_the_sample_has_a_report_on_a_project() -> None:
    accounts.load_sample_users(password="sample-only-2025")
    load_sample_projects()
    services.load_sample_reports()
    report = Report.objects.exclude(requirement__project=None).get()
    assert report.state == State.PUBLISHED
    assert report.values.exists()
