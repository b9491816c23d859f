"""The tables of landfill methane."""

from __future__ import annotations

from dataclasses import replace

from kyoso.climate.transparency.names import streams
from kyoso.climate.transparency.tables.columns import CITATION, COUNTRY, YEAR
from kyoso.core.text import Text
from kyoso.tables.declaration import Column, Table, Type

_SITE = Column(
    name="site",
    type=Type.TEXT,
    meaning=Text("disposal site, by its identifier", "処分場の識別番号"),
)
_STREAM = Column(
    name="stream",
    words=streams(),
    type=Type.TEXT,
    meaning=Text(
        "waste stream, as named in the table of parameters", "廃棄物の種類（parametersの表の名称）"
    ),
)


def _share(name: str, meaning: Text) -> Column:
    return Column(name=name, type=Type.NUMBER, meaning=meaning, minimum=0, maximum=1)


def _mass(name: str, meaning: Text, *, required: bool = True) -> Column:
    return Column(
        name=name, type=Type.NUMBER, meaning=meaning, unit="Gg", minimum=0, required=required
    )


WASTE = Table(
    name="waste",
    title=Text("Waste deposited", "埋立量"),
    key=("country", "site", "year", "stream"),
    columns=(
        COUNTRY,
        _SITE,
        YEAR,
        replace(_STREAM, refers_to=("parameters", "stream"), any_case=True),
        _mass(
            "mass",
            Text(
                "mass deposited in the year, weighed on the basis of the stream's degradable carbon "
                "(shipped: wet, as delivered)",
                "その年の埋立質量（分解性有機炭素率と同じ基準。同梱の値は湿重量、搬入時）",
            ),
        ),
        _share(
            "methane_correction_factor",
            Text(
                "methane correction factor of the site in the year, a fraction",
                "その年の処分場のメタン補正係数（割合）",
            ),
        ),
    ),
)

PARAMETERS = Table(
    name="parameters",
    title=Text("Waste streams and how they decay", "廃棄物の種類と分解の係数"),
    key=("stream",),
    shipped="ghg/landfill_streams_ipcc2006",
    columns=(
        Column(
            name="stream",
            words=streams(),
            type=Type.TEXT,
            meaning=Text(
                "waste stream; the shipped ones name climate and moisture",
                "廃棄物の種類（同梱の値は気候帯と湿潤・乾燥を含む名称）",
            ),
            any_case=True,
        ),
        _share(
            "degradable_carbon",
            Text(
                "degradable organic carbon (DOC), kg C per kg of waste",
                "分解性有機炭素率（DOC、廃棄物1kg当たりのkg C）",
            ),
        ),
        _share(
            "decomposable_fraction",
            Text(
                "fraction of the degradable carbon that decomposes in a landfill (DOCf)",
                "埋立地で分解する分解性有機炭素の割合（DOCf）",
            ),
        ),
        Column(
            name="decay_rate",
            type=Type.NUMBER,
            meaning=Text("rate of decay k, ln 2 / half-life", "分解速度定数k（ln 2 ÷ 半減期）"),
            unit="1/year",
            minimum=0,
        ),
        _share(
            "methane_fraction",
            Text("fraction of methane in landfill gas, by volume", "埋立ガス中のメタンの体積割合"),
        ),
        Column(
            name="delay",
            type=Type.NUMBER,
            meaning=Text(
                "months between deposit and the start of decay", "埋立から分解開始までの月数"
            ),
            unit="month",
            minimum=0,
            maximum=6,
            required=False,
            default=6.0,
        ),
        *CITATION,
    ),
)

RECOVERY = Table(
    name="recovery",
    title=Text("Methane recovered and oxidised", "メタンの回収と酸化"),
    key=("country", "site", "year"),
    optional=True,
    columns=(
        COUNTRY,
        _SITE,
        YEAR,
        _mass(
            "recovered",
            Text("methane recovered and burnt in the year", "その年に回収・燃焼したメタン"),
        ),
        replace(
            _share(
                "oxidation",
                Text(
                    "fraction of the methane not recovered that oxidises in the cover (OX); "
                    "absent: 0, the default without an oxidising cover",
                    "回収されないメタンのうち覆土で酸化する割合（OX。空欄は0で、酸化性の覆土がない場合の既定値）",
                ),
            ),
            required=False,
            default=0.0,
        ),
    ),
)

METHANE = Table(
    name="methane",
    title=Text("Methane of disposal sites", "処分場のメタン"),
    key=("country", "site", "year"),
    columns=(
        COUNTRY,
        _SITE,
        YEAR,
        _mass(
            "generated", Text("methane generated, all streams", "発生したメタン（全種類の合計）")
        ),
        _mass(
            "recovered",
            Text(
                "methane recovered; absent where none is reported",
                "回収したメタン（報告がなければ空欄）",
            ),
            required=False,
        ),
        _mass(
            "emitted",
            Text(
                "methane emitted, after what is reported as recovered and oxidised",
                "排出したメタン（報告された回収と酸化を除いた量）",
            ),
        ),
    ),
)

STOCK = Table(
    name="stock",
    title=Text("Decomposable carbon in disposal sites", "処分場の分解可能な有機炭素"),
    key=("country", "site", "stream", "year"),
    columns=(
        COUNTRY,
        _SITE,
        _STREAM,
        YEAR,
        _mass(
            "deposited",
            Text("decomposable carbon deposited (DDOCm)", "埋め立てた分解可能炭素（DDOCm）"),
        ),
        _mass("decomposed", Text("decomposable carbon that decomposed", "分解した炭素")),
        _mass(
            "stock",
            Text("decomposable carbon left at the end of the year", "年末に残る分解可能炭素"),
        ),
        _mass(
            "generated",
            Text("methane generated from what decomposed", "分解により発生したメタン"),
        ),
    ),
)
