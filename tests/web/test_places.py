"""Pages of a question and of a place; their figures recomputed from the snapshot's rows."""

from __future__ import annotations

import re
from collections.abc import Callable

import numpy as np
import pytest
from flask import Flask
from flask.testing import FlaskClient

from analysis.snapshot import Snapshot, read_snapshot
from survey_app.domain.access import Role
from survey_app.domain.publication import InterviewFigures
from survey_app.reports.numbers import percent
from survey_app.settings import Settings
from survey_app.store.queries.publications import published_campaign
from survey_app.store.session import Database
from survey_app.web.app import create_app

SignIn = Callable[..., object]
ROUND = "/results/mo-phong-ho"
OVERALL = "hai_long_chung"


@pytest.fixture
def app(settings: Settings, played: Database) -> Flask:
    return create_app(settings, played)


@pytest.fixture
def analyst(app: Flask, sign_in: SignIn) -> FlaskClient:
    client = app.test_client()
    sign_in(client, Role.ANALYST)
    return client


@pytest.fixture
def figures(played: Database) -> InterviewFigures:
    with played.transaction() as session:
        found = published_campaign(session, "mo-phong-ho")
    assert found is not None
    assert isinstance(found.figures, InterviewFigures)
    return found.figures


@pytest.fixture
def snapshot(settings: Settings, figures: InterviewFigures) -> Snapshot:
    return read_snapshot(settings.snapshot_dir / figures.snapshot)


def columns(snapshot: Snapshot) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    table = snapshot.answers
    answers = np.array([np.nan if v is None else v for v in table[OVERALL].to_pylist()], float)
    answers[(answers < 1) | (answers > 5)] = np.nan
    return answers, table["weight"].to_numpy(), np.array(table["domain"].to_pylist())


def test_the_spread_is_the_weighted_share_of_each_answer(
    snapshot: Snapshot, figures: InterviewFigures
) -> None:
    answers, weights, domain = columns(snapshot)
    rows = figures.distribution(OVERALL)
    assert {row.domain for row in rows} == {None, *domain}
    for row in rows:
        inside = ~np.isnan(answers) & ((domain == row.domain) | (row.domain is None))
        expected = [
            weights[inside & (answers == level)].sum() / weights[inside].sum()
            for level in range(1, 6)
        ]
        assert row.shares == pytest.approx(expected, abs=1e-12)
        assert row.n == inside.sum()
        assert sum(row.shares) == pytest.approx(1)


def test_a_contrast_is_the_difference_of_two_weighted_shares(
    snapshot: Snapshot, figures: InterviewFigures
) -> None:
    answers, weights, domain = columns(snapshot)
    found = [c for c in figures.contrasts if c.variable == OVERALL]
    assert len(found) == 9
    for contrast in found:
        known, here = ~np.isnan(answers), domain == contrast.domain

        def share(rows: np.ndarray) -> float:
            return float(weights[rows & (answers >= 4)].sum() / weights[rows].sum())

        expected = share(known & here) - share(known & ~here)
        assert contrast.difference == pytest.approx(expected, abs=1e-12)
        assert contrast.ci_low <= contrast.difference <= contrast.ci_high
        assert contrast.p_value <= contrast.p_adjusted <= 1


def test_a_questions_page_shows_the_stored_spread(
    analyst: FlaskClient, figures: InterviewFigures
) -> None:
    page = analyst.get(f"{ROUND}/questions/{OVERALL}").text
    whole = next(row for row in figures.distribution(OVERALL) if row.domain is None)
    table = page.split("<tbody>")[1].split("</tr>")[0]
    assert re.findall(r">([\d,]+%)<", table) == [percent(s, "vi") for s in whole.shares]
    assert "Dữ liệu mô phỏng" in page


def test_a_places_page_shows_every_rated_question(
    analyst: FlaskClient, figures: InterviewFigures
) -> None:
    page = analyst.get(f"{ROUND}/places/082").text
    here = figures.select("share", OVERALL, "082")
    assert here is not None
    assert percent(here.estimate, "vi") in page
    rated = {row.variable for row in figures.distributions}
    assert set(re.findall(r"/questions/(\w+)", page)) == rated


def test_the_campaigns_page_leads_to_its_places_and_questions(analyst: FlaskClient) -> None:
    page = analyst.get(ROUND).text
    assert f"{ROUND}/places/082" in page
    assert f"{ROUND}/questions/{OVERALL}" in page


@pytest.mark.parametrize("path", [f"spread/{OVERALL}.svg", "map.svg", "map.svg?narrow=1"])
def test_pictures_are_drawn(analyst: FlaskClient, path: str) -> None:
    answer = analyst.get(f"{ROUND}/{path}")
    assert answer.mimetype == "image/svg+xml"
    assert answer.data.startswith(b"<svg")


@pytest.mark.parametrize("path", ["questions/gone", "places/999", "spread/gone.svg"])
def test_what_does_not_exist_is_not_found(analyst: FlaskClient, path: str) -> None:
    assert analyst.get(f"{ROUND}/{path}").status_code == 404


def test_scans_have_no_such_pages(analyst: FlaskClient) -> None:
    assert analyst.get(f"/results/mo-phong-qr/questions/{OVERALL}").status_code == 404
