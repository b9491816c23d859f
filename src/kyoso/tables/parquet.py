"""Parquet at the door: typed already, it stays on disk; only its columns are compared here.

Values are checked by :mod:`kyoso.tables.checking` like everybody else's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq

from kyoso.core.text import Text
from kyoso.tables.declaration import Column, Type
from kyoso.tables.given import FILE, ROW, Given
from kyoso.tables.headers import Match, match

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from kyoso.tables.engine import Engine

IBIS: Mapping[Type, str] = {
    Type.TEXT: "string",
    Type.INTEGER: "int64",
    Type.NUMBER: "float64",
    Type.BOOLEAN: "boolean",
    Type.DATE: "date",
}

_FITS: Mapping[Type, Callable[[pa.DataType], bool]] = {
    Type.TEXT: lambda t: (
        pa.types.is_string(t) or pa.types.is_large_string(t) or pa.types.is_string_view(t)
    ),
    Type.INTEGER: pa.types.is_integer,
    Type.NUMBER: lambda t: (
        pa.types.is_integer(t) or pa.types.is_floating(t) or pa.types.is_decimal(t)
    ),
    Type.BOOLEAN: pa.types.is_boolean,
    Type.DATE: pa.types.is_date,  # a time of day has no day until it has a time zone
}


_RESERVED = (ROW, FILE, "file_row_number")
"""Names under which the engines give the place of a row."""


def open_parquet(given: Given, engine: Engine) -> None:
    """Give ``given`` its relation, or say in its problems why not."""
    given.folder = given.path.is_dir()
    files = _files(given.path) if given.folder else [given.path]
    if not files:
        given.tell_empty()
        return
    try:
        metadata = {file: pq.read_metadata(file) for file in files}
    except (pa.ArrowException, OSError):
        _tell_unreadable(given, files)
        return
    schemas = {file: one.schema.to_arrow_schema() for file, one in metadata.items()}
    header = list(dict.fromkeys(name for one in schemas.values() for name in one.names))
    if reserved := [name for name in header if name.lower() in _RESERVED]:
        _tell_reserved(given, reserved)
        return
    found = match(given, header)
    names = {name: header[at] for name, at in found.places.items()}
    for file, schema in schemas.items():
        _compare(given, file, schema, names)
    if given.problems:
        return
    given.rows = sum(one.num_rows for one in metadata.values())
    if given.rows == 0:
        given.tell_empty()
        return
    raw = engine.parquet(files)
    place = {ROW: raw[ROW]}
    if given.folder:
        place[FILE] = raw[FILE].substr(len(str(given.path)) + 1)
    given.relation = raw.select(**dict(_columns(given, raw, names, found)), **place)


def _files(folder: Path) -> list[Path]:
    """The Parquet files in a folder and those under it.

    Names that begin with a point or an underscore are marks that systems leave beside data
    (macOS, Spark); Spark passes over them as well.
    """
    found = (file.relative_to(folder) for file in folder.rglob("*.parquet") if file.is_file())
    own = (file for file in found if not any(part.startswith((".", "_")) for part in file.parts))
    return [folder / file for file in sorted(own)]


def _name(given: Given, file: Path) -> str:
    return file.relative_to(given.path).as_posix() if given.folder else file.name


def _columns(
    given: Given, raw: ir.Table, names: Mapping[str, str], found: Match
) -> Iterator[tuple[str, ir.Value]]:
    import ibis

    for column in given.declared.columns:
        kind = IBIS[column.type]
        if column.name not in names:
            constant = found.constants.get(column.name, column.default)
            yield column.name, ibis.literal(constant).cast(kind)
            continue
        value = raw[names[column.name]]
        # Whole numbers of any width serve as they are; Parquet then knows their extremes.
        if column.type is not Type.INTEGER or not value.type().is_integer():
            value = value.cast(kind)
        if (factor := found.factors.get(column.name, 1.0)) != 1.0:
            value = value * factor
        if column.type is Type.TEXT and not column.required:
            value = value.nullif("")  # as everywhere: an empty cell is absent
        yield column.name, value if column.default is None else value.fill_null(column.default)


def _compare(given: Given, file: Path, schema: pa.Schema, names: Mapping[str, str]) -> None:
    for column in given.declared.columns:
        if column.name not in names:
            continue
        at = schema.get_field_index(names[column.name])
        if at >= 0:
            kind = schema.field(at).type
            kind = kind.value_type if pa.types.is_dictionary(kind) else kind
            if not (pa.types.is_null(kind) or _FITS[column.type](kind)):
                _tell_kind(given, file, column, kind)
        elif column.required:
            given.tell(
                Text("the column is missing", "列がありません"),
                Text("add it, as in the other files", "他のファイルと同じ列を加えてください"),
                row=1,
                column=column.name,
                file=_name(given, file),
                code="column-missing",
            )


def _tell_kind(given: Given, file: Path, column: Column, kind: pa.DataType) -> None:
    given.tell(
        Text("the column holds {kind}", "列の型は{kind}です").format(kind=kind),
        Text("make it a column of type {type}", "{type}の列にしてください").format(
            type=column.type.label
        ),
        row=1,
        column=column.name,
        file=_name(given, file),
        code="type",
    )


def _tell_reserved(given: Given, names: list[str]) -> None:
    for name in names:
        given.tell(
            Text("this name is taken", "使えない列名です"),
            Text("give the column another name", "別の列名にしてください"),
            row=1,
            column=name,
            code="column-name",
        )


def _tell_unreadable(given: Given, files: list[Path]) -> None:
    for file in files:
        try:
            pq.read_metadata(file)
        except (pa.ArrowException, OSError):
            given.tell(
                Text("not a Parquet file", "Parquetファイルとして読めません"),
                Text("write the file again", "ファイルを書き出し直してください"),
                file=_name(given, file),
                code="parquet",
            )
