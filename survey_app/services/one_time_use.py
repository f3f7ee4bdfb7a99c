"""Using up a one-time code, in the transaction that stores the answer which it admits."""

from __future__ import annotations

from datetime import date

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from survey_app.domain.one_time_code import digest_of
from survey_app.services.errors import ServiceError
from survey_app.store.session import journal_key
from survey_app.store.tables import OneTimeBatch, OneTimeCode, OneTimeUnspent


class OneTimeCodeUsedError(ServiceError):
    """The code admits no answer: another one used it, or it was withdrawn meanwhile."""

    def __init__(self) -> None:
        super().__init__("codes-used")


def use_one_time_code(
    session: Session, code: str, *, campaign_id: int, service_point_id: int, on: date
) -> None:
    """Use up a code: of two transactions that try, the second waits for the first and fails.

    The row is deleted, never marked: a mark would carry the number of this very transaction
    (``xmin``), which the answer's row carries too.

    Raises
    ------
    OneTimeCodeUsedError
        Nothing may be stored: the caller's transaction must end.
    """
    digest = digest_of(journal_key(session), code)
    admits = (
        select(OneTimeCode.digest)
        .join(OneTimeBatch, OneTimeBatch.id == OneTimeCode.batch_id)
        .where(
            OneTimeCode.digest == digest,
            OneTimeBatch.campaign_id == campaign_id,
            OneTimeBatch.service_point_id == service_point_id,
            OneTimeBatch.expires_on >= on,
            ~OneTimeBatch.is_withdrawn,
        )
    )
    used = session.scalar(
        delete(OneTimeUnspent)
        .where(OneTimeUnspent.digest.in_(admits))
        .returning(OneTimeUnspent.digest)
    )
    if used is None:
        raise OneTimeCodeUsedError
