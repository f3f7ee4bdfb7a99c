"""Sizes: published worked examples, both ways round, and what simulation shows."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sampling.errors import SizeError
from sampling.size import (
    Rounds,
    Setting,
    cv_of,
    margin_of,
    power_of_change,
    power_to_prove,
    sd_of_share,
    size_for_change,
    size_for_cv,
    size_for_margin,
    size_to_prove,
    slovin,
)

SRS = Setting()


def test_cochrans_island() -> None:
    """Cochran (1977, §4.2): 43 % ± 5 with t = 2, N = 3,200 gives n₀ = 396, n = 352; here z = 1.96."""
    two = Setting(population=3200, confidence=0.954499736)  # z = 2
    assert two.z == pytest.approx(2, abs=1e-6)
    sd = math.sqrt(0.43 * 0.57)
    assert size_for_margin(0.05, Setting(confidence=two.confidence), sd=sd).completes == 393
    assert size_for_margin(0.05, two, sd=0.5).completes == math.ceil(400 / (1 + 400 / 3200))


@pytest.mark.parametrize(
    ("share", "margin", "expected"), [(0.5, 0.05, 385), (0.5, 0.03, 1068), (0.9, 0.02, 865)]
)
def test_the_textbook_sizes_of_a_share(share: float, margin: float, expected: int) -> None:
    assert size_for_margin(margin, SRS, sd=sd_of_share(share)).completes == expected


def test_slovin_is_what_sipas_writes_and_buys_less_under_clustering() -> None:
    assert slovin(10_000, 0.05) == 385
    assert slovin(1_000_000, 0.05) == 400
    srs = Setting(population=10_000)
    assert margin_of(385, srs, sd=0.5) == pytest.approx(0.049, abs=0.0005)
    clustered = Setting(population=10_000, icc=0.05, take=20)
    assert clustered.deff == pytest.approx(1.95)
    assert margin_of(385, clustered, sd=0.5) == pytest.approx(0.0685, abs=0.0005)


@given(
    margin=st.floats(0.005, 0.2),
    share=st.floats(0.05, 0.95),
    population=st.one_of(st.just(math.inf), st.floats(500, 1e6)),
    icc=st.floats(0, 0.3),
    take=st.integers(1, 40),
)
def test_a_size_buys_the_margin_and_one_less_does_not(
    margin: float, share: float, population: float, icc: float, take: int
) -> None:
    setting = Setting(population=population, icc=icc, take=take)
    sd = sd_of_share(share)
    n = size_for_margin(margin, setting, sd=sd).completes
    assert margin_of(n, setting, sd=sd) <= margin * (1 + 1e-9)
    if n > 1:
        assert margin_of(n - 1, setting, sd=sd) > margin * (1 - 1e-9)


@given(cv=st.floats(0.01, 0.3), share=st.floats(0.05, 0.95))
def test_a_size_buys_the_coefficient_of_variation(cv: float, share: float) -> None:
    own = math.sqrt((1 - share) / share)
    n = size_for_cv(cv, SRS, population_cv=own).completes
    assert cv_of(n, SRS, population_cv=own) <= cv * (1 + 1e-9)


def test_nonresponse_and_areas_follow_from_the_completes() -> None:
    size = size_for_margin(0.05, Setting(icc=0.03, take=10, response=0.8), sd=0.5)
    assert size.completes == math.ceil(1.27 * 1.959963984540054**2 * 0.25 / 0.05**2)
    assert size.drawn == math.ceil(size.completes / 0.8)
    assert size.clusters == math.ceil(size.completes / 10)
    assert size.effective == pytest.approx(size.completes / 1.27)


@pytest.mark.parametrize(
    ("truth", "target", "power"), [(0.93, 0.90, 0.8), (0.85, 0.90, 0.8), (0.97, 0.90, 0.9)]
)
def test_the_size_proves_the_target_as_often_as_promised(
    truth: float, target: float, power: float
) -> None:
    n = size_to_prove(power, SRS, truth=truth, target=target).completes
    assert power_to_prove(n, SRS, truth=truth, target=target) >= power
    for more in range(n, n + 200, 7):
        assert power_to_prove(more, SRS, truth=truth, target=target) >= power
    assert power_to_prove(n - 1, SRS, truth=truth, target=target) < power


def test_the_power_is_that_of_repeated_surveys() -> None:
    """40,000 surveys: the share that proves lies within 4.9 SE (false alarm 1e-6)."""
    n, truth, target, rounds = 500, 0.93, 0.90, 40_000
    counts = np.random.default_rng(1).binomial(n, truth, rounds)
    reference = np.random.default_rng(2).binomial(n, target, 400_000)
    critical = next(c for c in range(n + 1) if (reference >= c).mean() <= 0.0497)
    promised = power_to_prove(n, SRS, truth=truth, target=target)
    shown = [(counts >= c).mean() for c in (critical - 1, critical, critical + 1)]
    tolerance = 4.9 * math.sqrt(promised * (1 - promised) / rounds)
    assert min(abs(share - promised) for share in shown) < tolerance


def test_a_census_proves_what_is_true() -> None:
    assert power_to_prove(500, Setting(population=500), truth=0.93, target=0.9) == 1.0


def test_overlapping_rounds_need_fewer_people() -> None:
    apart = size_for_change(0.8, SRS, before=0.80, after=0.85).completes
    shared = size_for_change(
        0.8, SRS, before=0.80, after=0.85, rounds=Rounds(overlap=0.5, correlation=0.6)
    ).completes
    assert apart == 903  # (1.960 + 0.842)² (0.16 + 0.1275) / 0.05²
    assert shared < 0.75 * apart
    assert power_of_change(apart, SRS, before=0.80, after=0.85) == pytest.approx(0.8, abs=0.001)


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"population": 0}, "population"),
        ({"icc": 1.2}, "icc"),
        ({"icc": math.nan}, "icc"),
        ({"take": 0.5}, "take"),
        ({"response": 0}, "response"),
        ({"confidence": 1}, "confidence"),
    ],
)
def test_a_setting_out_of_range_names_its_field(values: dict[str, float], field: str) -> None:
    with pytest.raises(SizeError) as refused:
        Setting(**values)
    assert [fault.field for fault in refused.value.faults] == [field]


def test_what_no_survey_can_answer_is_refused() -> None:
    with pytest.raises(SizeError, match="would need"):
        size_for_margin(1e-6, SRS, sd=0.5)
    with pytest.raises(SizeError, match="other than the target"):
        size_to_prove(0.8, SRS, truth=0.9, target=0.9)
    with pytest.raises(SizeError, match="not reached"):
        size_to_prove(0.8, SRS, truth=0.900001, target=0.9)
    with pytest.raises(SizeError):
        margin_of(600, Setting(population=500), sd=0.5)
