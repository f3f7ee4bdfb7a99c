"""Suspect answers: kept, apart from the figures, until two people agree."""

from __future__ import annotations

from datetime import timedelta

import pytest

from survey_app.domain.access import Role
from survey_app.domain.suspicion import Reason
from survey_app.services.errors import NotFoundError, ServiceError
from survey_app.services.review_suspects import (
    GroupName,
    flag_day,
    judge_suspects,
    list_suspects,
)
from survey_app.services.seal_journal import seal_journal
from survey_app.store.queries.held_back import HeldBack, held_back
from survey_app.store.queries.point_counts import response_count
from survey_app.store.session import Database
from tests.conftest import add_staff
from tests.counter_answers import DAY, AnsweringCounter


@pytest.fixture
def counter(laocai: Database) -> AnsweringCounter:
    """Three honest answers and four sent faster than anyone reads, on a sealed day."""
    counter = AnsweringCounter(laocai)
    for _ in range(3):
        counter.send()
    for _ in range(4):
        counter.send(suspicions=[Reason.TOO_FAST])
    seal_journal(laocai, DAY, smallest_batch=1)
    return counter


def only_group(database: Database) -> GroupName:
    [group] = list_suspects(database)
    return GroupName(group.campaign_id, group.service_point_id, group.flagged_on, group.reasons)


def counted(database: Database, counter: AnsweringCounter) -> tuple[int, HeldBack]:
    with database.transaction() as session:
        return response_count(session, counter.campaign.id), held_back(session, counter.campaign.id)


def test_a_suspect_answer_is_kept_and_does_not_count(
    laocai: Database, counter: AnsweringCounter
) -> None:
    assert counted(laocai, counter) == (3, HeldBack(waiting=4))
    [group] = list_suspects(laocai)
    assert (group.answers, group.all_answers, group.reasons) == (4, 7, ("too-fast",))


@pytest.mark.parametrize(
    ("opinion", "expected"),
    [
        ("counts", (7, HeldBack(counted_after_review=4))),
        ("left_out", (3, HeldBack(left_out=4))),
    ],
)
def test_two_people_decide(
    laocai: Database,
    counter: AnsweringCounter,
    opinion: str,
    expected: tuple[int, HeldBack],
) -> None:
    first, second = (add_staff(laocai, Role.SURVEY_MANAGER).id for _ in range(2))
    group = only_group(laocai)
    assert judge_suspects(laocai, first, group, opinion) is False
    with pytest.raises(ServiceError, match="intake-second-person"):
        judge_suspects(laocai, first, group, opinion)
    assert counted(laocai, counter) == (3, HeldBack(waiting=4))
    assert judge_suspects(laocai, second, group, opinion) is True
    assert counted(laocai, counter) == expected
    with pytest.raises(NotFoundError):
        judge_suspects(laocai, second, group, opinion)


def test_whoever_disagrees_is_the_first_of_a_new_pair(
    laocai: Database, counter: AnsweringCounter
) -> None:
    first, second = (add_staff(laocai, Role.SURVEY_MANAGER).id for _ in range(2))
    group = only_group(laocai)
    assert judge_suspects(laocai, first, group, "counts") is False
    assert judge_suspects(laocai, second, group, "left_out") is False
    assert judge_suspects(laocai, first, group, "left_out") is True


def test_an_unknown_opinion_decides_nothing(laocai: Database, counter: AnsweringCounter) -> None:
    actor = add_staff(laocai, Role.SURVEY_MANAGER).id
    with pytest.raises(ServiceError, match="intake-opinion-unknown"):
        judge_suspects(laocai, actor, only_group(laocai), "delete")


def test_slow_stuffing_shows_in_the_days_count_and_is_kept_apart_once(laocai: Database) -> None:
    counter = AnsweringCounter(laocai)
    for ago in range(10, 0, -1):
        for _ in range(2):
            counter.send(on=DAY - timedelta(days=ago))
    assert flag_day(laocai, DAY - timedelta(days=1)) == 0
    for _ in range(40):
        counter.send()
    assert flag_day(laocai, DAY) == 40
    assert flag_day(laocai, DAY) == 0
    [group] = list_suspects(laocai)
    assert (group.answers, group.all_answers) == (40, 60)
    assert "surge" in group.reasons
