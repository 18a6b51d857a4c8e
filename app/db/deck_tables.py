"""The tables of a learner's own notes: decks, and the questions in them."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, UniqueConstraint
from sqlmodel import Field

from app.db.tables import SQLModel

NAME_LENGTH = 80
QUESTION_LENGTH = 2000
ANSWER_LENGTH = 100_000


class Deck(SQLModel, table=True):
    """A private deck: what came of one file of notes. version: counts every change, so that what is made of the notes
    can be kept until then."""

    __table_args__ = (
        UniqueConstraint("learner_id", "uid"),
        UniqueConstraint("learner_id", "name"),
        ForeignKeyConstraint(["learner_id"], ["learner.id"], ondelete="CASCADE"),
    )

    id: int | None = Field(default=None, primary_key=True)
    learner_id: int
    uid: str = Field(max_length=20)
    """Chosen at random; stands in addresses."""
    name: str = Field(max_length=NAME_LENGTH)
    version: int = 1
    created_at: datetime
    updated_at: datetime


class DeckNote(SQLModel, table=True):
    """A question of a deck. Its `uid` names it in the log of reviews for ever ("<uid>/recall")."""

    __tablename__ = "deck_note"
    __table_args__ = (
        UniqueConstraint("deck_id", "uid"),
        ForeignKeyConstraint(["deck_id"], ["deck.id"], ondelete="CASCADE"),
        CheckConstraint("rev >= 1", name="rev"),
    )

    id: int | None = Field(default=None, primary_key=True)
    deck_id: int = Field(index=True)
    uid: str = Field(max_length=20)
    place: int
    """Order in the deck."""
    question: str = Field(max_length=QUESTION_LENGTH)
    answer: str = Field(max_length=ANSWER_LENGTH)
    """Markdown; empty when there is none yet."""
    topic: str = Field(default="", max_length=200)
    line: int = 0
    """Where it stood in the file."""
    rev: int = 1
    removed: bool = False
    """No longer in the file when it was imported last."""
    file_question: str = Field(default="", max_length=QUESTION_LENGTH)
    """As the file has it: a question that was edited here is still recognised."""
    file_hash: str = Field(default="", max_length=64)
    """Of question and answer as the file had them last: tells what changed there from what was edited here."""
    updated_at: datetime
