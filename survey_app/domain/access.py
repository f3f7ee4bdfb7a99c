"""Who may do what: one table, read by the pages, the docs and the tests."""

from __future__ import annotations

from enum import StrEnum


class Role(StrEnum):
    """The roles of staff; a person has exactly one."""

    ADMINISTRATOR = "administrator"
    SURVEY_MANAGER = "survey_manager"
    MTTQ_COORDINATOR = "mttq_coordinator"
    ENUMERATOR = "enumerator"
    AGENCY_VIEWER = "agency_viewer"
    ANALYST = "analyst"


class Permission(StrEnum):
    """What a page or command needs its user to hold."""

    MANAGE_USERS = "manage_users"
    READ_AUDIT = "read_audit"
    MANAGE_CAMPAIGNS = "manage_campaigns"
    DRAW_SAMPLE = "draw_sample"
    CONFIRM_AREAS = "confirm_areas"
    INTERVIEW = "interview"
    COMPUTE_RESULTS = "compute_results"
    READ_ALL_RESULTS = "read_all_results"
    READ_OWN_RESULTS = "read_own_results"
    REVIEW_SUSPECTS = "review_suspects"
    REPORT_ON_PLAN = "report_on_plan"
    CHECK_REPORTS = "check_reports"
    EXPORT_MICRODATA = "export_microdata"


GRANTS: dict[Role, frozenset[Permission]] = {
    Role.ADMINISTRATOR: frozenset(
        {
            Permission.MANAGE_USERS,
            Permission.READ_AUDIT,
            Permission.MANAGE_CAMPAIGNS,
            Permission.DRAW_SAMPLE,
            Permission.COMPUTE_RESULTS,
            Permission.READ_ALL_RESULTS,
            Permission.REVIEW_SUSPECTS,
            Permission.CHECK_REPORTS,
            Permission.EXPORT_MICRODATA,
        }
    ),
    Role.SURVEY_MANAGER: frozenset(
        {
            Permission.MANAGE_CAMPAIGNS,
            Permission.DRAW_SAMPLE,
            Permission.COMPUTE_RESULTS,
            Permission.READ_ALL_RESULTS,
            Permission.REVIEW_SUSPECTS,
            Permission.CHECK_REPORTS,
        }
    ),
    Role.MTTQ_COORDINATOR: frozenset({Permission.CONFIRM_AREAS}),
    Role.ENUMERATOR: frozenset({Permission.INTERVIEW}),
    Role.AGENCY_VIEWER: frozenset({Permission.READ_OWN_RESULTS, Permission.REPORT_ON_PLAN}),
    Role.ANALYST: frozenset(
        {
            Permission.COMPUTE_RESULTS,
            Permission.READ_ALL_RESULTS,
            Permission.EXPORT_MICRODATA,
        }
    ),
}


def may(role: Role, *needed: Permission) -> bool:
    """Tell whether ``role`` holds any of the permissions ``needed``."""
    return not GRANTS[role].isdisjoint(needed)
