"""FSRS-6 for many items at once, in numpy: the same formulas as py-fsrs, checked against it to 1e-9.

The scheduler of record stays `services/scheduling.py`. A plan looks at thousands of possible reviews, which one at a
time would take seconds. Source: Ye et al., FSRS-6 (open-spaced-repetition); w is its vector of 21 parameters.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from app.services.scheduling import DEFAULT, RETENTION

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
SHORTEST, EASIEST, HARDEST = 0.001, 1.0, 10.0
FIRST_RATINGS = np.array([0.24, 0.10, 0.49, 0.17])
"""How often something new is rated again, hard, good, easy: about what FSRS's own simulator assumes."""


@dataclass(frozen=True, slots=True)
class Memory:
    """The formulas for one vector of parameters. Stability in days, difficulty from 1 to 10, elapsed in days."""

    w: tuple[float, ...] = DEFAULT.weights

    @property
    def decay(self) -> float:
        return -self.w[20]

    @property
    def factor(self) -> float:
        return float(0.9 ** (1 / self.decay) - 1)

    def recall(self, stability: Floats, elapsed: Floats | float) -> Floats:
        """(1 + F·t/S)^−decay: the probability of recall after t days."""
        return np.asarray((1 + self.factor * np.maximum(elapsed, 0) / stability) ** self.decay, dtype=float)

    def stability_for(self, recall: Floats, elapsed: Floats | float) -> Floats:
        """The stability with which recall is this after so many days (> 0): the inverse of `recall`."""
        gone = np.clip(recall, 1e-6, 1 - 1e-9) ** (1 / self.decay) - 1
        return np.asarray(np.maximum(self.factor * elapsed / gone, SHORTEST))

    def first(self, rating: Ints | int) -> tuple[Floats, Floats]:
        """Stability and difficulty after the first answer."""
        w = np.array(self.w)
        grade = np.asarray(rating)
        difficulty = w[4] - np.exp(w[5] * (grade - 1)) + 1
        return np.maximum(w[grade - 1], SHORTEST), np.clip(difficulty, EASIEST, HARDEST)

    def review(
        self, stability: Floats, difficulty: Floats, elapsed: Floats | float, rating: Ints | int
    ) -> tuple[Floats, Floats]:
        """Stability and difficulty after a later answer; within a day the short-term formula holds."""
        grade, days = np.asarray(rating), np.asarray(elapsed, dtype=float)
        now = self.recall(stability, days)
        long = np.where(
            grade == 1, self.forgotten(stability, difficulty, now), self.recalled(stability, difficulty, now, grade)
        )
        after = np.where(days < 1, self.same_day(stability, grade), long)
        return np.maximum(after, SHORTEST), self.next_difficulty(difficulty, grade)

    def interval(self, stability: Floats, retention: float = RETENTION) -> Floats:
        """Whole days until recall falls to this retention."""
        days = stability / self.factor * (retention ** (1 / self.decay) - 1)
        return np.asarray(np.clip(np.round(days), 1, 36_500))

    def recalled(self, s: Floats, d: Floats, recall: Floats, grade: Ints | int) -> Floats:
        """Stability after recalling it (hard, good, easy) when recall was this likely."""
        w = self.w
        bonus = np.where(grade == 2, w[15], np.where(grade == 4, w[16], 1.0))
        growth = np.exp(w[8]) * (11 - d) * s ** -w[9] * np.expm1((1 - recall) * w[10])
        return np.asarray(s * (1 + growth * bonus))

    def forgotten(self, s: Floats, d: Floats, recall: Floats) -> Floats:
        """Stability after a lapse."""
        w = self.w
        long = w[11] * d ** -w[12] * ((s + 1) ** w[13] - 1) * np.exp((1 - recall) * w[14])
        return np.asarray(np.minimum(long, s / np.exp(w[17] * w[18])))

    def same_day(self, s: Floats, grade: Ints | int) -> Floats:
        """Stability after a second answer within a day."""
        w = self.w
        growth = np.exp(w[17] * (grade - 3 + w[18])) * s ** -w[19]
        return np.asarray(s * np.where(np.asarray(grade) > 1, np.maximum(growth, 1.0), growth))

    def next_difficulty(self, d: Floats, grade: Ints | int) -> Floats:
        """Difficulty after an answer."""
        w = self.w
        easy = w[4] - np.exp(w[5] * 3) + 1
        moved = d + (10 - d) * (-w[6] * (grade - 3)) / 9
        return np.asarray(np.clip(w[7] * easy + (1 - w[7]) * moved, EASIEST, HARDEST))


def learnt(memory: Memory, ratings: Sequence[float] | Floats = FIRST_RATINGS) -> tuple[Floats, Floats, Floats]:
    """The four ways a first meeting can go, with its step on the same day: probability, stability, difficulty."""
    stability, difficulty = memory.first(np.arange(1, 5))
    stepped = memory.review(stability, difficulty, 0.0, 3)
    again = np.arange(1, 5) < 4  # "easy" has no step
    share = np.asarray(ratings, dtype=float)
    return share / share.sum(), np.where(again, stepped[0], stability), np.where(again, stepped[1], difficulty)
