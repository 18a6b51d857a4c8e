"""Studying: what is asked next, what a review stores, undo, two tabs, rebuilding, the day's end."""

from datetime import timedelta
from uuid import uuid4

import pytest

from app.errors import BadInput, Conflict, NotFound, Unprocessable
from app.services import scheduling
from app.services.answers import Answer
from app.services.asking import Question
from tests.services.world import World


def ask(world: World, exclude: tuple[str, ...] = ()) -> Question:
    found = world.study.next_item(world.learner, world.now, world.rng, tz=world.tz, exclude=exclude)
    assert found.question is not None
    return found.question


def test_new_items_follow_the_cards_and_topics_take_turns(world: World) -> None:
    asked = []
    for _ in range(9):
        question = ask(world)
        asked.append(question.key)
        world.review(question.key, 4)
    assert asked == [
        "vanishing/choice", "boosting/order", "vanishing/numeric", "boosting/predict", "vanishing/exercise",
        "boosting/factor", "vanishing/cloze", "relu/several", "relu/recall",
    ]  # fmt: skip


def test_the_days_limit_of_new_items(world: World) -> None:
    study = type(world.study)(world.db, world.catalogue, world.study.computed, new_per_day=2)
    assert study.remaining(world.learner, world.now).new == 2
    world.review("vanishing/choice", 4)
    world.review("vanishing/numeric", 4)
    assert study.next_item(world.learner, world.now, world.rng).question is None
    world.days(1)
    assert study.remaining(world.learner, world.now).new == 2


def test_a_due_step_comes_before_new_items_and_waits_its_minute(world: World) -> None:
    world.review("relu/recall", 1)
    assert ask(world).key == "vanishing/choice"
    world.minutes(1)
    assert ask(world).key == "relu/recall"


def test_a_step_is_not_waited_for_when_nothing_else_is_left(world: World) -> None:
    study = type(world.study)(world.db, world.catalogue, world.study.computed, new_per_day=1)
    world.review("relu/recall", 3)
    found = study.next_item(world.learner, world.now, world.rng)
    assert found.question is not None
    assert found.question.key == "relu/recall"
    assert study.next_item(world.learner, world.now, world.rng, exclude={"relu/recall"}).question is None


def test_the_most_forgotten_review_comes_first(world: World) -> None:
    world.review("vanishing/choice", 4)
    world.days(3)
    world.review("relu/recall", 4)
    world.days(40)
    study = type(world.study)(world.db, world.catalogue, world.study.computed, new_per_day=0)
    found = study.next_item(world.learner, world.now, world.rng)
    assert found.question is not None
    assert found.question.key == "vanishing/choice"
    assert found.remaining.due == 2


def test_the_interval_on_the_button_is_the_one_that_is_stored(world: World) -> None:
    for wait in (0, 0.01, 3, 20, 300):
        world.days(wait)
        for rating in (1, 2, 3, 4):
            question = world.question("relu/recall")
            button = question.buttons[rating - 1]
            reply = world.study.submit(world.learner, world.attempt(question, rating), world.now)
            assert (reply.interval_s, reply.due, reply.label) == (button.interval_s, button.due, button.label)
            assert reply.due - world.now == timedelta(seconds=reply.interval_s)
            world.undo(reply.attempt_id)
        world.review("relu/recall", 3)


def test_a_fresh_seed_every_time_and_the_same_question_for_a_seed(world: World) -> None:
    seeds = {ask(world).seed for _ in range(5)}
    assert len(seeds) == 5
    assert world.question("boosting/order", 11) == world.question("boosting/order", 11)


def test_a_question_does_not_give_the_answer_away(world: World) -> None:
    for ref in world.catalogue.items():
        sent = world.question(ref.key).model_dump_json()
        assert '"correct"' not in sent
        assert '"why"' not in sent
        assert "It is " not in sent
    for seed in range(200):
        order = [part.id for part in world.question("boosting/order", seed).parts]
        assert sorted(order) == [0, 1, 2, 3] != order


def test_the_same_attempt_again_gives_the_first_outcome(world: World) -> None:
    attempt = world.attempt(world.question("vanishing/exercise"))
    first = world.study.submit(world.learner, attempt, world.now)
    world.days(3)
    world.catalogue.revise("vanishing/exercise")
    assert world.study.submit(world.learner, attempt, world.now) == first
    assert world.study.submit(world.learner, attempt, world.now).model_dump_json() == first.model_dump_json()
    assert world.count() == 1


def test_the_same_id_with_another_body_is_refused(world: World) -> None:
    attempt = world.attempt(world.question("vanishing/choice"))
    world.study.submit(world.learner, attempt, world.now)
    for change in ({"rating": 4}, {"duration_ms": 5}, {"answer": Answer(options=(1,))}):
        with pytest.raises(Unprocessable, match="attempt_id"):
            world.study.submit(world.learner, attempt.model_copy(update=change), world.now)
    assert world.count() == 1


def test_a_wrong_answer_caps_the_rating_and_nothing_is_stored(world: World) -> None:
    question = world.question("vanishing/exercise")
    wrong = Answer(value=str(5 + question.seed % 50 - 1))
    assert world.study.grade(world.learner, question.key, 1, question.seed, wrong).mistake == "forgot-one"
    with pytest.raises(BadInput) as caught:
        world.study.submit(world.learner, world.attempt(question, 2, wrong), world.now)
    assert [p.field for p in caught.value.problems] == ["rating"]
    assert world.count() == 0
    reply = world.study.submit(world.learner, world.attempt(question, 1, wrong), world.now)
    assert (reply.grade.correct, reply.grade.mistake) == (0, "forgot-one")


def test_two_tabs_the_second_is_refused_and_not_stored(world: World) -> None:
    here, there = world.question("vanishing/choice"), world.question("vanishing/choice")
    world.study.submit(world.learner, world.attempt(here), world.now)
    with pytest.raises(Conflict) as caught:
        world.study.submit(world.learner, world.attempt(there), world.now)
    assert caught.value.reason == "stale"
    assert world.count() == 1
    world.review("vanishing/choice")


@pytest.mark.parametrize("bad", ["", "x", "2026-03-02.", "2026-03-02.0123", "9999-99-99.abc"])
def test_a_made_up_token_is_refused(world: World, bad: str) -> None:
    with pytest.raises(Conflict):
        world.review("vanishing/choice", token=bad)


def test_a_question_left_open_over_night_keeps_its_intervals(world: World) -> None:
    world.review("vanishing/choice", 4)
    world.days(8)
    question = world.question("vanishing/choice")
    world.days(1)
    reply = world.study.submit(world.learner, world.attempt(question), world.now)
    assert reply.interval_s == question.buttons[2].interval_s
    assert world.study.check(world.learner).differences == ()


def test_a_question_left_open_for_days_is_refused_unless_nothing_depends_on_it(world: World) -> None:
    world.review("vanishing/choice", 4)
    old, new = world.question("vanishing/choice"), world.question("relu/recall")
    world.days(5)
    with pytest.raises(Conflict) as caught:
        world.study.submit(world.learner, world.attempt(old), world.now)
    assert caught.value.reason == "stale"
    world.study.submit(world.learner, world.attempt(new), world.now)


def test_undo_restores_the_state_bit_for_bit(world: World) -> None:
    world.review("vanishing/choice", 3)
    world.days(2)
    before = world.question("vanishing/choice")
    reply = world.review("vanishing/choice", 1)
    first = world.study.undo(world.learner, reply.attempt_id, world.now)
    assert world.question("vanishing/choice") == before
    assert world.study.undo(world.learner, reply.attempt_id, world.now) == first
    assert world.count() == 3


def test_undoing_the_only_review_makes_the_item_new_again(world: World) -> None:
    reply = world.review("vanishing/choice")
    assert world.study.undo(world.learner, reply.attempt_id, world.now).due is None
    assert world.question("vanishing/choice").new
    assert world.study.check(world.learner).items == 0


def test_only_the_latest_review_can_be_undone_one_after_the_other(world: World) -> None:
    first, second = world.review("vanishing/choice"), world.review("relu/recall")
    with pytest.raises(Conflict) as caught:
        world.undo(first.attempt_id)
    assert caught.value.reason == "not_latest"
    world.undo(second.attempt_id)
    world.undo(first.attempt_id)
    with pytest.raises(NotFound):
        world.undo(uuid4())


def test_undo_reaches_thirty_reviews_back(world: World) -> None:
    replies = []
    for _ in range(31):
        replies.append(world.review("relu/recall"))
        world.days(1)
    for reply in reversed(replies[1:]):
        world.undo(reply.attempt_id)
    with pytest.raises(Conflict):
        world.undo(replies[0].attempt_id)


def test_an_undone_attempt_sent_again_is_still_answered(world: World) -> None:
    attempt = world.attempt(world.question("vanishing/choice"))
    first = world.study.submit(world.learner, attempt, world.now)
    world.undo(attempt.attempt_id)
    assert world.study.submit(world.learner, attempt, world.now) == first
    assert world.question("vanishing/choice").new


def test_a_new_revision_starts_the_memory_anew(world: World) -> None:
    world.review("vanishing/choice", 4)
    old = world.question("vanishing/choice")
    assert not old.new
    world.catalogue.revise("vanishing/choice")
    with pytest.raises(Conflict) as caught:
        world.study.submit(world.learner, world.attempt(old), world.now)
    assert caught.value.reason == "changed"
    assert world.question("vanishing/choice").new
    world.review("vanishing/choice", 3)
    assert world.study.check(world.learner).differences == ()
    fresh = scheduling.review(scheduling.initial(), 3, world.now)
    assert world.question("vanishing/choice").buttons[2].due == scheduling.review(fresh.state, 3, world.now).due


def test_rebuild_finds_and_mends_what_differs_from_the_log(world: World) -> None:
    from app.db import ItemState

    for key in ("vanishing/choice", "relu/recall", "boosting/order"):
        world.review(key)
    with world.db.write() as session:
        one = session.get_one(ItemState, (world.learner, "vanishing/choice"))
        one.stability += 1e-15
        session.add(one)
        session.delete(session.get_one(ItemState, (world.learner, "relu/recall")))
        extra = one.model_copy(update={"item_key": "boosting/factor"})
        session.add(ItemState(**extra.model_dump()))
    expected = {"vanishing/choice": ("stability",), "relu/recall": ("missing",), "boosting/factor": ("extra",)}
    found = world.study.check(world.learner)
    assert {d.item: d.fields for d in found.differences} == expected
    assert world.study.rebuild(world.learner) == found
    assert world.study.check(world.learner).differences == ()


def test_minutes_are_estimated_from_ones_own_times(world: World) -> None:
    assert world.study.remaining(world.learner, world.now).minutes == 4  # ten new ones, 20 s each
    for key in ("vanishing/choice", "relu/recall", "boosting/order"):
        world.review(key, 4, duration_ms=60_000)
    assert world.study.remaining(world.learner, world.now).minutes == 7


def test_the_summary_of_a_session(world: World) -> None:
    world.review("boosting/order", 3)
    world.days(1)
    began = world.now
    world.review("vanishing/choice", 4, duration_ms=30_000)
    wrong = world.question("vanishing/exercise")
    world.study.submit(world.learner, world.attempt(wrong, 1, Answer(skip=True), duration_ms=60_000), world.now)
    world.review("relu/recall", 3)
    undone = world.review("boosting/factor", 3)
    world.undo(undone.attempt_id)
    summary = world.study.session_summary(world.learner, began, world.now)
    assert (summary.reviewed, summary.right, summary.again_soon, summary.minutes) == (3, 2, 2, 1.5)
    assert summary.next_due is not None
    assert summary.next_due > world.now
