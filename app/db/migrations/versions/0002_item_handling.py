"""Lines of the log that change an item without answering it, and what is held back because of them."""

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    with op.batch_alter_table("review", table_kwargs={"sqlite_autoincrement": True}) as review:
        review.add_column(sa.Column("until", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True))
        review.drop_constraint(op.f("ck_review_kind"), type_="check")
        review.create_check_constraint(
            op.f("ck_review_kind"),
            "(kind = 'review' AND undoes IS NULL AND rating IS NOT NULL AND elapsed_days IS NOT NULL)"
            " OR (kind = 'undo' AND undoes IS NOT NULL AND rating IS NULL AND elapsed_days IS NULL)"
            " OR (kind IN ('keep', 'soon', 'reset', 'reschedule', 'suspend', 'resume', 'bury')"
            " AND undoes IS NULL AND rating IS NULL AND elapsed_days IS NULL)",
        )
    op.create_table(
        "item_hold",
        sa.Column("learner_id", sa.Integer(), nullable=False),
        sa.Column("item_key", sqlmodel.sql.sqltypes.AutoString(length=130), nullable=False),
        sa.Column("suspended", sa.Boolean(), nullable=False),
        sa.Column("buried_until", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["learner_id"], ["learner.id"], name=op.f("fk_item_hold_learner_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("learner_id", "item_key", name=op.f("pk_item_hold")),
    )
