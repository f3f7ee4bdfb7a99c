"""Taking in answer sheets: once, whole, only where and when a campaign takes them."""

from __future__ import annotations

import secrets
import unicodedata
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import func, select

from survey_app.services.create_campaign import NewCampaign, create_campaign
from survey_app.services.errors import ServiceError
from survey_app.services.submit_answer import (
    AtPoint,
    InArea,
    InvalidAnswersError,
    submit_answer,
)
from survey_app.store.session import Database
from survey_app.store.tables import (
    Answer,
    AnswerText,
    Campaign,
    CampaignPoint,
    QuestionnaireItem,
    Response,
    SampleArea,
    SampleDraw,
    ServicePoint,
    Unit,
)

DAY = date(2026, 5, 4)


def campaign(database: Database, channel: str, questionnaire: str = "mot-cua") -> Campaign:
    return create_campaign(
        database,
        None,
        NewCampaign(
            code=f"c-{channel}",
            name=channel,
            pack="laocai-2021",
            questionnaire=questionnaire,
            channel=channel,  # type: ignore[arg-type]
            opens_on=date(2026, 4, 1),
            closes_on=date(2026, 6, 30),
        ),
    )


class Counter:
    """A campaign at a counter."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.campaign = campaign(database, "qr")
        with database.transaction() as session:
            self.point_id = session.scalars(select(CampaignPoint.service_point_id)).first() or 0
            items = session.scalars(
                select(QuestionnaireItem).where(
                    QuestionnaireItem.questionnaire_id == self.campaign.questionnaire_id
                )
            )
            self.codes = {item.number: item.code for item in items}

    def send(
        self, answers: Mapping[str, Sequence[str]], key: bytes | None = None, **more: Any
    ) -> bool:
        return submit_answer(
            self.database,
            secrets.token_bytes(32) if key is None else key,
            **{
                "campaign_id": self.campaign.id,
                "place": AtPoint(self.point_id),
                "answers": answers,
                "language": "vi",
                "on": DAY,
                **more,
            },
        )

    def stored(self) -> list[Response]:
        with self.database.transaction() as session:
            return list(session.scalars(select(Response)))

    def coded(self) -> dict[str, list[int]]:
        with self.database.transaction() as session:
            found: dict[str, list[int]] = {}
            for answer in session.scalars(select(Answer).order_by(Answer.item, Answer.value)):
                found.setdefault(self.codes[answer.item], []).append(answer.value)
            return found


@pytest.fixture
def counter(laocai: Database) -> Counter:
    return Counter(laocai)


def test_answers_are_stored_under_their_items(counter: Counter) -> None:
    assert counter.send(
        {
            "hai_long_chung": ["5"],
            "cong_chuc_thai_do": ["9"],
            "loai_viec": ["2"],
            "gop_y_loi": [unicodedata.normalize("NFD", "  Nên có thêm ghế ngồi.\r\nCảm ơn ")],
            "no_such_item": ["1"],
        }
    )
    (row,) = counter.stored()
    assert (row.campaign_id, row.channel, row.language) == (counter.campaign.id, "qr", "vi")
    assert (row.service_point_id, row.area_id, row.received_on) == (counter.point_id, None, DAY)
    assert counter.coded() == {"hai_long_chung": [5], "cong_chuc_thai_do": [9], "loai_viec": [2]}
    with counter.database.transaction() as session:
        (words,) = session.scalars(select(AnswerText))
    assert counter.codes[words.item] == "gop_y_loi"
    assert words.text == "Nên có thêm ghế ngồi.\nCảm ơn"


def test_the_same_key_stores_once_and_the_first_answers_stand(counter: Counter) -> None:
    key = secrets.token_bytes(32)
    assert counter.send({"hai_long_chung": ["1"]}, key)
    assert not counter.send({"hai_long_chung": ["1"]}, key)
    assert not counter.send({"hai_long_chung": ["5"]}, key)
    assert len(counter.stored()) == 1
    assert counter.coded() == {"hai_long_chung": [1]}


def test_sent_eight_times_at_the_same_moment_it_is_stored_once(counter: Counter) -> None:
    key, start = secrets.token_bytes(32), Barrier(8)

    def send(_: int) -> bool:
        start.wait()
        return counter.send({"hai_long_chung": ["4"], "loai_viec": ["1"]}, key)

    with ThreadPoolExecutor(8) as pool:
        outcomes = list(pool.map(send, range(8)))
    assert sorted(outcomes) == [False] * 7 + [True]
    assert len(counter.stored()) == 1
    assert counter.coded() == {"hai_long_chung": [4], "loai_viec": [1]}


@pytest.mark.parametrize(
    ("answers", "faults"),
    [
        ({}, {"hai_long_chung": "answer-required"}),
        ({"gop_y_loi": ["tốt"]}, {"hai_long_chung": "answer-required"}),
        ({"hai_long_chung": ["6"]}, {"hai_long_chung": "answer-not-offered"}),
        ({"hai_long_chung": ["9"]}, {"hai_long_chung": "answer-not-offered"}),
        ({"hai_long_chung": ["4", "5"]}, {"hai_long_chung": "answer-one-only"}),
        (
            {"hai_long_chung": ["4"], "gop_y_loi": ["a" * 501], "loai_viec": ["-1"]},
            {"loai_viec": "answer-not-offered", "gop_y_loi": "answer-too-long"},
        ),
    ],
)
def test_what_does_not_fit_is_named_and_nothing_is_stored(
    counter: Counter, answers: dict[str, list[str]], faults: dict[str, str]
) -> None:
    with pytest.raises(InvalidAnswersError) as refused:
        counter.send(answers)
    assert {fault.item: fault.key for fault in refused.value.faults} == faults
    assert counter.stored() == []


def test_only_on_the_campaign_s_days(counter: Counter) -> None:
    good = {"hai_long_chung": ["5"]}
    for day in (date(2026, 3, 31), date(2026, 7, 1)):
        with pytest.raises(ServiceError, match="answer-not-taken"):
            counter.send(good, on=day)
    assert counter.send(good, on=date(2026, 4, 1))
    assert counter.send(good, on=date(2026, 6, 30))


def test_only_at_the_campaign_s_points(counter: Counter) -> None:
    with counter.database.transaction() as session:
        own = session.get_one(CampaignPoint, (counter.campaign.id, counter.point_id))
        session.delete(own)
    with pytest.raises(ServiceError, match="answer-not-taken"):
        counter.send({"hai_long_chung": ["5"]})
    assert counter.stored() == []


def test_an_interview_belongs_to_an_area_of_the_campaign_s_draw(laocai: Database) -> None:
    drawn = campaign(laocai, "interview")
    with laocai.transaction() as session:
        unit_id = session.scalars(select(Unit.id)).first()
        draw = SampleDraw(
            campaign_id=drawn.id,
            seed="1",
            frame_digest="",
            design_digest="",
            result_digest="",
            record={},
        )
        session.add(draw)
        session.flush()
        area = SampleArea(
            draw_id=draw.id,
            unit_id=unit_id,
            stratum="s",
            position=1,
            probability=0.5,
            is_certainty=False,
            listed_size=10,
        )
        session.add(area)
        session.flush()
        area_id = area.id
        point_id = session.scalars(select(ServicePoint.id)).first() or 0

    def send(place: AtPoint | InArea) -> bool:
        return submit_answer(
            laocai,
            secrets.token_bytes(32),
            campaign_id=drawn.id,
            place=place,
            answers={"hai_long_chung": ["5"]},
            language="vi",
            on=DAY,
        )

    assert send(InArea(area_id))
    for elsewhere in (InArea(area_id + 1), AtPoint(point_id)):
        with pytest.raises(ServiceError, match="answer-not-taken"):
            send(elsewhere)
    with laocai.transaction() as session:
        (row,) = session.scalars(select(Response))
        assert (row.channel, row.area_id, row.service_point_id) == ("interview", area_id, None)


def test_an_answer_row_has_no_room_for_who_sent_it_or_when(laocai: Database) -> None:
    """A column added here must be one that tells nothing of the sender."""
    assert set(Response.__table__.columns.keys()) == {
        "id",
        "submission_key",
        "campaign_id",
        "channel",
        "service_point_id",
        "area_id",
        "language",
        "received_on",
    }
    assert set(Answer.__table__.columns.keys()) == {"response_id", "item", "value"}
    assert set(AnswerText.__table__.columns.keys()) == {"response_id", "item", "text"}
    with laocai.transaction() as session:
        assert session.scalar(select(func.count(Response.id))) == 0
