"""A round's close: which weights and snapshot its figures come from, once and for all."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from survey_app.store.tables.base import Base, CreatedAt, Json, Key


class RoundClosure(Base):
    """The close of a round (chốt đợt); a correction is a further version with its reason."""

    __tablename__ = "round_closure"
    __table_args__ = (
        UniqueConstraint("campaign_id", "version"),
        CheckConstraint("version >= 1", name="version"),
        CheckConstraint("version = 1 OR reason <> ''", name="correction_has_reason"),
    )

    id: Mapped[Key]
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"))
    version: Mapped[int]
    reason: Mapped[str]
    publication_id: Mapped[int] = mapped_column(ForeignKey("publication.id"))
    weighting: Mapped[Json]
    archive: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    archive_digest: Mapped[str]
    closed_by: Mapped[int | None] = mapped_column(ForeignKey("staff_user.id"))
    closed_at: Mapped[CreatedAt]
