"""The programme as data. An activity keeps its identity; its text belongs to an edition."""

from __future__ import annotations

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q

from kyoso.hub.fields import BilingualField
from kyoso.hub.programme import rules
from kyoso.hub.programme.enums import (
    Basis,
    HeadingKind,
    IndicatorKind,
    Level,
    Theme,
    Verification,
)
from kyoso.hub.programme.participation import answers
from kyoso.hub.programme.participation.answers import Answer
from kyoso.hub.programme.proposals import models as proposals  # noqa: F401 -- Django finds them here
from kyoso.hub.programme.synergies import models as synergies  # noqa: F401 -- Django finds them here
from kyoso.hub.record.models import Versioned

KEY = 60


class Cited(models.Model):
    """A row that says where it comes from and how well that was verified."""

    source_document = models.TextField(blank=True)
    source_place = models.TextField(blank=True)
    source_year = models.CharField(max_length=4, blank=True)
    licence = models.CharField(max_length=120, blank=True)
    verification = models.CharField(
        max_length=20, choices=Verification, default=Verification.UNVERIFIED
    )
    note = models.TextField(blank=True)

    class Meta:
        abstract = True


class Programme(Cited):
    """SPACE, the Clean Asia Initiative. ``members_group`` names the group in ``reference``."""

    key = models.SlugField(max_length=KEY, unique=True)
    position = models.PositiveSmallIntegerField(default=0)
    name = BilingualField()
    abbreviation = models.CharField(max_length=20, blank=True)
    members_group = models.CharField(max_length=20)

    class Meta:
        ordering = ["position", "key"]

    def __str__(self) -> str:
        return self.key


class Edition(Cited):
    """One dated version of a programme's text."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="editions")
    label = models.CharField(max_length=20)
    title = BilingualField()
    adopted = models.DateField(null=True, blank=True)
    adopted_at = BilingualField(null=True, blank=True)

    class Meta:
        ordering = ["programme", "label"]
        constraints = [
            models.UniqueConstraint(fields=["programme", "label"], name="programme_edition_once")
        ]

    def __str__(self) -> str:
        return f"{self.programme_id}/{self.label}"


class Heading(Cited):
    """A pillar, policy goal, section, group or item of an edition."""

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="headings")
    kind = models.CharField(max_length=20, choices=HeadingKind)
    code = models.CharField(max_length=20)
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.CASCADE)
    position = models.PositiveSmallIntegerField()
    theme = models.CharField(max_length=20, choices=Theme, default=Theme.NONE)
    annex = models.CharField(max_length=20, blank=True)
    title = BilingualField()

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(
                fields=["edition", "kind", "code"], name="programme_heading_once"
            )
        ]

    def __str__(self) -> str:
        return self.code


class Activity(models.Model):
    """What stays the same when an edition renumbers or rewords it.

    ``key`` is the code under which the activity first appeared; it never changes.
    """

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="activities")
    key = models.CharField(max_length=20)

    class Meta:
        ordering = ["programme", "key"]
        constraints = [
            models.UniqueConstraint(fields=["programme", "key"], name="programme_activity_once")
        ]

    def __str__(self) -> str:
        return self.key


class ActivityText(Cited):
    """An activity as an edition states it.

    ``title`` and ``aim`` are our own words. ``official`` holds the ministers' text where an
    operator has imported it: by language ``text``, ``first_line``, ``last_line``, ``file``.
    """

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="activities")
    activity = models.ForeignKey(Activity, on_delete=models.PROTECT, related_name="texts")
    code = models.CharField(max_length=20)
    slug = models.SlugField(max_length=20)
    position = models.PositiveSmallIntegerField()
    pillar = models.ForeignKey(Heading, null=True, on_delete=models.PROTECT, related_name="+")
    section = models.ForeignKey(Heading, null=True, on_delete=models.PROTECT, related_name="+")
    group = models.ForeignKey(Heading, null=True, on_delete=models.PROTECT, related_name="+")
    annex = models.CharField(max_length=20, blank=True)
    title = BilingualField()
    aim = BilingualField()
    official = models.JSONField(default=dict, blank=True)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["edition", "code"], name="programme_code_once"),
            models.UniqueConstraint(fields=["edition", "slug"], name="programme_slug_once"),
            models.UniqueConstraint(fields=["edition", "activity"], name="programme_text_once"),
        ]

    def __str__(self) -> str:
        return self.code


class Stances(models.QuerySet["Participation"]):
    """The cells of members × activities."""

    def answered(self) -> Stances:
        """Those with an answer; one that was withdrawn is no reply again."""
        return self.exclude(level="")


class Participation(Versioned):
    """How a member stands to an activity, and why.

    Where there is no row, there is no reply; nor where the answer was withdrawn, which leaves an
    empty ``level`` and the history. The level is public; everything else is for people with a
    role. ``priority`` ranks what a member wants of a programme, 1 first. The focal point is a
    person with an account, or a name and an organisation.
    """

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="participation")
    activity = models.ForeignKey(Activity, on_delete=models.CASCADE, related_name="participation")
    member = models.CharField(max_length=3)
    level = models.CharField(max_length=20, choices=Level, blank=True)
    priority = models.PositiveSmallIntegerField(null=True, blank=True)
    reasons = models.JSONField(default=list, blank=True)
    reason = models.TextField(blank=True, max_length=answers.LONGEST_TEXT)
    needs = models.TextField(blank=True, max_length=answers.LONGEST_TEXT)
    focal_point = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    focal_name = models.CharField(max_length=answers.LONGEST_NAME, blank=True)
    focal_organisation = models.CharField(max_length=answers.LONGEST_NAME, blank=True)
    since = models.DateField(null=True, blank=True)
    until = models.DateField(null=True, blank=True)
    sample = models.BooleanField(default=False)
    changed_at = models.DateTimeField(auto_now=True)

    objects = Stances.as_manager()

    class Meta:
        ordering = ["activity", "member"]
        constraints = [
            models.UniqueConstraint(fields=["activity", "member"], name="programme_stance_once"),
            models.UniqueConstraint(
                fields=["programme", "member", "priority"], name="programme_rank_once"
            ),
            models.CheckConstraint(
                condition=Q(level__in=["", *Level.values]), name="programme_level_known"
            ),
            models.CheckConstraint(
                condition=Q(priority__isnull=True) | Q(priority__gte=1, level__in=answers.RANKED),
                name="programme_rank_of_what_is_wanted",
            ),
            models.CheckConstraint(
                condition=Q(since__isnull=True) | Q(until__isnull=True) | Q(until__gte=F("since")),
                name="programme_stance_ends_after_it_begins",
            ),
            # ISO 3166-1 leaves XAA to XZZ to its users: no country will ever have such a code.
            models.CheckConstraint(
                condition=Q(sample=True, member__startswith="X")
                | (Q(sample=False) & ~Q(member__startswith="X")),
                name="programme_sample_is_no_country",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.activity_id} {self.member}: {self.level}"

    @property
    def answer(self) -> Answer:
        """The member's answer by itself."""
        return Answer(
            level=self.level,
            priority=self.priority,
            reasons=tuple(self.reasons),
            reason=self.reason,
            needs=self.needs,
            focal_point=self.focal_point_id,
            focal_name=self.focal_name,
            focal_organisation=self.focal_organisation,
            since=self.since,
            until=self.until,
        )

    def clean(self) -> None:
        if not rules.is_known_place(self.member):
            raise ValidationError({"member": "not a country of the reference data"})
        if self.activity.programme_id != self.programme_id:
            raise ValidationError({"activity": "not an activity of this programme"})
        if found := answers.faults(self.answer):
            raise ValidationError({one.field: one.message.en for one in found})


class Instrument(Cited):
    """A partnership, fund, network, model or satellite that an activity works with."""

    key = models.SlugField(max_length=KEY, unique=True)
    kind = models.CharField(max_length=KEY)
    name = BilingualField()
    expansion = BilingualField(null=True, blank=True)

    class Meta:
        ordering = ["key"]

    def __str__(self) -> str:
        return self.key


class Framework(Cited):
    """An article, target, goal or convention that an activity serves."""

    key = models.CharField(max_length=KEY, unique=True)
    kind = models.CharField(max_length=KEY)
    name = BilingualField()

    class Meta:
        ordering = ["key"]

    def __str__(self) -> str:
        return self.key


class Body(Cited):
    """A meeting body to which an activity would be reported."""

    key = models.SlugField(max_length=KEY, unique=True)
    kind = models.CharField(max_length=KEY)
    name = BilingualField()

    class Meta:
        ordering = ["key"]
        verbose_name_plural = "bodies"

    def __str__(self) -> str:
        return self.key


class Initiative(Cited):
    """An earlier or parallel initiative; ``begun`` by the sources, ``begun_in_text`` by the text."""

    key = models.SlugField(max_length=KEY, unique=True)
    name = BilingualField()
    begun = models.CharField(max_length=20, blank=True)
    begun_in_text = models.CharField(max_length=20, blank=True)
    relation = models.CharField(max_length=KEY)

    class Meta:
        ordering = ["key"]

    def __str__(self) -> str:
        return self.key


class ActivityInstrument(Cited):
    """An instrument that the text of an activity names."""

    activity = models.ForeignKey(Activity, on_delete=models.CASCADE, related_name="instruments")
    instrument = models.ForeignKey(Instrument, on_delete=models.CASCADE, related_name="+")

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["activity", "instrument"], name="programme_instrument_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.activity_id} {self.instrument_id}"


class ActivityFramework(Cited):
    """A framework that an activity serves, and who says so."""

    activity = models.ForeignKey(Activity, on_delete=models.CASCADE, related_name="frameworks")
    framework = models.ForeignKey(Framework, on_delete=models.CASCADE, related_name="+")
    basis = models.CharField(max_length=20, choices=Basis)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["activity", "framework"], name="programme_framework_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.activity_id} {self.framework_id}"


class ActivityBody(Cited):
    """A body to which an activity would be reported, and who says so."""

    activity = models.ForeignKey(Activity, on_delete=models.CASCADE, related_name="bodies")
    body = models.ForeignKey(Body, on_delete=models.CASCADE, related_name="+")
    basis = models.CharField(max_length=20, choices=Basis)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["activity", "body"], name="programme_body_once")
        ]

    def __str__(self) -> str:
        return f"{self.activity_id} {self.body_id}"


class InitiativeActivity(Cited):
    """What passes from an initiative to an activity."""

    activity = models.ForeignKey(Activity, on_delete=models.CASCADE, related_name="initiatives")
    initiative = models.ForeignKey(Initiative, on_delete=models.CASCADE, related_name="activities")
    theme = BilingualField()
    basis = models.CharField(max_length=20, choices=Basis)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["activity", "initiative"], name="programme_initiative_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.initiative_id} {self.activity_id}"


class Indicator(Cited):
    """A quantified statement of the text: what is measured, from where, to where, where it is."""

    programme = models.ForeignKey(Programme, on_delete=models.CASCADE, related_name="indicators")
    key = models.SlugField(max_length=KEY)
    position = models.PositiveSmallIntegerField()
    section_code = models.CharField(max_length=20, blank=True)
    activity = models.ForeignKey(
        Activity, null=True, blank=True, on_delete=models.CASCADE, related_name="indicators"
    )
    title = BilingualField()
    kind = models.CharField(max_length=20, choices=IndicatorKind)
    unit = BilingualField()
    scope = BilingualField(null=True, blank=True)
    direction = models.CharField(max_length=10, blank=True)
    qualifier = models.CharField(max_length=20, blank=True)
    baseline = models.FloatField(null=True, blank=True)
    baseline_date = models.CharField(max_length=20, blank=True)
    target = models.FloatField(null=True, blank=True)
    target_date = models.CharField(max_length=20, blank=True)
    value = models.FloatField(null=True, blank=True)
    value_date = models.CharField(max_length=20, blank=True)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["programme", "key"], name="programme_indicator_once")
        ]

    def __str__(self) -> str:
        return self.key


class ImportedText(models.Model):
    """A file with the official text, and the edition that was read from it (``as_dict``)."""

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="imports")
    language = models.CharField(max_length=8)
    name = models.CharField(max_length=255)
    sha256 = models.CharField(max_length=64)
    parsed = models.JSONField()
    imported_at = models.DateTimeField(auto_now_add=True)
    imported_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        ordering = ["-imported_at", "-id"]

    def __str__(self) -> str:
        return self.name
