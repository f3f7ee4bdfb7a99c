"""Administrative units (đơn vị hành chính): a tree of any depth, each unit with its validity."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from survey_app.store.tables.base import Base, CreatedAt, Json, Key


class LoadedPack(Base):
    """A province's data folder that was read into this database."""

    __tablename__ = "pack"

    id: Mapped[Key]
    name: Mapped[str] = mapped_column(unique=True)
    title_vi: Mapped[str]
    title_en: Mapped[str]
    digest: Mapped[str]
    manifest: Mapped[Json]
    loaded_at: Mapped[CreatedAt]


class Unit(Base):
    """One administrative unit during one period of validity; no level is named in code."""

    __tablename__ = "unit"
    __table_args__ = (
        UniqueConstraint("code", "valid_from"),
        CheckConstraint("valid_to IS NULL OR valid_to >= valid_from", name="period"),
        CheckConstraint("name IS NFC NORMALIZED", name="name_nfc"),
    )

    id: Mapped[Key]
    pack_id: Mapped[int] = mapped_column(ForeignKey("pack.id"), index=True)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"), index=True)
    code: Mapped[str]
    kind: Mapped[str]
    name: Mapped[str]
    short_name: Mapped[str]
    depth: Mapped[int]
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]
    note: Mapped[str] = mapped_column(default="", server_default="")
    boundary: Mapped[Json | None]

    parent: Mapped[Unit | None] = relationship(remote_side="Unit.id")


class UnitPopulation(Base):
    """A counted size of a unit; ``value`` is empty where the source has a gap."""

    __tablename__ = "unit_population"
    __table_args__ = (
        UniqueConstraint("unit_id", "measure", "as_of"),
        CheckConstraint("value IS NULL OR value >= 0", name="value_not_negative"),
    )

    id: Mapped[Key]
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id", ondelete="CASCADE"))
    measure: Mapped[str]
    value: Mapped[int | None]
    as_of: Mapped[date]
    reliability: Mapped[str]
    source: Mapped[str]
    note: Mapped[str] = mapped_column(default="", server_default="")


class UnitSuccession(Base):
    """Which unit took over from which, so that results can be compared over time."""

    __tablename__ = "unit_succession"
    __table_args__ = (
        UniqueConstraint("pack_id", "old_code", "old_valid_to", "new_code"),
        CheckConstraint("extent IN ('whole', 'partial')", name="extent"),
    )

    id: Mapped[Key]
    pack_id: Mapped[int] = mapped_column(ForeignKey("pack.id", ondelete="CASCADE"))
    old_code: Mapped[str]
    old_valid_to: Mapped[date]
    old_name: Mapped[str]
    old_parents: Mapped[str]
    new_code: Mapped[str]
    extent: Mapped[str]
    source: Mapped[str] = mapped_column(default="", server_default="")
