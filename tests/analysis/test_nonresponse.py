"""Weighting-class adjustment."""

import numpy as np
import pyarrow as pa
import pytest

from analysis.errors import InvalidRequestError
from analysis.weighting.nonresponse import (
    NoRespondentsInClassError,
    adjust_for_nonresponse,
)


def drawn() -> pa.Table:
    return pa.table(
        {
            "psu": ["a"] * 5 + ["b"] * 4,
            "stratum": ["x"] * 9,
            "weight": [10.0, 10, 10, 10, 10, 5, 5, 5, 5],
            "outcome": [
                "respondent",
                "respondent",
                "nonrespondent",
                "ineligible",
                "unknown",
                "respondent",
                "respondent",
                "respondent",
                "nonrespondent",
            ],
        }
    )


def test_factors_by_hand() -> None:
    result = adjust_for_nonresponse(drawn(), weights="weight", disposition="outcome", classes="psu")
    # class a: 50 over 40 known -> 1.25; then eligible 37.5 over 25 -> 1.5
    # class b: all known; then 20 over 15 -> 4/3
    assert result.weights == pytest.approx(
        [18.75, 18.75, 0, 0, 0, 20 / 3, 20 / 3, 20 / 3, 0], rel=1e-14
    )
    factors = {(f.step, f.label): f.factor for f in result.factors}
    assert factors == pytest.approx(
        {
            ("unknown-eligibility", "a"): 1.25,
            ("unknown-eligibility", "b"): 1.0,
            ("nonresponse", "a"): 1.5,
            ("nonresponse", "b"): 4 / 3,
        }
    )


def test_weight_is_kept_but_for_the_ineligible() -> None:
    result = adjust_for_nonresponse(drawn(), weights="weight", disposition="outcome", classes="psu")
    assert result.weights.sum() == pytest.approx(70 - 12.5)


def test_response_rate_counts_part_of_the_unknown() -> None:
    result = adjust_for_nonresponse(drawn(), weights="weight", disposition="outcome", classes="psu")
    # 5 respondents, 2 nonrespondents, one unknown of whom 3/4 are eligible as among the known
    assert result.response_rate == pytest.approx(5 / (7 + 0.75))


def test_a_class_without_respondents_is_an_error_or_merges() -> None:
    table = drawn()
    k = table.column_names.index("outcome")
    table = table.set_column(k, "outcome", pa.array(["nonrespondent"] * 5 + ["respondent"] * 4))
    with pytest.raises(NoRespondentsInClassError) as lost:
        adjust_for_nonresponse(table, weights="weight", disposition="outcome", classes="psu")
    assert lost.value.label == "a"
    merged = adjust_for_nonresponse(
        table, weights="weight", disposition="outcome", classes="psu", fallback="stratum"
    )
    assert merged.weights == pytest.approx([0] * 5 + [17.5] * 4)
    assert all(f.merged for f in merged.factors if f.step == "nonresponse")


def test_thin_classes_merge_below_the_asked_number() -> None:
    result = adjust_for_nonresponse(
        drawn(),
        weights="weight",
        disposition="outcome",
        classes="psu",
        fallback="stratum",
        min_respondents=3,
    )
    final = [f for f in result.factors if f.step == "nonresponse"]
    assert {f.factor for f in final} == {final[0].factor}


def test_with_everybody_answering_the_weights_stay() -> None:
    table = drawn()
    k = table.column_names.index("outcome")
    table = table.set_column(k, "outcome", pa.array(["respondent"] * 9))
    result = adjust_for_nonresponse(
        table, weights="weight", disposition="outcome", classes=("psu", "stratum")
    )
    assert np.array_equal(result.weights, table["weight"].to_numpy())


def test_unknown_words_are_refused() -> None:
    table = drawn()
    k = table.column_names.index("outcome")
    table = table.set_column(k, "outcome", pa.array(["maybe"] * 9))
    with pytest.raises(InvalidRequestError, match="maybe"):
        adjust_for_nonresponse(table, weights="weight", disposition="outcome", classes="psu")


def test_fallback_must_contain_whole_classes() -> None:
    table = drawn().set_column(1, "stratum", pa.array(["x"] * 3 + ["y"] * 6))
    with pytest.raises(InvalidRequestError, match="fallback"):
        adjust_for_nonresponse(
            table, weights="weight", disposition="outcome", classes="psu", fallback="stratum"
        )
