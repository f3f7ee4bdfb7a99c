"""Weighting-class adjustment for unknown eligibility and nonresponse.

Brick and Kalton (1996), Statistical Methods in Medical Research 5: 215–238, §3; dispositions
as in AAPOR (2023), Standard Definitions. Step 1 spreads the weight of cases whose eligibility
is unknown over the cases whose eligibility is known, class by class; step 2 spreads the
weight of eligible nonrespondents over the respondents. Both keep the sum of weights.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from analysis.design import checked_weights
from analysis.errors import AnalysisError, InvalidRequestError
from analysis.sources.arrays import Codes, TableLike, as_table, codes_of, crossed_codes, numbers_of
from analysis.vectors import Bools, Floats, Ints, group_counts, group_sums


class Disposition(StrEnum):
    """What became of a drawn person (kết quả tiếp cận)."""

    RESPONDENT = "respondent"
    NONRESPONDENT = "nonrespondent"
    UNKNOWN = "unknown"
    INELIGIBLE = "ineligible"


class NoRespondentsInClassError(AnalysisError):
    """A class has eligible persons but nobody who could carry their weight."""

    code = "no-respondents-in-class"

    def __init__(self, label: object, step: str) -> None:
        super().__init__(
            f"class {label}",
            f"no case can carry the weight at the step {step!r}",
            "Give wider classes (fallback), or merge this class with a similar one",
        )
        self.label = label
        self.step = step


@dataclass(frozen=True)
class ClassFactor:
    """The adjustment factor of one class in one step.

    Attributes
    ----------
    step : str
        ``unknown-eligibility`` or ``nonresponse``.
    label : object
        Class, as in the data.
    factor : float
        Multiplier of the weights that go on.
    n_before, n_after : int
        Cases before and after the step.
    weight_before : float
        Sum of weights, kept by the step.
    merged : bool
        Whether the factor comes from the wider class because the own one was too thin.
    """

    step: str
    label: object
    factor: float
    n_before: int
    n_after: int
    weight_before: float
    merged: bool


@dataclass(frozen=True, eq=False)
class AdjustedWeights:
    """Weights after adjustment, with the way they came about.

    Attributes
    ----------
    weights : float array (drawn)
        Final weights; zero for cases that do not answer the survey.
    responded : bool array (drawn)
        Which cases carry weight.
    factors : tuple of ClassFactor
    """

    weights: Floats
    responded: Bools
    factors: tuple[ClassFactor, ...]

    @property
    def response_rate(self) -> float:
        """Unweighted respondents over respondents, nonrespondents and their share of unknown.

        The eligible share among unknown cases is taken class by class as among the known
        (AAPOR response rate 3).
        """
        eligible = sum(f.n_before * 1.0 for f in self.factors if f.step == "nonresponse")
        unknown = [f for f in self.factors if f.step == "unknown-eligibility"]
        kept = {f.label: f for f in self.factors if f.step == "nonresponse"}
        extra = sum(
            (f.n_before - f.n_after) * kept[f.label].n_before / f.n_after
            for f in unknown
            if f.n_after and f.label in kept
        )
        total = eligible + extra
        return float(self.responded.sum()) / total if total else float("nan")


def adjust_for_nonresponse(
    drawn: TableLike,
    *,
    weights: str,
    disposition: str,
    classes: str | Sequence[str],
    fallback: str | Sequence[str] = (),
    min_respondents: int = 1,
) -> AdjustedWeights:
    """Move the weight of cases that did not answer to those of their class that did.

    Parameters
    ----------
    drawn : table
        Every drawn person, answered or not.
    weights : str
        Column of base weights (1 / inclusion probability).
    disposition : str
        Column with the values of :class:`Disposition`.
    classes : str or sequence of str
        Weighting classes: usually the PSU, or the stratum.
    fallback : str or sequence of str
        Wider classes for those with fewer than ``min_respondents`` carriers; every narrow
        class must lie in one wide class.
    min_respondents : int
        Fewest carriers for a class to stand on its own.

    Raises
    ------
    NoRespondentsInClassError
        If weight would be lost.
    """
    table = as_table(drawn)
    base = checked_weights(numbers_of(table, weights, required=True), weights)
    status = _status(table, disposition)
    narrow = _classes(table, classes)
    wide = _classes(table, fallback)
    respondent = status == _place(Disposition.RESPONDENT)
    unknown = status == _place(Disposition.UNKNOWN)
    ineligible = status == _place(Disposition.INELIGIBLE)
    everybody = np.ones(len(base), dtype=np.bool_)
    known, first = _step(
        "unknown-eligibility", base, everybody, ~unknown, narrow, wide, min_respondents
    )
    eligible = ~unknown & ~ineligible
    final, second = _step("nonresponse", known, eligible, respondent, narrow, wide, min_respondents)
    return AdjustedWeights(final, respondent, (*first, *second))


def _step(
    step: str,
    weights: Floats,
    present: Bools,
    carrying: Bools,
    narrow: Codes,
    wide: Codes,
    min_carriers: int,
) -> tuple[Floats, list[ClassFactor]]:
    """Spread the weight of ``present`` cases over the ``carrying`` ones, class by class."""
    n_classes = len(narrow.labels)
    carriers = group_counts(narrow.codes[carrying], n_classes)
    cases = group_counts(narrow.codes[present], n_classes)
    host = _host(narrow, wide)
    thin_wide = np.zeros(len(wide.labels), dtype=np.bool_)
    thin_wide[host[(carriers < max(min_carriers, 1)) & (cases > 0)]] = True
    # a wide class with a thin member is adjusted as a whole: no case counts twice
    merged = thin_wide[host] if wide.labels != ((),) else np.zeros(n_classes, dtype=np.bool_)
    group = np.where(merged, n_classes + host, np.arange(n_classes))
    row_group = group[narrow.codes]
    n_groups = n_classes + len(wide.labels)
    before = group_sums(row_group[present], weights[present], n_groups)
    after = group_sums(row_group[carrying], weights[carrying], n_groups)
    lost = np.flatnonzero((before > 0) & (after <= 0))
    if len(lost):
        first = int(lost[0])
        label = narrow.labels[first] if first < n_classes else wide.labels[first - n_classes]
        raise NoRespondentsInClassError(_plain(label), step)
    factor = np.divide(before, after, out=np.ones(n_groups), where=after > 0)
    adjusted = np.where(carrying, weights * factor[row_group], 0.0)
    sums = group_sums(narrow.codes[present], weights[present], n_classes)
    factors = [
        ClassFactor(
            step=step,
            label=_plain(narrow.labels[i]),
            factor=float(factor[group[i]]),
            n_before=int(cases[i]),
            n_after=int(carriers[i]),
            weight_before=float(sums[i]),
            merged=bool(merged[i]),
        )
        for i in range(n_classes)
        if cases[i] > 0
    ]
    return adjusted, factors


def _host(narrow: Codes, wide: Codes) -> Ints:
    """Return the wide class of each narrow class; they must be nested."""
    host = np.zeros(len(narrow.labels), dtype=np.int64)
    host[narrow.codes] = wide.codes
    crossing = np.flatnonzero(host[narrow.codes] != wide.codes)
    if len(crossing):
        label = narrow.labels[int(narrow.codes[crossing[0]])]
        raise InvalidRequestError(
            f"class {_plain(label)}",
            "lies in more than one fallback class",
            "Choose fallback classes that contain whole classes",
        )
    return host


def _status(table: TableLike, column: str) -> Ints:
    coded = codes_of(as_table(table), column)
    allowed = {item.value: place for place, item in enumerate(Disposition)}
    strange = [label for label in coded.labels if label not in allowed]
    if strange:
        raise InvalidRequestError(
            column,
            f"unknown disposition {strange[0]!r}",
            f"Use one of: {', '.join(allowed)}",
        )
    lookup = np.array([allowed[str(label)] for label in coded.labels], dtype=np.int64)
    return lookup[coded.codes]


def _place(disposition: Disposition) -> int:
    return list(Disposition).index(disposition)


def _classes(table: TableLike, columns: str | Sequence[str]) -> Codes:
    source = as_table(table)
    names = [columns] if isinstance(columns, str) else list(columns)
    if not names:
        return Codes(np.zeros(source.num_rows, dtype=np.int64), ((),))
    return crossed_codes([codes_of(source, name) for name in names], n_rows=source.num_rows)


def _plain(label: object) -> object:
    return label[0] if isinstance(label, tuple) and len(label) == 1 else label
