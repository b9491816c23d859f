"""Nothing of one member's drafts comes to another, by any address of the site.

No address is named here: the routes of the pages and the operations of the interface are asked
one after another with the numbers of everything of member A that B may not know.
"""

from __future__ import annotations

import io
import re
import uuid
import zipfile
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from tests.hub import sample_world
from tests.hub.addresses import Route, operations, pages
from tests.hub.api_world import bearer
from tests.hub.people import person
from tests.hub.sample_world import (
    METHOD,
    approved_plan,
    facility_of_a,
    login,
    organisation_of,
    sent,
)
from tests.hub.worlds import lasting

from kyoso.core.text import same
from kyoso.hub.accounts import services as accounts
from kyoso.hub.accounts.enums import Role
from kyoso.hub.accounts.models import Invitation, User
from kyoso.hub.evidence import services as evidence
from kyoso.hub.evidence import store
from kyoso.hub.evidence.facilities import reporting
from kyoso.hub.evidence.facilities import services as facilities
from kyoso.hub.evidence.facilities.models import Submission
from kyoso.hub.evidence.inventory import library
from kyoso.hub.evidence.inventory import sample as inventory_sample
from kyoso.hub.evidence.inventory import services as inventories
from kyoso.hub.evidence.ndc import services as statements
from kyoso.hub.evidence.verification import services as verification
from kyoso.hub.evidence.verification.enums import Level
from kyoso.hub.programme.models import Activity, Initiative, Participation, Programme
from kyoso.hub.programme.proposals import services as proposals
from kyoso.hub.progress import services as progress
from kyoso.hub.progress import writing
from kyoso.hub.progress.enums import Part, WrittenIn
from kyoso.hub.progress.models import Requirement
from kyoso.hub.projects import revising
from kyoso.hub.projects import services as projects
from kyoso.hub.projects.models import Document, Edit, Finance, Milestone, Pair, Site
from kyoso.hub.record.models import Event
from kyoso.hub.record.services import change
from kyoso.methods import registry

pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("drafts")]

MARK = "Zyxwvut"
"""Stands in everything of A that nobody of B may read."""
REASON = "Qponmlk"
"""Stands in the reason of an answer of A, which is for people with a role."""

Keys = Mapping[str, Any]


@pytest.fixture(scope="module")
def keys(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Keys]:
    """The sample region with drafts of A; their numbers by name."""
    home = tmp_path_factory.mktemp("home")
    with lasting(django_db_blocker, home, KYOSO_API_RATE=1_000_000):
        sample_world.load()
        yield drafts()


def drafts() -> dict[str, Any]:
    """One of everything that is A's alone: a project with parts, a report, a proposal, a run."""
    agency, focal = login("agency-a"), login("focal-a")
    project = projects.begin(
        actor=agency,
        title=same(f"{MARK} inventory training for ministry staff"),
        summary=same(f"{MARK} courses"),
        initiative=Initiative.objects.get(key="space"),
        lead=organisation_of("agency-a"),
        activities=[Activity.objects.get(programme__key="space", key="1-1-1")],
        countries=["XAA"],
        starts=date(2026, 4, 1),
    )
    like = projects.Project.objects.filter(registered_at__isnull=False).order_by("pk")[0]
    first, second = sorted((project, like), key=lambda one: one.pk.hex)
    pair, _ = Pair.objects.get_or_create(
        first=first, second=second,
        defaults={"score": 0.9, "compared_at": project.created_at, "reasons": []},
    )  # fmt: skip
    site = projects.add_part(Site(project=project, name=same(MARK), country="XAA"), actor=agency)
    projects.add_part(
        Finance(
            project=project, kind="budget", instrument="grant", sector="public", currency="USD",
            amount=7654321, date=date(2026, 4, 1), reference=MARK,
        ),
        actor=agency,
    )  # fmt: skip
    milestone = projects.add_part(
        Milestone(project=project, title=same(MARK), due=date(2027, 4, 1)), actor=agency
    )
    kept = store.keep(ContentFile(MARK.encode()))
    edit = _proposed(kept)
    document = projects.add_part(
        Document(
            project=project, title=same(MARK), name=f"{MARK}.txt", sha256=kept.sha256,
            size=kept.size, content_type="text/plain",
        ),
        actor=agency,
    )  # fmt: skip
    owed = Requirement.objects.filter(
        member="XAA", reports__isnull=True, round__sample=True, organisation=None
    ).select_related("round")
    report = progress.begin(owed[0], actor=focal)
    report = writing.write_texts(
        report, actor=focal, expected=report.version, written_in=WrittenIn.EN,
        texts={Part.NARRATIVE: MARK},
    )  # fmt: skip
    file = writing.add_document(
        report, actor=focal, expected=report.version, name=f"{MARK}.csv", stored=kept
    )
    proposal = proposals.propose(
        actor=focal, programme=Programme.objects.get(key="space"), kind="end", targets=["1-1-3"],
        reason=same(MARK), member="XAA",
    )  # fmt: skip
    method = registry.get(METHOD)
    sent = {
        table: evidence.Sent(f"{MARK}.csv", one.stored, one.origin)
        for table, one in evidence.example_of(method).items()
    }
    run = evidence.start(agency, method, method.parse({}), sent)
    evidence.execute(run.pk)
    accounts.invite(
        actor=None, email=f"{MARK.lower()}@sample.example", display_name=MARK, language="en",
        organisation=organisation_of("agency-a"), role=Role.OPERATOR,
    )  # fmt: skip
    stance = Participation.objects.filter(member="XAA", activity__key="1-1-1").get()
    change(stance, actor=focal, act="programme.stance_recorded", expected=None, needs=REASON)
    submission = _submission()
    inventory = inventories.begin(actor=focal, country="XAA", year=2019)
    inventory = inventory_sample.calculated(inventory, focal, name=f"{MARK}.xlsx")
    engagement = verification.engage(
        submission.report, actor=login("operator-a"), organisation=organisation_of("verifier-a"),
        level=Level.LIMITED,
    )  # fmt: skip
    statement = statements.write(
        actor=login("ministry-a"), country="XAA", kind="measure", content={"name": MARK}
    )
    factor = library.propose(
        inventory_sample.sampled(focal), actor=focal, country="XAA", from_year=2000,
        why_outside=MARK,
    )  # fmt: skip
    return {
        "inventory": inventory.pk, "factor": factor.pk,
        "facility": submission.report.facility_id, "plan": submission.report.facility.plans.latest("number").pk,
        "yearly": submission.report_id, "submission": submission.pk, "engagement": engagement.pk,
        "statement": statement.pk,
        "revision": edit.revision_id, "edit": edit.pk,
        "project": project.pk, "pair": pair.pk, "site": site.pk,
        "milestone": milestone.pk, "document": document.pk,
        "report": report.pk, "file": file.pk, "requirement": report.requirement_id,
        "proposal": proposal.pk, "run": run.pk, "invitation": Invitation.objects.get().pk,
        "organisation": organisation_of("agency-a").pk, "person": agency.pk,
        "membership": agency.memberships.get().pk, "finance": project.finance.get().pk,
        "event": Event.objects.filter(key=str(project.pk))[0].pk,
    }  # fmt: skip


def _proposed(kept: store.Stored) -> Edit:
    """What the agency wants to add to a project of its own that is public."""
    public = projects.begin(
        actor=None,
        title=same("A public project"),
        summary=same("Courses"),
        initiative=Initiative.objects.get(key="space"),
        lead=organisation_of("agency-a"),
        activities=[Activity.objects.get(programme__key="space", key="1-1-1")],
        countries=["XAA"],
        starts=date(2026, 4, 1),
    )
    projects.register(public, actor=None, expected=None)
    agency = login("agency-a")
    revising.revise(public, actor=agency, expected=None, title=same(f"{MARK} renamed"))
    document = Document(
        project=public, title=same(MARK), name=f"{MARK}.txt", sha256=kept.sha256,
        size=kept.size, content_type="text/plain",
    )  # fmt: skip
    revision = revising.add_part(document, actor=agency, why=MARK)
    assert revision is not None
    return revision.edits.get(sort="document")


def _submission() -> Submission:
    """A facility that nobody but A knows, with activity data that are not handed in."""
    facility = facility_of_a(f"{MARK}-1", f"{MARK} plant")
    plan = approved_plan(facility)
    facilities.begin_plan(
        facility, actor=login("operator-a"), rule_set=plan.rule_set, from_year=2030
    )
    return sent(reporting.begin(facility, actor=login("operator-a"), year=2024))


# --- who asks -----------------------------------------------------------------------------


def strangers() -> dict[str, User | None]:
    """Somebody of B, somebody who has no role, and the public."""
    return {
        "focal point of B": person(Role.FOCAL_POINT, country="XAB"),
        "signed in": person(),
        "public": None,
    }


PLACES: Mapping[str, Any] = {
    "programme": "space", "label": "2025", "slug": "1-1-1", "code": "XAA", "member": "XAA",
    "activity": "1-1-1", "key": "1-1-1", "other": "1-1-2", "framework": "sdg-13", "name": METHOD,
    "id": METHOD, "table": "generated", "form": "csv", "figure": "stock", "step": "basics",
    "sort": "site", "what": "cancel", "kind": "activity", "to": "open", "subject": "programme",
    "token": "x", "secret": "x", "number": 1,
}  # fmt: skip
"""What stands in the places that name nothing secret."""
SENT = {"version": "1", "once": "x", "why": "x", "act": "publish", "answer": "x", "words": "x"}


def asked() -> Iterator[Route]:
    """Every address that takes a number, with every method it may be asked by."""
    for path in pages():
        for method in ("get", "post"):
            yield Route(path, method, SENT)
    yield from operations()


NUMBERS: Mapping[str, str | None] = {
    "revisions": "revision", "edits": "edit",
    "projects": "project", "pairs": "pair", "overlaps": "pair", "reports": "report",
    "documents": "file", "owed": "requirement", "requirements": "requirement",
    "proposals": "proposal", "runs": "run", "invitations": "invitation", "people": "person",
    "memberships": "membership", "organisations": "organisation", "events": "event",
    "facilities": "facility", "plans": "plan", "yearly": "yearly", "submissions": "submission",
    "facility-reports": "yearly", "engagements": "engagement", "accreditations": None,
    "verification-statements": None,
    "inventories": "inventory", "factors": "factor", "statements": "statement",
    "region": None, "rounds": None, "totals": None, "scores": None, "passkeys": None, "tokens": None,
}  # fmt: skip
"""What of A is asked for under the first word of an address; ``None``: it is no draft's."""
PARTS: Mapping[str, str] = {
    "parts": "site",
    "sites": "site",
    "finance": "finance",
    "milestones": "milestone",
}


def number(route: Route, name: str) -> str | None:
    """Of what a place takes the number."""
    before = route.path.partition(f"{name}>" if "<" in route.path else f"{{{name}}}")[0]
    words = [word for word in before.split("/") if word.replace("-", "").isalpha()]
    if name == "part":
        return PARTS.get(words[-1], "document")
    if name == "document":
        return "file"
    return NUMBERS[next(word for word in reversed(words) if word in NUMBERS)]


def takes_a_number(route: Route) -> bool:
    return any(name in ("pk", "part", "document", "number") for _, name in route.places)


def numbers(route: Route, keys: Keys) -> tuple[Keys, Keys] | None:
    """A's numbers for the places of an address, and beside them numbers that nobody has."""
    ours, nobodys = {}, {}
    for _, name in route.places:
        if name in ("pk", "part", "document", "number"):
            of = number(route, name)
            if of is None:
                return None
            ours[name] = keys[of]
            nobodys[name] = uuid.uuid4() if isinstance(keys[of], uuid.UUID) else 987654
    return ours, nobodys


def ask(client: Client, route: Route, given: Keys, headers: Mapping[str, str]) -> Any:
    step = {"step": "texts"} if "/reports/" in route.path else {}
    table = {"table": "market"} if "/inputs/" in route.path else {}
    what = {"what": "unit"} if "/facilities/" in route.path else {}
    if "/inventories/" in route.path:
        table = {"table": "inventory", "code": "1A1"}
    places = {**PLACES, **step, **table, **what, **given}
    path = route.at(lambda _, name: places.get(name, "x"))
    if not route.path.startswith("/api/"):
        return getattr(client, route.method)(path, SENT if route.method == "post" else {})
    more: dict[str, Any] = {"headers": headers}
    if route.method == "get":
        return client.get(path, **more)
    if route.path.endswith(("/file", "/{pk}/documents")) and "reports" in route.path:
        return client.post(path, {"file": SimpleUploadedFile("a.csv", b"a")}, **more)
    if route.path.endswith(("/file", "/workbook")):
        sent = {"file": SimpleUploadedFile("a.csv", b"a"), "title_en": "x", "title_ja": "x"}
        return client.post(path, sent, **more)
    body = {} if route.body is None else route.body
    return getattr(client, route.method)(path, body, content_type="application/json", **more)


def content_of(answer: Any) -> bytes:
    """What is answered; a file that is handed out is closed when it was read to its end."""
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


def told(answer: Any, given: Keys) -> tuple[int, str, str]:
    """What an answer tells, with the numbers that were asked for taken out of it."""
    words, location = content_of(answer).decode("utf-8", "replace"), answer.get("Location", "")
    for value in given.values():
        number = re.compile(rf"/{value}(?![\w-])")
        words, location = number.sub("/#", words), number.sub("/#", location)
    return answer.status_code, words, location


# --- by number ----------------------------------------------------------------------------


def signed(viewer: User | None) -> tuple[Client, dict[str, str]]:
    """A browser and the headers of a program of the same person."""
    client = Client()
    if viewer is None:
        return client, {}
    client.force_login(viewer)
    return client, bearer(viewer)


@pytest.mark.parametrize("name", ["focal point of B", "public"])
def test_no_address_tells_whether_a_number_is_that_of_anothers_draft(keys: Keys, name: str) -> None:
    client, headers = signed(strangers()[name])
    headers |= {"If-Match": '"v1"', "Idempotency-Key": "k"}
    events, differing, compared = Event.objects.count(), [], 0
    for route in filter(takes_a_number, asked()):
        if (found := numbers(route, keys)) is None:
            continue
        ours, nobodys = found
        answer = told(ask(client, route, ours, headers), ours)
        if answer != told(ask(client, route, nobodys, headers), nobodys) or answer[0] < 300:
            differing.append((route.method, route.path, answer[0]))
        compared += 1
    assert differing == []
    assert Event.objects.count() == events
    assert compared > 100


OWNERS = ("agency-a", "focal-a", "secretariat", "operator-a")


def test_the_numbers_that_were_asked_for_are_those_of_records_that_their_owners_reach(
    keys: Keys,
) -> None:
    """Else the test above compared nothing with nothing."""
    owners = [signed(login(name)) for name in OWNERS]
    missing = []
    for route in filter(takes_a_number, asked()):
        found = numbers(route, keys)
        if route.method == "get" and found is not None:
            answers = [ask(client, route, found[0], headers) for client, headers in owners]
            if all(answer.status_code == 404 for answer in answers):
                missing.append(route.path)
            for answer in answers:
                content_of(answer)
    assert missing == NOT_THERE


def test_a_mark_of_a_draft_that_was_guessed_is_answered_as_any_other(keys: Keys) -> None:
    _, owner = signed(login("focal-a"))
    client, stranger = signed(strangers()["focal point of B"])
    for name in ("project", "report", "proposal", "requirement"):
        path = f"/api/v1/{name}s/{keys[name]}"
        mark = Client().get(path, headers=owner).headers["ETag"]
        for header in ("If-None-Match", "If-Match"):
            answer = client.get(path, headers=stranger | {header: mark})
            assert (name, answer.status_code) == (name, 404)


# --- in what lists, searches, files and feeds say -----------------------------------------


def said(answer: Any) -> str:
    """All that an answer says, what an archive or a workbook holds as well."""
    content = content_of(answer)
    if content[:4] != b"PK\x03\x04":
        return str(content.decode("utf-8", "replace"))
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        return "".join(packed.read(name).decode("utf-8", "replace") for name in packed.namelist())


LISTS = re.compile(r"^(/en|/api/v1)/(projects|progress|reports|requirements|overlaps|runs)/?$")
SEARCHES = (
    "", "?sample=true", f"?q={MARK}", "?activity=space/1-1-1&sample=true", "?state=draft",
    "?country=XAA", "?member=XAA&sample=true", "?judged=1",
)  # fmt: skip


def read(client: Client, headers: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Every page, file and list that takes no number of a draft, and what it says."""
    for route in asked():
        secret = takes_a_number(route) and numbers(route, NOTHING) is not None
        if route.method != "get" or secret or "report.pdf" in route.path:
            continue
        for form in ("html",) if "report" in route.path else (PLACES["form"],):
            places = PLACES | {"form": form, "pk": uuid.uuid4()}
            path = route.at(lambda _, name, places=places: places.get(name, "x"))
            for more in SEARCHES if LISTS.search(route.path) else SEARCHES[:1]:
                yield f"{path}{more}", said(client.get(f"{path}{more}", headers=headers))


NOTHING: Keys = dict.fromkeys({*filter(None, NUMBERS.values()), *PARTS.values(), "document"}, 0)
NOT_THERE = ["/en/invitations/<uuid:pk>/<str:secret>/"]
"""The secret of an invitation stands in its letter alone."""


@pytest.mark.parametrize("name", ["focal point of B", "signed in", "public"])
def test_no_list_search_file_or_feed_says_what_stands_in_a_draft_of_another(
    keys: Keys, name: str
) -> None:
    viewer = strangers()[name]
    client, headers = signed(viewer)
    words = [MARK] if viewer is not None and viewer.standing.posts else [MARK, REASON]
    telling = [
        (path, word)
        for path, text in read(client, headers)
        for word in words
        if word in _without_the_question(text, word)
    ]
    assert telling == []


def _without_the_question(text: str, word: str) -> str:
    for asked_as in (f"q={word}", f"q%3D{word}", f'value="{word}"'):
        text = text.replace(asked_as, "")
    return text


def test_the_words_that_were_looked_for_are_told_to_those_whose_they_are(keys: Keys) -> None:
    """Else the test above looked for what nobody is told."""
    for name, word, path in (
        ("agency-a", MARK, "/api/v1/projects?sample=true"),
        ("agency-a", MARK, "/en/projects/"),
        ("agency-a", MARK, f"/en/organisations/{keys['organisation']}/data.zip"),
        ("operator-a", MARK, "/en/facilities/"),
        ("focal-a", MARK, f"/en/inventories/{keys['inventory']}/"),
        ("focal-a", MARK, "/en/proposals/space/"),
        ("focal-a", REASON, "/en/participation/space/members/XAA/"),
    ):
        client, headers = signed(login(name))
        assert (path, word in said(client.get(path, headers=headers))) == (path, True)
