"""Who may verify, who verifies what, what was found, and what was signed."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any, NoReturn

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q

from kyoso.hub.accounts.models import Organisation, User
from kyoso.hub.evidence.facilities.models import Report, Stream, Submission, check_country
from kyoso.hub.evidence.verification.enums import (
    FindingKind,
    FindingState,
    Level,
    Opinion,
    VisitKind,
)
from kyoso.hub.record.models import Versioned
from kyoso.hub.texts import language, say

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date
    from decimal import Decimal

    from django.db.models.fields.related_descriptors import RelatedManager


def check_categories(given: Any) -> None:
    """Raises ``ValidationError`` for what is not a list of IPCC categories."""
    if not isinstance(given, list) or not all(isinstance(one, str) and one for one in given):
        raise ValidationError(say("verification.fault.categories")[language()])


class Accreditation(Versioned):
    """That an organisation may verify in a country, from a day until a day.

    ``body`` accredited it, under ``number``. ``categories`` are those of the IPCC, each with what
    is below it; all where none is named.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="accreditations"
    )
    body = models.CharField(max_length=200)
    number = models.CharField(max_length=60)
    country = models.CharField(max_length=3, validators=[check_country])
    categories = models.JSONField(default=list, blank=True, validators=[check_categories])
    since = models.DateField()
    until = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["country", "body", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["country", "body", "number"], name="verification_accredited_once"
            ),
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gte=F("since")),
                name="verification_accredited_until_after_since",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.body} {self.number}"

    def holds_on(self, day: date) -> bool:
        return self.since <= day and (self.until is None or day <= self.until)

    def covers(self, categories: Sequence[str]) -> bool:
        """Whether all of these IPCC categories are among those that may be verified."""
        own = self.categories
        return not own or all(one.startswith(tuple(own)) for one in categories)


class Engagement(Versioned):
    """A verifier engaged for the report of a facility, and how the work is planned.

    ``sampling_plan`` says by stream what is looked at. It stays open after its statement: the next
    version of the report needs the next one.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="engagements")
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="engagements"
    )
    accreditation = models.ForeignKey(
        Accreditation, on_delete=models.PROTECT, related_name="engagements"
    )
    level = models.CharField(max_length=20, choices=Level)
    independence = models.TextField(blank=True)
    declared_by = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    strategic_analysis = models.TextField(blank=True)
    sampling_plan = models.JSONField(default=dict, blank=True)
    engaged_at = models.DateTimeField(auto_now_add=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    if TYPE_CHECKING:
        visits: RelatedManager[Visit]
        findings: RelatedManager[Finding]
        statements: RelatedManager[Statement]

    class Meta:
        ordering = ["report", "engaged_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["report"],
                condition=Q(ended_at__isnull=True),
                name="verification_one_verifier_of_a_report",
            ),
            models.CheckConstraint(
                condition=Q(independence="") | Q(declared_by__isnull=False),
                name="verification_somebody_declares_independence",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.report_id} {self.organisation_id}"

    @property
    def is_open(self) -> bool:
        return self.ended_at is None


class Visit(Versioned):
    """A visit to the site, in person or from afar; or why there was none."""

    engagement = models.ForeignKey(Engagement, on_delete=models.PROTECT, related_name="visits")
    kind = models.CharField(max_length=20, choices=VisitKind)
    day = models.DateField()
    place = models.CharField(max_length=200, blank=True)
    reason = models.TextField(blank=True)

    class Meta:
        ordering = ["engagement", "day", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(kind=VisitKind.WAIVED) | ~Q(reason=""),
                name="verification_waived_for_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(kind=VisitKind.WAIVED) | ~Q(place=""),
                name="verification_visited_somewhere",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.engagement_id} {self.kind} {self.day}"


class Finding(Versioned):
    """What a verifier found in a version of a report.

    ``reported`` and ``found`` in t CO2-equivalent, of the stream or, without one, of the total;
    empty where the error cannot be put into a number, which is not zero. Both stay when the
    finding is corrected: ``corrected_in`` is the version that shows it.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    engagement = models.ForeignKey(Engagement, on_delete=models.PROTECT, related_name="findings")
    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="findings")
    number = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=20, choices=FindingKind)
    stream = models.ForeignKey(
        Stream, null=True, blank=True, on_delete=models.PROTECT, related_name="findings"
    )
    text = models.TextField()
    reported = models.DecimalField(max_digits=20, decimal_places=6, null=True, blank=True)
    found = models.DecimalField(max_digits=20, decimal_places=6, null=True, blank=True)
    state = models.CharField(max_length=20, choices=FindingState, default=FindingState.OPEN)
    corrected_in = models.ForeignKey(
        Submission, null=True, blank=True, on_delete=models.PROTECT, related_name="corrects"
    )
    answer = models.TextField(blank=True)

    class Meta:
        ordering = ["engagement", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["engagement", "number"], name="verification_finding_once"
            ),
            models.CheckConstraint(
                condition=Q(state=FindingState.CORRECTED, corrected_in__isnull=False)
                | (~Q(state=FindingState.CORRECTED) & Q(corrected_in__isnull=True)),
                name="verification_corrected_somewhere",
            ),
            models.CheckConstraint(
                condition=Q(kind=FindingKind.MISSTATEMENT)
                | Q(reported__isnull=True, found__isnull=True),
                name="verification_only_misstatements_have_quantities",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.engagement_id}/{self.number} {self.state}"

    @property
    def difference(self) -> Decimal | None:
        """What was found less what was reported, in t CO2-equivalent."""
        if self.found is None or self.reported is None:
            return None
        return self.found - self.reported


def _refuse(*_args: Any, **_kwargs: Any) -> NoReturn:
    message = "what a verifier signed is never changed"
    raise TypeError(message)


class Signed(models.QuerySet["Statement"]):
    """Statements: they are made and read."""

    update = _refuse
    delete = _refuse
    bulk_update = _refuse


class Statement(Versioned):
    """What a verifier signed on one version of a report. It is never changed.

    ``digest`` is that of the submission, ``basis`` what it rests on: findings, visits, the plan of
    the verifier as they were. ``misstatement`` and ``gross`` in t CO2-equivalent, ``share`` of the
    reported total and ``materiality`` in %: absent where they cannot be worked out, or where the
    rule set has no level. ``grounds`` stand against an opinion without qualification.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    engagement = models.ForeignKey(Engagement, on_delete=models.PROTECT, related_name="statements")
    submission = models.OneToOneField(
        Submission, on_delete=models.PROTECT, related_name="statement"
    )
    digest = models.CharField(max_length=64)
    level = models.CharField(max_length=20, choices=Level)
    opinion = models.CharField(max_length=20, choices=Opinion)
    misstatement = models.DecimalField(max_digits=20, decimal_places=6)
    gross = models.DecimalField(max_digits=20, decimal_places=6)
    share = models.DecimalField(
        max_digits=12, decimal_places=6, null=True, blank=True, validators=[MinValueValidator(0)]
    )
    materiality = models.DecimalField(
        max_digits=12, decimal_places=6, null=True, blank=True, validators=[MinValueValidator(0)]
    )
    grounds = models.JSONField(default=list, blank=True)
    basis = models.JSONField(default=dict)
    text = models.TextField()
    signed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    signed_at = models.DateTimeField()

    objects = models.Manager.from_queryset(Signed)()

    class Meta:
        ordering = ["engagement", "signed_at"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(opinion=Opinion.UNQUALIFIED) | Q(grounds=[]),
                name="verification_nothing_against_it_where_unqualified",
            ),
            models.CheckConstraint(condition=~Q(digest=""), name="verification_bound_to_a_version"),
            models.CheckConstraint(
                condition=Q(misstatement__gte=0, gross__gte=F("misstatement")),
                name="verification_net_within_gross",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.submission_id} {self.opinion}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Only a new statement is saved. Raises ``TypeError`` for one that is there."""
        if not self._state.adding:
            _refuse()
        super().save(*args, **kwargs)

    def delete(self, *_args: Any, **_kwargs: Any) -> NoReturn:
        """Raises ``TypeError``."""
        _refuse()
