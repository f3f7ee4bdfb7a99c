"""The desk's forms, and what is wrong with them by field."""

from __future__ import annotations

from flask import g
from flask_wtf import FlaskForm
from wtforms import DateField, IntegerField, SelectMultipleField, StringField
from wtforms.validators import InputRequired, Length, NumberRange, Optional

LARGEST = 1_000_000


class CampaignForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """A new campaign, its pack and channel being chosen before."""

    code = StringField(validators=[InputRequired(), Length(max=40)])
    name = StringField(validators=[InputRequired(), Length(max=200)])
    questionnaire = StringField(validators=[InputRequired()])
    opens_on = DateField(validators=[InputRequired()])
    closes_on = DateField(validators=[InputRequired()])
    scope = StringField()
    points = SelectMultipleField(choices=[], validate_choice=False)


class PlanForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """A sample's plan; looked at by GET, settled by POST."""

    stratum = IntegerField(validators=[InputRequired(), NumberRange(0, 100)])
    rule = StringField(validators=[InputRequired()])
    areas = IntegerField(validators=[InputRequired(), NumberRange(1, LARGEST)])
    per_area = IntegerField(validators=[InputRequired(), NumberRange(1, LARGEST)])
    gap_reason = StringField(validators=[Length(max=500)])
    reserve = IntegerField(validators=[Optional(), NumberRange(0, 1000)])
    event = StringField(validators=[Length(max=500)])


class StaffForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """A staff member, new or known."""

    username = StringField(validators=[Length(max=40)])
    full_name = StringField(validators=[InputRequired(), Length(max=200)])
    role = StringField(validators=[InputRequired()])
    agency = IntegerField(validators=[Optional()])
    unit = IntegerField(validators=[Optional()])
    email = StringField(validators=[Length(max=254)])


def form_errors(form: FlaskForm) -> dict[str, str]:
    """Return what to mend, by field, in the reader's language."""
    return {name: g.t(f"staff-wrong-{name.replace('_', '-')}") for name in form.errors}
