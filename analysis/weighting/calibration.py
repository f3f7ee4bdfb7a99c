"""Weights that reproduce known population figures, with designs that know it.

Deville and Särndal (1992), JASA 87: 376–382: the factors g = F(x'λ/σ²) solve
Σ d g x = t; F is 1 + u (linear, GREG), exp(u) (raking), or one of two bounded forms.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np

from analysis.design import Calibration, SurveyDesign
from analysis.errors import AnalysisError, InvalidRequestError
from analysis.sources.arrays import Codes
from analysis.vectors import Bools, Floats, Ints, group_sums


class Distance(StrEnum):
    """How far the factors may move, by which measure."""

    LINEAR = "linear"
    RAKING = "raking"
    LOGIT = "logit"


class CalibrationNotReachedError(AnalysisError):
    """No weights meet the totals: bounds too narrow, or contradictory totals."""

    code = "calibration-not-reached"

    def __init__(self, worst: str, relative_error: float) -> None:
        super().__init__(
            worst,
            f"the weighted total misses the population total by {relative_error:.2g} of it",
            "Widen the bounds, merge categories, or check that the totals agree with each other",
        )
        self.relative_error = relative_error


class MarginMismatchError(AnalysisError):
    """A population margin and the sample do not have the same categories."""

    code = "margin-mismatch"


@dataclass(frozen=True)
class Margin:
    """Known population counts of the categories of one variable.

    Attributes
    ----------
    name : str
    codes : Codes
        Category of each row.
    population : mapping
        Label → count.
    """

    name: str
    codes: Codes
    population: Mapping[object, float]

    def targets(self) -> Floats:
        """Return the counts in the order of the codes, checking the categories."""
        if bool((self.codes.codes < 0).any()):
            raise MarginMismatchError(
                self.name,
                f"{int((self.codes.codes < 0).sum())} rows have no category",
                "Impute or drop them before calibrating",
            )
        seen = {self.codes.labels[i] for i in np.unique(self.codes.codes).tolist()}
        strange = sorted(map(str, seen ^ {k for k, v in self.population.items() if v > 0}))
        if strange:
            raise MarginMismatchError(
                self.name,
                f"category {strange[0]!r} is in the sample or the population but not in both",
                "Use the same categories; merge those without sample",
            )
        return np.array([float(self.population.get(v, 0.0)) for v in self.codes.labels])


def poststratify(design: SurveyDesign, margin: Margin) -> SurveyDesign:
    """Fit the weights to the population counts of one classification (Holt and Smith 1979)."""
    target = margin.targets()
    codes = margin.codes.codes
    factor = _ratio(target, group_sums(codes, design.weights, len(target)))
    return calibrated(design, design.weights * factor[codes], np.eye(len(target)), codes)


def rake(
    design: SurveyDesign,
    margins: Sequence[Margin],
    *,
    tolerance: float = 1e-11,
    max_sweeps: int = 1000,
    weighted_residuals: bool = True,
) -> SurveyDesign:
    """Fit the weights to several margins at once (Deming and Stephan 1940).

    The fitting runs on the table of the margins' cross-classes, not on the rows.

    Parameters
    ----------
    tolerance : float
        Largest relative gap of a margin.
    weighted_residuals : bool
        Whether later variances take the residuals of the regression weighted by the weights
        before raking (Deville and Särndal 1992), or of the unweighted one, as R survey does.

    Raises
    ------
    CalibrationNotReachedError
        If the margins are still missed after ``max_sweeps``.
    """
    if not margins:
        raise InvalidRequestError("margins", "none given", "Give at least one margin")
    targets = [margin.targets() for margin in margins]
    cell, cells = _cross([margin.codes for margin in margins])
    start = group_sums(cell, design.weights, len(cells[0]))
    fitted = start.copy()
    worst, name = np.inf, margins[0].name
    for _ in range(max_sweeps):
        worst = 0.0
        for margin, codes, target in zip(margins, cells, targets, strict=True):
            sums = group_sums(codes, fitted, len(target))
            gap = float(np.max(np.abs(sums - target) / np.where(target > 0, target, 1.0)))
            if gap > worst:
                worst, name = gap, margin.name
            fitted = fitted * _ratio(target, sums)[codes]
        if worst < tolerance:
            break
    else:
        raise CalibrationNotReachedError(name, worst)
    weights = design.weights * _ratio(fitted, start)[cell]
    auxiliary = np.column_stack(
        [indicators(codes, len(t)) for codes, t in zip(cells, targets, strict=True)]
    )
    regression = design.weights if weighted_residuals else np.ones(design.n_rows)
    return calibrated(design, weights, auxiliary, cell, regression)


def calibrate(
    design: SurveyDesign,
    auxiliary: Floats,
    totals: Floats,
    *,
    distance: Distance = Distance.LINEAR,
    bounds: tuple[float, float] | None = None,
    error_variance: Floats | None = None,
    constant_within_stage: int | None = None,
) -> SurveyDesign:
    """Fit the weights to population totals of any auxiliary variables.

    Parameters
    ----------
    auxiliary : float array (rows, variables)
        Give a column of ones to fix the population size.
    totals : float array (variables)
    bounds : (low, high), optional
        Limits of the factors g; required by the logit distance.
    error_variance : float array (rows), optional
        σ² of the working model: with σ² = x and the single auxiliary x this is the ratio
        estimator.
    constant_within_stage : int, optional
        1: the same factor for all rows of a PSU (2: of a second-stage unit).
    """
    d = design.weights
    sigma = np.ones(design.n_rows) if error_variance is None else error_variance
    if constant_within_stage is not None:
        # rows of a unit share its mean, so they share the factor
        unit = design.stages[constant_within_stage - 1].unit
        auxiliary = _unit_means(unit, d, auxiliary)
        sigma = _unit_means(unit, d, sigma[:, None])[:, 0]
    g = calibration_factors(auxiliary, d, totals, sigma, distance, bounds)
    distinct, cell = auxiliary_cells(auxiliary)
    return calibrated(design, d * g, distinct, cell, d / sigma)


def calibration_factors(
    auxiliary: Floats,
    weights: Floats,
    totals: Floats,
    error_variance: Floats | None = None,
    distance: Distance = Distance.LINEAR,
    bounds: tuple[float, float] | None = None,
    *,
    max_steps: int = 200,
    tolerance: float = 1e-12,
) -> Floats:
    """Return the factors g that meet Σ d g x = t, by Newton's method with step halving."""
    low, high = bounds if bounds is not None else (-np.inf, np.inf)
    if distance is Distance.LOGIT and bounds is None:
        raise InvalidRequestError(
            "bounds", "the logit distance needs them", "Give for example (0.3, 3)"
        )
    if not low < 1 < high:
        raise InvalidRequestError("bounds", f"({low}, {high}) must contain 1", "Widen them")
    sigma = np.ones(len(weights)) if error_variance is None else error_variance
    # columns of very different size make the equations ill conditioned
    size = np.sqrt(np.mean(auxiliary**2, axis=0))
    size = np.where(size > 0, size, 1.0)
    x, target = auxiliary / size, totals / size
    scale = np.maximum(np.abs(target), np.abs(weights) @ np.abs(x) * 1e-3)
    multiplier = np.zeros(x.shape[1])
    g = np.ones(len(weights))

    def gap(at: Floats) -> tuple[Floats, Floats]:
        factors = _factor(x @ at / sigma, distance, low, high)
        return factors, target - (weights * factors) @ x

    g, missing = gap(multiplier)
    for _ in range(max_steps):
        if float(np.max(np.abs(missing) / scale)) < tolerance:
            break
        slope = _slope(x @ multiplier / sigma, distance, low, high)
        hessian = (x * (weights * slope / sigma)[:, None]).T @ x
        step = np.linalg.lstsq(hessian, missing, rcond=1e-12)[0]
        length, best = 1.0, float(np.sum((missing / scale) ** 2))
        for _ in range(30):
            trial, left = gap(multiplier + length * step)
            if float(np.sum((left / scale) ** 2)) < best:
                break
            length /= 2
        else:
            break
        multiplier, g, missing = multiplier + length * step, trial, left
    error = np.abs(missing) / scale
    if float(np.max(error)) > 1e-7:
        worst = int(np.argmax(error))
        raise CalibrationNotReachedError(f"auxiliary {worst + 1}", float(error[worst]))
    return g


def trim(
    weights: Floats,
    *,
    lower: float = -np.inf,
    upper: float = np.inf,
    strict: bool = False,
) -> Floats:
    """Cut weights to an interval and spread what was cut evenly over the others.

    Parameters
    ----------
    strict : bool
        Repeat until no weight lies outside; otherwise the spreading may push some over.
    """
    current = weights
    for _ in range(1000):
        outside: Bools = (current < lower) | (current > upper)
        if not outside.any():
            break
        if outside.all():
            raise InvalidRequestError("bounds", "every weight lies outside", "Widen the interval")
        cut = np.clip(current, lower, upper)
        cut[~outside] += (current - cut).sum() / (~outside).sum()
        current = cut
        if not strict:
            break
    else:
        raise InvalidRequestError(
            "bounds", "trimming does not settle", "The weights cannot keep their sum inside them"
        )
    return current


def standardise(
    design: SurveyDesign, by: Codes, shares: Mapping[object, float], over: Codes
) -> SurveyDesign:
    """Give every group of ``over`` the same distribution of ``by`` (direct standardisation)."""
    n_by = len(by.labels)
    key = over.codes * n_by + by.codes
    group_weight = group_sums(over.codes, design.weights, len(over.labels))
    share = np.array([shares[label] for label in by.labels])
    target = (group_weight[:, None] * share / share.sum()).ravel()
    sums = group_sums(key, design.weights, len(target))
    empty = np.flatnonzero((sums <= 0) & (target > 0))
    if len(empty):
        group, category = divmod(int(empty[0]), n_by)
        raise MarginMismatchError(
            f"group {over.labels[group]}",
            f"nobody in category {by.labels[category]!r}",
            "Merge categories or groups",
        )
    weights = design.weights * _ratio(target, sums)[key]
    return calibrated(design, weights, np.eye(len(target)), key)


def calibrated(
    design: SurveyDesign,
    weights: Floats,
    auxiliary: Floats,
    cell: Ints,
    regression_weights: Floats | None = None,
) -> SurveyDesign:
    """Return the design with new weights and the memory of what they were fitted to."""
    memory = Calibration(
        auxiliary,
        cell,
        design.weights if regression_weights is None else regression_weights,
        weights,
    )
    return replace(design, weights=weights, calibrations=(*design.calibrations, memory))


def auxiliary_cells(auxiliary: Floats) -> tuple[Floats, Ints]:
    """Return the distinct rows of the auxiliaries and the cell of each row.

    Continuous auxiliaries give every row a cell of its own.
    """
    n_rows, n_columns = auxiliary.shape
    # equal rows have equal projections; that unequal ones differ is checked
    projection = auxiliary @ np.sqrt(np.arange(2, n_columns + 2, dtype=np.float64))
    _, first, cell = np.unique(projection, return_index=True, return_inverse=True)
    if len(first) <= n_rows // 2 and np.array_equal(auxiliary[first][cell], auxiliary):
        return auxiliary[first], cell.astype(np.int64)
    return auxiliary, np.arange(n_rows, dtype=np.int64)


def indicators(codes: Ints, n_levels: int) -> Floats:
    """Return one 0/1 column for each level."""
    result: Floats = np.equal.outer(codes, np.arange(n_levels)).astype(np.float64)
    return result


def _ratio(top: Floats, bottom: Floats) -> Floats:
    return np.divide(top, bottom, out=np.zeros(len(top)), where=bottom > 0)


def _unit_means(unit: Ints, weights: Floats, values: Floats) -> Floats:
    n_units = int(unit.max()) + 1
    size = group_sums(unit, weights, n_units)
    columns = [
        _ratio(group_sums(unit, values[:, j] * weights, n_units), size)[unit]
        for j in range(values.shape[1])
    ]
    result: Floats = np.column_stack(columns)
    return result


def _cross(parts: Sequence[Codes]) -> tuple[Ints, list[Ints]]:
    """Return each row's cross-class, and each cross-class's category in every part."""
    key = np.zeros(len(parts[0]), dtype=np.int64)
    for part in parts:
        key = key * len(part.labels) + part.codes
    found, cell = np.unique(key, return_inverse=True)
    categories: list[Ints] = []
    rest = found
    for part in reversed(parts):
        categories.append(rest % len(part.labels))
        rest = rest // len(part.labels)
    return cell, categories[::-1]


def _factor(u: Floats, distance: Distance, low: float, high: float) -> Floats:
    if distance is Distance.LINEAR:
        return np.asarray(np.clip(1 + u, low, high))
    if distance is Distance.RAKING:
        return np.asarray(np.clip(np.exp(np.minimum(u, 500.0)), low, high))
    e = np.exp(np.clip(_steepness(low, high) * u, -500, 500))
    result: Floats = (low * (high - 1) + high * (1 - low) * e) / (high - 1 + (1 - low) * e)
    return result


def _slope(u: Floats, distance: Distance, low: float, high: float) -> Floats:
    g = _factor(u, distance, low, high)
    if distance is Distance.LOGIT:
        # derivative of the logistic curve between its bounds
        return _steepness(low, high) * (g - low) * (high - g) / (high - low)
    inside = (g > low) & (g < high)
    return np.where(inside, 1.0 if distance is Distance.LINEAR else g, 0.0)


def _steepness(low: float, high: float) -> float:
    return (high - low) / ((1 - low) * (high - 1))
