"""What the mock interview asks the database. Plain functions on a session; none of them commits."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlmodel import Session, col, select

from app.db.tables import Mock, MockEvent


def mock(session: Session, learner: int, mock_id: UUID) -> Mock | None:
    return session.get(Mock, (learner, mock_id))


def latest(session: Session, learner: int, most: int) -> Sequence[Mock]:
    """The newest first."""
    query = select(Mock).where(Mock.learner_id == learner).order_by(col(Mock.started_at).desc(), col(Mock.mock_id))
    return session.exec(query.limit(most)).all()


def every(session: Session, learner: int) -> Sequence[Mock]:
    return session.exec(select(Mock).where(Mock.learner_id == learner)).all()


def add(session: Session, row: Mock | MockEvent) -> None:
    session.add(row)
    session.flush()


def events(session: Session, learner: int, mock_id: UUID) -> Sequence[MockEvent]:
    """What happened in a mock, oldest first."""
    query = select(MockEvent).where(MockEvent.learner_id == learner, MockEvent.mock_id == mock_id)
    return session.exec(query.order_by(col(MockEvent.seq))).all()


def events_of(session: Session, learner: int, mocks: Sequence[UUID]) -> Mapping[UUID, Sequence[MockEvent]]:
    """The same for several, in one query."""
    query = select(MockEvent).where(col(MockEvent.learner_id) == learner, col(MockEvent.mock_id).in_(mocks))
    found: dict[UUID, list[MockEvent]] = {id: [] for id in mocks}
    for event in session.exec(query.order_by(col(MockEvent.seq))):
        found[event.mock_id].append(event)
    return found


def event(session: Session, learner: int, event_id: UUID) -> MockEvent | None:
    query = select(MockEvent).where(MockEvent.learner_id == learner, MockEvent.event_id == event_id)
    return session.exec(query).one_or_none()
