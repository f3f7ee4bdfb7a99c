"""How many areas, and how many interviews in each: what money buys best (số điểm điều tra)."""

import math
from dataclasses import dataclass

from scipy.stats import norm

from sampling.errors import Fault, SizeError


@dataclass(frozen=True)
class Cost:
    """What a survey costs, in one currency.

    Attributes
    ----------
    fixed : float
        Whatever the size.
    area : float
        Each area: travel, permission, listing.
    interview : float
        Each interview.
    """

    area: float
    interview: float
    fixed: float = 0.0

    def __post_init__(self) -> None:
        faults = [
            Fault("cost-not-usable", field, str(value), f"Give a finite number {least}")
            for field, value, usable, least in (
                ("area", self.area, self.area >= 0, "of at least 0"),
                ("interview", self.interview, self.interview > 0, "above 0"),
                ("fixed", self.fixed, self.fixed >= 0, "of at least 0"),
            )
            if not (usable and math.isfinite(value))
        ]
        if faults:
            raise SizeError(faults)

    def of(self, areas: int, take: int) -> float:
        """Return the cost of ``areas`` areas with ``take`` interviews in each."""
        return self.fixed + areas * (self.area + take * self.interview)


@dataclass(frozen=True)
class Clusters:
    """A number of areas and of interviews in each.

    Attributes
    ----------
    areas, take : int
        Areas, and interviews in each.
    deff : float
        1 + (take − 1) ρ.
    effective : float
        Interviews of a simple random sample that would be as precise.
    cost : float
    """

    areas: int
    take: int
    deff: float
    effective: float
    cost: float

    def margin(self, *, sd: float, confidence: float = 0.95) -> float:
        """Return the margin of error of a mean whose values spread by ``sd``."""
        return float(norm.isf((1 - confidence) / 2)) * sd / math.sqrt(self.effective)


def best_take(cost: Cost, icc: float) -> float:
    """Return the interviews in each area that buy most precision, before rounding.

    ``b = √(c_a / c_i · (1 − ρ) / ρ)`` (Hansen, Hurwitz, Madow 1953, vol. I, ch. 6 sec. 10; Kish 1965,
    eq. 8.3.7), whatever the budget. At least 1; infinite where people of one area are no more alike
    than others.
    """
    _require_icc(icc)
    return max(1.0, math.sqrt(cost.area / cost.interview * (1 - icc) / icc)) if icc else math.inf


def clusters_for_budget(budget: float, cost: Cost, icc: float, *, largest_take: int) -> Clusters:
    """Return the most precise whole numbers of areas and interviews that the budget pays.

    Every take from 1 to ``largest_take`` is tried with the areas that it leaves money for, so the
    answer is the best there is, not the rounding of :func:`best_take`. Ties go to the cheaper, then
    to more areas.

    Raises
    ------
    SizeError
        When the budget does not pay two areas.
    """
    _require_icc(icc)
    options = []
    for take in range(1, largest_take + 1):
        areas = math.floor((budget - cost.fixed) / (cost.area + take * cost.interview) + 1e-9)
        if areas >= 2:
            options.append(_clusters(areas, take, cost, icc))
    if not options:
        raise SizeError(
            [Fault("budget-too-small", "budget", f"{budget:g} does not pay two areas", "Raise it")]
        )
    return max(options, key=lambda option: (round(option.effective, 9), -option.cost, option.areas))


def clusters_for_effective(
    effective: float, cost: Cost, icc: float, *, largest_take: int
) -> Clusters:
    """Return the cheapest whole numbers worth ``effective`` interviews drawn at random.

    Found like :func:`clusters_for_budget`, over every take; at least two areas.
    """
    _require_icc(icc)
    if not (math.isfinite(effective) and effective > 0):
        raise SizeError(
            [Fault("effective-not-usable", "effective", str(effective), "Give a number above 0")]
        )
    options = []
    for take in range(1, largest_take + 1):
        areas = max(2, math.ceil(effective * (1 + (take - 1) * icc) / take - 1e-9))
        options.append(_clusters(areas, take, cost, icc))
    return min(options, key=lambda option: (option.cost, -option.areas))


def _clusters(areas: int, take: int, cost: Cost, icc: float) -> Clusters:
    deff = 1 + (take - 1) * icc
    return Clusters(areas, take, deff, areas * take / deff, cost.of(areas, take))


def _require_icc(icc: float) -> None:
    if not 0 <= icc <= 1:
        raise SizeError([Fault("out-of-range", "icc", str(icc), "Give a number from 0 to 1")])
