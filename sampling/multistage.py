"""Drawing a design from a frame: stages compose into probabilities and base weights."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from sampling.commitment import Commitment
from sampling.coordination import PermanentNumbers
from sampling.design import Design, Stage
from sampling.errors import DesignError, Fault
from sampling.frame import Frame, Level
from sampling.lists import Lists, first_lists, later_lists
from sampling.probabilities import inclusion_probabilities
from sampling.randomness import SEPARATOR, Seed, stream, stream_keys
from sampling.reserve import reserve_order
from sampling.sample import Notice, Sample, StageDraw
from sampling.selection.srs import simple_random_many

Integers = NDArray[np.int64]
Floats = NDArray[np.float64]


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
        lists = first_lists(frame, design) if at == 0 else later_lists(frame, stage, at, draws[-1])
        notices += _size_notices(stage, lists, at)
        if stage.method == "srs":
            drawn = _draw_srs(stage, at, lists, seed)
        else:
            level = None if stage.counted else frame.levels[at]
            drawn = _draw_listed(stage, at, lists, level, seed, notices)
        draws.append(drawn)
    return Sample(frame, design, seed, tuple(draws), tuple(notices))


def _draw_srs(stage: Stage, at: int, lists: Lists, seed: Seed) -> StageDraw:
    """Draw simple random samples, all lists together; the reserve goes on where a sample ends."""
    totals = np.minimum(lists.takes + stage.reserve, lists.units)
    keys = stream_keys(seed, [SEPARATOR.join(_path("select", at, *n)) for n in lists.names])
    chosen = simple_random_many(lists.units, totals, keys)
    chance = lists.takes / np.maximum(lists.units, 1)
    return _assemble(lists, chosen, lists.takes, np.repeat(chance, lists.takes))


def _draw_listed(
    stage: Stage, at: int, lists: Lists, level: Level | None, seed: Seed, notices: list[Notice]
) -> StageDraw:
    """Draw list by list, the reserve from what was not drawn."""
    chosen, probabilities, takes = [], [], []
    for place, name in enumerate(lists.names):
        units, take = int(lists.units[place]), int(lists.takes[place])
        sizes = _sizes(stage, level, lists, place)
        chance = (
            np.full(units, take / max(units, 1)) if sizes is None
            else inclusion_probabilities(sizes, take)
        )  # fmt: skip
        source = stream(seed, *_path("select", at, *name))
        if stage.permanent and level is not None:
            numbers = level.numbers[stage.permanent][lists.rows_of(place)]
            source = PermanentNumbers(numbers, stage.start)
        picked = stage.selection.choose(chance, take, source, _columns(stage, level, lists, place))
        probabilities.append(chance[picked])
        takes.append(len(picked))
        certain = np.flatnonzero(chance == 1.0)
        if sizes is not None and level is not None and len(certain) > 0 and take < units:
            named = level.unit[lists.rows_of(place)[certain]].tolist()
            notices.append(
                Notice("certainty", stage.unit, _place(name), tuple(str(unit) for unit in named))
            )
        if stage.reserve:
            left = np.setdiff1d(np.arange(units), picked)
            weights = None if sizes is None else sizes[left]
            spare = stream(seed, *_path("reserve", at, *name))
            picked = np.concatenate((picked, reserve_order(left, weights, stage.reserve, spare)))
        chosen.append(picked)
    return _assemble(lists, chosen, np.array(takes, np.int64), np.concatenate(probabilities))


def _sizes(stage: Stage, level: Level | None, lists: Lists, place: int) -> Floats | None:
    if level is None or level.size is None or not stage.follows_sizes:
        return None
    sizes: Floats = level.size[lists.rows_of(place)]
    return sizes


def _columns(stage: Stage, level: Level | None, lists: Lists, place: int) -> Floats:
    """Return the figures of the columns that the method uses, one row a unit of the list."""
    if level is None or not stage.columns:
        return np.empty((int(lists.units[place]), 0))
    rows = lists.rows_of(place)
    return np.column_stack([_figures(level, name)[rows] for name in stage.columns])


def _figures(level: Level, name: str) -> Floats:
    if name == "size" and level.size is not None:
        return level.size
    return level.numbers[name]


def _assemble(
    lists: Lists, chosen: Sequence[Integers], takes: Integers, probabilities: Floats
) -> StageDraw:
    """Put lists' choices in columns; the first ``takes`` of each are active, the others reserves.

    ``probabilities`` are those of the active units.
    """
    totals = np.array([len(picked) for picked in chosen], np.int64)
    group = np.repeat(np.arange(len(totals)), totals)
    first = np.cumsum(totals) - totals
    order = np.arange(len(group)) - first[group] + 1
    reserve = np.maximum(order - takes[group], 0)
    places = np.concatenate(chosen) if len(chosen) else np.empty(0, np.int64)
    active = reserve == 0
    chance = np.full(len(group), np.nan)
    chance[active] = probabilities
    unit = places + 1 if lists.rows is None else lists.rows[lists.start[group] + places]
    return StageDraw(unit, lists.parent[group], order, reserve, chance)


def _size_notices(stage: Stage, lists: Lists, at: int) -> list[Notice]:
    """Say where lists are taken whole, leave one unit to chance, or are too short."""
    notices = []
    whole = (lists.takes == lists.units) & (lists.units > 0)
    single = (lists.takes == 1) & (lists.units > 1)
    wanted = max([stage.take or 0, *(take for _, take in stage.takes)])
    codes = [("reserve-short", lists.units < lists.takes + stage.reserve)]
    if at == 0:
        codes += [("whole-stratum", whole), ("single-unit-stratum", single)]
    elif not stage.takes:
        codes += [("fewer-units-than-take", lists.units < wanted)]
    for code, where in codes:
        notices += [
            Notice(code, stage.unit, _place(lists.names[place]))
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
        faults += _column_faults(stage, level)
    if design.stages[-1].counted and frame.levels[-1].count is None:
        faults.append(
            Fault("count-column-missing", "count", "no listing numbers",
                  "Give the last level a count column", unit=design.stages[-1].unit)
        )  # fmt: skip
    if faults:
        raise DesignError(faults)


def _column_faults(stage: Stage, level: Level) -> list[Fault]:
    faults = [
        Fault("stratum-unknown", "takes", name, "Correct the name", unit=stage.unit)
        for name, _ in stage.takes
        if name not in level.strata
    ]
    needed = ["size"] if stage.follows_sizes else []
    needed += [*stage.columns, *([stage.permanent] if stage.permanent else [])]
    for name in dict.fromkeys(needed):
        if level.size is None if name == "size" else name not in level.numbers:
            faults.append(
                Fault(f"{'size-' if name == 'size' else ''}column-missing", name,
                      f"{stage.method} needs it", f"Give the frame the column {name}",
                      unit=stage.unit)
            )  # fmt: skip
    if stage.permanent in level.numbers:
        values = level.numbers[stage.permanent]
        outside = np.flatnonzero(~((values >= 0) & (values < 1)) & level.is_selectable)
        faults += [
            Fault("permanent-number-outside", stage.permanent, f"{values[row]:g}",
                  "Permanent random numbers lie in [0, 1)", row + 1, str(level.unit[row]))
            for row in outside.tolist()
        ]  # fmt: skip
    return faults
