"""National inventories, number by number, and the facility reports that they rest on.

The chain to the meter: a category of an inventory → the lines of its run → the submission of a
facility → its entry, stream and meter.
"""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q

from kyoso.hub.evidence.facilities.models import Submission, check_country
from kyoso.hub.evidence.inventory.enums import (
    CALCULATED,
    OPEN,
    PUBLIC,
    Cause,
    FactorState,
    Potentials,
    RegionalState,
    State,
)
from kyoso.hub.evidence.models import Run
from kyoso.hub.record.models import Versioned

if TYPE_CHECKING:
    from django.db.models.fields.related_descriptors import RelatedManager

_YEARS = [MinValueValidator(1990), MaxValueValidator(2100)]


class Inventory(Versioned):
    """The greenhouse gas inventory of a country and year; a recalculation is the next ``number``.

    ``totals`` has t CO2-equivalent as text: ``total``, ``without_lulucf``, and ``categories`` by
    code; what is withheld or not reported is absent. ``withheld``: a confidential line went in,
    and the run itself is not public. ``left_out`` are the facility submissions that were not
    taken, ``factors`` the country's own factors that were, ``changes`` what a recalculation
    changed, ``authors`` all who wrote or submitted.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    country = models.CharField(max_length=3, validators=[check_country])
    year = models.PositiveSmallIntegerField(validators=_YEARS)
    number = models.PositiveSmallIntegerField(default=1)
    state = models.CharField(max_length=20, choices=State, default=State.DRAFT)
    gwp = models.CharField(max_length=3, choices=Potentials, default=Potentials.AR5)
    sheet_name = models.CharField(max_length=255, blank=True)
    sheet_sha256 = models.CharField(max_length=64, blank=True, db_index=True)
    sheet_size = models.PositiveBigIntegerField(null=True, blank=True)
    left_out = models.JSONField(default=list, blank=True)
    factors = models.JSONField(default=list, blank=True)
    run = models.ForeignKey(
        Run, null=True, blank=True, on_delete=models.PROTECT, related_name="inventories"
    )
    key_run = models.ForeignKey(
        Run, null=True, blank=True, on_delete=models.PROTECT, related_name="inventories_by_key"
    )
    uncertainty_run = models.ForeignKey(
        Run,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="inventories_by_uncertainty",
    )
    drawn_run = models.ForeignKey(
        Run, null=True, blank=True, on_delete=models.PROTECT, related_name="inventories_by_drawing"
    )
    change_run = models.ForeignKey(
        Run, null=True, blank=True, on_delete=models.PROTECT, related_name="inventories_by_change"
    )
    base_year = models.PositiveSmallIntegerField(null=True, blank=True, validators=_YEARS)
    totals = models.JSONField(default=dict, blank=True)
    withheld = models.BooleanField(default=False)
    cause = models.CharField(max_length=20, choices=Cause, blank=True)
    why = models.TextField(blank=True)
    changes = models.JSONField(default=dict, blank=True)
    reason = models.TextField(blank=True)
    authors = models.JSONField(default=list, blank=True)
    sample = models.BooleanField(default=False)
    begun_at = models.DateTimeField(auto_now_add=True)
    submitted_at = models.DateTimeField(null=True, blank=True)
    accepted_at = models.DateTimeField(null=True, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)

    if TYPE_CHECKING:
        parts: RelatedManager[Part]

    class Meta:
        ordering = ["country", "-year", "-number"]
        verbose_name_plural = "inventories"
        indexes = [models.Index(fields=["state", "country", "year"], name="inventory_by_state")]
        constraints = [
            models.UniqueConstraint(
                fields=["country", "year", "number"], name="inventory_number_once"
            ),
            models.UniqueConstraint(
                fields=["country", "year"],
                condition=Q(state=State.PUBLISHED),
                name="inventory_one_published",
            ),
            models.UniqueConstraint(
                fields=["country", "year"], condition=Q(state__in=OPEN), name="inventory_one_open"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=CALCULATED)
                | Q(run__isnull=False, submitted_at__isnull=False),
                name="inventory_submitted_was_calculated",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=PUBLIC) | Q(published_at__isnull=False),
                name="inventory_published_has_its_day",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.country} {self.year}/{self.number}"

    @property
    def is_public(self) -> bool:
        """Published now or before: what somebody may have cited stays to be read."""
        return self.state in PUBLIC


class Part(models.Model):
    """A facility's submission whose lines went into an inventory."""

    inventory = models.ForeignKey(Inventory, on_delete=models.CASCADE, related_name="parts")
    submission = models.ForeignKey(
        Submission, on_delete=models.PROTECT, related_name="inventory_parts"
    )

    class Meta:
        ordering = ["inventory", "submission"]
        constraints = [
            models.UniqueConstraint(fields=["inventory", "submission"], name="inventory_part_once")
        ]

    def __str__(self) -> str:
        return f"{self.inventory_id} {self.submission_id}"


class Regional(Versioned):
    """The uncertainty of a region's emissions in a year and of their trend since a base year.

    It rests on published inventories of both years on the same potentials (``parts``). ``made`` is
    what is in it by country and what is not, and why: see
    :class:`kyoso.hub.evidence.inventory.gathering.Gathered`. A ``sample`` is of sample countries,
    which are never added to real ones. Newly published inventories make the next ``number``.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    year = models.PositiveSmallIntegerField(validators=_YEARS)
    base_year = models.PositiveSmallIntegerField(validators=_YEARS)
    gwp = models.CharField(max_length=3, choices=Potentials)
    sample = models.BooleanField(default=False)
    number = models.PositiveSmallIntegerField(default=1)
    state = models.CharField(max_length=20, choices=RegionalState, default=RegionalState.DRAFT)
    run = models.ForeignKey(Run, on_delete=models.PROTECT, related_name="regionals")
    drawn_run = models.ForeignKey(
        Run, null=True, blank=True, on_delete=models.PROTECT, related_name="regionals_by_drawing"
    )
    made = models.JSONField(default=dict, blank=True)
    authors = models.JSONField(default=list, blank=True)
    made_at = models.DateTimeField(auto_now_add=True)
    published_at = models.DateTimeField(null=True, blank=True)

    if TYPE_CHECKING:
        parts: RelatedManager[RegionalPart]

    class Meta:
        ordering = ["-year", "-base_year", "gwp", "-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["year", "base_year", "gwp", "sample", "number"], name="regional_number_once"
            ),
            models.UniqueConstraint(
                fields=["year", "base_year", "gwp", "sample"],
                condition=Q(state=RegionalState.PUBLISHED),
                name="regional_one_published",
            ),
            models.UniqueConstraint(
                fields=["year", "base_year", "gwp", "sample"],
                condition=Q(state=RegionalState.DRAFT),
                name="regional_one_open",
            ),
            models.CheckConstraint(
                condition=Q(base_year__lt=F("year")), name="regional_base_is_earlier"
            ),
            models.CheckConstraint(
                condition=Q(state=RegionalState.DRAFT) | Q(published_at__isnull=False),
                name="regional_published_has_its_day",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.year}/{self.base_year} {self.gwp}/{self.number}"

    @property
    def is_public(self) -> bool:
        """Published now or before: what somebody may have cited stays to be read."""
        return self.state != RegionalState.DRAFT


class RegionalPart(models.Model):
    """A country in the uncertainty of the region: its inventories of both years."""

    regional = models.ForeignKey(Regional, on_delete=models.CASCADE, related_name="parts")
    inventory = models.ForeignKey(
        Inventory, on_delete=models.PROTECT, related_name="regional_parts"
    )
    base = models.ForeignKey(
        Inventory, on_delete=models.PROTECT, related_name="regional_parts_as_base"
    )

    class Meta:
        ordering = ["regional", "inventory"]
        constraints = [
            models.UniqueConstraint(fields=["regional", "inventory"], name="regional_part_once")
        ]

    def __str__(self) -> str:
        return f"{self.regional_id} {self.inventory_id}"


class Factor(Versioned):
    """A country's own emission factor or calorific value, from samples; the library of the region.

    ``value`` and its 95 % interval are those of the run, in ``unit``. ``gas`` is blank for a
    calorific value. It holds from a year until a year, both included.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    country = models.CharField(max_length=3, validators=[check_country])
    source = models.CharField(max_length=120)
    quantity = models.CharField(max_length=40)
    gas = models.CharField(max_length=20, blank=True)
    sector = models.CharField(max_length=60, default="all")
    value = models.FloatField()
    lower = models.FloatField()
    upper = models.FloatField()
    unit = models.CharField(max_length=40)
    basis = models.CharField(max_length=20)
    samples = models.PositiveIntegerField()
    outliers = models.PositiveIntegerField(default=0)
    default_lower = models.FloatField(null=True, blank=True)
    default_upper = models.FloatField(null=True, blank=True)
    within_default = models.BooleanField(null=True, blank=True)
    why_outside = models.TextField(blank=True)
    from_year = models.PositiveSmallIntegerField(validators=_YEARS)
    until_year = models.PositiveSmallIntegerField(null=True, blank=True, validators=_YEARS)
    state = models.CharField(max_length=20, choices=FactorState, default=FactorState.SUBMITTED)
    reason = models.TextField(blank=True)
    run = models.ForeignKey(Run, on_delete=models.PROTECT, related_name="factors")
    authors = models.JSONField(default=list, blank=True)
    sample = models.BooleanField(default=False)
    submitted_at = models.DateTimeField(auto_now_add=True)
    approved_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["source", "quantity", "country", "-from_year"]
        constraints = [
            models.CheckConstraint(
                condition=Q(until_year__isnull=True) | Q(until_year__gte=F("from_year")),
                name="inventory_factor_ends_after_it_begins",
            ),
            models.CheckConstraint(
                condition=~Q(state=FactorState.APPROVED) | Q(approved_at__isnull=False),
                name="inventory_approved_has_its_day",
            ),
            models.CheckConstraint(
                condition=~Q(within_default=False) | ~Q(why_outside=""),
                name="inventory_outside_has_its_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.country} {self.source} {self.quantity}"

    @property
    def is_approved(self) -> bool:
        return self.state == FactorState.APPROVED

    def holds_in(self, year: int) -> bool:
        """Whether it is approved for the emissions of a year."""
        ends = self.until_year is None or self.until_year >= year
        return self.is_approved and self.from_year <= year and ends
