"""Whatever a learner does, in any order: rebuild gives what is stored, undo what was before, progress shows that."""

from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from typing import cast
from uuid import UUID, uuid4

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.db import Database, Learner, log
from app.db import repositories as repo
from app.errors import AppError
from app.kit import same
from app.services import journal, scheduling
from app.services.answers import Answer
from app.services.days import study_day
from app.services.fitter import usable
from app.services.handling import ACTIONS, Action, Handler, Handling
from app.services.interchange.anki.importing import ImportedReview, ImportedState
from app.services.interchange.anki.joining import join
from app.services.notes.decks import Decks
from app.services.notes.shapes import CardEdit, Source
from app.services.notes.shelf import Joined, Shelf
from app.services.own_parameters import sets_of
from app.services.progress.history import History, history
from app.services.progress.memory import recall_on
from app.services.replay import Hold, Known
from app.services.traces import MEMORY_KINDS
from tests.services.test_own_parameters import SETS, decide
from tests.services.world import START, World

NOTES = "## Why does dropout work?\n\nIt averages nets.\n\n## What is ELBO?\n\nA bound.\n"
OURS = ("relu/recall", "vanishing/choice")
ITEM = st.integers(0, 3)
"""Two items of ours, two questions of one's own."""
STEP = st.one_of(
    st.tuples(st.just("review"), ITEM, st.integers(1, 4)),
    st.tuples(st.just("review"), ITEM, st.integers(1, 4)),
    st.tuples(st.just("wait"), st.floats(-2, 40), st.none()),
    st.tuples(st.just("handle"), ITEM, st.sampled_from(ACTIONS)),
    st.tuples(st.just("undo"), st.none(), st.none()),
    st.tuples(st.just("revise"), ITEM, st.booleans()),
    st.tuples(st.just("adopt"), st.sampled_from(SETS), st.sampled_from(["adopted", "kept", "default"])),
    st.tuples(st.just("anki"), ITEM, st.floats(0.5, 200)),
    st.tuples(st.just("anki-alone"), ITEM, st.floats(0.5, 200)),
    st.tuples(st.just("gone"), st.integers(2, 3), st.none()),
)


class Everything(World):
    """A world whose learner has two questions of their own, arranges items and brings memories from Anki."""

    def __init__(self, db: Database) -> None:
        super().__init__(db)
        with db.write() as session:
            someone = Learner(name=str(uuid4()), created_at=START)
            session.add(someone)
            session.flush()
            assert someone.id is not None
            self.learner = someone.id
        self.shelf, self.decks = Shelf(db), Decks(db, lambda: pytest.fail("not asked"), same)
        self.decks.adopt(self.learner, Source(text=NOTES, filename="mine.md"), self.now)
        self.keys = (*OURS, *self.joined().own)
        self.standing: list[UUID] = []

    def joined(self) -> Joined:
        found = self.shelf.joined(self.catalogue, self.learner)
        self.study = type(self.study)(self.db, found, self.study.computed, self.study.new_per_day)
        return found

    def step(self, what: str, first: object, second: object) -> None:
        """Raises AppError for what the use-cases refuse."""
        joined = self.joined()
        key = self.keys[first] if isinstance(first, int) else ""
        if what == "review":
            question = self.question(key)
            answer = Answer(points=()) if key not in OURS else None
            attempt = self.attempt(question, cast(int, second), answer)
            self.standing.append(self.study.submit(self.learner, attempt, self.now).attempt_id)
        elif what == "wait":
            self.days(cast(float, first))
        elif what == "handle":
            action = cast(Action, second)
            day = study_day(self.now, self.tz) + timedelta(days=3) if action == "reschedule" else None
            handling = Handling(attempt_id=uuid4(), item=key, action=action, day=day)
            self.standing.append(Handler(self.db, joined).handle(self.learner, handling, self.now).attempt_id)
        elif what == "undo" and self.standing:
            self.undo(self.standing.pop())
        elif what == "revise" and key in OURS:
            self.catalogue.revise(key)
        elif what == "revise":
            edit = CardEdit(question="Why?", answer="So.", topic="", removed=False, anew=bool(second))
            self.decks.edit(self.learner, key.partition("/")[0], edit, self.now)
        elif what == "adopt":
            decide(self, cast(scheduling.Parameters, first), str(second))
        elif what == "gone":
            self.decks.drop_card(self.learner, key.partition("/")[0], self.now)
        elif what.startswith("anki"):
            self.bring(joined, key, cast(float, second), alone=what == "anki-alone")

    def bring(self, joined: Joined, key: str, stability: float, alone: bool) -> None:
        """What Anki knows of an item: two answers and a memory of its own, or the memory alone."""
        last = self.now - timedelta(days=1, seconds=len(self.standing))
        answers = [] if alone else [ImportedReview(uuid4(), last - timedelta(days=4), 3, 1000),
                                    ImportedReview(uuid4(), last, 3, 1000)]  # fmt: skip
        state = ImportedState(stability, 6.5, scheduling.REVIEW, last + timedelta(days=stability), last, 2, 0)
        with self.db.write() as session:
            repo.lock_learner(session, self.learner)
            found = join(session, self.learner, {key: (joined.item(key).item.rev, (answers, state))}, "UTC", False)
        if found.reviews:
            self.standing.clear()  # a file that was taken in is not undone line by line

    def stored(self) -> tuple[dict[str, Known], dict[str, Hold]]:
        with self.db.read() as session:
            return journal.known_items(session, self.learner), journal.holds(session, self.learner)

    def history(self) -> History:
        with self.db.read() as session:
            return history(log.columns(session, self.learner, MEMORY_KINDS), sets_of(session, self.learner))


@pytest.fixture(scope="module")
def one_db(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """One database for many histories, each of a learner of its own."""
    with Database(f"sqlite:///{tmp_path_factory.mktemp('histories')}/w.db") as db:
        yield db


def lived(world: Everything, steps: list[tuple[str, object, object]]) -> None:
    """What the use-cases refuse is passed over."""
    for step in steps:
        with suppress(AppError):
            world.step(*step)


def test_every_kind_of_step_is_one_that_can_be_taken(one_db: Database) -> None:
    """Refused steps would make the properties below hold for nothing."""
    world = Everything(one_db)
    for item in range(4):
        world.step("anki", item, 12.0)
        world.step("review", item, 3)
        for action in ACTIONS:
            world.step("review", item, 3)
            world.step("handle", item, action)
            world.step("undo", None, None)
        world.step("revise", item, True)
        world.step("handle", item, "keep")
        assert world.stored()[0][world.keys[item]].rev == 2
    world.step("gone", 3, None)
    with pytest.raises(AppError):
        world.step("review", 3, 3)


@settings(max_examples=60, deadline=None)
@given(st.lists(STEP, min_size=4, max_size=25))
def test_rebuild_equals_what_is_stored(one_db: Database, steps: list[tuple[str, object, object]]) -> None:
    world = Everything(one_db)
    lived(world, steps)
    assert world.study.check(world.learner).differences == ()
    before, holds = world.stored()
    with one_db.write() as session:
        repo.drop_states(session, world.learner, before)
        for key in holds:
            repo.put_hold(session, world.learner, key, None)
    assert {one.item for one in world.study.rebuild(world.learner).differences} == before.keys() | holds.keys()
    assert world.stored() == (before, holds)


@settings(max_examples=30, deadline=None)
@given(st.lists(STEP, max_size=12), st.lists(STEP, min_size=1, max_size=10))
def test_undoing_the_latest_steps_gives_what_was_before(
    one_db: Database, earlier: list[tuple[str, object, object]], later: list[tuple[str, object, object]]
) -> None:
    world = Everything(one_db)
    lived(world, earlier)
    world.standing.clear()
    before = world.stored()
    lived(world, [step for step in later if step[0] not in ("undo", "anki", "anki-alone")])
    while world.standing:
        world.undo(world.standing.pop())
    assert world.stored() == before


@settings(max_examples=60, deadline=None)
@given(st.lists(STEP, min_size=4, max_size=25))
def test_progress_shows_the_memory_that_is_stored(one_db: Database, steps: list[tuple[str, object, object]]) -> None:
    """Stability, difficulty and recall of every item, as reviews go on with them."""
    world = Everything(one_db)
    lived(world, steps)
    known, h = world.stored()[0], world.history()
    day = max(world.now.date(), *(one.last_day for one in known.values()), START.date()) + timedelta(days=60)
    shown = recall_on(h, np.array([day.toordinal()]))[:, 0] if len(h) else []
    assert {key for key, r in zip(h.keys, shown, strict=True) if np.isfinite(r)} == known.keys()
    for key, one in known.items():
        last = np.flatnonzero(h.item == h.keys.index(key))[-1]
        assert h.trace.stability[last] == pytest.approx(one.memory.stability, rel=1e-9)
        assert h.trace.difficulty[last] == pytest.approx(one.memory.difficulty, rel=1e-9)


def test_what_is_fitted_has_its_answers(one_db: Database) -> None:
    """A memory that came alone tells nothing of how it grew: it is counted as a review, and not fitted to."""
    world = Everything(one_db)
    lived(world, [("anki-alone", 0, 80.0), ("anki", 1, 80.0), ("wait", 5.0, None), ("review", 0, 3), ("review", 1, 3)])
    with one_db.read() as session:
        found = log.columns(session, world.learner, MEMORY_KINDS)
        run, reviews = usable(found)
    assert reviews == 5
    assert [key for key, one in zip(found["item_key"], run, strict=True) if one < 0] == [OURS[0]] * 2
    h = world.history()
    for place in h.predicted[-2:]:
        state = scheduling.State(80.0, 6.5, scheduling.REVIEW, None, START, START)
        expected = scheduling.retrievability(state, START, int(h.elapsed[place]))
        assert h.trace.recall[place] == pytest.approx(expected, rel=1e-9)
