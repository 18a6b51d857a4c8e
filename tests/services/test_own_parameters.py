"""A learner's own parameters in use: what is shown is what is stored, and the log replays to the last bit although the
parameters changed in between, clocks jumped, days rolled over and reviews were undone."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.db import Database, Fit, Learner, Review, fits
from app.db import repositories as repo
from app.db.repositories import Line
from app.errors import Conflict
from app.services import journal, scheduling
from app.services.own_parameters import in_use, sets_of
from app.services.replay import Known, replay
from app.services.scheduling import DEFAULT, VERSION, Parameters, own, parameters_of
from tests.services.simulated import FAST_FORGETTER, changed
from tests.services.world import World

SLOW_FORGETTER = changed(w2=9.0, w8=2.2)
SETS = (FAST_FORGETTER, SLOW_FORGETTER)


def decide(world: World, parameters: Parameters, verdict: str = "adopted") -> None:
    """A fitting as it is stored."""
    with world.db.write() as session:
        fits.append(session, Fit(
            learner_id=world.learner, made_at=world.now, name=parameters.name, weights=list(parameters.weights),
            verdict=verdict, reviews=500, trained=300, tested=75, loss_default=0.4, loss_fitted=0.3, loss_used=0.4,
            gain_error=0.01,
        ))  # fmt: skip


def used(world: World) -> Parameters:
    with world.db.read() as session:
        return in_use(session, world.learner)


def stored(world: World, key: str) -> Known | None:
    with world.db.read() as session:
        return journal.known_item(session, world.learner, key)


def versions(world: World) -> list[str]:
    with world.db.read() as session:
        return [line.version for line in repo.lines(session, world.learner)]


def test_what_decides_is_the_latest_that_decided(world: World) -> None:
    assert used(world) == DEFAULT
    decide(world, FAST_FORGETTER)
    assert used(world) == FAST_FORGETTER
    decide(world, SLOW_FORGETTER, "kept")
    assert used(world) == FAST_FORGETTER
    decide(world, SLOW_FORGETTER, "default")
    assert used(world) == DEFAULT
    decide(world, SLOW_FORGETTER)
    assert used(world) == SLOW_FORGETTER


def test_the_learners_parameters_schedule_and_are_named_in_the_log(world: World) -> None:
    key = "relu/recall"
    world.review(key, 4)
    decide(world, FAST_FORGETTER)
    world.days(20)
    shown = world.question(key)
    reply = world.study.submit(world.learner, world.attempt(shown, 3), world.now)
    assert reply.interval_s == shown.buttons[2].interval_s
    assert versions(world) == [VERSION, FAST_FORGETTER.version]
    state = scheduling.review(scheduling.initial(), 4, world.now - timedelta(days=20)).state
    assert (
        shown.buttons[2].interval_s
        == scheduling.review(state, 3, world.now, 20, FAST_FORGETTER).interval.total_seconds()
    )
    assert shown.buttons[2].interval_s != scheduling.review(state, 3, world.now, 20).interval.total_seconds()
    assert world.study.check(world.learner).differences == ()


def test_an_item_shown_before_the_change_is_asked_again(world: World) -> None:
    """Its four intervals were computed with the old set; storing another than the one on the button would be a lie."""
    world.review("relu/recall", 4)
    world.days(5)
    shown = world.question("relu/recall")
    decide(world, FAST_FORGETTER)
    with pytest.raises(Conflict) as refused:
        world.study.submit(world.learner, world.attempt(shown), world.now)
    assert refused.value.reason == "stale"
    assert world.count() == 1


def test_what_is_asked_first_follows_the_parameters_in_use(world: World) -> None:
    """The most likely forgotten first: which one that is, is for the parameters to say."""
    for key, rating, wait in (("relu/recall", 4, 40), ("vanishing/choice", 3, 0), ("vanishing/choice", 3, 12)):
        world.review(key, rating)
        world.days(wait)
    for parameters in (SLOW_FORGETTER, changed(w20=0.8)):
        decide(world, parameters)
        found = world.study.next_item(world.learner, world.now, world.rng).question
        assert found is not None
        states = {
            key: scheduling.retrievability(
                known.memory, world.now, (world.now.date() - known.last_day).days, parameters
            )
            for key in ("relu/recall", "vanishing/choice")
            if (known := stored(world, key))
        }
        assert found.key == min(states, key=lambda key: states[key])
    assert world.study.check(world.learner).differences == ()


def test_names_follow_from_the_weights() -> None:
    assert own(list(FAST_FORGETTER.weights)).name == FAST_FORGETTER.name
    assert len({DEFAULT.name, FAST_FORGETTER.name, SLOW_FORGETTER.name}) == 3
    assert all(len(one.version) <= Review.__table__.c.scheduler_version.type.length for one in SETS)  # type: ignore[attr-defined]
    nudged = list(FAST_FORGETTER.weights)
    nudged[0] += 1e-12
    assert own(nudged).name != FAST_FORGETTER.name


def test_weights_that_fsrs_does_not_allow_are_refused() -> None:
    with pytest.raises(ValueError, match="out of bounds"):
        changed(w4=99.0)
    assert scheduling.bounded([99.0] * 21)[4] == 10.0


def test_a_line_that_names_a_set_nobody_stored_is_not_guessed_at(world: World) -> None:
    line = Line("a/b", 1, 3, world.now, world.now.date(), 0, FAST_FORGETTER.version)
    with pytest.raises(LookupError):
        replay([line], {})
    assert parameters_of("", {}) == parameters_of(VERSION, {}) == DEFAULT
    assert parameters_of("fsrs 5.0.0 default r=0.9", {}) == DEFAULT


KEYS = ("relu/recall", "vanishing/choice", "boosting/order")
STEP = st.one_of(
    st.tuples(st.just("review"), st.sampled_from(KEYS), st.integers(1, 4)),
    st.tuples(st.just("review"), st.sampled_from(KEYS), st.integers(1, 4)),
    st.tuples(st.just("undo"), st.none(), st.none()),
    st.tuples(st.just("wait"), st.floats(-3, 40), st.none()),
    st.tuples(st.just("hours"), st.sampled_from([-1.0, 0.5, 1.0, 2.0, 25.0]), st.none()),
    st.tuples(st.just("revise"), st.sampled_from(KEYS), st.none()),
    st.tuples(st.just("travel"), st.sampled_from(["UTC", "America/New_York", "Pacific/Apia"]), st.none()),
    st.tuples(st.just("adopt"), st.sampled_from(SETS), st.sampled_from(["adopted", "kept", "default"])),
)  # fmt: skip
MOMENTS = st.sampled_from([
    datetime(2026, 3, 8, 6, 59, 59, tzinfo=UTC),  # New York: 01:59:59, an hour before the clocks go forward
    datetime(2026, 11, 1, 5, 30, tzinfo=UTC),  # New York: the hour that comes twice
    datetime(2026, 3, 29, 2, 59, 59, tzinfo=UTC),  # London: 03:59:59, the last second of the day
    datetime(2026, 12, 31, 23, 59, 59, tzinfo=UTC),
    datetime(2028, 2, 29, 4, 0, tzinfo=UTC),
])  # fmt: skip


@pytest.fixture(scope="module")
def one_db(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """One database for many histories, each of a learner of its own."""
    with Database(f"sqlite:///{tmp_path_factory.mktemp('histories')}/w.db") as db:
        yield db


@settings(max_examples=30, deadline=None)
@given(st.lists(STEP, max_size=25), MOMENTS)
def test_any_history_replays_to_what_is_stored(
    one_db: Database, history: list[tuple[str, object, object]], start: datetime
) -> None:
    """Reviews, undo, waiting, clocks that jump, day rollover, daylight saving, journeys, revisions, parameters that
    change: the states are those of the log, and every state is one the log explains."""
    world = World(one_db)
    with one_db.write() as session:
        someone = Learner(name=str(uuid4()), created_at=start)
        session.add(someone)
        session.flush()
        assert someone.id is not None
        world.learner = someone.id
    world.now, world.tz = start, "America/New_York"
    standing: list[UUID] = []
    for what, first, second in history:
        if what == "review":
            standing.append(world.review(str(first), int(str(second))).attempt_id)
        elif what == "undo" and standing:
            world.undo(standing.pop())
        elif what == "wait":
            world.days(float(str(first)))
        elif what == "hours":
            world.minutes(60 * float(str(first)))
        elif what == "revise":
            world.catalogue.revise(str(first))
        elif what == "travel":
            world.tz = str(first)
        elif what == "adopt":
            assert isinstance(first, Parameters)
            decide(world, first, str(second))
    assert world.study.check(world.learner).differences == ()
    before = world.count()
    with one_db.write() as session:
        keys = [row.item_key for row in repo.states(session, world.learner)]
        repo.drop_states(session, world.learner, keys)
    assert {d.item for d in world.study.rebuild(world.learner).differences} == set(keys)
    assert world.study.check(world.learner).differences == ()
    assert world.count() == before, "the log is never touched"
    with one_db.read() as session:
        assert len(list(repo.lines(session, world.learner))) == len(standing)
        assert set(sets_of(session, world.learner)) <= {one.name for one in SETS}
