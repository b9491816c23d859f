"""One project against 2,000: Kyoso, and the same score worked out pair by pair with RapidFuzz."""

from __future__ import annotations

import json
import math
import random
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.measuring import Case, Contender, Goal, Job

if TYPE_CHECKING:
    from kyoso.core.text import Language
    from kyoso.programme.overlap import Profile, Spot

PROJECTS = 2_000
KYOSO, PEER = "kyoso", "RapidFuzz, pair by pair"

_ENGLISH = (
    "training inventory transparency waste plastics mercury wetland footprint finance disclosure"
    " city carbon credit adaptation warning monitoring air water chemical recycling vehicle battery"
    " capacity network ministry staff local government private sector standard guideline platform"
)
_JAPANESE = (
    "研修 排出量 透明性 廃棄物 プラスチック 水銀 湿地 自然 資金 情報開示 都市 炭素 クレジット 適応"
    " 早期警戒 監視 大気 水質 化学物質 再資源化 自動車 蓄電池 能力構築 省庁 職員 自治体 民間 基準"
    " 指針 基盤 実証 を行い の策定 に向けた により"
)
_COUNTRIES = ("XAA", "XAB", "XAC", "XAD", "XAE")

Scores = dict[str, float]


def make(folder: Path) -> None:
    """Projects with titles of eight and summaries of sixty words, in both languages."""
    chance = random.Random(20250904)  # noqa: S311 -- the same input every time, no secret
    english, japanese = _ENGLISH.split(), _JAPANESE.split()

    def text(words: int) -> dict[str, str]:
        return {
            "en": " ".join(chance.choices(english, k=words)),
            "ja": "".join(chance.choices(japanese, k=words)),
        }

    rows = []
    for number in range(PROJECTS + 1):
        start = date(2024, 1, 1) + timedelta(days=chance.randrange(1500))
        rows.append(
            {
                "key": f"{number:05d}",
                "title": text(8),
                "summary": text(60),
                "countries": chance.sample(_COUNTRIES, chance.randint(1, 3)),
                "spots": [
                    [
                        f"city {chance.randrange(90)}",
                        chance.uniform(-5, 20),
                        chance.uniform(95, 120),
                    ]
                    for _ in range(chance.randint(0, 4))
                ],
                "period": [start.isoformat(), (start + timedelta(days=900)).isoformat()],
                "partners": [str(chance.randrange(100)) for _ in range(4)],
                "tags": [str(chance.randrange(40)) for _ in range(4)],
                "activities": [str(chance.randrange(43))],
            }
        )
    (folder / "projects.json").write_text(json.dumps(rows), encoding="utf-8")


def _profiles(folder: Path) -> list[Profile]:
    from kyoso.core.periods import Period
    from kyoso.core.text import Text
    from kyoso.programme.overlap import Profile, Spot

    return [
        Profile(
            key=row["key"],
            title=Text(**row["title"]),
            summary=Text(**row["summary"]),
            countries=frozenset(row["countries"]),
            spots=tuple(Spot(frozenset({n}), "XAA", lat, lon) for n, lat, lon in row["spots"]),
            period=Period(*map(date.fromisoformat, row["period"])),
            partners=frozenset(row["partners"]),
            tags=frozenset(row["tags"]),
            activities=frozenset(row["activities"]),
        )
        for row in json.loads((folder / "projects.json").read_text(encoding="utf-8"))
    ]


def kyoso(folder: Path) -> Job:
    from kyoso.programme import overlap

    one, *others = _profiles(folder)
    return lambda: {x.key: x.score for x in overlap.compare(one, others, at_least=0.4)}


def pair_by_pair(folder: Path) -> Job:
    one, *others = _profiles(folder)

    def job() -> Scores:
        scores = {other.key: _score(one, other) for other in others}
        return {key: score for key, score in scores.items() if score >= 0.4}

    return job


def _score(one: Profile, other: Profile) -> float:
    from kyoso.programme.overlap import WEIGHTS

    values = {
        "text": max(_text(one, other, language) for language in ("en", "ja")),
        "place": _place(one, other),
        "time": _time(one, other),
        "partners": _jaccard(one.partners, other.partners),
        "tags": _jaccard(one.tags, other.tags),
        "activities": _jaccard(one.activities, other.activities),
    }
    return sum(weight * values[aspect] for aspect, weight in WEIGHTS.items())


def _text(one: Profile, other: Profile, language: Language) -> float:
    from rapidfuzz.distance import Indel

    from kyoso.programme.overlap import TITLE_SHARE, parts

    def alike(a: str, b: str) -> float:
        uncached = parts.__wrapped__
        return float(Indel.normalized_similarity(uncached(a), uncached(b)))

    title = alike(one.title[language], other.title[language])
    summary = alike(one.summary[language], other.summary[language])
    return TITLE_SHARE * title + (1 - TITLE_SHARE) * summary


def _place(one: Profile, other: Profile) -> float:
    countries = _jaccard(one.countries, other.countries)
    if not one.spots or not other.spots:
        return countries
    close = {pair: _close(*pair) for pair in product(one.spots, other.spots)}
    ours = sum(max(close[a, b] for b in other.spots) for a in one.spots) / len(one.spots)
    theirs = sum(max(close[a, b] for a in one.spots) for b in other.spots) / len(other.spots)
    return (countries + (ours + theirs) / 2) / 2


def _close(a: Spot, b: Spot) -> float:
    from kyoso.programme.overlap import EARTH_KM, NEAR_KM

    if a.names & b.names:
        return 1.0
    assert a.latitude is not None
    assert a.longitude is not None
    assert b.latitude is not None
    assert b.longitude is not None
    lat, lats = math.radians(a.latitude), math.radians(b.latitude)
    turn = math.radians(b.longitude - a.longitude)
    half = (
        math.sin((lats - lat) / 2) ** 2 + math.cos(lat) * math.cos(lats) * math.sin(turn / 2) ** 2
    )
    return math.exp(-2 * EARTH_KM * math.asin(math.sqrt(half)) / NEAR_KM)


def _time(one: Profile, other: Profile) -> float:
    (start, end), (starts, ends) = _days(one), _days(other)
    both = max(0, min(end, ends) - max(start, starts) + 1)
    return both / (max(end, ends) - min(start, starts) + 1)


def _days(one: Profile) -> tuple[int, int]:
    assert one.period.start is not None
    assert one.period.end is not None
    return one.period.start.toordinal(), one.period.end.toordinal()


def _jaccard(one: frozenset[str], other: frozenset[str]) -> float:
    return len(one & other) / len(one | other)


def keep(answer: Scores, path: Path) -> None:
    path.write_text(json.dumps(answer), encoding="utf-8")


def same(answers: Mapping[str, Path]) -> None:
    """The same projects with the same scores, to 1e-9."""
    found: Sequence[Scores] = [json.loads(path.read_text()) for path in answers.values()]
    names = list(answers)
    for name, scores in zip(names[1:], found[1:], strict=True):
        assert set(scores) == set(found[0]), f"{name}: other projects than {names[0]}"
        for key, score in scores.items():
            assert abs(score - found[0][key]) < 1e-9, f"{name}: {key} differs"


CASE = Case(
    name="overlap",
    title=f"one project against {PROJECTS:,}",
    make=make,
    contenders=(
        Contender(name=KYOSO, prepare=kyoso, keep=keep),
        Contender(name=PEER, prepare=pair_by_pair, keep=keep),
    ),
    same=same,
    against=KYOSO,
    rounds=5,
    goals=(
        Goal(
            text="CPU time of a comparison, nothing remembered from an earlier one",
            value=lambda measured: measured[KYOSO].cpu,
            limit=1.0,
            unit="s",
        ),
        Goal(
            text="CPU time pair by pair to that of Kyoso",
            value=lambda measured: measured[PEER].cpu / measured[KYOSO].cpu,
            limit=1.5,
            unit="×",
            at_least=True,
        ),
    ),
)
