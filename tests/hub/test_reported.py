"""What is on public record, country by country: made of what the apps answer."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from decimal import Decimal
from html import unescape

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries
from tests.hub.people import person

from kyoso.core.text import same
from kyoso.hub import reported
from kyoso.hub.accounts.enums import Role
from kyoso.hub.evidence.facilities.enums import PlanState, State
from kyoso.hub.evidence.facilities.models import Facility, Plan, Report, Submission
from kyoso.hub.evidence.inventory.models import Factor, Inventory
from kyoso.hub.evidence.models import Run
from kyoso.hub.evidence.ndc.models import Statement
from kyoso.hub.evidence.verification.enums import Opinion
from kyoso.hub.evidence.verification.models import Accreditation, Engagement
from kyoso.hub.evidence.verification.models import Statement as Signed

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 1, tzinfo=UTC)


@pytest.fixture
def country() -> None:
    """Three facilities published their reports on 2024: one verified, one adversely, one not."""
    signer = person(Role.VERIFIER, country="XAA")
    run = Run.objects.create(
        method="climate.transparency.facility-report", version="1.0.0", owner=signer
    )
    organisation = signer.memberships.get().organisation
    accreditation = Accreditation.objects.create(
        organisation=organisation, body="Body", number="V-1", country="XAA", since=date(2020, 1, 1)
    )
    for code, year, opinion in (
        ("A", 2023, Opinion.UNQUALIFIED),
        ("A", 2024, Opinion.QUALIFIED),
        ("B", 2024, Opinion.ADVERSE),
        ("C", 2024, None),
    ):
        facility, _ = Facility.objects.get_or_create(
            code=code, country="XAA", defaults={"name": same(f"Works {code}"), "sample": True}
        )
        plan, _ = Plan.objects.get_or_create(
            facility=facility, rule_set="asean-pasti", from_year=2020,
            defaults={"state": PlanState.APPROVED, "submitted_at": NOW, "approved_at": NOW},
        )  # fmt: skip
        report = Report.objects.create(facility=facility, year=year, rule_set="asean-pasti")
        submission = Submission.objects.create(
            report=report, plan=plan, state=State.PUBLISHED, run=run, digest="d",
            submitted_at=NOW, published_at=NOW,
        )  # fmt: skip
        if opinion is not None:
            engagement = Engagement.objects.create(
                report=report, organisation=organisation, accreditation=accreditation,
                level="limited",
            )  # fmt: skip
            Signed.objects.create(
                engagement=engagement, submission=submission, digest="d", level="limited",
                opinion=opinion, misstatement=Decimal(0), gross=Decimal(0), text="Read.",
                signed_by=signer, signed_at=NOW,
            )  # fmt: skip
    for year, total in ((2022, "10085221"), (2024, "10189133.25")):
        Inventory.objects.create(
            country="XAA", year=year, state="published", run=run, totals={"total": total},
            submitted_at=NOW, published_at=NOW,
        )  # fmt: skip
    Factor.objects.create(
        country="XAA", source="Coal", quantity="co2_emission_factor", value=95.0, lower=94.0,
        upper=96.0, unit="t/TJ", basis="NCV", samples=18, from_year=2022, state="approved",
        approved_at=NOW, run=run,
    )  # fmt: skip
    for kind, name in (("target", "Emissions 2030"), ("target", "Power 2030"), ("measure", "Act")):
        Statement.objects.create(
            country="XAA", kind=kind, name=name, state="published", submitted_at=NOW,
            published_at=NOW,
        )  # fmt: skip


def text_of(client: Client, path: str) -> str:
    page = client.get(path).content.decode()
    main = page[page.index("<main") : page.index("</main>")]
    return re.sub(r"\s+", " ", unescape(re.sub("<[^>]+>", " ", main)))


@pytest.mark.usefixtures("country")
def test_a_country_says_what_it_reported_and_how_much_of_it_is_verified() -> None:
    said = {one.head.en: found for one, found in reported.of_country("XAA")}
    assert {head: None if one is None else one.text.en for head, one in said.items()} == {
        "Facility reports": "2024: 3 facilities",
        "Verified": "2024: 1 of 3 reports",
        "Own factors": "1 approved",
        "National inventory, t CO₂e": "2024: 10,189,133",
        "NDC and BTR": "2 targets",
    }
    verified, inventory = said["Verified"], said["National inventory, t CO₂e"]
    assert verified is not None
    assert verified.mark == "look"
    assert inventory is not None
    assert inventory.args == (Inventory.objects.get(country="XAA", year=2024).pk,)


def test_a_country_without_a_report_is_named_as_such() -> None:
    assert [said for _, said in reported.of_country("XAB")] == [None] * 5


@pytest.mark.parametrize(
    ("code", "heads"),
    [
        ("1-1-1", ["Facility reports", "Verified", "National inventory, t CO₂e"]),
        ("1-1-3", [one.head.en for one in reported.listings()]),
        ("2-2-3", []),
    ],
)
def test_an_activity_leads_to_the_lists_that_rest_on_its_methods(
    code: str, heads: list[str]
) -> None:
    assert [one.head.en for one in reported.serving(code)] == heads


@pytest.mark.usefixtures("country")
@pytest.mark.parametrize("language", ["en", "ja"])
def test_the_page_of_all_countries_says_it_to_everybody_and_each_link_opens(
    client: Client, language: str
) -> None:
    page = client.get(f"/{language}/reported/").content.decode()
    main = page[page.index("<main") : page.index("</main>")]
    assert "10,189,133" in main
    links = {unescape(path) for path in re.findall(r'href="([^"]+)"', main)}
    paths = {path for path in links if "/members/" not in path and "/inventories/" not in path}
    assert {client.get(path).status_code for path in paths} == {200}


@pytest.mark.usefixtures("country")
def test_the_list_of_facilities_of_one_country_says_which_report_is_verified(
    client: Client,
) -> None:
    listed = text_of(client, "/en/facilities/?country=XAA")
    for facility, said in (
        ("Works A", "✓ with qualification"),
        ("Works B", "✕ adverse"),
        ("Works C", "▲ not verified"),
    ):
        assert said in listed[listed.index(facility) :].split("sample data", 2)[1]
    assert "Works A" not in text_of(client, "/en/facilities/?country=XAB")


def test_all_countries_take_as_many_queries_as_lists(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    with django_assert_num_queries(len(reported.listings())):
        for one in reported.listings():
            one.said(None)
