"""The learner's own FSRS parameters: every fitting, and which set of weights is in use."""

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "fit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("learner_id", sa.Integer(), nullable=False),
        sa.Column("made_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("name", sqlmodel.sql.sqltypes.AutoString(length=20), nullable=False),
        sa.Column("weights", sa.JSON(), nullable=False),
        sa.Column("verdict", sqlmodel.sql.sqltypes.AutoString(length=10), nullable=False),
        sa.Column("reviews", sa.Integer(), nullable=False),
        sa.Column("trained", sa.Integer(), nullable=False),
        sa.Column("tested", sa.Integer(), nullable=False),
        sa.Column("loss_default", sa.Float(), nullable=False),
        sa.Column("loss_fitted", sa.Float(), nullable=False),
        sa.Column("loss_used", sa.Float(), nullable=False),
        sa.Column("gain_error", sa.Float(), nullable=False),
        sa.CheckConstraint("verdict IN ('adopted', 'kept', 'default')", name=op.f("ck_fit_verdict")),
        sa.ForeignKeyConstraint(["learner_id"], ["learner.id"], name=op.f("fk_fit_learner_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fit")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_fit_learner_id_id"), "fit", ["learner_id", "id"])
