"""Brewer's method (1975): fixed size, exact probabilities, one unit at a time."""

import math

import numpy as np
from numpy.typing import NDArray

from sampling.errors import Fault, SelectionError
from sampling.randomness import Stream
from sampling.selection.undecided import choose_among_undecided, joint_of_undecided, place_of

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

_LARGEST = 200_000


def brewer(probabilities: Floats, stream: Stream) -> Integers:
    """Draw a Brewer sample (Brewer 1975; Tillé 2006, algorithm 6.10).

    At step j = 1 … n unit k not yet taken is drawn with probability proportional to
    ``π_k (n − a − π_k) / (n − a − π_k (n − j + 1))``, where ``a`` adds up the π of those taken. One
    uniform number a step.
    """

    def choose(open_: Floats, take: int) -> Integers:
        chosen: list[int] = []
        left = np.ones(len(open_), bool)
        taken = 0.0
        for step in range(1, take + 1):
            weights = _weights(open_, left, take - taken, take - step + 1)
            chosen.append(place_of(weights, stream.uniform()))
            left[chosen[-1]] = False
            taken += float(open_[chosen[-1]])
        return np.array(chosen, np.int64)

    return choose_among_undecided(probabilities, choose)


def _weights(
    open_: Floats, left: NDArray[np.bool_], rest: float | Floats, steps: int
) -> NDArray[np.float64]:
    """Return what the step draws with; ``rest`` is n − a, ``steps`` those still to do, this one too."""
    weights = np.zeros(np.broadcast_shapes(open_.shape, left.shape))
    np.divide(open_ * (rest - open_), rest - open_ * steps, out=weights, where=left)
    return np.maximum(weights, 0.0)


def joint_brewer(probabilities: Floats) -> Floats:
    """Return all joint inclusion probabilities, by going through every set that can be drawn.

    No formula is known. All sets of up to n of the N undecided units are followed step by step,
    exactly, where there are at most 200,000 of a size; beyond that the named error sends to a
    design with joint probabilities in closed form.
    """
    return joint_of_undecided(probabilities, _joint)


def _joint(open_: Floats, take: int) -> Floats:
    units = len(open_)
    widest = max(math.comb(units, size) for size in (take, min(take, units // 2)))
    if widest > _LARGEST or units > 62:
        raise SelectionError(
            [
                Fault(
                    "too-large-for-method",
                    "take",
                    f"{take} of {units} units make {widest:,} samples to go through",
                    "Use sampford, conditional-poisson or tille, whose joint probabilities have "
                    "formulas, or Deville's variance, which needs none",
                )
            ]
        )
    bits = np.int64(1) << np.arange(units, dtype=np.int64)
    sets, chances = np.zeros(1, np.int64), np.ones(1)
    for steps in range(take, 0, -1):
        left = (sets[:, None] & bits) == 0
        rest = (left @ open_)[:, None] + take - open_.sum()
        weights = _weights(open_, left, rest, steps)
        weights *= (chances / weights.sum(axis=1))[:, None]
        sets, place = np.unique((sets[:, None] | bits)[left], return_inverse=True)
        chances = np.bincount(place, weights[left]).astype(np.float64)
    taken = ((sets[:, None] & bits) != 0).astype(np.float64)
    return np.asarray(taken.T @ (taken * chances[:, None]), np.float64)
