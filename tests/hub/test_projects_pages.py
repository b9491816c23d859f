"""Pages of projects: a draft written step by step without scripts, lists, downloads, refusals."""

from __future__ import annotations

import io
import re
import zipfile
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings
from tests.hub.people import organisation, person
from tests.hub.test_projects import amount, begin, indicator, registered

from kyoso.core.text import same
from kyoso.hub.accounts import services as accounts
from kyoso.hub.accounts.enums import Role
from kyoso.hub.accounts.models import User
from kyoso.hub.programme.models import Activity, Framework, Initiative
from kyoso.hub.projects import sample, services
from kyoso.hub.projects.models import Document, Milestone, Pair, Partner, Project, Site
from kyoso.hub.record.models import Event

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("catalogue")]


@pytest.fixture(autouse=True)
def home(tmp_path: Path, settings: Settings) -> Path:
    settings.KYOSO_HOME = tmp_path
    return tmp_path


def browser(user: User | None = None) -> Client:
    client = Client()
    if user is not None:
        client.force_login(user)
    return client


def page(client: Client, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status, address
    return answer.content.decode()


def filled(text: str) -> dict[str, str]:
    """The hidden marks of the first form of a page that makes or changes something."""
    form = text[text.index('<form method="post"') :]
    return {
        name: found[1]
        for name in ("version", "once")
        if (found := re.search(rf'name="{name}" value="([^"]*)"', form))
    }


# --- writing ------------------------------------------------------------------------------


def test_a_draft_is_written_step_by_step_and_registered_by_another_person() -> None:
    lead = organisation("Agency", sample=True)
    author = person(Role.IMPLEMENTING_AGENCY, of=lead)
    client = browser(author)
    basics = {
        "title_en": "Inventory training", "title_ja": "インベントリ研修",
        "summary_en": "Courses", "summary_ja": "研修を行う",
        "initiative": Initiative.objects.get(key="space").pk, "lead": lead.pk,
        "starts": "2026-04-01", "ends": "2028-03-31", "countries": ["XAA"],
        "activities": [Activity.objects.get(programme__key="space", key="1-1-1").pk],
    }  # fmt: skip
    start = page(client, "/en/projects/new/")
    sent = basics | filled(start)
    answer = client.post("/en/projects/new/", sent)
    again = client.post("/en/projects/new/", sent)
    one = Project.objects.get()
    assert answer.url == again.url == f"/en/projects/{one.pk}/edit/places/"

    def add(step: str, sort: str, **fields: Any) -> None:
        address = f"/en/projects/{one.pk}/edit/{step}/"
        data = {"sort": sort, **fields} | filled(page(client, address))
        answer = client.post(address, data)
        assert answer.status_code == 302, answer.content.decode()

    add("places", "site", name_en="Kota", name_ja="コタ", country="XAA")
    add("partners", "partner", organisation=lead.pk, role="implementing")
    add("milestones", "milestone", title_en="Start", title_ja="開始", due="2026-06-01")
    add(
        "finance", "finance", kind="budget", part="own", instrument="grant", sector="public",
        currency="USD", amount="1000.50", date="2026-04-01",
    )  # fmt: skip
    add("results", "result", level="outcome", title_en="Better", title_ja="改善")
    outcome = one.results.get()
    add(
        "results", "resultindicator", result=outcome.pk, title_en="People", title_ja="人数",
        kind="quantitative", unit="people", categories="women\r\nmen\r\n",
    )  # fmt: skip
    add(
        "results", "target", indicator=outcome.indicators.get().pk, period="2027",
        category="women", value="40",
    )  # fmt: skip
    add("documents", "document", title_en="Plan", title_ja="計画", link="https://x.example/plan")
    tags = f"/en/projects/{one.pk}/edit/tags/"
    client.post(
        tags,
        filled(page(client, tags))
        | {"tags": [Framework.objects.get(key="sdg-13").pk], "themes": ["gender"]},
    )
    check = page(client, f"/en/projects/{one.pk}/edit/check/")
    assert "Nothing is missing" in check
    address = f"/en/projects/{one.pk}/submit/"
    assert address in check
    assert client.post(address, filled(page(client, address))).status_code == 302
    assert "You wrote in it" in page(client, f"/en/projects/{one.pk}/edit/check/")
    assert client.get(f"/en/projects/{one.pk}/edit/basics/").status_code == 409
    assert client.post(f"/en/projects/{one.pk}/register/", {"version": 1}).status_code == 403

    focal = browser(person(Role.FOCAL_POINT, country="XAA"))
    address = f"/en/projects/{one.pk}/register/"
    assert focal.post(address, filled(page(focal, address))).status_code == 302
    public = page(browser(), f"/en/projects/{one.pk}/")
    for shown in ("Kota", "1,000.50", "40 people", "women", "SDG 13: Climate action", "Start"):
        assert shown in public, shown
    assert "インベントリ研修" in page(browser(), f"/ja/projects/{one.pk}/")
    address = f"/en/projects/{one.pk}/history/"
    for act in ("project begun", "amount added", "target added", "project registered"):
        assert act in page(client, address), act
        assert (act in page(browser(), address)) == (act == "project registered"), act


def test_wrong_entries_are_named_beside_their_fields_and_nothing_is_saved() -> None:
    lead = organisation(sample=True)
    client = browser(person(Role.IMPLEMENTING_AGENCY, of=lead))
    answer = client.post(
        "/en/projects/new/",
        {
            "title_en": "A", "title_ja": "", "summary_en": "B", "summary_ja": "び",
            "lead": lead.pk, "initiative": Initiative.objects.get(key="space").pk,
            "starts": "2020-01-01", "countries": ["XAA"],
            "activities": [Activity.objects.filter(programme__key="space")[0].pk],
        },
    )  # fmt: skip
    assert answer.status_code == 422
    assert 'href="#id_title_ja_field"' in answer.content.decode()
    assert Project.objects.count() == 0


def test_the_rule_of_the_text_is_explained_beside_the_initiative() -> None:
    lead = organisation(sample=True)
    client = browser(person(Role.IMPLEMENTING_AGENCY, of=lead))
    sent = {
        "title_en": "A", "title_ja": "あ", "summary_en": "B", "summary_ja": "び",
        "lead": lead.pk, "initiative": Initiative.objects.get(key="space").pk,
        "starts": "2020-01-01", "countries": ["XAA"],
        "activities": [Activity.objects.filter(programme__key="space")[0].pk],
    }  # fmt: skip
    answer = client.post("/ja/projects/new/", sent)
    assert answer.status_code == 422
    assert "事業の開始日2020年1月1日は" in answer.content.decode()


def test_a_stale_form_meets_the_conflict_page_and_can_be_sent_again() -> None:
    draft = begin(lead=organisation(sample=True))
    client = browser(person(Role.FOCAL_POINT, country="XAA"))
    milestone = services.add_part(
        Milestone(project=draft, title=same("Start"), due="2026-06-01"), actor=None
    )
    address = f"/en/projects/{draft.pk}/parts/milestone/{milestone.pk}/"
    form = filled(page(client, address)) | {
        "title_en": "Mine", "title_ja": "私", "due": "2026-07-01",
    }  # fmt: skip
    services.change_part(milestone, actor=None, expected=1, title=same("Theirs"))
    refused = client.post(address, form)
    assert refused.status_code == 409
    assert "Theirs" in refused.content.decode()
    assert client.post(address, form | {"version": 2}).status_code == 302
    milestone.refresh_from_db()
    assert milestone.title.en == "Mine"


def test_a_part_is_taken_out_after_one_question() -> None:
    draft = begin(lead=organisation(sample=True))
    row = amount(draft)
    client = browser(person(Role.SECRETARIAT))
    address = f"/en/projects/{draft.pk}/parts/finance/{row.pk}/?remove"
    assert "The history keeps what it was" in page(client, address)
    assert client.post(address, {"version": 1}).status_code == 302
    assert draft.finance.count() == 0
    assert "amount taken out" in page(client, f"/en/projects/{draft.pk}/history/")


def test_a_part_of_another_project_is_not_reached_through_ones_own() -> None:
    mine, other = begin(), begin(countries=["XAB"])
    row = amount(other)
    client = browser(person(Role.FOCAL_POINT, country="XAA"))
    address = f"/en/projects/{mine.pk}/parts/finance/{row.pk}/"
    assert client.get(address).status_code == 404
    assert client.post(f"{address}?remove", {"version": 1}).status_code == 404


# --- who ----------------------------------------------------------------------------------


def test_a_draft_of_another_member_is_not_found_by_any_path() -> None:
    draft = begin()
    document = services.add_part(
        Document(project=draft, title=same("x"), name="a.pdf", sha256="0" * 64, size=1),
        actor=None,
    )
    site = services.add_part(Site(project=draft, name=same("K"), country="XAA"), actor=None)
    stranger = browser(person(Role.FOCAL_POINT, country="XAB"))
    base = f"/en/projects/{draft.pk}"
    for address in (
        f"{base}/", f"{base}/history/", f"{base}/documents/{document.pk}", f"{base}/edit/basics/",
        f"{base}/edit/check/", f"{base}/parts/site/{site.pk}/", f"{base}/register/",
        f"{base}/cancel/",
    ):  # fmt: skip
        assert stranger.get(address).status_code == 404, address
        assert stranger.post(address, {"version": 1}).status_code in (404, 405), address
    assert draft.title.en not in page(stranger, "/en/projects/")
    assert draft.title.en not in page(browser(), "/en/projects/")
    draft.refresh_from_db()
    assert (draft.version, draft.state) == (1, "draft")


def test_who_is_not_signed_in_is_asked_to() -> None:
    one = registered()
    for address in ("new/", f"{one.pk}/edit/basics/", f"{one.pk}/cancel/", "pairs/"):
        answer = browser().get(f"/en/projects/{address}")
        assert (answer.status_code, "sign-in" in answer.url) == (302, True)


def test_a_milestone_is_reported_by_the_agency_and_confirmed_by_the_focal_point() -> None:
    lead = organisation(sample=True)
    one = registered(lead=lead)
    planned = services.add_part(
        Milestone(project=one, title=same("Start"), due=date(2026, 6, 1)), actor=None
    )
    address = f"/en/projects/{one.pk}/milestones/{planned.pk}/"
    agency = browser(person(Role.IMPLEMENTING_AGENCY, of=lead))
    assert address in page(agency, f"/en/projects/{one.pk}/")
    assert address not in page(browser(), f"/en/projects/{one.pk}/")
    for day, status in (("2999-01-01", 422), ("2026-05-30", 302)):
        answer = agency.post(address, filled(page(agency, address)) | {"done": day})
        assert answer.status_code == status
    assert "not yet confirmed" in page(browser(), f"/en/projects/{one.pk}/")
    focal = browser(person(Role.FOCAL_POINT, country="XAA"))
    sent = filled(page(focal, address)) | {"done": "2026-05-30"}
    assert focal.post(address, sent).status_code == 302
    assert "not yet confirmed" not in page(browser(), f"/en/projects/{one.pk}/")
    assert browser(person()).get(address).status_code == 403


def test_a_project_that_is_returned_shows_its_authors_why() -> None:
    lead = organisation("Agency", sample=True)
    author = person(Role.IMPLEMENTING_AGENCY, of=lead)
    one = services.submit(begin(actor=author, lead=lead), actor=author, expected=1)
    focal = browser(person(Role.FOCAL_POINT, country="XAA", name="mara"))
    address = f"/en/projects/{one.pk}/send_back/"
    assert address in page(focal, f"/en/projects/{one.pk}/edit/check/")
    assert focal.post(address, filled(page(focal, address)) | {"why": ""}).status_code == 422
    assert focal.post(address, filled(page(focal, address)) | {"why": "no city"}).status_code == 302
    for shown in (f"/en/projects/{one.pk}/", f"/en/projects/{one.pk}/edit/check/"):
        told = page(browser(author), shown)
        assert "Returned by mara" in told
        assert "no city" in told


def test_a_project_is_cancelled_with_a_reason_that_stays() -> None:
    one = registered()
    client = browser(person(Role.SECRETARIAT))
    address = f"/en/projects/{one.pk}/cancel/"
    assert client.post(address, filled(page(client, address)) | {"why": " "}).status_code == 422
    done = client.post(address, filled(page(client, address)) | {"why": "no money"})
    assert done.status_code == 302
    assert "Reason: no money" in page(client, f"/en/projects/{one.pk}/history/")
    assert client.get(f"/en/projects/{one.pk}/edit/basics/").status_code == 409


# --- documents ----------------------------------------------------------------------------


def office(entries: dict[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in entries.items():
            packed.writestr(name, content)
    return stream.getvalue()


def send(client: Client, one: Project, name: str, content: bytes) -> Any:
    address = f"/en/projects/{one.pk}/edit/documents/"
    return client.post(
        address,
        filled(page(client, address))
        | {
            "sort": "document", "title_en": "Plan", "title_ja": "計画",
            "file": SimpleUploadedFile(name, content),
        },
    )  # fmt: skip


def test_a_document_is_kept_by_its_hash_and_handed_out_as_it_was_sent() -> None:
    one, client = begin(), browser(person(Role.SECRETARIAT))
    assert send(client, one, "../計画.pdf", b"%PDF-1.7 plan").status_code == 302
    kept = Document.objects.get()
    assert (kept.name, kept.size) == ("計画.pdf", 13)
    with closing(client.get(f"/en/projects/{one.pk}/documents/{kept.pk}")) as answer:
        assert answer.headers["Content-Disposition"].startswith("attachment")
        assert b"".join(answer.streaming_content) == b"%PDF-1.7 plan"  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("run.exe", b"MZ", "is not taken"),
        ("all.zip", b"PK\x03\x04", "is not taken"),
        ("plan.pdf", b"<html>", "not that of a .pdf file"),
        ("empty.csv", b"", "empty"),
        ("plan.docx", b"PK\x03\x04 broken", "not that of a .docx file"),
        ("plan.docx", office({"other.txt": b"x"}), "not that of a .docx file"),
    ],
)
def test_a_file_that_is_not_what_it_says_is_refused(name: str, content: bytes, said: str) -> None:
    one, client = begin(), browser(person(Role.SECRETARIAT))
    answer = send(client, one, name, content)
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert Document.objects.count() == 0


def test_a_file_that_unpacks_to_a_multiple_of_itself_is_refused() -> None:
    one, client = begin(), browser(person(Role.SECRETARIAT))
    bomb = office({"[Content_Types].xml": b"x", "word/media/a": b"\0" * (201 << 20)})
    assert len(bomb) < 1 << 20
    answer = send(client, one, "plan.docx", bomb)
    assert "unpacks to too much" in answer.content.decode()
    assert Document.objects.count() == 0


# --- lists --------------------------------------------------------------------------------


def test_the_list_is_narrowed_by_activity_country_state_and_initiative() -> None:
    registered(title=same("First one"))
    other = {
        "countries": ["XAB"],
        "activities": [Activity.objects.get(programme__key="space", key="2-1-1")],
    }
    registered(title=same("Second one"), **other)
    for query, found in (
        ("", {"First", "Second"}),
        ("activity=space/2-1-1", {"Second"}),
        ("country=XAA", {"First"}),
        ("state=completed", set()),
        ("initiative=space", {"First", "Second"}),
        ("initiative=space&country=XAB", {"Second"}),
    ):
        text = page(browser(), f"/en/projects/?{query}")
        assert {name for name in ("First", "Second") if f"{name} one" in text} == found, query


def test_the_totals_of_the_list_say_what_they_leave_out() -> None:
    for _ in range(2):
        amount(registered(), 25, reference="T-1")
    amount(begin(), 900)
    text = page(browser(), "/en/projects/")
    assert "from 2 registered projects" in text
    assert '<td class="number">25</td>' in text
    assert "1 amount is left out" in text
    assert "no exchange rate is given" in text


def full(number: int) -> Project:
    """A project with two of everything."""
    one = begin(title=same(f"Project {number}"), lead=organisation(sample=True))
    for at in range(2):
        partner = Partner(project=one, organisation=organisation(sample=True), role="partner")
        services.add_part(partner, actor=None)
        services.add_part(
            Milestone(project=one, title=same(f"M {at}"), due="2026-06-01"), actor=None
        )
        services.add_part(Site(project=one, name=same(f"S {at}"), country="XAA"), actor=None)
        amount(one, 5)
        indicator(one)
    services.revise(one, actor=None, expected=None, tags=list(Framework.objects.all()[:2]))
    return services.register(one, actor=None, expected=None)


def queries(client: Client, address: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        page(client, address)
    return len(captured)


def test_no_page_issues_a_query_per_row() -> None:
    client = browser(person(Role.SECRETARIAT))
    one = full(0)
    addresses = ["/en/projects/", f"/en/projects/{one.pk}/", f"/en/projects/{one.pk}/history/"]
    addresses += [
        f"/en/projects/{one.pk}/edit/{step}/"
        for step in ("basics", "partners", "finance", "results", "check")
    ]
    full(1)
    page(client, "/en/projects/")
    few = {address: queries(client, address) for address in addresses}
    for number in range(2, 8):
        full(number)
    for number in range(8):
        amount(one, number + 1)
        services.add_part(
            Partner(project=one, organisation=organisation(sample=True), role="funder"), actor=None
        )
        indicator(one)
    assert Pair.objects.count() > 10
    assert {address: queries(client, address) for address in addresses} == few


# --- sample data --------------------------------------------------------------------------


def test_the_sample_projects_come_once_and_two_of_them_overlap() -> None:
    accounts.load_sample_users(password="sample-only-2025")
    assert sample.load_sample_projects() == 8
    events = Event.objects.count()
    assert sample.load_sample_projects() == 8
    assert Event.objects.count() == events
    assert Project.objects.filter(sample=True).count() == Project.objects.count() == 8
    pair = Pair.objects.get()
    titles = {pair.first.title.en, pair.second.title.en}
    assert titles == {
        "Training on greenhouse gas reporting of facilities",
        "Capacity for facility emission reporting",
    }
