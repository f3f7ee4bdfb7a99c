"""Means, shares and pooled indices of a stratified cluster sample."""

import math

import numpy as np
import pyarrow as pa
import pytest

from analysis import (
    CautionCode,
    Mean,
    Options,
    PooledMean,
    PooledShare,
    Ratio,
    Share,
    ShareInterval,
    SurveyDesign,
    Total,
    analyse,
)
from analysis.errors import (
    ColumnMissingError,
    DrawnMismatchError,
    FpcBelowSampleError,
    InvalidFpcError,
    InvalidNumberError,
    InvalidRequestError,
    InvalidWeightsError,
    LonelyPsuError,
    MissingDesignValueError,
    PsuInTwoStrataError,
)


def households(seed: int = 1, rows: int = 400) -> pa.Table:
    rng = np.random.default_rng(seed)
    psu = rng.integers(0, 20, rows)
    psu[:20] = np.arange(20)
    answers = {
        f"q{j}": pa.array(rng.integers(1, 6, rows), mask=rng.random(rows) < 0.1, type=pa.int8())
        for j in range(1, 5)
    }
    return pa.table(
        {
            "stratum": np.where(psu < 8, "thành phố", "vùng cao"),
            "psu": psu,
            "weight": rng.uniform(5, 50, rows),
            "district": np.array(["Sa Pa", "Bát Xát", "Bảo Thắng"])[psu % 3],
            **answers,
        }
    )


def design_of(table: pa.Table, **more: object) -> SurveyDesign:
    return SurveyDesign.from_arrow(
        table,
        strata="stratum",
        psu="psu",
        weights="weight",
        **more,  # type: ignore[arg-type]  # keywords built by the test
    )


def test_mean_and_variance_follow_the_textbook_formula() -> None:
    table = households()
    estimate = analyse(design_of(table), table, [Mean("q1")])[0]
    y = table["q1"].to_numpy()
    seen = ~np.isnan(y)
    w = table["weight"].to_numpy() * seen
    y = np.where(seen, y, 0)
    mean = (w @ y) / w.sum()
    z = w * (y - mean) / w.sum()
    psu = table["psu"].to_numpy()
    variance = 0.0
    for members in (np.arange(8), np.arange(8, 20)):
        totals = np.array([z[psu == p].sum() for p in members])
        n = len(members)
        variance += n / (n - 1) * ((totals - totals.mean()) ** 2).sum()
    assert estimate.estimate == pytest.approx(mean, rel=1e-13)
    assert estimate.se == pytest.approx(math.sqrt(variance), rel=1e-12)
    assert estimate.df == 18
    assert estimate.n == int(seen.sum())


def test_pooled_share_is_the_share_of_all_answers_to_the_factor() -> None:
    table = households()
    items = ("q1", "q2", "q3")
    index = analyse(design_of(table), table, [PooledShare("access", items, (4, 5))])[0]
    w = table["weight"].to_numpy()
    good = answers = 0.0
    for item in items:
        y = table[item].to_numpy()
        good += float(w @ np.isin(y, (4, 5)))
        answers += float(w @ ~np.isnan(y))
    assert index.estimate == pytest.approx(good / answers, rel=1e-13)
    assert index.statistic == "pooled_share"
    assert index.ci_low is not None and index.ci_high is not None
    assert 0 < index.ci_low < good / answers < index.ci_high < 1


def test_pooling_one_item_is_that_item() -> None:
    table = households()
    requests = [
        PooledShare("one", ("q1",), (4, 5)),
        Share("q1", (4, 5)),
        PooledMean("one", ("q1",)),
        Mean("q1"),
    ]
    pooled, share, pooled_mean, mean = analyse(design_of(table), table, requests)
    for left, right in ((pooled, share), (pooled_mean, mean)):
        assert left.estimate == pytest.approx(right.estimate, rel=1e-13)
        assert left.se == pytest.approx(right.se, rel=1e-12)
        assert left.deff == pytest.approx(right.deff, rel=1e-10)
        assert left.n == right.n


def test_pooled_index_counts_the_clustering_of_answers_within_persons() -> None:
    table = households()
    copied = table.append_column("same", table["q1"])
    single, doubled = analyse(
        design_of(copied), copied, [Share("q1", (4, 5)), PooledShare("x", ("q1", "same"), (4, 5))]
    )
    assert doubled.se == pytest.approx(single.se, rel=1e-12)
    assert doubled.n == single.n


def test_several_groupings_come_from_one_call() -> None:
    table = households()
    result = analyse(
        design_of(table), table, [Mean("q1"), Share("q1", (4, 5))], by=[(), "district"]
    )
    assert len(result) == 2 + 6
    assert result.one("q1", "mean", {}).n == sum(
        e.n for e in result.select(statistic="mean") if e.domain
    )
    arrow = result.to_arrow()
    assert {"statistic", "variable", "district", "estimate", "cautions"} <= set(arrow.column_names)


def test_a_drawn_psu_without_answers_is_a_zero_and_not_absent() -> None:
    table = households()
    listing = pa.table(
        {
            "stratum": ["thành phố"] * 8 + ["vùng cao"] * 14,
            "psu": [*range(8), *range(8, 22)],
        }
    )
    with_zeros = analyse(design_of(table, drawn=listing), table, [Total("q1")])[0]
    without = analyse(design_of(table), table, [Total("q1")])[0]
    assert with_zeros.df == without.df + 2
    assert with_zeros.se is not None and without.se is not None
    assert with_zeros.se > without.se


def test_a_psu_with_answers_must_be_among_the_drawn() -> None:
    table = households()
    listing = pa.table({"stratum": ["vùng cao"] * 12, "psu": list(range(8, 20))})
    with pytest.raises(DrawnMismatchError):
        design_of(table, drawn=listing)


def test_a_stratum_where_nobody_answered_is_a_caution() -> None:
    table = households()
    listing = pa.table(
        {
            "stratum": ["thành phố"] * 8 + ["vùng cao"] * 12 + ["biên giới"],
            "psu": list(range(21)),
        }
    )
    estimate = analyse(design_of(table, drawn=listing), table, [Mean("q1")])[0]
    assert estimate.has_caution(CautionCode.STRATUM_WITHOUT_ANSWERS)


def test_census_has_no_variance() -> None:
    table = households()
    whole = table.append_column("N", pa.array(np.where(table["psu"].to_numpy() < 8, 8, 12)))
    estimate = analyse(design_of(whole, fpc="N"), whole, [Mean("q1")])[0]
    assert estimate.se == 0
    assert estimate.ci_low == estimate.estimate == estimate.ci_high


def test_rows_in_any_order_and_weights_times_a_constant_leave_means() -> None:
    table = households()
    order = np.random.default_rng(3).permutation(table.num_rows)
    shuffled = table.take(pa.array(order))
    k = table.column_names.index("weight")
    heavier = table.set_column(k, "weight", pa.array(table["weight"].to_numpy() * 7))
    wr = Options(deff_without_replacement=False)
    requests = [Mean("q1"), PooledShare("f", ("q1", "q2"), (4, 5))]
    base = analyse(design_of(table), table, requests, "district", wr)
    for other in (shuffled, heavier):
        for left, right in zip(
            base, analyse(design_of(other), other, requests, "district", wr), strict=True
        ):
            assert left.estimate == pytest.approx(right.estimate, rel=1e-12)
            assert left.se == pytest.approx(right.se, rel=1e-11)
            assert left.deff == pytest.approx(right.deff, rel=1e-9)


def test_domain_without_answers_is_a_flagged_row() -> None:
    table = households()
    k = table.column_names.index("q1")
    silent = pa.compute.if_else(pa.compute.equal(table["district"], "Sa Pa"), None, table["q1"])
    table = table.set_column(k, "q1", silent)
    result = analyse(design_of(table), table, [Mean("q1"), Share("q1", (4, 5))], by="district")
    for statistic in ("mean", "share"):
        empty = result.one("q1", statistic, {"district": "Sa Pa"})
        assert empty.estimate is None and empty.se is None and empty.ci_low is None
        assert empty.has_caution(CautionCode.EMPTY_DOMAIN)


def test_an_item_that_nobody_answered_is_flagged() -> None:
    table = households().append_column("q9", pa.nulls(400, pa.int8()))
    estimate = analyse(design_of(table), table, [Mean("q9")])[0]
    assert estimate.estimate is None and estimate.n == 0
    assert estimate.has_caution(CautionCode.EMPTY_DOMAIN)


def test_domain_in_one_psu_has_no_standard_error() -> None:
    table = households()
    only = np.where(table["psu"].to_numpy() == 3, "ở đây", "nơi khác")
    table = table.append_column("place", pa.array(only))
    estimate = analyse(design_of(table), table, [Mean("q1")], by="place").one(
        "q1", domain={"place": "ở đây"}
    )
    assert estimate.estimate is not None
    assert estimate.se is None and estimate.ci_low is None
    assert estimate.has_caution(CautionCode.NO_VARIANCE)


@pytest.mark.parametrize("share", [0.0, 1.0])
def test_share_of_none_or_all_has_a_one_sided_interval(share: float) -> None:
    table = households()
    k = table.column_names.index("q1")
    table = table.set_column(k, "q1", pa.array(np.full(400, 5 if share else 1), pa.int8()))
    estimate = analyse(design_of(table), table, [Share("q1", (4, 5))])[0]
    assert estimate.estimate == share
    assert estimate.has_caution(CautionCode.BOUNDARY_SHARE)
    assert estimate.method == "clopper-pearson"
    assert estimate.ci_low is not None and estimate.ci_high is not None
    width = estimate.ci_high - estimate.ci_low
    # exact binomial for at most n persons: never narrower than n would give
    assert width >= 1 - (0.025) ** (1 / 400)
    assert width < 0.05


def test_few_psus_and_few_persons_are_cautions() -> None:
    table = households(rows=24)
    k = table.column_names.index("psu")
    table = table.set_column(k, "psu", pa.array(np.arange(24) % 4))
    table = table.set_column(0, "stratum", pa.array(np.where(np.arange(24) % 4 < 2, "a", "b")))
    estimate = analyse(design_of(table), table, [Mean("q1")])[0]
    assert estimate.has_caution(CautionCode.FEW_PSUS)
    assert estimate.has_caution(CautionCode.SMALL_N)


def test_a_constant_item_has_no_design_effect() -> None:
    table = households().append_column("same", pa.array(np.full(400, 3), pa.int8()))
    estimate = analyse(design_of(table), table, [Mean("same")])[0]
    assert estimate.estimate == pytest.approx(3, rel=1e-14) and estimate.se == 0
    assert estimate.deff is None and estimate.has_caution(CautionCode.CONSTANT)


def test_coded_and_measured_items_give_the_same_figures() -> None:
    table = households()
    measured = table.append_column("x", table["q1"].cast(pa.float64()))
    coded, number = analyse(design_of(measured), measured, [Mean("q1"), Mean("x")], by=())
    assert coded.estimate == pytest.approx(number.estimate, rel=1e-13)
    assert coded.se == pytest.approx(number.se, rel=1e-11)
    assert coded.deff == pytest.approx(number.deff, rel=1e-10)


def test_text_codes_in_mixed_unicode_forms_are_one_domain() -> None:
    import unicodedata

    table = households()
    forms = ["NFC", "NFD"]
    mixed = [
        unicodedata.normalize(forms[i % 2], value)
        for i, value in enumerate(table["district"].to_pylist())
    ]
    table = table.set_column(table.column_names.index("district"), "district", pa.array(mixed))
    assert len(analyse(design_of(table), table, [Mean("q1")], by="district")) == 3


def test_ten_thousand_domains() -> None:
    table = households(rows=20_000)
    table = table.append_column("village", pa.array(np.arange(20_000) % 10_000))
    result = analyse(design_of(table), table, [Mean("q1")], by="village")
    assert len(result) == 10_000
    assert all(e.se is not None or e.cautions for e in result)


def test_lonely_psu_stops_or_follows_the_policy() -> None:
    table = households()
    alone = np.where(table["psu"].to_numpy() == 0, "một", table["stratum"].to_pylist())
    table = table.set_column(0, "stratum", pa.array(alone))
    with pytest.raises(LonelyPsuError) as stopped:
        analyse(design_of(table), table, [Mean("q1")])
    assert stopped.value.strata == ("một",)
    se = {}
    for policy in ("remove", "certainty", "adjust", "average", "collapse"):
        estimate = analyse(design_of(table, lonely_psu=policy), table, [Mean("q1")])[0]
        se[policy] = estimate.se or 0.0
        assert estimate.has_caution(CautionCode.LONELY_PSU) == (policy != "collapse")
    assert se["remove"] == se["certainty"] < min(se["adjust"], se["average"])
    assert se["collapse"] not in (se["remove"], 0.0)


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"weight": -1.0}, InvalidWeightsError),
        ({"weight": math.inf}, InvalidNumberError),
        ({"weight": None}, MissingDesignValueError),
        ({"stratum": None}, MissingDesignValueError),
        ({"stratum": "vùng cao"}, PsuInTwoStrataError),
    ],
)
def test_bad_design_columns_have_named_errors(change: dict[str, object], error: type) -> None:
    table = households()
    for name, value in change.items():
        values = table[name].to_pylist()
        values[0] = value
        table = table.set_column(table.column_names.index(name), name, pa.array(values))
    with pytest.raises(error):
        design_of(table)


def test_bad_fpc_has_named_errors() -> None:
    table = households()
    for counts, error in (
        (np.full(400, 5), FpcBelowSampleError),
        (np.zeros(400), InvalidFpcError),
        (np.where(table["psu"].to_numpy() < 8, 0.5, 60), InvalidFpcError),
    ):
        with pytest.raises(error):
            design_of(table.append_column("N", pa.array(counts)), fpc="N")


def test_unknown_columns_and_empty_requests_have_named_errors() -> None:
    table = households()
    with pytest.raises(ColumnMissingError, match="q77"):
        analyse(design_of(table), table, [Mean("q77")])
    with pytest.raises(InvalidRequestError):
        analyse(design_of(table), table, [])
    with pytest.raises(InvalidRequestError):
        Share("q1", ())


def test_share_interval_methods_differ_only_in_the_interval() -> None:
    table = households()
    results = [
        analyse(design_of(table), table, [Share("q1", (4, 5), interval=method)])[0]
        for method in ShareInterval
    ]
    assert len({r.estimate for r in results}) == 1
    assert len({r.ci_low for r in results}) == len(ShareInterval)
    assert all(r.ci_low < r.estimate < r.ci_high for r in results)  # type: ignore[operator]


def test_ratio_and_total_of_persons() -> None:
    table = households()
    ratio, persons = analyse(design_of(table), table, [Ratio("q1", "q2"), Total()])
    assert ratio.variable == "q1/q2"
    assert persons.estimate == pytest.approx(table["weight"].to_numpy().sum(), rel=1e-14)
