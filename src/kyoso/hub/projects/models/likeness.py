"""Projects that look alike, and what people made of that."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from kyoso.hub.projects.enums import Verdict
from kyoso.hub.projects.models.project import Project
from kyoso.hub.record.models import Versioned

if TYPE_CHECKING:
    from django.db.models.fields.related_descriptors import RelatedManager


class Pair(Versioned):
    """Two projects that look alike; ``first`` has the smaller key, so that a pair is there once.

    ``score`` and ``reasons`` are those of the latest comparison: per aspect its weight, how alike
    (0 to 1) and what was found. ``verdict`` and ``part`` are those of the latest judgement, which
    holds; ``waiting`` while a person is to judge it.
    """

    first = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="+")
    second = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="+")
    score = models.FloatField()
    reasons = models.JSONField(default=list)
    compared_at = models.DateTimeField()
    waiting = models.BooleanField(default=True)
    verdict = models.CharField(max_length=20, choices=Verdict, blank=True)
    part = models.ForeignKey(
        Project, null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )

    if TYPE_CHECKING:
        judgements: RelatedManager[Judgement]

    class Meta:
        ordering = ["-score", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["first", "second"], name="projects_pair_once"),
            models.CheckConstraint(
                condition=Q(first__lt=F("second")), name="projects_pair_in_order"
            ),
            models.CheckConstraint(
                condition=Q(score__gte=0, score__lte=1), name="projects_score_is_a_share"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.first_id} {self.second_id}"


class Judgement(Versioned):
    """What a person made of a pair, and on what comparison. A later one does not erase it.

    ``part`` names the project that is part of the other.
    """

    pair = models.ForeignKey(Pair, on_delete=models.CASCADE, related_name="judgements")
    verdict = models.CharField(max_length=20, choices=Verdict)
    part = models.ForeignKey(
        Project, null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    reason = models.TextField()
    judge = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    judge_name = models.CharField(max_length=120)
    judged_at = models.DateTimeField()
    score = models.FloatField()
    reasons = models.JSONField(default=list)

    class Meta:
        ordering = ["-judged_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(verdict=Verdict.PART_OF, part__isnull=False)
                | ~Q(verdict=Verdict.PART_OF) & Q(part__isnull=True),
                name="projects_part_of_says_which",
            )
        ]

    def __str__(self) -> str:
        return f"{self.pair_id} {self.verdict}"
