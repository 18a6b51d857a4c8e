"""The fitting in the background: who is due, one at a time, nothing lost in a restart, nothing stored too late."""

import asyncio
from collections.abc import Callable
from uuid import uuid4

import pytest

from app.db import Database, Fit, Review, Session, fits
from app.db import repositories as repo
from app.errors import Busy, Unprocessable
from app.kit.text import same
from app.services import fitter as module
from app.services import fitting
from app.services.fitter import Fitter, grown
from app.services.fitting import Fitted, History
from app.services.own_parameters import in_use
from app.services.scheduling import DEFAULT
from tests.services.simulated import FAST_FORGETTER, Learner, write
from tests.services.world import START

KEYS = [f"card/{i}" for i in range(120)]


class Worker:
    """Fits in this process; counts, and can be told to fail."""

    def __init__(self, error: Exception | None = None, meanwhile: Callable[[], None] = lambda: None) -> None:
        self.calls, self.at_once, self.most, self.error, self.meanwhile = 0, 0, 0, error, meanwhile

    async def __call__(self, function: Callable[[History], Fitted], *args: History, deadline: float) -> Fitted:
        self.calls += 1
        self.at_once += 1
        self.most = max(self.most, self.at_once)
        await asyncio.sleep(0)
        self.at_once -= 1
        self.meanwhile()
        if self.error:
            raise self.error
        return function(*args)


def learner_with(db: Database, reviews: int) -> int:
    with db.write() as session:
        learner = repo.local_learner(session, START)
    write(db, learner, Learner(KEYS, true=FAST_FORGETTER).study(reviews))
    return learner


def turn(db: Database, worker: Worker, asked: int | None = None) -> None:
    """One look, by a fitter that knows nothing of earlier ones: as after a restart."""

    async def go() -> None:
        one = Fitter(db, worker, lambda: START)
        if asked is not None:
            one.ask(asked)
        await one.turn()
        assert asked is None or not one.pending(asked)

    asyncio.run(go())


def read(db: Database, question: Callable[[Session], object]) -> object:
    with db.read() as session:
        return question(session)


def test_a_log_that_is_long_enough_is_fitted_once(db: Database) -> None:
    learner = learner_with(db, 900)
    worker = Worker()
    for _ in range(3):
        turn(db, worker)
    assert worker.calls == 1
    (found,) = read(db, lambda s: fits.all_of(s, learner))  # type: ignore[misc]
    assert (found.reviews, found.made_at, found.learner_id) == (900, START, learner)
    assert (read(db, lambda s: in_use(s, learner)) != DEFAULT) == (found.verdict == "adopted")


def test_a_short_log_is_left_alone(db: Database) -> None:
    learner = learner_with(db, fitting.LEAST_REVIEWS - 1)
    worker = Worker()
    turn(db, worker)
    assert worker.calls == 0
    with pytest.raises(Unprocessable, match="499"):
        turn(db, worker, asked=learner)


def test_it_is_fitted_again_when_it_has_grown_by_a_fifth_or_somebody_asks(db: Database) -> None:
    learner = learner_with(db, 900)
    worker = Worker()
    turn(db, worker)
    turn(db, worker, asked=learner)
    assert worker.calls == 2
    with db.write() as session:
        fits.append(session, Fit(**{**_fields(session, learner), "reviews": 750}))
        assert grown(session, learner)
        fits.append(session, Fit(**{**_fields(session, learner), "reviews": 751}))
        assert not grown(session, learner)


def test_a_fitting_that_fails_is_not_tried_again_until_there_is_more(db: Database) -> None:
    learner_with(db, 600)
    worker = Worker(ValueError("no"))

    async def go() -> None:
        one = Fitter(db, worker, lambda: START)
        for _ in range(3):
            await one.turn()

    asyncio.run(go())
    assert worker.calls == 1


def test_busy_workers_put_it_off(db: Database) -> None:
    learner = learner_with(db, 600)
    worker = Worker(Busy(same("busy")))

    async def go() -> None:
        one = Fitter(db, worker, lambda: START)
        one.ask(learner)
        with pytest.raises(Busy):
            await one.turn()
        assert one.pending(learner)
        worker.error = None
        await one.turn()
        assert not one.pending(learner)

    asyncio.run(go())
    assert worker.calls == 2
    assert read(db, lambda s: len(fits.all_of(s, learner))) == 1


def test_a_result_that_comes_too_late_is_dropped(db: Database) -> None:
    """Another set was adopted while this one was fitted: it was compared with what is no longer in use."""
    learner = learner_with(db, 600)

    def adopt() -> None:
        with db.write() as session:
            fields = {"learner_id": learner, "made_at": START, "name": FAST_FORGETTER.name, "verdict": "adopted",
                      "weights": list(FAST_FORGETTER.weights), "reviews": 600, "trained": 1, "tested": 1,
                      "loss_default": 1.0, "loss_fitted": 0.5, "loss_used": 1.0, "gain_error": 0.1}  # fmt: skip
            fits.append(session, Fit(**fields))

    turn(db, Worker(meanwhile=adopt))
    (only,) = read(db, lambda s: fits.all_of(s, learner))  # type: ignore[misc]
    assert only.name == FAST_FORGETTER.name


def test_undone_reviews_do_not_count(db: Database) -> None:
    learner = learner_with(db, 500)
    with db.write() as session:
        last = repo.last_standing(session, learner)
        assert last is not None
        session.add(Review(
            learner_id=learner, attempt_id=uuid4(), kind="undo", undoes=last.attempt_id, item_key=last.item_key,
            rev=1, answered_at=START, study_day=START.date(), tz="UTC", scheduler_version="", body_hash="", outcome={},
        ))  # fmt: skip
    with db.read() as session:
        assert fits.standing(session, learner) == 499
        assert not grown(session, learner)


def test_the_run_looks_when_it_is_asked_and_ends_when_it_is_cancelled(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    learner = learner_with(db, 600)
    worker = Worker()
    monkeypatch.setattr(module, "FIRST_S", 60.0)

    async def go() -> None:
        one = Fitter(db, worker, lambda: START)
        task = asyncio.create_task(one.run())
        await asyncio.sleep(0)
        await asyncio.to_thread(one.ask, learner)
        async with asyncio.timeout(20):
            while one.pending(learner):
                await asyncio.sleep(0.01)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(go())
    assert worker.calls == worker.most == 1


def test_without_the_optimiser_nothing_is_fitted(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    learner = learner_with(db, 600)
    monkeypatch.setattr(fitting, "LIBRARY", "no_such_library")
    worker = Worker()
    turn(db, worker)
    assert worker.calls == 0
    with pytest.raises(Unprocessable, match="not installed"):
        turn(db, worker, asked=learner)


def _fields(session: Session, learner: int) -> dict[str, object]:
    last = fits.latest(session, learner)
    assert last is not None
    return {**last.model_dump(exclude={"id"}), "made_at": START}
