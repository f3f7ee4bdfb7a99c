"""A counter whose form is open, and what tests read from its pages."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import select

from survey_app.services.create_campaign import NewCampaign, create_campaign
from survey_app.services.issue_codes import issue_codes
from survey_app.store.session import Database
from survey_app.store.tables import Response


@dataclass(frozen=True)
class Counter:
    """A service point whose form is open."""

    code: str
    point_vi: str
    point_en: str

    @property
    def path(self) -> str:
        return f"/g/{self.code}"

    @property
    def send(self) -> str:
        return f"/g/{self.code}/send"


def open_counter(database: Database, questionnaire: str = "mot-cua", **fields: Any) -> Counter:
    create_campaign(
        database,
        None,
        NewCampaign(
            **{
                "code": "dot-1",
                "name": "Đợt 1",
                "pack": "laocai-2021",
                "questionnaire": questionnaire,
                "channel": "qr",
                "opens_on": date(2020, 1, 1),
                "closes_on": date(2099, 12, 31),
                **fields,
            }
        ),
    )
    row = issue_codes(database, None, fields.get("code", "dot-1"))[0]
    return Counter(row.code, row.name_vi, row.name_en)


def token_of(page: str) -> str:
    found = re.search(r'name="token"[^>]*value="([^"]+)"', page)
    assert found, "the page has no form"
    return found.group(1)


def fresh_token(client: FlaskClient, counter: Counter) -> str:
    return token_of(client.get(counter.path).text)


def responses(database: Database) -> list[Response]:
    with database.transaction() as session:
        return list(session.scalars(select(Response)))
