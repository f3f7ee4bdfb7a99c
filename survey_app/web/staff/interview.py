"""The interview, entered at the respondent's door on a tablet."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping, Sequence
from typing import Any

from flask import current_app, g, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import current_user
from itsdangerous import BadSignature, URLSafeSerializer

from survey_app.domain.access import Permission
from survey_app.domain.dispositions import Disposition
from survey_app.domain.local_time import today
from survey_app.domain.questionnaire import AnswerFault
from survey_app.services.errors import NotFoundError, ServiceError
from survey_app.services.record_visit import record_interview
from survey_app.services.submit_answer import InvalidAnswersError
from survey_app.store.queries.stored_questionnaires import stored_questionnaire
from survey_app.store.queries.visits import DrawnPerson, OwnArea
from survey_app.web.access import open_to
from survey_app.web.database import database
from survey_app.web.staff.desk import blueprint
from survey_app.web.staff.fieldwork import is_open, own_person, recorded
from survey_app.web.staff.interview_sheet import present, sent_answers


@blueprint.get("/fieldwork/persons/<int:person_id>/interview")
@open_to(Permission.INTERVIEW)
def interview_form(person_id: int) -> ResponseReturnValue:
    """Show an empty interview of a drawn person."""
    area, person = own_person(person_id)
    if person.disposition and Disposition(person.disposition).is_interview:
        raise ServiceError("visit-already-interviewed", number=person.listing_number)
    form_key = _serializer().dumps([person_id, secrets.token_urlsafe(16)])
    return _page(area, person, str(form_key), {})


@blueprint.post("/fieldwork/persons/<int:person_id>/interview")
@open_to(Permission.INTERVIEW)
def save_interview(person_id: int) -> ResponseReturnValue:
    """Store the answers with the disposition; the same form sent again shows the same result."""
    area, person = own_person(person_id)
    form_key = request.form.get("form_key", "")
    answers = sent_answers(dict(request.form.lists()))
    try:
        found = record_interview(
            database(),
            current_user.id,
            person_id,
            _submission_key(form_key, person_id),
            answers=answers,
            language=g.language,
            on=today(),
        )
    except InvalidAnswersError as refused:
        return _page(area, person, form_key, answers, faults=refused.faults), 422
    except NotFoundError:
        raise
    except ServiceError as refused:
        if refused.key != "visit-too-few-answers":
            raise
        return _page(area, person, form_key, answers, error=g.t(refused.key)), 422
    return recorded(area, person, found)


def _page(
    area: OwnArea,
    person: DrawnPerson,
    form_key: str,
    answers: Mapping[str, Sequence[str]],
    *,
    faults: Sequence[AnswerFault] = (),
    error: str | None = None,
) -> str:
    with database().transaction() as session:
        stored = stored_questionnaire(session, area.questionnaire_id, area.questionnaire_digest)
    sections = present(stored.questionnaire, g.language, g.t, answers, faults)
    return render_template(
        "staff/interview.html",
        area=area,
        person=person,
        form_key=form_key,
        intro=stored.questionnaire.intro.of(g.language),
        sections=sections,
        faulty=[q for section in sections for q in section.questions if q.error],
        error=error,
        is_open=is_open(area),
    )


def _submission_key(form_key: str, person_id: int) -> bytes:
    """Return the key that the form's own random number makes; the number is stored nowhere.

    The signature ties the number to the person for whom the form was opened, and proves that it
    was drawn here: a number that somebody can guess would lead from the sheet to the person.
    """
    try:
        said: Any = _serializer().loads(form_key)
    except BadSignature as error:
        raise ServiceError("visit-form-used") from error
    if said[0] != person_id:
        raise ServiceError("visit-form-used")
    return hashlib.sha256(said[1].encode("ascii")).digest()


def _serializer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt="interview-form")
