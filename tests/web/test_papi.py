"""The page of published PAPI scores."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from survey_app.domain.access import Role
from survey_app.reports.papi_view import published


@pytest.fixture
def analyst(app: Flask, sign_in: Callable[..., object]) -> FlaskClient:
    client = app.test_client()
    sign_in(client, Role.ANALYST)
    return client


def test_the_loaded_province_is_shown_with_its_place_and_source(analyst: FlaskClient) -> None:
    page = analyst.get("/papi/").text
    place = published().place(2024, "10")
    assert place is not None
    lead = page.split('class="lead">')[1].split("</p>")[0]
    assert f"đứng thứ {place.rank} trên {place.of}" in lead
    assert "UNDP, CECODES, RTA" in page
    assert "không phải kết quả khảo sát của hệ thống này" in page


@pytest.mark.parametrize("picture", ["years", "changes"])
@pytest.mark.parametrize("language", ["vi", "en"])
def test_pictures_are_drawn(analyst: FlaskClient, picture: str, language: str) -> None:
    answer = analyst.get(f"/papi/{picture}.svg?year=2020&narrow=1&lang={language}")
    assert answer.mimetype == "image/svg+xml"
    assert answer.data.startswith(b"<svg")


@pytest.mark.parametrize("query", ["province=99", "year=1999", "year=abc"])
def test_what_does_not_exist_is_not_found(analyst: FlaskClient, query: str) -> None:
    assert analyst.get(f"/papi/?{query}").status_code == 404


def test_a_year_without_a_year_before_says_so(analyst: FlaskClient) -> None:
    assert "Không có năm trước" in analyst.get("/papi/?year=2011").text
