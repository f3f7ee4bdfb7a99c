"""Refusals as data: the catalogue turns them into the reader's language."""

from __future__ import annotations


class ServiceError(Exception):
    """A use case refused what was asked.

    Parameters
    ----------
    key : str
        The catalogue's key, which says what is wrong and how to mend it.
    **values
        What the text needs: the field, what was got, what was expected.
    """

    def __init__(self, key: str, **values: str | int | float) -> None:
        super().__init__(f"{key} {values}" if values else key)
        self.key = key
        self.values = values


class NotFoundError(ServiceError):
    """What was named does not exist, or not for this person."""

    def __init__(self, subject: str, name: str | int) -> None:
        super().__init__("error-not-found", subject=subject, name=str(name))
