"""The analyst in a real browser: from the campaign to the verdict and the file; every desk page."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import openpyxl
import pytest
from browser_checks import WIDTHS, check, sign_in_at
from conftest import PASSWORD, PLAYED, add_staff
from flask import Flask

from survey_app.domain.access import Role
from survey_app.settings import Settings
from survey_app.store.session import Database
from survey_app.store.tables import Agency
from survey_app.web.app import create_app

pytestmark = pytest.mark.browser

OpenPage = Callable[..., Any]
INTERVIEWS, SCANS = f"{PLAYED.code}-ho", f"{PLAYED.code}-qr"


@pytest.fixture
def app(settings: Settings, played: Database) -> Flask:
    """The application on a simulated round."""
    return create_app(settings, played)


@pytest.fixture
def enter(live_server: str, played: Database, page: OpenPage) -> Callable[..., Any]:
    """Sign in as a fresh member of a role at a width."""

    def do(role: Role, width: int) -> Any:
        user = add_staff(played, role, **fields_of(played, role))
        tab = page(width, 900, bypass_csp=True)
        sign_in_at(tab, live_server, user.username, PASSWORD)
        return tab

    return do


def test_from_the_campaign_to_the_verdict_and_the_workbook(enter: Callable[..., Any]) -> None:
    tab = enter(Role.ANALYST, 1280)
    tab.get_by_role("link", name="Kết quả").first.click()
    tab.get_by_role("link", name="Khảo sát hộ gia đình (mô phỏng)").click()
    main = tab.locator("main")
    assert "mô phỏng" in main.locator(".simulated").inner_text().lower()
    chart = tab.locator("figure img").first
    assert chart.evaluate("i => i.decode().then(() => i.naturalWidth)") > 300
    table = tab.get_by_role("table").first
    assert table.get_by_role("row").count() == 1 + 1 + 9  # header, province, districts
    province = table.get_by_role("row").nth(1).inner_text().split("\t")

    with tab.expect_download() as download:
        tab.get_by_role("link", name="XLSX").first.click()
    rows = list(
        openpyxl.load_workbook(io.BytesIO(download.value.path().read_bytes())).active.values
    )
    shares = [cell for row in rows for cell in row if isinstance(cell, float)]
    shown = float(province[1].replace("%", "").replace(",", ".").strip())
    assert any(abs(100 * share - shown) < 0.05 or abs(share - shown) < 0.05 for share in shares)

    tab.get_by_role("link", name="bằng chứng", exact=False).first.click()
    assert "III.4" in main.inner_text()
    assert "90" in main.inner_text()


def fields_of(database: Database, role: Role) -> dict[str, int]:
    """An agency's reader comes from an office that leads tasks of the plan."""
    if role is not Role.AGENCY_VIEWER:
        return {}
    with database.transaction() as session:
        return {"agency_id": session.query(Agency.id).filter_by(code="vp-ubnd-tinh").scalar()}


def pages(role: Role) -> list[str]:
    """Every page that a role may open, on the simulated round."""
    paths = ["/staff/", "/password"]
    if role in {Role.ANALYST, Role.SURVEY_MANAGER, Role.ADMINISTRATOR}:
        paths += [f"/results/{code}" for code in (INTERVIEWS, SCANS)]
        paths += ["/results/", f"/results/{INTERVIEWS}/targets", "/results/gone"]
        paths += [f"/results/{INTERVIEWS}/questions/hai_long_chung"]
        paths += [f"/results/{INTERVIEWS}/places/082"]
        paths += ["/papi/", "/papi/?year=2011&province=31"]
        paths += [
            "/plan/2021/",
            "/plan/2021/tasks/III.4",
            "/plan/2021/own-plans",
            "/plan/2021/report",
        ]
        paths += ["/plan/2021/reports/q1/so-ldtbxh/II.3"]
    if role is Role.AGENCY_VIEWER:
        paths += ["/plan/2021/mine", "/plan/2021/reports/year/vp-ubnd-tinh/III.4"]
    if role is Role.SURVEY_MANAGER:
        paths += ["/plan/2021/deadlines", "/staff/suspects/"]
        paths += [f"/staff/campaigns/{code}" for code in (INTERVIEWS, SCANS)]
        paths += ["/staff/campaigns", "/staff/campaigns/new"]
        paths += [f"/staff/campaigns/{INTERVIEWS}/{page}" for page in ("progress", "replacements")]
        paths += [
            f"/staff/campaigns/new?pack=laocai-2021&channel={channel}"
            for channel in ("qr", "interview")
        ]
    if role is Role.MTTQ_COORDINATOR:
        paths += [f"/staff/campaigns/{INTERVIEWS}/areas"]
        paths += [f"/staff/campaigns/{INTERVIEWS}/areas/1/replace"]
    if role is Role.ADMINISTRATOR:
        paths += ["/staff/people", "/staff/people/new", "/staff/people/1", "/staff/audit"]
    return paths


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("role", list(Role))
def test_every_page_of_every_role_passes_axe_and_fits(
    enter: Callable[..., Any], live_server: str, role: Role, width: int
) -> None:
    tab = enter(role, width)
    for path in pages(role):
        tab.goto(live_server + path)
        check(tab)


@pytest.mark.parametrize("width", WIDTHS)
def test_signing_in_passes_axe_and_fits(live_server: str, page: OpenPage, width: int) -> None:
    tab = page(width, bypass_csp=True)
    sign_in_at(tab, live_server, "nobody", "wrong password")
    assert tab.get_by_role("alert").is_visible()
    check(tab)
