"""Pages of verification: from the engagement to the publication by the forms alone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests.hub import sample_world as world
from tests.hub.browsing import get, hidden
from tests.hub.people import person
from tests.hub.sample_world import facility_of_a, login, organisation_of
from tests.hub.worlds import signed_up

from kyoso.hub.accounts.enums import Role
from kyoso.hub.accounts.models import User
from kyoso.hub.evidence.facilities import reporting
from kyoso.hub.evidence.facilities.models import Submission
from kyoso.hub.evidence.verification import sample, selectors, services
from kyoso.hub.evidence.verification.enums import FindingKind
from kyoso.hub.evidence.verification.models import Accreditation, Engagement

pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("verification")]


@pytest.fixture(scope="module")
def handed_in(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[UUID]:
    """The sample logins, the sample of verification, and a report that waits for a verifier."""
    with signed_up(django_db_blocker, tmp_path_factory.mktemp("home")):
        sample.load_sample_verification()
        facility = facility_of_a("F-1")
        world.approved_plan(facility)
        one = reporting.begin(facility, actor=login("operator-a"), year=2024)
        yield world.handed_in(one, ("500,TJ,NCV", "1.4,kt,", "42,kg,")).pk


@pytest.fixture
def version(handed_in: UUID) -> Submission:
    return Submission.objects.get(pk=handed_in)


def of(user: User | str) -> Client:
    client = Client()
    client.force_login(login(user) if isinstance(user, str) else user)
    return client


def report_page(one: Submission, language: str = "en") -> str:
    return f"/{language}/facilities/yearly/{one.report_id}/"


def page(one: Engagement) -> str:
    return f"/en/verifiers/engagements/{one.pk}/"


def engaged(version: Submission) -> Engagement:
    """Engaged by the form of the operator."""
    chosen = organisation_of("verifier-a").pk
    of("operator-a").post(
        f"{report_page(version)}engage/", {"organisation": chosen, "level": "limited", "once": "e"}
    )
    return version.report.engagements.get()


def send(client: Client, to: str, act: str, **fields: Any) -> str:
    answer = client.post(to, {"act": act, **fields}, follow=True)
    return answer.content.decode()


def test_the_whole_work_is_done_by_forms_and_the_public_reads_what_was_signed(
    version: Submission,
) -> None:
    one, verifier, ministry = engaged(version), of("verifier-a"), of("ministry-a")
    to = page(one)
    shown = get(verifier, to)
    assert "What to look at" in shown
    assert shown.count("Not enough history") == 1
    assert "Not written yet." in shown
    send(verifier, to, "declare", version=1, independence="No other business.")
    plan = {"strategic_analysis": "Gas is nearly all.", "sampling-S1": "all bills"}
    send(verifier, to, "plan", version=2, **plan)
    refused = send(verifier, to, "visit", kind="waived", day="2026-01-05", once="v")
    assert "say why the visit was waived" in refused
    send(verifier, to, "visit", kind="virtual", day="2026-01-05", place="by video", once="v")
    found = {"kind": "misstatement", "stream": "S1", "text": "One bill.", "found": "28500"}
    shown = send(verifier, to, "find", once="f", **found)
    assert "28,500" in shown
    shown = send(verifier, to, "find", once="f", **found)
    assert one.findings.count() == 1
    seen = hidden(get(verifier, to).rpartition('id="sign"')[2], "version")
    wrong = verifier.post(
        to, {"act": "sign", "version": seen, "opinion": "adverse", "statement": "x"}
    )
    assert wrong.status_code == 422
    sent = {"version": seen, "opinion": "unqualified", "statement": "Free of misstatement."}
    shown = send(verifier, to, "sign", **sent)
    assert "The statement on this version is signed." in shown
    shown = get(ministry, report_page(version))
    assert 'value="publish"' in shown
    assert "One bill." in shown
    assert "Free of misstatement." not in Client().get(report_page(version)).content.decode()
    send(ministry, report_page(version), "publish", version=hidden(shown, "version"))
    for language, words in (("en", "without qualification"), ("ja", "無限定意見")):
        public = get(Client(), report_page(version, language))
        assert words in public
        assert "Free of misstatement." in public
        assert "One bill." not in public
    get(Client(), to, 404)


def test_the_pages_of_another_verifier_are_not_there(version: Submission) -> None:
    one = engaged(version)
    for other in (person(Role.VERIFIER, country="XAA"), login("secretariat"), login("focal-b")):
        get(of(other), page(one), 404)
        get(of(other), report_page(version), 404)
    for other in ("ministry-a", "focal-a", "auditor", "operator-a"):
        assert "What a statement rests on" in get(of(other), page(one))


def test_the_operator_is_offered_to_engage_and_a_refusal_stands_beside_its_field(
    version: Submission,
) -> None:
    operator = of("operator-a")
    assert "/engage/" in get(operator, report_page(version))
    Accreditation.objects.update(categories=["2"])
    answer = operator.post(
        f"{report_page(version)}engage/",
        {"organisation": organisation_of("verifier-a").pk, "level": "limited"},
    )
    assert (answer.status_code, "not accredited today" in answer.content.decode()) == (422, True)


def test_the_register_is_public_and_kept_by_the_regulator(handed_in: UUID) -> None:
    ministry, one = of("ministry-a"), selectors.accreditations().get()
    assert "V-01" in get(Client(), "/ja/verifiers/")
    given = {
        "organisation": organisation_of("verifier-a").pk, "body": "B", "number": "V-02",
        "country": "XAA", "categories": "1A, 2F1", "since": "2024-01-01", "once": "a",
    }  # fmt: skip
    assert ministry.post("/en/verifiers/accredit/", given | {"categories": "x"}).status_code == 422
    ministry.post("/en/verifiers/accredit/", given)
    assert Accreditation.objects.get(number="V-02").categories == ["1A", "2F1"]
    end = f"/en/verifiers/accreditations/{one.pk}/end/"
    assert of("operator-a").get(end).status_code == 403
    ministry.post(end, {"until": "2026-01-01", "reason": "fees", "version": "1"})
    one.refresh_from_db()
    assert str(one.until) == "2026-01-01"


def test_a_page_asks_as_often_for_twenty_findings_as_for_one(version: Submission) -> None:
    work = sample.prepared(version.report, login("operator-a"), login("verifier-a"))
    client = of("verifier-a")

    def asked(address: str) -> int:
        client.get(address)
        with CaptureQueriesContext(connection) as found:
            get(client, address)
        return len(found)

    def find() -> None:
        services.find(
            work, actor=login("verifier-a"), kind=FindingKind.RECOMMENDATION, text="seal it"
        )

    find()
    before = [asked(one) for one in (page(work), report_page(version))]
    for _ in range(19):
        find()
    assert [asked(one) for one in (page(work), report_page(version))] == before
