"""One-time codes (mã dùng một lần), known by keyed digests only.

A code is spent by removing its row from ``one_time_code_unspent``: the mark of use is a row that is
not there, which has no time, no order and no transaction number. Nothing here refers to an answer,
and no answer says through which kind of code it came.
"""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from survey_app.store.tables.base import Base, Key


class OneTimeBatch(Base):
    """Codes made together for one service point and campaign.

    ``request_key`` names the page from which it was asked for: asked twice, it is made once.
    """

    __tablename__ = "one_time_batch"
    __table_args__ = (
        ForeignKeyConstraint(
            ["campaign_id", "service_point_id"],
            ["campaign_point.campaign_id", "campaign_point.service_point_id"],
        ),
        CheckConstraint("issued > 0", name="issued"),
        CheckConstraint("octet_length(request_key) = 32", name="request_key_length"),
    )

    id: Mapped[Key]
    request_key: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    campaign_id: Mapped[int] = mapped_column(index=True)
    service_point_id: Mapped[int]
    issued: Mapped[int]
    made_on: Mapped[date]
    expires_on: Mapped[date]
    is_withdrawn: Mapped[bool] = mapped_column(default=False, server_default="false")


class OneTimeCode(Base):
    """A code that was made; its row never changes."""

    __tablename__ = "one_time_code"
    __table_args__ = (CheckConstraint("octet_length(digest) = 32", name="digest_length"),)

    digest: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    batch_id: Mapped[int] = mapped_column(ForeignKey("one_time_batch.id"), index=True)


class OneTimeUnspent(Base):
    """A code that no answer has used; removed in the transaction that stores the answer."""

    __tablename__ = "one_time_code_unspent"

    digest: Mapped[bytes] = mapped_column(
        LargeBinary, ForeignKey("one_time_code.digest"), primary_key=True
    )
