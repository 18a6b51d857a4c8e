"""Mock interviews: what each asks, and what happened in it."""

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.create_table(
        "mock",
        sa.Column("learner_id", sa.Integer(), nullable=False),
        sa.Column("mock_id", sa.Uuid(), nullable=False),
        sa.Column("started_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("seed", sa.Integer(), nullable=False),
        sa.Column("again_of", sa.Uuid(), nullable=True),
        sa.Column("weights", sa.JSON(), nullable=False),
        sa.Column("script", sa.JSON(), nullable=False),
        sa.CheckConstraint("minutes BETWEEN 1 AND 240", name=op.f("ck_mock_minutes")),
        sa.ForeignKeyConstraint(["learner_id"], ["learner.id"], name=op.f("fk_mock_learner_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("learner_id", "mock_id", name=op.f("pk_mock")),
        sa.ForeignKeyConstraint(
            ["learner_id", "again_of"], ["mock.learner_id", "mock.mock_id"], name=op.f("fk_mock_learner_id_again_of"),
            ondelete="CASCADE",
        ),
    )  # fmt: skip
    op.create_index(op.f("ix_mock_learner_id_started_at"), "mock", ["learner_id", "started_at"])

    op.create_table(
        "mock_event",
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("learner_id", sa.Integer(), nullable=False),
        sa.Column("mock_id", sa.Uuid(), nullable=False),
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sqlmodel.sql.sqltypes.AutoString(length=10), nullable=False),
        sa.Column("step", sqlmodel.sql.sqltypes.AutoString(length=140), nullable=False),
        sa.Column("at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.CheckConstraint("kind IN ('hint', 'reveal', 'answer', 'end')", name=op.f("ck_mock_event_kind")),
        sa.ForeignKeyConstraint(
            ["learner_id", "mock_id"], ["mock.learner_id", "mock.mock_id"],
            name=op.f("fk_mock_event_learner_id_mock_id"), ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_mock_event")),
        sa.UniqueConstraint("learner_id", "event_id", name=op.f("uq_mock_event_learner_id_event_id")),
        sqlite_autoincrement=True,
    )  # fmt: skip
    op.create_index(op.f("ix_mock_event_learner_id_mock_id_seq"), "mock_event", ["learner_id", "mock_id", "seq"])
