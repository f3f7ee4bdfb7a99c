"""Verdicts on targets."""

import math

import pytest
from scipy import stats

from analysis.decision import (
    NoAdditionalReason,
    Outcome,
    holm,
    judge_many,
    judge_share,
)
from analysis.errors import InvalidRequestError
from analysis.results import Estimate


def share(p: float | None, se: float | None, n: int = 400, df: float = 30) -> Estimate:
    deff = None if p is None or se is None or p in (0, 1) else se**2 * n / (p * (1 - p))
    return Estimate(
        "share", "q1", {}, p, se, None, None, df, deff, n, 31, 1e6, float(n), "logit", ()
    )


def test_a_share_well_above_the_target_is_met() -> None:
    verdict = judge_share(share(0.92, 0.01), 0.85)
    assert verdict.outcome is Outcome.MET
    assert verdict.bound is not None and 0.85 < verdict.bound < 0.92
    assert verdict.is_lower_bound
    assert verdict.no_additional_reason is NoAdditionalReason.DECIDED


def test_a_share_well_below_the_target_is_not_met() -> None:
    verdict = judge_share(share(0.70, 0.02), 0.85)
    assert verdict.outcome is Outcome.NOT_MET
    assert verdict.bound is not None and 0.70 < verdict.bound < 0.85


def test_at_most_turns_the_verdict_round() -> None:
    assert judge_share(share(0.03, 0.005), 0.05, "at_most").outcome is Outcome.MET
    assert judge_share(share(0.92, 0.01), 0.85, "at_most").outcome is Outcome.NOT_MET


def test_the_bound_is_one_sided_on_the_logit_scale() -> None:
    p, se, df = 0.9, 0.02, 12
    bound = judge_share(share(p, se, df=df), 0.85).bound
    expected = math.log(p / (1 - p)) - stats.t.ppf(0.95, df) * se / (p * (1 - p))
    assert bound == pytest.approx(1 / (1 + math.exp(-expected)), rel=1e-12)


def test_the_additional_interviews_would_decide() -> None:
    p, se, n = 0.88, 0.03, 400
    verdict = judge_share(share(p, se, n), 0.85)
    assert verdict.outcome is Outcome.UNDECIDED
    more = verdict.additional_interviews
    assert more is not None and more > 0
    enough = share(p, se * math.sqrt(n / (n + more)), n + more)
    assert judge_share(enough, 0.85).outcome is Outcome.MET
    too_few = share(p, se * math.sqrt(n / (n + more - 2)), n + more - 2)
    assert judge_share(too_few, 0.85).outcome is Outcome.UNDECIDED


def test_on_the_threshold_no_number_of_interviews_decides() -> None:
    verdict = judge_share(share(0.85, 0.02), 0.85)
    assert verdict.outcome is Outcome.UNDECIDED
    assert verdict.additional_interviews is None
    assert verdict.no_additional_reason is NoAdditionalReason.ON_THRESHOLD


def test_more_persons_than_there_are_is_said() -> None:
    verdict = judge_share(share(0.8501, 0.02), 0.85)
    assert verdict.no_additional_reason is NoAdditionalReason.EXCEEDS_POPULATION


def test_without_variance_there_is_no_verdict() -> None:
    verdict = judge_share(share(0.9, None), 0.85)
    assert verdict.outcome is Outcome.UNDECIDED
    assert verdict.no_additional_reason is NoAdditionalReason.NO_VARIANCE


def test_everybody_satisfied_is_decided_by_the_number_of_persons() -> None:
    assert judge_share(share(1.0, 0.0, n=200), 0.9).outcome is Outcome.MET
    few = judge_share(share(1.0, 0.0, n=20), 0.9)
    assert few.outcome is Outcome.UNDECIDED
    assert few.additional_interviews is not None
    more = share(1.0, 0.0, n=20 + few.additional_interviews)
    assert judge_share(more, 0.9).outcome is Outcome.MET


def test_a_family_is_judged_more_strictly_than_each_alone() -> None:
    border = share(0.89, 0.02, df=200)
    assert judge_share(border, 0.85).outcome is Outcome.MET
    family = judge_many([border] * 5, [0.85] * 5)
    assert all(v.outcome is Outcome.UNDECIDED for v in family)
    assert all(v.bound is not None and v.bound < 0.85 for v in family)


def test_holm_decisions_agree_with_adjusted_p_values() -> None:
    cases = [share(p, 0.02, df=100) for p in (0.95, 0.905, 0.89, 0.86, 0.75)]
    verdicts = judge_many(cases, [0.85] * 5)
    adjusted = holm([v.p_value or 0.0 for v in verdicts])
    for verdict, p in zip(verdicts, adjusted, strict=True):
        assert (verdict.outcome is not Outcome.UNDECIDED) == (p <= 0.05)


def test_holm_by_hand() -> None:
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx((0.03, 0.06, 0.06, 0.02))


def test_false_alarms_stay_at_the_stated_rate() -> None:
    """At the threshold the wrong verdict comes in at most 5 % of samples, and not much less."""
    import numpy as np

    rng = np.random.default_rng(5)
    n, theta, met = 500, 0.8, 0
    for count in rng.binomial(n, theta, 2000):
        p = count / n
        met += (
            judge_share(share(p, math.sqrt(p * (1 - p) / n), n, 499), theta).outcome is Outcome.MET
        )
    assert 0.03 < met / 2000 < 0.07


def test_bad_thresholds_are_refused() -> None:
    with pytest.raises(InvalidRequestError):
        judge_share(share(0.9, 0.01), 85)
    with pytest.raises(InvalidRequestError):
        judge_many([share(0.9, 0.01)], [0.8, 0.9])
