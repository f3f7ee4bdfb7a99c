"""The lists that a stage draws from: one a stratum, or one a unit above and stratum."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sampling.allocation import allocate
from sampling.design import Design, Stage
from sampling.frame import Frame
from sampling.sample import StageDraw

Integers = NDArray[np.int64]


@dataclass(frozen=True)
class Lists:
    """The lists of one stage.

    Attributes
    ----------
    parent : array of int
        For each list the place of the unit above in the stage above's draw; −1 at the first stage.
    names : tuple of (str, str)
        Unit above and stratum of each list.
    units : array of int
        Units that can be drawn.
    takes : array of int
        Units to draw.
    start : array of int
        Where each list begins in ``rows``.
    rows : array of int or None
        Rows of the frame's level, list after list; None where units are counted.
    """

    parent: Integers
    names: tuple[tuple[str, str], ...]
    units: Integers
    takes: Integers
    start: Integers
    rows: Integers | None

    def rows_of(self, place: int) -> Integers:
        """Return the rows of one list."""
        assert self.rows is not None  # noqa: S101 - counted units are never asked for their rows
        start = int(self.start[place])
        return self.rows[start : start + int(self.units[place])]


def first_lists(frame: Frame, design: Design) -> Lists:
    """Return one list a stratum, with what the allocation takes from it."""
    level = frame.levels[0]
    rows = np.argsort(level.stratum, kind="stable")
    units = np.bincount(level.stratum, minlength=len(level.strata))
    if level.excluded:
        rows = rows[level.is_selectable[rows]]
        units = np.bincount(level.stratum[rows], minlength=len(level.strata))
    sizes = None
    if level.size is not None and design.allocation.measure == "size":
        sizes = np.bincount(
            level.stratum[rows], level.size[rows], minlength=len(level.strata)
        ).astype(np.float64)
    return Lists(
        parent=np.full(len(level.strata), -1, np.int64),
        names=tuple(("", stratum) for stratum in level.strata),
        units=units.astype(np.int64),
        takes=allocate(design.allocation, level.strata, units, sizes),
        start=np.cumsum(units) - units,
        rows=rows,
    )


def later_lists(frame: Frame, stage: Stage, at: int, above: StageDraw) -> Lists:
    """Return one list a unit drawn above and stratum of this stage's level, in that order."""
    drawn = above.unit
    parents = np.arange(len(drawn))
    ids = [str(unit) for unit in frame.levels[at - 1].unit[drawn].tolist()]
    if stage.counted:
        counts = frame.levels[at - 1].count
        assert counts is not None  # noqa: S101 - checked with the frame
        units = counts[drawn]
        takes = np.minimum(stage.take or 0, units)
        names = tuple((unit, "") for unit in ids)
        return Lists(parents, names, units, takes, np.zeros(len(units), np.int64), None)
    level = frame.levels[at]
    assert level.parent is not None  # noqa: S101 - levels below the first have parents
    strata = len(level.strata)
    group = level.parent * strata + level.stratum if strata > 1 else level.parent
    rows = np.flatnonzero(level.is_selectable) if level.excluded else np.arange(len(level))
    if level.excluded or bool((np.diff(group) < 0).any()):
        rows = rows[np.argsort(group[rows], kind="stable")]
    sizes = np.bincount(group[rows], minlength=len(frame.levels[at - 1]) * strata)
    starts = np.cumsum(sizes) - sizes
    wanted = (drawn[:, None] * strata + np.arange(strata)).ravel()
    units = sizes[wanted]
    return Lists(
        parent=np.repeat(parents, strata),
        names=tuple((unit, stratum) for unit in ids for stratum in level.strata),
        units=units,
        takes=np.minimum(np.tile(_takes(stage, level.strata), len(drawn)), units),
        start=starts[wanted],
        rows=rows,
    )


def _takes(stage: Stage, strata: Sequence[str]) -> Integers:
    asked = dict(stage.takes)
    return np.array([asked.get(s, 0) if stage.takes else stage.take for s in strata], np.int64)
