"""The citizen's form behind a one-time code: once, clearly refused afterwards, with a way onward."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from citizen_pages import Counter, open_counter, responses, token_of
from flask.testing import FlaskClient

from survey_app.domain.local_time import today
from survey_app.domain.one_time_code import SMALLEST_BATCH, new_codes
from survey_app.domain.point_code import shown
from survey_app.services.issue_codes import code_in_use
from survey_app.services.issue_one_time_codes import MadeBatch, make_batch, withdraw_batch
from survey_app.store.session import Database

GOOD = {"a-hai_long_chung": "4"}


@pytest.fixture
def counter(laocai: Database) -> Counter:
    return open_counter(laocai)


def made(database: Database, counter: Counter, **more: Any) -> MadeBatch:
    point = code_in_use(database, counter.code).point_code
    return make_batch(
        database,
        None,
        **{
            "campaign_code": "dot-1",
            "point_code": point,
            "count": SMALLEST_BATCH,
            "request": "trang",
            "on": today(),
            **more,
        },
    )


def send(client: FlaskClient, code: str, token: str) -> Any:
    return client.post(f"/g/{code}/send", data={**GOOD, "token": token})


def test_a_code_typed_with_hyphens_on_the_front_page_opens_its_form(
    client: FlaskClient, laocai: Database, counter: Counter
) -> None:
    code = made(laocai, counter).codes[0]
    assert client.get(f"/?code={shown(code).lower()}").location == f"/g/{code}"
    assert client.get(f"/g/{shown(code).lower()}").location == f"/g/{code}"
    page = client.get(f"/g/{code}")
    assert page.status_code == 200
    assert counter.point_vi in page.text


def test_the_form_counts_once_and_sent_again_is_thanked_again(
    client: FlaskClient, laocai: Database, counter: Counter
) -> None:
    code = made(laocai, counter).codes[0]
    token = token_of(client.get(f"/g/{code}").text)
    for _ in range(3):
        answer = send(client, code, token)
        assert (answer.status_code, answer.location) == (303, f"/g/{code}/thanks")
    assert client.get(f"/g/{code}/thanks").status_code == 200
    assert len(responses(laocai)) == 1


def test_a_used_code_says_so_and_leads_to_the_counter_s_form(
    client: FlaskClient, laocai: Database, counter: Counter
) -> None:
    code = made(laocai, counter).codes[0]
    first, second = (token_of(client.get(f"/g/{code}").text) for _ in range(2))
    send(client, code, first)
    for page in (
        client.get(f"/g/{code}"),
        send(client, code, second),
        send(client, code, "forged"),
    ):
        assert page.status_code == 410
        assert "Mã này đã dùng rồi" in page.text
        assert f'href="{counter.path}"' in page.text
    assert "has been used" in client.get(f"/g/{code}?lang=en").text
    assert f'href="{counter.path}?lang=en"' in client.get(f"/g/{code}?lang=en").text
    assert len(responses(laocai)) == 1
    assert client.get(counter.path).status_code == 200


def test_an_expired_withdrawn_or_unknown_code_says_so(
    client: FlaskClient, laocai: Database, counter: Counter
) -> None:
    yesterday = today() - timedelta(days=1)
    expired = made(laocai, counter, on=yesterday, expires_on=yesterday, request="1").codes[0]
    lost = made(laocai, counter, request="2")
    withdraw_batch(laocai, None, lost.batch.id)
    for code, status, words, has_way in (
        (expired, 410, "Mã này đã hết hạn", True),
        (lost.codes[0], 410, "Mã này đã được thu hồi", True),
        (new_codes(1)[0], 404, "Không tìm thấy mã này", False),
    ):
        page = client.get(f"/g/{code}")
        assert (page.status_code, words in page.text) == (status, True)
        assert (f'href="{counter.path}"' in page.text) is has_way
        assert 'name="code"' in page.text  # another code can be typed at once
    assert f"{yesterday:%d/%m/%Y}" in client.get(f"/g/{expired}").text


def test_the_pages_of_a_code_carry_no_cookie_and_tell_no_other_site_of_it(
    client: FlaskClient, laocai: Database, counter: Counter
) -> None:
    page = client.get(f"/g/{made(laocai, counter).codes[0]}")
    assert "Set-Cookie" not in page.headers
    assert page.headers["Referrer-Policy"] == "no-referrer"
