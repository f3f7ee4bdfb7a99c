"""Reports of agencies: written, submitted, checked by another person, with their whole history."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from survey_app.domain.access import Role
from survey_app.domain.plan_reporting import Filed, Obligation, Period, ReportState
from survey_app.services.errors import NotFoundError, ServiceError
from survey_app.services.report_on_plan import (
    SentFile,
    Writing,
    decide_report,
    set_deadline,
    submit_report,
    write_report,
)
from survey_app.store.queries.plan_reports import (
    PlanState,
    plan_state,
    report_files,
    report_history,
)
from survey_app.store.session import Database
from survey_app.store.tables import AgencyReport
from tests.conftest import add_staff

YEAR, DAY = 2021, date(2021, 4, 5)
OWED = Obligation(Period.Q1, "II.3", "so-ldtbxh")
LAST = Obligation(Period.YEAR, "II.3", "so-ldtbxh")
PDF = SentFile("Báo cáo.pdf", b"%PDF-1.7 evidence")


def state_of(database: Database) -> PlanState:
    with database.transaction() as session:
        state = plan_state(session, YEAR)
    assert state is not None
    return state


@pytest.fixture
def writer(laocai: Database) -> int:
    return add_staff(laocai, Role.AGENCY_VIEWER).id


@pytest.fixture
def checker(laocai: Database) -> int:
    return add_staff(laocai, Role.SURVEY_MANAGER).id


def test_everything_that_the_plan_asks_is_owed(laocai: Database) -> None:
    state = state_of(laocai)
    led = {task.code: task.reporting for task in state.tasks}
    assert len(led) == 39
    assert led["II.3"] == ("so-ldtbxh",)
    assert len(led["I.1"]) == 9  # UBND cấp huyện: each of the nine
    assert state.due(Period.OWN_PLAN) == date(2021, 4, 10)
    assert state.due(Period.Q1) is None  # the plan names no day
    owed = state.owed()
    assert len(set(owed)) == len(owed)
    reports = [one for one in owed if one.period is not Period.OWN_PLAN]
    assert len(reports) == 4 * sum(len(agencies) for agencies in led.values())
    kinds = {"ubnd-cap-huyen", "ubnd-cap-xa", "so-ban-nganh"}
    assert kinds.isdisjoint(one.agency for one in owed)


def test_a_report_goes_its_way_and_its_history_says_so(
    laocai: Database, writer: int, checker: int
) -> None:
    report = write_report(
        laocai, writer, YEAR, OWED, Writing("Đã kiểm tra 40 xã.", {1: "26,3"}, [PDF])
    )
    submit_report(laocai, writer, YEAR, OWED, DAY)
    with pytest.raises(ServiceError, match="plan-delivered"):
        write_report(laocai, writer, YEAR, OWED, Writing("Khác", {}))
    decide_report(laocai, checker, report, "returned", "Thiếu danh sách xã.")
    write_report(laocai, writer, YEAR, OWED, Writing("Đã kiểm tra 46 xã.", {1: "30.3 %"}))
    submit_report(laocai, writer, YEAR, OWED, date(2021, 4, 12))
    decide_report(laocai, checker, report, "accepted", "")
    row = state_of(laocai).reports[OWED]
    assert row.filed == Filed(ReportState.ACCEPTED, date(2021, 4, 12))
    assert row.figures == {"1": 30.3}
    with laocai.transaction() as session:
        steps = [(s.action, s.body, s.comment) for s in report_history(session, report)]
        files = [file.name for file in report_files(session, report)]
    assert steps == [
        ("accepted", "Đã kiểm tra 46 xã.", ""),
        ("submitted", "Đã kiểm tra 46 xã.", ""),
        ("returned", "Đã kiểm tra 40 xã.", "Thiếu danh sách xã."),
        ("submitted", "Đã kiểm tra 40 xã.", ""),
    ]
    assert files == ["Báo cáo.pdf"]


@pytest.mark.parametrize(
    ("owed", "writing", "fault", "field"),
    [
        (OWED, Writing(" ", {}), "plan-body-missing", "body"),
        (OWED, Writing("x", {1: "31"}), "plan-evidence-missing", "files"),
        (LAST, Writing("x", {}, [PDF]), "plan-figure-missing", "figure-1"),
        (LAST, Writing("x", {1: "31"}), "plan-evidence-missing", "files"),
        (
            Obligation(Period.OWN_PLAN, "", "so-ldtbxh"),
            Writing("x", {}),
            "plan-evidence-missing",
            "files",
        ),
    ],
)
def test_what_is_missing_is_named_and_what_was_written_is_kept(
    laocai: Database, writer: int, owed: Obligation, writing: Writing, fault: str, field: str
) -> None:
    report = write_report(laocai, writer, YEAR, owed, writing)
    with pytest.raises(ServiceError, match=fault) as refused:
        submit_report(laocai, writer, YEAR, owed, DAY)
    assert refused.value.values["field"] == field
    with laocai.transaction() as session:
        kept = session.get_one(AgencyReport, report)
        assert (kept.state, kept.body) == ("draft", writing.body.strip())


def test_a_misread_figure_keeps_the_words_and_the_files(laocai: Database, writer: int) -> None:
    with pytest.raises(ServiceError, match="plan-figure-wrong") as refused:
        write_report(laocai, writer, YEAR, OWED, Writing("Đã làm", {1: "130"}, [PDF]))
    assert refused.value.values["field"] == "figure-1"
    report = state_of(laocai).reports[OWED].id
    with laocai.transaction() as session:
        assert session.get_one(AgencyReport, report).body == "Đã làm"
        assert len(report_files(session, report)) == 1


@pytest.mark.parametrize(
    ("file", "fault"),
    [
        (SentFile("a.pdf", b"MZ\x90\x00"), "plan-file-kind"),
        (SentFile("a.exe", b"%PDF-1.7"), "plan-file-kind"),
        (SentFile("a.html", b"<script>"), "plan-file-kind"),
        (SentFile("a.pdf", b""), "plan-file-kind"),
        (SentFile("a.pdf", b"%PDF-" + bytes(10 * 1024 * 1024)), "plan-file-large"),
    ],
)
def test_a_file_that_is_not_what_it_says_is_refused(
    laocai: Database, writer: int, file: SentFile, fault: str
) -> None:
    with pytest.raises(ServiceError, match=fault):
        write_report(laocai, writer, YEAR, OWED, Writing("x", {}, [file]))
    assert OWED not in state_of(laocai).reports


def test_a_file_may_be_withdrawn_and_sent_again(laocai: Database, writer: int) -> None:
    def names() -> list[str]:
        with laocai.transaction() as session:
            return [f.name for f in report_files(session, report)]

    report = write_report(laocai, writer, YEAR, OWED, Writing("x", {}, [PDF, PDF]))
    with laocai.transaction() as session:
        [file] = report_files(session, report)
    write_report(laocai, writer, YEAR, OWED, Writing("x", {}, withdrawn=[file.id]))
    assert names() == []
    write_report(laocai, writer, YEAR, OWED, Writing("x", {}, [PDF]))
    assert names() == ["Báo cáo.pdf"]


def test_two_writers_do_not_overwrite_one_another(laocai: Database, writer: int) -> None:
    write_report(laocai, writer, YEAR, OWED, Writing("Bản của A", {}))
    with laocai.transaction() as session:
        seen = session.scalars(select(AgencyReport.version)).one()
    write_report(laocai, writer, YEAR, OWED, Writing("Bản của B", {}, version=seen))
    with pytest.raises(ServiceError, match="plan-changed-meanwhile"):
        write_report(laocai, writer, YEAR, OWED, Writing("Lại A", {}, version=seen))


def test_nobody_checks_their_own_report(laocai: Database, checker: int) -> None:
    report = write_report(laocai, checker, YEAR, OWED, Writing("x", {}))
    submit_report(laocai, checker, YEAR, OWED, DAY)
    with pytest.raises(ServiceError, match="plan-second-person"):
        decide_report(laocai, checker, report, "accepted", "")
    with pytest.raises(IntegrityError, match="other_person"), laocai.transaction() as session:
        session.execute(text("UPDATE agency_report SET decided_by = submitted_by"))


def test_a_return_says_why_and_only_what_was_submitted_is_decided(
    laocai: Database, writer: int, checker: int
) -> None:
    report = write_report(laocai, writer, YEAR, OWED, Writing("x", {}))
    with pytest.raises(ServiceError, match="plan-not-submitted"):
        decide_report(laocai, checker, report, "accepted", "")
    submit_report(laocai, writer, YEAR, OWED, DAY)
    with pytest.raises(ServiceError, match="plan-comment-missing"):
        decide_report(laocai, checker, report, "returned", "  ")
    with pytest.raises(ServiceError, match="plan-decision-unknown"):
        decide_report(laocai, checker, report, "deleted", "x")
    with pytest.raises(NotFoundError):
        decide_report(laocai, checker, 10**9, "accepted", "")


def test_what_is_not_owed_is_not_taken(laocai: Database, writer: int) -> None:
    for owed in (
        Obligation(Period.Q1, "II.3", "so-noi-vu"),
        Obligation(Period.Q1, "", "so-ldtbxh"),
        Obligation(Period.OWN_PLAN, "II.3", "so-ldtbxh"),
    ):
        with pytest.raises(NotFoundError):
            write_report(laocai, writer, YEAR, owed, Writing("x", {}))


def test_the_history_cannot_be_rewritten(laocai: Database, writer: int) -> None:
    write_report(laocai, writer, YEAR, OWED, Writing("x", {}))
    submit_report(laocai, writer, YEAR, OWED, DAY)
    with pytest.raises(IntegrityError, match="append"), laocai.transaction() as session:
        session.execute(text("UPDATE agency_report_event SET body = 'y'"))


def test_a_deadline_names_the_document_that_sets_it(laocai: Database, checker: int) -> None:
    with pytest.raises(ServiceError, match="plan-deadline-source"):
        set_deadline(laocai, checker, YEAR, Period.Q1, date(2021, 3, 25), " ")
    with pytest.raises(ServiceError, match="plan-deadline-year"):
        set_deadline(laocai, checker, YEAR, Period.Q1, date(2031, 3, 25), "Công văn 1")
    for due in (date(2021, 3, 20), date(2021, 3, 25)):
        set_deadline(laocai, checker, YEAR, Period.Q1, due, "Công văn 1/SNV")
    assert state_of(laocai).due(Period.Q1) == date(2021, 3, 25)
