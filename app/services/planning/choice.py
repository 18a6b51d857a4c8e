"""Which reviews to make, and when: greedy by expected recall gained per second, all days at once. Pure.

The problem is a knapsack with one budget a day: choose for every item the days it is reviewed on so that
Σ weight · R(item, day) is largest. One more review of an item is worth less the more it has (recall is at most 1, and
each review leaves less to gain), and each review is small beside a day's budget; for gains that diminish like this,
taking the best gain per second first is within a few per cent of the optimum. How near is not taken on trust: the
bound by Lagrange multipliers in tests/services/planning/test_choice.py says. It is made anew every day from what
really happened, so an error of the model does not add up.
"""

from dataclasses import dataclass

import numpy as np

from app.services.planning.forecast import MOST, Forecast, Items, Slots
from app.services.planning.memory import Floats

PARTS = 20
"""One part in so many of the items is chosen from before the gains are computed again: hardly worse than one by one.
Half as many where there are many slots: such a plan is mostly far ahead."""
LEAST = 2e-3
"""What a review must add to the mean recall of its item; below that it is not worth asking for."""
KEPT = 0.98
"""How likely a learner keeps each further day of a plan: what can be had today is worth a little more than a promise.
(0.95 to 0.99 do equally well for simulated learners who miss one day in ten; 1 does worse.)"""
SOON = 21
"""Days ahead after which that no longer grows: one distant promise is as good as another."""


@dataclass(frozen=True, slots=True)
class Choice:
    """schedule: (n, MOST) slots of every item's reviews. rate: (n,) the gain per second for which an item was first
    chosen for today, 0 where it was not. left: seconds of each slot that are not used."""

    schedule: Slots
    rate: Floats
    left: Floats

    def today(self) -> Slots:
        """Items to review in the first slot, the best worth first."""
        rows = np.flatnonzero(self.schedule[:, 0] == 0)
        return rows[np.argsort(-self.rate[rows], kind="stable")]


def choose(forecast: Forecast, items: Items) -> Choice:
    """The greedy choice for these items."""
    n, slots = len(items), len(forecast.horizon.days)
    schedule = np.full((n, MOST), slots, dtype=np.int64)
    left = forecast.horizon.seconds.astype(float).copy()
    rate = np.zeros(n)
    patience = KEPT ** np.minimum(forecast.horizon.days, SOON)
    gain, cost, spared = forecast.inserted(items, schedule)
    batch = max(1, n // (PARTS if slots <= 40 else PARTS // 2))
    while n:
        worth = items.weight[:, None] * gain * patience / np.maximum(cost - spared, 1e-9)
        open_ = (gain > LEAST) & (cost <= left) & (items.weight[:, None] > 0)
        worth = np.where(open_, worth, -1.0)
        slot = worth.argmax(axis=1)
        best = worth[np.arange(n), slot]
        rows = np.argsort(-best, kind="stable")[:batch]
        rows = rows[best[rows] > 0]
        if not len(rows):
            break
        done = []
        for row in rows:
            at = slot[row]
            if cost[row, at] > left[at]:
                continue
            left[at] -= cost[row, at]
            if spared[row, at] and at < schedule[row, 0]:
                left[schedule[row, 0]] += spared[row, at]
            if at == 0:
                rate[row] = best[row]
            schedule[row] = np.sort(np.append(schedule[row, :-1], at))
            done.append(row)
        at_once = np.array(done)
        gain[at_once], cost[at_once], spared[at_once] = forecast.inserted(items[at_once], schedule[at_once])
    return Choice(schedule, rate, left)
