"""Staff accounts, failed sign-ins, and the append-only trail of who did what."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from survey_app.domain.access import Role
from survey_app.store.tables.base import Base, CreatedAt, Instant, Json, Key

_ROLES = ", ".join(f"'{role.value}'" for role in Role)


class StaffUser(Base):
    """A person who signs in; the role decides what they may see and do."""

    __tablename__ = "staff_user"
    __table_args__ = (
        CheckConstraint(f"role IN ({_ROLES})", name="role"),
        CheckConstraint("username = lower(username)", name="username_lower"),
        CheckConstraint("role <> 'agency_viewer' OR agency_id IS NOT NULL", name="viewer_agency"),
    )

    id: Mapped[Key]
    username: Mapped[str] = mapped_column(unique=True)
    full_name: Mapped[str]
    role: Mapped[str]
    agency_id: Mapped[int | None] = mapped_column(ForeignKey("agency.id"))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    email: Mapped[str | None]
    password_hash: Mapped[str]
    must_change_password: Mapped[bool] = mapped_column(default=True, server_default="true")
    session_key: Mapped[str]
    disabled_at: Mapped[Instant | None]
    created_at: Mapped[CreatedAt]


class FailedSignIn(Base):
    """A failed sign-in, kept as long as the throttle needs it."""

    __tablename__ = "failed_sign_in"
    __table_args__ = (Index("ix_failed_sign_in_subject_at", "subject", "at"),)

    id: Mapped[Key]
    subject: Mapped[str]
    at: Mapped[CreatedAt]


class AuditEvent(Base):
    """Who did what, when; a trigger refuses change and removal."""

    __tablename__ = "audit_event"

    id: Mapped[Key]
    at: Mapped[CreatedAt]
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("staff_user.id"))
    action: Mapped[str]
    subject: Mapped[str]
    detail: Mapped[Json]
