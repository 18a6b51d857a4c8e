"""One file = one family of exercises, in a folder by topic. The contract is app/kit/exercise.py."""

from functools import cache

import app.exercises as _here
from app.discover import attributes
from app.kit import Exercise


@cache
def exercises() -> dict[str, Exercise]:
    """Every exercise family by id."""
    return attributes(_here, "exercise")
