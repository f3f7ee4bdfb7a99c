"""The distribution functions that start without scipy agree with it."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import special, stats

from analysis.distributions import beta_quantile, normal_quantile, t_quantile, t_upper

PROBABILITIES = [1e-8, 0.0005, 0.005, 0.025, 0.3, 0.5, 0.6, 0.9, 0.95, 0.975, 0.995, 0.9995]


@pytest.mark.parametrize("p", PROBABILITIES)
def test_normal_quantiles(p: float) -> None:
    assert normal_quantile(p) == pytest.approx(special.ndtri(p), rel=1e-14, abs=1e-15)


@pytest.mark.parametrize("df", [*range(1, 40), 97, 100, 311, 999, 1000, 1001, 11_874, 10**7])
@pytest.mark.parametrize("p", PROBABILITIES)
def test_t_quantiles_of_whole_degrees_of_freedom(p: float, df: int) -> None:
    # scipy's stdtrit stops at about 1e-9 for some arguments: ask its distribution instead
    assert float(stats.t.cdf(t_quantile(p, df), df)) == pytest.approx(p, rel=2e-13)


@given(st.floats(0.01, 0.99), st.floats(0.3, 900))
def test_t_quantiles_of_broken_degrees_of_freedom(p: float, df: float) -> None:
    assert float(special.stdtr(df, t_quantile(p, df))) == pytest.approx(p, rel=1e-9)


def test_ends_and_impossible_degrees_of_freedom() -> None:
    assert math.isnan(t_quantile(0.975, 0))
    assert t_quantile(0.975, math.inf) == pytest.approx(1.959963984540054, rel=1e-15)
    assert t_quantile(0.025, 5) == pytest.approx(-t_quantile(0.975, 5), rel=1e-14)
    assert t_upper(1.959963984540054, math.inf) == pytest.approx(0.025, rel=1e-13)
    assert normal_quantile(0) == -math.inf


@pytest.mark.parametrize("n", [1, 7.3, 240])
def test_beta_quantiles_at_the_boundary_have_a_closed_form(n: float) -> None:
    assert beta_quantile(0.025, n, 1) == pytest.approx(special.betaincinv(n, 1, 0.025), rel=1e-12)
    assert beta_quantile(0.975, 1, n) == pytest.approx(special.betaincinv(1, n, 0.975), rel=1e-12)
