"""What can be planned with, and the days it makes."""

from datetime import UTC, date, datetime, time
from typing import Any

import pytest
from pydantic import ValidationError

from app.kit.text import same
from app.services.planning.calendar import horizon
from app.services.planning.settings import Dates, Interview, PlanSettings, problems

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
TOPICS = {"deep": same("Deep"), "trees": same("Trees")}


def on(month: int, day: int, at: time = time(10), tz: str = "UTC", year: int = 2026) -> Interview:
    return Interview(day=date(year, month, day), at=at, tz=tz)


@pytest.mark.parametrize(
    ("settings", "field"),
    [
        (PlanSettings(interviews=(on(3, 9, tz="Mars/Olympus"),)), "interviews.0.tz"),
        (PlanSettings(interviews=(on(3, 9), on(6, 1, year=2027))), "interviews.1.day"),
        (PlanSettings(interviews=(on(1, 1, year=2025),)), "interviews.0.day"),
        (PlanSettings(interviews=(on(3, 9), on(3, 9, time(18), "Asia/Shanghai"))), "interviews"),
        (PlanSettings(topic_weights={"cooking": 2}), "topic_weights"),
        (PlanSettings(topic_weights={"deep": 0, "trees": 0}), "topic_weights"),
        (PlanSettings(weekdays_off=(0, 1, 2, 3, 4, 5, 6)), "weekdays_off"),
    ],
)
def test_what_cannot_be_planned_with_is_named(settings: PlanSettings, field: str) -> None:
    found = problems(settings, TOPICS, NOW)
    assert [p.field for p in found] == [field]
    assert found[0].message.zh != found[0].message.en


@pytest.mark.parametrize(
    "body",
    [
        {"minutes": 4}, {"minutes": 481}, {"minutes": True}, {"eve_minutes": -1}, {"eve_minutes": 481},
        {"topic_weights": {"deep": -1}},
        {"topic_weights": {"deep": float("nan")}}, {"weekdays_off": [7]}, {"interviews": [{"day": "soon"}]},
        {"interviews": [{"day": "1066-10-14"}]}, {"colour": "red"},
    ],
)  # fmt: skip
def test_what_is_out_of_range_is_refused(body: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        PlanSettings.model_validate(body)


def test_a_sound_plan_is_accepted() -> None:
    plan = PlanSettings(interviews=(on(3, 20, tz="Asia/Shanghai"), on(3, 9)), topic_weights={"deep": 2.5})
    assert problems(plan, TOPICS, NOW) == []
    assert [i.day.day for i in plan.sound().interviews] == [9, 20]


@pytest.mark.parametrize(
    ("interview", "tz", "days"),
    [
        (on(3, 9, time(10), "Asia/Shanghai"), "Asia/Shanghai", 7),
        (on(3, 9, time(10), "Asia/Shanghai"), "America/New_York", 6),  # 22:00 on the 8th there
        (on(3, 9, time(3), "UTC"), "UTC", 6),  # before 04:00 it is still the evening of the 8th
        (on(3, 2, time(13), "UTC"), "UTC", 0),
    ],
)
def test_days_left_are_counted_in_the_learners_days(interview: Interview, tz: str, days: int) -> None:
    assert Dates.of(PlanSettings(interviews=(interview,)), NOW, tz).days_left == days


def test_clocks_that_change_do_not_lose_an_interview() -> None:
    skipped = Interview(day=date(2026, 3, 8), at=time(2, 30), tz="America/New_York")  # 02:00 to 03:00 does not exist
    twice = Interview(day=date(2026, 11, 1), at=time(1, 30), tz="America/New_York")
    assert skipped.moment == datetime(2026, 3, 8, 7, 30, tzinfo=UTC)
    assert twice.moment == datetime(2026, 11, 1, 5, 30, tzinfo=UTC)


def test_days_off_and_interview_days_have_no_minutes() -> None:
    plan = PlanSettings(interviews=(on(3, 6), on(3, 9)), minutes=30, weekdays_off=(6,), days_off=(date(2026, 3, 4),))
    when = horizon(plan, Dates.of(plan, NOW, "UTC"), 600.0)
    assert when is not None
    assert list(when.targets) == [4, 7]
    assert list(when.seconds) == [600, 1800, 0, 1800, 0, 1800, 0]  # today's rest; Wednesday, the first round, Sunday


def test_the_day_before_each_interview_may_have_its_own_minutes() -> None:
    plan = PlanSettings(interviews=(on(3, 5), on(3, 8)), minutes=30, eve_minutes=180, weekdays_off=(5,))
    when = horizon(plan, Dates.of(plan, NOW, "UTC"), 600.0)
    assert when is not None
    assert list(when.seconds) == [600, 1800, 10800, 0, 1800, 0], "a day off stays one, the eve of an interview too"
    none = plan.model_copy(update={"eve_minutes": 0, "weekdays_off": ()})
    when = horizon(none, Dates.of(none, NOW, "UTC"), 600.0)
    assert when is not None
    assert list(when.seconds) == [600, 1800, 0, 0, 1800, 0]


def test_far_days_are_taken_together_and_lose_no_minutes() -> None:
    plan = PlanSettings(interviews=(on(12, 1),), minutes=10)
    dates = Dates.of(plan, NOW, "UTC")
    when = horizon(plan, dates, 600.0)
    assert when is not None
    assert len(when.days) < 80
    assert when.seconds.sum() == 600 * dates.days_left
    assert (when.days < when.targets[-1]).all()
