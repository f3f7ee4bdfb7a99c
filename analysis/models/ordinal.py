"""Proportional-odds regression of ordered answers (McCullagh 1980, JRSS B 42: 109–142).

P(answer ≤ j) = logit⁻¹(ζ_j - x'β), fitted by weighted pseudo-likelihood.
"""

from itertools import pairwise

import numpy as np

from analysis.design import SurveyDesign
from analysis.errors import InvalidRequestError
from analysis.estimators import Linearised, domain_df
from analysis.models.glm import MAX_STEPS, Fit, FitNotReachedError, mean_of_weights
from analysis.models.terms import ModelMatrix
from analysis.sources.arrays import Codes
from analysis.vectors import Bools, Floats, Ints


def fit_ordinal(
    design: SurveyDesign, answers: Codes, model: ModelMatrix, rows: Bools | None = None
) -> Fit:
    """Fit a proportional-odds model.

    Parameters
    ----------
    answers : Codes
        Ordered categories 0, 1, …; -1 where missing.
    model : ModelMatrix
        Without intercept: the cut points take its place.

    Returns
    -------
    Fit
        Coefficients of the regressors, then the cut points named ``low|high``.
    """
    known = (answers.codes >= 0) & ~np.isnan(model.values).any(axis=1) & (design.weights > 0)
    if rows is not None:
        known &= rows
    seen, y = np.unique(answers.codes[known], return_inverse=True)
    if len(seen) < 2:
        raise InvalidRequestError("answers", "one category only", "The model needs two or more")
    x, w = model.values[known], design.weights[known]
    cuts, p = len(seen) - 1, x.shape[1]
    below = np.cumsum(np.bincount(y, weights=w))[:-1] / w.sum()
    theta = np.concatenate([np.zeros(p), np.log(below / (1 - below))])
    value, score, hessian = _likelihood(theta, x, y, w, cuts)
    for _ in range(MAX_STEPS):
        step = np.linalg.lstsq(-hessian, w @ score, rcond=1e-13)[0]
        length = 1.0
        while length > 1e-8:
            trial = theta + length * step
            if np.all(np.diff(trial[p:]) > 0):
                found = _likelihood(trial, x, y, w, cuts)
                if found[0] >= value - 1e-12 * abs(value):
                    break
            length /= 2
        else:
            raise FitNotReachedError(
                "regression", "no step improves the fit", "Merge rare categories of the answer"
            )
        theta, (value, score, hessian) = trial, found
        if float(np.max(np.abs(step))) < 1e-10:
            break
    else:
        raise FitNotReachedError(
            "regression", "the fit does not settle", "Merge rare categories of the answer"
        )
    inverse = np.linalg.inv(-hessian)
    influence = np.zeros((design.n_rows, len(theta)))
    influence[known] = score @ inverse
    n, total = int(known.sum()), float(w.sum())
    linearised = Linearised(theta, influence, known, np.full(len(theta), np.nan), n, total)
    mean_weight = mean_of_weights(design, rows)
    labels = [answers.labels[i] for i in seen.tolist()]
    return Fit(
        names=(*model.names, *(f"{a}|{b}" for a, b in pairwise(labels))),
        coefficients=theta,
        covariance=linearised.covariance(design),
        naive=np.asarray(inverse * mean_weight, dtype=np.float64),
        df_residual=domain_df(design, known) + 1 - len(theta),
        deviance=-2 * value / mean_weight,
        model=model,
        influence=linearised,
    )


def _likelihood(
    theta: Floats, x: Floats, y: Ints, w: Floats, cuts: int
) -> tuple[float, Floats, Floats]:
    """Return the weighted log-likelihood, each row's score and the Hessian."""
    n, p = x.shape
    eta, zeta = x @ theta[:p], theta[p:]
    upper = np.zeros((n, p + cuts))
    lower = np.zeros((n, p + cuts))
    has_upper, has_lower = y < cuts, y > 0
    upper[has_upper, :p] = -x[has_upper]
    lower[has_lower, :p] = -x[has_lower]
    upper[np.flatnonzero(has_upper), p + y[has_upper]] = 1.0
    lower[np.flatnonzero(has_lower), p + y[has_lower] - 1] = 1.0
    top = np.where(has_upper, _expit(zeta[np.minimum(y, cuts - 1)] - eta), 1.0)
    bottom = np.where(has_lower, _expit(zeta[np.maximum(y - 1, 0)] - eta), 0.0)
    probability = np.maximum(top - bottom, 1e-300)
    f_top, f_bottom = top * (1 - top), bottom * (1 - bottom)
    score = (upper * f_top[:, None] - lower * f_bottom[:, None]) / probability[:, None]
    curve_top = w * f_top * (1 - 2 * top) / probability
    curve_bottom = w * f_bottom * (1 - 2 * bottom) / probability
    hessian = (
        (upper * curve_top[:, None]).T @ upper
        - (lower * curve_bottom[:, None]).T @ lower
        - (score * w[:, None]).T @ score
    )
    return float(w @ np.log(probability)), score, hessian


def _expit(x: Floats) -> Floats:
    return np.asarray(1 / (1 + np.exp(-np.clip(x, -700.0, 700.0))))
