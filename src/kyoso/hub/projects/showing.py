"""What pages say of a project beside its own fields."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from kyoso.core.text import Text, same
from kyoso.hub.programme.models import Activity, Framework
from kyoso.hub.projects import revising, wholes
from kyoso.hub.projects.enums import UNDECIDED, CrossCutting, MeasureKind
from kyoso.hub.projects.models import (
    Edit,
    Finance,
    Pair,
    Project,
    Result,
    ResultIndicator,
    Revision,
    Target,
)
from kyoso.hub.projects.selectors import Twice
from kyoso.hub.projects.wholes import PROJECT, Whole, held
from kyoso.hub.record import telling
from kyoso.hub.record.models import Event
from kyoso.hub.record.services import state_of
from kyoso.hub.record.telling import Told
from kyoso.hub.texts import language, say
from kyoso.hub.writing import day, number
from kyoso.reference.countries import countries

# --- finance ------------------------------------------------------------------------------


def flagged(rows: Sequence[Finance], twice: Sequence[Twice]) -> list[tuple[Finance, Twice | None]]:
    """Each amount, and where it stands under another project as well and counts there."""
    here = {one.key: one for one in twice if not one.counts_here}
    return [(row, here.get(str(row.pk))) for row in rows]


# --- results ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Goal:
    """A target in words: the period, the category, what is to be reached."""

    target: Target
    reached: Text


@dataclass(frozen=True, slots=True)
class Measured:
    indicator: ResultIndicator
    goals: Sequence[Goal]


@dataclass(frozen=True, slots=True)
class Step:
    """An outcome or output with its indicators; an output stands one deeper."""

    result: Result
    indicators: Sequence[Measured]


def framework(project: Project) -> list[Step]:
    """Outcomes, each with its outputs behind it; ``project`` has its results at hand."""
    found = list(project.results.all())
    ordered: list[Result] = []
    for outcome in [one for one in found if one.parent_id is None]:
        ordered += [outcome, *(one for one in found if one.parent_id == outcome.pk)]
    return [Step(one, list(_measured(one))) for one in ordered]


def _measured(result: Result) -> Iterator[Measured]:
    for indicator in result.indicators.all():
        goals = [Goal(one, reached(indicator, one)) for one in indicator.targets.all()]
        yield Measured(indicator, goals)


def reached(indicator: ResultIndicator, target: Target) -> Text:
    """What a target says: 50 people; 3 of 8 (37.5 %); a sentence."""
    if indicator.kind == MeasureKind.QUALITATIVE:
        return target.statement or same("–")
    if indicator.kind == MeasureKind.PERCENTAGE and target.percentage is not None:
        return say(
            "projects.target.share",
            part=number(float(target.numerator or 0)),
            whole=number(float(target.denominator or 0)),
            percent=number(round(target.percentage, 2)),
        )
    return same(f"{number(float(target.value or 0))} {indicator.unit}")


def missing(project: Project) -> list[tuple[str, Text]]:
    """What a draft lacks, and the step in which it is written. Only the start is required."""
    found = []
    if project.starts is None:
        found.append(("basics", say("projects.missing.starts")))
    for step, name, rows in (
        ("places", "sites", project.sites.all()),
        ("milestones", "milestones", project.milestones.all()),
        ("finance", "finance", project.finance.all()),
        ("results", "results", project.results.all()),
        ("tags", "tags", project.tags.all()),
    ):
        if not rows:
            found.append((step, say(f"projects.missing.{name}")))
    return found


# --- pairs --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Why:
    """One aspect in which two projects were compared, as a person reads it."""

    aspect: Text
    value: int
    weight: int
    found: Text


def reasons(pair: Pair) -> list[Why]:
    """Why a pair looks alike, the aspect that counts most first."""
    return [
        Why(
            say(f"projects.aspect.{one['aspect']}"),
            round(100 * one["value"]),
            round(100 * one["weight"]),
            _found(one["aspect"], one["evidence"], pair),
        )
        for one in pair.reasons
    ]


def _found(aspect: str, evidence: Mapping[str, Any], pair: Pair) -> Text:
    if aspect == "text":
        nothing = say("projects.why.nothing")
        shared = evidence["shared"]
        return say(
            "projects.why.text",
            shared=Text(
                ", ".join(shared["en"]) or nothing.en, "、".join(shared["ja"]) or nothing.ja
            ),
        )
    if aspect == "place":
        return _places(evidence)
    if aspect == "time":
        one, other = (_span(written) for written in evidence["periods"])
        return say("projects.why.time", one=one, other=other)
    return _listed(_names(aspect, evidence["shared"], pair))


def _places(evidence: Mapping[str, Any]) -> Text:
    shared = [countries()[code].name for code in evidence["countries"] if code in countries()]
    shared += [same(name) for name in evidence.get("names", ())]
    found = _listed(shared)
    if "km" not in evidence:
        return found
    return say("projects.why.place", shared=found, km=number(evidence["km"]))


def _names(aspect: str, keys: Sequence[str], pair: Pair) -> list[Text]:
    """What numbers of records stand for, from the rows that the pair has at hand."""
    both = (pair.first, pair.second)
    known: dict[str, Text] = {}
    if aspect == "partners":
        for project in both:
            known[str(project.lead_id)] = project.lead.name
            known |= {
                str(one.organisation_id): one.organisation.name for one in project.partners.all()
            }
    elif aspect == "activities":
        activities: list[Activity] = [x.activity for p in both for x in p.activities.all()]
        known = {str(one.pk): same(one.key) for one in activities}
    else:
        frameworks: list[Framework] = [x.framework for p in both for x in p.tags.all()]
        known = {str(one.pk): one.name for one in frameworks}
        known |= {theme.value: say(f"projects.theme.{theme}") for theme in CrossCutting}
    return [known[key] for key in keys if key in known]


def _listed(texts: Sequence[Text]) -> Text:
    if not texts:
        return say("projects.why.nothing")
    return Text(", ".join(one.en for one in texts), "、".join(one.ja for one in texts))


def _span(written: str) -> Text:
    start, end = (day(date.fromisoformat(part)) if part else None for part in written.split("/"))
    return Text(
        f"{start.en if start else ''}–{end.en if end else ''}",
        f"{start.ja if start else ''}～{end.ja if end else ''}",
    )


# --- revisions ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Waiting:
    """An edit in words: what it is of, what stands there and what is to stand there.

    ``part`` is there for what is published. ``meanwhile`` where the record is no longer as it was
    when the edit was written. ``version`` is that on which the edit is changed or taken back.
    """

    edit: Edit
    told: Told
    part: Any | None
    meanwhile: bool
    version: int


def waiting(now: Whole, revision: Revision) -> list[Waiting]:
    """What a revision changes, part by part; ``revision`` has its edits at hand.

    While it is not decided each is set against what stands there now.
    """
    edits = [one for one in revision.edits.all() if not one.is_empty]
    undecided = revision.state in UNDECIDED
    changes = [_now(now, edit) if undecided else revising.changes_of(edit) for edit in edits]
    events = [
        _event(edit, pairs) for edit, pairs in zip(edits, wholes.all_in_words(changes), strict=True)
    ]
    told = telling.told(events, _new_names(edits))
    found = []
    for edit, words, pairs in zip(edits, told, changes, strict=True):
        record = _record(now, edit)
        found.append(
            Waiting(
                edit,
                words,
                None if edit.sort == PROJECT else record,
                undecided and pairs != revising.changes_of(edit),
                edit.version + (record.version if record else 0),
            )
        )
    return found


def _record(now: Whole, edit: Edit) -> Any | None:
    if edit.adds:
        return None
    return now.project if edit.sort == PROJECT else now.find(edit.sort, int(edit.key))


def _now(now: Whole, edit: Edit) -> dict[str, list[Any]]:
    """What an edit changes of what stands there now."""
    if edit.adds:
        return revising.changes_of(edit)
    record = _record(now, edit)
    if record is None:
        return {}
    if edit.removed:
        there = state_of(record)
        return {name: [value, None] for name, value in there.items() if value is not None}
    return {
        name: [now.links[name] if name in now.links else held(record, name), value]
        for name, value in edit.values.items()
    }


def _event(edit: Edit, changes: Mapping[str, Any]) -> Event:
    """The act that an edit will be, as the log would have it."""
    done = "added" if edit.adds else "removed" if edit.removed else "changed"
    return Event(
        number=edit.pk,
        at=edit.written_at,
        actor_name=edit.author_name,
        act="projects.revised" if edit.sort == PROJECT else f"projects.{edit.sort}_{done}",
        kind=f"projects.{edit.sort}",
        key=edit.key,
        data={"changes": changes, "why": edit.why},
    )


def _new_names(edits: Sequence[Edit]) -> dict[tuple[str, str], str]:
    """What parts are called that are not there yet."""
    return {
        (f"projects.{edit.sort}", str(-edit.pk)): edit.values["title"][language()]
        for edit in edits
        if edit.adds and edit.values.get("title")
    }
