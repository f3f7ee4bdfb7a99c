"""Tests of whole terms of a regression: Wald and Rao–Scott likelihood ratio.

Rao and Scott (1984), Annals of Statistics 12: 46–60; Lumley and Scott (2014), Australian &
New Zealand Journal of Statistics 56: 1–14.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from analysis.design import SurveyDesign
from analysis.distributions import f_upper
from analysis.errors import InvalidRequestError
from analysis.models.glm import Family, Fit, fit
from analysis.models.terms import ModelMatrix, Term
from analysis.quadratic import upper_tail
from analysis.vectors import Bools, Floats, Ints


class TermTest(StrEnum):
    """How the coefficients of a term are compared with zero."""

    WALD = "Wald"
    WORKING_WALD = "WorkingWald"
    LIKELIHOOD_RATIO = "LRT"


@dataclass(frozen=True)
class TermResult:
    """A test of one or several terms.

    Attributes
    ----------
    statistic : float
        F for the Wald test, otherwise the chi-square.
    df, ddf : float
    p_value : float
    misspecification : tuple of float
        Eigenvalues of design-based over naive covariance: the weights of the reference
        distribution; empty for the Wald test.
    """

    statistic: float
    df: int
    ddf: float
    p_value: float
    misspecification: tuple[float, ...] = ()


def chosen_coefficients(model: ModelMatrix, terms: Sequence[Term]) -> Bools:
    """Return which coefficients belong to the terms."""
    wanted = list(terms)
    strange = [term for term in wanted if term not in model.term]
    if strange or not wanted:
        raise InvalidRequestError(
            "terms", f"{strange[:1]} is not in the model", "Name terms as given to model_matrix"
        )
    return np.array([term in wanted for term in model.term], dtype=np.bool_)


def wald_test(fitted: Fit, terms: Sequence[Term], *, ddf: float | None = None) -> TermResult:
    """Test by F = b' V⁻¹ b / k, with the residual degrees of freedom of the fit."""
    chosen = chosen_coefficients(fitted.model, terms)
    full = np.flatnonzero(chosen)
    b = fitted.coefficients[full]
    v = fitted.covariance[np.ix_(full, full)]
    statistic = float(b @ np.linalg.solve(v, b)) / len(b)
    degrees = fitted.df_residual if ddf is None else ddf
    return TermResult(statistic, len(b), degrees, f_upper(statistic, len(b), degrees))


def working_wald_test(
    fitted: Fit, terms: Sequence[Term], *, ddf: float | None = None
) -> TermResult:
    """Test by b' V₀⁻¹ b with the naive covariance, referred to Σ λ χ²."""
    chosen = np.flatnonzero(chosen_coefficients(fitted.model, terms))
    b = fitted.coefficients[chosen]
    naive = fitted.naive[np.ix_(chosen, chosen)]
    statistic = float(b @ np.linalg.solve(naive, b))
    return _mixture(fitted, chosen, statistic, fitted.df_residual if ddf is None else ddf)


def likelihood_ratio_test(
    design: SurveyDesign,
    y: Floats,
    fitted: Fit,
    terms: Sequence[Term],
    family: Family,
    rows: Bools | None = None,
    *,
    ddf: float | None = None,
) -> TermResult:
    """Test by the difference of deviances of the fits with and without the terms."""
    chosen = chosen_coefficients(fitted.model, terms)
    if chosen.all():
        raise InvalidRequestError("terms", "nothing is left without them", "Keep the intercept")
    model = fitted.model
    kept = np.flatnonzero(~chosen)
    incomplete = np.isnan(model.values).any(axis=1, keepdims=True)
    smaller = ModelMatrix(
        np.where(incomplete, np.nan, model.values)[:, kept],
        tuple(model.names[i] for i in kept),
        tuple(model.term[i] for i in kept),
    )
    statistic = fit(design, y, smaller, family, rows).deviance - fitted.deviance
    degrees = fitted.df_residual if ddf is None else ddf
    return _mixture(fitted, np.flatnonzero(chosen), statistic, degrees)


def _mixture(fitted: Fit, chosen: Ints, statistic: float, ddf: float) -> TermResult:
    naive = fitted.naive[np.ix_(chosen, chosen)]
    v = fitted.covariance[np.ix_(chosen, chosen)]
    weights = np.sort(np.real(np.linalg.eigvals(np.linalg.solve(naive, v))))[::-1]
    p = upper_tail(statistic, weights, ddf if math.isfinite(ddf) else math.inf)
    return TermResult(statistic, len(chosen), ddf, p, tuple(map(float, weights)))
