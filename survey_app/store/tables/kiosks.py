"""Tablets at the exit of a service point (máy lấy ý kiến)."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from survey_app.store.tables.base import Base


class Kiosk(Base):
    """What a service point's tablets share: the PIN that starts and leaves them.

    ``session_key`` is in the tokens of tablets that were started: a new PIN ends them all.
    """

    __tablename__ = "kiosk"
    __table_args__ = (CheckConstraint("idle_seconds BETWEEN 15 AND 300", name="idle_seconds"),)

    service_point_id: Mapped[int] = mapped_column(
        ForeignKey("service_point.id"), primary_key=True, autoincrement=False
    )
    pin_hash: Mapped[str]
    session_key: Mapped[str]
    idle_seconds: Mapped[int]
