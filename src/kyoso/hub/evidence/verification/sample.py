"""A sample facility whose report a verifier had corrected and signed, made through the services."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone

from kyoso.core.text import Text
from kyoso.hub.accounts.models import Organisation, User
from kyoso.hub.evidence import store
from kyoso.hub.evidence.facilities import reporting
from kyoso.hub.evidence.facilities import services as facilities
from kyoso.hub.evidence.facilities.models import Facility, Report, Submission
from kyoso.hub.evidence.facilities.sample import planned, registered, user
from kyoso.hub.evidence.verification import services
from kyoso.hub.evidence.verification.enums import FindingKind, Level, Opinion, VisitKind
from kyoso.hub.evidence.verification.models import Accreditation, Engagement

CODE = "SAMPLE-2"
YEAR = 2024
ROWS = (
    facilities.Row(
        code="S1",
        unit="K1",
        category="1A2f",
        source="Natural Gas",
        tier=1,
        meter="GM-7",
        meter_uncertainty=Decimal(2),
        sampling="weekly, at the inlet",
    ),
    facilities.Row(
        code="S2",
        unit="K1",
        category="1A2f",
        source="Wood/Wood Waste",
        tier=1,
        meter="WB-4",
        meter_uncertainty=Decimal(5),
    ),
)
FIRST, SECOND = ("540,TJ,NCV", "2100,t,"), ("594,TJ,NCV", "2100,t,")
"""What was read of the meters: the first version leaves out a month of gas."""


def load_sample_verification() -> int:
    """The verifier of XAA, and a report of two versions that it verified; published.

    Safe to repeat: what is there stays as people have made it. Answers how many verifiers there
    are; none without the sample logins.
    """
    people = [user(name) for name in ("operator-a", "ministry-a", "verifier-a")]
    if None not in people and not Facility.objects.filter(country="XAA", code=CODE).exists():
        operator, ministry, verifier = people
        assert operator is not None
        assert ministry is not None
        assert verifier is not None
        with transaction.atomic():
            accredited(ministry, verifier)
            _verified(_facility(operator, ministry), operator, ministry, verifier)
    return Accreditation.objects.filter(organisation__sample=True).count()


def of(person: User) -> Organisation:
    """The organisation of a sample login."""
    return person.memberships.select_related("organisation")[0].organisation


def accredited(ministry: User, verifier: User, number: str = "V-01") -> Accreditation:
    """The verifier may verify energy, processes and waste in XAA."""
    return services.accredit(
        actor=ministry,
        organisation=of(verifier),
        body="Sample accreditation body",
        number=number,
        country="XAA",
        categories=["1", "2", "4"],
        since=date(2020, 1, 1),
    )


def _facility(operator: User, ministry: User) -> Facility:
    facility = registered(
        operator,
        ministry,
        code=CODE,
        name=Text("Sample brick works", "見本れんが工場"),
        place="Sample valley",
        latitude=Decimal("1.42"),
        longitude=Decimal("103.91"),
    )
    facilities.add_unit(facility, actor=operator, code="K1", name="Tunnel kiln 1")
    planned(facility, operator, ministry, rows=ROWS, from_year=2023)
    return facility


def _handed_in(one: Submission, operator: User, given: tuple[str, ...]) -> Submission:
    rows = [f"{CODE},{YEAR},{row.code},{written}" for row, written in zip(ROWS, given, strict=True)]
    lines = ["facility,year,stream,quantity,unit,heat_basis", *rows, ""]
    stored = store.keep(ContentFile("\n".join(lines).encode()))
    one = reporting.upload(
        one, actor=operator, expected=one.version, name=f"{CODE}-{YEAR}.csv", stored=stored
    )
    return reporting.submit(one, actor=operator, expected=one.version)


def prepared(report: Report, operator: User, verifier: User) -> Engagement:
    """The verifier is engaged, independent, has a plan and was on the site."""
    one = services.engage(report, actor=operator, organisation=of(verifier), level=Level.REASONABLE)
    one = services.declare(
        one,
        actor=verifier,
        expected=one.version,
        independence="We have no other business with the operator.",
    )
    one = services.plan(
        one,
        actor=verifier,
        expected=one.version,
        strategic_analysis="One kiln; gas is nearly all of it, so its meter is read month by month.",
        sampling_plan={"S1": "all invoices and meter readings", "S2": "three deliveries"},
    )
    services.visit(
        one,
        actor=verifier,
        kind=VisitKind.SITE,
        day=min(date(2025, 3, 4), timezone.localdate()),
        place="Sample valley",
    )
    return one


def _verified(facility: Facility, operator: User, ministry: User, verifier: User) -> None:
    """A month of gas is missing in version 1; version 2 has it, is signed and published."""
    first = _handed_in(reporting.begin(facility, actor=operator, year=YEAR), operator, FIRST)
    engagement = prepared(first.report, operator, verifier)
    gas = facility.plans.get().streams.get(code="S1")
    finding = services.find(
        engagement,
        actor=verifier,
        kind=FindingKind.MISSTATEMENT,
        stream=gas,
        text="The gas of December is missing.",
        found=Decimal("33355.773"),
    )
    first = services.ask_for_correction(
        engagement, actor=verifier, expected=first.version, reason="Add the gas of December."
    )
    second = reporting.correct(first, actor=operator, why="The gas of December was left out.")
    second = _handed_in(second, operator, SECOND)
    services.confirm_correction(
        finding, actor=verifier, expected=finding.version, answer="594 TJ, as invoiced"
    )
    services.sign(
        engagement,
        actor=verifier,
        expected=second.version,
        opinion=Opinion.UNQUALIFIED,
        text="The emissions are free of material misstatement.",
    )
    second.refresh_from_db()
    reporting.publish(second, actor=ministry, expected=second.version)
