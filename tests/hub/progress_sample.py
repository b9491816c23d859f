"""A round of the tests: one activity with an indicator, those who report and those who judge."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone
from tests.hub.people import person

from kyoso.core.text import same
from kyoso.hub.accounts.enums import Role
from kyoso.hub.accounts.models import User
from kyoso.hub.programme.models import Activity, Indicator, Programme
from kyoso.hub.progress import rounds, services, writing
from kyoso.hub.progress.enums import Part, ValueKind, WrittenIn
from kyoso.hub.progress.models import Report, ReportingRound, Requirement

CITIES = "1-2-4-1"
"""City-to-city partnerships: the activity has the indicator ``city-partnerships``, a count."""
SCOPE = f"space/{CITIES}"


def activity(key: str = CITIES) -> Activity:
    return Activity.objects.get(programme__key="space", key=key)


def partnerships() -> Indicator:
    return Indicator.objects.get(key="city-partnerships")


def a_round(**fields: Any) -> ReportingRound:
    """A round that is open today and due in ten days."""
    today = timezone.localdate()
    year = today.year - 1
    given = {
        "actor": None,
        "programme": Programme.objects.get(key="space"),
        "title": same("Round"),
        "starts": today.replace(year=year, month=1, day=1),
        "ends": today.replace(year=year, month=12, day=31),
        "opens": today - timedelta(days=30),
        "due": today + timedelta(days=10),
    }
    return rounds.open_round(**(given | fields))


def number(value: str, **fields: Any) -> writing.Answer:
    given = {
        "indicator": partnerships(),
        "kind": ValueKind.NUMBER,
        "number": Decimal(value),
        "unit": "partnerships",
    }
    return writing.Answer(**(given | fields))


@dataclass
class Scene:
    """Who acts: of member A its focal point and a colleague, the lead, two of the secretariat."""

    round: ReportingRound
    requirement: Requirement
    focal: User
    colleague: User
    lead: User
    secretariat: User
    second: User
    stranger: User

    @property
    def report(self) -> Report:
        return self.requirement.reports.order_by("-revision")[0]

    def draft(self, value: str = "3", words: str = "Two cities met.") -> Report:
        report = services.begin(self.requirement, actor=self.focal)
        report = writing.write_texts(
            report,
            actor=self.focal,
            expected=report.version,
            written_in=WrittenIn.EN,
            texts={Part.NARRATIVE: words},
        )
        return writing.write_values(
            report, actor=self.focal, expected=report.version, answers=[number(value)]
        )

    def submitted(self, value: str = "3") -> Report:
        report = self.draft(value)
        return services.submit(report, actor=self.focal, expected=report.version)

    def accepted(self, value: str = "3") -> Report:
        report = self.submitted(value)
        return services.accept(report, actor=self.lead, expected=report.version)

    def published(self, value: str = "3") -> Report:
        report = self.accepted(value)
        return services.publish(report, actor=self.secretariat, expected=report.version)


def scene(member: str = "XAA", other: str = "XAB", **fields: Any) -> Scene:
    one = a_round(**fields)
    return Scene(
        round=one,
        requirement=rounds.require(actor=None, round=one, activity=activity(), member=member),
        focal=person(Role.FOCAL_POINT, country=member),
        colleague=person(Role.SECTOR_MINISTRY, country=member),
        lead=person(Role.ACTIVITY_LEAD, scope=SCOPE),
        secretariat=person(Role.SECRETARIAT),
        second=person(Role.SECRETARIAT),
        stranger=person(Role.FOCAL_POINT, country=other),
    )
