"""The closed lists of this app."""

from __future__ import annotations

from django.db import models


class PlanState(models.TextChoices):
    """Where a monitoring plan is on its way from the operator to the regulator's approval."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    APPROVED = "approved"


class Approach(models.TextChoices):
    """How the emissions of a stream are found."""

    CALCULATION = "calculation"
    MEASUREMENT = "measurement"
    PURCHASED = "purchased-energy"
    TRANSFER = "transfer"


class State(models.TextChoices):
    """Where a submission is on its way from the operator to the public.

    It is verified where a verifier's signed statement says so. One that was returned stays on
    record; the operator's next submission takes its place.
    """

    DRAFT = "draft"
    SUBMITTED = "submitted"
    VERIFIED = "verified"
    RETURNED = "returned"
    PUBLISHED = "published"
    REPLACED = "replaced"


PLAN_OPEN = (PlanState.DRAFT, PlanState.RETURNED)
"""The operator writes the plan."""
HANDED_IN = (
    State.SUBMITTED,
    State.VERIFIED,
    State.RETURNED,
    State.PUBLISHED,
    State.REPLACED,
)
"""What was calculated is fixed: a correction is the next submission."""
JUDGED = (State.SUBMITTED, State.VERIFIED)
"""It waits for the judgement of others."""
PUBLIC = (State.PUBLISHED, State.REPLACED)
"""What everybody may read: what was published, also when a later version took its place."""
