"""The staff desk: campaigns, samples, areas, fieldwork, accounts."""

import survey_app.web.staff.areas
import survey_app.web.staff.audit_trail
import survey_app.web.staff.campaigns
import survey_app.web.staff.closing
import survey_app.web.staff.codes
import survey_app.web.staff.fieldwork
import survey_app.web.staff.home
import survey_app.web.staff.interview
import survey_app.web.staff.people
import survey_app.web.staff.progress
import survey_app.web.staff.replacements
import survey_app.web.staff.sample  # noqa: F401 — puts its routes on the blueprint
from survey_app.web.staff.desk import blueprint

__all__ = ["blueprint"]
