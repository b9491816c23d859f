"""The sample region with a record in every state that the site knows.

What the sample data leave out is added here through the services, by the sample logins.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from datetime import date
from functools import partial

from django.core.files.base import ContentFile

from kyoso.core.text import Text, same
from kyoso.hub.accounts import services as accounts
from kyoso.hub.accounts.enums import Role
from kyoso.hub.accounts.models import Organisation, User
from kyoso.hub.evidence import services as evidence
from kyoso.hub.evidence import store
from kyoso.hub.evidence.enums import State as RunState
from kyoso.hub.evidence.facilities import reporting, sample
from kyoso.hub.evidence.facilities import services as facilities
from kyoso.hub.evidence.facilities.models import Facility, Plan, Submission
from kyoso.hub.evidence.inventory import library, regional
from kyoso.hub.evidence.inventory import sample as inventory_sample
from kyoso.hub.evidence.inventory import services as inventories
from kyoso.hub.evidence.inventory.models import Inventory
from kyoso.hub.evidence.models import Run
from kyoso.hub.evidence.ndc import services as statements
from kyoso.hub.evidence.ndc.models import Statement
from kyoso.hub.evidence.verification import sample as verified_by_sample
from kyoso.hub.evidence.verification import services as verification
from kyoso.hub.evidence.verification.enums import FindingKind, Opinion
from kyoso.hub.programme import services as programme
from kyoso.hub.programme.models import Activity, Initiative, Programme
from kyoso.hub.programme.proposals import adopting
from kyoso.hub.programme.proposals import services as proposals
from kyoso.hub.programme.proposals.models import Proposal
from kyoso.hub.progress import writing
from kyoso.hub.progress.enums import State as ReportState
from kyoso.hub.progress.models import Report
from kyoso.hub.projects import revising
from kyoso.hub.projects import services as projects
from kyoso.hub.projects.enums import Verdict
from kyoso.hub.projects.models import Document, Milestone, Pair, Project, Revision, Site
from kyoso.hub.record import visibility
from kyoso.methods import registry

METHOD = "pollution.circularity.e-waste-generation"
_WHY = same("The text is not clear.")


def load() -> None:
    """All sample data of every app, in the order of the apps. The catalogue is there already."""
    accounts.load_sample_users(password="sample-only-2025")
    programme.load_sample_stances()
    for module in visibility.modules("services", "sample", "samples"):
        for name, made in vars(module).items():
            if name.startswith("load_sample_") and made.__module__ == module.__name__:
                wanted = inspect.signature(made).parameters
                if not any(one.default is one.empty for one in wanted.values()):
                    made()


def complete() -> None:
    """What the sample data leave out, so that no state of any record is without a row."""
    _people()
    _projects()
    _proposals()
    _evidence()
    _documents()
    _facilities()
    _inventories()
    _statements()


def login(name: str) -> User:
    return User.objects.get(email=f"{name}@sample.example")


def organisation_of(name: str) -> Organisation:
    """The organisation of a sample login."""
    return Organisation.objects.get(memberships__user=login(name))


def _people() -> None:
    ours = organisation_of("agency-a")
    invite = partial(
        accounts.invite, actor=None, language="en", organisation=ours, role=Role.OPERATOR
    )
    invite(email="invited@sample.example", display_name="Invited")
    withdrawn, _ = invite(email="withdrawn@sample.example", display_name="Withdrawn")
    accounts.withdraw_invitation(withdrawn, actor=None, expected=withdrawn.version)


def _projects() -> None:
    """One that ended as a draft, one that was public by then; a draft of another member."""
    begin = partial(
        projects.begin,
        actor=None,
        summary=same("Courses"),
        initiative=Initiative.objects.get(key="space"),
        activities=[Activity.objects.get(programme__key="space", key="1-1-1")],
        starts=date(2026, 4, 1),
    )
    ours, theirs = organisation_of("agency-a"), organisation_of("focal-b")
    dropped = begin(title=same("Dropped"), lead=ours, countries=["XAA"])
    projects.cancel(dropped, actor=None, expected=None, why="no money")
    ended = begin(title=same("Ended"), lead=ours, countries=["XAA"])
    projects.register(ended, actor=None, expected=None)
    projects.cancel(ended, actor=None, expected=None, why="no money")
    for title, returned in (("Submitted", False), ("Returned", True)):
        sent = begin(title=same(title), lead=ours, countries=["XAA"])
        sent = projects.submit(sent, actor=login("agency-a"), expected=None)
        if returned:
            projects.send_back(sent, actor=None, expected=None, why="no city")
    begin(title=same("Of another member"), lead=theirs, countries=["XAB"])
    running = Milestone.objects.filter(project__state="registered", done=None).order_by("pk")[0]
    projects.report_milestone(
        running, actor=login("secretariat"), expected=None, done=date(2026, 1, 9)
    )
    _revisions(begin)
    pair = Pair.objects.order_by("pk")[0]
    projects.judge(
        pair, actor=login("secretariat2"), verdict=Verdict.DIFFERENT, reason="two", expected=None
    )


def _revisions(begin: Callable[..., Project]) -> None:
    """A proposed change of the agency of A in each state, each of a project of its own."""
    agency, focal, ours = login("agency-a"), login("focal-a"), organisation_of("agency-a")
    for title in ("waits", "returned", "accepted", "withdrawn"):
        one = begin(title=same(f"Change {title}"), lead=ours, countries=["XAA"])
        projects.register(one, actor=None, expected=None)
        site = Site(project=one, name=same("Kota"), country="XAA")
        revision = revising.add_part(site, actor=agency)
        assert isinstance(revision, Revision)
        if title == "returned":
            revising.send_back(revision, actor=focal, expected=None, why="no city")
        elif title == "accepted":
            revising.accept(revision, actor=focal, expected=None)
        elif title == "withdrawn":
            revising.withdraw(revision, actor=agency, expected=None)


def _proposals() -> None:
    """A draft and one that was withdrawn, declined, adopted; all of the focal point of A."""
    author, secretary = login("focal-a"), login("secretariat")

    def drafted(*targets: str) -> Proposal:
        return proposals.propose(
            actor=author,
            programme=Programme.objects.get(key="space"),
            kind="end",
            targets=targets,
            reason=_WHY,
            member="XAA",
        )

    def opened(*targets: str) -> Proposal:
        one = drafted(*targets)
        return proposals.open_proposal(one, actor=author, expected=one.version)

    drafted("1-1-3")
    withdrawn = drafted("1-3-2")
    proposals.withdraw_proposal(withdrawn, actor=author, expected=withdrawn.version)
    declined = opened("1-3-2")
    proposals.decline_proposal(
        declined, actor=secretary, expected=declined.version, answer="It is clear."
    )
    adopting.adopt(
        actor=secretary,
        programme=Programme.objects.get(key="space"),
        proposals=[opened("3-2-2")],
        label="2030",
        title=Text("Sample edition", "見本の版"),
        adopted=date(2030, 9, 4),
    )


def _evidence() -> None:
    """Runs of the agency of A in every state, and a public one."""
    method = registry.get(METHOD)
    evidence.start(login("agency-a"), method, method.parse({}), evidence.example_of(method))
    make = partial(Run.objects.create, method=method.id, version=method.version)
    make(sample=True)
    for state in RunState:
        make(owner=login("agency-a"), state=state)


def _documents() -> None:
    """A document of each draft and of each report, whatever its state."""
    for project in Project.objects.exclude(state="cancelled").exclude(
        state__in=("completed", "submitted")
    ):
        document = Document(project=project, title=same("Plan"), link="https://x.example/plan")
        projects.add_part(document, actor=None)
    for number, report in enumerate(Report.objects.order_by("begun_at", "pk")):
        kept = store.keep(ContentFile(f"year;value\n2025;{number}\n".encode()))
        if report.state in (ReportState.DRAFT, ReportState.RETURNED):
            writing.add_document(report, actor=None, expected=None, name="values.csv", stored=kept)
        else:
            report.documents.create(name="values.csv", sha256=kept.sha256, size=kept.size)


def _facilities() -> None:
    """A facility that is not published, with what the sample facility has no state of."""
    ministry, operator = login("ministry-a"), login("operator-a")
    published = Facility.objects.get(code=sample.CODE)
    facility = facility_of_a("F-2")
    plan = approved_plan(facility)
    facilities.begin_plan(facility, actor=operator, rule_set=plan.rule_set, from_year=2030)
    for code, returned in (("F-3", False), ("F-4", True)):
        other = facility_of_a(code)
        plan = written_plan(other)
        plan = facilities.submit_plan(plan, actor=operator, expected=plan.version)
        if returned:
            facilities.return_plan(plan, actor=ministry, expected=plan.version, reason="no meter")
    submitted(facility, 2023)
    one = submitted(facility, 2024)
    reporting.send_back(one, actor=ministry, expected=one.version, reason="no invoice")
    first = published.reports.get(year=sample.PUBLISHED).submissions.get()
    second = reporting.correct(first, actor=operator, why="a bill came late")
    second = handed_in(second, ("97,TJ,NCV", "1.4,kt,", "42,kg,"))
    reporting.publish(second, actor=ministry, expected=second.version)
    _verification(facility)


def _verification(facility: Facility) -> None:
    """One that is verified, one with findings that are not corrected, one that was given up."""
    operator, verifier = login("operator-a"), login("verifier-a")
    signed = submitted(facility, 2025)
    engagement = verified_by_sample.prepared(signed.report, operator, verifier)
    verification.sign(
        engagement, actor=verifier, expected=signed.version, opinion=Opinion.UNQUALIFIED,
        text="Free of misstatement.",
    )  # fmt: skip
    waiting = submitted(facility, 2022)
    engagement = verified_by_sample.prepared(waiting.report, operator, verifier)
    find = partial(verification.find, engagement, actor=verifier, kind=FindingKind.NON_CONFORMITY)
    find(text="The meter is not sealed.")
    left = find(text="A log is missing.")
    verification.leave_unresolved(left, actor=verifier, expected=left.version, answer="burnt")
    given_up = facility.reports.get(year=2023)
    engagement = verified_by_sample.prepared(given_up, operator, verifier)
    verification.end_engagement(
        engagement, actor=verifier, expected=engagement.version, reason="no time"
    )


def _inventories() -> None:
    """One of each state that the sample does not have; the facility's new version replaces one."""
    author, other = login("focal-a"), login("ministry-a")
    begun = partial(inventories.begin, actor=author, country="XAA")
    begun(year=2019)
    for year, accepted in ((2018, False), (2017, True)):
        one = counted(begun(year=year))
        one = inventories.submit(one, actor=author, expected=one.version)
        if accepted:
            inventories.accept(one, actor=other, expected=one.version)
    first = Inventory.objects.get(country="XAA", year=inventory_sample.YEARS[1])
    again = inventories.recalculate(
        first, actor=author, cause="activity-data", why="a facility corrected its report"
    )
    again = inventories.calculate(again, actor=author, expected=again.version)
    again = inventories.submit(again, actor=author, expected=again.version)
    again = inventories.accept(again, actor=other, expected=again.version)
    inventories.publish(again, actor=other, expected=again.version)
    _region(author)
    for returned in (False, True):
        run = inventory_sample.sampled(author)
        one = library.propose(run, actor=author, country="XAA", from_year=2024)
        if returned:
            library.send_back(one, actor=other, expected=one.version, reason="few samples")


def _statements() -> None:
    """A measure that came back, one that replaced another; the sample has the other states."""
    author, other = login("ministry-a"), login("focal-a")

    def submitted(name: str) -> Statement:
        one = statements.write(actor=author, country="XAA", kind="measure", content={"name": name})
        return statements.submit(one, actor=author, expected=one.version)

    back = submitted("Returned")
    statements.send_back(back, actor=other, expected=back.version, reason="which sector?")
    one = submitted("Replaced")
    one = statements.publish(one, actor=other, expected=one.version)
    again = statements.correct(one, actor=author, why="the sector was not named")
    again = statements.submit(again, actor=author, expected=again.version)
    statements.publish(again, actor=other, expected=again.version)


GAS = "1A1a,Natural Gas,100,TJ"


def _region(author: User) -> None:
    """Other inventories hold now: the second number replaces the first, and the third waits."""
    base, year = inventory_sample.YEARS
    make = partial(
        regional.make, actor=login("secretariat"), year=year, base_year=base, gwp="AR5", sample=True
    )
    one = make()
    regional.publish(one, actor=login("secretariat2"), expected=one.version)
    first = Inventory.objects.get(country="XAA", year=base, state="published")
    again = inventories.recalculate(first, actor=author, cause="error", why="A slip in the sample")
    again = inventories.calculate(again, actor=author, expected=again.version)
    again = inventories.submit(again, actor=author, expected=again.version)
    again = inventories.accept(again, actor=login("ministry-a"), expected=again.version)
    inventories.publish(again, actor=login("ministry-a"), expected=again.version)
    make()


def counted(one: Inventory, *rows: str) -> Inventory:
    """An inventory calculated with rows of national statistics alone."""
    lines = [f"{one.country},{one.year},{row}" for row in rows or (GAS,)]
    content = "\n".join(["country,year,category,source,quantity,unit", *lines, ""])
    kept = store.keep(ContentFile(content.encode()))
    return inventories.calculate(
        one, actor=login("focal-a"), expected=one.version, name="national.csv", stored=kept
    )


def facility_of_a(code: str, name: str = "") -> Facility:
    """A facility of the sample operator with two units; nothing of it is public."""
    ministry, operator = login("ministry-a"), login("operator-a")
    facility = facilities.register(
        actor=ministry, code=code, name=same(name or f"Plant {code}"), country="XAA"
    )
    facilities.set_operator(
        facility, actor=ministry, organisation=organisation_of("operator-a"), since=date(2021, 1, 1)
    )
    facilities.add_permit(
        facility, actor=ministry, number=f"P-{code}", issuer="Ministry", since=date(2021, 1, 1)
    )
    for unit in ("B1", "C1"):
        facilities.add_unit(facility, actor=operator, code=unit, name=f"Unit {unit}")
    return facility


def written_plan(facility: Facility) -> Plan:
    """A plan with the streams of the sample facility, not handed in."""
    operator = login("operator-a")
    plan = facilities.begin_plan(facility, actor=operator, rule_set=sample.RULE_SET, from_year=2022)
    return facilities.write_plan(
        plan, actor=operator, expected=plan.version, rule_set=sample.RULE_SET, from_year=2022,
        rows=sample.ROWS,
    )  # fmt: skip


def approved_plan(facility: Facility) -> Plan:
    plan = written_plan(facility)
    plan = facilities.submit_plan(plan, actor=login("operator-a"), expected=plan.version)
    return facilities.approve_plan(plan, actor=login("ministry-a"), expected=plan.version)


GIVEN = ("96,TJ,NCV", "1.4,kt,", "42,kg,")


def sheet(code: str, year: int, given: tuple[str, ...] = GIVEN) -> bytes:
    """A CSV file of activity data for the streams of the sample plan."""
    rows = [f"{code},{year},S{at},{cells}" for at, cells in enumerate(given, start=1)]
    return "\n".join(["facility,year,stream,quantity,unit,heat_basis", *rows, ""]).encode()


def sent(one: Submission, given: tuple[str, ...] = GIVEN) -> Submission:
    """A draft with activity data."""
    facility = one.report.facility
    kept = store.keep(ContentFile(sheet(facility.code, one.report.year, given)))
    return reporting.upload(
        one, actor=login("operator-a"), expected=one.version, name="data.csv", stored=kept
    )


def handed_in(one: Submission, given: tuple[str, ...] = GIVEN) -> Submission:
    one = sent(one, given)
    return reporting.submit(one, actor=login("operator-a"), expected=one.version)


def submitted(facility: Facility, year: int) -> Submission:
    """A report of the sample operator that waits for the ministry."""
    return handed_in(reporting.begin(facility, actor=login("operator-a"), year=year))
