"""Sums of independent, unequal coin tosses, exactly: the arithmetic behind fixed-size designs.

Conditional Poisson and Sampford sampling are a Poisson sample looked at when its size is ``n``.
Their draws need the distribution of partial sums (:func:`tail_distributions`), their first and
second order probabilities need sums with one or two tosses left out (:class:`Spectrum`).
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sampling.errors import Fault, SelectionError

Floats = NDArray[np.float64]
Complexes = NDArray[np.complex128]

_LARGEST_TABLE = 200_000_000


def tail_distributions(probabilities: Floats, take: int) -> Floats:
    """Return P(tosses k … N add up to m) in row k = 0 … N and column m = 0 … take.

    ``T_N = (1, 0, …)`` and ``T_k(m) = p_k T_{k+1}(m − 1) + (1 − p_k) T_{k+1}(m)``: sums of positive
    terms only, so that every entry is right to rounding.
    """
    units = len(probabilities)
    if (units + 1) * (take + 1) > _LARGEST_TABLE:
        raise SelectionError(
            [
                Fault(
                    "too-large-for-method",
                    "take",
                    f"{take} of {units} units need a table of {(units + 1) * (take + 1):,} numbers",
                    "Stratify, or use pps-systematic or local-pivotal",
                )
            ]
        )
    table = np.zeros((units + 1, take + 1))
    table[units, 0] = 1.0
    for at in range(units - 1, -1, -1):
        chance = probabilities[at]
        table[at] = (1 - chance) * table[at + 1]
        table[at, 1:] += chance * table[at + 1, :-1]
    return table


@dataclass(frozen=True)
class Spectrum:
    """The sum's characteristic function at enough points for its probabilities to be exact.

    ``P(S = m) = (1/M) Σ_t Φ(θ_t) e^{−i m θ_t}`` with ``θ_t = 2πt/M`` and ``Φ = Π (1 − p_i + p_i e^{iθ})``
    is exact for M > N; for fewer points its error is P(S = m ± M) + …, which Bernstein's inequality
    puts below e^{−40} here. M is odd, so that no factor is zero.

    Attributes
    ----------
    points : array of complex
        ``e^{iθ_t}``, for t from 0 to (M − 1) / 2; the others are their conjugates.
    factor : array of complex, units × points
        ``1 − p_i + p_i e^{iθ_t}``.
    weight : array of complex
        ``Φ(θ_t) e^{−i n θ_t}``, doubled for t > 0 (the conjugate half).
    chances : array of float
        The p_i.
    """

    points: Complexes
    factor: Complexes
    weight: Complexes
    chances: Floats

    @classmethod
    def of(cls, chances: Floats, take: int) -> "Spectrum":
        """Prepare the probabilities that the sum is ``take``."""
        angles = _angles(chances)
        points = np.exp(1j * angles)
        factor = (1 - chances)[:, None] + chances[:, None] * points
        weight = np.prod(factor, axis=0) * np.exp(-1j * take * angles)
        weight[1:] *= 2
        return cls(points, factor, weight, chances)

    @property
    def drawn(self) -> Complexes:
        """``p_i e^{iθ} / factor``: replaces a toss by 'it fell, and counts'."""
        return np.asarray(self.chances[:, None] * self.points / self.factor)


@dataclass(frozen=True)
class CountBelow:
    """Weights for the probability that the sum is at most a bound.

    ``P(S ≤ b) = Re Σ_t weight_t``; divided by the factor of a toss, the probability with that toss
    left out.

    Attributes
    ----------
    factor : array of complex, units × points
        ``1 − p_i + p_i e^{iθ_t}``.
    weight : array of complex
        ``Φ(θ_t) Σ_{m ≤ b} e^{−i m θ_t} / M``, doubled for t > 0.
    """

    factor: Complexes
    weight: Complexes

    @classmethod
    def of(cls, chances: Floats, bound: int) -> "CountBelow":
        """Prepare the probabilities that the sum is at most ``bound``."""
        angles = _angles(chances)
        count = 2 * len(angles) - 1
        # M values around the mean, outside which the sum never comes to lie
        middle = round(float(chances.sum())) - count // 2
        first = max(0, min(middle, len(chances) + 1 - count))
        values = np.arange(first, min(bound, first + count - 1) + 1)
        kernel = np.exp(-1j * np.outer(values, angles)).sum(axis=0) / count
        factor = (1 - chances)[:, None] + chances[:, None] * np.exp(1j * angles)
        weight = np.prod(factor, axis=0) * kernel
        weight[1:] *= 2
        return cls(factor, weight)


def _angles(chances: Floats) -> Floats:
    """Return θ_t for t = 0 … (M − 1) / 2."""
    spread = float((chances * (1 - chances)).sum())
    wanted = min(len(chances) + 1, math.ceil(14 + math.sqrt(180 + 80 * spread)) + 3)
    count = wanted + 1 - wanted % 2
    return np.asarray(2 * np.pi * np.arange(count // 2 + 1) / count, np.float64)


def weighted_products(left: Complexes, weight: Complexes, right: Complexes) -> Floats:
    """Return Re Σ_t weight_t left_it right_jt for all i, j, by real matrix products."""
    scaled = left * weight
    return np.asarray(scaled.real @ right.real.T - scaled.imag @ right.imag.T)
