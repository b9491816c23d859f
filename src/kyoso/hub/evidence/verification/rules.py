"""Who may accredit, engage, verify, and who sees what came of it.

The regulator of a country accredits for it: whom a country trusts is its own affair. The register
of verifiers is public. The querysets of :mod:`kyoso.hub.evidence.verification.selectors` agree
with the rules that let see.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import Model
from rules.permissions import add_perm
from rules.predicates import predicate

from kyoso.hub.accounts.enums import Role
from kyoso.hub.accounts.selectors import standing
from kyoso.hub.evidence.facilities.models import Report, Submission
from kyoso.hub.evidence.facilities.rules import is_author, is_concerned, is_verifier, operates
from kyoso.hub.evidence.verification.models import (
    Accreditation,
    Engagement,
    Finding,
    Statement,
    Visit,
)


def _is_engaged(user: Any, engagement: Engagement) -> bool:
    own = standing(user).organisations((Role.VERIFIER,))
    return engagement.ended_at is None and engagement.organisation_id in own


@predicate
def regulates_country(user: Any, accreditation: Any) -> bool:
    return accreditation is not None and standing(user).has(
        Role.SECTOR_MINISTRY, country=accreditation.country
    )


@predicate
def is_engaged(user: Any, one: Any) -> bool:
    if one is None:
        return False
    return _is_engaged(user, one if isinstance(one, Engagement) else one.engagement)


@predicate
def wrote_the_report(user: Any, engagement: Any) -> bool:
    """Whether the user wrote a version of the report that is verified."""
    return engagement is not None and any(
        user.pk in one.authors for one in engagement.report.submissions.all()
    )


@predicate
def is_of_public(_user: Any, statement: Any) -> bool:
    return statement is not None and statement.submission.is_public


PERMISSIONS: Mapping[str, tuple[type[Model], Any]] = {
    "verification.accredit": (Accreditation, regulates_country),
    "verification.engage": (Report, operates),
    "verification.end_engagement": (Engagement, operates | is_engaged),
    "verification.work": (Engagement, is_engaged & ~wrote_the_report),
    "verification.verify_submission": (Submission, is_verifier & ~is_author),
    "verification.view_engagement": (Engagement, is_concerned | is_engaged),
    "verification.view_visit": (Visit, is_concerned | is_engaged),
    "verification.view_finding": (Finding, is_concerned | is_engaged),
    "verification.view_statement": (Statement, is_concerned | is_engaged | is_of_public),
}
ACTIONS: Mapping[str, type[Model]] = {name: model for name, (model, _) in PERMISSIONS.items()}

for _name, (_, _rule) in PERMISSIONS.items():
    add_perm(_name, _rule)
