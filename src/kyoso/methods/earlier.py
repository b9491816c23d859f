"""A method as an earlier version of it declared what a run has kept.

What was cited stays to be read: a version that came later may declare more tables, columns and
figures than a run of an earlier one holds.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace

from kyoso.methods.declaration import Figure, Method, Origin
from kyoso.tables.declaration import Column, Table


def as_kept(
    method: Method, columns: Mapping[str, Collection[str]], figures: Collection[str]
) -> Method:
    """The method with the output tables, columns, origins and figures that a run holds.

    ``columns`` names the columns of each table of the run, inputs as read among them; ``figures``
    those that were drawn. A method that declares no more than that is answered as it is.
    """
    outputs = tuple(_narrowed(one, columns) for one in method.outputs if one.name in columns)
    inputs = tuple(_narrowed(one, columns) for one in method.inputs)
    drawn = tuple(one for one in method.figures if one.name in figures and _drawable(one, outputs))
    if (outputs, inputs, drawn) == (method.outputs, method.inputs, method.figures):
        return method
    origins = (_traceable(one, outputs, inputs) for one in method.origins)
    return replace(
        method,
        inputs=inputs,
        outputs=outputs,
        figures=drawn,
        origins=tuple(one for one in origins if one is not None),
    )


def _narrowed(table: Table, kept: Mapping[str, Collection[str]]) -> Table:
    there = kept.get(table.name, table.names)
    if all(name in there for name in table.names):
        return table

    def alone(column: Column) -> Column:
        refers = column.refers_to
        return replace(
            column,
            japanese=column.japanese if column.japanese in there else None,
            unit_column=column.unit_column if column.unit_column in there else None,
            refers_to=refers if refers and refers[1] in kept.get(refers[0], ()) else None,
        )

    return replace(
        table,
        columns=tuple(alone(column) for column in table.columns if column.name in there),
        key=tuple(name for name in table.key if name in there),
    )


def _names(tables: Collection[Table], name: str) -> Collection[str]:
    return next((table.names for table in tables if table.name == name), ())


def _drawable(figure: Figure, outputs: Collection[Table]) -> bool:
    used = (figure.value, figure.category, figure.x, figure.lower, figure.upper)
    there = _names(outputs, figure.table)
    return all(name in there for name in (*used, figure.at, figure.facet) if name is not None)


def _traceable(
    origin: Origin, outputs: Collection[Table], inputs: Collection[Table]
) -> Origin | None:
    """The origin on what both tables have; none where the walk needs what one of them lacks."""
    of, source = _names(outputs, origin.table), _names((*inputs, *outputs), origin.source)
    until = () if origin.until is None else (origin.until,)
    needed = all(name in of for name in (*until, *origin.also))
    needed = needed and all(name in source for name in (*until, *origin.only))
    if not of or not source or not needed:
        return None
    return replace(origin, on=tuple(name for name in origin.on if name in of and name in source))
