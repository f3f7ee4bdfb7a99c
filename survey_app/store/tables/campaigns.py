"""Questionnaires (phiếu khảo sát) and the campaigns (đợt khảo sát) that use them."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from survey_app.store.tables.base import Base, CreatedAt, Json, Key


class QuestionnaireVersion(Base):
    """A versioned definition; a trigger refuses changes once a campaign uses it."""

    __tablename__ = "questionnaire"
    __table_args__ = (UniqueConstraint("code", "version"),)

    id: Mapped[Key]
    code: Mapped[str]
    version: Mapped[int]
    definition: Mapped[Json]
    digest: Mapped[str]
    created_at: Mapped[CreatedAt]

    items: Mapped[list[QuestionnaireItem]] = relationship(order_by="QuestionnaireItem.number")


class QuestionnaireItem(Base):
    """The small integer under which an item's answers are stored."""

    __tablename__ = "questionnaire_item"
    __table_args__ = (UniqueConstraint("questionnaire_id", "code"),)

    questionnaire_id: Mapped[int] = mapped_column(ForeignKey("questionnaire.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str]


class Campaign(Base):
    """A period in which one questionnaire is asked, at counters or by interview."""

    __tablename__ = "campaign"
    __table_args__ = (
        CheckConstraint("channel IN ('qr', 'interview')", name="channel"),
        CheckConstraint("closes_on >= opens_on", name="period"),
        CheckConstraint("name IS NFC NORMALIZED", name="name_nfc"),
    )

    id: Mapped[Key]
    code: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    pack_id: Mapped[int] = mapped_column(ForeignKey("pack.id"))
    questionnaire_id: Mapped[int] = mapped_column(ForeignKey("questionnaire.id"))
    channel: Mapped[str]
    opens_on: Mapped[date]
    closes_on: Mapped[date]
    is_simulated: Mapped[bool] = mapped_column(default=False, server_default="false")
    truth: Mapped[Json | None]
    created_at: Mapped[CreatedAt]

    questionnaire: Mapped[QuestionnaireVersion] = relationship()


class CampaignPoint(Base):
    """A service point where a campaign's form opens from the counter's code."""

    __tablename__ = "campaign_point"

    campaign_id: Mapped[int] = mapped_column(
        ForeignKey("campaign.id", ondelete="CASCADE"), primary_key=True
    )
    service_point_id: Mapped[int] = mapped_column(
        ForeignKey("service_point.id"), primary_key=True, index=True
    )
