"""The method as users run it: files in, tables, checks or refusals out."""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from kyoso.core.errors import InputRefusedError
from kyoso.methods import registry
from kyoso.methods.declaration import Value
from kyoso.methods.result import Result, Verdict
from kyoso.methods.running import check, example_inputs, run
from kyoso.pollution.circularity.e_waste_generation import METHOD, e_waste_generation
from kyoso.reference import load, sample_countries

LIFETIMES = "product,distribution,shape,scale,mean,standard_deviation"


def given(
    folder: Path, market: str | list[str], lifetimes: str | list[str] | None = None
) -> dict[str, Path]:
    """Input files from their lines; a list gets the contract's header."""
    inputs = {"market": folder / "market.csv"}
    if isinstance(market, list):
        market = "\n".join(("country,product,year,quantity [t]", *market, ""))
    inputs["market"].write_text(market, encoding="utf-8")
    if lifetimes is not None:
        inputs["lifetimes"] = folder / "lifetimes.csv"
        if isinstance(lifetimes, list):
            lifetimes = "\n".join((LIFETIMES, *lifetimes, ""))
        inputs["lifetimes"].write_text(lifetimes, encoding="utf-8")
    return inputs


def refusal(inputs: dict[str, Path]) -> list[str]:
    with pytest.raises(InputRefusedError) as caught:
        run(METHOD, inputs)
    return caught.value.lines("en")


def column(result: Result, name: str) -> list[float]:
    return result.tables[name].arrow()[name].to_pylist()


def one_to_ten(product: str = "0306") -> list[str]:
    return [f"XAA,{product},{2000 + n},{n}" for n in range(1, 11)]


def test_the_registry_finds_the_method_by_its_contract_name() -> None:
    assert registry.get("pollution.circularity.e-waste-generation") is METHOD


def test_the_contract_names_tables_columns_and_parameter() -> None:
    assert {table.name: table.names for table in (*METHOD.inputs, *METHOD.outputs)} == {
        "market": ("country", "product", "year", "quantity"),
        "lifetimes": ("product", "distribution", "shape", "scale", "mean", "standard_deviation"),
        "stock": ("country", "product", "year", "stock"),
        "generated": ("country", "product", "year", "generated"),
    }
    (parameter,) = METHOD.parameters
    assert (parameter.name, parameter.default) == ("inflow_at", "middle")
    assert parameter.choices == ("start", "middle", "end")


def test_fixed_lifetime_gives_the_values_of_odyms_own_test(tmp_path: Path) -> None:
    """ODYM, unit tests of DynamicStockModel: fixed lifetime 5, inflow 1 … 10."""
    result = run(METHOD, given(tmp_path, one_to_ten(), ["0306,fixed,,,5,"]), {"inflow_at": "end"})
    assert column(result, "stock") == [1, 3, 6, 10, 15, 20, 25, 30, 35, 40]
    assert column(result, "generated") == [0, 0, 0, 0, 0, 1, 2, 3, 4, 5]


@pytest.mark.parametrize(("at", "stock"), [("end", 1050.83), ("middle", 999.58), ("start", 950.83)])
def test_exponential_lifetime_reaches_the_closed_form(
    tmp_path: Path, at: str, stock: float
) -> None:
    """Weibull of shape 1 and scale 10, 100 t a year for ever: 100·e^(−δ/10)/(1 − e^(−1/10))."""
    market = [f"XAA,0306,{year},100" for year in range(1800, 2201)]
    result = run(METHOD, given(tmp_path, market, ["0306,weibull,1,10,,"]), {"inflow_at": at})
    assert round(column(result, "stock")[-1], 2) == stock
    assert column(result, "generated")[-1] == pytest.approx(100, rel=1e-12)


def test_shipped_lifetimes_stand_in_and_are_recorded(tmp_path: Path) -> None:
    """First year of a laptop of the 2015 guidelines: 1 − e^(−(0.5/5.2)^1.5)."""
    result = run(METHOD, given(tmp_path, ["XAA,0303,2001,1000"]))
    first = 1000 * -math.expm1(-((0.5 / 5.2) ** 1.5))
    assert column(result, "generated") == [pytest.approx(first, rel=1e-11)]
    assert column(result, "stock") == [pytest.approx(1000 - first, rel=1e-11)]
    (record,) = result.provenance.reference
    shipped = load("flows/ewaste_lifetimes")
    assert (record.name, record.sha256, record.rows) == (
        "flows/ewaste_lifetimes",
        shipped.sha256,
        len(shipped.rows),
    )


def test_the_other_edition_can_be_given_as_a_file(tmp_path: Path) -> None:
    inputs = given(tmp_path, ["XAA,0303,2001,1000"])
    inputs["lifetimes"] = load("flows/ewaste_lifetimes_2023").path
    first = 1000 * -math.expm1(-((0.5 / 6.57) ** 1.6))
    assert column(run(METHOD, inputs), "generated") == [pytest.approx(first, rel=1e-11)]


def test_all_four_distributions_side_by_side(tmp_path: Path) -> None:
    """First-year shares at age ½ from their definitions, each worked out by itself."""
    lifetimes = [
        "0001,weibull,2,3,,",
        "0002,lognormal,,,4,2",
        "0003,Normal,,,1,1",
        "0004,fixed,,,0.5,",
    ]
    market = [f"XAA,000{n},2001,1" for n in (1, 2, 3, 4)]
    result = run(METHOD, given(tmp_path, market, lifetimes))
    s = math.sqrt(math.log(1.25))
    z = (math.log(0.5) - math.log(4) + s * s / 2) / s
    assert column(result, "generated") == pytest.approx(
        [
            1 - math.exp(-((0.5 / 3) ** 2)),
            0.5 * math.erfc(-z / math.sqrt(2)),
            0.5 * math.erfc(0.5 / math.sqrt(2)),
            1.0,
        ],
        rel=1e-9,
    )


def test_each_series_is_calculated_as_if_alone(tmp_path: Path) -> None:
    """Series of other lengths, countries and products change nothing."""
    lone = ["XAB,0306,2010,5", "XAB,0306,2011,6", "XAB,0306,2012,0"]
    others = [*one_to_ten(), *one_to_ten("0108"), "XAC,0306,1999,7", "XAB,0303,2012,8"]
    alone = run(METHOD, given(tmp_path, lone))
    among = run(METHOD, given(tmp_path, others + lone))
    for name in ("stock", "generated"):
        rows = among.tables[name].arrow().to_pylist()
        found = [row for row in rows if (row["country"], row["product"]) == ("XAB", "0306")]
        assert found == alone.tables[name].arrow().to_pylist()


def test_the_order_of_rows_and_the_unit_do_not_matter(tmp_path: Path) -> None:
    rows = [*one_to_ten(), *one_to_ten("0303"), "XAB,0306,2005,40"]
    plain = run(METHOD, given(tmp_path, rows))
    turned = ["quantity [kg],year,product,country"]
    for row in reversed(rows):
        country, product, year, quantity = row.split(",")
        turned.append(f"{int(quantity) * 1000},{year},{product},{country}")
    mixed = run(METHOD, given(tmp_path, "\n".join(turned)))
    for name in ("stock", "generated"):
        assert mixed.tables[name].arrow().equals(plain.tables[name].arrow())


def test_a_series_ends_with_its_own_last_year(tmp_path: Path) -> None:
    result = run(METHOD, given(tmp_path, ["XAA,0306,2001,5", *one_to_ten("0303")]))
    years = [
        row["year"]
        for row in result.tables["stock"].arrow().to_pylist()
        if row["product"] == "0306"
    ]
    assert years == [2001]


def test_the_result_says_that_mass_is_kept(tmp_path: Path) -> None:
    result = run(METHOD, given(tmp_path, one_to_ten()))
    (balance,) = [one for one in result.checks if one.id == "generated.balance"]
    assert (balance.verdict, balance.tested, balance.concerned) == (Verdict.PASSED, 10, 0)
    entered = np.cumsum(np.arange(1, 11))
    accounted = np.cumsum(column(result, "generated")) + column(result, "stock")
    np.testing.assert_allclose(accounted, entered, rtol=1e-11)


# --- refusals -----------------------------------------------------------------------------


def test_a_gap_in_the_years_is_an_error_that_names_year_and_row_before(tmp_path: Path) -> None:
    rows = [
        "XAA,0306,2001,1",
        "XAA,0306,2003,1",
        "XAA,0303,2001,1",
        "XAA,0306,2007,1",
        "XAA,0303,2002,1",
    ]
    add = "add a row for each year; write 0 only where nothing was put on the market"
    assert refusal(given(tmp_path, rows)) == [
        f"market: row 2, column year: 2001: 2002 missing between this row and 2003; {add}",
        f"market: row 3, column year: 2003: 2004–2006 missing between this row and 2007; {add}",
    ]


def test_a_year_that_a_faulty_row_may_stand_for_is_not_named_again(tmp_path: Path) -> None:
    rows = [
        "XAA,0306,2001,1",
        "XAA,306,2002,1",
        "XAA,0306,2003,1",
        "XA,0306,2004,1",
        "XAA,0306,2005,1",
        "XAA,0306,2oo6,1",
        "XAA,0306,2007,1",
        "XAA,0303,2005,1",
        "XAA,0303,2007,1",
    ]
    lines = refusal(given(tmp_path, rows))
    assert [line.split(": ")[1] for line in lines] == [
        "row 3, column product",
        "row 5, column country",
        "row 7, column year",
        "row 9, column year",
    ]
    assert "2006 missing between this row and 2007" in lines[3]


def test_a_year_out_of_bounds_is_one_error_not_a_gap_of_centuries(tmp_path: Path) -> None:
    rows = ["XAA,0306,2001,1", "XAA,0306,20020000000000,1", "XAA,0306,2003,1"]
    (line,) = refusal(given(tmp_path, rows))
    assert line.startswith("market: row 3, column year: 20020000000000: out of bounds")


def test_a_workbook_that_made_numbers_of_keys_is_told_which_key(tmp_path: Path) -> None:
    import xlsxwriter

    path = tmp_path / "market.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("market")
        sheet.write_row(0, 0, ["country", "product", "year", "quantity [t]"])
        sheet.write_row(1, 0, ["XAA", 306, 2001, 5])
    (line,) = refusal({"market": path})
    assert "row 2, column product, sheet market, cell B2: 306:" in line
    assert line.endswith("did you mean 0306?")


def test_a_product_without_a_lifetime_is_refused_by_name(tmp_path: Path) -> None:
    (line,) = refusal(given(tmp_path, ["XAA,0002,2001,1"]))
    assert line.startswith("market: row 2, column product: 0002: not a known lifetimes.product; ")


def test_a_lifetime_without_a_product_is_one_fault_among_the_others(tmp_path: Path) -> None:
    market = ["XAA,0306,2001,1", "XAA,0306,2003,1"]
    inputs = given(tmp_path, market, ["0306,fixed,,,5,", ",fixed,,,5,"])
    assert [tuple(line.split(": ")[:3]) for line in refusal(inputs)] == [
        ("market", "row 2, column year", "2001"),
        ("lifetimes", "row 3, column product", "no value; fill in product by its UNU key, four digits with leading zeros"),
    ]  # fmt: skip


def test_every_fault_of_both_tables_is_named_at_once(tmp_path: Path) -> None:
    market = [
        "XAA,0306,2001,1",
        "XAA,0306,2003,1",
        "XAA,0303,2001,-1",
        "QQQ,0303,2001,1",
        "XAA,0303,2002,",
        "XAA,0303,2001,3",
    ]
    lifetimes = [
        "0306,weibull,1.5,,,",
        "0303,normal,,,5,0",
        "0108,lognormal,2,,-3,1",
        "0111,fixed,,,,",
        "0114,gamma,,,5,1",
        "306,fixed,,,5,",
    ]
    assert [
        tuple(line.split(": ")[:2]) for line in refusal(given(tmp_path, market, lifetimes))
    ] == [
        ("market", "row 2, column year"),
        ("market", "row 4, column quantity"),
        ("market", "row 5, column country"),
        ("market", "row 6, column quantity"),
        ("market", "row 7, column country"),
        ("lifetimes", "row 2, column scale"),
        ("lifetimes", "row 3, column standard_deviation"),
        ("lifetimes", "row 4, column mean"),
        ("lifetimes", "row 5, column mean"),
        ("lifetimes", "row 6, column distribution"),
        ("lifetimes", "row 7, column product"),
    ]


def test_a_missing_parameter_says_which_distribution_needs_it(tmp_path: Path) -> None:
    inputs = given(tmp_path, ["XAA,0306,2001,1"], ["0306,weibull,,5,,"])
    assert refusal(inputs) == [
        (
            "lifetimes: row 2, column shape: a weibull lifetime needs this parameter; "
            "fill in shape k; for weibull"
        )
    ]
    with pytest.raises(InputRefusedError) as caught:
        run(METHOD, inputs)
    assert "weibull分布にはこのパラメータが必要です" in caught.value.lines("ja")[0]


def test_a_parameter_that_is_not_used_is_marked_not_refused(tmp_path: Path) -> None:
    lifetimes = ["0306,fixed,,,5,2", "0303,weibull,1.5,5,4,"]
    inputs = given(tmp_path, ["XAA,0306,2001,1"], lifetimes)
    (used,) = [one for one in check(METHOD, inputs) if one.id == "lifetimes.parameters-used"]
    assert (used.verdict, used.concerned, used.rows) == (Verdict.LOOK, 2, (2, 3))


# --- what is shipped ----------------------------------------------------------------------


def test_the_example_is_a_sample_and_keeps_mass() -> None:
    result = run(METHOD, example_inputs(METHOD))
    generated = result.tables["generated"].arrow()
    assert set(generated["country"].to_pylist()) == {"XAA", "XAB"} <= sample_countries()
    assert set(generated["product"].to_pylist()) == {"0108", "0303", "0306"}
    assert {one.verdict for one in result.checks if one.id == "generated.balance"} == {
        Verdict.PASSED
    }


def test_figures_draw_columns_that_exist() -> None:
    for figure in METHOD.figures:
        names = METHOD.output(figure.table).names
        drawn = {figure.value, figure.category, figure.x, figure.facet}
        assert drawn <= set(names), figure.name


def test_activities_are_of_the_programme() -> None:
    codes = {row["code"] for row in load("programme/activities").where(programme="space")}
    assert set(METHOD.activities) <= codes


def test_the_function_by_itself_takes_arrow_tables() -> None:
    tables: Mapping[str, pa.Table] = {
        "market": pa.table(
            {"country": ["XAA"], "product": ["0306"], "year": [2001], "quantity": [2.0]}
        ),
        "lifetimes": pa.table(
            {
                "product": ["0303", "0306"],
                "distribution": ["fixed", "fixed"],
                "mean": [1.0, 0.25],
            }
        ),
    }
    values: Mapping[str, Value] = {"inflow_at": "middle"}
    outcome = e_waste_generation(tables, values)
    assert outcome.tables["generated"]["generated"].to_pylist() == [2.0]
