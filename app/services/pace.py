"""What the time an answer took says of the rating: a proposal, within what the answer allows; it never decides."""

from collections.abc import Sequence

from app.services.answers import Grade
from app.services.queue import typical_seconds

ENOUGH = 20
"""Reviews after which a learner has a typical time."""
SHORTEST_S = 10.0
"""A typical time below this is clicking through, and says nothing of memory."""
FAST, SLOW = 0.5, 2.5
"""Of the learner's typical time for an item."""


def proposed(grade: Grade, duration_ms: int | None, before_ms: Sequence[int]) -> Grade:
    """The grade with easy suggested for a right answer that came fast, and hard for one that took long.

    duration_ms: from the question to the check; None: nothing is proposed. before_ms: what the latest reviews took.
    """
    if duration_ms is None or grade.correct != 1 or len(before_ms) < ENOUGH:
        return grade
    typical = typical_seconds(before_ms)
    if typical < SHORTEST_S:
        return grade
    pace = duration_ms / 1000 / typical
    suggested = 4 if pace < FAST else 2 if pace > SLOW else grade.suggested_rating
    return grade.model_copy(update={"suggested_rating": min(suggested, grade.max_rating)})
