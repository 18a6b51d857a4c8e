"""Queries of planning: the settings, the debriefs, and how long answers took. None of them commits."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlmodel import Session, col, select

from app.db.plan_tables import Debrief, Plan
from app.db.repositories import reviews_stand, stands
from app.db.tables import Review


def plan(session: Session, learner: int) -> Plan | None:
    """What the learner wants, if anything was ever said."""
    return session.get(Plan, learner)


def put_plan(session: Session, row: Plan) -> None:
    """Writes the settings over those that are there."""
    session.merge(row)


def debriefs(session: Session, learner: int, after: int = 0) -> Sequence[Debrief]:
    """The entries after this `seq`, oldest first."""
    query = select(Debrief).where(Debrief.learner_id == learner, col(Debrief.seq) > after)
    return session.exec(query.order_by(col(Debrief.seq))).all()


def debrief(session: Session, learner: int, entry_id: UUID) -> Debrief | None:
    """The entry with this id."""
    query = select(Debrief).where(Debrief.learner_id == learner, Debrief.entry_id == entry_id)
    return session.exec(query).one_or_none()


def append_debrief(session: Session, row: Debrief) -> None:
    """Adds an entry."""
    session.add(row)
    session.flush()


def item_durations(session: Session, learner: int, most: int = 3000) -> Sequence[tuple[str, int]]:
    """(item key, milliseconds) of the latest reviews that stand."""
    query = (
        select(Review.item_key, Review.duration_ms)
        .where(Review.learner_id == learner, col(Review.duration_ms).is_not(None), reviews_stand())
        .order_by(col(Review.seq).desc())
        .limit(most)
    )
    return [(key, duration) for key, duration in session.exec(query).all() if duration is not None]


def durations_since(session: Session, learner: int, moment: datetime) -> Sequence[int]:
    """Milliseconds of the reviews that stand and arrived at or after this moment."""
    query = select(Review.duration_ms).where(
        Review.learner_id == learner,
        Review.answered_at >= moment,
        col(Review.duration_ms).is_not(None),
        reviews_stand(),
    )
    return [duration for duration in session.exec(query).all() if duration is not None]


def named_days(session: Session, learner: int) -> Sequence[tuple[str, datetime]]:
    """(item key, the moment) for which the learner asked: put to a day, or soon. A later review may have settled it."""
    query = select(Review.item_key, Review.until, Review.answered_at).where(
        Review.learner_id == learner, col(Review.kind).in_(("reschedule", "soon")), stands()
    )
    return [(key, until or said_at) for key, until, said_at in session.exec(query).all()]
