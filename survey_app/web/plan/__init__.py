"""The PAPI plan: what was asked of whom, what was reported, and what the surveys say."""

from __future__ import annotations

from flask import request
from flask_login import current_user

from survey_app.web.plan import board as board
from survey_app.web.plan import period_reports as period_reports
from survey_app.web.plan import reports as reports
from survey_app.web.plan.pages import blueprint as blueprint

MAX_EVIDENCE_BYTES = 32 * 1024 * 1024


@blueprint.url_value_preprocessor
def _allow_evidence(endpoint: str | None, _values: object) -> None:
    """Admit files of evidence on the one page that takes them, from people who signed in."""
    if endpoint == "plan.write" and current_user.is_authenticated:
        request.max_content_length = MAX_EVIDENCE_BYTES
