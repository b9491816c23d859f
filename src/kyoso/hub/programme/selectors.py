"""What is read about programmes. Every function issues a fixed number of queries."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.db.models import QuerySet

from kyoso.core.periods import Period
from kyoso.core.places import Place
from kyoso.core.text import Language, Text
from kyoso.hub.accounts.selectors import Viewer
from kyoso.hub.programme.enums import HeadingKind, Level
from kyoso.hub.programme.models import (
    ActivityText,
    Edition,
    Heading,
    ImportedText,
    Indicator,
    Participation,
    Programme,
)
from kyoso.hub.programme.proposals import visibility as proposals
from kyoso.hub.programme.proposals.models import Proposal
from kyoso.hub.programme.synergies import visibility as synergies
from kyoso.hub.programme.synergies.models import Score
from kyoso.hub.programme.words import indicator_line
from kyoso.programme import editions
from kyoso.reference.countries import countries, memberships, sample_countries
from kyoso.reference.loading import Row, load

# --- members ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A country as it stands to a programme: member, partner, or sample.

    ``period`` is when it belongs to it as far as that is recorded, ``source`` the row that says so.
    """

    place: Place
    sample: bool = False
    partner: bool = False
    period: Period = field(default_factory=lambda: Period(None, None))
    source: Row | None = None

    @property
    def code(self) -> str:
        return self.place.code

    @property
    def name(self) -> Text:
        return self.place.name


def members(programme: Programme, day: date) -> list[Member]:
    """Members on ``day`` by English name, then partners of the programme."""
    return [
        *_belonging(programme.members_group, day, "member"),
        *_belonging(programme.key.upper(), day, "partner"),
    ]


def _belonging(group: str, day: date, role: str) -> list[Member]:
    places = countries()
    found = [
        Member(place=places[one.place], partner=role == "partner", period=one.period, source=source)
        for one, source in zip(memberships(), load("places/memberships").rows, strict=True)
        if one.group == group and one.role == role and day in one.period
    ]
    return sorted(found, key=lambda member: member.name.en)


def sample_members() -> list[Member]:
    """The sample countries that the sample data speak of."""
    replied = set(
        Participation.objects.answered()
        .filter(sample=True)
        .values_list("member", flat=True)
        .distinct()
    )
    return [
        Member(place=countries()[code], sample=True)
        for code in sorted(sample_countries())
        if code in replied
    ]


# --- editions -----------------------------------------------------------------------------


def programmes() -> QuerySet[Programme]:
    """All programmes with their editions."""
    return Programme.objects.prefetch_related("editions")


def all_editions() -> QuerySet[Edition]:
    return Edition.objects.select_related("programme").order_by(
        "programme__position", "programme__key", "-label"
    )


def latest_edition(programme_key: str | None = None, *, sample: bool = True) -> Edition:
    """The latest edition of a programme; of the first programme when none is named.

    ``sample=False`` leaves out editions that came of sample proposals.

    Raises ``Edition.DoesNotExist``.
    """
    found = all_editions()
    if programme_key is not None:
        found = found.filter(programme__key=programme_key)
    if not sample:
        found = found.exclude(adoption__sample=True)
    edition = found.first()
    if edition is None:
        raise Edition.DoesNotExist
    return edition


def edition(programme_key: str, label: str) -> Edition:
    """One edition. Raises ``Edition.DoesNotExist``."""
    return Edition.objects.select_related("programme").get(
        programme__key=programme_key, label=label
    )


@dataclass(frozen=True, slots=True)
class Band:
    """Activities that stand under one heading (a section, or nothing where there is none)."""

    heading: Heading | None
    parts: Sequence[Part]

    @property
    def activities(self) -> Iterator[ActivityText]:
        for part in self.parts:
            yield from part.activities


@dataclass(frozen=True, slots=True)
class Part:
    """Activities of a band that share a group, or none."""

    group: Heading | None
    activities: Sequence[ActivityText]


def bands(edition: Edition) -> list[Band]:
    """The activities of an edition under their sections and groups, in the order of the text."""
    texts = edition.activities.select_related("activity", "pillar", "section", "group")
    found: list[tuple[Heading | None, list[tuple[Heading | None, list[ActivityText]]]]] = []
    for text in texts:
        if not found or found[-1][0] != text.section:
            found.append((text.section, []))
        parts = found[-1][1]
        if not parts or parts[-1][0] != text.group:
            parts.append((text.group, []))
        parts[-1][1].append(text)
    return [
        Band(heading, [Part(group, activities) for group, activities in parts])
        for heading, parts in found
    ]


@dataclass(frozen=True, slots=True)
class PillarPage:
    """A pillar with its bands, and the items under it where the text has items."""

    pillar: Heading | None
    items: Sequence[Heading]
    bands: Sequence[Band]


def by_pillar(edition: Edition) -> list[PillarPage]:
    """An edition from its pillars down; activities under no pillar come first."""
    headings = list(edition.headings.select_related("parent"))
    pillars = [h for h in headings if h.kind in _PILLARS]
    all_bands = bands(edition)
    loose = [band for band in all_bands if _pillar(band) is None]
    pages = [PillarPage(None, [], loose)] if loose else []
    return pages + [
        PillarPage(
            pillar,
            [h for h in headings if h.kind == HeadingKind.ITEM and h.parent_id == pillar.pk],
            [band for band in all_bands if _pillar(band) == pillar],
        )
        for pillar in pillars
    ]


_PILLARS = (HeadingKind.PILLAR, HeadingKind.POLICY_GOAL, HeadingKind.FOUNDATION)


def _pillar(band: Band) -> Heading | None:
    return next(band.activities).pillar


def activity_text(edition: Edition, slug: str) -> ActivityText:
    """An activity of an edition with all that belongs to it. Raises ``DoesNotExist``."""
    return (
        edition.activities.select_related("activity", "pillar", "section", "group")
        .prefetch_related(
            "activity__instruments__instrument",
            "activity__frameworks__framework",
            "activity__bodies__body",
            "activity__initiatives__initiative",
        )
        .get(slug=slug)
    )


def neighbours(text: ActivityText) -> tuple[ActivityText | None, ActivityText | None]:
    """The activities before and after in the order of the edition."""
    around = text.edition.activities.only("slug", "code", "title", "position", "edition")
    return (
        around.filter(position__lt=text.position).last(),
        around.filter(position__gt=text.position).first(),
    )


def current_imports(edition: Edition) -> list[ImportedText]:
    """The latest imported text of each language."""
    latest: dict[str, ImportedText] = {}
    for one in edition.imports.all():
        latest.setdefault(one.language, one)
    return list(latest.values())


# --- the wall -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class WallRow:
    """One activity of the wall; ``cells`` stand in the order of the wall's members."""

    text: ActivityText
    cells: Sequence[tuple[Member, Level | None]]

    @property
    def silent(self) -> str:
        """The members without a reply, by code."""
        return " ".join(member.code for member, level in self.cells if level is None)


@dataclass(frozen=True, slots=True)
class WallBand:
    heading: Heading | None
    rows: Sequence[WallRow]


@dataclass(frozen=True, slots=True)
class Wall:
    """Activities × members. ``members`` are the sample countries first, then the real ones."""

    edition: Edition
    members: Sequence[Member]
    bands: Sequence[WallBand]

    @property
    def samples(self) -> int:
        """How many columns are sample countries."""
        return sum(member.sample for member in self.members)

    @property
    def reals(self) -> int:
        return len(self.members) - self.samples

    @property
    def columns(self) -> int:
        """How many columns the table has, the activities' names included."""
        return len(self.members) + 1

    @property
    def activities(self) -> int:
        return sum(len(band.rows) for band in self.bands)

    def replies(self) -> Mapping[str, int]:
        """How many activities each member has replied to; absent where there is no reply."""
        return Counter(
            member.code
            for band in self.bands
            for row in band.rows
            for member, level in row.cells
            if level is not None
        )


def wall(edition: Edition, day: date, *, only: ActivityText | None = None) -> Wall:
    """The programme wall of an edition, of one activity where ``only`` is given."""
    columns = [*sample_members(), *members(edition.programme, day)]
    stances = Participation.objects.answered().filter(programme=edition.programme_id)
    if only is not None:
        stances = stances.filter(activity=only.activity_id)
    levels = {(s.activity_id, s.member): Level(s.level) for s in stances}

    def row(text: ActivityText) -> WallRow:
        return WallRow(text, [(m, levels.get((text.activity_id, m.code))) for m in columns])

    if only is not None:
        return Wall(edition, columns, [WallBand(only.section, [row(only)])])
    return Wall(
        edition,
        columns,
        [
            WallBand(band.heading, [row(text) for text in band.activities])
            for band in bands(edition)
        ],
    )


@dataclass(frozen=True, slots=True)
class Tile:
    """A member on the equal tile map. ``replies`` is ``None`` where there is no reply at all."""

    member: Member
    column: int
    row: int
    replies: int | None
    of: int

    @property
    def shade(self) -> int:
        """From 0 (few) to 4 (nearly all activities replied to)."""
        return min(4, 5 * (self.replies or 0) // max(self.of, 1))


def tiles(wall: Wall) -> list[Tile]:
    """The members of a wall that have a place on the map; sample countries in a row below it."""
    places = load("places/tiles").by("code")
    replies = wall.replies()
    lowest = max(int(row["row"]) for row in places.values())
    found = []
    for at, member in enumerate(wall.members):
        if member.sample:
            column, row = at, lowest + 1
        elif member.code in places:
            column, row = int(places[member.code]["column"]), int(places[member.code]["row"])
        else:
            continue
        found.append(Tile(member, column, row, replies.get(member.code), wall.activities))
    return sorted(found, key=lambda tile: (tile.row, tile.column))


def off_map(wall: Wall) -> list[Member]:
    """The members of a wall that have no place on the map."""
    places = load("places/tiles").by("code")
    return [one for one in wall.members if not one.sample and one.code not in places]


# --- members' pages -----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class MemberReplies:
    """A member and how often it gave each answer; ``none`` counts activities without a reply."""

    member: Member
    counts: Mapping[Level, int]
    none: int

    @property
    def by_level(self) -> list[tuple[Level, int]]:
        """Each answer that can be given, and how often it was given."""
        return [(level, self.counts.get(level, 0)) for level in Level]

    @property
    def replied(self) -> int:
        return sum(self.counts.values())


def member_replies(wall: Wall) -> list[MemberReplies]:
    """For each member of a wall what it replied."""
    found = []
    for at, member in enumerate(wall.members):
        levels = [row.cells[at][1] for band in wall.bands for row in band.rows]
        counts = Counter(level for level in levels if level is not None)
        found.append(MemberReplies(member, counts, levels.count(None)))
    return found


def column(wall: Wall, code: str) -> Wall | None:
    """A wall of one member only; ``None`` where the wall does not have that member."""
    at = next((at for at, member in enumerate(wall.members) if member.code == code), None)
    if at is None:
        return None
    return Wall(
        wall.edition,
        wall.members[at : at + 1],
        [
            WallBand(band.heading, [WallRow(row.text, row.cells[at : at + 1]) for row in band.rows])
            for band in wall.bands
        ],
    )


# --- indicators ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Bar:
    """An indicator drawn on a scale from 0 to 100; a part that is absent is ``None``.

    ``text`` is its activity in the edition that is shown.
    """

    indicator: Indicator
    text: ActivityText | None
    now: float | None
    baseline: float | None
    target: float | None

    @property
    def line(self) -> Text:
        """What the drawing says, in words."""
        return indicator_line(self.indicator)


def bars(edition: Edition, *, only: ActivityText | None = None) -> list[Bar]:
    """The indicators of a programme, each on its own scale from zero to its largest number."""
    found = edition.programme.indicators.all()
    if only is not None:
        return [_bar(one, only) for one in found.filter(activity=only.activity_id)]
    texts = {text.activity_id: text for text in edition.activities.all()}
    return [_bar(one, texts.get(one.activity_id or 0)) for one in found]


def _bar(one: Indicator, text: ActivityText | None) -> Bar:
    largest = max((n for n in (one.value, one.baseline, one.target) if n is not None), default=0)
    if one.baseline is None and one.target is None:
        largest = 0  # a bar on its own scale would look full, whatever the number

    def at(number: float | None) -> float | None:
        return None if number is None or largest <= 0 else round(100 * number / largest, 1)

    return Bar(one, text, at(one.value), at(one.baseline), at(one.target))


# --- the official text --------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class OfficialText:
    """What an imported text says around its activities, in one language."""

    source: ImportedText
    edition: editions.Edition

    @property
    def language(self) -> Language:
        return self.edition.language

    @property
    def commitments(self) -> list[Passage]:
        return [
            Passage(str(one.number), one.text[self.language], one)
            for one in self.edition.commitments
        ]

    @property
    def opening(self) -> list[Passage]:
        return [
            Passage("", one.text[self.language], one)
            for one in self.edition.preamble
            if one.part == "opening"
        ]


@dataclass(frozen=True, slots=True)
class Passage:
    """Words of the official text, and the lines they stand on."""

    number: str
    text: str
    placed: editions.Placed


def official_parts(edition: Edition) -> list[OfficialText]:
    """The imported texts of an edition, the latest of each language."""
    return [
        OfficialText(one, editions.Edition.from_dict(one.parsed, source=one.name))
        for one in current_imports(edition)
    ]


# --- what is not for everybody ------------------------------------------------------------


def proposals_visible_to(viewer: Viewer) -> QuerySet[Proposal]:
    """The proposals that ``programme.view_proposal`` allows."""
    return proposals.visible_to(viewer)


def scores_visible_to(viewer: Viewer) -> QuerySet[Score]:
    """The single scores that ``programme.view_score`` allows."""
    return synergies.visible_to(viewer)
