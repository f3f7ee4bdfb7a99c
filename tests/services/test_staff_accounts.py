"""Staff accounts: who may come in, with which one-time password."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from survey_app.domain.access import Role
from survey_app.services.errors import NotFoundError, ServiceError
from survey_app.services.manage_staff import (
    StaffDetails,
    add_staff,
    change_staff,
    disable_staff,
    enable_staff,
    reset_password,
    staff_id,
)
from survey_app.services.sign_in import load_signed_in, sign_in
from survey_app.store.session import Database
from survey_app.store.tables import Agency, AuditEvent, StaffUser
from tests.conftest import PASSWORD
from tests.conftest import add_staff as add_to_table

HOA = StaffDetails("Giàng Thị Hoa", Role.ENUMERATOR.value)


def test_a_new_member_signs_in_with_the_one_time_password_and_must_change_it(
    database: Database,
) -> None:
    issued = add_staff(database, None, " Hoa.GT ", HOA)
    assert issued.username == "hoa.gt"
    user = sign_in(database, "hoa.gt", issued.one_time_password, "network")
    assert user.must_change_password
    with database.transaction() as session:
        event = session.scalars(select(AuditEvent).where(AuditEvent.action == "staff.added")).one()
        stored = session.get_one(StaffUser, issued.user_id)
    assert issued.one_time_password not in f"{event.detail}{stored.password_hash}"
    assert stored.password_hash.startswith("$argon2id$")


def test_a_new_one_time_password_ends_the_old_sessions(database: Database) -> None:
    issued = add_staff(database, None, "hoa", HOA)
    user = sign_in(database, "hoa", issued.one_time_password, "network")
    fresh = reset_password(database, None, issued.user_id)
    assert load_signed_in(database, user.get_id()) is None
    with pytest.raises(ServiceError, match="auth-wrong"):
        sign_in(database, "hoa", issued.one_time_password, "network")
    assert sign_in(database, "hoa", fresh.one_time_password, "network").must_change_password


def test_a_disabled_member_is_out_at_once_and_can_be_readmitted(database: Database) -> None:
    administrator = add_to_table(database, Role.ADMINISTRATOR)
    hoa = add_to_table(database, Role.ENUMERATOR, username="hoa")
    user = sign_in(database, "hoa", PASSWORD, "network")
    disable_staff(database, administrator.id, hoa.id)
    disable_staff(database, administrator.id, hoa.id)
    assert load_signed_in(database, user.get_id()) is None
    with pytest.raises(ServiceError, match="auth-wrong"):
        sign_in(database, "hoa", PASSWORD, "network")
    enable_staff(database, administrator.id, hoa.id)
    assert sign_in(database, "hoa", PASSWORD, "network").id == hoa.id


def test_an_agency_belongs_to_viewers_only(laocai: Database) -> None:
    with laocai.transaction() as session:
        agency = session.scalars(select(Agency.id).order_by(Agency.id).limit(1)).one()
    with pytest.raises(ServiceError, match="people-viewer-agency"):
        add_staff(laocai, None, "xem", StaffDetails("Xem", Role.AGENCY_VIEWER.value))
    viewer = StaffDetails("Xem", Role.AGENCY_VIEWER.value, agency_id=agency)
    issued = add_staff(laocai, None, "xem", viewer)
    change_staff(
        laocai, None, issued.user_id, StaffDetails("Xem", Role.ANALYST.value, agency_id=agency)
    )
    with laocai.transaction() as session:
        assert session.get_one(StaffUser, issued.user_id).agency_id is None


def test_a_change_of_role_ends_the_sessions_under_the_old_role(database: Database) -> None:
    hoa = add_to_table(database, Role.ENUMERATOR, username="hoa")
    user = sign_in(database, "hoa", PASSWORD, "network")
    change_staff(database, None, hoa.id, StaffDetails("Hoa", Role.ANALYST.value))
    assert load_signed_in(database, user.get_id()) is None


def test_the_last_administrator_stays(database: Database) -> None:
    one = add_to_table(database, Role.ADMINISTRATOR)
    with pytest.raises(ServiceError, match="people-last-administrator"):
        disable_staff(database, None, one.id)
    with pytest.raises(ServiceError, match="people-last-administrator"):
        change_staff(database, None, one.id, StaffDetails("A", Role.ANALYST.value))
    two = add_to_table(database, Role.ADMINISTRATOR)
    with pytest.raises(ServiceError, match="people-own-account"):
        disable_staff(database, one.id, one.id)
    disable_staff(database, two.id, one.id)
    with pytest.raises(ServiceError, match="people-last-administrator"):
        disable_staff(database, None, two.id)


@pytest.mark.parametrize(
    ("username", "details", "key", "field"),
    [
        ("Đào", HOA, "people-username-form", "username"),
        ("taken", HOA, "people-username-taken", "username"),
        ("hoa", StaffDetails(" ", "analyst"), "people-name-length", "full_name"),
        ("hoa", StaffDetails("Hoa", "queen"), "people-role-unknown", "role"),
    ],
)
def test_a_refusal_names_the_field(
    database: Database, username: str, details: StaffDetails, key: str, field: str
) -> None:
    add_to_table(database, Role.ANALYST, username="taken")
    with pytest.raises(ServiceError) as refused:
        add_staff(database, None, username, details)
    assert (refused.value.key, refused.value.values["field"]) == (key, field)


def test_who_is_not_there_cannot_be_changed(database: Database) -> None:
    for act in (disable_staff, enable_staff, reset_password):
        with pytest.raises(NotFoundError):
            act(database, None, 10**9)
    with pytest.raises(NotFoundError):
        staff_id(database, "nobody")
    with pytest.raises(NotFoundError):
        add_staff(database, None, "a1", StaffDetails("A", Role.ANALYST.value, unit_id=10**9))
