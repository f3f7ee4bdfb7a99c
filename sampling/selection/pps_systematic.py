"""Systematic sampling with given inclusion probabilities (Madow 1949)."""

import numpy as np
from numpy.typing import NDArray

from sampling.randomness import Stream
from sampling.selection.srs import simple_random
from sampling.selection.undecided import check_probabilities

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


def pps_systematic(probabilities: Floats, stream: Stream) -> Integers:
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


def systematic_with_start(probabilities: Floats, start: float) -> Integers:
    """Choose unit k where the running total of probabilities passes ``start`` plus an integer.

    With ``C_k = π_1 + … + π_k``, added from left to right and ``C_N`` set to the nearest integer,
    unit k is chosen when ``floor(C_k − u) > floor(C_{k−1} − u)`` (Madow 1949; Tillé 2006, sec. 7.2).
    """
    return np.flatnonzero(np.diff(np.floor(_running_totals(probabilities) - start)) > 0)


def random_systematic(probabilities: Floats, stream: Stream) -> Integers:
    """Draw systematically along a list put in random order first (:func:`simple_random`)."""
    order = simple_random(len(probabilities), len(probabilities), stream)
    return np.sort(order[pps_systematic(probabilities[order], stream)])


def joint_systematic(probabilities: Floats) -> Floats:
    """Return all joint inclusion probabilities of :func:`pps_systematic`, many of them zero.

    The sample changes only where the start passes the fractional part of a running total; between
    two of them it is one sample, whose probability is their distance (Connor 1966; Tillé 2006,
    sec. 7.2). Equal probabilities give those of :func:`sampling.selection.systematic.systematic`.
    """
    check_probabilities(probabilities)
    reached = _running_totals(probabilities)
    edges = np.unique(np.concatenate((reached - np.floor(reached), [0.0, 1.0])))
    middles, lengths = (edges[1:] + edges[:-1]) / 2, np.diff(edges)
    taken = (np.diff(np.floor(reached[:, None] - middles), axis=0) > 0).astype(np.float64)
    joint = np.asarray((taken * lengths) @ taken.T, np.float64)
    np.fill_diagonal(joint, probabilities)
    return joint


def _running_totals(probabilities: Floats) -> Floats:
    reached = np.concatenate(([0.0], np.cumsum(probabilities)))
    whole = np.round(reached)
    # totals that are whole numbers but for rounding are made whole, so that the size is exact
    return np.where(np.abs(reached - whole) < 1e-9, whole, reached)
