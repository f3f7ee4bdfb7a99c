"""What was drawn: units with their probabilities and base weights."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from sampling.design import Design
from sampling.frame import Frame
from sampling.randomness import Seed


@dataclass(frozen=True, slots=True)
class Notice:
    """Something about the draw that the reader should know.

    Attributes
    ----------
    code : str
        ``certainty``, ``whole-stratum``, ``single-unit-stratum``, ``fewer-units-than-take``,
        ``reserve-short``.
    stage : str
        The stage's unit.
    place : str
        Stratum, or unit above, concerned.
    units : tuple of str
        Units concerned.
    """

    code: str
    stage: str
    place: str
    units: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Area:
    """A unit of the first stage that was drawn (địa bàn khảo sát).

    Attributes
    ----------
    unit, stratum : str
        Identifier and stratum.
    order : int
        Place in the order of the draw within the stratum, from 1.
    probability : float or None
        Inclusion probability at this stage; None for a reserve.
    is_certain : bool
        Whether the unit was too large to be left to chance.
    reserve_rank : int or None
        Place among the stratum's reserves, from 1; None when active.
    """

    unit: str
    stratum: str
    order: int
    probability: float | None
    is_certain: bool
    reserve_rank: int | None


@dataclass(frozen=True, slots=True)
class SampledUnit:
    """A unit of the last stage that was drawn.

    Attributes
    ----------
    area : str
        The first-stage unit it belongs to.
    path : tuple of str
        Identifiers of the units drawn above it, from the first stage.
    unit : str or int
        Identifier, or listing number where units have no rows.
    order : int
        Place in the order of the draw, from 1.
    stage_probabilities : tuple of float or None
        Inclusion probability at each stage given the stage above; None unless active.
    probability, weight : float or None
        Overall inclusion probability and its inverse; None unless active.
    reserve_rank : int or None
        Place among the reserves, from 1; None when not a reserve itself.
    is_active : bool
        Whether the unit and all above it are in the sample proper.
    """

    area: str
    path: tuple[str, ...]
    unit: str | int
    order: int
    stage_probabilities: tuple[float, ...] | None
    probability: float | None
    weight: float | None
    reserve_rank: int | None
    is_active: bool


@dataclass(frozen=True)
class StageDraw:
    """What one stage drew, as columns of equal length.

    Attributes
    ----------
    unit : array of int
        Row in the frame's level; the listing number, from 1, where units are counted.
    parent : array of int
        Place in the stage above's columns; −1 at the first stage.
    order : array of int
        Order of the draw within stratum or unit above, from 1, reserves after the others.
    reserve : array of int
        Rank among the reserves, 0 when not a reserve.
    probability : array of float
        Inclusion probability given the stage above; NaN for a reserve.
    """

    unit: NDArray[np.int64]
    parent: NDArray[np.int64]
    order: NDArray[np.int64]
    reserve: NDArray[np.int64]
    probability: NDArray[np.float64]


@dataclass(frozen=True)
class Sample:
    """A drawn sample.

    ``stages`` holds it as columns; ``areas`` and ``units`` are the same as objects.
    """

    frame: Frame
    design: Design
    seed: Seed
    stages: tuple[StageDraw, ...]
    notices: tuple[Notice, ...]

    @cached_property
    def active(self) -> tuple[NDArray[np.bool_], ...]:
        """For each stage, whether the units and all above them are in the sample proper."""
        found: list[NDArray[np.bool_]] = []
        for draw in self.stages:
            here = draw.reserve == 0
            found.append(here & found[-1][draw.parent] if found else here)
        return tuple(found)

    @cached_property
    def probability(self) -> NDArray[np.float64]:
        """Overall inclusion probability of each last-stage unit; NaN unless active."""
        overall = self.stages[0].probability
        for draw in self.stages[1:]:
            overall = overall[draw.parent] * draw.probability
        return overall

    @cached_property
    def weight(self) -> NDArray[np.float64]:
        """Base weight of each last-stage unit, 1 / probability; NaN unless active."""
        return 1.0 / self.probability

    @cached_property
    def areas(self) -> tuple[Area, ...]:
        """The first-stage units drawn, stratum by stratum in the order of the frame's strata."""
        level, draw = self.frame.levels[0], self.stages[0]
        return tuple(
            Area(
                str(unit),
                level.strata[stratum],
                order,
                None if reserve else probability,
                probability == 1.0,
                reserve or None,
            )
            for unit, stratum, order, probability, reserve in zip(
                level.unit[draw.unit].tolist(),
                level.stratum[draw.unit].tolist(),
                draw.order.tolist(),
                draw.probability.tolist(),
                draw.reserve.tolist(),
                strict=True,
            )
        )

    def names(self, stage: int) -> list[str | int]:
        """Return identifiers (text), or listing numbers, of what a stage drew."""
        drawn = self.stages[stage].unit
        if self.design.stages[stage].counted:
            return list(drawn.tolist())
        return [str(unit) for unit in self.frame.levels[stage].unit[drawn].tolist()]

    @cached_property
    def units(self) -> tuple[SampledUnit, ...]:
        """The last-stage units drawn, in the order of their areas."""
        last = len(self.stages) - 1
        paths: list[tuple[str, ...]] = [()] * len(self.stages[0].unit)
        chances: list[tuple[float, ...]] = [(p,) for p in self.stages[0].probability.tolist()]
        for at in range(1, last + 1):
            draw, above = self.stages[at], self.names(at - 1)
            parents = draw.parent.tolist()
            paths = [(*paths[parent], str(above[parent])) for parent in parents]
            chances = [
                (*chances[parent], p)
                for parent, p in zip(parents, draw.probability.tolist(), strict=True)
            ]
        draw = self.stages[last]
        return tuple(
            SampledUnit(
                area=path[0] if path else str(unit),
                path=path,
                unit=unit,
                order=order,
                stage_probabilities=chance if active else None,
                probability=probability if active else None,
                weight=1.0 / probability if active else None,
                reserve_rank=reserve or None,
                is_active=active,
            )
            for path, unit, order, chance, probability, reserve, active in zip(
                paths,
                self.names(last),
                draw.order.tolist(),
                chances,
                self.probability.tolist(),
                draw.reserve.tolist(),
                self.active[last].tolist(),
                strict=True,
            )
        )
