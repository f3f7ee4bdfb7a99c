"""AAPOR's rates: the worked categories, the order of the six, and empty fieldwork."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey_app.domain.dispositions import Disposition
from survey_app.domain.response_rates import outcome_counts, outcome_rates

DISPOSITIONS = st.dictionaries(
    st.sampled_from([code.value for code in Disposition]), st.integers(0, 500), min_size=1
)


def test_the_formulas_by_hand() -> None:
    """I=60, P=10, R=8 (6+2), NC=12, O=5, U=20, not eligible 15: e = 95/110."""
    counts = outcome_counts(
        {
            "1.1": 60,
            "1.2": 10,
            "2.11": 6,
            "2.12": 2,
            "2.2": 12,
            "2.32": 5,
            "3.18": 20,
            "4.6": 15,
            None: 70,
        }
    )
    assert (counts.eligible, counts.visited) == (95, 130)
    rates = outcome_rates(counts)
    e = 95 / 110
    assert rates.eligibility == pytest.approx(e)
    assert rates.response_1 == pytest.approx(60 / 115)
    assert rates.response_2 == pytest.approx(70 / 115)
    assert rates.response_3 == pytest.approx(60 / (95 + e * 20))
    assert rates.response_4 == pytest.approx(70 / (95 + e * 20))
    assert rates.response_5 == pytest.approx(60 / 95)
    assert rates.response_6 == pytest.approx(70 / 95)
    assert rates.cooperation == pytest.approx(70 / 83)
    assert rates.refusal == pytest.approx(8 / (95 + e * 20))
    assert rates.contact == pytest.approx(83 / (95 + e * 20))


@given(DISPOSITIONS)
def test_everybody_falls_into_one_category(found: dict[str | None, int]) -> None:
    assert outcome_counts(found).visited == sum(found.values())


@given(DISPOSITIONS)
def test_the_six_rates_are_ordered_shares(found: dict[str | None, int]) -> None:
    rates = outcome_rates(outcome_counts(found))
    odd = [rates.response_1, rates.response_3, rates.response_5]
    even = [rates.response_2, rates.response_4, rates.response_6]
    for series in (odd, even):
        known = [rate for rate in series if rate is not None]
        assert known == sorted(known) or known == pytest.approx(sorted(known))
        assert all(0 <= rate <= 1 + 1e-12 for rate in known)
    for less, more in zip(odd, even, strict=True):
        assert less is None or more is None or less <= more + 1e-12


def test_before_the_first_visit_there_is_no_rate() -> None:
    rates = outcome_rates(outcome_counts({None: 40}))
    assert set(vars(rates).values()) == {None}
