"""The factors by which nitrogen becomes nitrous oxide, which manure and soils share."""

from __future__ import annotations

from kyoso.climate.transparency.names import names
from kyoso.climate.transparency.tables.estimates import factor_columns
from kyoso.core.text import Text
from kyoso.tables.declaration import Column, Table, Type

FACTORS = Table(
    name="factors",
    title=Text("Factors of nitrogen", "窒素の係数"),
    key=("name",),
    shipped="ghg/nitrogen_factors_ipcc2019",
    columns=(
        Column(
            name="name",
            words=names("nitrogen"),
            type=Type.TEXT,
            meaning=Text(
                "factor: EF is kg N2O-N per kg N, Frac a fraction of the nitrogen",
                "係数（EFは窒素1kg当たりのkg N2O-N、Fracは窒素に対する割合）",
            ),
            any_case=True,
        ),
        *factor_columns(Text("factor or fraction", "係数または割合"), None, 1),
    ),
)
