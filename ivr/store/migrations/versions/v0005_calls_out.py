"""Calls that we make for agents, and how often a task was tried."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.add_column(
        "calls",
        sa.Column("outbound", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
    op.add_column(
        "desk_tasks", sa.Column("tries", sa.Integer(), nullable=False, server_default="0")
    )
    op.add_column("desk_tasks", sa.Column("tried_at", sa.DateTime(timezone=True)))
    op.add_column("desk_tasks", sa.Column("tried_end", sa.Text()))
