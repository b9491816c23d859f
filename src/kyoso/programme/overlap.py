"""How alike two projects are: in text, place, time, partners, tags and activities.

Each aspect is compared on its own, from 0 (nothing in common) to 1 (the same); the score is their
mean, weighted. An aspect that one side does not state is not compared and its weight passes to the
others: missing is never zero. Weights and distances are this project's own choice. They order what
a person looks at; the person decides.

Text is cut into words, and into pairs of characters where a script puts no spaces between words
(Japanese, Thai, Lao, Khmer, Burmese). Two texts are as alike as the Sørensen–Dice coefficient of
their parts: twice the shared ones over all. On sorted sequences that is the normalised Indel
similarity, which RapidFuzz works out for many texts at once.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise
from sys import intern
from types import MappingProxyType
from typing import Literal

import numpy as np
import numpy.typing as npt
from rapidfuzz.distance import Indel
from rapidfuzz.process import cdist

from kyoso.core.periods import Period
from kyoso.core.text import LANGUAGES, Language, Text

Aspect = Literal["text", "place", "time", "partners", "tags", "activities"]
Floats = npt.NDArray[np.float64]

WEIGHTS: Mapping[Aspect, float] = MappingProxyType(
    {
        "text": 0.40,
        "place": 0.20,
        "partners": 0.15,
        "time": 0.10,
        "activities": 0.10,
        "tags": 0.05,
    }
)
TITLE_SHARE = 0.4
"""Of the likeness of texts; the rest is the summary's."""

NEAR_KM = 50.0
"""The distance at which two sites are still 1/e alike."""

WORTH_A_LOOK = 0.5
"""The score from which a person is asked."""

MATERIAL_SCORE, MATERIAL_ASPECT = 0.10, 0.25
"""A pair that was judged is asked about again when its score, or an aspect, moved by as much."""

EARTH_KM = 6371.0088
"""Mean radius of the Earth, (2a + b)/3 of the GRS 80 ellipsoid (Moritz, 2000)."""

_YEAR = 365.25
_SHOWN = 8


@dataclass(frozen=True, slots=True)
class Spot:
    """A city or site: its names, its country, its coordinates in degrees where they are known."""

    names: frozenset[str]
    country: str
    latitude: float | None = None
    longitude: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """What of a project is compared. An empty set or an open period is not stated."""

    key: str
    title: Text
    summary: Text
    countries: frozenset[str] = frozenset()
    spots: tuple[Spot, ...] = ()
    period: Period = field(default_factory=lambda: Period(None, None))
    partners: frozenset[str] = frozenset()
    tags: frozenset[str] = frozenset()
    activities: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Reason:
    """One aspect: its weight among those compared, how alike (0 to 1), what was found."""

    aspect: Aspect
    weight: float
    value: float
    evidence: Mapping[str, object]

    def as_dict(self) -> dict[str, object]:
        return {
            "aspect": self.aspect,
            "weight": round(self.weight, 4),
            "value": round(self.value, 4),
            "evidence": dict(self.evidence),
        }


@dataclass(frozen=True, slots=True)
class Likeness:
    """How alike a project is to another (``key``), and why; the aspect that counts most first."""

    key: str
    score: float
    reasons: tuple[Reason, ...]


def compare(
    one: Profile, others: Sequence[Profile], *, at_least: float = WORTH_A_LOOK
) -> list[Likeness]:
    """The projects of ``others`` that are alike by ``at_least``, the most alike first.

    ``one`` itself is passed over. Comparing a with b gives the score of comparing b with a.
    """
    found = [other for other in others if other.key != one.key]
    if not found:
        return []
    values: dict[Aspect, Floats] = {
        "text": _texts(one, found).max(axis=0),
        "place": _places(one, found),
        "time": np.array([_time(one.period, other.period) for other in found]),
        "partners": np.array([shared(one.partners, other.partners) for other in found]),
        "tags": np.array([shared(one.tags, other.tags) for other in found]),
        "activities": np.array([shared(one.activities, other.activities) for other in found]),
    }
    stated = {aspect: np.where(np.isnan(v), 0.0, WEIGHTS[aspect]) for aspect, v in values.items()}
    weights = np.sum(list(stated.values()), axis=0)
    total = np.sum([w * np.nan_to_num(values[a]) for a, w in stated.items()], axis=0)
    scores = np.clip(total / weights, 0.0, 1.0)
    likenesses = [
        Likeness(
            found[at].key,
            float(scores[at]),
            _reasons(
                one,
                found[at],
                {a: float(v[at]) for a, v in values.items() if not math.isnan(v[at])},
            ),
        )
        for at in np.flatnonzero(scores >= at_least)
    ]
    return in_order(likenesses)


def in_order(likenesses: Iterable[Likeness]) -> list[Likeness]:
    """The most alike first; of those that are alike by the same, in the order of their keys."""
    return sorted(likenesses, key=lambda likeness: (-likeness.score, likeness.key))


def is_material(
    judged: tuple[float, Mapping[str, float]], now: tuple[float, Mapping[str, float]]
) -> bool:
    """Whether a pair changed so much since it was judged that a person is to look again.

    Both sides are a score and the value of each aspect. An aspect that came or went counts as
    moved by its whole value.
    """
    (score, values), (new_score, new_values) = judged, now
    if abs(new_score - score) >= MATERIAL_SCORE:
        return True
    return any(
        abs(new_values.get(aspect, 0.0) - values.get(aspect, 0.0)) >= MATERIAL_ASPECT
        for aspect in {*values, *new_values}
    )


def shared(one: frozenset[str], other: frozenset[str]) -> float:
    """The Jaccard index: shared over all members of both; NaN where one side is empty."""
    if not one or not other:
        return math.nan
    both = len(one & other)
    return both / (len(one) + len(other) - both)


# --- text ---------------------------------------------------------------------------------

_UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3041-\u30fa\u30fc-\u30ff\u3400-\u9fff"
)
_RUNS = re.compile(f"(?P<unspaced>[{_UNSPACED}]+)|[^\\W_{_UNSPACED}]+")
_GRAMMAR = re.compile(
    "an?|and|are|as|at|be|been|by|for|from|has|have|in|into|is|its?|of|on|or|that|the|their|this"
    "|through|to|under|was|were|which|will|with|[\u3041-\u3096]{1,2}"
)
"""Words of grammar; so is hiragana alone, far more often than it is a subject."""


@lru_cache(maxsize=16_384)
def parts(text: str) -> tuple[str, ...]:
    """The parts of a text that are compared, sorted: words, or pairs of characters.

    >>> parts("Training on the Inventories of PaSTI"), parts("透明性の研修")
    (('inventorie', 'pasti', 'training'), ('の研', '性の', '明性', '研修', '透明'))
    """
    plain = folded(text)
    found: list[str] = []
    for run in _RUNS.finditer(plain):
        word = run[0]
        if run.lastgroup is None:
            found.append(_singular(word))
        elif len(word) == 1:
            found.append(word)
        else:
            found += map("".join, pairwise(word))
    kept = [part for part in found if not _is_grammar(part)]
    return tuple(sorted(map(intern, kept or found or [plain])))


@lru_cache(maxsize=65_536)
def _is_grammar(part: str) -> bool:
    return _GRAMMAR.fullmatch(part) is not None


def _singular(word: str) -> str:
    return word[:-1] if len(word) > 3 and word.endswith("s") and word[-2] not in "sui" else word


def folded(text: str) -> str:
    """A text as texts are compared: without case, width and outer spaces."""
    return unicodedata.normalize("NFKC", text).casefold().strip()


def _texts(one: Profile, others: Sequence[Profile]) -> Floats:
    """How alike the texts are, a row per language."""
    rows = []
    for language in LANGUAGES:
        titles = _alike(one.title[language], [other.title[language] for other in others])
        summaries = _alike(one.summary[language], [other.summary[language] for other in others])
        rows.append(TITLE_SHARE * titles + (1 - TITLE_SHARE) * summaries)
    return np.array(rows)


def _alike(text: str, others: Iterable[str]) -> Floats:
    found: Floats = cdist(
        [parts(text)],
        [parts(other) for other in others],
        scorer=Indel.normalized_similarity,
        dtype=np.float64,
    )[0]
    return found


# --- place and time -----------------------------------------------------------------------


def _places(one: Profile, others: Sequence[Profile]) -> Floats:
    """The mean of shared countries and close sites; one of them where only one is stated."""
    countries = np.array([shared(one.countries, other.countries) for other in others])
    sites = _sites(one, others)
    found = np.where(
        np.isnan(sites),
        countries,
        np.where(np.isnan(countries), sites, (countries + sites) / 2),
    )
    return np.asarray(found, dtype=np.float64)


def _sites(one: Profile, others: Sequence[Profile]) -> Floats:
    """How close the sites of two projects are: each site to the nearest of the other project.

    The mean over the sites of one side, and the mean of both sides, so that it is symmetric.
    """
    result = np.full(len(others), math.nan)
    where = [at for at, other in enumerate(others) if other.spots]
    if not one.spots or not where:
        return result
    flat = [spot for at in where for spot in others[at].spots]
    counts = np.array([len(others[at].spots) for at in where])
    starts = np.concatenate(([0], np.cumsum(counts)[:-1]))
    close = np.exp(-distances(one.spots, flat) / NEAR_KM)
    close = np.maximum(np.nan_to_num(close), _same_name(one.spots, flat))
    theirs = np.add.reduceat(close.max(axis=0), starts) / counts
    ours = np.maximum.reduceat(close, starts, axis=1).mean(axis=0)
    result[where] = (ours + theirs) / 2
    return result


def distances(some: Sequence[Spot], others: Sequence[Spot]) -> Floats:
    """Great-circle distances in km by the haversine formula; NaN where a place is not known."""
    (lat, lon), (lats, lons) = _radians(some), _radians(others)
    half = (
        np.sin((lats - lat[:, None]) / 2) ** 2
        + np.cos(lat)[:, None] * np.cos(lats) * np.sin((lons - lon[:, None]) / 2) ** 2
    )
    return np.asarray(2 * EARTH_KM * np.arcsin(np.sqrt(np.clip(half, 0, 1))), dtype=np.float64)


def _radians(spots: Sequence[Spot]) -> tuple[Floats, Floats]:
    def angle(value: float | None) -> float:
        return math.nan if value is None else math.radians(value)

    return (
        np.array([angle(spot.latitude) for spot in spots]),
        np.array([angle(spot.longitude) for spot in spots]),
    )


def _same_name(some: Sequence[Spot], others: Sequence[Spot]) -> Floats:
    known = [{(spot.country, folded(name)) for name in spot.names} for spot in others]
    rows = [{(spot.country, folded(name)) for name in spot.names} for spot in some]
    return np.array([[bool(row & other) for other in known] for row in rows], dtype=np.float64)


def _time(one: Period, other: Period) -> float:
    """Shared days over all days; how close the starts are where an end is open.

    NaN where a start is not stated.
    """
    if one.start is None or other.start is None:
        return math.nan
    if one.end is None or other.end is None:
        return math.exp(-abs((one.start - other.start).days) / _YEAR)
    both = (min(one.end, other.end) - max(one.start, other.start)).days + 1
    either = (max(one.end, other.end) - min(one.start, other.start)).days + 1
    return max(0, both) / either


# --- reasons ------------------------------------------------------------------------------


def _reasons(one: Profile, other: Profile, values: Mapping[Aspect, float]) -> tuple[Reason, ...]:
    whole = sum(WEIGHTS[aspect] for aspect in values)
    found = [
        Reason(aspect, WEIGHTS[aspect] / whole, value, _evidence(aspect, one, other))
        for aspect, value in values.items()
    ]
    return tuple(sorted(found, key=lambda reason: -reason.weight * reason.value))


def _evidence(aspect: Aspect, one: Profile, other: Profile) -> Mapping[str, object]:
    if aspect == "text":
        return _text_evidence(one, other)
    if aspect == "place":
        return _place_evidence(one, other)
    if aspect == "time":
        return {"periods": sorted([_span(one.period), _span(other.period)])}
    both: dict[Aspect, frozenset[str]] = {
        "partners": one.partners & other.partners,
        "tags": one.tags & other.tags,
        "activities": one.activities & other.activities,
    }
    return {"shared": sorted(both[aspect])}


def _text_evidence(one: Profile, other: Profile) -> Mapping[str, object]:
    by_language = _texts(one, [other])[:, 0]
    first, second = sorted((one, other), key=lambda profile: profile.key)
    return {
        "language": LANGUAGES[int(by_language.argmax())],
        "shared": {
            language: passages(_whole(first, language), _whole(second, language))[:_SHOWN]
            for language in LANGUAGES
        },
    }


def _whole(profile: Profile, language: Language) -> str:
    return f"{profile.title[language]} {profile.summary[language]}"


def passages(text: str, other: str) -> list[str]:
    """What of ``text`` stands in ``other`` as well, the longest first: words, or unspaced runs.

    >>> passages("市の省庁職員に研修", "省庁職員の研修"), passages("Ministry staff", "Staff of ministries")
    (['省庁職員', '研修'], ['staff'])
    """
    known = set(parts(other))
    found: set[str] = set()
    for run in _RUNS.finditer(folded(text)):
        word = run[0]
        if run.lastgroup is None:
            found |= {word} if _singular(word) in known else set()
            continue
        last = 0
        for at in range(1, len(word) + 1):
            if at == len(word) or word[at - 1 : at + 1] not in known:
                found |= {word[last:at]} if at - last > 1 else set()
                last = at
    return sorted(found, key=lambda passage: (-len(passage), passage))


def _place_evidence(one: Profile, other: Profile) -> Mapping[str, object]:
    found: dict[str, object] = {"countries": sorted(one.countries & other.countries)}
    if not one.spots or not other.spots:
        return found
    names = {folded(name): name for a in one.spots for name in a.names}
    theirs = {(b.country, folded(name)) for b in other.spots for name in b.names}
    mine = {(a.country, folded(name)) for a in one.spots for name in a.names}
    found["names"] = sorted(names[name] for _, name in mine & theirs)
    near = distances(one.spots, other.spots)
    if not np.isnan(near).all():
        found["km"] = round(float(np.nanmin(near)), 1)
    return found


def _span(period: Period) -> str:
    return "/".join("" if day is None else day.isoformat() for day in (period.start, period.end))
