"""The province's clock: times are stored in UTC, days are counted here."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Final
from zoneinfo import ZoneInfo

ZONE: Final = ZoneInfo("Asia/Ho_Chi_Minh")


def local_day(instant: datetime) -> date:
    """Return the day on which ``instant`` (with its time zone) falls in the province."""
    return instant.astimezone(ZONE).date()


def today() -> date:
    """Return the province's day now."""
    return local_day(datetime.now(UTC))
