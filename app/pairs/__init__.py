"""One file = one confusion pair, in a folder by topic. The contract is app/kit/pair.py."""

from functools import cache

import app.pairs as _here
from app.discover import attributes
from app.kit import Pair


@cache
def pairs() -> dict[str, Pair]:
    """Every confusion pair by id."""
    return attributes(_here, "pair")
