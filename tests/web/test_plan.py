"""The plan's pages: the board, an agency's own reports and nobody else's, evidence as files."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from survey_app.domain.access import Role
from survey_app.store.session import Database
from survey_app.store.tables import Agency, AgencyReport, AgencyReportFile

SignIn = Callable[..., object]
REPORT = "/plan/2021/reports/year/so-ldtbxh/II.3"


@pytest.fixture
def agency_id(laocai: Database) -> int:
    with laocai.transaction() as session:
        return session.scalars(select(Agency.id).where(Agency.code == "so-ldtbxh")).one()


@pytest.fixture
def agency(app: Flask, sign_in: SignIn, agency_id: int) -> FlaskClient:
    client = app.test_client()
    sign_in(client, Role.AGENCY_VIEWER, agency_id=agency_id)
    return client


@pytest.fixture
def other_agency(app: Flask, sign_in: SignIn, laocai: Database) -> FlaskClient:
    with laocai.transaction() as session:
        other = session.scalars(select(Agency.id).where(Agency.code == "so-y-te")).one()
    client = app.test_client()
    sign_in(client, Role.AGENCY_VIEWER, agency_id=other)
    return client


@pytest.fixture
def manager(app: Flask, sign_in: SignIn) -> FlaskClient:
    client = app.test_client()
    sign_in(client, Role.SURVEY_MANAGER)
    return client


def post(client: FlaskClient, path: str, page: str | None = None, **fields: Any) -> TestResponse:
    token = re.search(r'name="csrf_token" value="([^"]+)"', client.get(page or path).text)
    assert token is not None
    return client.post(
        path,
        data={"csrf_token": token[1], **fields},
        content_type="multipart/form-data",
    )


def evidence(name: str = "Báo cáo.pdf", content: bytes = b"%PDF-1.7 x") -> tuple[io.BytesIO, str]:
    return io.BytesIO(content), name


def submitted(client: FlaskClient) -> None:
    answer = post(
        client,
        REPORT,
        body="Đã kiểm tra 47 xã.",
        **{"figure-1": "30,9", "files": evidence(), "act": "submit"},
    )
    assert answer.status_code == 303


def test_the_board_counts_what_the_tables_hold(
    manager: FlaskClient, agency: FlaskClient, laocai: Database
) -> None:
    submitted(agency)
    page = manager.get("/plan/2021/").text
    assert len(set(re.findall(r"/plan/2021/tasks/([IVX]+\.\d)", page))) == 39
    with laocai.transaction() as session:
        assert session.scalars(select(AgencyReport.state)).all() == ["submitted"]
    lead = page.split('class="lead">')[1].split("</p>")[0]
    assert lead.startswith("0 trên ")
    assert "1 đang chờ kiểm tra" in lead
    assert "Sở Lao động" in page.split("Thay đổi gần đây")[1]


def test_a_report_is_written_checked_and_shown_on_its_task(
    manager: FlaskClient, agency: FlaskClient, laocai: Database
) -> None:
    submitted(agency)
    with laocai.transaction() as session:
        report = session.scalars(select(AgencyReport.id)).one()
    decide = f"/plan/reports/{report}/decide"
    unreasoned = post(manager, decide, REPORT, act="returned", comment="")
    assert unreasoned.status_code == 422
    assert "Hãy ghi điều cần sửa" in unreasoned.text
    assert "chưa kiểm tra" in manager.get("/plan/2021/tasks/II.3").text
    assert post(manager, decide, REPORT, act="accepted").status_code == 303
    task = manager.get("/plan/2021/tasks/II.3").text
    assert "30,90 %" in task
    assert "chưa kiểm tra" not in task
    assert "Đã chấp nhận" in agency.get(REPORT).text


def test_a_refused_report_keeps_what_was_typed(agency: FlaskClient) -> None:
    wrong = post(
        agency,
        REPORT,
        body="Dòng một\nDòng hai",
        **{"figure-1": "ba mươi", "files": evidence(), "act": "submit"},
    )
    page = wrong.text
    assert wrong.status_code == 422
    assert 'href="#figure-1"' in page
    assert "Dòng một\nDòng hai</textarea>" in page
    assert 'value="ba mươi"' in page
    assert "Báo cáo.pdf" in page  # kept: need not be chosen again


def test_no_agency_sees_or_writes_for_another(
    agency: FlaskClient, other_agency: FlaskClient, laocai: Database
) -> None:
    submitted(agency)
    with laocai.transaction() as session:
        file = session.scalars(select(AgencyReportFile.id)).one()
    assert agency.get(f"/plan/files/{file}").status_code == 200
    for path in (REPORT, f"/plan/files/{file}", "/plan/2021/tasks/II.3"):
        assert other_agency.get(path).status_code == 404
    token = re.search(r'name="csrf_token" value="([^"]+)"', other_agency.get("/password").text)
    assert token is not None
    sent = other_agency.post(REPORT, data={"csrf_token": token[1], "body": "x", "act": "keep"})
    assert sent.status_code == 404
    for page in ("/plan/2021/", "/plan/2021/own-plans", "/plan/2021/deadlines"):
        assert other_agency.get(page).status_code == 403


def test_a_draft_is_its_agencys_own(agency: FlaskClient, manager: FlaskClient) -> None:
    post(agency, REPORT, body="Bản nháp chưa xong", act="keep")
    assert "Bản nháp chưa xong" in agency.get(REPORT).text
    assert "Bản nháp chưa xong" not in manager.get(REPORT).text


def test_evidence_is_handed_out_as_a_file_and_never_shown(agency: FlaskClient) -> None:
    submitted(agency)
    link = re.search(r"/plan/files/\d+", agency.get(REPORT).text)
    assert link is not None
    answer = agency.get(link[0])
    assert answer.data == b"%PDF-1.7 x"
    assert answer.content_type == "application/octet-stream"
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_only_the_page_of_reports_takes_large_files(agency: FlaskClient, app: Flask) -> None:
    large = evidence(content=b"%PDF-" + bytes(400_000))
    assert post(agency, REPORT, body="x", files=large, act="keep").status_code == 303
    stranger = app.test_client()
    assert stranger.post(REPORT, data={"files": evidence(content=bytes(400_000))}).status_code in {
        302,
        413,
    }
    too_large = {"username": "a" * 10**6, "password": "x"}
    assert stranger.post("/sign-in", data=too_large).status_code == 413


@pytest.mark.parametrize(
    "path",
    [
        "/plan/1999/",
        "/plan/2021/tasks/IX.1",
        "/plan/2021/reports/q9/so-ldtbxh/II.3",
        "/plan/2021/reports/q1/so-noi-vu/II.3",
        "/plan/files/99999",
        "/plan/2021/?agency=nobody",
    ],
)
def test_what_does_not_exist_is_not_found(manager: FlaskClient, path: str) -> None:
    assert manager.get(path).status_code == 404


def test_a_deadline_makes_reports_late(manager: FlaskClient) -> None:
    assert "Không có báo cáo nào quá hạn" in manager.get("/plan/2021/").text
    page = "/plan/2021/deadlines"
    refused = post(manager, page, period="q1", due="2021-03-25", source="")
    assert refused.status_code == 422
    assert post(manager, page, period="q1", due="2021-02-30", source="x").status_code == 422
    sent = post(manager, page, period="q1", due="2021-03-25", source="Công văn 215/SNV")
    assert sent.status_code == 303
    assert "Quá hạn" in manager.get("/plan/2021/").text


def test_who_has_not_sent_a_plan_is_told(manager: FlaskClient, agency: FlaskClient) -> None:
    def missing() -> tuple[int, int]:
        lead = manager.get("/plan/2021/own-plans").text.split('class="lead">')[1]
        found = re.match(r"(\d+) trên (\d+)", lead)
        assert found is not None
        return int(found[1]), int(found[2])

    before, everybody = missing()
    assert before == everybody > 150
    own = "/plan/2021/reports/own_plan/so-ldtbxh/-"
    post(agency, own, body="Kế hoạch của Sở", files=evidence("KH.pdf"), act="submit")
    assert missing() == (before - 1, everybody)
