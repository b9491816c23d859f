"""Who may do what to facilities, plans and submissions.

The state in which something can be done is asked by the services. The querysets of
:mod:`kyoso.hub.evidence.facilities.selectors` agree with the rules that let see. The regulator is
the sector ministry of the facility's country.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import Model
from django.utils import timezone
from rules.permissions import add_perm
from rules.predicates import predicate

from kyoso.hub.accounts.enums import Role
from kyoso.hub.accounts.selectors import standing
from kyoso.hub.evidence.facilities.enums import PlanState
from kyoso.hub.evidence.facilities.models import (
    Entry,
    Facility,
    Holding,
    Permit,
    Plan,
    Report,
    Stream,
    Submission,
    Unit,
)

OF_A_COUNTRY = (Role.SECTOR_MINISTRY, Role.FOCAL_POINT)
"""Who sees what is handed in to their country."""


def facility_of(one: Any) -> Facility:
    """The facility that a record is about."""
    if isinstance(one, Facility):
        return one
    for name in ("report", "submission", "plan", "engagement"):
        if (above := getattr(one, name, None)) is not None:
            return facility_of(above)
    facility: Facility = one.facility
    return facility


def _holds(user: Any, facility: Facility) -> bool:
    if not (own := standing(user).organisations((Role.OPERATOR,))):
        return False
    today = timezone.localdate()
    return any(
        one.organisation_id in own
        and one.since <= today
        and (one.until is None or one.until >= today)
        for one in facility.holdings.all()
    )


def verifies(user: Any, report: Any) -> bool:
    """Whether the user acts for the verifier that is engaged for a report."""
    own = standing(user).organisations((Role.VERIFIER,))
    return bool(own) and any(
        one.organisation_id in own and one.ended_at is None for one in report.engagements.all()
    )


def _verifies_one_of(user: Any, facility: Facility) -> bool:
    return bool(standing(user).organisations((Role.VERIFIER,))) and any(
        verifies(user, report) for report in facility.reports.all()
    )


def _verifies_under(user: Any, plan: Plan) -> bool:
    """Whether a report that the user verifies rests on the plan."""
    return bool(standing(user).organisations((Role.VERIFIER,))) and any(
        one.is_handed_in and verifies(user, one.report) for one in plan.submissions.all()
    )


def _regulated_by(user: Any, facility: Facility) -> bool:
    return standing(user).has(*OF_A_COUNTRY, country=facility.country)


def _is_concerned(user: Any, facility: Facility) -> bool:
    """The operator, the country that regulates it, and the auditor."""
    return bool(
        standing(user).has(Role.AUDITOR) or _regulated_by(user, facility) or _holds(user, facility)
    )


def _sees_handed_in(user: Any, facility: Facility, *, handed_in: bool) -> bool:
    """A draft is the operator's and the auditor's; what is handed in is its country's too."""
    return bool(
        standing(user).has(Role.AUDITOR)
        or (handed_in and _regulated_by(user, facility))
        or _holds(user, facility)
    )


@predicate
def operates(user: Any, one: Any) -> bool:
    return one is not None and _holds(user, facility_of(one))


@predicate
def regulates(user: Any, one: Any) -> bool:
    return one is not None and standing(user).has(
        Role.SECTOR_MINISTRY, country=facility_of(one).country
    )


@predicate
def is_author(user: Any, one: Any) -> bool:
    return one is not None and user.pk in one.authors


@predicate
def is_signer(user: Any, submission: Any) -> bool:
    """Whether the user signed the verifier's statement on a submission."""
    statement = getattr(submission, "statement", None)
    return statement is not None and statement.signed_by_id == user.pk


@predicate
def is_verifier(user: Any, submission: Any) -> bool:
    return submission is not None and verifies(user, submission.report)


@predicate
def has_published(_user: Any, facility: Any) -> bool:
    return facility is not None and any(
        one.is_public for report in facility.reports.all() for one in report.submissions.all()
    )


@predicate
def is_concerned(user: Any, one: Any) -> bool:
    return one is not None and _is_concerned(user, facility_of(one))


@predicate
def sees_unit(user: Any, unit: Any) -> bool:
    if unit is None:
        return False
    facility = facility_of(unit)
    return _is_concerned(user, facility) or _verifies_one_of(user, facility)


@predicate
def sees_facility(user: Any, one: Any) -> bool:
    """It is public from its first published report on; so are its operator and its permits."""
    if one is None:
        return False
    facility = facility_of(one)
    return (
        _is_concerned(user, facility)
        or _verifies_one_of(user, facility)
        or has_published.test(user, facility)
    )


@predicate
def sees_plan(user: Any, plan: Any) -> bool:
    """A plan names meters and materials: it is for those concerned, also when it is approved."""
    return plan is not None and (
        _sees_handed_in(user, plan.facility, handed_in=plan.state != PlanState.DRAFT)
        or _verifies_under(user, plan)
    )


@predicate
def sees_stream(user: Any, stream: Any) -> bool:
    return stream is not None and sees_plan.test(user, stream.plan)


@predicate
def sees_report(user: Any, report: Any) -> bool:
    return report is not None and (
        _is_concerned(user, report.facility)
        or verifies(user, report)
        or any(one.is_public for one in report.submissions.all())
    )


@predicate
def sees_inside(user: Any, submission: Any) -> bool:
    """Its entries, its workbook, what is confidential in it."""
    return submission is not None and (
        _sees_handed_in(user, submission.report.facility, handed_in=submission.is_handed_in)
        or (submission.is_handed_in and verifies(user, submission.report))
    )


@predicate
def sees_submission(user: Any, submission: Any) -> bool:
    return submission is not None and (submission.is_public or sees_inside.test(user, submission))


@predicate
def sees_entry(user: Any, entry: Any) -> bool:
    return entry is not None and sees_inside.test(user, entry.submission)


def shows_run(user: Any, run: Any) -> bool:
    """Whether somebody sees a run because a submission that they see rests on it."""
    return any(
        (one.is_public and not one.withheld) or sees_inside.test(user, one)
        for one in run.submissions.all()
    )


PERMISSIONS: Mapping[str, tuple[type[Model], Any]] = {
    "facilities.view_facility": (Facility, sees_facility),
    "facilities.register_facility": (Facility, regulates),
    "facilities.change_facility": (Facility, regulates),
    "facilities.add_unit": (Facility, operates | regulates),
    "facilities.view_holding": (Holding, sees_facility),
    "facilities.view_permit": (Permit, sees_facility),
    "facilities.view_unit": (Unit, sees_unit),
    "facilities.view_plan": (Plan, sees_plan),
    "facilities.write_plan": (Plan, operates),
    "facilities.approve_plan": (Plan, regulates & ~is_author),
    "facilities.view_stream": (Stream, sees_stream),
    "facilities.view_report": (Report, sees_report),
    "facilities.view_submission": (Submission, sees_submission),
    "facilities.open_submission": (Submission, sees_inside),
    "facilities.write_submission": (Submission, operates),
    "facilities.return_submission": (Submission, (regulates | is_verifier) & ~is_author),
    "facilities.publish_submission": (Submission, regulates & ~is_author & ~is_signer),
    "facilities.view_entry": (Entry, sees_entry),
}
ACTIONS: Mapping[str, type[Model]] = {name: model for name, (model, _) in PERMISSIONS.items()}

for _name, (_, _rule) in PERMISSIONS.items():
    add_perm(_name, _rule)
