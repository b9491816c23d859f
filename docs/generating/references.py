"""The reference data: every file with its sources, licences and verification counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import groupby

from generating.markdown import lede, page, table
from kyoso import reference
from kyoso.reference import CITATION, VERIFICATIONS, ReferenceTable

_TITLE = "Reference data"
_LEDE = (
    "Facts that Kyoso ships. Every row says where it comes from, under which licence it is shipped "
    "and how well it was verified. What is not verified is marked wherever a result rests on it."
)
_SUBJECTS = {
    "flows": "Products and their lifetimes",
    "ghg": "Greenhouse gases",
    "places": "Countries and memberships",
    "programme": "The two programmes",
}


def pages() -> Iterator[tuple[str, str]]:
    """Path and text of the page."""
    tables = [reference.load(name) for name in reference.catalogue()]
    subjects = groupby(tables, key=lambda one: one.name.partition("/")[0])
    yield (
        "reference.md",
        page(
            "en",
            f"# {_TITLE}",
            lede(_LEDE),
            _overview(tables),
            *(part for name, found in subjects for part in _subject(name, list(found))),
        ),
    )


def _overview(tables: list[ReferenceTable]) -> str:
    counted = [_verified(one) for one in tables]
    rows = [
        (f"[{_breaking(one.name)}](#{_anchor(one)})", str(len(one.rows)), *map(str, counts))
        for one, counts in zip(tables, counted, strict=True)
    ]
    sums = (str(sum(column)) for column in zip(*counted, strict=True))
    total = ("**all**", str(sum(len(one.rows) for one in tables)), *sums)
    head = ("table", "rows", *(name.replace("-", " ") for name in VERIFICATIONS))
    return table(head, [*rows, total], numbers=(1, 2, 3, 4))


def _breaking(name: str) -> str:
    """A long name as code that may break after a part of it."""
    return f"<code>{name.replace('/', '/<wbr>').replace('_', '_<wbr>')}</code>"


def _verified(one: ReferenceTable) -> tuple[int, ...]:
    counts = Counter(row["verification"] for row in one.rows)
    return tuple(counts[name] for name in VERIFICATIONS)


def _anchor(one: ReferenceTable) -> str:
    return one.name.replace("/", "-")


def _subject(name: str, tables: list[ReferenceTable]) -> Iterator[str]:
    yield f"## {_SUBJECTS.get(name, name)} {{ #{name} }}"
    yield from map(_table, tables)


def _table(one: ReferenceTable) -> str:
    columns = ", ".join(f"`{name}`" for name in one.columns if name not in CITATION)
    licences = "; ".join(sorted({row["licence"] for row in one.rows}))
    counts = zip(VERIFICATIONS, _verified(one), strict=True)
    verified = ", ".join(f"{n} {name.replace('-', ' ')}" for name, n in counts if n)
    cited = Counter((row["document"], row["year"]) for row in one.rows)
    # Most rows first; of as many rows, by name.
    sources = sorted(cited.items(), key=lambda item: (-item[1], item[0]))
    return "\n\n".join(
        (
            f"### `{one.name}` {{ #{_anchor(one)} }}",
            f"{len(one.rows)} rows: {verified}. Licence: {licences}.",
            f"Columns: {columns}.",
            table(
                ("source", "edition", "rows"),
                ((document, year, str(n)) for (document, year), n in sources),
                numbers=(2,),
            ),
        )
    )
