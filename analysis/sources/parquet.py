"""Reading and writing Parquet files."""

from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq


def write_parquet(table: pa.Table, path: Path) -> None:
    """Write a table as one zstd-compressed Parquet file."""
    pq.write_table(table, path, compression="zstd")


def read_parquet(path: Path, columns: Sequence[str] | None = None) -> pa.Table:
    """Read a Parquet file, or some of its columns."""
    return pq.read_table(path, columns=None if columns is None else list(columns))
