"""Watching answers as they come: counts in memory, and the signs that `suspicions` reads in them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import ip_address

from survey_app.domain.recent import RecentCounts
from survey_app.domain.suspicion import REPEAT_WINDOW, WINDOW, Reason, Sending, suspicions

_IPV6_NETWORK = 64  # one household or telephone


@dataclass(frozen=True)
class Arrival:
    """One answer as it comes in; nothing of this is kept but the verdict.

    Parameters
    ----------
    code : str
        The code through which it came.
    address : str
        The sender's network address.
    form : str
        What names the opened form: sending it again is not counted again.
    opened_at, at : datetime
    answers : mapping of item code to the strings sent
    closes_at_night : bool
    """

    code: str
    address: str
    form: str
    opened_at: datetime
    at: datetime
    answers: Mapping[str, Sequence[str]]
    closes_at_night: bool


class IntakeWatch:
    """What came lately, for all processes forked after this was made."""

    def __init__(self) -> None:
        self._forms = RecentCounts(timedelta(days=1))
        self._sent = RecentCounts(WINDOW)
        self._alike = RecentCounts(REPEAT_WINDOW)

    def suspect(self, arrival: Arrival) -> tuple[Reason, ...]:
        """Count an answer, and return why it is suspect; the same form again is not."""
        now = arrival.at.timestamp()
        if self._forms.add(now, arrival.form) > 1:
            return ()
        given = {item: list(values) for item, values in arrival.answers.items() if any(values)}
        levels = {value for values in given.values() for value in values}
        return suspicions(
            Sending(
                at=arrival.at,
                seconds_open=(arrival.at - arrival.opened_at).total_seconds(),
                choices=len(given),
                is_uniform=len(levels) <= 1,
                sent_from_network=self._sent.add(now, arrival.code, network(arrival.address)),
                sent_at_code=self._sent.add(now, arrival.code),
                alike=self._alike.add(now, arrival.code, repr(sorted(given.items()))),
                closes_at_night=arrival.closes_at_night,
            )
        )


def network(address: str) -> str:
    """Return what one subscriber's addresses have in common."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return ""
    if parsed.version == 4:
        return str(parsed)
    return str(int(parsed) >> (128 - _IPV6_NETWORK))
