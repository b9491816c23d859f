"""The closed lists of this app."""

from __future__ import annotations

from django.db import models

from kyoso.climate.transparency import materiality


class Level(models.TextChoices):
    """How sure the verifier has to be."""

    REASONABLE = "reasonable"
    LIMITED = "limited"


class VisitKind(models.TextChoices):
    """How the verifier saw the site."""

    SITE = "site"
    VIRTUAL = "virtual"
    WAIVED = "waived"


class FindingKind(models.TextChoices):
    """What the verifier found."""

    MISSTATEMENT = materiality.MISSTATEMENT
    NON_CONFORMITY = materiality.NON_CONFORMITY
    RECOMMENDATION = materiality.RECOMMENDATION


class FindingState(models.TextChoices):
    """What became of a finding. What is not corrected counts, whether or not it was answered."""

    OPEN = "open"
    CORRECTED = "corrected"
    UNRESOLVED = "unresolved"


class Opinion(models.TextChoices):
    """What a statement concludes."""

    UNQUALIFIED = materiality.UNQUALIFIED
    QUALIFIED = materiality.QUALIFIED
    ADVERSE = materiality.ADVERSE
