"""An installation put back from an archive, whole or not at all.

Every hash is checked first. Then the rows are loaded where nobody sees them: into a file beside
the database of SQLite, into one transaction of PostgreSQL. There the chain of the log is checked.
Files are moved into place before the rows are: a file that no row names does no harm.
"""

from __future__ import annotations

import json
import shutil
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import ExitStack
from itertools import islice
from pathlib import Path
from typing import Any

from django.core.management.color import no_style
from django.db import connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.db.models.sql import InsertQuery
from django.utils import timezone

from kyoso.core.errors import UsageError
from kyoso.core.text import Text
from kyoso.hub import databases, home
from kyoso.hub.record.backup import (
    FILES,
    KEY,
    ROWS,
    BackupError,
    Manifest,
    Model,
    damaged,
    kept,
    no_backup,
    read_manifest,
    verify,
)
from kyoso.hub.record.models import Head
from kyoso.hub.record.selectors import faults

_BATCH = 100


def restore(file: Path, *, replace: bool = False) -> Manifest:
    """Put an installation back as it was when the backup began. The site must not run.

    With ``replace`` what is there gives way: its files, and the file of its database, are set
    aside under a hidden name; tables on a server are dropped. Raises :class:`UsageError` where
    something is there and must not be replaced, :class:`BackupError`.
    """
    try:
        archive = zipfile.ZipFile(file)
    except (OSError, zipfile.BadZipFile) as fault:
        raise no_backup(file) from fault
    with archive, ExitStack() as afterwards:
        manifest = read_manifest(archive)
        place = home.folder()
        if not replace:
            _refuse_what_is_not_empty(place)
        verify(archive, manifest)
        place.mkdir(mode=0o700, parents=True, exist_ok=True)
        staged = Path(tempfile.mkdtemp(dir=place, prefix=".restoring-"))
        afterwards.callback(shutil.rmtree, staged, ignore_errors=True)
        _extract(archive, manifest, staged)
        if databases.file_of() is not None:
            _into_file(archive, manifest, staged, place)
        else:
            _into_server(archive, manifest, staged, place)
    home.prepare()
    return manifest


def _refuse_what_is_not_empty(place: Path) -> None:
    found = [one for one in place.iterdir() if one.name != home.KEY_FILE] if place.exists() else []
    if found or not databases.is_empty():
        raise UsageError(
            Text(
                "there is an installation already", "既に使われているフォルダまたはデータベースです"
            ),
            where=str(place if found else connection.settings_dict["NAME"]),
            hint=Text(
                "name an empty KYOSO_HOME and database, or say --replace",
                "空のKYOSO_HOMEとデータベースを指定するか、--replace を付けてください",
            ),
        )


# --- files --------------------------------------------------------------------------------


def _extract(archive: zipfile.ZipFile, manifest: Manifest, staged: Path) -> None:
    for name in manifest.parts:
        if name.startswith(FILES):
            path = staged / name.removeprefix(FILES)
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            with archive.open(name) as source, path.open("wb") as target:
                shutil.copyfileobj(source, target)
    if KEY in manifest.parts:
        home.write_secret(staged / home.KEY_FILE, archive.read(KEY).decode())


def _move(staged: Path, place: Path) -> None:
    """What was there goes aside, what was made comes in; only names change."""
    new = [one.name for one in staged.iterdir()]
    aside = place / f".before-{timezone.now():%Y%m%dT%H%M%S%f}"
    stays = set() if home.KEY_FILE in new else {home.KEY_FILE}
    old = [one for one in place.iterdir() if not one.name.startswith(".") and one.name not in stays]
    if old:
        aside.mkdir(mode=0o700)
    for one in old:
        one.rename(aside / one.name)
    for name in new:
        (staged / name).rename(place / name)


# --- rows ---------------------------------------------------------------------------------


def _into_file(archive: zipfile.ZipFile, manifest: Manifest, staged: Path, place: Path) -> None:
    final = databases.file_of()
    assert final is not None
    built = final.parent / f".restoring-{staged.name}.sqlite3"
    try:
        with databases.another_file(built):
            _load(archive, manifest)
        _move(staged, place)
        stamp = f"{timezone.now():%Y%m%dT%H%M%S%f}"
        for left in (final, *final.parent.glob(f"{final.name}-*")):
            if left.exists():  # it lies outside the home, so the move above left it there
                left.rename(left.with_name(f".before-{stamp}-{left.name}"))
        built.rename(final)
    finally:
        for left in final.parent.glob(f"{built.name}*"):
            left.unlink(missing_ok=True)


def _into_server(archive: zipfile.ZipFile, manifest: Manifest, staged: Path, place: Path) -> None:
    with transaction.atomic():
        databases.drop_tables()
        _load(archive, manifest)
        _move(staged, place)


def _load(archive: zipfile.ZipFile, manifest: Manifest) -> None:
    """The tables as they were when the backup was made, its rows, then the tables of today."""
    executor = MigrationExecutor(connection)
    applied = {(app, name) for app, name in manifest.migrations}
    if unknown := sorted(applied - executor.loader.graph.nodes.keys()):
        raise BackupError(
            Text("this backup is of a newer Kyoso", "新しい版のKyosoのバックアップです"),
            where="/".join(unknown[0]),
            hint=Text("install Kyoso {v} first", "先にKyoso {v}を入れてください").format(
                v=manifest.kyoso
            ),
        )
    state = executor.migrate(_latest(executor, applied))
    models = {
        one._meta.label_lower: one for one in kept(state.apps.get_models(include_auto_created=True))
    }
    with transaction.atomic():
        for model in models.values():
            model._base_manager.all()._raw_delete(connection.alias)
        connection.check_constraints()  # and they wait for the end again, as migrations left them
        for name in manifest.parts:
            if name.startswith(ROWS):
                label = name.removeprefix(ROWS).removesuffix(".jsonl")
                if label not in models:
                    raise damaged(name)
                _insert(models[label], archive, name)
        connection.check_constraints()
        _reset_sequences(list(models.values()))
    forward = MigrationExecutor(connection)
    forward.migrate(forward.loader.graph.leaf_nodes())
    _check_the_log(manifest)


def _latest(executor: MigrationExecutor, applied: set[tuple[str, str]]) -> list[tuple[str, str]]:
    nodes = executor.loader.graph.node_map
    return sorted(
        node
        for node in applied
        if not any(
            child.key[0] == node[0] and child.key in applied for child in nodes[node].children
        )
    )


def _insert(model: Model, archive: zipfile.ZipFile, name: str) -> None:
    """As they are: no time is set anew, nothing else happens to them."""
    fields = model._meta.concrete_fields
    by_name = {field.attname: field for field in fields}

    def rows() -> Iterator[Any]:
        with archive.open(name) as stream:
            for line in stream:
                values = json.loads(line)
                yield model(**{one: by_name[one].to_python(values[one]) for one in values})

    waiting = rows()
    while some := list(islice(waiting, _BATCH)):
        query = InsertQuery(model)
        query.insert_values(fields, some, raw=True)
        query.get_compiler(using=connection.alias).execute_sql()


def _reset_sequences(models: list[Model]) -> None:
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), models):
            cursor.execute(statement)


def _check_the_log(manifest: Manifest) -> None:
    head = Head.objects.filter(pk=1).first()
    ends = (head.number, head.hash) if head else (0, manifest.hash)
    if ends != (manifest.number, manifest.hash) or next(faults(), None) is not None:
        raise BackupError(
            Text(
                "the log of acts in this backup is not whole",
                "バックアップ内の記録の連鎖が壊れています",
            ),
            hint=Text("take an earlier backup", "以前のバックアップを使ってください"),
        )
