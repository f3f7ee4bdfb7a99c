"""The published heads of the journal of accepted answers: for anybody, to keep and to compare."""

from __future__ import annotations

from flask import Blueprint, jsonify, render_template
from flask.typing import ResponseReturnValue

from survey_app.services.seal_journal import journal_heads
from survey_app.web.access import PUBLIC, open_to
from survey_app.web.database import database

blueprint = Blueprint("journal", __name__)


@blueprint.get("/journal")
@open_to(PUBLIC)
def heads() -> ResponseReturnValue:
    """Show the digests of all batches, the latest first."""
    return render_template("journal/heads.html", heads=journal_heads(database())[::-1])


@blueprint.get("/journal.json")
@open_to(PUBLIC)
def heads_for_machines() -> ResponseReturnValue:
    """List the same for machines."""
    return jsonify(
        [
            {
                "number": head.number,
                "sealed_on": head.sealed_on.isoformat(),
                "entries": head.entries,
                "is_whole": head.is_whole,
                "head": head.head.hex(),
            }
            for head in journal_heads(database())
        ]
    )
