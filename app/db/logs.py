"""The log of single items as an import sees it: every line, undone ones too; and putting two histories in one order."""

from collections.abc import Iterable, Iterator, Sequence
from uuid import UUID

from sqlalchemy import update
from sqlmodel import Session, col, select

from app.db.tables import Review


def attempts(session: Session, learner: int) -> dict[UUID, str]:
    """The item of every line of the log, by attempt id."""
    query = select(Review.attempt_id, Review.item_key).where(Review.learner_id == learner)
    return dict(session.exec(query).all())


def log_of(session: Session, learner: int, item_key: str) -> Sequence[Review]:
    """All lines of one item, oldest first."""
    query = select(Review).where(Review.learner_id == learner, Review.item_key == item_key)
    return session.exec(query.order_by(col(Review.seq)).execution_options(populate_existing=True)).all()


def all_reviews(session: Session, learner: int) -> Iterator[Review]:
    """Every review of the log, undone ones too, oldest first."""
    query = select(Review).where(Review.learner_id == learner, Review.kind == "review").order_by(col(Review.seq))
    yield from session.exec(query.execution_options(yield_per=500))


def undone(session: Session, learner: int) -> set[UUID]:
    """The attempts that were taken back."""
    query = select(Review.undoes).where(Review.learner_id == learner, col(Review.undoes).is_not(None))
    return {attempt for attempt in session.exec(query) if attempt is not None}


def reorder(session: Session, lines: Sequence[Review]) -> None:
    """Gives these lines their own places in the log anew, in this order. No line is added or lost."""
    places = sorted(line.seq for line in lines if line.seq is not None)
    moved = [(line.attempt_id, line.learner_id, place) for line, place in zip(lines, places, strict=True)
             if line.seq != place]  # fmt: skip
    for sign in (-1, 1):  # a place is free only once its line has left it
        for attempt, learner, place in moved:
            where = (col(Review.learner_id) == learner) & (col(Review.attempt_id) == attempt)
            session.execute(update(Review).where(where).values(seq=sign * place))
    session.expire_all()


def set_elapsed(session: Session, days: Iterable[tuple[Review, int]]) -> None:
    """Says of lines how many study days lay before them, now that others stand between."""
    for line, count in days:
        line.elapsed_days = count
        session.add(line)
    session.flush()
