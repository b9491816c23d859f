"""The declared tables of this room."""

from __future__ import annotations

from kyoso.core.text import Text
from kyoso.numerics.lifetimes import DISTRIBUTIONS
from kyoso.reference import countries
from kyoso.tables.declaration import Column, Table, Type

_COUNTRY = Column(
    name="country",
    type=Type.TEXT,
    meaning=Text("country, ISO 3166-1 alpha-3", "国（ISO 3166-1の3文字コード）"),
    allowed=tuple(sorted(countries())),
    allowed_name=Text("ISO 3166-1 alpha-3 code", "ISO 3166-1の3文字コード"),
)
_YEAR = Column(
    name="year",
    type=Type.INTEGER,
    meaning=Text("calendar year", "暦年"),
    minimum=1800,
    maximum=2200,
)
_PRODUCT = Text(
    "product by its UNU key, four digits with leading zeros",
    "製品のUNUキー（先頭のゼロを含む4桁）",
)
_NAMES = "flows/unu_keys"

MARKET = Table(
    name="market",
    title=Text("Put on the market", "上市量"),
    columns=(
        _COUNTRY,
        Column(
            name="product",
            type=Type.TEXT,
            meaning=_PRODUCT,
            named_by=_NAMES,
            refers_to=("lifetimes", "product"),
        ),
        _YEAR,
        Column(
            name="quantity",
            type=Type.NUMBER,
            meaning=Text("mass put on the market in the year", "その年に上市された質量"),
            unit="t",
            minimum=0,
        ),
    ),
    key=("country", "product", "year"),
)

LIFETIMES = Table(
    name="lifetimes",
    title=Text("Product lifetimes", "製品の寿命分布"),
    columns=(
        Column(
            name="product",
            type=Type.TEXT,
            meaning=_PRODUCT,
            named_by=_NAMES,
            pattern=r"\d{4}[a-z]?",
            pattern_hint=Text(
                "a UNU key has four digits: 0306, not 306 (format the cells as text)",
                "UNUキーは4桁です。306ではなく0306としてください（セルの書式は文字列）",
            ),
        ),
        Column(
            name="distribution",
            type=Type.TEXT,
            meaning=Text("form of the lifetime distribution", "寿命分布の形"),
            allowed=tuple(DISTRIBUTIONS),
            allowed_name=Text("lifetime distribution", "寿命分布"),
            any_case=True,
        ),
        Column(
            name="shape",
            type=Type.NUMBER,
            meaning=Text("shape k; for weibull", "形状パラメータk（weibullの場合）"),
            above=0,
            required=False,
        ),
        Column(
            name="scale",
            type=Type.NUMBER,
            meaning=Text("scale λ; for weibull", "尺度パラメータλ（weibullの場合）"),
            unit="year",
            above=0,
            required=False,
        ),
        Column(
            name="mean",
            type=Type.NUMBER,
            meaning=Text(
                "mean lifetime; for lognormal and normal, and the one lifetime for fixed",
                "平均寿命（lognormal、normalの場合）、一定の寿命（fixedの場合）",
            ),
            unit="year",
            above=0,
            required=False,
        ),
        Column(
            name="standard_deviation",
            type=Type.NUMBER,
            meaning=Text(
                "standard deviation of the lifetime; for lognormal and normal",
                "寿命の標準偏差（lognormal、normalの場合）",
            ),
            unit="year",
            above=0,
            required=False,
        ),
    ),
    key=("product",),
    shipped="flows/ewaste_lifetimes",
)

_MADE_PRODUCT = Column(name="product", type=Type.TEXT, meaning=_PRODUCT, named_by=_NAMES)

STOCK = Table(
    name="stock",
    title=Text("Stock in use and in store", "保有量"),
    columns=(
        _COUNTRY,
        _MADE_PRODUCT,
        _YEAR,
        Column(
            name="stock",
            type=Type.NUMBER,
            meaning=Text("mass held at the end of the year", "年末に保有されている質量"),
            unit="t",
            minimum=0,
        ),
    ),
    key=("country", "product", "year"),
)

GENERATED = Table(
    name="generated",
    title=Text("E-waste generated", "e-waste発生量"),
    columns=(
        _COUNTRY,
        _MADE_PRODUCT,
        _YEAR,
        Column(
            name="generated",
            type=Type.NUMBER,
            meaning=Text(
                "mass that reaches the end of its life in the year", "その年に使用済みとなる質量"
            ),
            unit="t",
            minimum=0,
        ),
    ),
    key=("country", "product", "year"),
)
