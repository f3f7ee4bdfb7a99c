"""Figures for which cells are not sufficient: quantiles need the ordered rows.

The same requests and the same results as from cells; only the cost differs, one pass over
the rows of a domain for each figure.
"""

import math

import numpy as np
import pyarrow as pa

from analysis.cells import CellTable
from analysis.design import SurveyDesign
from analysis.quantiles import quantiles
from analysis.requests import Options, Quantile, statistic_of, variable_of
from analysis.results import Caution, CautionCode, Estimate, number_or_none
from analysis.sources.arrays import numbers_of


def quantile_estimates(
    design: SurveyDesign, table: pa.Table, cells: CellTable, request: Quantile, options: Options
) -> list[Estimate]:
    """Estimate one quantile in every domain."""
    y = numbers_of(table, request.item)
    row_domain = np.full(design.n_rows, -1, dtype=np.int64)
    kept = slice(None) if cells.keep is None else cells.keep
    row_domain[kept] = cells.cell_domain[cells.cell]
    result = []
    for d, label in enumerate(cells.labels):
        rows = row_domain == d
        known = rows & ~np.isnan(y) & (design.weights > 0)
        n, weights = int(known.sum()), design.weights[known]
        lattice = cells.lattice
        df = float(lattice.n_psus[d] - lattice.n_strata[d]) if cells.columns else design.df
        cautions: list[Caution] = []
        point = se = low = high = math.nan
        if not n:
            cautions.append(Caution(CautionCode.EMPTY_DOMAIN, {"n": 0}))
        else:
            [found] = quantiles(
                design,
                y,
                [request.p],
                rows=rows,
                rule=request.rule,
                interval=request.interval,
                confidence=options.confidence,
                df=df,
            )
            point = found.estimate
            if df > 0 and found.ci_low is not None and found.ci_high is not None:
                low, high = found.ci_low, found.ci_high
            if df > 0 and found.se is not None:
                se = found.se
            if math.isnan(se):
                cautions.append(
                    Caution(CautionCode.NO_VARIANCE, {"psus": float(lattice.n_psus[d])})
                )
            if 0 < df < options.min_df:
                cautions.append(Caution(CautionCode.FEW_PSUS, {"df": df}))
            if n < options.min_n:
                cautions.append(Caution(CautionCode.SMALL_N, {"n": n}))
        total = float(weights.sum())
        result.append(
            Estimate(
                statistic=statistic_of(request),
                variable=variable_of(request),
                domain=dict(zip(cells.columns, label, strict=True)),
                estimate=number_or_none(point),
                se=number_or_none(se),
                ci_low=number_or_none(low),
                ci_high=number_or_none(high),
                df=df,
                deff=None,
                n=n,
                n_psus=round(float(lattice.n_psus[d])),
                sum_weights=total,
                kish_n=total**2 / float((weights**2).sum()) if n else 0.0,
                method=request.interval.value,
                cautions=tuple(cautions),
            )
        )
    return result
