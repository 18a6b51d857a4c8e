"""What the plan keeps to besides the minutes: what the learner has put off, put aside, and how their memory works."""

from datetime import date, timedelta
from uuid import uuid4

import pytest

from app.db import Fit, fits
from app.services import journal
from app.services.handling import Action, Handler, Handling
from app.services.planning import cost
from app.services.planning.day import arrays, plan_day
from app.services.planning.memory import Memory
from app.services.planning.report import Report
from app.services.planning.settings import Dates
from app.services.scheduling import Parameters
from tests.services.planning.test_planner import Planned
from tests.services.simulated import FAST_FORGETTER, changed

SLOW_FORGETTER = changed(w2=9.0, w8=2.2)
KEY = "relu/recall"


@pytest.fixture
def world(db: object) -> Planned:
    """Everything was met two days ago; the interview is in seven days."""
    world = Planned(db, days=0)
    for key in world.catalogue.refs:
        world.review(key, rating=4, duration_ms=20_000)
    world.days(2)
    world.wants(minutes=30, days=7)
    return world


def handle(world: Planned, action: Action, item: str = KEY, day: date | None = None) -> None:
    handling = Handling(attempt_id=uuid4(), item=item, action=action, day=day)
    Handler(world.db, world.catalogue).handle(world.learner, handling, world.now)


def decide(world: Planned, parameters: Parameters) -> None:
    with world.db.write() as session:
        fits.append(session, Fit(
            learner_id=world.learner, made_at=world.now, name=parameters.name, weights=list(parameters.weights),
            verdict="adopted", reviews=500, trained=300, tested=75, loss_default=0.4, loss_fitted=0.3, loss_used=0.4,
            gain_error=0.01,
        ))  # fmt: skip


def report(world: Planned) -> Report:
    found = world.planner.view(world.learner, world.now).report
    assert found is not None
    return found


def day_it_is_asked(world: Planned, within: int) -> int | None:
    """Days from now on which KEY is asked, studying as the plan says."""
    for ahead in range(within):
        if KEY in world.all_of_today():
            return ahead
        world.now += timedelta(days=1) - (world.now - world.now.replace(hour=12, minute=0))
    return None


def test_what_was_put_off_waits_for_its_day_and_is_asked_then(world: Planned) -> None:
    handle(world, "reschedule", day=world.now.date() + timedelta(days=4))
    assert day_it_is_asked(world, 7) == 4


def test_without_that_it_would_be_asked_before(world: Planned) -> None:
    asked = day_it_is_asked(world, 7)
    assert asked is not None
    assert asked < 4


def test_what_was_put_past_the_interview_is_not_asked(world: Planned) -> None:
    handle(world, "reschedule", day=world.now.date() + timedelta(days=30))
    assert day_it_is_asked(world, 7) is None


@pytest.mark.parametrize("action", ["reschedule", "soon"])
def test_what_was_put_to_today_is_asked_first_today(world: Planned, action: Action) -> None:
    assert world.next_key() != KEY
    handle(world, action, day=world.now.date() if action == "reschedule" else None)
    assert world.study.remaining(world.learner, world.now).due == 1
    assert world.next_key() == KEY
    world.review(KEY, rating=4)
    assert world.next_key() != KEY


def test_putting_something_off_does_not_waste_its_minutes(db: object) -> None:
    """The interview is tomorrow and there are minutes for some only: another takes the place at once."""
    world = Planned(db, days=0)
    for key in world.catalogue.refs:
        world.review(key, rating=4, duration_ms=60_000)
    world.days(2)
    world.wants(minutes=5, days=1)
    before = world.study.remaining(world.learner, world.now)
    first = world.next_key()
    assert first
    assert 1 < before.due < 10
    handle(world, "reschedule", first, world.now.date() + timedelta(days=3))
    after = world.study.remaining(world.learner, world.now)
    assert world.next_key() not in (None, first)
    assert after.due == before.due


def test_a_later_review_settles_a_day_that_was_given(world: Planned) -> None:
    handle(world, "reschedule", day=world.now.date() + timedelta(days=30))
    world.review(KEY, rating=1)
    world.minutes(11)
    assert world.next_key() == KEY, "its step of ten minutes"


def test_undone_the_day_is_as_if_never_given(world: Planned) -> None:
    handling = Handling(attempt_id=uuid4(), item=KEY, action="reschedule", day=world.now.date() + timedelta(days=30))
    before = report(world)
    Handler(world.db, world.catalogue).handle(world.learner, handling, world.now)
    assert report(world) != before
    world.undo(handling.attempt_id)
    assert report(world) == before


def test_what_is_held_is_neither_asked_nor_counted(world: Planned) -> None:
    handle(world, "suspend", "relu")
    found = report(world)
    assert sum(topic.items for topic in found.topics) == 7
    assert "relu" not in {one.card for one in found.eve}
    assert not [key for key in world.all_of_today() if key.startswith("relu/")]
    handle(world, "resume", "relu")
    assert sum(topic.items for topic in report(world).topics) == 10


@pytest.mark.parametrize("parameters", [FAST_FORGETTER, SLOW_FORGETTER], ids=["fast", "slow"])
def test_recall_on_the_day_follows_the_learners_own_parameters(world: Planned, parameters: Parameters) -> None:
    """The report is what the pure functions say of these parameters, and changes the moment they are adopted."""
    before = report(world)
    decide(world, parameters)
    after = report(world)
    assert (after.now < before.now) is (parameters == FAST_FORGETTER)
    items = world.catalogue.items()
    settings, _ = world.planner.settings(world.learner)
    dates = Dates.of(settings, world.now, "UTC")
    with world.db.read() as session:
        known = journal.known_items(session, world.learner)
    seconds = cost.seconds(items, [(key, 20_000) for key in world.catalogue.refs])
    state = arrays(items, known, settings, dates.today, seconds, {})
    pure = plan_day(items, state, settings, dates, 1800.0, Memory(parameters.weights))
    assert after.kept == round(pure.readiness, 4)
