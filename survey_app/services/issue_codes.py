"""Giving service points their codes, replacing them and taking them back.

A point has at most one code in use; the database says so (``uq_point_code_in_use``), so that
issuing twice, or from two places at once, changes nothing the second time.
"""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from survey_app.domain.point_code import new_code, read_typed
from survey_app.services.audit import record
from survey_app.services.errors import NotFoundError, ServiceError
from survey_app.store.queries.point_codes import (
    PointCodeRow,
    code_of_point,
    find_code,
    list_codes,
)
from survey_app.store.session import Database
from survey_app.store.tables import Campaign, CampaignPoint, PointCode, ServicePoint

_TRIES = 5  # two random codes alike: about once in ten billion per code in use


def issue_codes(
    database: Database, actor_id: int | None, campaign_code: str | None = None
) -> list[PointCodeRow]:
    """Give a code to every point that has none, and return the codes in use.

    Parameters
    ----------
    database : Database
    actor_id : int or None
        The staff member who asked; None for the operator at the command line.
    campaign_code : str, optional
        Only the points of this campaign; without it, every point of every pack.

    Raises
    ------
    NotFoundError
        No such campaign.
    """
    with database.transaction() as session:
        points = select(ServicePoint.id, ServicePoint.code).order_by(ServicePoint.id)
        if campaign_code is not None:
            campaign_id = _campaign_id(session, campaign_code)
            points = points.join(CampaignPoint).where(CampaignPoint.campaign_id == campaign_id)
        has_code = select(PointCode.service_point_id).where(~PointCode.is_revoked)
        missing = session.execute(points.where(ServicePoint.id.not_in(has_code))).all()
        names = {row.id: row.code for row in missing}
        for point_id, code in _give_codes(session, names):
            record(session, actor_id, "code.issued", names[point_id], code=code)
        return list_codes(session, campaign_code=campaign_code)


def rotate_code(database: Database, actor_id: int | None, typed: str) -> PointCodeRow:
    """Revoke a code and give its service point a new one.

    Raises
    ------
    NotFoundError
        No such code.
    ServiceError
        ``code-already-revoked``: sent twice, or the point has another code by now.
    """
    with database.transaction() as session:
        old = _revoke(session, actor_id, typed)
        for _, code in _give_codes(session, [old.service_point_id]):
            record(session, actor_id, "code.issued", old.point_code, code=code, replaces=old.code)
        fresh = code_of_point(session, old.service_point_id)
        if fresh is None:
            raise ServiceError("code-not-issued", point=old.point_code)
        return fresh


def revoke_code(database: Database, actor_id: int | None, typed: str) -> PointCodeRow:
    """Take a code out of use; its QR then leads to a page that says what to do.

    Raises
    ------
    NotFoundError
        No such code.
    ServiceError
        ``code-already-revoked``.
    """
    with database.transaction() as session:
        return _revoke(session, actor_id, typed)


def codes_in_use(
    database: Database, *, campaign_code: str | None = None, with_revoked: bool = False
) -> list[PointCodeRow]:
    """Return the codes in use (or all that ever were), of one campaign or of every point."""
    with database.transaction() as session:
        if campaign_code is not None:
            _campaign_id(session, campaign_code)
        return list_codes(session, campaign_code=campaign_code, with_revoked=with_revoked)


def code_in_use(database: Database, typed: str) -> PointCodeRow:
    """Return one code as typed by a person, if it is in use.

    Raises
    ------
    NotFoundError
        No such code.
    ServiceError
        ``code-already-revoked``.
    """
    with database.transaction() as session:
        return _in_use(session, typed)


def public_address(base_url: str, code: str) -> str:
    """Return the address that the QR of ``code`` carries."""
    return f"{base_url}/g/{code}"


def _campaign_id(session: Session, code: str) -> int:
    found = session.scalar(select(Campaign.id).where(Campaign.code == code))
    if found is None:
        raise NotFoundError("campaign", code)
    return found


def _in_use(session: Session, typed: str) -> PointCodeRow:
    code = read_typed(typed)
    row = find_code(session, code) if code else None
    if row is None:
        raise NotFoundError("code", typed[:40])
    if row.is_revoked:
        raise ServiceError("code-already-revoked", code=row.code)
    return row


def _revoke(session: Session, actor_id: int | None, typed: str) -> PointCodeRow:
    row = _in_use(session, typed)
    revoked = session.execute(
        update(PointCode)
        .where(PointCode.code == row.code, ~PointCode.is_revoked)
        .values(is_revoked=True)
        .returning(PointCode.id)
    ).scalar_one_or_none()
    if revoked is None:  # by another person, while this one waited
        raise ServiceError("code-already-revoked", code=row.code)
    record(session, actor_id, "code.revoked", row.point_code, code=row.code)
    return row


def _give_codes(session: Session, point_ids: Iterable[int]) -> list[tuple[int, str]]:
    """Insert a code for each point that has none by now; return those that were inserted."""
    issued: list[tuple[int, str]] = []
    waiting = list(point_ids)
    for _ in range(_TRIES):
        if not waiting:
            break
        rows = [{"service_point_id": point_id, "code": new_code()} for point_id in waiting]
        inserted = session.execute(
            insert(PointCode)
            .values(rows)
            .on_conflict_do_nothing()
            .returning(PointCode.service_point_id, PointCode.code)
        )
        issued += [(row.service_point_id, row.code) for row in inserted]
        in_use = session.scalars(
            select(PointCode.service_point_id).where(
                PointCode.service_point_id.in_(waiting), ~PointCode.is_revoked
            )
        )
        waiting = sorted(set(waiting) - set(in_use))
    return issued
