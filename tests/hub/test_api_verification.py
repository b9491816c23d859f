"""A verification through the interface: from the register of verifiers to the signed statement."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
from tests.hub import sample_world as world
from tests.hub.api_world import bearer
from tests.hub.people import person
from tests.hub.sample_world import login, organisation_of
from tests.hub.test_api import ROOT, everything, get
from tests.hub.test_api_projects import send
from tests.hub.worlds import signed_up

from kyoso.hub.accounts.enums import Role
from kyoso.hub.evidence.facilities import reporting
from kyoso.hub.evidence.facilities.models import Submission
from kyoso.hub.record.models import Event

pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("verification")]

LARGE, CORRECTED = ("500,TJ,NCV", "1.4,kt,", "42,kg,"), ("550,TJ,NCV", "1.4,kt,", "42,kg,")
GAS_FOUND, DIFFERENCE = "30884.975", 50 * 56.1545
"""550 TJ of natural gas, and what 50 TJ more come to: 56,100 kg CO2, 1 kg CH4, 0.1 kg N2O per TJ
(IPCC 2006, Volume 2, Table 2.3) by the AR5 potentials 28 and 265."""


@pytest.fixture(scope="module")
def handed_in(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[UUID]:
    """A report of more than 25,000 t, from which on its rule set wants it verified."""
    with signed_up(django_db_blocker, tmp_path_factory.mktemp("home")):
        facility = world.facility_of_a("F-1")
        world.approved_plan(facility)
        one = reporting.begin(facility, actor=login("operator-a"), year=2024)
        yield world.handed_in(one, LARGE).pk


def accredited() -> None:
    entry = {
        "organisation": organisation_of("verifier-a").pk, "body": "Board", "number": "V-1",
        "country": "XAA", "categories": ["1", "2"], "since": "2020-01-01",
    }  # fmt: skip
    path = f"{ROOT}/accreditations"
    assert send("post", path, bearer(login("operator-a")), entry).status_code == 403
    assert send("post", path, bearer(login("ministry-a")), entry).status_code == 201
    [listed] = everything(path)
    assert (listed["number"], listed["until"]) == ("V-1", None)


def mark_of(submission: UUID | str, headers: dict[str, str]) -> str:
    return str(get(f"{ROOT}/submissions/{submission}", headers).headers["ETag"])


def test_a_report_is_verified_above_materiality_corrected_and_signed(handed_in: UUID) -> None:
    accredited()
    first = Submission.objects.get(pk=handed_in)
    operator, verifier = bearer(login("operator-a")), bearer(login("verifier-a"))
    body = {"report": str(first.report_id), "level": "reasonable",
            "organisation": organisation_of("verifier-a").pk}  # fmt: skip
    stranger = bearer(person(Role.VERIFIER))
    assert send("post", f"{ROOT}/engagements", stranger, body).status_code == 422
    made = send("post", f"{ROOT}/engagements", operator, body, key="e")
    assert made.status_code == 201
    path, mark = f"{ROOT}/engagements/{made.json()['id']}", made.headers["ETag"]
    for headers in (
        stranger,
        bearer(person(Role.SECRETARIAT)),
        bearer(person(Role.OPERATOR, country="XAB")),
    ):
        assert get(path, headers).status_code == 404
        assert everything(f"{ROOT}/engagements", headers) == []

    finding = {"kind": "misstatement", "text": "a bill is missing", "stream": "S1",
               "found": GAS_FOUND}  # fmt: skip
    early = send("post", f"{path}/findings", verifier, finding)
    assert (early.status_code, early.json()["code"]) == (409, "wrong-state")
    words = {"independence": "We have no other business with the operator."}
    assert send("post", f"{path}/independence", operator, words, match=mark).status_code == 403
    mark = send("post", f"{path}/independence", verifier, words, match=mark).headers["ETag"]
    plan = {"strategic_analysis": "Gas is nearly all.", "sampling_plan": {"S1": "all bills"}}
    assert send("put", f"{path}/plan", verifier, plan, match=mark).status_code == 200
    visit = {"kind": "waived", "day": "2025-03-04"}
    assert send("post", f"{path}/visits", verifier, visit).status_code == 422
    visited = send("post", f"{path}/visits", verifier, visit | {"reason": "seen last year"})
    assert {one["key"]: one["met"] for one in visited.json()["needs"]} == {
        **dict.fromkeys(("accreditation", "independence", "analysis", "sampling"), True),
        **dict.fromkeys(("version", "visit", "answered"), True),
    }

    found = send("post", f"{path}/findings", verifier, finding, key="f")
    assert found.status_code == 201
    judged = get(path, verifier).json()["judged"]
    assert float(judged["net"]) == pytest.approx(DIFFERENCE, abs=1e-3)
    assert float(judged["share"]) > float(judged["materiality"])
    signing = {"opinion": "unqualified", "text": "Free of material misstatement."}
    seen = mark_of(first.pk, verifier)
    refused = send("post", f"{path}/sign", verifier, signing, match=seen)
    assert [one["where"] for one in refused.json()["faults"]] == ["opinion"]
    why = {"reason": "Add the bill."}
    assert send("post", f"{path}/return", verifier, why, match='"v99"').status_code == 412
    assert send("post", f"{path}/return", verifier, why, match=seen).status_code == 200

    second = reporting.correct(first, actor=login("operator-a"), why="A bill was left out.")
    second = world.handed_in(second, CORRECTED)
    answered = {"answer": "550 TJ, as billed"}
    confirm = f"{path}/findings/{found.json()['id']}/confirm"
    assert send("post", confirm, stranger, answered, match='"v1"').status_code == 404
    assert send("post", confirm, verifier, answered, match='"v1"').json()["state"] == "corrected"
    seen = mark_of(second.pk, verifier)
    assert send("post", f"{path}/sign", operator, signing, match=seen).status_code == 403
    signed = send("post", f"{path}/sign", verifier, signing, match=seen)
    assert (signed.status_code, signed.json()["digest"]) == (201, second.digest)
    events = Event.objects.count()
    again = send("post", f"{path}/sign", verifier, signing, match=seen)
    assert (again.json(), Event.objects.count()) == (signed.json(), events)

    statements = f"{ROOT}/verification-statements"
    assert everything(statements) == []
    publish = f"{ROOT}/submissions/{second.pk}/publish"
    ministry = bearer(login("ministry-a"))
    done = send("post", publish, ministry, match=mark_of(second.pk, ministry))
    assert (done.status_code, done.json()["state"]) == (200, "published")
    [public] = everything(statements, submission=str(second.pk))
    assert public == signed.json()
    assert get(path).status_code == 401
    ended = send("post", f"{path}/end", verifier, {"reason": "done"},
                 match=get(path, verifier).headers["ETag"])  # fmt: skip
    assert (ended.status_code, get(path, verifier).status_code) == (200, 404)
