"""Frames from files: CSV, XLSX, Parquet and Arrow, or any data frame that speaks Arrow.

Identifiers are kept as they are written (``02647`` keeps its zero), no row is dropped, and nothing is
repaired in silence: what is wrong is reported by row, all at once.
"""

import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.feather
import pyarrow.parquet
from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from sampling.errors import Fault, FrameError
from sampling.frame import Frame

_LARGEST_UNPACKED: Final = 2_000_000_000
_SEPARATOR: Final = "/"
_FIGURES: Final = frozenset({"size", "count"})


@dataclass(frozen=True)
class Columns:
    """Which column of a table holds what.

    Attributes
    ----------
    unit : str
        Identifiers.
    parent, size, count, label : str
        As in :meth:`sampling.Frame.from_columns`; not there when empty.
    stratum : tuple of str
        Columns whose values together, joined by ``/``, name the stratum.
    numbers : tuple of str
        Columns of figures to keep, under their own names.
    exclude : str
        Column that holds the reason why a unit cannot be drawn, empty where it can.
    sort : tuple of str
        Columns to put the rows in order by, for implicit stratification: systematic methods go
        through the list as it stands.
    """

    unit: str
    parent: str = ""
    stratum: tuple[str, ...] = ()
    size: str = ""
    count: str = ""
    label: str = ""
    numbers: tuple[str, ...] = ()
    exclude: str = ""
    sort: tuple[str, ...] = ()

    @property
    def wanted(self) -> tuple[str, ...]:
        """All columns named, each once."""
        single = (self.unit, self.parent, self.size, self.count, self.label, self.exclude)
        named = [*single, *self.stratum, *self.numbers, *self.sort]
        return tuple(dict.fromkeys(name for name in named if name))


def read_table(path: Path) -> pa.Table:
    """Read a file of rows by the ending of its name; CSV and XLSX come as text.

    Raises
    ------
    FrameError
        When the file cannot be read as what its name says.
    """
    readers = {
        ".csv": _read_csv,
        ".tsv": _read_csv,
        ".txt": _read_csv,
        ".xlsx": _read_xlsx,
        ".parquet": pa.parquet.read_table,
        ".arrow": pa.feather.read_table,
        ".feather": pa.feather.read_table,
    }
    reader = readers.get(path.suffix.lower())
    if reader is None:
        raise FrameError(
            [Fault("file-kind", path.name, "unknown kind of file", f"One of {', '.join(readers)}")]
        )
    try:
        table: pa.Table = reader(path)
    except FrameError:
        raise
    except (OSError, ValueError, KeyError, zipfile.BadZipFile, InvalidFileException) as error:
        raise FrameError(
            [Fault("file-unreadable", path.name, str(error), "Give a readable file")]
        ) from error
    return table


def frame_of(table: object, columns: Columns, name: str, above: Frame | None = None) -> Frame:
    """Make a frame, or its next level, of a table.

    Parameters
    ----------
    table : Arrow table, or pandas, Polars or other frame with the Arrow C stream interface
        The rows.
    columns : Columns
        Which column holds what.
    name : str
        What a unit is, e.g. ``commune``.
    above : Frame, optional
        The levels above.

    Raises
    ------
    FrameError
        With every fault found, by row of the table, the first row of data being 1.
    """
    rows = table if isinstance(table, pa.Table) else pa.table(table)
    missing = [column for column in columns.wanted if column not in rows.column_names]
    if missing:
        there = ", ".join(rows.column_names)
        raise FrameError(
            [Fault("column-missing", c, f"not among {there}", "Correct the name") for c in missing]
        )
    frame = _level(rows, columns, name, above)
    if not columns.sort:
        return frame
    keys = [(column, "ascending") for column in columns.sort]
    return _level(rows.take(pc.sort_indices(rows, keys)), columns, name, above)


def _level(rows: pa.Table, columns: Columns, name: str, above: Frame | None) -> Frame:
    def figures(column: str) -> object:
        return _as_figures(rows[column]) if column else None

    def texts(column: str) -> object:
        return _values(rows[column]) if column else None

    return (above or Frame(())).below(
        name,
        texts(columns.unit),
        parent=texts(columns.parent),
        stratum=_strata(rows, columns.stratum),
        size=figures(columns.size),
        count=figures(columns.count),
        label=texts(columns.label),
        numbers={column: figures(column) for column in columns.numbers},
        exclude=_reasons(rows, columns),
    )


def _values(column: pa.ChunkedArray) -> object:
    if pa.types.is_integer(column.type) and column.null_count == 0:
        return column.to_numpy()
    return np.array(column.to_pylist(), object)


def _as_figures(column: pa.ChunkedArray) -> object:
    """Return numbers where the whole column is numbers, otherwise its values to be reported."""
    if pa.types.is_string(column.type) or pa.types.is_large_string(column.type):
        column = pc.if_else(pc.equal(pc.utf8_trim_whitespace(column), ""), None, column)
    try:
        return pc.cast(column, pa.float64()).to_numpy()
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
        return np.array(column.to_pylist(), object)


def _strata(rows: pa.Table, columns: tuple[str, ...]) -> object:
    if len(columns) < 2:
        return _values(rows[columns[0]]) if columns else None
    parts = [pc.fill_null(pc.cast(rows[column], pa.string()), "") for column in columns]
    return np.array(pc.binary_join_element_wise(*parts, _SEPARATOR).to_pylist(), object)


def _reasons(rows: pa.Table, columns: Columns) -> dict[str, str]:
    if not columns.exclude:
        return {}
    units, reasons = rows[columns.unit].to_pylist(), rows[columns.exclude].to_pylist()
    return {
        str(u): str(why) for u, why in zip(units, reasons, strict=True) if why not in (None, "")
    }


def _read_csv(path: Path) -> pa.Table:
    with path.open(encoding="utf-8-sig", newline="") as file:
        header = file.readline()
    delimiter = max(",;\t", key=header.count)
    with pa.csv.open_csv(path, parse_options=pa.csv.ParseOptions(delimiter=delimiter)) as reader:
        names = reader.schema.names
    return pa.csv.read_csv(
        path,
        parse_options=pa.csv.ParseOptions(delimiter=delimiter, newlines_in_values=True),
        convert_options=pa.csv.ConvertOptions(column_types=dict.fromkeys(names, pa.string())),
    )


def _read_xlsx(path: Path) -> pa.Table:
    """Read the first sheet; its first row names the columns, rows without any value are the end."""
    with zipfile.ZipFile(path) as archive:
        if sum(part.file_size for part in archive.infolist()) > _LARGEST_UNPACKED:
            raise FrameError(
                [Fault("file-too-large", path.name, "unpacks to more than 2 GB", "Use Parquet")]
            )
    book = load_workbook(path, read_only=True, data_only=True)
    try:
        lines = iter(book.worksheets[0].iter_rows(values_only=True))
        names = [_cell(value) or "" for value in next(lines, ())]
        while names and not names[-1]:
            names.pop()
        repeated = sorted({name for name in names if names.count(name) > 1})
        if not names or repeated:
            raise FrameError(
                [
                    Fault("header", path.name, f"column names {repeated or 'missing'}",
                          "Name each column once in the first row")
                ]
            )  # fmt: skip
        cells = [[_cell(value) for value in line[: len(names)]] for line in lines]
    finally:
        book.close()
    while cells and not any(cells[-1]):
        cells.pop()
    padded = [line + [None] * (len(names) - len(line)) for line in cells]
    columns = list(zip(*padded, strict=True)) or [() for _ in names]
    return pa.table(
        {
            name: pa.array(column, pa.string())
            for name, column in zip(names, columns, strict=True)
        }
    )  # fmt: skip


def _cell(value: object) -> str | None:
    """Return a cell as it reads: 2647.0 is 2647."""
    if value is None:
        return None
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)
