"""Who may do what to projects and to pairs of them.

A rule reads a person's standing and the rows of the project; the state in which something can be
done is asked by the services. :func:`kyoso.hub.projects.selectors.visible_to` agrees with
``projects.view_project``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import models
from rules.permissions import add_perm
from rules.predicates import predicate

from kyoso.hub.accounts.enums import Role
from kyoso.hub.accounts.selectors import standing
from kyoso.hub.projects.enums import UNREGISTERED, PartnerRole, State
from kyoso.hub.projects.models import Milestone, Pair, Project, Revision

OVERSEES = (Role.SECRETARIAT, Role.AUDITOR)
OF_A_COUNTRY = (Role.FOCAL_POINT, Role.SECTOR_MINISTRY)
WORKING = (
    Role.IMPLEMENTING_AGENCY,
    Role.OPERATOR,
    Role.FOCAL_POINT,
    Role.SECTOR_MINISTRY,
    Role.ACTIVITY_LEAD,
)
"""As whom a person of an organisation works on the organisation's projects."""


def organisations(project: Project) -> set[int]:
    """The organisations whose own project it is: the one that leads, those that implement."""
    implementing = {
        one.organisation_id
        for one in project.partners.all()
        if one.role == PartnerRole.IMPLEMENTING
    }
    return {project.lead_id, *implementing}


def countries(project: Project) -> set[str]:
    return {one.country for one in project.countries.all()}


def _is_of_a_country(user: Any, project: Project, *roles: str) -> bool:
    return bool(standing(user).countries(*roles) & countries(project))


def _is_of_its_organisations(user: Any, project: Project, *roles: str) -> bool:
    return bool(standing(user).organisations(roles) & organisations(project))


@predicate
def sees(user: Any, project: Any) -> bool:
    """What is registered is public; a draft is seen by its own people and those who oversee.

    What was submitted is seen by those who lead one of its activities as well.
    """
    if project is None:
        return False
    return bool(
        project.is_public
        or sees_history.test(user, project)
        or (project.state == State.SUBMITTED and _leads(user, project))
    )


def _leads(user: Any, project: Project) -> bool:
    return bool(standing(user).scopes(Role.ACTIVITY_LEAD) & scopes(project))


@predicate
def sees_history(user: Any, project: Any) -> bool:
    """What was done to the draft: for its own people and those who oversee, also afterwards."""
    if project is None:
        return False
    return (
        standing(user).has(*OVERSEES)
        or _is_of_its_organisations(user, project, *WORKING)
        or _is_of_a_country(user, project, *OF_A_COUNTRY)
    )


@predicate
def may_begin(user: Any, project: Any) -> bool:
    """Whoever works for the organisation that leads, or speaks for its country.

    Without a project, or one that nobody leads yet: whether there is any organisation for which the person may begin one.
    """
    found = standing(user)
    if found.has(Role.SECRETARIAT):
        return True
    if project is None or project.lead_id is None:
        return found.has(*WORKING)
    if project.lead_id in found.organisations(WORKING):
        return True
    return project.lead.country != "" and project.lead.country in found.countries(*OF_A_COUNTRY)


@predicate
def may_change(user: Any, project: Any) -> bool:
    """Those whose it is. What they write in a project that is public waits to be accepted."""
    if project is None:
        return False
    return (
        standing(user).has(Role.SECRETARIAT)
        or _is_of_its_organisations(user, project, *WORKING)
        or _is_of_a_country(user, project, *OF_A_COUNTRY)
    )


@predicate
def may_decide(user: Any, project: Any) -> bool:
    """The secretariat, and the focal points of its countries."""
    if project is None:
        return False
    return standing(user).has(Role.SECRETARIAT) or _is_of_a_country(user, project, Role.FOCAL_POINT)


def _wrote(user: Any, written: Project | Revision) -> bool:
    return any(author.pk == user.pk for author in written.authors.all())


@predicate
def may_register(user: Any, project: Any) -> bool:
    """Who decides, and has neither written the draft nor submitted it (law 5)."""
    return project is not None and may_decide.test(user, project) and not _wrote(user, project)


@predicate
def may_cancel(user: Any, project: Any) -> bool:
    """A draft: those whose it is. What is public: those who decide."""
    if project is None:
        return False
    return bool((may_change if project.state in UNREGISTERED else may_decide).test(user, project))


# --- milestones ---------------------------------------------------------------------------


@predicate
def may_report(user: Any, milestone: Any) -> bool:
    """That a milestone was reached is reported by those whose project it is."""
    if milestone is None:
        return False
    project = milestone.project
    return (
        standing(user).has(Role.SECRETARIAT)
        or _is_of_its_organisations(user, project, *WORKING)
        or _is_of_a_country(user, project, *OF_A_COUNTRY)
    )


@predicate
def may_confirm(user: Any, milestone: Any) -> bool:
    """Who decides about the project, and has not reported it (law 5)."""
    return (
        milestone is not None
        and may_decide.test(user, milestone.project)
        and milestone.reported_by_id != user.pk
    )


# --- revisions ----------------------------------------------------------------------------


@predicate
def sees_revision(user: Any, revision: Any) -> bool:
    """Those who see what was done to the draft: its own people and those who oversee."""
    return revision is not None and sees_history.test(user, revision.project)


@predicate
def may_accept(user: Any, revision: Any) -> bool:
    """Who decides about the project, and has written nothing in the revision (law 5)."""
    return (
        revision is not None
        and may_decide.test(user, revision.project)
        and not _wrote(user, revision)
    )


@predicate
def may_withdraw(user: Any, revision: Any) -> bool:
    """Its authors, while they may still change the project."""
    return (
        revision is not None and _wrote(user, revision) and may_change.test(user, revision.project)
    )


# --- pairs --------------------------------------------------------------------------------


@predicate
def sees_pair(user: Any, pair: Any) -> bool:
    """People with a role who see both projects."""
    return (
        pair is not None
        and bool(standing(user).posts)
        and sees.test(user, pair.first)
        and sees.test(user, pair.second)
    )


@predicate
def may_judge(user: Any, pair: Any) -> bool:
    """Who sees both and answers for one of them, and has written neither (law 5)."""
    if not sees_pair.test(user, pair):
        return False
    both = (pair.first, pair.second)
    found = standing(user)
    answers = (
        found.has(Role.SECRETARIAT)
        or any(_is_of_a_country(user, one, Role.FOCAL_POINT) for one in both)
        or any(found.scopes(Role.ACTIVITY_LEAD) & scopes(one) for one in both)
    )
    return answers and not any(_wrote(user, one) for one in both)


def scopes(project: Project) -> set[str]:
    """The activities of a project as a membership names them."""
    return {f"{one.activity.programme.key}/{one.activity.key}" for one in project.activities.all()}


add_perm("projects.view_project", sees)
add_perm("projects.view_history", sees_history)
add_perm("projects.create", may_begin)
add_perm("projects.change", may_change)
add_perm("projects.submit", may_change)
add_perm("projects.send_back", may_register)
add_perm("projects.register", may_register)
add_perm("projects.complete", may_decide)
add_perm("projects.cancel", may_cancel)
add_perm("projects.report_milestone", may_report)
add_perm("projects.confirm_milestone", may_confirm)
add_perm("projects.view_revision", sees_revision)
add_perm("projects.accept_revision", may_accept)
add_perm("projects.return_revision", may_accept)
add_perm("projects.withdraw_revision", may_withdraw)
add_perm("projects.view_pair", sees_pair)
add_perm("projects.judge", may_judge)

ACTIONS: Mapping[str, type[models.Model]] = {
    "projects.view_project": Project,
    "projects.view_history": Project,
    "projects.create": Project,
    "projects.change": Project,
    "projects.submit": Project,
    "projects.send_back": Project,
    "projects.register": Project,
    "projects.complete": Project,
    "projects.cancel": Project,
    "projects.report_milestone": Milestone,
    "projects.confirm_milestone": Milestone,
    "projects.view_revision": Revision,
    "projects.accept_revision": Revision,
    "projects.return_revision": Revision,
    "projects.withdraw_revision": Revision,
    "projects.view_pair": Pair,
    "projects.judge": Pair,
}
