"""Differences between groups: design-based t and rank tests.

Lumley and Scott (2013), Biometrika 100: 831–842, for the rank tests: ranks are estimated in
the population and the group means of a score of them are compared.
"""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from analysis.contingency import TestResult
from analysis.design import SurveyDesign
from analysis.distributions import f_upper, normal_quantile, t_quantile, t_upper
from analysis.errors import InvalidRequestError
from analysis.estimators import contrast, domain_df, domain_means, means
from analysis.vectors import Bools, Floats, Ints


class RankScore(StrEnum):
    """Score of the estimated population rank."""

    WILCOXON = "wilcoxon"
    VAN_DER_WAERDEN = "vanderWaerden"
    MEDIAN = "median"


@dataclass(frozen=True)
class Difference:
    """A tested difference."""

    estimate: float
    se: float
    statistic: float
    df: float
    p_value: float
    ci_low: float
    ci_high: float


def _difference(estimate: float, variance: float, df: float, confidence: float) -> Difference:
    se = float(np.sqrt(max(variance, 0.0)))
    t = estimate / se if se > 0 else float("nan")
    half = t_quantile(0.5 + confidence / 2, df) * se
    return Difference(
        estimate, se, t, df, 2 * t_upper(abs(t), df), estimate - half, estimate + half
    )


def compare_two(
    design: SurveyDesign, y: Floats, group: Ints, *, confidence: float = 0.95
) -> Difference:
    """Test the difference of the means of groups 1 and 0, covariance included."""
    used = ~np.isnan(y) & (group >= 0)
    _require_groups(group[used], 2)
    both = domain_means(design, np.where(used, y, np.nan), group, 2)
    result = contrast(design, both, np.array([[-1.0, 1.0]]))
    variance = float(result.covariance(design)[0, 0])
    return _difference(float(result.values[0]), variance, domain_df(design, used) - 1, confidence)


def compare_with_zero(
    design: SurveyDesign, y: Floats, *, rows: Bools | None = None, confidence: float = 0.95
) -> Difference:
    """Test whether a mean is zero."""
    result = means(design, y[:, None], rows)
    variance = float(result.covariance(design)[0, 0])
    df = domain_df(design, result.rows) - 1
    return _difference(float(result.values[0]), variance, df, confidence)


def population_scores(design: SurveyDesign, y: Floats, used: Bools, score: RankScore) -> Floats:
    """Return the score of each row's estimated population rank; NaN where unused."""
    values, weights = y[used], design.weights[used]
    order = np.argsort(values, kind="stable")
    middle = np.cumsum(weights[order]) - weights[order] / 2
    _, tie = np.unique(values[order], return_inverse=True)
    # tied values share the plain mean of their ranks
    averaged = (np.bincount(tie, weights=middle) / np.bincount(tie))[tie]
    total = weights.sum()
    ranks = np.empty(len(values))
    ranks[order] = averaged
    result = np.full(len(y), np.nan)
    if score is RankScore.WILCOXON:
        result[used] = ranks / total
    elif score is RankScore.MEDIAN:
        result[used] = ranks > total / 2
    else:
        result[used] = [normal_quantile(float(share)) for share in ranks / total]
    return result


def rank_test_two(
    design: SurveyDesign, y: Floats, group: Ints, score: RankScore = RankScore.WILCOXON
) -> Difference:
    """Compare two groups by a rank test."""
    used = ~np.isnan(y) & (group >= 0) & (design.weights > 0)
    return compare_two(design, population_scores(design, y, used, score), group)


def rank_test_many(
    design: SurveyDesign, y: Floats, group: Ints, score: RankScore = RankScore.WILCOXON
) -> TestResult:
    """Compare several groups by a rank test (Kruskal–Wallis for the Wilcoxon score).

    The statistic is the Wald chi-square; its p-value is from F with the design's degrees of
    freedom.
    """
    used = ~np.isnan(y) & (group >= 0) & (design.weights > 0)
    n_groups = int(group[used].max()) + 1
    _require_groups(group[used], n_groups)
    scores = population_scores(design, y, used, score)
    averages = domain_means(design, scores, group, n_groups)
    against_first = np.column_stack([-np.ones(n_groups - 1), np.eye(n_groups - 1)])
    differences = contrast(design, averages, against_first)
    v = differences.covariance(design)
    statistic = float(differences.values @ np.linalg.solve(v, differences.values))
    ndf = n_groups - 1
    ddf = domain_df(design, used) - ndf
    return TestResult(statistic, ndf, ddf, f_upper(statistic / ndf, ndf, ddf))


def _require_groups(group: Ints, expected: int) -> None:
    found = np.unique(group)
    if len(found) != expected or expected < 2:
        raise InvalidRequestError(
            "group", f"{len(found)} groups with answers", f"The test needs {max(expected, 2)}"
        )
