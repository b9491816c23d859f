"""A result as the site keeps it: tables as Parquet, figures in both languages, the record."""

from __future__ import annotations

import tempfile
import uuid
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache, partial
from pathlib import Path
from typing import IO, Any

import pyarrow as pa
import pyarrow.parquet as pq

from kyoso import reference
from kyoso.core.text import LANGUAGES, Language, Text
from kyoso.hub.evidence import store
from kyoso.methods import registry
from kyoso.methods.declaration import Method
from kyoso.methods.earlier import as_kept
from kyoso.methods.result import Result
from kyoso.methods.running import Progress, on_example
from kyoso.publishing import charts, results, workbooks
from kyoso.tables.writing import write as write_table

FORMS = ("csv", "parquet", "xlsx")
"""What a table can be taken as."""
RECORD = "result.json"
MOST_ROWS = workbooks.MOST_ROWS


@dataclass(frozen=True, slots=True)
class Kept:
    """What the database holds of a result that lies in its folder."""

    record: dict[str, Any]
    shows_sample: bool


def write(result: Result, place: Path, tell: Progress) -> Kept:
    """Write a result to the new folder ``place``."""
    (place / "tables").mkdir(parents=True)
    (place / "inputs").mkdir()
    tell(0.85, Text("writing tables", "表を書き出しています"))
    rows = {
        name: write_table(output.batches(), output.schema, _table(place, name), "parquet")
        for name, output in result.tables.items()
    }
    for name, read in result.inputs.items():
        file = place / "inputs" / f"{name}.parquet"
        write_table(read.batches(), read.schema, file, "parquet")
    tell(0.95, Text("drawing", "図を描いています"))
    for language in LANGUAGES:
        _draw(result, place, language)
    record = results.record(result, rows)
    (place / RECORD).write_text(results.as_json(record), encoding="utf-8")
    sample = on_example(result) or any(_names_sample(_table(place, name)) for name in rows)
    return Kept(record, sample)


def _table(place: Path, name: str) -> Path:
    return place / "tables" / f"{name}.parquet"


def _draw(result: Result, place: Path, language: Language) -> None:
    folder = place / "figures" / language
    folder.mkdir(parents=True)
    sample = on_example(result)
    for figure in result.method.figures:
        table = result.tables[figure.table].arrow()
        draw = partial(charts.svg, figure, table, result.method, language, sample=sample)
        on_page = draw(titled=False, wide=charts.NARROW) + draw(titled=False)
        for ending, picture in (("", draw()), (".page", on_page)):
            (folder / f"{figure.name}{ending}.svg").write_text(picture, encoding="utf-8")


def _names_sample(file: Path) -> bool:
    names = pq.read_schema(file).names
    if "country" not in names:
        return False
    codes = pq.read_table(file, columns=["country"])["country"].unique().to_pylist()
    return not reference.sample_countries().isdisjoint(codes)


def figure(place: Path, name: str, language: Language, *, titled: bool) -> str:
    """A figure as it was drawn; without its title for a page, and with the drawing for phones."""
    ending = "" if titled else ".page"
    return (place / "figures" / language / f"{name}{ending}.svg").read_text(encoding="utf-8")


# --- reading back -------------------------------------------------------------------------


@lru_cache(maxsize=256)
def method_of(method: str, run: uuid.UUID) -> Method:
    """A method as a run of it that is done holds its tables and figures: see :func:`as_kept`.

    A result never changes, so neither does what it holds. Raises :class:`NotFoundError` where the
    method is no longer there.
    """
    columns = {name: pq.read_schema(file).names for name, file in store.tables_of(run).items()}
    drawn = (store.folder_of(run) / "figures").glob("*/*.svg")
    return as_kept(registry.get(method), columns, {file.name.partition(".")[0] for file in drawn})


def rows(file: Path, first: int, count: int) -> pa.Table:
    """``count`` rows of a kept table from the ``first`` on (0 is the first); skips what it can."""
    with pq.ParquetFile(file) as table:
        start, wanted = 0, []
        for group in range(table.num_row_groups):
            end = start + table.metadata.row_group(group).num_rows
            if end > first and start < first + count:
                wanted.append((group, start))
            start = end
        if not wanted:
            return table.schema_arrow.empty_table()
        read = table.read_row_groups([group for group, _ in wanted])
        return read.slice(first - wanted[0][1], count)


def download(file: Path, method: Method, name: str, form: str) -> IO[bytes]:
    """An output table in one of :data:`FORMS`, as an open file.

    Raises :class:`UsageError` for a workbook of more rows than a sheet holds.
    """
    if form == "parquet":
        return file.open("rb")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"{name}.{form}"
        if form == "xlsx":
            declared = {name: method.output(name)}
            workbooks.write_tables({name: pq.read_table(file)}, path, declared=declared)
        else:
            _as_csv(file, path)
        return path.open("rb")  # stays readable when the folder is gone


def _as_csv(file: Path, path: Path) -> None:
    with pq.ParquetFile(file) as table:
        write_table(table.iter_batches(), table.schema_arrow, path, "csv")


def archive(place: Path, method: Method, language: Language) -> IO[bytes]:
    """All of a result as ``kyoso run`` writes it, in one ZIP file that is open."""
    made = tempfile.TemporaryFile()  # noqa: SIM115 -- the answer streams it and closes it
    with (
        zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive,
        tempfile.TemporaryDirectory() as folder,
    ):
        for name, path in _files(place, method, Path(folder)):
            archive.write(path, name)
        for drawn in method.figures:
            archive.writestr(
                f"figures/{drawn.name}.svg", figure(place, drawn.name, language, titled=True)
            )
        archive.write(place / RECORD, RECORD)
    made.seek(0)
    return made


def _files(place: Path, method: Method, folder: Path) -> Iterator[tuple[str, Path]]:
    for output in method.outputs:
        path = folder / f"{output.name}.csv"
        _as_csv(_table(place, output.name), path)
        yield path.name, path
