"""The plan: its settings, and what was asked in interviews."""

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.create_table(
        "plan",
        sa.Column("learner_id", sa.Integer(), nullable=False),
        sa.Column("settings", sa.JSON(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("adopted", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.CheckConstraint("revision >= 1", name=op.f("ck_plan_revision")),
        sa.ForeignKeyConstraint(["learner_id"], ["learner.id"], name=op.f("fk_plan_learner_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("learner_id", name=op.f("pk_plan")),
    )
    op.create_table(
        "debrief",
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("learner_id", sa.Integer(), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("round", sqlmodel.sql.sqltypes.AutoString(length=80), nullable=False),
        sa.Column("topics", sa.JSON(), nullable=False),
        sa.Column("cards", sa.JSON(), nullable=False),
        sa.Column("notes", sqlmodel.sql.sqltypes.AutoString(length=8000), nullable=False),
        sa.Column("logged_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["learner_id"], ["learner.id"], name=op.f("fk_debrief_learner_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_debrief")),
        sa.UniqueConstraint("learner_id", "entry_id", name=op.f("uq_debrief_learner_id_entry_id")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_debrief_learner_id_seq"), "debrief", ["learner_id", "seq"])
