"""Columns of an Arrow table (or numpy arrays) as codes and numbers ready for counting."""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from analysis.errors import (
    ColumnMissingError,
    ColumnNotNumericError,
    InvalidNumberError,
    LengthMismatchError,
    MissingDesignValueError,
)
from analysis.vectors import AnyArray, Bools, Floats, Ints

TableLike: TypeAlias = pa.Table | Mapping[str, Any]
"""What the package accepts as rows: an Arrow table or a mapping of column → array."""


@dataclass(frozen=True, eq=False)
class Codes:
    """A categorical column as integers.

    Attributes
    ----------
    codes : int array
        Position in ``labels``; -1 where the value is missing.
    labels : tuple
        Distinct values, sorted.
    """

    codes: Ints
    labels: tuple[object, ...]

    def __len__(self) -> int:
        return len(self.codes)


def as_table(rows: TableLike) -> pa.Table:
    """Return the rows as an Arrow table, checking equal lengths."""
    if isinstance(rows, pa.Table):
        return rows
    columns = {name: pa.chunked_array([_as_arrow(column)]) for name, column in rows.items()}
    lengths = {name: len(column) for name, column in columns.items()}
    for name, length in lengths.items():
        expected = next(iter(lengths.values()))
        if length != expected:
            raise LengthMismatchError(name, length, expected)
    return pa.table(columns)


def _as_arrow(column: Any) -> pa.Array:
    """Convert one column; NaN in a numpy array means missing."""
    if isinstance(column, pa.ChunkedArray):
        return column.combine_chunks()
    if isinstance(column, pa.Array):
        return column
    return pa.array(column, from_pandas=True)


def column_of(table: pa.Table, name: str) -> pa.ChunkedArray:
    """Return one column or say which columns exist."""
    if name not in table.column_names:
        raise ColumnMissingError(name, table.column_names)
    return table[name]


def values_of(column: pa.ChunkedArray | pa.Array) -> AnyArray:
    """Return a column without missing values as numpy.

    By DLPack: Arrow's own conversion imports pandas where that is installed, which takes
    longer than most estimates.
    """
    if pa.types.is_boolean(column.type):
        column = column.cast(pa.int8())
    if isinstance(column, pa.Array):
        return np.from_dlpack(column)
    parts = [np.from_dlpack(chunk) for chunk in column.chunks if len(chunk)]
    if len(parts) == 1:
        return parts[0]
    empty: AnyArray = np.empty(0, dtype=np.float64)
    return np.concatenate(parts) if parts else empty


def codes_of(table: pa.Table, name: str, *, required: bool = True) -> Codes:
    """Encode a column as integers; equal text in different Unicode forms gets one code.

    Parameters
    ----------
    required : bool
        Whether a missing value is an error (design columns) or code -1.
    """
    column = column_of(table, name)
    if pa.types.is_dictionary(column.type):
        column = column.cast(column.type.value_type)
    if pa.types.is_floating(column.type):
        column = pc.if_else(pc.is_nan(column), None, column)
    if required and column.null_count:
        raise MissingDesignValueError(name, column.null_count)
    encoded = pc.dictionary_encode(column).combine_chunks()
    if isinstance(encoded, pa.ChunkedArray):
        encoded = encoded.chunk(0)
    values = encoded.dictionary.to_pylist()
    labels, position = _canonical(values)
    indices = encoded.indices
    if indices.null_count:
        indices = indices.fill_null(-1)
    raw = values_of(indices).astype(np.int64)
    lookup = np.append(position, -1)
    return Codes(lookup[raw], labels)


def _canonical(values: Sequence[object]) -> tuple[tuple[object, ...], Ints]:
    """Sort distinct values after NFC normalisation; return labels and where each value went."""
    normal = [
        unicodedata.normalize("NFC", value) if isinstance(value, str) else value for value in values
    ]
    distinct: list[Any] = list(dict.fromkeys(normal))
    distinct.sort()
    place = {value: position for position, value in enumerate(distinct)}
    return tuple(distinct), np.array([place[value] for value in normal], dtype=np.int64)


def crossed_codes(parts: Sequence[Codes], *, n_rows: int) -> Codes:
    """Cross several codings; labels are tuples of the combinations that occur."""
    combined: Ints = np.zeros(n_rows, dtype=np.int64)
    missing: Bools = np.zeros(n_rows, dtype=np.bool_)
    for part in parts:
        combined = combined * max(len(part.labels), 1) + np.maximum(part.codes, 0)
        missing |= part.codes < 0
    distinct, inverse = compress(combined)
    labels: list[tuple[object, ...]] = []
    for code in distinct.tolist():
        label: list[object] = []
        rest = code
        for part in reversed(parts):
            rest, remainder = divmod(rest, max(len(part.labels), 1))
            label.append(part.labels[remainder] if part.labels else None)
        labels.append(tuple(reversed(label)))
    inverse = np.where(missing, -1, inverse)
    return Codes(inverse, tuple(labels))


def compress(keys: Ints) -> tuple[Ints, Ints]:
    """Return the sorted distinct keys and each element's position among them.

    Counting is used where the range allows it: sorting ten million keys costs more than
    the estimates themselves.
    """
    if not len(keys):
        return keys.astype(np.int64), keys.astype(np.int64)
    low, high = int(keys.min()), int(keys.max())
    span = high - low + 1
    if span <= max(4 * len(keys), 1 << 16):
        present = np.zeros(span, dtype=np.bool_)
        present[keys - low] = True
        distinct = np.flatnonzero(present) + low
        place = np.cumsum(present) - 1
        return distinct.astype(np.int64), place[keys - low].astype(np.int64)
    found, inverse = np.unique(keys, return_inverse=True)
    return found.astype(np.int64), inverse.astype(np.int64)


def numbers_of(table: pa.Table, name: str, *, required: bool = False) -> Floats:
    """Return a column as float64 with NaN where missing; infinities are an error."""
    column = column_of(table, name)
    if pa.types.is_boolean(column.type):
        column = column.cast(pa.int8())
    kind = column.type
    if not (pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind)):
        if not pa.types.is_null(kind):
            raise ColumnNotNumericError(name, str(kind))
        return np.full(len(column), np.nan)
    if pa.types.is_decimal(kind):
        column = column.cast(pa.float64())
    if column.null_count:
        column = pc.fill_null(column.cast(pa.float64()), np.nan)
    result = np.asarray(values_of(column), dtype=np.float64)
    infinite = int(np.isinf(result).sum())
    if infinite:
        raise InvalidNumberError(name, infinite)
    if required:
        missing = int(np.isnan(result).sum())
        if missing:
            raise MissingDesignValueError(name, missing)
    return result
