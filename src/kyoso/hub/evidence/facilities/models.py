"""Facilities, what they plan to measure, and what they report year by year.

The chain to the meter: a number of a submission's run → its entry → the stream of the plan →
the unit, the meter, the sampling.
"""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import F, Q

from kyoso.hub.accounts.models import Organisation
from kyoso.hub.evidence.facilities.enums import HANDED_IN, PUBLIC, Approach, PlanState, State
from kyoso.hub.evidence.models import Run
from kyoso.hub.fields import BilingualField
from kyoso.hub.record.models import Versioned
from kyoso.hub.texts import language, say
from kyoso.reference.countries import country

if TYPE_CHECKING:
    from django.db.models.fields.related_descriptors import RelatedManager

_YEARS = [MinValueValidator(1990), MaxValueValidator(2100)]
_PERCENT = [MinValueValidator(0), MaxValueValidator(100)]
_CODE = RegexValidator(r"\A[A-Za-z0-9][A-Za-z0-9._-]{0,19}\Z")


def check_country(code: str) -> None:
    """Raises ``ValidationError`` for a code that is not in the reference data."""
    if country(code) is None:
        raise ValidationError(say("facilities.fault.country")[language()], code="country")


class Facility(Versioned):
    """A site that emits. ``code`` is its number in the country's register.

    That there is a facility is public from its first published submission on.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    code = models.CharField(max_length=20, validators=[_CODE])
    name = BilingualField()
    country = models.CharField(max_length=3, validators=[check_country])
    place = models.CharField(max_length=200, blank=True)
    latitude = models.DecimalField(
        max_digits=8,
        decimal_places=5,
        null=True,
        blank=True,
        validators=[MinValueValidator(-90), MaxValueValidator(90)],
    )
    longitude = models.DecimalField(
        max_digits=8,
        decimal_places=5,
        null=True,
        blank=True,
        validators=[MinValueValidator(-180), MaxValueValidator(180)],
    )
    sample = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    if TYPE_CHECKING:
        holdings: RelatedManager[Holding]
        permits: RelatedManager[Permit]
        units: RelatedManager[Unit]
        plans: RelatedManager[Plan]
        reports: RelatedManager[Report]

    class Meta:
        ordering = ["country", "code"]
        verbose_name_plural = "facilities"
        constraints = [
            models.UniqueConstraint(fields=["country", "code"], name="facilities_code_once"),
            models.CheckConstraint(
                condition=Q(latitude__isnull=True, longitude__isnull=True)
                | Q(latitude__isnull=False, longitude__isnull=False),
                name="facilities_point_is_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.country} {self.code}"


class Holding(Versioned):
    """Who operates a facility from a day until a day; one organisation at a time."""

    facility = models.ForeignKey(Facility, on_delete=models.PROTECT, related_name="holdings")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    since = models.DateField()
    until = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["facility", "since"]
        constraints = [
            models.UniqueConstraint(fields=["facility", "since"], name="facilities_held_by_one"),
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gte=F("since")),
                name="facilities_held_until_after_since",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.facility_id} {self.organisation_id} {self.since}"


class Permit(Versioned):
    """A permit that a facility operates under."""

    facility = models.ForeignKey(Facility, on_delete=models.PROTECT, related_name="permits")
    number = models.CharField(max_length=60)
    issuer = models.CharField(max_length=200)
    subject = models.CharField(max_length=200, blank=True)
    since = models.DateField()
    until = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["facility", "since", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["facility", "issuer", "number"], name="facilities_permit_once"
            ),
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gte=F("since")),
                name="facilities_permit_ends_after_it_begins",
            ),
        ]

    def __str__(self) -> str:
        return self.number


class Unit(Versioned):
    """A part of a facility that emits: a boiler, a kiln, a fleet, a treatment plant."""

    facility = models.ForeignKey(Facility, on_delete=models.PROTECT, related_name="units")
    code = models.CharField(max_length=20, validators=[_CODE])
    name = models.CharField(max_length=200)

    class Meta:
        ordering = ["facility", "code"]
        constraints = [
            models.UniqueConstraint(fields=["facility", "code"], name="facilities_unit_once")
        ]

    def __str__(self) -> str:
        return self.code


class Plan(Versioned):
    """A monitoring plan: what is measured, where and how well, from a year on.

    The regulator approves it; a change is the next ``number``. ``authors`` are all who wrote or
    submitted it: none of them may approve it.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    facility = models.ForeignKey(Facility, on_delete=models.PROTECT, related_name="plans")
    number = models.PositiveSmallIntegerField(default=1)
    rule_set = models.CharField(max_length=40)
    from_year = models.PositiveSmallIntegerField(validators=_YEARS)
    state = models.CharField(max_length=20, choices=PlanState, default=PlanState.DRAFT)
    reason = models.TextField(blank=True)
    authors = models.JSONField(default=list, blank=True)
    submitted_at = models.DateTimeField(null=True, blank=True)
    approved_at = models.DateTimeField(null=True, blank=True)

    if TYPE_CHECKING:
        streams: RelatedManager[Stream]

    class Meta:
        ordering = ["facility", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["facility", "number"], name="facilities_plan_once"),
            models.CheckConstraint(
                condition=~Q(state=PlanState.APPROVED)
                | Q(submitted_at__isnull=False, approved_at__isnull=False),
                name="facilities_approved_was_submitted",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.facility_id}/{self.number} {self.state}"

    @property
    def is_approved(self) -> bool:
        return self.state == PlanState.APPROVED


class Stream(models.Model):
    """One source stream of a plan: a fuel, material or gas of a unit, and its meter.

    ``meter_uncertainty`` is half of the 95 % interval in % of the quantity. ``confidential``
    keeps the stream's own numbers out of what is published.
    """

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="streams")
    code = models.CharField(max_length=20, validators=[_CODE])
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="streams")
    category = models.CharField(max_length=20, blank=True)
    source = models.CharField(max_length=120)
    approach = models.CharField(max_length=20, choices=Approach, default=Approach.CALCULATION)
    tier = models.PositiveSmallIntegerField(
        null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(4)]
    )
    meter = models.CharField(max_length=120, blank=True)
    meter_uncertainty = models.DecimalField(
        max_digits=6, decimal_places=3, null=True, blank=True, validators=_PERCENT
    )
    sampling = models.TextField(blank=True)
    contract = models.CharField(max_length=120, blank=True)
    biogenic = models.BooleanField(default=False)
    confidential = models.BooleanField(default=False)

    class Meta:
        ordering = ["plan", "code"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "code"], name="facilities_stream_once")
        ]

    def __str__(self) -> str:
        return self.code


class Report(Versioned):
    """What a facility owes for a year under a rule set; its submissions are its versions."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    facility = models.ForeignKey(Facility, on_delete=models.PROTECT, related_name="reports")
    year = models.PositiveSmallIntegerField(validators=_YEARS)
    rule_set = models.CharField(max_length=40)

    if TYPE_CHECKING:
        submissions: RelatedManager[Submission]

    class Meta:
        ordering = ["-year", "facility"]
        constraints = [
            models.UniqueConstraint(
                fields=["facility", "year", "rule_set"], name="facilities_year_reported_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.facility_id} {self.year} {self.rule_set}"


class Submission(Versioned):
    """One version of a report: its entries, the workbook they came in, what was calculated.

    ``digest`` covers plan, entries, factors and the run's result: what is said of it later is bound
    to it. ``factors`` are those of the country that the run took, by key, with the value of each.
    From its submission on nothing in it changes but its state. ``why`` and ``changes`` say what a
    later version corrected, and by how much. ``totals`` has t CO2-equivalent by category, and the
    total. ``withheld``: a stream is confidential, and the run is not public.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="submissions")
    number = models.PositiveSmallIntegerField(default=1)
    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="submissions")
    state = models.CharField(max_length=20, choices=State, default=State.DRAFT)
    sheet_name = models.CharField(max_length=255, blank=True)
    sheet_sha256 = models.CharField(max_length=64, blank=True, db_index=True)
    sheet_size = models.PositiveBigIntegerField(null=True, blank=True)
    run = models.ForeignKey(
        Run, null=True, blank=True, on_delete=models.PROTECT, related_name="submissions"
    )
    digest = models.CharField(max_length=64, blank=True)
    totals = models.JSONField(default=dict, blank=True)
    factors = models.JSONField(default=dict, blank=True)
    withheld = models.BooleanField(default=False)
    why = models.TextField(blank=True)
    changes = models.JSONField(default=dict, blank=True)
    reason = models.TextField(blank=True)
    authors = models.JSONField(default=list, blank=True)
    begun_at = models.DateTimeField(auto_now_add=True)
    submitted_at = models.DateTimeField(null=True, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)

    if TYPE_CHECKING:
        entries: RelatedManager[Entry]

    class Meta:
        ordering = ["report", "-number"]
        indexes = [models.Index(fields=["state", "submitted_at"], name="facilities_by_state")]
        constraints = [
            models.UniqueConstraint(fields=["report", "number"], name="facilities_version_once"),
            models.CheckConstraint(
                condition=~Q(state__in=HANDED_IN)
                | (Q(submitted_at__isnull=False, run__isnull=False) & ~Q(digest="")),
                name="facilities_handed_in_was_calculated",
            ),
            models.CheckConstraint(
                condition=~Q(state=State.PUBLISHED) | Q(published_at__isnull=False),
                name="facilities_published_has_its_day",
            ),
            models.UniqueConstraint(
                fields=["report"],
                condition=Q(state=State.PUBLISHED),
                name="facilities_one_published_version",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.report_id}/{self.number} {self.state}"

    @property
    def is_published(self) -> bool:
        return self.state == State.PUBLISHED

    @property
    def is_public(self) -> bool:
        """Published now or before: what somebody may have cited stays to be read."""
        return self.state in PUBLIC

    @property
    def is_handed_in(self) -> bool:
        return self.state in HANDED_IN


class Entry(models.Model):
    """The activity data of one stream in a submission, in the unit in which it was written.

    ``quantity`` keeps what was written, digit by digit. ``uncertainty`` is set where it differs
    from the meter's.
    """

    submission = models.ForeignKey(Submission, on_delete=models.CASCADE, related_name="entries")
    stream = models.ForeignKey(Stream, on_delete=models.PROTECT, related_name="entries")
    quantity = models.CharField(max_length=40)
    unit = models.CharField(max_length=40)
    uncertainty = models.DecimalField(
        max_digits=6, decimal_places=3, null=True, blank=True, validators=_PERCENT
    )
    heat_basis = models.CharField(max_length=3, blank=True)
    note = models.TextField(blank=True)

    class Meta:
        ordering = ["submission", "stream__code"]
        verbose_name_plural = "entries"
        constraints = [
            models.UniqueConstraint(
                fields=["submission", "stream"], name="facilities_stream_entered_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.stream_id}: {self.quantity} {self.unit}"
