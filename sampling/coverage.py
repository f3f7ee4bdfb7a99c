"""How much of the population the frame can reach."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class StratumCoverage:
    """Units and size of one stratum that can be drawn."""

    stratum: str
    units: int
    selectable: int
    size: float | None


@dataclass(frozen=True)
class Coverage:
    """What a frame covers and what it leaves out.

    Attributes
    ----------
    units, selectable : int
        Units listed, and those that can be drawn.
    strata : tuple of StratumCoverage
        The same by stratum, with the total size of the selectable units.
    gaps : tuple of (str, str)
        Units left out and the reason of each.
    """

    units: int
    selectable: int
    strata: tuple[StratumCoverage, ...]
    gaps: tuple[tuple[str, str], ...]


def coverage_of(
    excluded: Sequence[str],
    reasons: Sequence[str],
    codes: NDArray[np.signedinteger],
    strata: Sequence[str],
    is_selectable: NDArray[np.bool_],
    size: NDArray[np.float64] | None,
) -> Coverage:
    """Count units by stratum."""
    listed = np.bincount(codes, minlength=len(strata)).tolist()
    reached = np.bincount(codes[is_selectable], minlength=len(strata)).tolist()
    sizes: list[float | None] = [None] * len(strata)
    if size is not None:
        within = size[is_selectable]
        sizes = np.bincount(codes[is_selectable], within, minlength=len(strata)).tolist()
    return Coverage(
        units=len(codes),
        selectable=int(np.count_nonzero(is_selectable)),
        strata=tuple(
            StratumCoverage(*line) for line in zip(strata, listed, reached, sizes, strict=True)
        ),
        gaps=tuple(zip(excluded, reasons, strict=True)),
    )
