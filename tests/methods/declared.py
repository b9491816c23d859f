"""A small method that stands for any: doubled amounts, by name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from kyoso.core.text import same
from kyoso.methods.declaration import Kind, Method, Outcome, Parameter, Values
from kyoso.tables.declaration import Column, Table, Type


def number(name: str, **more: Any) -> Column:
    return Column(name=name, type=Type.NUMBER, meaning=same(name), **more)


NAME = Column(name="name", type=Type.TEXT, meaning=same("name"))
GIVEN = Table(name="given", title=same("given"), key=("name",), columns=(NAME, number("amount")))
MADE = Table(name="made", title=same("made"), key=("name",), columns=(NAME, number("amount")))
TIMES = Parameter(name="times", meaning=same("times"), default=2.0, minimum=0.5, maximum=10)


def multiplied(tables: Mapping[str, pa.Table], values: Values) -> Outcome:
    given = tables["given"]
    amount = pc.multiply(given["amount"], float(values["times"]))
    return Outcome({"made": pa.table({"name": given["name"], "amount": amount})})


def method(**other: Any) -> Method:
    """The small method with some parts of its declaration replaced."""
    parts: dict[str, Any] = {
        "id": "pillar.room.small",
        "version": "1.0.0",
        "kind": Kind.ARRAY,
        "title": same("small"),
        "summary": same("small"),
        "activities": ("1-1-1",),
        "inputs": (GIVEN,),
        "outputs": (MADE,),
        "parameters": (TIMES,),
        "function": multiplied,
    }
    return Method(**parts | other)
