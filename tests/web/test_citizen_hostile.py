"""What a stranger may try on the citizen's form: refused or harmless, never a failure of ours."""

from __future__ import annotations

import io
import secrets
from urllib.parse import quote

import pytest
from citizen_pages import Counter, fresh_token, open_counter, responses
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from survey_app.store.session import Database

MARKUP = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "</textarea><svg onload=alert(1)>",
    "{{ config }}{% raw %}",
    "javascript:alert(1)",
    "' OR 1=1; DROP TABLE response; --",
    '=HYPERLINK("http://evil.example","x")',
    "\u202eđảo ngược\u202c \u0000 \ufeff",
    "../../etc/passwd",
]


@pytest.fixture
def counter(laocai: Database) -> Counter:
    return open_counter(laocai)


def words_stored(database: Database) -> list[str]:
    with database.transaction() as session:
        return list(session.execute(text("SELECT text FROM answer_text")).scalars())


def test_markup_is_words(client: FlaskClient, laocai: Database, counter: Counter) -> None:
    for words in MARKUP:
        token = fresh_token(client, counter)
        slip = client.post(counter.send, data={"token": token, "a-gop_y_loi": words})
        assert slip.status_code == 422
        box = slip.text[slip.text.index("<textarea") : slip.text.index("</textarea>")]
        assert not set("<>") & set(box.partition(">")[2])
        sent = client.post(
            counter.send, data={"token": token, "a-hai_long_chung": "5", "a-gop_y_loi": words}
        )
        assert sent.status_code == 303
    assert sorted(words_stored(laocai)) == sorted(
        words.replace("\0", "").strip() for words in MARKUP
    )


def test_markup_in_the_code_and_the_language_is_words(client: FlaskClient) -> None:
    for words in MARKUP:
        sent = quote(words, safe="")
        for address in (f"/?code={sent}", f"/g/{sent}", f"/?lang={sent}"):
            answer = client.get(address)
            assert answer.status_code in {200, 404, 422}
            if set(words) & set("<>\"'"):
                assert words not in answer.text


def test_more_than_the_form_can_hold_is_refused_before_it_is_read(
    client: FlaskClient, laocai: Database, counter: Counter
) -> None:
    token = fresh_token(client, counter)
    for data in ({"a-gop_y_loi": "a" * 70_000}, {f"a-x{n}": "1" * 20 for n in range(5_000)}):
        answer = client.post(counter.send, data={"token": token, "a-hai_long_chung": "5", **data})
        assert answer.status_code == 413
        assert "Set-Cookie" not in answer.headers
    assert responses(laocai) == []


def test_a_long_answer_within_the_limit_arrives_whole(
    client: FlaskClient, laocai: Database, counter: Counter
) -> None:
    words = ("Nền nếp, lịch sự, đúng hẹn ạ. " * 20)[:499] + "."
    data = {"token": fresh_token(client, counter), "a-hai_long_chung": "5", "a-gop_y_loi": words}
    assert client.post(counter.send, data=data).status_code == 303
    assert words_stored(laocai) == [words]


def test_a_file_in_place_of_words_is_no_answer(
    client: FlaskClient, laocai: Database, counter: Counter
) -> None:
    answer = client.post(
        counter.send,
        data={
            "token": fresh_token(client, counter),
            "a-hai_long_chung": "5",
            "a-gop_y_loi": (io.BytesIO(b"MZ"), "x.exe"),
        },
    )
    assert answer.status_code == 303
    assert words_stored(laocai) == []


def test_a_body_that_is_no_form_stores_nothing(
    client: FlaskClient, laocai: Database, counter: Counter
) -> None:
    for body, content_type in (
        (b'{"a-hai_long_chung": "5"}', "application/json"),
        (b"\xff\xfe%ZZ&&==&a-hai_long_chung=5", "application/x-www-form-urlencoded"),
        (b"--x\r\nnonsense", "multipart/form-data; boundary=x"),
        (b"<a>5</a>", "text/xml"),
        (b"", ""),
    ):
        answer = client.post(counter.send, data=body, content_type=content_type)
        assert answer.status_code in {400, 422}, content_type
    assert responses(laocai) == []


def test_other_methods_are_refused(client: FlaskClient, counter: Counter) -> None:
    for method in ("PUT", "DELETE", "PATCH"):
        assert client.open(counter.send, method=method).status_code in {400, 405}


hostile_text = st.text(max_size=60) | st.sampled_from(
    ["5", "05", "५", "5.0", "1e0", "-1", "９", "99999999999999999999", "\x00", "٣", "²"]
)
field = st.sampled_from(
    ["a-hai_long_chung", "a-loai_viec", "a-gop_y_loi", "a-", "a-token", "token", "lang", "code"]
) | st.text(max_size=12)


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(fields=st.dictionaries(field, st.lists(hostile_text, max_size=4), max_size=8))
def test_whatever_is_sent_is_answered_and_never_breaks(
    client: FlaskClient, laocai: Database, counter: Counter, fields: dict[str, list[str]]
) -> None:
    before = len(responses(laocai))
    data = {"token": [fresh_token(client, counter)], **fields}
    sendable = {
        name.encode("utf-8", "replace").decode(): [
            value.encode("utf-8", "replace").decode() for value in values
        ]
        for name, values in data.items()
    }
    answer = client.post(counter.send, data=sendable)
    assert answer.status_code in {303, 422}
    assert len(responses(laocai)) - before == (answer.status_code == 303)


def test_codes_cannot_be_probed_for_which_exist(client: FlaskClient, counter: Counter) -> None:
    """A code that fails its check and one that nobody issued look the same."""
    answers = [client.get(f"/g/{code}") for code in ("7K3M2QXC", "7K3M2QXD")]
    pages = [
        answer.text.replace("7K3M2QXC", "CODE").replace("7K3M2QXD", "CODE") for answer in answers
    ]
    assert pages[0] == pages[1]
    assert {answer.status_code for answer in answers} == {404}


def test_the_thanks_page_of_a_made_up_code_thanks_nobody(client: FlaskClient) -> None:
    answer = client.get(f"/g/{secrets.token_hex(4)}/thanks")
    assert answer.status_code == 404
    assert "Xin cảm ơn" not in answer.text
