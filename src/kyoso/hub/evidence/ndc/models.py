"""Statements of a country for its NDC and its transparency report, and what their tracking came to."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q

from kyoso.climate.transparency.ndc_sections import HEADINGS
from kyoso.core.text import Text, joined, same
from kyoso.hub.evidence.facilities.models import check_country
from kyoso.hub.evidence.models import Run
from kyoso.hub.evidence.ndc.enums import OPEN, PUBLIC, Kind, State
from kyoso.hub.record.models import Versioned


class Statement(Versioned):
    """One thing that a country states: a target, a measure, a transfer, a projection, support.

    ``content`` has what was written, by the columns of the kind's table; ``name`` is the key of its
    row. A correction of what was published is the next ``number`` and says ``why``. ``authors``
    are all who wrote or submitted this number: none of them may publish it.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    country = models.CharField(max_length=3, validators=[check_country])
    kind = models.CharField(max_length=20, choices=Kind)
    name = models.CharField(max_length=300)
    number = models.PositiveSmallIntegerField(default=1)
    content = models.JSONField(default=dict)
    state = models.CharField(max_length=20, choices=State, default=State.DRAFT)
    why = models.TextField(blank=True)
    reason = models.TextField(blank=True)
    authors = models.JSONField(default=list, blank=True)
    sample = models.BooleanField(default=False)
    begun_at = models.DateTimeField(auto_now_add=True)
    submitted_at = models.DateTimeField(null=True, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["country", "kind", "name", "-number"]
        indexes = [models.Index(fields=["country", "state", "kind"], name="ndc_by_country")]
        constraints = [
            models.UniqueConstraint(
                fields=["country", "kind", "name", "number"], name="ndc_number_once"
            ),
            models.UniqueConstraint(
                fields=["country", "kind", "name"],
                condition=Q(state=State.PUBLISHED),
                name="ndc_one_published",
            ),
            models.UniqueConstraint(
                fields=["country", "kind", "name"], condition=Q(state__in=OPEN), name="ndc_one_open"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=PUBLIC)
                | Q(submitted_at__isnull=False, published_at__isnull=False),
                name="ndc_published_was_submitted",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.country} {self.kind} {self.name}/{self.number}"

    @property
    def title(self) -> Text:
        """What it is called: its name, or the heading that a section is written under.

        A projection has no name of its own: it is called by its key, the scenario in words.
        """
        if self.kind == Kind.PROJECTION:
            # Declarations of tables bring the libraries that calculate, which no command waits for.
            from kyoso.climate.transparency.common_tables import PROJECTIONS

            key = (name for name in PROJECTIONS.key if name != "country")
            return joined((PROJECTIONS.line(self.content, [name]) for name in key), " · ")
        heading = HEADINGS.get(self.name) if self.kind == Kind.SECTION else None
        return heading.title if heading else same(self.name)

    @property
    def is_public(self) -> bool:
        """Published now or before: what somebody may have cited stays to be read."""
        return self.state in PUBLIC


class Tracking(models.Model):
    """What the tracking of a country's targets came to: a run on published data alone.

    ``digest`` covers what was given to the run and the version of its method; ``drawings`` are the charts by target and
    language, made once. The latest one of a country holds.
    """

    country = models.CharField(max_length=3, validators=[check_country])
    run = models.ForeignKey(Run, on_delete=models.PROTECT, related_name="trackings")
    digest = models.CharField(max_length=64)
    drawings = models.JSONField(default=dict, blank=True)
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["country", "-made_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.country} {self.run_id}"
