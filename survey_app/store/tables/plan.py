"""The province's PAPI plan: dimensions, tasks, and each task's typed targets (chỉ tiêu)."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from survey_app.store.tables.agencies import Agency
from survey_app.store.tables.base import Base, Json, Key


class Plan(Base):
    """One province's plan for one year."""

    __tablename__ = "plan"

    id: Mapped[Key]
    pack_id: Mapped[int] = mapped_column(ForeignKey("pack.id"), unique=True)
    title: Mapped[str]
    number: Mapped[str]
    definition: Mapped[Json]


class PlanTask(Base):
    """A task of the plan's annex, under its PAPI dimension."""

    __tablename__ = "plan_task"
    __table_args__ = (UniqueConstraint("plan_id", "code"),)

    id: Mapped[Key]
    plan_id: Mapped[int] = mapped_column(ForeignKey("plan.id", ondelete="CASCADE"))
    code: Mapped[str]
    dimension: Mapped[int]
    dimension_vi: Mapped[str]
    dimension_en: Mapped[str]
    number: Mapped[int]
    task: Mapped[str]
    target: Mapped[str]
    lead_agency_id: Mapped[int | None] = mapped_column(ForeignKey("agency.id"), index=True)
    lead: Mapped[str]
    implementers: Mapped[str]
    timing: Mapped[str]
    evidence: Mapped[str]
    note: Mapped[str]

    lead_agency: Mapped[Agency | None] = relationship()
    implementing_agencies: Mapped[list[Agency]] = relationship(
        secondary="plan_task_implementer", order_by="Agency.id"
    )
    targets: Mapped[list[PlanTarget]] = relationship(
        back_populates="task", order_by="PlanTarget.position"
    )


class PlanTaskImplementer(Base):
    """An agency that implements a task with its lead (cơ quan phối hợp).

    The source names some only in general ("các cơ quan, đơn vị liên quan"): those stay words, in
    `PlanTask.implementers`.
    """

    __tablename__ = "plan_task_implementer"

    task_id: Mapped[int] = mapped_column(
        ForeignKey("plan_task.id", ondelete="CASCADE"), primary_key=True
    )
    agency_id: Mapped[int] = mapped_column(ForeignKey("agency.id"), primary_key=True, index=True)


class PlanTarget(Base):
    """One target of a task: a survey share, an administrative figure or a document."""

    __tablename__ = "plan_target"
    __table_args__ = (
        UniqueConstraint("task_id", "position"),
        CheckConstraint(
            "kind IN ('survey_share', 'administrative_figure', 'document')", name="kind"
        ),
        CheckConstraint("threshold IS NULL OR threshold >= 0", name="threshold_not_negative"),
    )

    id: Mapped[Key]
    task_id: Mapped[int] = mapped_column(ForeignKey("plan_task.id", ondelete="CASCADE"))
    position: Mapped[int]
    kind: Mapped[str]
    text: Mapped[str]
    comparator: Mapped[str | None]
    threshold: Mapped[float | None]
    measure_unit: Mapped[str | None]
    measured_by: Mapped[Json]

    task: Mapped[PlanTask] = relationship(back_populates="targets")
