"""Distribution of Σ a_i χ²(1), over an independent χ²(df)/df where the variance is estimated.

Satterthwaite's two moments, and Lugannani and Rice's saddlepoint approximation as given by
Kuonen (1999), Biometrika 86: 929–935; Lumley and Scott (2014), Australian & NZ J. Stat. 56.
"""

import math

import numpy as np

from analysis.distributions import chi2_upper, f_upper
from analysis.vectors import Floats


def upper_tail(value: float, weights: Floats, df: float = math.inf) -> float:
    """P(Σ a χ² > value), or of the ratio to χ²(df)/df when df is finite."""
    a = np.asarray(weights, dtype=np.float64)
    if math.isinf(df):
        tail = _saddlepoint(value, a, np.ones(len(a)))
    else:
        # the denominator counts as a whole number of squared normals, as in R survey
        tail = _saddlepoint(
            0.0, np.append(a, -value / df), np.append(np.ones(len(a)), math.floor(df))
        )
    return satterthwaite(value, a, df) if tail is None else tail


def satterthwaite(value: float, weights: Floats, df: float = math.inf) -> float:
    """Two-moment approximation of the same tail."""
    mean = float(weights.mean())
    ratio = float((weights**2).mean()) / mean**2
    scale, own = mean * ratio, len(weights) / ratio
    if math.isinf(df):
        return chi2_upper(value / scale, own)
    return f_upper(value / own / scale, own, df)


def _saddlepoint(value: float, weights: Floats, multiplicity: Floats) -> float | None:
    """Tail probability, or None next to the mean where the formula is singular."""
    size = float(weights.max())
    if size <= 0:
        return None
    a, x = weights / size, value / size

    def slope(zeta: float) -> float:
        return float(np.sum(multiplicity * a / (1 - 2 * zeta * a))) - x

    high = float(np.min(1 / (2 * a[a > 0])))
    if (a < 0).any():
        low = float(np.max(1 / (2 * a[a < 0])))
    elif x > float(np.sum(multiplicity * a)):
        low = -0.01
    else:
        low = -float(multiplicity.sum()) / (2 * x) if x > 0 else -1e12
    for _ in range(400):
        middle = (low + high) / 2
        if slope(middle) < 0:
            low = middle
        else:
            high = middle
    zeta = (low + high) / 2
    if abs(zeta) < 1e-4:
        return None
    cumulant = -float(np.sum(multiplicity * np.log(1 - 2 * zeta * a))) / 2
    curvature = 2 * float(np.sum(multiplicity * a**2 / (1 - 2 * zeta * a) ** 2))
    w = math.copysign(math.sqrt(2 * (zeta * x - cumulant)), zeta)
    v = zeta * math.sqrt(curvature)
    z = w + math.log(v / w) / w
    return 0.5 * math.erfc(z / math.sqrt(2))
