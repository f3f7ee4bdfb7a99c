"""Variance of the Horvitz–Thompson total, estimated from one sample."""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def horvitz_thompson_variance(values: Floats, joint: Floats) -> float:
    """Return Σ_k Σ_l (1 − π_k π_l / π_kl) y_k y_l / (π_k π_l) (Horvitz, Thompson 1952).

    Unbiased, can be negative. ``joint`` holds the π_k on its diagonal.
    """
    chances = np.diag(joint)
    expanded = values / chances
    return float(expanded @ (1 - np.outer(chances, chances) / joint) @ expanded)


def yates_grundy_variance(values: Floats, joint: Floats) -> float:
    """Return ½ Σ_k Σ_l (π_k π_l / π_kl − 1)(y_k/π_k − y_l/π_l)² (Sen 1953; Yates, Grundy 1953).

    Unbiased for samples of fixed size with positive joint probabilities.
    """
    chances = np.diag(joint)
    expanded = values / chances
    gaps = (expanded[:, None] - expanded[None, :]) ** 2
    return float(0.5 * ((np.outer(chances, chances) / joint - 1) * gaps).sum())


def deville_variance(values: Floats, chances: Floats) -> float:
    """Return Deville's (1993) approximation, which needs no joint probabilities.

    ``Σ (1 − π_k)(y_k/π_k − A)² / (1 − Σ a_k²)`` with ``a_k = (1 − π_k) / Σ(1 − π)`` and
    ``A = Σ a_k y_k / π_k``: for designs of high entropy (Sampford, conditional Poisson, Brewer).
    """
    share = (1 - chances) / (1 - chances).sum()
    expanded = values / chances
    centre = float((share * expanded).sum())
    spread = ((1 - chances) * (expanded - centre) ** 2).sum()
    return float(spread / (1 - (share**2).sum()))
