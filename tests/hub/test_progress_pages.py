"""The pages of rounds and reports: forms without scripts, who sees what, numbers of queries."""

from __future__ import annotations

import uuid
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import Settings
from tests.hub.browsing import fields, get
from tests.hub.people import person
from tests.hub.progress_sample import CITIES, Scene, a_round, activity, number, scene

from kyoso.core.text import same
from kyoso.hub.accounts import services as accounts
from kyoso.hub.accounts.enums import Role
from kyoso.hub.accounts.models import User
from kyoso.hub.evidence.enums import State as RunState
from kyoso.hub.evidence.models import Run
from kyoso.hub.evidence.store import Stored
from kyoso.hub.programme.models import Activity, ActivityBody
from kyoso.hub.progress import rounds, selectors, services, summing, total_views, writing
from kyoso.hub.progress.enums import Part, State, WrittenIn
from kyoso.hub.progress.models import Report, Requirement
from kyoso.hub.record.models import Event

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("catalogue")]


@pytest.fixture(autouse=True)
def home(tmp_path: Path, settings: Settings) -> Path:
    settings.KYOSO_HOME = tmp_path
    return tmp_path


def browser(user: User | None = None) -> Client:
    client = Client()
    if user is not None:
        client.force_login(User.objects.get(pk=user.pk))
    return client


def page(report: Report, rest: str = "") -> str:
    return f"/en/progress/reports/{report.pk}/{rest}"


# --- the whole way in the browser -------------------------------------------------------------


def test_a_report_is_written_step_by_step_and_goes_its_way_without_scripts(home: Path) -> None:
    s = scene()
    focal, judge = browser(s.focal), browser(s.lead)
    answer = focal.post(f"/en/progress/owed/{s.requirement.pk}/begin/")
    report = s.report
    assert answer["Location"] == page(report, "write/texts/")

    sent = fields(get(focal, page(report, "write/texts/")))
    sent |= {"narrative": "Two cities met.", "language": "en"}
    assert focal.post(page(report, "write/texts/"), sent)["Location"] == page(
        report, "write/values/"
    )
    sent = fields(get(focal, page(report, "write/values/")))
    [key] = {name.rpartition("-")[0] for name in sent if name.endswith("0-number")}
    sent |= {f"{key}-kind": "number", f"{key}-number": "4"}
    assert focal.post(page(report, "write/values/"), sent).status_code == 302
    sent = fields(get(focal, page(report, "write/milestones/")))
    sent |= {"milestone-0-name": "Plan signed", "milestone-0-reached": "2025-05-01"}
    assert focal.post(page(report, "write/milestones/"), sent).status_code == 302
    sent = fields(get(focal, page(report, "write/finance/")))
    sent |= {"finance-0-source": "Fund", "finance-0-amount": "10.50", "finance-0-currency": "JPY"}
    assert focal.post(page(report, "write/finance/"), sent).status_code == 302
    sent = fields(get(focal, page(report, "write/documents/")))
    file = SimpleUploadedFile("minutes.pdf", b"%PDF-1.7 minutes")
    assert focal.post(page(report, "write/documents/"), sent | {"file": file}).status_code == 302
    sent = fields(get(focal, page(report, "write/check/")))
    assert focal.post(page(report, "write/check/"), sent).status_code == 302
    assert s.report.state == State.SUBMITTED

    sent = fields(get(judge, page(report, "review/"))) | {
        "reason-needs": "say more",
        "act": "return",
    }
    assert judge.post(page(report, "review/"), sent).status_code == 302
    assert "say more" in get(focal, page(report))
    sent = fields(get(focal, page(report, "write/check/")))
    focal.post(page(report, "write/check/"), sent)
    sent = fields(get(judge, page(report, "review/"))) | {"act": "accept"}
    assert judge.post(page(report, "review/"), sent).status_code == 302
    desk = browser(s.secretariat)
    sent = fields(get(desk, page(report))) | {"act": "publish"}
    assert desk.post(page(report), sent).status_code == 302
    public = get(browser(), page(report))
    for words in ("Two cities met.", "4 partnerships", "Plan signed", "10.5", "minutes.pdf"):
        assert words in public
    document = s.report.documents.get()
    kept = browser().get(f"/en/progress/documents/{document.pk}/")
    assert b"".join(kept.streaming_content) == b"%PDF-1.7 minutes"
    assert kept["Content-Disposition"].startswith("attachment")


def test_a_form_that_is_sent_back_untouched_changes_nothing() -> None:
    s = scene()
    report = s.draft()
    client, events = browser(s.colleague), Event.objects.count()
    for step in ("texts", "values", "milestones", "finance"):
        sent = fields(get(client, page(report, f"write/{step}/")))
        assert client.post(page(report, f"write/{step}/"), sent).status_code == 302
    assert Event.objects.count() == events


def test_faults_stand_beside_their_fields_and_nothing_is_saved() -> None:
    s = scene()
    report = s.draft()
    client, before = browser(s.focal), s.report.version
    sent = fields(get(client, page(report, "write/values/")))
    [key] = {name.rpartition("-")[0] for name in sent if name.endswith("0-number")}
    wrong = [
        {f"{key}-number": "many"},
        {f"{key}-unit": "TJ"},
        {f"{key}-kind": "share", f"{key}-number": "", f"{key}-numerator": "1"},
        {f"{key}-kind": "statement", f"{key}-number": "", f"{key}-statement": ""},
        {f"{key}-kind": ""},
        {f"{key}-run": str(uuid.uuid4())},
        {f"{key}-run": "not a number"},
    ]
    for change in wrong:
        answer = client.post(page(report, "write/values/"), sent | change)
        assert answer.status_code == 422, change
        assert 'aria-invalid="true"' in answer.content.decode(), change
    sent = fields(get(client, page(report, "write/finance/")))
    for change in (
        {"finance-0-amount": "-1"},
        {"finance-0-amount": "1.234"},
        {"finance-0-currency": "yen"},
        {"finance-0-currency": "XXX"},
        {"finance-0-source": ""},
    ):
        given = {"finance-0-source": "F", "finance-0-amount": "1", "finance-0-currency": "JPY"}
        answer = client.post(page(report, "write/finance/"), sent | given | change)
        assert answer.status_code == 422, change
    assert s.report.version == before


def test_a_file_of_another_kind_is_not_taken() -> None:
    s = scene()
    report = s.draft()
    client = browser(s.focal)
    sent = fields(get(client, page(report, "write/documents/")))
    sent |= {"file": SimpleUploadedFile("tool.exe", b"MZ")}
    assert client.post(page(report, "write/documents/"), sent).status_code == 422
    assert not s.report.documents.exists()


def test_who_saw_an_older_version_gets_both_and_loses_nothing() -> None:
    s = scene()
    report = s.draft("3")
    client = browser(s.focal)
    sent = fields(get(client, page(report, "write/values/")))
    [key] = {name.rpartition("-")[0] for name in sent if name.endswith("0-number")}
    writing.write_values(report, actor=s.colleague, expected=report.version, answers=[number("4")])
    answer = client.post(page(report, "write/values/"), sent | {f"{key}-number": "5"})
    html = answer.content.decode()
    assert answer.status_code == 409
    assert "Number: 5; Unit: partnerships" in html
    assert "Number: 4; Unit: partnerships" in html
    again = client.post(page(report, "write/values/"), fields(html))
    assert again.status_code == 302
    assert [int(value.number or 0) for value in s.report.values.all()] == [5]


# --- evidence ---------------------------------------------------------------------------------


def test_a_value_rests_on_a_run_that_its_author_may_see() -> None:
    s = scene()
    report = s.draft()
    own = Run.objects.create(owner=s.focal, method="m", version="1", state=RunState.DONE)
    foreign = Run.objects.create(owner=s.stranger, method="m", version="1", state=RunState.DONE)
    waiting = Run.objects.create(owner=s.focal, method="m", version="1")
    client = browser(s.focal)
    sent = fields(get(client, page(report, "write/values/")))
    [key] = {name.rpartition("-")[0] for name in sent if name.endswith("0-number")}
    for run, status in ((foreign, 422), (waiting, 422), (own, 302)):
        answer = client.post(page(report, "write/values/"), sent | {f"{key}-run": str(run.pk)})
        assert answer.status_code == status
    assert s.report.values.get().run == own
    assert f"/en/runs/{own.pk}/" in get(client, page(report))
    colleague = get(browser(s.colleague), page(report))
    assert own.label in colleague
    assert f"/en/runs/{own.pk}/" not in colleague


# --- who sees what ----------------------------------------------------------------------------


def every_address(report: Report) -> list[str]:
    return [
        page(report),
        *(page(report, f"write/{step}/") for step in ("texts", "values", "finance", "check")),
        page(report, "review/"),
        *(f"/en/progress/documents/{one.pk}/" for one in report.documents.all()),
    ]


def with_document(s: Scene, report: Report) -> Report:
    writing.add_document(
        report, actor=s.focal, expected=None, name="a.pdf", stored=Stored("0" * 64, 1)
    )
    return s.report


def test_another_members_draft_is_not_found_by_any_path() -> None:
    s = scene()
    report = with_document(s, s.draft())
    other = browser(s.stranger)
    for address in every_address(report):
        get(other, address, 404)
        assert other.post(address).status_code in (404, 405)
    assert other.post(f"/en/progress/owed/{s.requirement.pk}/begin/").status_code == 404
    get(other, f"/en/progress/owed/{s.requirement.pk}/", 404)
    round_page = get(other, f"/en/progress/rounds/{s.round.pk}/")
    assert str(report.pk) not in round_page
    assert "draft" not in round_page
    chosen = {"act": "accept", "report": f"{report.pk}:{report.version}"}
    answer = other.post(f"/en/progress/rounds/{s.round.pk}/", chosen)
    assert answer.status_code == 422
    for viewer in (s.stranger, AnonymousUser(), s.lead):
        assert not selectors.visible_to(viewer).filter(pk=report.pk).exists()


@pytest.mark.parametrize("made", ["draft", "submitted", "accepted"])
def test_what_is_not_published_is_not_shown_outside(made: str) -> None:
    s = scene()
    report = getattr(s, made)()
    public = browser()
    get(public, page(report), 404)
    for address in (
        f"/en/progress/rounds/{s.round.pk}/",
        f"/en/progress/totals/?round={s.round.pk}",
        f"/en/progress/totals/{s.round.pk}/activity/{CITIES}/",
    ):
        html = get(public, address)
        assert str(report.pk) not in html
        assert "Two cities met." not in html
        assert "3 partnerships" not in html
    assert "not reported" in get(public, f"/en/progress/totals/?round={s.round.pk}")


def test_the_history_of_drafts_is_for_those_whose_they_are() -> None:
    s = scene()
    report = services.begin(s.requirement, actor=s.focal)
    secret = "What nobody outside should read."
    report = writing.write_texts(
        report, actor=s.focal, expected=report.version, written_in=WrittenIn.EN,
        texts={Part.NARRATIVE: secret},
    )  # fmt: skip
    report = writing.write_texts(
        report, actor=s.focal, expected=report.version, written_in=WrittenIn.EN,
        texts={Part.NARRATIVE: "Clean."},
    )  # fmt: skip
    report = services.submit(report, actor=s.focal, expected=report.version)
    report = services.accept(report, actor=s.lead, expected=report.version)
    services.publish(report, actor=s.secretariat, expected=report.version)
    for viewer, sees in ((None, False), (s.lead, False), (s.stranger, False), (s.focal, True)):
        assert (secret in get(browser(viewer), page(report))) is sees


def test_predicate_and_queryset_agree_on_every_report_and_requirement() -> None:
    scenes = [scene("XAA"), scene("XAB", "XAA"), scene("XAC", "XAA"), scene("XAD", "XAA")]
    for s, made in zip(scenes, ("draft", "submitted", "accepted", "published"), strict=True):
        getattr(s, made)()
    services.send_back(
        scenes[1].report, actor=scenes[1].lead, expected=scenes[1].report.version,
        reasons={"": "x"},
    )  # fmt: skip
    body = ActivityBody.objects.filter(activity=activity()).select_related("body")[0].body
    people: list[Any] = [
        AnonymousUser(),
        person(Role.WORKING_GROUP, scope=f"body/{body.key}"),
        person(Role.WORKING_GROUP, scope="body/other"),
        person(Role.AUDITOR),
        person(),
        *(one for s in scenes for one in (s.focal, s.colleague, s.lead, s.secretariat)),
    ]
    for viewer in people:
        for model, shown in (
            (Report, selectors.visible_to),
            (Requirement, selectors.requirements_visible_to),
        ):
            name = f"progress.view_{model.__name__.lower()}"
            allowed = {row.pk for row in model.objects.all() if viewer.has_perm(name, row)}
            assert allowed == set(shown(viewer).values_list("pk", flat=True)), (viewer, name)


def test_a_body_reads_what_was_sent_to_it_and_nothing_else() -> None:
    s = scene()
    body = ActivityBody.objects.filter(activity=activity()).select_related("body")[0].body
    reader = browser(person(Role.WORKING_GROUP, scope=f"body/{body.key}"))
    stranger = browser(person(Role.WORKING_GROUP, scope="body/asomm"))
    address = f"/en/progress/reading/{body.key}/"
    report = s.submitted()
    get(reader, page(report), 404)
    assert str(report.pk) not in get(reader, address)
    services.accept(report, actor=s.lead, expected=report.version)
    assert page(report) in get(reader, address)
    assert "Two cities met." in get(reader, page(report))
    get(stranger, address, 404)
    get(stranger, page(report), 404)
    assert browser().get(address).status_code == 302
    assert page(report) in get(browser(person(Role.AUDITOR)), address)


def test_an_author_who_is_also_the_secretariat_cannot_accept_in_any_page() -> None:
    s = scene()
    own = s.focal.memberships.get().organisation
    accounts.appoint(actor=None, user=s.focal, organisation=own, role=Role.SECRETARIAT)
    report = s.submitted()
    client = browser(s.focal)
    get(client, page(report, "review/"), 403)
    sent = {"version": report.version, "act": "accept"}
    assert client.post(page(report, "review/"), sent).status_code == 403
    chosen = {"act": "accept", "report": f"{report.pk}:{report.version}"}
    assert client.post(f"/en/progress/rounds/{s.round.pk}/", chosen).status_code == 403
    assert s.report.state == State.SUBMITTED


# --- rounds -----------------------------------------------------------------------------------


def test_the_secretariat_opens_a_round_once_and_asks_the_members(loaded: None) -> None:
    s = scene()
    client = browser(s.secretariat)
    sent = fields(get(client, "/en/progress/rounds/new/")) | {
        "programme": "space", "title_en": "Second", "title_ja": "第二", "starts": "2025-01-01",
        "ends": "2025-12-31", "opens": "2026-01-01", "due": "2026-03-31", "escalates_after": "7",
    }  # fmt: skip
    first = client.post("/en/progress/rounds/new/", sent)
    again = client.post("/en/progress/rounds/new/", sent)
    assert first["Location"] == again["Location"]
    address = first["Location"]
    html = get(client, address)
    assert "Second" in html
    client.post(address, {"act": "require", "activity": activity().pk})
    sent = fields(get(client, f"{address}change/"))
    wrong = client.post(f"{address}change/", sent | {"due": "2025-01-01", "why": "x"})
    assert wrong.status_code == 422
    assert (
        client.post(f"{address}change/", sent | {"due": "2026-04-30", "why": "x"}).status_code
        == 302
    )
    get(browser(s.focal), "/en/progress/rounds/new/", 403)


def test_several_reports_are_judged_at_once() -> None:
    s = scene()
    report = s.submitted()
    client = browser(s.secretariat)
    address = f"/en/progress/rounds/{s.round.pk}/"
    html = get(client, address)
    chosen = f"{report.pk}:{report.version}"
    assert chosen in html
    assert client.post(address, {"act": "return", "report": chosen}).status_code == 422
    assert client.post(address, {"act": "accept"}).status_code == 422
    assert client.post(address, {"act": "accept", "report": chosen}).status_code == 302
    chosen = f"{report.pk}:{s.report.version}"
    assert client.post(address, {"act": "publish", "report": chosen}).status_code == 302
    assert s.report.state == State.PUBLISHED


def test_a_day_is_put_off_or_a_report_waived_with_a_reason() -> None:
    s = scene()
    client = browser(s.secretariat)
    address = f"/en/progress/owed/{s.requirement.pk}/"
    sent = fields(get(client, address)) | {"act": "put_off", "due": "2030-01-31", "why": ""}
    assert client.post(address, sent).status_code == 422
    assert client.post(address, sent | {"why": "flood"}).status_code == 302
    assert "31 January 2030" in get(client, address)
    get(browser(s.focal), address, 403)


# --- what it adds up to -----------------------------------------------------------------------


def test_totals_contain_what_is_approved_and_say_how_much_that_is() -> None:
    s = scene()
    for member, value in (("XAB", "5"), ("XAC", None), ("XAD", "7")):
        owed = rounds.require(actor=None, round=s.round, activity=activity(), member=member)
        if value is None:
            continue
        report = services.begin(owed, actor=None)
        report = writing.write_values(
            report, actor=None, expected=report.version, answers=[number(value)]
        )
        report = services.submit(report, actor=None, expected=report.version)
        report = services.accept(report, actor=None, expected=report.version)
        if member == "XAB":
            services.publish(report, actor=None, expected=report.version)
    s.published("3")
    # Published: 3 and 5; accepted besides: 7; XAC reported nothing.
    for viewer, total, n in ((None, "8", 2), (s.secretariat, "15", 3)):
        html = get(browser(viewer), f"/en/progress/totals/{s.round.pk}/activity/{CITIES}/")
        assert f"<b>{total}</b> partnerships" in html
        assert f"{n} of 4 reported" in html
        for kind, code in (("section", "1.2"), ("pillar", "1")):
            above = get(browser(viewer), f"/en/progress/totals/{s.round.pk}/{kind}/{code}/")
            assert f"<b>{total}</b> partnerships" in above
    get(browser(), f"/en/progress/totals/{s.round.pk}/activity/9-9-9/", 404)


def test_a_place_is_shown_a_page_at_a_time_and_its_totals_count_all(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(total_views, "INDICATORS_A_PAGE", 1)
    monkeypatch.setattr(total_views, "REPORTS_A_PAGE", 1)
    s = scene()
    report = s.published("3")
    other = rounds.require(actor=None, round=s.round, activity=activity(), member="XAB")
    second = services.begin(other, actor=None)
    second = writing.write_values(
        second, actor=None, expected=second.version, answers=[number("5")]
    )
    second = services.submit(second, actor=None, expected=second.version)
    second = services.accept(second, actor=None, expected=second.version)
    second = services.publish(second, actor=None, expected=second.version)
    address = f"/en/progress/totals/{s.round.pk}/activity/{CITIES}/"
    pages = [get(browser(), f"{address}?reports={n}") for n in (1, 2)]
    for n, (html, shown) in enumerate(zip(pages, (report, second), strict=True), start=1):
        assert "<b>8</b> partnerships" in html
        assert f"reports {n} to {n} of 2" in html
        assert page(shown) in html.partition('id="reports"')[2]
    assert page(second) not in pages[0].partition('id="reports"')[2]


def test_two_who_disagree_stand_in_the_total_with_their_names() -> None:
    s = scene()
    s.published("3")
    worker = person(Role.IMPLEMENTING_AGENCY)
    agency = worker.memberships.get().organisation
    owed = rounds.require(
        actor=None, round=s.round, activity=activity(), member="XAA", organisation=agency
    )
    report = services.begin(owed, actor=worker)
    report = writing.write_values(
        report, actor=worker, expected=report.version, answers=[number("4")]
    )
    report = services.submit(report, actor=worker, expected=report.version)
    report = services.accept(report, actor=s.lead, expected=report.version)
    services.publish(report, actor=s.secretariat, expected=report.version)
    html = get(browser(), f"/en/progress/totals/{s.round.pk}/activity/{CITIES}/")
    assert "<b>3 to 4</b>" in html
    assert "1 of 1 reported" in html
    assert agency.name.en in html


def test_a_correction_counts_once_it_is_published() -> None:
    s = scene()
    first = s.published("3")
    second = services.revise(first, actor=s.focal, why="one more city")
    second = writing.write_values(
        second, actor=s.focal, expected=second.version, answers=[number("4")]
    )
    second = services.submit(second, actor=s.focal, expected=second.version)
    second = services.accept(second, actor=s.lead, expected=second.version)
    address = f"/en/progress/totals/{s.round.pk}/activity/{CITIES}/"
    assert "<b>3</b>" in get(browser(), address)
    assert "<b>4</b>" in get(browser(s.secretariat), address)
    services.publish(second, actor=s.secretariat, expected=second.version)
    assert "<b>4</b>" in get(browser(), address)
    assert "one more city" in get(browser(), page(second))
    assert page(second) in get(browser(), page(first))


# --- the sample -------------------------------------------------------------------------------


def test_the_sample_round_is_loaded_once_and_every_page_of_it_opens(loaded: None) -> None:
    accounts.load_sample_users(password="sample-only-2025")
    count = services.load_sample_reports()
    assert services.load_sample_reports() == count == 8
    states = set(Report.objects.values_list("state", flat=True))
    assert states == set(State.values)
    assert any(one.is_stale("narrative") for one in Report.objects.all())
    for email in ("secretariat", "focal-a", "lead", "auditor", "agency-a"):
        user = User.objects.get(email=f"{email}@sample.example")
        client = browser(user)
        for language in ("en", "ja"):
            get(client, f"/{language}/progress/")
            get(client, f"/{language}/progress/totals/")
            get(client, f"/{language}/progress/reading/")
            for one in {report.requirement.round_id for report in Report.objects.all()}:
                get(client, f"/{language}/progress/rounds/{one}/")
            for report in selectors.visible_to(user):
                get(client, f"/{language}/progress/reports/{report.pk}/")
                if user.has_perm("progress.review_report", report):
                    client.get(f"/{language}/progress/reports/{report.pk}/review/")


# --- queries ----------------------------------------------------------------------------------


def many(one_round: Any, count: int, **who: Any) -> None:
    """Reports of a round in all states, the first on the activity that has an indicator."""
    activities = list(Activity.objects.filter(programme__key="space").select_related("programme"))
    activities.sort(key=lambda one: one.key != CITIES)
    members = ("XAA", "XAB")
    pairs = [(a, m) for a in activities for m in members][:count]
    for at, (one, member) in enumerate(pairs):
        owed = rounds.require(actor=None, round=one_round, activity=one, member=member)
        report = services.begin(owed, actor=None)
        report = services.submit(report, actor=None, expected=report.version)
        if at % 3:
            report = services.accept(report, actor=None, expected=report.version)
        if at % 3 == 2:
            services.publish(report, actor=None, expected=report.version)


def queries(client: Client, address: str) -> int:
    get(client, address)
    with CaptureQueriesContext(connection) as captured:
        get(client, address)
    return len(captured)


@pytest.mark.parametrize("role", [None, Role.SECRETARIAT, Role.FOCAL_POINT])
def test_no_page_asks_the_database_once_a_row(role: Role | None) -> None:
    today = timezone.localdate()
    small = a_round(title=same("Small"), due=today - timedelta(days=1))
    large = a_round(title=same("Large"), due=today - timedelta(days=1))
    many(small, 3)
    user = None if role is None else person(role, country="XAA" if role != Role.SECRETARIAT else "")
    client = browser(user)
    listed = queries(client, "/en/progress/")
    body = ActivityBody.objects.select_related("body")[0].body.key
    reading = None
    if role == Role.SECRETARIAT:
        reading = queries(client, f"/en/progress/reading/{body}/")
    many(large, 50)
    assert queries(client, "/en/progress/") == listed
    if reading is not None:
        assert queries(client, f"/en/progress/reading/{body}/") == reading
    for address in ("rounds/{}/", "totals/?round={}", "totals/{}/pillar/1/"):
        few, lots = (
            queries(client, f"/en/progress/{address.format(one.pk)}") for one in (small, large)
        )
        assert few == lots, address


def test_a_report_with_many_values_asks_no_more_than_one_with_few() -> None:
    s, other = scene(), scene("XAB", "XAA")
    few = s.published()
    report = other.draft()
    report = writing.write_values(
        report, actor=other.focal, expected=report.version,
        answers=[number(str(at), group=f"group {at}" if at else "") for at in range(50)],
    )  # fmt: skip
    report = services.submit(report, actor=other.focal, expected=report.version)
    report = services.accept(report, actor=other.lead, expected=report.version)
    lots = services.publish(report, actor=other.secretariat, expected=report.version)
    assert queries(browser(), page(lots)) == queries(browser(), page(few))


def test_a_picture_of_a_round_asks_a_fixed_number_of_queries() -> None:
    small, large = a_round(), a_round()
    many(small, 3)
    many(large, 50)
    counts = []
    for one in (small, large):
        with CaptureQueriesContext(connection) as captured:
            summing.picture(one, AnonymousUser())
        counts.append(len(captured))
    assert counts[0] == counts[1]
