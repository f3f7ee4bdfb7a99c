"""The journal of accepted answers against the owner of the database, who may do anything in it."""

from __future__ import annotations

import subprocess
import threading
from datetime import date

import numpy as np
import pytest
from sqlalchemy import make_url, text

from survey_app.domain.journal import no_entries
from survey_app.services.journal import write_empty_tallies
from survey_app.services.seal_journal import journal_heads, seal_journal
from survey_app.services.verify_journal import Discrepancy, Finding, Verification, verify_journal
from survey_app.store.embedded import postgres_program
from survey_app.store.session import Database, journal_key
from tests.counter_answers import AnsweringCounter

NIGHT = date(2026, 5, 5)


@pytest.fixture
def counter(laocai: Database) -> AnsweringCounter:
    return AnsweringCounter(laocai)


def as_owner(database: Database, *statements: str) -> None:
    """The owner switches every trigger off first."""
    with database.transaction() as session:
        session.execute(text("SET LOCAL session_replication_role = replica"))
        for statement in statements:
            session.execute(text(statement))


def findings(database: Database, published: dict[int, bytes] | None = None) -> set[Finding]:
    return {found.finding for found in verify_journal(database, published).discrepancies}


def test_every_accepted_answer_has_its_entry_at_once(
    laocai: Database, counter: AnsweringCounter
) -> None:
    assert verify_journal(laocai) == Verification(0, 0, ())
    for _ in range(3):
        counter.send()
    counter.send(key=bytes(32))
    counter.send(key=bytes(32))  # delivered twice
    assert verify_journal(laocai) == Verification(4, 0, ())
    assert seal_journal(laocai, NIGHT, smallest_batch=1).sealed is not None
    counter.send()
    assert verify_journal(laocai) == Verification(5, 1, ())


def test_a_refused_answer_leaves_no_entry(laocai: Database, counter: AnsweringCounter) -> None:
    with pytest.raises(Exception, match="answer-invalid"):
        counter.send({"hai_long_chung": ["77"]})
    with laocai.transaction() as session:
        assert session.scalar(text("SELECT count(*) FROM journal_open")) == 0


ATTACKS: dict[str, tuple[tuple[str, ...], set[Finding]]] = {
    "a rating made better": (
        ("UPDATE answer SET value = 5 WHERE response_id = '{id}'",),
        {Finding.ALTERED},
    ),
    "a rating taken out": (
        ("DELETE FROM answer WHERE response_id = '{id}'",),
        {Finding.ALTERED},
    ),
    "words rewritten": (
        ("UPDATE answer_text SET text = 'Rất tốt' WHERE response_id = '{id}'",),
        {Finding.ALTERED},
    ),
    "an answer moved to another counter": (
        ("UPDATE response SET service_point_id = {other_point} WHERE id = '{id}'",),
        {Finding.ALTERED},
    ),
    "an answer moved to another day": (
        ("UPDATE response SET received_on = received_on - 1 WHERE id = '{id}'",),
        {Finding.ALTERED},
    ),
    "an answer removed": (
        (
            "DELETE FROM answer WHERE response_id = '{id}'",
            "DELETE FROM answer_text WHERE response_id = '{id}'",
            "DELETE FROM response WHERE id = '{id}'",
        ),
        {Finding.REMOVED},
    ),
    "an answer invented": (
        (
            "INSERT INTO response SELECT gen_random_uuid(), sha256('new'), campaign_id, channel,"
            " service_point_id, area_id, language, received_on FROM response WHERE id = '{id}'",
        ),
        {Finding.INSERTED},
    ),
    "an answer invented together with an entry": (
        (
            "INSERT INTO response SELECT '00000000-0000-4000-8000-000000000000', sha256('new'),"
            " campaign_id, channel, service_point_id, area_id, language, received_on"
            " FROM response WHERE id = '{id}'",
            "INSERT INTO journal_open SELECT '00000000-0000-4000-8000-000000000000', sha256('x')",
        ),
        {Finding.ALTERED, Finding.OPEN_BATCH_CHANGED},
    ),
}


@pytest.mark.parametrize("is_sealed", [False, True])
@pytest.mark.parametrize("attack", list(ATTACKS))
def test_what_the_owner_of_the_database_does_to_an_answer_is_found(
    laocai: Database, counter: AnsweringCounter, attack: str, is_sealed: bool
) -> None:
    ids = [counter.send() for _ in range(4)]
    if is_sealed:
        seal_journal(laocai, NIGHT, smallest_batch=1)
    statements, expected = ATTACKS[attack]
    other = counter.points[1]
    as_owner(laocai, *(s.format(id=ids[1], other_point=other) for s in statements))
    verification = verify_journal(laocai)
    assert {found.finding for found in verification.discrepancies} == expected
    if expected <= {Finding.ALTERED, Finding.REMOVED} and attack != "an answer invented":
        assert verification.discrepancies == (Discrepancy(*expected, ids[1]),)


def test_an_answer_removed_with_its_entry_on_the_same_day_is_missed_in_the_sums(
    laocai: Database, counter: AnsweringCounter
) -> None:
    ids = [counter.send() for _ in range(4)]
    as_owner(
        laocai,
        f"DELETE FROM answer WHERE response_id = '{ids[0]}'",
        f"DELETE FROM answer_text WHERE response_id = '{ids[0]}'",
        f"DELETE FROM response WHERE id = '{ids[0]}'",
        f"DELETE FROM journal_open WHERE response_id = '{ids[0]}'",
    )
    assert findings(laocai) == {Finding.OPEN_BATCH_CHANGED}
    # and sealing does not bury it
    sealed = seal_journal(laocai, NIGHT, smallest_batch=1).sealed
    assert sealed is not None
    assert not sealed.is_whole
    assert findings(laocai) == {Finding.BATCH_NOT_WHOLE}
    as_owner(laocai, "UPDATE journal_seal SET is_whole = true")
    assert findings(laocai) == {Finding.BATCH_CHANGED}


@pytest.mark.parametrize(
    "tampering",
    [
        "UPDATE journal_tally SET entries = 0, total = sha256('x')",
        "DELETE FROM journal_tally WHERE entries > 0",
        "UPDATE journal_tally SET entries = 0, total = decode(repeat('00', 32), 'hex')",
    ],
)
def test_the_sums_cannot_be_made_to_fit_without_the_key(
    laocai: Database, counter: AnsweringCounter, tampering: str
) -> None:
    counter.send()
    as_owner(
        laocai, tampering, "DELETE FROM journal_open", "DELETE FROM answer",
        "DELETE FROM answer_text", "DELETE FROM response",
    )  # fmt: skip
    assert findings(laocai) == {Finding.OPEN_BATCH_CHANGED}


def test_an_entry_removed_from_a_sealed_batch_breaks_its_seal(
    laocai: Database, counter: AnsweringCounter
) -> None:
    ids = [counter.send() for _ in range(4)]
    seal_journal(laocai, NIGHT, smallest_batch=1)
    as_owner(
        laocai,
        f"DELETE FROM answer WHERE response_id = '{ids[0]}'",
        f"DELETE FROM answer_text WHERE response_id = '{ids[0]}'",
        f"DELETE FROM response WHERE id = '{ids[0]}'",
        f"DELETE FROM journal_entry WHERE response_id = '{ids[0]}'",
    )
    assert verify_journal(laocai).discrepancies == (Discrepancy(Finding.BATCH_CHANGED, "1"),)


def test_a_chain_rewritten_with_the_key_differs_from_the_published_heads(
    laocai: Database, counter: AnsweringCounter
) -> None:
    ids = [counter.send() for _ in range(4)]
    seal_journal(laocai, NIGHT, smallest_batch=1)
    published = {head.number: head.head for head in journal_heads(laocai)}
    # the owner also has the key: takes one answer out and seals everything anew
    as_owner(
        laocai,
        "INSERT INTO journal_open SELECT response_id, digest FROM journal_entry",
        "DELETE FROM journal_entry",
        "DELETE FROM journal_seal",
        "DELETE FROM journal_tally",
        f"DELETE FROM answer WHERE response_id = '{ids[0]}'",
        f"DELETE FROM answer_text WHERE response_id = '{ids[0]}'",
        f"DELETE FROM response WHERE id = '{ids[0]}'",
        f"DELETE FROM journal_open WHERE response_id = '{ids[0]}'",
    )
    with laocai.transaction() as session:
        write_empty_tallies(session, 1)
        digests = session.execute(text("SELECT digest FROM journal_open")).scalars().all()
        tally = no_entries(1, 0)
        for digest in digests:
            tally = tally.plus(journal_key(session), bytes(digest))
        session.execute(
            text(
                "UPDATE journal_tally SET entries = :n, total = :total, proof = :proof"
                " WHERE shard = 0"
            ),
            {"n": tally.entries, "total": tally.total, "proof": tally.seal(journal_key(session))},
        )
    seal_journal(laocai, NIGHT, smallest_batch=1)
    assert findings(laocai) == set()
    assert findings(laocai, published) == {Finding.HEAD_DIFFERS}


@pytest.mark.parametrize("table", ["journal_entry", "journal_seal"])
@pytest.mark.parametrize("verb", ["UPDATE {} SET {}", "DELETE FROM {}", "TRUNCATE {} CASCADE"])
def test_the_product_itself_cannot_change_what_is_sealed(
    laocai: Database, counter: AnsweringCounter, table: str, verb: str
) -> None:
    counter.send()
    seal_journal(laocai, NIGHT, smallest_batch=1)
    change = "digest = sha256('x')" if table == "journal_entry" else "head = sha256('x')"
    with pytest.raises(Exception, match="append-only"), laocai.transaction() as session:
        session.execute(text(verb.format(table, change)))


def test_a_small_batch_stays_open_so_that_its_few_answers_are_not_shown_alone(
    laocai: Database, counter: AnsweringCounter
) -> None:
    for _ in range(19):
        counter.send()
    assert seal_journal(laocai, NIGHT).sealed is None
    counter.send()
    sealing = seal_journal(laocai, NIGHT)
    assert sealing.sealed is not None
    assert sealing.sealed.entries == 20
    assert seal_journal(laocai, NIGHT).sealed is None  # sealing again seals nothing twice


def test_answers_that_come_while_a_batch_is_sealed_fall_into_one_batch_each(
    laocai: Database, counter: AnsweringCounter
) -> None:
    is_over = threading.Event()

    def send(_: int) -> None:
        for _ in range(25):
            counter.send()

    def seal() -> None:
        while not is_over.is_set():
            seal_journal(laocai, NIGHT, smallest_batch=1)

    senders = [threading.Thread(target=send, args=(n,)) for n in range(4)]
    sealer = threading.Thread(target=seal)
    for thread in [*senders, sealer]:
        thread.start()
    for thread in senders:
        thread.join()
    is_over.set()
    sealer.join()
    verification = verify_journal(laocai)
    assert verification.answers == 100
    assert verification.discrepancies == ()
    assert verification.batches > 1


# --- order --------------------------------------------------------------------------------------

TABLES: dict[str, str] = {
    "response": "SELECT id FROM response ORDER BY {}",
    "answer": "SELECT response_id FROM answer WHERE item = (SELECT min(item) FROM answer) ORDER BY {}",
    "answer_text": "SELECT response_id FROM answer_text ORDER BY {}",
    "journal": "SELECT response_id FROM {journal} ORDER BY {}",
}
N = 120


def likeness(arrived: list[str], listed: list[str]) -> float:
    """Spearman's correlation between the order of arrival and an order found in the database."""
    position = {identifier: rank for rank, identifier in enumerate(arrived)}
    ranks = [position[identifier] for identifier in listed]
    return abs(float(np.corrcoef(ranks, np.arange(len(ranks)))[0, 1]))


@pytest.fixture
def arrived(laocai: Database, counter: AnsweringCounter) -> list[str]:
    return [counter.send() for _ in range(N)]


@pytest.mark.parametrize("mark", ["ctid", "xmin::text::bigint"])
def test_neither_place_nor_transaction_of_a_row_tells_the_order_of_arrival_once_sealed(
    laocai: Database, arrived: list[str], mark: str
) -> None:
    def seen(journal: str) -> dict[str, float]:
        with laocai.transaction() as session:
            return {
                name: likeness(
                    arrived,
                    [
                        str(found)
                        for found in session.execute(
                            text(statement.replace("{journal}", journal).format(mark))
                        ).scalars()
                    ],
                )
                for name, statement in TABLES.items()
            }

    assert min(seen("journal_open").values()) > 0.99  # the attack works where nothing was done
    seal_journal(laocai, NIGHT)
    # five standard errors of a correlation of nothing: 5 / √(n − 1)
    assert max(seen("journal_entry").values()) < 5 / np.sqrt(N - 1)
    with laocai.transaction() as session:
        for table in ("response", "answer", "answer_text", "journal_entry"):
            assert session.scalar(text(f"SELECT count(DISTINCT xmin::text) FROM {table}")) == 1


def test_a_dump_of_a_sealed_day_lists_no_order_of_arrival(
    laocai: Database, arrived: list[str]
) -> None:
    seal_journal(laocai, NIGHT)
    dump = dumped(laocai)
    for table in ("response", "answer_text", "journal_entry"):
        block = dump.split(f"COPY public.{table} (")[1].split("\\.\n")[0]
        listed = [line.split("\t")[0] for line in block.splitlines()[1:]]
        assert sorted(listed) == sorted(arrived)
        assert likeness(arrived, listed) < 5 / np.sqrt(N - 1)


def dumped(database: Database) -> str:
    url = make_url(database.url).set(drivername="postgresql")
    return subprocess.run(
        [postgres_program("pg_dump"), "--data-only", url.render_as_string(hide_password=False)],
        capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
