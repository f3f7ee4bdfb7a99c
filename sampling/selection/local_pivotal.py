"""The local pivotal method: samples spread over a map (Grafström, Lundström, Schelin 2012)."""

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from sampling.randomness import Stream
from sampling.selection.pivotal import fight, is_decided, taken_of
from sampling.selection.srs import simple_random
from sampling.selection.undecided import choose_among_undecided

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

_NEIGHBOURS = 12
_SHRUNK = 0.8  # undecided share at which looking up all neighbours anew pays
_INSIDE = 1 - 1e-12


def local_pivotal(probabilities: Floats, coordinates: Floats, stream: Stream) -> Integers:
    """Draw a sample spread in space: LPM2 of Grafström, Lundström, Schelin (2012).

    A random undecided unit fights with its nearest undecided neighbour, so that neighbours are
    seldom both taken.

    The order in which units come up is a random permutation of the undecided
    (:func:`sampling.selection.srs.simple_random`), gone through again and again with the decided
    left out. Nearest is by Euclidean distance of the coordinates as given, ties to the earlier unit.
    A fight takes one uniform number, read after the permutation.

    Parameters
    ----------
    probabilities : array of float
        Inclusion probabilities that add up to the sample size.
    coordinates : array of float, one row a unit
        Places, in a metric in which distance makes sense (e.g. projected metres).
    """
    open_rows = np.flatnonzero((probabilities > 0.0) & (probabilities < 1.0))
    return choose_among_undecided(
        probabilities, lambda open_, _take: _fight_nearest(open_, coordinates[open_rows], stream)
    )


def _fight_nearest(open_: Floats, places: Floats, stream: Stream) -> Integers:
    units = len(open_)
    chances = open_.tolist()
    undecided = [True] * units
    turn = simple_random(units, units, stream).tolist()
    uniforms = stream.uniforms(units).tolist()
    near = _Neighbours(places, np.arange(units))
    fights, left = 0, units
    while left > 1:
        for row in turn:
            if left < 2:
                break
            if not undecided[row]:
                continue
            other = near.first(row, undecided)
            if other < 0 and left < _SHRUNK * near.units:
                near = _Neighbours(places, np.flatnonzero(undecided))
                other = near.first(row, undecided)
            if other < 0:
                other = near.search(row, undecided)
            chances[row], chances[other] = fight(chances[row], chances[other], uniforms[fights])
            fights += 1
            for unit in (row, other):
                if is_decided(chances[unit]):
                    undecided[unit] = False
                    left -= 1
        turn = [row for row in turn if undecided[row]]
    return taken_of(chances)


class _Neighbours:
    """The nearest few of every unit among some, found at once."""

    def __init__(self, places: Floats, rows: Integers) -> None:
        self.places, self.rows, self.units = places, rows, len(rows)
        self.tree = cKDTree(places[rows])
        lists = self._nearest(places[rows], min(_NEIGHBOURS, self.units))
        self.lists: dict[int, list[int]] = dict(zip(rows.tolist(), lists, strict=True))

    def first(self, row: int, undecided: list[bool]) -> int:
        """Return the nearest undecided unit, −1 where it is none of the few."""
        for other in self.lists[row]:
            if undecided[other] and other != row:
                return other
        return -1

    def search(self, row: int, undecided: list[bool]) -> int:
        """Return the nearest undecided unit, looking as far as needed."""
        wanted = 4 * _NEIGHBOURS
        while True:
            for other in self._nearest(self.places[[row]], min(wanted, self.units))[0]:
                if undecided[other] and other != row:
                    return other
            wanted *= 4

    def _nearest(self, places: Floats, wanted: int) -> list[list[int]]:
        """Return the units near places, nearest first, the earlier of those equally near.

        Squares of distances are added up here and not taken from the tree, so that ties are ties on
        every machine. Of a list that is not complete the farthest may tie with units not in it, and
        is left out.
        """
        _, found = self.tree.query(places, k=wanted)
        others = np.sort(self.rows[found.reshape(len(places), wanted)], axis=1)
        squares = np.zeros(others.shape)
        for axis in range(places.shape[1]):
            squares += (self.places[others, axis] - places[:, axis, None]) ** 2
        order = np.argsort(squares, axis=1, kind="stable")
        others = np.take_along_axis(others, order, axis=1)
        squares = np.take_along_axis(squares, order, axis=1)
        inside = squares < squares[:, -1:] * _INSIDE if wanted < self.units else squares >= 0
        counts = inside.sum(axis=1).tolist()
        return [line[:count] for line, count in zip(others.tolist(), counts, strict=True)]
