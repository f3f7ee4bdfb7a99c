"""Draws against a bare numpy floor and every installed peer, as ratios of user CPU time.

E1: PPS systematic, 5,000 of 50,000 clusters in 126 strata, then simple random 10 inside each, from a
frame of 1,000,000 units. E2: stratified simple random, 126 × 200 of 10,000,000 units. The frames
are made here; making them, and checking them as a :class:`sampling.Frame`, is timed apart.
"""

import resource
import statistics
from collections.abc import Callable

import numpy as np

from sampling import Allocation, Design, Frame, Seed, Stage, draw

STRATA, CLUSTERS, UNITS, TAKEN = 126, 50_000, 1_000_000, 5_000
ROUNDS = 5


def clusters_frame() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return each cluster's stratum and size, and each unit's cluster."""
    rng = np.random.default_rng([7, 2])
    mos = rng.gamma(4, 1, CLUSTERS)
    extra = rng.choice(CLUSTERS, UNITS - CLUSTERS, p=mos / mos.sum())
    cluster = np.sort(np.concatenate([np.arange(CLUSTERS), extra])).astype(np.int32)
    stratum = np.sort(rng.integers(0, STRATA, CLUSTERS)).astype(np.int16)
    return stratum, np.bincount(cluster), cluster


def units_frame() -> np.ndarray:
    """Return the stratum of each of ten million units."""
    rng = np.random.default_rng([7, 3])
    share = rng.gamma(4, 1, STRATA)
    return rng.choice(STRATA, 10_000_000, p=share / share.sum()).astype(np.int16)


def e1_takes(stratum: np.ndarray) -> np.ndarray:
    counts = np.bincount(stratum, minlength=STRATA)
    takes = counts * TAKEN // CLUSTERS
    takes[: TAKEN - takes.sum()] += 1
    return takes


def e1_floor(stratum: np.ndarray, size: np.ndarray, cluster: np.ndarray) -> int:
    """Draw E1 in bare numpy: no checks, no record, no reproducible streams."""
    rng = np.random.default_rng(1)
    takes = e1_takes(stratum)
    bounds = np.searchsorted(stratum, np.arange(STRATA + 1))
    chosen = []
    for h in range(STRATA):
        total = np.cumsum(size[bounds[h] : bounds[h + 1]])
        points = (rng.random() + np.arange(takes[h])) * (total[-1] / takes[h])
        chosen.append(bounds[h] + np.searchsorted(total, points, side="right"))
    clusters = np.concatenate(chosen)
    starts = np.searchsorted(cluster, clusters)
    picked = []
    for start, n in zip(starts.tolist(), size[clusters].tolist(), strict=True):
        picked.append(start + rng.choice(n, min(10, n), replace=False))
    units = np.concatenate(picked)
    chance = np.repeat(takes[stratum[clusters]] * size[clusters], np.minimum(10, size[clusters]))
    return len(units) + 0 * int(chance[0])


def e2_floor(stratum: np.ndarray) -> int:
    """Draw E2 in bare numpy."""
    rng = np.random.default_rng(1)
    order = np.argsort(stratum, kind="stable")
    bounds = np.concatenate(([0], np.cumsum(np.bincount(stratum, minlength=STRATA))))
    picked = [
        order[bounds[h] + rng.choice(bounds[h + 1] - bounds[h], 200, replace=False)]
        for h in range(STRATA)
    ]
    return len(np.concatenate(picked))


def user_seconds(work: Callable[[], object]) -> float:
    """Return the median user CPU time of a few runs."""
    times = []
    for _ in range(ROUNDS):
        before = resource.getrusage(resource.RUSAGE_SELF).ru_utime
        work()
        times.append(resource.getrusage(resource.RUSAGE_SELF).ru_utime - before)
    return statistics.median(times)


def line(name: str, seconds: float, floor: float) -> None:
    print(f"{name:<44} {seconds:8.3f} s user   {seconds / floor:6.2f} × floor")


def e1() -> None:
    stratum, size, cluster = clusters_frame()

    def load() -> Frame:
        return Frame.from_columns(
            np.arange(CLUSTERS), name="cluster", stratum=stratum, size=size
        ).below("unit", np.arange(UNITS), parent=cluster)

    takes = e1_takes(stratum)
    design = Design(
        (Stage("cluster", "pps-systematic"), Stage("unit", "srs", take=10)),
        Allocation("fixed", fixed=tuple((str(h), int(n)) for h, n in enumerate(takes))),
    )
    floor = user_seconds(lambda: e1_floor(stratum, size, cluster))
    frame = load()
    line("E1 numpy floor", floor, floor)
    line(
        "E1 sampling.draw",
        user_seconds(lambda: draw(frame, design, Seed.simulation(1)).weight),
        floor,
    )
    line("E1 checking the frame (not in the draw)", user_seconds(load), floor)


def e2() -> None:
    stratum = units_frame()

    def load() -> Frame:
        return Frame.from_columns(np.arange(len(stratum)), stratum=stratum)

    design = Design((Stage("unit", "srs"),), Allocation("equal", 200 * STRATA))
    floor = user_seconds(lambda: e2_floor(stratum))
    frame = load()
    line("E2 numpy floor", floor, floor)
    line(
        "E2 sampling.draw",
        user_seconds(lambda: draw(frame, design, Seed.simulation(1)).weight),
        floor,
    )
    line("E2 checking the frame (not in the draw)", user_seconds(load), floor)


if __name__ == "__main__":
    e1()
    e2()
