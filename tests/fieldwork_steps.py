"""Steps of fieldwork that several tests begin with."""

from __future__ import annotations

import hashlib
import secrets
from datetime import UTC, datetime, timedelta

from sqlalchemy import select

from sampling import Seed
from survey_app.domain.access import Role
from survey_app.domain.local_time import local_day
from survey_app.services.assign_areas import assign_areas
from survey_app.services.confirm_areas import confirm_areas
from survey_app.services.create_campaign import NewCampaign, create_campaign
from survey_app.services.draw_sample import draw_sample
from survey_app.services.plan_sample import SamplePlan
from survey_app.store.session import Database
from survey_app.store.tables import SampleArea, SamplePerson, StaffUser
from tests.conftest import add_staff

TODAY = local_day(datetime.now(UTC))
PLAN = SamplePlan(
    stratum_depth=1,
    rule="square-root",
    areas=24,
    per_area=6,
    gap_reason="Tổng điều tra 2019 không có số hộ của đơn vị chia tách",
)
INTERVIEWS = NewCampaign(
    code="ho-gia-dinh",
    name="Khảo sát hộ gia đình",
    pack="laocai-2021",
    questionnaire="quan-tri-ho-gia-dinh",
    channel="interview",
    opens_on=TODAY - timedelta(days=3),
    closes_on=TODAY + timedelta(days=30),
)
ANSWERS = {
    "gioi_tinh": ["2"],
    "nhom_tuoi": ["3"],
    "dan_toc": ["2"],
    "d1_duoc_biet": ["1"],
    "d2_ho_ngheo": ["1"],
    "d2_ngan_sach": ["0"],
    "d2_dong_gop": ["1"],
    "d2_dat_dai": ["0"],
    "d2_doi_thoai": ["9"],
    "d3_da_kien_nghi": ["0"],
    "d3_toa_an": ["4"],
    "d4_lot_tay": ["1"],
    "da_den_mot_cua": ["0"],
    "d5_dat_dai_da_lam": ["0"],
    "d5_xay_dung_tra_lai": ["9"],
    "d6_thai_do_y_te": ["4"],
    "d6_phan_anh_y_te": ["3"],
    "d6_dien": ["5"],
    "d6_duong": ["2"],
    "d6_do_thi": ["3"],
    "d6_an_ninh": ["5"],
    "d7_rac_thai": ["0"],
    "d7_nuoc_sach": ["1"],
    "d8_truc_tuyen": ["0"],
}
"""A complete interview of somebody who did not go to a one-stop shop."""


def drawn_campaign(database: Database, plan: SamplePlan = PLAN, seed: int = 2021) -> list[int]:
    """An interview campaign with its sample; returns the areas' ids."""
    create_campaign(database, None, INTERVIEWS)
    draw_sample(database, None, INTERVIEWS.code, plan, Seed.simulation(seed))
    with database.transaction() as session:
        return list(session.scalars(select(SampleArea.id).order_by(SampleArea.id)))


def area_of(database: Database, enumerator: StaffUser) -> list[int]:
    """A drawn campaign whose first area is this enumerator's; returns the persons' ids."""
    areas = drawn_campaign(database)
    coordinator = add_staff(database, Role.MTTQ_COORDINATOR)
    confirm_areas(database, coordinator.id, areas[:2])
    assign_areas(database, coordinator.id, areas[:1], enumerator.id)
    return persons_in(database, areas[0])


def persons_in(database: Database, area_id: int) -> list[int]:
    with database.transaction() as session:
        return list(
            session.scalars(
                select(SamplePerson.id)
                .where(SamplePerson.area_id == area_id)
                .order_by(SamplePerson.listing_number)
            )
        )


def new_key() -> bytes:
    """The key of a form opened just now."""
    return hashlib.sha256(secrets.token_bytes(16)).digest()
