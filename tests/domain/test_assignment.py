"""Proposals of who goes where: the rules always hold, and the way is short."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from survey_app.domain.assignment import (
    Area,
    Interviewer,
    Obstacle,
    Place,
    Proposal,
    distance,
    obstacle,
    propose,
)


def place(unit: int, latitude: float | None = None, longitude: float | None = None) -> Place:
    return Place(unit, unit // 10, latitude, longitude)


def problem(
    seed: int, areas: int, people: int, capacity: int
) -> tuple[list[Area], list[Interviewer]]:
    rng = np.random.default_rng(seed)
    points = rng.uniform((21.8, 103.5), (22.8, 104.6), (areas + people, 2)).tolist()
    languages = rng.choice(["hmn", "tay", ""], areas, p=[0.2, 0.1, 0.7]).tolist()
    return (
        [Area(n, place(n, *points[n]), languages[n] or None) for n in range(areas)],
        [
            Interviewer(
                1000 + n,
                place(int(rng.integers(areas)), *points[areas + n]),
                frozenset(rng.choice(["hmn", "tay"], 1).tolist() if n % 2 else ["hmn", "tay"]),
                capacity,
            )
            for n in range(people)
        ],
    )


def assert_rules_hold(areas: list[Area], people: list[Interviewer], found: Proposal) -> None:
    by_id = {person.id: person for person in people}
    load = Counter(found.chosen.values())
    assert all(load[person.id] <= person.capacity for person in people)
    for area in areas:
        if area.id in found.chosen:
            assert obstacle(area, by_id[found.chosen[area.id]]) is None


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 12), st.integers(1, 4), st.integers(0, 4))
def test_the_rules_hold_whatever_the_problem(
    seed: int, areas: int, people: int, capacity: int
) -> None:
    some, persons = problem(seed, areas, people, capacity)
    assert_rules_hold(some, persons, propose(some, persons))


def test_everything_that_can_be_given_is_given() -> None:
    areas, people = problem(3, 60, 20, 4)
    found = propose(areas, people)
    assert len(found.chosen) == 60
    assert_rules_hold(areas, people, found)


def test_the_way_is_a_fraction_of_a_random_assignment_s() -> None:
    """As a ratio against chance: 200 random assignments that keep the capacities."""
    areas, people = problem(5, 60, 20, 3)
    areas = [Area(area.id, area.place, None) for area in areas]
    found = propose(areas, people)
    rng = np.random.default_rng(1)
    from survey_app.domain.assignment import round_trip

    between = np.array([[distance(a.place, b.place) for b in areas] for a in areas])
    lengths = []
    for _ in range(200):
        order = rng.permutation(60).reshape(20, 3)
        lengths.append(
            sum(
                round_trip(
                    np.array([distance(person.home, a.place) for a in areas])
                    if person.home
                    else None,
                    between,
                    mine.tolist(),
                )
                for person, mine in zip(people, order, strict=True)
            )
        )
    assert found.total_kilometres < 0.5 * min(lengths)


def test_nobody_interviews_at_home_nor_in_a_language_unknown() -> None:
    lan = Interviewer(1, place(7), frozenset({"tay"}), 5)
    assert obstacle(Area(1, place(7), None), lan) is Obstacle.LIVES_THERE
    assert obstacle(Area(2, place(8), "hmn"), lan) is Obstacle.LANGUAGE
    assert obstacle(Area(3, place(8), "tay"), lan) is None
    assert propose([Area(1, place(7), None)], [lan]).chosen == {}


def test_without_coordinates_the_tree_says_what_is_near() -> None:
    near, far = Area(1, place(12), None), Area(2, place(45), None)
    lan = Interviewer(1, place(11), frozenset(), 1)
    mai = Interviewer(2, place(46), frozenset(), 1)
    assert propose([near, far], [lan, mai]).chosen == {1: 1, 2: 2}


@pytest.mark.parametrize(("areas", "people"), [(0, 3), (3, 0)])
def test_nothing_to_give_or_nobody_to_take(areas: int, people: int) -> None:
    some, persons = problem(1, 3, 3, 1)
    assert propose(some[:areas], persons[:people]).chosen == {}


def test_the_distance_of_lao_cai_and_sa_pa() -> None:
    """Lào Cai (22.4856, 103.9707) to Sa Pa (22.3364, 103.8438): 21.1 km as the crow flies."""
    assert distance(place(1, 22.4856, 103.9707), place(2, 22.3364, 103.8438)) == pytest.approx(
        21.1, abs=0.2
    )
