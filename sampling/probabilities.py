"""First-order inclusion probabilities proportional to size."""

import numpy as np
from numpy.typing import NDArray

from sampling.errors import Fault, SelectionError


def inclusion_probabilities(sizes: NDArray[np.float64], take: int) -> NDArray[np.float64]:
    """Return probabilities proportional to size that add up to ``take`` and never pass 1.

    ``π_k = n x_k / Σx``; units whose share reaches 1 are certain (π = 1) and taken out, and the
    rest shares what is left, again and again (Särndal, Swensson, Wretman 1992, sec. 3.6.2;
    Tillé 2006, algorithm 2.1). Totals are added from left to right.

    Parameters
    ----------
    sizes : array of float
        Size measures, finite and not negative. A size of zero gives probability zero.
    take : int
        Sample size, at most the number of positive sizes.
    """
    sizes = np.asarray(sizes, np.float64)
    bad = np.flatnonzero(~np.isfinite(sizes) | (sizes < 0))
    faults = [
        Fault(
            "size-not-usable",
            "size",
            f"{sizes[place]} is no size",
            "Sizes are finite and not negative",
            row=place + 1,
        )
        for place in bad.tolist()
    ]
    positive = int(np.count_nonzero(sizes > 0))
    if not 0 <= take <= positive:
        faults.append(
            Fault(
                "take-above-population",
                "take",
                f"{take} of {positive} units with a positive size",
                "Ask for at most the units there are",
            )
        )
    if faults:
        raise SelectionError(faults)
    probabilities = np.zeros(len(sizes))
    open_ = sizes > 0
    left = take
    while left > 0:
        total = float(np.cumsum(sizes[open_])[-1])
        share = left * sizes / total
        # a share within rounding of 1 is a certainty: it could otherwise be hit twice
        certain = open_ & (share >= 1 - 1e-12)
        if not certain.any():
            probabilities[open_] = share[open_]
            break
        probabilities[certain] = 1.0
        open_ &= ~certain
        left = take - int(np.count_nonzero(probabilities == 1.0))
    return probabilities
