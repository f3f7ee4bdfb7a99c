"""The trail of who did what, for the administrator."""

from __future__ import annotations

from flask import g, render_template, request
from flask.typing import ResponseReturnValue

from survey_app.domain.access import Permission
from survey_app.store.queries.audit_trail import AuditRow, audit_page
from survey_app.text import has_text
from survey_app.web.access import open_to
from survey_app.web.database import database
from survey_app.web.staff.desk import blueprint

PAGE = 50


@blueprint.get("/audit")
@open_to(Permission.READ_AUDIT)
def audit() -> ResponseReturnValue:
    """Show the newest events, or those before one of them."""
    before = request.args.get("before", type=int)
    with database().transaction() as session:
        rows = audit_page(session, PAGE + 1, before)
    shown = rows[:PAGE]
    return render_template(
        "staff/audit.html",
        events=[(row, _named(row)) for row in shown],
        older=shown[-1].id if len(rows) > PAGE else None,
        is_newest=before is None,
    )


def _named(row: AuditRow) -> str:
    """Return the act in the reader's words; an act without a text keeps its own name."""
    key = "audit-" + row.action.replace(".", "-").replace("_", "-")
    return g.t(key) if has_text(g.language, key) else row.action
