"""What the people of a registered project want to change in it."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q

from kyoso.hub.projects.enums import UNDECIDED, RevisionState
from kyoso.hub.projects.models.project import Project
from kyoso.hub.record.models import Versioned

if TYPE_CHECKING:
    from django.db.models.fields.related_descriptors import RelatedManager


class Revision(Versioned):
    """What the people of a registered project want to change in it; nothing of it is public.

    ``authors`` are all who wrote in it; none of them may accept it. ``written_at`` is when
    somebody last did. ``reason`` says why it was returned or withdrawn.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="revisions")
    state = models.CharField(
        max_length=20, choices=RevisionState, default=RevisionState.WAITING, db_index=True
    )
    authors = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="+", blank=True)
    begun_at = models.DateTimeField(auto_now_add=True)
    written_at = models.DateTimeField()
    reason = models.TextField(blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)

    if TYPE_CHECKING:
        edits: RelatedManager[Edit]

    class Meta:
        ordering = ["-begun_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["project"],
                condition=Q(state__in=UNDECIDED),
                name="projects_one_undecided_revision",
            )
        ]

    def __str__(self) -> str:
        return f"{self.project_id} {self.state}"


class Edit(Versioned):
    """What a revision changes in one record: the project itself, or a part of it.

    ``sort`` is the model of the record, ``key`` its primary key; a part that is not there yet has
    none, and is known by the negative of the edit's own key. ``values`` are the fields that
    change, as plain data, ``base`` what stood in them, ``written_on`` the version of the record
    that was seen. An edit that neither changes nor adds nor removes anything was taken back.

    ``version`` goes on from that of earlier edits of the record, so that a form which was filled
    in on one of them is never taken for one on another.
    """

    revision = models.ForeignKey(Revision, on_delete=models.CASCADE, related_name="edits")
    sort = models.CharField(max_length=20)
    key = models.CharField(max_length=40, blank=True)
    removed = models.BooleanField(default=False)
    values = models.JSONField(default=dict, blank=True)
    base = models.JSONField(default=dict, blank=True)
    written_on = models.PositiveIntegerField(null=True, blank=True)
    why = models.TextField(blank=True)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    author_name = models.CharField(max_length=120)
    written_at = models.DateTimeField()
    sha256 = models.CharField(max_length=64, blank=True, db_index=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["revision", "sort", "key"],
                condition=~Q(key=""),
                name="projects_one_edit_of_a_record",
            )
        ]

    def __str__(self) -> str:
        return f"{self.revision_id} {self.sort} {self.key}"

    @property
    def adds(self) -> bool:
        return not self.key

    @property
    def is_empty(self) -> bool:
        """Whether it was taken back."""
        return self.removed if self.adds else not (self.removed or self.values)
