"""The canonical text of a frame: what is hashed, published and kept in the draw record.

UTF-8, lines ended by a line feed, cells separated by a tab. The first line is
``survey-frame<TAB>1``. Each level then has a line ``level<TAB>name<TAB>rows``, a line of column
names and one line a unit, in the order of the frame. Columns, where present: ``unit``, ``parent``,
``stratum``, ``label``, ``size``, ``count``, further figures by name, ``excluded`` (the reason).
Text is in Unicode form NFC without control characters. A whole number is written in decimal digits,
any other number by the shortest digits that give the same IEEE 754 double back (as Python's
``repr`` and JavaScript do), a missing one as nothing.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from sampling.errors import Fault, FrameError

FIRST_LINE: Final = "survey-frame\t1"
_TEXT_COLUMNS: Final = frozenset({"unit", "parent", "stratum", "label", "excluded"})
_EXACT = 2.0**53


@dataclass(frozen=True)
class Table:
    """One level as named columns of plain values."""

    name: str
    columns: tuple[tuple[str, tuple[object, ...]], ...]


def frame_to_text(tables: Iterable[Table]) -> str:
    """Write levels in canonical form."""
    lines = [FIRST_LINE]
    for table in tables:
        names = [name for name, _ in table.columns]
        columns = [
            [str(cell) for cell in cells]
            if name in _TEXT_COLUMNS
            else [number_text(cell) for cell in cells]
            for name, cells in table.columns
        ]
        lines.append(f"level\t{table.name}\t{len(columns[0])}")
        lines.append("\t".join(names))
        lines.extend(map("\t".join, zip(*columns, strict=True)))
    return "\n".join(lines) + "\n"


def number_text(value: object) -> str:
    """Write a number canonically, a missing one as nothing."""
    if isinstance(value, int):
        return str(value)
    number = float(str(value)) if not isinstance(value, float) else value
    if math.isnan(number):
        return ""
    return str(int(number)) if number.is_integer() and abs(number) < _EXACT else repr(number)


def frame_from_text(text: str) -> list[Table]:
    """Read levels from canonical form."""
    lines = text.removesuffix("\n").split("\n")
    if lines[0] != FIRST_LINE:
        raise _unreadable(1, f"expected {FIRST_LINE!r}")
    tables, at = [], 1
    while at < len(lines):
        head = lines[at].split("\t")
        if len(head) != 3 or head[0] != "level" or not head[2].isdecimal():
            raise _unreadable(at + 1, "expected a level line")
        rows = int(head[2])
        body = lines[at + 2 : at + 2 + rows]
        if at + 1 >= len(lines) or len(body) != rows:
            raise _unreadable(at + 1, f"{rows} rows announced, {len(body)} found")
        tables.append(Table(head[1], _columns(lines[at + 1].split("\t"), body, at + 3)))
        at += 2 + rows
    return tables


def _columns(
    names: Sequence[str], body: Sequence[str], first: int
) -> tuple[tuple[str, tuple[object, ...]], ...]:
    cells = [line.split("\t") for line in body]
    for at, line in enumerate(cells):
        if len(line) != len(names):
            raise _unreadable(first + at, f"{len(names)} cells expected, {len(line)} found")
    columns: list[tuple[str, tuple[object, ...]]] = []
    for name, values in zip(names, zip(*cells, strict=True), strict=True):
        if name in _TEXT_COLUMNS:
            columns.append((name, values))
            continue
        try:
            columns.append((name, tuple(float(cell) if cell else None for cell in values)))
        except ValueError as error:
            raise _unreadable(first, f"column {name}: {error}") from error
    return tuple(columns)


def _unreadable(line: int, problem: str) -> FrameError:
    return FrameError(
        [
            Fault(
                "frame-text-unreadable",
                "frame text",
                problem,
                "Use the text as it was written, unchanged",
                row=line,
            )
        ]
    )
