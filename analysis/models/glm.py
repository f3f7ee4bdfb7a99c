"""Linear, logistic and Poisson regression by weighted estimating equations.

The coefficients solve Σ w x (y - μ(x'β)) dμ/dη / V(μ) = 0; their covariance is that of the
linearised total, A⁻¹ Var(Σ w u) A⁻¹ (Binder 1983, International Statistical Review 51:
279–292).
"""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from analysis.design import SurveyDesign
from analysis.distributions import t_upper
from analysis.errors import AnalysisError, InvalidRequestError
from analysis.estimators import Linearised, domain_df
from analysis.models.terms import ModelMatrix
from analysis.variance.replication import ReplicateDesign
from analysis.vectors import Bools, Floats

TOLERANCE = 1e-14
MAX_STEPS = 100


class Family(StrEnum):
    """Distribution of the answer with its usual link."""

    GAUSSIAN = "gaussian"
    BINOMIAL = "binomial"
    POISSON = "poisson"


class FitNotReachedError(AnalysisError):
    """The estimating equations have no finite solution, or none was found."""

    code = "fit-not-reached"


@dataclass(frozen=True, eq=False)
class Fit:
    """A fitted regression.

    Attributes
    ----------
    names : tuple of str
    coefficients : float array
    covariance : float array (coefficients, coefficients)
        Design-based.
    naive : float array (coefficients, coefficients)
        Inverse information for weights of mean 1 over the domain: what independent rows would give.
    df_residual : float
        Design degrees of freedom of the rows used, + 1 - coefficients.
    deviance : float
        For weights of mean 1.
    model : ModelMatrix
    influence : Linearised, optional
        Absent for replicate weights.
    """

    names: tuple[str, ...]
    coefficients: Floats
    covariance: Floats
    naive: Floats
    df_residual: float
    deviance: float
    model: ModelMatrix
    influence: Linearised | None = None

    @property
    def se(self) -> Floats:
        """Standard errors."""
        return np.sqrt(np.maximum(np.diag(self.covariance), 0.0))

    @property
    def t(self) -> Floats:
        """Coefficients over their standard errors."""
        result: Floats = self.coefficients / self.se
        return result

    @property
    def p_values(self) -> Floats:
        """Two-sided p-values from t with ``df_residual``."""
        return np.array([2 * t_upper(abs(float(t)), self.df_residual) for t in self.t])


def fit(
    design: SurveyDesign,
    y: Floats,
    model: ModelMatrix,
    family: Family = Family.GAUSSIAN,
    rows: Bools | None = None,
    offset: Floats | None = None,
) -> Fit:
    """Fit a regression to the rows where everything is known.

    Parameters
    ----------
    y : float array (rows)
        For the binomial family 0 and 1.
    model : ModelMatrix
        Regressors, from :func:`model_matrix`.
    offset : float array (rows), optional
        Known part of the linear predictor.

    Raises
    ------
    FitNotReachedError
        With collinear regressors, or when 0 and 1 are separated perfectly.
    """
    used = used_rows(design, y, model, rows)
    w = design.weights[used]
    base = np.zeros(len(w)) if offset is None else offset[used]
    x, answers = model.values[used], y[used]
    _check_answers(answers, family)
    beta, mu, information = solve(x, answers, w, family, base)
    inverse: Floats = np.asarray(np.linalg.inv(information), dtype=np.float64)
    influence = np.zeros(model.values.shape)
    influence[used] = (x * (answers - mu)[:, None]) @ inverse
    n, total = int(used.sum()), float(w.sum())
    linearised = Linearised(beta, influence, used, np.full(len(beta), np.nan), n, total)
    mean_weight = mean_of_weights(design, rows)
    return Fit(
        names=model.names,
        coefficients=beta,
        covariance=linearised.covariance(design),
        naive=inverse * mean_weight,
        df_residual=domain_df(design, used) + 1 - len(beta),
        deviance=deviance(answers, mu, w / mean_weight, family),
        model=model,
        influence=linearised,
    )


def fit_replicates(
    design: ReplicateDesign, y: Floats, model: ModelMatrix, family: Family = Family.GAUSSIAN
) -> Fit:
    """Fit a regression with replicate weights: one fit for each replicate."""
    used = ~np.isnan(y) & ~np.isnan(model.values).any(axis=1)
    x, answers = model.values[used], y[used]
    _check_answers(answers, family)
    zero = np.zeros(len(answers))

    def coefficients(weights: Floats) -> Floats:
        w = weights[used]
        inside = w != 0
        return solve(x[inside], answers[inside], w[inside], family, zero[inside])[0]

    beta, covariance = design.estimate(coefficients)
    w = design.weights[used]
    _, mu, information = solve(x, answers, w, family, zero)
    mean_weight = float(w.mean())
    return Fit(
        names=model.names,
        coefficients=beta,
        covariance=covariance,
        naive=np.asarray(np.linalg.inv(information) * mean_weight, dtype=np.float64),
        df_residual=design.df + 1 - len(beta),
        deviance=deviance(answers, mu, w / mean_weight, family),
        model=model,
    )


def mean_of_weights(design: SurveyDesign, rows: Bools | None) -> float:
    """Return the mean weight of the domain, rows with missing values included (as R)."""
    weights = design.weights if rows is None else design.weights[rows]
    return float(weights[weights > 0].mean())


def used_rows(design: SurveyDesign, y: Floats, model: ModelMatrix, rows: Bools | None) -> Bools:
    """Return the rows in which answer and regressors are known."""
    used = ~np.isnan(y) & ~np.isnan(model.values).any(axis=1) & (design.weights > 0)
    return used if rows is None else used & rows


def solve(
    x: Floats, y: Floats, w: Floats, family: Family, offset: Floats
) -> tuple[Floats, Floats, Floats]:
    """Return coefficients, fitted means and information matrix (Fisher scoring)."""
    size = np.sqrt(np.mean(x**2, axis=0))
    if not np.all(size > 0):
        raise FitNotReachedError(
            "regressors", "a column is zero in every row", "Leave it out, or merge its level"
        )
    scaled = x / size
    eta = _start(y, w, family)
    beta = np.zeros(x.shape[1])
    worst = np.inf
    for step in range(MAX_STEPS):
        mu, slope = _mean(eta, family)
        working = w * slope
        root = np.sqrt(working)
        target = (eta - offset + (y - mu) / np.where(slope > 0, slope, 1.0)) * root
        new, _, rank, _ = np.linalg.lstsq(scaled * root[:, None], target, rcond=1e-11)
        if rank < x.shape[1]:
            raise FitNotReachedError(
                "regressors",
                f"{x.shape[1]} columns of rank {rank}",
                "Leave out columns that others determine; if an answer is always the same in a "
                "category, merge the category",
            )
        worst = float(np.max(np.abs(new - beta)) / max(float(np.max(np.abs(new))), 1e-300))
        beta, eta = new, scaled @ new + offset
        if worst < TOLERANCE or (family is Family.GAUSSIAN and step >= 1):
            break
        # at the level of rounding further steps only wander
        if worst < 1e-11 and step > MAX_STEPS // 2:
            break
    else:
        raise FitNotReachedError(
            "regression",
            f"coefficients still move by {worst:.1g} of their size",
            "A regressor may separate the answers perfectly; leave it out or merge levels",
        )
    mu, slope = _mean(eta, family)
    return beta / size, mu, (x * (w * slope)[:, None]).T @ x


def deviance(y: Floats, mu: Floats, w: Floats, family: Family) -> float:
    """Return twice the log-likelihood ratio against the saturated model."""
    if family is Family.GAUSSIAN:
        return float(w @ (y - mu) ** 2)
    gain = y * np.log(np.where(y > 0, y / np.where(mu > 0, mu, 1.0), 1.0))
    if family is Family.POISSON:
        return float(2 * w @ (gain - (y - mu)))
    rest = 1 - y
    loss = rest * np.log(np.where(rest > 0, rest / np.where(mu < 1, 1 - mu, 1.0), 1.0))
    return float(2 * w @ (gain + loss))


def _check_answers(y: Floats, family: Family) -> None:
    if not len(y):
        raise InvalidRequestError("y", "no complete row", "Every row misses something")
    if family is Family.BINOMIAL and not np.all((y >= 0) & (y <= 1)):
        raise InvalidRequestError("y", "values outside 0…1", "Code the answer as 0 and 1")
    if family is Family.POISSON and np.any(y < 0):
        raise InvalidRequestError("y", "negative counts", "Counts are 0, 1, 2, …")


def _start(y: Floats, w: Floats, family: Family) -> Floats:
    """Linear predictor of R's starting means, which keep away from the boundary."""
    if family is Family.GAUSSIAN:
        return y.copy()
    if family is Family.POISSON:
        return np.asarray(np.log(y + 0.1))
    relative = w / w.mean()
    mu = (relative * y + 0.5) / (relative + 1)
    return np.asarray(np.log(mu / (1 - mu)))


def _mean(eta: Floats, family: Family) -> tuple[Floats, Floats]:
    """Return the mean and its derivative, which for these links is the variance function."""
    if family is Family.GAUSSIAN:
        return eta, np.ones(len(eta))
    if family is Family.POISSON:
        mu = np.exp(np.minimum(eta, 700.0))
        return mu, mu
    mu = 1 / (1 + np.exp(-np.clip(eta, -700.0, 700.0)))
    return mu, mu * (1 - mu)
