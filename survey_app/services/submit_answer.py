"""Taking in one answer sheet, from a counter's QR or from an interview.

What is stored: the campaign, the place, the language, the day, the answers. Not stored: who, from
which address or device, at which hour, in which order.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple, TypedDict

from sqlalchemy import exists, insert, select
from sqlalchemy.dialects.postgresql import insert as insert_or_skip
from sqlalchemy.orm import Session

from survey_app.domain.journal import Sheet
from survey_app.domain.questionnaire import AnswerFault, AnswerSheet, validate_answers
from survey_app.domain.suspicion import Reason
from survey_app.services.errors import ServiceError
from survey_app.services.journal import enter, facts_of
from survey_app.services.one_time_use import use_one_time_code
from survey_app.store.queries.stored_questionnaires import stored_questionnaire
from survey_app.store.session import Database
from survey_app.store.tables import (
    Answer,
    AnswerText,
    Campaign,
    CampaignPoint,
    Quarantine,
    QuestionnaireVersion,
    Response,
    SampleArea,
    SampleDraw,
)


@dataclass(frozen=True)
class AtPoint:
    """Answered by the citizen from the code at a service point (channel ``qr``).

    With a ``one_time_code``, the answer uses it up; nothing of the code is kept with the answer.
    """

    service_point_id: int
    one_time_code: str | None = None


@dataclass(frozen=True)
class InArea:
    """Answered to an enumerator in a drawn survey area (channel ``interview``)."""

    area_id: int


class InvalidAnswersError(ServiceError):
    """Some answers do not fit the questionnaire; nothing was stored.

    Parameters
    ----------
    faults : tuple of AnswerFault
        In the order of the form, each with the item and the catalogue's key of what is wrong.
    """

    def __init__(self, faults: tuple[AnswerFault, ...]) -> None:
        super().__init__("answer-invalid", count=len(faults))
        self.faults = faults


def submit_answer(
    database: Database,
    key: bytes,
    *,
    campaign_id: int,
    place: AtPoint | InArea,
    answers: Mapping[str, Sequence[str]],
    language: str,
    on: date,
    suspicions: Sequence[Reason] = (),
) -> bool:
    """Store one answer sheet in one transaction; sent again under the same key, store nothing.

    Parameters
    ----------
    database : Database
    key : bytes
        32 bytes that name this submission: the SHA-256 of a random number made with the form.
    campaign_id : int
    place : AtPoint or InArea
        It decides the channel; the point must be one of the campaign's, the area of its draw.
        Whether this enumerator may answer for the area is the caller's question.
    answers : mapping of item code to the strings sent
        As a form sends them; names that are no item's are ignored.
    language : str
        In which the form was read.
    on : date
        The day in the province on which the form was opened: it must lie in the campaign's period.
    suspicions : sequence of Reason, optional
        With any, the answer is accepted all the same and kept apart for review.

    Returns
    -------
    bool
        True when stored now, False when it was stored before. Both are successes.

    Raises
    ------
    InvalidAnswersError
        The answers do not fit; nothing is stored.
    OneTimeCodeUsedError
        Another answer has used the one-time code; nothing is stored.
    ServiceError
        ``answer-not-taken``: the campaign does not take answers at this place on this day.
    """
    with database.transaction() as session:
        return store_answer(
            session,
            key,
            campaign_id=campaign_id,
            place=place,
            answers=answers,
            language=language,
            on=on,
            suspicions=suspicions,
        )


def store_answer(
    session: Session,
    key: bytes,
    *,
    campaign_id: int,
    place: AtPoint | InArea,
    answers: Mapping[str, Sequence[str]],
    language: str,
    on: date,
    suspicions: Sequence[Reason] = (),
) -> bool:
    """Do what `submit_answer` does, inside a transaction that the caller has open."""
    accepting = _accepting(session, campaign_id, place, on)
    stored = stored_questionnaire(session, accepting.questionnaire_id, accepting.digest)
    sheet, faults = validate_answers(stored.questionnaire, answers)
    if not faults and sheet.is_empty:
        faults = (AnswerFault(stored.questionnaire.items[0].code, "answer-required"),)
    if faults:
        raise InvalidAnswersError(faults)
    facts: _Facts = {
        "submission_key": key,
        "campaign_id": campaign_id,
        "channel": "qr" if isinstance(place, AtPoint) else "interview",
        "service_point_id": place.service_point_id if isinstance(place, AtPoint) else None,
        "area_id": place.area_id if isinstance(place, InArea) else None,
        "language": language,
        "received_on": on,
    }
    response_id = session.scalar(
        insert_or_skip(Response)
        .values(**facts)
        .on_conflict_do_nothing(index_elements=[Response.submission_key])
        .returning(Response.id)
    )
    if response_id is None:
        return False
    if isinstance(place, AtPoint) and place.one_time_code is not None:
        use_one_time_code(
            session,
            place.one_time_code,
            campaign_id=campaign_id,
            service_point_id=place.service_point_id,
            on=on,
        )
    coded, words = _add_answers(session, response_id, sheet, stored.numbers)
    if suspicions:
        reasons = sorted(reason.value for reason in suspicions)
        session.execute(
            insert(Quarantine).values(response_id=response_id, reasons=reasons, flagged_on=on)
        )
    if not accepting.is_simulated:
        enter(session, Sheet(response_id, facts_of(**facts), coded, words))
    return True


class _Facts(TypedDict):
    submission_key: bytes
    campaign_id: int
    channel: str
    service_point_id: int | None
    area_id: int | None
    language: str
    received_on: date


class _Accepting(NamedTuple):
    questionnaire_id: int
    digest: str
    is_simulated: bool


def _accepting(session: Session, campaign_id: int, place: AtPoint | InArea, on: date) -> _Accepting:
    """Return the questionnaire's id and digest if the campaign takes answers there and then."""
    if isinstance(place, AtPoint):
        channel = "qr"
        belongs = exists().where(
            CampaignPoint.campaign_id == Campaign.id,
            CampaignPoint.service_point_id == place.service_point_id,
        )
    else:
        channel = "interview"
        belongs = exists().where(
            SampleDraw.campaign_id == Campaign.id,
            SampleArea.draw_id == SampleDraw.id,
            SampleArea.id == place.area_id,
        )
    row = session.execute(
        select(QuestionnaireVersion.id, QuestionnaireVersion.digest, Campaign.is_simulated)
        .join(Campaign, Campaign.questionnaire_id == QuestionnaireVersion.id)
        .where(
            Campaign.id == campaign_id,
            Campaign.channel == channel,
            Campaign.opens_on <= on,
            Campaign.closes_on >= on,
            belongs,
        )
    ).one_or_none()
    if row is None:
        raise ServiceError("answer-not-taken")
    return _Accepting(*row)


def _add_answers(
    session: Session, response_id: uuid.UUID, sheet: AnswerSheet, numbers: Mapping[str, int]
) -> tuple[list[tuple[int, int]], list[tuple[int, str]]]:
    """Store the answers under their items' numbers, and return them so."""
    coded = [(numbers[code], value) for code, values in sheet.coded.items() for value in values]
    words = [(numbers[code], text) for code, text in sheet.words.items()]
    if coded:
        session.execute(
            insert(Answer),
            [{"response_id": response_id, "item": item, "value": value} for item, value in coded],
        )
    if words:
        session.execute(
            insert(AnswerText),
            [{"response_id": response_id, "item": item, "text": text} for item, text in words],
        )
    return coded, words
