"""How the sample was drawn: strata, stages, weights, population counts."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from analysis.errors import (
    DrawnMismatchError,
    FpcBelowSampleError,
    FpcNotConstantError,
    InvalidFpcError,
    InvalidRequestError,
    InvalidWeightsError,
    LengthMismatchError,
    LonelyPsuError,
    PsuInTwoStrataError,
)
from analysis.sources.arrays import (
    Codes,
    TableLike,
    as_table,
    codes_of,
    compress,
    crossed_codes,
    numbers_of,
)
from analysis.vectors import Floats, Ints, group_counts, group_sums

if TYPE_CHECKING:
    from scipy import sparse

CERTAINTY = 1e-7
"""Below this unsampled fraction a stratum is complete and adds no variance (R survey)."""


class LonelyPolicy(StrEnum):
    """What a stratum with a single sampled unit contributes (Lumley 2010, §2.2.2)."""

    FAIL = "fail"
    REMOVE = "remove"
    CERTAINTY = "certainty"
    ADJUST = "adjust"
    AVERAGE = "average"
    COLLAPSE = "collapse"


@dataclass(frozen=True, eq=False)
class Stage:
    """One stage of selection.

    Attributes
    ----------
    unit : int array (rows)
        Code of this stage's unit, unique over the whole sample.
    stratum_of_unit : int array (units)
        Sampling stratum of each unit; for later stages strata lie within their parent unit.
    sampled : float array (strata)
        Units drawn, including those without any answer.
    unsampled : float array (units)
        1 - f of each unit: 1 with replacement, 1 - n/N without, 1 - π under Brewer's PPS.
    unsampled_sum : float array (strata)
        Sum of ``unsampled`` over all drawn units.
    labels : tuple
        Name of each stratum.
    """

    unit: Ints
    stratum_of_unit: Ints
    sampled: Floats
    unsampled: Floats
    unsampled_sum: Floats
    labels: tuple[object, ...]

    @property
    def n_units(self) -> int:
        """Number of units that have rows."""
        return len(self.stratum_of_unit)

    @property
    def n_strata(self) -> int:
        """Number of strata."""
        return len(self.sampled)

    def lonely(self) -> Ints:
        """Return the strata with one drawn unit that are not complete by design."""
        complete = self.unsampled_sum < CERTAINTY
        return np.flatnonzero((self.sampled == 1) & ~complete)


class JointVariance(StrEnum):
    """Which estimator goes with joint inclusion probabilities."""

    HORVITZ_THOMPSON = "HT"
    YATES_GRUNDY = "YG"


class PpsMethod(StrEnum):
    """How the variance of an unequal probability sample without replacement is taken."""

    BREWER = "brewer"
    OVERTON = "overton"
    HARTLEY_RAO = "hartley-rao"
    JOINT = "joint"


@dataclass(frozen=True, eq=False)
class JointInclusion:
    """(π_ij - π_i π_j) / π_ij of the drawn first-stage units (Särndal et al. 1992, §2.8).

    Attributes
    ----------
    delta : sparse float matrix (units, units)
        Diagonal 1 - π_i; zero between independent draws.
    estimator : JointVariance
    """

    delta: "sparse.csr_matrix"
    estimator: JointVariance


@dataclass(frozen=True, eq=False)
class Calibration:
    """Auxiliary variables that the weights reproduce exactly.

    A variance after calibration is that of the residuals from the regression on the
    auxiliaries, weighted as the calibration started (Deville and Särndal 1992, eq. 3.4).

    Attributes
    ----------
    auxiliary : float array (cells, variables)
        Auxiliary values of each calibration cell: a cross-class of categories, or one row
        where the auxiliaries are continuous.
    cell : int array (rows)
        Calibration cell of each row.
    regression_weights : float array (rows)
        Weights before the calibration, divided by the assumed error variance.
    fitted : float array (rows)
        Weights that the calibration gave; trimming afterwards does not change them.
    """

    auxiliary: Floats
    cell: Ints
    regression_weights: Floats
    fitted: Floats


@dataclass(frozen=True, eq=False)
class SurveyDesign:
    """A complex sample: what every variance in this package rests on.

    Attributes
    ----------
    weights : float array (rows)
        Analysis weights.
    stages : tuple of Stage
        The first, and further ones only where their population counts are known: without
        them the first stage carries the whole variance (ultimate clusters, Hansen, Hurwitz
        and Madow 1953, vol. I §6.7).
    lonely_psu : LonelyPolicy
    adjust_domain_lonely : bool
        Whether a domain that keeps one PSU of a stratum is treated as a lonely PSU too.
    strata_without_answers : int
        Strata where units were drawn and nobody answered.
    joint : JointInclusion, optional
        Joint inclusion probabilities of an unequal probability design; they replace the
        stratified variance of the first stage.
    calibrations : tuple of Calibration
        What the weights were fitted to; variances use the residuals.
    """

    weights: Floats
    stages: tuple[Stage, ...]
    lonely_psu: LonelyPolicy = LonelyPolicy.FAIL
    adjust_domain_lonely: bool = False
    strata_without_answers: int = 0
    joint: JointInclusion | None = None
    calibrations: tuple[Calibration, ...] = ()

    @property
    def n_rows(self) -> int:
        """Number of rows."""
        return len(self.weights)

    @property
    def first(self) -> Stage:
        """The first stage of selection."""
        return self.stages[0]

    @property
    def df(self) -> float:
        """Design degrees of freedom: PSUs drawn less strata (Korn and Graubard 1999, §5.2)."""
        return float(self.first.sampled.sum() - self.first.n_strata)

    def with_weights(self, weights: Floats) -> "SurveyDesign":
        """Return the same sample with other analysis weights."""
        if len(weights) != self.n_rows:
            raise LengthMismatchError("weights", len(weights), self.n_rows)
        return replace(self, weights=checked_weights(weights, "weights"))

    @classmethod
    def from_arrow(
        cls,
        table: TableLike,
        *,
        weights: str | None = None,
        strata: str | Sequence[str] | None = None,
        psu: str | Sequence[str] | None = None,
        fpc: str | Sequence[str] | None = None,
        nest: bool = False,
        lonely_psu: LonelyPolicy | str = LonelyPolicy.FAIL,
        adjust_domain_lonely: bool = False,
        drawn: TableLike | None = None,
        pps: PpsMethod | str | None = None,
        joint_probabilities: Floats | None = None,
        joint_estimator: JointVariance | str = JointVariance.HORVITZ_THOMPSON,
    ) -> "SurveyDesign":
        """Declare a design from the columns of a table.

        Parameters
        ----------
        table : Arrow table or mapping of columns
        weights : str, optional
            Column of weights; without it they follow from ``fpc`` (Π N/n), else all are 1.
        strata, psu, fpc : str or sequence of str, optional
            One column for each stage. Without ``psu`` each row is its own unit. ``fpc`` holds
            population counts of units (all ≥ 1) or sampling fractions (all ≤ 1).
        nest : bool
            Whether unit codes restart in every stratum (or parent unit).
        drawn : table, optional
            The drawn PSUs, with the columns of ``strata`` and ``psu``: also those where
            nobody answered, which count as zeros and not as absent.
        pps : PpsMethod, optional
            Read ``fpc`` as inclusion probabilities of a PPS sample without replacement.
            ``brewer``: Brewer's (2002) approximation, in any number of stages; ``overton``,
            ``hartley-rao`` and ``joint`` see :func:`analysis.joint.with_joint_inclusion`.
        joint_probabilities : float array (units, units), optional
            For ``joint``: π_ij of the drawn units, π_i on the diagonal.
        joint_estimator : JointVariance
            ``HT`` or ``YG``.

        Raises
        ------
        AnalysisError
            A named subclass for each kind of bad input.
        """
        source = as_table(table)
        n_rows = source.num_rows
        method = None if pps is None else PpsMethod(pps)
        if method is not None and not fpc:
            raise InvalidRequestError(
                "fpc", "missing in a PPS design", "Name the column of inclusion probabilities"
            )
        unit_names = _names(psu)
        stratum_names = _names(strata)
        fpc_names = _names(fpc)
        row = Codes(np.arange(n_rows, dtype=np.int64), tuple(range(n_rows)))
        unit_codes = [codes_of(source, name) for name in unit_names] or [row]
        used = max(1, min(len(fpc_names), len(unit_codes)))
        stages: list[Stage] = []
        parent: Codes | None = None
        fpc_product = np.ones(n_rows)
        empty_strata = 0
        for depth in range(used):
            own = (
                codes_of(source, stratum_names[depth])
                if depth < len(stratum_names)
                else Codes(np.zeros(n_rows, dtype=np.int64), ("all",))
            )
            stratum = own if parent is None else _within(parent, own)
            unit = _units(unit_codes[depth], stratum, nest or depth > 0)
            counts = (
                numbers_of(source, fpc_names[depth], required=True)
                if depth < len(fpc_names)
                else None
            )
            drawn_here = drawn if depth == 0 else None
            stage, empty = _stage(
                unit,
                stratum,
                counts,
                depth + 1,
                unequal=method is not None,
                drawn=drawn_here,
                names=(stratum_names[:1], unit_names[:1]),
            )
            empty_strata += empty
            if counts is not None:
                fpc_product /= 1.0 - stage.unsampled[stage.unit]
            stages.append(stage)
            parent = unit
        values = numbers_of(source, weights, required=True) if weights else fpc_product
        design = cls(
            weights=checked_weights(values, weights or "weights"),
            stages=tuple(stages),
            lonely_psu=LonelyPolicy(lonely_psu),
            adjust_domain_lonely=adjust_domain_lonely,
            strata_without_answers=empty_strata,
        )
        if design.lonely_psu is LonelyPolicy.COLLAPSE:
            design = collapsed(design)
        if method is None or method is PpsMethod.BREWER:
            return design
        from analysis.joint import with_joint_inclusion

        return with_joint_inclusion(
            design, method, estimator=joint_estimator, probabilities=joint_probabilities
        )


def checked_weights(values: Floats, where: str) -> Floats:
    """Return the weights if they are usable."""
    if not np.all(np.isfinite(values)):
        raise InvalidWeightsError(where, "some weights are missing or infinite")
    if np.any(values < 0):
        raise InvalidWeightsError(where, f"{int((values < 0).sum())} weights are negative")
    if not np.any(values > 0):
        raise InvalidWeightsError(where, "all weights are zero")
    return values


def require_no_lonely(design: SurveyDesign) -> None:
    """Stop if the policy is to stop and a stratum has a single unit."""
    if design.lonely_psu is not LonelyPolicy.FAIL:
        return
    for depth, stage in enumerate(design.stages):
        lonely = stage.lonely()
        if len(lonely):
            raise LonelyPsuError([stage.labels[i] for i in lonely], depth + 1)


def collapsed(design: SurveyDesign) -> SurveyDesign:
    """Join each lonely first-stage stratum with its neighbour in label order.

    The pair is treated as one stratum with replacement-like pooling of the counts
    (collapsed strata, Cochran 1977, §5A.12): the variance is on the safe side.
    """
    stage = design.first
    target = np.arange(stage.n_strata)
    lonely = set(stage.lonely().tolist())
    if stage.n_strata < 2 and lonely:
        raise LonelyPsuError([stage.labels[i] for i in lonely], 1)
    for stratum in sorted(lonely):
        if target[stratum] != stratum or np.sum(target == stratum) > 1:
            continue
        neighbour = stratum - 1 if stratum else 1
        target[stratum] = target[neighbour]
    while not np.array_equal(target[target], target):
        target = target[target]
    kept, new = compress(target.astype(np.int64))
    merged = replace(
        stage,
        stratum_of_unit=new[stage.stratum_of_unit],
        sampled=group_sums(new, stage.sampled, len(kept)),
        unsampled_sum=group_sums(new, stage.unsampled_sum, len(kept)),
        labels=tuple(stage.labels[i] for i in kept.tolist()),
    )
    return replace(design, stages=(merged, *design.stages[1:]))


def _names(value: str | Sequence[str] | None) -> list[str]:
    if value is None:
        return []
    return [value] if isinstance(value, str) else list(value)


def _within(parent: Codes, own: Codes) -> Codes:
    """Strata of a later stage exist separately inside each parent unit."""
    key = parent.codes * max(len(own.labels), 1) + own.codes
    distinct, inverse = compress(key)
    width = max(len(own.labels), 1)
    labels = tuple(parent.labels[code // width] for code in distinct.tolist())
    return Codes(inverse, labels)


def _units(unit: Codes, stratum: Codes, nest: bool) -> Codes:
    """Give each unit a code of its own; check or create nesting in strata."""
    if nest:
        return crossed_codes([stratum, unit], n_rows=len(unit))
    lowest = np.full(len(unit.labels), len(stratum.labels), dtype=np.int64)
    highest = np.full(len(unit.labels), -1, dtype=np.int64)
    np.minimum.at(lowest, unit.codes, stratum.codes)
    np.maximum.at(highest, unit.codes, stratum.codes)
    crossing = np.flatnonzero((lowest != highest) & (highest >= 0))
    if len(crossing):
        first = int(crossing[0])
        seen = np.unique(stratum.codes[unit.codes == first])
        raise PsuInTwoStrataError(unit.labels[first], [stratum.labels[i] for i in seen.tolist()])
    return unit


def _stage(
    unit: Codes,
    stratum: Codes,
    counts: Floats | None,
    number: int,
    *,
    unequal: bool,
    drawn: TableLike | None,
    names: tuple[list[str], list[str]],
) -> tuple[Stage, int]:
    """Count the drawn units of each stratum and turn population counts into 1 - f."""
    kept, codes = compress(unit.codes)
    unit_labels = [unit.labels[i] for i in kept.tolist()]
    stratum_of_unit = np.zeros(len(kept), dtype=np.int64)
    stratum_of_unit[codes] = stratum.codes
    n_strata = len(stratum.labels)
    sampled = group_counts(stratum_of_unit, n_strata)
    empty = 0
    if drawn is not None:
        sampled, empty = _drawn_counts(drawn, names, stratum, stratum_of_unit, unit_labels)
    unsampled = np.ones(len(kept))
    unsampled_sum = sampled.copy()
    if counts is not None:
        per_unit = np.zeros(len(kept))
        per_unit[codes] = counts
        if np.any(per_unit[codes] != counts):
            bad = int(np.flatnonzero(per_unit[codes] != counts)[0])
            raise FpcNotConstantError(stratum.labels[int(stratum.codes[bad])], number)
        unsampled, unsampled_sum = _unsampled(
            per_unit, stratum_of_unit, sampled, stratum.labels, number, unequal
        )
    stage = Stage(codes, stratum_of_unit, sampled, unsampled, unsampled_sum, stratum.labels)
    return stage, empty


def _unsampled(
    per_unit: Floats,
    stratum_of_unit: Ints,
    sampled: Floats,
    labels: tuple[object, ...],
    number: int,
    unequal: bool,
) -> tuple[Floats, Floats]:
    where = f"fpc of stage {number}"
    if np.any(per_unit <= 0):
        raise InvalidFpcError(where, "some values are zero or negative")
    is_count = bool(np.any(per_unit > 1))
    if is_count and not bool(np.all(per_unit >= 1)):
        raise InvalidFpcError(where, "fractions and counts are mixed")
    if unequal and number == 1:
        if is_count:
            raise InvalidFpcError(where, "inclusion probabilities must not exceed 1")
        unsampled = 1.0 - per_unit
        total = group_sums(stratum_of_unit, unsampled, len(sampled))
        return unsampled, total
    first = np.zeros(len(sampled))
    first[stratum_of_unit] = per_unit
    differing = np.flatnonzero(first[stratum_of_unit] != per_unit)
    if len(differing):
        raise FpcNotConstantError(labels[int(stratum_of_unit[differing[0]])], number)
    fraction = sampled / np.where(first > 0, first, np.inf) if is_count else first
    short = np.flatnonzero(fraction > 1 + 1e-12)
    if len(short):
        bad = int(short[0])
        raise FpcBelowSampleError(labels[bad], number, float(first[bad]), float(sampled[bad]))
    left = 1.0 - np.minimum(fraction, 1.0)
    return left[stratum_of_unit], left * sampled


def _drawn_counts(
    drawn: TableLike,
    names: tuple[list[str], list[str]],
    stratum: Codes,
    stratum_of_unit: Ints,
    unit_labels: Sequence[object],
) -> tuple[Floats, int]:
    """Count drawn PSUs by stratum from the sample's own list."""
    stratum_names, unit_names = names
    if not unit_names:
        raise InvalidRequestError("drawn", "no psu column was named", "Name the psu column as well")
    listing: pa.Table = as_table(drawn)
    drawn_units = codes_of(listing, unit_names[0])
    if stratum_names:
        drawn_strata = codes_of(listing, stratum_names[0])
    else:
        drawn_strata = Codes(np.zeros(len(drawn_units), dtype=np.int64), stratum.labels)
    pairs = {
        (drawn_strata.labels[s], drawn_units.labels[u])
        for s, u in zip(drawn_strata.codes.tolist(), drawn_units.codes.tolist(), strict=True)
    }
    for position, label in enumerate(unit_labels):
        own = label[-1] if isinstance(label, tuple) else label
        stratum_label = stratum.labels[int(stratum_of_unit[position])]
        if (stratum_label, own) not in pairs:
            raise DrawnMismatchError(own, stratum_label)
    place = {label: position for position, label in enumerate(stratum.labels)}
    sampled = np.zeros(len(stratum.labels))
    empty: set[object] = set()
    for stratum_label, _unit in pairs:
        if stratum_label in place:
            sampled[place[stratum_label]] += 1
        else:
            empty.add(stratum_label)
    return sampled, len(empty)
