"""Answers kept apart because they look forged (phiếu nghi vấn), and what two people decided.

The answers themselves stay where they are; nothing is deleted. Days only: an hour would tell when
an answer came.
"""

from __future__ import annotations

import uuid
from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from survey_app.store.tables.base import Base


class Quarantine(Base):
    """One suspect answer: left out of the figures until two people agree that it counts.

    ``proposed``/``proposed_by``: the first reader's opinion; ``decision``/``decided_by``: final,
    by another person. The answer's row is written anew when its day is sealed, so that the key is
    checked at the end of a transaction.
    """

    __tablename__ = "quarantine"
    __table_args__ = (
        CheckConstraint("cardinality(reasons) > 0", name="reasons"),
        CheckConstraint("proposed IN ('counts', 'left_out')", name="proposed"),
        CheckConstraint("decision IN ('counts', 'left_out')", name="decision"),
        CheckConstraint("(proposed IS NULL) = (proposed_by IS NULL)", name="proposed_by_somebody"),
        CheckConstraint("(decision IS NULL) = (decided_by IS NULL)", name="decided_by_somebody"),
        CheckConstraint("decision IS NULL OR proposed IS NOT NULL", name="proposed_first"),
        CheckConstraint("decided_by <> proposed_by", name="second_person"),
    )

    response_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("response.id", deferrable=True, initially="DEFERRED"), primary_key=True
    )
    reasons: Mapped[list[str]] = mapped_column(ARRAY(Text))
    flagged_on: Mapped[date]
    proposed: Mapped[str | None]
    proposed_by: Mapped[int | None] = mapped_column(ForeignKey("staff_user.id"))
    decision: Mapped[str | None]
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("staff_user.id"))
    decided_on: Mapped[date | None]
