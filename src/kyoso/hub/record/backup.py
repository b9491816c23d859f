"""All of an installation in one archive, made while the site runs; and back.

The rows are read in one snapshot of the database and written as JSON, so a backup does not depend
on which database it came from: one of SQLite can be restored to PostgreSQL and the other way
round. Then the files are copied: they are immutable and are there before the rows that name them.
Sessions stay behind, and letters that wait in the outbox: both would open accounts. :mod:`kyoso.hub.record.restoring` puts an archive back.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from importlib.metadata import version
from itertools import chain
from pathlib import Path
from typing import IO, Any

from django.apps import apps
from django.db import connection, models
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from kyoso.core import hashes
from kyoso.core.errors import KyosoError, UsageError
from kyoso.core.text import Text
from kyoso.hub import databases, home
from kyoso.hub.record.models import Head
from kyoso.hub.record.services import plain

FORM = 1
MANIFEST = "manifest.json"
LEFT_BEHIND = frozenset({"sessions.session"})
_OUTSIDE = ("outbox", "evidence/work")
ROWS, FILES, KEY = "rows/", "files/", "secret-key"
_CHUNK = 1 << 20
_BATCH = 200

Model = type[models.Model]


class BackupError(KyosoError, ValueError):
    """An archive that cannot be restored as it is."""

    code = "backup"


@dataclass(frozen=True, slots=True)
class Entry:
    """A part of an archive: its hash, its bytes and, for rows, their number."""

    sha256: str
    size: int
    rows: int | None = None


@dataclass(frozen=True, slots=True)
class Manifest:
    """What an archive holds. ``number`` and ``hash`` are the end of the log in it."""

    made: str
    kyoso: str
    migrations: list[list[str]]
    number: int
    hash: str
    parts: dict[str, Entry]

    @property
    def files(self) -> int:
        return sum(name.startswith(FILES) for name in self.parts)


# --- making -------------------------------------------------------------------------------


def backup(file: Path, *, with_key: bool = False) -> Manifest:
    """Write the archive; it is there whole or not at all, and only its owner may read it.

    Raises :class:`UsageError` where the file is there already or the database is not up to date.
    """
    if file.exists():
        raise UsageError(
            Text("this file is there already", "このファイルは既にあります"),
            where=str(file),
            hint=Text("name another one", "別の名前を指定してください"),
        )
    _refuse_what_is_not_up_to_date()
    handle, written = tempfile.mkstemp(dir=file.absolute().parent, prefix=".backup-")
    try:
        with os.fdopen(handle, "wb") as stream:
            made = _write(stream, with_key=with_key)
            stream.flush()
            os.fsync(stream.fileno())
        Path(written).rename(file)
    finally:
        Path(written).unlink(missing_ok=True)
    return made


def _refuse_what_is_not_up_to_date() -> None:
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise UsageError(
            Text("the database is not up to date", "データベースが最新の状態ではありません"),
            hint=Text(
                "run kyoso manage migrate first", "先に kyoso manage migrate を実行してください"
            ),
        )


def _write(stream: IO[bytes], *, with_key: bool) -> Manifest:
    parts: dict[str, Entry] = {}
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, allowZip64=True) as archive:
        with databases.snapshot():
            head = Head.objects.filter(pk=1).first()
            for model in kept(apps.get_models(include_auto_created=True)):
                name = f"{ROWS}{model._meta.label_lower}.jsonl"
                parts[name] = _copy(archive, name, _lines(model))
        for name, path in _files():
            try:
                parts[name] = _copy(archive, name, _chunks(path))
            except FileNotFoundError:
                continue  # deleted meanwhile, by an act that the snapshot does not know
        if with_key:
            parts[KEY] = _copy(archive, KEY, iter([home.secret_key().encode()]))
        manifest = Manifest(
            made=timezone.now().isoformat(),
            kyoso=version("kyoso"),
            migrations=sorted(map(list, MigrationExecutor(connection).loader.applied_migrations)),
            number=head.number if head else 0,
            hash=head.hash if head else hashes.CHAIN_START,
            parts=parts,
        )
        archive.writestr(MANIFEST, json.dumps({"form": FORM} | asdict(manifest), indent=1))
    return manifest


def kept(found: Iterable[Model]) -> Iterator[Model]:
    """The models whose rows an archive holds."""
    for model in found:
        own = model._meta.managed and not model._meta.proxy
        if own and model._meta.label_lower not in LEFT_BEHIND:
            yield model


def _lines(model: Model) -> Iterator[bytes]:
    fields = model._meta.concrete_fields
    for row in model._base_manager.order_by("pk").iterator(chunk_size=_BATCH):
        values = {field.attname: _written(field, row) for field in fields}
        yield json.dumps(values, ensure_ascii=False, allow_nan=False).encode() + b"\n"


def _written(field: models.Field[Any, Any], row: models.Model) -> Any:
    value = plain(field.value_from_object(row))
    whole = value is None or isinstance(value, bool | int | str | list | dict)
    return value if whole else field.value_to_string(row)


def _files() -> Iterator[tuple[str, Path]]:
    """Everything under ``KYOSO_HOME`` but the database, the key, letters and unfinished work."""
    place = home.folder()
    for path in sorted(place.rglob("*")):
        name = path.relative_to(place).as_posix()
        hidden = any(part.startswith(".") for part in Path(name).parts)
        outside = any(name == one or name.startswith(f"{one}/") for one in _OUTSIDE)
        if path.is_file() and not hidden and not outside and not _is_own(name):
            yield f"{FILES}{name}", path


def _is_own(name: str) -> bool:
    return name == home.KEY_FILE or name.startswith("kyoso.sqlite3")


def _chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as stream:
        while chunk := stream.read(_CHUNK):
            yield chunk


def _copy(archive: zipfile.ZipFile, name: str, content: Iterator[bytes]) -> Entry:
    first = next(content, None)  # a file that is gone fails here, before its entry is begun
    digest, size, count = hashlib.sha256(), 0, 0
    with archive.open(name, "w", force_zip64=True) as stream:
        for chunk in () if first is None else chain((first,), content):
            digest.update(chunk)
            size += len(chunk)
            count += 1
            stream.write(chunk)
    return Entry(digest.hexdigest(), size, count if name.startswith(ROWS) else None)


# --- reading ------------------------------------------------------------------------------


def read_manifest(archive: zipfile.ZipFile) -> Manifest:
    """Raises :class:`BackupError` for what no ``kyoso backup`` wrote."""
    try:
        data = json.loads(archive.read(MANIFEST))
        parts = {name: Entry(**entry) for name, entry in data.pop("parts").items()}
        if data.pop("form") == FORM:
            return Manifest(**data, parts=parts)
    except (KeyError, TypeError, ValueError):
        pass
    raise no_backup(archive.filename)


def no_backup(name: object) -> BackupError:
    """The fault of a file that is none."""
    return BackupError(
        Text("this is no backup of Kyoso", "Kyosoのバックアップではありません"),
        where=str(name),
        hint=Text(
            "name a file that kyoso backup has written",
            "kyoso backup で作成したファイルを指定してください",
        ),
    )


def verify(archive: zipfile.ZipFile, manifest: Manifest) -> None:
    """Every part is there as it was written, and nothing else. Raises :class:`BackupError`."""
    there = set(archive.namelist()) - {MANIFEST}
    for name in sorted(there | manifest.parts.keys()):
        expected = manifest.parts.get(name)
        safe = not Path(name).is_absolute() and ".." not in Path(name).parts
        if not safe or expected is None or name not in there:
            raise damaged(name)
        try:
            found = _hash_of(archive, name)
        except (zipfile.BadZipFile, OSError, EOFError) as fault:
            raise damaged(name) from fault
        if found != expected.sha256:
            raise damaged(name)


def _hash_of(archive: zipfile.ZipFile, name: str) -> str:
    digest = hashlib.sha256()
    with archive.open(name) as stream:
        while chunk := stream.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def damaged(name: str) -> BackupError:
    """The fault of a part that is not as it was written."""
    return BackupError(
        Text(
            "this part of the backup is not as it was written",
            "バックアップのこの部分が壊れています",
        ),
        where=name,
        hint=Text("take an earlier backup", "以前のバックアップを使ってください"),
    )
