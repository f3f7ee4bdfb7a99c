"""Reminding agencies by e-mail of the reports that they owe soon, owe late or must mend."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from survey_app.domain.access import Role
from survey_app.domain.plan_reporting import EDITABLE, Obligation, standing
from survey_app.services.errors import NotFoundError
from survey_app.services.mail import Post
from survey_app.store.queries.plan_reports import PlanState, plan_state
from survey_app.store.session import Database
from survey_app.store.tables import Agency, PlanReminder, StaffUser


@dataclass(frozen=True)
class Reminder:
    """What one person is to be reminded of."""

    user_id: int
    full_name: str
    email: str
    agency: str
    owed: tuple[Obligation, ...]


@dataclass(frozen=True)
class Reminders:
    """Whom to write to, and which agencies owe reports but have nobody to write to."""

    plan: PlanState
    letters: tuple[Reminder, ...]
    without_address: tuple[str, ...]


def pending(state: PlanState, today: date, within_days: int) -> dict[str, list[Obligation]]:
    """Return by agency what is late, returned, or due within some days."""
    found: dict[str, list[Obligation]] = defaultdict(list)
    for owed in state.owed():
        now = standing(state.filed(owed), state.due(owed.period), today)
        is_due = now.days_left is not None and now.days_left <= within_days
        is_open = now.state is None or now.state in EDITABLE
        if is_open and (is_due or now.state == "returned"):
            found[owed.agency].append(owed)
    return found


def plan_reminders(database: Database, year: int, today: date, within_days: int) -> Reminders:
    """Return the letters to write today; whoever had one today is left out.

    Raises
    ------
    NotFoundError
        The year has no plan.
    """
    with database.transaction() as session:
        state = plan_state(session, year)
        if state is None:
            raise NotFoundError("plan", year)
        owed = pending(state, today, within_days)
        rows = session.execute(
            select(StaffUser.id, StaffUser.full_name, StaffUser.email, Agency.code)
            .join(Agency, Agency.id == StaffUser.agency_id)
            .where(
                StaffUser.role == Role.AGENCY_VIEWER.value,
                StaffUser.disabled_at.is_(None),
                StaffUser.email.is_not(None),
                Agency.code.in_(owed),
            )
            .order_by(StaffUser.id)
        ).all()
        had = set(
            session.scalars(
                select(PlanReminder.user_id).where(
                    PlanReminder.plan_id == state.id, PlanReminder.sent_on == today
                )
            )
        )
    letters = tuple(
        Reminder(user_id, name, email, agency, tuple(owed[agency]))
        for user_id, name, email, agency in rows
        if email and user_id not in had
    )
    return Reminders(state, letters, tuple(sorted(set(owed) - {row.code for row in rows})))


def send_reminder(
    database: Database,
    plan_id: int,
    letter: Reminder,
    today: date,
    subject: str,
    body: str,
    post: Post,
) -> bool:
    """Send one letter, unless this person had one today; a failed sending leaves no trace.

    Returns
    -------
    bool
        True when it was sent now.
    """
    with database.transaction() as session:
        is_new = session.execute(
            insert(PlanReminder)
            .values(plan_id=plan_id, user_id=letter.user_id, sent_on=today)
            .on_conflict_do_nothing()
            .returning(PlanReminder.user_id)
        ).first()
        if is_new is None:
            return False
        post.send(letter.email, subject, body)
    return True
