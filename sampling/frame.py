"""The validated list of units from which a sample is drawn (khung mẫu)."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from sampling.canonical import Table, frame_from_text, frame_to_text
from sampling.coverage import Coverage, coverage_of
from sampling.errors import FrameError
from sampling.frame_columns import ColumnReader, Ids

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


@dataclass(frozen=True)
class Level:
    """The units of one stage, e.g. all communes.

    Attributes
    ----------
    name : str
        What a unit is, e.g. ``commune``.
    unit : array of str or int
        Identifiers, unique in the level.
    parent : array of int or None
        Row of the unit's parent in the level above.
    stratum : array of int
        Place of the unit's stratum (tầng) in ``strata``.
    strata : tuple of str
        Stratum names in order of first appearance; ``("",)`` without strata.
    label : array of str or None
        Names for people to read.
    size : array of float or None
        Size measures; NaN only where excluded.
    count : array of int or None
        Listing numbers below the unit that have no rows of their own; 0 only where excluded.
    numbers : mapping of str to array of float
        Further columns of figures: coordinates, balancing variables, permanent random numbers.
    excluded : mapping of int to str
        Rows that cannot be drawn, each with its reason.
    """

    name: str
    unit: Ids
    parent: Integers | None
    stratum: NDArray[np.signedinteger]
    strata: tuple[str, ...]
    label: NDArray[np.str_] | None = None
    size: Floats | None = None
    count: Integers | None = None
    numbers: Mapping[str, Floats] = field(default_factory=dict)
    excluded: Mapping[int, str] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.unit)

    @cached_property
    def is_selectable(self) -> NDArray[np.bool_]:
        """Whether each row can be drawn."""
        selectable = np.ones(len(self), bool)
        selectable[list(self.excluded)] = False
        return selectable


@dataclass(frozen=True)
class Frame:
    """One level of units for each stage that has a list; immutable and valid.

    Build it by :meth:`from_columns`, add levels by :meth:`below`.
    """

    levels: tuple[Level, ...]

    @classmethod
    def from_columns(
        cls,
        unit: object,
        *,
        name: str = "unit",
        stratum: object = None,
        size: object = None,
        count: object = None,
        label: object = None,
        numbers: Mapping[str, object] | None = None,
        exclude: Mapping[str, str] | None = None,
    ) -> "Frame":
        """Make a frame of one level from columns (lists, numpy, pandas or Arrow columns).

        Parameters
        ----------
        unit : sequence of str or int
            Identifiers, unique.
        name : str
            What a unit is, e.g. ``commune``.
        stratum : sequence of str or int, optional
            Stratum of each unit.
        size : sequence of float, optional
            Size measure, positive; a missing one must be excluded by name, with a reason.
        count : sequence of int, optional
            How many listing numbers there are below each unit (households of a commune).
        label : sequence of str, optional
            Names for people to read.
        numbers : mapping of str to sequence of float, optional
            Further columns of figures, e.g. ``latitude``, ``longitude``.
        exclude : mapping of str to str, optional
            Units that cannot be drawn and the reason. They stay in the frame and its digest, and
            are counted as not covered.

        Raises
        ------
        FrameError
            With every fault found, by row.
        """
        return cls(()).below(
            name,
            unit,
            stratum=stratum,
            size=size,
            count=count,
            label=label,
            numbers=numbers,
            exclude=exclude,
        )

    def below(
        self,
        name: str,
        unit: object,
        *,
        parent: object = None,
        stratum: object = None,
        size: object = None,
        count: object = None,
        label: object = None,
        numbers: Mapping[str, object] | None = None,
        exclude: Mapping[str, str] | None = None,
    ) -> "Frame":
        """Return the frame with one more level under the last; ``parent`` names units of it."""
        reader = ColumnReader(unit)
        reader.read_exclusions(exclude or {})
        if self.levels:
            reader.read_parents(parent, self.levels[-1].unit, self.levels[-1].name)
        codes, strata = reader.read_strata(stratum)
        level = Level(
            name=reader.read_name(name, [level.name for level in self.levels]),
            unit=reader.unit,
            parent=reader.parent,
            stratum=codes,
            strata=strata,
            label=reader.read_labels(label),
            size=reader.read_sizes(size),
            count=reader.read_counts(count),
            numbers={
                key: reader.read_numbers(key, value) for key, value in (numbers or {}).items()
            },
            excluded=reader.excluded,
        )
        if reader.faults:
            raise FrameError(reader.faults)
        return Frame((*self.levels, level))

    @cached_property
    def digest(self) -> str:
        """SHA-256 of :meth:`to_text` in UTF-8, hexadecimal: what is published before the draw."""
        return hashlib.sha256(self.to_text().encode()).hexdigest()

    def coverage(self) -> Coverage:
        """Say how many units, and how much size, can be drawn, and what is left out and why."""
        level = self.levels[0]
        return coverage_of(
            [str(unit) for unit in level.unit[list(level.excluded)].tolist()],
            list(level.excluded.values()),
            level.stratum,
            level.strata,
            level.is_selectable,
            level.size,
        )

    def to_text(self) -> str:
        """Return the canonical form: tab-separated text, see :mod:`sampling.canonical`."""
        return frame_to_text([_table(self, at) for at in range(len(self.levels))])

    @classmethod
    def from_text(cls, text: str) -> "Frame":
        """Read the canonical form back, with every check of :meth:`from_columns`."""
        frame = cls(())
        for table in frame_from_text(text):
            columns = dict(table.columns)
            excluded = columns.pop("excluded", None)
            units = columns.pop("unit")
            frame = frame.below(
                table.name,
                units,
                parent=columns.pop("parent", None),
                stratum=columns.pop("stratum", None),
                size=columns.pop("size", None),
                count=columns.pop("count", None),
                label=columns.pop("label", None),
                numbers=dict(columns),
                exclude={}
                if excluded is None
                else {str(u): str(why) for u, why in zip(units, excluded, strict=True) if why},
            )
        return frame


def _table(frame: Frame, at: int) -> Table:
    """Return the columns of a level that are there, in canonical order."""
    level = frame.levels[at]
    columns: list[tuple[str, list[object]]] = [("unit", level.unit.tolist())]
    if level.parent is not None:
        columns.append(("parent", frame.levels[at - 1].unit[level.parent].tolist()))
    if level.strata != ("",):
        columns.append(("stratum", np.array(level.strata, object)[level.stratum].tolist()))
    for key, values in (("label", level.label), ("size", level.size), ("count", level.count)):
        if values is not None:
            columns.append((key, values.tolist()))
    columns += [(key, level.numbers[key].tolist()) for key in sorted(level.numbers)]
    if level.excluded:
        columns.append(("excluded", [level.excluded.get(row, "") for row in range(len(level))]))
    return Table(level.name, tuple((key, tuple(values)) for key, values in columns))
