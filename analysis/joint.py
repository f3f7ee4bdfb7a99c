"""Joint inclusion probabilities of unequal probability designs, given or approximated.

Horvitz and Thompson (1952); Yates and Grundy (1953); Sen (1953); Overton (1985), as in
Stehman and Overton (1994), American Statistician 48: 30–35; Hartley and Rao (1962), Annals
of Mathematical Statistics 33: 350–374, truncated to the order 1/n as in Berger (2004).
"""

from dataclasses import replace

import numpy as np
from scipy import sparse

from analysis.design import (
    JointInclusion,
    JointVariance,
    PpsMethod,
    Stage,
    SurveyDesign,
)
from analysis.errors import InvalidFpcError, InvalidRequestError, LengthMismatchError
from analysis.vectors import Floats, group_counts, group_sums

SYMMETRY = 1e-9


def with_joint_inclusion(
    design: SurveyDesign,
    method: PpsMethod,
    *,
    estimator: JointVariance | str = JointVariance.HORVITZ_THOMPSON,
    probabilities: Floats | None = None,
    mean_squares: Floats | None = None,
) -> SurveyDesign:
    """Return the design with the variance of its unequal probability first stage.

    Parameters
    ----------
    method : PpsMethod
        ``overton``, ``hartley-rao``, or ``joint`` with ``probabilities``.
    estimator : JointVariance
        ``HT`` (Horvitz–Thompson) or ``YG`` (Yates–Grundy–Sen, for fixed sample sizes).
    probabilities : float array (units, units), optional
        π_ij of the drawn units in the order of their first rows; π_i on the diagonal.
    mean_squares : float array (strata), optional
        Σ π² / n over the population of each stratum, for Hartley–Rao; estimated by the
        sample's mean of π without it.
    """
    if len(design.stages) > 1:
        raise InvalidRequestError(
            "pps", f"{len(design.stages)} stages", "Joint probabilities serve one stage only"
        )
    stage = design.first
    if method is PpsMethod.JOINT:
        if probabilities is None:
            raise InvalidRequestError(
                "pps", "no joint probabilities", "Give the matrix of the drawn units"
            )
        delta = _given(stage, probabilities)
    else:
        delta = _approximated(stage, method, mean_squares)
    return replace(design, joint=JointInclusion(delta, JointVariance(estimator)))


def _given(stage: Stage, probabilities: Floats) -> sparse.csr_matrix:
    n = stage.n_units
    if probabilities.shape != (n, n):
        raise LengthMismatchError("joint probabilities", len(probabilities), n)
    if not np.all(np.isfinite(probabilities)) or np.any(probabilities <= 0):
        raise InvalidFpcError("joint probabilities", "some are zero, negative or missing")
    if np.max(np.abs(probabilities - probabilities.T)) > SYMMETRY or np.any(probabilities > 1):
        raise InvalidFpcError("joint probabilities", "not a symmetric matrix of probabilities")
    # rows of the matrix follow the table; units are numbered by their codes
    _, first_row = np.unique(stage.unit, return_index=True)
    place = np.empty(n, dtype=np.int64)
    place[np.argsort(first_row)] = np.arange(n)
    ordered = probabilities[np.ix_(place, place)]
    single = np.diag(ordered)
    return sparse.csr_matrix(1 - np.outer(single, single) / ordered)


def _approximated(
    stage: Stage, method: PpsMethod, mean_squares: Floats | None
) -> sparse.csr_matrix:
    probability = 1.0 - stage.unsampled
    stratum = stage.stratum_of_unit
    counts = group_counts(stratum, stage.n_strata)
    if mean_squares is None:
        mean_squares = group_sums(stratum, probability, stage.n_strata) / counts
    elif len(mean_squares) != stage.n_strata:
        raise LengthMismatchError("mean_squares", len(mean_squares), stage.n_strata)
    blocks, order = [], []
    for h in range(stage.n_strata):
        units = np.flatnonzero(stratum == h)
        own, n = probability[units], float(stage.sampled[h])
        pair = np.add.outer(own, own)
        if method is PpsMethod.OVERTON:
            block = 1 - (n - pair / 2) / max(n - 1, 1)
        else:
            block = 1 - (n - pair + mean_squares[h]) / max(n - 1, 1)
        block[pair >= 2] = 0.0
        np.fill_diagonal(block, 1 - own)
        blocks.append(block)
        order.append(units)
    back = np.argsort(np.concatenate(order))
    return sparse.block_diag(blocks, format="csr")[back][:, back]
