"""Confidence intervals from an estimate, its standard error and design degrees of freedom."""

import math
from enum import StrEnum

from analysis.distributions import beta_quantile, t_quantile
from analysis.errors import InvalidRequestError


class ShareInterval(StrEnum):
    """Interval methods for shares; formulas in the methods page."""

    LOGIT = "logit"
    WALD = "wald"
    WILSON = "wilson"
    BETA = "beta"
    KORN_GRAUBARD = "korn-graubard"
    ARCSINE = "arcsine"
    LIKELIHOOD = "likelihood"


def wald_interval(
    estimate: float, se: float, df: float, confidence: float = 0.95
) -> tuple[float, float]:
    """Return estimate ± t(df) · se."""
    half = t_quantile(0.5 + confidence / 2, df) * se
    return estimate - half, estimate + half


def share_interval(
    share: float,
    se: float,
    df: float,
    n: int,
    *,
    method: ShareInterval = ShareInterval.LOGIT,
    confidence: float = 0.95,
) -> tuple[float, float]:
    """Return the interval of a share by the chosen method.

    Parameters
    ----------
    share, se : float
    df : float
        Design degrees of freedom of the domain.
    n : int
        Persons behind the share, in its own domain.

    Notes
    -----
    At a share of exactly 0 or 1 the linearised standard error is zero and says nothing:
    use :func:`boundary_interval`. Here ``wald`` and ``arcsine`` then give the point, the
    others the exact binomial (Clopper and Pearson 1934) interval for n persons.
    """
    if not 0 <= share <= 1:
        raise InvalidRequestError("share", f"{share!r} is not between 0 and 1", "Give a share")
    if share in (0.0, 1.0) and method not in (ShareInterval.WALD, ShareInterval.ARCSINE):
        return clopper_pearson(share, float(n), confidence)
    if df <= 0 or math.isnan(se):
        return math.nan, math.nan
    t = t_quantile(0.5 + confidence / 2, df)
    if method is ShareInterval.WALD:
        return wald_interval(share, se, df, confidence)
    if method is ShareInterval.LOGIT:
        return _logit(share, se, t)
    if method is ShareInterval.ARCSINE:
        return _arcsine(share, se, t)
    if se <= 0:
        return share, share
    effective = share * (1 - share) / se**2
    if method is ShareInterval.LIKELIHOOD:
        # the dispersion of the quasi-binomial fit is n / (n - 1)
        return _likelihood(share, t**2 / effective * n / max(n - 1, 1))
    if method is ShareInterval.WILSON:
        return _wilson(share, effective, t)
    ratio = (t_quantile(0.5 + confidence / 2, n - 1) / t) ** 2
    if method is ShareInterval.KORN_GRAUBARD:
        return clopper_pearson(share, min(float(n), effective * ratio), confidence)
    return clopper_pearson(share, effective * ratio, confidence)


def clopper_pearson(share: float, n: float, confidence: float = 0.95) -> tuple[float, float]:
    """Return the exact binomial interval, n not necessarily whole (Korn and Graubard 1998)."""
    tail = (1 - confidence) / 2
    count = n * share
    low = 0.0 if share <= 0 else beta_quantile(tail, count, n - count + 1)
    high = 1.0 if share >= 1 else beta_quantile(1 - tail, count + 1, n - count)
    return low, high


def boundary_interval(
    share: float, kish_n: float, n: int, df: float, confidence: float = 0.95
) -> tuple[float, float]:
    """Return the interval of a share of exactly 0 or 1.

    The exact binomial interval for :func:`boundary_size` persons.
    """
    return clopper_pearson(share, boundary_size(kish_n, n, df, 0.5 + confidence / 2), confidence)


def boundary_size(kish_n: float, n: int, df: float, tail: float) -> float:
    """Return the effective number of persons behind a share of 0 or 1.

    Kish's (Σw)²/Σw², reduced by the ratio of squared t quantiles for few PSUs (Korn and
    Graubard 1998): such a share shows no clustering of its own from which to take a design
    effect.
    """
    size = min(kish_n, float(n))
    if n > 1 and df > 0:
        size *= min((t_quantile(tail, n - 1) / t_quantile(tail, df)) ** 2, 1.0)
    return size


def _logit(share: float, se: float, t: float) -> tuple[float, float]:
    centre = math.log(share / (1 - share))
    half = t * se / (share * (1 - share))
    return _expit(centre - half), _expit(centre + half)


def _expit(x: float) -> float:
    if x >= 0:
        return 1 / (1 + math.exp(-x))
    odds = math.exp(x)
    return odds / (1 + odds)


def _arcsine(share: float, se: float, t: float) -> tuple[float, float]:
    if share in (0.0, 1.0):
        return share, share
    centre = math.asin(math.sqrt(share))
    half = t * se / (2 * math.sqrt(share * (1 - share)))
    low = max(centre - half, 0.0)
    high = min(centre + half, math.pi / 2)
    return math.sin(low) ** 2, math.sin(high) ** 2


def _likelihood(share: float, cutoff: float) -> tuple[float, float]:
    """Shares whose scaled deviance stays below the cutoff (Rao and Scott 1984)."""

    def deviance(p: float) -> float:
        return 2 * (share * math.log(share / p) + (1 - share) * math.log((1 - share) / (1 - p)))

    def crossing(inside: float, outside: float) -> float:
        for _ in range(200):
            middle = (inside + outside) / 2
            if deviance(middle) < cutoff:
                inside = middle
            else:
                outside = middle
        return (inside + outside) / 2

    return crossing(share, 1e-300), crossing(share, 1 - 2.0**-53)


def _wilson(share: float, n: float, t: float) -> tuple[float, float]:
    spread = t * math.sqrt(share * (1 - share) / n + t**2 / (4 * n**2))
    centre = share + t**2 / (2 * n)
    scale = 1 + t**2 / n
    return (centre - spread) / scale, (centre + spread) / scale
