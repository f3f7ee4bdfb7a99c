"""Opening the form behind a service point's code, or behind a one-time code."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sqlalchemy.orm import Session

from survey_app.domain.one_time_code import LENGTH, digest_of, read_either
from survey_app.domain.questionnaire import Questionnaire
from survey_app.services.errors import ServiceError
from survey_app.store.queries.forms_at_points import FormAtPoint, form_at_point
from survey_app.store.queries.one_time_codes import OneTimeForm, form_of_one_time_code
from survey_app.store.queries.stored_questionnaires import stored_questionnaire
from survey_app.store.session import Database, journal_key


@dataclass(frozen=True)
class OpenForm:
    """A form that may be answered now.

    ``one_time_code`` is the code when it admits one answer only, else None.
    """

    code: str
    one_time_code: str | None
    campaign_id: int
    service_point_id: int
    is_simulated: bool
    closes_at_night: bool
    questionnaire: Questionnaire
    point_vi: str
    point_en: str
    agency_vi: str
    agency_en: str


class Unavailable(StrEnum):
    """Why a code opens no form."""

    UNKNOWN = "unknown"
    REVOKED = "revoked"
    NO_CAMPAIGN = "no-campaign"
    NOT_YET = "not-yet"
    CLOSED = "closed"
    ONE_TIME_UNKNOWN = "one-time-unknown"
    ONE_TIME_USED = "one-time-used"
    ONE_TIME_EXPIRED = "one-time-expired"
    ONE_TIME_WITHDRAWN = "one-time-withdrawn"


class FormUnavailableError(ServiceError):
    """The code opens no form on this day.

    Parameters
    ----------
    why : Unavailable
    place : FormAtPoint or None
        The code's service point; None when no code was meant.
    one_time : OneTimeForm or None
        What is known of a one-time code, with the way to the counter's own form.
    """

    def __init__(
        self,
        why: Unavailable,
        place: FormAtPoint | None = None,
        one_time: OneTimeForm | None = None,
    ) -> None:
        super().__init__(f"citizen-{why.value}")
        self.why = why
        self.place = place
        self.one_time = one_time


def open_form(
    database: Database, typed_code: str, on: date, *, even_used: bool = False
) -> OpenForm:
    """Return the form that a code opens on the day ``on``.

    Parameters
    ----------
    database : Database
    typed_code : str
        A service point's code or a one-time code.
    on : date
    even_used : bool, optional
        Also for a one-time code that an answer has used: the answer may be this one, sent again.

    Raises
    ------
    FormUnavailableError
        Unknown, revoked, used or expired code, or no campaign open at the point on that day.
    """
    code = read_either(typed_code)
    if code is None:
        raise FormUnavailableError(Unavailable.UNKNOWN)
    with database.transaction() as session:
        if len(code) == LENGTH:
            found = _admitted(session, code, on, even_used)
        else:
            found = _at_point(session, code, on)
        if found.is_revoked:
            raise FormUnavailableError(Unavailable.REVOKED, found)
        if (
            found.campaign_id is None
            or found.opens_on is None
            or found.closes_on is None
            or found.questionnaire_id is None
            or found.questionnaire_digest is None
        ):
            raise FormUnavailableError(Unavailable.NO_CAMPAIGN, found)
        if on < found.opens_on:
            raise FormUnavailableError(Unavailable.NOT_YET, found)
        if on > found.closes_on:
            raise FormUnavailableError(Unavailable.CLOSED, found)
        stored = stored_questionnaire(session, found.questionnaire_id, found.questionnaire_digest)
    return OpenForm(
        code=code,
        one_time_code=code if len(code) == LENGTH else None,
        campaign_id=found.campaign_id,
        service_point_id=found.service_point_id,
        is_simulated=bool(found.is_simulated),
        closes_at_night=found.kind == "one_stop",
        questionnaire=stored.questionnaire,
        point_vi=found.point_vi,
        point_en=found.point_en,
        agency_vi=found.agency_vi,
        agency_en=found.agency_en,
    )


def point_of_code(database: Database, code: str, on: date) -> FormAtPoint:
    """Return the service point of a code, whether or not its form is open.

    Raises
    ------
    FormUnavailableError
        No such code.
    """
    with database.transaction() as session:
        if len(code) == LENGTH:
            return _of_one_time_code(session, code).form
        return _at_point(session, code, on)


def _at_point(session: Session, code: str, on: date) -> FormAtPoint:
    found = form_at_point(session, code, on)
    if found is None:
        raise FormUnavailableError(Unavailable.UNKNOWN)
    return found


def _of_one_time_code(session: Session, code: str) -> OneTimeForm:
    found = None
    if read_either(code) == code:
        found = form_of_one_time_code(session, digest_of(journal_key(session), code))
    if found is None:
        raise FormUnavailableError(Unavailable.ONE_TIME_UNKNOWN)
    return found


def _admitted(session: Session, code: str, on: date, even_used: bool) -> FormAtPoint:
    found = _of_one_time_code(session, code)
    refusals = {
        Unavailable.ONE_TIME_USED: found.is_spent and not even_used,
        Unavailable.ONE_TIME_WITHDRAWN: found.is_withdrawn and not found.is_spent,
        Unavailable.ONE_TIME_EXPIRED: found.expires_on < on and not found.is_spent,
    }
    for why, applies in refusals.items():
        if applies:
            raise FormUnavailableError(why, found.form, found)
    return found.form
