"""A counter that takes answers without a browser, for tests of what happens to them."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import select

from survey_app.services.create_campaign import NewCampaign, create_campaign
from survey_app.services.submit_answer import AtPoint, submit_answer
from survey_app.store.session import Database
from survey_app.store.tables import CampaignPoint, Response

DAY = date(2026, 5, 4)


class AnsweringCounter:
    """A campaign at counters; ``send`` stores one sheet and returns its identifier."""

    def __init__(self, database: Database, code: str = "quay", **fields: Any) -> None:
        self.database = database
        self.campaign = create_campaign(
            database,
            None,
            NewCampaign(
                **{
                    "code": code,
                    "name": code,
                    "pack": "laocai-2021",
                    "questionnaire": "mot-cua",
                    "channel": "qr",
                    "opens_on": date(2026, 4, 1),
                    "closes_on": date(2026, 6, 30),
                    **fields,
                }
            ),
        )
        with database.transaction() as session:
            self.points = list(
                session.scalars(
                    select(CampaignPoint.service_point_id)
                    .where(CampaignPoint.campaign_id == self.campaign.id)
                    .order_by(CampaignPoint.service_point_id)
                )
            )

    def send(
        self,
        answers: Mapping[str, Sequence[str]] | None = None,
        *,
        point: int = 0,
        key: bytes | None = None,
        on: date = DAY,
        **more: Any,
    ) -> str:
        key = key or secrets.token_bytes(32)
        submit_answer(
            self.database,
            key,
            campaign_id=self.campaign.id,
            place=AtPoint(self.points[point]),
            answers=answers or {"hai_long_chung": ["4"], "gop_y_loi": ["Chờ lâu"]},
            language="vi",
            on=on,
            **more,
        )
        with self.database.transaction() as session:
            return str(session.scalar(select(Response.id).where(Response.submission_key == key)))
