"""Signing in: right, wrong, too often, and with a one-time password."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from survey_app.domain.access import Role
from survey_app.services.sign_in import MAX_FAILURES_PER_ACCOUNT
from survey_app.store.tables import AuditEvent, StaffUser
from tests.conftest import PASSWORD, add_staff


def token(client: FlaskClient, path: str = "/sign-in") -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', client.get(path).text)
    assert found
    return found.group(1)


def attempt(client: FlaskClient, username: str, password: str, **more: str) -> Any:
    data = {"csrf_token": token(client), "username": username, "password": password, **more}
    return client.post("/sign-in", data=data)


def test_the_right_password_opens_the_desk(app: Flask, client: FlaskClient) -> None:
    user = add_staff(app.extensions["database"], Role.ANALYST)
    answer = attempt(client, user.username.upper() + " ", PASSWORD)
    assert (answer.status_code, answer.location) == (302, "/staff/")
    cookie = answer.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


def test_wrong_name_and_wrong_password_look_the_same(app: Flask, client: FlaskClient) -> None:
    user = add_staff(app.extensions["database"], Role.ANALYST)
    wrong_password = attempt(client, user.username, "not the password")
    wrong_name = attempt(client, user.username + "x", PASSWORD)
    assert wrong_password.status_code == wrong_name.status_code == 422
    strip = re.compile(r'value="[^"]*"')
    assert strip.sub("", wrong_password.text) == strip.sub("", wrong_name.text)


def test_too_many_failures_close_the_account_for_a_while(app: Flask, client: FlaskClient) -> None:
    user = add_staff(app.extensions["database"], Role.ANALYST)
    for _ in range(MAX_FAILURES_PER_ACCOUNT):
        assert attempt(client, user.username, "wrong").status_code == 422
    assert attempt(client, user.username, PASSWORD).status_code == 429
    other = add_staff(app.extensions["database"], Role.ANALYST)
    assert attempt(client, other.username, PASSWORD).status_code == 302


@pytest.mark.parametrize("target", ["//evil.example", "https://evil.example", "/\\evil.example"])
def test_signing_in_never_leads_elsewhere(app: Flask, client: FlaskClient, target: str) -> None:
    user = add_staff(app.extensions["database"], Role.ANALYST)
    assert attempt(client, user.username, PASSWORD, next=target).location == "/staff/"


def test_a_disabled_account_is_out_at_once(app: Flask, client: FlaskClient) -> None:
    database = app.extensions["database"]
    user = add_staff(database, Role.ANALYST)
    attempt(client, user.username, PASSWORD)
    assert client.get("/staff/").status_code == 200
    with database.transaction() as session:
        session.get_one(StaffUser, user.id).disabled_at = func.now()
    assert client.get("/staff/").status_code == 302
    assert attempt(client, user.username, PASSWORD).status_code == 422


def test_a_one_time_password_must_be_changed_first(app: Flask, client: FlaskClient) -> None:
    database = app.extensions["database"]
    user = add_staff(database, Role.ANALYST)
    with database.transaction() as session:
        session.get_one(StaffUser, user.id).must_change_password = True
    attempt(client, user.username, PASSWORD)
    assert client.get("/staff/").location == "/password"
    form = {"csrf_token": token(client, "/password"), "current": PASSWORD}
    assert client.post("/password", data={**form, "new": "short"}).status_code == 422
    assert client.post("/password", data={**form, "new": PASSWORD}).status_code == 422
    changed = client.post("/password", data={**form, "new": "mot cau ngan de nho"})
    assert changed.location == "/staff/"
    assert client.get("/staff/").status_code == 200


def test_changing_the_password_ends_other_sessions(app: Flask, client: FlaskClient) -> None:
    user = add_staff(app.extensions["database"], Role.ANALYST)
    other = app.test_client()
    attempt(client, user.username, PASSWORD)
    attempt(other, user.username, PASSWORD)
    form = {"csrf_token": token(client, "/password"), "current": PASSWORD}
    client.post("/password", data={**form, "new": "mot cau ngan de nho"})
    assert client.get("/staff/").status_code == 200
    assert other.get("/staff/").status_code == 302


def test_a_form_without_its_token_is_refused(client: FlaskClient) -> None:
    answer = client.post("/sign-in", data={"username": "a", "password": "b"})
    assert answer.status_code == 400


def test_signing_in_is_on_the_trail(app: Flask, client: FlaskClient) -> None:
    database = app.extensions["database"]
    user = add_staff(database, Role.ANALYST)
    attempt(client, user.username, PASSWORD)
    with database.transaction() as session:
        actions = session.scalars(
            select(AuditEvent.action).where(AuditEvent.actor_id == user.id)
        ).all()
    assert actions == ["staff.signed_in"]
