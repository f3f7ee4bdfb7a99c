"""Who goes where (phân công điều tra viên): a proposal that a coordinator then edits.

Areas are given to interviewers so that the way they travel is short, as a transportation problem
(Hitchcock 1941) solved by HiGHS through ``scipy.optimize``; its solution is whole numbers, because
the matrix of areas and interviewers is totally unimodular. Nobody interviews where they live.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import asin, cos, radians, sin, sqrt
from typing import Final

import numpy as np
import numpy.typing as npt
from scipy.optimize import linprog
from scipy.sparse import coo_array

EARTH_KM: Final = 6371.0
SAME_PARENT_KM: Final = 15.0
"""Declared distance of two units without coordinates under the same unit."""
ELSEWHERE_KM: Final = 60.0
"""Declared distance of two units without coordinates under different units."""
LEFT_OVER: Final = 1e5
ROUNDS: Final = 4

Floats = npt.NDArray[np.float64]


class Obstacle(StrEnum):
    """Why an interviewer cannot take an area."""

    LIVES_THERE = "lives_there"
    LANGUAGE = "language"


@dataclass(frozen=True)
class Place:
    """Where something is: its unit, the unit above it, and its point where known."""

    unit_id: int
    parent_id: int | None
    latitude: float | None
    longitude: float | None


@dataclass(frozen=True)
class Area:
    """An area to give away; ``language`` is what many there speak, None if Vietnamese will do."""

    id: int
    place: Place
    language: str | None


@dataclass(frozen=True)
class Interviewer:
    """Who can take areas: up to ``capacity`` of them, in the languages they speak."""

    id: int
    home: Place | None
    languages: frozenset[str]
    capacity: int


@dataclass(frozen=True)
class Proposal:
    """A proposal.

    Attributes
    ----------
    chosen : mapping
        Area's id → interviewer's id; areas that nobody can take are left out.
    kilometres : mapping
        Interviewer's id → length of their round from home through their areas, straight lines.
    """

    chosen: Mapping[int, int]
    kilometres: Mapping[int, float]

    @property
    def total_kilometres(self) -> float:
        """The way of all interviewers together."""
        return sum(self.kilometres.values())


def obstacle(area: Area, interviewer: Interviewer) -> Obstacle | None:
    """Tell why an interviewer cannot take an area; None if they can."""
    if interviewer.home is not None and interviewer.home.unit_id == area.place.unit_id:
        return Obstacle.LIVES_THERE
    if area.language is not None and area.language not in interviewer.languages:
        return Obstacle.LANGUAGE
    return None


def propose(
    areas: Sequence[Area],
    interviewers: Sequence[Interviewer],
    report: Callable[[int, int], None] = lambda _done, _total: None,
) -> Proposal:
    """Propose who takes which area.

    Each round solves the transportation problem with the distances to the interviewers' centres,
    then moves each centre to the middle of home and areas (capacitated k-means; Bradley, Bennett
    and Demiriz 2000): so the areas of one interviewer lie near one another, not only near home.
    ``report(done, total)`` is told how far it is.
    """
    if not areas or not interviewers:
        return Proposal({}, {person.id: 0.0 for person in interviewers})
    between = np.array([[distance(a.place, b.place) for b in areas] for a in areas])
    home = np.array(
        [
            [distance(p.home, a.place) if p.home is not None else 0.0 for a in areas]
            for p in interviewers
        ]
    )
    cost = home.copy()
    best: tuple[float, dict[int, int], dict[int, float]] | None = None
    for turn in range(ROUNDS):
        report(turn, ROUNDS)
        given = _transport(areas, interviewers, cost)
        ways = {
            person.id: round_trip(
                home[at] if person.home is not None else None,
                between,
                [place for place, who in enumerate(given) if who == at],
            )
            for at, person in enumerate(interviewers)
        }
        chosen = {areas[place].id: interviewers[at].id for place, at in enumerate(given) if at >= 0}
        total = sum(ways.values()) + LEFT_OVER * (len(areas) - len(chosen))
        if best is None or total < best[0]:
            best = (total, chosen, ways)
        for at in range(len(interviewers)):
            mine = [place for place, who in enumerate(given) if who == at]
            if mine:
                # the mean distance from home and from the areas that are theirs already
                cost[at] = (home[at] + between[mine].sum(axis=0)) / (1 + len(mine))
    report(ROUNDS, ROUNDS)
    assert best is not None  # noqa: S101 — there is at least one round
    return Proposal(best[1], best[2])


def distance(one: Place, other: Place) -> float:
    """Return kilometres between two places: great circle, or declared by the tree of units."""
    if (
        one.latitude is not None
        and one.longitude is not None
        and other.latitude is not None
        and other.longitude is not None
    ):
        north, south = radians(one.latitude), radians(other.latitude)
        turn = radians(other.longitude - one.longitude)
        inner = sin((south - north) / 2) ** 2 + cos(north) * cos(south) * sin(turn / 2) ** 2
        return 2 * EARTH_KM * asin(min(1.0, sqrt(inner)))
    if one.unit_id == other.unit_id:
        return 0.0
    return SAME_PARENT_KM if one.parent_id == other.parent_id else ELSEWHERE_KM


def round_trip(home: Floats | None, between: Floats, places: Sequence[int]) -> float:
    """Return the length of a round through ``places``: always to the nearest next, and back home.

    ``home`` holds the distances from home to every place; without a home the round begins and ends
    at its first place.
    """
    if not places:
        return 0.0
    left = list(places)
    here = min(left, key=lambda place: home[place]) if home is not None else left[0]
    first, length = here, float(home[here]) if home is not None else 0.0
    left.remove(here)
    while left:
        following = min(left, key=lambda place: between[here, place])
        length += float(between[here, following])
        left.remove(following)
        here = following
    return length + (float(home[here]) if home is not None else float(between[here, first]))


def _transport(
    areas: Sequence[Area], interviewers: Sequence[Interviewer], cost: Floats
) -> list[int]:
    """Return each area's interviewer by position, −1 for those left over."""
    pairs = [
        (place, at)
        for place, area in enumerate(areas)
        for at, person in enumerate(interviewers)
        if obstacle(area, person) is None
    ]
    n, m = len(areas), len(interviewers)
    costs = np.array([cost[at, place] for place, at in pairs] + [LEFT_OVER] * n)
    columns = np.arange(len(pairs))
    rows = np.array([place for place, _ in pairs] + list(range(n)), dtype=np.int64)
    once = coo_array(
        (np.ones(len(pairs) + n), (rows, np.arange(len(pairs) + n))), shape=(n, len(costs))
    )
    holders = np.array([at for _, at in pairs], dtype=np.int64)
    held = coo_array((np.ones(len(pairs)), (holders, columns)), shape=(m, len(costs)))
    solved = linprog(
        costs,
        A_ub=held.tocsr(),
        b_ub=np.array([person.capacity for person in interviewers], dtype=np.float64),
        A_eq=once.tocsr(),
        b_eq=np.ones(n),
        bounds=(0, 1),
        method="highs-ds",
    )
    given = [-1] * n
    for column in np.flatnonzero(solved.x[: len(pairs)] > 0.5):
        place, at = pairs[int(column)]
        given[place] = at
    return given
