"""A plan with everything owed under it, and every report that exists."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session, selectinload

from survey_app.domain.plan_reporting import Filed, Obligation, Period, ReportState, obligations
from survey_app.store.tables import (
    Agency,
    AgencyReport,
    AgencyReportEvent,
    AgencyReportFile,
    Plan,
    PlanDeadline,
    PlanTask,
    StaffUser,
)


@dataclass(frozen=True)
class PlanAgency:
    """An agency of the plan."""

    id: int
    code: str
    name_vi: str
    name_en: str


@dataclass(frozen=True)
class TargetRow:
    """A target of a task."""

    position: int
    kind: str
    text: str
    comparator: str | None
    threshold: float | None
    unit: str | None

    @property
    def is_reported(self) -> bool:
        """Tell whether agencies report a figure that is held against it."""
        return self.kind == "administrative_figure" and self.threshold is not None


@dataclass(frozen=True)
class TaskRow:
    """A task with those who report on it."""

    id: int
    code: str
    dimension: int
    dimension_vi: str
    dimension_en: str
    task: str
    target: str
    lead: str
    reporting: tuple[str, ...]
    implementers: str
    timing: str
    evidence: str
    note: str
    targets: tuple[TargetRow, ...]


@dataclass(frozen=True)
class Deadline:
    """The last day of a period's reports, and where it is written."""

    due: date
    source: str


@dataclass(frozen=True)
class ReportRow:
    """A report that exists."""

    id: int
    filed: Filed
    figures: Mapping[str, float]


@dataclass(frozen=True)
class PlanState:
    """A plan, what is owed under it and what was filed."""

    id: int
    pack_id: int
    year: int
    title: str
    tasks: tuple[TaskRow, ...]
    agencies: Mapping[str, PlanAgency]
    bound: tuple[str, ...]
    deadlines: Mapping[Period, Deadline]
    reports: Mapping[Obligation, ReportRow]

    def owed(self) -> tuple[Obligation, ...]:
        """Return everything that agencies owe."""
        return obligations({task.code: task.reporting for task in self.tasks}, self.bound)

    def due(self, period: Period) -> date | None:
        """Return a period's last day, if one is set."""
        deadline = self.deadlines.get(period)
        return deadline.due if deadline else None

    def filed(self, owed: Obligation) -> Filed | None:
        """Return how a report stands, if there is one."""
        report = self.reports.get(owed)
        return report.filed if report else None


@dataclass(frozen=True)
class EventRow:
    """A step in a report's history."""

    at: datetime
    actor: str
    action: str
    comment: str
    body: str
    figures: Mapping[str, float]
    files: tuple[str, ...]


@dataclass(frozen=True)
class FileRow:
    """A file of evidence."""

    id: int
    name: str
    size: int
    digest: str


@dataclass(frozen=True)
class Moved:
    """A report that moved lately."""

    at: datetime
    action: str
    period: Period
    task: str
    agency: str
    agency_vi: str
    agency_en: str


def plan_years(session: Session) -> list[int]:
    """Return the years that have a plan, the newest first."""
    return sorted((plan.definition["year"] for plan in session.scalars(select(Plan))), reverse=True)


def plan_state(session: Session, year: int) -> PlanState | None:
    """Return a year's plan with what is owed and filed; None if the year has none."""
    plan = session.scalar(select(Plan).where(Plan.definition["year"].as_integer() == year))
    if plan is None:
        return None
    rows = session.scalars(select(Agency).where(Agency.pack_id == plan.pack_id)).all()
    members: dict[int, list[Agency]] = defaultdict(list)
    for agency in rows:
        for kind in (agency.parent_id, agency.kind_id):
            if kind is not None:
                members[kind].append(agency)
    tasks = session.scalars(
        select(PlanTask)
        .where(PlanTask.plan_id == plan.id)
        .options(
            selectinload(PlanTask.targets),
            selectinload(PlanTask.lead_agency),
            selectinload(PlanTask.implementing_agencies),
        )
        .order_by(PlanTask.id)
    ).all()
    leads = {
        task.id: _each([task.lead_agency] if task.lead_agency else [], members) for task in tasks
    }
    named = [agency for task in tasks for agency in task.implementing_agencies]
    bound = {agency.code for agency in _each(named, members)}
    bound |= {agency.code for found in leads.values() for agency in found}
    return PlanState(
        id=plan.id,
        pack_id=plan.pack_id,
        year=year,
        title=plan.title,
        tasks=tuple(_task(task, leads[task.id]) for task in tasks),
        agencies={a.code: PlanAgency(a.id, a.code, a.name_vi, a.name_en) for a in rows},
        bound=tuple(sorted(bound)),
        deadlines=_deadlines(session, plan),
        reports=_reports(session, plan.id),
    )


def _each(agencies: Iterable[Agency], members: Mapping[int, list[Agency]]) -> list[Agency]:
    """Return the agencies themselves: for a kind of body each one of it."""
    found: dict[int, Agency] = {}
    for agency in agencies:
        if agency.is_kind:
            found |= {one.id: one for one in _each(members.get(agency.id, []), members)}
        else:
            found[agency.id] = agency
    return list(found.values())


def _task(task: PlanTask, reporting: Iterable[Agency]) -> TaskRow:
    return TaskRow(
        id=task.id,
        code=task.code,
        dimension=task.dimension,
        dimension_vi=task.dimension_vi,
        dimension_en=task.dimension_en,
        task=task.task,
        target=task.target,
        lead=task.lead,
        reporting=tuple(agency.code for agency in reporting),
        implementers=task.implementers,
        timing=task.timing,
        evidence=task.evidence,
        note=task.note,
        targets=tuple(
            TargetRow(t.position, t.kind, t.text, t.comparator, t.threshold, t.measure_unit)
            for t in task.targets
        ),
    )


def _deadlines(session: Session, plan: Plan) -> dict[Period, Deadline]:
    written: dict[str, str | None] = {
        report["code"]: report["due"] for report in plan.definition["reports"]
    }
    written[Period.OWN_PLAN] = plan.definition["agency_plans_due"]
    found = {
        Period(code): Deadline(date.fromisoformat(due), plan.title)
        for code, due in written.items()
        if due
    }
    for row in session.scalars(select(PlanDeadline).where(PlanDeadline.plan_id == plan.id)):
        found[Period(row.period)] = Deadline(row.due, row.source)
    return found


def _reports(session: Session, plan_id: int) -> dict[Obligation, ReportRow]:
    rows = session.execute(
        select(AgencyReport, PlanTask.code, Agency.code)
        .outerjoin(PlanTask, PlanTask.id == AgencyReport.task_id)
        .join(Agency, Agency.id == AgencyReport.agency_id)
        .where(AgencyReport.plan_id == plan_id)
    )
    return {
        Obligation(Period(report.period), task or "", agency): ReportRow(
            report.id, Filed(ReportState(report.state), report.submitted_on), report.figures
        )
        for report, task, agency in rows
    }


def report_history(session: Session, report_id: int) -> list[EventRow]:
    """Return the steps of a report, the newest first."""
    rows = session.execute(
        select(AgencyReportEvent, StaffUser.full_name)
        .join(StaffUser, StaffUser.id == AgencyReportEvent.actor_id)
        .where(AgencyReportEvent.report_id == report_id)
        .order_by(AgencyReportEvent.id.desc())
    )
    return [
        EventRow(e.at, name, e.action, e.comment, e.body, e.figures, tuple(e.files))
        for e, name in rows
    ]


def report_files(session: Session, report_id: int) -> list[FileRow]:
    """Return the files of evidence that were not withdrawn."""
    rows = session.execute(
        select(
            AgencyReportFile.id,
            AgencyReportFile.name,
            func.octet_length(AgencyReportFile.content),
            AgencyReportFile.digest,
        )
        .where(AgencyReportFile.report_id == report_id, ~AgencyReportFile.is_withdrawn)
        .order_by(AgencyReportFile.id)
    )
    return [FileRow(*row) for row in rows]


def moved_lately(session: Session, plan_id: int, count: int) -> list[Moved]:
    """Return the newest steps of all reports of a plan."""
    rows = session.execute(
        select(AgencyReportEvent, AgencyReport.period, PlanTask.code, Agency)
        .join(AgencyReport, AgencyReport.id == AgencyReportEvent.report_id)
        .outerjoin(PlanTask, PlanTask.id == AgencyReport.task_id)
        .join(Agency, Agency.id == AgencyReport.agency_id)
        .where(AgencyReport.plan_id == plan_id)
        .order_by(AgencyReportEvent.id.desc())
        .limit(count)
    )
    return [
        Moved(e.at, e.action, Period(period), task or "", a.code, a.name_vi, a.name_en)
        for e, period, task, a in rows
    ]


@dataclass(frozen=True)
class ReportDetail:
    """A report as the page for writing and checking shows it."""

    id: int
    state: ReportState
    body: str
    version: int
    submitted_by: int | None
    history: tuple[EventRow, ...]
    files: tuple[FileRow, ...]


def report_detail(session: Session, report_id: int) -> ReportDetail:
    """Return a report with its files and history."""
    report = session.get_one(AgencyReport, report_id)
    return ReportDetail(
        id=report.id,
        state=ReportState(report.state),
        body=report.body,
        version=report.version,
        submitted_by=report.submitted_by,
        history=tuple(report_history(session, report_id)),
        files=tuple(report_files(session, report_id)),
    )


@dataclass(frozen=True)
class StoredFile:
    """A file of evidence with its bytes, and whose it is."""

    name: str
    content: bytes
    agency_id: int


def stored_file(session: Session, file_id: int) -> StoredFile | None:
    """Return a file of evidence that was not withdrawn."""
    row = session.execute(
        select(AgencyReportFile.name, AgencyReportFile.content, AgencyReport.agency_id)
        .join(AgencyReport, AgencyReport.id == AgencyReportFile.report_id)
        .where(AgencyReportFile.id == file_id, ~AgencyReportFile.is_withdrawn)
    ).one_or_none()
    return StoredFile(*row) if row else None


def report_address(session: Session, report_id: int) -> tuple[int, Obligation] | None:
    """Return the plan's year and the obligation that a report answers."""
    row = session.execute(
        select(
            Plan.definition["year"].as_integer(), AgencyReport.period, PlanTask.code, Agency.code
        )
        .join(Plan, Plan.id == AgencyReport.plan_id)
        .join(Agency, Agency.id == AgencyReport.agency_id)
        .outerjoin(PlanTask, PlanTask.id == AgencyReport.task_id)
        .where(AgencyReport.id == report_id)
    ).one_or_none()
    if row is None:
        return None
    year, period, task, agency = row
    return year, Obligation(Period(period), task or "", agency)
