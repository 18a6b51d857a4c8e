"""Lines of the log that were imported may carry the memory the other program had after them."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.add_column("review", sa.Column("adopted", sa.JSON(none_as_null=True), nullable=True))
