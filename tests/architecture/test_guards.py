"""What the database itself refuses, whoever asks."""

from __future__ import annotations

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, IntegrityError

from survey_app.services.audit import record
from survey_app.store.session import Database


@pytest.mark.parametrize(
    "statement",
    ["UPDATE audit_event SET action = 'x'", "DELETE FROM audit_event", "TRUNCATE audit_event"],
)
def test_the_audit_trail_is_append_only(database: Database, statement: str) -> None:
    with database.transaction() as session:
        record(session, None, "test.happened", "nothing")
    with pytest.raises(DBAPIError, match="append-only"), database.transaction() as session:
        session.execute(text(statement))
    with database.transaction() as session:
        assert session.execute(text("SELECT action FROM audit_event")).scalars().all() == [
            "test.happened"
        ]


def test_a_used_questionnaire_cannot_change(laocai: Database) -> None:
    with laocai.transaction() as session:
        session.execute(
            text(
                "INSERT INTO campaign (code, name, pack_id, questionnaire_id, channel, opens_on, closes_on)"
                " SELECT 'c', 'c', pack.id, questionnaire.id, 'qr', '2026-01-01', '2026-02-01'"
                " FROM pack, questionnaire LIMIT 1"
            )
        )
    for statement in (
        "UPDATE questionnaire SET definition = '{}' WHERE id IN (SELECT questionnaire_id FROM campaign)",
        "DELETE FROM questionnaire WHERE id IN (SELECT questionnaire_id FROM campaign)",
    ):
        with pytest.raises(DBAPIError, match="used by a campaign"), laocai.transaction() as session:
            session.execute(text(statement))


def test_text_is_nfc_in_the_database(laocai: Database) -> None:
    with pytest.raises(IntegrityError, match="name_nfc"), laocai.transaction() as session:
        session.execute(text("UPDATE unit SET name = normalize(name, NFD) WHERE code = '10'"))
