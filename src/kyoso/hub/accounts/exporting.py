"""All that belongs to an organisation or a person, in one archive of plain files.

What belongs is found in the models, so a new app is exported without being named here: rows that
point at the organisation or the person, their parts (rows that cannot be without them), the
files they hold, and what the log says of them.
"""

from __future__ import annotations

import csv
import io
import json
import tempfile
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from typing import IO, Any

from django.db.models import CASCADE, PROTECT, ForeignKey, Model, Q, QuerySet
from django.utils import timezone

from kyoso.core import hashes
from kyoso.hub.accounts.models import Organisation, User
from kyoso.hub.accounts.selectors import Viewer
from kyoso.hub.evidence.store import content_of
from kyoso.hub.record import visibility
from kyoso.hub.record.models import Event
from kyoso.hub.record.services import entry_of, state_of

SECRETS = frozenset({"password", "secret", "token", "digest", "key_hash"})
"""Fields that open something; they leave with no export."""
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_BATCH = 500

Rows = dict[type[Model], set[Any]]


def of_organisation(organisation: Organisation, viewer: Viewer | None = None) -> IO[bytes]:
    """What is an organisation's own, as far as ``viewer`` may see it; all of it without one."""
    found = _belonging(organisation, viewer)
    return _archive(organisation, found, _log_of(found))


def of_person(person: User) -> IO[bytes]:
    """What a person made or is named in, and every act of theirs."""
    found = _belonging(person, person)
    acts = Event.objects.filter(actor_key=str(person.pk))
    return _archive(person, found, acts)


# --- what belongs -------------------------------------------------------------------------


def _belonging(start: Model, viewer: Viewer | None) -> Rows:
    found: Rows = {start._meta.model: {start.pk}}
    for model, field in _pointing_at(start._meta.model):
        _add(found, model, Q(**{field.name: start.pk}), viewer)
    fresh = dict(found)
    while fresh:
        before = {model: set(keys) for model, keys in found.items()}
        for owner, keys in fresh.items():
            if owner in (User, Organisation):
                continue
            for model, field in _pointing_at(owner):
                if _is_part(field):
                    for some in _batches(keys):
                        _add(found, model, Q(**{f"{field.name}__in": some}), viewer)
        fresh = {
            model: new for model, keys in found.items() if (new := keys - before.get(model, set()))
        }
    return found


def _is_part(field: ForeignKey[Any, Any]) -> bool:
    """Whether a row cannot be without the one that it points at: it goes with it, or keeps it."""
    rule = field.remote_field.on_delete
    return rule is CASCADE or (rule is PROTECT and not field.null)


def _pointing_at(target: type[Model]) -> Iterator[tuple[type[Model], ForeignKey[Any, Any]]]:
    for model in visibility.our_models():
        if model is Event:
            continue
        for field in model._meta.concrete_fields:
            if isinstance(field, ForeignKey) and field.related_model is target:
                yield model, field


def _add(found: Rows, model: type[Model], belonging: Q, viewer: Viewer | None) -> None:
    rows = model._default_manager.filter(belonging)
    if viewer is not None:
        rows = visibility.limited(rows, viewer)
    found.setdefault(model, set()).update(rows.values_list("pk", flat=True))


def _batches(keys: Iterable[Any]) -> Iterator[list[Any]]:
    ordered = sorted(keys, key=str)
    for start in range(0, len(ordered), _BATCH):
        yield ordered[start : start + _BATCH]


def _log_of(found: Rows) -> QuerySet[Event]:
    of_these = Q(pk__in=[])
    for model, keys in found.items():
        for some in _batches(keys):
            of_these |= Q(kind=model._meta.label_lower, key__in=[str(key) for key in some])
    return Event.objects.filter(of_these)


# --- the archive --------------------------------------------------------------------------


def _archive(start: Model, found: Rows, events: QuerySet[Event]) -> IO[bytes]:
    made = tempfile.TemporaryFile()  # noqa: SIM115 -- the answer streams it and closes it
    with ExitStack() as in_case, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        in_case.callback(made.close)
        counts = {}
        for model in sorted(found, key=lambda one: one._meta.label_lower):
            rows = list(_rows(model, found[model]))
            if not rows:
                continue
            name = _name_of(model)
            counts[name] = len(rows)
            archive.writestr(f"data/{name}.json", json.dumps(rows, ensure_ascii=False, indent=1))
            archive.writestr(f"data/{name}.csv", _csv(rows))
            _add_files(archive, rows)
        with archive.open("log.jsonl", "w") as log:
            for event in events.order_by("number").iterator(chunk_size=_BATCH):
                log.write(hashes.canonical(entry_of(event) | {"hash": event.hash}) + b"\n")
        about = {
            "of": _name_of(start._meta.model),
            "key": str(start.pk),
            "name": str(start),
            "made": timezone.now().isoformat(),
            "rows": counts,
        }
        archive.writestr("about.json", json.dumps(about, ensure_ascii=False, indent=1))
        in_case.pop_all()
    made.seek(0)
    return made


def _name_of(model: type[Model]) -> str:
    """The name of a model in an export: ``accounts.membership``."""
    return model._meta.label_lower


def _rows(model: type[Model], keys: set[Any]) -> Iterator[dict[str, Any]]:
    for some in _batches(keys):
        for row in model._default_manager.filter(pk__in=some).order_by("pk"):
            yield {name: value for name, value in state_of(row).items() if name not in SECRETS}


def _csv(rows: list[dict[str, Any]]) -> str:
    stream = io.StringIO()
    writer = csv.DictWriter(stream, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows({name: _cell(value) for name, value in row.items()} for row in rows)
    return stream.getvalue()


def _cell(value: Any) -> Any:
    """A cell that no spreadsheet takes for a formula."""
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False)
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value


def _add_files(archive: zipfile.ZipFile, rows: list[dict[str, Any]]) -> None:
    there = set(archive.namelist())
    for sha256 in {row["sha256"] for row in rows if row.get("sha256")}:
        name = f"files/{sha256}"
        if name not in there and content_of(sha256).exists():
            archive.write(content_of(sha256), name)
