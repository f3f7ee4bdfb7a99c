"""Dispositions and interviews: recorded once, by the area's own enumerator, apart from answers."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import func, inspect, select, text

from survey_app.domain.access import Role
from survey_app.domain.dispositions import RECORDED_BY_HAND, Disposition, Group
from survey_app.domain.fieldwork import outcome_of
from survey_app.domain.pack import read_pack
from survey_app.domain.questionnaire import AnswerSheet
from survey_app.services.errors import NotFoundError, ServiceError
from survey_app.services.load_pack import shipped_path
from survey_app.services.record_visit import record_disposition, record_interview
from survey_app.services.submit_answer import InvalidAnswersError
from survey_app.store.session import Database
from survey_app.store.tables import (
    Answer,
    AuditEvent,
    Response,
    SampleArea,
    SamplePerson,
    StaffUser,
)
from survey_app.text import LANGUAGES, has_text
from tests.conftest import add_staff
from tests.fieldwork_steps import ANSWERS, INTERVIEWS, TODAY, area_of, new_key, persons_in


@pytest.fixture
def enumerator(laocai: Database) -> Iterator[StaffUser]:
    yield add_staff(laocai, Role.ENUMERATOR)


@pytest.fixture
def persons(laocai: Database, enumerator: StaffUser) -> list[int]:
    return area_of(laocai, enumerator)


def interview(database: Database, enumerator: StaffUser, person: int, key: bytes, **answers):
    return record_interview(
        database,
        enumerator.id,
        person,
        key,
        answers={**ANSWERS, **answers},
        language="vi",
        on=TODAY,
    )


def disposition_of(database: Database, person: int) -> str | None:
    with database.transaction() as session:
        return session.get_one(SamplePerson, person).disposition


def count(database: Database, table: type) -> int:
    with database.transaction() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def test_every_disposition_has_a_name_and_a_group() -> None:
    for language in LANGUAGES:
        assert all(has_text(language, code.text_key) for code in Disposition)
        for group in Group:
            assert has_text(language, f"disposition-group-{group.value.replace('_', '-')}")
    assert Disposition("2.11").group is Group.ELIGIBLE_NONINTERVIEW
    assert Disposition("3.17").group is Group.UNKNOWN_ELIGIBILITY
    assert Disposition("4.6").group is Group.NOT_ELIGIBLE
    assert not any(code.is_interview for code in RECORDED_BY_HAND)


def test_a_refusal_is_recorded_and_may_turn_into_an_interview(
    laocai: Database, enumerator: StaffUser, persons: list[int]
) -> None:
    record_disposition(laocai, enumerator.id, persons[0], "2.11", TODAY)
    record_disposition(laocai, enumerator.id, persons[0], "2.11", TODAY)
    assert disposition_of(laocai, persons[0]) == "2.11"
    assert interview(laocai, enumerator, persons[0], new_key()) is Disposition.COMPLETE
    assert disposition_of(laocai, persons[0]) == "1.1"
    with laocai.transaction() as session:
        actions = session.scalars(
            select(AuditEvent.action).where(AuditEvent.actor_id == enumerator.id)
        ).all()
    assert actions == ["visit.recorded", "interview.recorded"]


def test_the_same_form_sent_again_stores_one_sheet(
    laocai: Database, enumerator: StaffUser, persons: list[int]
) -> None:
    key = new_key()
    with ThreadPoolExecutor(4) as pool:
        outcomes = set(pool.map(lambda _: interview(laocai, enumerator, persons[0], key), range(6)))
    assert outcomes == {Disposition.COMPLETE}
    assert count(laocai, Response) == 1
    assert count(laocai, Answer) == len(ANSWERS)


def test_a_second_form_for_the_same_person_is_refused(
    laocai: Database, enumerator: StaffUser, persons: list[int]
) -> None:
    interview(laocai, enumerator, persons[0], new_key())
    with pytest.raises(ServiceError, match="visit-already-interviewed"):
        interview(laocai, enumerator, persons[0], new_key())
    with pytest.raises(ServiceError, match="visit-already-interviewed"):
        record_disposition(laocai, enumerator.id, persons[0], "2.2", TODAY)
    assert count(laocai, Response) == 1
    assert disposition_of(laocai, persons[0]) == "1.1"


def test_one_form_serves_one_person(
    laocai: Database, enumerator: StaffUser, persons: list[int]
) -> None:
    key = new_key()
    interview(laocai, enumerator, persons[0], key)
    with pytest.raises(ServiceError, match="visit-form-used"):
        interview(laocai, enumerator, persons[1], key)
    assert disposition_of(laocai, persons[1]) is None


def test_answers_and_disposition_are_stored_both_or_neither(
    laocai: Database, enumerator: StaffUser, persons: list[int]
) -> None:
    with pytest.raises(InvalidAnswersError) as refused:
        interview(laocai, enumerator, persons[0], new_key(), gioi_tinh=["7"], nhom_tuoi=[])
    assert [fault.item for fault in refused.value.faults] == ["gioi_tinh", "nhom_tuoi"]
    assert count(laocai, Response) == 0
    assert disposition_of(laocai, persons[0]) is None


def test_answers_to_questions_not_asked_are_dropped(
    laocai: Database, enumerator: StaffUser, persons: list[int]
) -> None:
    interview(laocai, enumerator, persons[0], new_key(), hai_long_chung=["5"], d5_dung_hen=["1"])
    assert count(laocai, Answer) == len(ANSWERS)


def test_how_much_was_answered_decides_complete_partial_or_break_off(
    laocai: Database, enumerator: StaffUser, persons: list[int]
) -> None:
    half = {code: [] for code in ANSWERS if code.startswith(("d2", "d3", "d7"))}
    assert interview(laocai, enumerator, persons[0], new_key(), **half) is Disposition.PARTIAL
    rest = {code: [] for code in ANSWERS if code.startswith("d")}
    with pytest.raises(ServiceError, match="visit-too-few-answers"):
        interview(laocai, enumerator, persons[1], new_key(), **{**rest, "da_den_mot_cua": ["0"]})
    assert disposition_of(laocai, persons[1]) is None


def test_the_thresholds_are_aapors() -> None:
    pack = read_pack(shipped_path("laocai-2021"))
    form = next(q for q in pack.questionnaires if q.code == "quan-tri-ho-gia-dinh")

    # Of somebody who did not go to a counter, 24 coded questions are asked; these three decide it.
    routing = {"da_den_mot_cua": (0,), "d3_da_kien_nghi": (0,), "d5_dat_dai_da_lam": (0,)}
    others = [code for code in ANSWERS if code not in routing]
    assert len(others) == 21

    def outcome(answered: int) -> Disposition:
        rest = {code: (int(ANSWERS[code][0]),) for code in others[: answered - len(routing)]}
        return outcome_of(form, AnswerSheet(routing | rest, {}))

    assert outcome(24) is Disposition.COMPLETE
    assert outcome(20) is Disposition.COMPLETE, "83 %"
    assert outcome(19) is Disposition.PARTIAL, "79 %"
    assert outcome(12) is Disposition.PARTIAL, "exactly half"
    assert outcome(11) is Disposition.BREAK_OFF


def test_nobody_records_in_an_area_of_somebody_else(
    laocai: Database, enumerator: StaffUser, persons: list[int]
) -> None:
    stranger = add_staff(laocai, Role.ENUMERATOR)
    with pytest.raises(NotFoundError):
        record_disposition(laocai, stranger.id, persons[0], "2.11", TODAY)
    with pytest.raises(NotFoundError):
        interview(laocai, stranger, persons[0], new_key())
    with laocai.transaction() as session:
        other_area = session.scalars(
            select(SampleArea.id).where(SampleArea.enumerator_id.is_(None)).limit(1)
        ).one()
    with pytest.raises(NotFoundError):
        record_disposition(laocai, enumerator.id, persons_in(laocai, other_area)[0], "2.2", TODAY)


@pytest.mark.parametrize("on", [INTERVIEWS.opens_on, INTERVIEWS.closes_on])
def test_the_campaigns_days_are_kept(
    laocai: Database, enumerator: StaffUser, persons: list[int], on
) -> None:
    record_disposition(laocai, enumerator.id, persons[0], "2.2", on)
    outside = on + timedelta(days=1 if on == INTERVIEWS.closes_on else -1)
    with pytest.raises(ServiceError, match="visit-not-open"):
        record_disposition(laocai, enumerator.id, persons[1], "2.2", outside)
    with pytest.raises(ServiceError, match="visit-not-open"):
        record_interview(
            laocai,
            enumerator.id,
            persons[1],
            new_key(),
            answers=ANSWERS,
            language="vi",
            on=outside,
        )


@pytest.mark.parametrize("code", ["1.1", "1.2", "", "9.9", "refusal"])
def test_only_dispositions_without_an_interview_are_recorded_by_hand(
    laocai: Database, enumerator: StaffUser, persons: list[int], code: str
) -> None:
    with pytest.raises(ServiceError, match="visit-disposition-unknown"):
        record_disposition(laocai, enumerator.id, persons[0], code, TODAY)


def test_no_column_joins_an_answer_to_the_person_interviewed(
    laocai: Database, enumerator: StaffUser, persons: list[int]
) -> None:
    for person in persons[:2]:
        interview(laocai, enumerator, person, new_key())
    record_disposition(laocai, enumerator.id, persons[2], "2.11", TODAY)
    keys = inspect(laocai.engine)
    targets = {
        key["referred_table"]
        for table in ("response", "answer", "answer_text")
        for key in keys.get_foreign_keys(table)
    }
    assert "sample_person" not in targets
    with laocai.transaction() as session:
        # The day of the sheet is the campaign's first, not the interview's …
        assert session.scalars(select(Response.received_on).distinct()).all() == [
            INTERVIEWS.opens_on
        ]
        # … an interview's event names the area, not the listing number …
        details = session.scalars(
            select(AuditEvent.detail).where(AuditEvent.action == "interview.recorded")
        ).all()
        assert [set(detail) for detail in details] == [{"area"}] * 2
        # … and the rows of all drawn persons of the area were written by one transaction.
        written = session.execute(
            text("SELECT DISTINCT xmin::text FROM sample_person WHERE area_id = :area"),
            {"area": details[0]["area"]},
        ).all()
        assert len(written) == 1
