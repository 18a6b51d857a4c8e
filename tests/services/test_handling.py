"""Changing items without answering them: what is asked afterwards, undo, rebuild, and what is refused."""

import random
from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest

from app.db import repositories as repo
from app.db.tables import HANDLINGS, ItemState
from app.errors import BadInput, Conflict, NotFound, Unprocessable
from app.services.handling import ACTIONS, Action, Handled, Handler, Handling
from tests.services.world import World

KEY, SIBLING = "vanishing/choice", "vanishing/numeric"


@pytest.fixture
def handler(world: World) -> Handler:
    return Handler(world.db, world.catalogue)


def handle(world: World, handler: Handler, item: str, action: Action, day: date | None = None) -> Handled:
    return handler.handle(world.learner, Handling(attempt_id=uuid4(), item=item, action=action, day=day), world.now)


def state(world: World, key: str) -> ItemState:
    with world.db.read() as session:
        found = repo.state(session, world.learner, key)
        assert found is not None
        session.expunge(found)
    return found


def asked(world: World) -> set[str]:
    """Every key the day's queue still holds."""
    found: list[str] = []
    while question := world.study.next_item(world.learner, world.now, random.Random(0), exclude=found).question:
        found.append(question.key)
    return set(found)


def test_the_log_allows_every_action_and_no_other() -> None:
    assert ACTIONS == HANDLINGS


def test_suspended_is_not_asked_until_resumed(world: World, handler: Handler) -> None:
    everything = asked(world)
    assert KEY in everything
    handle(world, handler, KEY, "suspend")
    assert asked(world) == everything - {KEY}
    world.now += timedelta(days=400)
    assert KEY not in asked(world)
    assert [held.item for held in handler.held(world.learner, world.now)] == [KEY]
    handle(world, handler, KEY, "resume")
    assert KEY in asked(world)
    assert handler.held(world.learner, world.now) == ()


def test_a_buried_card_comes_back_tomorrow(world: World, handler: Handler) -> None:
    everything = asked(world)
    done = handle(world, handler, "vanishing", "bury")
    assert asked(world) == {key for key in everything if not key.startswith("vanishing/")}
    assert done.until is not None
    world.now = done.until
    assert asked(world) == everything


def test_a_day_is_kept_to_and_the_memory_stays(world: World, handler: Handler) -> None:
    world.review(KEY, rating=4)
    before = state(world, KEY)
    day = world.now.date() + timedelta(days=3)
    handle(world, handler, KEY, "reschedule", day)
    after = state(world, KEY)
    assert (after.stability, after.difficulty, after.reps) == (before.stability, before.difficulty, before.reps)
    assert after.due.date() == day
    world.now += timedelta(days=2)
    assert KEY not in asked(world)
    world.now += timedelta(days=1)
    assert KEY in asked(world)


def test_reset_makes_it_new(world: World, handler: Handler) -> None:
    world.review(KEY, rating=4)
    assert handle(world, handler, KEY, "reset").due is None
    assert world.study.question(world.learner, KEY, 1, world.now).new
    world.review(KEY, rating=3)
    assert state(world, KEY).reps == 1


@pytest.mark.parametrize(("action", "kept"), [("keep", True), ("soon", True), ("reset", False)])
def test_what_becomes_of_the_memory_of_a_revised_item(
    world: World, handler: Handler, action: Action, kept: bool
) -> None:
    world.review(KEY, rating=4)
    before = state(world, KEY)
    world.catalogue.revise(KEY)
    assert world.study.question(world.learner, KEY, 1, world.now).revised
    done = handle(world, handler, KEY, action)
    question = world.study.question(world.learner, KEY, 1, world.now)
    assert not question.revised
    assert question.new is not kept
    if kept:
        after = state(world, KEY)
        assert (after.stability, after.rev) == (before.stability, before.rev + 1)
        assert done.due == (before.due if action == "keep" else world.now)


@pytest.mark.parametrize("action", ["reset", "suspend", "bury", "reschedule"])
def test_undo_puts_back_what_was(world: World, handler: Handler, action: Action) -> None:
    world.review(KEY, rating=4)
    before, queue = state(world, KEY).model_dump(), asked(world)
    day = world.now.date() + timedelta(days=30) if action == "reschedule" else None
    done = handle(world, handler, KEY, action, day)
    world.study.undo(world.learner, done.attempt_id, world.now)
    assert state(world, KEY).model_dump() == before
    assert asked(world) == queue
    assert handler.held(world.learner, world.now) == ()


def test_only_the_latest_line_can_be_undone(world: World, handler: Handler) -> None:
    first = handle(world, handler, KEY, "suspend")
    handle(world, handler, SIBLING, "suspend")
    with pytest.raises(Conflict):
        world.study.undo(world.learner, first.attempt_id, world.now)


def test_the_same_again_is_the_same_and_another_body_is_refused(world: World, handler: Handler) -> None:
    handling = Handling(attempt_id=uuid4(), item=KEY, action="suspend")
    first = handler.handle(world.learner, handling, world.now)
    assert handler.handle(world.learner, handling, world.now + timedelta(days=9)) == first
    with pytest.raises(Unprocessable):
        handler.handle(world.learner, handling.model_copy(update={"action": "resume"}), world.now)


@pytest.mark.parametrize("day", [None, date(2020, 1, 1), date(2099, 1, 1)])
def test_a_day_that_cannot_be_is_said(world: World, handler: Handler, day: date | None) -> None:
    world.review(KEY, rating=3)
    with pytest.raises(BadInput) as caught:
        handle(world, handler, KEY, "reschedule", day)
    assert [problem.field for problem in caught.value.problems] == ["day"]


def test_what_is_gone_can_be_taken_up_again(world: World, handler: Handler) -> None:
    handle(world, handler, KEY, "suspend")
    del world.catalogue.refs[KEY]
    resume = Handling(attempt_id=uuid4(), item=KEY, action="resume")
    first = handler.handle(world.learner, resume, world.now)
    assert not first.suspended and handler.held(world.learner, world.now) == ()
    assert handler.handle(world.learner, resume, world.now) == first
    with pytest.raises(NotFound):
        handle(world, handler, KEY, "resume")


def test_what_cannot_be_handled_is_refused(world: World, handler: Handler) -> None:
    for item in ("nothing", "nothing/at-all", "vanishing/nothing"):
        with pytest.raises(NotFound):
            handle(world, handler, item, "suspend")
    with pytest.raises(Unprocessable):
        handle(world, handler, KEY, "reset")
    with pytest.raises(Unprocessable):
        handle(world, handler, "vanishing", "reset")


def test_random_histories_of_answers_handlings_and_undos_rebuild_to_what_is_stored(
    world: World, handler: Handler
) -> None:
    rng = random.Random(5)
    latest: list[UUID] = []
    for _ in range(120):
        world.now += timedelta(hours=rng.choice([0, 1, 20, 30, 200]))
        key, step = rng.choice([KEY, SIBLING, "boosting/order"]), rng.random()
        if step < 0.5:
            latest.append(world.review(key, rating=rng.choice([1, 2, 3])).attempt_id)
        elif step < 0.6:
            world.catalogue.revise(key)
        elif step < 0.7 and latest:
            world.study.undo(world.learner, latest.pop(), world.now)
        else:
            action: Action = rng.choice(["keep", "soon", "reset", "reschedule", "suspend", "resume", "bury"])
            day = world.now.date() + timedelta(days=rng.randrange(1, 9)) if action == "reschedule" else None
            try:
                latest.append(handle(world, handler, key, action, day).attempt_id)
            except Unprocessable:
                continue
    assert world.study.check(world.learner).differences == ()
    with world.db.write() as session:
        repo.drop_states(session, world.learner, [KEY])
        repo.put_hold(session, world.learner, SIBLING, None)
    world.study.rebuild(world.learner)
    assert world.study.check(world.learner).differences == ()
