"""Simple random sampling without replacement: the first places of a shuffled list.

Fisher and Yates's shuffle as given by Durstenfeld (1964, Algorithm 235), stopped after ``n`` steps:
at step ``k = 0 … n − 1`` the word ``w`` picks place ``j = k + floor(w · (N − k) / 2⁶⁴)``, and the
entries of places ``k`` and ``j`` change places. What stands in places 0 … n − 1 is the sample, in
random order; the places after it go on as a reserve in random order.
"""

import numpy as np
from numpy.typing import NDArray

from sampling.errors import Fault, SelectionError
from sampling.randomness import Stream, Words, as_integers_below, first_words

_SHORT = 40  # up to here the quadratic vectorised form beats a loop over a dictionary


def simple_random(population: int, take: int, stream: Stream) -> NDArray[np.int64]:
    """Draw ``take`` of 0 … population − 1 without replacement, in random order."""
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
    return _shuffle(population, stream.words(take))


def with_replacement(population: int, take: int, stream: Stream) -> NDArray[np.int64]:
    """Draw ``take`` times one of 0 … population − 1; word ``w`` picks ``floor(w · N / 2⁶⁴)``."""
    return np.array([word * population >> 64 for word in stream.words(take).tolist()], np.int64)


def joint_simple_random(probabilities: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return all joint inclusion probabilities: n (n − 1) / (N (N − 1)) off the diagonal."""
    units = len(probabilities)
    take = round(float(probabilities.sum()))
    joint = np.full((units, units), take * (take - 1) / max(units * (units - 1), 1))
    np.fill_diagonal(joint, probabilities)
    return joint


def simple_random_many(
    populations: NDArray[np.int64], takes: NDArray[np.int64], keys: Words
) -> list[NDArray[np.int64]]:
    """Draw from many populations at once, each from its own stream.

    Parameters
    ----------
    populations, takes : array of int
        Units there are, and units wanted, in each population.
    keys : array of uint64, two columns
        The streams' keys, see :func:`sampling.randomness.stream_keys`.

    Returns
    -------
    list of array
        For each population what :func:`simple_random` gives from the stream of that key.
    """
    drawn: list[NDArray[np.int64]] = [np.empty(0, np.int64)] * len(takes)
    for take in np.unique(takes[takes > 0]).tolist():
        rows = np.flatnonzero(takes == take)
        words = first_words(keys[rows], take)
        if take <= _SHORT:
            places = _shuffles(populations[rows], words)
            for row, chosen in zip(rows.tolist(), places, strict=True):
                drawn[row] = chosen
        else:
            for row, line in zip(rows.tolist(), words, strict=True):
                drawn[row] = _shuffle(int(populations[row]), line)
    return drawn


def _shuffle(population: int, words: Words) -> NDArray[np.int64]:
    """Shuffle the first places of 0 … population − 1, remembering only places that changed."""
    moved: dict[int, int] = {}
    chosen = []
    for place, word in enumerate(words.tolist()):
        other = place + (word * (population - place) >> 64)
        chosen.append(moved.get(other, other))
        moved[other] = moved.get(place, place)
    return np.array(chosen, np.int64)


def _shuffles(populations: NDArray[np.int64], words: Words) -> NDArray[np.int64]:
    """Do what :func:`_shuffle` does for many populations, one row each."""
    take = words.shape[1]
    steps = np.arange(take)
    # numbered by step first, so that each step works on contiguous memory
    other = (steps + as_integers_below(words, populations[:, None] - steps)).T.copy()
    chosen = other.copy()
    stored = np.repeat(steps[:, None], len(populations), axis=1)
    for step in range(take):
        for earlier in range(step):
            same = other[earlier] == other[step]
            if same.any():
                chosen[step][same] = stored[earlier][same]
            here = other[earlier] == step
            if here.any():
                stored[step][here] = stored[earlier][here]
    return chosen.T
