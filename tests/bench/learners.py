"""Simulated learners whose true memory is not the model's, and the ways to spend the same minutes before an interview.

The scheduler sees what it would see in life: ratings and times. It believes in the default FSRS parameters. Each
learner's true parameters are drawn around them, every item is easier or harder to keep for this learner than FSRS
knows, every review leaves a random error in stability, attention slips, and some days are missed.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from app.services.planning.choice import choose
from app.services.planning.forecast import Forecast, Horizon, Items
from app.services.planning.memory import FIRST_RATINGS, Floats, Memory
from app.services.queue import SECONDS_EACH

PARAMETER_SPREAD, ITEM_SPREAD, REVIEW_SPREAD = 0.25, 0.35, 0.15
"""Spread (of the logarithm) of each true parameter, and of an item's and one review's effect on stability."""
SLIP, MISSED = 0.03, 0.1
"""Chance to get something wrong that is known; chance that a day's study does not happen."""
TOPICS, WEIGHTS = 10, (0.5, 1.0, 1.0, 2.0)
SPEED, SPEED_SPREAD = 25.0, 0.4
"""Seconds an answer takes: median, and spread (log) over items."""
FRESH, TIRES = 3600.0, 7200.0
"""A learner who tires: past an hour a day, what an answer adds to stability falls by 1/e every two hours."""
EVENING = 4 * 3600.0
"""Seconds that an evening has, where it is said that it ends."""


@dataclass
class Track:
    """One view of the memory of n items: the learner's own, or what the scheduler believes."""

    memory: Memory
    stability: Floats
    difficulty: Floats

    def meet(self, rows: np.ndarray, rating: np.ndarray) -> None:
        self.stability[rows], self.difficulty[rows] = self.memory.first(rating)

    def again(self, rows: np.ndarray, elapsed: np.ndarray | float, rating: np.ndarray | int) -> None:
        self.stability[rows], self.difficulty[rows] = self.memory.review(
            self.stability[rows], self.difficulty[rows], elapsed, rating
        )


class Learner:
    """A learner with `n` items, none of them seen. The seed makes memory, items and luck."""

    def __init__(self, seed: int, n: int, days: int, tires: bool = False) -> None:
        self.rng = rng = np.random.default_rng(seed)
        w = np.array(Memory().w) * np.exp(rng.normal(0, PARAMETER_SPREAD, 21))
        w[4] = min(w[4], 9.5)  # first difficulty stays on its scale
        self.n, self.days = n, days
        blank = lambda: (np.full(n, np.nan), np.full(n, np.nan))  # noqa: E731
        self.true, self.model = Track(Memory(tuple(w)), *blank()), Track(Memory(), *blank())
        self.keeps = np.exp(rng.normal(0, ITEM_SPREAD, n))
        self.last = np.full(n, -1)
        self.topic = np.sort(rng.integers(0, TOPICS, n))
        self.weight = rng.choice(WEIGHTS, TOPICS)[self.topic]
        self.seconds = np.exp(rng.normal(np.log(SPEED), SPEED_SPREAD, n))
        self.guess = self.seconds * np.exp(rng.normal(0, 0.25, n))  # what the planner believes
        self.here = rng.random(days) >= MISSED
        self.tires, self.used = tires, np.zeros(days)

    @property
    def seen(self) -> np.ndarray:
        return self.last >= 0

    def study(self, order: np.ndarray, day: int, budget: float) -> float:
        """Answers these items in this order until the seconds are used; returns what is left of them."""
        rows = np.asarray(order)
        if not len(rows):
            return budget
        rng, old = self.rng, self.seen[rows]
        elapsed = (day - self.last[rows]).astype(float)
        known = np.where(old, self.true.memory.recall(self.true.stability[rows], elapsed), 0.0)
        right = rng.random(len(rows)) < known * (1 - SLIP)
        first = rng.choice(4, len(rows), p=FIRST_RATINGS) + 1
        answers = np.where(old, 1 + ~right, np.array([3.0, 2.0, 2.0, 1.0])[first - 1])  # with the steps of the same day
        time = self.seconds[rows] * answers * np.exp(rng.normal(0, 0.2, len(rows)))
        done = np.cumsum(time) <= budget
        slips = np.exp(rng.normal(0, REVIEW_SPREAD, len(rows)))
        if self.tires:
            slips *= np.exp(-np.maximum(self.used[day] + np.cumsum(time) - FRESH, 0) / TIRES)
        self.used[day] += time[done].sum()
        for track in (self.true, self.model):
            before = track.stability[rows]
            new = rows[done & ~old]
            track.meet(new, first[done & ~old])
            repeat = done & old
            track.again(rows[repeat], elapsed[repeat], np.where(right, 3, 1)[repeat])
            steps = done & (answers > 1)
            track.again(rows[steps], 0.0, 3)
            if track is self.true:
                effect, after = self.keeps[rows] * slips, track.stability[rows]
                grown = before + (after - before) * effect  # what was gained is more or less than FSRS says
                after = np.where(~old, after * effect, np.where(after > before, grown, after))
                track.stability[rows[done]] = np.maximum(after[done], 0.01)
        self.last[rows[done]] = day
        return float(budget - time[done].sum())

    def recall(self, day: int) -> Floats:
        """True recall of every item; what was never met is not known."""
        elapsed = day - self.last
        return np.where(self.seen, self.true.memory.recall(np.where(self.seen, self.true.stability, 1.0), elapsed), 0.0)


Policy = Callable[[Learner, float], None]


def by_plan(learner: Learner, seconds: float) -> None:
    """Ours: each day the best use of what is left, planned anew from the ratings so far."""
    _planned(learner, np.full(learner.days, seconds))


def by_plan_with_an_evening(learner: Learner, seconds: float) -> None:
    """Ours, where up to an evening's worth of the same minutes is kept for the last evening."""
    evening, each = _evening(learner, seconds)
    budget = np.full(learner.days, each)
    budget[_last(learner)] = evening
    _planned(learner, budget)


def _planned(learner: Learner, seconds: Floats) -> None:
    for day in np.flatnonzero(learner.here):
        left = float(seconds[day])
        for _ in range(2):  # what is left when some things went faster than expected is planned again
            if left < SECONDS_EACH:
                break
            ahead = learner.days - day
            budget = seconds[day:].copy()
            budget[0] = left
            horizon = Horizon(np.arange(ahead, dtype=float), budget, np.array([float(ahead)]))
            items = Items(
                np.where(learner.seen, learner.model.stability, 1.0),
                np.where(learner.seen, learner.model.difficulty, 5.0), learner.seen,
                (day - learner.last).astype(float), learner.weight, learner.guess, np.zeros(learner.n),
            )  # fmt: skip
            rows = choose(Forecast(learner.model.memory, horizon), items).today()
            left = learner.study(rows, int(day), left)


def by_fsrs(learner: Learner, seconds: float) -> None:
    """Plain FSRS at 0.9: what is due, most forgotten first; the rest of the time new items, in their order."""
    for day in np.flatnonzero(learner.here):
        seen = learner.seen
        stability = np.where(seen, learner.model.stability, 1.0)
        due = seen & (day - learner.last >= learner.model.memory.interval(stability, 0.9))
        recall = learner.model.memory.recall(stability, day - learner.last)
        rows = np.flatnonzero(due)
        left = learner.study(rows[np.argsort(recall[rows])], int(day), seconds)
        learner.study(np.flatnonzero(~seen), int(day), left)


def by_days(learner: Learner, seconds: float) -> None:
    """Cards divided by days: each day its share of the new ones; what time is left repeats the oldest."""
    for day in np.flatnonzero(learner.here):
        share = np.arange(learner.n) < (day + 1) * learner.n / learner.days
        left = learner.study(np.flatnonzero(share & ~learner.seen), int(day), seconds)
        old = np.flatnonzero(learner.seen & (learner.last < day))
        learner.study(old[np.argsort(learner.last[old], kind="stable")], int(day), left)


def the_night_before(learner: Learner, seconds: float) -> None:
    """All minutes of all days on the last evening: everything once in its order, then over and over."""
    _crammed(learner, np.arange(learner.n), seconds * int(learner.here.sum()))


def the_night_before_by_worth(learner: Learner, seconds: float) -> None:
    """The same, what weighs most and takes least first: the best one can do with one evening."""
    _crammed(learner, np.argsort(-learner.weight / learner.guess), seconds * int(learner.here.sum()))


def one_evening_by_worth(learner: Learner, seconds: float) -> None:
    """The same, until the evening ends."""
    _crammed(learner, np.argsort(-learner.weight / learner.guess), _evening(learner, seconds)[0])


def _crammed(learner: Learner, order: np.ndarray, left: float) -> None:
    for _ in range(20):
        left = learner.study(order, _last(learner), left)


def _last(learner: Learner) -> int:
    """The last day that is not missed."""
    return int(np.flatnonzero(learner.here)[-1])


def _evening(learner: Learner, seconds: float) -> tuple[float, float]:
    """Of the same seconds in all: those of the last evening, and of every other day."""
    days = int(learner.here.sum())
    evening = min(EVENING, seconds * days)
    return evening, (seconds * days - evening) / max(days - 1, 1)


POLICIES: dict[str, Policy] = {
    "plan": by_plan, "(a) FSRS at 0.9": by_fsrs, "(b) cards / days": by_days, "(c) night before": the_night_before,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Outcome:
    """Mean true recall by weight on the day; plain; by weight a week later. longest: hours of the longest day."""

    recall: float
    plain: float
    later: float
    longest: float


def outcome(policy: Policy, seed: int, n: int, days: int, minutes: float, tires: bool = False) -> Outcome:
    """What comes of one learner who studies so."""
    learner = Learner(seed, n, days, tires)
    policy(learner, minutes * 60)
    recall, later = learner.recall(days), learner.recall(days + 7)
    by_weight = [float(np.average(one, weights=learner.weight)) for one in (recall, later)]
    return Outcome(by_weight[0], float(recall.mean()), by_weight[1], float(learner.used.max()) / 3600)
