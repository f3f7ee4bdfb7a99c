"""The append-only trail of who did what."""

from __future__ import annotations

from sqlalchemy.orm import Session

from survey_app.store.tables import AuditEvent


def record(
    session: Session,
    actor_id: int | None,
    action: str,
    subject: str,
    **detail: str | int | float | bool | None,
) -> None:
    """Write one event in the transaction of the act itself: both happen or neither.

    Parameters
    ----------
    session : Session
        The open transaction.
    actor_id : int or None
        The staff member; ``None`` for the operator at the command line.
    action, subject : str
        A past-tense verb phrase such as ``"campaign.created"``, and what it was done to.
    **detail
        Facts worth keeping; never a citizen's answer, never a password.
    """
    session.add(AuditEvent(actor_id=actor_id, action=action, subject=subject, detail=detail))
