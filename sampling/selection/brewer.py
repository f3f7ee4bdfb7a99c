"""Brewer's method (1975): fixed size, exact probabilities, one unit at a time."""

import numpy as np
from numpy.typing import NDArray

from sampling.randomness import Stream
from sampling.selection.undecided import choose_among_undecided, place_of

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


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
            rest = take - taken
            weights = open_ * (rest - open_) / (rest - open_ * (take - step + 1))
            chosen.append(place_of(np.where(left, np.maximum(weights, 0.0), 0.0), stream.uniform()))
            left[chosen[-1]] = False
            taken += float(open_[chosen[-1]])
        return np.array(chosen, np.int64)

    return choose_among_undecided(probabilities, choose)
