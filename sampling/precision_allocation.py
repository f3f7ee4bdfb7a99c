"""The cheapest allocation that keeps many precision targets at once (Bethel 1989; Chromy 1987).

Each target asks that the variance of an estimated total, over the strata of one domain, be at most
a bound:

    ``Σ_h N_h² S_hj² (1/n_h − 1/N_h) ≤ V_j``.

With ``a_hj = N_h² S_hj² / (V_j + Σ_h N_h S_hj²)`` it reads ``Σ_h a_hj / n_h ≤ 1``, and the cost
``Σ c_h n_h`` is least, within ``l_h ≤ n_h ≤ u_h``, where for multipliers λ ≥ 0

    ``n_h(λ) = min(u_h, max(l_h, √(Σ_j λ_j a_hj / c_h)))``.

The multipliers maximise the concave dual ``Σ_h (c_h n_h + Σ_j λ_j a_hj / n_h) − Σ_j λ_j``. Then the
numbers are made whole from above, and lowered one by one, the dearest first, while every target is
still kept.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from sampling.errors import AllocationError, Fault

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
_SLACK = 1e-9


@dataclass(frozen=True)
class Target:
    """One estimate that has to be precise.

    Attributes
    ----------
    name : str
        What it is, e.g. ``satisfied · Bảo Thắng``.
    spread : tuple of float
        S_h: standard deviation of the values in each stratum; 0 outside the target's domain.
    mean : tuple of float
        Mean of the values in each stratum; 0 outside the domain.
    cv : float
        Largest coefficient of variation wanted for the domain's total (or mean, its size known).
    """

    name: str
    spread: tuple[float, ...]
    mean: tuple[float, ...]
    cv: float


@dataclass(frozen=True)
class PrecisionAllocation:
    """What to take in each stratum, and what it buys.

    Attributes
    ----------
    take : array of int
    cv : dict of str to float
        Coefficient of variation reached for each target.
    binding : tuple of str
        Targets that decide the size: without them it would be smaller.
    cost : float
    """

    take: Integers
    cv: dict[str, float]
    binding: tuple[str, ...]
    cost: float


def allocate_for_precision(
    strata: Sequence[str],
    units: Integers,
    targets: Sequence[Target],
    *,
    cost: Floats | None = None,
    minimum: int = 2,
) -> PrecisionAllocation:
    """Return the cheapest whole numbers that keep every target.

    Parameters
    ----------
    strata : sequence of str
        Names, for messages.
    units : array of int
        Units of each stratum N_h.
    targets : sequence of Target
        At least one; variables and domains alike.
    cost : array of float, optional
        Cost of a unit of each stratum; all alike when left out.
    minimum : int
        Least a stratum gets (all its units where it has fewer).

    Raises
    ------
    AllocationError
        When a target does not fit the strata or asks for something without a scale.
    """
    units = np.asarray(units, np.int64)
    costs = np.ones(len(units)) if cost is None else np.asarray(cost, np.float64)
    _require(strata, units, targets, costs)
    spread = np.array([target.spread for target in targets])
    totals = (units * np.array([target.mean for target in targets])).sum(axis=1)
    bounds = (np.array([target.cv for target in targets]) * totals) ** 2
    weighted = units**2 * spread**2
    claims = (weighted / (bounds + (units * spread**2).sum(axis=1))[:, None]).T
    lower = np.minimum(minimum, units).astype(np.float64)
    multipliers = _multipliers(claims, costs, lower, units.astype(np.float64))
    exact = _takes(multipliers, claims, costs, lower, units.astype(np.float64))
    take = _whole(exact, claims, costs, lower, units)
    variance = (weighted * (1 / np.maximum(take, 1) - 1 / units)).sum(axis=1)
    return PrecisionAllocation(
        take,
        {
            target.name: float(np.sqrt(max(v, 0.0)) / abs(t))
            for target, v, t in zip(targets, variance, totals, strict=True)
        },
        tuple(
            target.name
            for target, m in zip(targets, multipliers, strict=True)
            if m > 1e-6 * multipliers.max()
        ),
        float((costs * take).sum()),
    )


def _takes(multipliers: Floats, claims: Floats, cost: Floats, low: Floats, high: Floats) -> Floats:
    return np.asarray(np.clip(np.sqrt(claims @ multipliers / cost), low, high), np.float64)


def _multipliers(claims: Floats, cost: Floats, low: Floats, high: Floats) -> Floats:
    """Maximise the dual; multipliers are scaled by the cost that each target alone would need."""
    alone = np.sqrt(claims * cost[:, None]).sum(axis=0) ** 2
    scale = np.where(alone > 0, alone, 1.0)

    def negative_dual(scaled: Floats) -> tuple[float, Floats]:
        multipliers = scaled * scale
        takes = _takes(multipliers, claims, cost, low, high)
        kept = claims.T @ (1 / takes)
        value = float(cost @ takes + multipliers @ (kept - 1))
        return -value / scale.max(), -(kept - 1) * scale / scale.max()

    found = minimize(
        negative_dual,
        np.full(len(scale), 1.0 / len(scale)),
        jac=True,
        method="L-BFGS-B",
        bounds=[(0.0, None)] * len(scale),
        options={"maxiter": 5_000, "ftol": 1e-15, "gtol": 1e-10},
    )
    return np.asarray(found.x * scale, np.float64)


def _whole(exact: Floats, claims: Floats, cost: Floats, low: Floats, units: Integers) -> Integers:
    """Raise to whole numbers until every target is kept, then lower what can be spared."""
    take = np.minimum(np.ceil(exact - _SLACK), units)
    kept = claims.T @ (1 / take)
    while (kept > 1 + _SLACK).any():
        # the raise that helps the worst target most for its cost
        worst = int(np.argmax(kept))
        gain = claims[:, worst] * (1 / take - 1 / (take + 1)) / cost
        gain[take >= units] = -1.0
        take[int(np.argmax(gain))] += 1
        kept = claims.T @ (1 / take)
    for at in np.argsort(-cost, kind="stable").tolist():
        while take[at] > low[at]:
            loss = claims[at] * (1 / (take[at] - 1) - 1 / take[at])
            if (kept + loss > 1 + _SLACK).any():
                break
            take[at] -= 1
            kept = kept + loss
    return np.asarray(take, np.int64)


def _require(
    strata: Sequence[str], units: Integers, targets: Sequence[Target], cost: Floats
) -> None:
    faults = []
    if not targets:
        faults.append(Fault("no-target", "targets", "none", "Give at least one"))
    if len(cost) != len(strata) or not (np.isfinite(cost).all() and (cost > 0).all()):
        faults.append(Fault("value-not-usable", "cost", str(cost), "One number above 0 a stratum"))
    for at in np.flatnonzero(units < 1).tolist():
        faults.append(
            Fault("stratum-empty", "units", str(units[at]), "Leave it out", unit=strata[at])
        )
    for target in targets:
        faults += _target_faults(target, strata, units)
    if faults:
        raise AllocationError(faults)


def _target_faults(target: Target, strata: Sequence[str], units: Integers) -> list[Fault]:
    def fault(code: str, field: str, problem: object, mend: str) -> Fault:
        return Fault(code, field, str(problem), mend, unit=target.name)

    for field, values in (("spread", target.spread), ("mean", target.mean)):
        if len(values) != len(strata):
            return [fault("column-length", field, len(values), f"Give {len(strata)} values")]
        if not np.isfinite(values).all() or (field == "spread" and min(values) < 0):
            return [fault("value-not-usable", field, values, "Give finite numbers")]
    if not 0 < target.cv < np.inf:
        return [fault("cv-not-usable", "cv", target.cv, "Give a number above 0")]
    if float(np.dot(units, target.mean)) == 0:
        return [fault("total-zero", "mean", 0, "A total of 0 has no coefficient of variation")]
    return []
