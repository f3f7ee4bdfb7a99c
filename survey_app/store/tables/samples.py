"""The drawn sample: areas (địa bàn khảo sát), the persons drawn in them, and what became of each.

Who was drawn and visited lives here; what was answered lives in ``responses``. No key joins a drawn
person to an answer: an answer knows its area only.
"""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from survey_app.store.tables.base import Base, CreatedAt, Instant, Json, Key
from survey_app.store.tables.units import Unit


class SampleCommitment(Base):
    """A plan settled before its draw, and what was published of it (cam kết).

    The secret is half of the seed: its digest is public, the secret itself is shown to nobody
    before the record of the draw.
    """

    __tablename__ = "sample_commitment"

    id: Mapped[Key]
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"), unique=True)
    plan: Mapped[Json]
    frame_digest: Mapped[str]
    design_digest: Mapped[str]
    secret: Mapped[str]
    secret_digest: Mapped[str]
    public_event: Mapped[str]
    committed_by: Mapped[int | None] = mapped_column(ForeignKey("staff_user.id"))
    committed_at: Mapped[CreatedAt]


class SampleDraw(Base):
    """One draw for a campaign, with the record from which anyone can redraw it."""

    __tablename__ = "sample_draw"

    id: Mapped[Key]
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"), unique=True)
    seed: Mapped[str]
    frame_digest: Mapped[str]
    design_digest: Mapped[str]
    result_digest: Mapped[str]
    record: Mapped[Json]
    drawn_by: Mapped[int | None] = mapped_column(ForeignKey("staff_user.id"))
    drawn_at: Mapped[CreatedAt]


class SampleArea(Base):
    """A drawn survey area, confirmed by MTTQ and assigned to an enumerator.

    An area that took a replaced one's place says so in ``replaces_id``.
    """

    __tablename__ = "sample_area"
    __table_args__ = (
        UniqueConstraint("draw_id", "unit_id"),
        CheckConstraint("probability > 0 AND probability <= 1", name="probability"),
        CheckConstraint(
            "state IN ('drawn', 'confirmed', 'assigned', 'replacement_asked', 'replaced')",
            name="state",
        ),
        CheckConstraint("(state = 'assigned') = (enumerator_id IS NOT NULL)", name="assigned"),
    )

    id: Mapped[Key]
    draw_id: Mapped[int] = mapped_column(ForeignKey("sample_draw.id", ondelete="CASCADE"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    stratum: Mapped[str]
    position: Mapped[int]
    probability: Mapped[float]
    is_certainty: Mapped[bool]
    listed_size: Mapped[int]
    state: Mapped[str] = mapped_column(default="drawn", server_default="drawn")
    confirmed_by: Mapped[int | None] = mapped_column(ForeignKey("staff_user.id"))
    confirmed_at: Mapped[Instant | None]
    enumerator_id: Mapped[int | None] = mapped_column(ForeignKey("staff_user.id"), index=True)
    replaces_id: Mapped[int | None] = mapped_column(ForeignKey("sample_area.id"), unique=True)

    unit: Mapped[Unit] = relationship()


class AreaReplacement(Base):
    """A request to replace an area, with its reason, and what another person decided."""

    __tablename__ = "area_replacement"
    __table_args__ = (
        CheckConstraint("decision IN ('approved', 'refused')", name="decision"),
        CheckConstraint("(decision IS NULL) = (decided_by IS NULL)", name="decided"),
        CheckConstraint("decided_by <> asked_by", name="second_person"),
        Index(
            "uq_area_replacement_open",
            "area_id",
            unique=True,
            postgresql_where=text("decision IS NULL"),
        ),
    )

    id: Mapped[Key]
    area_id: Mapped[int] = mapped_column(ForeignKey("sample_area.id"), index=True)
    reason: Mapped[str]
    evidence: Mapped[str]
    asked_by: Mapped[int] = mapped_column(ForeignKey("staff_user.id"))
    asked_at: Mapped[CreatedAt]
    decision: Mapped[str | None]
    note: Mapped[str] = mapped_column(default="", server_default="")
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("staff_user.id"))
    decided_at: Mapped[Instant | None]


class SamplePerson(Base):
    """A person (đối tượng khảo sát) drawn by listing number, never by name."""

    __tablename__ = "sample_person"
    __table_args__ = (
        UniqueConstraint("area_id", "listing_number"),
        CheckConstraint("probability > 0 AND probability <= 1", name="probability"),
        CheckConstraint("base_weight >= 1", name="base_weight"),
    )

    id: Mapped[Key]
    area_id: Mapped[int] = mapped_column(ForeignKey("sample_area.id", ondelete="CASCADE"))
    listing_number: Mapped[int]
    probability: Mapped[float]
    base_weight: Mapped[float]
    disposition: Mapped[str | None]
    recorded_on: Mapped[date | None]
