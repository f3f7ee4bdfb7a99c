"""Two independent ways to every variance must agree: rows, cells, and the jackknife."""

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analysis import Mean, Options, PooledShare, Ratio, Share, SurveyDesign, Total, analyse
from analysis.estimators import domain_df, domain_means, means, ratios, totals
from analysis.sources.arrays import Codes
from analysis.variance.replication import balanced, canty_davison, hadamard, jackknife, rao_wu
from analysis.weighting.calibration import Margin, calibrate, poststratify, rake

SETTINGS = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@st.composite
def samples(draw: st.DrawFn) -> tuple[pa.Table, dict[str, object]]:
    """A stratified two-stage sample with missing answers and a domain that crosses PSUs."""
    seed = draw(st.integers(0, 10_000))
    strata, psus = draw(st.integers(1, 4)), draw(st.integers(2, 5))
    take = draw(st.integers(2, 6))
    rng = np.random.default_rng(seed)
    psu = np.repeat(np.arange(strata * psus), take)
    n = len(psu)
    table = pa.table(
        {
            "stratum": psu // psus,
            "psu": psu,
            "person": np.arange(n),
            "weight": rng.uniform(1, 40, n),
            "N1": np.full(n, psus + int(rng.integers(0, 10))),
            "N2": np.full(n, take + int(rng.integers(0, 20))),
            "q": pa.array(rng.integers(1, 6, n), mask=rng.random(n) < 0.1, type=pa.int8()),
            "r": pa.array(rng.integers(1, 6, n), type=pa.int8()),
            "sex": np.array(["nam", "nữ"])[rng.integers(0, 2, n)],
        }
    )
    kind = draw(st.sampled_from(["replacement", "first stage", "two stages"]))
    arguments: dict[str, object] = {"psu": "psu"}
    if kind == "first stage":
        arguments["fpc"] = "N1"
    if kind == "two stages":
        arguments = {"psu": ("psu", "person"), "fpc": ("N1", "N2")}
    return table, {"strata": "stratum", "weights": "weight", **arguments}


@SETTINGS
@given(samples())
def test_cells_and_rows_agree(sample: tuple[pa.Table, dict[str, object]]) -> None:
    table, arguments = sample
    design = SurveyDesign.from_arrow(table, **arguments)  # type: ignore[arg-type]  # built above
    y, r = table["q"].to_numpy().astype(float), table["r"].to_numpy().astype(float)
    sex = np.array(table["sex"].to_pylist())
    requests = [Mean("q"), Share("q", (4, 5)), Total("q"), Ratio("q", "r")]
    result = analyse(design, table, requests, by=[(), "sex"])
    good = np.where(np.isnan(y), np.nan, y >= 4)
    for estimate in result:
        rows = np.ones(len(y), bool) if not estimate.domain else sex == estimate.domain["sex"]
        linear = {
            "mean": lambda rows=rows: means(design, y[:, None], rows),
            "share": lambda rows=rows: means(design, good[:, None], rows),
            "total": lambda rows=rows: totals(design, y[:, None], rows),
            "ratio": lambda rows=rows: ratios(design, y[:, None], r[:, None], rows),
        }[estimate.statistic]
        if estimate.estimate is None:
            continue
        by_rows = linear()
        assert estimate.estimate == pytest.approx(by_rows.values[0], rel=1e-12)
        if estimate.se is not None:
            se = np.sqrt(by_rows.covariance(design)[0, 0])
            assert estimate.se == pytest.approx(se, rel=1e-9, abs=1e-12 * abs(estimate.estimate))
            assert estimate.n == by_rows.n
        if estimate.domain:
            assert estimate.df == domain_df(design, rows)


@SETTINGS
@given(samples())
def test_domains_partition_the_total(sample: tuple[pa.Table, dict[str, object]]) -> None:
    table, arguments = sample
    design = SurveyDesign.from_arrow(table, **arguments)  # type: ignore[arg-type]  # built above
    result = analyse(design, table, [Total("r"), Total()], by=[(), "sex"])
    for name in ("r", "persons"):
        parts = [e for e in result if e.variable == name]
        whole = next(e for e in parts if not e.domain)
        assert sum(e.estimate or 0 for e in parts if e.domain) == pytest.approx(whole.estimate)


@SETTINGS
@given(samples())
def test_jackknife_of_a_total_is_the_linearised_variance(
    sample: tuple[pa.Table, dict[str, object]],
) -> None:
    table, arguments = sample
    arguments = {k: v for k, v in arguments.items() if k != "fpc"} | {"psu": "psu"}
    design = SurveyDesign.from_arrow(table, **arguments)  # type: ignore[arg-type]  # built above
    y = table["r"].to_numpy().astype(float)
    _, v = jackknife(design).estimate(lambda w: np.array([w @ y]))
    assert v[0, 0] == pytest.approx(totals(design, y[:, None]).covariance(design)[0, 0], rel=1e-9)


@SETTINGS
@given(samples())
def test_calibrated_margins_are_met_and_have_no_variance(
    sample: tuple[pa.Table, dict[str, object]],
) -> None:
    table, arguments = sample
    design = SurveyDesign.from_arrow(table, **arguments)  # type: ignore[arg-type]  # built above
    labels, codes = np.unique(table["sex"].to_pylist(), return_inverse=True)
    population = {str(label): 1000.0 * (i + 1) for i, label in enumerate(labels)}
    margin = Margin("sex", Codes(codes, tuple(str(v) for v in labels)), population)
    indicator = np.equal.outer(codes, np.arange(len(labels))).astype(float)
    for fitted in (
        poststratify(design, margin),
        rake(design, [margin]),
        calibrate(design, indicator, np.array(list(population.values()))),
    ):
        counted = totals(fitted, indicator)
        assert counted.values == pytest.approx(list(population.values()), rel=1e-9)
        assert np.all(np.diag(counted.covariance(fitted)) < 1e-12 * counted.values**2)


def test_domain_means_carry_their_covariance() -> None:
    rng = np.random.default_rng(4)
    psu = np.repeat(np.arange(30), 8)
    effect = rng.normal(0, 1, 30)[psu]
    table = {"psu": psu, "weight": np.ones(240)}
    design = SurveyDesign.from_arrow(table, psu="psu", weights="weight")
    both = domain_means(design, effect + rng.normal(0, 1, 240), np.tile([0, 1], 120), 2)
    assert both.covariance(design)[0, 1] > 0


@pytest.mark.parametrize("order", [1, 2, 3, 5, 12, 20, 33, 64, 100, 127])
def test_hadamard_rows_are_orthogonal(order: int) -> None:
    matrix = hadamard(order)
    n = len(matrix)
    assert order <= n < 2 * order + 4
    assert np.array_equal(matrix @ matrix.T, n * np.eye(n))
    assert np.all(matrix[0] == 1)


def test_brr_gives_every_psu_weight_and_no_replicate_twice() -> None:
    psu = np.arange(14)
    table = {"h": psu // 2, "psu": psu, "w": np.ones(14), "y": np.arange(14.0) ** 2}
    design = SurveyDesign.from_arrow(table, strata="h", psu="psu", weights="w")
    replicates = balanced(design)
    assert np.all(replicates.multipliers.sum(axis=1) == replicates.n_replicates)
    assert len({tuple(c) for c in replicates.multipliers.T.tolist()}) == replicates.n_replicates
    y = np.arange(14.0) ** 2
    _, v = replicates.estimate(lambda w: np.array([w @ y]))
    assert v[0, 0] == pytest.approx(totals(design, y[:, None]).covariance(design)[0, 0], rel=1e-12)


@pytest.mark.parametrize("method", [rao_wu, canty_davison])
def test_bootstraps_agree_with_the_linearised_variance(method: object) -> None:
    rng = np.random.default_rng(8)
    psu = np.repeat(np.arange(24), 3)
    table = {"h": psu // 6, "psu": psu, "w": rng.uniform(1, 3, 72), "N": np.full(72, 15)}
    y = rng.normal(5, 2, 72)
    design = SurveyDesign.from_arrow(table, strata="h", psu="psu", weights="w", fpc="N")
    replicates = method(design, 4000, np.random.default_rng(1))  # type: ignore[operator]  # a maker
    _, v = replicates.estimate(lambda w: np.array([w @ y]))
    assert v[0, 0] == pytest.approx(totals(design, y[:, None]).covariance(design)[0, 0], rel=0.1)


def test_pooled_share_is_a_ratio_of_sums_over_persons() -> None:
    rng = np.random.default_rng(2)
    table = {
        "psu": np.repeat(np.arange(20), 5),
        "w": rng.uniform(1, 9, 100),
        "a": rng.integers(1, 6, 100),
        "b": rng.integers(1, 6, 100),
    }
    design = SurveyDesign.from_arrow(table, psu="psu", weights="w")
    good = (table["a"] >= 4).astype(float) + (table["b"] >= 4)
    expected = ratios(design, good[:, None], np.full((100, 1), 2.0))
    pooled = analyse(
        design,
        table,
        [PooledShare("index", ("a", "b"), (4, 5))],
        options=Options(deff_without_replacement=False),
    )[0]
    assert pooled.estimate == pytest.approx(expected.values[0], rel=1e-13)
    assert pooled.se == pytest.approx(np.sqrt(expected.covariance(design)[0, 0]), rel=1e-11)
    deff = expected.deff(design, without_replacement=False)[0]
    assert pooled.deff == pytest.approx(deff, rel=1e-9)
