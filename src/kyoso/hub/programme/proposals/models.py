"""Proposals, what members say to them, and the editions that came of them."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models

from kyoso.core.text import Text
from kyoso.hub.fields import BilingualField
from kyoso.hub.programme.proposals.enums import Kind, Side, State
from kyoso.hub.programme.proposals.shapes import faults_of
from kyoso.hub.programme.synergies.places import place_name
from kyoso.hub.record.models import Versioned


class Proposal(Versioned):
    """One change to activities of ``edition``, the latest one when it was written.

    ``targets`` are the keys of the activities concerned. ``texts`` are the activities as they
    would stand: ``code``, ``title`` and ``text`` by language. ``member`` is whose focal point
    proposes, empty for the secretariat. ``writers`` are all who wrote it: none of them decides.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    programme = models.ForeignKey(
        "programme.Programme", on_delete=models.PROTECT, related_name="proposals"
    )
    edition = models.ForeignKey(
        "programme.Edition", on_delete=models.PROTECT, related_name="proposals"
    )
    kind = models.CharField(max_length=20, choices=Kind)
    state = models.CharField(max_length=20, choices=State, default=State.DRAFT)
    member = models.CharField(max_length=3, blank=True)
    organisation = models.ForeignKey(
        "accounts.Organisation", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    targets = models.JSONField(default=list, blank=True)
    texts = models.JSONField(default=list, blank=True)
    reason = BilingualField()
    writers = models.JSONField(default=list, blank=True)
    author_name = models.CharField(max_length=120)
    day = models.DateField()
    opened_at = models.DateTimeField(null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    answer = models.TextField(blank=True)
    adopted_in = models.ForeignKey(
        "programme.Edition",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="adopted_proposals",
    )
    sample = models.BooleanField(default=False)

    class Meta:
        ordering = ["-day", "id"]
        indexes = [models.Index(fields=["programme", "state"], name="programme_proposal_state")]

    def __str__(self) -> str:
        return f"{self.kind} {' '.join(self.targets)}"

    @property
    def member_name(self) -> Text | None:
        """Whose focal point proposes; ``None`` for the secretariat."""
        return place_name(self.member) if self.member else None

    def clean(self) -> None:
        faults = faults_of(self.kind, self.targets, self.texts)
        if faults:
            raise ValidationError(faults)


class Comment(Versioned):
    """What a person says to a proposal; it stays as it was said."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    proposal = models.ForeignKey(Proposal, on_delete=models.PROTECT, related_name="comments")
    words = models.TextField(max_length=4000)
    language = models.CharField(max_length=8, choices=settings.LANGUAGES)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    author_name = models.CharField(max_length=120)
    organisation = models.ForeignKey(
        "accounts.Organisation", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["at", "id"]

    def __str__(self) -> str:
        return f"{self.proposal_id} {self.author_name}"


class ProposalStance(Versioned):
    """How a member stands to a proposal now; what it said before stands in the history."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    proposal = models.ForeignKey(Proposal, on_delete=models.PROTECT, related_name="stances")
    member = models.CharField(max_length=3)
    side = models.CharField(max_length=20, choices=Side)
    reason = models.TextField(max_length=4000, blank=True)
    language = models.CharField(max_length=8, choices=settings.LANGUAGES)

    class Meta:
        ordering = ["member"]
        constraints = [
            models.UniqueConstraint(
                fields=["proposal", "member"], name="programme_proposal_stance_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.proposal_id} {self.member}: {self.side}"

    @property
    def member_name(self) -> Text:
        return place_name(self.member)


class Adoption(Versioned):
    """The act by which proposals became an edition."""

    edition = models.OneToOneField(
        "programme.Edition", on_delete=models.PROTECT, related_name="adoption"
    )
    before = models.ForeignKey("programme.Edition", on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    by_name = models.CharField(max_length=120, blank=True)
    at = models.DateTimeField()
    sample = models.BooleanField(default=False)

    class Meta:
        ordering = ["-at"]

    def __str__(self) -> str:
        return f"{self.before_id} → {self.edition_id}"


class Origin(models.Model):
    """Where something in an edition comes from: ``activity`` from ``source`` by ``proposal``.

    A new activity has no source. One that ended has its last text in the edition before. What
    was merged has a row for each that went into it; what was split has a row for each part.
    """

    edition = models.ForeignKey(
        "programme.Edition", on_delete=models.CASCADE, related_name="origins"
    )
    activity = models.ForeignKey(
        "programme.Activity", on_delete=models.PROTECT, related_name="origins"
    )
    source = models.ForeignKey(
        "programme.Activity",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="became",
    )
    kind = models.CharField(max_length=20, choices=Kind)
    proposal = models.ForeignKey(Proposal, on_delete=models.PROTECT, related_name="origins")

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["edition", "activity", "source", "proposal"],
                name="programme_origin_once",
            ),
            models.UniqueConstraint(
                fields=["edition", "activity", "proposal"],
                condition=models.Q(source__isnull=True),
                name="programme_origin_from_nothing_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.activity_id} {self.kind} {self.source_id}"
