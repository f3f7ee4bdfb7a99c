"""Tests of independence in two-way tables under complex sampling.

Rao and Scott (1981, 1984): Pearson's statistic with first- and second-order corrections;
Koch, Freeman and Freeman (1975): Wald tests; Thomas and Rao (1987): their adjustment.
"""

import math
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from analysis.design import SurveyDesign
from analysis.distributions import chi2_upper, f_upper
from analysis.errors import InvalidRequestError
from analysis.estimators import indicator_columns, listwise, means
from analysis.quadratic import upper_tail
from analysis.variance.taylor import covariance
from analysis.vectors import Bools, Floats, Ints


class TableTest(StrEnum):
    """Which reference distribution Pearson's statistic, or Wald's, is given."""

    F = "F"
    CHISQ = "Chisq"
    WALD = "Wald"
    ADJUSTED_WALD = "adjWald"
    SADDLEPOINT = "saddlepoint"


@dataclass(frozen=True)
class TestResult:
    """A statistic with its degrees of freedom and p-value."""

    __test__ = False  # not a test case, whatever the name says

    statistic: float
    ndf: float
    ddf: float
    p_value: float


def independence_test(
    design: SurveyDesign,
    row_codes: Ints,
    column_codes: Ints,
    test: TableTest = TableTest.F,
    rows: Bools | None = None,
) -> TestResult:
    """Test whether two classifications are independent in the population.

    Parameters
    ----------
    row_codes, column_codes : int arrays
        Codes 0, 1, … of each row; -1 where missing.
    """
    known = (row_codes >= 0) & (column_codes >= 0)
    if rows is not None:
        known &= rows
    r_levels, r = np.unique(np.where(known, row_codes, -1), return_inverse=True)
    c_levels, c = np.unique(np.where(known, column_codes, -1), return_inverse=True)
    r = r - int(r_levels[0] < 0)
    c = c - int(c_levels[0] < 0)
    n_rows, n_cols = int(r.max()) + 1, int(c.max()) + 1
    if n_rows < 2 or n_cols < 2:
        raise InvalidRequestError(
            "table", f"{n_rows} × {n_cols} categories", "Both need two categories or more"
        )
    cell = np.where(known, r * n_cols + c, -1)
    y = indicator_columns(cell, n_rows * n_cols)
    shares = means(design, y)
    p = shares.values
    df = design.df
    if test in (TableTest.WALD, TableTest.ADJUSTED_WALD):
        return _wald(design, y, p, n_rows, n_cols, df, adjusted=test is TableTest.ADJUSTED_WALD)
    n = int(known.sum())
    expected = np.outer(p.reshape(n_rows, n_cols).sum(1), p.reshape(n_rows, n_cols).sum(0)).ravel()
    pearson = n * float(np.sum((p - expected) ** 2 / expected))
    delta = _design_effects(p, shares.covariance(design), n, n_rows, n_cols)
    trace, squares = float(np.trace(delta)), float(np.trace(delta @ delta))
    effective = trace**2 / squares
    k = delta.shape[0]
    if test is TableTest.F:
        statistic = pearson / trace
        return TestResult(
            statistic, effective, effective * df, f_upper(statistic, effective, effective * df)
        )
    if test is TableTest.CHISQ:
        return TestResult(pearson, k, math.inf, chi2_upper(pearson * k / trace, k))
    weights = np.real(np.linalg.eigvals(delta))
    return TestResult(pearson, k, effective * df, upper_tail(pearson, weights, effective * df))


def _design_effects(p: Floats, v: Floats, n: int, n_rows: int, n_cols: int) -> Floats:
    """Generalised design effects matrix of the interaction contrasts (Rao and Scott 1984)."""
    row = np.repeat(np.arange(n_rows), n_cols)
    column = np.tile(np.arange(n_cols), n_rows)
    main = [np.ones(len(p))]
    main += [(row == i).astype(float) for i in range(1, n_rows)]
    main += [(column == j).astype(float) for j in range(1, n_cols)]
    both = [
        ((row == i) & (column == j)).astype(float)
        for i in range(1, n_rows)
        for j in range(1, n_cols)
    ]
    x1, x12 = np.column_stack(main), np.column_stack(both)
    contrasts = x12 - x1 @ np.linalg.lstsq(x1, x12, rcond=None)[0]
    inverse = np.where(p > 0, 1 / np.where(p > 0, p, 1.0), 0.0)
    scaled = contrasts * inverse[:, None]
    denominator = contrasts.T @ scaled / n
    result: Floats = np.linalg.solve(denominator, scaled.T @ v @ scaled)
    return result


def _wald(
    design: SurveyDesign,
    y: Floats,
    p: Floats,
    n_rows: int,
    n_cols: int,
    df: float,
    *,
    adjusted: bool,
) -> TestResult:
    """Wald test of N_ij = N_i. N_.j / N, in counts, for the first rows and columns."""
    known = listwise(y)
    filled = np.where(known[:, None], y, 0.0)
    total = float(design.weights[known].sum())
    table = p.reshape(n_rows, n_cols)
    top, left = table.sum(axis=1), table.sum(axis=0)
    gaps, influence = [], []
    cells = filled.reshape(-1, n_rows, n_cols)
    for i in range(n_rows - 1):
        for j in range(n_cols - 1):
            gaps.append(table[i, j] - top[i] * left[j])
            z = cells[:, i, j] - cells[:, i, :].sum(1) * left[j] - cells[:, :, j].sum(1) * top[i]
            influence.append(np.where(known, z + top[i] * left[j], 0.0) / total)
    gap = np.array(gaps)
    v = covariance(design, np.column_stack(influence), known)
    wald = float(gap @ np.linalg.solve(v, gap))
    k = len(gap)
    if adjusted:
        ddf = df - k + 1
        statistic = wald * ddf / (k * df)
    else:
        ddf, statistic = df, wald / k
    return TestResult(statistic, k, ddf, f_upper(statistic, k, ddf))
