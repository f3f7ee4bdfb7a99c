"""How many people to ask (cỡ mẫu), and what a number of people buys: solved both ways.

Every size is of completed interviews; `Setting.drawn` adds those who will not answer. Clustering
enters by Kish's design effect 1 + (b - 1) ρ (Kish 1965, §5.4), the population by the finite
population correction (Cochran 1977, §4.4): Var = deff · S²/n · (1 - n/N).
"""

import math
from dataclasses import dataclass

from scipy.stats import binom, norm

from sampling.errors import Fault, SizeError

LARGEST = 10_000_000
"""Sizes above this are refused: the question cannot be answered by a survey."""


@dataclass(frozen=True)
class Setting:
    """The survey around a size.

    Attributes
    ----------
    population : float
        Persons in the population N; infinite when it does not matter.
    icc : float
        Intraclass correlation ρ: how alike people of one area answer.
    take : float
        Interviews in each area b.
    response : float
        Share of drawn persons who will answer.
    confidence : float
    other_deff : float
        Design effect of everything but clustering, e.g. unequal weights (Kish 1965, §11.2C).
    """

    population: float = math.inf
    icc: float = 0.0
    take: float = 1.0
    response: float = 1.0
    confidence: float = 0.95
    other_deff: float = 1.0

    def __post_init__(self) -> None:
        faults = [
            fault
            for fault in (
                _outside("population", self.population, 1, math.inf, closed_above=True),
                _outside("icc", self.icc, 0, 1, closed_below=True, closed_above=True),
                _outside("take", self.take, 1, math.inf, closed_below=True),
                _outside("response", self.response, 0, 1, closed_above=True),
                _outside("confidence", self.confidence, 0, 1),
                _outside("other_deff", self.other_deff, 0, math.inf),
            )
            if fault
        ]
        if faults:
            raise SizeError(faults)

    @property
    def deff(self) -> float:
        """Return the design effect: how many times simple random sampling's variance."""
        return self.other_deff * (1 + (self.take - 1) * self.icc)

    def drawn(self, completes: int) -> int:
        """Return how many persons to draw for so many completed interviews."""
        return min(math.ceil(completes / self.response), _whole(self.population))

    def clusters(self, completes: int) -> int:
        """Return how many areas so many completed interviews take."""
        return math.ceil(completes / self.take)

    @property
    def z(self) -> float:
        """Return the normal quantile of a two-sided interval."""
        return float(norm.ppf(0.5 + self.confidence / 2))


@dataclass(frozen=True)
class SampleSize:
    """A size and what it costs.

    Attributes
    ----------
    completes : int
        Interviews to complete.
    drawn : int
        Persons to draw.
    clusters : int
        Areas.
    deff : float
    effective : float
        Interviews of a simple random sample that would be as precise.
    """

    completes: int
    drawn: int
    clusters: int
    deff: float
    effective: float


def size_for_margin(margin: float, setting: Setting, *, sd: float) -> SampleSize:
    """Return the size whose interval for a mean is at most ± ``margin``.

    n = n₀ / (1 + n₀/N), n₀ = deff · (z S / d)² (Cochran 1977, eq. 4.4 with deff).

    Parameters
    ----------
    margin : float
        Half the width of the interval, in the units of the mean.
    setting : Setting
    sd : float
        Standard deviation S of the variable; of a share p it is √(p (1 - p)).

    Raises
    ------
    SizeError
        A value out of range, or a size above `LARGEST`.
    """
    _require(_outside("margin", margin, 0, math.inf), _outside("sd", sd, 0, math.inf))
    needed = setting.deff * (setting.z * sd / margin) ** 2
    return _sized(needed / (1 + needed / setting.population), setting, "margin", margin)


def margin_of(completes: int, setting: Setting, *, sd: float) -> float:
    """Return the half-width of the interval for a mean that a size buys: the other way round."""
    _require(_outside("n", completes, 1, setting.population, closed_below=True, closed_above=True))
    correction = 1 - completes / setting.population
    return setting.z * sd * math.sqrt(setting.deff * correction / completes)


def size_for_cv(cv: float, setting: Setting, *, population_cv: float) -> SampleSize:
    """Return the size whose estimate of a mean has a coefficient of variation of at most ``cv``.

    n₀ = deff · (CV_y / cv)² (Cochran 1977, §4.6); ``population_cv`` is S/Ȳ, of a share
    √((1 - p)/p).
    """
    _require(_outside("cv", cv, 0, math.inf), _outside("population_cv", population_cv, 0, math.inf))
    needed = setting.deff * (population_cv / cv) ** 2
    return _sized(needed / (1 + needed / setting.population), setting, "cv", cv)


def cv_of(completes: int, setting: Setting, *, population_cv: float) -> float:
    """Return the coefficient of variation that a size buys."""
    _require(_outside("n", completes, 1, setting.population, closed_below=True, closed_above=True))
    correction = 1 - completes / setting.population
    return population_cv * math.sqrt(setting.deff * correction / completes)


def power_to_prove(
    completes: int, setting: Setting, *, truth: float, target: float, alpha: float = 0.05
) -> float:
    """Return the chance of proving that a share is above its target (or below, if truth is).

    One-sided exact binomial test at the effective size n / (deff · (1 - n/N)): reject where the
    target itself would give so many answers with probability of at most ``alpha``. The exact test
    is used because targets lie near 1, where the normal approximation promises too much.
    """
    _require_proof(truth, target, alpha)
    _require(_outside("n", completes, 1, setting.population, closed_below=True, closed_above=True))
    correction = 1 - completes / setting.population
    if correction == 0:
        return 1.0
    return _exact_power(math.floor(completes / (setting.deff * correction)), truth, target, alpha)


def size_to_prove(
    power: float, setting: Setting, *, truth: float, target: float, alpha: float = 0.05
) -> SampleSize:
    """Return the size that proves a target with a given chance, and so does every larger one.

    The exact power saws up and down with n: the size returned lies beyond the last tooth that falls
    below ``power``.
    """
    _require_proof(truth, target, alpha)
    _require(_outside("power", power, 0, 1))

    def reaches(n: int) -> bool:
        return power_to_prove(n, setting, truth=truth, target=target, alpha=alpha) >= power

    start = max(1, math.ceil(_normal_size(power, truth, target, alpha) * setting.deff / 2))
    most = min(_whole(setting.population), LARGEST)
    high = min(start, most)
    while high < most and not all(reaches(n) for n in _ahead(high, most)):
        high = min(high * 2, most)
    if not reaches(high):
        raise SizeError(
            [
                Fault(
                    "out-of-reach",
                    "power",
                    f"{power} is not reached by {high} interviews",
                    "Ask for less power, a lower target or fewer per area",
                )
            ]
        )
    low = max(1, high // 4)
    best = high
    for n in range(high, low - 1, -1):  # down to the last size that fails
        if not reaches(n):
            break
        best = n
    return _sized(best, setting, "power", power)


@dataclass(frozen=True)
class Rounds:
    """Two rounds whose samples share persons or areas.

    Attributes
    ----------
    overlap : float
        Share π of the sample that is in both.
    correlation : float
        Correlation ρ of the answers of those in both.
    """

    overlap: float = 0.0
    correlation: float = 0.0

    def __post_init__(self) -> None:
        _require(
            _outside("overlap", self.overlap, 0, 1, closed_below=True, closed_above=True),
            _outside("correlation", self.correlation, -1, 1, closed_below=True, closed_above=True),
        )


def size_for_change(
    power: float,
    setting: Setting,
    *,
    before: float,
    after: float,
    rounds: Rounds | None = None,
    alpha: float = 0.05,
) -> SampleSize:
    """Return the size of each round that shows a change of a share, tested on two sides.

    Var(p₂ - p₁) = deff/n · (p₁q₁ + p₂q₂ - 2 π ρ √(p₁q₁p₂q₂)) (Kish 1965, §12.4); the normal
    approximation, without finite population correction.
    """
    _require_change(before, after, alpha)
    _require(_outside("power", power, 0, 1))
    unit = _change_variance(before, after, rounds or Rounds()) * setting.deff
    factor = float(norm.ppf(1 - alpha / 2) + norm.ppf(power))
    return _sized(unit * (factor / (after - before)) ** 2, setting, "power", power)


def power_of_change(
    completes: int,
    setting: Setting,
    *,
    before: float,
    after: float,
    rounds: Rounds | None = None,
    alpha: float = 0.05,
) -> float:
    """Return the chance that a change shows with so many interviews in each round."""
    _require_change(before, after, alpha)
    unit = _change_variance(before, after, rounds or Rounds()) * setting.deff
    shift = abs(after - before) / math.sqrt(unit / completes)
    return float(norm.cdf(shift - norm.ppf(1 - alpha / 2)))


def slovin(population: int, error: float) -> int:
    """Return Slovin's size n = N / (1 + N e²), as SIPAS uses it (Quyết định 2640/QĐ-BNV 2017).

    It is the size of a simple random sample for p = 0.5 with z rounded to 2. `margin_of` tells what
    it buys under a real design.
    """
    _require(
        _outside("population", population, 1, math.inf, closed_below=True),
        _outside("error", error, 0, 1),
    )
    return math.ceil(population / (1 + population * error**2) - 1e-9)


def sd_of_share(share: float) -> float:
    """Return the standard deviation of a yes-or-no answer, √(p (1 - p))."""
    _require(_outside("share", share, 0, 1))
    return math.sqrt(share * (1 - share))


def _exact_power(n: int, truth: float, target: float, alpha: float) -> float:
    if n < 1:
        return 0.0
    if truth < target:
        # As many or fewer: the same test on the unfavourable answers.
        truth, target = 1 - truth, 1 - target
    critical = int(binom.isf(alpha, n, target)) + 1
    return float(binom.sf(critical - 1, n, truth))


def _normal_size(power: float, truth: float, target: float, alpha: float) -> float:
    spread = norm.ppf(1 - alpha) * math.sqrt(target * (1 - target))
    spread += norm.ppf(power) * math.sqrt(truth * (1 - truth))
    return float((spread / (truth - target)) ** 2)


def _ahead(n: int, most: int) -> range:
    """Return sizes beyond ``n`` over several teeth of the exact power's saw."""
    return range(n, min(n + max(50, n // 4), most) + 1)


def _change_variance(before: float, after: float, rounds: Rounds) -> float:
    first, second = before * (1 - before), after * (1 - after)
    shared = 2 * rounds.overlap * rounds.correlation * math.sqrt(first * second)
    return first + second - shared


def _sized(needed: float, setting: Setting, field: str, asked: float) -> SampleSize:
    if needed > LARGEST:
        raise SizeError(
            [
                Fault(
                    "too-large",
                    field,
                    f"{asked} would need {needed:.3g} interviews",
                    "Ask for less precision",
                )
            ]
        )
    completes = min(max(1, math.ceil(needed - 1e-9)), _whole(setting.population))
    return SampleSize(
        completes=completes,
        drawn=setting.drawn(completes),
        clusters=setting.clusters(completes),
        deff=setting.deff,
        effective=completes / setting.deff,
    )


def _whole(population: float) -> int:
    return LARGEST if math.isinf(population) else math.floor(population)


def _require_proof(truth: float, target: float, alpha: float) -> None:
    _require(
        _outside("truth", truth, 0, 1),
        _outside("target", target, 0, 1),
        _outside("alpha", alpha, 0, 1),
        None
        if truth != target
        else Fault("no-difference", "truth", str(truth), "Give a truth other than the target"),
    )


def _require_change(before: float, after: float, alpha: float) -> None:
    _require(
        _outside("before", before, 0, 1),
        _outside("after", after, 0, 1),
        _outside("alpha", alpha, 0, 1),
        None
        if before != after
        else Fault("no-difference", "after", str(after), "Give another share than before"),
    )


def _require(*faults: Fault | None) -> None:
    found = [fault for fault in faults if fault]
    if found:
        raise SizeError(found)


def _outside(
    field: str,
    value: float,
    low: float,
    high: float,
    *,
    closed_below: bool = False,
    closed_above: bool = False,
) -> Fault | None:
    is_low = value > low or (closed_below and value == low)
    is_high = value < high or (closed_above and value == high)
    if is_low and is_high:  # never so for NaN
        return None
    left, right = "[" if closed_below else "(", "]" if closed_above else ")"
    return Fault("out-of-range", field, str(value), f"Give a value in {left}{low}, {high}{right}")
