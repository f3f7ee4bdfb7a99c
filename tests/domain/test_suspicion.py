"""Honest counters and every kind of stuffing, simulated: how much of each is kept apart.

The rates asserted here are those stated in ``docs/operators/security.md``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from survey_app.domain.intake_watch import Arrival, IntakeWatch, network
from survey_app.domain.recent import RecentCounts
from survey_app.domain.suspicion import Reason, is_office_share, is_surge

MORNING = datetime(2026, 5, 4, 0, 30, tzinfo=UTC)  # half past seven in the province
ITEMS = [f"cau_{n}" for n in range(8)]


@dataclass
class Day:
    """Arrivals at one code on one day; times in seconds after half past seven."""

    rng: np.random.Generator

    def arrival(self, second: float, levels: list[str], words: str = "", **more: object) -> Arrival:
        at = MORNING + timedelta(seconds=second)
        answers = {item: [level] for item, level in zip(ITEMS, levels, strict=False)}
        if words:
            answers["gop_y"] = [words]
        values: dict[str, object] = {
            "code": "7K3M2QXC",
            "address": f"27.66.{self.rng.integers(256)}.{self.rng.integers(256)}",
            "form": str(self.rng.integers(1 << 62)),
            "opened_at": at - timedelta(seconds=int(self.rng.gamma(4, 2) + 2 * len(answers))),
            "at": at,
            "answers": answers,
            "closes_at_night": True,
            **more,
        }
        return Arrival(**values)  # type: ignore[arg-type]  # spelled out above

    def honest(self, a_day: int) -> Iterator[Arrival]:
        """Poisson arrivals with the two rushes of a working day; four in ten tick one level."""
        share = self.rng.beta(2, 2)  # of people on the office's own wireless network
        for second in np.sort(self._working_seconds(self.rng.poisson(a_day))):
            mood = self.rng.choice(["3", "4", "5"], p=[0.2, 0.4, 0.4])
            kind = self.rng.random()
            if kind < 0.45:
                levels = [mood]  # the first question only
            elif kind < 0.7:
                levels = [mood] * len(ITEMS)
            else:
                levels = list(
                    self.rng.choice(list("12345"), len(ITEMS), p=[0.04, 0.08, 0.2, 0.4, 0.28])
                )
            more = {"address": "113.160.1.1"} if self.rng.random() < share else {}
            yield self.arrival(float(second), levels, **more)

    def _working_seconds(self, n: int) -> np.ndarray:
        rush = self.rng.choice([1.5, 7.0], n) + self.rng.normal(0, 0.8, n)
        flat = self.rng.uniform(0, 9.5, n)
        return 3600 * np.clip(np.where(self.rng.random(n) < 0.6, rush, flat), 0, 9.5)


def kept_apart(arrivals: Iterator[Arrival] | list[Arrival]) -> list[tuple[Reason, ...]]:
    watch = IntakeWatch()
    return [watch.suspect(arrival) for arrival in arrivals]


# A commune's counter, a busy one-stop office, and a hospital's exit.
@pytest.mark.parametrize(("a_day", "most"), [(8, 0.001), (40, 0.001), (120, 0.002)])
def test_honest_answers_are_hardly_ever_kept_apart(a_day: int, most: float) -> None:
    flagged = total = 0
    for seed in range(2400 // a_day):
        found = kept_apart(Day(np.random.default_rng([1, a_day, seed])).honest(a_day))
        flagged += sum(map(bool, found))
        total += len(found)
    assert flagged / total <= most, (flagged, total)


def script(day: Day) -> list[Arrival]:
    """A script from one address: opens and sends at once."""
    return [
        day.arrival(3600 + n, ["5"] * 8, address="14.0.0.1",
                    opened_at=MORNING + timedelta(seconds=3600 + n))
        for n in range(200)
    ]  # fmt: skip


def patient_script(day: Day) -> list[Arrival]:
    """Waits as long as a reader would, through a new address each time, mixed good answers."""
    return [
        day.arrival(3600 + 30 * n, list(day.rng.choice(["4", "5"], 8))) for n in range(200)
    ]  # fmt: skip


def same_sheet(day: Day) -> list[Arrival]:
    """The same made-up sheet once in five minutes, from everywhere."""
    return [day.arrival(300 * n, list("54554545")) for n in range(100)]


def same_words(day: Day) -> list[Arrival]:
    return [
        day.arrival(200 * n, ["5"] * 8, words="Cán bộ rất tận tình, chu đáo.") for n in range(100)
    ]


def by_hand(day: Day) -> list[Arrival]:
    """An employee with a telephone at the office's network in a quiet half hour."""
    return [
        day.arrival(7200 + 20 * n, list(day.rng.choice(["4", "5"], 8)), address="113.160.1.1")
        for n in range(90)
    ]


def at_night(day: Day) -> list[Arrival]:
    return [
        day.arrival(15.5 * 3600 + 600 * n, list(day.rng.choice(["4", "5"], 8))) for n in range(20)
    ]


def one_an_hour(day: Day) -> list[Arrival]:
    """Nobody finds this within a day; the limits bound what it can do."""
    return [day.arrival(3600 * n, list(day.rng.choice(["4", "5"], 8))) for n in range(9)]


ATTACKS: list[tuple[Callable[[Day], list[Arrival]], Reason, float]] = [
    (script, Reason.TOO_FAST, 1.0),
    (patient_script, Reason.BURST_AT_CODE, 0.9),
    (same_sheet, Reason.REPEATED, 0.9),
    (same_words, Reason.REPEATED, 0.9),
    (by_hand, Reason.BURST_FROM_NETWORK, 0.8),
    (at_night, Reason.AT_NIGHT, 1.0),
]


@pytest.mark.parametrize(
    ("attack", "sign", "least"), ATTACKS, ids=lambda v: getattr(v, "__name__", "")
)
def test_stuffing_is_kept_apart(
    attack: Callable[[Day], list[Arrival]], sign: Reason, least: float
) -> None:
    found = kept_apart(attack(Day(np.random.default_rng(7))))
    assert sum(map(bool, found)) / len(found) >= least
    assert any(sign in reasons for reasons in found)


def test_what_stays_under_every_limit_of_minutes_shows_in_the_day() -> None:
    """Eighty more where a day brought forty, one every six minutes and each different."""
    rng = np.random.default_rng(3)
    earlier = rng.poisson(40, 20).tolist()
    assert is_surge(earlier, 120)
    # and what one an hour adds is found nowhere: that is what one-time codes are for
    assert not is_surge(earlier, 49)
    assert not any(kept_apart(one_an_hour(Day(np.random.default_rng(1)))))


def test_a_day_s_surge_is_seldom_a_false_alarm_even_when_days_differ_more_than_chance() -> None:
    """Gamma-mixed Poisson days, variance three times the mean: market days and deadlines."""
    rng = np.random.default_rng(11)
    alarms = 0
    for mean in (5, 20, 80):
        days = rng.poisson(rng.gamma(mean / 2, 2, (2000, 21)))
        alarms += sum(is_surge(row[:20].tolist(), int(row[20])) for row in days)
    assert alarms / 6000 < 0.001


def test_a_new_code_without_a_past_is_not_judged_by_it() -> None:
    assert not is_surge([], 500)
    assert not is_office_share(0, 0, 30, 40)


def test_one_code_that_takes_over_its_office_is_found() -> None:
    assert is_office_share(100, 400, 180, 220)
    assert not is_office_share(100, 400, 60, 220)


# --- counting -----------------------------------------------------------------------------------


def test_counts_are_those_of_the_window_and_are_forgotten_after_it() -> None:
    recent = RecentCounts(timedelta(minutes=10))
    assert [recent.add(1000 + n, "a") for n in range(3)] == [1, 2, 3]
    assert recent.add(1003, "b") == 1
    assert recent.add(1500, "a") == 4
    assert recent.add(1605, "a") == 2  # the first three are out of it
    assert recent.add(9000, "a") == 1


def test_the_key_is_new_every_day_so_that_nothing_can_be_found_again() -> None:
    recent = RecentCounts(timedelta(days=1))
    before = recent._columns(("a",)).tolist()
    recent.add(10.0, "a")
    today = recent._columns(("a",)).tolist()
    assert recent.add(86_410.0, "a") == 1
    assert before != today != recent._columns(("a",)).tolist()


def test_many_others_hardly_blur_a_count() -> None:
    recent = RecentCounts(timedelta(minutes=10))
    for n in range(2000):
        recent.add(100.0, "other", str(n))
    assert recent.add(100.0, "a") <= 3


def test_processes_forked_from_one_another_count_together() -> None:
    import os

    recent = RecentCounts(timedelta(minutes=10))
    recent.add(1000.0, "a")
    child = os.fork()
    if child == 0:
        recent.add(1001.0, "a")
        os._exit(0)
    os.waitpid(child, 0)
    assert recent.add(1002.0, "a") == 3


def test_a_form_sent_again_is_not_counted_again() -> None:
    day = Day(np.random.default_rng(1))
    one = day.arrival(100, ["5"])
    assert kept_apart([one] * 40) == [()] * 40


def test_a_telephone_s_many_addresses_are_one_network() -> None:
    assert network("2402:800:6000:1::5") == network("2402:800:6000:1:aaaa::9")
    assert network("2402:800:6000:2::5") != network("2402:800:6000:1::5")
    assert network("not an address") == ""
