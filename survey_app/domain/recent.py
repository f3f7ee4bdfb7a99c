"""How often something happened lately: counted in memory that all web processes share.

A count-min sketch (G. Cormode, S. Muthukrishnan, "An improved data stream summary: the count-min
sketch and its applications", Journal of Algorithms 55, 2005) over sliding time slots. It holds
numbers only, at places found by a keyed digest; the key is random, renewed every day, and never
leaves the memory: nothing in it leads back to an address, and nothing of it is on disk.

Processes write without a lock, which a killed process would never give back. Two that count at the
very same moment may lose one of the two counts, which does not matter here.
"""

from __future__ import annotations

import hashlib
import mmap
import os
from datetime import timedelta
from typing import Final

import numpy as np

_ROWS: Final = 3
_WIDTH: Final = 4096  # overcounts by e/4096 of all counts in the window, at most e⁻³ of the time
_SLOTS: Final = 10
_KEY_BYTES: Final = 32
_SECONDS_A_DAY: Final = 86_400


class RecentCounts:
    """Counts over the last ``window``, shared with every process forked from this one.

    Parameters
    ----------
    window : timedelta
        Counted in ten slots: what happened between nine tenths of it and the whole is counted.
    """

    def __init__(self, window: timedelta) -> None:
        self._slot_seconds = window.total_seconds() / _SLOTS
        cells = _SLOTS * _ROWS * _WIDTH
        memory = mmap.mmap(-1, _KEY_BYTES + 8 + 8 * _SLOTS + 2 * cells)
        self._key = np.frombuffer(memory, np.uint8, _KEY_BYTES)
        self._day = np.frombuffer(memory, np.int64, 1, _KEY_BYTES)
        self._day[0] = -1
        self._slot_of = np.frombuffer(memory, np.int64, _SLOTS, _KEY_BYTES + 8)
        self._cells = np.frombuffer(memory, np.uint16, cells, _KEY_BYTES + 8 + 8 * _SLOTS).reshape(
            _SLOTS, _ROWS, _WIDTH
        )

    def add(self, now: float, *what: str) -> int:
        """Count one more of ``what`` at ``now`` (seconds), and return how many there were lately."""
        slot = int(now // self._slot_seconds)
        self._renew(int(now // _SECONDS_A_DAY))
        place = slot % _SLOTS
        if self._slot_of[place] != slot:
            self._cells[place] = 0
            self._slot_of[place] = slot
        columns = self._columns(what)
        rows = np.arange(_ROWS)
        cells = self._cells[place, rows, columns]
        self._cells[place, rows, columns] = np.where(
            cells < np.iinfo(np.uint16).max, cells + 1, cells
        )
        is_recent = self._slot_of > slot - _SLOTS
        return int(self._cells[is_recent][:, rows, columns].sum(axis=0, dtype=np.int64).min())

    def _renew(self, day: int) -> None:
        if self._day[0] != day:
            self._key[:] = np.frombuffer(os.urandom(_KEY_BYTES), np.uint8)
            self._cells[:] = 0
            self._day[0] = day

    def _columns(self, what: tuple[str, ...]) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
        message = "\0".join(what).encode("utf-8")
        digest = hashlib.blake2b(message, key=self._key.tobytes(), digest_size=2 * _ROWS).digest()
        return np.frombuffer(digest, np.uint16).astype(np.int64) % _WIDTH
