"""The contract of an exercise family: new numbers every time, the answer computed, named mistakes recognised.

One file under app/exercises/<topic>/ ends with `exercise = Exercise(__name__, ...)`. Exercises use numpy only (no
torch): they run beside the review page, not in a compute worker.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from app.kit.text import Text


@dataclass(frozen=True, slots=True)
class Mistake:
    """A wrong answer people really give: its stable id ("forgot-padding"), the value it leads to, and what to say."""

    id: str
    value: float
    text: Text


@dataclass(frozen=True, slots=True)
class Asked:
    """One concrete question: what the reader sees and what the grader needs."""

    prompt: Text
    answer: float
    tolerance: float
    unit: str
    mistakes: tuple[Mistake, ...]
    solution: Text

    def accepts(self, value: float) -> bool:
        return math.isfinite(value) and abs(value - self.answer) <= self.tolerance

    def mistake(self, value: float) -> Mistake | None:
        """The named mistake that leads to this (wrong) value, if one does."""
        near = [m for m in self.mistakes if abs(value - m.value) <= max(self.tolerance, 1e-9 * abs(m.value))]
        return min(near, key=lambda m: abs(value - m.value), default=None)


@dataclass(frozen=True)
class Exercise:
    """A family. generate(rng, level) → params (any frozen object); the other functions take those params.

    levels: 1..levels, harder upwards. tolerance(params) is absolute, in the unit of the answer. Mistakes must differ
    from the answer by more than twice the tolerance (tested over many seeds).
    """

    module: str
    title: Text
    generate: Callable[[np.random.Generator, int], Any]
    prompt: Callable[[Any], Text]
    answer: Callable[[Any], float]
    tolerance: Callable[[Any], float]
    mistakes: Callable[[Any], Sequence[Mistake]]
    solution: Callable[[Any], Text]
    unit: str = ""
    levels: int = 3
    demo: str | None = None
    """The demo that shows the same quantity, if there is one."""

    @property
    def id(self) -> str:
        return self.module.rsplit(".", 1)[-1].replace("_", "-")

    @property
    def topic(self) -> str:
        return self.module.split(".")[-2].replace("_", "-")

    def ask(self, seed: int, level: int) -> Asked:
        """The question for a seed: the same seed and level give the same question for ever.

        Mistakes whose value falls on the right answer (within twice the tolerance) for these numbers are left out.
        """
        if not 1 <= level <= self.levels:
            raise ValueError(f"{self.id}: level must be 1 to {self.levels}, got {level}")
        params = self.generate(np.random.default_rng([seed, level]), level)
        answer, tolerance = float(self.answer(params)), float(self.tolerance(params))
        mistakes = tuple(
            m for m in self.mistakes(params) if math.isfinite(m.value) and abs(m.value - answer) > 2 * tolerance
        )
        return Asked(self.prompt(params), answer, tolerance, self.unit, mistakes, self.solution(params))
