"""The units of a pack from which a sample can be drawn: the leaves of its tree."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from survey_app.store.tables import LoadedPack, Unit, UnitPopulation

SIZE_MEASURE = "households"


@dataclass(frozen=True)
class TreeUnit:
    """A unit of the tree, as far as the frame needs it."""

    id: int
    code: str
    name: str
    kind: str
    depth: int


@dataclass(frozen=True)
class FrameUnit:
    """A leaf of the tree, the units above it from the root, and its size where known."""

    unit: TreeUnit
    above: tuple[TreeUnit, ...]
    households: int | None
    gap: str

    def at(self, depth: int) -> TreeUnit:
        """Return the unit at ``depth`` on the way to this one, or this one where it ends earlier."""
        return self.above[depth] if depth < len(self.above) else self.unit


def frame_units(session: Session, pack_id: int) -> list[FrameUnit]:
    """Return the pack's leaf units on its reference date, with their newest household figure.

    A unit whose figure is missing or nought is there with ``households`` None and the source's
    note: what to do about the gap is the planner's decision, not the query's.
    """
    manifest = session.scalars(select(LoadedPack.manifest).where(LoadedPack.id == pack_id)).one()
    on = date.fromisoformat(manifest["reference_date"])
    rows = session.execute(
        select(Unit.id, Unit.parent_id, Unit.code, Unit.name, Unit.kind, Unit.depth)
        .where(
            Unit.pack_id == pack_id,
            Unit.valid_from <= on,
            or_(Unit.valid_to.is_(None), Unit.valid_to >= on),
        )
        .order_by(Unit.code)
    ).all()
    units = {row.id: TreeUnit(row.id, row.code, row.name, row.kind, row.depth) for row in rows}
    parents = {row.id: row.parent_id for row in rows}
    sizes = {
        row.unit_id: (row.value, row.note)
        for row in session.execute(
            select(UnitPopulation.unit_id, UnitPopulation.value, UnitPopulation.note)
            .where(UnitPopulation.unit_id.in_(units), UnitPopulation.measure == SIZE_MEASURE)
            .order_by(UnitPopulation.as_of)  # the newest stays
        )
    }
    inner = set(parents.values())
    found = []
    for key, unit in units.items():
        if key in inner:
            continue
        value, note = sizes.get(key, (None, ""))
        found.append(FrameUnit(unit, _above(key, parents, units), value or None, note))
    return found


def _above(
    key: int, parents: dict[int, int | None], units: dict[int, TreeUnit]
) -> tuple[TreeUnit, ...]:
    line = []
    at = parents[key]
    while at is not None:
        line.append(units[at])
        at = parents[at]
    return tuple(reversed(line))
