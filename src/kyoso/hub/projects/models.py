"""A project and all that belongs to it.

The parts of a project are rows of their own, each with its version: two people who work on two
parts do not stand in each other's way.
"""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q

from kyoso.core.errors import UsageError
from kyoso.core.periods import Period
from kyoso.hub.accounts.models import Organisation
from kyoso.hub.fields import BilingualField
from kyoso.hub.programme.models import Activity, Framework, Initiative
from kyoso.hub.projects.enums import (
    UNDECIDED,
    UNREGISTERED,
    CrossCutting,
    FinanceInstrument,
    FinanceKind,
    FinancePart,
    MeasureKind,
    PartnerRole,
    ResultLevel,
    RevisionState,
    Sector,
    State,
    Verdict,
)
from kyoso.hub.projects.money import MoneyField
from kyoso.hub.record.models import Versioned
from kyoso.hub.texts import language, say
from kyoso.reference.countries import country
from kyoso.reference.currencies import currencies

if TYPE_CHECKING:
    from django.db.models.fields.related_descriptors import RelatedManager

_SHOWN = 10
_DIGITS, _DECIMALS = 15, 4
"""SQLite keeps fifteen digits of a decimal number exactly."""


def _refuse(field: str, key: str) -> ValidationError:
    return ValidationError({field: say(key)[language()]})


def check_country(code: str) -> None:
    """Raises ``ValidationError`` for a code that is not in the reference data."""
    if country(code) is None:
        raise ValidationError(say("projects.fault.country")[language()], code="country")


def check_currency(code: str) -> None:
    """Raises ``ValidationError`` for what is not the code of a currency in use (ISO 4217)."""
    if code not in currencies():
        message = say("projects.fault.currency", code=code[:_SHOWN])[language()]
        raise ValidationError(message, code="currency")


def check_period(form: str) -> None:
    """Raises ``ValidationError`` for what is not a year, half, quarter, month or span."""
    try:
        Period.parse(form)
    except UsageError as fault:
        raise ValidationError(fault.line(language()), code="period") from fault


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
            raise _refuse("ends", "projects.fault.ends")


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
            raise _refuse("latitude", "projects.fault.coordinates")


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
            raise _refuse("sector", "projects.fault.mobilised_is_private")
        if mobilised != bool(self.mobilised_by):
            raise _refuse("mobilised_by", "projects.fault.mobilised_by")


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
            raise _refuse("parent", "projects.fault.parent")
        if self.parent is not None and (
            self.parent.project_id != self.project_id or self.parent.level != ResultLevel.OUTCOME
        ):
            raise _refuse("parent", "projects.fault.parent")


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
            raise _refuse("unit", "projects.fault.unit")
        if self.kind == MeasureKind.PERCENTAGE and not (self.numerator and self.denominator):
            raise _refuse("numerator", "projects.fault.share")
        named = self.categories
        if not isinstance(named, list) or not all(isinstance(one, str) and one for one in named):
            raise _refuse("categories", "projects.fault.categories")
        if len(set(named)) != len(named):
            raise _refuse("categories", "projects.fault.categories")


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
                raise _refuse(name, f"projects.fault.target_{one}")
            if there and not wanted:
                raise _refuse(name, "projects.fault.target_kind")
        if self.category and self.category not in self.indicator.categories:
            raise _refuse("category", "projects.fault.category")


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


# --- revisions ----------------------------------------------------------------------------


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


# --- likenesses ---------------------------------------------------------------------------


class Pair(Versioned):
    """Two projects that look alike; ``first`` has the smaller key, so that a pair is there once.

    ``score`` and ``reasons`` are those of the latest comparison: per aspect its weight, how alike
    (0 to 1) and what was found. ``verdict`` and ``part`` are those of the latest judgement, which
    holds; ``waiting`` while a person is to judge it.
    """

    first = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="+")
    second = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="+")
    score = models.FloatField()
    reasons = models.JSONField(default=list)
    compared_at = models.DateTimeField()
    waiting = models.BooleanField(default=True)
    verdict = models.CharField(max_length=20, choices=Verdict, blank=True)
    part = models.ForeignKey(
        Project, null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )

    if TYPE_CHECKING:
        judgements: RelatedManager[Judgement]

    class Meta:
        ordering = ["-score", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["first", "second"], name="projects_pair_once"),
            models.CheckConstraint(
                condition=Q(first__lt=F("second")), name="projects_pair_in_order"
            ),
            models.CheckConstraint(
                condition=Q(score__gte=0, score__lte=1), name="projects_score_is_a_share"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.first_id} {self.second_id}"


class Judgement(Versioned):
    """What a person made of a pair, and on what comparison. A later one does not erase it.

    ``part`` names the project that is part of the other.
    """

    pair = models.ForeignKey(Pair, on_delete=models.CASCADE, related_name="judgements")
    verdict = models.CharField(max_length=20, choices=Verdict)
    part = models.ForeignKey(
        Project, null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    reason = models.TextField()
    judge = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    judge_name = models.CharField(max_length=120)
    judged_at = models.DateTimeField()
    score = models.FloatField()
    reasons = models.JSONField(default=list)

    class Meta:
        ordering = ["-judged_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(verdict=Verdict.PART_OF, part__isnull=False)
                | ~Q(verdict=Verdict.PART_OF) & Q(part__isnull=True),
                name="projects_part_of_says_which",
            )
        ]

    def __str__(self) -> str:
        return f"{self.pair_id} {self.verdict}"
