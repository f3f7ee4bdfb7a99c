"""The citizen's journey in a real browser: from the counter's code to the thanks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from browser_checks import WIDTHS, assert_accessible, assert_fits
from citizen_pages import Counter, open_counter, responses

from survey_app.store.session import Database

pytestmark = pytest.mark.browser

OpenPage = Callable[..., Any]


@pytest.fixture
def counter(laocai: Database) -> Counter:
    return open_counter(laocai)


@pytest.mark.parametrize("width", WIDTHS)
def test_from_the_code_to_the_thanks_without_javascript(
    live_server: str, page: OpenPage, laocai: Database, counter: Counter, width: int
) -> None:
    tab = page(width, java_script_enabled=False)
    asked: list[str] = []
    tab.on("request", lambda request: asked.append(request.url))
    tab.goto(live_server + counter.path)
    assert asked == [live_server + counter.path]
    tab.get_by_role("group", name="Nhìn chung").get_by_label("Hài lòng", exact=True).check()
    tab.get_by_role("button", name="Gửi ý kiến").first.click()
    assert tab.get_by_role("heading", level=1).inner_text().startswith("Đã nhận được ý kiến")
    tab.reload()
    assert tab.get_by_role("heading", level=1).inner_text().startswith("Đã nhận được ý kiến")
    assert len(responses(laocai)) == 1
    assert tab.context.cookies() == []
    assert {url.partition("/g/")[0] for url in asked} == {live_server}


@pytest.mark.parametrize("width", WIDTHS)
def test_every_page_passes_axe_and_fits_its_width(
    live_server: str, page: OpenPage, counter: Counter, width: int
) -> None:
    # axe runs as a script in the page, which the page's own policy rightly forbids
    tab = page(width, bypass_csp=True)
    for path in (
        "/",
        "/?code=abc",
        counter.path,
        f"{counter.path}?lang=en",
        f"{counter.path}/thanks",
        "/g/unknown",
    ):
        tab.goto(live_server + path)
        assert_accessible(tab)
        assert_fits(tab)
    tab.goto(live_server + counter.path)
    tab.get_by_role("button", name="Gửi ý kiến").last.click()
    assert tab.title().startswith("Lỗi:")
    assert_accessible(tab)


def test_the_policy_blocks_scripts_and_lets_the_style_in(
    live_server: str, page: OpenPage, counter: Counter
) -> None:
    tab = page(360)
    said: list[str] = []
    tab.on("console", lambda message: said.append(message.text))
    tab.goto(live_server + counter.path)
    assert said == []
    size = tab.locator("h1").evaluate("h => getComputedStyle(h).fontSize")
    assert float(size.removesuffix("px")) > 20


def test_the_first_screen_of_a_small_telephone_holds_the_question_and_all_five_faces(
    live_server: str, page: OpenPage, counter: Counter
) -> None:
    tab = page(360, 640)
    tab.goto(live_server + counter.path)
    rows = tab.locator("fieldset").first.locator("label")
    assert rows.count() == 5
    for row in rows.all():
        box = row.bounding_box()
        assert box["height"] >= 56
        assert box["width"] >= 300
        assert box["y"] + box["height"] <= 640
        assert row.locator("svg").bounding_box()["width"] >= 40


def test_every_target_is_large_enough_for_a_thumb(
    live_server: str, page: OpenPage, counter: Counter
) -> None:
    for width in WIDTHS:
        tab = page(width)
        tab.goto(live_server + counter.path)
        for target in tab.locator("label.c, button").all():
            assert target.bounding_box()["height"] >= 56


def test_at_200_percent_zoom_nothing_is_cut_or_scrolls_sideways(
    live_server: str, page: OpenPage, counter: Counter
) -> None:
    """A 360 px screen zoomed to 200 % lays out 180 px."""
    tab = page(180, 320)
    for path in ("/", counter.path, f"{counter.path}?lang=en", f"{counter.path}/thanks"):
        tab.goto(live_server + path)
        assert tab.evaluate("document.documentElement.scrollWidth") <= 180, path


def test_by_keyboard_alone_with_the_focus_always_visible(
    live_server: str, page: OpenPage, laocai: Database, counter: Counter
) -> None:
    tab = page(820)
    tab.goto(live_server + counter.path)
    tab.keyboard.press("Tab")  # the other language
    tab.keyboard.press("Tab")  # the first question's group
    tab.keyboard.press("Space")
    tab.keyboard.press("ArrowDown")
    chosen = tab.locator("input:checked")
    assert chosen.get_attribute("value") == "2"
    outline = tab.locator("label.c:focus-within").evaluate(
        "e => getComputedStyle(e).outlineStyle + getComputedStyle(e).outlineWidth"
    )
    assert outline == "solid4px"
    tab.keyboard.press("Tab")  # the button below the first question
    tab.keyboard.press("Enter")
    tab.wait_for_url("**/thanks")
    assert len(responses(laocai)) == 1


def test_the_list_of_errors_leads_to_the_field_and_typed_words_survive(
    live_server: str, page: OpenPage, counter: Counter
) -> None:
    tab = page(360)
    tab.goto(live_server + counter.path)
    tab.get_by_label("Bạn muốn cơ quan").or_(tab.locator("textarea")).first.fill("Chờ quá lâu")
    tab.get_by_role("button", name="Gửi ý kiến").last.click()
    tab.get_by_role("alert").get_by_role("link").click()
    assert tab.evaluate("document.activeElement.id") == "a-hai_long_chung-1"
    assert tab.locator("textarea").input_value() == "Chờ quá lâu"


def test_a_broken_connection_loses_nothing(
    live_server: str, page: OpenPage, laocai: Database, counter: Counter
) -> None:
    """Sent into the void, the way back shows the form as it was; sent again, it counts once."""
    tab = page(360)
    tab.goto(live_server + counter.path)
    tab.get_by_role("group", name="Nhìn chung").get_by_label("Bình thường").check()
    tab.locator("textarea").fill("Chờ quá lâu")
    tab.context.set_offline(True)
    tab.get_by_role("button", name="Gửi ý kiến").last.click()
    tab.wait_for_url("chrome-error://**")
    tab.context.set_offline(False)
    tab.go_back()
    assert tab.locator("textarea").input_value() == "Chờ quá lâu"
    assert tab.locator("input:checked").get_attribute("value") == "3"
    tab.get_by_role("button", name="Gửi ý kiến").last.click()
    tab.wait_for_url("**/thanks")
    tab.go_back()
    tab.get_by_role("button", name="Gửi ý kiến").last.click()
    tab.wait_for_url("**/thanks")
    assert len(responses(laocai)) == 1


def test_in_an_in_app_browser_without_storage(
    live_server: str, page: OpenPage, laocai: Database, counter: Counter
) -> None:
    zalo = "Mozilla/5.0 (Linux; Android 9) AppleWebKit/537.36 Chrome/74.0 Mobile Zalo/1.0"
    tab = page(360, user_agent=zalo)
    tab.add_init_script("delete window.localStorage; delete window.indexedDB")
    tab.goto(live_server + counter.path)
    tab.get_by_text("Rất hài lòng").first.click()
    tab.get_by_role("button", name="Gửi ý kiến").first.click()
    tab.wait_for_url("**/thanks")
    assert len(responses(laocai)) == 1
