"""What answer sheets of one area, side by side, say about how they were made.

No sheet knows its household, so an alert names an area (and so its enumerator), never a person.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations
from typing import Final

import numpy as np
import numpy.typing as npt

LEAST_RATINGS: Final = 5
STRAIGHT_SHARE: Final = 0.3
TWINS_FROM: Final = 0.95
LEAST_SHEETS: Final = 5


class AlertKind(StrEnum):
    """What looks odd: straight-lining (khoanh một cột), near-identical sheets, nobody missed."""

    STRAIGHT_LINED = "straight_lined"
    TWIN_SHEETS = "twin_sheets"
    EVERYBODY_ANSWERED = "everybody_answered"


@dataclass(frozen=True)
class Alert:
    """A pattern that a supervisor should look into; it proves nothing by itself.

    Attributes
    ----------
    kind : AlertKind
    found, among : int
        How many sheets (or pairs of sheets, or households) show it, and among how many.
    """

    kind: AlertKind
    found: int
    among: int


def area_alerts(
    ratings: npt.NDArray[np.int32], answers: npt.NDArray[np.int32], *, visited: int, missing: int
) -> list[Alert]:
    """Return what is odd among the sheets of one area.

    Parameters
    ----------
    ratings : array, shape (sheets, rating items)
        Values 1–5; others (−1, no opinion) are no rating.
    answers : array, shape (sheets, single-valued items)
        Every coded answer; −1 where not answered.
    visited : int
        Drawn households with an outcome.
    missing : int
        Of these, without an interview.

    Notes
    -----
    Straight-lined: at least `LEAST_RATINGS` ratings, all alike; told when more than
    `STRAIGHT_SHARE` of the sheets are. Twins: a pair of sheets alike in `TWINS_FROM` of the answers
    that either holds (Kuriakose and Robbins 2016, "Don't get duped", *Statistical Journal of the
    IAOS* 32: 283–291, use 85 % of over 100 questions; our sheets are shorter, so the bar is
    higher). Everybody answered: an area of `LEAST_SHEETS` households or more without one failure.
    """
    alerts = []
    valid = (ratings >= 1) & (ratings <= 5)
    many = valid.sum(axis=1) >= LEAST_RATINGS
    least = np.where(valid, ratings, 9).min(axis=1, initial=9)
    most = np.where(valid, ratings, 0).max(axis=1, initial=0)
    straight = int((many & (least == most)).sum())
    if int(many.sum()) >= LEAST_SHEETS and straight > STRAIGHT_SHARE * int(many.sum()):
        alerts.append(Alert(AlertKind.STRAIGHT_LINED, straight, int(many.sum())))
    twins = sum(_alike(answers[a], answers[b]) for a, b in combinations(range(len(answers)), 2))
    if twins:
        pairs = len(answers) * (len(answers) - 1) // 2
        alerts.append(Alert(AlertKind.TWIN_SHEETS, twins, pairs))
    if visited >= LEAST_SHEETS and missing == 0:
        alerts.append(Alert(AlertKind.EVERYBODY_ANSWERED, visited, visited))
    return alerts


def _alike(left: npt.NDArray[np.int32], right: npt.NDArray[np.int32]) -> bool:
    held = (left >= 0) | (right >= 0)
    return bool(held.any() and (left == right)[held].mean() >= TWINS_FROM)
