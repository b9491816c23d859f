"""The parts of a project but what it is to reach: where, with whom, by when, for how much."""

from __future__ import annotations

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from kyoso.hub.accounts.models import Organisation
from kyoso.hub.fields import BilingualField
from kyoso.hub.projects.enums import (
    FinanceInstrument,
    FinanceKind,
    FinancePart,
    PartnerRole,
    Sector,
)
from kyoso.hub.projects.models.checks import check_country, check_currency, refuse
from kyoso.hub.projects.models.project import Project
from kyoso.hub.projects.money import MoneyField
from kyoso.hub.record.models import Versioned


class Site(Versioned):
    """A city or place of a project. Without coordinates it is known by its name only."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="sites")
    name = BilingualField()
    country = models.CharField(max_length=3, validators=[check_country])
    latitude = models.FloatField(
        null=True, blank=True, validators=[MinValueValidator(-90), MaxValueValidator(90)]
    )
    longitude = models.FloatField(
        null=True, blank=True, validators=[MinValueValidator(-180), MaxValueValidator(180)]
    )

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(latitude__isnull=True, longitude__isnull=True)
                | Q(latitude__isnull=False, longitude__isnull=False),
                name="projects_both_coordinates_or_none",
            )
        ]

    def __str__(self) -> str:
        return str(self.name.en)

    def clean(self) -> None:
        if (self.latitude is None) != (self.longitude is None):
            raise refuse("latitude", "projects.fault.coordinates")


class Partner(Versioned):
    """An organisation that takes part in a project."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="partners")
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="projects"
    )
    role = models.CharField(max_length=20, choices=PartnerRole)

    class Meta:
        ordering = ["role", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["project", "organisation", "role"], name="projects_partner_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.organisation_id} {self.role}"


class Milestone(Versioned):
    """Something that is to be there on a day; ``done`` is the day on which it was.

    What the project's own people report of a registered project is public and not ``confirmed``
    until another person says so.
    """

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="milestones")
    title = BilingualField()
    due = models.DateField()
    done = models.DateField(null=True, blank=True)
    confirmed = models.BooleanField(default=True)
    reported_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        ordering = ["due", "pk"]
        indexes = [
            models.Index(
                fields=["due"], name="projects_milestones_to_reach", condition=Q(done=None)
            ),
            models.Index(
                fields=["done"], name="projects_milestones_reported", condition=Q(confirmed=False)
            ),
        ]

    def __str__(self) -> str:
        return str(self.title.en)


class Finance(Versioned):
    """An amount of a project's money.

    ``climate_share`` is the percentage that serves the climate, absent where nobody said.
    ``mobilised_by`` names the public act that moved private money. ``reference`` is the number
    of the transaction: an amount with the same number under another project is the same money.
    """

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="finance")
    kind = models.CharField(max_length=20, choices=FinanceKind)
    source = models.ForeignKey(
        Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    instrument = models.CharField(max_length=20, choices=FinanceInstrument)
    sector = models.CharField(max_length=20, choices=Sector)
    part = models.CharField(max_length=20, choices=FinancePart, default=FinancePart.OWN)
    mobilised_by = models.CharField(max_length=300, blank=True)
    currency = models.CharField(max_length=3, validators=[check_currency])
    amount = MoneyField()
    date = models.DateField()
    climate_share = models.PositiveSmallIntegerField(
        null=True, blank=True, validators=[MaxValueValidator(100)]
    )
    reference = models.CharField(max_length=120, blank=True)

    class Meta:
        ordering = ["kind", "date", "pk"]
        verbose_name_plural = "finance"
        indexes = [
            models.Index(
                fields=["reference"], name="projects_reference", condition=~Q(reference="")
            )
        ]
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="projects_amount_above_zero"),
            models.CheckConstraint(
                condition=Q(part=FinancePart.MOBILISED, sector=Sector.PRIVATE) & ~Q(mobilised_by="")
                | ~Q(part=FinancePart.MOBILISED) & Q(mobilised_by=""),
                name="projects_mobilised_private_money_says_by_what",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.currency} {self.amount}"

    def clean(self) -> None:
        self.reference = self.reference.strip()
        mobilised = self.part == FinancePart.MOBILISED
        if mobilised and self.sector != Sector.PRIVATE:
            raise refuse("sector", "projects.fault.mobilised_is_private")
        if mobilised != bool(self.mobilised_by):
            raise refuse("mobilised_by", "projects.fault.mobilised_by")


class Document(Versioned):
    """A file that is kept by its hash, or a link."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="documents")
    title = BilingualField()
    link = models.URLField(max_length=500, blank=True)
    name = models.CharField(max_length=255, blank=True)
    sha256 = models.CharField(max_length=64, blank=True, db_index=True)
    size = models.PositiveBigIntegerField(null=True, blank=True)
    content_type = models.CharField(max_length=100, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(link="") & ~Q(sha256="") | ~Q(link="") & Q(sha256=""),
                name="projects_file_or_link",
            )
        ]

    def __str__(self) -> str:
        return str(self.title.en)
