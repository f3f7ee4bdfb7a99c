"""From cells to estimates: every request in every domain, from one pass over the rows."""

import math
from collections.abc import Sequence

import numpy as np

from analysis.cells import CellTable, PairSums
from analysis.design import SurveyDesign
from analysis.errors import InvalidRequestError, NoAnswersError
from analysis.intervals import boundary_interval, share_interval, wald_interval
from analysis.requests import (
    CellRequest,
    Grouping,
    Options,
    PooledShare,
    Quantile,
    Request,
    Share,
    Total,
    is_share,
    statistic_of,
    variable_of,
)
from analysis.results import Caution, CautionCode, Estimate, EstimateTable, number_or_none
from analysis.row_estimates import quantile_estimates
from analysis.sources.arrays import TableLike, as_table
from analysis.vectors import Floats

ROUNDING = 1e-12
"""Relative size below which a difference of sums is rounding error."""

DEFAULTS = Options()


def analyse(
    design: SurveyDesign,
    table: TableLike,
    requests: Sequence[Request],
    by: Grouping | list[Grouping] = (),
    options: Options = DEFAULTS,
) -> EstimateTable:
    """Estimate every request in every domain, with design-based precision.

    Parameters
    ----------
    design : SurveyDesign
        Declared on the same rows.
    table : Arrow table or mapping of columns
    requests : sequence of Request
        What to estimate: Mean, Share, Total, Ratio, Quantile, PooledShare, PooledMean.
    by : str, tuple of str, or list of those
        Domain column; a tuple crosses columns; a list asks for several groupings at once,
        where ``()`` is the whole population: ``by=[(), "district", ("district", "sex")]``.
    options : Options

    Returns
    -------
    EstimateTable
        Ordered by grouping, then request, then domain. Domains without answers are flagged
        rows, never absent ones.

    Examples
    --------
    ``analyse(design, table, [Share("q1", levels=(4, 5)), Mean("q1")], by="district")``

    Notes
    -----
    The estimates are ratios R = Σwa / Σwb (or totals), their variances those of the
    linearised totals Σ w (a - R b) / Σwb (Woodruff 1971; Binder 1983).
    """
    if not requests:
        raise InvalidRequestError("requests", "none given", "Ask for at least one estimate")
    source = as_table(table)
    if not source.num_rows:
        raise NoAnswersError("table", "it has no rows", "Give at least one answered questionnaire")
    groupings: list[Grouping] = by if isinstance(by, list) else [by]
    results: list[Estimate] = []
    dense = None
    if design.calibrations or design.joint is not None:
        # a plain design starts without the sparse matrices
        from analysis.variance.calibrated import DenseVariance

        dense = DenseVariance.build(design)
    for grouping in groupings:
        cells = CellTable.build(design, source, grouping, dense)
        for request in requests:
            if isinstance(request, Quantile):
                found = quantile_estimates(design, source, cells, request, options)
            else:
                found = _estimates(design, cells, request, options)
            results.extend(found)
    return EstimateTable(tuple(results))


def ratio_and_influence(cells: CellTable, sums: PairSums, *, total: bool) -> tuple[Floats, Floats]:
    """Return the estimate of each domain and the linearised contribution of each cell."""
    top = cells.by_domain(sums.a)
    if total:
        return np.where(sums.n > 0, top, np.nan), sums.a
    bottom = cells.by_domain(sums.b)
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.where(bottom != 0, top / bottom, np.nan)
    domain = cells.cell_domain
    usable = np.where(np.isfinite(ratio), ratio, 0.0)
    scale = np.where(bottom != 0, bottom, 1.0)
    return ratio, (sums.a - usable[domain] * sums.b) / scale[domain]


def reference_variance(
    sums: PairSums, estimate: Floats, bottom: Floats, *, total: bool, without_replacement: bool
) -> Floats:
    """Variance under simple random sampling of the same persons (Kish 1965, §8.2).

    S² is the weighted variance with divisor (n - 1)/n · Σw, as R survey's ``svyvar``.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        if total:
            squares = sums.aa - estimate**2 / sums.w
        else:
            squares = (sums.aa - 2 * estimate * sums.ab + estimate**2 * sums.bb) / bottom**2
        # below rounding error the spread is zero: a constant has no design effect
        scale = sums.aa if total else (sums.aa + estimate**2 * sums.bb) / bottom**2
        squares = np.where(squares < 1e-13 * scale, 0.0, squares)
        variance = squares / sums.w * sums.n / (sums.n - 1)
        result = variance * sums.w**2 / sums.n
        if without_replacement:
            result = np.where(sums.w > sums.n, result * (1 - sums.n / sums.w), np.nan)
    return np.where(sums.n > 1, result, np.nan)


def _estimates(
    design: SurveyDesign, cells: CellTable, request: CellRequest, options: Options
) -> list[Estimate]:
    sums = cells.sums(request)
    total = isinstance(request, Total)
    value, influence = ratio_and_influence(cells, sums, total=total)
    bottom = cells.by_domain(sums.b)
    variance = cells.variances(influence, sums, value, None if total else bottom)
    reference = reference_variance(
        sums,
        value,
        bottom,
        total=total,
        without_replacement=options.deff_without_replacement,
    )
    return [
        _estimate(design, cells, request, options, d, value, variance, reference, sums)
        for d in range(len(cells.labels))
    ]


def _estimate(
    design: SurveyDesign,
    cells: CellTable,
    request: CellRequest,
    options: Options,
    d: int,
    value: Floats,
    variance: Floats,
    reference: Floats,
    sums: PairSums,
) -> Estimate:
    lattice = cells.lattice
    whole = not cells.columns
    df = design.df if whole else float(lattice.n_psus[d] - lattice.n_strata[d])
    n = round(float(sums.n[d]))
    share = is_share(request)
    point = float(value[d])
    if share and math.isfinite(point):
        point = _snap(point)
    cautions: list[Caution] = []
    determined = math.isfinite(point)
    if not determined:
        cautions.append(Caution(CautionCode.EMPTY_DOMAIN, {"n": n}))
    spread = float(variance[d])
    known = determined and math.isfinite(spread) and (df > 0 or bool(lattice.complete[d]))
    if determined and not known:
        cautions.append(Caution(CautionCode.NO_VARIANCE, {"psus": float(lattice.n_psus[d])}))
    se = math.sqrt(max(spread, 0.0)) if known else math.nan
    if known and se <= ROUNDING * abs(point):
        se = 0.0
    srs = float(reference[d])
    deff = spread / srs if known and srs > 0 else math.nan
    boundary = share and point in (0.0, 1.0)
    kish = float(sums.w[d]) ** 2 / float(sums.ww[d]) if sums.ww[d] > 0 else 0.0
    low, high = math.nan, math.nan
    if boundary:
        low, high = boundary_interval(point, kish, n, df, options.confidence)
        cautions.append(Caution(CautionCode.BOUNDARY_SHARE, {"n": n}))
    elif known and df <= 0:
        low, high = point - se, point + se
    elif known and isinstance(request, Share | PooledShare):
        low, high = share_interval(
            point, se, df, n, method=request.interval, confidence=options.confidence
        )
    elif known:
        low, high = wald_interval(point, se, df, options.confidence)
    if determined and srs == 0:
        cautions.append(Caution(CautionCode.CONSTANT))
    if bool(lattice.lonely[d]):
        cautions.append(Caution(CautionCode.LONELY_PSU))
    if whole and design.strata_without_answers:
        cautions.append(
            Caution(
                CautionCode.STRATUM_WITHOUT_ANSWERS,
                {"strata": float(design.strata_without_answers)},
            )
        )
    if determined and 0 < df < options.min_df:
        cautions.append(Caution(CautionCode.FEW_PSUS, {"df": df}))
    if determined and n < options.min_n:
        cautions.append(Caution(CautionCode.SMALL_N, {"n": n}))
    if known and point and not share and se / abs(point) > options.max_cv:
        cautions.append(Caution(CautionCode.HIGH_CV, {"cv": se / abs(point)}))
    method = "t"
    if isinstance(request, Share | PooledShare):
        method = "clopper-pearson" if boundary else request.interval.value
    return Estimate(
        statistic=statistic_of(request),
        variable=variable_of(request),
        domain=dict(zip(cells.columns, cells.labels[d], strict=True)),
        estimate=number_or_none(point),
        se=number_or_none(se),
        ci_low=number_or_none(low),
        ci_high=number_or_none(high),
        df=df,
        deff=number_or_none(deff),
        n=n,
        n_psus=round(float(lattice.n_psus[d])),
        sum_weights=float(sums.w[d]),
        kish_n=kish,
        method=method,
        cautions=tuple(cautions),
    )


def _snap(share: float) -> float:
    """Remove the rounding of sums at the ends of the scale."""
    if abs(share) < ROUNDING:
        return 0.0
    return 1.0 if abs(share - 1) < ROUNDING else share
