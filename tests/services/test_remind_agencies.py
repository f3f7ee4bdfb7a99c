"""Reminders through a real SMTP server on the loopback: once a day, only to whom owes."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from sqlalchemy import func, select

from survey_app.domain.access import Role
from survey_app.domain.plan_reporting import Obligation, Period
from survey_app.reports.reminders import reminder_letter
from survey_app.services.errors import ServiceError
from survey_app.services.mail import post_office
from survey_app.services.remind_agencies import plan_reminders, send_reminder
from survey_app.services.report_on_plan import (
    SentFile,
    Writing,
    set_deadline,
    submit_report,
    write_report,
)
from survey_app.settings import Settings
from survey_app.store.session import Database
from survey_app.store.tables import Agency, PlanReminder
from tests.conftest import add_staff

YEAR, TODAY = 2021, date(2021, 4, 5)
BASE = "https://khaosat.laocai.example"


@dataclass
class Letterbox:
    """What the server took, and whether it refuses."""

    letters: list[EmailMessage] = field(default_factory=list)
    refuses: bool = False

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802 — aiosmtpd's name
        if self.refuses:
            return "451 try later"
        letter = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(letter, EmailMessage)
        self.letters.append(letter)
        return "250 OK"


@pytest.fixture
def letterbox() -> Letterbox:
    return Letterbox()


@pytest.fixture
def mailing(letterbox: Letterbox, settings: Settings) -> Iterator[Settings]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    server = Controller(letterbox, hostname="127.0.0.1", port=port)
    server.start()
    yield settings.model_copy(
        update={"smtp_url": f"smtp://127.0.0.1:{port}", "mail_from": "snv@laocai.example"}
    )
    server.stop()


@pytest.fixture
def person(laocai: Database) -> int:
    with laocai.transaction() as session:
        agency = session.scalars(select(Agency.id).where(Agency.code == "so-ldtbxh")).one()
    return add_staff(
        laocai, Role.AGENCY_VIEWER, agency_id=agency, email="a@so.example", full_name="Bà Lan"
    ).id


def remind(database: Database, settings: Settings) -> int:
    found = plan_reminders(database, YEAR, TODAY, 7)
    with post_office(settings) as post:
        return sum(
            send_reminder(
                database,
                found.plan.id,
                letter,
                TODAY,
                *reminder_letter(found.plan, letter, TODAY, BASE),
                post,
            )
            for letter in found.letters
        )


def test_one_letter_a_day_names_what_is_owed(
    laocai: Database, mailing: Settings, letterbox: Letterbox, person: int
) -> None:
    assert remind(laocai, mailing) == 1
    assert remind(laocai, mailing) == 0
    [letter] = letterbox.letters
    assert (letter["To"], letter["From"]) == ("a@so.example", "snv@laocai.example")
    assert "2021: 1 việc" in letter["Subject"]
    body = letter.get_content()
    assert "Kính gửi Bà Lan" in body
    assert "còn 5 ngày" in body  # its own plan is due on 10 April
    assert f"{BASE}/plan/2021/mine" in body


def test_who_owes_nothing_soon_gets_no_letter(
    laocai: Database, mailing: Settings, letterbox: Letterbox, person: int
) -> None:
    owed = Obligation(Period.OWN_PLAN, "", "so-ldtbxh")
    evidence = SentFile("KH.pdf", b"%PDF-1.7")
    write_report(laocai, person, YEAR, owed, Writing("Kế hoạch", {}, [evidence]))
    submit_report(laocai, person, YEAR, owed, TODAY)
    assert remind(laocai, mailing) == 0
    set_deadline(laocai, None, YEAR, Period.Q1, date(2021, 4, 1), "Công văn 1")
    assert remind(laocai, mailing) == 1
    assert "quá hạn 4 ngày" in letterbox.letters[0].get_content()


def test_a_letter_that_was_refused_is_sent_again(
    laocai: Database, mailing: Settings, letterbox: Letterbox, person: int
) -> None:
    letterbox.refuses = True
    with pytest.raises(ServiceError, match="plan-mail-failed"):
        remind(laocai, mailing)
    with laocai.transaction() as session:
        assert session.scalar(select(func.count()).select_from(PlanReminder)) == 0
    letterbox.refuses = False
    assert remind(laocai, mailing) == 1


def test_agencies_with_nobody_to_write_to_are_named(laocai: Database, person: int) -> None:
    found = plan_reminders(laocai, YEAR, TODAY, 7)
    assert [letter.user_id for letter in found.letters] == [person]
    assert "so-y-te" in found.without_address
    assert "so-ldtbxh" not in found.without_address


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({}, "plan-reminders-no-smtp"),
        ({"smtp_url": "ftp://x", "mail_from": "a@b.example"}, "plan-mail-settings"),
        ({"smtp_url": "smtp://127.0.0.1:99999", "mail_from": "a@b.example"}, "plan-mail-settings"),
        ({"smtp_url": "smtp://127.0.0.1:25", "mail_from": ""}, "plan-mail-settings"),
        ({"smtp_url": "smtp://127.0.0.1:1", "mail_from": "a@b.example"}, "plan-mail-failed"),
    ],
)
def test_wrong_settings_are_told(settings: Settings, changes: dict[str, str], fault: str) -> None:
    wrong = settings.model_copy(update=changes)
    with pytest.raises(ServiceError, match=fault), post_office(wrong):
        pass
