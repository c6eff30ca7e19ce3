"""Processes that work at the desk, and when each has last said that it lives."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "desk_processes",
        sa.Column("id", _ID, nullable=False),
        sa.Column(
            "client_id",
            _ID,
            sa.ForeignKey("clients.id", name="fk_desk_processes_client_id"),
            nullable=False,
        ),
        sa.Column("owner", sa.String(255), nullable=False),
        sa.Column("beat_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_desk_processes"),
        sa.UniqueConstraint("client_id", "owner", name="uq_desk_processes_client_id_owner"),
    )
    op.create_index("ix_desk_processes_client_id", "desk_processes", ["client_id"])
