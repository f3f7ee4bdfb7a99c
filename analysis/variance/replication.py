"""Replicate weights: given, or made from the design; variances from the replicates' spread.

Multipliers live on first-stage units, never on rows: R replicates of a million rows are one
(units × R) matrix. Formulas: Wolter (2007), Introduction to Variance Estimation, ch. 3–5.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from scipy import linalg

from analysis.design import CERTAINTY, SurveyDesign
from analysis.errors import InvalidRequestError, LengthMismatchError
from analysis.vectors import Floats, Ints

RANK_TOLERANCE = 1e-5
"""Relative size below which a replicate adds no direction (R survey's ``degf``)."""


@dataclass(frozen=True, eq=False)
class ReplicateDesign:
    """Weights with replicates.

    Attributes
    ----------
    weights : float array (rows)
    unit : int array (rows)
        Which row of ``multipliers`` belongs to each row.
    multipliers : float array (units, replicates)
        Replicate weight over full weight.
    scale, rscales : float, float array (replicates)
        Variance = scale · Σ rscales (θ_r - centre)².
    mse : bool
        Whether the centre is the full-sample estimate, or the mean of the replicates.
    """

    weights: Floats
    unit: Ints
    multipliers: Floats
    scale: float
    rscales: Floats
    mse: bool = False

    @property
    def n_replicates(self) -> int:
        """Number of replicates."""
        return int(self.multipliers.shape[1])

    @property
    def df(self) -> float:
        """Rank of the replicate weights less one (Rust and Rao 1996; R survey)."""
        size = np.sqrt(np.bincount(self.unit, weights=self.weights**2))
        triangle = linalg.qr(self.multipliers * size[:, None], mode="r", pivoting=True)[0]
        diagonal = np.abs(np.diag(triangle))
        return float(np.sum(diagonal > RANK_TOLERANCE * diagonal[0]) - 1)

    def replicate_weights(self, index: int) -> Floats:
        """Return the weights of one replicate."""
        result: Floats = self.weights * self.multipliers[self.unit, index]
        return result

    def covariance(self, full: Floats, replicates: Floats) -> Floats:
        """Return the covariance matrix from estimates of each replicate (replicates, k)."""
        used = self.rscales > 0
        centre = full if self.mse else replicates[used].mean(axis=0)
        deviation = (replicates - centre)[used] * np.sqrt(self.rscales[used])[:, None]
        result: Floats = self.scale * deviation.T @ deviation
        return result

    def estimate(self, statistic: Callable[[Floats], Floats]) -> tuple[Floats, Floats]:
        """Return estimates and covariance of any statistic that is a function of weights."""
        full = np.atleast_1d(statistic(self.weights))
        each = np.array(
            [np.atleast_1d(statistic(self.replicate_weights(r))) for r in range(self.n_replicates)]
        )
        return full, self.covariance(full, each)

    def reweighted(self, reweight: Callable[[Floats], Floats]) -> "ReplicateDesign":
        """Return the design with the same reweighting done inside every replicate."""
        weights = reweight(self.weights)
        columns = []
        for r in range(self.n_replicates):
            fitted = reweight(self.replicate_weights(r))
            columns.append(np.divide(fitted, weights, out=np.zeros_like(fitted), where=weights > 0))
        return replace(
            self,
            weights=weights,
            unit=np.arange(len(weights)),
            multipliers=np.column_stack(columns),
        )

    @classmethod
    def given(
        cls,
        weights: Floats,
        replicates: Floats,
        *,
        scale: float,
        rscales: Floats | None = None,
        combined: bool = True,
        mse: bool = False,
    ) -> "ReplicateDesign":
        """Take replicate weights as delivered with the data.

        Parameters
        ----------
        replicates : float array (rows, replicates)
        combined : bool
            Whether they contain the full weight, or multiply it.
        """
        if len(replicates) != len(weights):
            raise LengthMismatchError("replicates", len(replicates), len(weights))
        multipliers = replicates
        if combined:
            multipliers = np.divide(
                replicates,
                weights[:, None],
                out=np.zeros(replicates.shape),
                where=weights[:, None] > 0,
            )
        scales = np.ones(replicates.shape[1]) if rscales is None else rscales
        if len(scales) != replicates.shape[1]:
            raise LengthMismatchError("rscales", len(scales), replicates.shape[1])
        return cls(weights, np.arange(len(weights)), multipliers, scale, scales, mse)


def jackknife(design: SurveyDesign, *, mse: bool = False) -> ReplicateDesign:
    """Delete one PSU at a time: JK1 without strata, JKn with (Wolter 2007, §4.3, §4.5)."""
    stage = design.first
    n_h = stage.sampled
    group = stage.stratum_of_unit
    in_order = np.argsort(group, kind="stable")
    kept = in_order[n_h[group[in_order]] > 1]
    multipliers = np.ones((stage.n_units, len(kept)))
    for column, unit in enumerate(kept.tolist()):
        own = group == group[unit]
        n = n_h[group[unit]]
        multipliers[own, column] = n / (n - 1)
        multipliers[unit, column] = 0.0
    unsampled = stage.unsampled[kept]
    factor = (n_h[group[kept]] - 1) / n_h[group[kept]] * unsampled
    if stage.n_strata == 1:
        constant = float(factor[0])
        return _made(design, multipliers, constant, factor / constant, mse)
    return _made(design, multipliers, 1.0, factor, mse)


def balanced(design: SurveyDesign, *, rho: float = 0.0, mse: bool = False) -> ReplicateDesign:
    """Balanced repeated replication; with 0 < rho < 1 Fay's method (Judkins 1990).

    Raises
    ------
    InvalidRequestError
        Unless every stratum has two PSUs.
    """
    stage = design.first
    wrong = np.flatnonzero((stage.sampled != 2) | (np.bincount(stage.stratum_of_unit) != 2))
    if len(wrong):
        raise InvalidRequestError(
            f"stratum {stage.labels[int(wrong[0])]}",
            f"has {stage.sampled[wrong[0]]:g} PSUs",
            "Balanced replication needs two in each stratum; use the jackknife or bootstrap",
        )
    if not 0 <= rho < 1:
        raise InvalidRequestError("rho", f"{rho!r} is not in [0, 1)", "Give for example 0.3")
    matrix = hadamard(stage.n_strata + 1)
    order = len(matrix)
    order_in_stratum = np.zeros(stage.n_units, dtype=np.int64)
    seen = np.zeros(stage.n_strata, dtype=np.int64)
    for unit, stratum in enumerate(stage.stratum_of_unit.tolist()):
        order_in_stratum[unit] = seen[stratum]
        seen[stratum] += 1
    sign = matrix[1 + stage.stratum_of_unit] * np.where(order_in_stratum == 0, 1, -1)[:, None]
    multipliers = 1 + (1 - rho) * sign
    return _made(design, multipliers, 1 / (order * (1 - rho) ** 2), np.ones(order), mse)


def hadamard(at_least: int) -> Floats:
    """Return a Hadamard matrix whose first row is constant, of order ≥ ``at_least``.

    Sylvester's doubling of Paley's first construction, q + 1 for prime q ≡ 3 (mod 4).
    """
    choices = []
    for base in (1, *(q for q in range(3, 4 * at_least + 8) if q % 4 == 3 and _is_prime(q))):
        order, doublings = (base + 1 if base > 1 else 1), 0
        while order < at_least:
            order, doublings = order * 2, doublings + 1
        choices.append((order, base, doublings))
    _, base, doublings = min(choices)
    matrix = np.ones((1, 1)) if base == 1 else _paley(base)
    for _ in range(doublings):
        matrix = np.block([[matrix, matrix], [matrix, -matrix]])
    result: Floats = matrix * matrix[0]
    return result


def _paley(q: int) -> Floats:
    residue = np.full(q, -1.0)
    residue[[(k * k) % q for k in range(1, q)]] = 1.0
    residue[0] = 0.0
    index = (np.arange(q)[:, None] - np.arange(q)) % q
    skew = np.zeros((q + 1, q + 1))
    skew[0, 1:], skew[1:, 0] = 1.0, -1.0
    skew[1:, 1:] = residue[index]
    return skew + np.eye(q + 1)


def _is_prime(n: int) -> bool:
    return n > 1 and all(n % k for k in range(2, int(n**0.5) + 1))


def rao_wu(
    design: SurveyDesign, replicates: int, generator: np.random.Generator, *, mse: bool = False
) -> ReplicateDesign:
    """Bootstrap of n_h - 1 PSUs a stratum (Rao and Wu 1988; Rao, Wu and Yue 1992)."""
    return _bootstrap(design, replicates, generator, fewer=1, mse=mse)


def canty_davison(
    design: SurveyDesign, replicates: int, generator: np.random.Generator, *, mse: bool = False
) -> ReplicateDesign:
    """Bootstrap of n_h PSUs a stratum, scaled to be unbiased (Canty and Davison 1999)."""
    return _bootstrap(design, replicates, generator, fewer=0, mse=mse)


def _bootstrap(
    design: SurveyDesign, replicates: int, generator: np.random.Generator, *, fewer: int, mse: bool
) -> ReplicateDesign:
    stage = design.first
    multipliers = np.ones((stage.n_units, replicates))
    for stratum in range(stage.n_strata):
        members = np.flatnonzero(stage.stratum_of_unit == stratum)
        n = round(float(stage.sampled[stratum]))
        if n < 2 or stage.unsampled_sum[stratum] < CERTAINTY:
            continue
        size = n - fewer
        # drawn units without answers take their draws too; they have no row
        draws = generator.multinomial(size, np.full(n, 1 / n), size=replicates).T[: len(members)]
        f = 1.0 - float(stage.unsampled[members[0]])
        shrink = np.sqrt((1 - f) * size / (n - 1))
        multipliers[members] = 1 - shrink + shrink * draws * (n / size)
    return _made(design, multipliers, 1 / (replicates - 1), np.ones(replicates), mse)


def _made(
    design: SurveyDesign, multipliers: Floats, scale: float, rscales: Floats, mse: bool
) -> ReplicateDesign:
    if design.calibrations:
        raise InvalidRequestError(
            "design",
            "its weights are calibrated already",
            "Make the replicates first, then calibrate them with reweighted()",
        )
    return ReplicateDesign(design.weights, design.first.unit, multipliers, scale, rscales, mse)
