"""The questions the use-cases ask the database. Plain functions on a session; none of them commits."""

from collections.abc import Generator, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select as select_columns
from sqlalchemy.orm import aliased
from sqlalchemy.sql.elements import ColumnElement
from sqlmodel import Session, col, delete, exists, func, select

from app.db.tables import ItemHold, ItemState, Learner, Review
from app.errors import NotFound
from app.kit.text import text

LOCAL = "local"
APPENDED = "appended"
"""Where a session notes the kinds of lines it adds to the log; counted when they are committed."""
"""The one learner on one's own machine."""


@dataclass(frozen=True, slots=True)
class Line:
    """What a replay needs of one line of the log. Only a review has a rating; only some handlings an end (`until`)."""

    item_key: str
    rev: int
    rating: int | None
    answered_at: datetime
    study_day: date
    elapsed_days: int | None
    version: str = ""
    """What computed its interval (scheduler_version)."""
    kind: str = "review"
    until: datetime | None = None
    adopted: dict[str, Any] | None = None
    """The memory that an import brought with this line."""


def local_learner(session: Session, now: datetime) -> int:
    """The id of the local learner, created on first use (in a write session)."""
    found = session.exec(select(Learner).where(Learner.name == LOCAL)).one_or_none()
    if found is None:
        found = Learner(name=LOCAL, created_at=now)
        session.add(found)
        session.flush()
    assert found.id is not None
    return found.id


def lock_learner(session: Session, learner: int) -> None:
    """Waits for the learner's turn: two writes for one learner happen one after the other on every database."""
    query = select(Learner.id).where(Learner.id == learner).with_for_update()
    if session.exec(query).one_or_none() is None:
        raise NotFound(text(zh="没有这个学习者。", en="There is no such learner."))


def attempt(session: Session, learner: int, attempt_id: UUID) -> Review | None:
    """The log line with this attempt id."""
    query = select(Review).where(Review.learner_id == learner, Review.attempt_id == attempt_id)
    return session.exec(query).one_or_none()


def undo_of(session: Session, learner: int, attempt_id: UUID) -> Review | None:
    """The line that undoes this attempt, if it was undone."""
    query = select(Review).where(Review.learner_id == learner, Review.undoes == attempt_id)
    return session.exec(query).one_or_none()


def append(session: Session, review: Review) -> None:
    """Adds a line to the log."""
    session.add(review)
    session.info.setdefault(APPENDED, []).append(review.kind)
    session.flush()


def last_standing(session: Session, learner: int) -> Review | None:
    """The newest line that was not undone."""
    query = select(Review).where(col(Review.learner_id) == learner, stands()).order_by(col(Review.seq).desc()).limit(1)
    return session.exec(query).one_or_none()


def reviews_from(session: Session, learner: int, seq: int) -> int:
    """How many lines (undone ones too, undoings not) the log holds from this one on."""
    query = select(func.count()).where(Review.learner_id == learner, col(Review.seq) >= seq, Review.kind != "undo")
    return session.exec(query).one()


def lines(session: Session, learner: int, item_key: str | None = None) -> Generator[Line, None, None]:
    """The lines that stand, oldest first: of one item (or a card as a whole) or of all. Who may stop before the end
    closes it: the database holds a cursor for it."""
    query = select_columns(
        col(Review.item_key), col(Review.rev), col(Review.rating), col(Review.answered_at), col(Review.study_day),
        col(Review.elapsed_days), col(Review.scheduler_version), col(Review.kind), col(Review.until),
        col(Review.adopted),
    ).where(col(Review.learner_id) == learner, stands()).order_by(col(Review.seq))  # fmt: skip
    if item_key is not None:
        query = query.where(col(Review.item_key) == item_key)
    row: Any
    with session.connection().execute(query.execution_options(yield_per=1000)) as found:
        for row in found:
            yield Line(*row)


def timed_lines(session: Session, learner: int) -> Iterator[tuple[Line, int | None]]:
    """The reviews that stand, oldest first, with the milliseconds they took."""
    query = select(Review.duration_ms).where(Review.learner_id == learner, stands()).order_by(col(Review.seq))
    yield from zip(lines(session, learner), session.exec(query).all(), strict=True)


def since(session: Session, learner: int, moment: datetime) -> Sequence[Review]:
    """The reviews that stand and arrived at or after this moment, oldest first."""
    query = select(Review).where(Review.learner_id == learner, Review.answered_at >= moment, reviews_stand())
    return session.exec(query.order_by(col(Review.seq))).all()


def durations(session: Session, learner: int, most: int = 200) -> Sequence[int]:
    """Milliseconds the latest reviews took."""
    query = select(Review.duration_ms).where(Review.learner_id == learner, col(Review.duration_ms).is_not(None))
    found = session.exec(query.order_by(col(Review.seq).desc()).limit(most)).all()
    return [d for d in found if d is not None]


def states(session: Session, learner: int) -> Sequence[ItemState]:
    """Every memory state of a learner."""
    return session.exec(select(ItemState).where(ItemState.learner_id == learner)).all()


def state(session: Session, learner: int, item_key: str) -> ItemState | None:
    return session.get(ItemState, (learner, item_key))


def put_state(session: Session, row: ItemState) -> None:
    """Writes a state over the one that is there."""
    session.merge(row)


def drop_states(session: Session, learner: int, item_keys: Iterable[str]) -> None:
    """Forgets these states: their items were never asked, as far as the log knows."""
    keys = list(item_keys)
    for start in range(0, len(keys), 500):
        chunk = col(ItemState.item_key).in_(keys[start : start + 500])
        session.exec(delete(ItemState).where(col(ItemState.learner_id) == learner, chunk))


def holds(session: Session, learner: int) -> Sequence[ItemHold]:
    """Everything a learner does not want to be asked, or not before a moment."""
    return session.exec(select(ItemHold).where(ItemHold.learner_id == learner)).all()


def hold(session: Session, learner: int, item_key: str) -> ItemHold | None:
    return session.get(ItemHold, (learner, item_key))


def put_hold(session: Session, learner: int, item_key: str, row: ItemHold | None) -> None:
    """Writes a hold over the one that is there; None takes it away."""
    if row is not None:
        session.merge(row)
    elif (found := hold(session, learner, item_key)) is not None:
        session.delete(found)


def stands() -> ColumnElement[bool]:
    """A line that no other line undoes: a review or a handling."""
    undo = aliased(Review)
    undone = exists(col(undo.seq)).where(
        col(undo.learner_id) == col(Review.learner_id), col(undo.undoes) == Review.attempt_id
    )
    return (col(Review.kind) != "undo") & ~undone


def reviews_stand() -> ColumnElement[bool]:
    """A review that no other line undoes."""
    return (col(Review.kind) == "review") & stands()
