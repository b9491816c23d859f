"""Currencies that are somewhere legal tender, read from ``reference/money``."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from kyoso.core.text import Text
from kyoso.reference.loading import load


@cache
def currencies() -> Mapping[str, Text]:
    """The name of every currency by its ISO 4217 code."""
    table = load("money/currencies")
    return MappingProxyType({row["code"]: table.text(row, "name") for row in table.rows})
