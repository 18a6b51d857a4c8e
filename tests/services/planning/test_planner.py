"""The plan in use: what is asked next follows it, without one nothing changes, and the report says what holds."""

from datetime import UTC, date, datetime, timedelta

import pytest

from app.errors import BadInput, Conflict
from app.kit.text import same
from app.services.planning.planner import EVENING, Planner
from app.services.planning.settings import Interview, PlanSettings
from tests.services.world import START, World

TOPICS = {"deep": same("Deep"), "trees": same("Trees")}


class Planned(World):
    """The made-up world with a planner."""

    def __init__(self, db: object, minutes: int = 30, days: int = 7, **more: object) -> None:
        super().__init__(db)  # type: ignore[arg-type]
        self.planner = Planner(self.db, self.catalogue, TOPICS)
        object.__setattr__(self.study, "planner", self.planner)
        if days:
            self.wants(minutes=minutes, days=days, **more)

    def wants(self, days: int = 7, **fields: object) -> None:
        interview = Interview(day=(self.now + timedelta(days=days)).date())
        self.planner.put(
            self.learner, PlanSettings.model_validate({"interviews": [interview.model_dump()], **fields}), self.now
        )

    def next_key(self) -> str | None:
        found = self.study.next_item(self.learner, self.now, self.rng).question
        return found.key if found else None

    def all_of_today(self) -> list[str]:
        """Answers whatever is asked until nothing is; keys in order."""
        asked: list[str] = []
        while (key := self.next_key()) is not None and len(asked) < 60:
            asked.append(key)
            self.review(key, duration_ms=20_000)
            self.minutes(1)
        return asked


@pytest.fixture
def world(db: object) -> Planned:
    return Planned(db)


def test_without_an_interview_nothing_changes(db: object) -> None:
    world = Planned(db, days=0)
    plain = World(world.db)
    for _ in range(12):
        ours, usual = (w.study.next_item(world.learner, world.now, w.rng) for w in (world, plain))
        assert ours == usual
        if ours.question:
            world.review(ours.question.key, duration_ms=30_000)
        world.minutes(2)
    world.planner.put(world.learner, PlanSettings(minutes=5), world.now)
    assert world.study.remaining(world.learner, world.now) == plain.study.remaining(world.learner, world.now)


def test_with_an_interview_the_limit_of_new_items_is_the_minutes(world: Planned) -> None:
    remaining = world.study.remaining(world.learner, world.now)
    assert remaining.due == 0
    assert remaining.minutes <= 30
    asked = world.all_of_today()
    assert set(asked) == set(world.catalogue.refs), "30 minutes are enough to meet all ten"
    assert world.next_key() is None


def test_few_minutes_are_kept_to_and_what_is_left_is_for_tomorrow(db: object) -> None:
    world = Planned(db, minutes=5)
    asked = world.all_of_today()
    assert 10 <= len(asked) <= 17, "about five minutes of twenty seconds, the promised steps among them"
    assert len(set(asked)) < 10
    view = world.study.next_item(world.learner, world.now, world.rng)
    assert view.question is None
    assert view.next_due == datetime(2026, 3, 3, 4, tzinfo=UTC)
    world.now = view.next_due
    assert world.next_key() is not None


def test_a_topic_without_weight_is_not_asked(db: object) -> None:
    world = Planned(db, topic_weights={"deep": 0})
    assert {key.partition("/")[0] for key in world.all_of_today()} == {"boosting"}


def test_on_a_day_off_only_promised_steps_come(db: object) -> None:
    world = Planned(db, days_off=[START.date().isoformat()])
    assert world.next_key() is None
    assert world.study.next_item(world.learner, world.now, world.rng).next_due == datetime(2026, 3, 3, 4, tzinfo=UTC)
    world.review("relu/recall")
    world.minutes(11)
    assert world.next_key() == "relu/recall"
    view = world.planner.view(world.learner, world.now)
    assert view.report is not None
    assert view.report.today.off


def test_on_the_day_the_weakest_are_refreshed_and_nothing_new(world: Planned) -> None:
    world.review("relu/recall", rating=1)
    world.minutes(11)
    world.review("relu/recall")
    world.review("vanishing/choice", rating=4)
    world.now = datetime(2026, 3, 9, 8, tzinfo=UTC)
    asked = world.all_of_today()
    assert asked[:2] == ["relu/recall", "vanishing/choice"]
    assert set(asked) == {"relu/recall", "vanishing/choice"}
    world.now = datetime(2026, 3, 9, 10, 30, tzinfo=UTC)
    assert world.planner.view(world.learner, world.now).report is None
    assert world.study.remaining(world.learner, world.now).new > 0, "afterwards, as without a plan"


def test_an_undone_review_is_asked_again(world: Planned) -> None:
    first = world.next_key()
    assert first
    done = world.review(first, rating=4, duration_ms=20_000)
    assert world.next_key() != first
    world.undo(done.attempt_id)
    assert world.next_key() == first


def test_the_report_adds_up(world: Planned) -> None:
    before = world.planner.view(world.learner, world.now).report
    assert before is not None
    assert (before.days_left, before.now, before.drop) == (7, 0, ())
    assert 0.9 < before.kept < 1
    less, more, evening = before.alternatives
    assert less.minutes < before.minutes < more.minutes
    assert (evening.minutes, evening.eve_minutes) == (before.minutes, EVENING)
    assert less.kept <= before.kept + 0.01
    world.all_of_today()
    after = world.planner.view(world.learner, world.now).report
    assert after is not None
    assert 0.5 < after.now < after.kept
    assert sum(t.items for t in after.topics) == 10
    assert sum(t.seen for t in after.topics) == 10
    assert after.today.reviews == after.today.new == 0
    assert {one.card for one in after.eve} == {"vanishing", "relu", "boosting"}
    assert before.last_new is not None
    assert after.last_new is None, "everything was met"


@pytest.mark.parametrize(
    ("minutes", "others"),
    [(5, [(10, None), (5, EVENING)]), (480, [(290, None)]), (25, [(15, None), (40, None), (25, EVENING)])],
)
def test_what_it_is_compared_with_differs(world: Planned, minutes: int, others: list[tuple[int, int | None]]) -> None:
    world.wants(minutes=minutes)
    report = world.planner.view(world.learner, world.now).report
    assert report is not None
    assert [(one.minutes, one.eve_minutes) for one in report.alternatives] == others


def test_a_long_evening_is_used(db: object) -> None:
    """Five minutes a day are not enough for ten questions in two days; the evening before is."""
    world = Planned(db, minutes=5, days=2, eve_minutes=60)
    first = world.all_of_today()
    world.now += timedelta(days=1)
    second = world.all_of_today()
    assert len(set(first)) < 10
    assert set(first) | set(second) == set(world.catalogue.refs)


def test_what_does_not_fit_is_named(db: object) -> None:
    world = Planned(db, minutes=5, days=1)
    report = world.planner.view(world.learner, world.now).report
    assert report is not None
    left_out = sum(card.left_out for card in report.drop)
    assert left_out == 10 - report.today.new
    assert left_out > 0
    assert report.last_new == START.date()


def test_a_change_is_stored_once_and_only_from_what_was_seen(world: Planned) -> None:
    settings, revision = world.planner.settings(world.learner)
    assert revision == 1
    world.planner.put(world.learner, settings.model_copy(update={"minutes": 40}), world.now, revision=1)
    with pytest.raises(Conflict):
        world.planner.put(world.learner, settings, world.now, revision=1)
    assert world.planner.settings(world.learner)[0].minutes == 40
    with pytest.raises(BadInput):
        world.planner.put(world.learner, PlanSettings(topic_weights={"deep": 0, "trees": 0}), world.now)
    assert world.planner.settings(world.learner)[1] == 2


def test_two_rounds_count_until_the_first_is_over(world: Planned) -> None:
    rounds = [{"day": date(2026, 3, 5), "round": "one"}, {"day": date(2026, 3, 12), "round": "two"}]
    world.planner.put(world.learner, PlanSettings.model_validate({"interviews": rounds}), world.now)
    seen = []
    for day in (2, 5, 6):
        report = world.planner.view(world.learner, datetime(2026, 3, day, 11, tzinfo=UTC)).report
        assert report is not None
        seen.append((report.next.round, report.days_left))
    assert seen == [("one", 3), ("two", 7), ("two", 6)]
