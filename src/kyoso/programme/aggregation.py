"""What reported values add up to, from a project or member to an activity, section and pillar.

The rules, in the order in which they are applied:

1. Of several revisions by one author on one subject, period and group the latest counts.
2. Values on different periods are never added; each period has its own total.
3. A number is added where its unit can be converted; one that cannot stands apart, with its reason.
4. A quantity that does not add up (a rate, an average) has no total, only its values.
5. A percentage is the sum of the numerators over the sum of the denominators, never a mean.
6. Two authors who disagree on one subject are both kept: the total runs from the lowest to the
   highest that the answers allow.
7. A subject that stands under one heading twice is counted once there.
8. What was not reported is not zero: it is missing from the total and named in the coverage.

Sums are exact (rational numbers), so that they do not depend on the order of the reports and that
parts add up to their whole.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from kyoso.core import units
from kyoso.core.errors import UnitError
from kyoso.core.periods import Period
from kyoso.core.text import Text, same


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number in a unit."""

    number: Decimal
    unit: str


@dataclass(frozen=True, slots=True)
class Share:
    """A percentage with both of its parts, which count the same ``unit``."""

    numerator: Decimal
    denominator: Decimal
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Statement:
    """An answer in words."""

    words: str


@dataclass(frozen=True, slots=True)
class Absent:
    """Why there is no value. It is an answer, and nothing is reported by it."""

    words: str


Answer = Quantity | Share | Statement | Absent


@dataclass(frozen=True, slots=True)
class Definition:
    """What is measured: ``unit`` of the total, and whether the values of subjects add up."""

    key: str
    title: Text
    unit: str
    additive: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Reported:
    """One answer of an accepted report.

    ``subject`` is what it is about, ``author`` who says so, ``source`` the report. ``group`` is
    the part of the subject that it is limited to (women; a province), empty for the whole.
    """

    subject: str
    period: Period
    author: str
    revision: int
    source: str
    answer: Answer
    group: str = ""


@dataclass(frozen=True, slots=True)
class Voice:
    """An answer that counts, in the unit of the total; ``amount`` is ``None`` for words.

    ``amount`` of a share is its ratio. ``apart`` says why an answer is not in the total.
    """

    reported: Reported
    amount: Fraction | None
    apart: Text | None = None


@dataclass(frozen=True, slots=True)
class Span:
    """A sum, from the one with the lower to the one with the higher of disagreeing answers."""

    low: Fraction
    high: Fraction

    @property
    def is_one(self) -> bool:
        return self.low == self.high

    def __add__(self, other: Span) -> Span:
        return Span(self.low + other.low, self.high + other.high)


@dataclass(frozen=True, slots=True, kw_only=True)
class Total:
    """What the answers on one period and group add up to, and what that number contains.

    ``value`` is ``None`` where nothing adds up. For percentages it is a ratio (0.25 is 25 %) and
    ``numerators`` and ``denominators`` are the sums at either end. ``expected`` are the subjects
    from which a value was due.
    """

    definition: Definition
    period: Period
    group: str
    unit: str
    voices: tuple[Voice, ...]
    expected: frozenset[str]
    value: Span | None
    numerators: Span | None = None
    denominators: Span | None = None

    @property
    def added(self) -> frozenset[str]:
        """The subjects that are in the total."""
        if self.value is None:
            return frozenset()
        return frozenset(v.reported.subject for v in self.voices if v.amount is not None)

    @property
    def reported(self) -> frozenset[str]:
        """The expected subjects that gave a value, in numbers or in words."""
        return self.expected & {
            v.reported.subject for v in self.voices if not isinstance(v.reported.answer, Absent)
        }

    @property
    def missing(self) -> frozenset[str]:
        return self.expected - self.reported

    @property
    def explained(self) -> frozenset[str]:
        """The missing subjects that say why there is no value."""
        return self.missing & {v.reported.subject for v in self.voices}

    @property
    def disagreements(self) -> Mapping[str, tuple[Voice, ...]]:
        """By subject, the answers that are not the same."""
        found = _by_subject(self.voices)
        return {subject: voices for subject, voices in found.items() if _differ(voices)}

    @property
    def apart(self) -> tuple[Voice, ...]:
        """The answers in numbers that are not in the total."""
        return tuple(v for v in self.voices if v.apart is not None)

    def statement(self, period: Text, unit: Text | None = None) -> Text:
        """What the total says about itself (law 11); period and unit as they are to be read."""
        unit = unit or same(self.unit)
        parts = [
            self.definition.title,
            Text("[{unit}]", "[{unit}]").format(unit=unit),
            period,
            Text("{n} of {m} reported", "{m}件中{n}件が報告").format(
                n=len(self.reported), m=len(self.expected)
            ),
            Text("missing is not zero", "未報告はゼロとして数えない") if self.missing else None,
            Text("{n} say why there is no value", "{n}件は値がない理由を記載").format(
                n=len(self.explained)
            )
            if self.explained
            else None,
            Text("each subject counted once", "同じ対象は一度だけ計上"),
            Text(
                "{n} with differing answers, shown from the lower to the higher",
                "{n}件は報告者により値が異なり、低い値から高い値までの幅で示す",
            ).format(n=len(self.disagreements))
            if self.disagreements
            else None,
            Text("{n} not added", "{n}件は合計に含めない").format(n=len(self.apart))
            if self.apart
            else None,
        ]
        said = [part for part in parts if part is not None]
        return Text("; ".join(part.en for part in said), "、".join(part.ja for part in said))


def totals(
    definition: Definition,
    answers: Iterable[Reported],
    *,
    expected: Mapping[Period, Collection[str]],
) -> list[Total]:
    """One total for each period and group, the latest period first.

    ``expected`` names by period the subjects from which a value is due: a period without any
    answer has its total too, with no value.
    """
    latest = _latest(answers)
    keys = {(one.period, one.group) for one in latest} | {(period, "") for period in expected}
    return [
        _total(
            definition,
            period,
            group,
            [one for one in latest if (one.period, one.group) == (period, group)],
            frozenset(expected.get(period, ())),
        )
        for period, group in sorted(keys, key=_order)
    ]


def by_place(
    definition: Definition,
    answers: Iterable[Reported],
    *,
    expected: Mapping[Period, Collection[str]],
    places: Mapping[str, Collection[str]],
) -> dict[str, list[Total]]:
    """The totals of every place (an activity, section, pillar) under which subjects stand.

    ``places`` gives for each subject all places above it. A subject counts once in each.
    """
    above: dict[str, set[str]] = defaultdict(set)
    for subject, names in places.items():
        for name in names:
            above[name].add(subject)
    kept = list(answers)
    return {
        name: totals(
            definition,
            [one for one in kept if one.subject in subjects],
            expected={
                period: subjects.intersection(due)
                for period, due in expected.items()
                if subjects.intersection(due)
            },
        )
        for name, subjects in sorted(above.items())
    }


def _order(key: tuple[Period, str]) -> tuple[int, int, str]:
    period, group = key
    end = period.end.toordinal() if period.end else 10**7
    start = period.start.toordinal() if period.start else 0
    return -end, -start, group


def _latest(answers: Iterable[Reported]) -> list[Reported]:
    """The last revision of each author on each subject, period and group, in a fixed order."""
    found: dict[tuple[str, str, Period, str], Reported] = {}
    for one in answers:
        key = (one.subject, one.author, one.period, one.group)
        before = found.get(key)
        if before is None or (one.revision, one.source) > (before.revision, before.source):
            found[key] = one
    return sorted(found.values(), key=lambda one: (one.subject, one.author, one.source))


def _total(
    definition: Definition,
    period: Period,
    group: str,
    answers: list[Reported],
    expected: frozenset[str],
) -> Total:
    shares = [one.answer for one in answers if isinstance(one.answer, Share)]
    numbers = any(isinstance(one.answer, Quantity) for one in answers)
    if shares and not numbers:
        return _share_total(definition, period, group, answers, expected)
    voices = tuple(_voice(one, definition) for one in answers)
    spans = [_span([v.amount for v in each]) for each in _by_subject(voices).values()]
    added = [span for span in spans if span is not None]
    value = _sum(added) if added and definition.additive else None
    return Total(
        definition=definition,
        period=period,
        group=group,
        unit=definition.unit,
        voices=voices,
        expected=expected,
        value=value,
    )


def _voice(one: Reported, definition: Definition) -> Voice:
    """A number in the unit of the total."""
    answer = one.answer
    if isinstance(answer, Statement | Absent):
        return Voice(one, None)
    if isinstance(answer, Share):
        return Voice(
            one, None, Text("a percentage among numbers", "数値の中に割合が混じっています")
        )
    try:
        factor = units.conversion(answer.unit, definition.unit)
    except UnitError as fault:
        return Voice(one, None, fault.message)
    return Voice(one, Fraction(answer.number) * Fraction(repr(factor)))


def _share_total(
    definition: Definition,
    period: Period,
    group: str,
    answers: list[Reported],
    expected: frozenset[str],
) -> Total:
    counted = {one.answer.unit for one in answers if isinstance(one.answer, Share)}
    unit = min(counted)
    parts: dict[str, list[tuple[Fraction, Fraction]]] = defaultdict(list)
    voices = []
    for one in answers:
        if not isinstance(one.answer, Share):
            voices.append(Voice(one, None))
            continue
        try:
            factor = Fraction(repr(units.conversion(one.answer.unit, unit)))
        except UnitError as fault:
            voices.append(Voice(one, None, fault.message))
            continue
        numerator = Fraction(one.answer.numerator) * factor
        denominator = Fraction(one.answer.denominator) * factor
        parts[one.subject].append((numerator, denominator))
        voices.append(Voice(one, numerator / denominator))
    options = list(parts.values())
    low, high = _extreme(options, 1), _extreme(options, -1)
    numerators, denominators = Span(low[0], high[0]), Span(low[1], high[1])
    return Total(
        definition=definition,
        period=period,
        group=group,
        unit="%",
        voices=tuple(voices),
        expected=expected,
        value=Span(numerators.low / denominators.low, numerators.high / denominators.high),
        numerators=numerators,
        denominators=denominators,
    )


def _extreme(
    options: list[list[tuple[Fraction, Fraction]]], sign: int
) -> tuple[Fraction, Fraction]:
    """The sums of numerators and denominators whose ratio is the lowest (``sign`` 1) or highest.

    One pair is taken of each subject. Choosing each subject's own lowest ratio is not enough: the
    weights change with the choice. Newton's iteration on the ratio ends at the exact optimum
    (W. Dinkelbach, Management Science 13, 1967, pp. 492-498).
    """
    chosen = [each[0] for each in options]
    while True:
        sums = sum((n for n, _ in chosen), Fraction(0)), sum((d for _, d in chosen), Fraction(0))
        ratio = sums[0] / sums[1]
        better = [
            min(each, key=lambda pair: (sign * (pair[0] - ratio * pair[1]), pair[1]))
            for each in options
        ]
        value = sum(n for n, _ in better) / sum(d for _, d in better)
        if value == ratio:
            return sums
        chosen = better


def _by_subject(voices: Iterable[Voice]) -> dict[str, tuple[Voice, ...]]:
    found: dict[str, list[Voice]] = defaultdict(list)
    for voice in voices:
        found[voice.reported.subject].append(voice)
    return {subject: tuple(each) for subject, each in found.items()}


def _differ(voices: Collection[Voice]) -> bool:
    if len(voices) < 2:
        return False
    said = {voice.amount if voice.amount is not None else voice.reported.answer for voice in voices}
    return len(said) > 1


def _span(amounts: Iterable[Fraction | None]) -> Span | None:
    known = [amount for amount in amounts if amount is not None]
    return Span(min(known), max(known)) if known else None


def _sum(spans: Iterable[Span]) -> Span:
    return sum(spans, Span(Fraction(0), Fraction(0)))
