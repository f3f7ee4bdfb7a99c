"""Has a target been reached? A verdict with stated confidence, computed from the estimate.

The share is compared on the logit scale, where its sampling distribution is closer to
Student's t than on the share's own (Korn and Graubard 1999, §5.2):

    t = (logit p - logit θ) · p (1 - p) / se,   df = PSUs - strata.

A target "at least θ" is *met* when the lower one-sided bound is at or above θ, *not met*
when the upper one-sided bound is below θ, and *undecided* otherwise. At p of exactly 0 or 1
the bounds are those of Clopper and Pearson (1934) for the effective number of persons.

If the share and the design effect stay as they are, the squared standard error falls as
1/n, so the sample that would decide has

    n' = n · (t_c · se / (p (1 - p) · |logit p - logit θ|))²

persons, t_c the quantile of the present degrees of freedom (Kish 1965, §8.2, solved for n).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

import numpy as np

from analysis.distributions import t_quantile, t_upper
from analysis.errors import InvalidRequestError
from analysis.intervals import boundary_size
from analysis.results import Estimate

Direction = Literal["at_least", "at_most"]


class Outcome(StrEnum):
    """What the data say about a target (chỉ tiêu)."""

    MET = "met"
    NOT_MET = "not-met"
    UNDECIDED = "undecided"


class NoAdditionalReason(StrEnum):
    """Why no number of additional interviews is given."""

    DECIDED = "decided"
    ON_THRESHOLD = "on-threshold"
    NO_VARIANCE = "no-variance"
    EXCEEDS_POPULATION = "exceeds-population"


@dataclass(frozen=True)
class Verdict:
    """A judgement of one estimate against one target.

    Attributes
    ----------
    outcome : Outcome
    threshold : float
    direction : ``at_least`` or ``at_most``
    confidence : float
        Confidence asked for (of the whole family in :func:`judge_many`).
    bound_confidence : float
        Confidence of this bound: higher than ``confidence`` in a family.
    bound : float or None
        One-sided bound on the side of the threshold.
    is_lower_bound : bool
        Whether the bound lies below the estimate.
    p_value : float or None
        One-sided, against the threshold, in the observed direction.
    n : int
    additional_interviews : int or None
        How many more persons would decide it.
    no_additional_reason : NoAdditionalReason or None
        Set when ``additional_interviews`` is None.
    """

    outcome: Outcome
    threshold: float
    direction: Direction
    estimate: float | None
    confidence: float
    bound_confidence: float
    bound: float | None
    is_lower_bound: bool
    p_value: float | None
    n: int
    additional_interviews: int | None
    no_additional_reason: NoAdditionalReason | None


def judge_share(
    estimate: Estimate,
    threshold: float,
    direction: Direction = "at_least",
    confidence: float = 0.95,
) -> Verdict:
    """Judge a share against a target.

    Parameters
    ----------
    estimate : Estimate
        A share, or another figure between 0 and 1.
    threshold : float
        The target, strictly between 0 and 1.
    direction : ``at_least`` or ``at_most``
        Which side is good.
    confidence : float
        Confidence of the one-sided bound.
    """
    return _judge(estimate, threshold, direction, confidence, confidence)


def judge_many(
    estimates: Sequence[Estimate],
    thresholds: Sequence[float],
    direction: Direction = "at_least",
    confidence: float = 0.95,
) -> tuple[Verdict, ...]:
    """Judge several shares so that all verdicts hold together with the given confidence.

    Holm's (1979) step-down procedure on the one-sided p-values in the observed direction;
    for directional decisions see Shaffer (1980), Annals of Statistics 8: 1342–1347. The
    bound of each verdict is that of its own step, so bound and outcome agree.
    """
    if len(estimates) != len(thresholds):
        raise InvalidRequestError(
            "thresholds",
            f"{len(thresholds)} for {len(estimates)} estimates",
            "Give one threshold for each estimate",
        )
    p_values = [
        _p_value(estimate, _checked(threshold))
        for estimate, threshold in zip(estimates, thresholds, strict=True)
    ]
    testable = [i for i, p in enumerate(p_values) if p is not None]
    order = sorted(testable, key=lambda i: p_values[i] or 0.0)
    alpha = 1 - confidence
    levels = dict.fromkeys(range(len(estimates)), alpha / max(len(testable), 1))
    stopped: float | None = None
    for rank, index in enumerate(order):
        level = alpha / (len(order) - rank)
        if stopped is None and (p_values[index] or 0.0) > level:
            stopped = level
        levels[index] = level if stopped is None else stopped
    return tuple(
        _judge(estimate, threshold, direction, confidence, 1 - levels[i])
        for i, (estimate, threshold) in enumerate(zip(estimates, thresholds, strict=True))
    )


def holm(p_values: Sequence[float]) -> tuple[float, ...]:
    """Return Holm-adjusted p-values (Holm 1979, Scandinavian Journal of Statistics 6: 65–70)."""
    order = np.argsort(np.asarray(p_values, dtype=float), kind="stable")
    adjusted = np.empty(len(p_values))
    highest = 0.0
    for rank, index in enumerate(order.tolist()):
        highest = max(highest, min((len(p_values) - rank) * p_values[index], 1.0))
        adjusted[index] = highest
    return tuple(adjusted.tolist())


def _judge(
    estimate: Estimate,
    threshold: float,
    direction: Direction,
    confidence: float,
    bound_confidence: float,
) -> Verdict:
    _checked(threshold)
    if not 0.5 < confidence < 1:
        raise InvalidRequestError(
            "confidence", f"{confidence!r} is not between 0.5 and 1", "Give for example 0.95"
        )
    share = estimate.estimate
    above = share is not None and share >= threshold
    p_value = _p_value(estimate, threshold)
    bound = _bound(estimate, bound_confidence, lower=above)
    outcome = Outcome.UNDECIDED
    if bound is not None and (bound >= threshold if above else bound < threshold):
        good = above if direction == "at_least" else not above
        outcome = Outcome.MET if good else Outcome.NOT_MET
    additional, reason = _additional(estimate, threshold, bound_confidence, outcome, p_value)
    return Verdict(
        outcome=outcome,
        threshold=threshold,
        direction=direction,
        estimate=share,
        confidence=confidence,
        bound_confidence=bound_confidence,
        bound=bound,
        is_lower_bound=above,
        p_value=p_value,
        n=estimate.n,
        additional_interviews=additional,
        no_additional_reason=reason,
    )


def _checked(threshold: float) -> float:
    if not 0 < threshold < 1:
        raise InvalidRequestError(
            "threshold",
            f"{threshold!r} is not strictly between 0 and 1",
            "Give the target as a share, for example 0.9 for 90 %",
        )
    return threshold


def _logit(share: float) -> float:
    return math.log(share / (1 - share))


def _scaled(estimate: Estimate) -> tuple[float, float] | None:
    """Return the share's logit and its standard error, where both exist."""
    share, se = estimate.estimate, estimate.se
    if share is None or se is None or estimate.df <= 0 or not 0 < share < 1 or se <= 0:
        return None
    return _logit(share), se / (share * (1 - share))


def _bound(estimate: Estimate, confidence: float, *, lower: bool) -> float | None:
    share = estimate.estimate
    if share is None:
        return None
    if share in (0.0, 1.0):
        size = boundary_size(estimate.kish_n, estimate.n, estimate.df, confidence)
        reach = (1 - confidence) ** (1 / size)
        if lower:
            return reach if share == 1.0 else 0.0
        return 1 - reach if share == 0.0 else 1.0
    if estimate.se == 0:
        return share
    scaled = _scaled(estimate)
    if scaled is None:
        return None
    centre, spread = scaled
    half = t_quantile(confidence, estimate.df) * spread
    limit = centre - half if lower else centre + half
    return 1 / (1 + math.exp(-limit))


def _p_value(estimate: Estimate, threshold: float) -> float | None:
    share = estimate.estimate
    if share is None:
        return None
    if share in (0.0, 1.0):
        size = boundary_size(estimate.kish_n, estimate.n, estimate.df, 0.95)
        return float((threshold if share == 1.0 else 1 - threshold) ** size)
    if estimate.se == 0:
        return 0.0 if share != threshold else 0.5
    scaled = _scaled(estimate)
    if scaled is None:
        return None
    centre, spread = scaled
    return t_upper(abs(centre - _logit(threshold)) / spread, estimate.df)


def _additional(
    estimate: Estimate,
    threshold: float,
    confidence: float,
    outcome: Outcome,
    p_value: float | None,
) -> tuple[int | None, NoAdditionalReason | None]:
    share = estimate.estimate
    if outcome is not Outcome.UNDECIDED:
        return None, NoAdditionalReason.DECIDED
    if share is None or p_value is None:
        return None, NoAdditionalReason.NO_VARIANCE
    if share in (0.0, 1.0):
        size = boundary_size(estimate.kish_n, estimate.n, estimate.df, confidence)
        target = math.log(1 - confidence) / math.log(threshold if share else 1 - threshold)
        needed = estimate.n * target / size
    else:
        scaled = _scaled(estimate)
        distance = abs(_logit(share) - _logit(threshold))
        if scaled is None or distance < 1e-9:
            return None, NoAdditionalReason.ON_THRESHOLD
        reach = t_quantile(confidence, estimate.df) * scaled[1]
        needed = estimate.n * (reach / distance) ** 2
    if estimate.sum_weights > estimate.n and needed > estimate.sum_weights:
        return None, NoAdditionalReason.EXCEEDS_POPULATION
    return max(math.ceil(needed) - estimate.n, 1), None
