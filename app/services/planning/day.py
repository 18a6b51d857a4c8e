"""One day of a plan: what to ask today, and what comes of it on the interview day if the plan is kept. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from app.services.asking import ItemRef
from app.services.planning.calendar import horizon
from app.services.planning.choice import choose
from app.services.planning.forecast import FIRST_COST, Forecast, Items
from app.services.planning.memory import Floats, Memory
from app.services.planning.settings import Dates, PlanSettings
from app.services.replay import Known


@dataclass(frozen=True, slots=True)
class DayPlan:
    """reviews, new: item keys to ask today, the most worth first; cost: seconds each is expected to take in all.

    For every item, in the order of `keys`: weight, whether it was ever asked, recall on the interview day(s) if the
    plan is kept, the day of its first review in the plan (None: not in it). next_day: the next with something to do.
    """

    keys: tuple[str, ...]
    topics: tuple[str, ...]
    weight: Floats
    seen: tuple[bool, ...]
    kept: Floats
    first: tuple[date | None, ...]
    reviews: tuple[str, ...]
    new: tuple[str, ...]
    cost: Mapping[str, float]
    next_day: date | None

    @property
    def readiness(self) -> float:
        """Mean recall on the day if the plan is kept, by weight."""
        return mean(self.kept, self.weight)

    @property
    def last_new(self) -> date | None:
        """The last day on which something is asked for the first time."""
        first = [day for day, seen in zip(self.first, self.seen, strict=True) if day is not None and not seen]
        return max(first, default=None)


def mean(recall: Floats, weight: Floats) -> float:
    """The mean by weight; 0 where nothing counts."""
    total = float(weight.sum())
    return float((recall * weight).sum() / total) if total > 0 else 0.0


def arrays(
    refs: Sequence[ItemRef], known: Mapping[str, Known], settings: PlanSettings, today: date, seconds: Floats,
    named: Mapping[str, date],
) -> Items:  # fmt: skip
    """The items as numbers. What was asked at another revision was never asked. named: days that the learner has
    given to items; what waits for one is not chosen before, and what has come is asked in any case."""
    states = [one if (one := known.get(r.key)) is not None and one.rev == r.item.rev else None for r in refs]
    return Items(
        np.array([s.memory.stability if s and s.memory.stability else 1.0 for s in states]),
        np.array([s.memory.difficulty if s and s.memory.difficulty else 5.0 for s in states]),
        np.array([s is not None for s in states], dtype=bool),
        np.array([max(0, (today - s.last_day).days) if s else 0 for s in states], dtype=float),
        np.array([settings.weight(r.topic) for r in refs]),
        seconds,
        np.array([max(1, (named[r.key] - today).days) if r.key in named else 0 for r in refs], dtype=float),
    )


def recall_on_the_day(items: Items, dates: Dates, memory: Memory) -> Floats:
    """(n,): recall on the days of the interviews to come, their mean, if nothing more is done."""
    ahead = np.array([(day - dates.today).days for day in dates.interviews], dtype=float)
    recall = memory.recall(items.stability[:, None], ahead + items.age[:, None])
    return np.asarray(np.where(items.seen, recall.mean(axis=1), 0.0))


def plan_day(
    refs: Sequence[ItemRef], items: Items, settings: PlanSettings, dates: Dates, left: float, memory: Memory
) -> DayPlan:
    """The day's plan with so many seconds left today, for a memory with these parameters."""
    when = None if dates.days_left == 0 else horizon(settings, dates, left)
    if when is None:
        return _on_the_day(refs, items, dates, left, memory)
    forecast = Forecast(memory, when)
    choice = choose(forecast, items)
    slots = len(when.days)
    days = [dates.today + timedelta(days=int(day)) for day in when.days]
    today = choice.today()
    later = choice.schedule[(choice.schedule > 0) & (choice.schedule < slots)]
    cost = items.seconds * np.where(items.seen, 1.0, FIRST_COST)
    return DayPlan(
        tuple(r.key for r in refs),
        tuple(r.topic for r in refs),
        items.weight,
        tuple(bool(s) for s in items.seen),
        forecast.value(items, choice.schedule).mean(axis=1),
        tuple(days[at] if at < slots else None for at in choice.schedule[:, 0]),
        tuple(refs[row].key for row in today if items.seen[row]),
        tuple(refs[row].key for row in today if not items.seen[row]),
        {refs[row].key: float(cost[row]) for row in today},
        days[int(later.min())] if len(later) else None,
    )


def _on_the_day(refs: Sequence[ItemRef], items: Items, dates: Dates, left: float, memory: Memory) -> DayPlan:
    """The interview is today: a warm-up of what is known least well, nothing new."""
    now = recall_on_the_day(items, Dates(dates.today, dates.interviews[:1]), memory)
    asked = items.seen & (items.age > 0) & (items.wait == 0)
    worth = np.where(asked, items.weight * (1 - now) / items.seconds, 0.0)
    order = [int(row) for row in np.argsort(-worth, kind="stable") if worth[row] > 0]
    total = np.cumsum(items.seconds[order])
    rows = [row for row, spent in zip(order, total, strict=True) if spent <= left]
    chosen = set(rows)
    return DayPlan(
        tuple(r.key for r in refs), tuple(r.topic for r in refs), items.weight, tuple(bool(s) for s in items.seen), now,
        tuple(dates.today if at in chosen else None for at in range(len(refs))),
        tuple(refs[row].key for row in rows), (), {refs[row].key: float(items.seconds[row]) for row in rows}, None,
    )  # fmt: skip
