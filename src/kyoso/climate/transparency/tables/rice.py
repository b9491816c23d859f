"""The tables of methane from rice."""

from __future__ import annotations

from dataclasses import replace

from kyoso.climate.transparency.names import names
from kyoso.climate.transparency.tables.columns import COUNTRY, YEAR
from kyoso.climate.transparency.tables.estimates import (
    CO2E,
    MASS,
    TIER,
    UNCERTAINTY,
    factor_columns,
    uncertainty_of,
)
from kyoso.core.text import Text
from kyoso.tables.declaration import Column, Table, Type

WATER, PRESEASON, AMENDMENT = "water", "preseason", "amendment"
"""Kinds of scaling factors."""

_STRATUM = Column(
    name="stratum",
    type=Type.TEXT,
    meaning=Text(
        "fields of one season under the same conditions, by a name of your own",
        "同じ作期・条件の水田群（任意の名称）",
    ),
)
_REGION = Column(
    name="region",
    words=names("region"),
    type=Type.TEXT,
    meaning=Text("region of the baseline factor", "基準排出係数の地域"),
    any_case=True,
)
_WATER = Column(
    name="water_regime",
    words=names(WATER),
    type=Type.TEXT,
    meaning=Text("water regime during cultivation", "栽培期間中の水管理"),
    any_case=True,
)
_PRESEASON = Column(
    name="preseason",
    words=names(PRESEASON),
    type=Type.TEXT,
    meaning=Text("water regime before the season", "栽培前の水管理"),
    any_case=True,
)
_AREA = Column(
    name="area",
    type=Type.NUMBER,
    meaning=Text(
        "area harvested in the season; land with two seasons is counted in both",
        "その作期の収穫面積（二期作の土地は両方に数える）",
    ),
    unit="ha",
    minimum=0,
)
_PERIOD = Column(
    name="period",
    type=Type.NUMBER,
    meaning=Text("days from planting to harvest", "栽培日数"),
    unit="day",
    above=0,
    maximum=366,
)

FIELDS = Table(
    name="fields",
    title=Text("Rice fields", "水田"),
    key=("country", "year", "stratum"),
    columns=(
        COUNTRY,
        YEAR,
        _STRATUM,
        replace(_REGION, refers_to=("baselines", "region")),
        replace(_WATER, refers_to=("scaling", "name")),
        replace(_PRESEASON, refers_to=("scaling", "name")),
        _AREA,
        _PERIOD,
        Column(
            name="other_scaling",
            type=Type.NUMBER,
            meaning=Text(
                "scaling factor for soil type and rice cultivar; absent: 1",
                "土壌型・品種の補正係数（空欄は1）",
            ),
            above=0,
            required=False,
            default=1.0,
        ),
        uncertainty_of("area_uncertainty", Text("the area", "面積")),
        uncertainty_of("period_uncertainty", Text("the period", "栽培日数")),
        uncertainty_of(
            "other_scaling_uncertainty",
            Text("the other scaling factor", "土壌型・品種の補正係数"),
        ),
    ),
)

AMENDMENTS = Table(
    name="amendments",
    title=Text("Organic amendments", "有機物の施用"),
    key=("country", "year", "stratum", "amendment"),
    optional=True,
    columns=(
        COUNTRY,
        YEAR,
        _STRATUM,
        Column(
            name="amendment",
            words=names(AMENDMENT),
            type=Type.TEXT,
            meaning=Text("organic amendment", "有機物の種類"),
            refers_to=("scaling", "name"),
            any_case=True,
        ),
        Column(
            name="rate",
            type=Type.NUMBER,
            meaning=Text(
                "amount for the season: dry weight of straw, fresh weight of others",
                "その作期の施用量（わらは乾物重、その他は現物重）",
            ),
            unit="t/ha",
            minimum=0,
        ),
        uncertainty_of("rate_uncertainty", Text("the amount", "施用量")),
    ),
)

BASELINES = Table(
    name="baselines",
    title=Text("Baseline emission factors by region", "地域別の基準排出係数"),
    key=("region",),
    shipped="ghg/rice_baselines_ipcc2019",
    columns=(
        _REGION,
        *factor_columns(
            Text(
                "methane of fields flooded throughout, not flooded for under 180 days before, "
                "without organic amendments",
                "常時湛水、栽培前180日未満の非湛水、有機物無施用の水田のメタン",
            ),
            "kg/ha/day",
        ),
    ),
)

SCALING = Table(
    name="scaling",
    title=Text("Scaling factors", "補正係数"),
    key=("kind", "name"),
    shipped="ghg/rice_scaling_ipcc2019",
    columns=(
        Column(
            name="kind",
            type=Type.TEXT,
            meaning=Text(
                "water: during cultivation; preseason: before it; amendment: conversion factor of "
                "an organic amendment",
                "water（栽培中の水管理）、preseason（栽培前の水管理）、amendment（有機物の換算係数）",
            ),
            allowed=(WATER, PRESEASON, AMENDMENT),
            words={
                WATER: Text("water during cultivation", "栽培中の水管理"),
                PRESEASON: Text("water before cultivation", "栽培前の水管理"),
                AMENDMENT: Text("organic amendment", "有機物"),
            },
        ),
        Column(
            name="name",
            words={**names(WATER), **names(PRESEASON), **names(AMENDMENT)},
            type=Type.TEXT,
            meaning=Text("water regime or amendment", "水管理または有機物の名称"),
            any_case=True,
        ),
        *factor_columns(Text("factor", "係数"), None),
    ),
)

EMISSIONS = Table(
    name="emissions",
    title=Text("Methane by stratum", "水田群別のメタン"),
    key=("country", "year", "stratum"),
    columns=(
        COUNTRY,
        YEAR,
        _STRATUM,
        _REGION,
        _WATER,
        _PRESEASON,
        Column(
            name="amendments",
            words=names(AMENDMENT),
            type=Type.TEXT,
            meaning=Text("organic amendments", "施用した有機物"),
            required=False,
        ),
        _AREA,
        _PERIOD,
        Column(
            name="organic_scaling",
            type=Type.NUMBER,
            meaning=Text("scaling factor for organic amendments", "有機物施用の補正係数"),
        ),
        Column(
            name="factor",
            type=Type.NUMBER,
            meaning=Text("daily emission factor, all scaled", "補正後の日排出係数"),
            unit="kg/ha/day",
        ),
        TIER,
        replace(MASS, meaning=Text("mass of methane", "メタンの質量")),
        CO2E,
        UNCERTAINTY,
    ),
)
