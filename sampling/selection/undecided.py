"""What every unequal-probability method shares: certain and impossible units stand aside."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from sampling.errors import Fault, SelectionError

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

_WHOLE = 1e-6


def check_probabilities(probabilities: Floats, *, fixed_size: bool = True) -> None:
    """Raise :class:`SelectionError` unless all lie in [0, 1] and, if asked, add up to a whole number."""
    bad = np.flatnonzero(~((probabilities >= 0) & (probabilities <= 1)))
    faults = [
        Fault(
            "probability-not-usable",
            "probability",
            f"{probabilities[place]}",
            "Probabilities lie between 0 and 1",
            row=place + 1,
        )
        for place in bad.tolist()
    ]
    total = float(probabilities.sum())
    if not faults and fixed_size and abs(total - round(total)) > _WHOLE:
        faults.append(
            Fault(
                "size-not-whole",
                "probability",
                f"the probabilities add up to {total}",
                "A sample of fixed size needs probabilities that add up to a whole number",
            )
        )
    if faults:
        raise SelectionError(faults)


def choose_among_undecided(
    probabilities: Floats, choose: Callable[[Floats, int], Integers]
) -> Integers:
    """Take units with probability 1, leave those with 0, and let ``choose`` draw among the rest.

    ``choose`` receives the remaining probabilities and the number still to be drawn, and returns
    places among them. The answer is ascending.
    """
    check_probabilities(probabilities)
    certain = np.flatnonzero(probabilities == 1.0)
    open_ = np.flatnonzero((probabilities > 0.0) & (probabilities < 1.0))
    take = round(float(probabilities[open_].sum()))
    if take == 0 or len(open_) == 0:
        return certain
    if take == len(open_):
        return np.union1d(certain, open_)
    return np.union1d(certain, open_[choose(probabilities[open_], take)])


def joint_of_undecided(probabilities: Floats, joint: Callable[[Floats, int], Floats]) -> Floats:
    """Complete joint probabilities of the undecided: certain units join all, impossible none."""
    check_probabilities(probabilities)
    complete = np.outer(probabilities, probabilities)
    open_ = np.flatnonzero((probabilities > 0.0) & (probabilities < 1.0))
    take = round(float(probabilities[open_].sum()))
    if len(open_) and 0 < take < len(open_):
        complete[np.ix_(open_, open_)] = joint(probabilities[open_], take)
    np.fill_diagonal(complete, probabilities)
    return complete


def place_of(weights: Floats, uniform: float) -> int:
    """Return the place k drawn with probability ∝ weight: the first with Σ_{i≤k} w_i > u Σ w."""
    reached = np.cumsum(weights)
    place = int(np.searchsorted(reached, uniform * reached[-1], side="right"))
    return min(place, int(np.flatnonzero(weights > 0)[-1]))
