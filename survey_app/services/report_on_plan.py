"""An agency's report on the plan: kept as a draft, submitted, returned with a comment, accepted."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from survey_app.domain.evidence import KINDS, LARGEST_FILE, MOST_FILES, kind_of, safe_name
from survey_app.domain.plan_reporting import EDITABLE, Obligation, Period, ReportState
from survey_app.domain.reported_figures import FigureError, read_figure
from survey_app.services.audit import record
from survey_app.services.errors import NotFoundError, ServiceError
from survey_app.store.queries.plan_reports import PlanState, TaskRow, plan_state
from survey_app.store.session import Database
from survey_app.store.tables import (
    AgencyReport,
    AgencyReportEvent,
    AgencyReportFile,
    PlanDeadline,
)

LONGEST_BODY = 20_000
LONGEST_COMMENT = 2_000


@dataclass(frozen=True)
class SentFile:
    """A file as it was sent."""

    name: str
    content: bytes


@dataclass(frozen=True)
class Writing:
    """What an agency wrote: ``figures`` by the target's position, as typed."""

    body: str
    figures: Mapping[int, str]
    files: Sequence[SentFile] = ()
    withdrawn: Sequence[int] = ()
    version: int = 0


def write_report(
    database: Database,
    actor_id: int,
    year: int,
    owed: Obligation,
    writing: Writing,
) -> int:
    """Keep what was written as a draft.

    A figure that cannot be read is refused only after everything else was kept: files need not be
    chosen again.

    Parameters
    ----------
    database : Database
    actor_id : int
    year : int
        Of the plan.
    owed : Obligation
        What is reported on; the caller has seen that the actor speaks for its agency.
    writing : Writing
        ``version`` is that of the report as the writer saw it, 0 for one not begun.

    Returns
    -------
    int
        The report's identifier.

    Raises
    ------
    NotFoundError
        Nothing such is owed.
    ServiceError
        ``plan-delivered``: it lies with Sở Nội vụ; ``plan-changed-meanwhile``: another person
        wrote since; and, each naming its field: ``plan-body-long``, ``plan-figure-wrong``,
        ``plan-file-kind``, ``plan-file-large``, ``plan-files-many``.
    """
    with database.transaction() as session:
        state = _state(session, year)
        task = _owed_task(state, owed)
        figures, misread = _figures(task, writing.figures)
        if len(writing.body) > LONGEST_BODY:
            raise ServiceError("plan-body-long", field="body", most=LONGEST_BODY)
        report = _hold(session, state, task, owed)
        if ReportState(report.state) not in EDITABLE:
            raise ServiceError("plan-delivered")
        if writing.version not in (0, report.version):
            raise ServiceError("plan-changed-meanwhile")
        report.body, report.figures = writing.body.strip(), figures
        report.version += 1
        _withdraw(session, report.id, writing.withdrawn)
        _attach(session, report.id, actor_id, writing.files)
        report_id = report.id
    if misread is not None:
        raise ServiceError("plan-figure-wrong", field=f"figure-{misread}")
    return report_id


def submit_report(database: Database, actor_id: int, year: int, owed: Obligation, on: date) -> None:
    """Hand a report that was written to Sở Nội vụ.

    Raises
    ------
    NotFoundError
        Nothing such is owed.
    ServiceError
        ``plan-delivered``; and, each naming its field: ``plan-body-missing``,
        ``plan-figure-missing`` (the year's report needs every figure), ``plan-evidence-missing``
        (a figure needs its evidence, as do the year's report and the agency's own plan).
    """
    with database.transaction() as session:
        state = _state(session, year)
        task = _owed_task(state, owed)
        report = _hold(session, state, task, owed)
        if ReportState(report.state) not in EDITABLE:
            raise ServiceError("plan-delivered")
        _submit(session, report, task, actor_id, on)
        report.version += 1


def decide_report(
    database: Database, actor_id: int, report_id: int, action: str, comment: str
) -> None:
    """Accept a submitted report, or return it with what is to be mended.

    Raises
    ------
    NotFoundError
        No such report.
    ServiceError
        ``plan-not-submitted``; ``plan-second-person``: whoever submitted cannot check;
        ``plan-comment-missing``, ``plan-comment-long``; ``plan-decision-unknown``.
    """
    if action not in (ReportState.ACCEPTED, ReportState.RETURNED):
        raise ServiceError("plan-decision-unknown")
    comment = comment.strip()
    if action == ReportState.RETURNED and not comment:
        raise ServiceError("plan-comment-missing", field="comment")
    if len(comment) > LONGEST_COMMENT:
        raise ServiceError("plan-comment-long", field="comment", most=LONGEST_COMMENT)
    with database.transaction() as session:
        report = session.get(AgencyReport, report_id, with_for_update=True)
        if report is None:
            raise NotFoundError("report", report_id)
        if report.state != ReportState.SUBMITTED:
            raise ServiceError("plan-not-submitted")
        if report.submitted_by == actor_id:
            raise ServiceError("plan-second-person")
        report.state, report.decided_by = ReportState(action), actor_id
        report.version += 1
        _remember(session, report, actor_id, action, comment)


def set_deadline(
    database: Database, actor_id: int | None, year: int, period: Period, due: date, source: str
) -> None:
    """Set the last day of a period's reports, naming the document that sets it.

    Raises
    ------
    NotFoundError
        The year has no plan.
    ServiceError
        ``plan-deadline-source`` and ``plan-deadline-year`` name their field.
    """
    if not source.strip():
        raise ServiceError("plan-deadline-source", field="source")
    if not year <= due.year <= year + 1:
        raise ServiceError("plan-deadline-year", field="due", year=year)
    with database.transaction() as session:
        state = _state(session, year)
        values = {"due": due, "source": source.strip()}
        session.execute(
            insert(PlanDeadline)
            .values(plan_id=state.id, period=period.value, **values)
            .on_conflict_do_update(index_elements=["plan_id", "period"], set_=values)
        )
        record(
            session, actor_id, "plan.deadline_set", f"{year}/{period.value}", due=due.isoformat()
        )


def _state(session: Session, year: int) -> PlanState:
    state = plan_state(session, year)
    if state is None:
        raise NotFoundError("plan", year)
    return state


def _owed_task(state: PlanState, owed: Obligation) -> TaskRow | None:
    if owed not in state.owed():
        raise NotFoundError("report", f"{owed.task} {owed.period} {owed.agency}")
    return next((task for task in state.tasks if task.code == owed.task), None)


def _figures(task: TaskRow | None, typed: Mapping[int, str]) -> tuple[dict[str, float], int | None]:
    """Return the figures by position, and the first position whose figure cannot be read."""
    found: dict[str, float] = {}
    misread: int | None = None
    for target in task.targets if task else ():
        if target.is_reported:
            try:
                value = read_figure(typed.get(target.position, ""), target.unit)
            except FigureError:
                misread = misread or target.position
            else:
                if value is not None:
                    found[str(target.position)] = value
    return found, misread


def _hold(
    session: Session, state: PlanState, task: TaskRow | None, owed: Obligation
) -> AgencyReport:
    """Return the report for writing, begun if need be; two first writers begin one."""
    key = {
        "plan_id": state.id,
        "task_id": task.id if task else None,
        "agency_id": state.agencies[owed.agency].id,
        "period": owed.period.value,
    }
    session.execute(insert(AgencyReport).values(**key).on_conflict_do_nothing())
    wanted = select(AgencyReport).where(
        AgencyReport.plan_id == key["plan_id"],
        AgencyReport.task_id.is_not_distinct_from(key["task_id"]),
        AgencyReport.agency_id == key["agency_id"],
        AgencyReport.period == key["period"],
    )
    return session.scalars(wanted.with_for_update()).one()


def _withdraw(session: Session, report_id: int, file_ids: Sequence[int]) -> None:
    session.execute(
        update(AgencyReportFile)
        .where(AgencyReportFile.report_id == report_id, AgencyReportFile.id.in_(file_ids))
        .values(is_withdrawn=True)
    )


def _attach(session: Session, report_id: int, actor_id: int, files: Sequence[SentFile]) -> None:
    for file in files:
        name = safe_name(file.name)
        kind = kind_of(name, file.content)
        if len(file.content) > LARGEST_FILE:
            limit = LARGEST_FILE // 1024 // 1024
            raise ServiceError("plan-file-large", field="files", name=name, most=limit)
        if kind is None:
            kinds = ", ".join(KINDS)
            raise ServiceError("plan-file-kind", field="files", name=name, kinds=kinds)
        session.execute(
            insert(AgencyReportFile)
            .values(
                report_id=report_id,
                name=name,
                kind=kind,
                digest=hashlib.sha256(file.content).hexdigest(),
                content=file.content,
                added_by=actor_id,
            )
            .on_conflict_do_update(
                index_elements=["report_id", "digest"], set_={"is_withdrawn": False, "name": name}
            )
        )
    if len(_names(session, report_id)) > MOST_FILES:
        raise ServiceError("plan-files-many", field="files", most=MOST_FILES)


def _names(session: Session, report_id: int) -> list[str]:
    return list(
        session.scalars(
            select(AgencyReportFile.name)
            .where(AgencyReportFile.report_id == report_id, ~AgencyReportFile.is_withdrawn)
            .order_by(AgencyReportFile.id)
        )
    )


def _submit(
    session: Session, report: AgencyReport, task: TaskRow | None, actor_id: int, on: date
) -> None:
    if not report.body:
        raise ServiceError("plan-body-missing", field="body")
    is_last = report.period == Period.YEAR
    for target in task.targets if task else ():
        if is_last and target.is_reported and str(target.position) not in report.figures:
            raise ServiceError("plan-figure-missing", field=f"figure-{target.position}")
    needs_file = is_last or report.period == Period.OWN_PLAN or bool(report.figures)
    if needs_file and not _names(session, report.id):
        raise ServiceError("plan-evidence-missing", field="files")
    report.state = ReportState.SUBMITTED
    report.submitted_by, report.submitted_on, report.decided_by = actor_id, on, None
    _remember(session, report, actor_id, ReportState.SUBMITTED, "")


def _remember(
    session: Session, report: AgencyReport, actor_id: int, action: str, comment: str
) -> None:
    """Write one step of the history, with what the report said when it was taken."""
    session.add(
        AgencyReportEvent(
            report_id=report.id,
            actor_id=actor_id,
            action=action,
            comment=comment,
            body=report.body,
            figures=report.figures,
            files=_names(session, report.id),
        )
    )
    record(session, actor_id, f"plan_report.{action}", str(report.id), period=report.period)
