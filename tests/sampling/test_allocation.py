"""Allocations follow their formulas, keep their bounds and add up exactly."""

import numpy as np
import pytest

from sampling import Allocation, AllocationError, allocate

STRATA = ("a", "b", "c", "d")
UNITS = np.array([100, 400, 900, 1600])


def test_rules_without_bounds_follow_their_formulas():
    def take(rule, **settings):
        return allocate(Allocation(rule, 300, minimum=0, **settings), STRATA, UNITS).tolist()

    spread = (("a", 8.0), ("b", 2.0), ("c", 1.0), ("d", 0.5))
    assert take("equal") == [75, 75, 75, 75]
    assert take("proportional") == [10, 40, 90, 160]
    assert take("square-root") == [30, 60, 90, 120]
    # N S = 800, 800, 900, 800; remainders .73, .73, .82, .73
    assert take("neyman", spread=spread) == [73, 73, 82, 72]
    # N S / sqrt(c) = 800, 400, 900, 800
    cost = (("a", 1.0), ("b", 4.0), ("c", 1.0), ("d", 1.0))
    assert take("cost", spread=spread, cost=cost) == [83, 41, 93, 83]
    # CV N^0.5 = 80, 40, 30, 20
    assert take("power", spread=spread) == [100, 89, 67, 44]


def test_bounds_and_take_all_strata_are_kept_and_the_rest_shares_what_is_left():
    allocation = Allocation("proportional", 500, minimum=50, maximum=200, take_all=("a",))
    # 400 are left for 400 : 900 : 1600 = 55.2 : 124.1 : 220.7; d is cut to 200, b and c share 200
    assert allocate(allocation, STRATA, UNITS).tolist() == [100, 62, 138, 200]


def test_proportional_to_size_uses_the_sizes():
    sizes = np.array([50.0, 30.0, 15.0, 5.0])
    takes = allocate(Allocation("proportional", 20, "size", minimum=0), STRATA, UNITS, sizes)
    assert takes.tolist() == [10, 6, 3, 1]


def test_a_total_out_of_reach_says_what_is_possible():
    with pytest.raises(AllocationError, match="8 to 3000"):
        allocate(Allocation("proportional", 7), STRATA, UNITS)
    with pytest.raises(AllocationError, match="8 to 3000"):
        allocate(Allocation("proportional", 3001), STRATA, UNITS)


def test_missing_and_unknown_strata_are_all_named():
    with pytest.raises(AllocationError) as caught:
        allocate(Allocation("neyman", 10, spread=(("a", 1.0), ("b", 1.0))), STRATA, UNITS)
    assert [fault.unit for fault in caught.value.faults] == ["c", "d"]
    with pytest.raises(AllocationError, match="of e"):
        allocate(Allocation("equal", 10, take_all=("e",)), STRATA, UNITS)


def test_fixed_numbers_are_taken_as_given_and_never_above_the_units():
    fixed = Allocation("fixed", fixed=(("d", 4), ("a", 1), ("b", 2), ("c", 3)))
    assert allocate(fixed, STRATA, UNITS).tolist() == [1, 2, 3, 4]
    with pytest.raises(AllocationError, match="4 of 3 units"):
        allocate(fixed, STRATA, np.array([3, 3, 3, 3]))


def test_settings_that_contradict_one_another_are_refused():
    with pytest.raises(AllocationError) as caught:
        Allocation("fixed", 10, minimum=5, maximum=4, spread=(("a", -1.0),))
    assert [fault.code for fault in caught.value.faults] == [
        "total-or-fixed",
        "bounds",
        "value-not-usable",
    ]
