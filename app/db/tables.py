"""The tables. `Review` only ever grows; every `ItemState` can be recomputed from it.

Datetimes are aware UTC on both databases (SQLModel's UTCDateTime). Every constraint has a name, so that a migration can
change it.
"""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKeyConstraint, Index, Integer, UniqueConstraint
from sqlmodel import JSON, Field, Session, SQLModel

__all__ = ["Fit", "ItemHold", "ItemState", "Learner", "Mock", "MockEvent", "Review", "SQLModel", "Session"]

SQLModel.metadata.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}  # fmt: skip

KEY_LENGTH = 130
"""Characters of an item key, '<card>/<item>'."""
HANDLINGS = ("keep", "soon", "reset", "reschedule", "suspend", "resume", "bury")
"""Kinds of log lines by which a learner changes an item without answering it."""


class Learner(SQLModel, table=True):
    """Someone who learns. On one's own machine there is exactly one, called `local`."""

    __table_args__ = (UniqueConstraint("name"),)

    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(max_length=60)
    created_at: datetime


class Review(SQLModel, table=True):
    """One line of the log: an answer with its rating, a handling of an item (or, with a card's slug as its key, of all
    items of a card), or the undoing of either. Never changed, never deleted alone.

    Order is `seq`, not a clock. `attempt_id` is made by the client when the question is shown: the same one again is
    the same review, answered with `outcome`.
    """

    __table_args__ = (
        UniqueConstraint("learner_id", "attempt_id"),
        UniqueConstraint("learner_id", "undoes"),
        ForeignKeyConstraint(["learner_id"], ["learner.id"], ondelete="CASCADE"),
        ForeignKeyConstraint(["learner_id", "undoes"], ["review.learner_id", "review.attempt_id"], ondelete="CASCADE"),
        CheckConstraint(
            # a comparison with NULL would pass a check, hence IS NOT NULL
            "(kind = 'review' AND undoes IS NULL AND rating IS NOT NULL AND elapsed_days IS NOT NULL)"
            " OR (kind = 'undo' AND undoes IS NOT NULL AND rating IS NULL AND elapsed_days IS NULL)"
            f" OR (kind IN {HANDLINGS} AND undoes IS NULL AND rating IS NULL AND elapsed_days IS NULL)",
            name="kind",
        ),
        CheckConstraint("rating BETWEEN 1 AND 4", name="rating"),
        CheckConstraint("elapsed_days >= 0", name="elapsed_days"),
        CheckConstraint("correct BETWEEN 0 AND 1", name="correct"),
        CheckConstraint("confidence BETWEEN 0 AND 100", name="confidence"),
        Index(None, "learner_id", "item_key", "seq"),
        Index(None, "learner_id", "seq"),
        Index(None, "learner_id", "answered_at"),
        {"sqlite_autoincrement": True},
    )

    seq: int | None = Field(default=None, sa_type=BigInteger().with_variant(Integer, "sqlite"), primary_key=True)
    learner_id: int
    attempt_id: UUID
    kind: str = Field(default="review", max_length=10)
    undoes: UUID | None = None
    item_key: str = Field(max_length=KEY_LENGTH)
    rev: int
    """Revision of the item that was asked; another one starts its memory anew."""
    seed: int | None = None
    level: int | None = None
    lang: str | None = Field(default=None, max_length=2)
    answer: Any = Field(default=None, sa_type=JSON)
    correct: float | None = None
    mistake: str | None = Field(default=None, max_length=60)
    rating: int | None = None
    """1 again, 2 hard, 3 good, 4 easy."""
    confidence: int | None = None
    """How sure the learner was before seeing, percent."""
    duration_ms: int | None = None
    shown_at: datetime | None = None
    """By the client's clock: kept for the record, never computed with."""
    answered_at: datetime
    """When it arrived, by the server's clock."""
    study_day: date
    tz: str = Field(max_length=60)
    elapsed_days: int | None = None
    """Study days since the review before it, as the scheduler was told; 0 for the first."""
    scheduler_version: str = Field(max_length=40)
    body_hash: str = Field(max_length=64)
    until: datetime | None = None
    """When the item comes back (reschedule, bury)."""
    outcome: Any = Field(sa_type=JSON)
    """The reply, word for word: a repeat gets the same one."""
    adopted: dict[str, Any] | None = Field(default=None, sa_type=JSON(none_as_null=True))
    """The memory after this line as the program had it that the line was imported from; a replay takes it over."""


class ItemState(SQLModel, table=True):
    """What the scheduler knows of one item for one learner: a cache of the log, rebuilt bit for bit."""

    __tablename__ = "item_state"
    __table_args__ = (
        ForeignKeyConstraint(["learner_id"], ["learner.id"], ondelete="CASCADE"),
        CheckConstraint("state IN (1, 2, 3)", name="state"),
        Index(None, "learner_id", "due"),
    )

    learner_id: int = Field(primary_key=True)
    item_key: str = Field(primary_key=True, max_length=KEY_LENGTH)
    rev: int
    stability: float
    """Days until recall falls to 90 %."""
    difficulty: float
    """1 (easy) to 10."""
    state: int
    """1 learning, 2 review, 3 relearning."""
    step: int | None = None
    due: datetime
    last_review: datetime
    last_day: date
    """Study day of the last review."""
    introduced: date
    """Study day of the first review of this revision."""
    reps: int
    lapses: int


class ItemHold(SQLModel, table=True):
    """An item, or with a card's slug as its key all items of a card, that is not to be asked: a cache of the log."""

    __tablename__ = "item_hold"
    __table_args__ = (ForeignKeyConstraint(["learner_id"], ["learner.id"], ondelete="CASCADE"),)

    learner_id: int = Field(primary_key=True)
    item_key: str = Field(primary_key=True, max_length=KEY_LENGTH)
    suspended: bool
    """Until it is resumed."""
    buried_until: datetime | None = None


class Fit(SQLModel, table=True):
    """One fitting of FSRS's weights to a learner's log, and what came of it. Only ever grows: lines of the log name the
    sets of weights they were computed with, and the latest one that decided says which is in use."""

    __table_args__ = (
        ForeignKeyConstraint(["learner_id"], ["learner.id"], ondelete="CASCADE"),
        CheckConstraint("verdict IN ('adopted', 'kept', 'default')", name="verdict"),
        Index(None, "learner_id", "id"),
        {"sqlite_autoincrement": True},
    )

    id: int | None = Field(default=None, primary_key=True)
    learner_id: int
    made_at: datetime
    name: str = Field(max_length=20)
    """As lines of the log name this set: follows from the weights."""
    weights: Any = Field(sa_type=JSON)
    verdict: str = Field(max_length=10)
    """adopted: this set is used from here on; default: FSRS's own again; kept: what was used before stays."""
    reviews: int
    """Reviews that stood in the log."""
    trained: int
    """Predictions it was fitted to: reviews on a later day than the one before."""
    tested: int
    """Later predictions it was judged by, never fitted to."""
    loss_default: float
    """Log loss of FSRS's default weights on those, nats a review."""
    loss_fitted: float
    loss_used: float
    """That of the set in use at the time."""
    gain_error: float
    """Standard error of loss_default - loss_fitted, items being independent."""


class Mock(SQLModel, table=True):
    """A mock interview: what it asks, drawn once. What happened in it are its events."""

    __table_args__ = (
        ForeignKeyConstraint(["learner_id"], ["learner.id"], ondelete="CASCADE"),
        ForeignKeyConstraint(["learner_id", "again_of"], ["mock.learner_id", "mock.mock_id"], ondelete="CASCADE"),
        CheckConstraint("minutes BETWEEN 1 AND 240", name="minutes"),
        Index(None, "learner_id", "started_at"),
    )

    learner_id: int = Field(primary_key=True)
    mock_id: UUID = Field(primary_key=True)
    """Made by the client: starting the same one again is starting it once."""
    started_at: datetime
    minutes: int
    seed: int
    again_of: UUID | None = None
    """The mock that this one repeats."""
    weights: Any = Field(sa_type=JSON)
    """Of each topic, as they were when it was drawn."""
    script: Any = Field(sa_type=JSON)


class MockEvent(SQLModel, table=True):
    """Something that happened in a mock: a hint, the key points shown, an answer with its grade, the end. Only grows;
    where a mock stands is its events, one after the other."""

    __tablename__ = "mock_event"
    __table_args__ = (
        UniqueConstraint("learner_id", "event_id"),
        ForeignKeyConstraint(["learner_id", "mock_id"], ["mock.learner_id", "mock.mock_id"], ondelete="CASCADE"),
        CheckConstraint("kind IN ('hint', 'reveal', 'answer', 'end')", name="kind"),
        Index(None, "learner_id", "mock_id", "seq"),
        {"sqlite_autoincrement": True},
    )

    seq: int | None = Field(default=None, sa_type=BigInteger().with_variant(Integer, "sqlite"), primary_key=True)
    learner_id: int
    mock_id: UUID
    event_id: UUID
    """Made by the client: the same one again is the same event."""
    kind: str = Field(max_length=10)
    step: str = Field(max_length=140)
    at: datetime
    data: Any = Field(sa_type=JSON)
