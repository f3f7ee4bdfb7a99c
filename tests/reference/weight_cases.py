"""Calibration, raking, trimming and standardisation."""

import re

import numpy as np

from analysis.design import SurveyDesign
from analysis.estimators import means, totals
from analysis.sources.arrays import Codes
from analysis.weighting.calibration import (
    Distance,
    Margin,
    calibrate,
    calibration_factors,
    poststratify,
    rake,
    standardise,
    trim,
)
from reference.cases import Case, Json, listed, manifest
from reference.operations import check_by_row, check_svystat, df_of, matrix_of, operation
from reference.rlang import Factor, Values


def codes_of(case: Case, name: str) -> Codes:
    factor = case.factor(name)
    return Codes(factor.codes, tuple(factor.levels))


def margin_of(case: Case, name: str, counts: Json) -> Margin:
    codes = codes_of(case, name)
    if isinstance(counts, dict):
        return Margin(name, codes, {k: float(v) for k, v in counts.items()})
    return Margin(name, codes, dict(zip(codes.labels, map(float, counts), strict=True)))


def check_weights(case: Case, weights: Values, expected: Json) -> None:
    got = {
        "n": len(weights),
        "sum": weights.sum(),
        "sumsq": (weights**2).sum(),
        "min": weights.min(),
        "max": weights.max(),
        "first10": weights[:10],
        "weights": weights,
    }
    for key, want in expected.items():
        case.close(f"weights {key}", got[key], want)


def check_figures(case: Case, design: SurveyDesign) -> None:
    """Compare whatever figures a case computes on the calibrated design."""
    for key, want in case.expected.items():
        if key == "weights":
            check_weights(case, design.weights, want)
        elif key in ("by", "by_stype") or key.startswith("by_"):
            by = "region" if key == "by" else key.removeprefix("by_")
            factor = case.factor(by)
            for i, row in enumerate(want):
                name = next(k for k in row if k not in (by, "se"))
                y, labels = matrix_of(case, [name])
                inside = factor.codes == factor.levels.index(str(row[by]))
                check_by_row(case, design, means(design, y, inside), labels, row, f"row {i}")
        elif isinstance(want, dict) and "estimate" in want:
            y = np.column_stack([column(case, name) for name in want["estimate"]])
            function = totals if key == "total" else means
            check_svystat(case, design, function(design, y), want, df_of(case, design))


def column(case: Case, name: str) -> Values:
    """A column, or the indicator of one level of a factor, by R's name for it."""
    if name in case.columns:
        return case.number(name)
    for base, value in case.columns.items():
        if isinstance(value, Factor) and name.startswith(base):
            level = name.removeprefix(base)
            if level in value.levels:
                return np.where(value.codes < 0, np.nan, value.codes == value.levels.index(level))
    raise KeyError(name)


@operation("poststratify")
def _poststratify(case: Case) -> None:
    by = listed(case.args["by"])[0]
    margin = margin_of(case, by, case.args["population"])
    check_figures(case, poststratify(case.design(), margin))


def raked(case: Case) -> SurveyDesign:
    margins = [margin_of(case, k, v) for k, v in case.args["margins"].items()]
    # R takes the residuals of raking from an unweighted regression
    return rake(case.design(), margins, weighted_residuals=False)


@operation("rake")
def _rake(case: Case) -> None:
    check_figures(case, raked(case))


def model_matrix(case: Case, formula: str) -> Values:
    """R's model.matrix of a formula of main effects, treatment contrasts."""
    terms = [t.strip() for t in formula.replace("~", "").replace("-1", "+-1").split("+")]
    terms = [t for t in terms if t]
    columns: list[Values] = [] if "-1" in terms or "0" in terms else [np.ones(case.n_rows)]
    for term in terms:
        if term in ("-1", "0", "1"):
            continue
        value = case.column(term)
        if isinstance(value, Factor):
            first = 1 if columns else 0
            columns.extend(
                (value.codes == level).astype(float) for level in range(first, len(value.levels))
            )
        else:
            columns.append(case.number(term))
    return np.column_stack(columns)


@operation("calibrate")
def _calibrate(case: Case) -> None:
    args = case.args
    x = model_matrix(case, args["formula"])
    population = args.get("population") or _population_in(case.spec["r_call"])
    if isinstance(population, dict):
        population = list(population.values())
    bounds = args.get("bounds")
    variance = args.get("variance")
    design = calibrate(
        case.design(),
        x,
        np.array(population, dtype=float),
        distance=Distance(args.get("calfun", "linear")),
        bounds=None if bounds is None else (float(bounds[0]), float(bounds[1])),
        error_variance=None if variance is None else variance_of(case, x, variance),
        constant_within_stage=args.get("aggregate_stage"),
    )
    check_figures(case, design)


def variance_of(case: Case, x: Values, variance: Json) -> Values:
    """R takes a column of the model matrix by number, or a coefficient vector, or a name."""
    if isinstance(variance, str):
        return case.number(variance)
    if isinstance(variance, list):
        return x @ np.array(variance, dtype=float)
    return x[:, int(variance) - 1]


def _population_in(call: str) -> list[str]:
    """The totals as written in the R call, where the case does not repeat them."""
    inside = call.replace("`(Intercept)`", "intercept").partition("c(")[2].partition(")")[0]
    return re.findall(r"=\s*([0-9.eE+]+)", inside)


@operation("trim")
def _trim(case: Case) -> None:
    name = str(case.args["after"]).split()[0]
    before = next(c for c in manifest()["cases"] if c["id"] == name)
    design = raked(Case({**before, "data": case.spec["data"]}))
    weights = trim(
        design.weights,
        lower=float(case.args.get("lower", -np.inf)),
        upper=float(case.args.get("upper", np.inf)),
        strict=bool(case.args.get("strict", False)),
    )
    check_figures(case, design.with_weights(weights))


@operation("standardize")
def _standardise(case: Case) -> None:
    args = case.args
    by, over = codes_of(case, args["by"]), codes_of(case, args["over"])
    shares = dict(zip(by.labels, map(float, args["population"]), strict=True))
    design = standardise(case.design(), by, shares, over)
    factor = case.factor(args["over"])
    for i, row in enumerate(case.expected):
        name = next(k for k in row if k not in (args["over"], "se"))
        y, labels = matrix_of(case, [name])
        inside = factor.codes == factor.levels.index(str(row[args["over"]]))
        check_by_row(case, design, means(design, y, inside), labels, row, f"row {i}")


@operation("calib_g")
def _calib_g(case: Case) -> None:
    args = case.args
    d = np.array(args["d"], dtype=float)
    x = np.column_stack([np.ones(len(d)), np.array(args["x"], dtype=float)])
    method, bounds = args["method"], args.get("bounds")
    distance = {"truncated": Distance.LINEAR}.get(method) or Distance(method)
    g = calibration_factors(
        x,
        d,
        np.array(args["total"], dtype=float),
        distance=distance,
        bounds=None if bounds is None else (float(bounds[0]), float(bounds[1])),
    )
    case.close("g", g, case.expected["g"])
    case.close("check", (g * d) @ x, case.expected["check"])
