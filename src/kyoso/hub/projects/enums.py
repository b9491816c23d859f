"""The closed lists of this app."""

from __future__ import annotations

from django.db import models


class State(models.TextChoices):
    """Where a project stands. A draft that is cancelled never was public."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    REGISTERED = "registered"
    COMPLETED = "completed"
    CANCELLED = "cancelled"


OPEN = (State.DRAFT, State.RETURNED)
"""Its own people write."""
UNREGISTERED = (*OPEN, State.SUBMITTED)
"""Not yet public, and not cancelled."""


class RevisionState(models.TextChoices):
    """Where a proposed change of a registered project stands."""

    WAITING = "waiting"
    RETURNED = "returned"
    ACCEPTED = "accepted"
    WITHDRAWN = "withdrawn"


UNDECIDED = (RevisionState.WAITING, RevisionState.RETURNED)
"""A project has one such revision at most; what its people write gathers in it."""


class PartnerRole(models.TextChoices):
    """What an organisation does in a project besides the one that leads it."""

    IMPLEMENTING = "implementing"
    FUNDER = "funder"
    PARTNER = "partner"
    VERIFIER = "verifier"


class FinanceKind(models.TextChoices):
    """How firm an amount is: planned, promised, paid."""

    BUDGET = "budget"
    COMMITMENT = "commitment"
    DISBURSEMENT = "disbursement"


class FinanceInstrument(models.TextChoices):
    """In which form money or its worth is given."""

    GRANT = "grant"
    LOAN = "loan"
    EQUITY = "equity"
    GUARANTEE = "guarantee"
    IN_KIND = "in_kind"


class Sector(models.TextChoices):
    """Whose money it is."""

    PUBLIC = "public"
    PRIVATE = "private"


class FinancePart(models.TextChoices):
    """How an amount stands to the project: its own, beside it, or moved by it."""

    OWN = "own"
    COFINANCING = "cofinancing"
    MOBILISED = "mobilised"


class ResultLevel(models.TextChoices):
    """A step of the results framework."""

    OUTCOME = "outcome"
    OUTPUT = "output"


class MeasureKind(models.TextChoices):
    """How an indicator of a project is measured."""

    QUANTITATIVE = "quantitative"
    QUALITATIVE = "qualitative"
    PERCENTAGE = "percentage"


class CrossCutting(models.TextChoices):
    """What concerns every pillar."""

    GENDER = "gender"
    LOCAL_ACTORS = "local_actors"
    CO_BENEFIT = "co_benefit"


class Verdict(models.TextChoices):
    """How a person judged two projects that look alike."""

    SAME = "same"
    RELATED = "related"
    PART_OF = "part_of"
    DIFFERENT = "different"
