"""The citizen's way: from the code at a counter to the thank-you page.

One page, one request. The overall question stands alone on the first screen with its five faces and
a button to send at once; the other questions follow below on the same page. Why so, for a farmer of
sixty on an old telephone: a second step would be a second wait on a weak network and a second
chance to lose the answer; a folded part ("more questions ▸") is not recognised as something to
open; scrolling is what everybody knows. Whoever stops after the first question has still been
heard, and whoever scrolls on loses nothing. Choices are whole rows of at least 56 px with a face
and a word, never a scale of bare numbers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Final

from babel.dates import format_date
from flask import Blueprint, current_app, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from survey_app.domain.intake_watch import Arrival, IntakeWatch
from survey_app.domain.local_time import local_day
from survey_app.domain.one_time_code import read_either
from survey_app.domain.questionnaire import AnswerFault
from survey_app.domain.suspicion import Reason
from survey_app.reports.faces import LEVELS, face_shapes
from survey_app.services.one_time_use import OneTimeCodeUsedError
from survey_app.services.open_form import (
    FormUnavailableError,
    OpenForm,
    Unavailable,
    open_form,
    point_of_code,
)
from survey_app.services.submit_answer import AtPoint, InvalidAnswersError, submit_answer
from survey_app.text import DEFAULT_LANGUAGE
from survey_app.web.access import PUBLIC, open_to
from survey_app.web.citizen.page import compress, send_page
from survey_app.web.citizen.presenter import present, sent_answers
from survey_app.web.citizen.token import Opening, SubmissionForm
from survey_app.web.database import database

MAX_FORM_BYTES: Final = 64 * 1024
MAX_FORM_FIELDS: Final = 500

blueprint = Blueprint("citizen", __name__)
blueprint.after_request(compress)

_FACES: Final = [(level, Markup(face_shapes(level))) for level in LEVELS]  # noqa: S704 — our own
_GONE: Final = {
    Unavailable.REVOKED,
    Unavailable.CLOSED,
    Unavailable.ONE_TIME_USED,
    Unavailable.ONE_TIME_EXPIRED,
    Unavailable.ONE_TIME_WITHDRAWN,
}


@blueprint.url_value_preprocessor
def _limit_request(_endpoint: str | None, _values: dict[str, str] | None) -> None:
    """Bound what is read at all, before anything looks into the form."""
    request.max_content_length = MAX_FORM_BYTES
    request.max_form_memory_size = MAX_FORM_BYTES
    request.max_form_parts = MAX_FORM_FIELDS


@blueprint.get("/")
@open_to(PUBLIC)
def front() -> ResponseReturnValue:
    """Say what this is, and take a code typed by hand."""
    typed = request.args.get("code", "")
    code = read_either(typed)
    if code is not None:
        return redirect(_address("citizen.form", code))
    return send_page(
        "citizen/front.html",
        422 if typed else 200,
        typed=typed[:40],
        wrong_code=bool(typed),
        staff_address=_address("auth.sign_in_page"),
    )


@blueprint.get("/g/<code>")
@open_to(PUBLIC)
def form(code: str) -> ResponseReturnValue:
    """Show the form of the code's service point."""
    canonical = read_either(code)
    if canonical is not None and canonical != code:
        return redirect(_address("citizen.form", canonical))
    opened = open_form(database(), code, _today())
    return _form_page(opened, SubmissionForm(code), {})


@blueprint.get("/g/<code>/send")
@open_to(PUBLIC)
def reopen(code: str) -> ResponseReturnValue:
    """Lead whoever asks for the sending's address by itself to the form."""
    return redirect(_address("citizen.form", code))


@blueprint.post("/g/<code>/send")
@open_to(PUBLIC)
def receive(code: str) -> ResponseReturnValue:
    """Store the answers once and lead to the thanks; else show the form again as it was sent.

    The address differs from the form's: a browser whose sending failed puts its own error page in
    the place of a page of the same address, and the way back to what was typed would be lost.
    """
    token = SubmissionForm(code)
    is_proven = token.validate()
    opening = token.opening
    # A form opened on a campaign's last day may be sent after midnight.
    day = opening.day if opening else _today()
    # What looks like a used one-time code may be the very answer that used it, sent again.
    opened = open_form(database(), code, day, even_used=is_proven)
    answers = sent_answers(dict(request.form.lists()))
    if not is_proven or opening is None:
        return _form_page(opened, token, answers, problem=g.t("citizen-opened-too-long"))
    try:
        submit_answer(
            database(),
            opening.submission_key,
            campaign_id=opened.campaign_id,
            place=AtPoint(opened.service_point_id, opened.one_time_code),
            answers=answers,
            language=g.language,
            on=day,
            suspicions=_suspicions(opened, opening, answers),
        )
    except InvalidAnswersError as error:
        return _form_page(opened, token, answers, faults=error.faults)
    except OneTimeCodeUsedError:
        open_form(database(), code, day)  # says why, with the way to the counter's own form
        raise
    return redirect(_address("citizen.thanks", code), 303)


@blueprint.get("/g/<code>/thanks")
@open_to(PUBLIC)
def thanks(code: str) -> ResponseReturnValue:
    """Say that the answer was received; reloading this page sends nothing."""
    place = point_of_code(database(), code, _today())
    return send_page(
        "citizen/thanks.html",
        point=place.point_vi if g.language == "vi" else place.point_en,
        is_simulated=place.is_simulated,
    )


@blueprint.errorhandler(FormUnavailableError)
def unavailable(error: FormUnavailableError) -> ResponseReturnValue:
    """Say why a code opens no form, and what to do."""
    place = error.place
    values: dict[str, str] = {}
    if place is not None and error.why is Unavailable.NOT_YET and place.opens_on:
        values["day"] = _written(place.opens_on)
    if place is not None and error.why is Unavailable.CLOSED and place.closes_on:
        values["day"] = _written(place.closes_on)
    if error.one_time is not None:
        values["day"] = _written(error.one_time.expires_on)
    counter_code = error.one_time.counter_code if error.one_time else None
    point = "" if place is None else place.point_vi if g.language == "vi" else place.point_en
    typed = (request.view_args or {}).get("code", "")
    return send_page(
        "citizen/unavailable.html",
        410 if error.why in _GONE else 404,
        title=g.t(f"{error.key}-title"),
        message=g.t(error.key, **values),
        counter_form=_address("citizen.form", counter_code) if counter_code else None,
        point=point,
        typed=typed[:40] if place is None else "",
        wrong_code=False,
    )


def _form_page(
    opened: OpenForm,
    token: SubmissionForm,
    answers: Mapping[str, Sequence[str]],
    *,
    faults: Sequence[AnswerFault] = (),
    problem: str = "",
) -> ResponseReturnValue:
    is_vietnamese = g.language == "vi"
    return send_page(
        "citizen/form.html",
        422 if faults or problem else 200,
        action=_address("citizen.receive", opened.code),
        faces=_FACES,
        intro=opened.questionnaire.intro.of(g.language),
        is_simulated=opened.is_simulated,
        point=opened.point_vi if is_vietnamese else opened.point_en,
        problem=problem,
        sheet=present(opened.questionnaire, g.language, g.t, answers, faults),
        token=token.hidden_tag(),
    )


def _suspicions(
    opened: OpenForm, opening: Opening, answers: Mapping[str, Sequence[str]]
) -> tuple[Reason, ...]:
    watch: IntakeWatch = current_app.extensions["intake_watch"]
    return watch.suspect(
        Arrival(
            # One-time codes are watched together, as the poster's code is.
            code=f"{opened.service_point_id}" if opened.one_time_code else opened.code,
            address=request.remote_addr or "",
            form=opening.nonce,
            opened_at=opening.opened_at,
            at=datetime.now(UTC),
            answers=answers,
            closes_at_night=opened.closes_at_night,
        )
    )


def _address(endpoint: str, code: str | None = None) -> str:
    """Return a page's address that keeps the language, which nothing else remembers."""
    language = None if g.language == DEFAULT_LANGUAGE else g.language
    return url_for(endpoint, code=code, lang=language)


def _today() -> date:
    return local_day(datetime.now(UTC))


def _written(day: date) -> str:
    pattern = "dd/MM/y" if g.language == "vi" else "d MMMM y"
    return str(format_date(day, pattern, locale=g.language))
