"""The digests of the journal of accepted answers (nhật ký phiếu đã nhận).

Three layers, each for what the one before cannot see:

- an *entry*: a keyed digest of one answer sheet. Whoever holds the database but not the key can
  neither alter a sheet nor add one with an entry that fits;
- a *tally*: a keyed sum over the entries of the batch still open. Sums do not know an order, so
  that it says how many sheets there are and which, never when each came; a sheet and its entry
  taken away together are missed (D. Clarke et al., "Incremental Multiset Hash Functions and Their
  Application to Memory Integrity Checking", ASIACRYPT 2003, §4: MSet-Add-Hash; the total itself
  is authenticated, because the sum alone is not safe against who may watch it change);
- a *head*: a day's batch, its entries sorted by digest, chained to the batch before. Once heads are
  published, the key does not help any more: the past cannot be rewritten by anybody.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

FIRST_HEAD: Final = bytes(32)
_MODULUS: Final = 1 << 256


@dataclass(frozen=True)
class Sheet:
    """One accepted answer sheet, as stored.

    Parameters
    ----------
    id : UUID
    facts : tuple
        What the response row says beside its identifier, in the order of its columns.
    coded : sequence of (item, value)
    words : sequence of (item, text)
    """

    id: uuid.UUID
    facts: tuple[str | int | None, ...]
    coded: Sequence[tuple[int, int]]
    words: Sequence[tuple[int, str]]


def entry_digest(key: bytes, sheet: Sheet) -> bytes:
    """Return the keyed digest of a sheet; the order of its answers plays no part."""
    canonical = json.dumps(
        [str(sheet.id), sheet.facts, sorted(sheet.coded), sorted(sheet.words)],
        ensure_ascii=True,
        separators=(",", ":"),
    )
    return _keyed(key, "entry", canonical.encode("ascii"))


@dataclass(frozen=True)
class Tally:
    """The authenticated sum of some entries of the open batch."""

    batch: int
    shard: int
    entries: int
    total: bytes

    def plus(self, key: bytes, digest: bytes) -> Tally:
        """Return the tally with one more entry."""
        total = (int.from_bytes(self.total) + _addend(key, digest)) % _MODULUS
        return Tally(self.batch, self.shard, self.entries + 1, total.to_bytes(32))

    def seal(self, key: bytes) -> bytes:
        """Return what proves that this tally was written by a holder of the key."""
        said = f"{self.batch}/{self.shard}/{self.entries}/".encode("ascii")
        return _keyed(key, "tally", said + self.total)


def no_entries(batch: int, shard: int) -> Tally:
    """Return the tally of nothing."""
    return Tally(batch, shard, 0, bytes(32))


def sum_of_tallies(tallies: Iterable[Tally]) -> tuple[int, bytes]:
    """Return how many entries several tallies count, and their sum."""
    entries, total = 0, 0
    for tally in tallies:
        entries += tally.entries
        total += int.from_bytes(tally.total)
    return entries, (total % _MODULUS).to_bytes(32)


def sum_of_entries(key: bytes, digests: Iterable[bytes]) -> tuple[int, bytes]:
    """Return what the tallies of exactly these entries add up to."""
    entries, total = 0, 0
    for digest in digests:
        entries += 1
        total += _addend(key, digest)
    return entries, (total % _MODULUS).to_bytes(32)


def batch_root(digests: Iterable[bytes]) -> bytes:
    """Return one digest over a batch's entries, sorted: the set matters, not the order."""
    root = hashlib.sha256(b"survey-journal-batch/")
    for digest in sorted(digests):
        root.update(digest)
    return root.digest()


def chain_head(
    previous: bytes, number: int, sealed_on: date, entries: int, is_whole: bool, root: bytes
) -> bytes:
    """Return the head of the chain after a batch: publishing it commits to all batches so far."""
    said = f"survey-journal-head/{number}/{sealed_on.isoformat()}/{entries}/{int(is_whole)}/"
    return hashlib.sha256(said.encode("ascii") + previous + root).digest()


def _addend(key: bytes, digest: bytes) -> int:
    return int.from_bytes(_keyed(key, "sum", digest))


def _keyed(key: bytes, purpose: str, message: bytes) -> bytes:
    return hmac.digest(key, purpose.encode("ascii") + b"/" + message, "sha256")
