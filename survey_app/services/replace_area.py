"""Replacing a drawn area (thay địa bàn): asked with a reason, decided by another person.

A replacement comes from the reserve that was drawn with the sample, in its order, and from nowhere
else: nobody chooses it, and the record of the draw shows who was next.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Select, exists, func, insert, select
from sqlalchemy.orm import Session

from sampling import DrawRecord, Frame
from survey_app.domain.fieldwork import AreaState, ReplacementReason
from survey_app.services.audit import record
from survey_app.services.draw_sample import record_of
from survey_app.services.errors import NotFoundError, ServiceError
from survey_app.services.plan_sample import frame_of
from survey_app.store.queries.areas import lock_areas
from survey_app.store.session import Database
from survey_app.store.tables import (
    AreaReplacement,
    Campaign,
    SampleArea,
    SampleDraw,
    SamplePerson,
    StaffUser,
    Unit,
)

MAX_EVIDENCE = 1000


@dataclass(frozen=True)
class NextReserve:
    """The reserve area whose turn it is, with the listing numbers drawn in it."""

    unit_code: str
    persons: tuple[tuple[int, float], ...]


def ask_replacement(
    database: Database, coordinator_id: int, area_id: int, reason: str, evidence: str
) -> int:
    """Ask for another area in place of one where work has not begun, and return the request's id.

    Raises
    ------
    NotFoundError
        No such area, or outside the coordinator's unit.
    ServiceError
        ``replace-reason`` and ``replace-evidence`` name their field; ``replace-certainty``: the
        area was in the sample for certain, so that no other can stand for it;
        ``area-work-started``; ``replace-asked-already``.
    """
    if reason not in tuple(ReplacementReason):
        raise ServiceError("replace-reason", field="reason")
    evidence = evidence.strip()
    if not 0 < len(evidence) <= MAX_EVIDENCE:
        raise ServiceError("replace-evidence", field="evidence", most=MAX_EVIDENCE)
    with database.transaction() as session:
        coordinator = session.get_one(StaffUser, coordinator_id)
        found = lock_areas(session, [area_id], coordinator.unit_id)
        if not found:
            raise NotFoundError("area", area_id)
        (area,) = found
        unit = session.get_one(Unit, area.unit_id)
        if area.is_certainty:
            raise ServiceError("replace-certainty", area=unit.name)
        if area.state in {AreaState.REPLACEMENT_ASKED, AreaState.REPLACED}:
            raise ServiceError("replace-asked-already", area=unit.name)
        visited = exists().where(
            SamplePerson.area_id == area.id, SamplePerson.disposition.is_not(None)
        )
        if session.scalar(select(visited)):
            raise ServiceError("area-work-started", area=unit.name)
        asked = AreaReplacement(
            area_id=area.id, reason=reason, evidence=evidence, asked_by=coordinator_id
        )
        area.state, area.enumerator_id = AreaState.REPLACEMENT_ASKED, None
        session.add(asked)
        session.flush()
        record(session, coordinator_id, "area.replacement_asked", unit.code, reason=reason)
        return asked.id


def refuse_replacement(database: Database, decider_id: int, request_id: int, note: str) -> None:
    """Leave the area in the sample, and say why.

    Raises
    ------
    NotFoundError
        No such request.
    ServiceError
        ``replace-second-person``, ``replace-decided-already``, ``replace-note``.
    """
    if not note.strip():
        raise ServiceError("replace-note", field="note")
    with database.transaction() as session:
        asked, area = _open_request(session, decider_id, request_id)
        area.state = AreaState.DRAWN if area.confirmed_at is None else AreaState.CONFIRMED
        _decide(asked, "refused", decider_id, note)
        unit = session.get_one(Unit, area.unit_id)
        record(session, decider_id, "area.replacement_refused", unit.code)


def approve_replacement(database: Database, decider_id: int, request_id: int) -> str:
    """Put the stratum's next reserve area into the place of the one given up; return its name.

    The new area gets the probability that its size gave it in the stratum's draw: with a draw
    proportional to size this is the old areas' ratio of probability to size times its own size.

    Raises
    ------
    NotFoundError
        No such request.
    ServiceError
        ``replace-second-person``, ``replace-decided-already``, ``replace-no-reserve``.
    """
    with database.transaction() as session:
        asked, area = _open_request(session, decider_id, request_id)
        # The draw is held, so that two approvals do not take the same reserve.
        drawn = session.get_one(SampleDraw, area.draw_id, with_for_update=True)
        campaign = session.get_one(Campaign, drawn.campaign_id)
        units = {unit.unit.code: unit for unit in frame_of(session, campaign).units}
        in_use = set(
            session.scalars(
                select(Unit.code)
                .join(SampleArea, SampleArea.unit_id == Unit.id)
                .where(SampleArea.draw_id == drawn.id)
            )
        )
        following = next_reserve(record_of(drawn), area.stratum, in_use)
        if following is None:
            raise ServiceError("replace-no-reserve", stratum=area.stratum)
        unit = units[following.unit_code]
        size = unit.households or 0
        probability = min(1.0, area.probability / area.listed_size * size)
        new = SampleArea(
            draw_id=drawn.id,
            unit_id=unit.unit.id,
            stratum=area.stratum,
            position=1 + (session.scalar(_last_position(drawn.id, area.stratum)) or 0),
            probability=probability,
            is_certainty=False,
            listed_size=size,
            replaces_id=area.id,
        )
        area.state = AreaState.REPLACED
        session.add(new)
        session.flush()
        session.execute(
            insert(SamplePerson),
            [
                {
                    "area_id": new.id,
                    "listing_number": number,
                    "probability": probability * chance,
                    "base_weight": 1.0 / (probability * chance),
                }
                for number, chance in following.persons
            ],
        )
        _decide(asked, "approved", decider_id, "")
        old = session.get_one(Unit, area.unit_id)
        record(
            session, decider_id, "area.replaced", old.code, by=unit.unit.code, reason=asked.reason
        )
        return unit.unit.name


def next_reserve(written: DrawRecord, stratum: str, in_use: set[str]) -> NextReserve | None:
    """Return the first reserve of a stratum that is not in use yet, by the record's own order."""
    areas, persons = written.result[0]["rows"], written.result[1]["rows"]
    level = Frame.from_text(written.frame_text or "").levels[0]
    strata = dict(
        zip(level.unit.tolist(), (level.strata[at] for at in level.stratum.tolist()), strict=True)
    )
    waiting = sorted(
        (reserve, row, unit)
        for row, (unit, _above, _order, reserve, _chance) in enumerate(areas, start=1)
        if reserve and strata[unit] == stratum and unit not in in_use
    )
    if not waiting:
        return None
    _, place, unit = waiting[0]
    return NextReserve(
        unit, tuple((int(p[0]), float(p[4])) for p in persons if p[1] == place and not p[3])
    )


def _open_request(
    session: Session, decider_id: int, request_id: int
) -> tuple[AreaReplacement, SampleArea]:
    asked = session.get(AreaReplacement, request_id, with_for_update=True)
    if asked is None:
        raise NotFoundError("replacement", request_id)
    if asked.decision is not None:
        raise ServiceError("replace-decided-already")
    if asked.asked_by == decider_id:
        raise ServiceError("replace-second-person")
    return asked, session.get_one(SampleArea, asked.area_id, with_for_update=True)


def _decide(asked: AreaReplacement, decision: str, decider_id: int, note: str) -> None:
    asked.decision, asked.note = decision, note.strip()
    asked.decided_by, asked.decided_at = decider_id, func.now()


def _last_position(draw_id: int, stratum: str) -> Select[int]:
    return select(func.max(SampleArea.position)).where(
        SampleArea.draw_id == draw_id, SampleArea.stratum == stratum
    )
