"""Simple random sampling from a stream of rows, for frames larger than memory.

Every row gets the next 64-bit word of the stream; each stratum keeps the rows of its smallest words,
ties to the earlier row (Bebbington's problem solved by sorting keys: Sunter 1977; Vitter 1985). One
pass, memory for the sample alone, and nothing needs to be known beforehand. The order of the words
is random, so the first rows of a stratum's answer are a sample of their own and the rest reserves.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sampling.errors import Fault, SelectionError
from sampling.randomness import Stream

Integers = NDArray[np.int64]


@dataclass(frozen=True)
class StreamedStratum:
    """What was drawn of one stratum.

    Attributes
    ----------
    units : int
        Rows seen.
    rows : array of int
        Rows drawn, from 0 in the order of the stream, in the order of the draw.
    probability : float
        Drawn / seen.
    """

    units: int
    rows: Integers
    probability: float


def simple_random_stream(
    batches: Iterable[NDArray[np.str_] | Integers], takes: Mapping[str, int], source: Stream
) -> dict[str, StreamedStratum]:
    """Draw from each stratum, its numbers of rows unknown beforehand.

    Parameters
    ----------
    batches : iterable of arrays
        The stratum of each row, batch after batch.
    takes : mapping of str to int
        How many to draw of each stratum; every stratum that comes must be named.
    source : Stream
        Random numbers; how rows are cut into batches does not matter.

    Raises
    ------
    SelectionError
        When a stratum comes that was not named, or has fewer rows than are to be drawn.
    """
    kept: dict[str, tuple[NDArray[np.uint64], Integers]] = {
        name: (np.empty(0, np.uint64), np.empty(0, np.int64)) for name in takes
    }
    seen = dict.fromkeys(takes, 0)
    first = 0
    for batch in batches:
        words = source.words(len(batch))
        names, codes = np.unique(np.asarray(batch), return_inverse=True)
        order = np.argsort(codes, kind="stable")
        ends = np.cumsum(np.bincount(codes, minlength=len(names)))
        for name, part in zip(names.tolist(), np.split(order, ends[:-1]), strict=True):
            key = str(name)
            if key not in takes:
                raise SelectionError(
                    [
                        Fault("stratum-unknown", "stratum", key, "Name how many to draw of it",
                              first + int(part[0]) + 1)
                    ]
                )  # fmt: skip
            seen[key] += len(part)
            kept[key] = _smallest(kept[key], words[part], first + part, takes[key])
        first += len(batch)
    short = [name for name, take in takes.items() if seen[name] < take]
    if short:
        raise SelectionError(
            [
                Fault("take-above-population", "take", f"{takes[name]} of {seen[name]} units",
                      "Ask for at most the units there are", unit=name)
                for name in short
            ]
        )  # fmt: skip
    return {
        name: StreamedStratum(seen[name], rows, takes[name] / max(seen[name], 1))
        for name, (_, rows) in kept.items()
    }


def _smallest(
    kept: tuple[NDArray[np.uint64], Integers],
    words: NDArray[np.uint64],
    rows: Integers,
    take: int,
) -> tuple[NDArray[np.uint64], Integers]:
    """Return the ``take`` smallest words with their rows, in order."""
    if len(kept[0]) == take and take > 0:
        closer = words < kept[0][-1]
        words, rows = words[closer], rows[closer]
    words, rows = np.concatenate((kept[0], words)), np.concatenate((kept[1], rows))
    order = np.argsort(words, kind="stable")[:take]
    return words[order], rows[order]
