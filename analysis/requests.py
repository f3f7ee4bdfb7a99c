"""What can be asked of a table: each request is a ratio of two weighted sums, or one sum."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

from analysis.errors import InvalidRequestError
from analysis.intervals import ShareInterval
from analysis.quantiles import QuantileInterval, QuantileRule


@dataclass(frozen=True)
class Mean:
    """Weighted mean of an item over the persons who answered it."""

    item: str
    name: str | None = None


@dataclass(frozen=True)
class Share:
    """Share of persons whose answer lies in ``levels``, among those who answered.

    Examples
    --------
    ``Share("q1", levels=(4, 5))`` is the percentage satisfied (tỷ lệ hài lòng) of an item.
    """

    item: str
    levels: tuple[object, ...]
    name: str | None = None
    interval: ShareInterval = ShareInterval.LOGIT

    def __post_init__(self) -> None:
        _require_levels(self.item, self.levels)


@dataclass(frozen=True)
class Total:
    """Estimated population total of an item; of persons when ``item`` is None."""

    item: str | None = None
    name: str | None = None


@dataclass(frozen=True)
class Ratio:
    """Ratio of two totals over the persons who answered both."""

    numerator: str
    denominator: str
    name: str | None = None


@dataclass(frozen=True)
class PooledShare:
    """Share of the answers in ``levels`` over all answers to several items.

    This is the SIPAS index of a factor: answers 4–5 over all answers to the factor's
    criteria. It is a ratio of two sums over persons, so persons who answered more criteria
    count for more, and the answers of one person are not taken as independent.
    """

    name: str
    items: tuple[str, ...]
    levels: tuple[object, ...]
    interval: ShareInterval = ShareInterval.LOGIT

    def __post_init__(self) -> None:
        _require_items(self.name, self.items)
        _require_levels(self.name, self.levels)


@dataclass(frozen=True)
class PooledMean:
    """Mean of all answers to several items, each answer counting once."""

    name: str
    items: tuple[str, ...]

    def __post_init__(self) -> None:
        _require_items(self.name, self.items)


@dataclass(frozen=True)
class Quantile:
    """Value that a share p of the population does not exceed (0.5: the median)."""

    item: str
    p: float
    name: str | None = None
    rule: QuantileRule = QuantileRule.MATH
    interval: QuantileInterval = QuantileInterval.MEAN

    def __post_init__(self) -> None:
        if not 0 <= self.p <= 1:
            raise InvalidRequestError(self.item, f"p = {self.p!r}", "Give a share between 0 and 1")


CellRequest: TypeAlias = Mean | Share | Total | Ratio | PooledShare | PooledMean
"""Figures that sums by cell determine."""

Request: TypeAlias = CellRequest | Quantile

Grouping: TypeAlias = str | tuple[str, ...]
"""One column, or several to be crossed; the empty tuple is the whole population."""


@dataclass(frozen=True)
class Options:
    """Choices that hold for a whole call.

    Attributes
    ----------
    confidence : float
        Level of every interval.
    deff_without_replacement : bool
        Whether the design effect's reference is a simple random sample without replacement
        (R survey's ``deff=TRUE``) or with (``deff="replace"``).
    min_n, min_df, max_cv : numbers
        Below (above) these a figure carries a caution. The defaults are the review rules of
        the US National Center for Health Statistics (Parker et al. 2017, Vital Health Stat
        2(175)): 30 persons, 8 degrees of freedom; and a coefficient of variation of 0.3.
    """

    confidence: float = 0.95
    deff_without_replacement: bool = True
    min_n: int = 30
    min_df: float = 8
    max_cv: float = 0.3


def statistic_of(request: Request) -> str:
    """Return the name of the statistic, as printed in results."""
    match request:
        case Mean():
            return "mean"
        case Share():
            return "share"
        case Total():
            return "total"
        case Ratio():
            return "ratio"
        case PooledShare():
            return "pooled_share"
        case PooledMean():
            return "pooled_mean"
        case Quantile():
            return "quantile"


def variable_of(request: Request) -> str:
    """Return the name under which the result is listed."""
    if request.name is not None:
        return request.name
    match request:
        case Mean(item=item) | Share(item=item) | Quantile(item=item):
            return item
        case Total(item=item):
            return item if item is not None else "persons"
        case Ratio(numerator=numerator, denominator=denominator):
            return f"{numerator}/{denominator}"
    return str(request.name)


def is_share(request: Request) -> bool:
    """Say whether the figure lies between 0 and 1 by construction."""
    return isinstance(request, Share | PooledShare)


def _require_items(name: str, items: Sequence[str]) -> None:
    if not items:
        raise InvalidRequestError(name, "no items", "Name at least one item")
    if len(set(items)) != len(items):
        raise InvalidRequestError(name, "an item is listed twice", "List each item once")


def _require_levels(name: str, levels: Sequence[object]) -> None:
    if not levels:
        raise InvalidRequestError(name, "no levels", "Name at least one answer level")
