"""Every table, one file per aggregate."""

from survey_app.store.tables.agencies import Agency, PointCode, ServicePoint
from survey_app.store.tables.agency_reports import (
    AgencyReport,
    AgencyReportEvent,
    AgencyReportFile,
    PlanDeadline,
    PlanReminder,
)
from survey_app.store.tables.base import Base
from survey_app.store.tables.campaigns import (
    Campaign,
    CampaignPoint,
    QuestionnaireItem,
    QuestionnaireVersion,
)
from survey_app.store.tables.closures import RoundClosure
from survey_app.store.tables.journal import JournalEntry, JournalOpen, JournalSeal, JournalTally
from survey_app.store.tables.kiosks import Kiosk
from survey_app.store.tables.one_time_codes import OneTimeBatch, OneTimeCode, OneTimeUnspent
from survey_app.store.tables.plan import Plan, PlanTarget, PlanTask, PlanTaskImplementer
from survey_app.store.tables.publications import Publication
from survey_app.store.tables.quarantine import Quarantine
from survey_app.store.tables.responses import Answer, AnswerText, Response
from survey_app.store.tables.samples import (
    AreaReplacement,
    SampleArea,
    SampleCommitment,
    SampleDraw,
    SamplePerson,
)
from survey_app.store.tables.staff import AuditEvent, FailedSignIn, StaffUser
from survey_app.store.tables.units import LoadedPack, Unit, UnitPopulation, UnitSuccession

__all__ = [
    "Agency",
    "AgencyReport",
    "AgencyReportEvent",
    "AgencyReportFile",
    "Answer",
    "AnswerText",
    "AreaReplacement",
    "AuditEvent",
    "Base",
    "Campaign",
    "CampaignPoint",
    "FailedSignIn",
    "JournalEntry",
    "JournalOpen",
    "JournalSeal",
    "JournalTally",
    "Kiosk",
    "LoadedPack",
    "OneTimeBatch",
    "OneTimeCode",
    "OneTimeUnspent",
    "Plan",
    "PlanDeadline",
    "PlanReminder",
    "PlanTarget",
    "PlanTask",
    "PlanTaskImplementer",
    "PointCode",
    "Publication",
    "Quarantine",
    "QuestionnaireItem",
    "QuestionnaireVersion",
    "Response",
    "RoundClosure",
    "SampleArea",
    "SampleCommitment",
    "SampleDraw",
    "SamplePerson",
    "ServicePoint",
    "StaffUser",
    "Unit",
    "UnitPopulation",
    "UnitSuccession",
]
