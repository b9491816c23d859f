"""What is read about scores. Every function issues a fixed number of queries."""

from __future__ import annotations

import csv
import io
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import combinations

from django.db.models import QuerySet

from kyoso.core.text import Text
from kyoso.hub.accounts.models import User
from kyoso.hub.accounts.selectors import Viewer
from kyoso.hub.programme import selectors as programmes
from kyoso.hub.programme.asking import told
from kyoso.hub.programme.enums import Level
from kyoso.hub.programme.models import (
    Activity,
    ActivityBody,
    ActivityFramework,
    ActivityInstrument,
    ActivityText,
    Edition,
    Framework,
    InitiativeActivity,
    Participation,
    Programme,
)
from kyoso.hub.programme.synergies import places, visibility
from kyoso.hub.programme.synergies.enums import signed
from kyoso.hub.programme.synergies.models import Score
from kyoso.hub.programme.synergies.services import Pair
from kyoso.hub.record.models import Event
from kyoso.programme.synergies import (
    Examined,
    Judgement,
    Shared,
    Subject,
    Suggestion,
    Verdict,
    examined,
    suggest,
    tally,
)

PairKey = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Found:
    """What was scored of a pair. ``sample``: one of the scores is sample data."""

    examined: Examined
    sample: bool

    @property
    def mark(self) -> str:
        """The sign in a cell: the middle score nearer to nothing, or that there is no one sign."""
        verdict = self.examined.verdict
        if verdict == "disputed":
            return "±"
        if verdict == "by_place":
            return "≠"
        return signed(min(self.examined.whole.middle, key=abs))

    @property
    def median(self) -> str:
        """The middle score, or both where there are two."""
        low, high = self.examined.whole.middle
        return signed(low) if low == high else f"{signed(low)} / {signed(high)}"

    @property
    def range(self) -> str:
        return f"{signed(self.examined.whole.lowest)} … {signed(self.examined.whole.highest)}"


@dataclass(frozen=True, slots=True)
class Row:
    """Two things of the map, and what was scored of them."""

    first: ActivityText
    other: ActivityText | Framework
    found: Found | None

    @property
    def verdict(self) -> Verdict:
        return self.found.examined.verdict if self.found else "unexamined"

    @property
    def second(self) -> ActivityText | None:
        return self.other if isinstance(self.other, ActivityText) else None

    @property
    def framework(self) -> Framework | None:
        return self.other if isinstance(self.other, Framework) else None


@dataclass(frozen=True, slots=True)
class Line:
    """One row of a matrix: an activity and its cells, ``None`` on and above the diagonal."""

    text: ActivityText
    cells: Sequence[Row | None]


@dataclass(frozen=True)
class Map:
    """All pairs of an edition. ``pairs`` stand in the order of the text."""

    edition: Edition
    bands: Sequence[programmes.Band]
    scored: Mapping[PairKey, Found]
    of_frameworks: Mapping[PairKey, Found]
    frameworks: Sequence[Framework]

    @cached_property
    def texts(self) -> list[ActivityText]:
        return [text for band in self.bands for text in band.activities]

    @cached_property
    def pairs(self) -> list[Row]:
        return [
            Row(one, other, self.scored.get(key_of(one.activity_id, other.activity_id)))
            for one, other in combinations(self.texts, 2)
        ]

    @cached_property
    def examined(self) -> list[Row]:
        """Every pair with a score, those with frameworks last."""
        by_activity = {text.activity_id: text for text in self.texts}
        return [
            *(row for row in self.pairs if row.found),
            *(
                Row(by_activity[activity], framework, found)
                for framework in self.frameworks
                for (activity, key), found in self.of_frameworks.items()
                if key == framework.pk and activity in by_activity
            ),
        ]

    def _of(self, *verdicts: Verdict, strong: bool = False) -> list[Row]:
        chosen = [
            row
            for row in self.examined
            if row.found
            and row.verdict in verdicts
            and (row.found.examined.is_strong or not strong)
        ]
        return sorted(chosen, key=_weight, reverse=True)

    @cached_property
    def strong_synergies(self) -> list[Row]:
        return self._of("synergy", strong=True)

    @cached_property
    def trade_offs(self) -> list[Row]:
        return self._of("trade_off")

    @cached_property
    def disputed(self) -> list[Row]:
        return self._of("disputed", "by_place")

    @cached_property
    def matrix(self) -> list[tuple[programmes.Band, list[Line]]]:
        """The half below the diagonal: each pair once."""
        by_pair = {(row.first.pk, row.other.pk): row for row in self.pairs}
        found = []
        for band in self.bands:
            lines = [
                Line(text, [by_pair.get((other.pk, text.pk)) for other in self.texts])
                for text in band.activities
            ]
            found.append((band, lines))
        return found

    @cached_property
    def sample(self) -> bool:
        return any(row.found and row.found.sample for row in self.examined)

    @cached_property
    def unexamined(self) -> int:
        return sum(row.found is None for row in self.pairs)

    @cached_property
    def between_themes(self) -> list[tuple[str, str, Counter[Verdict], int]]:
        """Each two pillars' colours, what was found between them, and how many pairs there are."""
        counted = tally((_theme(row.first), _theme(row.other), row.verdict) for row in self.pairs)
        return [
            (one, other, verdicts, sum(verdicts.values()))
            for (one, other), verdicts in counted.items()
        ]

    def of(self, text: ActivityText) -> tuple[list[Row], list[Row]]:
        """One activity with every other, and with every framework."""
        others = [
            Row(text, one, self.scored.get(key_of(text.activity_id, one.activity_id)))
            for one in self.texts
            if one != text
        ]
        frameworks = [
            Row(text, one, self.of_frameworks.get((text.activity_id, one.pk)))
            for one in self.frameworks
        ]
        return others, frameworks


def key_of(one: int, other: int) -> PairKey:
    return (one, other) if one < other else (other, one)


def _weight(row: Row) -> tuple[int, int, int]:
    assert row.found is not None
    whole = row.found.examined.whole
    return min(abs(value) for value in whole.middle), whole.count, whole.spread


def _theme(thing: ActivityText | Framework) -> str:
    pillar = thing.pillar if isinstance(thing, ActivityText) else None
    return pillar.theme if pillar else "none"


def synergy_map(edition: Edition, place: str = "") -> Map:
    """The map of an edition, of one place where one is named."""
    scores = Score.objects.filter(first__programme=edition.programme_id, withdrawn=False)
    if place:
        scores = scores.filter(place=place)
    activities: dict[PairKey, list[Score]] = defaultdict(list)
    frameworks: dict[PairKey, list[Score]] = defaultdict(list)
    for one in scores.only("first", "second", "framework", "place", "value", "sample", "withdrawn"):
        if one.second_id is not None:
            activities[one.first_id, one.second_id].append(one)
        elif one.framework_id is not None:
            frameworks[one.first_id, one.framework_id].append(one)
    return Map(
        edition,
        programmes.bands(edition),
        {key: found for key, several in activities.items() if (found := together(several))},
        {key: found for key, several in frameworks.items() if (found := together(several))},
        list(Framework.objects.order_by("kind", "pk")),
    )


def together(scores: Iterable[Score]) -> Found | None:
    """What scores of one pair say together; ``None`` where there are none that count."""
    counting = [one for one in scores if not one.withdrawn]
    found = examined([Judgement(one.place, one.value) for one in counting])
    return Found(found, any(one.sample for one in counting)) if found else None


def scored_places(programme: Programme) -> list[tuple[str, Text]]:
    """The places of which scores speak, by code."""
    codes = Score.objects.filter(first__programme=programme, withdrawn=False)
    return [
        (code, places.place_name(code))
        for code in codes.order_by("place").values_list("place", flat=True).distinct()
    ]


# --- one pair -----------------------------------------------------------------------------


def activity(programme_key: str, key: str) -> Activity:
    """An activity by its key. Raises ``Activity.DoesNotExist``."""
    return Activity.objects.select_related("programme").get(programme__key=programme_key, key=key)


def last_text(one: Activity) -> ActivityText:
    """An activity as the latest edition that has it states it. Raises ``DoesNotExist``."""
    found = (
        one.texts.select_related("edition__programme", "activity", "pillar", "section")
        .order_by("-edition__label")
        .first()
    )
    if found is None:
        raise ActivityText.DoesNotExist
    return found


def scores_of(pair: Pair) -> list[Score]:
    """The scores of a pair that count, by place, each with what stands behind it."""
    return list(
        Score.objects.filter(**pair.as_fields(), withdrawn=False)
        .select_related("organisation", "evidence_run")
        .order_by("place", "-day", "pk")
    )


def events_of(pair: Pair) -> list[Event]:
    """Every act on the scores of a pair, the withdrawn ones included, latest first."""
    keys = [str(pk) for pk in Score.objects.filter(**pair.as_fields()).values_list("pk", flat=True)]
    kind = Score._meta.label_lower
    found = Event.objects.filter(kind=kind, key__in=keys).order_by("-number")
    return told(found, "place", "value", "reason", "evidence_link")


def own_scores(pair: Pair, author: User) -> QuerySet[Score]:
    """The author's own scores of a pair, the withdrawn ones too."""
    return Score.objects.filter(author=author, **pair.as_fields()).order_by("place")


def shown_to(viewer: Viewer, scores: Sequence[Score]) -> list[Score]:
    """Of the scores of a pair those that a viewer may read one by one."""
    allowed = set(visibility.visible_to(viewer).values_list("pk", flat=True))
    return [one for one in scores if one.pk in allowed]


# --- pairs worth examining ----------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Worth:
    """A pair worth examining, and in words what it shares."""

    first: ActivityText
    second: ActivityText
    suggestion: Suggestion
    reasons: Sequence[tuple[Shared, Text]]


@dataclass(frozen=True, slots=True)
class Tags:
    """What activities are tagged with: by activity and kind, and the name of each tag."""

    by_activity: Mapping[int, Mapping[str, set[str]]]
    names: Mapping[tuple[str, str], Text] = field(default_factory=dict)

    def subjects(self, texts: Iterable[ActivityText]) -> list[Subject]:
        return [
            Subject(
                text.activity.key,
                {
                    kind: frozenset(tags)
                    for kind, tags in self.by_activity.get(text.activity_id, {}).items()
                },
            )
            for text in texts
        ]


_LINKS = (
    ("framework", ActivityFramework, "framework"),
    ("instrument", ActivityInstrument, "instrument"),
    ("body", ActivityBody, "body"),
    ("initiative", InitiativeActivity, "initiative"),
)
_TAKES_PART = (Level.LEAD, Level.PARTICIPATE)


def tags(programme: Programme) -> Tags:
    """Frameworks, instruments, bodies, initiatives, and the countries that take part."""
    by_activity: dict[int, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    names: dict[tuple[str, str], Text] = {}
    for kind, model, to in _LINKS:
        rows = model._default_manager.filter(activity__programme=programme)
        for activity_id, key, name in rows.values_list("activity", f"{to}__key", f"{to}__name"):
            by_activity[activity_id][kind].add(key)
            names[kind, key] = name
    stances = Participation.objects.filter(activity__programme=programme, level__in=_TAKES_PART)
    for activity_id, member in stances.values_list("activity", "member"):
        by_activity[activity_id]["place"].add(member)
        names["place", member] = places.place_name(member)
    return Tags(by_activity, names)


def worth_examining(found: Map, known: Tags) -> list[Worth]:
    """The pairs of an edition that nobody has scored, the most telling first."""
    by_key = {text.activity.key: text for text in found.texts}
    seen = [
        (row.first.activity.key, row.second.activity.key)
        for row in found.pairs
        if row.found and row.second
    ]
    return [
        Worth(
            by_key[one.pair[0]],
            by_key[one.pair[1]],
            one,
            [(reason, known.names[reason.kind, reason.tag]) for reason in one.reasons],
        )
        for one in suggest(known.subjects(found.texts), seen)
    ]


# --- open data ----------------------------------------------------------------------------

COLUMNS = (
    *("programme", "edition", "code", "with_code", "with_framework", "place"),
    *("scores", "median_low", "median_high", "lowest", "highest"),
)


def aggregate_csv(edition: Edition) -> str:
    """What scores say together, a row for each pair and place; no sample rows, no authors."""
    texts = {text.activity_id: text for text in edition.activities.all()}
    scores = Score.objects.filter(
        first__programme=edition.programme_id, withdrawn=False, sample=False
    ).select_related("framework")
    several: dict[tuple[int, int | None, str, str], list[Score]] = defaultdict(list)
    for one in scores.order_by("first", "second", "framework__key", "place"):
        framework = one.framework.key if one.framework else ""
        several[one.first_id, one.second_id, framework, one.place].append(one)
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows(_rows(edition, texts, several))
    return stream.getvalue()


def _rows(
    edition: Edition,
    texts: Mapping[int, ActivityText],
    several: Mapping[tuple[int, int | None, str, str], list[Score]],
) -> Iterator[tuple[object, ...]]:
    for (first, second, framework, place), scores in several.items():
        if first not in texts or (second is not None and second not in texts):
            continue
        found = together(scores)
        if found is None:
            continue
        whole = found.examined.whole
        yield (
            edition.programme.key,
            edition.label,
            texts[first].code,
            texts[second].code if second is not None else "",
            framework,
            place,
            whole.count,
            *whole.middle,
            whole.lowest,
            whole.highest,
        )
