"""Monte Carlo against closed forms, against SciPy, and against plain NumPy that draws it all."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import optimize, stats

from kyoso.numerics import monte_carlo
from kyoso.numerics.monte_carlo import (
    QUANTILE,
    WIDEST,
    Multipliers,
    Products,
    log_deviation,
    log_half_width,
    multipliers,
    simulate,
)

DRAWS = 200_000
ENDS = (0.025, 0.975)


def products(
    rows: list[tuple[float, float, float, float]],
    *,
    activity_same: bool = False,
    factor_same: bool = True,
    group: list[int] | None = None,
    normal_up_to: float = 30.0,
) -> Products:
    """Rows of before, after, and the two half-widths in %; groups take the factor of their first."""
    before, after, own, shared = (np.array(column) for column in zip(*rows, strict=True))
    of = np.array(group if group is not None else range(len(rows)))
    first = [of.tolist().index(one) for one in range(int(of.max()) + 1)]
    return Products(
        before=before,
        after=after,
        own=multipliers(
            [f"row {at}" for at in range(len(rows))],
            own,
            same=np.full(len(rows), activity_same),
            normal_up_to=normal_up_to,
        ),
        shared=multipliers(
            [f"factor {at}" for at in first],
            shared[first],
            same=np.full(len(first), factor_same),
            normal_up_to=normal_up_to,
        ),
        group=of,
    )


def by_numpy(given: Products, draws: int) -> tuple[np.ndarray, np.ndarray]:
    """Every multiplier of every row drawn, both years, all in memory."""
    random = np.random.default_rng(5)

    def drawn(of: Multipliers) -> tuple[np.ndarray, np.ndarray]:
        z = random.standard_normal((2, draws, len(of.name)))
        z[1] = np.where(of.same, z[0], z[1])
        logarithm = np.exp(of.deviation * z - of.deviation**2 / 2)
        both = np.where(of.logarithmic, logarithm, 1 + of.deviation * z)
        return both[0], both[1]

    own, shared = drawn(given.own), drawn(given.shared)
    totals = [
        (size * a * f[:, given.group]).sum(axis=1)
        for size, a, f in zip((given.before, given.after), own, shared, strict=True)
    ]
    return totals[0], totals[1]


# --- distributions ------------------------------------------------------------------------


@given(st.floats(0.3, 3.4))
def test_a_lognormal_has_mean_one_and_the_interval_asked_for_by_scipy(half: float) -> None:
    deviation = float(log_deviation(np.array([half]))[0])
    same = stats.lognorm(s=deviation, scale=math.exp(-(deviation**2) / 2))
    lower, upper = same.ppf(ENDS)
    assert same.mean() == pytest.approx(1, rel=1e-12)
    assert (upper - lower) / 2 == pytest.approx(half, rel=1e-9)


def test_the_widest_lognormal_is_the_one_scipy_finds() -> None:
    found = optimize.minimize_scalar(
        lambda s: -log_half_width(np.array([s]))[0], bounds=(1, 3), method="bounded"
    )
    assert -found.fun == pytest.approx(WIDEST, rel=1e-12)
    assert stats.norm.ppf(0.975) == pytest.approx(QUANTILE, rel=1e-15)


def test_the_border_itself_is_normal_and_what_is_above_is_lognormal() -> None:
    found = multipliers(
        ["a", "b", "c"], np.array([0.0, 30.0, 30.1]), same=np.ones(3, bool), normal_up_to=30.0
    )
    assert found.logarithmic.tolist() == [False, False, True]
    assert found.deviation[:2].tolist() == pytest.approx([0, 0.3 / QUANTILE], rel=1e-15)
    normal = found.variance[1]
    assert found.variance[2] == pytest.approx(normal * (0.301 / 0.3) ** 2, rel=0.02)


# --- sums ---------------------------------------------------------------------------------


def test_a_product_of_two_lognormals_is_the_lognormal_of_the_closed_form() -> None:
    """ln(a·f) is normal with the variance s_a² + s_f², and with mean −half of that."""
    total = simulate(products([(1.0, 7.0, 80.0, 150.0)]), draws=DRAWS, seed=3).after
    deviation = math.sqrt(sum(float(log_deviation(np.array([h]))[0]) ** 2 for h in (0.8, 1.5)))
    for end in (0.025, 0.25, 0.5, 0.75, 0.975):
        exact = 7 * math.exp(deviation * stats.norm.ppf(end) - deviation**2 / 2)
        below = float(np.mean(total <= exact))
        assert below == pytest.approx(end, abs=5 * math.sqrt(end * (1 - end) / DRAWS))


def test_a_sum_of_normals_is_the_normal_of_the_closed_form() -> None:
    """Σ D·a with D·u half of each interval; correlation of the years C·D·u²/… where they share."""
    rows = [(10.0, 20.0, 10.0, 0.0), (30.0, 5.0, 20.0, 0.0)]
    for same, correlation in (
        (False, 0.0),
        (True, (10 * 20 * 1 + 30 * 5 * 4) / math.sqrt((100 + 3600) * (400 + 100))),
    ):
        found = simulate(products(rows, activity_same=same), draws=DRAWS, seed=4)
        deviation = math.sqrt(20**2 * 0.01 + 5**2 * 0.04) / QUANTILE
        assert stats.kstest(found.after, "norm", args=(25, deviation)).pvalue > 1e-3
        assert np.corrcoef(found)[0, 1] == pytest.approx(correlation, abs=5 / math.sqrt(DRAWS))


@pytest.mark.parametrize("activity_same", [False, True])
@pytest.mark.parametrize("factor_same", [False, True])
def test_both_totals_and_their_trend_are_distributed_as_when_everything_is_drawn(
    activity_same: bool, factor_same: bool
) -> None:
    """What is integrated is integrated exactly: two-sample tests against plain NumPy."""
    rows = [
        (100.0, 140.0, 10.0, 20.0),
        (80.0, 60.0, 25.0, 90.0),
        (0.0, 50.0, 60.0, 15.0),
        (-40.0, -30.0, 45.0, 120.0),
        (60.0, 70.0, 5.0, 20.0),
        (25.0, 45.0, 40.0, 20.0),
    ]
    given = products(
        rows, activity_same=activity_same, factor_same=factor_same, group=[0, 1, 2, 3, 0, 0]
    )
    found = simulate(given, draws=DRAWS, seed=6)
    before, after = by_numpy(given, DRAWS)
    for one, other in (
        (found.before, before),
        (found.after, after),
        (found.after / found.before, after / before),
        (found.after - found.before, after - before),
    ):
        assert stats.ks_2samp(one, other).pvalue > 1e-3


def test_rows_that_share_a_factor_move_together() -> None:
    rows = [(1.0, 1.0, 0.0, 20.0)] * 4
    alone = simulate(products(rows), draws=DRAWS, seed=7).after
    together = simulate(products(rows, group=[0, 0, 0, 0]), draws=DRAWS, seed=7).after
    assert np.std(together) / np.std(alone) == pytest.approx(2.0, rel=0.01)


def test_amounts_without_uncertainty_stay_what_they_are() -> None:
    found = simulate(products([(3.0, -4.0, 0.0, 0.0), (1.0, 9.0, 0.0, 0.0)]), draws=100, seed=1)
    assert (set(found.before.tolist()), set(found.after.tolist())) == ({4.0}, {5.0})


# --- the same numbers ---------------------------------------------------------------------


def many(rows: int) -> Products:
    random = np.random.default_rng(9)
    return products(
        [
            (b, a, u, f)
            for b, a, u, f in zip(
                random.uniform(1, 100, rows),
                random.uniform(1, 100, rows),
                random.uniform(1, 60, rows),
                random.uniform(1, 60, rows),
                strict=True,
            )
        ]
    )


def test_threads_change_no_bit() -> None:
    given = many(3 * monte_carlo._BLOCK + 7)
    one, two, five = (simulate(given, draws=300, seed=2, threads=n) for n in (1, 2, 5))
    for other in (two, five):
        assert (one.before.tobytes(), one.after.tobytes()) == (
            other.before.tobytes(),
            other.after.tobytes(),
        )


def test_blocks_change_no_draw(monkeypatch: pytest.MonkeyPatch) -> None:
    given = many(50)
    whole = simulate(given, draws=300, seed=2)
    monkeypatch.setattr(monte_carlo, "_BLOCK", 3)
    parts = simulate(given, draws=300, seed=2)
    np.testing.assert_allclose(parts.after, whole.after, rtol=1e-14)


def test_fewer_draws_are_the_first_of_more_and_another_seed_gives_others() -> None:
    given = many(20)
    few, more = (simulate(given, draws=draws, seed=2).after for draws in (100, 1000))
    assert few.tobytes() == more[:100].tobytes()
    other = simulate(given, draws=100, seed=3).after
    assert not np.isin(other, few).any()


@settings(max_examples=20)
@given(st.permutations(range(6)), st.integers(1, 5))
def test_a_row_draws_the_same_in_any_order_and_whatever_other_rows_there_are(
    order: list[int], cut: int
) -> None:
    """Where nothing is integrated, totals of parts add up to the total, draw by draw."""
    rows = [(1.0 + at, 2.0 + at, 50.0 + at, 40.0 + at) for at in range(6)]
    whole = products(rows)

    def part(of: list[int]) -> Products:
        def taken(one: Multipliers) -> Multipliers:
            return Multipliers(
                name=[one.name[at] for at in of],
                deviation=one.deviation[of],
                logarithmic=one.logarithmic[of],
                same=one.same[of],
            )

        return Products(
            before=whole.before[of],
            after=whole.after[of],
            own=taken(whole.own),
            shared=taken(whole.shared),
            group=np.arange(len(of)),
        )

    total = simulate(whole, draws=100, seed=8)
    parts = [simulate(part(of), draws=100, seed=8) for of in (order[:cut], order[cut:])]
    for at in (0, 1):
        np.testing.assert_allclose(parts[0][at] + parts[1][at], total[at], rtol=1e-13)
