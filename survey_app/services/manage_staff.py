"""Staff accounts: added, changed, disabled, re-admitted, given a new one-time password."""

from __future__ import annotations

import re
import secrets
import unicodedata
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from survey_app.domain.access import Role
from survey_app.domain.passwords import hash_password, one_time_password
from survey_app.services.audit import record
from survey_app.services.errors import NotFoundError, ServiceError
from survey_app.store.session import Database
from survey_app.store.tables import Agency, StaffUser, Unit

USERNAME_PATTERN = r"[a-z0-9][a-z0-9._-]{1,39}"
MAX_NAME = 200
_EMAIL = re.compile(r"[^@\s<>,;:\"]{1,64}@[A-Za-z0-9.-]{1,190}\.[A-Za-z]{2,24}")
STAFF_LOCK = 7_203_416


@dataclass(frozen=True)
class StaffDetails:
    """What an administrator says about a staff member.

    Attributes
    ----------
    full_name : str
    role : str
        One of `Role`.
    agency_id : int or None
        Whose results an agency viewer sees; for other roles None.
    unit_id : int or None
        The unit to which an MTTQ coordinator's areas are limited, or an enumerator belongs.
    email : str
        Where reminders go; empty for nobody to be written to.
    """

    full_name: str
    role: str
    agency_id: int | None = None
    unit_id: int | None = None
    email: str = ""


@dataclass(frozen=True)
class IssuedPassword:
    """A one-time password: shown once, stored hashed only."""

    user_id: int
    username: str
    one_time_password: str


def add_staff(
    database: Database, actor_id: int | None, username: str, details: StaffDetails
) -> IssuedPassword:
    """Add a staff member with a fresh one-time password.

    Raises
    ------
    ServiceError
        Its ``field`` value names what to mend.
    """
    name = username.strip().lower()
    if not re.fullmatch(USERNAME_PATTERN, name):
        raise ServiceError("people-username-form", field="username")
    with database.transaction() as session:
        session.execute(select(func.pg_advisory_xact_lock(STAFF_LOCK)))
        if session.scalar(select(StaffUser.id).where(StaffUser.username == name)) is not None:
            raise ServiceError("people-username-taken", field="username", username=name)
        user = StaffUser(username=name, must_change_password=True)
        _describe(session, user, details)
        password = _renew(user)
        session.add(user)
        session.flush()
        record(session, actor_id, "staff.added", name, role=user.role)
        return IssuedPassword(user.id, name, password)


def change_staff(
    database: Database, actor_id: int | None, user_id: int, details: StaffDetails
) -> None:
    """Change what is known of a staff member; a change of role ends their sessions.

    Raises
    ------
    NotFoundError
        No such account.
    ServiceError
        ``people-last-administrator``, or a field to mend.
    """
    with database.transaction() as session:
        user = _hold(session, user_id)
        before = user.role
        if details.role != Role.ADMINISTRATOR:
            _check_not_last(session, user)
        _describe(session, user, details)
        if user.role != before:
            user.session_key = secrets.token_urlsafe(16)
        record(
            session, actor_id, "staff.changed", user.username, role=user.role, role_before=before
        )


def disable_staff(database: Database, actor_id: int | None, user_id: int) -> None:
    """Shut an account and end its sessions; what its owner did stays on record.

    Raises
    ------
    NotFoundError
        No such account.
    ServiceError
        ``people-own-account`` or ``people-last-administrator``.
    """
    with database.transaction() as session:
        user = _hold(session, user_id)
        if user.disabled_at is not None:
            return
        if user.id == actor_id:
            raise ServiceError("people-own-account")
        _check_not_last(session, user)
        user.disabled_at = func.now()
        user.session_key = secrets.token_urlsafe(16)
        record(session, actor_id, "staff.disabled", user.username)


def enable_staff(database: Database, actor_id: int | None, user_id: int) -> None:
    """Re-admit a disabled account under its old password."""
    with database.transaction() as session:
        user = _hold(session, user_id)
        if user.disabled_at is not None:
            user.disabled_at = None
            record(session, actor_id, "staff.enabled", user.username)


def reset_password(database: Database, actor_id: int | None, user_id: int) -> IssuedPassword:
    """Replace a forgotten password by a one-time password and end the owner's sessions."""
    with database.transaction() as session:
        user = _hold(session, user_id)
        password = _renew(user)
        record(session, actor_id, "staff.password_reset", user.username)
        return IssuedPassword(user.id, user.username, password)


def staff_id(database: Database, username: str) -> int:
    """Return the id behind a user name.

    Raises
    ------
    NotFoundError
        No such account.
    """
    with database.transaction() as session:
        found = session.scalar(
            select(StaffUser.id).where(StaffUser.username == username.strip().lower())
        )
    if found is None:
        raise NotFoundError("user", username)
    return found


def _hold(session: Session, user_id: int) -> StaffUser:
    # One change at a time: two administrators must not disable one another.
    session.execute(select(func.pg_advisory_xact_lock(STAFF_LOCK)))
    user = session.get(StaffUser, user_id, with_for_update=True)
    if user is None:
        raise NotFoundError("user", user_id)
    return user


def _renew(user: StaffUser) -> str:
    password = one_time_password()
    user.password_hash = hash_password(password)
    user.session_key = secrets.token_urlsafe(16)
    user.must_change_password = True
    return password


def _describe(session: Session, user: StaffUser, details: StaffDetails) -> None:
    name = unicodedata.normalize("NFC", details.full_name).strip()
    if not 0 < len(name) <= MAX_NAME:
        raise ServiceError("people-name-length", field="full_name", most=MAX_NAME)
    email = details.email.strip()
    if email and not _EMAIL.fullmatch(email):
        raise ServiceError("people-email", field="email")
    if details.role not in tuple(Role):
        raise ServiceError("people-role-unknown", field="role", role=details.role)
    if details.role == Role.AGENCY_VIEWER and details.agency_id is None:
        raise ServiceError("people-viewer-agency", field="agency")
    if details.agency_id is not None and session.get(Agency, details.agency_id) is None:
        raise NotFoundError("agency", details.agency_id)
    if details.unit_id is not None and session.get(Unit, details.unit_id) is None:
        raise NotFoundError("unit", details.unit_id)
    user.full_name = name
    user.role = details.role
    # An agency on another role would mean nothing today and something by surprise tomorrow.
    user.agency_id = details.agency_id if details.role == Role.AGENCY_VIEWER else None
    user.unit_id = details.unit_id
    user.email = email or None


def _check_not_last(session: Session, user: StaffUser) -> None:
    if user.role != Role.ADMINISTRATOR or user.disabled_at is not None:
        return
    others = session.scalar(
        select(func.count(StaffUser.id)).where(
            StaffUser.role == Role.ADMINISTRATOR.value,
            StaffUser.disabled_at.is_(None),
            StaffUser.id != user.id,
        )
    )
    if not others:
        raise ServiceError("people-last-administrator")
