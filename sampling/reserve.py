"""Replacement units drawn in advance, in random order (mẫu dự phòng)."""

import numpy as np
from numpy.typing import NDArray

from sampling.randomness import Stream


def reserve_order(
    left: NDArray[np.int64], sizes: NDArray[np.float64] | None, take: int, stream: Stream
) -> NDArray[np.int64]:
    """Put units that were not drawn in random order and return the first ``take``.

    Each unit gets the key ``−ln(1 − u) / x`` with ``u`` uniform in the order of ``left`` and ``x``
    its size (1 without sizes); ascending keys are successive draws proportional to size among what
    is left (Rosén 1997; Efraimidis, Spirakis 2006). Ties keep the order of ``left``.
    """
    keys = -np.log1p(-stream.uniforms(len(left)))
    if sizes is not None:
        keys = keys / sizes
    return left[np.argsort(keys, kind="stable")[:take]]
