"""Loading a province's pack: units, agencies, service points, plan and questionnaires."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from survey_app.domain.pack import Pack, read_pack
from survey_app.domain.questionnaire import Questionnaire
from survey_app.services.audit import record
from survey_app.services.errors import NotFoundError, ServiceError
from survey_app.store.session import Database
from survey_app.store.tables import (
    Agency,
    LoadedPack,
    Plan,
    PlanTarget,
    PlanTask,
    QuestionnaireItem,
    QuestionnaireVersion,
    ServicePoint,
    Unit,
    UnitPopulation,
    UnitSuccession,
)

PACKS = Path(__file__).resolve().parent.parent / "packs"
SHIPPED_PACKS = ("laocai-2021", "laocai-2025")
PACK_LOCK = 7_203_414


def shipped_path(name: str) -> Path:
    """Return the folder of a pack that ships with the product."""
    if name not in SHIPPED_PACKS:
        raise NotFoundError("pack", name)
    return PACKS / name


def load_shipped_pack(database: Database, name: str) -> bool:
    """Read and load a shipped pack by name."""
    return load_pack(database, read_pack(shipped_path(name)))


def load_pack(database: Database, pack: Pack) -> bool:
    """Load a validated pack whole, in one transaction.

    Returns
    -------
    bool
        False when the very same pack was loaded before, and nothing was done.

    Raises
    ------
    ServiceError
        ``pack-changed`` when another version of this pack is loaded: a province's data under
        running campaigns is not replaced silently; ``pack-questionnaire-changed`` when a
        questionnaire's version exists with other content.
    """
    with database.transaction() as session:
        session.execute(select(func.pg_advisory_xact_lock(PACK_LOCK)))
        loaded = session.scalar(select(LoadedPack).where(LoadedPack.name == pack.name))
        if loaded is not None:
            if loaded.digest == pack.digest:
                return False
            raise ServiceError("pack-changed", name=pack.name)
        row = LoadedPack(
            name=pack.name,
            title_vi=pack.title.vi,
            title_en=pack.title.en,
            digest=pack.digest,
            manifest=pack.manifest.model_dump(mode="json"),
        )
        session.add(row)
        session.flush()
        units = _add_units(session, pack, row.id)
        agencies = _add_agencies(session, pack, row.id, units)
        _add_service_points(session, pack, row.id, units, agencies)
        _add_plan(session, pack, row.id, agencies)
        for questionnaire in pack.questionnaires:
            _add_questionnaire(session, questionnaire)
        record(session, None, "pack.loaded", pack.name, digest=pack.digest)
    return True


def _add_units(session: Session, pack: Pack, pack_id: int) -> dict[str, Unit]:
    rows: dict[str, Unit] = {}
    depth: dict[str, int] = {}
    for unit in pack.units_parents_first():
        depth[unit.code] = 0 if unit.parent_code is None else depth[unit.parent_code] + 1
        rows[unit.code] = Unit(
            pack_id=pack_id,
            parent=None if unit.parent_code is None else rows[unit.parent_code],
            code=unit.code,
            kind=unit.kind,
            name=unit.name,
            short_name=unit.short_name,
            depth=depth[unit.code],
            valid_from=unit.valid_from,
            valid_to=unit.valid_to,
            latitude=unit.latitude,
            longitude=unit.longitude,
            note=unit.note,
            boundary=pack.boundaries.get(unit.code),
        )
    session.add_all(rows.values())
    session.flush()
    session.add_all(
        UnitPopulation(
            unit_id=rows[size.unit_code].id,
            measure=size.measure,
            value=size.value,
            as_of=size.as_of,
            reliability=size.reliability,
            source=size.source,
            note=size.note,
        )
        for size in pack.populations
    )
    session.add_all(
        UnitSuccession(
            pack_id=pack_id,
            old_code=step.old_code,
            old_valid_to=step.old_valid_to,
            old_name=step.old_name,
            old_parents=step.old_parents,
            new_code=step.new_code,
            extent=step.extent,
            source=step.source,
        )
        for step in pack.successions
    )
    return rows


def _add_agencies(
    session: Session, pack: Pack, pack_id: int, units: dict[str, Unit]
) -> dict[str, Agency]:
    rows = {
        agency.code: Agency(
            pack_id=pack_id,
            code=agency.code,
            name_vi=agency.name_vi,
            name_en=agency.name_en,
            unit_id=units[agency.unit_code].id if agency.unit_code else None,
            is_kind=agency.is_kind,
        )
        for agency in pack.agencies
    }
    session.add_all(rows.values())
    session.flush()
    for agency in pack.agencies:
        if agency.parent_code:
            rows[agency.code].parent_id = rows[agency.parent_code].id
        if agency.kind_code:
            rows[agency.code].kind_id = rows[agency.kind_code].id
    return rows


def _add_service_points(
    session: Session,
    pack: Pack,
    pack_id: int,
    units: dict[str, Unit],
    agencies: dict[str, Agency],
) -> None:
    session.add_all(
        ServicePoint(
            pack_id=pack_id,
            code=point.code,
            kind=point.kind,
            name_vi=point.name_vi,
            name_en=point.name_en,
            agency_id=agencies[point.agency_code].id,
            unit_id=units[point.unit_code].id,
            note=point.note,
        )
        for point in pack.service_points
    )


def _add_plan(session: Session, pack: Pack, pack_id: int, agencies: dict[str, Agency]) -> None:
    if pack.plan is None:
        return
    plan = Plan(
        pack_id=pack_id,
        title=pack.plan.title,
        number=pack.plan.number,
        definition=pack.plan.model_dump(mode="json", exclude={"tasks"}),
    )
    session.add(plan)
    session.flush()
    names = {dimension.number: dimension.name for dimension in pack.plan.dimensions}
    for task in pack.plan.tasks:
        lead = agencies.get(task.lead_agency_code) if task.lead_agency_code else None
        row = PlanTask(
            plan_id=plan.id,
            code=task.id,
            dimension=task.dimension,
            dimension_vi=names[task.dimension].vi,
            dimension_en=names[task.dimension].en,
            number=task.number,
            task=task.task,
            target=task.target,
            lead_agency_id=lead.id if lead else None,
            lead=task.lead,
            implementers=task.implementers,
            timing=task.timing,
            evidence=task.evidence,
            note=task.note,
        )
        row.implementing_agencies = [agencies[code] for code in task.implementer_agency_codes]
        row.targets = [
            PlanTarget(
                position=position,
                kind=target.kind,
                text=target.text,
                comparator=target.comparator,
                threshold=target.threshold,
                measure_unit=target.unit,
                measured_by={"items": list(target.measured_by)},
            )
            for position, target in enumerate(task.targets, start=1)
        ]
        session.add(row)


def _add_questionnaire(session: Session, questionnaire: Questionnaire) -> None:
    known = session.scalar(
        select(QuestionnaireVersion).where(
            QuestionnaireVersion.code == questionnaire.code,
            QuestionnaireVersion.version == questionnaire.version,
        )
    )
    digest = questionnaire.digest()
    if known is not None:
        if known.digest != digest:
            raise ServiceError(
                "pack-questionnaire-changed",
                code=questionnaire.code,
                version=questionnaire.version,
            )
        return
    row = QuestionnaireVersion(
        code=questionnaire.code,
        version=questionnaire.version,
        definition=questionnaire.model_dump(mode="json"),
        digest=digest,
    )
    row.items = [
        QuestionnaireItem(number=number, code=item.code)
        for number, item in enumerate(questionnaire.items, start=1)
    ]
    session.add(row)
