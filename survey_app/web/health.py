"""Is the product ready: for load balancers and operators."""

from __future__ import annotations

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import SQLAlchemyError

from survey_app.store.migration import schema_state
from survey_app.web.access import PUBLIC, open_to
from survey_app.web.database import database

health = Blueprint("health", __name__)


@health.get("/healthz")
@open_to(PUBLIC)
def healthz() -> ResponseReturnValue:
    """Answer 200 when the database answers and its schema is the code's, else 503."""
    try:
        with database().engine.connect() as connection:
            state = schema_state(connection)
    except SQLAlchemyError:
        return jsonify(status="unready", database="unreachable", migrations=None), 503
    body = {
        "status": "ready" if state.is_current else "unready",
        "database": "reachable",
        "migrations": {"current": state.current, "expected": state.expected},
    }
    return jsonify(body), 200 if state.is_current else 503
