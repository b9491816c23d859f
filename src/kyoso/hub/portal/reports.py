"""The status reports that the site shows: made by a command, kept as files, served as they are.

Making one takes seconds (the methods run, Typst sets, Word is packed), so no visitor sets it
off: what a page serves costs a file read, on any machine and for any number of visitors.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from django.conf import settings
from django.db.models import Count, Q

from kyoso import reference
from kyoso.core import hashes
from kyoso.core.text import LANGUAGES, Language
from kyoso.hub.programme import selectors
from kyoso.hub.programme.enums import Level
from kyoso.hub.programme.models import Edition, Programme

if TYPE_CHECKING:
    from kyoso.methods.result import Result

FORMATS = ("pdf", "docx")
"""What a visitor can take along."""

_RECORD = "made.json"
_FRAGMENT = "fragment.html"


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A report as it was made: of which state, on which day, and where its files are."""

    state: str
    as_of: str
    title: str
    subtitle: str
    marks: Sequence[str]
    contents: Sequence[Sequence[str]]
    folder: str

    @property
    def day(self) -> date:
        return date.fromisoformat(self.as_of)

    @property
    def fragment(self) -> str:
        """The blocks of the report as HTML."""
        return (Path(self.folder) / _FRAGMENT).read_text(encoding="utf-8")

    def file(self, form: str) -> Path:
        return Path(self.folder) / f"status.{form}"

    @classmethod
    def read(cls, record: Path) -> Self:
        data = json.loads(record.read_text(encoding="utf-8"))
        return cls(**data, folder=str(record.parent))


def latest(programme: str, language: Language) -> Made | None:
    """The report that was made last; ``None`` where none was made yet."""
    place = _place(programme, language)
    current = _current(place)
    return Made.read(place / current / _RECORD) if current else None


def state(programme: Programme, day: date) -> str:
    """The hash of everything that a report says but its day."""
    from kyoso.methods import registry

    return hashes.of_data(
        {
            "software": version("kyoso"),
            "methods": {method.id: method.version for method in registry.methods().values()},
            "reference": {name: reference.load(name).sha256 for name in reference.catalogue()},
            "members": [member.code for member in selectors.members(programme, day)],
            "participation": _participation(programme),
        }
    )


def make(programme: Programme, runs: Sequence[Result], day: date) -> Iterator[Made]:
    """The report of a programme in both languages, replacing the one made last.

    Each appears whole or not at all; a reader of the one before is not disturbed.
    """
    from kyoso.publishing import documents
    from kyoso.publishing.documents import html
    from kyoso.publishing.status import status_report

    now = state(programme, day)
    counts = _participation(programme)
    for language in LANGUAGES:
        document = status_report(
            language, programme=programme.key, runs=runs, participation=counts, as_of=day
        )
        files = {
            _FRAGMENT: html.fragment(document).encode(),
            **{f"status.{form}": documents.render(document, form) for form in FORMATS},
        }
        head = {
            "state": now,
            "as_of": day.isoformat(),
            "title": document.title,
            "subtitle": document.subtitle,
            "marks": document.marks,
            "contents": html.contents(document),
        }
        yield _keep(_place(programme.key, language), head, files)


def _participation(programme: Programme) -> dict[str, int]:
    """How many members take part in each activity that a member answered for; samples apart."""
    try:
        edition = selectors.latest_edition(programme.key)
    except Edition.DoesNotExist:
        return {}
    real = Q(activity__participation__sample=False) & ~Q(activity__participation__level="")
    taking_part = Q(activity__participation__level__in=(Level.LEAD, Level.PARTICIPATE))
    counted = edition.activities.annotate(
        answers=Count("activity__participation", filter=real),
        members=Count("activity__participation", filter=real & taking_part),
    )
    return dict(counted.filter(answers__gt=0).order_by("position").values_list("code", "members"))


# --- files --------------------------------------------------------------------------------


def _place(programme: str, language: Language) -> Path:
    return Path(settings.KYOSO_HOME) / "reports" / programme / language


def _current(place: Path) -> str:
    """The name of the folder made last; empty where there is none."""
    pointer = place / "current"
    return pointer.read_text(encoding="utf-8") if pointer.exists() else ""


def _keep(place: Path, head: Mapping[str, Any], files: Mapping[str, bytes]) -> Made:
    """Write a new folder, point to it, then let go of all but it and the one before."""
    place.mkdir(parents=True, exist_ok=True)
    before = _current(place)
    folder = Path(tempfile.mkdtemp(prefix=f"{head['as_of']}-", dir=place))
    for name, content in files.items():
        (folder / name).write_bytes(content)
    record = json.dumps(head, ensure_ascii=False)
    (folder / _RECORD).write_text(record, encoding="utf-8")
    pointer = folder / "pointer"
    pointer.write_text(folder.name, encoding="utf-8")
    os.replace(pointer, place / "current")  # noqa: PTH105 -- one system call, whole or not
    for old in place.iterdir():
        if old.is_dir() and old.name not in (folder.name, before):
            shutil.rmtree(old, ignore_errors=True)
    return Made.read(folder / _RECORD)
