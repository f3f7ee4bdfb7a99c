"""Variances from cells where units of different strata depend on one another.

After a calibration every row, also outside the domain, carries a residual e = z - x'B, with
B the regression of the influence z on the auxiliaries x (Deville and Särndal 1992, eq. 3.4).
B needs z only through Σ q x z by domain, and the residuals enter a variance only as sums by
unit: both are sums over calibration cells, taken in the same pass as the estimates.
Designs with joint inclusion probabilities take the same way, without the regression.
"""

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from analysis.design import Calibration, SurveyDesign
from analysis.variance.taylor import unit_covariance
from analysis.vectors import Bools, Floats, Ints, group_counts

DOMAINS_AT_ONCE = 64
"""Domains whose dense (units × domains) totals are held in memory together."""


@dataclass(frozen=True, eq=False)
class _Step:
    """One calibration: what its regression and its residuals need.

    Attributes
    ----------
    auxiliary : float array (cells, variables)
    inverse : float array (variables, variables)
        (Σ q x x')⁻¹, generalised where margins overlap.
    unit_cells : sparse float matrix (leaf units, cells)
        Sums of the fitted weights.
    overlaps : tuple of float arrays (variables, variables of an earlier step)
        Σ (q/g) x g' x' with every earlier calibration.
    row_weight : float array (rows)
        q w / g: what multiplies a row's influence in Σ q x z.
    """

    auxiliary: Floats
    cell: Ints
    inverse: Floats
    unit_cells: sparse.csr_matrix
    overlaps: tuple[Floats, ...]
    row_weight: Floats


@dataclass(frozen=True, eq=False)
class DenseVariance:
    """Variances of domain totals under calibration or joint inclusion probabilities."""

    design: SurveyDesign
    steps: tuple[_Step, ...]
    kept: Bools

    @classmethod
    def build(cls, design: SurveyDesign) -> "DenseVariance":
        """Prepare the calibrations of a design once for all items and domains."""
        leaf = design.stages[-1]
        steps: list[_Step] = []
        for calibration in design.calibrations:
            steps.append(_step(design, calibration, design.calibrations[: len(steps)]))
        return cls(design, tuple(steps), group_counts(leaf.unit, leaf.n_units) > 0)

    def moments(
        self, domain: Ints, n_domains: int, values: Floats, keep: Bools | None
    ) -> tuple[Floats, ...]:
        """Return Σ q x v of each domain for every calibration: arrays (domains, variables).

        Parameters
        ----------
        domain, values : arrays (kept rows)
        keep : bool array (rows), optional
            Rows in use; all if None.
        """
        result = []
        for step in self.steps:
            weight = step.row_weight if keep is None else step.row_weight[keep]
            cell = step.cell if keep is None else step.cell[keep]
            n_cells = len(step.auxiliary)
            weighted = weight * values
            if n_domains * n_cells <= max(len(values), 1 << 16):
                counts = np.bincount(
                    domain * n_cells + cell, weights=weighted, minlength=n_domains * n_cells
                ).reshape(n_domains, n_cells)
            else:
                counts = sparse.coo_matrix(
                    (weighted, (domain, cell)), shape=(n_domains, n_cells)
                ).tocsr()
            result.append(np.asarray(counts @ step.auxiliary))
        return tuple(result)

    def variances(
        self,
        leaf: Ints,
        domain: Ints,
        n_domains: int,
        influence: Floats,
        moments: tuple[Floats, ...],
    ) -> Floats:
        """Return the variance of the total of ``influence`` in each domain.

        Parameters
        ----------
        leaf, domain, influence : arrays (cells)
            Weighted, linearised contributions of each (leaf unit, domain).
        moments : tuple of float arrays (domains, variables)
            Σ q x z of the influence in every calibration.
        """
        n_units = self.design.stages[-1].n_units
        coefficients: list[Floats] = []
        for step, moment in zip(self.steps, moments, strict=True):
            right = moment.T
            for overlap, earlier in zip(step.overlaps, coefficients, strict=True):
                right = right - overlap @ earlier
            coefficients.append(step.inverse @ right)
        result = np.empty(n_domains)
        for start in range(0, n_domains, DOMAINS_AT_ONCE):
            stop = min(start + DOMAINS_AT_ONCE, n_domains)
            inside = (domain >= start) & (domain < stop)
            totals = np.zeros((n_units, stop - start))
            totals[leaf[inside], domain[inside] - start] = influence[inside]
            for step, beta in zip(self.steps, coefficients, strict=True):
                totals -= step.unit_cells @ (step.auxiliary @ beta[:, start:stop])
            result[start:stop] = np.diag(unit_covariance(self.design, totals, self.kept))
        return result


def _step(
    design: SurveyDesign, calibration: Calibration, earlier: tuple[Calibration, ...]
) -> _Step:
    x, cell = calibration.auxiliary, calibration.cell
    weight, fitted = calibration.regression_weights, calibration.fitted
    n_cells = len(x)
    per_cell = np.bincount(cell, weights=weight, minlength=n_cells)
    # columns of very different size make the normal equations ill conditioned
    size = np.sqrt(per_cell @ x**2)
    size = np.where(size > 0, size, 1.0)
    scaled = x / size
    gram = (scaled * per_cell[:, None]).T @ scaled
    inverse = np.linalg.pinv(gram, rcond=1e-13, hermitian=True) / np.outer(size, size)
    relative = np.divide(weight, fitted, out=np.zeros_like(weight), where=fitted != 0)
    overlaps = []
    for other in earlier:
        cross = sparse.coo_matrix(
            (relative * other.fitted, (cell, other.cell)), shape=(n_cells, len(other.auxiliary))
        ).tocsr()
        overlaps.append(np.asarray(x.T @ (cross @ other.auxiliary)))
    leaf = design.stages[-1]
    unit_cells = sparse.coo_matrix(
        (fitted, (leaf.unit, cell)), shape=(leaf.n_units, n_cells)
    ).tocsr()
    return _Step(x, cell, inverse, unit_cells, tuple(overlaps), relative * design.weights)
