"""What was answered: no name, address, device, hour or order is kept with it."""

from __future__ import annotations

import uuid
from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, SmallInteger, func
from sqlalchemy.orm import Mapped, mapped_column

from survey_app.store.tables.base import Base


class Response(Base):
    """One accepted answer sheet (phiếu trả lời).

    ``submission_key`` is the digest of a random number in the form: the same form sent twice finds
    the same row. It says nothing of who sent it.
    """

    __tablename__ = "response"
    __table_args__ = (
        CheckConstraint(
            "(channel = 'qr' AND service_point_id IS NOT NULL AND area_id IS NULL)"
            " OR (channel = 'interview' AND area_id IS NOT NULL AND service_point_id IS NULL)",
            name="channel_place",
        ),
        CheckConstraint("octet_length(submission_key) = 32", name="submission_key_length"),
        Index("ix_response_campaign_id_service_point_id", "campaign_id", "service_point_id"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, server_default=func.gen_random_uuid())
    submission_key: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"))
    channel: Mapped[str]
    service_point_id: Mapped[int | None] = mapped_column(ForeignKey("service_point.id"))
    area_id: Mapped[int | None] = mapped_column(ForeignKey("sample_area.id"), index=True)
    language: Mapped[str]
    received_on: Mapped[date]


class Answer(Base):
    """One coded answer: a small integer under the item's number."""

    __tablename__ = "answer"

    response_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("response.id", ondelete="CASCADE"), primary_key=True
    )
    item: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    value: Mapped[int] = mapped_column(primary_key=True)


class AnswerText(Base):
    """One answer in the citizen's own words; never published without review."""

    __tablename__ = "answer_text"
    __table_args__ = (CheckConstraint("text IS NFC NORMALIZED", name="text_nfc"),)

    response_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("response.id", ondelete="CASCADE"), primary_key=True
    )
    item: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    text: Mapped[str]
