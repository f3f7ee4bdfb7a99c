"""Opening the form behind a service point's code."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from survey_app.domain.point_code import read_typed
from survey_app.domain.questionnaire import Questionnaire
from survey_app.services.errors import ServiceError
from survey_app.store.queries.forms_at_points import FormAtPoint, form_at_point
from survey_app.store.queries.stored_questionnaires import stored_questionnaire
from survey_app.store.session import Database


@dataclass(frozen=True)
class OpenForm:
    """A form that may be answered now."""

    code: str
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


class FormUnavailableError(ServiceError):
    """The code opens no form on this day.

    Parameters
    ----------
    why : Unavailable
    place : FormAtPoint or None
        The code's service point; None when no code was meant.
    """

    def __init__(self, why: Unavailable, place: FormAtPoint | None = None) -> None:
        super().__init__(f"citizen-{why.value}")
        self.why = why
        self.place = place


def open_form(database: Database, typed_code: str, on: date) -> OpenForm:
    """Return the form that a code opens on the day ``on``.

    Raises
    ------
    FormUnavailableError
        Unknown or revoked code, or no campaign open at the point on that day.
    """
    code = read_typed(typed_code)
    if code is None:
        raise FormUnavailableError(Unavailable.UNKNOWN)
    with database.transaction() as session:
        found = form_at_point(session, code, on)
        if found is None:
            raise FormUnavailableError(Unavailable.UNKNOWN)
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
        found = form_at_point(session, code, on)
    if found is None:
        raise FormUnavailableError(Unavailable.UNKNOWN)
    return found
