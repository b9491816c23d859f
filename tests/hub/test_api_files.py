"""Files through the interface, and a run that is started once however often it is asked for."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django import Settings
from tests.hub.api_world import bearer
from tests.hub.people import organisation, person
from tests.hub.progress_sample import Scene, scene
from tests.hub.test_api import ROOT, get
from tests.hub.test_api_projects import send
from tests.hub.test_projects import begin, registered

from kyoso.hub.accounts.enums import Role
from kyoso.hub.evidence import store
from kyoso.hub.evidence.models import Run
from kyoso.hub.progress import services as progress
from kyoso.hub.progress.models import Document as ReportDocument
from kyoso.hub.projects import services as projects
from kyoso.hub.projects.models import Document, Project
from kyoso.hub.record.errors import NotAllowedError

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("catalogue", "home")]

METHOD = f"{ROOT}/methods/climate.transparency.facility-emissions/runs"
PLAN = b"%PDF-1.7 plan"


@pytest.fixture
def home(settings: Settings, tmp_path: Path) -> None:
    settings.KYOSO_HOME = tmp_path


def office(**entries: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in entries.items():
            packed.writestr(name, content)
    return stream.getvalue()


WRONG = [
    ("run.exe", b"MZ"),
    ("all.zip", office(x=b"x")),
    ("plan.pdf", b"<html>"),
    ("plan.docx", b"PK\x03\x04 and no more"),
    ("plan.xlsx", office(x=b"x")),
    ("bomb.xlsx", office(**{"[Content_Types].xml": b"", "sheet.xml": bytes(201 << 20)})),
    ("empty.csv", b""),
]
"""An ending, a content that is not what the ending says, what unpacks to too much, nothing."""


def post(path: str, headers: dict[str, str], name: str, content: bytes, **fields: str) -> Any:
    """A form with a file."""
    return Client().post(
        path, fields | {"file": SimpleUploadedFile(name, content)}, headers=headers
    )


# --- files of projects --------------------------------------------------------------------


def to_project(one: Project, headers: dict[str, str], name: str, content: bytes) -> Any:
    path = f"{ROOT}/projects/{one.pk}/documents/file"
    return post(path, headers, name, content, title_en="Plan", title_ja="計画")


def test_a_file_is_added_to_a_project_and_handed_out_as_it_was_sent() -> None:
    one, headers = begin(), bearer(person(Role.SECRETARIAT))
    made = to_project(one, headers, "../計画.pdf", PLAN)
    assert made.status_code == 201
    shown = made.json()
    assert (shown["name"], shown["size"], shown["title"]["ja"]) == ("計画.pdf", 13, "計画")
    assert store.content_of(shown["sha256"]).read_bytes() == PLAN
    assert get(f"{ROOT}/projects/{one.pk}", headers).json()["parts"]["documents"] == [shown]


def test_a_file_that_arrives_twice_under_one_key_is_added_once() -> None:
    one, headers = begin(), bearer(person(Role.SECRETARIAT)) | {"Idempotency-Key": "k"}
    first, second = (to_project(one, headers, "plan.pdf", PLAN) for _ in range(2))
    assert first.json() == second.json()
    assert Document.objects.count() == 1


@pytest.mark.parametrize(("name", "content"), WRONG)
def test_a_file_that_is_not_what_it_says_is_not_added_to_a_project(
    name: str, content: bytes
) -> None:
    one, headers = begin(), bearer(person(Role.SECRETARIAT))
    refused = to_project(one, headers, name, content)
    assert (refused.status_code, refused.json()["faults"][0]["where"]) == (422, "file")
    assert not Document.objects.exists()


def test_who_may_not_change_a_project_leaves_no_file_with_it(tmp_path: Path) -> None:
    draft, public = begin(), registered()
    stranger = bearer(person(Role.FOCAL_POINT, country="XAB"))
    assert to_project(draft, stranger, "plan.pdf", PLAN).status_code == 404
    assert to_project(public, stranger, "plan.pdf", PLAN).status_code == 403
    assert not [one for one in (tmp_path / "evidence").rglob("*") if one.is_file()]


# --- files of reports ---------------------------------------------------------------------


def to_report(there: Scene, headers: dict[str, str], name: str, content: bytes) -> Any:
    sent = headers | {"If-Match": f'"v{there.report.version}"'}
    return post(f"{ROOT}/reports/{there.report.pk}/documents", sent, name, content)


def test_a_file_is_added_to_a_report_and_taken_out_of_it() -> None:
    there = scene()
    there.draft()
    headers = bearer(there.focal)
    made = to_report(there, headers, "values.csv", b"year;value\n")
    assert made.status_code == 201
    path = f"{ROOT}/reports/{there.report.pk}"
    assert get(path, headers).json()["documents"] == [made.json()]
    mark = get(path, headers).headers["ETag"]
    gone = send("delete", f"{path}/documents/{made.json()['id']}", headers, match=mark)
    assert (gone.status_code, gone.json()["documents"]) == (200, [])


def test_a_file_is_added_to_the_report_that_was_seen_and_needs_to_say_which() -> None:
    there = scene()
    report = there.draft()
    headers = bearer(there.focal)
    path = f"{ROOT}/reports/{report.pk}/documents"
    assert post(path, headers, "a.csv", b"a").status_code == 428
    older = post(path, headers | {"If-Match": '"v1"'}, "a.csv", b"a")
    assert (older.status_code, older.json()["current"]["documents"]) == (412, [])
    assert not ReportDocument.objects.exists()


@pytest.mark.parametrize(("name", "content"), WRONG)
def test_a_file_that_is_not_what_it_says_is_not_added_to_a_report(
    name: str, content: bytes
) -> None:
    there = scene()
    there.draft()
    refused = to_report(there, bearer(there.focal), name, content)
    assert (refused.status_code, refused.json()["faults"][0]["where"]) == (422, "file")
    assert not ReportDocument.objects.exists()


def test_a_file_that_is_too_large_is_not_added(settings: Settings) -> None:
    settings.KYOSO_UPLOAD = settings.MEGABYTE
    there = scene()
    there.draft()
    refused = to_report(there, bearer(there.focal), "a.csv", bytes(settings.MEGABYTE + 1))
    assert refused.status_code == 422
    assert "1 MB" in refused.json()["faults"][0]["message"]["en"]


def test_no_file_is_added_to_a_report_that_is_handed_in_or_by_who_does_not_owe_it() -> None:
    there = scene()
    there.draft()
    assert to_report(there, bearer(there.stranger), "a.csv", b"a").status_code == 404
    there.report.refresh_from_db()
    progress.submit(there.report, actor=there.focal, expected=there.report.version)
    assert to_report(there, bearer(there.focal), "a.csv", b"a").status_code == 409
    assert to_report(there, bearer(there.lead), "a.csv", b"a").status_code == 403
    assert not ReportDocument.objects.exists()


# --- a run --------------------------------------------------------------------------------


def test_a_run_is_started_once_however_often_it_arrives() -> None:
    one, other = (bearer(person()) | {"Idempotency-Key": "k"} for _ in range(2))
    first, second = (Client().post(METHOD, {"example": "true"}, headers=one) for _ in range(2))
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json()["id"] == second.json()["id"]
    assert Client().post(METHOD, {"example": "true"}, headers=other).status_code == 201
    assert Run.objects.count() == 2


# --- who leads ----------------------------------------------------------------------------


def test_a_project_is_led_by_an_organisation_for_which_one_acts_also_for_the_service() -> None:
    own, theirs = organisation(sample=True), organisation(country="XAB", sample=True)
    agency = person(Role.IMPLEMENTING_AGENCY, of=own)
    one = begin(actor=agency, lead=own)
    with pytest.raises(NotAllowedError):
        projects.revise(one, actor=agency, expected=one.version, lead=theirs)
    secretary = person(Role.SECRETARIAT)
    moved = projects.revise(one, actor=secretary, expected=one.version, lead=theirs)
    assert moved.lead == theirs
