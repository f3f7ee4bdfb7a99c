"""Figures computed once and stored: pages, charts and files read these and never compute."""

from __future__ import annotations

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from survey_app.store.tables.base import Base, CreatedAt, Json, Key


class Publication(Base):
    """The figures of a campaign from one snapshot, with the code version that made them."""

    __tablename__ = "publication"

    id: Mapped[Key]
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"), index=True)
    snapshot_digest: Mapped[str]
    code_version: Mapped[str]
    figures: Mapped[Json]
    computed_at: Mapped[CreatedAt]
