"""Variances of unequal probability samples: joint probabilities given or approximated."""

import numpy as np
import pyarrow as pa
import pytest

from analysis import Mean, SurveyDesign, Total, analyse
from analysis.design import PpsMethod
from analysis.errors import AnalysisError
from analysis.joint import with_joint_inclusion


@pytest.fixture
def sample() -> pa.Table:
    rng = np.random.default_rng(5)
    p = rng.uniform(0.05, 0.6, 12)
    return pa.table(
        {
            "unit": [f"u{k}" for k in rng.permutation(12)],
            "h": [0] * 5 + [1] * 7,
            "p": p,
            "y": 40 * p + rng.normal(0, 2, 12),
        }
    )


def simple_random_joint(n: int, population: int) -> np.ndarray:
    joint = np.full((n, n), n * (n - 1) / (population * (population - 1)))
    np.fill_diagonal(joint, n / population)
    return joint


@pytest.mark.parametrize("estimator", ["HT", "YG"])
def test_joint_probabilities_of_a_simple_random_sample_give_its_variance(estimator: str) -> None:
    y = np.array([3.0, 5.0, 4.0, 9.0, 2.0])
    rows = {"y": y, "p": np.full(5, 0.25), "N": np.full(5, 20)}
    design = SurveyDesign.from_arrow(
        rows,
        fpc="p",
        pps="joint",
        joint_probabilities=simple_random_joint(5, 20),
        joint_estimator=estimator,
    )
    plain = SurveyDesign.from_arrow(rows, fpc="N")
    got, want = (analyse(d, rows, [Total("y"), Mean("y")]) for d in (design, plain))
    assert [e.se for e in got] == pytest.approx([e.se for e in want], rel=1e-12)


@pytest.mark.parametrize("method", ["overton", "hartley-rao"])
@pytest.mark.parametrize("estimator", ["HT", "YG"])
def test_approximations_follow_their_formula(sample: pa.Table, method: str, estimator: str) -> None:
    design = SurveyDesign.from_arrow(
        sample, strata="h", psu="unit", fpc="p", pps=method, joint_estimator=estimator
    )
    p, h = sample["p"].to_numpy(), sample["h"].to_numpy()
    u = sample["y"].to_numpy() / p
    variance = 0.0
    for i in range(12):
        for j in range(12):
            if h[i] != h[j]:
                continue
            n = int((h == h[i]).sum())
            if method == "overton":
                inverse = (n - (p[i] + p[j]) / 2) / (n - 1)
            else:
                inverse = (n - p[i] - p[j] + p[h == h[i]].mean()) / (n - 1)
            delta = 1 - p[i] if i == j else 1 - inverse
            if estimator == "HT":
                variance += delta * u[i] * u[j]
            else:
                variance -= delta * (u[i] - u[j]) ** 2 / 2
    total = analyse(design, sample, [Total("y")]).one("y")
    assert total.se == pytest.approx(np.sqrt(variance), rel=1e-11)


def test_the_matrix_follows_the_rows_whatever_the_unit_codes(sample: pa.Table) -> None:
    rng = np.random.default_rng(1)
    p = sample["p"].to_numpy()
    joint = np.outer(p, p) * (1 - 0.05 * np.abs(rng.normal(size=(12, 12))))
    joint = (joint + joint.T) / 2
    np.fill_diagonal(joint, p)
    options = {"fpc": "p", "pps": "joint", "joint_probabilities": joint}
    by_row = SurveyDesign.from_arrow(sample, **options)
    by_unit = SurveyDesign.from_arrow(sample, psu="unit", **options)
    got, want = (analyse(d, sample, [Total("y")])[0].se for d in (by_unit, by_row))
    assert got == pytest.approx(want, rel=1e-12)


@pytest.mark.parametrize(
    "joint",
    [None, np.eye(3), np.full((12, 12), np.nan), np.triu(np.full((12, 12), 0.2))],
    ids=["none", "wrong size", "missing", "not symmetric"],
)
def test_unusable_joint_probabilities_are_refused(
    sample: pa.Table, joint: np.ndarray | None
) -> None:
    with pytest.raises(AnalysisError):
        SurveyDesign.from_arrow(sample, fpc="p", pps="joint", joint_probabilities=joint)


def test_joint_probabilities_serve_one_stage() -> None:
    rows = {"a": [1, 1, 2, 2], "b": [1, 2, 3, 4], "p": [0.5] * 4, "q": [0.5] * 4}
    design = SurveyDesign.from_arrow(rows, psu=["a", "b"], fpc=["p", "q"])
    with pytest.raises(AnalysisError, match="one stage"):
        with_joint_inclusion(design, PpsMethod.OVERTON)
