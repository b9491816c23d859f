"""How the log tells of inventories what their model does not say."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from kyoso.climate.transparency.names import called
from kyoso.hub.record.telling import HIDDEN, Field

FIELDS: Mapping[str, Field] = {
    "inventory.inventory.authors": HIDDEN,
    "inventory.inventory.totals": HIDDEN,
    "inventory.inventory.changes": HIDDEN,
    "inventory.inventory.left_out": HIDDEN,
    "inventory.inventory.sheet_sha256": HIDDEN,
    "inventory.inventory.sheet_size": HIDDEN,
    "inventory.inventory.year": Field(),
    "inventory.inventory.base_year": Field(),
    "inventory.regional.authors": HIDDEN,
    "inventory.regional.made": HIDDEN,
    "inventory.regional.year": Field(),
    "inventory.regional.base_year": Field(),
    "inventory.factor.authors": HIDDEN,
    "inventory.inventory.factors": HIDDEN,
    "inventory.factor.quantity": Field("coded", words="inventory.quantity"),
    "inventory.factor.basis": Field("coded", words="inventory.basis"),
    "inventory.factor.source": Field(term=partial(called, "source")),
    "inventory.factor.from_year": Field(),
    "inventory.factor.until_year": Field(),
}
