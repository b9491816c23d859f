"""The sample facility: made through the services, as people would make it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.files.base import ContentFile
from django.db import transaction

from kyoso.core.text import Text
from kyoso.hub.accounts.models import User
from kyoso.hub.evidence import store
from kyoso.hub.evidence.facilities import reporting, services
from kyoso.hub.evidence.facilities.models import Facility, Plan, Submission

RULE_SET = "asean-pasti"
CODE = "SAMPLE-1"
PUBLISHED, BEGUN = 2024, 2025

ROWS = (
    services.Row(
        code="S1",
        unit="B1",
        category="1A2d",
        source="Natural Gas",
        tier=1,
        meter="GM-1",
        meter_uncertainty=Decimal(2),
        sampling="monthly, at the inlet",
    ),
    services.Row(
        code="S2",
        unit="B1",
        category="1A2d",
        source="Wood/Wood Waste",
        tier=1,
        meter="WB-1",
        meter_uncertainty=Decimal(5),
    ),
    services.Row(
        code="S3",
        unit="C1",
        category="2F1",
        source="HFC134a",
        tier=1,
        meter="Scale 3",
        meter_uncertainty=Decimal(5),
    ),
)
_HEAD = "facility,year,stream,quantity,unit,heat_basis,note"


def load_sample_facilities() -> int:
    """A facility of XAA with an approved plan and a published report, and the next of both begun.

    Safe to repeat: a sample facility that is there stays as people have made it. Answers how many
    there are; none without the sample logins.
    """
    operator, ministry = user("operator-a"), user("ministry-a")
    there = Facility.objects.filter(sample=True, code=CODE)
    if operator is not None and ministry is not None and not there.exists():
        with transaction.atomic():
            facility = _registered(operator, ministry)
            planned(facility, operator, ministry, rows=ROWS, from_year=2022)
            _reported(facility, operator, ministry)
            draft = reporting.begin(facility, actor=operator, year=BEGUN)
            draft = _sent(draft, operator, ("98.4,TJ,NCV", "1.5,kt,", "38000,g,"))
            reporting.foresee(draft, actor=operator)
            services.begin_plan(facility, actor=operator, rule_set=RULE_SET, from_year=BEGUN + 1)
    return there.count()


def user(name: str) -> User | None:
    """A sample login, if it is there."""
    return User.objects.filter(email=f"{name}@sample.example", sample=True).first()


def registered(operator: User, ministry: User, **site: Any) -> Facility:
    """A sample facility of XAA that the organisation of a sample login operates."""
    facility = services.register(actor=ministry, country="XAA", sample=True, **site)
    membership = operator.memberships.select_related("organisation")[0]
    services.set_operator(
        facility, actor=ministry, organisation=membership.organisation, since=date(2020, 1, 1)
    )
    return facility


def _registered(operator: User, ministry: User) -> Facility:
    facility = registered(
        operator,
        ministry,
        code=CODE,
        name=Text("Sample food plant", "見本食品工場"),
        place="Sample city",
        latitude=Decimal("1.35"),
        longitude=Decimal("103.82"),
    )
    services.add_permit(
        facility,
        actor=ministry,
        number="P-2020-17",
        issuer="Sample ministry of environment",
        since=date(2020, 1, 1),
        subject="Air emissions of two units",
    )
    for code, name in (("B1", "Boiler 1"), ("C1", "Cold store")):
        services.add_unit(facility, actor=operator, code=code, name=name)
    return facility


def planned(
    facility: Facility,
    operator: User,
    ministry: User,
    *,
    rows: Sequence[services.Row],
    from_year: int,
) -> Plan:
    """An approved plan of a sample facility."""
    plan = services.begin_plan(facility, actor=operator, rule_set=RULE_SET, from_year=from_year)
    plan = services.write_plan(
        plan,
        actor=operator,
        expected=plan.version,
        rule_set=RULE_SET,
        from_year=from_year,
        rows=rows,
    )
    plan = services.submit_plan(plan, actor=operator, expected=plan.version)
    return services.approve_plan(plan, actor=ministry, expected=plan.version)


def _reported(facility: Facility, operator: User, ministry: User) -> Submission:
    one = reporting.begin(facility, actor=operator, year=PUBLISHED)
    one = _sent(one, operator, ("96,TJ,NCV", "1.4,kt,", "42,kg,"))
    one = reporting.submit(one, actor=operator, expected=one.version)
    return reporting.publish(one, actor=ministry, expected=one.version)


def _sent(one: Submission, operator: User, given: tuple[str, ...]) -> Submission:
    lines = [
        f"{CODE},{one.report.year},{row.code},{written},"
        for row, written in zip(ROWS, given, strict=True)
    ]
    stored = store.keep(ContentFile("\n".join([_HEAD, *lines, ""]).encode()))
    return reporting.upload(
        one,
        actor=operator,
        expected=one.version,
        name=f"{CODE}-{one.report.year}.csv",
        stored=stored,
    )
