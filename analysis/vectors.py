"""Names for the array types that every module of the package exchanges."""

from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

Floats: TypeAlias = npt.NDArray[np.float64]
Ints: TypeAlias = npt.NDArray[np.int64]
Bools: TypeAlias = npt.NDArray[np.bool_]
AnyArray: TypeAlias = npt.NDArray[Any]


def group_sums(group: Ints, values: AnyArray, n_groups: int) -> Floats:
    """Return the sum of ``values`` in each of ``n_groups`` groups."""
    return np.asarray(np.bincount(group, weights=values, minlength=n_groups), dtype=np.float64)


def group_counts(group: Ints, n_groups: int) -> Floats:
    """Return the number of members of each group, as floats."""
    return np.bincount(group, minlength=n_groups).astype(np.float64)
