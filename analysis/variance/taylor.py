"""Covariance matrices of linearised totals, row by row.

The general path: any influence functions, calibrated weights, joint inclusion
probabilities. For counts and sums of many items the lattice gives the same from cells.
"""

import numpy as np
from scipy import sparse

from analysis.design import (
    CERTAINTY,
    Calibration,
    JointInclusion,
    JointVariance,
    LonelyPolicy,
    Stage,
    SurveyDesign,
    require_no_lonely,
)
from analysis.vectors import Bools, Floats, Ints, group_counts, group_sums


def covariance(design: SurveyDesign, influence: Floats, rows: Bools | None = None) -> Floats:
    """Return the covariance matrix of the totals Σ w z.

    Parameters
    ----------
    influence : float array (rows, estimates)
        Linearised values z, without weights; zero outside the domain.
    rows : bool array, optional
        Domain rows; needed only by the lonely-PSU policies for domains, which ask how many
        units a stratum keeps.

    Notes
    -----
    Särndal, Swensson and Wretman (1992), §4.4 and §5.5; Binder (1983).
    """
    require_no_lonely(design)
    present = np.ones(design.n_rows, dtype=np.bool_) if rows is None else rows
    totals = np.where(present[:, None], influence, 0.0) * design.weights[:, None]
    for calibration in design.calibrations:
        totals = residuals(calibration, totals)
        present = np.ones(design.n_rows, dtype=np.bool_)
    if design.joint is not None:
        return _joint(design.joint, _unit_totals(design.first, totals))
    result = np.zeros((totals.shape[1], totals.shape[1]))
    outer = np.ones(design.n_rows)
    for stage in design.stages:
        unit = _unit_totals(stage, totals)
        kept = group_counts(stage.unit[present], stage.n_units) > 0
        factor = np.ones(stage.n_units)
        factor[stage.unit] = outer
        result += _stage_covariance(design, stage, unit, kept, factor)
        outer = outer * (1.0 - stage.unsampled[stage.unit])
    return result


def residuals(calibration: Calibration, totals: Floats) -> Floats:
    """Return weighted values less their regression on the calibration variables."""
    fitted = calibration.fitted[:, None]
    z = np.divide(totals, fitted, out=np.zeros_like(totals), where=fitted != 0)
    root = np.sqrt(calibration.regression_weights)[:, None]
    beta, *_ = np.linalg.lstsq(calibration.auxiliary * root, z * root, rcond=None)
    result: Floats = (z - calibration.auxiliary @ beta) * fitted
    return result


def _unit_totals(stage: Stage, totals: Floats) -> Floats:
    n = len(stage.unit)
    indicator = sparse.csr_matrix(
        (np.ones(n), (stage.unit, np.arange(n))), shape=(stage.n_units, n)
    )
    return np.asarray(indicator @ totals)


def _stage_covariance(
    design: SurveyDesign, stage: Stage, totals: Floats, kept: Bools, outer: Floats
) -> Floats:
    group, n_groups = stage.stratum_of_unit, stage.n_strata
    stratum_outer = np.ones(n_groups)
    stratum_outer[group] = outer
    sums = _column_sums(group, totals, n_groups)
    centre = sums / stage.sampled[:, None]
    complete = stage.unsampled_sum < CERTAINTY
    single = (stage.sampled == 1) & ~complete
    in_domain = group_counts(group[kept], n_groups)
    if design.adjust_domain_lonely:
        unknown = single | ((in_domain == 1) & (stage.sampled > 1) & ~complete)
    else:
        unknown = single
    if design.lonely_psu is LonelyPolicy.ADJUST:
        centre[unknown] = 0.0
    spread = np.where(stage.sampled > 1, stage.sampled / np.maximum(stage.sampled - 1, 1), 1.0)
    scale = np.where(complete, 0.0, stratum_outer * spread)
    absent = stage.unsampled_sum - group_sums(group, stage.unsampled, n_groups)
    average = design.lonely_psu is LonelyPolicy.AVERAGE
    if average:
        scale = np.where(unknown, 0.0, scale)
    deviation = (totals - centre[group]) * np.sqrt(stage.unsampled * scale[group])[:, None]
    missing = centre * np.sqrt(np.maximum(absent, 0.0) * scale)[:, None]
    result: Floats = deviation.T @ deviation + missing.T @ missing
    if average:
        touched = in_domain > 0
        known = int((touched & ~unknown).sum())
        result = result * (int(touched.sum()) / known if known else np.nan)
    return result


def _column_sums(group: Ints, values: Floats, n_groups: int) -> Floats:
    return np.column_stack(
        [group_sums(group, values[:, j], n_groups) for j in range(values.shape[1])]
    )


def _joint(joint: JointInclusion, totals: Floats) -> Floats:
    """Horvitz–Thompson, or Yates–Grundy–Sen as its centred form."""
    result: Floats = totals.T @ (joint.delta @ totals)
    if joint.estimator is JointVariance.YATES_GRUNDY:
        rows = joint.delta.sum(axis=1)
        result = result - (totals * rows[:, None]).T @ totals
    return result
