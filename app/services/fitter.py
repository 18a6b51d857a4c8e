"""Fits learners' own parameters in the background: one at a time, in a compute worker, never on the event loop.

Nothing of it lives in memory only. Who is due follows from the log and the fittings stored, so a restart goes on where
it was; a result that comes too late (another was decided meanwhile) is dropped.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from itertools import compress
from typing import Any, Protocol

import numpy as np

from app.db import Database, Fit, Session, fits, log
from app.db import repositories as repo
from app.errors import AppError, Unprocessable
from app.kit.text import text
from app.services import fitting
from app.services.fitting import LEAST_PREDICTIONS, LEAST_REVIEWS, Fitted, History
from app.services.own_parameters import in_use
from app.services.scheduling import own
from app.services.traces import MEMORY_KINDS, Ints, runs

DEADLINE_S = 120.0
FIRST_S, PERIOD_S = 10.0, 60.0
"""Seconds until the first look (the start has other things to do) and between looks."""
GROWTH = 1.2
"""A log is fitted again when it has grown by a fifth."""

NOT_INSTALLED = text(
    zh="这台机器上没有装拟合程序 fsrs-rs-python，无法拟合；排程照常用默认参数。",
    en="The optimiser, fsrs-rs-python, is not installed here, so nothing can be fitted; reviews go on with the default "
    "parameters.",
)
_log = logging.getLogger("warmup")


class Worker(Protocol):
    """Runs the fitting elsewhere."""

    def __call__(self, function: Callable[[History], Fitted], /, *args: History, deadline: float) -> Awaitable[Fitted]:
        """Raises AppError when it is busy or too slow."""
        ...


class Fitter:
    """Use from one event loop: `run` for as long as the application lives; `ask` for a fitting out of turn."""

    def __init__(self, db: Database, worker: Worker, clock: Callable[[], datetime]) -> None:
        self._db, self._worker, self._clock = db, worker, clock
        self._asked: set[int] = set()
        self._woken = asyncio.Event()
        self._loop = asyncio.get_running_loop()
        self._failed: dict[int, int] = {}
        """Reviews a log held when its fitting failed: not tried again before there are more."""
        self.fitting: int | None = None
        """The learner whose log is being fitted."""

    async def run(self) -> None:
        """Looks who is due, fits them one after the other, rests."""
        wait = FIRST_S
        while True:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._woken.wait(), wait)
            self._woken.clear()
            wait = PERIOD_S
            try:
                await self.turn()
            except AppError as error:  # the database or the workers are busy: next time
                _log.info("fitting put off: %s", error.code)
            except Exception:  # whatever it was, it must not end the looking
                _log.exception("fitting")

    def ask(self, learner: int) -> None:
        """Fit this learner's log as soon as may be, grown or not. From any thread.

        Raises Unprocessable when there is too little to fit, or nothing to fit with.
        """
        if not fitting.available():
            raise Unprocessable(NOT_INSTALLED)
        with self._db.read() as session:
            reviews, predictions = fits.standing(session, learner), fits.predictions(session, learner)
        if reviews < LEAST_REVIEWS or predictions < LEAST_PREDICTIONS:
            raise Unprocessable(
                text(
                    zh=f"拟合至少要 {LEAST_REVIEWS} 次复习，其中 {LEAST_PREDICTIONS} 次是隔天以上的；"
                    f"现在有 {reviews} 次，其中 {predictions} 次。",
                    en=f"Fitting takes {LEAST_REVIEWS} reviews, {LEAST_PREDICTIONS} of them on a later day; there are "
                    f"{reviews}, {predictions} of them.",
                )
            )
        self._asked.add(learner)
        self._loop.call_soon_threadsafe(self._woken.set)

    def pending(self, learner: int) -> bool:
        """Whether a fitting was asked for or is under way."""
        return learner in self._asked or self.fitting == learner

    async def turn(self) -> None:
        """One fitting for everybody who is due."""
        if not fitting.available():
            return
        for learner in await asyncio.to_thread(self._due):
            self.fitting = learner
            try:
                history, reviews = await asyncio.to_thread(self._history, learner)
                await self._fit(learner, history, reviews)
                self._asked.discard(learner)
            finally:
                self.fitting = None

    async def _fit(self, learner: int, history: History, reviews: int) -> None:
        if len(fitting.predictions(history)) < LEAST_PREDICTIONS:  # the rest rests on memories that were imported
            self._failed[learner] = reviews
            return
        try:
            fitted = await self._worker(fitting.fit, history, deadline=DEADLINE_S)
        except AppError:
            raise
        except Exception:
            self._failed[learner] = reviews
            _log.exception("fitting failed for learner %d at %d reviews", learner, reviews)
            return
        await asyncio.to_thread(self._store, learner, history, reviews, fitted)

    def _due(self) -> list[int]:
        with self._db.read() as session:
            return [
                learner
                for learner in fits.with_reviews(session, LEAST_REVIEWS)
                if learner in self._asked or grown(session, learner, self._failed.get(learner, 0))
            ]

    def _history(self, learner: int) -> tuple[History, int]:
        with self._db.read() as session:
            found = log.columns(
                session, learner, MEMORY_KINDS, ("item_key", "rev", "kind", "rating", "elapsed_days", "adopted")
            )
            used = in_use(session, learner)
        run, reviews = usable(found)
        rating, elapsed = (np.array(list(compress(found[n], run >= 0)), np.int64) for n in ("rating", "elapsed_days"))
        return History(run[run >= 0], rating, elapsed, used.weights), reviews

    def _store(self, learner: int, history: History, reviews: int, fitted: Fitted) -> None:
        with self._db.write() as session:
            repo.lock_learner(session, learner)
            if in_use(session, learner).weights == history.used:
                fits.append(session, row(learner, reviews, fitted, self._clock()))


def usable(found: Mapping[str, Sequence[Any]]) -> tuple[Ints, int]:
    """The memories of a log as `runs` numbers them, and how many reviews they hold. -1, too, for memories that an
    import brought without their answers: the answers since do not say what they grew from."""
    run = runs(found["item_key"], found["rev"], found["kind"])
    reviews = int((run >= 0).sum())
    begun, first = np.unique(run, return_index=True)
    brought = [one for one, at in zip(begun, first.tolist(), strict=True) if found["adopted"][at]]
    return np.where(np.isin(run, brought), -1, run), reviews


def grown(session: Session, learner: int, failed: int = 0) -> bool:
    """Whether a learner's log has enough reviews, and a fifth more than at its last fitting (or failure)."""
    last = fits.latest(session, learner)
    least = max(LEAST_REVIEWS, GROWTH * max(failed, last.reviews if last else 0))
    return fits.standing(session, learner) >= least and fits.predictions(session, learner) >= LEAST_PREDICTIONS


def row(learner: int, reviews: int, fitted: Fitted, now: datetime) -> Fit:
    """To be stored."""
    return Fit(
        learner_id=learner,
        made_at=now,
        name=own(fitted.weights).name,
        weights=list(fitted.weights),
        verdict=fitted.verdict,
        reviews=reviews,
        trained=fitted.trained,
        tested=fitted.tested,
        loss_default=fitted.loss_default,
        loss_fitted=fitted.loss_fitted,
        loss_used=fitted.loss_used,
        gain_error=fitted.gain_error,
    )
