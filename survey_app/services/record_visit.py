"""What became of a drawn person: a disposition, or an interview together with its disposition.

The person's row says that an interview took place; the answer sheet says what was answered, and
knows the area only. Three things keep the two apart:

- an interview's sheet carries the campaign's first day instead of its own;
- the trail of events names the area of an interview, not the listing number;
- every row of an area is written anew with each visit, so that PostgreSQL's own marks (``xmin``)
  do not say which row was written together with which sheet.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from sqlalchemy import case, exists, select, update
from sqlalchemy.orm import Session

from survey_app.domain.dispositions import RECORDED_BY_HAND, Disposition
from survey_app.domain.fieldwork import outcome_of
from survey_app.domain.questionnaire import validate_answers
from survey_app.services.audit import record
from survey_app.services.errors import NotFoundError, ServiceError
from survey_app.services.submit_answer import InArea, InvalidAnswersError, store_answer
from survey_app.store.queries.closures import is_closed
from survey_app.store.queries.stored_questionnaires import stored_questionnaire
from survey_app.store.queries.visits import OwnArea, area_of_own_person
from survey_app.store.session import Database
from survey_app.store.tables import Response, SampleArea, SamplePerson


def record_disposition(
    database: Database, enumerator_id: int, person_id: int, code: str, on: date
) -> Disposition:
    """Record why there was no interview with a drawn person; a later visit may change it.

    Parameters
    ----------
    database : Database
    enumerator_id, person_id : int
    code : str
        One of `RECORDED_BY_HAND`.
    on : date
        The day in the province.

    Raises
    ------
    NotFoundError
        No such person, or not in an area of this enumerator.
    ServiceError
        ``visit-disposition-unknown``; ``visit-already-interviewed``: an answer sheet is stored;
        ``visit-not-open``: outside the campaign's days.
    """
    if code not in RECORDED_BY_HAND:
        raise ServiceError("visit-disposition-unknown", field="disposition")
    disposition = Disposition(code)
    with database.transaction() as session:
        area, person = _hold(session, enumerator_id, person_id)
        _check_open(area, on)
        _check_not_closed(session, area)
        if person.disposition is not None and Disposition(person.disposition).is_interview:
            raise ServiceError("visit-already-interviewed", number=person.listing_number)
        if person.disposition != disposition:
            record(
                session,
                enumerator_id,
                "visit.recorded",
                area.campaign_code,
                area=area.id,
                listing_number=person.listing_number,
                disposition=disposition.value,
                before=person.disposition,
            )
            _write(session, area.id, person_id, disposition, on)
    return disposition


def record_interview(
    database: Database,
    enumerator_id: int,
    person_id: int,
    key: bytes,
    *,
    answers: Mapping[str, Sequence[str]],
    language: str,
    on: date,
) -> Disposition:
    """Store an interview's answers and the person's disposition, both or neither.

    Parameters
    ----------
    database : Database
    enumerator_id, person_id : int
    key : bytes
        As `submit_answer` takes it; made from a number that nothing else stores.
    answers : mapping of item code to the strings sent
    language : str
    on : date
        The day in the province.

    Returns
    -------
    Disposition
        Complete or partial, by how much was answered. The same when sent again.

    Raises
    ------
    NotFoundError
        No such person, or not in an area of this enumerator.
    InvalidAnswersError
        The answers do not fit; nothing is stored.
    ServiceError
        ``visit-already-interviewed``: another sheet is stored for this person;
        ``visit-too-few-answers``: a break-off, to be recorded as such; ``visit-not-open``.
    """
    with database.transaction() as session:
        area, person = _hold(session, enumerator_id, person_id)
        if person.disposition is not None and Disposition(person.disposition).is_interview:
            if session.scalar(select(exists().where(Response.submission_key == key))):
                return Disposition(person.disposition)
            raise ServiceError("visit-already-interviewed", number=person.listing_number)
        _check_open(area, on)
        _check_not_closed(session, area)
        stored = stored_questionnaire(session, area.questionnaire_id, area.questionnaire_digest)
        sheet, faults = validate_answers(stored.questionnaire, answers)
        if faults:
            raise InvalidAnswersError(faults)
        disposition = outcome_of(stored.questionnaire, sheet)
        if not disposition.is_interview:
            raise ServiceError("visit-too-few-answers")
        if not store_answer(
            session,
            key,
            campaign_id=area.campaign_id,
            place=InArea(area.id),
            answers=answers,
            language=language,
            on=area.opens_on,
        ):
            raise ServiceError("visit-form-used")  # this form's sheet belongs to somebody else
        record(session, enumerator_id, "interview.recorded", area.campaign_code, area=area.id)
        _write(session, area.id, person_id, disposition, on)
        return disposition


def _hold(session: Session, enumerator_id: int, person_id: int) -> tuple[OwnArea, SamplePerson]:
    """Return a person of one's own area; the area is held until the transaction ends."""
    area = area_of_own_person(session, enumerator_id, person_id)
    if area is None:
        raise NotFoundError("person", person_id)
    held = session.get_one(SampleArea, area.id, with_for_update=True)
    if held.enumerator_id != enumerator_id:  # taken back while this request waited
        raise NotFoundError("person", person_id)
    return area, session.get_one(SamplePerson, person_id)


def _check_open(area: OwnArea, on: date) -> None:
    if not area.opens_on <= on <= area.closes_on:
        raise ServiceError(
            "visit-not-open", first=area.opens_on.isoformat(), last=area.closes_on.isoformat()
        )


def _check_not_closed(session: Session, area: OwnArea) -> None:
    if is_closed(session, area.campaign_id):
        raise ServiceError("round-closed", code=area.campaign_code)


def _write(
    session: Session, area_id: int, person_id: int, disposition: Disposition, on: date
) -> None:
    is_person = SamplePerson.id == person_id
    session.execute(
        update(SamplePerson)
        .where(SamplePerson.area_id == area_id)
        .values(
            disposition=case((is_person, disposition.value), else_=SamplePerson.disposition),
            recorded_on=case((is_person, on), else_=SamplePerson.recorded_on),
        )
        .execution_options(synchronize_session=False)
    )
