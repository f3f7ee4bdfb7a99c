"""A whole population of households with their answers: the known truth behind a simulation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from survey_app.domain.questionnaire import Condition, Item, ItemType, Questionnaire
from survey_app.domain.questionnaire.specification import NO_OPINION

NOT_ASKED = -1
SATISFIED_FROM = 4
NO_OPINION_SHARE = 0.03
NOT_ELIGIBLE_SHARE = 0.02

# Standard deviations of the normal effects behind a rating: areas, persons, single answers.
AREA_SD, PERSON_SD, ANSWER_SD = 0.35, 0.8, 0.7
CUTS = np.array([-3.0, -2.1, -1.25, 0.6])

Ints = npt.NDArray[np.int64]
Codes = npt.NDArray[np.int16]
Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Population:
    """Every household of a frame.

    Attributes
    ----------
    area : int array (households)
        Place of the household's area in the frame.
    first : int array (areas + 1)
        Where each area's households begin.
    is_eligible : bool array (households)
        Whether somebody lives there who can be asked.
    answers : mapping of item code to int array (households)
        What each household would answer; −1 where it would not be asked.
    """

    area: Ints
    first: Ints
    is_eligible: Bools
    answers: dict[str, Codes]

    def household(self, area: int, listing_number: int) -> int:
        """Return the household with a listing number (from 1) of an area."""
        return int(self.first[area]) + listing_number - 1


def make_population(
    questionnaire: Questionnaire, sizes: Sequence[int], rng: np.random.Generator
) -> Population:
    """Make a population whose answers differ by area, person and item.

    Parameters
    ----------
    questionnaire : Questionnaire
    sizes : sequence of int
        Households of each area of the frame.
    rng : Generator
    """
    counts = np.asarray(sizes, dtype=np.int64)
    area = np.repeat(np.arange(len(counts)), counts)
    n = len(area)
    mood = (rng.normal(0, AREA_SD, len(counts))[area] + rng.normal(0, PERSON_SD, n)).astype(
        np.float32
    )
    answers: dict[str, Codes] = {}
    for item in questionnaire.items:
        if item.type is ItemType.OPEN_TEXT or item.type is ItemType.MANY_CHOICES:
            continue
        values = _answers(item, mood, area, len(counts), rng)
        if item.relevant is not None:
            values[~_holds(item.relevant, answers)] = NOT_ASKED
        answers[item.code] = values
    return Population(
        area=area,
        first=np.concatenate([[0], np.cumsum(counts)]),
        is_eligible=rng.random(n) >= NOT_ELIGIBLE_SHARE,
        answers=answers,
    )


def true_shares(
    population: Population,
    variables: dict[str, tuple[str, ...]],
    strata: Sequence[str],
) -> dict[str, dict[str, float]]:
    """Return the true share of answers 4–5 by variable, for the whole ("") and each stratum.

    Parameters
    ----------
    population : Population
    variables : mapping of a variable's name to the rating items pooled in it
    strata : sequence of str
        Stratum of each area of the frame.
    """
    names = np.asarray(strata)[population.area]
    found: dict[str, dict[str, float]] = {}
    for variable, items in variables.items():
        rows = [population.answers[item] for item in items]
        answered = sum(
            (((v >= 1) & (v <= 5) & population.is_eligible).astype(np.int64) for v in rows),
            np.zeros(len(names), dtype=np.int64),
        )
        good = sum(
            (
                ((v >= SATISFIED_FROM) & (v <= 5) & population.is_eligible).astype(np.int64)
                for v in rows
            ),
            np.zeros(len(names), dtype=np.int64),
        )
        found[variable] = {"": float(good.sum() / answered.sum())}
        for stratum in sorted(set(strata)):
            mine = names == stratum
            if answered[mine].sum():
                found[variable][stratum] = float(good[mine].sum() / answered[mine].sum())
    return found


def _answers(
    item: Item,
    mood: npt.NDArray[np.float32],
    area: Ints,
    areas: int,
    rng: np.random.Generator,
) -> Codes:
    n = len(mood)
    if item.type is ItemType.RATING5:
        level = rng.normal(0.0, 0.25) + rng.normal(0, 0.15, areas)[area]
        latent = mood + level + rng.normal(0, ANSWER_SD, n)
        values = (np.searchsorted(CUTS, latent) + 1).astype(np.int16)
    elif item.type is ItemType.YES_NO:
        chance = np.clip(rng.uniform(0.45, 0.85) + rng.normal(0, 0.1, areas), 0.05, 0.95)[area]
        values = (rng.random(n) < chance).astype(np.int16)
    elif item.type is ItemType.SINGLE_CHOICE:
        codes = np.array([option.code for option in item.options], dtype=np.int16)
        values = rng.choice(codes, n, p=rng.dirichlet(np.full(len(codes), 5.0)))
    else:
        values = rng.integers(item.minimum, item.maximum + 1, n).astype(np.int16)
    if item.no_opinion:
        values[rng.random(n) < NO_OPINION_SHARE] = NO_OPINION
    return values


def _holds(condition: Condition, answers: dict[str, Codes]) -> Bools:
    if condition.item is not None:
        return np.isin(answers[condition.item], condition.is_in)
    parts = np.stack([_holds(part, answers) for part in condition.all_of or condition.any_of])
    return np.asarray(
        np.all(parts, axis=0) if condition.all_of else np.any(parts, axis=0), dtype=np.bool_
    )
