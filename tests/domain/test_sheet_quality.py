"""Odd patterns among an area's sheets: found where planted, silent on ordinary answers."""

from __future__ import annotations

import numpy as np
import pytest

from survey_app.domain.sheet_quality import AlertKind, area_alerts

ITEMS, SHEETS, AREAS = 25, 12, 400


def ordinary(rng: np.random.Generator) -> np.ndarray:
    """Sheets whose ratings share a person's and an area's mood: correlated, as real ones are."""
    mood = 3.6 + 0.3 * rng.standard_normal() + 0.7 * rng.standard_normal((SHEETS, 1))
    return np.clip(np.rint(mood + rng.standard_normal((SHEETS, ITEMS))), 1, 5).astype(np.int32)


def kinds(sheets: np.ndarray, visited: int = 15, missing: int = 3) -> set[AlertKind]:
    return {a.kind for a in area_alerts(sheets, sheets, visited=visited, missing=missing)}


def test_ordinary_areas_raise_few_alarms() -> None:
    rng = np.random.default_rng(7)
    false = sum(bool(kinds(ordinary(rng))) for _ in range(AREAS))
    assert false / AREAS <= 0.01


@pytest.mark.parametrize("seed", range(5))
def test_planted_patterns_are_found(seed: int) -> None:
    rng = np.random.default_rng(seed)
    straight = ordinary(rng)
    straight[: SHEETS // 2] = rng.integers(3, 6, (SHEETS // 2, 1))
    assert AlertKind.STRAIGHT_LINED in kinds(straight)
    copied = ordinary(rng)
    copied[5] = copied[2]
    copied[5, 0] = 6 - copied[5, 0]  # one answer changed to hide the copy
    assert AlertKind.TWIN_SHEETS in kinds(copied)


def test_an_area_where_nobody_was_missed_is_told() -> None:
    rng = np.random.default_rng(1)
    assert kinds(ordinary(rng), missing=0) == {AlertKind.EVERYBODY_ANSWERED}


def test_answers_not_given_do_not_make_twins() -> None:
    empty = np.full((4, ITEMS), -1, np.int32)
    assert kinds(empty) == set()
    assert kinds(np.empty((0, ITEMS), np.int32), visited=0, missing=0) == set()
