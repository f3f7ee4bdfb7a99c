"""Named errors of the sampling package: what, where, and how to mend it, as data."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong with one place of a frame, a design or an allocation.

    Attributes
    ----------
    code : str
        Stable name of the kind of fault, for catalogues and tests.
    field : str
        The column or setting concerned.
    problem : str
        What was found.
    mend : str
        What the caller can do.
    row : int or None
        Row number, the first row of data being 1.
    unit : str or None
        The unit, stratum or stage concerned.
    """

    code: str
    field: str
    problem: str
    mend: str
    row: int | None = None
    unit: str | None = None

    def __str__(self) -> str:
        place = "" if self.row is None else f"row {self.row}, "
        who = "" if self.unit is None else f" of {self.unit}"
        return f"{place}{self.field}{who}: {self.problem}. {self.mend}."


class SamplingError(Exception):
    """Base of every error raised by this package.

    Attributes
    ----------
    faults : tuple of Fault
        Everything found wrong, all at once.
    """

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(faults)
        shown = "\n".join(str(fault) for fault in self.faults[:20])
        more = len(self.faults) - 20
        super().__init__(shown + (f"\n… and {more} more" if more > 0 else ""))


class FrameError(SamplingError):
    """The list of units cannot be drawn from as it stands."""


class DesignError(SamplingError):
    """The design contradicts itself or the frame."""


class AllocationError(SamplingError):
    """The sample cannot be divided over the strata as asked."""


class SelectionError(SamplingError):
    """A selection method was given numbers it cannot draw with."""


class SeedError(SamplingError):
    """The seed is too weak, or was used for another draw."""


class CommitmentError(SamplingError):
    """Frame, design or secret is not what was published before the draw."""


class RecordError(SamplingError):
    """A draw record cannot be read."""


class SizeError(SamplingError):
    """A sample size question has no answer with these figures."""
