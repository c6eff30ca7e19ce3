"""Practice calls: exercises of the supervisors' own, and what became of each run."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    _table(
        "practice_exercises",
        sa.Column("name", sa.String(40), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("changed_by", sa.Text(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.UniqueConstraint("client_id", "name", name="uq_practice_exercises_client_id_name"),
    )
    _table(
        "practice_runs",
        sa.Column("agent", sa.String(64), nullable=False),
        sa.Column("exercise", sa.String(40), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("asked_by", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True)),
        sa.Column("result", sa.JSON()),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
    )
    op.create_index("ix_practice_runs_client_id_agent", "practice_runs", ["client_id", "agent"])


def _table(name: str, *own: sa.schema.SchemaItem) -> None:
    client = sa.ForeignKey("clients.id", name=f"fk_{name}_client_id")
    op.create_table(
        name,
        sa.Column("id", _ID, nullable=False),
        sa.Column("client_id", _ID, client, nullable=False),
        *own,
        sa.PrimaryKeyConstraint("id", name=f"pk_{name}"),
    )
