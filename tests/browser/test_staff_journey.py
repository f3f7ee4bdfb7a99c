"""A round in a real browser: the manager draws, MTTQ confirms and assigns, the enumerator visits."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from browser_checks import check, sign_in_at
from conftest import PASSWORD, add_staff
from sqlalchemy import select

from sampling import DrawRecord, verify
from survey_app.domain.access import Role
from survey_app.domain.local_time import today
from survey_app.store.session import Database
from survey_app.store.tables import Answer, Response, SamplePerson

pytestmark = pytest.mark.browser

OpenPage = Callable[..., Any]
TABLET = 820


@pytest.fixture
def desk(live_server: str, laocai: Database, page: OpenPage) -> Callable[[Role, str], Any]:
    """Open the desk on a tablet as a fresh member of a role."""

    def enter(role: Role, username: str) -> Any:
        add_staff(laocai, role, username=username, full_name=username.capitalize())
        tab = page(TABLET, 1180, bypass_csp=True)
        sign_in_at(tab, live_server, username, PASSWORD)
        return tab

    return enter


def answer_everything_asked(tab: Any) -> None:
    """Tap the fourth answer, or the last, of each question shown; routing may ask for more."""
    fieldsets = tab.locator("fieldset.question")
    for position in range(fieldsets.count()):
        question = fieldsets.nth(position)
        if question.is_visible():
            choices = question.locator("label")
            choices.nth(min(3, choices.count() - 1)).click()


def test_from_the_plan_to_the_last_visit(
    desk: Callable[[Role, str], Any], laocai: Database, tmp_path: Path
) -> None:
    manager = desk(Role.SURVEY_MANAGER, "hoa")
    manager.get_by_role("link", name="Tạo đợt khảo sát").first.click()
    check(manager)
    manager.get_by_label("Phỏng vấn theo mẫu").check()
    manager.get_by_role("button", name="Tiếp tục").click()
    manager.get_by_label("Tên đợt").fill("Khảo sát hộ gia đình năm nay")
    manager.get_by_label("Mã đợt").fill("ho-nay")
    manager.get_by_label("Ngày bắt đầu").fill(today().isoformat())
    manager.get_by_label("Ngày kết thúc").fill((today() + timedelta(days=20)).isoformat())
    manager.get_by_label("Phiếu khảo sát").select_option("quan-tri-ho-gia-dinh@1")
    check(manager)
    manager.get_by_role("button", name="Tạo đợt", exact=True).click()

    manager.get_by_role("link", name="Lập mẫu").click()
    check(manager)
    manager.get_by_label("huyện", exact=False).first.check()
    manager.get_by_label("Tỷ lệ với số hộ").check()
    manager.get_by_label("Tổng số địa bàn").fill("20")
    manager.get_by_label("Số hộ mỗi địa bàn").fill("5")
    manager.get_by_label("Lý do loại khỏi khung").fill("Tổng điều tra chưa có số hộ")
    manager.get_by_role("button", name="Xem trước").click()
    assert "20 địa bàn, 100 hộ" in manager.locator("main").inner_text()
    check(manager)
    manager.get_by_label("Sự kiện công khai sắp tới").fill("Xổ số miền Bắc ngày 02/03")
    manager.get_by_role("button", name="Chốt và công bố mã băm").click()
    check(manager)
    assert manager.locator("dl code").count() == 3
    manager.get_by_label("Giá trị công khai").fill("Giải đặc biệt 02/03: 84213")
    manager.get_by_role("button", name="Chọn mẫu").click()
    assert "Đã chọn 20 địa bàn, 100 hộ" in manager.get_by_role("status").inner_text()
    check(manager)
    with manager.expect_download() as download:
        manager.get_by_role("link", name="Tải hồ sơ chọn mẫu").click()
    record = tmp_path / "record.json"
    download.value.save_as(record)
    assert verify(DrawRecord.from_json(record.read_text(encoding="utf-8"))).identical

    enumerator = desk(Role.ENUMERATOR, "lan")
    assert enumerator.locator("a[href*='/fieldwork/']").count() == 0

    coordinator = desk(Role.MTTQ_COORDINATOR, "binh")
    coordinator.get_by_role("link", name="Khảo sát hộ gia đình năm nay").click()
    check(coordinator)
    for box in range(2):
        coordinator.locator("input[name=area]").nth(box).check()
    coordinator.get_by_label("Điều tra viên").select_option(index=1)
    coordinator.get_by_role("button", name="Phân công").click()
    assert "xác nhận" in coordinator.get_by_role("status").inner_text()  # not before confirmation
    for act, said in (("Xác nhận", "Đã xác nhận 2"), ("Phân công", "Đã phân công 2")):
        for box in range(2):
            coordinator.locator("input[name=area]").nth(box).check()
        coordinator.get_by_label("Điều tra viên").select_option(index=1)
        coordinator.get_by_role("button", name=act).click()
        assert said in coordinator.get_by_role("status").inner_text()
    check(coordinator)
    coordinator.get_by_role("link", name="Xin thay").last.click()
    coordinator.get_by_label("Thiên tai, dịch bệnh").check()
    coordinator.get_by_label("Căn cứ").fill("Công văn 12/UBND: sạt lở đường vào xã")
    check(coordinator)
    coordinator.get_by_role("button", name="Gửi yêu cầu").click()
    assert "Đã gửi yêu cầu thay" in coordinator.get_by_role("status").inner_text()
    manager.get_by_role("link", name="Yêu cầu thay địa bàn").click()
    check(manager)
    manager.get_by_role("button", name="Duyệt: lấy địa bàn dự phòng kế tiếp").click()
    assert "Địa bàn thay thế:" in manager.get_by_role("status").inner_text()
    check(manager)
    coordinator.reload()
    assert coordinator.get_by_text("Đã thay", exact=True).last.is_visible()

    enumerator.reload()
    check(enumerator)
    areas = enumerator.locator("a[href*='/fieldwork/']")
    assert areas.count() == 2
    areas.first.click()
    check(enumerator)
    assert enumerator.locator("ol.persons > li").count() == 5

    enumerator.get_by_role("link", name="Phỏng vấn").first.click()
    check(enumerator)
    enumerator.get_by_role("button", name="Lưu phiếu").click()
    assert enumerator.locator("[role=alert] li").count() >= 3
    check(enumerator)
    answer_everything_asked(enumerator)
    enumerator.get_by_role("button", name="Lưu phiếu").click()
    assert "Đã ghi số" in enumerator.get_by_role("status").inner_text()

    enumerator.get_by_role("link", name="Không phỏng vấn được").first.click()
    check(enumerator)
    enumerator.get_by_label("Từ chối", exact=False).first.check()
    enumerator.get_by_role("button", name="Ghi kết quả").click()
    assert "Đã ghi số" in enumerator.get_by_role("status").inner_text()

    with laocai.transaction() as session:
        outcomes = session.scalars(
            select(SamplePerson.disposition).where(SamplePerson.disposition.is_not(None))
        ).all()
        answers = session.scalars(select(Answer.item)).all()
        (response,) = session.scalars(select(Response)).all()
    assert sorted(outcomes) == ["1.1", "2.11"]
    assert len(answers) > 10
    assert response.channel == "interview"

    manager.get_by_role("link", name="Khảo sát hộ gia đình năm nay").click()
    manager.get_by_role("link", name="Theo dõi thực địa").click()
    assert "Đã có kết quả 2/100 hộ, 1 phiếu" in manager.locator("main").inner_text()
    check(manager)

    own = enumerator.url
    stranger = desk(Role.ENUMERATOR, "mai")
    answered = stranger.goto(own)
    assert answered.status == 404
    assert "Duyên Hải" not in stranger.locator("main").inner_text()
    check(stranger)
