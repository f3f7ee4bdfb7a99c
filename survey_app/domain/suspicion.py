"""What makes an answer suspect (phiếu nghi vấn) without asking who sent it.

A suspect answer is kept apart and looked at by people; it is neither refused nor deleted, because
each of these signs also occurs among honest answers. No sign rests on a network address alone:
carriers and offices share theirs among many people.

The limits are set against how often honest people cross them; ``tests/domain/test_suspicion.py``
simulates honest counters and every kind of attack, and states both rates.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from scipy.stats import binom, nbinom

from survey_app.domain.local_time import ZONE

WINDOW: Final = timedelta(minutes=10)
REPEAT_WINDOW: Final = timedelta(hours=1)
MOST_FROM_NETWORK: Final = 8  # through one code within WINDOW
MOST_AT_CODE: Final = 14
MOST_ALIKE: Final = 3  # the same mixed answers, or the same words, through one code
MOST_UNIFORM: Final = 12  # the same level throughout, as many honest people answer
SECONDS_TO_OPEN: Final = 1.0
SECONDS_A_CHOICE: Final = 0.5
NIGHT_FROM, NIGHT_TO = 22, 5  # a one-stop office is closed; people have gone home to bed
SURGE_PROBABILITY: Final = 1e-4
OVERDISPERSION: Final = 4.0  # days differ by more than chance: market days, deadlines
LEAST_IN_SURGE: Final = 15


class Reason(StrEnum):
    """Why an answer is suspect."""

    TOO_FAST = "too-fast"
    BURST_FROM_NETWORK = "burst-from-network"
    BURST_AT_CODE = "burst-at-code"
    REPEATED = "repeated"
    AT_NIGHT = "at-night"
    SURGE = "surge"
    OFFICE_SHARE = "office-share"


@dataclass(frozen=True)
class Sending:
    """What is known, for a moment and in memory only, of one answer as it comes.

    Parameters
    ----------
    at : datetime
    seconds_open : float
        Since the form was first opened; whole seconds.
    choices : int
        Answers given.
    is_uniform : bool
        All ratings alike, and nothing in own words.
    sent_from_network, sent_at_code : int
        Through this code within `WINDOW`, this one included.
    alike : int
        The same answers through this code within `REPEAT_WINDOW`, this one included.
    closes_at_night : bool
    """

    at: datetime
    seconds_open: float
    choices: int
    is_uniform: bool
    sent_from_network: int
    sent_at_code: int
    alike: int
    closes_at_night: bool


def suspicions(sending: Sending) -> tuple[Reason, ...]:
    """Return the reasons for which an answer is suspect; none for most."""
    hour = sending.at.astimezone(ZONE).hour
    signs = {
        Reason.TOO_FAST: sending.seconds_open
        < SECONDS_TO_OPEN + SECONDS_A_CHOICE * (sending.choices - 1),
        Reason.BURST_FROM_NETWORK: sending.sent_from_network > MOST_FROM_NETWORK,
        Reason.BURST_AT_CODE: sending.sent_at_code > MOST_AT_CODE,
        Reason.REPEATED: sending.alike > (MOST_UNIFORM if sending.is_uniform else MOST_ALIKE),
        Reason.AT_NIGHT: sending.closes_at_night and (hour >= NIGHT_FROM or hour < NIGHT_TO),
    }
    return tuple(reason for reason, is_there in signs.items() if is_there)


def is_surge(earlier: Sequence[int], today: int) -> bool:
    """Tell whether a code had far more answers in a day than its earlier days foretell.

    The predictive distribution of a day's count after earlier days, Poisson with a gamma prior: a
    negative binomial. Counts are divided by their overdispersion first (quasi-Poisson).
    """
    if today < LEAST_IN_SURGE or not earlier:
        return False
    seen, days = sum(earlier) / OVERDISPERSION + 0.5, len(earlier)
    count = math.floor(today / OVERDISPERSION)
    return bool(nbinom.sf(count - 1, seen, days / (days + 1)) < SURGE_PROBABILITY)


def is_office_share(
    earlier_code: int, earlier_office: int, today_code: int, today_office: int
) -> bool:
    """Tell whether one code gave far more of its office's answers than its share until then."""
    if today_code < LEAST_IN_SURGE or earlier_office < LEAST_IN_SURGE:
        return False
    share = (earlier_code + 1) / (earlier_office + 2)
    code, office = math.floor(today_code / OVERDISPERSION), round(today_office / OVERDISPERSION)
    return bool(binom.sf(code - 1, office, share) < SURGE_PROBABILITY)
