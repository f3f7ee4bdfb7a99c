"""Covariance matrices of linearised totals, row by row.

The general path: any influence functions, calibrated weights, joint inclusion
probabilities. For counts and sums of many items the lattice gives the same from cells.
"""

import numpy as np

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
    present = np.ones(design.n_rows, dtype=np.bool_) if rows is None else rows
    totals = np.where(present[:, None], influence, 0.0) * design.weights[:, None]
    for calibration in design.calibrations:
        totals = residuals(calibration, totals)
        present = np.ones(design.n_rows, dtype=np.bool_)
    leaf = design.stages[-1]
    kept = group_counts(leaf.unit[present], leaf.n_units) > 0
    return unit_covariance(design, summed(leaf.unit, totals, leaf.n_units), kept)


def unit_covariance(design: SurveyDesign, totals: Floats, kept: Bools) -> Floats:
    """Return the covariance matrix of sums of totals of the last used stage's units.

    Parameters
    ----------
    totals : float array (units of the last used stage, estimates)
    kept : bool array (units)
        Units with rows in the domain.
    """
    require_no_lonely(design)
    by_stage = [(totals, kept)]
    for above, below in reversed(list(zip(design.stages, design.stages[1:], strict=False))):
        parent = parent_units(above, below)
        unit_totals, unit_kept = by_stage[0]
        by_stage.insert(
            0,
            (
                summed(parent, unit_totals, above.n_units),
                group_counts(parent[unit_kept], above.n_units) > 0,
            ),
        )
    if design.joint is not None:
        return _joint(design.joint, by_stage[0][0])
    result = np.zeros((totals.shape[1], totals.shape[1]))
    outer = np.ones(design.first.n_units)
    for depth, stage in enumerate(design.stages):
        unit_totals, unit_kept = by_stage[depth]
        if depth:
            above = design.stages[depth - 1]
            outer = (outer * (1.0 - above.unsampled))[parent_units(above, stage)]
        result += _stage_covariance(design, stage, unit_totals, unit_kept, outer)
    return result


def parent_units(above: Stage, below: Stage) -> Ints:
    """Return the unit of the stage above in which each unit lies."""
    parent = np.zeros(below.n_units, dtype=np.int64)
    parent[below.unit] = above.unit
    return parent


def residuals(calibration: Calibration, totals: Floats) -> Floats:
    """Return weighted values less their regression on the calibration variables."""
    x, cell = calibration.auxiliary, calibration.cell
    fitted = calibration.fitted[:, None]
    z = np.divide(totals, fitted, out=np.zeros_like(totals), where=fitted != 0)
    weight = calibration.regression_weights
    root = np.sqrt(group_sums(cell, weight, len(x)))[:, None]
    sums = summed(cell, z * weight[:, None], len(x))
    right = np.divide(sums, root, out=np.zeros_like(sums), where=root > 0)
    beta, *_ = np.linalg.lstsq(x * root, right, rcond=None)
    result: Floats = totals - (x @ beta)[cell] * fitted
    return result


def summed(group: Ints, values: Floats, n_groups: int) -> Floats:
    """Add the rows of a matrix up by group."""
    result = np.empty((n_groups, values.shape[1]))
    for j in range(values.shape[1]):
        result[:, j] = group_sums(group, values[:, j], n_groups)
    return result


def _stage_covariance(
    design: SurveyDesign, stage: Stage, totals: Floats, kept: Bools, outer: Floats
) -> Floats:
    group, n_groups = stage.stratum_of_unit, stage.n_strata
    stratum_outer = np.ones(n_groups)
    stratum_outer[group] = outer
    sums = summed(group, totals, n_groups)
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


def _joint(joint: JointInclusion, totals: Floats) -> Floats:
    """Horvitz–Thompson, or Yates–Grundy–Sen as its centred form."""
    result: Floats = np.asarray(totals.T @ (joint.delta @ totals))
    if joint.estimator is JointVariance.YATES_GRUNDY:
        rows = np.asarray(joint.delta.sum(axis=1)).ravel()
        result = result - (totals * rows[:, None]).T @ totals
    return result
