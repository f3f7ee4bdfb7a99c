"""Pareto sampling (Rosén 1997): fixed size, one random number a unit, inclusion probabilities exact.

With uniform numbers u_i the n units of smallest ``q_i = (u_i / (1 − u_i)) / (λ_i / (1 − λ_i))`` are
taken. With λ = π, Rosén's choice, the inclusion probabilities are only nearly π; here λ is solved
for (Aires 2000), from the exact probabilities: with ``F_i(y) = 1 / (1 + e^{−y} (1 − λ_i) / λ_i)`` the
distribution of ``ln q_i`` and ``N_{−k}(y)`` the number of other units with ``ln q_i ≤ y``,

    ``π_k = ∫ F_k (1 − F_k) P(N_{−k}(y) ≤ n − 1) dy``,
    ``π_kl = ∫ (F_k F_l)' P(N_{−kl}(y) ≤ n − 2) dy``.
"""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from sampling.errors import Fault, SelectionError
from sampling.poisson_sums import CountBelow, weighted_products
from sampling.selection.undecided import choose_among_undecided, joint_of_undecided

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

_ROUNDS = 60
_LARGEST = 50_000_000


def pareto(probabilities: Floats, uniforms: Floats) -> Integers:
    """Draw a Pareto sample with given inclusion probabilities.

    Parameters
    ----------
    probabilities : array of float
        Inclusion probabilities that add up to the sample size.
    uniforms : array of float
        One number in [0, 1) for every unit of ``probabilities``, fresh or permanent. Ties keep the
        order of the list.
    """
    undecided = (probabilities > 0.0) & (probabilities < 1.0)

    def choose(open_: Floats, take: int) -> Integers:
        odds = pareto_parameters(open_, take)
        ranks = uniforms[undecided] / (1 - uniforms[undecided]) * (1 - odds) / odds
        return np.argsort(ranks, kind="stable")[:take]

    return choose_among_undecided(probabilities, choose)


def pareto_parameters(probabilities: Floats, take: int) -> Floats:
    """Return the λ_i whose exact inclusion probabilities are the π_i, to 11 digits.

    Equal probabilities are their own parameters, by symmetry.
    """
    if np.ptp(probabilities) == 0:
        return probabilities
    return np.frombuffer(_solved(probabilities.tobytes(), take))


@lru_cache(maxsize=256)
def _solved(probabilities: bytes, take: int) -> bytes:
    """Solve for the parameters of one list; simulations draw from the same list again and again."""
    wanted = np.frombuffer(probabilities)
    goal = np.log(wanted / (1 - wanted))
    logits = goal.copy()
    for _ in range(_ROUNDS):
        reached = pareto_inclusion(expit(logits), take)
        if np.abs(reached - wanted).max() < 1e-11:
            break
        logits = logits + goal - np.log(reached / (1 - reached))
    return np.asarray(expit(logits), np.float64).tobytes()


def pareto_inclusion(parameters: Floats, take: int) -> Floats:
    """Return the exact inclusion probabilities of parameters λ."""
    first, nodes = _nodes(parameters)
    reached = _shifted(parameters, first)
    for weight, place in nodes:
        below = _shifted(parameters, place)
        counts = CountBelow.of(below, take - 1)
        # P(N_{−k} ≤ n − 1) for every k: its own factor taken out
        reached += weight * below * (1 - below) * (counts.weight / counts.factor).real.sum(axis=1)
    return reached


def joint_pareto(probabilities: Floats) -> Floats:
    """Return all joint inclusion probabilities of :func:`pareto`."""

    def joint(open_: Floats, take: int) -> Floats:
        parameters = pareto_parameters(open_, take)
        first, nodes = _nodes(parameters)
        start = _shifted(parameters, first)
        together = np.outer(start, start)
        for weight, place in nodes:
            below = _shifted(parameters, place)
            counts = CountBelow.of(below, take - 2)
            now = (below * (1 - below))[:, None] / counts.factor
            before = below[:, None] / counts.factor
            crossed = weighted_products(now, counts.weight, before)
            together += weight * (crossed + crossed.T)
        return np.asarray(np.maximum(together, 0.0))

    return joint_of_undecided(probabilities, joint)


def _nodes(parameters: Floats) -> tuple[float, list[tuple[float, float]]]:
    """Return the point left of which fewer than n units lie for certain, and nodes right of it.

    Gauss–Legendre, dense enough for an integrand that changes over 1 / √Σλ(1 − λ).
    """
    spread = float((parameters * (1 - parameters)).sum())
    reach = 10 / np.sqrt(spread) + 30 / spread
    count = 40 + int(3 * reach / min(0.45, 0.6 / np.sqrt(spread)))
    if len(parameters) * np.sqrt(spread) * count > _LARGEST:
        raise SelectionError(
            [
                Fault(
                    "too-large-for-method",
                    "probability",
                    f"{len(parameters)} units",
                    "Stratify, or use poisson or pps-systematic",
                )
            ]
        )
    places, weights = np.polynomial.legendre.leggauss(count)
    return -reach, list(zip((weights * reach).tolist(), (places * reach).tolist(), strict=True))


def _shifted(parameters: Floats, place: float) -> Floats:
    """Return F_i at a place."""
    return np.asarray(expit(np.log(parameters / (1 - parameters)) + place), np.float64)
