"""What an enumerator has to do: their own areas only, and the persons drawn in them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from survey_app.store.tables import (
    Campaign,
    QuestionnaireVersion,
    SampleArea,
    SampleDraw,
    SamplePerson,
    Unit,
)


@dataclass(frozen=True)
class OwnArea:
    """An area as its enumerator needs it."""

    id: int
    unit_name: str
    parent_name: str | None
    listed_size: int
    campaign_id: int
    campaign_code: str
    campaign_name: str
    is_simulated: bool
    opens_on: date
    closes_on: date
    questionnaire_id: int
    questionnaire_digest: str


@dataclass(frozen=True)
class DrawnPerson:
    """A drawn person: a listing number, never a name."""

    id: int
    area_id: int
    listing_number: int
    disposition: str | None
    recorded_on: date | None


def own_area(session: Session, enumerator_id: int, area_id: int) -> OwnArea | None:
    """Return an area if it is this enumerator's."""
    return _one(session, _own_areas(enumerator_id).where(SampleArea.id == area_id))


def area_of_own_person(session: Session, enumerator_id: int, person_id: int) -> OwnArea | None:
    """Return the area of a drawn person if it is this enumerator's."""
    return _one(
        session,
        _own_areas(enumerator_id)
        .join(SamplePerson, SamplePerson.area_id == SampleArea.id)
        .where(SamplePerson.id == person_id),
    )


def drawn_persons(session: Session, area_id: int) -> list[DrawnPerson]:
    """Return the persons drawn in an area, by listing number."""
    rows = session.execute(
        select(
            SamplePerson.id,
            SamplePerson.area_id,
            SamplePerson.listing_number,
            SamplePerson.disposition,
            SamplePerson.recorded_on,
        )
        .where(SamplePerson.area_id == area_id)
        .order_by(SamplePerson.listing_number)
    )
    return [DrawnPerson(**row) for row in rows.mappings()]


def _own_areas(enumerator_id: int) -> Select[*tuple[Any, ...]]:
    parent = select(Unit.id, Unit.name).subquery()
    return (
        select(
            SampleArea.id,
            Unit.name.label("unit_name"),
            parent.c.name.label("parent_name"),
            SampleArea.listed_size,
            Campaign.id.label("campaign_id"),
            Campaign.code.label("campaign_code"),
            Campaign.name.label("campaign_name"),
            Campaign.is_simulated,
            Campaign.opens_on,
            Campaign.closes_on,
            QuestionnaireVersion.id.label("questionnaire_id"),
            QuestionnaireVersion.digest.label("questionnaire_digest"),
        )
        .join(SampleDraw, SampleDraw.id == SampleArea.draw_id)
        .join(Campaign, Campaign.id == SampleDraw.campaign_id)
        .join(QuestionnaireVersion, QuestionnaireVersion.id == Campaign.questionnaire_id)
        .join(Unit, Unit.id == SampleArea.unit_id)
        .outerjoin(parent, parent.c.id == Unit.parent_id)
        .where(SampleArea.enumerator_id == enumerator_id)
    )


def _one(session: Session, wanted: Select[*tuple[Any, ...]]) -> OwnArea | None:
    row = session.execute(wanted).mappings().one_or_none()
    return None if row is None else OwnArea(**row)
