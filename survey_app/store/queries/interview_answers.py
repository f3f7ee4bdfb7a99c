"""What an analysis of an interview campaign reads: areas, persons' outcomes, coded answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from sqlalchemy import Integer, cast, func, select
from sqlalchemy.orm import Session, aliased

from survey_app.store.tables import Answer, Response, SampleArea, SampleDraw, SamplePerson, Unit

NO_ANSWER = -1


@dataclass(frozen=True)
class DrawnArea:
    """A drawn area with the units above it, from the province down."""

    id: int
    stratum: str
    unit_code: str
    probability: float
    is_certainty: bool
    ancestors: tuple[str, ...]


@dataclass(frozen=True)
class DrawnPerson:
    """A drawn person's weight and what became of them."""

    area_id: int
    base_weight: float
    disposition: str | None


@dataclass(frozen=True)
class CodedAnswers:
    """One row a response: its area, and each single-valued item's code (−1: not answered)."""

    area_ids: npt.NDArray[np.int64]
    items: Mapping[str, npt.NDArray[np.int32]]


def drawn_areas(session: Session, campaign_id: int) -> list[DrawnArea]:
    """Return every drawn area of a campaign, answered or not; of replaced ones the successor."""
    rows = session.execute(
        select(SampleArea, Unit)
        .join(SampleDraw, SampleDraw.id == SampleArea.draw_id)
        .join(Unit, Unit.id == SampleArea.unit_id)
        .where(SampleDraw.campaign_id == campaign_id, SampleArea.state != "replaced")
        .order_by(SampleArea.id)
    ).all()
    return [
        DrawnArea(
            id=area.id,
            stratum=area.stratum,
            unit_code=unit.code,
            probability=area.probability,
            is_certainty=area.is_certainty,
            ancestors=_ancestors(session, unit),
        )
        for area, unit in rows
    ]


def _ancestors(session: Session, unit: Unit) -> tuple[str, ...]:
    codes: list[str] = []
    parent_id = unit.parent_id
    while parent_id is not None:
        parent = session.get_one(Unit, parent_id)  # the session keeps what it has read
        codes.append(parent.code)
        parent_id = parent.parent_id
    return tuple(reversed(codes))


def drawn_persons(session: Session, campaign_id: int) -> list[DrawnPerson]:
    """Return every drawn person of a campaign."""
    rows = session.execute(
        select(SamplePerson.area_id, SamplePerson.base_weight, SamplePerson.disposition)
        .join(SampleArea, SampleArea.id == SamplePerson.area_id)
        .join(SampleDraw, SampleDraw.id == SampleArea.draw_id)
        .where(SampleDraw.campaign_id == campaign_id, SampleArea.state != "replaced")
        .order_by(SamplePerson.id)
    )
    return [DrawnPerson(*row) for row in rows]


def coded_answers(session: Session, campaign_id: int, numbers: Mapping[str, int]) -> CodedAnswers:
    """Return the answers to the items ``numbers`` (code → stored number) of a campaign.

    The rows come in an order that says nothing of when they were given.
    """
    row = func.row_number().over(order_by=Response.id)
    listed = (
        select(Response.id, (cast(row, Integer) - 1).label("row"), Response.area_id)
        .where(Response.campaign_id == campaign_id)
        .subquery()
    )
    areas = session.execute(select(listed.c.area_id).order_by(listed.c.row)).scalars().all()
    of = aliased(listed)
    cells = session.execute(
        select(of.c.row, Answer.item, Answer.value)
        .join(Answer, Answer.response_id == of.c.id)
        .where(Answer.item.in_(list(numbers.values())))
    ).all()
    found = np.array([tuple(cell) for cell in cells], dtype=np.int64).reshape(-1, 3)
    items: dict[str, Any] = {}
    for code, number in numbers.items():
        column = np.full(len(areas), NO_ANSWER, dtype=np.int32)
        mine = found[found[:, 1] == number]
        column[mine[:, 0]] = mine[:, 2]
        items[code] = column
    return CodedAnswers(np.array(areas, dtype=np.int64), items)
