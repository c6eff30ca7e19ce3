"""What a call is called elsewhere: trace headers of the telephone line."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.add_column("calls", sa.Column("trace", sa.JSON(none_as_null=True), nullable=True))
