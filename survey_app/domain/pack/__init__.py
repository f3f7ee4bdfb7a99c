"""A province as data: the documented folder format, read and checked whole."""

from survey_app.domain.pack.faults import PackError, PackFault
from survey_app.domain.pack.model import Pack
from survey_app.domain.pack.reader import read_pack

__all__ = ["Pack", "PackError", "PackFault", "read_pack"]
