"""First tables: learners, the review log, and the memory states computed from it."""

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "learner",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sqlmodel.sql.sqltypes.AutoString(length=60), nullable=False),
        sa.Column("created_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_learner")),
        sa.UniqueConstraint("name", name=op.f("uq_learner_name")),
    )
    op.create_table(
        "item_state",
        sa.Column("learner_id", sa.Integer(), nullable=False),
        sa.Column("item_key", sqlmodel.sql.sqltypes.AutoString(length=130), nullable=False),
        sa.Column("rev", sa.Integer(), nullable=False),
        sa.Column("stability", sa.Float(), nullable=False),
        sa.Column("difficulty", sa.Float(), nullable=False),
        sa.Column("state", sa.Integer(), nullable=False),
        sa.Column("step", sa.Integer(), nullable=True),
        sa.Column("due", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("last_review", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("introduced", sa.Date(), nullable=False),
        sa.Column("reps", sa.Integer(), nullable=False),
        sa.Column("lapses", sa.Integer(), nullable=False),
        sa.CheckConstraint("state IN (1, 2, 3)", name=op.f("ck_item_state_state")),
        sa.ForeignKeyConstraint(
            ["learner_id"], ["learner.id"], name=op.f("fk_item_state_learner_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("learner_id", "item_key", name=op.f("pk_item_state")),
    )
    op.create_index(op.f("ix_item_state_learner_id_due"), "item_state", ["learner_id", "due"])

    op.create_table(
        "review",
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("learner_id", sa.Integer(), nullable=False),
        sa.Column("attempt_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sqlmodel.sql.sqltypes.AutoString(length=10), nullable=False),
        sa.Column("undoes", sa.Uuid(), nullable=True),
        sa.Column("item_key", sqlmodel.sql.sqltypes.AutoString(length=130), nullable=False),
        sa.Column("rev", sa.Integer(), nullable=False),
        sa.Column("seed", sa.Integer(), nullable=True),
        sa.Column("level", sa.Integer(), nullable=True),
        sa.Column("lang", sqlmodel.sql.sqltypes.AutoString(length=2), nullable=True),
        sa.Column("answer", sa.JSON(), nullable=False),
        sa.Column("correct", sa.Float(), nullable=True),
        sa.Column("mistake", sqlmodel.sql.sqltypes.AutoString(length=60), nullable=True),
        sa.Column("rating", sa.Integer(), nullable=True),
        sa.Column("confidence", sa.Integer(), nullable=True),
        sa.Column("duration_ms", sa.Integer(), nullable=True),
        sa.Column("shown_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.Column("answered_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("study_day", sa.Date(), nullable=False),
        sa.Column("tz", sqlmodel.sql.sqltypes.AutoString(length=60), nullable=False),
        sa.Column("elapsed_days", sa.Integer(), nullable=True),
        sa.Column("scheduler_version", sqlmodel.sql.sqltypes.AutoString(length=40), nullable=False),
        sa.Column("body_hash", sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
        sa.Column("outcome", sa.JSON(), nullable=False),
        sa.CheckConstraint(
            "(kind = 'review' AND undoes IS NULL AND rating IS NOT NULL AND elapsed_days IS NOT NULL)"
            " OR (kind = 'undo' AND undoes IS NOT NULL AND rating IS NULL AND elapsed_days IS NULL)",
            name=op.f("ck_review_kind"),
        ),
        sa.CheckConstraint("confidence BETWEEN 0 AND 100", name=op.f("ck_review_confidence")),
        sa.CheckConstraint("correct BETWEEN 0 AND 1", name=op.f("ck_review_correct")),
        sa.CheckConstraint("elapsed_days >= 0", name=op.f("ck_review_elapsed_days")),
        sa.CheckConstraint("rating BETWEEN 1 AND 4", name=op.f("ck_review_rating")),
        sa.ForeignKeyConstraint(
            ["learner_id", "undoes"],
            ["review.learner_id", "review.attempt_id"],
            name=op.f("fk_review_learner_id_undoes"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["learner_id"], ["learner.id"], name=op.f("fk_review_learner_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_review")),
        sa.UniqueConstraint("learner_id", "attempt_id", name=op.f("uq_review_learner_id_attempt_id")),
        sa.UniqueConstraint("learner_id", "undoes", name=op.f("uq_review_learner_id_undoes")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_review_learner_id_item_key_seq"), "review", ["learner_id", "item_key", "seq"])
    op.create_index(op.f("ix_review_learner_id_seq"), "review", ["learner_id", "seq"])
    op.create_index(op.f("ix_review_learner_id_answered_at"), "review", ["learner_id", "answered_at"])
