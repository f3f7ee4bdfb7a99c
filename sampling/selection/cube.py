"""The cube method (Deville, Tillé 2004): samples that reproduce known totals.

A balanced sample satisfies ``Σ_{k∈s} x_k / π_k ≈ Σ_k x_k`` for every balancing variable. The flight
walks from π to a corner of the cube, keeping the totals; where no step keeps them all, the last
variable is given up and the walk goes on (landing by suppression of variables), the sample size
last of all. This is the fast flight of Chauvet, Tillé (2006), written so that it can be repeated to
the letter:

* The units are put in random order (:func:`sampling.selection.srs.simple_random`).
* ``a_k = (1, x_k / π_k …)``, each variable divided by its largest absolute value. With q variables
  the first q + 1 undecided units form the window.
* A direction v with ``Σ a_k v_k = 0`` over the window is found by Gauss–Jordan elimination: variable
  by variable, the pivot is the free unit of largest absolute entry (ties: the first; entries below
  1e−9 count as zero and the variable is passed over). Of the units that are no pivot the first gets
  v = 1, the others 0.
* ``λ₁`` is the largest step along v, ``λ₂`` against it, that keep the window in [0, 1]. With the next
  uniform number u the step is ``+λ₁`` when ``u (λ₁ + λ₂) < λ₂``, else ``−λ₂``. Units within 1e−9 of 0 or
  1 are decided and their places filled from the list, in order.
* When the list is used up and every unit of the window is a pivot, the last variable is given up.
"""

import numpy as np
from numpy.typing import NDArray

from sampling.randomness import Stream
from sampling.selection.srs import simple_random
from sampling.selection.undecided import choose_among_undecided

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

_SMALL = 1e-9


def cube(probabilities: Floats, variables: Floats, stream: Stream) -> Integers:
    """Draw a sample of fixed size balanced on the variables.

    Parameters
    ----------
    probabilities : array of float
        Inclusion probabilities that add up to the sample size.
    variables : array of float, one row a unit
        Balancing variables, the most important first. The sample size comes before them.
    stream : Stream
        Gives the order, then one number a step.
    """
    open_rows = np.flatnonzero((probabilities > 0.0) & (probabilities < 1.0))
    return choose_among_undecided(
        probabilities, lambda open_, _take: _balance(open_, variables[open_rows], stream)
    )


def _balance(open_: Floats, variables: Floats, stream: Stream) -> Integers:
    units = len(open_)
    order = simple_random(units, units, stream).tolist()
    columns = np.column_stack((np.ones(units), variables / open_[:, None]))
    largest = np.abs(columns).max(axis=0)
    entries = (columns / np.where(largest > 0, largest, 1.0)).tolist()
    chances = open_.tolist()
    uniforms = stream.uniforms(units).tolist()
    kept = columns.shape[1]
    window: list[int] = []
    following, steps = 0, 0
    while True:
        while len(window) <= kept and following < units:
            window.append(order[following])
            following += 1
        if not window or kept == 0:
            break
        direction = _direction([entries[unit] for unit in window], kept)
        if direction is None:
            kept -= 1
            continue
        _step(window, chances, direction, uniforms[steps])
        steps += 1
        window = [unit for unit in window if _SMALL < chances[unit] < 1 - _SMALL]
    return np.flatnonzero(np.array(chances) > 0.5)


def _direction(entries: list[list[float]], kept: int) -> list[float] | None:
    """Return v with Σ v_k a_k = 0 for the kept variables; None where only v = 0 does."""
    units = len(entries)
    rows = [[entries[unit][at] for unit in range(units)] for at in range(kept)]
    pivots: list[tuple[int, list[float]]] = []
    is_pivot = [False] * units
    for row in rows:
        best, size = -1, _SMALL
        for unit in range(units):
            if not is_pivot[unit] and abs(row[unit]) > size:
                best, size = unit, abs(row[unit])
        if best < 0:
            continue
        scale = row[best]
        row[:] = [entry / scale for entry in row]
        for other in rows:
            if other is not row and other[best] != 0.0:
                factor = other[best]
                other[:] = [a - factor * b for a, b in zip(other, row, strict=True)]
        is_pivot[best] = True
        pivots.append((best, row))
    free = next((unit for unit in range(units) if not is_pivot[unit]), -1)
    if free < 0:
        return None
    direction = [0.0] * units
    direction[free] = 1.0
    for unit, row in pivots:
        direction[unit] = -row[free]
    return direction


def _step(window: list[int], chances: list[float], direction: list[float], uniform: float) -> None:
    """Go along or against the direction, so that the expected probabilities stay."""
    forward = backward = float("inf")
    for unit, slope in zip(window, direction, strict=True):
        if abs(slope) > _SMALL:
            up, down = (1 - chances[unit]) / abs(slope), chances[unit] / abs(slope)
            forward = min(forward, up if slope > 0 else down)
            backward = min(backward, down if slope > 0 else up)
    step = forward if uniform * (forward + backward) < backward else -backward
    for unit, slope in zip(window, direction, strict=True):
        chances[unit] = min(max(chances[unit] + step * slope, 0.0), 1.0)
