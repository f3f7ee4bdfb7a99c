"""Pivotal methods: two units fight with their probabilities until every unit is in or out.

Deville, Tillé (1998). In a fight between probabilities a and b, with one uniform number u:
if a + b < 1 the loser gets 0 and the winner a + b, and the first wins when ``u (a + b) < a``;
otherwise the winner gets 1 and the loser a + b − 1, and the first wins when
``u (2 − a − b) < 1 − b``.
"""

import numpy as np
from numpy.typing import NDArray

from sampling.randomness import Stream
from sampling.selection.srs import simple_random
from sampling.selection.undecided import choose_among_undecided, joint_of_undecided

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

_SMALL = 1e-9


def pivotal(probabilities: Floats, stream: Stream) -> Integers:
    """Draw with the ordered pivotal method: units fight along the list, the undecided goes on."""

    def choose(open_: Floats, _take: int) -> Integers:
        chances = open_.tolist()
        uniforms = stream.uniforms(len(chances) - 1).tolist()
        standing = 0
        for other in range(1, len(chances)):
            chances[standing], chances[other] = fight(
                chances[standing], chances[other], uniforms[other - 1]
            )
            if is_decided(chances[standing]):
                standing = other
        return taken_of(chances)

    return choose_among_undecided(probabilities, choose)


def joint_pivotal(probabilities: Floats) -> Floats:
    """Return all joint inclusion probabilities of :func:`pivotal`.

    Which unit stands after the first k is random, its probability is not: it is the fractional part
    of π_1 + … + π_k (Chauvet 2012). So the fights are followed exactly, keeping for every unit the
    chance that it stands, that it stands with another taken, and that two are taken.
    """
    return joint_of_undecided(probabilities, lambda open_, _take: _followed(open_))


def _followed(open_: Floats) -> Floats:
    units = len(open_)
    together = np.zeros((units, units))
    beside = np.zeros((units, units))  # i taken, s standing
    stands = np.zeros(units)
    stands[0], standing = 1.0, float(open_[0])
    for new in range(1, units):
        total = standing + float(open_[new])
        taken = beside[:new, :new].sum(axis=1)
        if total < 1 - _SMALL:
            stays = standing / total
            beside[:new, :new] *= stays
            beside[:new, new] = taken * (1 - stays)
            stands[:new] *= stays
            stands[new] = 1 - stays
            standing = total
            continue
        wins = (1 - float(open_[new])) / (2 - total)
        together[:new, :new] += beside[:new, :new] * wins
        together[:new, new] = taken * (1 - wins)
        beside[:new, new] = (taken + stands[:new]) * wins
        beside[:new, :new] *= 1 - wins
        beside[new, :new] = stands[:new] * (1 - wins)
        stands[:new] *= 1 - wins
        stands[new] = wins
        standing = max(total - 1, 0.0)
    return together + together.T


def random_pivotal(probabilities: Floats, stream: Stream) -> Integers:
    """Draw with the pivotal method along a randomly ordered list."""
    order = simple_random(len(probabilities), len(probabilities), stream)
    return np.sort(order[pivotal(probabilities[order], stream)])


def fight(first: float, second: float, uniform: float) -> tuple[float, float]:
    """Return both probabilities after a fight."""
    total = first + second
    if total < 1 - _SMALL:
        return (total, 0.0) if uniform * total < first else (0.0, total)
    rest = max(total - 1, 0.0)
    return (1.0, rest) if uniform * (2 - total) < 1 - second else (rest, 1.0)


def is_decided(chance: float) -> bool:
    """Whether a unit is in or out, but for rounding."""
    return chance < _SMALL or chance > 1 - _SMALL


def taken_of(chances: list[float]) -> Integers:
    """Return the units that are in."""
    return np.flatnonzero(np.array(chances) > 0.5)
