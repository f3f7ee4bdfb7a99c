"""Poisson and Bernoulli sampling: every unit by itself, the size left to chance."""

import numpy as np
from numpy.typing import NDArray

from sampling.selection.undecided import check_probabilities

Floats = NDArray[np.float64]


def poisson(probabilities: Floats, uniforms: Floats) -> NDArray[np.int64]:
    """Take unit k when its random number is below π_k; with equal π this is Bernoulli sampling.

    ``uniforms`` are fresh numbers, or permanent ones that belong to the units (Brewer, Early, Joyce
    1972). Joint probabilities are the products.
    """
    check_probabilities(probabilities, fixed_size=False)
    return np.flatnonzero(uniforms < probabilities)


def joint_poisson(probabilities: Floats) -> Floats:
    """Return all joint inclusion probabilities: the products, units being drawn independently."""
    check_probabilities(probabilities, fixed_size=False)
    joint = np.outer(probabilities, probabilities)
    np.fill_diagonal(joint, probabilities)
    return joint
