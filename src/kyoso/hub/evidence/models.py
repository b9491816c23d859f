"""A run of a method, and the files it ran on."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q

from kyoso.hub.evidence.enums import WAITING, Origin, State
from kyoso.hub.fields import BilingualField

if TYPE_CHECKING:
    from django.db.models.fields.related_descriptors import RelatedManager


class Run(models.Model):
    """One execution of a method.

    It belongs to the user who started it, or to everybody: a sample run, made with the sample
    data. ``once`` marks a start that may arrive twice. ``problems`` are the faults of a refused input, as data with both languages; ``record``
    is the ``result.json`` of a run that is done. Tables and figures lie in the folder of the run.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    method = models.CharField(max_length=120)
    version = models.CharField(max_length=40)
    parameters = models.JSONField(default=dict, blank=True)
    state = models.CharField(max_length=20, choices=State, default=State.QUEUED)
    progress = models.FloatField(default=0.0)
    message = BilingualField(null=True, blank=True)
    problems = models.JSONField(default=list, blank=True)
    problem_count = models.PositiveIntegerField(default=0)
    record = models.JSONField(null=True, blank=True)
    once = models.CharField(max_length=64, null=True, blank=True, unique=True)
    shows_sample = models.BooleanField(default=False)
    attempts = models.PositiveSmallIntegerField(default=0)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="runs",
    )
    sample = models.BooleanField(default=False)
    repeats = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.SET_NULL, related_name="repeated_by"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    if TYPE_CHECKING:
        inputs: RelatedManager[RunInput]

    class Meta:
        ordering = ["-created_at"]
        indexes = [
            models.Index(fields=["owner", "-created_at"], name="evidence_of_owner"),
            models.Index(fields=["state", "created_at"], name="evidence_waiting"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(owner__isnull=False, sample=False) | Q(owner__isnull=True, sample=True),
                name="evidence_run_has_one_owner",
            ),
            models.CheckConstraint(
                condition=Q(progress__gte=0, progress__lte=1), name="evidence_progress_is_a_share"
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)

    @property
    def label(self) -> str:
        """The number as people say it: first and last digits."""
        digits = self.id.hex
        return f"{digits[:4]}…{digits[-2:]}"

    @property
    def waits(self) -> bool:
        return self.state in WAITING

    @property
    def percent(self) -> int:
        return round(self.progress * 100)

    @property
    def seconds(self) -> float | None:
        """How long it took, once it has ended."""
        if self.started_at is None or self.finished_at is None:
            return None
        return (self.finished_at - self.started_at).total_seconds()

    @property
    def took(self) -> str:
        """The seconds as read."""
        return "" if self.seconds is None else f"{self.seconds:.1f}"

    @property
    def mark(self) -> str:
        """The shape of its state; none while it waits."""
        if self.waits:
            return ""
        return "passed" if self.state == State.DONE else "failed"


class RunInput(models.Model):
    """A file that a run reads as one input table; its content lies under its hash."""

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="inputs")
    table = models.CharField(max_length=60)
    name = models.CharField(max_length=255)
    sha256 = models.CharField(max_length=64, db_index=True)
    size = models.PositiveBigIntegerField()
    origin = models.CharField(max_length=20, choices=Origin)

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["run", "table"], name="evidence_table_once")]

    def __str__(self) -> str:
        return f"{self.run_id} {self.table}"
