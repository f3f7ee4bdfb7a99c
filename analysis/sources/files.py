"""Tables from the files that analysts have: CSV, Parquet, Arrow, SPSS and Stata."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from analysis.errors import AnalysisError, ColumnMissingError

MISSING_TEXT = ("", "NA", "N/A", "NaN", "nan", "NULL", "null", ".")
"""What an empty entry looks like in a CSV file."""


class UnreadableFileError(AnalysisError):
    """A file that is missing, of an unknown kind, or damaged."""

    code = "unreadable-file"


def read_table(path: Path, columns: Sequence[str] | None = None) -> pa.Table:
    """Read the named columns of a file; its kind follows from its ending.

    Parameters
    ----------
    path : Path
        ``.csv``, ``.tsv``, ``.parquet``, ``.arrow``/``.feather``, ``.sav``/``.zsav``/``.por``
        (SPSS) or ``.dta`` (Stata). Codes stay numbers; user-missing values are missing.

    Raises
    ------
    UnreadableFileError
    ColumnMissingError
    """
    if not path.is_file():
        raise UnreadableFileError(str(path), "no such file", "Check the path")
    wanted = None if columns is None else list(dict.fromkeys(columns))
    kind = path.suffix.lower()
    if kind not in READERS:
        raise UnreadableFileError(
            str(path), f"unknown kind {kind!r}", f"Give one of {', '.join(READERS)}"
        )
    try:
        return READERS[kind](path, wanted)
    except (pa.ArrowInvalid, OSError, ValueError) as error:
        raise UnreadableFileError(
            str(path), str(error).splitlines()[0], "Check that the file is whole and of its kind"
        ) from error


def _require(present: Sequence[str], wanted: Sequence[str] | None) -> None:
    for name in wanted or ():
        if name not in present:
            raise ColumnMissingError(name, list(present))


def _read_delimited(path: Path, wanted: list[str] | None, delimiter: str) -> pa.Table:
    from pyarrow import csv

    with path.open(encoding="utf-8-sig", newline="") as stream:
        header = stream.readline().rstrip("\r\n")
    if not header:
        raise UnreadableFileError(str(path), "it is empty", "Give a file with a header line")
    parsing = csv.ParseOptions(delimiter=delimiter, newlines_in_values=True)
    table = csv.read_csv(
        path,
        parse_options=parsing,
        convert_options=csv.ConvertOptions(
            null_values=list(MISSING_TEXT), strings_can_be_null=True
        ),
    )
    _require(table.column_names, wanted)
    return table if wanted is None else table.select(wanted)


def _read_csv(path: Path, wanted: list[str] | None) -> pa.Table:
    return _read_delimited(path, wanted, ",")


def _read_tsv(path: Path, wanted: list[str] | None) -> pa.Table:
    return _read_delimited(path, wanted, "\t")


def _read_parquet(path: Path, wanted: list[str] | None) -> pa.Table:
    from pyarrow import parquet

    with parquet.ParquetFile(path) as file:
        _require(file.schema_arrow.names, wanted)
        return file.read(columns=wanted)


def _read_arrow(path: Path, wanted: list[str] | None) -> pa.Table:
    from pyarrow import feather

    table = feather.read_table(path)
    _require(table.column_names, wanted)
    return table if wanted is None else table.select(wanted)


def _read_statistical(path: Path, wanted: list[str] | None) -> pa.Table:
    try:
        import pyreadstat
    except ImportError as error:
        raise UnreadableFileError(
            str(path), "pyreadstat is not installed", "Install the extra: survey[files]"
        ) from error
    readers: dict[str, Callable[..., Any]] = {
        ".dta": pyreadstat.read_dta,
        ".por": pyreadstat.read_por,
    }
    try:
        values, meta = readers.get(path.suffix.lower(), pyreadstat.read_sav)(
            str(path), output_format="dict"
        )
    except pyreadstat.ReadstatError as error:
        raise ValueError(str(error)) from error
    _require(meta.column_names, wanted)
    names = meta.column_names if wanted is None else wanted
    return pa.table({name: _as_column(values[name]) for name in names})


def _as_column(values: Any) -> pa.Array:
    """Turn readstat's objects and floats into text, whole numbers or floats."""
    listed = [
        None if v is None or v == "" or (isinstance(v, float) and np.isnan(v)) else v
        for v in (values.tolist() if isinstance(values, np.ndarray) else values)
    ]
    column = pa.array(listed)
    if pa.types.is_floating(column.type) and all(v is None or v.is_integer() for v in listed):
        return column.cast(pa.int64())
    return column


READERS = {
    ".csv": _read_csv,
    ".tsv": _read_tsv,
    ".parquet": _read_parquet,
    ".arrow": _read_arrow,
    ".feather": _read_arrow,
    ".sav": _read_statistical,
    ".zsav": _read_statistical,
    ".por": _read_statistical,
    ".dta": _read_statistical,
}
