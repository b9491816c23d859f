"""Rounds, who must report in them, the reports, and to whom accepted ones were sent."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q

from kyoso.core import hashes
from kyoso.core.periods import Period
from kyoso.hub.accounts.models import Organisation
from kyoso.hub.evidence.models import Run
from kyoso.hub.fields import BilingualField
from kyoso.hub.programme.models import Activity, Body, Indicator, Programme
from kyoso.hub.programme.rules import is_known_place
from kyoso.hub.progress.enums import APPROVED, HANDED_IN, Flow, Part, State, ValueKind, WrittenIn
from kyoso.hub.projects.models import Milestone as PlannedMilestone
from kyoso.hub.projects.models import Project, ResultIndicator, check_currency
from kyoso.hub.projects.money import MoneyField
from kyoso.hub.record.models import Versioned

if TYPE_CHECKING:
    from django.db.models.fields.related_descriptors import RelatedManager

_NUMBER: Mapping[str, Any] = {"max_digits": 15, "decimal_places": 4, "null": True, "blank": True}
"""SQLite keeps fifteen digits of a decimal number exactly."""


class ReportingRound(Versioned):
    """When reports of a programme are due, and on which period.

    Reports can be written from ``opens`` on and are due on ``due``; ``escalates_after`` days later
    one that is missing goes to the secretariat of the programme.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="rounds")
    title = BilingualField()
    starts = models.DateField()
    ends = models.DateField()
    opens = models.DateField()
    due = models.DateField()
    escalates_after = models.PositiveSmallIntegerField(default=14)
    sample = models.BooleanField(default=False)

    class Meta:
        ordering = ["-due", "-ends", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends__gte=F("starts")), name="progress_period_ends_after_it_starts"
            ),
            models.CheckConstraint(
                condition=Q(due__gte=F("opens")), name="progress_due_after_it_opens"
            ),
        ]

    def __str__(self) -> str:
        return str(self.title.en)

    @property
    def period(self) -> Period:
        """What the reports of this round are about."""
        return Period(self.starts, self.ends)


class Requirement(Versioned):
    """That one report is owed: on an activity by a member, or on a project.

    Where ``organisation`` is set, its people write the report; otherwise the member's focal point
    and sector ministry. A project is reported on by an organisation, the one that leads it if no
    other is named. ``scope`` names the activity as roles do. ``due`` is set where the day of
    the round was put off. A requirement that falls away is waived, not deleted.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    round = models.ForeignKey(ReportingRound, on_delete=models.PROTECT, related_name="requirements")
    activity = models.ForeignKey(
        Activity, null=True, blank=True, on_delete=models.PROTECT, related_name="requirements"
    )
    scope = models.CharField(max_length=60, blank=True)
    project = models.ForeignKey(
        Project, null=True, blank=True, on_delete=models.PROTECT, related_name="requirements"
    )
    member = models.CharField(max_length=3, blank=True)
    organisation = models.ForeignKey(
        Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="requirements"
    )
    due = models.DateField(null=True, blank=True)
    waived = models.BooleanField(default=False)

    if TYPE_CHECKING:
        reports: RelatedManager[Report]

    class Meta:
        ordering = ["round", "scope", "member", "pk"]
        indexes = [models.Index(fields=["member", "round"], name="progress_of_member")]
        constraints = [
            models.UniqueConstraint(
                fields=["round", "activity", "member"],
                condition=Q(organisation__isnull=True),
                name="progress_owed_once_by_a_member",
            ),
            models.UniqueConstraint(
                fields=["round", "activity", "member", "organisation"],
                name="progress_owed_once_by_an_organisation",
            ),
            models.UniqueConstraint(
                fields=["round", "project", "organisation"],
                name="progress_owed_once_on_a_project",
            ),
            models.CheckConstraint(
                condition=Q(activity__isnull=False, project__isnull=True)
                & ~Q(member="")
                & ~Q(scope="")
                | Q(
                    activity__isnull=True,
                    project__isnull=False,
                    organisation__isnull=False,
                    member="",
                    scope="",
                ),
                name="progress_owed_on_one_thing",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.scope} {self.member}".strip() or str(self.project_id)

    def clean(self) -> None:
        if self.member and not is_known_place(self.member):
            raise ValidationError({"member": "not a country of the reference data"})

    @property
    def countries(self) -> set[str]:
        """The countries that the report concerns."""
        if self.project is None:
            return {self.member}
        return {one.country for one in self.project.countries.all()}

    @property
    def activities(self) -> list[Activity]:
        """The activities that the report concerns."""
        if self.activity is not None:
            return [self.activity]
        assert self.project is not None
        return [link.activity for link in self.project.activities.all()]

    @property
    def scopes(self) -> set[str]:
        """The activities that the report concerns, as roles name them."""
        if self.project is None:
            return {self.scope}
        return {f"{one.programme.key}/{one.key}" for one in self.activities}

    @property
    def due_on(self) -> date:
        """The last day on which the report is in time."""
        return self.due or self.round.due


class Report(Versioned):
    """What one who must report says about a period.

    Its texts are written in ``language``; a translation may stand beside each in
    ``translation_language``, and ``translated`` keeps the hash of the words that were translated:
    when these change, the translation is stale. ``authors`` are all who wrote or submitted it (or
    the revision that it goes on from): none of them may judge it. ``reasons`` are those of the
    last return, by field. A report that was accepted is corrected by its next ``revision``.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    requirement = models.ForeignKey(Requirement, on_delete=models.PROTECT, related_name="reports")
    revision = models.PositiveSmallIntegerField(default=1)
    correction = models.TextField(blank=True)
    state = models.CharField(max_length=20, choices=State, default=State.DRAFT)
    language = models.CharField(max_length=8, choices=WrittenIn, default=WrittenIn.EN)
    narrative = models.TextField(blank=True)
    difficulties = models.TextField(blank=True)
    needs = models.TextField(blank=True)
    views = models.TextField(blank=True)
    translation_language = models.CharField(max_length=8, choices=settings.LANGUAGES, blank=True)
    narrative_translation = models.TextField(blank=True)
    difficulties_translation = models.TextField(blank=True)
    needs_translation = models.TextField(blank=True)
    views_translation = models.TextField(blank=True)
    translated = models.JSONField(default=dict, blank=True)
    authors = models.JSONField(default=list, blank=True)
    reasons = models.JSONField(default=dict, blank=True)
    begun_at = models.DateTimeField(auto_now_add=True)
    submitted_at = models.DateTimeField(null=True, blank=True)
    accepted_at = models.DateTimeField(null=True, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)

    if TYPE_CHECKING:
        values: RelatedManager[Value]
        milestones: RelatedManager[Milestone]
        finance: RelatedManager[Finance]
        documents: RelatedManager[Document]
        deliveries: RelatedManager[Delivery]

    class Meta:
        ordering = ["-begun_at", "pk"]
        indexes = [
            models.Index(fields=["state", "submitted_at"], name="progress_by_state"),
            models.Index(fields=["requirement", "state", "revision"], name="progress_latest"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["requirement", "revision"], name="progress_revision_once"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=APPROVED)
                | Q(submitted_at__isnull=False, accepted_at__isnull=False),
                name="progress_accepted_was_submitted",
            ),
            models.CheckConstraint(
                condition=Q(state=State.PUBLISHED, published_at__isnull=False)
                | (~Q(state=State.PUBLISHED) & Q(published_at__isnull=True)),
                name="progress_published_has_its_day",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.requirement_id}/{self.revision} {self.state}"

    @property
    def is_submitted(self) -> bool:
        return self.state in HANDED_IN

    @property
    def is_approved(self) -> bool:
        return self.state in APPROVED

    @property
    def is_published(self) -> bool:
        return self.state == State.PUBLISHED

    def words(self, part: Part | str) -> str:
        """A text as its author wrote it."""
        return str(getattr(self, Part(part).value))

    def translation(self, part: Part | str) -> str:
        return str(getattr(self, f"{Part(part).value}_translation"))

    def is_stale(self, part: Part | str) -> bool:
        """Whether the words changed after they were translated."""
        part = Part(part)
        return bool(self.translation(part)) and self.translated.get(part.value) != hash_of(
            self.words(part)
        )


def hash_of(words: str) -> str:
    """What marks the words that a translation was made from."""
    return hashes.of_bytes(words.encode())


class Value(models.Model):
    """How a report answers an indicator of the programme or of its project's results.

    The answer is for the whole, or for one ``group`` of it (women; a province).

    A percentage keeps both of its parts. What the value rests on is a run of a method (a table of
    its result, a row counted as in a spreadsheet) or a document of the report.
    """

    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="values")
    indicator = models.ForeignKey(
        Indicator, null=True, blank=True, on_delete=models.PROTECT, related_name="reported"
    )
    result_indicator = models.ForeignKey(
        ResultIndicator, null=True, blank=True, on_delete=models.PROTECT, related_name="reported"
    )
    group = models.CharField(max_length=60, blank=True)
    kind = models.CharField(max_length=20, choices=ValueKind)
    number = models.DecimalField(**_NUMBER)
    numerator = models.DecimalField(**_NUMBER)
    denominator = models.DecimalField(**_NUMBER)
    unit = models.CharField(max_length=40, blank=True)
    statement = models.TextField(blank=True)
    run = models.ForeignKey(
        Run, null=True, blank=True, on_delete=models.PROTECT, related_name="cited_by"
    )
    run_table = models.CharField(max_length=60, blank=True)
    run_row = models.PositiveIntegerField(null=True, blank=True)
    document = models.ForeignKey(
        "Document", null=True, blank=True, on_delete=models.SET_NULL, related_name="values"
    )

    class Meta:
        ordering = ["indicator", "result_indicator", "group", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["report", "indicator", "group"], name="progress_value_once"
            ),
            models.UniqueConstraint(
                fields=["report", "result_indicator", "group"], name="progress_result_once"
            ),
            models.CheckConstraint(
                condition=Q(indicator__isnull=False, result_indicator__isnull=True)
                | Q(indicator__isnull=True, result_indicator__isnull=False),
                name="progress_value_of_one_indicator",
            ),
            models.CheckConstraint(
                condition=Q(kind=ValueKind.NUMBER, number__isnull=False)
                | Q(kind=ValueKind.SHARE, numerator__isnull=False, denominator__gt=0)
                | (Q(kind__in=(ValueKind.STATEMENT, ValueKind.NOT_AVAILABLE)) & ~Q(statement="")),
                name="progress_value_is_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.report_id} {self.indicator_id or self.result_indicator_id} {self.group}".rstrip()

    @property
    def of(self) -> Indicator | ResultIndicator:
        """The indicator that is answered."""
        found = self.indicator or self.result_indicator
        assert found is not None
        return found


class Milestone(models.Model):
    """A milestone that was reached in the period; ``planned`` is the one of the project."""

    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="milestones")
    position = models.PositiveSmallIntegerField()
    planned = models.ForeignKey(
        PlannedMilestone, null=True, blank=True, on_delete=models.SET_NULL, related_name="reported"
    )
    name = models.CharField(max_length=200)
    reached = models.DateField()

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(
                fields=["report", "position"], name="progress_milestone_in_its_place"
            )
        ]

    def __str__(self) -> str:
        return self.name


class Finance(models.Model):
    """Money of the period from one source: an amount in its own currency (ISO 4217)."""

    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="finance")
    position = models.PositiveSmallIntegerField()
    flow = models.CharField(max_length=20, choices=Flow)
    source = models.CharField(max_length=120)
    amount = MoneyField()
    currency = models.CharField(max_length=3, validators=[check_currency])

    class Meta:
        ordering = ["position"]
        verbose_name_plural = "finance"
        constraints = [
            models.UniqueConstraint(
                fields=["report", "position"], name="progress_finance_in_its_place"
            ),
            models.CheckConstraint(
                condition=Q(amount__gte=0), name="progress_amount_is_not_negative"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.amount} {self.currency}"


class Document(models.Model):
    """A file that was sent with a report; its content lies under its hash."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="documents")
    name = models.CharField(max_length=255)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField()
    added_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["added_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["report", "sha256"], name="progress_document_once")
        ]

    def __str__(self) -> str:
        return self.name


class Delivery(Versioned):
    """That an accepted report was sent to a body; it then stands on the body's reading list."""

    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="deliveries")
    body = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="deliveries")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-at", "-pk"]
        verbose_name_plural = "deliveries"
        indexes = [models.Index(fields=["body", "-at", "-id"], name="progress_of_body")]
        constraints = [
            models.UniqueConstraint(fields=["report", "body"], name="progress_delivered_once")
        ]

    def __str__(self) -> str:
        return f"{self.report_id} {self.body_id}"
