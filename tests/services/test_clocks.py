"""Clocks and calendars: the end of the day, clocks that jump, odd zones and dates. None makes a review fail."""

from datetime import UTC, datetime

import pytest

from tests.services.world import World


def test_evening_and_next_morning_are_one_day_apart(world: World) -> None:
    """Reviewed at 23:00 in Shanghai: on its day the item is due from 04:00 on, not from 23:00."""
    world.tz = "Asia/Shanghai"
    world.now = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)
    world.review("relu/recall", 2)
    world.review("relu/recall", 4)
    due = world.question("relu/recall")
    assert not due.new
    study = type(world.study)(world.db, world.catalogue, world.study.computed, new_per_day=0)
    world.now = datetime(2026, 3, 2, 19, 0, tzinfo=UTC)
    assert study.remaining(world.learner, world.now, tz=world.tz).due == 0
    while study.remaining(world.learner, world.now, tz=world.tz).due == 0:
        world.minutes(60)
    assert world.now.hour == 20  # 04:00 in Shanghai


@pytest.mark.parametrize("since", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-11:00"])
def test_a_summary_since_any_moment(world: World, since: str) -> None:
    world.review("relu/recall")
    summary = world.study.session_summary(world.learner, datetime.fromisoformat(since), world.now)
    assert summary.reviewed == (since < "2026")


@pytest.mark.parametrize("tz", ["x\x00y", "../../etc/passwd", "America", "a" * 500, "\ud800", ""])
def test_a_zone_nobody_knows_is_utc(world: World, tz: str) -> None:
    reply = world.review("relu/recall")
    assert world.study.question(world.learner, "relu/recall", 3, world.now, tz=tz).token.startswith("2026-03-02.")
    world.study.undo(world.learner, reply.attempt_id, world.now, tz=tz)


@pytest.mark.parametrize("tz", ["UTC", "Pacific/Kiritimati", "Pacific/Pago_Pago", "America/New_York", "No/Such_Zone"])
@pytest.mark.parametrize("jump", [-400, -2, -0.05, 1, 20 * 365])
def test_no_clock_makes_a_review_fail(world: World, tz: str, jump: float) -> None:
    world.tz = tz
    for key in ("relu/recall", "vanishing/choice"):
        world.review(key, 3)
        world.review(key, 3)
    shown = world.question("boosting/order")
    world.days(jump)
    world.study.submit(world.learner, world.attempt(shown), world.now)
    for key in ("relu/recall", "vanishing/choice"):
        reply = world.review(key, 3)
        assert reply.interval_s > 0
        assert reply.due > world.now
    assert world.study.check(world.learner).differences == ()


@pytest.mark.parametrize(
    "moment", ["2027-03-14T06:59", "2026-10-25T00:59", "2028-02-29T23:59", "2026-12-31T23:59", "2038-01-19T03:14"]
)
@pytest.mark.parametrize("tz", ["UTC", "America/New_York", "Europe/Berlin", "Pacific/Kiritimati"])
def test_no_date_makes_a_review_fail(world: World, tz: str, moment: str) -> None:
    world.tz, world.now = tz, datetime.fromisoformat(moment).replace(tzinfo=UTC)
    for _ in range(4):
        assert world.review("relu/recall", 3).due > world.now
        world.minutes(31)
    assert world.study.check(world.learner).differences == ()
