"""Agencies (cơ quan, đơn vị) and the service points (điểm phục vụ) that citizens visit."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from survey_app.store.tables.base import Base, Key
from survey_app.store.tables.units import Unit


class Agency(Base):
    """A public body that leads tasks of the plan or runs service points.

    A kind of body, such as "UBND cấp huyện", stands for each agency below
    it and each that names it as its kind.
    """

    __tablename__ = "agency"
    __table_args__ = (
        UniqueConstraint("pack_id", "code"),
        CheckConstraint("name_vi IS NFC NORMALIZED", name="name_nfc"),
    )

    id: Mapped[Key]
    pack_id: Mapped[int] = mapped_column(ForeignKey("pack.id"))
    code: Mapped[str]
    name_vi: Mapped[str]
    name_en: Mapped[str]
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("agency.id"))
    is_kind: Mapped[bool] = mapped_column(default=False, server_default="false")
    kind_id: Mapped[int | None] = mapped_column(ForeignKey("agency.id"))


class ServicePoint(Base):
    """A counter of a one-stop shop (Bộ phận Một cửa) or a hospital department."""

    __tablename__ = "service_point"
    __table_args__ = (
        UniqueConstraint("pack_id", "code"),
        CheckConstraint("name_vi IS NFC NORMALIZED", name="name_nfc"),
    )

    id: Mapped[Key]
    pack_id: Mapped[int] = mapped_column(ForeignKey("pack.id"))
    code: Mapped[str]
    kind: Mapped[str]
    name_vi: Mapped[str]
    name_en: Mapped[str]
    agency_id: Mapped[int] = mapped_column(ForeignKey("agency.id"), index=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    note: Mapped[str] = mapped_column(default="", server_default="")

    agency: Mapped[Agency] = relationship()
    unit: Mapped[Unit] = relationship()


class PointCode(Base):
    """The short unguessable code printed in a service point's QR; revocable and rotatable."""

    __tablename__ = "point_code"
    __table_args__ = (
        CheckConstraint("code = upper(code)", name="code_upper"),
        Index(
            "uq_point_code_in_use",
            "service_point_id",
            unique=True,
            postgresql_where=text("NOT is_revoked"),
        ),
    )

    id: Mapped[Key]
    code: Mapped[str] = mapped_column(unique=True)
    service_point_id: Mapped[int] = mapped_column(ForeignKey("service_point.id"), index=True)
    is_revoked: Mapped[bool] = mapped_column(default=False, server_default="false")

    service_point: Mapped[ServicePoint] = relationship()
