"""What the plan's pages share: the blueprint, the plan of a year, and who speaks for whom."""

from __future__ import annotations

from flask import Blueprint
from flask_login import current_user
from sqlalchemy.orm import Session

from survey_app.domain.access import Permission, Role, may
from survey_app.services.errors import NotFoundError
from survey_app.store.queries.plan_reports import PlanState, plan_state
from survey_app.web.database import database

blueprint = Blueprint("plan", __name__, url_prefix="/plan")

READERS = (Permission.READ_ALL_RESULTS, Permission.REPORT_ON_PLAN)


def plan_of(session: Session, year: int) -> PlanState:
    """Return the plan of a year."""
    state = plan_state(session, year)
    if state is None:
        raise NotFoundError("plan", year)
    return state


def stored_plan(year: int) -> PlanState:
    """Return the plan of a year, read in a transaction of its own."""
    with database().transaction() as session:
        return plan_of(session, year)


def reads_all() -> bool:
    """Tell whether the reader may see every agency's reports."""
    return may(Role(current_user.role), Permission.READ_ALL_RESULTS)


def own_agency(state: PlanState) -> str | None:
    """Return the code of the agency that the reader speaks for."""
    return next((a.code for a in state.agencies.values() if a.id == current_user.agency_id), None)
