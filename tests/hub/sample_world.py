"""The sample region with a record in every state that the site knows.

What the sample data leave out is added here through the services, by the sample logins.
"""

from __future__ import annotations

import inspect
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
from kyoso.hub.evidence.models import Run
from kyoso.hub.programme import services as programme
from kyoso.hub.programme.models import Activity, Initiative, Programme
from kyoso.hub.programme.proposals import adopting
from kyoso.hub.programme.proposals import services as proposals
from kyoso.hub.programme.proposals.models import Proposal
from kyoso.hub.progress import services as progress
from kyoso.hub.progress.enums import State as ReportState
from kyoso.hub.progress.models import Report
from kyoso.hub.projects import services as projects
from kyoso.hub.projects.enums import Verdict
from kyoso.hub.projects.models import Document, Milestone, Pair, Project
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
    pair = Pair.objects.order_by("pk")[0]
    projects.judge(
        pair, actor=login("secretariat2"), verdict=Verdict.DIFFERENT, reason="two", expected=None
    )


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
            progress.add_document(report, actor=None, expected=None, name="values.csv", stored=kept)
        else:
            report.documents.create(name="values.csv", sha256=kept.sha256, size=kept.size)
