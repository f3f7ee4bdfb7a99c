"""Signing in, throttled by account and by network without naming which of the two was wrong."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import delete, func, select

from survey_app.domain.passwords import MAX_LENGTH, MIN_LENGTH, hash_password, is_password
from survey_app.services.audit import record
from survey_app.services.errors import ServiceError
from survey_app.store.session import Database
from survey_app.store.tables import FailedSignIn, StaffUser

WINDOW = timedelta(minutes=15)
MAX_FAILURES_PER_ACCOUNT = 5
# Many people of one office share one address: the network's limit only stops machines.
MAX_FAILURES_PER_NETWORK = 60

# Verified when the account does not exist, so that a stranger cannot tell by the time it takes.
_NOBODY = hash_password(secrets.token_hex(16))


@dataclass(frozen=True)
class SignedInUser:
    """A staff member as pages see them (Flask-Login's user)."""

    id: int
    username: str
    full_name: str
    role: str
    agency_id: int | None
    unit_id: int | None
    must_change_password: bool
    session_key: str

    is_authenticated = True
    is_active = True
    is_anonymous = False

    def get_id(self) -> str:
        """Return what the cookie carries; a changed session key ends every session."""
        return f"{self.id}:{self.session_key}"


def sign_in(database: Database, username: str, password: str, network: str) -> SignedInUser:
    """Check a password and return its owner.

    Raises
    ------
    ServiceError
        ``auth-wrong`` for an unknown name, a wrong password or a disabled account alike;
        ``auth-throttled`` after too many failures within the window.
    """
    name = username.strip().lower()[:200]
    subjects = {
        f"account:{name}": MAX_FAILURES_PER_ACCOUNT,
        f"network:{network}": MAX_FAILURES_PER_NETWORK,
    }
    with database.transaction() as session:
        since = func.now() - WINDOW
        session.execute(delete(FailedSignIn).where(FailedSignIn.at < since))
        for subject, limit in subjects.items():
            failures = session.scalar(select(func.count()).where(FailedSignIn.subject == subject))
            if (failures or 0) >= limit:
                raise ServiceError("auth-throttled", minutes=int(WINDOW.total_seconds() // 60))
        user = session.scalar(select(StaffUser).where(StaffUser.username == name))
        is_right = is_password(user.password_hash if user else _NOBODY, password[:MAX_LENGTH])
        if user is not None and is_right and user.disabled_at is None:
            session.execute(delete(FailedSignIn).where(FailedSignIn.subject == f"account:{name}"))
            record(session, user.id, "staff.signed_in", user.username)
            return _as_signed_in(user)
        session.add_all(FailedSignIn(subject=subject) for subject in subjects)
    raise ServiceError("auth-wrong")


def load_signed_in(database: Database, cookie_id: str) -> SignedInUser | None:
    """Return the user whom the cookie names, unless disabled or signed out everywhere."""
    key, _, session_key = cookie_id.partition(":")
    if not key.isdigit():
        return None
    with database.transaction() as session:
        user = session.get(StaffUser, int(key))
        if user is None or user.disabled_at is not None:
            return None
        if not secrets.compare_digest(user.session_key, session_key):
            return None
        return _as_signed_in(user)


def change_password(database: Database, user_id: int, current: str, new: str) -> SignedInUser:
    """Replace a password and end every other session of its owner."""
    if not MIN_LENGTH <= len(new) <= MAX_LENGTH:
        raise ServiceError("auth-password-length", least=MIN_LENGTH)
    if new == current:
        raise ServiceError("auth-password-same")
    with database.transaction() as session:
        user = session.get_one(StaffUser, user_id, with_for_update=True)
        if not is_password(user.password_hash, current[:MAX_LENGTH]):
            raise ServiceError("auth-wrong")
        user.password_hash = hash_password(new)
        user.session_key = secrets.token_urlsafe(16)
        user.must_change_password = False
        record(session, user.id, "staff.password_changed", user.username)
        return _as_signed_in(user)


def _as_signed_in(user: StaffUser) -> SignedInUser:
    return SignedInUser(
        id=user.id,
        username=user.username,
        full_name=user.full_name,
        role=user.role,
        agency_id=user.agency_id,
        unit_id=user.unit_id,
        must_change_password=user.must_change_password,
        session_key=user.session_key,
    )
