"""Scores: one person's judgement of how two things work on each other in one place."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q

from kyoso.core.text import Text
from kyoso.hub.programme.synergies import places
from kyoso.hub.programme.synergies.enums import Value, signed
from kyoso.hub.record.models import Versioned


class Score(Versioned):
    """How ``first`` and ``second``, or ``first`` and ``framework``, work on each other.

    A pair of activities is kept in one order, so that it is one pair. ``place`` is a country or
    a region of the reference data. Each author has one score a pair and place; what it was
    before stands in the history. One that is ``withdrawn`` counts nowhere.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    first = models.ForeignKey("programme.Activity", on_delete=models.PROTECT, related_name="+")
    second = models.ForeignKey(
        "programme.Activity", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    framework = models.ForeignKey(
        "programme.Framework", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    place = models.CharField(max_length=20)
    value = models.SmallIntegerField(choices=Value)
    reason = models.TextField(max_length=4000)
    language = models.CharField(max_length=8, choices=settings.LANGUAGES)
    evidence_link = models.URLField(max_length=500, blank=True)
    evidence_run = models.ForeignKey(
        "evidence.Run", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    author_name = models.CharField(max_length=120)
    organisation = models.ForeignKey(
        "accounts.Organisation", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    day = models.DateField()
    withdrawn = models.BooleanField(default=False)
    sample = models.BooleanField(default=False)

    class Meta:
        ordering = ["-day", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(second__isnull=False, framework__isnull=True)
                | Q(second__isnull=True, framework__isnull=False),
                name="programme_score_of_a_pair",
            ),
            models.CheckConstraint(
                condition=Q(second__isnull=True) | Q(first__lt=F("second")),
                name="programme_score_in_one_order",
            ),
            models.CheckConstraint(
                condition=Q(value__gte=-3, value__lte=3), name="programme_score_on_the_scale"
            ),
            models.UniqueConstraint(
                fields=["author", "first", "second", "place"],
                condition=Q(framework__isnull=True),
                name="programme_score_once",
            ),
            models.UniqueConstraint(
                fields=["author", "first", "framework", "place"],
                condition=Q(second__isnull=True),
                name="programme_score_of_framework_once",
            ),
        ]
        indexes = [models.Index(fields=["first", "second"], name="programme_score_pair")]

    def __str__(self) -> str:
        return f"{self.first_id} {self.second_id or self.framework_id} {self.place}: {self.value}"

    @property
    def sign(self) -> str:
        """The value as it stands in lists."""
        return signed(self.value)

    @property
    def place_name(self) -> Text:
        return places.place_name(self.place)

    def clean(self) -> None:
        if not places.is_known_place(self.place):
            raise ValidationError({"place": "not a country or region of the reference data"})
