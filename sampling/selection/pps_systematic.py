"""Systematic sampling with given inclusion probabilities (Madow 1949)."""

import numpy as np
from numpy.typing import NDArray

from sampling.randomness import Stream


def pps_systematic(probabilities: NDArray[np.float64], stream: Stream) -> NDArray[np.int64]:
    """Draw with unequal probabilities, systematically along the list.

    Parameters
    ----------
    probabilities : array of float
        Inclusion probabilities in [0, 1] that add up to the sample size.
    stream : Stream
        Gives the one uniform number that is the start.

    Returns
    -------
    array of int
        Places chosen, ascending.
    """
    return systematic_with_start(probabilities, stream.uniform())


def systematic_with_start(probabilities: NDArray[np.float64], start: float) -> NDArray[np.int64]:
    """Choose unit k where the running total of probabilities passes ``start`` plus an integer.

    With ``C_k = π_1 + … + π_k``, added from left to right and ``C_N`` set to the nearest integer,
    unit k is chosen when ``floor(C_k − u) > floor(C_{k−1} − u)`` (Madow 1949; Tillé 2006, sec. 7.2).
    """
    reached = np.concatenate(([0.0], np.cumsum(probabilities)))
    whole = np.round(reached)
    # totals that are whole numbers but for rounding are made whole, so that the size is exact
    reached = np.where(np.abs(reached - whole) < 1e-9, whole, reached)
    return np.flatnonzero(np.diff(np.floor(reached - start)) > 0)
