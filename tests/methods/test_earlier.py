"""A run of an earlier version is read by what it holds."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.methods.declared import GIVEN, MADE, NAME, method, number

from kyoso.core.text import same
from kyoso.methods import registry
from kyoso.methods.declaration import Figure, Method, Origin
from kyoso.methods.earlier import as_kept
from kyoso.tables.declaration import Column, Table, Type

PLACE, SAID, SAID_JA = (
    Column(name=name, type=Type.TEXT, meaning=same(name), required=False)
    for name in ("place", "said", "said_ja")
)
LATER = method(
    version="1.1.0",
    inputs=(replace(GIVEN, columns=(PLACE, *GIVEN.columns), key=("place", "name")),),
    outputs=(
        replace(
            MADE,
            columns=(PLACE, *MADE.columns, replace(SAID, japanese="said_ja"), SAID_JA),
            key=("place", "name"),
        ),
        Table(name="more", title=same("more"), columns=(NAME, number("amount"))),
    ),
    figures=(
        Figure(name="drawn", title=same("a"), kind="bars", table="made", value="amount", category="name"),
        Figure(name="new", title=same("b"), kind="bars", table="made", value="amount", category="name"),
        Figure(name="other", title=same("c"), kind="bars", table="more", value="amount", category="name"),
    ),
    origins=(
        Origin(table="made", source="given", on=("place", "name")),
        Origin(table="made", source="given", on=("name",), also=("place",)),
        Origin(table="more", source="made", on=("name",)),
    ),
)  # fmt: skip
KEPT = {"given": ["name", "amount", "row_"], "made": ["name", "amount", "said"]}


def test_tables_columns_origins_and_figures_are_those_that_the_run_holds() -> None:
    found = as_kept(LATER, KEPT, {"drawn", "other"})
    (made,) = found.outputs
    assert (made.names, made.key) == (("name", "amount", "said"), ("name",))
    assert made["said"].japanese is None
    assert (found.inputs[0].names, found.inputs[0].key) == (("name", "amount"), ("name",))
    assert [figure.name for figure in found.figures] == ["drawn"]
    assert found.origins == (Origin(table="made", source="given", on=("name",)),)


def test_a_table_that_the_run_read_none_of_stays_declared() -> None:
    kept = {"made": ["name", "amount"]}
    assert as_kept(LATER, kept, ()).inputs == LATER.inputs


@pytest.mark.parametrize("one", registry.methods().values(), ids=lambda one: one.id)
def test_a_run_of_today_is_read_as_declared_and_one_without_a_column_still_has_a_method(
    one: Method,
) -> None:
    columns = {table.name: list(table.names) for table in (*one.inputs, *one.outputs)}
    figures = {figure.name for figure in one.figures}
    assert as_kept(one, columns, figures) is one
    for table in one.outputs:
        for lost in table.names:
            some = [name for name in table.names if name != lost]
            found = as_kept(one, columns | {table.name: some}, figures)
            assert lost not in found.output(table.name).names
