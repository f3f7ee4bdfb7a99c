"""The rhythm of the plan's reports: what is owed by whom and when, and how it stands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Period(StrEnum):
    """The agency's own plan, then Quý I, 6 tháng, Quý III and năm."""

    OWN_PLAN = "own_plan"
    Q1 = "q1"
    HALF = "half"
    Q3 = "q3"
    YEAR = "year"


REPORTS = (Period.Q1, Period.HALF, Period.Q3, Period.YEAR)


class ReportState(StrEnum):
    """Where a report is on its way between the agency and Sở Nội vụ."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    ACCEPTED = "accepted"


DELIVERED = frozenset({ReportState.SUBMITTED, ReportState.ACCEPTED})
EDITABLE = frozenset({ReportState.DRAFT, ReportState.RETURNED})


@dataclass(frozen=True, order=True)
class Obligation:
    """A report that an agency owes; ``task`` is empty for its own plan."""

    period: Period
    task: str
    agency: str


@dataclass(frozen=True)
class Filed:
    """A report that exists: its state, and the day on which it was last submitted."""

    state: ReportState
    submitted_on: date | None


@dataclass(frozen=True)
class Standing:
    """How an obligation stands on a day."""

    state: ReportState | None
    is_late: bool
    days_left: int | None


def standing(filed: Filed | None, due: date | None, today: date) -> Standing:
    """Tell how an obligation stands.

    Late is what is not delivered after its day, and what was delivered after it. Without a day
    nothing is late.
    """
    state = filed.state if filed else None
    is_delivered = state in DELIVERED
    reference = filed.submitted_on if filed and is_delivered else today
    is_late = due is not None and reference is not None and reference > due
    days_left = None if due is None or is_delivered else (due - today).days
    return Standing(state, is_late, days_left)


@dataclass(frozen=True)
class Tally:
    """Reports owed in one cell of the board: how many, and how they stand."""

    owed: int
    accepted: int
    submitted: int
    returned: int
    late: int

    @property
    def missing(self) -> int:
        """Return those not delivered."""
        return self.owed - self.accepted - self.submitted

    @property
    def mood(self) -> str:
        """Return what a reader should see first: bad news before good."""
        if self.late and self.missing:
            return "late"
        if self.returned:
            return "returned"
        if self.accepted == self.owed:
            return "accepted"
        return "submitted" if not self.missing else "open"


def tally(standings: Sequence[Standing]) -> Tally:
    """Count how obligations stand."""
    states = [s.state for s in standings]
    return Tally(
        owed=len(standings),
        accepted=states.count(ReportState.ACCEPTED),
        submitted=states.count(ReportState.SUBMITTED),
        returned=states.count(ReportState.RETURNED),
        late=sum(s.is_late for s in standings),
    )


def obligations(
    leads: Mapping[str, Sequence[str]], bound: Sequence[str], periods: Sequence[Period] = REPORTS
) -> tuple[Obligation, ...]:
    """Return everything owed under a plan.

    Parameters
    ----------
    leads : mapping of str to sequence of str
        For each task the agencies that report on it: its lead agency, or each agency of the kind
        that leads it.
    bound : sequence of str
        The agencies that owe a plan of their own.
    periods : sequence of Period
        The periods reported on.
    """
    reports = [
        Obligation(period, task, agency)
        for task, agencies in leads.items()
        for agency in agencies
        for period in periods
    ]
    return (*(Obligation(Period.OWN_PLAN, "", agency) for agency in bound), *reports)
