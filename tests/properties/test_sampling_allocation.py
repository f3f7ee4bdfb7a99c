"""Whatever the strata, an allocation adds up and keeps its bounds."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from sampling.allocation import Allocation, allocate, divide


@given(
    units=st.lists(st.integers(1, 5000), min_size=1, max_size=30),
    rule=st.sampled_from(["equal", "proportional", "square-root", "neyman", "power"]),
    minimum=st.integers(0, 5),
    fraction=st.floats(0, 1),
    data=st.data(),
)
def test_it_adds_up_within_bounds(units, rule, minimum, fraction, data):
    strata = tuple(f"h{i}" for i in range(len(units)))
    spread = tuple((name, data.draw(st.floats(0, 100))) for name in strata)
    population = np.array(units)
    least = np.minimum(minimum, population)
    total = int(least.sum() + fraction * (population.sum() - least.sum()))
    takes = allocate(Allocation(rule, total, minimum=minimum, spread=spread), strata, population)
    assert takes.sum() == total
    assert (takes >= least).all()
    assert (takes <= population).all()


@given(
    claims=st.lists(st.floats(0.1, 100), min_size=2, max_size=8),
    fraction=st.floats(0.01, 0.99),
)
def test_neyman_within_bounds_is_the_least_variance(claims, fraction):
    """Kuhn-Tucker: moving a little between any two strata that can move never helps."""
    spread = np.array(claims)
    lower, upper = np.full(len(claims), 2), np.full(len(claims), 40)
    total = float(lower.sum() + fraction * (upper.sum() - lower.sum()))
    shares = divide(spread, total, lower, upper)
    assert np.isclose(shares.sum(), total)
    gain = spread**2 / shares**2
    can_give, can_take = shares > lower + 1e-6, shares < upper - 1e-6
    if can_give.any() and can_take.any():
        assert gain[can_take].max() <= gain[can_give].min() * (1 + 1e-6)
