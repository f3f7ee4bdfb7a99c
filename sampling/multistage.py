"""Drawing a design from a frame: stages compose into probabilities and base weights."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sampling.allocation import allocate
from sampling.commitment import Commitment
from sampling.design import WITH_SIZES, Design, Stage
from sampling.errors import DesignError, Fault
from sampling.frame import Frame, Level
from sampling.probabilities import inclusion_probabilities
from sampling.randomness import SEPARATOR, Seed, stream, stream_keys
from sampling.reserve import reserve_order
from sampling.sample import Notice, Sample, StageDraw
from sampling.selection.pps_systematic import pps_systematic
from sampling.selection.srs import simple_random_many
from sampling.selection.systematic import systematic

Integers = NDArray[np.int64]


@dataclass(frozen=True)
class _Groups:
    """The lists one stage draws from: one a stratum, or one a unit above and stratum.

    ``rows`` is None where units are counted; otherwise the rows of list g are
    ``rows[start[g] : start[g] + units[g]]``.
    """

    parent: Integers
    names: tuple[tuple[str, str], ...]
    units: Integers
    takes: Integers
    start: Integers
    rows: Integers | None


def draw(frame: Frame, design: Design, seed: Seed, commitment: Commitment | None = None) -> Sample:
    """Draw the sample that frame, design and seed determine.

    Parameters
    ----------
    frame : Frame
        The units; its levels are the design's stages, but for a last counted one.
    design : Design
        What is drawn and how.
    seed : Seed
        Committed (secret and public value) for a real draw, an integer for simulations.
    commitment : Commitment, optional
        What was published before the draw; the draw is refused when anything differs from it.

    Raises
    ------
    DesignError
        When design and frame do not fit, with every reason.
    AllocationError
        When the allocation cannot be met.
    CommitmentError
        When frame, design or secret is not what was published.
    """
    if commitment is not None:
        commitment.check(frame, design, seed)
    _check_fit(frame, design)
    draws: list[StageDraw] = []
    notices: list[Notice] = []
    for at, stage in enumerate(design.stages):
        groups = _first_groups(frame, design) if at == 0 else _later_groups(frame, stage, at, draws)
        level = None if stage.counted else frame.levels[at]
        notices += _size_notices(stage, groups, at)
        if stage.method == "srs":
            drawn = _draw_srs(stage, at, groups, seed)
        else:
            drawn = _draw_listed(stage, at, groups, level, seed, notices)
        draws.append(drawn)
    return Sample(frame, design, seed, tuple(draws), tuple(notices))


def _draw_srs(stage: Stage, at: int, groups: _Groups, seed: Seed) -> StageDraw:
    """Draw simple random samples; the reserve goes on where the sample ends."""
    takes = np.minimum(groups.takes + stage.reserve, groups.units)
    keys = stream_keys(seed, [SEPARATOR.join(_path("select", at, *n)) for n in groups.names])
    chosen = simple_random_many(groups.units, takes, keys)
    chance = groups.takes / np.maximum(groups.units, 1)
    return _assemble(groups, chosen, takes, np.repeat(chance, groups.takes))


def _draw_listed(
    stage: Stage,
    at: int,
    groups: _Groups,
    level: Level | None,
    seed: Seed,
    notices: list[Notice],
) -> StageDraw:
    """Draw list by list, the reserve from what was not drawn."""
    chosen, probabilities = [], []
    for place, name in enumerate(groups.names):
        units, take = int(groups.units[place]), int(groups.takes[place])
        source = stream(seed, *_path("select", at, *name))
        sizes = None
        if stage.method in WITH_SIZES:
            assert level is not None  # noqa: S101 - the design refuses sizes of counted units
            assert level.size is not None  # noqa: S101 - checked with the frame
            assert groups.rows is not None  # noqa: S101
            start = int(groups.start[place])
            rows = groups.rows[start : start + units]
            sizes = level.size[rows]
            chance = inclusion_probabilities(sizes, take)
            picked = pps_systematic(chance, source)
            certain = np.flatnonzero(chance == 1.0)
            if len(certain) > 0 and take < units:
                named = tuple(str(unit) for unit in level.unit[rows[certain]].tolist())
                notices.append(Notice("certainty", stage.unit, _place(name), named))
        else:
            chance = np.full(units, take / max(units, 1))
            picked = systematic(units, take, source)
        probabilities.append(chance[picked])
        if stage.reserve:
            left = np.setdiff1d(np.arange(units), picked)
            spare = reserve_order(
                left,
                None if sizes is None else sizes[left],
                stage.reserve,
                stream(seed, *_path("reserve", at, *name)),
            )
            picked = np.concatenate((picked, spare))
        chosen.append(picked)
    totals = np.array([len(picked) for picked in chosen], np.int64)
    return _assemble(groups, chosen, totals, np.concatenate(probabilities))


def _assemble(
    groups: _Groups,
    chosen: Sequence[Integers],
    totals: Integers,
    probabilities: NDArray[np.float64],
) -> StageDraw:
    """Put lists' choices in columns; ``probabilities`` are those of the active units."""
    group = np.repeat(np.arange(len(totals)), totals)
    first = np.cumsum(totals) - totals
    order = np.arange(len(group)) - first[group] + 1
    reserve = np.maximum(order - groups.takes[group], 0)
    places = np.concatenate(chosen) if len(chosen) else np.empty(0, np.int64)
    active = reserve == 0
    chance = np.full(len(group), np.nan)
    chance[active] = probabilities
    unit = places + 1 if groups.rows is None else groups.rows[groups.start[group] + places]
    return StageDraw(unit, groups.parent[group], order, reserve, chance)


def _first_groups(frame: Frame, design: Design) -> _Groups:
    level = frame.levels[0]
    rows = np.argsort(level.stratum, kind="stable")
    if level.excluded:
        rows = rows[level.is_selectable[rows]]
    units = np.bincount(level.stratum, minlength=len(level.strata))
    if level.excluded:
        units = np.bincount(level.stratum[rows], minlength=len(level.strata))
    sizes = None
    if level.size is not None and design.allocation.measure == "size":
        sizes = np.bincount(
            level.stratum[rows], level.size[rows], minlength=len(level.strata)
        ).astype(np.float64)
    takes = allocate(design.allocation, level.strata, units, sizes)
    return _Groups(
        parent=np.full(len(level.strata), -1, np.int64),
        names=tuple(("", stratum) for stratum in level.strata),
        units=units.astype(np.int64),
        takes=takes,
        start=np.cumsum(units) - units,
        rows=rows,
    )


def _later_groups(frame: Frame, stage: Stage, at: int, draws: Sequence[StageDraw]) -> _Groups:
    above = draws[-1].unit
    parents = np.arange(len(above))
    ids = [str(unit) for unit in frame.levels[at - 1].unit[above].tolist()]
    if stage.counted:
        counts = frame.levels[at - 1].count
        assert counts is not None  # noqa: S101 - checked with the frame
        units = counts[above]
        takes = np.minimum(stage.take or 0, units)
        names = tuple((unit, "") for unit in ids)
        return _Groups(parents, names, units, takes, np.zeros(len(units), np.int64), None)
    level = frame.levels[at]
    assert level.parent is not None  # noqa: S101 - levels below the first have parents
    # lists are (unit above, stratum) pairs, in that order
    strata = len(level.strata)
    group = level.parent * strata + level.stratum if strata > 1 else level.parent
    rows = np.flatnonzero(level.is_selectable) if level.excluded else np.arange(len(level))
    if level.excluded or bool((np.diff(group) < 0).any()):
        rows = rows[np.argsort(group[rows], kind="stable")]
    sizes = np.bincount(group[rows], minlength=len(frame.levels[at - 1]) * strata)
    starts = np.cumsum(sizes) - sizes
    wanted = (above[:, None] * strata + np.arange(strata)).ravel()
    asked = dict(stage.takes)
    take = np.array([asked.get(s, 0) if stage.takes else stage.take for s in level.strata])
    units = sizes[wanted]
    return _Groups(
        parent=np.repeat(parents, strata),
        names=tuple((unit, stratum) for unit in ids for stratum in level.strata),
        units=units,
        takes=np.minimum(np.tile(take, len(above)), units),
        start=starts[wanted],
        rows=rows,
    )


def _size_notices(stage: Stage, groups: _Groups, at: int) -> list[Notice]:
    """Say where lists are taken whole, leave one unit to chance, or are too short."""
    notices = []
    whole = (groups.takes == groups.units) & (groups.units > 0)
    single = (groups.takes == 1) & (groups.units > 1)
    wanted = max([stage.take or 0, *(take for _, take in stage.takes)])
    codes = [("reserve-short", groups.units < groups.takes + stage.reserve)]
    if at == 0:
        codes += [("whole-stratum", whole), ("single-unit-stratum", single)]
    elif not stage.takes:
        codes += [("fewer-units-than-take", groups.units < wanted)]
    for code, where in codes:
        notices += [
            Notice(code, stage.unit, _place(groups.names[place]))
            for place in np.flatnonzero(where).tolist()
            if code != "reserve-short" or stage.reserve
        ]
    return notices


def _path(purpose: str, at: int, parent: str, stratum: str) -> tuple[str, ...]:
    """Name a stream of random numbers."""
    return (purpose, str(at + 1), parent, stratum)


def _place(name: tuple[str, str]) -> str:
    return "/".join(part for part in name if part)


def _check_fit(frame: Frame, design: Design) -> None:
    """Check that levels and stages correspond and the columns needed are there."""
    faults = []
    listed = [stage.unit for stage in design.stages if not stage.counted]
    names = [level.name for level in frame.levels]
    if listed != names:
        faults.append(
            Fault("levels-differ", "stages", f"{listed} for levels {names}",
                  "Give the design one stage for each level of the frame, in order")
        )  # fmt: skip
    for stage, level in zip(design.stages, frame.levels, strict=False):
        if stage.method in WITH_SIZES and level.size is None:
            faults.append(
                Fault("size-column-missing", "size", f"{stage.method} needs sizes",
                      "Give the frame a size column", unit=stage.unit)
            )  # fmt: skip
        unknown = [name for name, _ in stage.takes if name not in level.strata]
        faults += [
            Fault("stratum-unknown", "takes", name, "Correct the name", unit=stage.unit)
            for name in unknown
        ]
    if design.stages[-1].counted and frame.levels[-1].count is None:
        faults.append(
            Fault("count-column-missing", "count", "no listing numbers",
                  "Give the last level a count column", unit=design.stages[-1].unit)
        )  # fmt: skip
    if faults:
        raise DesignError(faults)
