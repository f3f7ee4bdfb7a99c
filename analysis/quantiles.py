"""Quantiles of the population and their intervals.

The rules are the weighted forms of Hyndman and Fan's (1996) nine definitions, of the
"school" rule and of Shah and Vaish (2006), as in R survey. Intervals invert an interval for
the distribution function at the estimate (Woodruff 1952; Francisco and Fuller 1991).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from analysis.design import SurveyDesign
from analysis.distributions import t_quantile
from analysis.errors import InvalidRequestError, NoAnswersError
from analysis.estimators import means
from analysis.intervals import ShareInterval, share_interval
from analysis.vectors import Bools, Floats, group_sums

TIE = 1e-12
"""Cumulative shares closer than this are equal."""


class QuantileRule(StrEnum):
    """How the inverse of the distribution function is taken."""

    MATH = "math"
    SCHOOL = "school"
    SHAH_VAISH = "shahvaish"
    HF1 = "hf1"
    HF2 = "hf2"
    HF3 = "hf3"
    HF4 = "hf4"
    HF5 = "hf5"
    HF6 = "hf6"
    HF7 = "hf7"
    HF8 = "hf8"
    HF9 = "hf9"


class QuantileInterval(StrEnum):
    """Which interval of the distribution function is inverted."""

    MEAN = "mean"
    BETA = "beta"
    LOGIT = "xlogit"
    ARCSINE = "asin"
    SCORE = "score"


@dataclass(frozen=True)
class QuantileEstimate:
    """One quantile: None where the interval reaches beyond the data."""

    p: float
    estimate: float
    ci_low: float | None
    ci_high: float | None
    se: float | None
    n: int


_SHARE_METHOD = {
    QuantileInterval.MEAN: ShareInterval.WALD,
    QuantileInterval.BETA: ShareInterval.BETA,
    QuantileInterval.LOGIT: ShareInterval.LOGIT,
    QuantileInterval.ARCSINE: ShareInterval.ARCSINE,
}


def quantiles(
    design: SurveyDesign,
    y: Floats,
    p: Sequence[float],
    *,
    rows: Bools | None = None,
    rule: QuantileRule = QuantileRule.MATH,
    interval: QuantileInterval = QuantileInterval.MEAN,
    confidence: float = 0.95,
    df: float | None = None,
) -> tuple[QuantileEstimate, ...]:
    """Estimate quantiles with intervals; se = interval width / (2 t) (Woodruff 1952)."""
    used = ~np.isnan(y) & (design.weights > 0)
    if rows is not None:
        used &= rows
    if not used.any():
        raise NoAnswersError("quantile", "no answers in the domain", "Choose a wider domain")
    degrees = design.df if df is None else df
    t = t_quantile(0.5 + confidence / 2, degrees)
    values, weights = y[used], design.weights[used]
    n = len(values)
    result = []
    for share in p:
        if not 0 <= share <= 1:
            raise InvalidRequestError("p", f"{share!r} is not between 0 and 1", "Give a share")
        point = weighted_quantile(values, weights, share, rule)
        low: float | None
        high: float | None
        if interval is QuantileInterval.SCORE:
            low, high = score_roots(design, y, share, used, t)
        else:
            low, high = _woodruff(
                design, y, used, point, rule, _SHARE_METHOD[interval], confidence, degrees
            )
        se = None if low is None or high is None or not t > 0 else (high - low) / (2 * t)
        result.append(QuantileEstimate(share, point, low, high, se, n))
    return tuple(result)


def weighted_quantile(
    values: Floats, weights: Floats, p: float, rule: QuantileRule = QuantileRule.MATH
) -> float:
    """Return the p-quantile of the weighted distribution."""
    order = np.argsort(values, kind="stable")
    x, w = values[order], weights[order]
    if rule is QuantileRule.HF3:
        x, group = np.unique(x, return_inverse=True)
        w = group_sums(group, w, len(x))
    cumulative = np.cumsum(w)
    total = cumulative[-1]
    if rule in (QuantileRule.MATH, QuantileRule.HF1):
        return float(x[_first_at_least(cumulative / total, p - TIE)])
    if rule in (QuantileRule.SCHOOL, QuantileRule.HF2, QuantileRule.HF3):
        return _stepped(x, cumulative / total, p, rule)
    n = len(x)
    if rule is QuantileRule.SHAH_VAISH:
        unit = w / w.mean()
        position = (np.cumsum(unit) + 0.5 - unit / 2) / (n + 1)
        return float(x[_first_at_least(position, p - TIE)])
    if n == 1:
        return float(x[0])
    positions = {
        QuantileRule.HF4: cumulative / total,
        QuantileRule.HF5: (cumulative - w / 2) / total,
        QuantileRule.HF6: cumulative / (total + w[-1]),
        QuantileRule.HF7: np.append(0.0, cumulative[:-1]) / cumulative[-2],
        QuantileRule.HF8: (cumulative - w / 3) / (total + w[-1] / 3),
        QuantileRule.HF9: (cumulative - 3 * w / 8) / (total + w[-1] / 4),
    }
    return float(np.interp(p, positions[rule], x))


def _first_at_least(position: Floats, p: float) -> int:
    return min(int(np.searchsorted(position, p)), len(position) - 1)


def _stepped(x: Floats, position: Floats, p: float, rule: QuantileRule) -> float:
    """Rules that differ only where p falls exactly on a step."""
    at = _first_at_least(position, p - TIE)
    if abs(position[at] - p) > TIE or at == len(x) - 1:
        return float(x[at])
    if rule is QuantileRule.HF3:
        return float(x[at] if (at + 1) % 2 == 0 else x[at + 1])
    return float((x[at] + x[at + 1]) / 2)


def _woodruff(
    design: SurveyDesign,
    y: Floats,
    used: Bools,
    point: float,
    rule: QuantileRule,
    method: ShareInterval,
    confidence: float,
    df: float,
) -> tuple[float | None, float | None]:
    below = np.where(used, (y <= point).astype(np.float64), np.nan)
    share = means(design, below[:, None])
    value = min(max(float(share.values[0]), 0.0), 1.0)
    se = math.sqrt(max(float(share.covariance(design)[0, 0]), 0.0))
    low, high = share_interval(value, se, df, share.n, method=method, confidence=confidence)
    values, weights = y[used], design.weights[used]
    lower = None if not low >= 0 else weighted_quantile(values, weights, low, rule)
    upper = None if not high <= 1 else weighted_quantile(values, weights, high, rule)
    return lower, upper


def score_roots(
    design: SurveyDesign, y: Floats, p: float, used: Bools, t: float
) -> tuple[float, float]:
    """Values where the score test of "θ is the p-quantile" just accepts (Binder 1991)."""
    points = np.unique(y[used])

    def statistic(theta: float) -> float:
        z = np.where(used, (y > theta) - (1 - p), np.nan)
        mean = means(design, z[:, None])
        spread = math.sqrt(max(float(mean.covariance(design)[0, 0]), 0.0))
        return (
            float(mean.values[0]) / spread
            if spread > 0
            else math.copysign(math.inf, mean.values[0])
        )

    def first_below(level: float) -> float:
        low, high = 0, len(points) - 1
        while low < high:
            middle = (low + high) // 2
            if statistic(float(points[middle])) <= level:
                high = middle
            else:
                low = middle + 1
        return float(points[low])

    return first_below(t), first_below(-t)
