"""Codes of service points: issued once, rotated, revoked, each act on the trail."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from sqlalchemy import func, select

from survey_app.domain.point_code import is_code, shown
from survey_app.services.create_campaign import NewCampaign, create_campaign
from survey_app.services.errors import NotFoundError, ServiceError
from survey_app.services.issue_codes import (
    code_in_use,
    codes_in_use,
    issue_codes,
    public_address,
    revoke_code,
    rotate_code,
)
from survey_app.store.session import Database
from survey_app.store.tables import AuditEvent, PointCode, ServicePoint


def point_count(database: Database) -> int:
    with database.transaction() as session:
        return session.scalar(select(func.count(ServicePoint.id))) or 0


def events(database: Database, action: str) -> list[AuditEvent]:
    with database.transaction() as session:
        return list(session.scalars(select(AuditEvent).where(AuditEvent.action == action)))


def test_every_point_gets_one_code_of_its_own(laocai: Database) -> None:
    issued = issue_codes(laocai, None)
    assert len(issued) == point_count(laocai) > 100
    assert len({row.code for row in issued}) == len({row.point_code for row in issued})
    assert all(is_code(row.code) and not row.is_revoked for row in issued)


def test_issuing_again_changes_nothing(laocai: Database) -> None:
    first = issue_codes(laocai, None)
    assert issue_codes(laocai, None) == first
    assert len(events(laocai, "code.issued")) == len(first)


def test_a_campaign_s_points_only(laocai: Database) -> None:
    with laocai.transaction() as session:
        codes = session.scalars(select(ServicePoint.code).order_by(ServicePoint.id).limit(3)).all()
    create_campaign(
        laocai,
        None,
        NewCampaign(
            code="q1",
            name="Quý I",
            pack="laocai-2021",
            questionnaire="mot-cua",
            channel="qr",
            opens_on=date(2026, 1, 1),
            closes_on=date(2026, 3, 31),
            points=tuple(codes),
        ),
    )
    assert {row.point_code for row in issue_codes(laocai, None, "q1")} == set(codes)
    assert len(codes_in_use(laocai)) == 3
    issue_codes(laocai, None)
    assert len(codes_in_use(laocai, campaign_code="q1")) == 3
    with pytest.raises(NotFoundError):
        issue_codes(laocai, None, "no-such-campaign")


def test_issued_from_four_places_at_once_each_point_still_has_one(laocai: Database) -> None:
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: issue_codes(laocai, None), range(4)))
    assert len(codes_in_use(laocai)) == point_count(laocai)
    assert all(len(answer) == point_count(laocai) for answer in answers)
    assert len(events(laocai, "code.issued")) == point_count(laocai)


def test_rotation_gives_a_new_code_and_revokes_the_old(laocai: Database) -> None:
    old = issue_codes(laocai, None)[0]
    new = rotate_code(laocai, None, shown(old.code).lower())
    assert new.service_point_id == old.service_point_id
    assert new.code != old.code
    assert code_in_use(laocai, new.code) == new
    with pytest.raises(ServiceError, match="code-already-revoked"):
        code_in_use(laocai, old.code)
    history = codes_in_use(laocai, with_revoked=True)
    assert [(row.code, row.is_revoked) for row in history if row.point_code == old.point_code] == [
        (old.code, True),
        (new.code, False),
    ]
    (revoked,) = events(laocai, "code.revoked")
    assert (revoked.subject, revoked.detail) == (old.point_code, {"code": old.code})
    assert events(laocai, "code.issued")[-1].detail == {"code": new.code, "replaces": old.code}


def test_a_rotation_sent_twice_rotates_once(laocai: Database) -> None:
    old = issue_codes(laocai, None)[0]
    rotate_code(laocai, None, old.code)
    with pytest.raises(ServiceError, match="code-already-revoked"):
        rotate_code(laocai, None, old.code)
    with laocai.transaction() as session:
        rows = session.scalar(
            select(func.count()).where(PointCode.service_point_id == old.service_point_id)
        )
    assert rows == 2


def test_a_revoked_point_stays_without_code_until_one_is_issued(laocai: Database) -> None:
    row = issue_codes(laocai, None)[0]
    revoke_code(laocai, None, row.code)
    assert row.point_code not in {r.point_code for r in codes_in_use(laocai)}
    fresh = {r.point_code: r.code for r in issue_codes(laocai, None)}
    assert fresh[row.point_code] != row.code


@pytest.mark.parametrize("typed", ["", "7K3M-2QXC", "'; DROP TABLE point_code --", "🙂" * 9000])
def test_an_unknown_code_is_named_in_the_refusal(laocai: Database, typed: str) -> None:
    with pytest.raises(NotFoundError) as refused:
        rotate_code(laocai, None, typed)
    assert refused.value.values["name"] == typed[:40]


def test_the_address_is_short_enough_to_type() -> None:
    assert public_address("https://x.vn", "7K3M2QXC") == "https://x.vn/g/7K3M2QXC"
