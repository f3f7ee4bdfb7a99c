"""Systematic sampling with a fractional interval, in the order of the list."""

import numpy as np
from numpy.typing import NDArray

from sampling.errors import Fault, SelectionError
from sampling.randomness import Stream


def systematic(population: int, take: int, stream: Stream) -> NDArray[np.int64]:
    """Draw every (N/n)-th place of the list from a random start.

    Place ``floor((u + j) · N / n)`` for ``j = 0 … n − 1`` with one uniform number ``u``
    (Särndal, Swensson, Wretman 1992, sec. 3.4.1, fractional interval): every unit has probability
    exactly n/N, also where N is no multiple of n. The order of the list stratifies implicitly.
    """
    if not 0 <= take <= population:
        raise SelectionError(
            [
                Fault(
                    "take-above-population",
                    "take",
                    f"{take} of {population} units",
                    "Ask for at most the units there are",
                )
            ]
        )
    points = (stream.uniform() + np.arange(take)) * (population / max(take, 1))
    return np.minimum(points.astype(np.int64), population - 1)
