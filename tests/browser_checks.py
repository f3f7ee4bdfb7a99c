"""What every page must pass in a real browser."""

from __future__ import annotations

from typing import Any

from axe_playwright_python.sync_playwright import Axe

WIDTHS = (360, 820, 1280)


def assert_accessible(page: Any) -> None:
    """No violation that axe-core finds; the tab must be opened with ``bypass_csp=True``."""
    found = Axe().run(page)
    assert found.violations_count == 0, f"{page.url}\n{found.generate_report()}"


def assert_fits(page: Any) -> None:
    """Nothing makes the page itself scroll sideways."""
    width = page.viewport_size["width"]
    assert page.evaluate("document.documentElement.scrollWidth") <= width, page.url


def check(page: Any) -> None:
    assert_accessible(page)
    assert_fits(page)


def sign_in_at(page: Any, base: str, username: str, password: str) -> None:
    """Sign in through the page, as a person does."""
    page.goto(f"{base}/sign-in")
    page.get_by_label("Tên đăng nhập").fill(username)
    page.get_by_label("Mật khẩu").fill(password)
    page.get_by_role("button", name="Đăng nhập").click()
