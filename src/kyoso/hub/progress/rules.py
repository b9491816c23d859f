"""Who may do what to rounds, reports and deliveries.

The state in which something can be done is asked by the services. The querysets of
:mod:`kyoso.hub.progress.selectors` agree with the rules that let see.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import Model
from rules.permissions import add_perm
from rules.predicates import predicate

from kyoso.hub.accounts.enums import Role
from kyoso.hub.accounts.rules import is_secretariat
from kyoso.hub.accounts.selectors import standing
from kyoso.hub.progress.enums import APPROVED, HANDED_IN
from kyoso.hub.progress.models import Delivery, Document, Report, ReportingRound, Requirement

OVERSEES = (Role.SECRETARIAT, Role.AUDITOR)
OF_A_COUNTRY = (Role.FOCAL_POINT, Role.SECTOR_MINISTRY)
WRITING = (
    Role.IMPLEMENTING_AGENCY,
    Role.OPERATOR,
    Role.FOCAL_POINT,
    Role.SECTOR_MINISTRY,
    Role.ACTIVITY_LEAD,
)
"""As whom a person of an organisation writes the organisation's reports."""
BODY = "body/"
"""The scope of a working group's member is this and the key of the body."""


def scope_of_body(key: str) -> str:
    """The scope with which a membership names a body."""
    return f"{BODY}{key}"


def bodies_of(viewer: Any) -> set[str]:
    """The keys of the bodies whose reading lists a working-group member reads."""
    scopes = standing(viewer).scopes(Role.WORKING_GROUP)
    return {scope.removeprefix(BODY) for scope in scopes if scope.startswith(BODY)}


def _owes(user: Any, requirement: Requirement) -> bool:
    """Whether the person belongs to those from whom the report is due."""
    if requirement.organisation_id is not None:
        return requirement.organisation_id in standing(user).organisations(WRITING)
    return requirement.member in standing(user).countries(*OF_A_COUNTRY)


def _answers_for(user: Any, requirement: Requirement) -> bool:
    """Those from whom it is due, and those who answer for a country concerned."""
    return _owes(user, requirement) or bool(
        standing(user).countries(*OF_A_COUNTRY) & requirement.countries
    )


def _leads(user: Any, requirement: Requirement) -> bool:
    return bool(standing(user).scopes(Role.ACTIVITY_LEAD) & requirement.scopes)


# --- rounds and what is owed ----------------------------------------------------------------


@predicate
def sees_round(user: Any, one: Any) -> bool:
    """That there is a round, and when it is due, is no secret."""
    return one is not None


@predicate
def is_concerned(user: Any, requirement: Any) -> bool:
    """Who is late concerns those who owe, lead and oversee."""
    return requirement is not None and (
        standing(user).has(*OVERSEES)
        or _answers_for(user, requirement)
        or _leads(user, requirement)
    )


@predicate
def sees_a_report_on(user: Any, requirement: Any) -> bool:
    return requirement is not None and any(
        sees_report.test(user, report) for report in requirement.reports.all()
    )


# --- reports --------------------------------------------------------------------------------


@predicate
def sees_report(user: Any, report: Any) -> bool:
    """Published ones are public; see ``selectors.visible_to``."""
    if report is None:
        return False
    requirement = report.requirement
    return bool(
        report.is_published
        or standing(user).has(*OVERSEES)
        or _answers_for(user, requirement)
        or (report.state in HANDED_IN and _leads(user, requirement))
        or (report.state in APPROVED and _was_sent_to(report) & bodies_of(user))
    )


def _was_sent_to(report: Report) -> set[str]:
    return {delivery.body.key for delivery in report.deliveries.all()}


@predicate
def sees_history(user: Any, report: Any) -> bool:
    """The history tells of drafts: it is for those whose they are, and those who oversee."""
    return report is not None and (
        standing(user).has(*OVERSEES) or _answers_for(user, report.requirement)
    )


@predicate
def writes_report(user: Any, report: Any) -> bool:
    return report is not None and _owes(user, report.requirement)


@predicate
def is_author(user: Any, report: Any) -> bool:
    return report is not None and user.pk in report.authors


@predicate
def reviews(user: Any, report: Any) -> bool:
    """The secretariat and the lead of the activity."""
    return report is not None and (
        standing(user).has(Role.SECRETARIAT) or _leads(user, report.requirement)
    )


@predicate
def sees_document(user: Any, document: Any) -> bool:
    return document is not None and sees_report.test(user, document.report)


# --- reading lists --------------------------------------------------------------------------


@predicate
def sees_delivery(user: Any, delivery: Any) -> bool:
    return delivery is not None and (
        standing(user).has(*OVERSEES) or delivery.body.key in bodies_of(user)
    )


PERMISSIONS: Mapping[str, tuple[type[Model], Any]] = {
    "progress.view_reportinground": (ReportingRound, sees_round),
    "progress.manage_round": (ReportingRound, is_secretariat),
    "progress.view_requirement": (Requirement, is_concerned | sees_a_report_on),
    "progress.view_clock": (Requirement, is_concerned),
    "progress.require": (Requirement, is_secretariat),
    "progress.view_report": (Report, sees_report),
    "progress.view_history": (Report, sees_history),
    "progress.write_report": (Report, writes_report),
    "progress.review_report": (Report, reviews & ~is_author),
    "progress.publish_report": (Report, is_secretariat & ~is_author),
    "progress.view_document": (Document, sees_document),
    "progress.view_delivery": (Delivery, sees_delivery),
}
ACTIONS: Mapping[str, type[Model]] = {name: model for name, (model, _) in PERMISSIONS.items()}

for _name, (_, _rule) in PERMISSIONS.items():
    add_perm(_name, _rule)
