"""Nobody approves what they wrote: by no page, no operation, no list of several, no command.

The author is of the secretariat and everything else as well; each way is then taken by a colleague,
for whom it leads to the approval: else a way that is closed to all would pass.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest
from django.core.management import get_commands
from django.test import Client
from django.utils import timezone
from tests.hub.api_world import bearer
from tests.hub.people import organisation, person
from tests.hub.progress_sample import SCOPE, a_round, activity
from tests.hub.test_projects import begin, registered

from kyoso.core.text import same
from kyoso.hub.accounts import services as accounts
from kyoso.hub.accounts.enums import OrganisationKind, Role
from kyoso.hub.accounts.models import Organisation, User
from kyoso.hub.evidence.facilities.models import Facility, Plan, Report, Submission
from kyoso.hub.evidence.inventory.models import Factor, Inventory, Regional
from kyoso.hub.evidence.models import Run
from kyoso.hub.evidence.ndc import services as statements
from kyoso.hub.evidence.verification.models import Accreditation, Engagement, Visit
from kyoso.hub.programme.models import Programme
from kyoso.hub.programme.proposals import services as proposals
from kyoso.hub.progress import rounds, services
from kyoso.hub.projects import revising
from kyoso.hub.projects import services as projects
from kyoso.hub.projects.models import Pair
from kyoso.hub.projects.selectors import seen_of as projects_seen_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("catalogue")]


@dataclass(frozen=True, slots=True)
class Way:
    """A record and a request that approves it; ``state`` reads what became of it."""

    record: Any
    state: Callable[[Any], str]
    path: str
    sent: dict[str, Any]
    seen: int | None = None

    def is_taken_by(self, user: User) -> int:
        """The status of the answer to ``user``."""
        if not self.path.startswith("/api/"):
            client = Client()
            client.force_login(user)
            return client.post(self.path, self.sent).status_code
        headers = bearer(user) | {"If-Match": f'"v{self.seen or self.record.version}"'}
        sent = {"content_type": "application/json", "headers": headers}
        return Client().post(self.path, self.sent, **sent).status_code


def of_everything() -> User:
    """The focal point and the regulator of A, the lead of the activity, and of the secretariat.

    Of the verifier as well, which is one for all of them.
    """
    made = person(Role.FOCAL_POINT, country="XAA")
    own = organisation()
    accounts.appoint(actor=None, user=made, organisation=verifier(), role=Role.VERIFIER)
    for role, country, scope in (
        (Role.SECRETARIAT, "", ""),
        (Role.IMPLEMENTING_AGENCY, "XAA", ""),
        (Role.SECTOR_MINISTRY, "XAA", ""),
        (Role.ACTIVITY_LEAD, "", SCOPE),
    ):
        accounts.appoint(
            actor=None, user=made, organisation=own, role=role, country=country, scope=scope
        )
    return User.objects.get(pk=made.pk)


def verifier() -> Organisation:
    there = Organisation.objects.filter(kind=OrganisationKind.VERIFIER).first()
    return there or accounts.add_organisation(
        actor=None, name=same("Verifier"), kind=OrganisationKind.VERIFIER, country="XAA"
    )


def _state(one: Any) -> str:
    one.refresh_from_db()
    return str(one.state)


def submitted(author: User) -> Any:
    owed = rounds.require(actor=None, round=a_round(), activity=activity(), member="XAA")
    report = services.begin(owed, actor=author)
    return services.submit(report, actor=author, expected=report.version)


def report_ways(author: User) -> list[Way]:
    one = submitted(author)
    seen = {"version": one.version}
    several = {"act": "accept", "report": f"{one.pk}:{one.version}"}
    return [
        Way(one, _state, f"/en/progress/reports/{one.pk}/review/", {"act": "accept"} | seen),
        Way(one, _state, f"/en/progress/rounds/{one.requirement.round_id}/", several),
        Way(one, _state, f"/api/v1/reports/{one.pk}/accept", {}),
    ]


def publishing_ways(author: User) -> list[Way]:
    one = submitted(author)
    one = services.accept(one, actor=person(Role.SECRETARIAT), expected=one.version)
    seen = {"version": one.version}
    several = {"act": "publish", "report": f"{one.pk}:{one.version}"}
    return [
        Way(one, _state, f"/en/progress/reports/{one.pk}/", {"act": "publish"} | seen),
        Way(one, _state, f"/en/progress/rounds/{one.requirement.round_id}/", several),
        Way(one, _state, f"/api/v1/reports/{one.pk}/publish", {}),
    ]


def project_ways(author: User) -> list[Way]:
    one = begin(actor=author)
    one = projects.submit(one, actor=author, expected=one.version)
    return [
        Way(one, _state, f"/en/projects/{one.pk}/register/", {"version": one.version}),
        Way(one, _state, f"/api/v1/projects/{one.pk}/register", {}),
    ]


def revision_ways(author: User) -> list[Way]:
    one = revising.revise(registered(), actor=author, expected=None, title=same("Renamed"))
    assert one is not None
    seen = projects_seen_of(one)
    return [
        Way(one, _state, f"/en/projects/revisions/{one.pk}/", {"act": "accept", "version": seen}),
        Way(one, _state, f"/api/v1/revisions/{one.pk}/accept", {}, seen),
    ]


def pair_ways(author: User) -> list[Way]:
    registered()
    begin(actor=author)
    one = Pair.objects.get()
    judged = {"verdict": "different", "reason": "two offices"}

    def verdict(pair: Any) -> str:
        pair.refresh_from_db()
        return str(pair.verdict)

    return [
        Way(one, verdict, f"/en/projects/pairs/{one.pk}/", judged | {"version": one.version}),
        Way(one, verdict, f"/api/v1/overlaps/{one.pk}/judgements", judged),
    ]


def opened(author: User) -> Any:
    one = proposals.propose(
        actor=author, programme=Programme.objects.get(key="space"), kind="end",
        targets=["1-1-3"], reason=same("It is done."), member="XAA",
    )  # fmt: skip
    return proposals.open_proposal(one, actor=author, expected=one.version)


def declining_ways(author: User) -> list[Way]:
    one = opened(author)
    said = {"answer": "It is not done."}
    return [
        Way(one, _state, f"/en/proposals/{one.pk}/decline/", said | {"version": one.version}),
        Way(one, _state, f"/api/v1/proposals/{one.pk}/decline", said),
    ]


def adopting_ways(author: User) -> list[Way]:
    one = opened(author)
    form = {
        "proposals": [str(one.pk)], "label": "2031", "title_en": "S", "title_ja": "S",
        "adopted": "2031-09-04", "once": "o",
    }  # fmt: skip
    body = {
        "proposals": [str(one.pk)], "label": "2031", "title": {"en": "S", "ja": "S"},
        "adopted": str(date(2031, 9, 4)),
    }  # fmt: skip
    return [
        Way(one, _state, "/en/proposals/space/adopt/", form),
        Way(one, _state, "/api/v1/proposals/adoptions", {"programme": "space"} | body),
    ]


def statement_ways(author: User) -> list[Way]:
    one = statements.write(actor=author, country="XAA", kind="measure", content={"name": "Act"})
    one = statements.submit(one, actor=author, expected=one.version)
    seen = {"act": "publish", "version": one.version}
    return [
        Way(one, _state, f"/en/statements/{one.pk}/", seen),
        Way(one, _state, f"/api/v1/statements/{one.pk}/publish", {}),
    ]


def inventory_ways(author: User) -> list[Way]:
    """An inventory to be accepted, one to be published, a factor to be approved."""
    run, now = Run.objects.create(sample=True, method="m", version="1"), timezone.now()
    by = {"country": "XAA", "run": run, "authors": [author.pk]}
    ways = []
    for year, state, act in ((2019, "submitted", "accept"), (2020, "accepted", "publish")):
        one = Inventory.objects.create(year=year, state=state, submitted_at=now, **by)
        sent = {"act": act, "version": 1}
        ways.append(Way(one, _state, f"/en/inventories/{one.pk}/", sent))
        ways.append(Way(one, _state, f"/api/v1/inventories/{one.pk}/{act}", {}))
    factor = Factor.objects.create(
        source="coal", quantity="co2_emission_factor", gas="CO2", value=1, lower=1, upper=1,
        unit="kg/TJ", samples=3, from_year=2020, basis="net", **by,
    )  # fmt: skip
    approving = {"act": "approve", "version": 1}
    return [
        *ways,
        Way(factor, _state, f"/en/factors/{factor.pk}/", approving),
        Way(factor, _state, f"/api/v1/factors/{factor.pk}/approve", {}),
    ]


def facility_ways(author: User) -> list[Way]:
    """A plan to be approved, a report to be published, a report to be signed as verified."""
    now = timezone.now()
    facility = Facility.objects.create(code="F-1", name=same("Plant"), country="XAA")
    plan = Plan.objects.create(
        facility=facility, rule_set="asean-pasti", from_year=2022, state="submitted",
        submitted_at=now, authors=[author.pk],
    )  # fmt: skip
    report = Report.objects.create(facility=facility, year=2024, rule_set=plan.rule_set)
    one = Submission.objects.create(
        report=report, plan=plan, state="submitted", submitted_at=now, digest="d",
        run=Run.objects.create(sample=True, method="m", version="1"), totals={"total": "9"},
        authors=[author.pk],
    )  # fmt: skip
    by = verifier()
    engagement = Engagement.objects.create(
        report=report, organisation=by, level="limited", independence="x", declared_by=author,
        strategic_analysis="x", sampling_plan={"S1": "x"},
        accreditation=Accreditation.objects.create(
            organisation=by, body="B", number="1", country="XAA", since=date(2020, 1, 1)
        ),
    )  # fmt: skip
    Visit.objects.create(engagement=engagement, kind="site", day=date(2025, 1, 1), place="x")
    judged, signed = {"version": 1}, {"opinion": "unqualified"}
    work = f"/en/verifiers/engagements/{engagement.pk}/"
    return [
        Way(plan, _state, f"/en/facilities/plans/{plan.pk}/", {"act": "approve"} | judged),
        Way(plan, _state, f"/api/v1/plans/{plan.pk}/approve", {}),
        Way(one, _state, f"/en/facilities/yearly/{report.pk}/", {"act": "publish"} | judged),
        Way(one, _state, f"/api/v1/submissions/{one.pk}/publish", {}),
        Way(one, _state, work, {"act": "sign", "statement": "x"} | judged | signed),
        Way(one, _state, f"/api/v1/engagements/{engagement.pk}/sign", {"text": "x"} | signed),
    ]


def regional_ways(author: User) -> list[Way]:
    """The uncertainty of the region; its inventories are none, and none hold now."""
    run = Run.objects.create(sample=True, method="m", version="1")
    one = Regional.objects.create(
        year=2020, base_year=2019, gwp="AR5", run=run, authors=[author.pk],
        made={"countries": [], "left_out": []},
    )  # fmt: skip
    return [Way(one, _state, f"/en/inventories/region/{one.pk}/", {"act": "publish", "version": 1})]


WAYS = {
    inventory_ways: 6, regional_ways: 1, facility_ways: 6,
    report_ways: 3, publishing_ways: 3, project_ways: 2, revision_ways: 2, pair_ways: 2, declining_ways: 2,
    adopting_ways: 2, statement_ways: 2,
}  # fmt: skip


@pytest.mark.parametrize(
    ("ways", "number"), [(ways, number) for ways, count in WAYS.items() for number in range(count)]
)
def test_who_wrote_it_approves_it_by_no_way_and_a_colleague_by_each(
    ways: Callable[[User], list[Way]], number: int
) -> None:
    author = of_everything()
    way = ways(author)[number]
    before = way.state(way.record)
    assert (way.path, way.is_taken_by(author) >= 400) == (way.path, True)
    assert (way.path, way.state(way.record)) == (way.path, before)
    assert (way.path, way.is_taken_by(of_everything()) < 400) == (way.path, True)
    assert (way.path, way.state(way.record) == before) == (way.path, False)


def test_no_command_approves() -> None:
    """Commands act as Kyoso itself, whom no rule binds."""
    ours = {name for name, app in get_commands().items() if app.startswith("kyoso.hub")}
    assert ours == {
        *("export_organisation", "import_edition", "invite"),
        *("load_catalogue", "make_report", "send_digests"),
    }
