"""The plan against three other ways to spend the same minutes: mean true recall on the day, by simulated learners.

`python -m tests.bench.plan [learners]`. What to know when reading it: under FSRS one meeting on the last evening leaves
0.8 to 0.95 the next day, so where the minutes of three weeks are just enough to meet every item once, spending all of
them in one night beats any spread, as long as the eighth hour teaches as well as the first. Nobody's does: the row
"night before, tiring" has the same learners tire after an hour (learners.py says how). The plan is bound to so many
minutes a day; (c) is not.
"""

import sys
from concurrent.futures import ProcessPoolExecutor
from functools import partial

import numpy as np

from tests.bench.learners import POLICIES, outcome

LEARNERS, ITEMS, DAYS, MINUTES = 200, 480, 21, (10, 25, 50)


def of_learner(name: str, minutes: float, tires: bool, seed: int) -> tuple[float, float]:
    """One learner, for the pool."""
    return outcome(POLICIES[name], seed, ITEMS, DAYS, minutes, tires)


def run(learners: int = LEARNERS) -> None:
    """Prints the table."""
    print(
        f"\n{learners} simulated learners, {ITEMS} items, {DAYS} days, one day in ten missed; recall on the day ± s.e."
    )
    print(f"{'':<32}" + "".join(f"{f'{m} min/day':>18}" for m in MINUTES) + f"{'unweighted at 25':>20}")
    rows = [(name, False) for name in POLICIES] + [("(c) night before", True)]
    with ProcessPoolExecutor() as pool:
        for name, tires in rows:
            cells, plain = [], ""
            for minutes in MINUTES:
                work = partial(of_learner, name, minutes, tires)
                found = np.array(list(pool.map(work, range(learners), chunksize=5)))
                mean, error = found.mean(axis=0), found.std(axis=0, ddof=1) / np.sqrt(learners)
                cells.append(f"{mean[0]:.3f} ± {error[0]:.3f}")
                if minutes == 25:
                    plain = f"{mean[1]:.3f} ± {error[1]:.3f}"
            label = name + (", tiring" if tires else "")
            print(f"{label:<32}" + "".join(f"{cell:>18}" for cell in cells) + f"{plain:>20}", flush=True)


if __name__ == "__main__":
    run(int(sys.argv[1]) if len(sys.argv) > 1 else LEARNERS)
