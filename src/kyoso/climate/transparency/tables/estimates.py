"""What the methods for single categories hand to the inventory: one row per category and gas."""

from __future__ import annotations

from dataclasses import replace

from kyoso import reference
from kyoso.climate.transparency.tables.columns import (
    CITATION,
    COUNTRY,
    GAS,
    NOT_ESTIMATED,
    TREE_CATEGORY,
    VERIFICATIONS,
    YEAR,
    with_japanese,
)
from kyoso.core.text import Text
from kyoso.tables.declaration import Column, Table, Type

MASS = Column(
    name="mass",
    type=Type.NUMBER,
    meaning=Text("mass of the gas; removals are negative", "ガスの質量（吸収は負）"),
    unit="t",
)
CO2E = Column(
    name="co2e",
    type=Type.NUMBER,
    meaning=Text("carbon dioxide equivalent over 100 years", "二酸化炭素換算量（100年値）"),
    unit="t CO2e",
)
UNCERTAINTY = Column(
    name="uncertainty",
    type=Type.NUMBER,
    meaning=Text(
        "half of the 95 % interval; absent where a part of it is not known",
        "95％区間の半幅（一部でも不明なら空欄）",
    ),
    unit="%",
    required=False,
)
TIER = Column(
    name="tier",
    type=Type.INTEGER,
    meaning=Text("tier of the IPCC guidelines", "IPCCガイドラインのTier"),
    minimum=1,
    maximum=3,
)

ESTIMATES = Table(
    name="estimates",
    title=Text(
        "Estimates by category and gas, as the inventory takes them",
        "インベントリに渡す区分・ガス別の推計値",
    ),
    key=("country", "year", "category", "gas"),
    columns=(
        COUNTRY,
        YEAR,
        TREE_CATEGORY,
        replace(GAS, allowed=(), allowed_name=None),
        MASS,
        CO2E,
        *(
            Column(name=name, type=Type.NUMBER, meaning=meaning, unit="t", required=False)
            for name, meaning in (
                (
                    "lower",
                    Text(
                        "lower end of the 95 % interval of the mass; absent where a part of it is "
                        "not known",
                        "質量の95％区間の下限（一部でも不明なら空欄）",
                    ),
                ),
                ("upper", Text("upper end of that interval", "同区間の上限")),
            )
        ),
        UNCERTAINTY,
        *with_japanese(
            Column(
                name="how",
                type=Type.TEXT,
                meaning=Text("method, tier and equations behind it", "推計の手法、Tier、式"),
            ),
            NOT_ESTIMATED,
        ),
    ),
)


def uncertainty_of(name: str, of: Text) -> Column:
    """The column of half of the 95 % interval of another column, in % of its value."""
    return Column(
        name=name,
        type=Type.NUMBER,
        meaning=Text(
            "half of the 95 % interval of {of}, in % of it; leave empty where not known",
            "{of}の95％区間の半幅（値に対する％、不明なら空欄）",
        ).format(of=of),
        unit="%",
        minimum=0,
        required=False,
    )


def factor_columns(
    meaning: Text, unit: str | None, maximum: float | None = None
) -> tuple[Column, ...]:
    """The value of a factor, its interval, whether it is the country's own, and its source."""
    return (
        Column(
            name="value",
            type=Type.NUMBER,
            meaning=meaning,
            unit=unit,
            minimum=0,
            maximum=maximum,
        ),
        *(
            Column(
                name=name,
                type=Type.NUMBER,
                meaning=text,
                unit=unit,
                minimum=0,
                maximum=maximum,
                required=False,
            )
            for name, text in (
                ("lower", Text("lower end of the 95 % interval", "95％区間の下限")),
                ("upper", Text("upper end of the 95 % interval", "95％区間の上限")),
            )
        ),
        Column(
            name="bounds_verification",
            type=Type.TEXT,
            meaning=Text("verification of the interval", "区間の検証状況"),
            allowed=VERIFICATIONS,
            words=reference.VERIFICATION,
            required=False,
        ),
        Column(
            name="country_specific",
            type=Type.BOOLEAN,
            meaning=Text(
                "measured in the country itself, which makes the estimate Tier 2",
                "自国での測定による値（これを用いた推計はTier 2）",
            ),
            required=False,
            default=False,
        ),
        *CITATION,
    )
