"""A project, and what it is under: activities, countries, frameworks, themes."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from kyoso.hub.accounts.models import Organisation
from kyoso.hub.fields import BilingualField
from kyoso.hub.programme.models import Activity, Framework, Initiative
from kyoso.hub.projects.enums import UNREGISTERED, CrossCutting, State
from kyoso.hub.projects.models.checks import check_country, refuse
from kyoso.hub.record.models import Versioned

if TYPE_CHECKING:
    from django.db.models.fields.related_descriptors import RelatedManager

    from kyoso.hub.projects.models.parts import Document, Finance, Milestone, Partner, Site
    from kyoso.hub.projects.models.results import Result
    from kyoso.hub.projects.models.revision import Revision


class Project(Versioned):
    """What is done under activities and one initiative.

    ``registered_at`` makes it public: a draft that was cancelled has none. ``authors`` are those
    who wrote in the draft or submitted it; none of them may register it.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    title = BilingualField()
    summary = BilingualField()
    state = models.CharField(max_length=20, choices=State, default=State.DRAFT)
    initiative = models.ForeignKey(Initiative, on_delete=models.PROTECT, related_name="projects")
    lead = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="projects_led")
    starts = models.DateField(null=True, blank=True)
    ends = models.DateField(null=True, blank=True)
    sample = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)
    registered_at = models.DateTimeField(null=True, blank=True)
    authors = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="+", blank=True)

    if TYPE_CHECKING:
        activities: RelatedManager[ProjectActivity]
        countries: RelatedManager[ProjectCountry]
        tags: RelatedManager[ProjectTag]
        themes: RelatedManager[ProjectTheme]
        sites: RelatedManager[Site]
        partners: RelatedManager[Partner]
        milestones: RelatedManager[Milestone]
        finance: RelatedManager[Finance]
        results: RelatedManager[Result]
        documents: RelatedManager[Document]
        revisions: RelatedManager[Revision]

    class Meta:
        ordering = ["-created_at", "pk"]
        indexes = [
            models.Index(fields=["state", "-created_at"], name="projects_of_state"),
            models.Index(fields=["-created_at"], name="projects_latest"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(starts__isnull=True) | Q(ends__isnull=True) | Q(ends__gte=F("starts")),
                name="projects_ends_after_it_starts",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[State.REGISTERED, State.COMPLETED])
                | Q(registered_at__isnull=False, starts__isnull=False),
                name="projects_registered_with_dates",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=UNREGISTERED) | Q(registered_at__isnull=True),
                name="projects_draft_is_not_public",
            ),
        ]

    def __str__(self) -> str:
        return str(self.title.en)

    @property
    def is_public(self) -> bool:
        return self.registered_at is not None

    def clean(self) -> None:
        if self.starts and self.ends and self.ends < self.starts:
            raise refuse("ends", "projects.fault.ends")


class ProjectActivity(models.Model):
    """An activity that a project serves."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="activities")
    activity = models.ForeignKey(Activity, on_delete=models.PROTECT, related_name="projects")

    class Meta:
        ordering = ["activity__programme", "activity__key"]
        constraints = [
            models.UniqueConstraint(fields=["project", "activity"], name="projects_activity_once")
        ]

    def __str__(self) -> str:
        return f"{self.project_id} {self.activity_id}"


class ProjectCountry(models.Model):
    """A country in which a project works."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="countries")
    country = models.CharField(max_length=3, validators=[check_country], db_index=True)

    class Meta:
        ordering = ["country"]
        verbose_name_plural = "project countries"
        constraints = [
            models.UniqueConstraint(fields=["project", "country"], name="projects_country_once")
        ]

    def __str__(self) -> str:
        return f"{self.project_id} {self.country}"


class ProjectTag(models.Model):
    """An article, target, goal or convention that a project serves; tagged once, used everywhere."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="tags")
    framework = models.ForeignKey(Framework, on_delete=models.PROTECT, related_name="projects")

    class Meta:
        ordering = ["framework__key"]
        constraints = [
            models.UniqueConstraint(fields=["project", "framework"], name="projects_tag_once")
        ]

    def __str__(self) -> str:
        return f"{self.project_id} {self.framework_id}"


class ProjectTheme(models.Model):
    """A cross-cutting matter that a project takes up."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="themes")
    theme = models.CharField(max_length=20, choices=CrossCutting)

    class Meta:
        ordering = ["theme"]
        constraints = [
            models.UniqueConstraint(fields=["project", "theme"], name="projects_theme_once")
        ]

    def __str__(self) -> str:
        return f"{self.project_id} {self.theme}"
