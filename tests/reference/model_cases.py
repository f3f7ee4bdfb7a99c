"""Regressions, tests of their terms, and estimates from several imputations."""

import csv
import re

import numpy as np

from analysis.estimators import means, totals
from analysis.imputation import combine_imputations
from analysis.models.glm import Family, Fit, fit, fit_replicates
from analysis.models.ordinal import fit_ordinal
from analysis.models.term_tests import (
    TermTest,
    likelihood_ratio_test,
    wald_test,
    working_wald_test,
)
from analysis.sources.arrays import Codes
from reference.cases import FOLDER, Case, Json
from reference.formulas import answer_of, model_of, split_formula, terms_of
from reference.operations import operation
from reference.replicate_cases import made
from reference.rlang import Values


def formula_of(case: Case) -> str:
    """The formula as R was given it: the call may rescale a regressor."""
    called = re.search(r"svy(?:glm|olr)\(((?:[^,()]|\([^()]*\))+),", case.spec.get("r_call") or "")
    return called.group(1) if called and "~" in called.group(1) else case.args["formula"]


def family_of(case: Case) -> Family:
    named = case.args.get("family")
    if named is None:
        called = re.search(r"family\s*=\s*(\w+)", case.spec.get("r_call") or "")
        named = called.group(1) if called else "gaussian"
    return Family(named.removeprefix("quasi"))


def check_fit(case: Case, got: Fit) -> None:
    expected = case.expected
    size = float(np.max(np.abs(got.coefficients)))
    for key, values in (
        ("coef", got.coefficients),
        ("se", got.se),
        ("t", got.t),
        ("p", got.p_values),
    ):
        if key in expected:
            by_name = dict(zip(got.names, values.tolist(), strict=True))
            for name, want in expected[key].items():
                case.close(f"{key} {name}", by_name.get(name), want, size if key == "coef" else 0)
    if "df_residual" in expected:
        case.close("df", got.df_residual, expected["df_residual"])
    if "vcov" in expected:
        order = [got.names.index(name) for name in expected["vcov"]["rows"]]
        v = got.covariance[np.ix_(order, order)]
        case.close("vcov", v, expected["vcov"]["values"], float(np.max(np.abs(v))))


def fitted(case: Case) -> tuple[Values, Fit]:
    left, right = split_formula(formula_of(case))
    y = answer_of(case, left)
    return y, fit(case.design(), y, model_of(case, right), family_of(case), case.where())


@operation("glm")
def _glm(case: Case) -> None:
    check_fit(case, fitted(case)[1])


@operation("regTermTest")
def _term_test(case: Case) -> None:
    y, model = fitted(case)
    texts = case.args["term"]
    terms = [
        ":".join(term)
        for text in ([texts] if isinstance(texts, str) else texts)
        for term in terms_of(text.replace("~", ""))[0]
    ]
    ddf = case.args.get("df")
    degrees = None if ddf is None else float(str(ddf).replace("Inf", "inf"))
    match TermTest(case.args.get("method", "Wald")):
        case TermTest.WALD:
            result = wald_test(model, terms, ddf=degrees)
        case TermTest.WORKING_WALD:
            result = working_wald_test(model, terms, ddf=degrees)
        case TermTest.LIKELIHOOD_RATIO:
            result = likelihood_ratio_test(
                case.design(), y, model, terms, family_of(case), case.where(), ddf=degrees
            )
    names = {"F": result.statistic, "Ftest": result.statistic, "chisq": result.statistic}
    names |= {"df": result.df, "ddf": result.ddf, "p": result.p_value}
    for key, got in names.items():
        if key in case.expected:
            case.close(key, got, _one(case.expected[key]))
    if "lambda" in case.expected:
        case.close("lambda", list(result.misspecification), case.expected["lambda"])


def _one(value: Json) -> Json:
    while isinstance(value, list) and len(value) == 1:
        value = value[0]
    return value


@operation("olr")
def _ordinal(case: Case) -> None:
    left, right = split_formula(formula_of(case))
    factor = case.factor(left)
    terms = model_of(case, f"{right}")
    # the cut points take the intercept's place
    keep = [i for i, name in enumerate(terms.names) if name != "(Intercept)"]
    model = type(terms)(
        terms.values[:, keep],
        tuple(terms.names[i] for i in keep),
        tuple(terms.term[i] for i in keep),
    )
    answers = Codes(factor.codes, tuple(factor.levels))
    check_fit(case, fit_ordinal(case.design(), answers, model, case.where()))


@operation("replicate_glm")
def _replicates(case: Case) -> None:
    left, right = split_formula(formula_of(case))
    design = made(case)
    assert design is not None
    y, model = answer_of(case, left), model_of(case, right)
    check_fit(case, fit_replicates(design, y, model, family_of(case)))


@operation("mi_combine")
def _imputations(case: Case) -> None:
    named = re.search(r"(data/[\w.]+\.csv)", str(case.args))
    assert named is not None, "the case names no file of imputed values"
    with (FOLDER / named.group(1)).open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    columns = [name for name in rows[0] if re.search(r"_imp\d+$", name)]
    design = case.design()
    total = "svytotal" in (case.spec.get("r_call") or "")
    values, covariances = [], []
    for name in columns:
        y = np.array([float(row[name]) for row in rows])
        result = (totals if total else means)(design, y[:, None])
        values.append(result.values)
        covariances.append(result.covariance(design))
    combined = combine_imputations(values, covariances)
    case.close("estimate", combined.values, _listed(case.expected["estimate"]))
    case.close("se", combined.se, _listed(case.expected["se"]))
    case.close("df", combined.df, _listed(case.expected["df"]))
    case.close("missing", combined.missing_information, _listed(case.expected["missinfo"]))


def _listed(value: Json) -> Json:
    if isinstance(value, dict):
        return list(value.values())
    return value if isinstance(value, list) else [value]
