"""Permanent random numbers: samples that overlap, or avoid one another, as asked.

Each unit keeps one uniform number for good (Brewer, Early, Joyce 1972; Ohlsson 1995). Two draws that
read it from the same starting point of the circle [0, 1) have as many units in common as their
probabilities allow; a draw that starts where the other ended avoids it. The numbers follow from the
unit's identifier alone, so units that come into or leave the frame change nobody else's.
"""

import numpy as np
from numpy.typing import NDArray

from sampling.errors import Fault, SelectionError
from sampling.frame_columns import Ids
from sampling.randomness import Seed, Stream, as_uniforms, first_words, stream_keys

Floats = NDArray[np.float64]


class PermanentNumbers(Stream):
    """A source whose uniform numbers are the units' own, counted from ``start`` on the circle."""

    def __init__(self, numbers: Floats, start: float) -> None:
        super().__init__((0, 0))
        self._numbers = np.mod(numbers - start, 1.0)

    def uniforms(self, count: int) -> Floats:
        """Return the units' numbers: u − start, plus one where that is negative."""
        if count != len(self._numbers):
            raise SelectionError(
                [
                    Fault(
                        "permanent-numbers-count",
                        "permanent",
                        f"{count} numbers asked of {len(self._numbers)} units",
                        "Use a method that takes one number for each unit",
                    )
                ]
            )
        # 1 is what a number just below the start comes to when the difference is rounded
        return np.minimum(self._numbers, 1 - 2.0**-53)


def permanent_numbers(units: Ids, seed: Seed) -> Floats:
    """Return each unit's permanent random number in [0, 1).

    The first number of the stream ``("permanent", unit)``: keep the seed and the identifiers from
    round to round, and the numbers stay.

    Parameters
    ----------
    units : array of str or int
        Identifiers.
    seed : Seed
        The register's seed, the same in all rounds that are coordinated.
    """
    keys = stream_keys(seed, [f"permanent\x1f{unit}" for unit in units.tolist()])
    return as_uniforms(first_words(keys, 1)[:, 0])


def start_to_avoid(rate: float, start: float = 0.0) -> float:
    """Return where a draw starts that avoids the one from ``start`` with that sampling rate.

    With rates f₁ and f₂ of the two rounds the overlap is none while f₁ + f₂ ≤ 1 (Ohlsson 1995,
    sec. 9.4).
    """
    return (start + rate) % 1.0


def start_for_overlap(rate: float, overlap: float, start: float = 0.0) -> float:
    """Return where the next round starts to keep the share ``overlap`` of a sample of that rate.

    Both rounds take the rate f; the second starts (1 − overlap) f further on.
    """
    return (start + (1.0 - overlap) * rate) % 1.0
