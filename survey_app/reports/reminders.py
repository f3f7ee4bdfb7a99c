"""The letter that reminds an agency of its reports."""

from __future__ import annotations

from datetime import date

from survey_app.reports.plan_view import agency_name, owed_rows
from survey_app.services.remind_agencies import Reminder
from survey_app.store.queries.plan_reports import PlanState
from survey_app.text import text

LANGUAGE = "vi"
LONGEST_TITLE = 90


def reminder_letter(
    state: PlanState, letter: Reminder, today: date, base_url: str
) -> tuple[str, str]:
    """Return the subject and the text of a reminder."""
    rows = owed_rows(state, letter.owed, today, LANGUAGE)
    lines = [
        text(
            LANGUAGE,
            "plan-reminder-line",
            period=row.period,
            title=row.title if len(row.title) <= LONGEST_TITLE else row.title[:LONGEST_TITLE] + "…",
            standing=row.label,
        )
        for row in rows
    ]
    body = [
        text(LANGUAGE, "plan-reminder-greeting", name=letter.full_name),
        "",
        text(
            LANGUAGE,
            "plan-reminder-body",
            agency=agency_name(state, letter.agency, LANGUAGE),
            year=state.year,
        ),
        "",
        *lines,
        "",
        text(LANGUAGE, "plan-reminder-where", address=f"{base_url}/plan/{state.year}/mine"),
        "",
    ]
    subject = text(LANGUAGE, "plan-reminder-subject", year=state.year, count=len(lines))
    return subject, "\n".join(body)
