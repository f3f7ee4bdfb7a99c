"""The first minute: a pack and an administrator for an empty database."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from sqlalchemy import func, select

from survey_app.domain.access import Role
from survey_app.domain.passwords import hash_password, one_time_password
from survey_app.services.audit import record
from survey_app.services.load_pack import load_shipped_pack
from survey_app.store.session import Database
from survey_app.store.tables import Campaign, LoadedPack, StaffUser

FIRST_PACK = "laocai-2021"
FIRST_USER = "admin"


@dataclass(frozen=True)
class FirstStart:
    """What the operator must be told: the one-time password is shown once and not kept."""

    is_empty: bool
    username: str
    one_time_password: str | None


def prepare_first_start(database: Database) -> FirstStart:
    """Load the first pack and make the first administrator where the database has none.

    The administrator gets a fresh one-time password at each start until it was used: it is stored
    hashed only, so an operator who missed it restarts the product.
    """
    with database.transaction() as session:
        has_pack = session.scalar(select(func.count(LoadedPack.id)))
        is_empty = not session.scalar(select(func.count(Campaign.id)))
    if not has_pack:
        load_shipped_pack(database, FIRST_PACK)
    with database.transaction() as session:
        session.execute(select(func.pg_advisory_xact_lock(7_203_413)))
        others = session.scalar(
            select(func.count(StaffUser.id)).where(StaffUser.username != FIRST_USER)
        )
        admin = session.scalar(select(StaffUser).where(StaffUser.username == FIRST_USER))
        if (admin is None and others) or (admin is not None and not admin.must_change_password):
            return FirstStart(is_empty, FIRST_USER, None)
        password = one_time_password()
        if admin is None:
            admin = StaffUser(
                username=FIRST_USER,
                full_name="Administrator",
                role=Role.ADMINISTRATOR.value,
                must_change_password=True,
            )
            session.add(admin)
        admin.password_hash = hash_password(password)
        admin.session_key = secrets.token_urlsafe(16)
        session.flush()
        record(session, None, "staff.first_administrator", FIRST_USER)
    return FirstStart(is_empty, FIRST_USER, password)
