"""One file = one demo, in a folder by topic. The contract is app/kit/demo.py; `demos()` finds them all."""

from functools import cache

import app.demos as _here
from app.discover import attributes
from app.kit import Demo


@cache
def demos() -> dict[str, Demo]:
    """Every demo by id."""
    return attributes(_here, "demo")
