"""20 million lines of facility reports rolled up to the inventory: Kyoso, DuckDB SQL by hand.

The SQL is what an analyst who knows DuckDB would write: group first, then spread the few groups
over the categories above them, compare with national statistics and add what is left at Tier 1.
It comes three times, because Kyoso never counts what it has not checked: with the checks that
refuse the same faults, keys grouped or their hashes counted; and without any check.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from benchmarks.measuring import Case, Contender, Goal, Job

STREAMS = 6_666_667
"""Each with three gases: 20,000,001 lines."""
METHOD = "climate.transparency.inventory-roll-up"

KYOSO, SQL_CHECKED, SQL_HASHED = "kyoso", "SQL by hand, with checks", "SQL by hand, keys by hash"

UNITS = "(VALUES ('t', 1.0, true), ('kg', 0.001, true), ('TJ', 1.0, false), ('MWh', 0.0036, false))"
POTENTIALS = "(VALUES ('CO2', 1.0), ('CH4', 28.0), ('N2O', 265.0))"
ABOVE = (
    "(VALUES ('1A1a', ['1A1a', '1A1', '1A', '1', '0']), ('1A2', ['1A2', '1A', '1', '0']), "
    "('1A2d', ['1A2d', '1A2', '1A', '1', '0']), ('1A2f', ['1A2f', '1A2', '1A', '1', '0']), "
    "('1A4a', ['1A4a', '1A4', '1A', '1', '0']), ('1A4b', ['1A4b', '1A4', '1A', '1', '0']))"
)
NATIONAL = (
    "(VALUES ('1A1a', '1A1a', 'energy industries'), "
    "('1A2d', '1A2', 'manufacturing industries and construction'), "
    "('1A2f', '1A2', 'manufacturing industries and construction'), "
    "('1A4a', '1A4a', 'commercial and institutional'), "
    "('1A4b', '1A4b', 'residential; agriculture, forestry, fishing'))"
)
"""The category of a line, that of the national figure about it, and the sector of its factors."""


def make(folder: Path) -> None:
    """Lines of four fuels in five sample countries over two years, one of a hundred outside the
    boundary; two facilities of one cell, one of them confidential; and national statistics.
    """
    import duckdb

    with duckdb.connect() as connection:
        connection.execute(
            f"""COPY (
            WITH stream AS (
              SELECT i, i // 8 AS f, (2015 + (i % 8) // 4)::INTEGER AS year FROM range({STREAMS}) t(i))
            SELECT 'F' || lpad(f::VARCHAR, 8, '0') AS facility,
              ['XAA', 'XAB', 'XAC', 'XAD', 'XAE'][1 + f % 5] AS country, year,
              CASE WHEN f IN (4, 9) AND year = 2016 THEN '1A2d'
                ELSE ['1A1a', '1A2f', '1A4a', '1A4b'][1 + (f // 2) % 4] END AS category,
              ['Natural Gas', 'Diesel Oil', 'Anthracite', 'Residual Fuel Oil'][1 + i % 4] AS source,
              g.gas, round((hash(i * 3 + g.n) % 100000000) / 1000.0, 3) AS mass,
              CASE WHEN i % 100 = 99 THEN 'purchased-location' ELSE 'direct' END AS boundary,
              round((hash(i) % 100000000) / 1000.0, 3) AS quantity,
              ['t', 'TJ', 'kg', 'MWh'][(1 + (i * 7919) % 4)::BIGINT] AS unit,
              f = 4 AND year = 2016 AS confidential
            FROM stream CROSS JOIN (VALUES ('CO2', 0), ('CH4', 1), ('N2O', 2)) g(gas, n))
            TO '{folder}/lines.parquet' (FORMAT parquet)"""
        )
        connection.execute(
            f"""COPY (SELECT country, year, above AS category, source,
              ceil(1.1 * sum(quantity * k * CASE WHEN mass THEN ncv ELSE 1 END)) AS quantity,
              'TJ' AS unit
            FROM (SELECT country, year, category, lower(source) AS name, source, unit,
                    sum(quantity) AS quantity FROM read_parquet('{folder}/lines.parquet')
                  WHERE gas = 'CO2' AND boundary = 'direct' GROUP BY ALL)
            JOIN {UNITS} u(unit, k, mass) USING (unit)
            JOIN {NATIONAL} n(category, above, sector) USING (category)
            JOIN (SELECT DISTINCT lower(source) AS name, net_calorific_value / 1000 AS ncv
                  FROM read_csv('{_factors()}')) USING (name)
            GROUP BY ALL) TO '{folder}/national.csv' (HEADER)"""
        )


def _factors() -> str:
    from kyoso import reference

    return str(reference.load("ghg/factors_ipcc2006").path)


def kyoso(folder: Path) -> Job:
    """Door, hashes, all checks, inventory, reconciliation, what is withheld, completeness."""
    from kyoso.methods import registry, running

    method = registry.get(METHOD)
    inputs = {"lines": folder / "lines.parquet", "national": folder / "national.csv"}

    def job() -> Any:
        with running.running(method, inputs) as result:
            made = {name: output.arrow() for name, output in result.tables.items()}
            return made["inventory"].to_pandas()

    return job


def _sql(folder: Path, *, keys: str | None) -> Job:
    import duckdb

    lines = f"read_parquet('{folder}/lines.parquet')"

    def job() -> Any:
        with duckdb.connect() as connection:
            for check in _checks_sql(lines, keys) if keys else ():
                assert not connection.execute(check).fetchall()
            return connection.execute(_inventory_sql(lines, f"'{folder}/national.csv'")).df()

    return job


def _inventory_sql(lines: str, national: str) -> str:
    return f"""
    WITH cell AS (
      SELECT country, year, category, lower(source) AS source, unit, gas, sum(mass) AS mass,
             sum(quantity) AS quantity, bool_or(confidential) AS confidential
      FROM {lines} WHERE boundary = 'direct' GROUP BY ALL),
    factor AS (
      SELECT lower(source) AS source, gas, sector, value / 1000 AS value,
             net_calorific_value / 1000 AS ncv
      FROM read_csv('{_factors()}')),
    used AS (
      SELECT country, year, above AS category, sector, source,
             sum(quantity * k * CASE WHEN mass THEN ncv ELSE 1 END) AS quantity
      FROM (SELECT country, year, category, source, unit, quantity FROM cell WHERE gas = 'CO2')
      JOIN {UNITS} u(unit, k, mass) USING (unit)
      JOIN {NATIONAL} n(category, above, sector) USING (category)
      JOIN (SELECT DISTINCT source, ncv FROM factor) USING (source) GROUP BY ALL),
    left_over AS (
      SELECT country, year, category, gas, sum((n.quantity - u.quantity) * f.value) AS mass
      FROM used u
      JOIN (SELECT country, year, category, lower(source) AS source, quantity
            FROM read_csv({national})) n USING (country, year, category, source)
      JOIN factor f ON f.source = u.source AND f.sector IN (u.sector, 'all')
      WHERE n.quantity > u.quantity GROUP BY ALL),
    part AS (
      SELECT country, year, category, gas, sum(mass) AS from_facilities, NULL AS remainder,
             bool_or(confidential) AS confidential FROM cell GROUP BY ALL
      UNION ALL SELECT country, year, category, gas, NULL, mass, false FROM left_over),
    rolled AS (
      SELECT country, year, unnest(above) AS category, gas, from_facilities, remainder,
             confidential
      FROM part JOIN {ABOVE} a(category, above) USING (category)),
    inventory AS (
      SELECT country, year, category, gas, sum(from_facilities) AS from_facilities,
             sum(remainder) AS remainder, bool_or(confidential) AS confidential
      FROM rolled GROUP BY ALL),
    few AS (
      SELECT country, year, category, gas, count(DISTINCT facility) AS reporters
      FROM (SELECT country, year, unnest(above) AS category, gas, facility
            FROM {lines} JOIN {ABOVE} a(category, above) USING (category)
            WHERE boundary = 'direct' AND (country, year) IN
              (SELECT (country, year) FROM cell WHERE confidential)) GROUP BY ALL)
    SELECT country, year, category, gas, from_facilities, remainder,
           coalesce(from_facilities, 0) + coalesce(remainder, 0) AS total,
           (coalesce(from_facilities, 0) + coalesce(remainder, 0)) * gwp AS co2e,
           CASE WHEN confidential AND reporters < 3 THEN 'C' END AS notation
    FROM inventory JOIN {POTENTIALS} p(gas, gwp) USING (gas)
    LEFT JOIN few USING (country, year, category, gas)
    ORDER BY country, year, category, gas"""


KEYS_GROUPED = """SELECT facility, year, lower(source), gas, boundary FROM {lines}
    GROUP BY ALL HAVING count(*) > 1"""
KEYS_HASHED = """SELECT 1 FROM {lines}
    HAVING count(*) > count(DISTINCT hash(facility, year, lower(source), gas, boundary))"""


def _checks_sql(lines: str, keys: str) -> tuple[str, ...]:
    return (
        f"""SELECT 1 FROM {lines} WHERE facility IS NULL OR facility = '' OR country IS NULL
        OR year IS NULL OR category IS NULL OR source IS NULL OR gas IS NULL OR mass IS NULL
        OR quantity IS NULL OR unit IS NULL OR mass < 0 OR NOT isfinite(mass) OR quantity < 0
        OR NOT isfinite(quantity) OR year < 1900 OR year > 2100 LIMIT 1""",
        f"""SELECT DISTINCT source, unit, category, country, gas, boundary FROM {lines}
        WHERE lower(source) NOT IN (SELECT lower(source) FROM read_csv('{_factors()}'))
        OR unit NOT IN (SELECT unit FROM {UNITS} n(unit, k, mass))
        OR category NOT IN (SELECT category FROM {NATIONAL} n(category, above, sector))
        OR gas NOT IN (SELECT gas FROM {POTENTIALS} p(gas, gwp))
        OR boundary NOT IN ('direct', 'purchased-location')
        OR NOT regexp_full_match(country, '[A-Z]{{3}}')""",
        keys.format(lines=lines),
    )


def keep(answer: Any, path: Path) -> None:
    columns = "country,year,category,gas,from_facilities,remainder,total,co2e,notation"
    answer[columns.split(",")].to_csv(path, index=False)


def same(answers: Mapping[str, Path]) -> None:
    """Cells exactly, amounts to a relative 1e-11. Kyoso withholds what the SQL withholds, and the
    neighbours from which it could be worked out; those have no amounts to compare.
    """
    import pandas as pd

    tables = {name: pd.read_csv(path, dtype={"category": str}) for name, path in answers.items()}
    expected = tables[SQL_CHECKED]
    withheld = tables[KYOSO]["notation"].notna()
    for name, one in tables.items():
        for column in ("country", "year", "category", "gas"):
            assert one[column].equals(expected[column]), f"{name}: {column} differs"
        assert one.loc[expected["notation"].notna(), "notation"].eq("C").all(), f"{name}: shown"
        shown, wanted = one[~withheld], expected[~withheld]
        for column in ("from_facilities", "remainder", "total", "co2e"):
            assert shown[column].isna().equals(wanted[column].isna()), f"{name}: {column} differs"
            off = (shown[column] / wanted[column] - 1).abs().max()
            assert not off > 1e-11, f"{name}: {column} differs by {off:.1e}"


def _by_sql(name: str, keys: str | None) -> Contender:
    return Contender(name=name, prepare=lambda folder: _sql(folder, keys=keys), keep=keep)


CASE = Case(
    name="roll-up",
    title=f"{3 * STREAMS:,} lines of facility reports to the inventory",
    make=make,
    contenders=(
        Contender(name=KYOSO, prepare=kyoso, keep=keep),
        _by_sql(SQL_CHECKED, KEYS_GROUPED),
        _by_sql(SQL_HASHED, KEYS_HASHED),
        _by_sql("SQL by hand, no checks", None),
    ),
    same=same,
    against=SQL_CHECKED,
    rounds=1,
    goals=(
        Goal(
            text="CPU time to SQL by hand for the same inventory, checks included",
            value=lambda measured: measured[KYOSO].cpu / measured[SQL_CHECKED].cpu,
            limit=1.5,
            unit="×",
        ),
        Goal(
            text="the same, with the cheaper check of keys in the SQL",
            value=lambda measured: measured[KYOSO].cpu / measured[SQL_HASHED].cpu,
            limit=1.5,
            unit="×",
        ),
        Goal(
            text="peak memory",
            value=lambda measured: measured[KYOSO].peak,
            limit=1000,
            unit="MB",
        ),
    ),
)
