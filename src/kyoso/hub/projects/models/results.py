"""What a project is to reach, how that is measured, and by when how much of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q

from kyoso.hub.fields import BilingualField
from kyoso.hub.projects.enums import MeasureKind, ResultLevel
from kyoso.hub.projects.models.checks import check_period, refuse
from kyoso.hub.projects.models.project import Project
from kyoso.hub.record.models import Versioned

if TYPE_CHECKING:
    from django.db.models.fields.related_descriptors import RelatedManager

_DIGITS, _DECIMALS = 15, 4
"""SQLite keeps fifteen digits of a decimal number exactly."""


class Result(Versioned):
    """An outcome, or an output under it."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="results")
    level = models.CharField(max_length=20, choices=ResultLevel)
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.CASCADE, related_name="outputs"
    )
    title = BilingualField()

    if TYPE_CHECKING:
        indicators: RelatedManager[ResultIndicator]

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(level=ResultLevel.OUTCOME, parent__isnull=True)
                | Q(level=ResultLevel.OUTPUT, parent__isnull=False),
                name="projects_output_has_an_outcome",
            )
        ]

    def __str__(self) -> str:
        return str(self.title.en)

    def clean(self) -> None:
        if (self.level == ResultLevel.OUTPUT) != (self.parent is not None):
            raise refuse("parent", "projects.fault.parent")
        if self.parent is not None and (
            self.parent.project_id != self.project_id or self.parent.level != ResultLevel.OUTCOME
        ):
            raise refuse("parent", "projects.fault.parent")


class ResultIndicator(Versioned):
    """What is measured of a result.

    ``unit`` belongs to a quantity; ``numerator`` and ``denominator`` say what a percentage is a
    share of. ``categories`` are the parts into which values are split (women; men). ``reference``
    is the number under which the same tonnes may stand elsewhere: a registry's, a facility's.
    """

    result = models.ForeignKey(Result, on_delete=models.CASCADE, related_name="indicators")
    title = BilingualField()
    kind = models.CharField(max_length=20, choices=MeasureKind)
    unit = models.CharField(max_length=40, blank=True)
    numerator = BilingualField(null=True, blank=True)
    denominator = BilingualField(null=True, blank=True)
    categories = models.JSONField(default=list, blank=True)
    reference = models.CharField(max_length=120, blank=True)

    if TYPE_CHECKING:
        targets: RelatedManager[Target]

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return str(self.title.en)

    @property
    def project(self) -> Project:
        return self.result.project

    def clean(self) -> None:
        self.reference = self.reference.strip()
        if (self.kind == MeasureKind.QUANTITATIVE) != bool(self.unit):
            raise refuse("unit", "projects.fault.unit")
        if self.kind == MeasureKind.PERCENTAGE and not (self.numerator and self.denominator):
            raise refuse("numerator", "projects.fault.share")
        named = self.categories
        if not isinstance(named, list) or not all(isinstance(one, str) and one for one in named):
            raise refuse("categories", "projects.fault.categories")
        if len(set(named)) != len(named):
            raise refuse("categories", "projects.fault.categories")


class Target(Versioned):
    """What is to be reached in a period, as a whole or in one category.

    A quantity is ``value``; a percentage keeps ``numerator`` and ``denominator``, from which it
    is worked out when read; a quality is a ``statement``.
    """

    indicator = models.ForeignKey(ResultIndicator, on_delete=models.CASCADE, related_name="targets")
    period = models.CharField(max_length=20, validators=[check_period])
    category = models.CharField(max_length=80, blank=True)
    value = models.DecimalField(max_digits=_DIGITS, decimal_places=_DECIMALS, null=True, blank=True)
    numerator = models.DecimalField(
        max_digits=_DIGITS, decimal_places=_DECIMALS, null=True, blank=True
    )
    denominator = models.DecimalField(
        max_digits=_DIGITS, decimal_places=_DECIMALS, null=True, blank=True
    )
    statement = BilingualField(null=True, blank=True)

    class Meta:
        ordering = ["period", "category", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["indicator", "period", "category"], name="projects_target_once"
            ),
            models.CheckConstraint(
                condition=Q(denominator__isnull=True) | ~Q(denominator=0),
                name="projects_denominator_is_not_zero",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.indicator_id} {self.period} {self.category}"

    @property
    def project(self) -> Project:
        return self.indicator.project

    @property
    def percentage(self) -> float | None:
        """Numerator over denominator, in percent; absent where one of them is."""
        if self.numerator is None or not self.denominator:
            return None
        return float(100 * self.numerator / self.denominator)

    def clean(self) -> None:
        kind = self.indicator.kind
        given = {
            MeasureKind.QUANTITATIVE: self.value is not None,
            MeasureKind.PERCENTAGE: self.numerator is not None and bool(self.denominator),
            MeasureKind.QUALITATIVE: self.statement is not None,
        }
        fields = {
            MeasureKind.QUANTITATIVE: "value",
            MeasureKind.PERCENTAGE: "numerator",
            MeasureKind.QUALITATIVE: "statement",
        }
        for one, name in fields.items():
            wanted, there = one == kind, getattr(self, name) is not None
            if wanted and not given[one]:
                raise refuse(name, f"projects.fault.target_{one}")
            if there and not wanted:
                raise refuse(name, "projects.fault.target_kind")
        if self.category and self.category not in self.indicator.categories:
            raise refuse("category", "projects.fault.category")
