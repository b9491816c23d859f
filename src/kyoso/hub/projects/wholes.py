"""A project with all its parts at hand: as it is, or as a revision would leave it.

A part that a revision adds is not in the database; it is known by the negative of the number of
the edit that adds it, also where another part of the same revision names it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field
from typing import Any

from django.db import models

from kyoso.hub.accounts.models import Organisation
from kyoso.hub.programme.models import Activity, Framework, Initiative
from kyoso.hub.projects.models import Edit, Project, Revision
from kyoso.hub.projects.parts import KINDS
from kyoso.hub.projects.writing import LINKS
from kyoso.hub.record.models import Versioned
from kyoso.hub.record.services import plain

PROJECT = "project"
"""The sort of an edit of a project's own fields and links."""

Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Whole:
    """A project, its links as plain data, its parts by sort; with the edits that made it so.

    ``taken_out`` are the parts that the revision removes. An edited record has the version that a
    form on it is filled in on: that of the record and that of the edit.
    """

    project: Project
    links: Mapping[str, Sequence[Any]]
    rows: Mapping[str, Sequence[Any]]
    taken_out: Mapping[str, Sequence[Any]] = field(default_factory=dict)
    edits: Mapping[Key, Edit] = field(default_factory=dict)

    def find(self, sort: str, pk: int) -> Any | None:
        """The part with this number, also one that is not there yet."""
        return next((one for one in self.rows[sort] if one.pk == pk), None)

    def edit_of(self, part: Versioned) -> Edit | None:
        return self.edits.get((str(part._meta.model_name), str(part.pk)))

    def listed(self, sort: str) -> list[tuple[Any, Edit | None]]:
        """The parts of a sort, those to be taken out behind them, each with its edit."""
        return [
            (part, self.edit_of(part)) for part in [*self.rows[sort], *self.taken_out.get(sort, ())]
        ]


def as_it_is(project: Project) -> Whole:
    """``project`` has its links and parts at hand."""
    results = list(project.results.all())
    indicators = [one for result in results for one in result.indicators.all()]
    return Whole(
        project,
        links={
            "activities": sorted(one.activity_id for one in project.activities.all()),
            "countries": sorted(one.country for one in project.countries.all()),
            "tags": sorted(one.framework_id for one in project.tags.all()),
            "themes": sorted(one.theme for one in project.themes.all()),
        },
        rows={
            "site": list(project.sites.all()),
            "partner": list(project.partners.all()),
            "milestone": list(project.milestones.all()),
            "finance": list(project.finance.all()),
            "result": results,
            "resultindicator": indicators,
            "target": [target for one in indicators for target in one.targets.all()],
            "document": list(project.documents.all()),
        },
    )


def as_revised(now: Whole, revision: Revision | None) -> Whole:
    """A project as ``revision``, which has its edits at hand, would leave it."""
    edits = [] if revision is None else [one for one in revision.edits.all() if not one.is_empty]
    if not edits:
        return now
    known = _named(edits)
    for edit in edits:
        if edit.adds:
            made: models.Model = KINDS[edit.sort].model(version=edit.version)
            made.pk = -edit.pk
            known[edit.sort, str(-edit.pk)] = made
    edited = {(edit.sort, edit.key or str(-edit.pk)): edit for edit in edits}
    rows: dict[str, list[Any]] = {}
    taken_out: dict[str, list[Any]] = {}
    for sort, parts in now.rows.items():
        known |= {(sort, str(part.pk)): part for part in parts}
        changed = [_edited(part, edited.get((sort, str(part.pk))), known) for part in parts]
        gone = {key for (of, key), edit in edited.items() if of == sort and edit.removed}
        added = [
            _added(known[sort, str(-edit.pk)], edit, now.project, known)
            for edit in edits
            if edit.sort == sort and edit.adds
        ]
        rows[sort] = [part for part in changed if str(part.pk) not in gone] + added
        taken_out[sort] = [part for part in changed if str(part.pk) in gone]
    own = edited.get((PROJECT, str(now.project.pk)))
    project = _edited(now.project, own, known)
    links = dict(now.links) | {
        name: value for name, value in (own.values if own else {}).items() if name in LINKS
    }
    return Whole(project, links, rows, taken_out, edited)


def _named(edits: Iterable[Edit]) -> dict[Key, models.Model]:
    """The organisations and initiatives that edits name, one query for each model."""
    wanted = {
        Organisation: {"lead", "organisation", "source"},
        Initiative: {"initiative"},
    }
    found: dict[Key, models.Model] = {}
    for model, names in wanted.items():
        keys = {edit.values[name] for edit in edits for name in names if edit.values.get(name)}
        if keys:
            label = str(model._meta.model_name)
            rows = model._default_manager.filter(pk__in=keys)
            found |= {(label, str(row.pk)): row for row in rows}
    return found


def _edited(record: Any, edit: Edit | None, known: Mapping[Key, models.Model]) -> Any:
    if edit is None:
        return record
    made = copy(record)
    put(made, edit.values, known)
    made.version = record.version + edit.version
    return made


def _added(made: Any, edit: Edit, project: Project, known: Mapping[Key, models.Model]) -> Any:
    put(made, edit.values, known)
    if any(one.name == PROJECT for one in made._meta.concrete_fields):
        made.project = project
    return made


def put(record: models.Model, values: Mapping[str, Any], known: Mapping[Key, models.Model]) -> None:
    """Set fields from plain data; what a key names is taken from ``known`` where it is there."""
    for name, value in values.items():
        if name in LINKS:
            continue
        one, read = record._meta.get_field(name), as_field(record, name, value)
        if not isinstance(one, models.ForeignKey):
            setattr(record, name, read)
            continue
        setattr(record, one.attname, read)
        named = known.get((str(one.related_model._meta.model_name), str(value)))
        if named is not None:
            setattr(record, name, named)


def as_field(record: models.Model, name: str, value: Any) -> Any:
    """Plain data as the field of a record has it; of a relation the key."""
    one = record._meta.get_field(name)
    assert isinstance(one, models.Field)
    reads = one.target_field if isinstance(one, models.ForeignKey) else one
    return None if value is None else reads.to_python(value)


# --- what an edit changes -----------------------------------------------------------------


def held(record: models.Model, name: str) -> Any:
    """What stands in a field, as plain data."""
    one = record._meta.get_field(name)
    assert isinstance(one, models.Field)
    return plain(one.value_from_object(record))


def in_words(changes: Mapping[str, Sequence[Any]]) -> dict[str, list[Any]]:
    """Changes as the log tells them: links by the keys that people know, not by numbers."""
    return all_in_words([changes])[0]


def all_in_words(changes: Sequence[Mapping[str, Sequence[Any]]]) -> list[dict[str, list[Any]]]:
    """The same for several records, with one query for each model that is named."""
    found = [{name: list(pair) for name, pair in one.items()} for one in changes]
    for name, model in (("activities", Activity), ("tags", Framework)):
        pairs = [one[name] for one in found if name in one]
        numbers = {pk for pair in pairs for side in pair for pk in side or ()}
        if numbers:
            rows = model._default_manager.filter(pk__in=numbers).values_list("pk", "key")
            keys = dict(rows)
            for pair in pairs:
                pair[:] = [sorted(keys[pk] for pk in side or ()) for side in pair]
    return found
