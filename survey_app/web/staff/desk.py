"""The staff desk (bàn làm việc): its blueprint."""

from __future__ import annotations

from typing import Final

from flask import Blueprint

blueprint: Final = Blueprint("staff", __name__, url_prefix="/staff")
