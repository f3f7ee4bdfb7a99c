"""One-time codes: one answer each, whatever happens at the same moment, and no way from one to it."""

from __future__ import annotations

import hashlib
import re
import secrets
import subprocess
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from threading import Barrier
from typing import Any

import numpy as np
import pytest
from sqlalchemy import make_url, text

from survey_app.domain.one_time_code import (
    LARGEST_BATCH,
    SMALLEST_BATCH,
    digest_of,
    new_codes,
    read_either,
    read_one_time,
)
from survey_app.domain.point_code import read_typed, shown
from survey_app.services.errors import NotFoundError, ServiceError
from survey_app.services.issue_one_time_codes import (
    MadeBatch,
    batches_of,
    make_batch,
    withdraw_batch,
)
from survey_app.services.one_time_use import OneTimeCodeUsedError
from survey_app.services.open_form import FormUnavailableError, Unavailable, open_form
from survey_app.services.seal_journal import seal_journal
from survey_app.services.submit_answer import AtPoint, InvalidAnswersError, submit_answer
from survey_app.services.verify_journal import verify_journal
from survey_app.store.embedded import postgres_program
from survey_app.store.session import Database
from tests.counter_answers import DAY, AnsweringCounter

NIGHT = DAY + timedelta(days=1)
Send = Callable[..., bool]


@pytest.fixture
def counter(laocai: Database) -> AnsweringCounter:
    return AnsweringCounter(laocai)


def point_code(database: Database, point_id: int) -> str:
    with database.transaction() as session:
        return str(
            session.scalar(
                text("SELECT code FROM service_point WHERE id = :id").bindparams(id=point_id)
            )
        )


def made(counter: AnsweringCounter, count: int = SMALLEST_BATCH, **more: Any) -> MadeBatch:
    return make_batch(
        counter.database,
        None,
        **{
            "campaign_code": "quay",
            "point_code": point_code(counter.database, counter.points[0]),
            "count": count,
            "request": secrets.token_urlsafe(16),
            "on": DAY,
            **more,
        },
    )


def send(counter: AnsweringCounter, code: str, key: bytes | None = None, **more: Any) -> bool:
    return submit_answer(
        counter.database,
        key or secrets.token_bytes(32),
        **{
            "campaign_id": counter.campaign.id,
            "place": AtPoint(counter.points[0], code),
            "answers": {"hai_long_chung": ["4"]},
            "language": "vi",
            "on": DAY,
            **more,
        },
    )


def stored(database: Database) -> int:
    with database.transaction() as session:
        return int(session.scalar(text("SELECT count(*) FROM response")) or 0)


def why(counter: AnsweringCounter, code: str, on: date = DAY) -> Unavailable:
    with pytest.raises(FormUnavailableError) as refused:
        open_form(counter.database, code, on)
    return refused.value.why


# --- the code -----------------------------------------------------------------------------------


def test_a_code_is_read_as_people_type_it_and_is_no_service_point_s_code() -> None:
    for code in new_codes(50):
        assert read_one_time(f" {shown(code).lower()} ") == code
        assert read_either(code) == code
        assert read_typed(code) is None
        assert re.fullmatch(r"\w{4}-\w{4}-\w{4}", shown(code))
    assert read_either("khong phai ma") is None


def test_another_key_gives_another_digest() -> None:
    (code,) = new_codes(1)
    assert digest_of(b"a", code) != digest_of(b"b", code)
    assert digest_of(b"a", code) != hashlib.sha256(code.encode()).digest()


# --- making -------------------------------------------------------------------------------------


def test_a_batch_gives_its_codes_once(counter: AnsweringCounter) -> None:
    batch = made(counter, 30, request="trang 1")
    assert len(set(batch.codes)) == 30
    assert (batch.batch.issued, batch.batch.used, batch.batch.expires_on) == (
        30, 0, date(2026, 6, 30),
    )  # fmt: skip
    with pytest.raises(ServiceError, match="codes-made-before"):
        made(counter, 30, request="trang 1")
    assert len(batches_of(counter.database, "quay")) == 1


@pytest.mark.parametrize(
    ("fields", "key"),
    [
        ({"count": SMALLEST_BATCH - 1}, "codes-wrong-count"),
        ({"count": LARGEST_BATCH + 1}, "codes-wrong-count"),
        ({"expires_on": DAY - timedelta(days=1)}, "codes-wrong-expires-on"),
        ({"expires_on": date(2026, 7, 1)}, "codes-wrong-expires-on"),
        ({"on": date(2026, 7, 1)}, "codes-campaign-over"),
        ({"campaign_code": "khac"}, "error-not-found"),
        ({"point_code": "khac"}, "error-not-found"),
    ],
)
def test_what_cannot_be_made_is_refused_with_its_reason(
    counter: AnsweringCounter, fields: dict[str, Any], key: str
) -> None:
    with pytest.raises(ServiceError, match=key):
        made(counter, **fields)
    assert batches_of(counter.database) == []


# --- using --------------------------------------------------------------------------------------


def test_each_code_admits_one_answer(counter: AnsweringCounter) -> None:
    batch = made(counter)
    assert send(counter, batch.codes[0])
    with pytest.raises(OneTimeCodeUsedError):
        send(counter, batch.codes[0])
    assert send(counter, batch.codes[1])
    assert stored(counter.database) == 2
    assert [row.used for row in batches_of(counter.database)] == [2]
    assert verify_journal(counter.database).discrepancies == ()
    assert why(counter, batch.codes[0]) is Unavailable.ONE_TIME_USED
    assert open_form(counter.database, batch.codes[2], DAY).one_time_code == batch.codes[2]


def test_the_same_submission_again_is_acknowledged(counter: AnsweringCounter) -> None:
    (code, *_), key = made(counter).codes, secrets.token_bytes(32)
    assert [send(counter, code, key) for _ in range(3)] == [True, False, False]
    assert stored(counter.database) == 1


def test_sent_eight_times_at_the_same_moment_as_different_forms_one_is_stored(
    counter: AnsweringCounter,
) -> None:
    (code, *_), start = made(counter).codes, Barrier(8)

    def try_it(_: int) -> str:
        start.wait()
        try:
            return "stored" if send(counter, code) else "known"
        except OneTimeCodeUsedError:
            return "used"

    with ThreadPoolExecutor(8) as pool:
        assert sorted(pool.map(try_it, range(8))) == ["stored"] + ["used"] * 7
    assert stored(counter.database) == 1


def test_the_same_form_sent_eight_times_at_once_is_acknowledged_each_time(
    counter: AnsweringCounter,
) -> None:
    (code, *_), key, start = made(counter).codes, secrets.token_bytes(32), Barrier(8)

    def try_it(_: int) -> bool:
        start.wait()
        return send(counter, code, key)

    with ThreadPoolExecutor(8) as pool:
        assert sorted(pool.map(try_it, range(8))) == [False] * 7 + [True]
    assert stored(counter.database) == 1


def test_a_refused_answer_leaves_the_code_unused(counter: AnsweringCounter) -> None:
    (code, *_) = made(counter).codes
    with pytest.raises(InvalidAnswersError):
        send(counter, code, answers={"hai_long_chung": ["77"]})
    assert send(counter, code)


def test_a_code_serves_its_own_point_only(counter: AnsweringCounter) -> None:
    (code, *_) = made(counter).codes
    with pytest.raises(OneTimeCodeUsedError):
        send(counter, code, place=AtPoint(counter.points[1], code))
    assert stored(counter.database) == 0
    assert send(counter, code)


def test_an_expired_withdrawn_or_unknown_code_says_so(counter: AnsweringCounter) -> None:
    (unknown,) = new_codes(1)
    assert why(counter, unknown) is Unavailable.ONE_TIME_UNKNOWN
    short = made(counter, expires_on=DAY)
    assert why(counter, short.codes[0], NIGHT) is Unavailable.ONE_TIME_EXPIRED
    with pytest.raises(OneTimeCodeUsedError):
        send(counter, short.codes[0], on=NIGHT)
    lost = made(counter)
    assert send(counter, lost.codes[0])
    for _ in range(2):
        assert withdraw_batch(counter.database, None, lost.batch.id).is_withdrawn
    assert why(counter, lost.codes[1]) is Unavailable.ONE_TIME_WITHDRAWN
    assert why(counter, lost.codes[0]) is Unavailable.ONE_TIME_USED
    with pytest.raises(OneTimeCodeUsedError):
        send(counter, lost.codes[1])
    assert stored(counter.database) == 1
    with pytest.raises(NotFoundError):
        withdraw_batch(counter.database, None, 0)


# --- who holds the database, the list of codes, and knows who was given which --------------------

N = 120
CODE_TABLES = ("one_time_batch", "one_time_code", "one_time_code_unspent")
ANSWER_TABLES = ("response", "answer", "journal_open", "journal_entry", "quarantine")


@pytest.fixture
def used_in_order(laocai: Database, counter: AnsweringCounter) -> list[tuple[str, str]]:
    """Codes and the answers that they admitted, in the order of arrival: what nobody may find."""
    rng = np.random.default_rng(20260504)
    codes = [str(code) for code in rng.permutation(made(counter, N + 60).codes)[:N]]
    pairs = []
    for code in codes:
        key = secrets.token_bytes(32)
        send(counter, code, key)
        with laocai.transaction() as session:
            found = session.scalar(
                text("SELECT id FROM response WHERE submission_key = :key").bindparams(key=key)
            )
        pairs.append((code, str(found)))
    return pairs


def dumped(database: Database) -> dict[str, list[str]]:
    """The rows of every table in a dump, in the dump's order."""
    url = make_url(database.url).set(drivername="postgresql")
    dump = subprocess.run(
        [postgres_program("pg_dump"), "--data-only", url.render_as_string(hide_password=False)],
        capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    return {
        block.group(1): block.group(2).splitlines()
        for block in re.finditer(
            r"^COPY public\.(\w+) \([^\n]*\n(.*?)^\\\.$", dump, re.DOTALL | re.MULTILINE
        )
    }


def likeness(left: list[int]) -> float:
    """Spearman's correlation between places in two lists."""
    return abs(float(np.corrcoef(left, np.arange(len(left)))[0, 1]))


def marks(database: Database, table: str, mark: str) -> set[str]:
    with database.transaction() as session:
        found = session.scalars(text(f"SELECT DISTINCT {mark}::text FROM {table}"))
        return {value for value in found if value != "0"}


@pytest.mark.parametrize("is_sealed", [False, True])
def test_no_value_in_a_dump_joins_a_code_to_its_answer(
    laocai: Database, used_in_order: list[tuple[str, str]], is_sealed: bool
) -> None:
    if is_sealed:
        seal_journal(laocai, NIGHT)
    dump = dumped(laocai)
    words: dict[str, set[str]] = {
        name: {word for row in rows for word in row.split("\t")} for name, rows in dump.items()
    }
    long_words = {
        name: {w for w in found if len(w) >= 16 and "/" not in w} for name, found in words.items()
    }
    codes_side = set().union(*(long_words[name] for name in CODE_TABLES))
    elsewhere = set().union(*(found for n, found in long_words.items() if n not in CODE_TABLES))
    assert len(codes_side) >= N
    assert codes_side & elsewhere == set()
    whole = "\n".join(row for rows in dump.values() for row in rows)
    for code, _ in used_in_order:
        for guess in (
            code, shown(code), *(hashlib.new(name, code.encode()).hexdigest()
            for name in ("md5", "sha1", "sha256", "sha3_256", "blake2b", "blake2s")),
        ):  # fmt: skip
            assert guess not in whole


@pytest.mark.parametrize("is_sealed", [False, True])
def test_no_transaction_number_or_place_of_a_row_joins_a_code_to_its_answer(
    laocai: Database, used_in_order: list[tuple[str, str]], is_sealed: bool
) -> None:
    if is_sealed:
        seal_journal(laocai, NIGHT)
    answers = set().union(
        *(marks(laocai, table, mark) for table in ANSWER_TABLES for mark in ("xmin", "xmax"))
    )
    codes = set().union(
        *(marks(laocai, table, mark) for table in CODE_TABLES for mark in ("xmin", "xmax"))
    )
    assert codes & answers == set()
    # Every row of a batch was written in the one transaction that made it, and never since.
    assert len(marks(laocai, "one_time_code", "xmin")) == 1
    assert len(marks(laocai, "one_time_code_unspent", "xmin")) == 1

    # Nor does any order in which codes lie follow the order in which they were used.
    key = laocai.journal_key
    arrival = {digest_of(key, code): rank for rank, (code, _) in enumerate(used_in_order)}
    with laocai.transaction() as session:
        for order in ("ctid", "xmin::text::bigint, ctid", "digest"):
            digests = session.scalars(text(f"SELECT digest FROM one_time_code ORDER BY {order}"))
            ranks = [arrival[bytes(d)] for d in digests if bytes(d) in arrival]
            assert len(ranks) == N
            assert likeness(ranks) < 5 / np.sqrt(N - 1)


def test_the_attack_finds_every_answer_where_codes_are_marked_as_used(
    laocai: Database, counter: AnsweringCounter
) -> None:
    """What this design avoids: a mark carries the transaction that the answer carries too."""
    codes = made(counter, 40).codes
    with laocai.transaction() as session:
        session.execute(text("CREATE TABLE naive (code text PRIMARY KEY, used boolean)"))
        for code in codes:
            session.execute(text("INSERT INTO naive VALUES (:c, false)").bindparams(c=code))
    for code in codes:
        with laocai.transaction() as session:
            session.execute(text("UPDATE naive SET used = true WHERE code = :c").bindparams(c=code))
            session.execute(
                text(
                    "INSERT INTO response (submission_key, campaign_id, channel, service_point_id,"
                    " language, received_on) VALUES (sha256(convert_to(:c, 'UTF8')), :campaign,"
                    " 'qr', :point, 'vi', :on)"
                ).bindparams(c=code, campaign=counter.campaign.id, point=counter.points[0], on=DAY)
            )
    with laocai.transaction() as session:
        linked = session.execute(
            text(
                "SELECT count(*), count(*) FILTER (WHERE r.submission_key ="
                " sha256(convert_to(n.code, 'UTF8')))"
                " FROM naive n JOIN response r ON r.xmin::text = n.xmin::text"
            )
        ).one()
    assert tuple(linked) == (40, 40)


def test_a_guess_from_everything_in_the_dump_does_no_better_than_chance(
    laocai: Database, used_in_order: list[tuple[str, str]]
) -> None:
    """The attacker holds the dump, the key and every code, and pairs by any order there is."""
    seal_journal(laocai, NIGHT)
    truth = dict(used_in_order)
    dump = dumped(laocai)
    by_digest = {digest_of(laocai.journal_key, code).hex(): code for code in truth}
    code_orders = {
        name: [
            by_digest[digest]
            for row in dump[name]
            if (digest := row.split("\t")[0].removeprefix("\\\\x")) in by_digest
        ]
        for name in ("one_time_code",)
    }
    code_orders["list handed out"] = sorted(truth)
    identifiers = set(truth.values())
    answer_orders = {
        name: [i for row in dump[name] if (i := row.split("\t")[0]) in identifiers]
        for name in ("response", "journal_entry")
    }
    for codes in code_orders.values():
        assert len(codes) == N
        for answers in answer_orders.values():
            assert len(answers) == N
            for guessed in (answers, answers[::-1]):
                hits = sum(truth[c] == a for c, a in zip(codes, guessed, strict=True))
                assert hits <= 8  # by chance 1 on average; more than 8 once in a million
    assert len(dump.get("one_time_code_unspent", [])) == 60
