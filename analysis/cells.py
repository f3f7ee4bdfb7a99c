"""Cells: everything that estimates need, summed by (sampling unit × domain) in one pass.

For coded answers the cell is a weighted histogram by (unit × domain, answer): one count per
item holds means, shares, design effects and missing values. For other numbers and for
figures pooled over items the cell holds the sums of numerator and denominator.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from analysis.design import SurveyDesign
from analysis.errors import ColumnNotNumericError, InvalidRequestError, LengthMismatchError
from analysis.requests import (
    CellRequest,
    Grouping,
    Mean,
    PooledMean,
    PooledShare,
    Ratio,
    Share,
    Total,
)
from analysis.sources.arrays import (
    Codes,
    codes_of,
    column_of,
    compress,
    crossed_codes,
    numbers_of,
    values_of,
)
from analysis.variance.lattice import Lattice
from analysis.vectors import Bools, Floats, Ints, group_counts, group_sums

if TYPE_CHECKING:
    from analysis.variance.calibrated import DenseVariance

MAX_LEVELS = 64
"""Integer items with at most this span of codes are counted as histograms."""


@dataclass(frozen=True, eq=False)
class PairSums:
    """Sums of one numerator a and one denominator b.

    Attributes
    ----------
    a, b : float arrays (cells)
        Σ w a and Σ w b.
    aa, ab, bb : float arrays (domains)
        Σ w a², Σ w ab, Σ w b²: the reference variance of the design effect.
    n, w, ww : float arrays (domains)
        Persons who answered, their weights, their squared weights.
    moments_a, moments_b : tuples of float arrays (domains, variables)
        Σ q x a and Σ q x b in every calibration of the design.
    """

    a: Floats
    b: Floats
    aa: Floats
    ab: Floats
    bb: Floats
    n: Floats
    w: Floats
    ww: Floats
    moments_a: tuple[Floats, ...] = ()
    moments_b: tuple[Floats, ...] = ()


@dataclass(frozen=True, eq=False)
class _Histogram:
    """Weighted histogram of one coded item."""

    low: int
    weights: Floats
    n: Floats
    ww: Floats


@dataclass(eq=False)
class CellTable:
    """The cells of one grouping; items are counted when first asked for.

    Attributes
    ----------
    cell_leaf, cell_domain : int arrays (cells)
        Unit of the last used stage, and domain.
    labels : tuple
        Value(s) of each domain.
    lattice : Lattice
        Sampling tree over the cells.
    dense : DenseVariance, optional
        What carries the variance where the weights are calibrated or joint inclusion
        probabilities are known; the lattice then only counts.
    """

    table: pa.Table
    weights: Floats
    cell: Ints
    keep: Bools | None
    cell_leaf: Ints
    cell_domain: Ints
    columns: tuple[str, ...]
    labels: tuple[tuple[object, ...], ...]
    lattice: Lattice
    dense: "DenseVariance | None" = None
    _histograms: dict[str, _Histogram | None] = field(default_factory=dict)

    @classmethod
    def build(
        cls,
        design: SurveyDesign,
        table: pa.Table,
        grouping: Grouping,
        dense: "DenseVariance | None" = None,
    ) -> "CellTable":
        """Lay out the cells (unit of the last used stage × domain)."""
        if table.num_rows != design.n_rows:
            raise LengthMismatchError("table", table.num_rows, design.n_rows)
        columns = (grouping,) if isinstance(grouping, str) else tuple(grouping)
        domain = domains_of(table, columns)
        n_domains = max(len(domain.labels), 1)
        usable = (domain.codes >= 0) & (design.weights > 0)
        keep = None if bool(usable.all()) else usable
        leaf = design.stages[-1].unit
        weights, codes = design.weights, domain.codes
        if keep is not None:
            leaf, weights, codes = leaf[keep], weights[keep], codes[keep]
        if n_domains == 1 and keep is None:
            keys, cell = np.arange(design.stages[-1].n_units, dtype=np.int64), leaf
        else:
            keys, cell = compress(leaf * n_domains + codes)
        return cls(
            table=table,
            weights=weights,
            cell=cell,
            keep=keep,
            cell_leaf=keys // n_domains,
            cell_domain=keys % n_domains,
            columns=columns,
            labels=tuple(_as_tuple(label) for label in domain.labels),
            lattice=Lattice.build(design, keys // n_domains, keys % n_domains, n_domains),
            dense=dense,
        )

    @property
    def n_cells(self) -> int:
        """Number of (unit × domain) cells."""
        return len(self.cell_domain)

    @property
    def n_domains(self) -> int:
        """Number of domains."""
        return self.lattice.n_domains

    def sums(self, request: CellRequest) -> PairSums:
        """Return the sums that a request needs."""
        match request:
            case Mean(item=item):
                histogram = self._histogram(item)
                if histogram is not None:
                    levels = histogram.low + np.arange(histogram.weights.shape[1], dtype=float)
                    return self._from_histogram(histogram, levels)
                values = self._numbers(item)
                known = ~np.isnan(values)
                return self._from_rows(values, known.astype(float), known)
            case Share(item=item, levels=levels):
                histogram = self._histogram(item)
                if histogram is not None:
                    chosen = _chosen(levels, histogram.low, histogram.weights.shape[1])
                    return self._from_histogram(histogram, chosen)
                inside, known = self._membership(item, levels)
                return self._from_rows(inside, known.astype(float), known)
            case Total(item=item):
                ones = np.ones(len(self.weights))
                if item is None:
                    return self._from_rows(ones, np.zeros(len(ones)), ones > 0)
                values = self._numbers(item)
                known = ~np.isnan(values)
                return self._from_rows(values, np.zeros(len(ones)), known)
            case Ratio(numerator=top, denominator=bottom):
                a, b = self._numbers(top), self._numbers(bottom)
                return self._from_rows(a, b, ~np.isnan(a) & ~np.isnan(b))
            case PooledShare(items=items, levels=levels):
                a, b = np.zeros(len(self.weights)), np.zeros(len(self.weights))
                for item in items:
                    inside, known = self._membership(item, levels)
                    a += inside
                    b += known
                return self._from_rows(a, b, b > 0)
            case PooledMean(items=items):
                a, b = np.zeros(len(self.weights)), np.zeros(len(self.weights))
                for item in items:
                    values = self._numbers(item)
                    known = ~np.isnan(values)
                    a += np.where(known, values, 0.0)
                    b += known
                return self._from_rows(a, b, b > 0)

    def variances(
        self, influence: Floats, sums: PairSums, ratio: Floats, bottom: Floats | None
    ) -> Floats:
        """Return the variance of each domain's estimate.

        Parameters
        ----------
        influence : float array (cells)
            Linearised contributions.
        ratio : float array (domains)
            Estimated ratios.
        bottom : float array (domains), optional
            Denominators; None for totals.
        """
        if self.dense is None:
            return self.lattice.variances(influence)
        moments = sums.moments_a
        if bottom is not None:
            usable = np.where(np.isfinite(ratio), ratio, 0.0)[:, None]
            scale = np.where(bottom != 0, bottom, 1.0)[:, None]
            moments = tuple(
                (a - usable * b) / scale
                for a, b in zip(sums.moments_a, sums.moments_b, strict=True)
            )
        return self.dense.variances(
            self.cell_leaf, self.cell_domain, self.n_domains, influence, moments
        )

    def by_domain(self, values: Floats) -> Floats:
        """Add cell values up to domains."""
        return group_sums(self.cell_domain, values, self.n_domains)

    def _row_domain(self) -> Ints:
        return self.cell_domain[self.cell]

    def _kept(self, values: Floats) -> Floats:
        return values if self.keep is None else values[self.keep]

    def _numbers(self, item: str) -> Floats:
        return self._kept(numbers_of(self.table, item))

    def _membership(self, item: str, levels: Sequence[object]) -> tuple[Floats, Bools]:
        """Return (1 where the answer is in the levels, where there is an answer)."""
        column = column_of(self.table, item)
        if pa.types.is_integer(column.type) or pa.types.is_floating(column.type):
            values = self._numbers(item)
            wanted = np.array([level for level in levels if isinstance(level, int | float)], float)
            return np.isin(values, wanted).astype(float), ~np.isnan(values)
        coded = codes_of(self.table, item, required=False)
        chosen = [position for position, label in enumerate(coded.labels) if label in levels]
        codes = coded.codes if self.keep is None else coded.codes[self.keep]
        return np.isin(codes, chosen).astype(float), codes >= 0

    def _from_rows(self, a: Floats, b: Floats, known: Bools) -> PairSums:
        a, b = np.where(known, a, 0.0), np.where(known, b, 0.0)
        w, domain, cells, domains = self.weights, self._row_domain(), self.n_cells, self.n_domains
        wa, wb, wk = w * a, w * b, w * known

        def cell_sum(values: Floats) -> Floats:
            return group_sums(self.cell, values, cells)

        def domain_sum(values: Floats) -> Floats:
            return group_sums(domain, values, domains)

        moments_a: tuple[Floats, ...] = ()
        moments_b: tuple[Floats, ...] = ()
        if self.dense is not None:
            moments_a = self.dense.moments(domain, domains, a, self.keep)
            moments_b = self.dense.moments(domain, domains, b, self.keep)
        return PairSums(
            moments_a=moments_a,
            moments_b=moments_b,
            a=cell_sum(wa),
            b=cell_sum(wb),
            aa=domain_sum(wa * a),
            ab=domain_sum(wa * b),
            bb=domain_sum(wb * b),
            n=domain_sum(known.astype(float)),
            w=domain_sum(wk),
            ww=domain_sum(wk * w),
        )

    def _histogram(self, item: str) -> _Histogram | None:
        """Count a coded item once; None if the column is not a short integer code.

        Calibrated designs need the calibration cell of each answer, hence the rows.
        """
        if self.dense is not None:
            return None
        if item not in self._histograms:
            self._histograms[item] = self._count(item)
        return self._histograms[item]

    def _count(self, item: str) -> _Histogram | None:
        column = column_of(self.table, item)
        if not pa.types.is_integer(column.type):
            if pa.types.is_string(column.type) or pa.types.is_dictionary(column.type):
                return None
            if not (pa.types.is_floating(column.type) or pa.types.is_boolean(column.type)):
                raise ColumnNotNumericError(item, str(column.type))
            return None
        if column.null_count == len(column):
            return None
        extremes = pc.min_max(column).as_py()
        low, high = int(extremes["min"]), int(extremes["max"])
        if high - low >= MAX_LEVELS:
            return None
        width = high - low + 1
        cell, weights = self.cell, self.weights
        raw = values_of(column.fill_null(low) if column.null_count else column)
        answers = raw if self.keep is None else raw[self.keep]
        absent: Ints | None = None
        if column.null_count:
            known = values_of(column.is_valid()).astype(np.bool_)
            absent = np.flatnonzero(~(known if self.keep is None else known[self.keep]))
        index = cell * width
        index += answers
        if low:
            index -= low
        flat = group_sums(index, weights, self.n_cells * width)
        n = group_counts(self._row_domain(), self.n_domains)
        ww = group_sums(self._row_domain(), weights**2, self.n_domains)
        if absent is not None and len(absent):
            # absent answers were counted under the lowest code: take them out again
            flat -= group_sums(cell[absent] * width, weights[absent], self.n_cells * width)
            lost = self.cell_domain[cell[absent]]
            n -= np.bincount(lost, minlength=self.n_domains)
            ww -= group_sums(lost, weights[absent] ** 2, self.n_domains)
        return _Histogram(low, flat.reshape(self.n_cells, width), n, ww)

    def _from_histogram(self, histogram: _Histogram, scores: Floats) -> PairSums:
        b = histogram.weights.sum(axis=1)
        a = histogram.weights @ scores
        w = self.by_domain(b)
        return PairSums(
            a=a,
            b=b,
            aa=self.by_domain(histogram.weights @ scores**2),
            ab=self.by_domain(a),
            bb=w,
            n=histogram.n,
            w=w,
            ww=histogram.ww,
        )


def domains_of(table: pa.Table, columns: Sequence[str]) -> Codes:
    """Return the domain of each row; -1 where a domain column is empty."""
    if not columns:
        return Codes(np.zeros(table.num_rows, dtype=np.int64), ((),))
    if len(set(columns)) != len(columns):
        raise InvalidRequestError("by", "a column is named twice", "Name each column once")
    return crossed_codes(
        [codes_of(table, name, required=False) for name in columns], n_rows=table.num_rows
    )


def _chosen(levels: Sequence[object], low: int, width: int) -> Floats:
    chosen = np.zeros(width)
    for level in levels:
        if isinstance(level, int | float) and float(level).is_integer():
            place = int(level) - low
            if 0 <= place < width:
                chosen[place] = 1.0
    return chosen


def _as_tuple(label: object) -> tuple[object, ...]:
    return label if isinstance(label, tuple) else (label,)
