"""The review log as columns, for those who look back over all of it: ten thousand lines in a few dozen milliseconds."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select as select_columns
from sqlmodel import Session, col

from app.db.repositories import stands
from app.db.tables import Review

COLUMNS = (
    "item_key", "rev", "rating", "elapsed_days", "scheduler_version", "study_day", "correct", "confidence", "mistake",
    "duration_ms", "seed", "adopted", "kind",
)  # fmt: skip


def columns(
    session: Session, learner: int, kinds: Sequence[str], names: Sequence[str] = COLUMNS
) -> dict[str, tuple[Any, ...]]:
    """The lines of these kinds that stand, oldest first: a tuple of values for every name."""
    query = select_columns(*(col(getattr(Review, name)) for name in names)).where(
        col(Review.learner_id) == learner, col(Review.kind).in_(kinds), stands()
    )
    rows = session.connection().execute(query.order_by(col(Review.seq))).all()
    values: list[tuple[Any, ...]] = list(zip(*rows, strict=True)) if rows else [()] * len(names)
    return dict(zip(names, values, strict=True))
