"""E-waste of 200 years × 60 products × 11 countries: Kyoso, NumPy by hand, flodym."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from benchmarks.measuring import Case, Contender, Goal, Job

YEARS, PRODUCTS, COUNTRIES = 200, 60, 11
FIRST_YEAR = 1850

KERNEL, WHOLE = "kyoso, kernel", "kyoso, whole method"
PEER = "flodym 1.1.0"

Array = npt.NDArray[np.float64]
Answer = tuple[Array, Array]
"""Stock and outflow as (countries, products, years)."""


def make(folder: Path) -> None:
    """Random inflow and Weibull lifetimes as arrays, and the same as files for the method.

    There are fewer sample countries than eleven; further ones are sample countries again, with
    product keys of their own. Rows, series and lifetimes are the same.
    """
    from kyoso.reference import sample_countries

    random = np.random.default_rng(20250904)
    inflow = random.uniform(0, 1e5, (COUNTRIES, PRODUCTS, YEARS))
    shape, scale = random.uniform(0.7, 3, PRODUCTS), random.uniform(4, 25, PRODUCTS)
    np.savez(folder / "arrays.npz", inflow=inflow, shape=shape, scale=scale)

    codes = sorted(sample_countries())
    lines, lifetimes = ["country,product,year,quantity [t]"], ["product,distribution,shape,scale"]
    for country in range(COUNTRIES):
        turn, code = country // len(codes), codes[country % len(codes)]
        for product in range(PRODUCTS):
            key = f"{PRODUCTS * turn + product:04d}"
            if country % len(codes) == 0:
                lifetimes.append(f"{key},weibull,{shape[product]!r},{scale[product]!r}")
            lines += [
                f"{code},{key},{FIRST_YEAR + year},{quantity!r}"
                for year, quantity in enumerate(inflow[country, product].tolist())
            ]
    (folder / "market.csv").write_text("\n".join([*lines, ""]), encoding="utf-8")
    text = "\n".join([*lifetimes, ""]).replace("np.float64(", "").replace(")", "")
    (folder / "lifetimes.csv").write_text(text, encoding="utf-8")


def arrays(folder: Path) -> tuple[Array, Array, Array]:
    with np.load(folder / "arrays.npz") as file:
        return file["inflow"], file["shape"], file["scale"]


def keep(answer: Answer, path: Path) -> None:
    with path.open("wb") as file:
        np.savez(file, stock=answer[0], outflow=answer[1])


def kernel(folder: Path) -> Job:
    from kyoso.numerics.cohorts import InflowAt, inflow_driven, shares, year_end_ages
    from kyoso.numerics.lifetimes import weibull

    inflow, shape, scale = arrays(folder)
    series = inflow.reshape(-1, YEARS)
    lifetime_of = np.tile(np.arange(PRODUCTS), COUNTRIES)

    def job() -> Answer:
        ages = year_end_ages(YEARS, InflowAt.MIDDLE)
        lifetimes = weibull(ages, shape[:, np.newaxis], scale[:, np.newaxis])
        flows = inflow_driven(series, shares(lifetimes), lifetime_of)
        return flows.stock.reshape(inflow.shape), flows.outflow.reshape(inflow.shape)

    return job


def method(folder: Path) -> Job:
    """Files in, all checks, calculation, key order, rounding."""
    from kyoso.methods import registry
    from kyoso.methods.running import run

    found = registry.get("pollution.circularity.e-waste-generation")
    inputs = {name: folder / f"{name}.csv" for name in ("market", "lifetimes")}
    return lambda: run(found, inputs)


def keep_result(result: Any, path: Path) -> None:
    """Rows in key order back to the places they came from."""
    codes = sorted({*result.tables["stock"].arrow()["country"].to_pylist()})
    answer = tuple(np.empty((COUNTRIES, PRODUCTS, YEARS)) for _ in range(2))
    for array, name in zip(answer, ("stock", "generated"), strict=True):
        table = result.tables[name].arrow()
        turn, product = np.divmod(np.asarray(table["product"].to_pylist(), int), PRODUCTS)
        country = turn * len(codes) + np.searchsorted(codes, table["country"].to_pylist())
        array[country, product, table["year"].to_numpy() - FIRST_YEAR] = table[name].to_numpy()
    keep((answer[0], answer[1]), path)


def numpy_by_hand(folder: Path) -> Job:
    """A lower triangular matrix of years for each product, times the series of that product."""
    inflow, shape, scale = arrays(folder)

    def job() -> Answer:
        ages = np.arange(YEARS) + 0.5
        there = np.exp(-((ages / scale[:, np.newaxis]) ** shape[:, np.newaxis]))
        gone = np.concatenate([1 - there[:, :1], -np.diff(there)], axis=1)
        age = np.arange(YEARS)[:, np.newaxis] - np.arange(YEARS)
        born, age = age >= 0, np.maximum(age, 0)
        stock, outflow = np.empty_like(inflow), np.empty_like(inflow)
        for product in range(PRODUCTS):
            for share, answer in ((there, stock), (gone, outflow)):
                matrix = np.where(born, share[product][age], 0.0)
                answer[:, product] = inflow[:, product] @ matrix.T
        return stock, outflow

    return job


def flodym(folder: Path) -> Job:
    import flodym as peer

    inflow, shape, scale = arrays(folder)
    by_year = np.ascontiguousarray(inflow.transpose(2, 1, 0))
    years = peer.Dimension(
        name="Time", letter="t", items=list(range(FIRST_YEAR, FIRST_YEAR + YEARS)), dtype=int
    )
    products = peer.Dimension(name="Product", letter="p", items=list(range(PRODUCTS)), dtype=int)
    countries = peer.Dimension(name="Country", letter="c", items=list(range(COUNTRIES)), dtype=int)
    whole = peer.DimensionSet(dim_list=[years, products, countries])
    own = peer.DimensionSet(dim_list=[products])

    def job() -> Answer:
        model = peer.InflowDrivenDSM(
            dims=whole,
            inflow=peer.StockArray(dims=whole, values=by_year),
            lifetime_model=peer.WeibullLifetime(
                dims=whole,
                inflow_at="middle",
                weibull_shape=peer.Parameter(dims=own, values=shape),
                weibull_scale=peer.Parameter(dims=own, values=scale),
            ),
        )
        model.compute()
        return model.stock.values.transpose(2, 1, 0), model.outflow.values.transpose(2, 1, 0)

    return job


WRITTEN = 5e-12
"""Of a value: half a unit of the twelfth digit, to which a result is written."""


def same(answers: Mapping[str, Path]) -> None:
    """Arrays to 1e-12 of the largest value of each series, a written result to its 12 digits."""
    loaded = {name: np.load(path) for name, path in answers.items()}
    expected = loaded[PEER]
    for name, one in loaded.items():
        for array in ("stock", "outflow"):
            allowed = 1e-12 * expected[array].max(axis=2, keepdims=True)
            if name == WHOLE:
                allowed = allowed + WRITTEN * expected[array]
            off = np.abs(one[array] - expected[array]) / allowed
            assert off.max() <= 1, f"{name}: {array} differs by {off.max():.1f} × what it may"


CASE = Case(
    name="e-waste",
    title=f"{YEARS} years × {PRODUCTS} products × {COUNTRIES} countries",
    make=make,
    contenders=(
        Contender(name=KERNEL, prepare=kernel, keep=keep),
        Contender(name=WHOLE, prepare=method, keep=keep_result),
        Contender(name="NumPy by hand", prepare=numpy_by_hand, keep=keep),
        Contender(name=PEER, prepare=flodym, keep=keep),
    ),
    same=same,
    against=KERNEL,
    rounds=9,  # a job of 20 ms is soon disturbed by what else runs
    goals=(
        Goal(
            text="CPU time of the kernel",
            value=lambda measured: measured[KERNEL].cpu,
            limit=0.1,
            unit="s",
        ),
        Goal(
            text="peak memory of the kernel's process",
            value=lambda measured: measured[KERNEL].peak,
            limit=150,
            unit="MB",
        ),
        Goal(
            text="CPU time of flodym to that of the kernel",
            value=lambda measured: measured[PEER].cpu / measured[KERNEL].cpu,
            limit=20,
            unit="×",
            at_least=True,
        ),
        Goal(
            text="CPU time of the kernel to that of NumPy by hand",
            value=lambda measured: measured[KERNEL].cpu / measured["NumPy by hand"].cpu,
            limit=1.5,
            unit="×",
        ),
    ),
)
