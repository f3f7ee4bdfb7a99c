"""Tests of independence, t tests and rank tests."""

import numpy as np

from analysis.comparison import (
    Difference,
    RankScore,
    compare_two,
    compare_with_zero,
    rank_test_many,
    rank_test_two,
)
from analysis.contingency import TableTest, independence_test
from reference.cases import Case, Json
from reference.operations import operation


def first(value: Json) -> Json:
    return next(iter(value.values())) if isinstance(value, dict) else value


@operation("chisq")
def _chisq(case: Case) -> None:
    args = case.args
    # R falls back from its exact integration ("lincom") to the saddlepoint
    name = {"lincom": "saddlepoint"}.get(args.get("statistic", "F"), args.get("statistic", "F"))
    result = independence_test(
        case.design(),
        case.factor(args["rows"]).codes,
        case.factor(args["cols"]).codes,
        TableTest(name),
        case.where(),
    )
    case.close("statistic", result.statistic, first(case.expected["statistic"]))
    parameter = case.expected.get("parameter") or {}
    for key, want in parameter.items():
        case.close(key, result.ddf if key == "ddf" else result.ndf, want)
    case.close("p", result.p_value, first(case.expected["p_value"]))


def check_difference(case: Case, got: Difference) -> None:
    expected = case.expected
    case.close("statistic", got.statistic, first(expected["statistic"]))
    case.close("df", got.df, first(expected["parameter"]))
    case.close("p", got.p_value, first(expected["p_value"]))
    case.close("estimate", got.estimate, first(expected["estimate"]))
    if "conf_int" in expected:
        case.close("ci", [got.ci_low, got.ci_high], expected["conf_int"])


@operation("ttest")
def _ttest(case: Case) -> None:
    y = case.number(case.args["y"])
    y = np.where(case.where(), y, np.nan)
    check_difference(case, compare_two(case.design(), y, case.factor(case.args["group"]).codes))


@operation("ttest_one_sample")
def _ttest_one(case: Case) -> None:
    y = case.number(case.args["y"])
    check_difference(case, compare_with_zero(case.design(), y, rows=case.where()))


@operation("ranktest")
def _rank(case: Case) -> None:
    design, y = case.design(), np.where(case.where(), case.number(case.args["y"]), np.nan)
    group = case.factor(case.args["group"]).codes
    name = {"KruskalWallis": "wilcoxon"}.get(case.args["test"], case.args["test"])
    if len(np.unique(group[group >= 0])) == 2:
        check_difference(case, rank_test_two(design, y, group, RankScore(name)))
        return
    result = rank_test_many(design, y, group, RankScore(name))
    case.close("df", result.ndf, first(case.expected["statistic"]))
    case.close("chisq", result.statistic, first(case.expected["parameter"]))
    case.close("p", result.p_value, first(case.expected["p_value"]))
