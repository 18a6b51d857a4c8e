"""The states are what the log says: random histories with undo, several threads, one attempt posted many times."""

import tempfile
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import UUID

import fsrs
from hypothesis import given, settings
from hypothesis import strategies as st

from app.db import Database
from app.db import repositories as repo
from app.db.repositories import Line
from app.errors import Conflict
from app.services.replay import Known, advance, differing, replay
from app.services.study import Study
from tests.services.world import START, World, computed

KEYS = ("relu/recall", "vanishing/choice", "boosting/order")
STEP = st.one_of(
    st.tuples(st.just("review"), st.sampled_from(KEYS), st.integers(1, 4)),
    st.tuples(st.just("undo"), st.none(), st.none()),
    st.tuples(st.just("wait"), st.floats(-3, 40), st.none()),
    st.tuples(st.just("revise"), st.sampled_from(KEYS), st.none()),
)


@settings(max_examples=60, deadline=None)
@given(st.lists(STEP, max_size=25), st.sampled_from(["UTC", "Asia/Shanghai", "America/New_York"]))
def test_any_history_replays_to_what_is_stored(history: list[tuple[str, object, object]], tz: str) -> None:
    with tempfile.TemporaryDirectory() as folder, Database(f"sqlite:///{folder}/w.db") as db:
        world = World(db)
        world.tz = tz
        standing: list[UUID] = []
        for what, first, second in history:
            if what == "review":
                standing.append(world.review(str(first), int(str(second))).attempt_id)
            elif what == "undo" and standing:
                world.undo(standing.pop())
            elif what == "wait":
                world.days(float(str(first)))
            elif what == "revise":
                world.catalogue.revise(str(first))
        assert world.study.check(world.learner).differences == ()
        with db.read() as session:
            assert len(list(repo.lines(session, world.learner))) == len(standing)


@settings(max_examples=400, deadline=None)
@given(st.lists(st.tuples(st.integers(1, 4), st.integers(0, 10**7)), min_size=1, max_size=20))
def test_replay_is_py_fsrs_itself_and_does_not_depend_on_what_came_between(steps: list[tuple[int, int]]) -> None:
    """The same reviews through the reference scheduler, days counted from 12:00 UTC by its own rule."""
    scheduler = fsrs.Scheduler(enable_fuzzing=False)
    card, now, lines = fsrs.Card(card_id=1, due=START), START, []
    for rating, wait in steps:
        elapsed = (now - card.last_review).days if card.last_review else 0
        card, _ = scheduler.review_card(card, fsrs.Rating(rating), now)
        lines.append(Line("a/b", 1, rating, now, now.date(), elapsed))
        lines.append(Line("c/d", 1, 5 - rating, now, now.date(), elapsed))
        now += timedelta(seconds=wait)
    both, alone = replay(lines), replay(lines[::2])
    row = both["a/b"]
    assert differing(row, alone["a/b"]) == ()
    state = row.memory
    assert (state.stability, state.difficulty, state.state) == (card.stability, card.difficulty, card.state)
    assert (state.step, state.due, state.last_review) == (card.step, card.due, card.last_review)


def test_what_is_stored_is_what_was_computed() -> None:
    known, _ = advance(None, Line("a/b", 1, 3, START, START.date(), 0))
    assert Known.of(known.row(1, "a/b")) == known
    assert advance(known, Line("a/b", 2, 3, START, START.date(), 0))[0].memory == known.memory


def test_one_attempt_posted_eight_times_at_once_is_one_review(world: World) -> None:
    for key in ("vanishing/choice", "vanishing/exercise", "relu/recall"):
        attempt = world.attempt(world.question(key))
        before = world.count()
        with ThreadPoolExecutor(8) as pool:
            posts = [pool.submit(world.study.submit, world.learner, attempt, world.now) for _ in range(8)]
            replies = {post.result().model_dump_json() for post in posts}
        assert len(replies) == 1
        assert world.count() == before + 1
    assert world.study.check(world.learner).differences == ()


def test_sixteen_tabs_on_one_item_one_is_stored_the_others_are_told(world: World) -> None:
    question = world.question("relu/recall")
    attempts = [world.attempt(question, 1 + i % 4) for i in range(16)]

    def post(attempt_number: int) -> str:
        try:
            world.study.submit(world.learner, attempts[attempt_number], world.now)
        except Conflict as conflict:
            return conflict.reason
        return "stored"

    with ThreadPoolExecutor(16) as pool:
        said = sorted(pool.map(post, range(16)))
    assert said == ["stale"] * 15 + ["stored"]
    assert world.count() == 1
    assert world.study.check(world.learner).differences == ()


def test_undo_posted_eight_times_at_once_undoes_once(world: World) -> None:
    world.review("relu/recall")
    reply = world.review("relu/recall")
    with ThreadPoolExecutor(8) as pool:
        posts = [pool.submit(world.study.undo, world.learner, reply.attempt_id, world.now) for _ in range(8)]
        assert len({post.result().model_dump_json() for post in posts}) == 1
    assert world.count() == 3
    assert world.study.check(world.learner).differences == ()


def test_learners_do_not_see_each_other(world: World) -> None:
    from app.db import Learner

    with world.db.write() as session:
        other = Learner(name="other", created_at=world.now)
        session.add(other)
        session.flush()
        other_id = other.id
    assert other_id is not None
    attempt = world.attempt(world.question("relu/recall"))
    study = Study(world.db, world.catalogue, computed)
    assert study.submit(world.learner, attempt, world.now) == study.submit(other_id, attempt, world.now)
    assert world.count() == 2
    study.undo(other_id, attempt.attempt_id, world.now)
    assert not world.question("relu/recall").new
