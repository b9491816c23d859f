"""Landfill methane against bonsai_ipcc, closed forms and arithmetic in many digits."""

from __future__ import annotations

import csv
import math
from decimal import Decimal, localcontext
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kyoso import reference
from kyoso.cli import main
from kyoso.climate.transparency.landfill_methane import METHOD
from kyoso.core.errors import InputRefusedError
from kyoso.methods import registry
from kyoso.methods.result import Result, Verdict
from kyoso.methods.running import example_inputs, run, running
from kyoso.methods.tracing import trace
from kyoso.tables.writing import write

HEADERS = {
    "waste": "country,site,year,stream,mass [Gg],methane_correction_factor",
    "parameters": "stream,degradable_carbon,decomposable_fraction,decay_rate,methane_fraction,delay",
    "recovery": "country,site,year,recovered,oxidation",
}
STREAMS = ("food,0.15,0.5,0.4,0.5,6", "paper,0.4,0.5,0.07,0.5,6")


def inputs(folder: Path, **lines: list[str] | tuple[str, ...]) -> dict[str, Path]:
    """Input files from their lines, each under the contract's header."""
    paths = {}
    for name, rows in lines.items():
        paths[name] = folder / f"{name}.csv"
        paths[name].write_text("\n".join([HEADERS[name], *rows, ""]), encoding="utf-8")
    return paths


def rows(result: Result, table: str) -> list[dict[str, object]]:
    return result.tables[table].arrow().to_pylist()


def column(result: Result, table: str, name: str) -> list[float]:
    return result.tables[table].arrow()[name].to_pylist()


def refusal(paths: dict[str, Path]) -> list[str]:
    with pytest.raises(InputRefusedError) as caught:
        run(METHOD, paths)
    return caught.value.lines("en")


def deposits(masses: list[float], stream: str = "food", first: int = 2001) -> list[str]:
    return [f"XAA,S,{first + at},{stream},{mass!r},0.8" for at, mass in enumerate(masses)]


def test_the_registry_finds_the_method_by_its_contract_name() -> None:
    assert registry.get("climate.transparency.landfill-methane") is METHOD


def test_the_contract_names_tables_and_columns() -> None:
    names = {table.name: table.names for table in (*METHOD.inputs, *METHOD.outputs)}
    assert names["waste"] == tuple(HEADERS["waste"].replace(" [Gg]", "").split(","))
    assert names["parameters"][:6] == tuple(HEADERS["parameters"].split(","))
    assert names["recovery"] == tuple(HEADERS["recovery"].split(","))
    assert names["methane"] == ("country", "site", "year", "generated", "recovered", "emitted")
    assert METHOD.input("parameters")["delay"].default == 6
    assert METHOD.input("recovery").optional


# --- against independent values -----------------------------------------------------------

FOOD = [100, 110, 120, 130, 0, 0, 90, 95, 100, 105]
PAPER = [40, 42, 44, 46, 48, 50, 52, 54, 56, 58]
# Worked out with bonsai_ipcc 0.5.3 (MIT): ddoc_from_wd_data, ddoc_m_decomp_t, ddoc_ma_t,
# ch4_generated and ch4_emissions (2006 Guidelines, V5, Equations 3.1, 3.2, 3.4–3.6) with the
# streams above, correction factor 0.8, a quarter recovered, oxidation 0.1.
# Methane generated, stock of food, stock of paper, methane emitted; years 1 to 10.
BONSAI = [
    (0.0, 6.0, 6.4, 0.0),
    (1.6071728509253966, 10.621920276213835, 12.68732044739807, 1.084841674374643),
    (2.9063836391686837, 14.320086088538549, 18.869579176320332, 1.9618089564388614),
    (3.997830327018901, 17.39904076610348, 24.953879008227055, 2.6985354707377582),
    (4.9487675980456025, 11.66292580731045, 30.946842569951684, 3.3404181286807817),
    (3.958153770246855, 7.817892964066586, 36.85464475782526, 2.671753794916627),
    (3.3793362288610704, 10.640490371574815, 42.683043007025425, 2.2810519544812227),
    (4.262395912236083, 12.832533995715806, 48.43740551453031, 2.8771172407593557),
    (5.003531451638421, 14.601904778762126, 54.122737554026365, 3.3773837298559344),
    (5.648657891676587, 16.08794948350785, 59.74370601176577, 3.8128440768816967),
]


def test_two_streams_give_the_methane_and_stocks_of_bonsai_ipcc(tmp_path: Path) -> None:
    recovery = [f"XAA,S,{2001 + at},{one[0] / 4!r},0.1" for at, one in enumerate(BONSAI)]
    waste = [*deposits(FOOD), *deposits(PAPER, "paper")]
    result = run(METHOD, inputs(tmp_path, waste=waste, parameters=STREAMS, recovery=recovery))
    generated, food, paper, emitted = zip(*BONSAI, strict=True)
    assert column(result, "methane", "generated") == pytest.approx(generated, rel=1e-11)
    assert column(result, "methane", "emitted") == pytest.approx(emitted, rel=1e-11)
    assert column(result, "stock", "stock") == pytest.approx([*food, *paper], rel=1e-11)


def test_one_deposit_halves_every_half_life(tmp_path: Path) -> None:
    """After n half-lives the share 1 − 2^(−n) of the carbon has become methane and CO2."""
    waste = [f"XAA,S,{2000 + at},w,{100 if at == 0 else 0},1" for at in range(31)]
    parameters = [f"w,0.2,0.5,{math.log(2) / 10!r},0.5,6"]
    result = run(METHOD, inputs(tmp_path, waste=waste, parameters=parameters))
    stock = column(result, "stock", "stock")
    assert [stock[at] for at in (0, 10, 20, 30)] == pytest.approx([10, 5, 2.5, 1.25], rel=1e-11)
    total = math.fsum(column(result, "methane", "generated"))
    assert total == pytest.approx((10 - 1.25) * 0.5 * 16 / 12, rel=1e-10)


@pytest.mark.parametrize("delay", [0, 2, 6])
def test_the_year_of_deposit_decays_for_what_the_delay_leaves_of_it(
    tmp_path: Path, delay: int
) -> None:
    """The notes' equations in month M = delay + 7, with 40 digits: e^(−k·(13 − M)/12)."""
    month = delay + 7
    with localcontext() as context:
        context.prec = 40
        rate, carbon = Decimal("0.4"), Decimal(100) * Decimal("0.15") * Decimal("0.5")
        kept = (-rate * (13 - month) / 12).exp()
        first = carbon * (1 - kept)
        second = carbon * kept * (1 - (-rate).exp())
        expected = [float(z * 8 / 12) for z in (first, second)]
    waste = ["XAA,S,2001,food,100,1", "XAA,S,2002,food,0,1"]
    parameters = [f"food,0.15,0.5,0.4,0.5,{delay}"]
    result = run(METHOD, inputs(tmp_path, waste=waste, parameters=parameters))
    assert column(result, "methane", "generated") == pytest.approx(expected, rel=1e-11, abs=0)


def test_a_delay_left_out_is_six_months(tmp_path: Path) -> None:
    waste = deposits([5, 6, 7])
    header, row = HEADERS["parameters"].rsplit(",", 1)[0], STREAMS[0].rsplit(",", 1)[0]
    paths = inputs(tmp_path, waste=waste)
    paths["parameters"] = tmp_path / "parameters.csv"
    paths["parameters"].write_text(f"{header}\n{row}\n", encoding="utf-8")
    left_out = rows(run(METHOD, paths), "methane")
    paths = inputs(tmp_path, waste=waste, parameters=STREAMS[:1])
    assert rows(run(METHOD, paths), "methane") == left_out


@settings(max_examples=25, deadline=None)
@given(
    masses=st.lists(st.floats(0, 1e4, allow_subnormal=False), min_size=1, max_size=40),
    rate=st.floats(1e-3, 2),
    delay=st.floats(0, 6),
)
def test_carbon_is_kept_and_methane_is_its_share(
    tmp_path_factory: pytest.TempPathFactory, masses: list[float], rate: float, delay: float
) -> None:
    parameters = [f"food,0.15,0.5,{rate!r},0.6,{delay!r}"]
    folder = tmp_path_factory.mktemp("mass")
    result = run(METHOD, inputs(folder, waste=deposits(masses), parameters=parameters))
    entered = math.fsum(masses) * 0.15 * 0.5 * 0.8
    left = column(result, "stock", "stock")[-1]
    decomposed = math.fsum(column(result, "stock", "decomposed"))
    assert decomposed + left == pytest.approx(entered, rel=1e-10, abs=1e-300)
    generated = math.fsum(column(result, "methane", "generated"))
    assert generated == pytest.approx(decomposed * 0.6 * 16 / 12, rel=1e-10, abs=1e-300)


def test_the_command_line_takes_files_and_writes_the_table_of_the_contract(tmp_path: Path) -> None:
    """By hand: 6 Gg of carbon, of which 1 − e^(−0.4) decays in the second year, × 8/12."""
    paths = inputs(tmp_path, waste=deposits([100, 0]), parameters=STREAMS)
    given = [part for name, path in paths.items() for part in ("-i", f"{name}={path}")]
    with pytest.raises(SystemExit) as left:
        main(["run", METHOD.id, *given, "-o", str(tmp_path / "out")])
    assert left.value.code in (None, 0)
    with (tmp_path / "out" / "methane.csv").open(encoding="utf-8") as stream:
        first, second = csv.DictReader(stream)
    generated = f"{6 * (1 - math.exp(-0.4)) * 8 / 12:.12g}"
    assert list(first.values()) == ["XAA", "S", "2001", "0", "", "0"]
    assert list(second.values()) == ["XAA", "S", "2002", generated, "", generated]


# --- series of years ----------------------------------------------------------------------


def test_a_closed_site_goes_on_to_the_last_year_of_its_recovery(tmp_path: Path) -> None:
    paths = inputs(
        tmp_path,
        waste=deposits([100, 100]),
        parameters=STREAMS,
        recovery=["XAA,S,2005,0.1,0", "XAA,S,2006,0.1,0"],
    )
    result = run(METHOD, paths)
    assert column(result, "methane", "year") == list(range(2001, 2007))
    assert column(result, "methane", "recovered") == [None] * 4 + [0.1, 0.1]
    assert column(result, "stock", "deposited") == pytest.approx([6, 6, 0, 0, 0, 0])


def test_recovery_that_is_not_reported_is_absent_and_nothing_is_deducted(tmp_path: Path) -> None:
    result = run(METHOD, inputs(tmp_path, waste=deposits([100, 100, 0]), parameters=STREAMS))
    for row in rows(result, "methane"):
        assert row["recovered"] is None
        assert row["emitted"] == row["generated"]


def test_oxidation_left_out_is_none_and_works_without_recovery(tmp_path: Path) -> None:
    recovery = ["XAA,S,2002,0,", "XAA,S,2003,0,0.1"]
    paths = inputs(tmp_path, waste=deposits([9, 9, 9]), parameters=STREAMS, recovery=recovery)
    _, second, third = rows(run(METHOD, paths), "methane")
    assert second["emitted"] == second["generated"]
    assert third["emitted"] == pytest.approx(0.9 * third["generated"], rel=1e-11)


def test_sites_of_one_name_in_two_countries_are_two_sites(tmp_path: Path) -> None:
    waste = [*deposits([1, 2]), "XAB,S,2001,food,10,0.8", "XAB,S,2002,food,20,0.8"]
    result = run(METHOD, inputs(tmp_path, waste=waste, parameters=STREAMS))
    one, other = (
        [row["generated"] for row in rows(result, "methane") if row["country"] == country]
        for country in ("XAA", "XAB")
    )
    assert other == pytest.approx([10 * value for value in one], rel=1e-11)


def test_streams_are_named_in_any_letter_case_and_shown_as_in_the_parameters(
    tmp_path: Path,
) -> None:
    waste = ["XAA,S,2001,FOOD,1,0.8", "XAA,S,2002,Food,2,0.8", "XAA,S,2003,food,3,0.8"]
    result = run(METHOD, inputs(tmp_path, waste=waste, parameters=STREAMS))
    same = run(METHOD, inputs(tmp_path, waste=deposits([1, 2, 3]), parameters=STREAMS))
    assert rows(result, "stock") == rows(same, "stock")


def test_the_order_of_rows_changes_nothing(tmp_path: Path) -> None:
    waste = [*deposits(FOOD), *deposits(PAPER, "paper"), "XAB,T,1999,food,7,1"]
    result, turned = (
        run(METHOD, inputs(tmp_path, waste=lines, parameters=STREAMS))
        for lines in (waste, waste[::-1])
    )
    for table in ("methane", "stock"):
        assert result.tables[table].arrow().equals(turned.tables[table].arrow())


def test_streams_with_other_years_than_their_site_are_marked(tmp_path: Path) -> None:
    waste = [*deposits([1, 1, 1]), "XAA,S,2002,paper,1,0.8"]
    result = run(METHOD, inputs(tmp_path, waste=waste, parameters=STREAMS))
    (alike,) = [one for one in result.checks if one.id == "waste.streams-alike"]
    assert (alike.verdict, alike.concerned, alike.rows) == (Verdict.LOOK, 2, (5, 5))


# --- bad input ----------------------------------------------------------------------------


def test_a_gap_in_a_series_is_named_in_the_row_before_it(tmp_path: Path) -> None:
    waste = ["XAA,S,2001,food,1,0.8", "XAA,S,2004,food,1,0.8", "XAA,S,2002,paper,1,0.8"]
    assert refusal(inputs(tmp_path, waste=waste, parameters=STREAMS)) == [
        "waste: row 2, column year: 2001: 2002–2003 missing between this row and 2004; "
        "add a row for each year; write 0 only where nothing was deposited"
    ]


def test_a_gap_that_a_faulty_row_may_fill_is_passed_over(tmp_path: Path) -> None:
    waste = ["XAA,S,2001,food,1,0.8", "XAA,S,2002,fod,1,0.8", "XAA,S,2003,food,1,0.8"]
    (line,) = refusal(inputs(tmp_path, waste=waste, parameters=STREAMS))
    assert line.startswith("waste: row 3, column stream: fod: not a known parameters.stream; did")


def test_a_gap_in_recovery_is_named_too(tmp_path: Path) -> None:
    recovery = ["XAA,S,2002,0,0", "XAA,S,2004,0,0"]
    paths = inputs(tmp_path, waste=deposits([1] * 4), parameters=STREAMS, recovery=recovery)
    (line,) = refusal(paths)
    assert line.startswith("recovery: row 2, column year: 2002: 2003 missing between")


def test_no_more_methane_is_recovered_than_was_generated(tmp_path: Path) -> None:
    """By hand: 100 Gg × 0.15 × 0.5 × 0.8 = 6 Gg; of it 1 − e^(−0.4) decays, × 8/12."""
    recovery = ["XAA,S,2002,1.4,0", "XAA,T,2002,0,0", "XAA,S,2000,0,0", "XAA,S,2001,0,0"]
    paths = inputs(tmp_path, waste=deposits([100, 0]), parameters=STREAMS, recovery=recovery)
    generated = 6 * (1 - math.exp(-0.4)) * 8 / 12
    assert refusal(paths) == [
        f"recovery: row 2, column recovered: 1.4: more than the {generated:.6g} Gg generated in "
        "the year; check the unit of the recovery, the deposits and their parameters",
        "recovery: row 3, column site: T: no waste was deposited at this site; "
        "name a site of the table waste, in its country",
        "recovery: row 4, column year: 2000: before the first deposit at this site, 2001; "
        "delete the row, or add the deposits",
    ]


def test_all_that_was_generated_may_be_recovered_as_written(tmp_path: Path) -> None:
    paths = inputs(tmp_path, waste=deposits(FOOD), parameters=STREAMS)
    generated = column(run(METHOD, paths), "methane", "generated")
    recovery = [f"XAA,S,{2001 + at},{value:.12g},0" for at, value in enumerate(generated)]
    paths = inputs(tmp_path, waste=deposits(FOOD), parameters=STREAMS, recovery=recovery)
    assert column(run(METHOD, paths), "methane", "emitted") == pytest.approx([0] * 10, abs=1e-11)


def test_a_fault_in_a_site_is_told_once_and_not_again_as_its_recovery(tmp_path: Path) -> None:
    waste = ["XAA,S,2001,food,abc,0.8", "XAA,S,2002,food,1,0.8", "XAA,T,2001,food,1,0.8"]
    recovery = ["XAA,S,2002,5,0", "XAA,T,2001,5,0"]
    paths = inputs(tmp_path, waste=waste, parameters=STREAMS, recovery=recovery)
    assert [line.split(": ")[:3] for line in refusal(paths)] == [
        ["waste", "row 2, column mass", "abc"],
        ["recovery", "row 3, column recovered", "5"],
    ]


def test_carbon_that_never_decays_is_refused_and_an_inert_stream_is_not(tmp_path: Path) -> None:
    parameters = ["a,0.2,0.5,0,0.5,6", "b,0,0,0,0.5,6"]
    (line,) = refusal(inputs(tmp_path, waste=deposits([1], "a"), parameters=parameters))
    assert line.startswith("parameters: row 2, column decay_rate: 0: carbon that never decays; ")
    result = run(METHOD, inputs(tmp_path, waste=deposits([1], "b"), parameters=parameters[1:]))
    assert column(result, "methane", "generated") == [0]


def test_every_fault_of_all_tables_is_named_at_once(tmp_path: Path) -> None:
    paths = inputs(
        tmp_path,
        waste=[
            "XAA,S,2001,food,-1,0.8",
            "XAA,S,2002,food,1,1.2",
            "QQQ,S,2001,food,1,1",
            "XAA,S,2001,glas,1,1",
            "XAA,T,2001,food,1,1",
            "XAA,T,2001,FOOD,1,1",
            "XAA,T,2001,paper,,",
        ],
        parameters=[
            "food,15,0.5,0.4,0.5,6",
            "paper,0.4,0.5,-0.1,0.5,7",
            "paper,0.4,0.5,0.1,0.5,6",
        ],
        recovery=["XAA,S,2001,1,10", "XAA,S,2001,1,0"],
    )
    assert [line.split(": ")[:2] for line in refusal(paths)] == [
        ["waste", "row 2, column mass"],
        ["waste", "row 3, column methane_correction_factor"],
        ["waste", "row 4, column country"],
        ["waste", "row 5, column stream"],
        ["waste", "row 7, column country"],
        ["waste", "row 8, column mass"],
        ["waste", "row 8, column methane_correction_factor"],
        ["parameters", "row 2, column degradable_carbon"],
        ["parameters", "row 3, column decay_rate"],
        ["parameters", "row 3, column delay"],
        ["parameters", "row 4, column stream"],
        ["recovery", "row 2, column oxidation"],
        ["recovery", "row 3, column country"],
    ]


def test_units_of_the_header_are_converted_once(tmp_path: Path) -> None:
    paths = inputs(tmp_path, waste=deposits([5, 6]), parameters=STREAMS)
    expected = rows(run(METHOD, paths), "methane")
    waste = paths["waste"].read_text(encoding="utf-8").replace("[Gg]", "[t]")
    waste = waste.replace("food,5,", "food,5000,").replace("food,6,", "food,6000,")
    paths["waste"].write_text(waste, encoding="utf-8")
    per_month = f"food,0.15,0.5,{0.4 / 12!r},0.5,6"
    header = HEADERS["parameters"].replace("decay_rate", "decay_rate [1/month]")
    paths["parameters"].write_text(f"{header}\n{per_month}\n", encoding="utf-8")
    for row, other in zip(rows(run(METHOD, paths), "methane"), expected, strict=True):
        assert row["generated"] == pytest.approx(other["generated"], rel=1e-11)


# --- what is shipped ----------------------------------------------------------------------


def test_shipped_streams_say_their_climate_and_hold_the_published_values() -> None:
    """2006 Guidelines, V5: DOC 15 % (Table 2.4), k 0.4 and 0.185 (Table 3.3), DOCf and F 0.5;
    2019 Refinement, Table 3.0: DOCf 0.7 for food and 0.1 for wood.
    """
    streams = reference.load("ghg/landfill_streams_ipcc2006").by("stream")
    names = ("degradable_carbon", "decomposable_fraction", "decay_rate", "methane_fraction")
    food, cool = (streams[f"Food waste ({c} wet)"] for c in ("tropical", "boreal and temperate"))
    assert [food[name] for name in names] == ["0.15", "0.5", "0.4", "0.5"]
    assert cool["decay_rate"] == "0.185"
    newer = reference.load("ghg/landfill_streams_ipcc2019").by("stream")
    assert newer["Food waste (tropical wet)"]["decomposable_fraction"] == "0.7"
    assert newer["Wood (tropical dry)"]["decomposable_fraction"] == "0.1"
    assert newer.keys() <= streams.keys()


def test_a_stream_without_its_climate_is_asked_for_it(tmp_path: Path) -> None:
    (line,) = refusal(inputs(tmp_path, waste=deposits([1], "Food waste")))
    assert "not a known parameters.stream" in line
    assert "Food waste (tropical" in line


def test_streams_that_are_not_verified_are_named(tmp_path: Path) -> None:
    waste = [*deposits([1] * 40, "Food waste (tropical wet)"), *deposits([1] * 40, "Industrial food waste (tropical wet)")]  # fmt: skip
    result = run(METHOD, inputs(tmp_path, waste=waste))
    (verified,) = [one for one in result.checks if one.id == "parameters-verified"]
    assert (verified.verdict, verified.tested, verified.concerned) == (Verdict.LOOK, 2, 1)
    assert verified.hint is not None
    assert verified.hint["en"] == "not verified: Industrial food waste (tropical wet)"


def test_the_other_edition_can_be_given_as_the_parameters(tmp_path: Path) -> None:
    newer = reference.load("ghg/landfill_streams_ipcc2019").path
    paths = inputs(tmp_path, waste=deposits([10, 0], "Food waste (tropical wet)"))
    older = column(run(METHOD, paths), "methane", "generated")
    result = run(METHOD, {**paths, "parameters": newer})
    assert column(result, "methane", "generated")[1] == pytest.approx(older[1] * 0.7 / 0.5)


def test_the_example_runs_and_its_methane_goes_back_to_deposits(tmp_path: Path) -> None:
    kept = {}
    with running(METHOD, example_inputs(METHOD)) as result:
        for name, table in {**result.inputs, **result.tables}.items():
            kept[name] = tmp_path / f"{name}.parquet"
            write(table.batches(), table.schema, kept[name], "parquet")
        sites = column(result, "methane", "site")
    second_year = sites.index("SAMPLE-BAY") + 1
    steps = trace(METHOD, "methane", second_year + 2, kept)
    behind = {step.declared.name: step.count for step in steps}
    with example_inputs(METHOD)["waste"].open(encoding="utf-8") as stream:
        bay = [row for row in csv.DictReader(stream) if row["site"] == "SAMPLE-BAY"]
    assert behind == {
        "methane": 1,
        "stock": 6,
        "waste": len([row for row in bay if row["year"] in ("2009", "2010")]),
        "parameters": 6,
        "recovery": 0,
    }
