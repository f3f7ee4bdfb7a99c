"""Results pages: the stored figures, to those who may see them, marked as what they are."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable

import openpyxl
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, func, select

from survey_app.domain.access import Role
from survey_app.domain.publication import InterviewFigures
from survey_app.reports.numbers import percent
from survey_app.settings import Settings
from survey_app.store.queries.publications import published_campaign
from survey_app.store.session import Database
from survey_app.store.tables import Agency, PlanTask, Publication, ServicePoint
from survey_app.web.app import create_app

SignIn = Callable[..., object]
INTERVIEW, SCANS = "/results/mo-phong-ho", "/results/mo-phong-qr"
SIMULATED = "Dữ liệu mô phỏng"


@pytest.fixture
def app(settings: Settings, played: Database) -> Flask:
    return create_app(settings, played)


@pytest.fixture
def analyst(app: Flask, sign_in: SignIn) -> FlaskClient:
    client = app.test_client()
    sign_in(client, Role.ANALYST)
    return client


def stored(database: Database) -> InterviewFigures:
    with database.transaction() as session:
        found = published_campaign(session, "mo-phong-ho")
    assert found is not None
    assert isinstance(found.figures, InterviewFigures)
    return found.figures


def test_the_page_opens_with_the_finding_and_its_certainty(
    analyst: FlaskClient, played: Database
) -> None:
    page = analyst.get(INTERVIEW).text
    whole = stored(played).select("share", "hai_long_chung")
    assert whole is not None
    lead = page.split('class="lead">')[1].split("</p>")[0]
    for value in (whole.estimate, whole.ci_low, whole.ci_high):
        assert percent(value, "vi") in lead


def test_every_page_and_file_says_that_the_data_is_simulated(analyst: FlaskClient) -> None:
    for path in ("/results/", INTERVIEW, f"{INTERVIEW}/targets", SCANS):
        assert SIMULATED in analyst.get(path).text, path
    for path in (f"{INTERVIEW}/figures.csv", f"{SCANS}/figures.csv"):
        assert SIMULATED in analyst.get(path).data.decode("utf-8-sig"), path
    for path in (f"{INTERVIEW}/figures.xlsx", f"{SCANS}/figures.xlsx"):
        book = openpyxl.load_workbook(io.BytesIO(analyst.get(path).data))
        assert book.active is not None
        assert SIMULATED in [row[1].value for row in book.active.iter_rows(max_row=6)], path


def test_files_hold_the_very_figures_stored(analyst: FlaskClient, played: Database) -> None:
    expected = {
        (f.statistic, f.variable, f.domain or ""): f.estimate for f in stored(played).figures
    }
    text = analyst.get(f"{INTERVIEW}/figures.csv").data.decode("utf-8-sig")
    rows = [row for row in csv.reader(io.StringIO(text)) if len(row) > 10][1:]
    found = {(row[0], row[1], row[3]): float(row[5]) if row[5] else None for row in rows}
    assert found == expected


def test_the_chart_is_a_picture_with_every_place(analyst: FlaskClient, played: Database) -> None:
    answer = analyst.get(f"{INTERVIEW}/chart/hai_long_chung.svg")
    assert answer.mimetype == "image/svg+xml"
    for place in stored(played).places:
        assert place.name in answer.text
    assert analyst.get(f"{INTERVIEW}/chart/no-such.svg").status_code == 404


def test_the_qr_channel_is_labelled_and_has_no_interval(analyst: FlaskClient) -> None:
    page = analyst.get(SCANS).text
    assert "Người trả lời tự chọn" in page
    assert "tin cậy" not in page
    assert analyst.get(f"{SCANS}/targets").status_code == 404


def test_a_point_with_few_answers_shows_no_share(analyst: FlaskClient) -> None:
    assert "dưới 10 phiếu" in analyst.get(SCANS).text


def test_english_is_complete(analyst: FlaskClient) -> None:
    page = analyst.get(f"{INTERVIEW}?lang=en").text
    assert 'lang="en"' in page
    assert "Simulated data" in page
    assert "Whole province" in page


def test_a_page_reads_and_never_computes(
    analyst: FlaskClient, played: Database, settings: Settings
) -> None:
    for folder in settings.snapshot_dir.iterdir():
        folder.rename(folder.with_suffix(".away"))
    statements: list[str] = []
    event.listen(played.engine, "before_cursor_execute", lambda *args: statements.append(args[2]))
    assert analyst.get(INTERVIEW).status_code == 200
    assert not [s for s in statements if " answer" in s or " response" in s]
    assert len(statements) <= 4, statements


def test_an_agency_sees_its_own_points_and_tasks_only(app: Flask, sign_in: SignIn) -> None:
    database: Database = app.extensions["database"]
    with database.transaction() as session:
        lead = session.scalar(select(PlanTask.lead_agency_id).where(PlanTask.code == "III.4"))
        ward = session.scalars(select(Agency).where(Agency.code == "ubnd-02635")).one()
        own = session.scalars(
            select(ServicePoint.name_vi).where(ServicePoint.agency_id == ward.id)
        ).all()
        points = session.scalar(select(func.count(ServicePoint.id)))
    client = app.test_client()
    sign_in(client, Role.AGENCY_VIEWER, agency_id=ward.id)
    page = client.get(SCANS).text
    assert all(name in page for name in own)
    assert page.count('<th scope="row">') == len(own) < (points or 0)
    assert client.get(INTERVIEW).status_code == 404
    for path in ("figures.csv", "figures.xlsx", "targets", "chart/target:III.4.svg"):
        assert client.get(f"{INTERVIEW}/{path}").status_code == 404, path
    leader = app.test_client()
    sign_in(leader, Role.AGENCY_VIEWER, agency_id=lead)
    assert "III.4" in leader.get(f"{INTERVIEW}/targets").text
    assert "d7_rac_thai" not in leader.get(f"{INTERVIEW}/figures.csv").data.decode()


def test_computing_needs_the_permission_and_the_token(app: Flask, analyst: FlaskClient) -> None:
    assert analyst.post(f"{INTERVIEW}/compute").status_code == 400
    page = analyst.get(INTERVIEW).text
    token = page.split('name="csrf_token" value="')[-1].split('"')[0]
    answer = analyst.post(f"{INTERVIEW}/compute", data={"csrf_token": token})
    assert answer.status_code == 302
    with app.extensions["database"].transaction() as session:
        assert session.scalar(select(func.count(Publication.id))) == 3


def test_a_verdict_stands_on_the_plans_board_and_task_too(analyst: FlaskClient) -> None:
    for path in ("/plan/2021/", "/plan/2021/tasks/III.4"):
        page = analyst.get(path).text
        assert f"{INTERVIEW}/targets" in page
        assert SIMULATED in page
