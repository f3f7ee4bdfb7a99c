"""Staff accounts as the administrator sees them, and whom areas can be given to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from survey_app.domain.access import Role
from survey_app.store.tables import Agency, LoadedPack, SampleArea, StaffUser, Unit


@dataclass(frozen=True)
class StaffRow:
    """An account."""

    id: int
    username: str
    full_name: str
    role: str
    agency_id: int | None
    agency_vi: str | None
    agency_en: str | None
    unit_id: int | None
    unit_name: str | None
    email: str | None
    must_change_password: bool
    disabled_at: datetime | None


@dataclass(frozen=True)
class EnumeratorRow:
    """An active enumerator and how many areas they have."""

    id: int
    full_name: str
    unit_name: str | None
    areas: int


@dataclass(frozen=True)
class AgencyChoice:
    """An agency of a pack."""

    id: int
    pack: str
    name_vi: str
    name_en: str


@dataclass(frozen=True)
class UnitChoice:
    """A unit of a pack, named with the one above it."""

    id: int
    pack: str
    name: str
    above: str | None


def list_staff(session: Session, user_id: int | None = None) -> list[StaffRow]:
    """Return all accounts, active ones first, or one of them."""
    wanted = (
        select(
            StaffUser.id,
            StaffUser.username,
            StaffUser.full_name,
            StaffUser.role,
            StaffUser.agency_id,
            Agency.name_vi.label("agency_vi"),
            Agency.name_en.label("agency_en"),
            StaffUser.unit_id,
            Unit.name.label("unit_name"),
            StaffUser.email,
            StaffUser.must_change_password,
            StaffUser.disabled_at,
        )
        .outerjoin(Agency, Agency.id == StaffUser.agency_id)
        .outerjoin(Unit, Unit.id == StaffUser.unit_id)
        .order_by(StaffUser.disabled_at.is_not(None), StaffUser.username)
    )
    if user_id is not None:
        wanted = wanted.where(StaffUser.id == user_id)
    return [StaffRow(**row) for row in session.execute(wanted).mappings()]


def list_enumerators(session: Session) -> list[EnumeratorRow]:
    """Return the active enumerators by name."""
    wanted = (
        select(
            StaffUser.id,
            StaffUser.full_name,
            Unit.name.label("unit_name"),
            func.count(SampleArea.id).label("areas"),
        )
        .outerjoin(Unit, Unit.id == StaffUser.unit_id)
        .outerjoin(SampleArea, SampleArea.enumerator_id == StaffUser.id)
        .where(StaffUser.role == Role.ENUMERATOR.value, StaffUser.disabled_at.is_(None))
        .group_by(StaffUser.id, Unit.id)
        .order_by(StaffUser.full_name, StaffUser.id)
    )
    return [EnumeratorRow(**row) for row in session.execute(wanted).mappings()]


def list_agencies(session: Session) -> list[AgencyChoice]:
    """Return every agency, pack by pack."""
    wanted = (
        select(Agency.id, LoadedPack.name.label("pack"), Agency.name_vi, Agency.name_en)
        .join(LoadedPack, LoadedPack.id == Agency.pack_id)
        .order_by(LoadedPack.id.desc(), Agency.id)
    )
    return [AgencyChoice(**row) for row in session.execute(wanted).mappings()]


def list_units(session: Session) -> list[UnitChoice]:
    """Return every unit, pack by pack in the order of the tree's levels."""
    above = aliased(Unit)
    wanted = (
        select(Unit.id, LoadedPack.name.label("pack"), Unit.name, above.name.label("above"))
        .join(LoadedPack, LoadedPack.id == Unit.pack_id)
        .outerjoin(above, above.id == Unit.parent_id)
        .order_by(LoadedPack.id.desc(), Unit.depth, Unit.code)
    )
    return [UnitChoice(**row) for row in session.execute(wanted).mappings()]
