"""What projects and pairs of them put on a person's desk."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from django.db.models import Exists, OuterRef, Prefetch, Q, prefetch_related_objects
from django.utils import timezone

from kyoso.core.text import Text
from kyoso.hub.accounts.enums import Role
from kyoso.hub.accounts.models import User
from kyoso.hub.accounts.selectors import standing
from kyoso.hub.projects import rules, selectors
from kyoso.hub.projects.enums import UNDECIDED, UNREGISTERED, RevisionState, State
from kyoso.hub.projects.models import (
    Milestone,
    Pair,
    Partner,
    Project,
    ProjectActivity,
    ProjectCountry,
    Revision,
)
from kyoso.hub.texts import say
from kyoso.hub.waiting import Due, Item, News, page

MOST = 60
"""So many of each sort are looked at; the lists of projects and pairs have them all."""
_AUTHORS = Prefetch("authors", User.objects.only("pk"))
_DECIDED_BY = ("countries", _AUTHORS)
"""What decides who may register a project."""
_JUDGED_BY = (*_DECIDED_BY, "partners")
"""What decides who may judge a pair of which it is one; for who leads activities these as well."""
_PAST = timedelta(days=31)
"""How long a day that has passed stays in a calendar."""


def items(user: User) -> Iterator[Item]:
    """Pairs to judge, drafts and changes to accept or to finish, milestones that are past."""
    found = standing(user)
    if not found.posts:
        return
    yield from _pairs(user)
    yield from _drafts(user)
    yield from _revisions(user)
    if places := found.countries(Role.FOCAL_POINT):
        yield from _milestones(places)
        yield from _reported(user, places)


def _pairs(user: User) -> Iterator[Item]:
    found = standing(user)
    if not found.has(Role.SECRETARIAT, Role.FOCAL_POINT, Role.ACTIVITY_LEAD):
        return
    waiting = selectors.pairs_visible_to(user).filter(waiting=True)
    if not found.has(Role.SECRETARIAT):
        own = Q(pk__in=ProjectCountry.objects.filter(
            country__in=found.countries(Role.FOCAL_POINT)).values("project"))  # fmt: skip
        for scope in found.scopes(Role.ACTIVITY_LEAD):
            programme, _, key = scope.partition("/")
            led = ProjectActivity.objects.filter(
                activity__programme__key=programme, activity__key=key
            )
            own |= Q(pk__in=led.values("project"))
        answered_for = Project.objects.filter(own).values("pk")
        waiting = waiting.filter(Q(first__in=answered_for) | Q(second__in=answered_for))
    shown = list(
        waiting.select_related("first", "second").defer(
            "reasons", "first__summary", "second__summary"
        )[:MOST]
    )
    activities = ["activities__activity__programme"] if found.has(Role.ACTIVITY_LEAD) else []
    sides = [side for pair in shown for side in (pair.first, pair.second)]
    prefetch_related_objects(sides, *_JUDGED_BY, *activities)
    for pair in shown:
        if user.has_perm("projects.judge", pair):
            yield Item(
                key=f"projects.pair/{pair.pk}",
                act=say("projects.desk.judge"),
                of=_name_of_pair(pair),
                to=page("projects:pair", pair.pk),
                note=say("projects.desk.score", percent=round(100 * pair.score)),
                sample=pair.first.sample,
            )


def _name_of_pair(pair: Pair) -> Text:
    return say("projects.desk.pair", first=pair.first.title, second=pair.second.title)


def _drafts(user: User) -> Iterator[Item]:
    """A draft waits for its authors until they submit it, then for somebody else."""
    drafts = selectors.visible_to(user).filter(state__in=UNREGISTERED)
    found = drafts.prefetch_related(*_DECIDED_BY).defer("summary")
    for one in found.order_by("created_at", "pk")[:MOST]:
        wrote = any(author.pk == user.pk for author in one.authors.all())
        if one.state != State.SUBMITTED:
            if wrote:
                yield _draft(one, "mend" if one.state == State.RETURNED else "finish", own=True)
        elif user.has_perm("projects.register", one):
            yield _draft(one, "register", own=True)
        elif wrote:
            yield _draft(one, "unregistered", own=False)


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
    waiting = selectors.revisions_visible_to(user).filter(state__in=UNDECIDED)
    found = waiting.select_related("project").prefetch_related(_AUTHORS, "project__countries")
    for one in found.order_by("written_at", "pk")[:MOST]:
        if one.state == RevisionState.RETURNED:
            if any(author.pk == user.pk for author in one.authors.all()):
                yield _change(one, "revision_mend", own=True)
        elif user.has_perm("projects.accept_revision", one):
            yield _change(one, "revision", own=True)
        elif any(author.pk == user.pk for author in one.authors.all()):
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


def _milestones(places: frozenset[str]) -> Iterator[Item]:
    """Planned milestones of registered projects whose day has passed without a word."""
    today = timezone.localdate()
    there = ProjectCountry.objects.filter(project=OuterRef("project"), country__in=places)
    passed = Milestone.objects.filter(
        Exists(there), project__state=State.REGISTERED, due__lt=today, done=None
    )
    for one in passed.select_related("project").order_by("due", "pk")[:MOST]:
        yield Item(
            key=f"projects.milestone/{one.pk}",
            act=say("projects.desk.milestone"),
            of=_name_of_milestone(one.title, one.project.title),
            to=page("projects:milestone", one.project_id, one.pk),
            due=one.due,
            late=(today - one.due).days,
            sample=one.project.sample,
        )


def _reported(user: User, places: frozenset[str]) -> Iterator[Item]:
    """Milestones that were reported as reached by somebody else and wait to be confirmed."""
    there = ProjectCountry.objects.filter(project=OuterRef("project"), country__in=places)
    waiting = Milestone.objects.filter(
        Exists(there), project__state=State.REGISTERED, confirmed=False
    ).exclude(reported_by=user)
    for one in waiting.select_related("project").order_by("done", "pk")[:MOST]:
        yield Item(
            key=f"projects.milestone/{one.pk}/reported",
            act=say("projects.desk.milestone_confirm"),
            of=_name_of_milestone(one.title, one.project.title),
            to=page("projects:milestone", one.project_id, one.pk),
            sample=one.project.sample,
        )


def _name_of_milestone(title: Text, project: Text) -> Text:
    return say("projects.desk.milestone_of", title=title, project=project)


def dues(user: User, until: date) -> Iterator[Due]:
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
        due__range=(timezone.localdate() - _PAST, until),
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
            of=lambda rows: {one.pk: _name_of_pair(one) for one in rows},
            to=lambda one: page("projects:pair", one.pk),
        ),
    )
