"""Conditional Poisson sampling: maximum entropy for given inclusion probabilities.

Hájek (1981); Chen, Dempster, Liu (1994); Tillé (2006, ch. 5). A Poisson sample with working
probabilities p, kept when its size is n: ``P(s) ∝ Π_{i∈s} p_i / (1 − p_i)``.
"""

import numpy as np
from numpy.typing import NDArray

from sampling.errors import Fault, SelectionError
from sampling.poisson_sums import Spectrum, tail_distributions, weighted_products
from sampling.randomness import Stream
from sampling.selection.undecided import choose_among_undecided, joint_of_undecided

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

_ROUNDS = 500


def conditional_poisson(probabilities: Floats, stream: Stream) -> Integers:
    """Draw a fixed-size sample of maximum entropy.

    List-sequentially (Chen, Liu 1997, procedure 5): with ``m`` units still to draw, unit k is taken
    when the next uniform number is below ``p_k T_{k+1}(m − 1) / T_k(m)``, where ``T_k(m)`` is the
    probability that a Poisson sample of units k … N has size m. One number a unit, in list order.
    """
    return choose_among_undecided(
        probabilities,
        lambda open_, take: draw_in_order(working_probabilities(open_, take), take, stream),
    )


def draw_in_order(working: Floats, take: int, stream: Stream) -> Integers:
    """Draw along the list from working probabilities."""
    table = tail_distributions(working, take)
    uniforms = stream.uniforms(len(working)).tolist()
    chosen, left = [], take
    for at, (uniform, chance) in enumerate(zip(uniforms, working.tolist(), strict=True)):
        if left == 0:
            break
        if uniform * table[at, left] < chance * table[at + 1, left - 1]:
            chosen.append(at)
            left -= 1
    return np.array(chosen, np.int64)


def working_probabilities(probabilities: Floats, take: int) -> Floats:
    """Return the p_i, adding up to n, whose conditional inclusion probabilities are the π_i.

    ``logit p ← logit p + logit π − logit π(p)``, repeated until π(p) = π to 14 digits
    (the fixed point of Chen, Dempster, Liu 1994, on the logit scale).
    """
    goal = np.log(probabilities / (1 - probabilities))
    logits = goal.copy()
    for _ in range(_ROUNDS):
        working = scaled_to_take(logits, take)
        reached = conditional_inclusion(working, take)
        logits = logits + goal - np.log(reached / (1 - reached))
        if np.abs(reached - probabilities).max() < 1e-14 + 4e-15 * take:
            return working
    raise SelectionError(
        [
            Fault(
                "working-probabilities",
                "probability",
                f"not found in {_ROUNDS} rounds",
                "Probabilities very close to 0 or 1: treat them as such, or use sampford",
            )
        ]
    )


def scaled_to_take(logits: Floats, take: int) -> Floats:
    """Shift logits together (which leaves the design as it is) so that the p_i add up to n."""
    shift = 0.0
    for _ in range(_ROUNDS):
        working = 1 / (1 + np.exp(-(logits + shift)))
        missing = take - float(working.sum())
        if abs(missing) < 1e-9:
            break
        # Newton's step, no longer than 2: the sum is flat where all p are near 0 or 1
        step = missing / max(float((working * (1 - working)).sum()), 1e-300)
        shift += min(max(step, -2.0), 2.0)
    return np.asarray(working, np.float64)


def conditional_inclusion(working: Floats, take: int) -> Floats:
    """Return the inclusion probabilities of working probabilities: p_i P(S_{−i} = n − 1) / P(S = n)."""
    spectrum = Spectrum.of(working, take)
    return np.asarray(
        (spectrum.drawn * spectrum.weight).real.sum(axis=1) / spectrum.weight.real.sum(), np.float64
    )


def joint_conditional_poisson(probabilities: Floats) -> Floats:
    """Return all joint inclusion probabilities: π_ij = p_i p_j P(S_{−ij} = n − 2) / P(S = n)."""
    return joint_of_undecided(probabilities, _joint)


def _joint(probabilities: Floats, take: int) -> Floats:
    spectrum = Spectrum.of(working_probabilities(probabilities, take), take)
    drawn = spectrum.drawn
    joint = weighted_products(drawn, spectrum.weight, drawn) / spectrum.weight.real.sum()
    return np.asarray(np.maximum(joint, 0.0))
