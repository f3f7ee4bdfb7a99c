"""How many units to take in each stratum: whole numbers that add up exactly."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from sampling.errors import AllocationError, Fault

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

Rule = Literal["equal", "proportional", "square-root", "neyman", "cost", "power", "fixed"]
Measure = Literal["units", "size"]


@dataclass(frozen=True)
class Allocation:
    """How a total is divided over the strata.

    Attributes
    ----------
    rule : str
        ``equal``; ``proportional`` to the measure X_h; ``square-root`` (∝ √X_h); ``neyman``
        (∝ X_h S_h); ``cost`` (∝ X_h S_h / √c_h); ``power`` (∝ CV_h X_h^q, Bankier 1988);
        ``fixed`` (as given).
    total : int or None
        Units to take over all strata; None with ``fixed``.
    measure : str
        What X_h counts: ``units`` of the frame or their total ``size``.
    minimum : int
        Least a stratum gets (all its units where it has fewer).
    maximum : int or None
        Most a stratum gets, take-all strata apart.
    take_all : tuple of str
        Strata taken whole.
    spread : tuple of (str, float)
        S_h with ``neyman`` and ``cost``, CV_h with ``power``, by stratum.
    cost : tuple of (str, float)
        Cost of a unit c_h, by stratum.
    exponent : float
        Bankier's q in [0, 1]: 0 favours strata alike, 1 the whole (Neyman).
    fixed : tuple of (str, int)
        Units to take, by stratum, with ``fixed``.
    """

    rule: Rule
    total: int | None = None
    measure: Measure = "units"
    minimum: int = 2
    maximum: int | None = None
    take_all: tuple[str, ...] = ()
    spread: tuple[tuple[str, float], ...] = ()
    cost: tuple[tuple[str, float], ...] = ()
    exponent: float = 0.5
    fixed: tuple[tuple[str, int], ...] = ()

    def __post_init__(self) -> None:
        faults = []
        if self.rule not in get_args(Rule):
            faults.append(_fault("rule-unknown", "rule", self.rule, f"One of {get_args(Rule)}"))
        if self.measure not in get_args(Measure):
            faults.append(
                _fault("measure-unknown", "measure", self.measure, f"One of {get_args(Measure)}")
            )
        if (self.total is None) != (self.rule == "fixed"):
            faults.append(
                _fault("total-or-fixed", "total", self.total, "Give a total, or fixed numbers")
            )
        if self.minimum < 0 or (self.maximum is not None and self.maximum < self.minimum):
            faults.append(
                _fault("bounds", "minimum", (self.minimum, self.maximum), "0 ≤ minimum ≤ maximum")
            )
        for field, pairs in (("spread", self.spread), ("cost", self.cost), ("fixed", self.fixed)):
            faults += [
                _fault("value-not-usable", field, value, "Give a finite number above 0", stratum)
                for stratum, value in pairs
                if not np.isfinite(value) or value < 0 or (field == "cost" and value == 0)
            ]
        if faults:
            raise AllocationError(faults)


def allocate(
    allocation: Allocation,
    strata: Sequence[str],
    units: Integers,
    sizes: Floats | None = None,
) -> Integers:
    """Divide the total over the strata.

    Parameters
    ----------
    allocation : Allocation
        The rule and its bounds.
    strata : sequence of str
        Names, in the order of the answer.
    units : array of int
        Units that can be drawn in each stratum.
    sizes : array of float, optional
        Total size of each stratum, for ``measure="size"``.

    Returns
    -------
    array of int
        Units to take; between the bounds, never above ``units``, adding up to the total exactly.

    Raises
    ------
    AllocationError
        With every stratum that lacks a figure, or when the bounds cannot meet the total.
    """
    units = np.asarray(units, np.int64)
    if allocation.rule == "fixed":
        return _fixed(allocation, strata, units)
    assert allocation.total is not None  # noqa: S101 - checked when the allocation was made
    _check_names(allocation, strata)
    whole = np.isin(np.array(strata, object), allocation.take_all)
    lower = np.where(whole, units, np.minimum(allocation.minimum, units))
    upper = np.where(whole, units, np.minimum(allocation.maximum or np.iinfo(np.int64).max, units))
    if not lower.sum() <= allocation.total <= upper.sum():
        raise AllocationError(
            [
                _fault(
                    "total-out-of-reach",
                    "total",
                    f"{allocation.total}, the bounds allow {lower.sum()} to {upper.sum()}",
                    "Change the total, the minimum, the maximum or the take-all strata",
                )
            ]
        )
    shares = divide(_claims(allocation, strata, units, sizes), allocation.total, lower, upper)
    return round_to_total(shares, allocation.total, lower, upper)


def divide(claims: Floats, total: float, lower: Integers, upper: Integers) -> Floats:
    """Divide ``total`` in proportion to claims within bounds: n_h = min(u_h, max(l_h, λ c_h)).

    λ is found exactly between the breakpoints l_h / c_h and u_h / c_h, where the sum, which grows
    with λ, passes the total. For claims N_h S_h this minimises the variance within the bounds
    (Wesołowski, Wieczorkowski, Wójciak 2022).
    """
    # a stratum without claim still gets something where the others are full
    claims = np.maximum(claims, (claims.max(initial=0.0) or 1.0) * 1e-12)
    breaks = np.unique(np.concatenate((lower / claims, upper / claims)))

    def reached(level: float) -> Floats:
        return np.asarray(np.clip(level * claims, lower, upper), np.float64)

    low, high = 0, len(breaks) - 1
    while low < high:
        middle = (low + high) // 2
        if reached(float(breaks[middle])).sum() < total:
            low = middle + 1
        else:
            high = middle
    above = reached(float(breaks[low]))
    below = reached(float(breaks[low - 1])) if low else lower.astype(np.float64)
    gap = float((above - below).sum())
    if gap == 0:
        return above
    return below + (above - below) * ((total - float(below.sum())) / gap)


def round_to_total(shares: Floats, total: int, lower: Integers, upper: Integers) -> Integers:
    """Round to whole numbers that add up to ``total``: the largest remainders go up.

    Ties go to the earlier stratum (Hamilton's method within bounds).
    """
    rounded = np.clip(np.floor(shares + 1e-9), lower, upper).astype(np.int64)
    while (missing := total - int(rounded.sum())) != 0:
        step = 1 if missing > 0 else -1
        free = rounded < upper if step > 0 else rounded > lower
        rest = np.where(free, step * (shares - rounded), -np.inf)
        best = np.argsort(-rest, kind="stable")[: min(abs(missing), int(np.count_nonzero(free)))]
        rounded[best] += step
    return rounded


def _claims(
    allocation: Allocation, strata: Sequence[str], units: Integers, sizes: Floats | None
) -> Floats:
    if allocation.rule == "equal":
        return np.ones(len(strata))
    if allocation.measure == "size":
        if sizes is None:
            raise AllocationError(
                [_fault("size-column-missing", "measure", "no sizes", "Give sizes, or use units")]
            )
        measure = np.asarray(sizes, np.float64)
    else:
        measure = units.astype(np.float64)
    if allocation.rule == "proportional":
        return measure
    if allocation.rule == "square-root":
        return np.asarray(np.sqrt(measure), np.float64)
    spread = _by_stratum("spread", allocation.spread, strata)
    if allocation.rule == "neyman":
        return measure * spread
    if allocation.rule == "cost":
        return measure * spread / np.sqrt(_by_stratum("cost", allocation.cost, strata))
    return spread * measure**allocation.exponent


def _by_stratum(field: str, pairs: Sequence[tuple[str, float]], strata: Sequence[str]) -> Floats:
    given = dict(pairs)
    missing = [stratum for stratum in strata if stratum not in given]
    if missing:
        raise AllocationError(
            [_fault("stratum-without-value", field, "none", "Give one", s) for s in missing]
        )
    return np.array([given[stratum] for stratum in strata], np.float64)


def _check_names(allocation: Allocation, strata: Sequence[str]) -> None:
    known = set(strata)
    pairs = (("spread", allocation.spread), ("cost", allocation.cost), ("fixed", allocation.fixed))
    named = [(field, stratum) for field, given in pairs for stratum, _ in given]
    named += [("take_all", stratum) for stratum in allocation.take_all]
    unknown = [(field, stratum) for field, stratum in named if stratum not in known]
    if unknown:
        raise AllocationError(
            [
                _fault("stratum-unknown", field, "not in the frame", "Correct the name", stratum)
                for field, stratum in unknown
            ]
        )


def _fixed(allocation: Allocation, strata: Sequence[str], units: Integers) -> Integers:
    _check_names(allocation, strata)
    takes = _by_stratum("fixed", allocation.fixed, strata).astype(np.int64)
    over = np.flatnonzero(takes > units).tolist()
    if over:
        raise AllocationError(
            [
                _fault(
                    "take-above-population",
                    "fixed",
                    f"{takes[at]} of {units[at]} units",
                    "Take at most the units there are",
                    strata[at],
                )
                for at in over
            ]
        )
    return takes


def _fault(code: str, field: str, found: object, mend: str, stratum: str | None = None) -> Fault:
    return Fault(code, field, str(found), mend, unit=stratum)
