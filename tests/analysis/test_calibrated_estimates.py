"""Figures of calibrated designs: from cells as from rows, and R survey's digits."""

import numpy as np
import pyarrow as pa
import pytest

from analysis import Mean, Share, SurveyDesign, Total, analyse
from analysis.estimators import domain_means, means, totals
from analysis.sources.arrays import codes_of
from analysis.weighting.calibration import Margin, calibrate, poststratify, rake, standardise


@pytest.fixture
def rows() -> pa.Table:
    rng = np.random.default_rng(11)
    n = 600
    psu = rng.integers(0, 48, n)
    y = rng.integers(1, 6, n) + (psu % 3 == 0)
    answered = rng.random(n) > 0.05
    return pa.table(
        {
            "stratum": psu // 8,
            "psu": psu,
            "household": rng.integers(0, 10_000, n),
            "N1": np.full(n, 40),
            "N2": np.full(n, 500),
            "w": rng.uniform(20, 60, n),
            "sex": pa.array(np.where(rng.random(n) < 0.5, "F", "M")),
            "age": rng.integers(0, 4, n),
            "x": rng.normal(10, 2, n),
            "district": rng.integers(0, 5, n),
            "q": pa.array([int(v) if a else None for v, a in zip(y, answered, strict=True)]),
        }
    )


def raked(design: SurveyDesign, rows: pa.Table) -> SurveyDesign:
    size = float(design.weights.sum())
    sex, age = codes_of(rows, "sex"), codes_of(rows, "age")
    return rake(
        design,
        [
            Margin("sex", sex, {"F": 0.52 * size, "M": 0.48 * size}),
            Margin("age", age, {0: 0.2 * size, 1: 0.3 * size, 2: 0.25 * size, 3: 0.25 * size}),
        ],
    )


def adjusted(kind: str, design: SurveyDesign, rows: pa.Table) -> SurveyDesign:
    size = float(design.weights.sum())
    x = np.column_stack([np.ones(rows.num_rows), rows["x"].to_numpy()])
    match kind:
        case "post-stratified":
            sex = codes_of(rows, "sex")
            return poststratify(design, Margin("sex", sex, {"F": 0.5 * size, "M": 0.5 * size}))
        case "raked":
            return raked(design, rows)
        case "calibrated on a continuous variable":
            return calibrate(design, x, np.array([size, 10.1 * size]))
        case "constant within clusters":
            return calibrate(design, x, np.array([size, 10.05 * size]), constant_within_stage=1)
        case "standardised, then calibrated":
            age, sex = codes_of(rows, "age"), codes_of(rows, "sex")
            first = standardise(design, age, {0: 1, 1: 1, 2: 1, 3: 1}, sex)
            return calibrate(first, x, np.array([size, 10.1 * size]))
    return raked(design, rows).with_weights(raked(design, rows).weights.clip(25, 60))


@pytest.mark.parametrize("stages", ["with replacement", "two stages with fpc", "unclustered"])
@pytest.mark.parametrize(
    "kind",
    [
        "post-stratified",
        "raked",
        "calibrated on a continuous variable",
        "constant within clusters",
        "standardised, then calibrated",
        "raked, then trimmed",
    ],
)
def test_cells_give_what_rows_give(rows: pa.Table, kind: str, stages: str) -> None:
    declared = {
        "with replacement": {"psu": "psu"},
        "two stages with fpc": {"psu": ["psu", "household"], "fpc": ["N1", "N2"]},
        "unclustered": {},
    }[stages]
    plain = SurveyDesign.from_arrow(rows, weights="w", strata="stratum", **declared)
    design = adjusted(kind, plain, rows)
    table = analyse(design, rows, [Mean("q"), Share("q", (4, 5)), Total("x")], by=[(), "district"])
    q = rows["q"].to_numpy(zero_copy_only=False).astype(float)
    overall = means(design, q[:, None])
    assert table.one("q", "mean", {}).se == pytest.approx(
        np.sqrt(overall.covariance(design)[0, 0]), rel=1e-9
    )
    x = rows["x"].to_numpy()
    in_three = rows["district"].to_numpy() == 3
    total = totals(design, x[:, None], in_three)
    assert table.one("x", "total", {"district": 3}).se == pytest.approx(
        np.sqrt(total.covariance(design)[0, 0]), rel=1e-9
    )
    satisfied = np.where(np.isnan(q), np.nan, np.isin(q, (4, 5)))
    by = domain_means(design, satisfied, rows["district"].to_numpy(), 5)
    for d, se in enumerate(np.sqrt(np.diag(by.covariance(design)))):
        assert table.one("q", "share", {"district": d}).se == pytest.approx(se, rel=1e-9)


def test_svy_147_variance_ignored_calibration(rows: pa.Table) -> None:
    """A total that the weights were fitted to is known: its standard error is zero."""
    design = raked(SurveyDesign.from_arrow(rows, weights="w", strata="stratum", psu="psu"), rows)
    table = analyse(design, rows, [Total()], by=[(), "sex"])
    assert [estimate.se for estimate in table] == pytest.approx([0, 0, 0], abs=1e-6)


def test_many_domains_of_a_calibrated_design_are_taken_in_portions(rows: pa.Table) -> None:
    plain = SurveyDesign.from_arrow(rows, weights="w", strata="stratum", psu="psu")
    design = raked(plain, rows)
    by_household = analyse(design, rows, [Total("x")], by="household")
    one = by_household[150]
    inside = rows["household"].to_numpy() == one.domain["household"]
    expected = totals(design, rows["x"].to_numpy()[:, None], inside).covariance(design)[0, 0]
    if one.se is not None:
        assert one.se == pytest.approx(np.sqrt(expected), rel=1e-9)
    assert len(by_household) > 500
