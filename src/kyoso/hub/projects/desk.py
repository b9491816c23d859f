"""What projects and pairs of them put on a person's desk."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet
from django.utils import timezone

from kyoso.core.text import Text
from kyoso.hub.accounts.enums import Role
from kyoso.hub.accounts.models import User
from kyoso.hub.accounts.selectors import standing
from kyoso.hub.projects import rules, selectors
from kyoso.hub.projects.enums import UNDECIDED, UNREGISTERED, RevisionState, State
from kyoso.hub.projects.models import (
    Milestone,
    Partner,
    Project,
    ProjectCountry,
    Revision,
)
from kyoso.hub.texts import say
from kyoso.hub.waiting import Due, Item, News, page

MOST = 60
"""So many of each sort are looked at; the lists of projects and pairs have them all."""
_AUTHORS = Prefetch("authors", User.objects.only("pk"))
_DECIDES = (Role.SECRETARIAT, Role.FOCAL_POINT)
"""As whom a person may register a project or accept a change, if at all."""


def items(user: User) -> Iterator[Item]:
    """Pairs to judge, drafts and changes to accept or to finish, milestones that are past."""
    found = standing(user)
    if not found.posts:
        return
    yield from _pairs(user)
    yield from _drafts(user)
    yield from _revisions(user)
    yield from _milestones(user)
    if places := found.countries(Role.FOCAL_POINT):
        yield from _reported(user, places)


def _pairs(user: User) -> Iterator[Item]:
    waiting = selectors.pairs_to_judge(user)
    for pk, score, first, second, sample in waiting.values_list(
        "pk", "score", "first__title", "second__title", "first__sample"
    )[:MOST]:
        yield Item(
            key=f"projects.pair/{pk}",
            act=say("projects.desk.judge"),
            of=_name_of_pair(first, second),
            to=page("projects:pair", pk),
            note=say("projects.desk.score", percent=round(100 * score)),
            sample=sample,
        )


def _name_of_pair(first: Text, second: Text) -> Text:
    return say("projects.desk.pair", first=first, second=second)


def _drafts(user: User) -> Iterator[Item]:
    """A draft waits for its authors until they submit it, then for somebody else."""
    wrote = Project.authors.through.objects.filter(project=OuterRef("pk"), user=user)
    drafts = selectors.visible_to(user).filter(state__in=UNREGISTERED)
    found = drafts.annotate(wrote=Exists(wrote)).filter(_concerning(user, State.SUBMITTED))
    shown = found.only("title", "state", "sample", "lead").prefetch_related("countries", _AUTHORS)
    for one in shown.order_by("created_at", "pk")[:MOST]:
        if one.state != State.SUBMITTED:
            yield _draft(one, "mend" if one.state == State.RETURNED else "finish", own=True)
        elif user.has_perm("projects.register", one):
            yield _draft(one, "register", own=True)
        elif one.wrote:
            yield _draft(one, "unregistered", own=False)


def _concerning(user: User, waits: str) -> Q:
    """What a person wrote, and what ``waits`` for those who decide."""
    decides = standing(user).has(*_DECIDES)
    return Q(wrote=True) | Q(state=waits) if decides else Q(wrote=True)


def _draft(one: Project, stage: str, *, own: bool) -> Item:
    return Item(
        key=f"projects.project/{one.pk}/{stage}",
        act=say(f"projects.desk.{stage}"),
        of=one.title,
        to=page("projects:edit", one.pk, "check"),
        own=own,
        sample=one.sample,
    )


def _revisions(user: User) -> Iterator[Item]:
    """A proposed change waits for who may accept it; one that was returned for its authors."""
    wrote = Revision.authors.through.objects.filter(revision=OuterRef("pk"), user=user)
    waiting = selectors.revisions_visible_to(user).filter(state__in=UNDECIDED)
    found = waiting.annotate(wrote=Exists(wrote)).filter(_concerning(user, RevisionState.WAITING))
    shown = found.select_related("project").prefetch_related(_AUTHORS, "project__countries")
    named = shown.only("state", "project__title", "project__sample")
    for one in named.order_by("written_at", "pk")[:MOST]:
        if one.state == RevisionState.RETURNED:
            yield _change(one, "revision_mend", own=True)
        elif user.has_perm("projects.accept_revision", one):
            yield _change(one, "revision", own=True)
        elif one.wrote:
            yield _change(one, "revision_waits", own=False)


def _change(one: Revision, stage: str, *, own: bool) -> Item:
    return Item(
        key=f"projects.revision/{one.pk}/{stage}",
        act=say(f"projects.desk.{stage}"),
        of=one.project.title,
        to=page("projects:revision", one.pk),
        own=own,
        sample=one.project.sample,
    )


_NAMED = ("pk", "title", "due", "project", "project__title", "project__sample")


def _of_registered(projects: QuerySet[Project]) -> QuerySet[Milestone]:
    """Of those that are registered: asked one by one, few milestones are past or unconfirmed."""
    its = projects.order_by().filter(pk=OuterRef("project"), state=State.REGISTERED)
    return Milestone.objects.filter(Exists(its))


def _milestones(user: User) -> Iterator[Item]:
    """Planned milestones of registered projects whose day has passed without a word."""
    today = timezone.localdate()
    passed = _of_registered(selectors.waited_for_by(user)).filter(due__lt=today, done=None)
    for pk, title, due, project, of, sample in passed.order_by("due", "pk").values_list(*_NAMED)[
        :MOST
    ]:
        yield Item(
            key=f"projects.milestone/{pk}",
            act=say("projects.desk.milestone"),
            of=_name_of_milestone(title, of),
            to=page("projects:milestone", project, pk),
            due=due,
            late=(today - due).days,
            sample=sample,
        )


def _reported(user: User, places: frozenset[str]) -> Iterator[Item]:
    """Milestones that were reported as reached by somebody else and wait to be confirmed."""
    there = Project.objects.filter(countries__country__in=places)
    waiting = _of_registered(there).filter(confirmed=False).exclude(reported_by=user)
    for pk, title, _, project, of, sample in waiting.order_by("done", "pk").values_list(*_NAMED)[
        :MOST
    ]:
        yield Item(
            key=f"projects.milestone/{pk}/reported",
            act=say("projects.desk.milestone_confirm"),
            of=_name_of_milestone(title, of),
            to=page("projects:milestone", project, pk),
            sample=sample,
        )


def _name_of_milestone(title: Text, project: Text) -> Text:
    return say("projects.desk.milestone_of", title=title, project=project)


def dues(user: User, since: date, until: date) -> Iterator[Due]:
    """The milestones of the projects of the person's own organisations and countries."""
    found = standing(user)
    own = found.organisations(rules.WORKING)
    places = found.countries(*rules.OF_A_COUNTRY)
    if not own and not places:
        return
    there = ProjectCountry.objects.filter(country__in=places).values("project")
    shared = Partner.objects.filter(organisation__in=own).values("project")
    theirs = selectors.visible_to(user).filter(Q(pk__in=there) | Q(lead__in=own) | Q(pk__in=shared))
    planned = Milestone.objects.filter(
        project__in=theirs.order_by().values("pk"),
        due__range=(since, until),
        done=None,
    )
    act = say("projects.desk.milestone_due")
    for pk, version, day, title, project, of, changed, state, sample in planned.values_list(
        "pk", "version", "due", "title", "project", *_OF_PROJECT
    ):
        yield Due(
            key=f"projects.milestone/{pk}",
            act=act,
            of=_name_of_milestone(title, of),
            day=day,
            to=page("projects:project", project),
            revision=version + changed - 2,
            cancelled=state == State.CANCELLED,
            sample=sample,
        )


_OF_PROJECT = tuple(f"project__{name}" for name in ("title", "version", "state", "sample"))


def news() -> Sequence[News]:
    """What became of projects is public; a judgement is for those who see both of a pair."""
    return (
        News(
            acts=("projects.registered", "projects.completed", "projects.cancelled"),
            seen=selectors.visible_to,
            of=lambda rows: {one.pk: one.title for one in rows},
            to=lambda one: page("projects:project", one.pk),
        ),
        News(
            acts=("projects.revision_accepted", "projects.revision_returned"),
            seen=lambda user: selectors.revisions_visible_to(user).select_related("project"),
            of=lambda rows: {one.pk: one.project.title for one in rows},
            to=lambda one: page("projects:revision", one.pk),
        ),
        News(
            acts=("projects.pair_judged", "projects.pair_found"),
            seen=lambda user: selectors.pairs_visible_to(user).select_related("first", "second"),
            of=lambda rows: {
                one.pk: _name_of_pair(one.first.title, one.second.title) for one in rows
            },
            to=lambda one: page("projects:pair", one.pk),
        ),
    )
