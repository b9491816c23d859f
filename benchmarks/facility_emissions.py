"""Facility emissions of 20 million lines of Parquet: Kyoso, DuckDB SQL by hand, pandas.

The SQL is written as an analyst who knows DuckDB would: group first, join the few factors to
the groups. It comes three times, because Kyoso never calculates what it has not checked: with
the checks that refuse the same faults (missing, out of bounds, unknown, given twice), keys
grouped or, which takes less, their hashes counted; and without any check.

The second job is the table line by line, in key order, as one Parquet file.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from benchmarks.measuring import Case, Contender, Goal, Job

LINES = 20_000_000
METHOD = "climate.transparency.facility-emissions"

TOTALS, EMISSIONS = "kyoso, checks and totals", "kyoso, checks and emissions to Parquet"
SQL_CHECKED, SQL_HASHED = "SQL by hand, with checks", "SQL by hand, keys by hash"
SQL_EMISSIONS = "SQL by hand, emissions to Parquet, no checks"

UNITS = "(VALUES ('t', 1.0, true), ('kg', 0.001, true), ('TJ', 1.0, false), ('MWh', 0.0036, false))"
SECTORS = (
    "(VALUES ('1A1a', 'energy industries'), "
    "('1A2f', 'manufacturing industries and construction'), "
    "('1A4a', 'commercial and institutional'), "
    "('1A4b', 'residential; agriculture, forestry, fishing'))"
)
POTENTIALS = "(VALUES ('CO2', 1.0), ('CH4', 28.0), ('N2O', 265.0))"


def make(folder: Path) -> None:
    """Lines of four fuels, categories and units in five sample countries over two years."""
    import duckdb

    with duckdb.connect() as connection:
        connection.execute(
            f"""COPY (SELECT 'F' || lpad((i // 8)::VARCHAR, 8, '0') AS facility,
            ['XAA', 'XAB', 'XAC', 'XAD', 'XAE'][1 + (i // 8) % 5] AS country,
            (2015 + (i % 8) // 4)::INTEGER AS year,
            ['1A1a', '1A2f', '1A4a', '1A4b'][1 + (i // 16) % 4] AS category,
            ['Natural Gas', 'Diesel Oil', 'Anthracite', 'Residual Fuel Oil'][1 + i % 4] AS source,
            round((hash(i) % 100000000) / 1000.0, 3) AS quantity,
            ['t', 'TJ', 'kg', 'MWh'][(1 + (i * 7919) % 4)::BIGINT] AS unit,
            round(1 + (hash(i + 1) % 1000) / 100.0, 2) AS uncertainty
            FROM range({LINES}) t(i)) TO '{folder}/activity.parquet' (FORMAT parquet)"""
        )


def kyoso_totals(folder: Path) -> Job:
    """Door, hashes, all checks, totals with their intervals."""
    from kyoso.methods import registry, running

    method = registry.get(METHOD)

    def job() -> Any:
        with running.running(method, {"activity": folder / "activity.parquet"}) as result:
            return result.tables["totals"].arrow().to_pandas()

    return job


def kyoso_emissions(folder: Path) -> Job:
    """Door, hashes, all checks, then every line × gas in key order to a Parquet file."""
    from kyoso.methods import registry, running
    from kyoso.tables.writing import write

    method, made = registry.get(METHOD), folder / "emissions.parquet"

    def job() -> Path:
        with running.running(method, {"activity": folder / "activity.parquet"}) as result:
            output = result.tables["emissions"]
            write(output.batches(), output.schema, made, "parquet")
        return made

    return job


def sql_emissions(folder: Path) -> Job:
    """The same file from SQL, with all the memory DuckDB likes to take."""
    import duckdb

    activity, made = f"read_parquet('{folder}/activity.parquet')", folder / "by_hand.parquet"

    def job() -> Path:
        with duckdb.connect(config={"temp_directory": str(folder / "spilled")}) as connection:
            connection.execute(
                f"COPY ({_emissions_sql(activity)}) TO '{made}' (FORMAT parquet, COMPRESSION zstd)"
            )
        return made

    return job


def _factors() -> str:
    from kyoso import reference

    return str(reference.load("ghg/factors_ipcc2006").path)


def _totals_sql(activity: str) -> str:
    return f"""
    WITH stream AS (
      SELECT country, year, category, lower(source) AS source, unit, sum(quantity) AS quantity,
             sum((quantity * uncertainty / 100) * (quantity * uncertainty / 100)) AS spread
      FROM {activity} GROUP BY ALL),
    factor AS (
      SELECT lower(source) AS source, gas, sector, value / 1000 AS value,
             (upper - lower) / (2 * value) AS u, net_calorific_value / 1000 AS ncv,
             (net_calorific_value_upper - net_calorific_value_lower)
               / (2 * net_calorific_value) AS u_ncv
      FROM read_csv('{_factors()}')),
    line AS (
      SELECT s.*, f.gas, f.u, f.u_ncv, n.mass,
             n.k * CASE WHEN n.mass THEN f.ncv ELSE 1 END * f.value * p.gwp AS k
      FROM stream s JOIN {UNITS} n(unit, k, mass) USING (unit)
      JOIN {SECTORS} c(category, sector) USING (category)
      JOIN factor f ON f.source = s.source AND f.sector IN (c.sector, 'all')
      JOIN {POTENTIALS} p(gas, gwp) ON p.gas = f.gas),
    own AS (
      SELECT country, year, category, source, unit, any_value(spread) * sum(k) ** 2 AS v
      FROM line GROUP BY ALL),
    by_gas AS (
      SELECT country, year, category, source, gas, (sum(quantity * k) * any_value(u)) ** 2 AS v
      FROM line GROUP BY ALL),
    by_value AS (
      SELECT country, year, category, source, (sum(quantity * k) * any_value(u_ncv)) ** 2 AS v
      FROM line WHERE mass GROUP BY ALL),
    variance AS (
      SELECT country, year, category, sum(v) AS v FROM (
        SELECT country, year, category, v FROM own UNION ALL
        SELECT country, year, category, v FROM by_gas UNION ALL
        SELECT country, year, category, v FROM by_value) GROUP BY ALL),
    total AS (
      SELECT country, year, category, sum(quantity * k) AS co2e FROM line GROUP BY ALL)
    SELECT country, year, category, co2e, greatest(0, co2e - sqrt(v)) AS lower,
           co2e + sqrt(v) AS upper
    FROM total JOIN variance USING (country, year, category) ORDER BY ALL"""


def _emissions_sql(activity: str) -> str:
    return f"""
    WITH factor AS (
      SELECT source AS name, gas, biogenic, sector, value / 1000 AS value,
             50 * (upper - lower) / value AS u, net_calorific_value / 1000 AS ncv,
             50 * (net_calorific_value_upper - net_calorific_value_lower)
               / net_calorific_value AS u_ncv
      FROM read_csv('{_factors()}')),
    coefficient AS (
      SELECT name, lower(name) AS source, unit, category, gas, biogenic, u, gwp,
             k * CASE WHEN mass THEN ncv ELSE 1 END * value AS k,
             CASE WHEN mass THEN u_ncv ELSE 0 END AS u_ncv
      FROM factor f JOIN {SECTORS} c(category, sector) ON f.sector IN (c.sector, 'all')
      CROSS JOIN {UNITS} n(unit, k, mass) JOIN {POTENTIALS} p(gas, gwp) USING (gas))
    SELECT facility, country, year, a.category, name AS source, gas, quantity * k AS mass,
           quantity * k * gwp AS co2e, biogenic,
           sqrt(uncertainty ** 2 + u ** 2 + u_ncv ** 2) AS uncertainty
    FROM {activity} a JOIN coefficient c
      ON c.source = lower(a.source) AND c.unit = a.unit AND c.category = a.category
    ORDER BY facility, country, year, a.category, name, gas"""


KEYS_GROUPED = """SELECT facility, country, year, category, lower(source) FROM {activity}
    GROUP BY ALL HAVING count(*) > 1"""
KEYS_HASHED = """SELECT 1 FROM {activity}
    HAVING count(*) > count(DISTINCT hash(facility, country, year, category, lower(source)))"""


def _checks_sql(activity: str, keys: str) -> tuple[str, ...]:
    return (
        f"""SELECT 1 FROM {activity} WHERE facility IS NULL OR facility = '' OR country IS NULL
        OR year IS NULL OR category IS NULL OR source IS NULL OR quantity IS NULL
        OR unit IS NULL OR quantity < 0 OR NOT isfinite(quantity) OR uncertainty < 0
        OR year < 1900 OR year > 2100 LIMIT 1""",
        f"""SELECT DISTINCT source, unit, category, country FROM {activity}
        WHERE lower(source) NOT IN (SELECT lower(source) FROM read_csv('{_factors()}'))
        OR unit NOT IN (SELECT unit FROM {UNITS} n(unit, k, mass))
        OR category NOT IN (SELECT category FROM {SECTORS} c(category, sector))
        OR NOT regexp_full_match(country, '[A-Z]{{3}}')""",
        keys.format(activity=activity),
    )


def _sql(folder: Path, *, keys: str | None) -> Job:
    import duckdb

    activity = f"read_parquet('{folder}/activity.parquet')"

    def job() -> Any:
        with duckdb.connect() as connection:
            for check in _checks_sql(activity, keys) if keys else ():
                assert not connection.execute(check).fetchall()
            return connection.execute(_totals_sql(activity)).df()

    return job


def by_pandas(folder: Path) -> Job:
    """Totals alone, without intervals or checks: a frame of all lines, merged with factors."""
    import pandas as pd

    from kyoso import reference

    def job() -> Any:
        lines = pd.read_parquet(folder / "activity.parquet")
        factors = pd.DataFrame([dict(row) for row in reference.load("ghg/factors_ipcc2006").rows])
        factors["source"] = factors["source"].str.lower()
        factors["value"] = factors["value"].astype(float) / 1000
        ncv = factors.groupby("source")["net_calorific_value"].first()
        unit = lines["unit"].map({"t": 1.0, "kg": 0.001, "TJ": 1.0, "MWh": 0.0036})
        lines["source"] = lines["source"].str.lower()
        mass = lines["unit"].isin(("t", "kg"))
        value = lines["source"].map(pd.to_numeric(ncv, errors="coerce")) / 1000
        lines["energy"] = lines["quantity"] * unit * value.where(mass, 1.0)
        keys = ["country", "year", "category", "source"]
        energy = lines.groupby(keys, as_index=False)["energy"].sum()
        sectors = {
            "1A1a": "energy industries",
            "1A2f": "manufacturing industries and construction",
            "1A4a": "commercial and institutional",
            "1A4b": "residential; agriculture, forestry, fishing",
        }
        energy["sector"] = energy["category"].map(sectors)
        joined = energy.merge(factors[["source", "gas", "sector", "value"]], on="source")
        joined = joined[(joined["sector_y"] == joined["sector_x"]) | (joined["sector_y"] == "all")]
        gwp = joined["gas"].map({"CO2": 1.0, "CH4": 28.0, "N2O": 265.0})
        joined["co2e"] = joined["energy"] * joined["value"] * gwp
        return joined.groupby(keys[:3], as_index=False)["co2e"].sum()

    return job


def keep(answer: Any, path: Path) -> None:
    answer.to_csv(path, index=False)


def keep_emissions(made: Path, path: Path) -> None:
    """What a file of 60 million rows says, in a few: rows, sums, its order; then it goes."""
    import duckdb

    with duckdb.connect() as connection:
        connection.execute("SET preserve_insertion_order = true")
        answer = connection.execute(
            f"""SELECT country, year, category, source, gas, biogenic, count(*) AS lines,
            min(facility) AS first, max(facility) AS last, sum(mass) AS mass, sum(co2e) AS co2e,
            sum(uncertainty) AS uncertainty, sum(file_row_number % 1000003 * mass) AS order_
            FROM read_parquet('{made}', file_row_number = true) GROUP BY ALL ORDER BY ALL"""
        ).df()
    keep(answer, path)
    made.unlink()


def same(answers: Mapping[str, Path]) -> None:
    """Keys exactly, totals and sums of lines to a relative 1e-11, intervals where given."""
    import pandas as pd

    tables = {name: pd.read_csv(path) for name, path in answers.items()}
    for name, one in tables.items():
        expected = tables[SQL_EMISSIONS if "gas" in one.columns else SQL_CHECKED]
        for column in one.columns:
            if pd.api.types.is_float_dtype(one[column]):
                off = (one[column] / expected[column] - 1).abs().max()
                assert off <= 1e-11, f"{name}: {column} differs by {off:.1e}"
            else:
                assert one[column].equals(expected[column]), f"{name}: {column} differs"


CASE = Case(
    name="facility-emissions",
    title=f"{LINES:,} lines of Parquet to totals, and line by line",
    make=make,
    contenders=(
        Contender(name=TOTALS, prepare=kyoso_totals, keep=keep),
        Contender(
            name=SQL_CHECKED,
            prepare=lambda folder: _sql(folder, keys=KEYS_GROUPED),
            keep=keep,
        ),
        Contender(
            name=SQL_HASHED,
            prepare=lambda folder: _sql(folder, keys=KEYS_HASHED),
            keep=keep,
        ),
        Contender(
            name="SQL by hand, no checks",
            prepare=lambda folder: _sql(folder, keys=None),
            keep=keep,
        ),
        Contender(name="pandas, no checks or intervals", prepare=by_pandas, keep=keep),
        Contender(name=EMISSIONS, prepare=kyoso_emissions, keep=keep_emissions),
        Contender(name=SQL_EMISSIONS, prepare=sql_emissions, keep=keep_emissions),
    ),
    same=same,
    against=SQL_CHECKED,
    rounds=1,
    goals=(
        Goal(
            text="CPU time to SQL by hand for the same answer, checks included",
            value=lambda measured: measured[TOTALS].cpu / measured[SQL_CHECKED].cpu,
            limit=1.5,
            unit="×",
        ),
        Goal(
            text="the same, with the cheaper check of keys in the SQL",
            value=lambda measured: measured[TOTALS].cpu / measured[SQL_HASHED].cpu,
            limit=1.5,
            unit="×",
        ),
        Goal(
            text="peak memory of checks and totals",
            value=lambda measured: measured[TOTALS].peak,
            limit=1000,
            unit="MB",
        ),
        Goal(
            text="CPU time of emissions line by line to SQL by hand without checks",
            value=lambda measured: measured[EMISSIONS].cpu / measured[SQL_EMISSIONS].cpu,
            limit=1.5,
            unit="×",
        ),
        Goal(
            text="peak memory of emissions line by line",
            value=lambda measured: measured[EMISSIONS].peak,
            limit=1000,
            unit="MB",
        ),
    ),
)
