"""What the use-cases ask the database about a learner's own notes. Plain functions on a session; none commits."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session, col, delete, func, select

from app.db.deck_tables import Deck, DeckNote


def decks(session: Session, learner: int) -> Sequence[Deck]:
    """Every deck of a learner, by name."""
    return session.exec(select(Deck).where(Deck.learner_id == learner).order_by(col(Deck.name))).all()


def stamp(session: Session, learner: int) -> tuple[tuple[int, int], ...]:
    """Changes whenever anything in a learner's decks does."""
    query = select(Deck.id, Deck.version).where(Deck.learner_id == learner).order_by(col(Deck.id))
    return tuple((id or 0, version) for id, version in session.exec(query).all())


def deck(session: Session, learner: int, uid: str) -> Deck | None:
    return session.exec(select(Deck).where(Deck.learner_id == learner, Deck.uid == uid)).one_or_none()


def deck_named(session: Session, learner: int, name: str) -> Deck | None:
    return session.exec(select(Deck).where(Deck.learner_id == learner, Deck.name == name)).one_or_none()


def notes(session: Session, deck: Deck) -> Sequence[DeckNote]:
    """The questions of a deck in their order."""
    query = select(DeckNote).where(DeckNote.deck_id == deck.id).order_by(col(DeckNote.place), col(DeckNote.id))
    return session.exec(query).all()


def count(session: Session, learner: int) -> int:
    """Questions in all decks of a learner."""
    query = select(func.count()).select_from(DeckNote).join(Deck).where(Deck.learner_id == learner)
    return session.exec(query).one()


def note(session: Session, learner: int, uid: str) -> tuple[Deck, DeckNote] | None:
    """A question with its deck."""
    query = select(Deck, DeckNote).join(DeckNote).where(Deck.learner_id == learner, DeckNote.uid == uid)
    return session.exec(query).one_or_none()


def add(session: Session, row: Deck | DeckNote) -> None:
    session.add(row)
    session.flush()


def touch(session: Session, deck: Deck, now: datetime) -> None:
    """Something in the deck has changed."""
    deck.version += 1
    deck.updated_at = now
    session.add(deck)
    session.flush()


def drop_note(session: Session, note: DeckNote) -> None:
    session.delete(note)
    session.flush()


def drop_deck(session: Session, deck: Deck) -> None:
    """With its questions. The log of reviews stays: it is append-only."""
    session.exec(delete(DeckNote).where(col(DeckNote.deck_id) == deck.id))
    session.delete(deck)
    session.flush()
