"""Regressions on complex samples, checked against independent software and by hand."""

import numpy as np
import pyarrow as pa
import pytest
import statsmodels.api as sm

from analysis import SurveyDesign
from analysis.estimators import contrast, domain_means
from analysis.imputation import combine_imputations
from analysis.models.glm import Family, FitNotReachedError, fit
from analysis.models.ordinal import fit_ordinal
from analysis.models.term_tests import likelihood_ratio_test, wald_test, working_wald_test
from analysis.models.terms import model_matrix
from analysis.sources.arrays import codes_of


@pytest.fixture
def rows() -> pa.Table:
    rng = np.random.default_rng(3)
    n = 400
    x = rng.normal(size=n)
    sex = np.where(rng.random(n) < 0.4, "F", "M")
    eta = 0.3 + 0.7 * x - 0.5 * (sex == "F")
    return pa.table(
        {
            "psu": rng.integers(0, 40, n),
            "w": rng.uniform(1, 9, n),
            "x": x,
            "sex": sex,
            "yes": (rng.random(n) < 1 / (1 + np.exp(-eta))).astype(int),
            "count": rng.poisson(np.exp(eta)),
            "y": eta + rng.normal(size=n),
            "grade": np.clip(np.round(3 + eta + rng.logistic(size=n)), 1, 5).astype(int),
        }
    )


FAMILIES = {
    Family.GAUSSIAN: ("y", sm.families.Gaussian()),
    Family.BINOMIAL: ("yes", sm.families.Binomial()),
    Family.POISSON: ("count", sm.families.Poisson()),
}


@pytest.mark.parametrize("family", FAMILIES)
def test_svy_90_glm_scores_biased_at_1e_7(rows: pa.Table, family: Family) -> None:
    """Coefficients and weighted scores are exact, not stopped early."""
    design = SurveyDesign.from_arrow(rows, weights="w", psu="psu")
    name, other = FAMILIES[family]
    y = rows[name].to_numpy().astype(float)
    model = model_matrix(rows, ["x", "sex"])
    result = fit(design, y, model, family)
    peer = sm.GLM(y, model.values, family=other, freq_weights=design.weights).fit(tol=1e-14)
    assert result.coefficients == pytest.approx(peer.params, rel=1e-9)
    assert result.influence is not None
    assert design.weights @ result.influence.influence == pytest.approx(0, abs=1e-12)


def test_difference_of_two_groups_is_a_regression_coefficient(rows: pa.Table) -> None:
    design = SurveyDesign.from_arrow(rows, weights="w", psu="psu")
    y = rows["y"].to_numpy()
    result = fit(design, y, model_matrix(rows, ["sex"]))
    by = domain_means(design, y, codes_of(rows, "sex").codes, 2)
    difference = contrast(design, by, np.array([[-1.0, 1.0]]))
    assert result.names == ("(Intercept)", "sexM")
    assert result.coefficients[1] == pytest.approx(difference.values[0])
    assert result.se[1] == pytest.approx(np.sqrt(difference.covariance(design)[0, 0]))


def test_proportional_odds_with_two_grades_is_logistic_regression(rows: pa.Table) -> None:
    design = SurveyDesign.from_arrow(rows, weights="w", psu="psu")
    logistic = fit(
        design, rows["yes"].to_numpy().astype(float), model_matrix(rows, ["x"]), Family.BINOMIAL
    )
    ordinal = fit_ordinal(design, codes_of(rows, "yes"), model_matrix(rows, ["x"], intercept=False))
    assert ordinal.names == ("x", "0|1")
    assert ordinal.coefficients == pytest.approx(
        [logistic.coefficients[1], -logistic.coefficients[0]], rel=1e-8
    )
    assert ordinal.se == pytest.approx(logistic.se[::-1], rel=1e-8)


def test_three_tests_of_a_term_point_the_same_way(rows: pa.Table) -> None:
    design = SurveyDesign.from_arrow(rows, weights="w", psu="psu")
    y = rows["yes"].to_numpy().astype(float)
    model = model_matrix(rows, ["x", "sex", ("x", "sex")])
    assert model.names == ("(Intercept)", "x", "sexM", "x:sexM")
    result = fit(design, y, model, Family.BINOMIAL)
    tests = [
        wald_test(result, ["x", ("x", "sex")]),
        working_wald_test(result, ["x", ("x", "sex")]),
        likelihood_ratio_test(design, y, result, ["x", ("x", "sex")], Family.BINOMIAL),
    ]
    assert all(test.p_value < 0.001 and test.df == 2 for test in tests)


def test_a_regressor_that_separates_the_answers_is_refused(rows: pa.Table) -> None:
    design = SurveyDesign.from_arrow(rows, weights="w", psu="psu")
    with pytest.raises(FitNotReachedError):
        fit(
            design,
            (rows["x"].to_numpy() > 0).astype(float),
            model_matrix(rows, ["x"]),
            Family.BINOMIAL,
        )


def test_imputations_that_agree_add_no_variance() -> None:
    same = combine_imputations([np.array([3.0])] * 3, [np.array([[0.04]])] * 3)
    assert same.se == pytest.approx([0.2])
    assert same.missing_information == pytest.approx([0.0])
    apart = combine_imputations(
        [np.array([2.9]), np.array([3.1])], [np.array([[0.04]])] * 2, complete_df=30
    )
    assert apart.se == pytest.approx([np.sqrt(0.04 + 0.02 * 1.5)])
    assert apart.df[0] < 30
