"""Many answer sheets at once, through PostgreSQL's COPY."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any, cast

import numpy as np
import numpy.typing as npt
from psycopg import Connection
from sqlalchemy.orm import Session

from survey_app.services.simulation.population import NOT_ASKED

ROWS_PER_BLOCK = 50_000


def copy_responses(
    session: Session,
    *,
    campaign_id: int,
    channel: str,
    places: Sequence[int],
    days: Sequence[date],
    answers: Mapping[int, npt.NDArray[np.int16]],
    rng: np.random.Generator,
) -> None:
    """Store one answer sheet a place, in the caller's transaction.

    Parameters
    ----------
    session : Session
    campaign_id : int
    channel : {"qr", "interview"}
    places : sequence of int (sheets)
        Service points (``qr``) or areas (``interview``).
    days : sequence of date (sheets)
    answers : mapping of an item's stored number to its answers (sheets)
        −1 where nothing was answered.
    rng : Generator
        Identifiers and keys come from it, so that a simulation can be repeated.
    """
    raw = cast("Connection[Any]", session.connection().connection.driver_connection)
    n = len(places)
    identifiers = [_uuid(block) for block in np.split(np.frombuffer(rng.bytes(16 * n), "u1"), n)]
    keys = [rng.bytes(32).hex() for _ in range(n)]
    point, area = ("{0}", "\\N") if channel == "qr" else ("\\N", "{0}")
    line = "{1}\t\\\\x{2}\t" + f"{campaign_id}\t{channel}\t{point}\t{area}\tvi\t" + "{3}\n"
    with (
        raw.cursor() as cursor,
        cursor.copy(
            "COPY response (id, submission_key, campaign_id, channel, service_point_id, area_id,"
            " language, received_on) FROM STDIN"
        ) as copy,
    ):
        for start in range(0, n, ROWS_PER_BLOCK):
            block = slice(start, start + ROWS_PER_BLOCK)
            copy.write(
                "".join(
                    line.format(place, identifier, key, day.isoformat())
                    for place, identifier, key, day in zip(
                        places[block], identifiers[block], keys[block], days[block], strict=True
                    )
                )
            )
    with (
        raw.cursor() as cursor,
        cursor.copy("COPY answer (response_id, item, value) FROM STDIN") as copy,
    ):
        for number, values in answers.items():
            rows = np.flatnonzero(values != NOT_ASKED)
            copy.write(
                "".join(
                    f"{identifiers[row]}\t{number}\t{value}\n"
                    for row, value in zip(rows.tolist(), values[rows].tolist(), strict=True)
                )
            )


def random_days(n: int, first: date, last: date, rng: np.random.Generator) -> list[date]:
    """Return ``n`` days between two days, inclusive."""
    span = (last - first).days + 1
    return [first + timedelta(days=int(step)) for step in rng.integers(0, span, n)]


def _uuid(octets: npt.NDArray[np.uint8]) -> str:
    value = bytearray(octets.tobytes())
    value[6] = value[6] & 0x0F | 0x40
    value[8] = value[8] & 0x3F | 0x80
    text = value.hex()
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"
