"""Replicate weights: made where the method is deterministic, else read as R drew them."""

import csv
import math

import numpy as np

from analysis.intervals import wald_interval
from analysis.quantiles import weighted_quantile
from analysis.variance.replication import ReplicateDesign, balanced, jackknife
from analysis.weighting.calibration import rake
from reference.cases import FOLDER, Case, Json, listed
from reference.operations import operation
from reference.rlang import Values
from reference.weight_cases import margin_of


def made(case: Case) -> ReplicateDesign | None:
    """The replicate design of the case's type, or None where it is drawn at random."""
    kind, mse = case.args["type"], bool(case.args.get("mse", False))
    if kind in ("JK1", "JKn"):
        return jackknife(case.design(), mse=mse)
    if kind == "BRR":
        return balanced(case.design(), mse=mse)
    if kind == "Fay":
        return balanced(case.design(), rho=float(case.args["rho"]), mse=mse)
    return None


def printed_weights(case: Case) -> Values:
    path = FOLDER / case.expected["replicates"]["analysis_repweights_csv"]
    with path.open(encoding="utf-8", newline="") as stream:
        return np.array([[float(v) for v in row] for row in list(csv.reader(stream))[1:]])


def sorted_columns(matrix: Values) -> Values:
    return matrix[:, np.lexsort(matrix.round(9))]


def mean_of(y: Values) -> object:
    def statistic(w: Values) -> Values:
        known = ~np.isnan(y)
        return np.array([(w[known] @ y[known]) / w[known].sum()])

    return statistic


def check(case: Case, design: ReplicateDesign, statistic: object, want: Json, df: float) -> None:
    value, v = design.estimate(statistic)  # type: ignore[arg-type]  # one of the functions here
    se = np.sqrt(np.diag(v))
    case.close("estimate", value, want["estimate"])
    case.close(
        "se", se[0], next(iter(want["se"].values())) if isinstance(want["se"], dict) else want["se"]
    )
    case.close("df", df, want.get("df"))
    for key, degrees in (("ci95_t", df), ("ci95_z", math.inf)):
        if key in want:
            low, high = wald_interval(float(value[0]), float(se[0]), degrees)
            case.close(f"{key} low", [low], listed_values(want[key]["lower"]))
            case.close(f"{key} high", [high], listed_values(want[key]["upper"]))


def listed_values(value: Json) -> Json:
    return list(value.values()) if isinstance(value, dict) else [value]


@operation("replicate")
def _replicate(case: Case) -> None:
    want = case.expected["replicates"]
    weights = printed_weights(case)
    design = made(case)
    full = case.design().weights
    read = ReplicateDesign.given(
        full,
        weights,
        scale=float(want["scale"]),
        rscales=np.array(want["rscales"], dtype=float),
        mse=bool(want["mse"]),
    )
    for one in (read, design):
        if one is None:
            continue
        case.close("number", one.n_replicates, want["n_replicates"])
        case.close("scale", one.scale, want["scale"])
        # replicates may come in another order of strata
        case.close("rscales", np.sort(one.rscales), sorted(want["rscales"]))
        case.close("degf", one.df, want["degf"])
        y = case.number(case.args["y"])
        check(case, one, mean_of(y), case.expected["mean"], one.df)
        check(case, one, lambda w, y=y: np.array([w @ y]), case.expected["total"], one.df)
    if design is not None and case.args["type"] in ("JK1", "JKn"):
        columns = [design.replicate_weights(r) for r in range(design.n_replicates)]
        got, expected = sorted_columns(np.column_stack(columns)), sorted_columns(weights)
        case.close("weights", got.ravel(), expected.ravel().tolist())


@operation("replicate_given")
def _given(case: Case) -> None:
    args = case.args
    factors = np.column_stack([case.number(name) for name in args["repweights"]])
    n = factors.shape[1]
    scale = {"BRR": 1 / n, "Fay": 1 / (n * (1 - float(args.get("rho", 0))) ** 2)}.get(
        args["type"], float(args.get("scale", 1.0))
    )
    design = ReplicateDesign.given(
        case.design().weights, factors, scale=scale, combined=bool(args["combined_weights"])
    )
    top, bottom = args["y"].split("/")
    a, b = case.number(top), case.number(bottom)
    check(case, design, lambda w: np.array([(w @ a) / (w @ b)]), case.expected["ratio"], 0)
    check(case, design, mean_of(b), case.expected["mean"], 0)


@operation("replicate_by")
def _by(case: Case) -> None:
    design = made(case)
    assert design is not None
    factor, y = case.factor(case.args["by"]), case.number(case.args["y"])

    def statistic(w: Values) -> Values:
        used = ~np.isnan(y)
        sums = [used & (factor.codes == i) for i in range(len(factor.levels))]
        return np.array([(w[s] @ y[s]) / w[s].sum() for s in sums])

    value, v = design.estimate(statistic)
    case.close("estimate", value, [row[case.args["y"]] for row in case.expected["by"]])
    case.close("se", np.sqrt(np.diag(v)), [row["se"] for row in case.expected["by"]])
    case.close("vcov", v, case.expected["vcov"]["values"], 1.0)


@operation("replicate_rake")
def _rake(case: Case) -> None:
    design, plain = made(case), case.design()
    assert design is not None
    margins = [margin_of(case, k, v) for k, v in case.args["margins"].items()]
    raked = design.reweighted(lambda w: rake(plain.with_weights(w), margins).weights)
    for want in case.expected.values():
        name = next(iter(want["estimate"]))
        check(case, raked, mean_of(case.number(name)), want, raked.df)


@operation("replicate_quantile")
def _quantile(case: Case) -> None:
    from analysis.distributions import t_quantile

    design = made(case)
    assert design is not None
    t = t_quantile(0.975, design.df)
    for name in listed(case.args["y"]):
        y = case.number(name)
        for p, want in zip(case.args["p"], case.expected[name]["values"], strict=True):
            point = weighted_quantile(y, design.weights, p)
            share, v = design.estimate(mean_of((y <= point).astype(float)))  # type: ignore[arg-type]  # a function of weights
            half = t * math.sqrt(v[0, 0])
            low, high = (
                weighted_quantile(y, design.weights, float(share[0]) + side * half)
                for side in (-1, 1)
            )
            case.close(f"{name} {p}", [point, low, high, (high - low) / (2 * t)], want)
