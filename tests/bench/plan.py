"""The plan against the other ways to spend the same minutes: mean true recall on the day, by simulated learners.

`python -m tests.bench.plan [learners]`. Of 200 learners (± 0.003 or less):

                              10 min/day   25 min/day   50 min/day   at 25: a week later   longest day
    plan                           .463         .773         .940                  .715         0.4 h
    (a) FSRS at 0.9                .174         .435         .859                  .410         0.4 h
    (b) cards / days               .302         .734         .883                  .679         0.4 h
    (c) night before               .375         .889         .909                  .745         7.8 h
    (c) by worth                   .573         .901         .910                  .754         7.8 h
    (c) by worth, tiring           .563         .839         .838                  .677         7.8 h
    (c) by worth, 4 hours          .573         .667         .667                  .558         4.0 h
    plan, 4 hours at the end       .572         .856         .965                  .752         4.0 h
    ceiling, by the model          .537         .842

Where the plan loses, and why it must. At 25 minutes a day the time is just enough to meet every item once. Under FSRS
one meeting leaves .91 the next day and .74 after ten: whoever may do all of it on the last evening has forgotten one
day's worth of everything, whoever is bound to 25 minutes a day has forgotten up to twenty. No choice of reviews makes
up for that. The ceiling, which holds for every schedule with 25 minutes a day, even if no day is missed and the memory
is the model's, is below what the night before gets; the plan is at .92 of it with one day in ten missed. The same at
10 minutes a day, once the night is spent by worth. So it is the limit of minutes a day that loses, not the choice: with
the same minutes and the same longest day ("plan, 4 hours at the end" against "(c) by worth, 4 hours") the plan is as
good where all of it fits into the evening, and .19 to .30 ahead where not. Hence the setting for the day before.

What favours (c) here: no evening is missed, nobody tires but in the row that says so, and the eighth hour of new items
leaves the stability that FSRS was fitted to on days of a few dozen. At 50 minutes a day its night is 16 hours long.
"""

import sys
from concurrent.futures import ProcessPoolExecutor
from dataclasses import astuple
from functools import partial
from itertools import combinations

import numpy as np

from app.services.planning.forecast import MOST, Forecast, Horizon, Items
from app.services.planning.memory import Floats, Memory
from tests.bench import learners as by
from tests.bench.learners import Learner, Policy, outcome

LEARNERS, ITEMS, DAYS, MINUTES = 200, 480, 21, (10, 25, 50)
ROWS: tuple[tuple[str, Policy, bool], ...] = (
    ("plan", by.by_plan, False),
    ("(a) FSRS at 0.9", by.by_fsrs, False),
    ("(b) cards / days", by.by_days, False),
    ("(c) night before", by.the_night_before, False),
    ("(c) by worth", by.the_night_before_by_worth, False),
    ("(c) by worth, tiring", by.the_night_before_by_worth, True),
    ("(c) by worth, 4 hours", by.one_evening_by_worth, False),
    ("plan, 4 hours at the end", by.by_plan_with_an_evening, False),
)


def of_learner(policy: Policy, minutes: float, tires: bool, seed: int) -> tuple[float, ...]:
    """One learner, for the pool."""
    return astuple(outcome(policy, seed, ITEMS, DAYS, minutes, tires))


def ceiling(minutes: float, seed: int = 0, steps: int = 300) -> float:
    """What no schedule with so many minutes a day exceeds, by FSRS's default memory, every day kept, for the items of
    one learner: min over prices λ ≥ 0 of a second of each day of Σ max over schedules (value − λ·seconds) + λ·budget.
    Schedules of up to four reviews an item."""
    learner, day = Learner(seed, ITEMS, DAYS), np.arange(DAYS, dtype=float)
    forecast = Forecast(Memory(), Horizon(day, np.full(DAYS, 60.0 * minutes), np.array([float(DAYS)])))
    value, cost = _schedules(forecast)
    count, budget = learner.weight / learner.weight.sum(), np.full(DAYS, 60.0 * minutes)
    price, best = np.full(DAYS, 8 / (60.0 * minutes)), np.inf
    for step in range(steps):
        net = value - (learner.guess / learner.weight)[:, None] * (cost @ price)
        at = net.argmax(axis=1)
        best = min(best, float(count @ net.max(axis=1) + price @ budget / learner.weight.sum()))
        over = learner.guess @ cost[at] / budget - 1
        price *= np.exp(0.1 / (1 + step / 20) * over)
    return best


def _schedules(forecast: Forecast) -> tuple[Floats, Floats]:
    """Of an item never met, one second an answer, on every choice of up to four days: its recall on the day; the
    seconds of each day."""
    chosen = [days for count in range(5) for days in combinations(range(DAYS), count)]
    schedule = np.full((len(chosen), MOST), DAYS)
    for row, days in enumerate(chosen):
        schedule[row, : len(days)] = days
    one = np.ones(len(chosen))
    items, cost = Items(one, one * 5, one < 0, one * 0, one, one, one * 0), np.zeros((len(chosen), DAYS))
    for at in range(4):
        rows = np.flatnonzero(schedule[:, at] < DAYS)
        before = np.where(np.arange(MOST) < at, schedule, DAYS)
        cost[rows, schedule[rows, at]] = forecast.inserted(items, before)[1][rows, schedule[rows, at]]
    return forecast.value(items, schedule)[:, 0], cost


def run(learners: int = LEARNERS) -> None:
    """Prints the table."""
    print(
        f"\n{learners} simulated learners, {ITEMS} items, {DAYS} days, one day in ten missed; recall on the day ± s.e."
    )
    heads = (*(f"{m} min/day" for m in MINUTES), "at 25: unweighted", "a week later", "longest day")
    print(f"{'':<26}" + "".join(f"{head:>19}" for head in heads))
    with ProcessPoolExecutor() as pool:
        for name, policy, tires in ROWS:
            cells, more = [], []
            for minutes in MINUTES:
                found = np.array(
                    list(pool.map(partial(of_learner, policy, minutes, tires), range(learners), chunksize=5))
                )
                mean, error = found.mean(axis=0), found.std(axis=0, ddof=1) / np.sqrt(learners)
                cells.append(f"{mean[0]:.3f} ± {error[0]:.3f}")
                if minutes == 25:
                    more = [f"{mean[1]:.3f}", f"{mean[2]:.3f}", f"{mean[3]:.1f} h"]
            print(f"{name:<26}" + "".join(f"{cell:>19}" for cell in (*cells, *more)), flush=True)
    cells = [f"{ceiling(minutes):.3f}" for minutes in MINUTES[:2]]
    print(f"{'ceiling, by the model':<26}" + "".join(f"{cell:>19}" for cell in cells))


if __name__ == "__main__":
    run(int(sys.argv[1]) if len(sys.argv) > 1 else LEARNERS)
