"""What agencies report on the plan: their words, figures and evidence, and what became of it."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from survey_app.domain.plan_reporting import Period, ReportState
from survey_app.store.tables.agencies import Agency
from survey_app.store.tables.base import Base, CreatedAt, Json, Key
from survey_app.store.tables.plan import PlanTask

_PERIODS = ", ".join(f"'{period.value}'" for period in Period)
_STATES = ", ".join(f"'{state.value}'" for state in ReportState)


class PlanDeadline(Base):
    """The day until which a period's reports are owed (hạn báo cáo), and who set it."""

    __tablename__ = "plan_deadline"
    __table_args__ = (
        CheckConstraint(f"period IN ({_PERIODS})", name="period"),
        CheckConstraint("source <> ''", name="source"),
    )

    plan_id: Mapped[int] = mapped_column(
        ForeignKey("plan.id", ondelete="CASCADE"), primary_key=True
    )
    period: Mapped[str] = mapped_column(primary_key=True)
    due: Mapped[date]
    source: Mapped[str]


class AgencyReport(Base):
    """One agency's report (báo cáo) on one task in one period, or its own plan for the year."""

    __tablename__ = "agency_report"
    __table_args__ = (
        CheckConstraint(f"period IN ({_PERIODS})", name="period"),
        CheckConstraint(f"state IN ({_STATES})", name="state"),
        CheckConstraint("(period = 'own_plan') = (task_id IS NULL)", name="task"),
        CheckConstraint("decided_by <> submitted_by", name="other_person"),
        CheckConstraint("state = 'draft' OR submitted_on IS NOT NULL", name="submitted"),
        Index(
            "uq_agency_report_owed",
            "plan_id",
            "agency_id",
            text("coalesce(task_id, 0)"),
            "period",
            unique=True,
        ),
    )

    id: Mapped[Key]
    plan_id: Mapped[int] = mapped_column(ForeignKey("plan.id"))
    task_id: Mapped[int | None] = mapped_column(ForeignKey("plan_task.id"))
    agency_id: Mapped[int] = mapped_column(ForeignKey("agency.id"))
    period: Mapped[str]
    state: Mapped[str] = mapped_column(default=ReportState.DRAFT, server_default="draft")
    body: Mapped[str] = mapped_column(default="", server_default="")
    figures: Mapped[Json] = mapped_column(default=dict, server_default="{}")
    submitted_by: Mapped[int | None] = mapped_column(ForeignKey("staff_user.id"))
    submitted_on: Mapped[date | None]
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("staff_user.id"))
    version: Mapped[int] = mapped_column(default=1, server_default="1")

    agency: Mapped[Agency] = relationship()
    task: Mapped[PlanTask | None] = relationship()


class AgencyReportEvent(Base):
    """A step in a report's history, with what it said then; a trigger refuses change."""

    __tablename__ = "agency_report_event"
    __table_args__ = (
        CheckConstraint("action IN ('submitted', 'returned', 'accepted')", name="action"),
        CheckConstraint("action <> 'returned' OR comment <> ''", name="says_why"),
    )

    id: Mapped[Key]
    report_id: Mapped[int] = mapped_column(ForeignKey("agency_report.id"), index=True)
    at: Mapped[CreatedAt]
    actor_id: Mapped[int] = mapped_column(ForeignKey("staff_user.id"))
    action: Mapped[str]
    comment: Mapped[str]
    body: Mapped[str]
    figures: Mapped[Json]
    files: Mapped[list[str]] = mapped_column(JSONB)


class AgencyReportFile(Base):
    """A file of evidence (minh chứng); withdrawn ones stay, for the history that names them."""

    __tablename__ = "agency_report_file"
    __table_args__ = (
        UniqueConstraint("report_id", "digest"),
        CheckConstraint("octet_length(content) > 0", name="content"),
    )

    id: Mapped[Key]
    report_id: Mapped[int] = mapped_column(ForeignKey("agency_report.id"))
    name: Mapped[str]
    kind: Mapped[str]
    digest: Mapped[str]
    content: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    added_by: Mapped[int] = mapped_column(ForeignKey("staff_user.id"))
    added_at: Mapped[CreatedAt]
    is_withdrawn: Mapped[bool] = mapped_column(default=False, server_default="false")


class PlanReminder(Base):
    """A reminder that went out: a person gets at most one a day."""

    __tablename__ = "plan_reminder"

    plan_id: Mapped[int] = mapped_column(ForeignKey("plan.id"), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("staff_user.id"), primary_key=True)
    sent_on: Mapped[date] = mapped_column(primary_key=True)
