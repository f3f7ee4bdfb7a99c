"""Who may open what: every route, tried as every role and as a stranger."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from werkzeug.routing import Rule

from survey_app.domain.access import GRANTS, Permission, Role
from survey_app.settings import PROJECT_ROOT
from survey_app.web.access import Audience, admits, audience_of

SAMPLE_VALUES = {"int": "1", "string": "x", "path": "x", "uuid": "0" * 32, "default": "x"}


def routes(app: Flask) -> list[Rule]:
    return [rule for rule in app.url_map.iter_rules() if rule.endpoint != "static"]


def address(rule: Rule) -> str:
    """An address of the route with values that exist nowhere."""
    return re.sub(
        r"<(?:(\w+)(?:\([^)]*\))?:)?\w+>",
        lambda found: SAMPLE_VALUES[found.group(1) or "default"],
        rule.rule,
    )


def test_every_route_declares_its_audience(app: Flask) -> None:
    undeclared = [
        r.endpoint for r in app.url_map.iter_rules() if audience_of(app, r.endpoint) is None
    ]
    assert undeclared == []


def test_a_route_without_audience_is_refused(app: Flask) -> None:
    app.add_url_rule("/forgotten", "forgotten", lambda: "secret")
    answer = app.test_client().get("/forgotten")
    assert answer.status_code == 403
    assert b"secret" not in answer.data


def test_strangers_are_sent_to_sign_in(app: Flask) -> None:
    client = app.test_client()
    for rule in routes(app):
        audience = audience_of(app, rule.endpoint)
        assert audience is not None
        if audience.is_public:
            continue
        for method in (rule.methods or set()) & {"GET", "POST"}:
            answer = client.open(address(rule), method=method)
            assert answer.status_code == 302, (method, rule.rule)
            assert answer.location.startswith("/sign-in"), (method, rule.rule)


@pytest.mark.parametrize("role", list(Role))
def test_a_role_is_refused_what_the_table_does_not_grant(
    app: Flask, sign_in: Callable[..., object], role: Role
) -> None:
    client = app.test_client()
    sign_in(client, role)
    for rule in routes(app):
        audience = audience_of(app, rule.endpoint)
        assert audience is not None
        if rule.endpoint == "auth.sign_out":
            continue  # would end this very session
        for method in (rule.methods or set()) & {"GET", "POST"}:
            status = client.open(address(rule), method=method).status_code
            if admits(audience, role):
                # 400: a POST without its forgery token, refused after access was granted
                assert status in {200, 302, 303, 400, 404, 409, 422}, (method, rule.rule, status)
                assert status != 403
            else:
                assert status == 403, (method, rule.rule, status)


def test_every_permission_is_granted_to_somebody_and_needed_somewhere(app: Flask) -> None:
    granted = frozenset().union(*GRANTS.values())
    needed = {
        permission
        for rule in routes(app)
        for permission in (audience_of(app, rule.endpoint) or Audience()).needs
    }
    assert granted == set(Permission)
    assert needed == set(Permission)


def test_the_table_in_the_docs_is_the_table_in_the_code() -> None:
    table = (PROJECT_ROOT / "docs" / "operators" / "access.md").read_text(encoding="utf-8")
    for role in Role:
        for permission in Permission:
            mark = "yes" if permission in GRANTS[role] else "–"
            row = next(line for line in table.splitlines() if f"`{permission.value}`" in line)
            header = next(line for line in table.splitlines() if line.startswith("| Permission"))
            column = [cell.strip(" `") for cell in header.split("|")].index(role.value)
            assert row.split("|")[column].strip() == mark, (role, permission)


def test_templates_never_mark_text_as_safe() -> None:
    offenders = [
        str(path)
        for path in Path(PROJECT_ROOT / "templates").rglob("*.html")
        if re.search(r"\|\s*safe\b|autoescape\s+false", path.read_text(encoding="utf-8"))
    ]
    assert offenders == []
