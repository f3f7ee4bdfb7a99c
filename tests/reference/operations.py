"""What each operation of the manifest means in terms of the analysis package."""

import math
from collections.abc import Callable

import numpy as np

from analysis.design import SurveyDesign
from analysis.errors import AnalysisError
from analysis.estimators import (
    Linearised,
    contrast,
    correlation,
    domain_df,
    domain_means,
    indicator_columns,
    means,
    ratios,
    second_moments,
    totals,
)
from analysis.intervals import ShareInterval, share_interval, wald_interval
from reference.cases import Case, Json, listed
from reference.rlang import Factor, Values

Operation = Callable[[Case], None]
OPERATIONS: dict[str, Operation] = {}


def operation(*names: str) -> Callable[[Operation], Operation]:
    """Register the meaning of one or several operations."""

    def register(function: Operation) -> Operation:
        for name in names:
            OPERATIONS[name] = function
        return function

    return register


def matrix_of(case: Case, names: list[str]) -> tuple[Values, list[str]]:
    """Columns of y as R's model.matrix without intercept: a factor gives all its levels."""
    columns: list[Values] = []
    labels: list[str] = []
    for name in names:
        value = case.column(name)
        if isinstance(value, Factor):
            block = indicator_columns(value.codes, len(value.levels))
            columns.extend(block[:, j] for j in range(block.shape[1]))
            labels.extend(f"{name}{level}" for level in value.levels)
        else:
            columns.append(case.number(name))
            labels.append(name)
    return np.column_stack(columns), labels


def df_of(case: Case, design: SurveyDesign) -> float:
    rows = case.where()
    return design.df if rows.all() else domain_df(design, rows)


def check_svystat(
    case: Case, design: SurveyDesign, result: Linearised, expected: Json, df: float
) -> None:
    """Compare estimate, se, vcov, df, intervals and deff of an R svystat object."""
    v = result.covariance(design)
    se = np.sqrt(np.maximum(np.diag(v), 0))
    size = float(np.max(np.abs(result.values)))
    case.close("estimate", result.values, _flat(expected["estimate"]))
    if "se" in expected:
        case.close("se", se, _flat(expected["se"]), size)
    if "vcov" in expected:
        case.close("vcov", v, expected["vcov"]["values"], size**2)
    if "df" in expected:
        case.close("df", df, expected["df"])
    for key, degrees in (("ci95_t", df), ("ci95_z", math.inf)):
        if key in expected:
            bounds = [wald_interval(e, s, degrees) for e, s in zip(result.values, se, strict=True)]
            want = expected[key]
            if isinstance(want, dict):
                case.close(f"{key} lower", [b[0] for b in bounds], _flat(want["lower"]), size)
                case.close(f"{key} upper", [b[1] for b in bounds], _flat(want["upper"]), size)
            else:
                case.close(key, bounds[0], want, size)
    if expected.get("deff") is not None:
        kind = case.args.get("deff", "wor")
        deff = result.deff(design, without_replacement=kind not in ("wr", "replace"))
        want = _flat(expected["deff"])
        keep = [i for i, s in enumerate(se) if s > 1e-10 * size]
        case.close("deff", deff[keep], [want[i] for i in keep])


def _flat(value: Json) -> list[Json]:
    if isinstance(value, dict):
        return list(value.values())
    return value if isinstance(value, list) else [value]


@operation("mean", "total")
def _mean_total(case: Case) -> None:
    design = case.design()
    y, _ = matrix_of(case, listed(case.args["y"]))
    function = means if case.spec["operation"] == "mean" else totals
    check_svystat(
        case, design, function(design, y, case.where()), case.expected, df_of(case, design)
    )


@operation("ratio")
def _ratio(case: Case) -> None:
    design = case.design()
    top, _ = matrix_of(case, listed(case.args["num"]))
    bottom, _ = matrix_of(case, listed(case.args["den"]))
    result = ratios(design, top, bottom, case.where())
    check_svystat(case, design, result, case.expected, df_of(case, design))


@operation("mean_by", "total_by", "ratio_by")
def _by(case: Case) -> None:
    design = case.design()
    factors = {name: case.factor(name) for name in listed(case.args["by"])}
    kind = case.spec["operation"].removesuffix("_by")
    for i, row in enumerate(case.expected):
        inside = case.where()
        for name, factor in factors.items():
            inside &= factor.codes == factor.levels.index(_level(row[name]))
        if kind == "ratio":
            top, _ = matrix_of(case, listed(case.args["num"]))
            bottom, _ = matrix_of(case, listed(case.args["den"]))
            result = ratios(design, top, bottom, inside)
            labels = [f"{case.args['num']}/{case.args['den']}"]
        else:
            names = [n.removesuffix(" (factor shares)") for n in listed(case.args["y"])]
            y, labels = matrix_of(case, names)
            result = (means if kind == "mean" else totals)(design, y, inside)
        check_by_row(case, design, result, labels, row, f"row {i}")


def check_by_row(
    case: Case,
    design: SurveyDesign,
    result: Linearised,
    labels: list[str],
    row: dict[str, Json],
    where: str,
) -> None:
    se = np.sqrt(np.maximum(np.diag(result.covariance(design)), 0))
    kind = case.args.get("deff", "wor")
    deff = result.deff(design, without_replacement=kind not in ("wr", "replace"))
    for j, label in enumerate(labels):
        value, spread = float(result.values[j]), float(se[j])
        low, high = wald_interval(value, spread, math.inf)
        got = {"": value, "se": spread, "ci_l": low, "ci_u": high, "cv": spread / value}
        got["DEff"] = float(deff[j])
        for key, have in got.items():
            spellings = [label] if not key else [f"{key}.{label}"]
            if key and len(labels) == 1:
                spellings.append(key)
            for name in spellings:
                if name in row and not (key == "DEff" and spread < 1e-10 * abs(value)):
                    case.close(f"{where} {name}", have, row[name], abs(value))


def _level(value: Json) -> str:
    return f"{value:g}" if isinstance(value, int | float) else str(value)


@operation("ciprop")
def _ciprop(case: Case) -> None:
    method = case.args["method"]
    design = case.design()
    y = case.number(case.args["y"])
    used = ~np.isnan(y) & case.where()
    result = means(design, y[:, None], used)
    share = float(result.values[0])
    se = float(np.sqrt(result.covariance(design)[0, 0]))
    df = domain_df(design, used)
    names = {
        "logit": ShareInterval.LOGIT,
        "xlogit": ShareInterval.LOGIT,
        "asin": ShareInterval.ARCSINE,
        "beta": ShareInterval.BETA,
        "mean": ShareInterval.WALD,
        "wilson": ShareInterval.WILSON,
        "likelihood": ShareInterval.LIKELIHOOD,
    }
    level = float(case.args.get("level", 0.95))
    deff = result.deff(design, without_replacement=False)
    interval = share_interval(share, se, df, result.n, method=names[method], confidence=level)
    del deff
    case.close("estimate", share, case.expected["estimate"])
    case.close("ci", interval, case.expected["ci"])
    case.close("se", se, case.expected.get("se"))
    case.close("df", df, case.expected.get("df"))


@operation("variance")
def _variance(case: Case) -> None:
    design = case.design()
    y, _ = matrix_of(case, listed(case.args["y"]))
    result = second_moments(design, y, case.where())
    k = y.shape[1]
    case.close("estimate", result.values.reshape(k, k), case.expected["estimate"]["values"])
    if "vcov" in case.expected:
        case.close("vcov", result.covariance(design), case.expected["vcov"]["values"])


@operation("correlation")
def _correlation(case: Case) -> None:
    design = case.design()
    x, y = case.number(case.args["x"]), case.number(case.args["y"])
    case.close("estimate", correlation(design, x, y).values[0], case.expected["estimate"])


@operation("degf_by_domain")
def _degf(case: Case) -> None:
    design = case.design()
    factor = case.factor(case.args["by"])
    got = [domain_df(design, factor.codes == i) for i in range(len(factor.levels))]
    case.close("df", got, case.expected["df"])


@operation("domain_covariance", "domain_difference")
def _domain_covariance(case: Case) -> None:
    design = case.design()
    factor = case.factor(case.args["by"])
    result = domain_means(design, case.number(case.args["y"]), factor.codes, len(factor.levels))
    v = result.covariance(design)
    expected = case.expected
    size = float(np.max(np.abs(result.values)))
    if "by" in expected:
        name = case.args["y"]
        case.close("by", result.values, [row[name] for row in expected["by"]])
        case.close("se", np.sqrt(np.diag(v)), [row["se"] for row in expected["by"]], size)
        case.close("vcov", v, expected["vcov"]["values"], size**2)
    for key, want in expected.items():
        if key.startswith("contrast_"):
            plus, minus = key.removeprefix("contrast_").split("_minus_")
            weights = np.zeros((1, len(factor.levels)))
            weights[0, factor.levels.index(plus)] = 1
            weights[0, factor.levels.index(minus)] = -1
            _check_contrast(case, design, contrast(design, result, weights), want)
    if "estimate" in expected:
        weights = np.array([[-1.0, 1.0]])
        _check_contrast(case, design, contrast(design, result, weights), expected)


def _check_contrast(case: Case, design: SurveyDesign, result: Linearised, want: Json) -> None:
    se = np.sqrt(np.diag(result.covariance(design)))
    case.close("contrast", result.values, _flat(want["estimate"]))
    case.close("contrast se", se, _flat(want["se"]))


@operation("contrast")
def _contrast(case: Case) -> None:
    design = case.design()
    kind, _, rest = case.args["of"].partition("(")
    names = [n.strip() for n in rest.rstrip(")").split(",")]
    y, labels = matrix_of(case, names)
    base = (means if kind == "mean" else totals)(design, y, case.where())
    if "linear" in case.args:
        result = contrast(design, base, np.array(case.args["linear"], dtype=float))
    else:
        from reference.rlang import evaluate

        expressions = [e.strip() for e in case.args["nonlinear"].split(";")]

        def function(values: Values) -> Values:
            columns = {n: values[j : j + 1] for j, n in enumerate(labels)}
            return np.array([float(evaluate(e, columns)[0]) for e in expressions])  # type: ignore[index]  # numbers only

        result = contrast(design, base, function)
    _check_contrast(case, design, result, case.expected)


@operation("cdf")
def _cdf(case: Case) -> None:
    design = case.design()
    y = case.number(case.args["y"])
    at = case.args["at"]
    at = at if isinstance(at, list) else [at]
    below = np.column_stack([np.where(np.isnan(y), np.nan, y <= point) for point in at])
    case.close("value", means(design, below, case.where()).values, _flat(case.expected["value"]))


@operation("table")
def _table(case: Case) -> None:
    design = case.design()
    rows, cols = case.factor(case.args["rows"]), case.factor(case.args["cols"])
    known = (rows.codes >= 0) & (cols.codes >= 0) & case.where()
    key = np.where(known, rows.codes * len(cols.levels) + cols.codes, -1)
    y = indicator_columns(key, len(rows.levels) * len(cols.levels))
    values = totals(design, y).values
    if "Ntotal" in case.args:
        values = values / values.sum() * float(case.args["Ntotal"])
    case.close("table", values.reshape(len(rows.levels), len(cols.levels)), case.expected["values"])


@operation("expect_error")
def _error(case: Case) -> None:
    y = case.args.get("y")
    try:
        design = case.design()
        if y is not None:
            means(design, matrix_of(case, listed(y))[0], case.where()).covariance(design)
    except AnalysisError:
        case.compared += 1
        return
    case.failures.append(f"no error, R says {case.expected.get('error')!r}")
