"""Open data: what can be taken along, each with source, licence and verification.

Reference tables go out as shipped. Of a programme only our own words go out, never an official
text that an operator imported, and of participation only what members answered: sample rows
are left out.
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet

from kyoso import reference
from kyoso.core.text import Text, same
from kyoso.hub import texts
from kyoso.hub.programme.models import (
    ActivityBody,
    ActivityFramework,
    ActivityInstrument,
    ActivityText,
    Cited,
    Edition,
    Heading,
    Indicator,
    InitiativeActivity,
    Participation,
    Programme,
)
from kyoso.reference.loading import ReferenceTable

_CSVW = "http://www.w3.org/ns/csvw"

PARTICIPATION_SOURCE = "reply of the member's focal point, recorded on this site"
PARTICIPATION_LICENCE = "facts"
PARTICIPATION_COLUMNS = (
    *("programme", "edition", "code", "activity", "member", "level", "changed_at"),
    *("source", "licence"),
)


@dataclass(frozen=True, slots=True)
class Dataset:
    """A reference table as the page lists it."""

    table: ReferenceTable

    @property
    def name(self) -> str:
        return self.table.name

    @property
    def subject(self) -> str:
        return self.table.name.partition("/")[0]

    @property
    def short(self) -> str:
        return self.table.name.partition("/")[2]

    @property
    def title(self) -> Text | None:
        """What it holds, in words; a table that came with a new room may have none yet."""
        entry = texts.entries().get(f"portal.data.table.{self.name.replace('/', '_')}")
        return entry.many if entry else None

    @property
    def rows(self) -> int:
        return len(self.table.rows)

    @property
    def sources(self) -> list[str]:
        return list(dict.fromkeys(row["document"] for row in self.table.rows))

    @property
    def licences(self) -> list[str]:
        return list(dict.fromkeys(row["licence"] for row in self.table.rows))


@dataclass(frozen=True, slots=True)
class Subject:
    """The tables that stand in one folder."""

    key: str
    datasets: Sequence[Dataset]

    @property
    def title(self) -> Text:
        entry = texts.entries().get(f"portal.data.subject.{self.key}")
        return entry.many if entry else same(self.key)


def subjects() -> list[Subject]:
    """All reference tables."""
    found: dict[str, list[Dataset]] = {}
    for name in reference.catalogue():
        dataset = Dataset(reference.load(name))
        found.setdefault(dataset.subject, []).append(dataset)
    return [Subject(key, datasets) for key, datasets in found.items()]


def table_metadata(table: ReferenceTable) -> dict[str, Any]:
    """The table's description as W3C CSV on the Web metadata (Recommendation of 17 Dec. 2015)."""
    dataset = Dataset(table)
    return {
        "@context": _CSVW,
        "url": f"{dataset.short}.csv",
        "dc:title": _in_languages(dataset.title) if dataset.title else dataset.short,
        "dc:identifier": f"sha256:{table.sha256}",
        "dc:source": dataset.sources,
        "dc:license": dataset.licences,
        "notes": [
            {
                "rows": dataset.rows,
                "verification": dict(Counter(row["verification"] for row in table.rows)),
                "citation": "the last columns of every row: " + ", ".join(reference.CITATION),
            }
        ],
        "tableSchema": {"columns": _columns(table.columns)},
    }


def _in_languages(text: Text) -> list[dict[str, str]]:
    return [{"@value": words, "@language": code} for code, words in text.as_dict().items()]


# --- programmes ---------------------------------------------------------------------------


def programmes() -> QuerySet[Programme]:
    """All programmes with their editions and the number of answers that members gave."""
    real = Q(activities__participation__sample=False) & ~Q(activities__participation__level="")
    answers = Count("activities__participation", filter=real)
    # A query that groups forgets the order of its model.
    return (
        Programme.objects.prefetch_related("editions")
        .annotate(answers=answers)
        .order_by("position", "key")
    )


def programme_catalogue(programme: Programme) -> dict[str, Any]:
    """The catalogue of a programme: editions, activities, what belongs to them, indicators."""
    return {
        "about": {
            "publisher": "Kyoso",
            "words": "titles and aims are Kyoso's own words, not the official text",
            "licence": "as each record's source says",
        },
        "programme": {
            "key": programme.key,
            "name": programme.name.as_dict(),
            "abbreviation": programme.abbreviation or None,
            "members": programme.members_group,
            "source": _source(programme),
        },
        "editions": [
            _edition(edition) for edition in programme.editions.exclude(adoption__sample=True)
        ],
        "links": _links(programme),
        "indicators": [_indicator(one) for one in programme.indicators.select_related("activity")],
    }


def _source(row: Cited) -> dict[str, str]:
    return {
        "document": row.source_document,
        "place": row.source_place,
        "year": row.source_year,
        "licence": row.licence,
        "verification": row.verification,
        "note": row.note,
    }


def _edition(edition: Edition) -> dict[str, Any]:
    return {
        "edition": edition.label,
        "title": edition.title.as_dict(),
        "adopted": edition.adopted.isoformat() if edition.adopted else None,
        "place": edition.adopted_at.as_dict() if edition.adopted_at else None,
        "source": _source(edition),
        "headings": [_heading(one) for one in edition.headings.select_related("parent")],
        "activities": [
            _activity(one)
            for one in edition.activities.select_related("activity", "pillar", "section", "group")
        ],
    }


def _heading(heading: Heading) -> dict[str, Any]:
    return {
        "kind": heading.kind,
        "code": heading.code,
        "parent": heading.parent.code if heading.parent else None,
        "title": heading.title.as_dict(),
        "source": _source(heading),
    }


def _activity(text: ActivityText) -> dict[str, Any]:
    return {
        "activity": text.activity.key,
        "code": text.code,
        **{
            kind: heading.code if heading else None
            for kind, heading in (
                ("pillar", text.pillar),
                ("section", text.section),
                ("group", text.group),
            )
        },
        "annex": text.annex or None,
        "title": text.title.as_dict(),
        "aim": text.aim.as_dict(),
        "source": _source(text),
    }


def _links(programme: Programme) -> dict[str, list[dict[str, Any]]]:
    """What the activities name or serve, by kind of thing."""
    of = {"activity__programme": programme}
    return {
        "instruments": [
            {
                "activity": link.activity.key,
                "instrument": link.instrument.key,
                "kind": link.instrument.kind,
                "name": link.instrument.name.as_dict(),
                "source": _source(link),
            }
            for link in ActivityInstrument.objects.filter(**of).select_related(
                "activity", "instrument"
            )
        ],
        "frameworks": [
            {
                "activity": link.activity.key,
                "framework": link.framework.key,
                "kind": link.framework.kind,
                "name": link.framework.name.as_dict(),
                "basis": link.basis,
                "source": _source(link),
            }
            for link in ActivityFramework.objects.filter(**of).select_related(
                "activity", "framework"
            )
        ],
        "bodies": [
            {
                "activity": link.activity.key,
                "body": link.body.key,
                "kind": link.body.kind,
                "name": link.body.name.as_dict(),
                "basis": link.basis,
                "source": _source(link),
            }
            for link in ActivityBody.objects.filter(**of).select_related("activity", "body")
        ],
        "initiatives": [
            {
                "activity": link.activity.key,
                "initiative": link.initiative.key,
                "name": link.initiative.name.as_dict(),
                "theme": link.theme.as_dict(),
                "basis": link.basis,
                "source": _source(link),
            }
            for link in InitiativeActivity.objects.filter(**of).select_related(
                "activity", "initiative"
            )
        ],
    }


def _indicator(one: Indicator) -> dict[str, Any]:
    """Absent numbers are ``null``: not reported, which is not zero."""
    return {
        "indicator": one.key,
        "section": one.section_code or None,
        "activity": one.activity.key if one.activity else None,
        "title": one.title.as_dict(),
        "kind": one.kind,
        "unit": one.unit.as_dict(),
        "scope": one.scope.as_dict() if one.scope else None,
        "direction": one.direction or None,
        "qualifier": one.qualifier or None,
        "baseline": {"value": one.baseline, "date": one.baseline_date or None},
        "target": {"value": one.target, "date": one.target_date or None},
        "value": {"value": one.value, "date": one.value_date or None},
        "source": _source(one),
    }


# --- participation ------------------------------------------------------------------------


def participation_csv(programme: Programme, edition: Edition) -> str:
    """The answers of members, one row each, under the codes of an edition; no sample rows.

    A member and activity without a row have no reply. ``code`` is empty for an activity that
    the edition no longer has.
    """
    codes = dict(edition.activities.values_list("activity_id", "code"))
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(PARTICIPATION_COLUMNS)
    for one in _answers(programme):
        writer.writerow(
            (
                programme.key,
                edition.label,
                codes.get(one.activity_id, ""),
                one.activity.key,
                one.member,
                one.level,
                one.changed_at.date().isoformat(),
                PARTICIPATION_SOURCE,
                PARTICIPATION_LICENCE,
            )
        )
    return stream.getvalue()


def _answers(programme: Programme) -> QuerySet[Participation]:
    return (
        Participation.objects.answered()
        .filter(programme=programme, sample=False)
        .select_related("activity")
        .order_by("activity__key", "member")
    )


def participation_metadata(programme: Programme) -> dict[str, Any]:
    """The description of the participation file, as CSV on the Web metadata."""
    return {
        "@context": _CSVW,
        "url": "participation.csv",
        "dc:title": _in_languages(texts.say("portal.data.participation", name=programme.name)),
        "dc:source": PARTICIPATION_SOURCE,
        "dc:license": PARTICIPATION_LICENCE,
        "notes": [
            {
                "missing": "a member and activity without a row: no reply, which is not a no",
                "samples": "rows of sample countries are left out",
            }
        ],
        "tableSchema": {"columns": _columns(PARTICIPATION_COLUMNS)},
    }


def _columns(names: Sequence[str]) -> list[dict[str, str]]:
    return [
        {
            "name": name,
            "titles": name,
            "datatype": "date" if name == "changed_at" else "string",
        }
        for name in names
    ]
