"""Estimates with their influence functions, row by row.

Each is a value and z such that the
sampling error is that of Σ w z (Deville 1999, Survey Methodology 25: 193–203).
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from analysis.design import SurveyDesign
from analysis.errors import InvalidRequestError
from analysis.variance.taylor import covariance
from analysis.vectors import Bools, Floats, Ints


@dataclass(frozen=True, eq=False)
class Linearised:
    """Several estimates from the same rows.

    Attributes
    ----------
    values : float array (estimates)
    influence : float array (rows, estimates)
    rows : bool array
        Rows in use.
    reference : float array (estimates)
        Variance under simple random sampling with replacement.
    n, sum_weights : float
        Rows in use and their weights.
    """

    values: Floats
    influence: Floats
    rows: Bools
    reference: Floats
    n: int
    sum_weights: float

    def covariance(self, design: SurveyDesign) -> Floats:
        """Return the design-based covariance matrix."""
        return covariance(design, self.influence, self.rows)

    def deff(self, design: SurveyDesign, *, without_replacement: bool = True) -> Floats:
        """Return the design effects."""
        reference = self.reference
        if without_replacement:
            reference = reference * (1 - self.n / self.sum_weights)
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.asarray(np.diag(self.covariance(design)) / reference)


def _linearised(design: SurveyDesign, values: Floats, influence: Floats, rows: Bools) -> Linearised:
    used = rows & (design.weights > 0)
    w = design.weights[used]
    z = influence[used]
    n, total = int(used.sum()), float(w.sum())
    centred = z - (w @ z) / total
    spread = (w @ centred**2) / total * n / (n - 1) if n > 1 else np.full(z.shape[1], np.nan)
    return Linearised(values, influence, rows, spread * total**2 / n, n, total)


def listwise(y: Floats, rows: Bools | None = None) -> Bools:
    """Return the rows in the domain where every column is known."""
    known: Bools = np.asarray(~np.isnan(y).any(axis=1))
    return known if rows is None else known & rows


def means(design: SurveyDesign, y: Floats, rows: Bools | None = None) -> Linearised:
    """Weighted means of the columns of y, listwise where values are missing."""
    used = listwise(y, rows)
    w = np.where(used, design.weights, 0.0)
    filled = np.where(used[:, None], y, 0.0)
    total = w.sum()
    value = (w @ filled) / total
    return _linearised(design, value, np.where(used[:, None], filled - value, 0.0) / total, used)


def totals(design: SurveyDesign, y: Floats, rows: Bools | None = None) -> Linearised:
    """Estimated population totals of the columns of y."""
    used = listwise(y, rows)
    filled = np.where(used[:, None], y, 0.0)
    return _linearised(design, np.where(used, design.weights, 0.0) @ filled, filled, used)


def ratios(
    design: SurveyDesign, numerator: Floats, denominator: Floats, rows: Bools | None = None
) -> Linearised:
    """Ratios of totals, column by column (Woodruff 1971)."""
    used = listwise(np.column_stack([numerator, denominator]), rows)
    w = np.where(used, design.weights, 0.0)
    a = np.where(used[:, None], numerator, 0.0)
    b = np.where(used[:, None], denominator, 0.0)
    bottom = w @ b
    value = (w @ a) / bottom
    return _linearised(design, value, (a - value * b) / bottom, used)


def domain_means(design: SurveyDesign, y: Floats, domain: Ints, n_domains: int) -> Linearised:
    """Means of one variable in every domain, with the covariances between domains."""
    known = ~np.isnan(y) & (domain >= 0)
    w = np.where(known, design.weights, 0.0)
    filled = np.where(known, y, 0.0)
    influence = np.zeros((len(y), n_domains))
    value = np.full(n_domains, np.nan)
    for d in range(n_domains):
        inside = known & (domain == d)
        total = w[inside].sum()
        if total > 0:
            value[d] = (w[inside] @ filled[inside]) / total
            influence[inside, d] = (filled[inside] - value[d]) / total
    return _linearised(design, value, influence, known)


def second_moments(design: SurveyDesign, y: Floats, rows: Bools | None = None) -> Linearised:
    """Population variances and covariances of the columns of y, as a flattened matrix.

    The divisor is Σw (n - 1) / n, and the sampling error is that of the mean of the
    products of deviations, as R survey's ``svyvar``.
    """
    used = listwise(y, rows)
    w = np.where(used, design.weights, 0.0)
    filled = np.where(used[:, None], y, 0.0)
    centre = (w @ filled) / w.sum()
    deviation = np.where(used[:, None], filled - centre, 0.0)
    n = int((used & (design.weights > 0)).sum())
    k = y.shape[1]
    products = np.column_stack(
        [deviation[:, i] * deviation[:, j] * n / (n - 1) for i in range(k) for j in range(k)]
    )
    return means(design, np.where(used[:, None], products, np.nan))


def correlation(design: SurveyDesign, x: Floats, y: Floats) -> Linearised:
    """Pearson correlation in the population."""
    moments = second_moments(design, np.column_stack([x, y]))
    return contrast(design, moments, lambda m: np.array([m[1] / np.sqrt(m[0] * m[3])]))


def contrast(
    design: SurveyDesign,
    estimates: Linearised,
    function: Floats | Callable[[Floats], Floats],
) -> Linearised:
    """Return linear combinations, or any smooth function by the delta method.

    Parameters
    ----------
    function : float array (combinations, estimates) or callable
        A matrix of coefficients, or a function of the vector of estimates.
    """
    if callable(function):
        value = np.atleast_1d(function(estimates.values))
        gradient = jacobian(function, estimates.values)
    else:
        gradient = np.atleast_2d(np.asarray(function, dtype=np.float64))
        if gradient.shape[1] != len(estimates.values):
            raise InvalidRequestError(
                "contrast",
                f"{gradient.shape[1]} coefficients for {len(estimates.values)} estimates",
                "Give one coefficient for each estimate",
            )
        value = gradient @ estimates.values
    return _linearised(design, value, estimates.influence @ gradient.T, estimates.rows)


def jacobian(function: Callable[[Floats], Floats], at: Floats) -> Floats:
    """Derivatives by central differences, extrapolated twice (Ridders 1982)."""
    columns = []
    for j in range(len(at)):
        step = np.zeros(len(at))
        size = max(abs(at[j]), 1e-8) * 1e-2
        table: list[list[Floats]] = []
        for k in range(5):
            step[j] = size / 2**k
            column = (np.atleast_1d(function(at + step)) - np.atleast_1d(function(at - step))) / (
                2 * step[j]
            )
            row = [column]
            for m in range(k):
                row.append(row[m] + (row[m] - table[k - 1][m]) / (4 ** (m + 1) - 1))
            table.append(row)
        columns.append(table[-1][-1])
    result: Floats = np.column_stack(columns)
    return result


def domain_df(design: SurveyDesign, rows: Bools) -> float:
    """PSUs less strata that have members in the domain (Korn and Graubard 1999, §5.2)."""
    used = rows & (design.weights > 0)
    units = np.unique(design.first.unit[used])
    strata = np.unique(design.first.stratum_of_unit[units])
    return float(len(units) - len(strata))


def indicator_columns(codes: Ints, n_levels: int) -> Floats:
    """Return one 0/1 column for each level; NaN rows where the code is missing."""
    result: Floats = np.equal.outer(codes, np.arange(n_levels)).astype(np.float64)
    result[codes < 0] = np.nan
    return result
