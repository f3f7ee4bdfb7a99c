"""Suspect answers: found in the day's counts, and decided on by two people; never deleted."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from sqlalchemy import Select, func, insert, select, update
from sqlalchemy.orm import Session

from survey_app.domain.suspicion import Reason, is_office_share, is_surge
from survey_app.services.audit import record
from survey_app.services.errors import NotFoundError, ServiceError
from survey_app.store.queries.held_back import SuspectGroup, suspect_groups
from survey_app.store.session import Database
from survey_app.store.tables import Campaign, Quarantine, Response, ServicePoint

Opinion = Literal["counts", "left_out"]
OPINIONS: tuple[Opinion, ...] = ("counts", "left_out")
LOOK_BACK = timedelta(days=28)


@dataclass(frozen=True)
class GroupName:
    """What names a group of suspect answers that is judged as one."""

    campaign_id: int
    service_point_id: int
    flagged_on: date
    reasons: tuple[str, ...]


def list_suspects(database: Database) -> list[SuspectGroup]:
    """Return the groups of suspect answers that wait for review."""
    with database.transaction() as session:
        return suspect_groups(session)


def judge_suspects(database: Database, actor_id: int, group: GroupName, opinion: str) -> bool:
    """Give an opinion on a group; the second person's, if the same, is final.

    Parameters
    ----------
    database : Database
    actor_id : int
    group : GroupName
    opinion : {"counts", "left_out"}

    Returns
    -------
    bool
        True when the group is decided now; False while it waits for a second person. A second
        person who disagrees becomes the first of a new pair.

    Raises
    ------
    NotFoundError
        No such group waits.
    ServiceError
        ``intake-opinion-unknown``; ``intake-second-person``: the same person cannot confirm.
    """
    if opinion not in OPINIONS:
        raise ServiceError("intake-opinion-unknown")
    with database.transaction() as session:
        waiting = session.scalars(_of(group).with_for_update()).all()
        if not waiting:
            raise NotFoundError("suspects", group.flagged_on.isoformat())
        first = waiting[0].proposed_by
        if first == actor_id and waiting[0].proposed == opinion:
            raise ServiceError("intake-second-person")
        is_final = waiting[0].proposed == opinion
        values = (
            {"decision": opinion, "decided_by": actor_id, "decided_on": func.current_date()}
            if is_final
            else {"proposed": opinion, "proposed_by": actor_id}
        )
        identifiers = [row.response_id for row in waiting]
        session.execute(
            update(Quarantine)
            .where(Quarantine.response_id.in_(identifiers))
            .values(values)
            .execution_options(synchronize_session=False)
        )
        code = session.get_one(Campaign, group.campaign_id).code
        record(
            session,
            actor_id,
            "suspects.decided" if is_final else "suspects.proposed",
            code,
            opinion=opinion,
            answers=len(identifiers),
            point=session.get_one(ServicePoint, group.service_point_id).code,
            day=group.flagged_on.isoformat(),
            reasons=", ".join(group.reasons),
        )
    return is_final


def _of(group: GroupName) -> Select[Quarantine]:
    return (
        select(Quarantine)
        .join(Response, Response.id == Quarantine.response_id)
        .where(
            Response.campaign_id == group.campaign_id,
            Response.service_point_id == group.service_point_id,
            Quarantine.flagged_on == group.flagged_on,
            Quarantine.reasons == list(group.reasons),
            Quarantine.decision.is_(None),
        )
        .order_by(Quarantine.response_id)
    )


def flag_day(database: Database, day: date) -> int:
    """Keep apart the answers of codes whose count on ``day`` their past does not explain.

    Slow stuffing stays under every limit of minutes; it shows in the day's count, or in one code's
    share of its office. All of that code's answers of the day are kept apart: which of them are
    honest cannot be known. Doing it again changes nothing.

    Returns
    -------
    int
        Answers kept apart now.
    """
    with database.transaction() as session:
        counts = _daily_counts(session, day)
        agency_of = {
            point.id: point.agency_id
            for point in session.execute(select(ServicePoint.id, ServicePoint.agency_id))
        }
        flagged = 0
        for (campaign_id, point_id), by_day in counts.items():
            reasons = _reasons(campaign_id, point_id, day, counts, agency_of)
            if by_day.get(day) and reasons:
                flagged += _keep_apart(session, campaign_id, point_id, day, reasons)
    return flagged


Counts = dict[tuple[int, int], dict[date, int]]


def _daily_counts(session: Session, day: date) -> Counts:
    counts: Counts = defaultdict(dict)
    rows = session.execute(
        select(Response.campaign_id, Response.service_point_id, Response.received_on, func.count())
        .join(Campaign, Campaign.id == Response.campaign_id)
        .where(
            Response.channel == "qr",
            Response.received_on.between(day - LOOK_BACK, day),
            ~Campaign.is_simulated,
        )
        .group_by(Response.campaign_id, Response.service_point_id, Response.received_on)
    )
    for campaign_id, point_id, on, count in rows:
        if point_id is not None:
            counts[campaign_id, point_id][on] = count
    return counts


def _reasons(
    campaign_id: int, point_id: int, day: date, counts: Counts, agency_of: dict[int, int]
) -> list[Reason]:
    mine = counts[campaign_id, point_id]
    office = [
        by_day
        for (campaign, point), by_day in counts.items()
        if campaign == campaign_id and agency_of[point] == agency_of[point_id]
    ]
    days = sorted({on for by_day in office for on in by_day if on < day})
    earlier = [mine.get(on, 0) for on in days]
    signs = {
        Reason.SURGE: is_surge(earlier, mine.get(day, 0)),
        Reason.OFFICE_SHARE: len(office) > 1
        and is_office_share(
            sum(earlier),
            sum(count for by_day in office for on, count in by_day.items() if on < day),
            mine.get(day, 0),
            sum(by_day.get(day, 0) for by_day in office),
        ),
    }
    return [reason for reason, is_there in signs.items() if is_there]


def _keep_apart(
    session: Session, campaign_id: int, point_id: int, day: date, reasons: Sequence[Reason]
) -> int:
    already = select(Quarantine.response_id)
    new = session.scalars(
        select(Response.id)
        .where(
            Response.campaign_id == campaign_id,
            Response.service_point_id == point_id,
            Response.received_on == day,
            Response.id.not_in(already),
        )
        .order_by(Response.id)
    ).all()
    names = sorted(reason.value for reason in reasons)
    if new:
        session.execute(
            insert(Quarantine),
            [{"response_id": one, "reasons": names, "flagged_on": day} for one in new],
        )
    return len(new)
