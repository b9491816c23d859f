"""A facility's report through the interface: from the register to the public."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import Settings
from tests.hub import sample_world as world
from tests.hub.api_world import bearer
from tests.hub.people import organisation, person
from tests.hub.sample_world import login, organisation_of
from tests.hub.test_api import ROOT, everything, get
from tests.hub.test_api_projects import NOBODY, send

from kyoso.hub.accounts import services as accounts
from kyoso.hub.accounts.enums import Role
from kyoso.hub.evidence.facilities import sample
from kyoso.hub.evidence.facilities.models import Entry, Facility, Plan, Submission
from kyoso.hub.evidence.models import Run
from kyoso.hub.record.models import Event

pytestmark = pytest.mark.django_db

STREAMS = [
    {"code": "S1", "unit": "B1", "category": "1A2d", "source": "Natural Gas", "tier": 1,
     "meter": "GM-1", "meter_uncertainty": "2"},
    {"code": "S2", "unit": "B1", "category": "1A2d", "source": "Wood/Wood Waste", "tier": 1},
    {"code": "S3", "unit": "C1", "category": "2F1", "source": "HFC134a", "tier": 1,
     "confidential": True},
]  # fmt: skip
ACTIVITY = [
    {"stream": "S1", "quantity": "96", "unit": "TJ", "heat_basis": "NCV"},
    {"stream": "S2", "quantity": "1.40", "unit": "kt"},
    {"stream": "S3", "quantity": "42000", "unit": "g", "note": "two cylinders"},
]


@pytest.fixture(autouse=True)
def people(settings: Settings, tmp_path: Path) -> None:
    settings.KYOSO_HOME = tmp_path
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    accounts.load_sample_users(password="sample-only-2025")


def registered() -> str:
    """A facility with an operator and two units, made through the interface; its address."""
    ministry, operator = bearer(login("ministry-a")), bearer(login("operator-a"))
    body = {"country": "XAA", "code": "F-1", "name": {"en": "Kiln works", "ja": "窯"}}
    made = send("post", f"{ROOT}/facilities", ministry, body, key="f")
    again = send("post", f"{ROOT}/facilities", ministry, body, key="f")
    assert (made.status_code, again.json()["id"]) == (201, made.json()["id"])
    path = f"{ROOT}/facilities/{made.json()['id']}"
    holder = {"organisation": organisation_of("operator-a").pk, "since": "2021-01-01"}
    assert send("post", f"{path}/operators", ministry, holder).status_code == 201
    for code in ("B1", "C1"):
        unit = {"code": code, "name": f"Unit {code}"}
        assert send("post", f"{path}/units", operator, unit).status_code == 201
    return path


def planned(path: str) -> None:
    """A plan, written by the operator and approved by the regulator."""
    operator, ministry = bearer(login("operator-a")), bearer(login("ministry-a"))
    begun = {"rule_set": sample.RULE_SET, "from_year": 2022}
    made = send("post", f"{path}/plans", operator, begun)
    plan = f"{ROOT}/plans/{made.json()['id']}"
    wrong = [STREAMS[0] | {"category": "9Z9"}, *STREAMS[1:]]
    mark = made.headers["ETag"]
    written = send("put", plan, operator, begun | {"streams": wrong}, match=mark)
    refused = send("post", f"{plan}/submit", operator, match=written.headers["ETag"])
    assert (refused.status_code, refused.json()["faults"][0]["where"]) == (422, "plan/category:2")
    assert send("put", plan, operator, begun | {"streams": STREAMS}, match=mark).status_code == 412
    now = written.headers["ETag"]
    written = send("put", plan, operator, begun | {"streams": STREAMS}, match=now)
    assert [one["confidential"] for one in written.json()["streams"]] == [False, False, True]
    handed = send("post", f"{plan}/submit", operator, match=written.headers["ETag"])
    approve = f"{plan}/approve"
    assert send("post", approve, operator, match=handed.headers["ETag"]).status_code == 403
    done = send("post", approve, ministry, match=handed.headers["ETag"])
    assert (done.status_code, done.json()["state"]) == (200, "approved")


def ways(path: str, other: str) -> list[tuple[str, str, Any]]:
    return [
        ("get", path, None),
        ("get", f"{path}/lines", None),
        ("put", f"{path}/entries", {"activity": ACTIVITY}),
        ("post", f"{path}/submit", None),
        ("post", f"{path}/return", {"reason": "x"}),
        ("post", f"{path}/publish", None),
        ("post", f"{path}/correct", {"why": "x"}),
        ("get", other, None),
    ]


def test_a_report_goes_from_the_register_to_the_public() -> None:
    operator, ministry = bearer(login("operator-a")), bearer(login("ministry-a"))
    facility = registered()
    planned(facility)
    made = send("post", f"{facility}/reports", operator, {"year": 2024}, key="r")
    again = send("post", f"{facility}/reports", operator, {"year": 2024}, key="r")
    assert (made.status_code, again.json()["id"]) == (201, made.json()["id"])
    path, mark = f"{ROOT}/submissions/{made.json()['id']}", made.headers["ETag"]

    wrong = [ACTIVITY[0] | {"quantity": "-96"}, ACTIVITY[1] | {"unit": "furlong"}, ACTIVITY[2]]
    refused = send("put", f"{path}/entries", operator, {"activity": wrong}, match=mark)
    places = [one["where"] for one in refused.json()["faults"]]
    assert (refused.status_code, places) == (422, ["activity/quantity:2", "activity/unit:3"])
    assert not Entry.objects.exists()
    sent = send("put", f"{path}/entries", operator, {"activity": ACTIVITY}, match=mark)
    assert sent.status_code == 200
    entries = {one["stream"]: one for one in sent.json()["entries"]}
    assert (entries["S2"]["quantity"], entries["S3"]["unit"]) == ("1.4", "g")
    stale = send("put", f"{path}/entries", operator, {"activity": wrong[1:]}, match=mark)
    assert (stale.status_code, len(stale.json()["current"]["entries"])) == (412, 3)

    report = f"{ROOT}/facility-reports/{sent.json()['report']}"
    strangers = [person(Role.OPERATOR, country="XAA"), person(Role.SECTOR_MINISTRY, country="XAB"),
                 person(Role.SECRETARIAT), person()]  # fmt: skip
    for headers in [{}, *(bearer(one) for one in strangers)]:
        for method, way, body in [*ways(path, report), ("get", facility, None)]:
            answer = (
                get(way, headers)
                if method == "get"
                else send(method, way, headers, body, match='"v1"')
            )
            expected = 404 if method == "get" or headers else 401
            assert (method, way, answer.status_code) == (method, way, expected)
    assert everything(f"{ROOT}/facility-reports") == []

    mark = sent.headers["ETag"]
    handed = send("post", f"{path}/submit", operator, match=mark)
    events = Event.objects.count()
    repeat = send("post", f"{path}/submit", operator, match=mark)
    assert (handed.json()["state"], repeat.json()) == ("submitted", handed.json())
    assert Event.objects.count() == events
    mark = handed.headers["ETag"]
    assert send("post", f"{path}/publish", operator, match=mark).status_code == 403
    done = send("post", f"{path}/publish", ministry, match=mark)
    assert (done.status_code, done.json()["state"]) == (200, "published")

    whole = get(path, operator).json()
    lines = everything(f"{path}/lines", operator)
    assert {one["values"]["stream"] for one in lines} == {"S1", "S2", "S3"}
    gas = [one["values"] for one in lines if one["values"]["gas"] == "HFC134a"]
    assert [(one["mass"], one["co2e"]) for one in gas] == [(0.042, 0.042 * 1300)]
    assert float(whole["total"]) > 0
    public = get(path).json()
    hidden = {name: public[name] for name in ("total", "entries", "sheet_name", "run", "plan")}
    assert set(hidden.values()) == {None}
    open_lines = everything(f"{path}/lines")
    assert {one["values"]["stream"] for one in open_lines} == {"S1", "S2"}
    assert "2F1" not in {one["category"] for one in public["categories"]}
    [listed] = everything(f"{ROOT}/facility-reports")
    assert [(one["state"], one["total"]) for one in listed["versions"]] == [("published", None)]
    shown = get(facility).json()
    assert (shown["year"], shown["units"], shown["plans"]) == (2024, [], [])

    next_one = send("post", f"{path}/correct", operator, {"why": "a meter was exchanged"}, key="c")
    assert (next_one.status_code, next_one.json()["number"]) == (201, 2)
    assert get(f"{ROOT}/submissions/{next_one.json()['id']}").status_code == 404


def test_a_workbook_takes_the_same_way_as_rows() -> None:
    one = world.approved_plan(world.facility_of_a("F-2")).facility
    operator = bearer(login("operator-a"))
    path = f"{ROOT}/facilities/{one.pk}/reports"
    made = send("post", path, operator, {"year": 2024})
    way = f"{ROOT}/submissions/{made.json()['id']}/workbook"
    headers = operator | {"If-Match": made.headers["ETag"]}
    for content, name, status in (
        (world.sheet("F-9", 2024), "data.csv", 422),
        (b"MZ", "data.exe", 422),
        (world.sheet("F-2", 2024), "data.csv", 200),
    ):
        file = SimpleUploadedFile(name, content)
        answer = Client().post(way, {"file": file}, headers=headers)
        assert (name, answer.status_code) == (name, status)
    submission = Submission.objects.get()
    assert (submission.sheet_name, submission.entries.count()) == ("data.csv", 3)
    assert get(f"{ROOT}/submissions/{submission.pk}/plausibility", operator).json() == []
    unknown = send("put", f"{ROOT}/submissions/{NOBODY}/entries", operator, {"activity": ACTIVITY})
    assert unknown.status_code == 404
    assert Facility.objects.count() == 1


def test_lists_ask_the_same_number_of_queries_for_one_and_for_ten() -> None:
    headers, now = bearer(person(Role.AUDITOR)), timezone.now()
    run, own = Run.objects.create(sample=True, method="m", version="1"), organisation()
    counts = []
    for first, last in ((0, 1), (1, 10)):
        for at in range(first, last):
            one = Facility.objects.create(code=f"F-{at}", name=own.name, country="XAA")
            one.holdings.create(organisation=organisation(), since=now.date())
            plan = Plan.objects.create(facility=one, rule_set=sample.RULE_SET, from_year=2022)
            report = one.reports.create(year=2024, rule_set=plan.rule_set)
            report.submissions.create(
                plan=plan, state="published", submitted_at=now, published_at=now, digest="d",
                run=run,
            )  # fmt: skip
        for path in ("facilities", "facility-reports"):
            get(f"{ROOT}/{path}", headers)
            with CaptureQueriesContext(connection) as asked:
                found = get(f"{ROOT}/{path}", headers).json()["items"]
            counts.append((len(found), len(asked)))
    assert [rows for rows, _ in counts] == [1, 1, 10, 10]
    assert [queries for _, queries in counts[:2]] == [queries for _, queries in counts[2:]]
