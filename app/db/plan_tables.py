"""The tables of planning: what a learner wants, and what an interview taught.

`Plan` is one row a learner, replaced as a whole; `Debrief` only ever grows.
"""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKeyConstraint, Index, Integer, UniqueConstraint
from sqlmodel import JSON, Field, SQLModel

from app.db import tables as _tables

assert _tables.SQLModel is SQLModel, "the naming convention is set before these tables are made"


class Plan(SQLModel, table=True):
    """A learner's settings of the plan, as services/planning/settings.py reads them."""

    __table_args__ = (
        ForeignKeyConstraint(["learner_id"], ["learner.id"], ondelete="CASCADE"),
        CheckConstraint("revision >= 1", name="revision"),
    )

    learner_id: int = Field(primary_key=True)
    settings: Any = Field(sa_type=JSON)
    revision: int
    """Grows with each change: one that was made from an older one is refused."""
    adopted: int = Field(default=0, sa_type=BigInteger())
    """Debriefs up to this `seq` are in the weights."""
    updated_at: datetime


class Debrief(SQLModel, table=True):
    """What was asked in an interview and how it went. Never changed, never deleted alone; order is `seq`."""

    __table_args__ = (
        UniqueConstraint("learner_id", "entry_id"),
        ForeignKeyConstraint(["learner_id"], ["learner.id"], ondelete="CASCADE"),
        Index(None, "learner_id", "seq"),
        {"sqlite_autoincrement": True},
    )

    seq: int | None = Field(default=None, sa_type=BigInteger().with_variant(Integer, "sqlite"), primary_key=True)
    learner_id: int
    entry_id: UUID
    """Made by the client: the same one again is the same entry."""
    held_on: date
    """Day of the interview."""
    round: str = Field(max_length=80)
    topics: Any = Field(sa_type=JSON)
    """{topic: how it went}, for the topics that came up."""
    cards: Any = Field(sa_type=JSON)
    """Slugs of the cards whose question was asked."""
    notes: str = Field(max_length=8000)
    logged_at: datetime
