"""Tillé's elimination (1996): units leave one by one until n remain; joint probabilities in closed form.

Also its mirror image, Midzuno's method generalised: the units Tillé's method with probabilities
1 − π does not take.
"""

import numpy as np
from numpy.typing import NDArray

from sampling.probabilities import inclusion_probabilities
from sampling.randomness import Stream
from sampling.selection.undecided import choose_among_undecided, joint_of_undecided, place_of

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


def tille(probabilities: Floats, stream: Stream) -> Integers:
    """Draw by elimination (Tillé 1996; Tillé 2006, algorithm 6.4).

    With ``π(i)`` the probabilities proportional to π for a sample of i units, and ``π(N) = 1``, the
    step from i + 1 to i units removes unit k with probability ``1 − π_k(i) / π_k(i + 1)``, these
    adding up to 1 over the units still there. One uniform number a step.
    """

    def choose(open_: Floats, take: int) -> Integers:
        left = np.ones(len(open_), bool)
        for out in _eliminations(open_, take):
            # what a unit already out would have contributed is shared by those still there
            left[place_of(np.where(left, out, 0.0), stream.uniform())] = False
        return np.flatnonzero(left)

    return choose_among_undecided(probabilities, choose)


def _eliminations(probabilities: Floats, take: int) -> list[Floats]:
    """Return, for each step, every unit's probability of being removed."""
    before = np.ones(len(probabilities))
    steps = []
    for size in range(len(probabilities) - 1, take - 1, -1):
        # at the last step the probabilities themselves, free of rounding
        now = inclusion_probabilities(probabilities, size) if size > take else probabilities
        steps.append(np.maximum(1 - now / before, 0.0))
        before = now
    return steps


def joint_tille(probabilities: Floats) -> Floats:
    """Return all joint inclusion probabilities: Π over the steps of 1 − r_k − r_l."""

    def joint(open_: Floats, take: int) -> Floats:
        product = np.ones((len(open_), len(open_)))
        for out in _eliminations(open_, take):
            product *= 1 - out[:, None] - out[None, :]
        return product

    return joint_of_undecided(probabilities, joint)


def midzuno(probabilities: Floats, stream: Stream) -> Integers:
    """Draw the complement of :func:`tille` with probabilities 1 − π (Midzuno 1952; Tillé 2006, 6.3.5)."""
    everything = np.arange(len(probabilities))
    return np.setdiff1d(everything, tille(1 - probabilities, stream))


def joint_midzuno(probabilities: Floats) -> Floats:
    """Return all joint inclusion probabilities: π_k + π_l − 1 + P(Tillé leaves neither out)."""
    joint = probabilities[:, None] + probabilities[None, :] - 1 + joint_tille(1 - probabilities)
    joint = np.maximum(joint, 0.0)
    np.fill_diagonal(joint, probabilities)
    return joint
