"""Creating and ending campaigns."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from survey_app.services.create_campaign import NewCampaign, close_campaign, create_campaign
from survey_app.services.errors import NotFoundError, ServiceError
from survey_app.store.session import Database
from survey_app.store.tables import AuditEvent, Campaign, CampaignPoint, ServicePoint
from tests.fieldwork_steps import INTERVIEWS, TODAY

COUNTERS = NewCampaign(
    code="mot-cua-2026",
    name="Một cửa",
    pack="laocai-2021",
    questionnaire="mot-cua",
    channel="qr",
    opens_on=TODAY,
    closes_on=TODAY,
    points=("mc-082", "mc-080"),
)


def test_a_counter_campaign_has_the_points_chosen(laocai: Database) -> None:
    campaign = create_campaign(laocai, None, COUNTERS)
    with laocai.transaction() as session:
        points = session.scalars(
            select(ServicePoint.code)
            .join(CampaignPoint)
            .where(CampaignPoint.campaign_id == campaign.id)
            .order_by(ServicePoint.code)
        )
        assert list(points) == ["mc-080", "mc-082"]
        event = session.scalars(
            select(AuditEvent).where(AuditEvent.action.like("campaign.%"))
        ).one()
        assert (event.action, event.subject) == ("campaign.created", "mot-cua-2026")


def test_no_points_named_means_all_of_the_pack(laocai: Database) -> None:
    create_campaign(laocai, None, replace(COUNTERS, points=None))
    with laocai.transaction() as session:
        assert session.scalar(select(func.count()).select_from(CampaignPoint)) == session.scalar(
            select(func.count()).select_from(ServicePoint)
        )


def test_created_twice_is_created_once(laocai: Database) -> None:
    with ThreadPoolExecutor(4) as pool:
        ids = {c.id for c in pool.map(lambda _: create_campaign(laocai, None, COUNTERS), range(4))}
    assert len(ids) == 1
    with laocai.transaction() as session:
        assert session.scalar(select(func.count(Campaign.id))) == 1


@pytest.mark.parametrize(
    ("change", "key", "field"),
    [
        ({"code": "Một cửa"}, "campaign-code-form", "code"),
        ({"name": "  "}, "campaign-name-length", "name"),
        ({"closes_on": TODAY - timedelta(days=1)}, "campaign-period", "closes_on"),
        ({"points": ()}, "campaign-no-points", "points"),
        ({"channel": "post"}, "campaign-channel-unknown", "channel"),
    ],
)
def test_a_refusal_names_the_field(
    laocai: Database, change: dict[str, object], key: str, field: str
) -> None:
    with pytest.raises(ServiceError) as refused:
        create_campaign(laocai, None, replace(COUNTERS, **change))
    assert (refused.value.key, refused.value.values["field"]) == (key, field)


@pytest.mark.parametrize(
    "change",
    [{"pack": "hanoi"}, {"questionnaire": "none"}, {"version": 99}, {"points": ("no-such",)}],
)
def test_what_is_named_must_exist(laocai: Database, change: dict[str, object]) -> None:
    with pytest.raises(NotFoundError):
        create_campaign(laocai, None, replace(COUNTERS, **change))


def test_a_code_belongs_to_one_campaign(laocai: Database) -> None:
    create_campaign(laocai, None, COUNTERS)
    with pytest.raises(ServiceError, match="campaign-code-taken"):
        create_campaign(laocai, None, replace(COUNTERS, name="Khác"))


def test_closing_brings_the_last_day_forward_and_never_back(laocai: Database) -> None:
    create_campaign(laocai, None, INTERVIEWS)
    assert close_campaign(laocai, None, INTERVIEWS.code, TODAY).closes_on == TODAY
    later = TODAY + timedelta(days=5)
    assert close_campaign(laocai, None, INTERVIEWS.code, later).closes_on == TODAY


def test_a_campaign_that_has_not_begun_cannot_be_closed(laocai: Database) -> None:
    create_campaign(laocai, None, INTERVIEWS)
    with pytest.raises(ServiceError, match="campaign-not-begun"):
        close_campaign(laocai, None, INTERVIEWS.code, INTERVIEWS.opens_on - timedelta(days=1))
