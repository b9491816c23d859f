"""What is tested on samples and on what is asked of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import pyarrow as pa
import pyarrow.compute as pc

from kyoso.climate.transparency.sampled_quantities import (
    AS_SAMPLED,
    FIRST,
    conversion,
    prepared,
    wanted_unit,
)
from kyoso.climate.transparency.tables.samples import SAMPLES
from kyoso.core import units
from kyoso.core.errors import UnitError, UsageError
from kyoso.core.text import Text
from kyoso.methods.declaration import ParametersError, Values
from kyoso.tables.checking import Broken, Rule


def refuse_misfits(values: Values) -> None:
    """Parameters must fit each other: raises :class:`ParametersError` with all that do not."""
    quantity = values["quantity"]
    only = Text("used only with {other}", "{other}の場合だけ使えます")
    faults = [
        UsageError(
            only.format(other=other),
            where=f"-p {name}={values[name]}",
            hint=Text("leave it out, or add {other}", "省くか、{other}を加えてください").format(
                other=other
            ),
        )
        for name, unused, other, fits in (
            ("oxidation", 1.0, "-p quantity=carbon_content", quantity == "carbon_content"),
            (
                "oxidation_uncertainty",
                0.0,
                "-p quantity=carbon_content",
                quantity == "carbon_content",
            ),
            ("factor_unit", FIRST, f"-p quantity={AS_SAMPLED}", quantity == AS_SAMPLED),
            ("net_per_gross", 0.0, "-p basis=gross", values["basis"] == "gross"),
        )
        if values[name] != unused and not fits
    ]
    if values["basis"] == "gross" and quantity == AS_SAMPLED:
        faults.append(
            UsageError(
                Text("how energy enters is not known", "熱量の基準を換算できません"),
                where="-p basis=gross",
                hint=Text(
                    "state the quantity with -p quantity=", "-p quantity= で量を指定してください"
                ),
            )
        )
    if values["basis"] == "gross" and values["net_per_gross"] == 0:
        faults.append(
            UsageError(
                Text("the ratio is not stated", "比率が示されていません"),
                where="-p basis=gross",
                hint=Text(
                    "state net by gross calorific value of the fuel with -p net_per_gross=",
                    "その燃料の低位発熱量÷高位発熱量を-p net_per_gross= で指定してください",
                ),
            )
        )
    if values["factor_unit"] != FIRST:
        try:
            units.is_compatible(str(values["factor_unit"]), "1")
        except UnitError as fault:
            faults.append(
                UsageError(
                    fault.message,
                    where=f"-p factor_unit={values['factor_unit']}",
                    hint=fault.hint or "",
                )
            )
    if faults:
        raise ParametersError(faults)


def rules(tables: Mapping[str, pa.Table], values: Values) -> Sequence[Rule]:
    """Units that fit, weights for all or none, and enough samples; laboratories are asked for."""
    refuse_misfits(values)
    samples = tables["samples"]
    misfits = tuple(_unit_faults(samples, values))
    return (
        Rule(
            id="unit-fits",
            title=Text("units convertible to one", "すべての単位を換算可能"),
            table="samples",
            broken=misfits,
        ),
        Rule(
            id="weights-complete",
            title=Text("weights for all samples or for none", "重みは全試料にあるか全くない"),
            table="samples",
            broken=tuple(_weights_missing(samples)),
        ),
        Rule(
            id="minimum-samples",
            title=Text("as many samples as are needed", "必要な数の試料あり"),
            table="samples",
            broken=() if misfits else tuple(_too_few(samples, values)),
        ),
        Rule(
            id="laboratory-stated",
            title=Text("laboratory stated for every sample", "すべての試料に試験所の記載あり"),
            table="samples",
            broken=(
                Broken(
                    where={"laboratory": None},
                    column="laboratory",
                    message=Text("no laboratory", "試験所の記載がありません"),
                    hint=Text(
                        "a factor is accepted with the laboratory of its samples",
                        "係数の承認には試料の試験所の記載が必要です",
                    ),
                ),
            )
            if samples["laboratory"].null_count
            else (),
            severity="look",
        ),
    )


def _unit_faults(samples: pa.Table, values: Values) -> Iterator[Broken]:
    wanted = wanted_unit(samples, values)
    for unit in sorted(filter(None, samples["unit"].unique().to_pylist())):
        try:
            conversion(unit, str(values["quantity"]), wanted)
        except UnitError as fault:
            yield Broken(
                where={"unit": unit},
                column="unit",
                value=unit,
                message=fault.message,
                hint=fault.hint or Text("check the unit", "単位を確かめてください"),
            )


def _weights_missing(samples: pa.Table) -> Iterator[Broken]:
    if 0 < samples["weight"].null_count < samples.num_rows:
        yield Broken(
            where={"weight": None},
            column="weight",
            message=Text("no weight, while other samples have one", "この試料だけ重みがありません"),
            hint=Text(
                "give the weight, or delete the weights of all samples",
                "重みを記入するか、全試料の重みを削除してください",
            ),
        )


def _too_few(samples: pa.Table, values: Values) -> Iterator[Broken]:
    """The first sample, where too few are left; not asked while cells are at fault."""
    minimum = int(values["minimum_samples"])
    given = samples.num_rows
    if any(samples[name].null_count for name in ("plant", "date", "value", "unit")):
        return
    if pc.min(samples["value"]).as_py() < 0:
        return
    used = given if given < minimum else int(prepared(samples, values).judged.kept.sum())
    if used >= minimum:
        return
    first = (
        samples.sort_by([(name, "ascending") for name in SAMPLES.key]).slice(0, 1).to_pylist()[0]
    )
    yield Broken(
        where={name: first[name] for name in SAMPLES.key},
        column="value",
        value=first["value"],
        message=Text(
            "{used} samples without outliers, fewer than {minimum}",
            "外れ値を除いた試料は{used}で、{minimum}に足りません",
        ).format(used=used, minimum=minimum),
        hint=Text(
            "take more samples; an interval needs at least two, a judgement three",
            "試料を増やしてください。区間には2以上、外れ値の判定には3以上が必要です",
        ),
    )


FEW = 10
"""Below so many samples Student's t makes the interval more than 15 % wider than a known spread."""
