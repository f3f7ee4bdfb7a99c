"""Columns of a frame as they come: converted, checked, every fault noted by row."""

import unicodedata
from collections.abc import Mapping, Sequence

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from sampling.errors import Fault

Ids = NDArray[np.str_] | NDArray[np.int64]
_RESERVED = frozenset({"unit", "parent", "stratum", "label", "size", "count", "excluded"})


class ColumnReader:
    """Reads the columns of one level and collects what is wrong with them.

    Attributes
    ----------
    faults : list of Fault
        What was found, in the order of reading.
    unit : array
        Identifiers.
    parent : array of int or None
        Rows of the parents.
    excluded : dict of int to str
        Excluded rows and their reasons.
    """

    def __init__(self, unit: object) -> None:
        self.faults: list[Fault] = []
        self.parent: NDArray[np.int64] | None = None
        self.excluded: dict[int, str] = {}
        self.unit = self._ids("unit", unit)
        if len(self.unit) == 0:
            self.faults.append(Fault("frame-empty", "unit", "no rows", "Give at least one unit"))
        self._check_unique()

    def read_name(self, name: str, taken: Sequence[str]) -> str:
        """Check the name of the level."""
        if not name or name in taken or not _is_clean(name):
            self.faults.append(
                Fault("level-name", "name", f"{name!r} is empty, taken or not plain", "Rename it")
            )
        return name

    def read_exclusions(self, exclude: Mapping[str, str]) -> None:
        """Find the rows of excluded units and check that each has a reason."""
        if not exclude:
            return
        rows = {str(unit): row for row, unit in enumerate(self.unit.tolist())}
        for unit, reason in exclude.items():
            if str(unit) not in rows:
                self._fault(
                    "exclusion-unknown", "exclude", None, "no such unit", "Correct it", unit
                )
            elif not reason.strip() or not _is_clean(reason):
                self._fault(
                    "exclusion-without-reason", "exclude", None, f"reason {reason!r}",
                    "Say in plain text why the unit cannot be drawn", unit,
                )  # fmt: skip
            else:
                self.excluded[rows[str(unit)]] = reason
        self.excluded = dict(sorted(self.excluded.items()))

    def read_parents(self, parent: object, above: Ids, level: str) -> None:
        """Find each unit's row in the level above."""
        if parent is None:
            self.faults.append(
                Fault("parent-column-missing", "parent", f"no parents in {level}", "Give them")
            )
            return
        parents = self._ids("parent", parent)
        if not self._same_length("parent", len(parents)):
            return
        keys, known = (above, parents) if above.dtype.kind == parents.dtype.kind else (
            above.astype(str), parents.astype(str)
        )  # fmt: skip
        order = np.argsort(keys, kind="stable")
        place = np.searchsorted(keys, known, sorter=order).clip(max=len(keys) - 1)
        rows = order[place]
        for row in np.flatnonzero(keys[rows] != known).tolist():
            self._fault(
                "orphan", "parent", row, f"{known[row]!s} is not in {level}",
                f"Add it to {level} or correct the parent",
            )  # fmt: skip
        self.parent = rows.astype(np.int64)

    def read_strata(self, stratum: object) -> tuple[NDArray[np.signedinteger], tuple[str, ...]]:
        """Number the strata in order of first appearance."""
        if stratum is None:
            return np.zeros(len(self.unit), np.int16), ("",)
        names = self._ids("stratum", stratum)
        if not self._same_length("stratum", len(names)) or len(names) == 0:
            return np.zeros(len(self.unit), np.int16), ("",)
        encoded = pa.array(names).dictionary_encode()
        strata = tuple(str(name) for name in encoded.dictionary.to_pylist())
        codes = encoded.indices.to_numpy(zero_copy_only=False)
        # 16 bits where they suffice: numpy then groups rows by radix sort
        return codes.astype(np.int16 if len(strata) < 2**15 else np.int32), strata

    def read_labels(self, label: object) -> NDArray[np.str_] | None:
        """Read names; an empty one is allowed."""
        if label is None:
            return None
        texts = np.array(["" if _is_missing(text) else str(text) for text in _listed(label)], str)
        self._check_text("label", texts)
        self._same_length("label", len(texts))
        return texts

    def read_sizes(self, size: object) -> NDArray[np.float64] | None:
        """Read size measures: positive, and missing only where excluded."""
        if size is None:
            return None
        sizes = self._floats("size", size)
        if not self._same_length("size", len(sizes)):
            return sizes
        for row in np.flatnonzero(~(sizes > 0) | np.isinf(sizes)).tolist():
            if row in self.excluded:
                continue
            if np.isnan(sizes[row]):
                self._fault(
                    "size-missing", "size", row, "no size",
                    "Give the size, or exclude the unit with a reason",
                )  # fmt: skip
            else:
                self._fault(
                    "size-not-positive", "size", row, f"{sizes[row]:g}",
                    "Give a positive size, or exclude the unit with a reason",
                )  # fmt: skip
        return sizes

    def read_counts(self, count: object) -> NDArray[np.int64] | None:
        """Read how many listing numbers each unit has below it."""
        if count is None:
            return None
        counts = self._floats("count", count)
        if not self._same_length("count", len(counts)):
            return None
        usable = (counts >= 1) & (counts < 2**32) & (counts == np.floor(counts))
        for row in np.flatnonzero(~usable).tolist():
            if row not in self.excluded:
                self._fault(
                    "count-not-usable", "count", row, f"{counts[row]:g}",
                    "Give a whole number of at least 1, or exclude the unit with a reason",
                )  # fmt: skip
        return np.where(usable, counts, 0).astype(np.int64)

    def read_numbers(self, name: str, values: object) -> NDArray[np.float64]:
        """Read a further column of figures; missing only where excluded."""
        numbers = self._floats(name, values)
        if name in _RESERVED or not name or not _is_clean(name):
            self.faults.append(
                Fault("column-name", name, "cannot be a column of figures", "Rename it")
            )
        if self._same_length(name, len(numbers)):
            for row in np.flatnonzero(~np.isfinite(numbers)).tolist():
                if row not in self.excluded:
                    self._fault("number-missing", name, row, f"{numbers[row]}", "Give the figure")
        return numbers

    def _ids(self, field: str, values: object) -> Ids:
        array = np.asarray(values)
        if array.dtype.kind in "iu":
            return array.astype(np.int64, copy=False)
        if array.dtype.kind != "U":
            listed = ["" if _is_missing(value) else str(value) for value in array.tolist()]
            array = np.array(listed, str) if listed else np.empty(0, "U1")
        for row in np.flatnonzero(array == "").tolist():
            self._fault(f"{field}-missing", field, row, "empty", "Give every unit one")
        self._check_text(field, array)
        return array

    def _check_text(self, field: str, texts: NDArray[np.str_]) -> None:
        """Find text that is not NFC, or has control characters or spaces around it."""
        if len(texts) == 0:
            return
        points = np.ascontiguousarray(texts).view(np.uint32).reshape(len(texts), -1)
        if points.max(initial=0) < 0x7F and not ((points <= 0x20) & (points > 0)).any():
            return  # plain ASCII without spaces: nothing to look at one by one
        for row, text in enumerate(texts.tolist()):
            if not unicodedata.is_normalized("NFC", text):
                self._fault(
                    "text-not-nfc", field, row, f"{text!r} is not in Unicode form NFC",
                    "Normalise the text to NFC",
                )  # fmt: skip
            elif text != text.strip() or any(unicodedata.category(c) == "Cc" for c in text):
                self._fault(
                    "text-not-plain", field, row, f"{text!r} has control characters or outer spaces",
                    "Remove them",
                )  # fmt: skip

    def _check_unique(self) -> None:
        unit = self.unit
        if unit.dtype.kind == "i" and bool((np.diff(unit) > 0).all()):
            return
        order = np.argsort(unit, kind="stable")
        same = np.flatnonzero(unit[order][1:] == unit[order][:-1])
        for place in same.tolist():
            first, again = int(order[place]), int(order[place + 1])
            if str(unit[again]):
                self._fault(
                    "unit-duplicate", "unit", again, f"already in row {first + 1}",
                    "Give each unit an identifier of its own",
                )  # fmt: skip

    def _floats(self, field: str, values: object) -> NDArray[np.float64]:
        array = np.asarray(values)
        if array.dtype.kind in "iuf":
            return array.astype(np.float64)
        numbers = np.full(len(array), np.nan)
        for row, value in enumerate(array.tolist()):
            if _is_missing(value):
                continue
            try:
                numbers[row] = float(value)
            except (TypeError, ValueError):
                self._fault("not-a-number", field, row, repr(value), "Give a number")
        return numbers

    def _same_length(self, field: str, length: int) -> bool:
        if length == len(self.unit):
            return True
        self.faults.append(
            Fault(
                "column-length", field, f"{length} values for {len(self.unit)} units",
                "Give one value a unit",
            )
        )  # fmt: skip
        return False

    def _fault(
        self, code: str, field: str, row: int | None, problem: str, mend: str, unit: str = ""
    ) -> None:
        known = unit or (
            str(self.unit[row]) if row is not None and hasattr(self, "unit") and row < len(self.unit)
            else ""
        )  # fmt: skip
        self.faults.append(
            Fault(code, field, problem, mend, None if row is None else row + 1, known or None)
        )


def _is_missing(value: object) -> bool:
    return value is None or value == "" or value != value


def _is_clean(text: str) -> bool:
    return unicodedata.is_normalized("NFC", text) and not any(
        unicodedata.category(c) == "Cc" for c in text
    )


def _listed(values: object) -> list[object]:
    listed: list[object] = np.asarray(values, object).tolist()
    return listed
