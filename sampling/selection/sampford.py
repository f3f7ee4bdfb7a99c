"""Sampford's method (1967): fixed size, exact probabilities, all joint probabilities positive.

``P(s) ∝ Π_{i∈s} π_i / (1 − π_i) · Σ_{k∉s} π_k`` (Sampford 1967, eq. 2; Tillé 2006, sec. 5.6). Sampford
draws it by rejection: one unit with probabilities π/n, n − 1 with replacement ∝ π/(1 − π), until
all differ. The chance to be accepted falls exponentially with n, so the same distribution is drawn
here along the list, without rejection.
"""

import numpy as np
from numpy.typing import NDArray

from sampling.poisson_sums import Spectrum, tail_distributions, weighted_products
from sampling.randomness import Stream
from sampling.selection.undecided import choose_among_undecided, joint_of_undecided

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


def sampford(probabilities: Floats, stream: Stream) -> Integers:
    """Draw a Sampford sample.

    With ``T_k(m)`` as in conditional Poisson sampling (p = π) and ``V_k(m)`` the expectation of
    ``1[size m] · Σ π_i over units k … N not taken``,

        ``V_k(m) = π_k V_{k+1}(m − 1) + (1 − π_k)(V_{k+1}(m) + π_k T_{k+1}(m))``,

    unit k is taken, when ``m`` are still to draw and the units passed over add up to ``a``, if
    ``u (a T_k(m) + V_k(m)) < π_k (a T_{k+1}(m − 1) + V_{k+1}(m − 1))``. One number u a unit.
    """
    return choose_among_undecided(
        probabilities, lambda open_, take: _draw_in_order(open_, take, stream)
    )


def _draw_in_order(probabilities: Floats, take: int, stream: Stream) -> Integers:
    units = len(probabilities)
    sizes = tail_distributions(probabilities, take)
    passed_over = np.zeros_like(sizes)
    for at in range(units - 1, -1, -1):
        chance = probabilities[at]
        passed_over[at] = (1 - chance) * (passed_over[at + 1] + chance * sizes[at + 1])
        passed_over[at, 1:] += chance * passed_over[at + 1, :-1]
    uniforms = stream.uniforms(units).tolist()
    chosen, left, passed = [], take, 0.0
    for at, (uniform, chance) in enumerate(zip(uniforms, probabilities.tolist(), strict=True)):
        if left == 0:
            break
        whole = passed * sizes[at, left] + passed_over[at, left]
        taken = chance * (passed * sizes[at + 1, left - 1] + passed_over[at + 1, left - 1])
        if uniform * whole < taken:
            chosen.append(at)
            left -= 1
        else:
            passed += chance
    return np.array(chosen, np.int64)


def joint_sampford(probabilities: Floats) -> Floats:
    """Return all joint inclusion probabilities.

    The sum over samples of Sampford's weights with units i and j taken, by characteristic
    functions: each sample of size n is weighted by the π of a unit k that is passed over.
    """
    return joint_of_undecided(probabilities, _joint)


def _joint(probabilities: Floats, take: int) -> Floats:
    spectrum = Spectrum.of(probabilities, take)
    drawn = spectrum.drawn
    passed = (probabilities * (1 - probabilities))[:, None] / spectrum.factor
    all_passed = passed.sum(axis=0)
    whole = float((spectrum.weight * all_passed).real.sum())
    crossed = weighted_products(drawn * passed, spectrum.weight, drawn)
    joint = weighted_products(drawn, spectrum.weight * all_passed, drawn) - crossed - crossed.T
    return np.asarray(np.maximum(joint / whole, 0.0))
